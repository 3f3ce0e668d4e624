"""Compressed files: one reader for all compressions, and one writer for the compression of the source."""

import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any, BinaryIO, cast

from cleanspam.errors import FormatError

_LEVELS = {"gzip": 6, "bz2": 9, "xz": 6, "zstd": 3}
# A MiB compressed as a member of its own is hardly larger than in one stream: gzip 0.3 %, bz2 1.6 %, zstd 2.5 %; but xz 12 %.
IN_MEMBERS = frozenset({"gzip", "bz2", "zstd"})
_FEED = 1 << 8  # bytes; zstd may expand them to 8 MiB, and four times as many are only 0.1 ms faster for a MB
# The largest window, in MiB: the output that a frame may refer back to, which the reader holds in memory. A file of 70 kB with
# a window of 2 GiB took 1.5 GB. zstd itself reads windows up to this size by default, and xz's highest level needs this size.
_WIDEST = {"xz": 64, "zstd": 128}
_REMEDY = {"xz": "xz -9", "zstd": "zstd --long=27"}
_TOO_WIDE_RE = re.compile("Memory usage limit exceeded|requires too much memory")
# The window, in bytes, of .xz files that are written. With xz's own default, 8 MiB, Chinese text is 2.5 % smaller, but writing
# takes a third longer and 60 MB more.
_XZ_WINDOW = 4 << 20
_MOST = 1 << 20  # the most bytes of output of one step
_NO_BYTES = "the file has no bytes; one that holds nothing has some"


