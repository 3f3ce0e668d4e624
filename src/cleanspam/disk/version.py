"""The version of a file: what tells that another process has changed it."""

import os
from typing import BinaryIO

from cleanspam.disk.atomic import changed, has_version, version


class FileVersion:
    """What an open file was, so that it can be told whether it has changed since."""

    def __init__(self, raw: BinaryIO, path: str) -> None:
        self._path, self.version = path, version(os.fstat(raw.fileno()))

    def check(self, raw: BinaryIO) -> None:
        """Raise OSError if the file that is open now, under the same path, is another or has changed."""
        if not has_version(os.fstat(raw.fileno()), self.version):
            raise changed(self._path)
