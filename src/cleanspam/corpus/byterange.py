"""Byte ranges of a file: the parent names them, a worker reads them itself."""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import BinaryIO, NamedTuple, cast

from cleanspam.disk.version import FileVersion
from cleanspam.formats.blocks import read_bytes


class ByteRange(NamedTuple):
    """A range of bytes of a file, read by the worker: to send the bytes through a pipe takes as long as to clean them."""

    path: str
    at: int
    size: int
    seal: FileVersion

    def read(self) -> bytes:
        """Return the bytes. Raises OSError if the file has changed since the range was made."""
        with open(self.path, "rb", buffering=0) as unbuffered:  # noqa: PTH123 (a third of the time of Path.open)
            raw = cast("BinaryIO", unbuffered)
            data = self.of(raw)
            self.seal.check(raw)
        return data

    def of(self, raw: BinaryIO) -> bytes:
        """Return the bytes of the range in an open file."""
        raw.seek(self.at)
        return read_bytes(raw, self.size)


def byte_ranges(path: str, seal: FileVersion, ends: Iterable[int]) -> Iterator[ByteRange]:
    """Yield the ranges of a file that end at the given places."""
    return (ByteRange(path, at, end - at, seal) for at, end in pairwise(chain([0], ends)))
