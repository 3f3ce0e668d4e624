"""Blocks: a stream of bytes split at line ends. The splits depend only on the bytes."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, cast

from cleanspam.errors import FormatError
from cleanspam.formats.base import BLOCK, RECORD, error_handler
from cleanspam.model import Span
from cleanspam.text.pairing import OPENERS

# A longer line is split, so that memory stays bounded: behind a full stop if there is one, never inside a character. A line of
# nothing but brackets takes a hundred times as much memory as it has bytes. A novel in one line is split in two.
LONGEST = 2 << 20
_MORE = 1 << 14  # bytes read beyond a block: most lines are shorter
_ROOM = 1 << 16  # bytes of a buffer at first: most files are shorter
_LINE_END_RE = re.compile(rb"\r\n|\n|\r(?!\Z)")
NEWLINE_RE = re.compile(rb"\n")  # the line end of JSON Lines, in which a lone carriage return is a blank
_WIDE_RE = {  # these search bytes, so a match may lie across two characters; see _find_block_end
    "utf-16-le": re.compile(rb"\r\0\n\0|\n\0|\r\0(?!\n?\Z)"),  # perhaps only one byte of the next character has arrived
    "utf-16-be": re.compile(rb"\0\r\0\n|\0\n|\0\r(?!\0?\Z)"),
}
_STOP = "。"


def write_pieces(pieces: Iterable[bytes], sink: BinaryIO) -> None:
    """Write the pieces in sequence."""
    for piece in pieces:
        sink.write(piece)


def split_blocks(
    source: BinaryIO,
    size: int = BLOCK,
    longest: int = LONGEST,
    encoding: str = "utf-8",
    line_end_re: re.Pattern[bytes] = _LINE_END_RE,
) -> Iterator[bytes]:
    """Yield the bytes of `source` in blocks that end at the first line end behind `size` bytes.

    The splits depend only on the bytes, not on how they arrive. At most `longest` bytes are held back.
    """
    buffer = _Buffer(source)
    return map(buffer.take, _measure_blocks(buffer, size, longest, encoding, line_end_re))


def find_block_ends(
    raw: BinaryIO,
    size: int = BLOCK,
    longest: int = LONGEST,
    encoding: str = "utf-8",
    line_end_re: re.Pattern[bytes] = _LINE_END_RE,
) -> Iterator[int]:
    """Yield the ends of the same blocks in a file on disk. Only the bytes around the ends are read."""
    ahead = _Ahead(raw, size - 1)
    return map(ahead.pass_by, _measure_blocks(ahead, size, longest, encoding, line_end_re))


def _measure_blocks(
    buffer: "_Buffer | _Ahead", size: int, longest: int, encoding: str, line_end_re: re.Pattern[bytes]
) -> Iterator[int]:
    """Yield the size of each block. The caller takes a block before it asks for the next one."""
    line_end_re = _WIDE_RE.get(encoding, line_end_re)
    back = 4 if encoding in _WIDE_RE else 1  # a line end of which only a part has arrived is searched again
    searched = size - 1
    # Little more than a block is read, for the rest behind a block is copied. But each read within a long line is larger than
    # the one before, for all bytes held are searched each time: a line of 60 MB took two minutes.
    while buffer.read(max(size - len(buffer), 0) + max(_MORE, len(buffer) // 8)):
        while (end := _find_block_end(buffer, searched, longest, encoding, line_end_re)) is not None:
            yield end
            searched = size - 1
        searched = max(size - 1, len(buffer) - back)
    if len(buffer):
        yield len(buffer)


class _Buffer:
    """The bytes of a source up to the end of the current block, in one buffer for all blocks.

    The buffer is reused: getting new memory from the kernel takes as long as reading the bytes. To clear the memory of a whole
    block takes a twentieth of the time of a file of 6 KB.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._read: Callable[[memoryview], int | None] = getattr(source, "readinto1", None) or cast("Any", source).readinto
        self._buffer = bytearray(_ROOM)
        self._start = self._end = 0

    def __len__(self) -> int:
        return self._end - self._start

    def read(self, size: int) -> int:
        """Read up to `size` bytes and return their number; 0 at the end of the source."""
        if self._start:
            self._buffer[: len(self)] = self._buffer[self._start : self._end]
            self._start, self._end = 0, len(self)
        if self._end == len(self._buffer):
            self._buffer.extend(bytes(size))
        with memoryview(self._buffer) as view, view[self._end : self._end + size] as room:
            came = self._read(room) or 0
        self._end += came
        return came

    def take(self, size: int) -> bytes:
        """Remove the first `size` bytes and return them."""
        data = self.head(size)
        self._start += size
        return data

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes."""
        with memoryview(self._buffer) as view:
            return bytes(view[self._start : self._start + size])

    def search(self, pattern: re.Pattern[bytes], start: int, end: int) -> Span | None:
        """Return the place of the first match before `end`, or in all held bytes."""
        found = pattern.search(self._buffer, self._start + start, min(self._start + end, self._end))
        return Span(found.start() - self._start, found.end() - self._start) if found else None


class _Ahead:
    """The same for a file on disk; the first `skipped` bytes of each block are not read."""

    def __init__(self, raw: BinaryIO, skipped: int) -> None:
        self._raw, self._skipped = raw, skipped
        self._left = raw.seek(0, os.SEEK_END)  # the number of bytes of the file behind the last block
        self._at = self._length = 0  # the start of the block, and the length that was searched
        self._window = b""

    def __len__(self) -> int:
        return self._length

    def read(self, size: int) -> int:
        """Advance by up to `size` bytes and return their number; 0 at the end of the file."""
        came = min(size, self._left - self._length)
        missing = self._length + came - self._skipped - len(self._window)
        if missing > 0:
            self._raw.seek(self._at + self._skipped + len(self._window))
            self._window += read_bytes(self._raw, missing)
        self._length += came
        return came

    def pass_by(self, size: int) -> int:
        """Skip the first `size` bytes and return their end in the file."""
        self._at, self._left = self._at + size, self._left - size
        self._length, self._window = 0, b""
        return self._at

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes."""
        self._raw.seek(self._at)
        return read_bytes(self._raw, size)

    def search(self, pattern: re.Pattern[bytes], start: int, end: int) -> Span | None:
        """Return the place of the first match behind the skipped bytes."""
        found = pattern.search(self._window, start - self._skipped, min(end, self._length) - self._skipped)
        return Span(found.start() + self._skipped, found.end() + self._skipped) if found else None