class DecodedFile(io.RawIOBase):
    """A reader of decompressed bytes. Damaged data raises FormatError, whatever error the library raises."""

    def __init__(self, raw: BinaryIO, compression: str = "") -> None:
        self.raw = raw
        self._inner = _make_reader(raw, compression) if compression else raw
        self._damage = _damage_types(compression)
        self.compression = compression
        self._head = b""

    def readable(self) -> bool:
        return True

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes without consuming them; fewer only at the end of the file."""
        parts, missing = [self._head], size - len(self._head)
        self._head = b""
        while missing > 0 and (part := self.read(missing)):
            parts.append(part)
            missing -= len(part)
        self._head = b"".join(parts)
        return self._head

    def read(self, size: int = -1) -> bytes:
        if self._head:
            size = len(self._head) if size < 0 else size
            head, self._head = self._head[:size], self._head[size:]
            return head
        try:
            return self._inner.read(size)
        except self._damage as error:
            raise FormatError(_describe_damage(error, self.compression)) from error

    def readinto(self, buffer: Any) -> int:
        if not self._head and not self.compression:
            return cast("int", cast("Any", self._inner).readinto(buffer))
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_sink(raw: BinaryIO, compression: str = "", *, by_write: bool = False) -> Iterator[BinaryIO]:
    """Open a compressing writer to `raw`, which stays open. On request each write becomes a member of its own."""
    if by_write and compression in IN_MEMBERS:
        members = _Members(raw, compression)
        yield cast("BinaryIO", members)
        members.end()
        return
    if not compression:
        yield raw
        return
    with _make_writer(raw, compression) as writer:
        yield cast("BinaryIO", writer)


def write_as_one(out: BinaryIO, parts: Iterable[bytes]) -> None:
    """Write parts in sequence. If each write is a member, all parts together are one member."""
    if isinstance(out, _Members):
        out.write_as_one(parts)
        return
    for part in parts:
        out.write(part)


def compress_member(data: bytes, compression: str) -> bytes:
    """Return `data` as one member. Members in sequence are a file. The compression must be one of IN_MEMBERS."""
    level = _LEVELS[compression]
    if compression == "gzip":
        import gzip

        return gzip.compress(data, level, mtime=0)
    if compression == "bz2":
        import bz2

        return bz2.compress(data, level)
    found: bytes = _import_zstandard().ZstdCompressor(level=level, write_checksum=True).compress(data)
    return found


def _make_reader(raw: BinaryIO, compression: str) -> IO[bytes]:
    if compression == "gzip":
        return cast("IO[bytes]", _GzipReader(raw))
    return cast("IO[bytes]", _FrameReader(raw, compression))


def _make_decompressor(compression: str) -> Callable[[], Any]:
    """Return a function that makes a decompressor for one frame: a stream of .bz2 or .xz, or a frame of .zst."""
    if compression == "bz2":
        import bz2

        return bz2.BZ2Decompressor
    if compression == "xz":
        import lzma

        # Without a format lzma also reads .lzma files, and takes thirteen NUL bytes for a whole empty one.
        # Besides the window a reader needs less than 1 MiB, and the next larger window has 32 MiB more.
        return partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, (_WIDEST["xz"] + 8) << 20)
    found: Callable[[], Any] = _import_zstandard().ZstdDecompressor(max_window_size=_WIDEST["zstd"] << 20).decompressobj
    return found


def _make_writer(raw: BinaryIO, compression: str) -> Any:
    level = _LEVELS[compression]
    if compression == "gzip":
        import gzip

        return gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=level, mtime=0)
    if compression == "bz2":
        import bz2

        return bz2.BZ2File(raw, "wb", compresslevel=level)
    if compression == "xz":
        import lzma

        return lzma.LZMAFile(raw, "wb", filters=[{"id": lzma.FILTER_LZMA2, "preset": level, "dict_size": _XZ_WINDOW}])
    return _import_zstandard().ZstdCompressor(level=level, write_checksum=True).stream_writer(raw, closefd=False)


class _Members:
    """Writes each piece of data as a member of its own, which can be read without the members before it."""

    def __init__(self, raw: BinaryIO, compression: str) -> None:
        self._raw, self._compression = raw, compression
        self._is_empty = True

    def write(self, data: bytes) -> int:
        self._is_empty = False
        self._raw.write(compress_member(data, self._compression))
        return len(data)

    def write_as_one(self, parts: Iterable[bytes]) -> None:
        """Write one member from several parts, of which only one at a time is in memory."""
        self._is_empty = False
        with _make_writer(self._raw, self._compression) as member:
            for part in parts:
                member.write(part)

    def end(self) -> None:
        """Write an empty member if there was no data: a file of no bytes is no valid compressed file."""
        if self._is_empty:
            self.write(b"")


class _GzipReader:
    """Reads .gz. A file of no bytes is truncated, as gzip itself says. Python would read it as empty."""

    def __init__(self, raw: BinaryIO) -> None:
        import gzip

        self._file = gzip.GzipFile(fileobj=raw, mode="rb")

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if not data and size and self._file.mtime is None:  # even an empty member has a time
            raise EOFError(_NO_BYTES)
        return data


class _FrameReader:
    """Reads frames one behind the other.

    The reader of zstandard ignores a truncated frame. Those of bz2 and lzma stop at bytes that are no frame, and would lose
    all frames behind them.
    """

    def __init__(self, raw: BinaryIO, compression: str) -> None:
        self._raw, self._new = raw, _make_decompressor(compression)
        self._is_padded = compression == "xz"
        self._frame: Any = None
        self._ended = self._padding = 0  # the number of frames, and of bytes of padding behind the last frame
        self._packed, self._at = b"", 0
        self._held = bytearray()
        self._is_limited = compression != "zstd"

    @property
    def _has_more(self) -> bool:
        """Whether the frame has more output for the input so far: 256 bytes of .bz2 may be 340 MB."""
        return self._is_limited and self._frame is not None and not self._frame.needs_input and not self._frame.eof

    def read(self, size: int = -1) -> bytes:
        while (size < 0 or len(self._held) < size) and ((data := self._next()) or self._has_more):
            if self._frame is None:
                data = self._begin(data)
                if not data:
                    continue
            self._held += self._decompress(data)
            if self._frame.eof:
                self._at -= len(self._frame.unused_data)
                self._ended, self._padding, self._frame = self._ended + 1, 0, None
        size = len(self._held) if size < 0 else size
        data = bytes(memoryview(self._held)[:size])
        del self._held[:size]
        return data

    def _decompress(self, data: bytes) -> bytes:
        """Return the output for some compressed bytes, at most a MiB of it where the library can hold back the rest."""
        if not self._is_limited:
            return cast("bytes", self._frame.decompress(data))
        return cast("bytes", self._frame.decompress(data, _MOST))

    def _begin(self, data: bytes) -> bytes:
        """Begin a frame with the data, and return the data without padding. Only .xz has padding between streams."""
        rest = data.lstrip(b"\0") if self._is_padded and self._ended else data
        self._padding += len(data) - len(rest)
        if rest:
            self._check_padding()
            self._frame = self._new()
        return rest

    def _next(self) -> bytes:
        """Return a few compressed bytes: the size of their output has no limit."""
        if self._has_more:
            return b""
        if self._at == len(self._packed):
            self._packed, self._at = self._raw.read(1 << 17), 0
            if not self._packed:
                self._check_end()
        data = self._packed[self._at : self._at + _FEED]
        self._at += len(data)
        return data

    def _check_end(self) -> None:
        """Raise EOFError if the file may not end here."""
        if self._frame is not None:
            raise EOFError("the file ends inside a frame")
        if not self._ended:
            raise EOFError(_NO_BYTES)
        self._check_padding()

    def _check_padding(self) -> None:
        """Raise EOFError for truncated padding: see 2.2 of the .xz file format."""
        if self._padding % 4:
            raise EOFError(f"{self._padding} bytes of padding behind a stream, which is no multiple of four")


def _damage_types(compression: str) -> tuple[type[Exception], ...]:
    """Return the errors that the reader of a compression raises for damaged data."""
    if not compression:
        return ()
    damage: tuple[type[Exception], ...] = (EOFError, zlib.error, ValueError)
    if compression == "xz":
        import lzma

        return (*damage, lzma.LZMAError)
    if compression == "zstd":
        return (*damage, _import_zstandard().ZstdError)
    return (*damage, OSError)  # gzip and bz2 raise OSError


def _describe_damage(error: Exception, compression: str) -> str:
    """Describe a reader's error: either the data is damaged, or it is whole and needs too much memory."""
    if not _TOO_WIDE_RE.search(str(error)):
        return f"damaged {compression} data: {error}"
    widest, remedy = _WIDEST[compression], _REMEDY[compression]
    return f"a {compression} window of more than {widest} MiB; unpack it, and compress it again with {remedy} or less"


def _import_zstandard() -> Any:
    try:
        import zstandard
    except ModuleNotFoundError as error:
        raise FormatError("zstd needs zstandard; install it with: pip install 'cleanspam[zstd]'") from error
    return zstandard
