"""Jobs: which file is cleaned into which target, and the options of all files of a run. Values only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from cleanspam.corpus.chunk import ChunkResult
from cleanspam.disk.atomic import NO_LOCK
from cleanspam.disk.encodings import AUTO
from cleanspam.formats.registry import FileType


@dataclass(frozen=True, slots=True)
class FileOptions:
    """The options that all files of a run share. Picklable."""

    fields: tuple[str, ...] = ()
    encoding: str = AUTO
    fsync: bool = True
    keep_times: bool = False
    hashes: bool = False  # needed for a log
    root: str = ""  # the folder that the log names files from
    token: str = ""  # of the run, for the names of its unfinished files


class Job(NamedTuple):
    """A file to clean into a target; the target may be the file itself."""

    source: str  # paths as strings: a Path costs a tenth of what a small file does
    target: str
    kind: FileType
    size: int = 0  # bytes on disk
    known: tuple[str, str] = ("", "")  # hashes before and after of an earlier run
    depth: int = NO_LOCK  # folders from the run's lock down to the target's
    must_be_read: bool = False  # it is an error if the file has no field to clean


TellChunk = Callable[[ChunkResult], None]  # is told of each piece of a file, in order
