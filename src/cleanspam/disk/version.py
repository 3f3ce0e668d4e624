"""The version of a file, by which a change by another process is noticed."""

import os
from typing import BinaryIO

from cleanspam.disk.atomic import changed, has_version, version


class FileVersion:
    """The version of an open file: its inode, size and times."""

    def __init__(self, raw: BinaryIO, path: str) -> None:
        self._path, self.version = path, version(os.fstat(raw.fileno()))

    def check(self, raw: BinaryIO) -> None:
        """Raise OSError if an open file is another file than this, or has changed."""
        if not has_version(os.fstat(raw.fileno()), self.version):
            raise changed(self._path)
