"""One file, cleaned beside its target: read, judged and written, whole if it is small, else piece by piece."""

import hashlib
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Totals
from cleanspam.corpus.cutlog import FileLine
from cleanspam.corpus.job import FileOptions, Job, Report
from cleanspam.corpus.stream_file import Edit, FileStream
from cleanspam.disk import atomic
from cleanspam.disk.compression import DecodedFile
from cleanspam.disk.encodings import choose_encoding
from cleanspam.errors import CleanspamError, told
from cleanspam.formats.base import BLOCK
from cleanspam.formats.detect import get_format
from cleanspam.formats.registry import FileType

_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


@dataclass(slots=True)
class PendingFile:
    """A cleaned file that waits for its log line and its rename."""

    job: Job
    beside: str = ""  # without it nothing is to be renamed: it is unchanged in place, done already, or failed
    line: bytes = b""  # for the log, if there is one: of many small files it takes as long to write as the files themselves
    error: str = ""
    version: tuple[int, ...] = ()  # of the file as it was read
    is_done: bool = False  # by an earlier run
    cuts: Totals | None = None  # what was done in its pieces that were cut, if there are any
    # Without their bytes; empty if they were handed on at once, or had nothing but numbers: the next ones have those as well.
    outcomes: list[ChunkResult] = field(default_factory=list)


class _Written(NamedTuple):
    """What became of a file: what is beside its target, and what a log is to say of it."""

    beside: str
    version: tuple[int, ...]
    before: str
    after: str
    cuts: int
    encoding: str


def stage(job: Job, editor: ChunkEditor, setup: FileOptions, edit: Edit, report: Report) -> PendingFile:
    """Clean one file beside its target. What goes wrong is in the result; then the target is as it was."""
    staged = PendingFile(job)
    try:
        if job.known != ("", "") and _is_done(job):
            staged.is_done = True
            return staged
        written = _stage_small(job, editor, setup, report) or _stage(job, editor, setup, edit, report)
        if setup.hashes:
            staged.line = _file_line(job, written).spelled()
        staged.version = written.version
        staged.beside = written.beside  # last: what has one is renamed, and its line must be there
    except CleanspamError as error:
        staged.error = f"{job.source}: {error}"
    except Exception as error:  # whatever a library raises at one file, the others go on
        staged.error = told(error, job.source)
    return staged


def absolute(path: Path | str) -> str:
    """Return the path from the root, links unresolved: how logs name files."""
    folder, name = os.path.split(path)
    if name in ("", os.curdir, os.pardir):
        return os.path.abspath(path)  # noqa: PTH100 (Path.resolve would follow links)
    return _absolute(folder, os.getcwd()) + name  # noqa: PTH109 (strings: this is done for every file)


@lru_cache
def _absolute(folder: str, current: str) -> str:
    """Return the folder's path from the root, with a separator at its end."""
    return os.path.join(os.path.normpath(os.path.join(current, folder)), "")  # noqa: PTH118 (the same)


def digest(path: Path | str, kind: FileType) -> str:
    """Return the SHA-256 of what a file holds, behind its compression."""
    found = hashlib.sha256()
    with Path(path).open("rb") as raw:
        source = DecodedFile(raw, kind.compression)
        while piece := source.read(BLOCK):
            found.update(piece)
    return found.hexdigest()


def _stage_small(job: Job, editor: ChunkEditor, setup: FileOptions, report: Report) -> _Written | None:
    """Clean a file of one piece, None if it is none: what a flow of pieces needs costs more than such a piece."""
    found = get_format(job.kind.format, setup.fields)
    if job.kind.compression or job.size >= BLOCK or found.rewrites_records:
        return None
    model, data = _read(job.source)
    if len(data) >= BLOCK or len(data) != model.st_size:  # it has grown, or grows
        return None
    fitted = found.fitted(data, choose_encoding(data, setup.encoding))
    edit = editor if editor.format == fitted else editor.with_format(fitted)
    outcome = edit(data) if data else ChunkResult()
    cleaned, outcome.data = outcome.data, b""
    before = after = ""
    if setup.hashes:
        before = after = hashlib.sha256(data).hexdigest()
        if outcome.is_changed:
            after = hashlib.sha256(cleaned).hexdigest()
    cuts = len(outcome.cut_records)
    report(job, outcome)
    beside = ""
    if outcome.is_changed or job.target != job.source:
        beside = atomic.written(job.target, cleaned, model, fsync=setup.fsync, times=setup.keep_times)
    return _Written(beside, atomic.version(model), before, after, cuts, fitted.encoding)


def _read(path: str) -> tuple[os.stat_result, bytes]:
    """Return the status of a file and so many bytes as it says, BLOCK at most, and one more if it has grown.

    Two thirds of the time of a file object.
    """
    handle = os.open(path, _READ)
    try:
        model = os.fstat(handle)
        return model, os.read(handle, min(model.st_size, BLOCK) + 1)
    finally:
        os.close(handle)


def _stage(job: Job, editor: ChunkEditor, setup: FileOptions, edit: Edit, report: Report) -> _Written:
    with Path(job.source).open("rb") as raw:
        work = FileStream(job, raw, editor, setup, edit, report)
        beside = work.stage()
    before, after = work.flow.before, work.flow.after
    if setup.hashes and work.format.rewrites_records:
        before = after = digest(job.source, job.kind)
        if beside and work.flow.is_changed:
            after = digest(beside, job.kind)
    return _Written(beside, work.version, before, after, work.flow.cuts, work.format.encoding)


def _file_line(job: Job, written: _Written) -> FileLine:
    file, source = absolute(job.target), absolute(job.source)
    other = source if source != file else ""
    return FileLine(file, written.before, written.after, written.cuts, other, *job.kind, written.encoding)


def _is_done(job: Job) -> bool:
    """Tell whether an earlier run did this job, and nothing has changed since."""
    before, after = job.known
    if job.source == job.target:
        return digest(job.source, job.kind) == after
    return Path(job.target).is_file() and digest(job.source, job.kind) == before and digest(job.target, job.kind) == after
