"""Stretches: pieces of a file that another process reads for itself, if the file is still what it was."""

import errno
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple, cast

from cleanspam.formats.text import read


class Seal:
    """What an open file was, so that it can be told whether it has changed since."""

    def __init__(self, raw: BinaryIO, path: str) -> None:
        self._path, self._was = path, _version(raw)

    def check(self, raw: BinaryIO) -> None:
        """Raise OSError if the file that is open now, under the same path, is another or has changed."""
        if _version(raw) != self._was:
            raise OSError(errno.EIO, "it was changed while it was read", self._path)


class Stretch(NamedTuple):
    """A piece of a file that another process reads for itself: through a pipe it would take as long as to clean it."""

    path: str
    at: int
    size: int
    seal: Seal

    def read(self) -> bytes:
        """Return the bytes. Raises OSError if they are no longer those of the file that was sealed."""
        with open(self.path, "rb", buffering=0) as unbuffered:  # noqa: PTH123 (a third of the time of Path.open)
            raw = cast("BinaryIO", unbuffered)
            raw.seek(self.at)
            data = read(raw, self.size)
            self.seal.check(raw)
        return data


class _OnDisk(bytes):
    """A piece that is sent to another process as a stretch of its file."""

    stretch: Stretch

    def __reduce__(self) -> tuple[type[Stretch], tuple[object, ...]]:
        return Stretch, tuple(self.stretch)


def on_disk(pieces: Iterable[bytes], raw: BinaryIO, path: str) -> Iterator[bytes]:
    """Yield the pieces of a file, one behind the other, so that they know where they are."""
    at, seal = 0, Seal(raw, path)
    for data in pieces:
        piece = _OnDisk(data)
        piece.stretch = Stretch(path, at, len(data), seal)
        at += len(data)
        yield piece


def _version(raw: BinaryIO) -> tuple[int, ...]:
    status = os.fstat(raw.fileno())
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
