"""Stretches: pieces of a file that another process reads for itself, if the file is still what it was."""

import os
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import BinaryIO, NamedTuple, cast

from cleanspam.disk.atomic import changed, version
from cleanspam.formats.text import read


class Seal:
    """What an open file was, so that it can be told whether it has changed since."""

    def __init__(self, raw: BinaryIO, path: str) -> None:
        self._path, self.version = path, version(os.fstat(raw.fileno()))

    def check(self, raw: BinaryIO) -> None:
        """Raise OSError if the file that is open now, under the same path, is another or has changed."""
        if version(os.fstat(raw.fileno())) != self.version:
            raise changed(self._path)


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
            data = self.of(raw)
            self.seal.check(raw)
        return data

    def of(self, raw: BinaryIO) -> bytes:
        """Return the bytes of the open file."""
        raw.seek(self.at)
        return read(raw, self.size)


def stretches(path: str, seal: Seal, ends: Iterable[int]) -> Iterator[Stretch]:
    """Yield the pieces of a file that end at these places."""
    return (Stretch(path, at, end - at, seal) for at, end in pairwise(chain([0], ends)))
