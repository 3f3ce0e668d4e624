"""The first look at a page in a pipe: one in which no shipped rule has anything to ask about comes out as it is.

Most pages are such, and a start for each of them takes as long as what it imports: here half of what the filter needs. The
answer is always the filter's; where the two could differ, the filter is asked.
"""

import os
import sys
from collections.abc import Sequence
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import TYPE_CHECKING, TextIO, cast

from cleanspam.cli.guard import is_output, settled

if TYPE_CHECKING:
    from typing_extensions import Buffer

MOST = 1 << 16  # bytes; for a longer text the start is a small part of the time
# What lies in the working folder or above it and may change what is cut.
SETTINGS = ("cleanspam.toml", ".cleanspam")
SHARED_SETTINGS = "pyproject.toml"


def first_look(words: Sequence[str]) -> int | None:
    """Run a command line that is a filter for one page, and return its exit code; None if the filter must run.

    What it read of standard input can be read there again.
    """
    if words and not words[0].endswith((".txt", ".md")):
        return None
    if sys.stderr.isatty() or (not words and sys.stdin.isatty()) or _has_settings():
        return None
    passed = False

    def look() -> int:
        nonlocal passed
        passed = _from_file(words[0]) if words else _from_stdin()
        return 0

    code = settled(look)
    return code if passed or code else None


def _has_settings() -> bool:
    """Tell whether a configuration or rules of a project may be meant for the working folder."""
    try:
        folder = os.getcwd()
        while True:
            if any(os.path.lexists(os.path.join(folder, name)) for name in SETTINGS) or _has_table(folder):
                return True
            above = os.path.dirname(folder)
            if above == folder:
                return False
            folder = above
    except OSError:  # the filter says which
        return True


def _has_table(folder: str) -> bool:
    """Tell whether the project's own file may have a table for cleanspam."""
    try:
        with open(os.path.join(folder, SHARED_SETTINGS), "rb") as file:
            return b"cleanspam" in file.read()
    except FileNotFoundError:
        return False


def _from_file(name: str) -> bool:
    """Write a file to standard output if it may pass as it is."""
    try:
        with open(name, "rb") as source:
            return not is_output(source) and _passed(source.read(MOST + 1))
    except OSError:  # the filter reports it
        return False


def _from_stdin() -> bool:
    """Write standard input to standard output if it may pass as it is; else put back what was read."""
    source = sys.stdin.buffer
    if is_output(source):
        return False
    head = source.read(MOST + 1)
    if _passed(head):
        return True
    sys.stdin = TextIOWrapper(BufferedReader(_Again(head, sys.stdin)), sys.stdin.encoding)
    return False


def _passed(data: bytes) -> bool:
    """Write a text if it is one of a page, in UTF-8, no record, and no rule could cut anything of it."""
    if len(data) > MOST or b"\0" in data or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    from cleanspam.judge.cleaner import shipped_cleaner

    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    if shipped_cleaner().screen.is_suspect(text) is not False:
        return False
    sys.stdout.buffer.write(data)
    return True


class _Again(RawIOBase):
    """A stream whose first bytes have been read, and are read again."""

    def __init__(self, head: bytes, stream: TextIO) -> None:
        self._head, self._source = head, cast("BufferedReader", stream.buffer)
        self._stream = stream  # which would close its source when nobody knows it any more

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._source.fileno()

    def readinto(self, buffer: "Buffer", /) -> int:
        view = memoryview(buffer)
        data = self._head[: len(view)] or self._source.read1(len(view))
        self._head = self._head[len(view) :]
        view[: len(data)] = data
        return len(data)
