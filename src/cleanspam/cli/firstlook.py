"""The first look at a page in a pipe: it is cleaned here, with less than half of what the filter imports.

Most pages come out as they are, for no shipped rule has anything to ask about them; what rules need is imported for the others.
The answer is always the filter's; where the two could differ, the filter is asked.
"""

import os
import sys
from collections.abc import Sequence
from io import BufferedReader, RawIOBase, TextIOWrapper

from cleanspam.cli.guard import is_output, settled
from cleanspam.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Buffer

MOST = 1 << 16  # bytes; for a longer text the start is a small part of the time
# What lies in the working folder or above it and may change what is cut.
SETTINGS, RULES = "cleanspam.toml", ".cleanspam"
SHARED_SETTINGS = "pyproject.toml"


def first_look(words: Sequence[str]) -> int | None:
    """Run a command line that is a filter for one page, and return its exit code; None if the filter must run.

    What it read of standard input can be read there again.
    """
    if words and not words[0].endswith((".txt", ".md")):
        return None
    if sys.stderr.isatty() or (not words and sys.stdin.isatty()) or _has_settings():
        return None
    is_done = False

    def look() -> int:
        nonlocal is_done
        is_done = _from_file(words[0]) if words else _from_stdin()
        return 0

    code = settled(look)
    return code if is_done or code else None


def _has_settings() -> bool:
    """Tell whether a configuration or rules of a project may be meant for the working folder."""
    try:
        folder = os.getcwd()
        while True:
            if os.path.lexists(os.path.join(folder, SETTINGS)) or _has_rules(folder) or _has_table(folder):
                return True
            above = os.path.dirname(folder)
            if above == folder:
                return False
            folder = above
    except OSError:  # the filter says which
        return True


def _has_rules(folder: str) -> bool:
    """Tell whether the project has rules of its own. Logs of cuts lie in such folders too, and change nothing."""
    try:
        return any(name.endswith(".rules") for name in os.listdir(os.path.join(folder, RULES)))
    except (FileNotFoundError, NotADirectoryError):
        return False


def _has_table(folder: str) -> bool:
    """Tell whether the project's own file may have a table for cleanspam."""
    try:
        with open(os.path.join(folder, SHARED_SETTINGS), "rb") as file:
            return b"cleanspam" in file.read()
    except FileNotFoundError:
        return False


def _from_file(name: str) -> bool:
    """Clean a file to standard output if it is a page."""
    try:
        with open(name, "rb") as source:
            return not is_output(source) and _cleaned(source.read(MOST + 1))
    except OSError:  # the filter reports it
        return False


def _from_stdin() -> bool:
    """Clean standard input to standard output if it is a page; else put back what was read."""
    source = sys.stdin.buffer
    if is_output(source):
        return False
    head = source.read(MOST + 1)
    if _cleaned(head):
        return True
    sys.stdin = TextIOWrapper(BufferedReader(_Again(head, sys.stdin)), sys.stdin.encoding)
    return False


def _cleaned(data: bytes) -> bool:
    """Clean a text to standard output if it is one of a page, in UTF-8, and no record."""
    if len(data) > MOST or b"\0" in data or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    from cleanspam.judge.cleaner import shipped_cleaner

    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    cleaner = shipped_cleaner()
    is_suspect = cleaner.screen.is_suspect(text)
    if is_suspect is None:
        return False
    sys.stdout.buffer.write(cleaner.clean_marked(text).text.encode() if is_suspect else data)
    return True


class _Again(RawIOBase):
    """A stream whose first bytes have been read, and are read again."""

    def __init__(self, head: bytes, stream: Any) -> None:
        self._head = head
        self._source: BufferedReader = stream.buffer
        self._stream = stream  # which would close its source when nobody knows it any more

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._source.fileno()

    def readinto(self, buffer: "Buffer", /) -> int:
        if not self._head:
            return self._source.readinto1(buffer)
        view = memoryview(buffer)
        data, self._head = self._head[: len(view)], self._head[len(view) :]
        view[: len(data)] = data
        return len(data)
