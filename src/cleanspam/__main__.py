"""`cleanspam` and `python -m cleanspam`."""

import gc
import os
import sys
from collections.abc import Sequence
from io import BufferedReader, BufferedWriter, FileIO, RawIOBase, TextIOWrapper

from cleanspam.errors import CleanspamError
from cleanspam.typed import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

# New objects between two garbage collections, which free nothing. At the default, 700, they take a tenth of a start, and at
# 50,000 a tenth of the time of a text with 25,000 plantings.
OBJECTS = 200_000


def main() -> NoReturn:
    """Run the command line. A plain filter runs without the option parser, which takes longer than most texts."""
    gc.set_threshold(OBJECTS)
    _set_up_streams()
    try:
        code = _run(sys.argv[1:])
    except CleanspamError as error:  # a module that does not fit to the others: none can be imported to say so
        code = _complained(error)
    _leave(code)


def _complained(error: CleanspamError) -> int:
    """Print an error as one line on stderr, and return its exit code."""
    from contextlib import suppress  # half a millisecond of a start

    with suppress(OSError, ValueError):  # stderr is closed; the exit code remains
        print(f"cleanspam: {error}", file=sys.stderr)  # noqa: T201 (an answer to the user)
    return 2


def _run(words: Sequence[str]) -> int:
    """Run a command line, and return its exit code."""
    is_completing = "_CLEANSPAM_COMPLETE" in os.environ  # a shell asks for completions; the words are in its variables
    code = _filtered(words) if len(words) <= 1 and not is_completing else None
    if code is None:
        from cleanspam.cli.app import run

        code = run(words)
    return code


def _filtered(words: Sequence[str]) -> int | None:
    """Run a plain filter, and return its exit code; None if the words are not those of a plain filter."""
    from cleanspam.cli.firstlook import first_look

    code = first_look(words)
    if code is None:
        from cleanspam.cli.filter import plain_filter

        code = plain_filter(words)
    return code


def _set_up_streams() -> None:
    """Replace closed standard streams, so that no file opened later gets their descriptors.

    A command that needs standard input or output fails on the replacement. Error messages to a closed stream are lost.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_WRONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    _make_patient()
    if isinstance(sys.stdout, TextIOWrapper):  # a stream without Chinese characters shows escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    if sys.platform == "win32":
        _speak_utf8()


def _speak_utf8() -> None:
    """Write UTF-8 into pipes and files on Windows too: most of its code pages have no Chinese characters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors=stream.errors, newline="\n")


def _make_patient() -> None:
    """Put a buffer before unbuffered output (PYTHONUNBUFFERED) and before non-blocking streams: both may lose data."""
    if isinstance(sys.stdout.buffer, RawIOBase) or not _blocks(sys.stdout):
        sys.stdout = TextIOWrapper(BufferedWriter(_Patient(sys.stdout.fileno(), "wb", closefd=False)), sys.stdout.encoding)
    if not _blocks(sys.stdin):
        sys.stdin = TextIOWrapper(BufferedReader(_Patient(sys.stdin.fileno(), "rb", closefd=False)), sys.stdin.encoding)


def _blocks(stream: TextIO) -> bool:
    try:
        return os.get_blocking(stream.fileno())
    except (AttributeError, OSError, ValueError):  # not on Windows, nor on a closed stream
        return True


class _Patient(FileIO):
    """A non-blocking file whose reads and writes wait until there is data or room."""

    def write(self, data: "Buffer", /) -> int:
        while (written := super().write(data)) is None:
            self._wait(writes=True)
        return written

    def readinto(self, buffer: "Buffer", /) -> int:
        while (number := super().readinto(buffer)) is None:
            self._wait(writes=False)
        return number

    def _wait(self, *, writes: bool) -> None:
        import select  # non-blocking streams are rare

        select.select([] if writes else [self], [self] if writes else [], [])


def _leave(code: int) -> NoReturn:
    """End the process without freeing its objects one by one, which takes 12 of the 100 ms of a start."""
    for stream, failed in ((sys.stdout, 2), (sys.stderr, 0)):
        try:
            stream.flush()
        except (OSError, ValueError):  # the reader has gone, or the disk is full
            code = code or failed
    os._exit(code)


if __name__ == "__main__":
    main()