def read_whole(source: BinaryIO, head: bytes = b"") -> Iterator[bytes]:
    """Yield `head` and the rest of the source as one piece.

    Raises FormatError for more than RECORD bytes.
    """
    data = head + read_bytes(source, RECORD)
    if len(data) >= RECORD:
        raise FormatError(f"more than {RECORD >> 20} MiB that cannot be split; convert the file to UTF-8 or to .jsonl")
    if data:
        yield data


def read_bytes(source: BinaryIO, size: int) -> bytes:
    """Read `size` bytes, fewer only at the end of the file."""
    parts, missing = [], size
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def split_lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of `source` line by line."""
    yield from split_blocks(source, 1)


def _find_block_end(
    buffer: _Buffer | _Ahead, start: int, longest: int, encoding: str, line_end_re: re.Pattern[bytes]
) -> int | None:
    """Return the end of the first block of `buffer`; None if it is not known yet."""
    found = buffer.search(line_end_re, start, longest)
    while found and encoding in _WIDE_RE and found.start % 2:
        found = buffer.search(line_end_re, found.start + 1, longest)
    if found:
        return found.end
    if len(buffer) <= longest:
        return None
    head = buffer.head(longest)
    return _find_last_line_end(head, encoding, line_end_re) or _split_long_line(head, encoding)


def _find_last_line_end(data: bytes, encoding: str, line_end_re: re.Pattern[bytes]) -> int:
    """Return the start of the long line at the end of `data`, so that the lines before it stay whole."""
    width = 2 if encoding in _WIDE_RE else 1
    return max((found.end() for found in line_end_re.finditer(data) if found.start() % width == 0), default=0) % len(data)


def _split_long_line(data: bytes, encoding: str) -> int:
    """Return the split of a line too long to hold: behind its last full stop, else at the last character's start.

    Never before a bracket: the end of the line would begin with it, and be judged as a line of its own.
    """
    errors = error_handler(encoding)
    text = data[: len(data) - _count_cut_off(data, encoding)].decode(encoding, errors)
    end = text.rfind(_STOP, 0, len(text) - 1) + 1
    while end and text[end] in OPENERS:
        end = text.rfind(_STOP, 0, end - 1) + 1
    end = end or len(text) - 1
    while end > 1 and text[end] in OPENERS:
        end -= 1
    return len(text[:end].encode(encoding, errors)) or len(data)


def _count_cut_off(data: bytes, encoding: str) -> int:
    """Return the number of bytes of the incomplete character at the end of `data`."""
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)(error_handler(encoding))
    decoder.decode(data)
    return len(decoder.getstate()[0])
