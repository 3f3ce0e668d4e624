"""Stretches: pieces of a file that another process reads for itself, if the file is still what it was."""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import BinaryIO, NamedTuple, cast

from cleanspam.disk.version import FileVersion
from cleanspam.formats.blocks import read_bytes


class ByteRange(NamedTuple):
    """A piece of a file that another process reads for itself: through a pipe it would take as long as to clean it."""

    path: str
    at: int
    size: int
    seal: FileVersion

    def read(self) -> bytes:
        """Return the bytes. Raises OSError if they are no longer those of the file that was sealed."""
        with open(self.path, "rb", buffering=0) as unbuffered:  # noqa: PTH123 (a third of the time of Path.open)
            raw = cast("BinaryIO", unbuffered)
            data = self.of(raw)
            self.seal.check(raw)
        return data

    def of(self, raw: BinaryIO) -> bytes:
        """Return the bytes of the open file."""
        raw.seek(self.at)
        return read_bytes(raw, self.size)


def byte_ranges(path: str, seal: FileVersion, ends: Iterable[int]) -> Iterator[ByteRange]:
    """Yield the pieces of a file that end at these places."""
    return (ByteRange(path, at, end - at, seal) for at, end in pairwise(chain([0], ends)))
