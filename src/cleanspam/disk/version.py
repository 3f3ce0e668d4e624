"""File versions, which show that another process has changed a file."""

import errno
import os
from pathlib import Path
from typing import BinaryIO

from cleanspam.model import NamedTuple


class Identity(NamedTuple):
    """The identity of a file, and the time of the last write."""

    device: int
    inode: int
    size: int  # bytes
    modified: int  # nanoseconds

    @staticmethod
    def of(status: os.stat_result) -> "Identity":
        """Return the identity of a file with this status."""
        return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class Version(NamedTuple):
    """The version of a file. It differs once the file was changed or replaced, even if its time was set back."""

    identity: Identity
    changed: int  # nanoseconds; 0 for a file with several names, for replacing one of the names changes this time

    @staticmethod
    def of(status: os.stat_result) -> "Version":
        """Return the version of a file with this status."""
        return Version(Identity.of(status), status.st_ctime_ns if status.st_nlink <= 1 else 0)

    def is_of(self, status: os.stat_result) -> bool:
        """Tell whether a file with this status is still the version that was read."""
        return Version(Identity.of(status), status.st_ctime_ns if self.changed else 0) == self


class FileVersion:
    """The version of an open file, with its path for the error."""

    def __init__(self, raw: BinaryIO, path: str) -> None:
        self._path, self.version = path, Version.of(os.fstat(raw.fileno()))

    def check(self, raw: BinaryIO) -> None:
        """Raise OSError if an open file is not this file, or has changed."""
        if not self.version.is_of(os.fstat(raw.fileno())):
            raise changed(self._path)


def changed(path: Path | str) -> OSError:
    """Return the error for a file that has changed since it was read."""
    return OSError(errno.EIO, "it was changed while it was read, or since", str(path))
