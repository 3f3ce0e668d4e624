"""Stretches: pieces of a file that another process reads for itself, if the file is still what it was."""

import os
from typing import BinaryIO, NamedTuple, cast

from cleanspam.files import changed, version
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
            raw.seek(self.at)
            data = read(raw, self.size)
            self.seal.check(raw)
        return data


class Stretches:
    """Where the pieces of a file are in it, one behind the other."""

    def __init__(self, path: str, seal: Seal) -> None:
        self._path, self._seal, self._at = path, seal, 0

    def next(self, piece: bytes) -> Stretch:
        """Return where the next piece is."""
        at = self._at
        self._at += len(piece)
        return Stretch(self._path, at, len(piece), self._seal)
