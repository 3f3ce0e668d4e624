"""Jobs: which file is cleaned into which, and what all files of a run have in common. Values only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from cleanspam.corpus.chunk import ChunkResult
from cleanspam.disk.encodings import AUTO
from cleanspam.formats.registry import FileType

LARGE = 8 << 20  # bytes on disk; a larger file goes to the workers in pieces


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What all files of a run have in common. Picklable."""

    fields: tuple[str, ...] = ()
    encoding: str = AUTO
    fsync: bool = True
    keep_times: bool = False
    hashes: bool = False  # needed for a log


class Job(NamedTuple):
    """A file to clean into a target, which may be the file itself."""

    source: str  # paths as strings: a Path costs a tenth of what a small file does
    target: str
    kind: FileType
    size: int = 0  # bytes on disk
    known: tuple[str, str] = ("", "")  # hashes before and after of an earlier run


Report = Callable[[Job, ChunkResult], None]
