"""Streams: opens standard input and pipes, which can be read only once, and chooses the format by the first bytes."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from cleanspam.formats.base import BLOCK, Format, NoFieldError
from cleanspam.formats.blocks import read_bytes
from cleanspam.formats.text import TextFormat
from cleanspam.model import NamedTuple

_FIRST = 1 << 16  # the number of bytes by which the format is chosen
_MAGICS = {b"\x1f\x8b\x08": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
AS_JSON_LINES = "is read as JSON Lines, for its first line is a record; --as text reads it as text"


class Stream(NamedTuple):
    """A stream and its format."""

    source: BinaryIO
    format: Format
    note: str = ""  # a remark for the user about the choice


def is_stream(path: Path) -> bool:
    """Tell whether a path is a pipe or a device, such as a shell's <(…)."""
    return path.is_fifo() or path.is_char_device()


def fit_stdin(format_name: str | None, fields: Sequence[str] = (), encoding: str = "auto") -> Stream:
    """Return standard input and its format, as `fit_stream` does."""
    return fit_stream(sys.stdin.buffer, format_name, fields, encoding)


def fit_stream(stream: BinaryIO, format_name: str | None, fields: Sequence[str] = (), encoding: str = "auto") -> Stream:
    """Return a stream, decompressed, with the format that fits its first bytes.

    Without a name the format is JSON Lines if the first line is a record, else text. Only the start is held in memory.
    Raises FormatError for an ambiguous encoding and for missing fields.
    """
    stream = _make_patient(stream)
    head = _read_some(stream)
    compression = next((name for magic, name in _MAGICS.items() if head.startswith(magic)), "")
    if compression:
        from cleanspam.disk.compression import DecodedFile

        stream = cast("BinaryIO", DecodedFile(cast("BinaryIO", _Headed(head, stream)), compression))
        head = _read_some(stream)
    note = ""
    if format_name is None and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b'{"'):
        head += _read_line(stream, head)
        if _is_record(head, fields):
            format_name, note = "jsonl", AS_JSON_LINES
    if format_name not in (None, "text"):
        head += read_bytes(stream, BLOCK - len(head))
    return Stream(cast("BinaryIO", _Headed(head, stream)), _fit(head, format_name or "text", fields, encoding), note)


def _fit(head: bytes, name: str, fields: Sequence[str], encoding: str) -> Format:
    found: Format
    if name == "text":
        found = TextFormat()
    else:
        from cleanspam.formats.registry import make_format

        found = make_format(name, fields)
    if encoding == "auto" and _is_plainly_utf8(head):
        codec = "utf-8"
    else:
        from cleanspam.disk.encodings import choose_encoding

        codec = choose_encoding(head, encoding)
    try:
        return found.fitted(head, codec)
    except NoFieldError as error:
        if len(head) < BLOCK or not error.later:
            raise
        return found.fitted(b"", codec)  # a pipe is read once: later records may have the field


def _read_some(stream: BinaryIO) -> bytes:
    """Return the first bytes that arrive. Waiting for more could block, for the writer may wait for an answer."""
    data: bytes = stream.read1(_FIRST) if hasattr(stream, "read1") else stream.read(_FIRST)
    return data


def _read_line(stream: BinaryIO, head: bytes) -> bytes:
    """Return the rest of the first line of a stream, at most a block."""
    parts: list[bytes] = []
    size = len(head)
    while b"\n" not in (parts[-1] if parts else head) and size < BLOCK and (part := _read_some(stream)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _is_record(head: bytes, fields: Sequence[str]) -> bool:
    """Tell whether the first line is a JSON record with a field to clean."""
    from cleanspam.formats.fields import select_fields
    from cleanspam.formats.jsonscan import list_string_paths

    line = head.decode("utf-8", "surrogateescape").lstrip("\ufeff \t\r\n").partition("\n")[0].rstrip()
    paths = list_string_paths(line, 0) if line.endswith("}") else []
    try:
        return bool(paths and select_fields(tuple(fields), paths))
    except NoFieldError:
        return False


def _is_plainly_utf8(head: bytes) -> bool:
    """Tell quickly whether text is UTF-8. False is not certain."""
    try:
        head[: len(head) - 3].decode()
    except UnicodeDecodeError as error:
        return error.start > 0 and error.end >= len(head) - 3
    return b"\0" not in head


class _Headed:
    """A stream whose first bytes were already read."""

    def __init__(self, head: bytes, source: BinaryIO) -> None:
        self._head, self._source = head, source
        self._source_into: Callable[[memoryview], int] = getattr(source, "readinto1", None) or cast("Any", source).readinto

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return head + self._source.read() if size < 0 else head
        return getattr(self._source, "read1", self._source.read)(size) if size >= 0 else self._source.read()

    read1 = read

    def readinto(self, buffer: memoryview) -> int:
        if not self._head:  # without copies between, which took a filter a hundredth of its time
            return self._source_into(buffer)
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Patient(io.RawIOBase):
    """A non-blocking stream that waits for data. Python's buffers would take a pause for the end."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        import select

        while (came := self._raw.readinto(buffer)) is None:
            select.select([self._raw], [], [])
        return int(came)


def _make_patient(stream: BinaryIO) -> BinaryIO:
    raw = getattr(stream, "raw", stream)
    try:
        blocks = os.get_blocking(raw.fileno())
    except (OSError, AttributeError, ValueError):  # not a file, or closed
        return stream
    return stream if blocks else io.BufferedReader(_Patient(raw))
