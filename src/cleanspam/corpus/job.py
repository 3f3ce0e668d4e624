"""Jobs: a file and its target, and the options of all files of a run. Only values."""

from collections.abc import Callable
from dataclasses import dataclass

from cleanspam.corpus.chunk import ChunkResult
from cleanspam.disk.atomic import NO_LOCK
from cleanspam.disk.encodings import AUTO
from cleanspam.formats.registry import FileType
from cleanspam.model import NamedTuple


@dataclass(frozen=True, slots=True)
class FileOptions:
    """The options that all files of a run share. Picklable."""

    fields: tuple[str, ...] = ()
    encoding: str = AUTO
    fsync: bool = True
    keep_times: bool = False
    hashes: bool = False  # compute hashes, for a log
    root: str = ""  # the folder that file names in the log are relative to
    token: str = ""  # the run's token, for the names of unfinished files


class Job(NamedTuple):
    """A file to clean, and the target, which may be the file itself."""

    source: str  # paths are strings: a Path costs a tenth of cleaning a small file
    target: str
    kind: FileType
    size: int = 0  # bytes on disk
    known: tuple[str, str] = ("", "")  # the hashes before and after in an earlier run
    depth: int = NO_LOCK  # the number of folders from the run's lock down to the target's folder
    must_be_read: bool = False  # a file without a field to clean is an error


TellChunk = Callable[[ChunkResult], None]  # called with each piece of a file, in order
