"""Cleans one file into an unfinished file beside its target: a small file as a whole, a large one piece by piece."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from pathlib import Path

from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, EditedChunk, placed
from cleanspam.corpus.cutlog import FileLine
from cleanspam.corpus.job import FileOptions, Job, TellChunk
from cleanspam.corpus.pool import FileWork
from cleanspam.corpus.stream_file import ByteRange, Edit, FileStream, in_turn
from cleanspam.corpus.walk import HEAD, is_own_file
from cleanspam.corpus.workers import Emit, Workers
from cleanspam.disk import atomic
from cleanspam.disk.atomic import Model, Unfinished
from cleanspam.disk.compression import DecodedFile
from cleanspam.disk.encodings import choose_encoding
from cleanspam.disk.version import Version
from cleanspam.errors import CleanspamError, told
from cleanspam.formats.base import BLOCK, NO_TEXT, Format, NoFieldError
from cleanspam.formats.detect import get_format
from cleanspam.formats.registry import FileType
from cleanspam.model import NamedTuple

RANGES = 2  # byte ranges in a task; with one workers waited a tenth of the time
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


@dataclass(slots=True)
class PendingFile:
    """A cleaned file that waits for its log line and its rename."""

    beside: Unfinished | None = None  # None if nothing is renamed: the file is unchanged in place, already done, or failed
    line: bytes = b""  # the line for the log; made by the worker, for it costs as much as writing a small file
    error: str = ""
    version: Version | None = None  # the version of the file that was read
    is_done: bool = False  # an earlier run did the file
    skip: str = ""  # the reason for skipping the file


class _Written(NamedTuple):
    """The result for one file: the unfinished file beside its target, and the file's line for the log."""

    beside: Unfinished | None
    version: Version
    before: str
    after: str
    cuts: int
    encoding: str


class _OwnFileError(Exception):
    """cleanspam itself has written the file."""


@dataclass(frozen=True, slots=True)
class CleaningWork(FileWork[Job, ChunkResult, PendingFile]):
    """Cleans each file of a run beside its target."""

    editor: ChunkEditor
    options: FileOptions

    def run(self, job: Job, report: TellChunk, edit: Edit = in_turn) -> PendingFile:
        """Clean one file. An error is stored in the result, and leaves the target unchanged."""
        try:
            return self._cleaned(job, report, edit)
        except _OwnFileError:
            return PendingFile(skip="written by cleanspam")
        except NoFieldError as error:
            if job.must_be_read or not error.is_side_file:
                return PendingFile(error=f"{job.source}: {error}")
            return PendingFile(self._copied(job) if job.target != job.source else None, skip=NO_TEXT)
        except CleanspamError as error:
            return PendingFile(error=f"{job.source}: {error}")
        except Exception as error:  # any error of a library: the other files go on
            return PendingFile(error=told(error, job.source))

    def _cleaned(self, job: Job, report: TellChunk, edit: Edit) -> PendingFile:
        if job.known != ("", "") and _is_done(job):
            return PendingFile(is_done=True)
        if not job.kind.format:
            return PendingFile(self._copied(job))
        written = self._clean_small(job, report) or self._clean(job, report, edit)
        line = _file_line(job, written).spelled(self.options.root) if self.options.hashes else b""
        return PendingFile(written.beside, line, version=written.version)

    def _copied(self, job: Job) -> Unfinished:
        """Copy a file that is not read, so that the output tree is complete."""
        options, target, stem = self.options, Path(job.target), self._stem(job)
        with Path(job.source).open("rb") as raw:
            model = atomic.model_of(raw.fileno())
            with atomic.staging(target, model=model, times=options.keep_times, fsync=options.fsync, stem=stem) as staged:
                shutil.copyfileobj(raw, staged.sink, BLOCK)
        return staged.unfinished

    def failed(self, job: Job, why: str) -> PendingFile:
        """Return the result for a file whose worker process died."""
        return PendingFile(error=f"{job.source}: {why}; it stays as it is")

    def condensed(self, parts: list[tuple[int, ChunkResult]]) -> list[tuple[int, ChunkResult]]:
        """Return the results with cuts or problems, and one result with the sums of all others."""
        told, sums = [], ChunkResult()
        for number, result in parts:
            if result.is_changed or result.problems or result.located:
                told.append((number, result))
            else:
                sums.totals.add(result.totals)
        return [*told, (parts[-1][0], sums)] if parts else []

    def _clean_small(self, job: Job, report: TellChunk) -> _Written | None:
        """Clean a file of one piece; None if it has several. Streaming a single piece would cost more than cleaning it."""
        options = self.options
        found = get_format(job.kind.format, options.fields)
        if job.kind.compression or job.size >= BLOCK or found.rewrites_records:
            return None
        model, data = _read(job.source)
        if len(data) >= BLOCK or len(data) != model.status.st_size:  # it has grown since, or is growing
            return None
        if is_own_file(data[:HEAD]):
            raise _OwnFileError
        fitted = found.fitted(data, choose_encoding(data, options.encoding))
        edit = self.editor if self.editor.format == fitted else self.editor.with_format(fitted)
        [chunk] = placed([edit(data)]) if data else [EditedChunk(ChunkResult())]
        before = hashlib.sha256(data).hexdigest() if options.hashes else ""
        after = hashlib.sha256(chunk.data).hexdigest() if options.hashes and chunk.data is not None else before
        report(chunk.result)
        beside = None
        if chunk.data is not None or job.target != job.source:
            stem = self._stem(job)
            beside = atomic.written(job.target, chunk.of(data), model, fsync=options.fsync, times=options.keep_times, stem=stem)
        return _Written(beside, Version.of(model.status), before, after, len(chunk.result.cut_records), fitted.encoding)

    def _stem(self, job: Job) -> str:
        """Return the beginning of the unfinished file's name."""
        return atomic.name_stem(self.options.token, job.depth) if self.options.token else ""

    def _clean(self, job: Job, report: TellChunk, edit: Edit) -> _Written:
        with Path(job.source).open("rb") as raw:
            if is_own_file(raw.read(HEAD)):
                raise _OwnFileError
            work = FileStream(job, raw, self.editor, self.options, edit, report)
            beside = work.clean()
        before, after = work.flow.before, work.flow.after
        if self.options.hashes and work.format.rewrites_records:
            before = after = hash_content(job.source, job.kind)
            if beside and work.flow.is_changed:
                after = hash_content(beside.path, job.kind)
        return _Written(beside, work.version, before, after, work.flow.cuts, work.format.encoding)


def absolute(path: Path | str) -> str:
    """Return the absolute path with links unresolved, which is the name of a file in logs."""
    folder, name = os.path.split(path)
    if name in ("", os.curdir, os.pardir):
        return os.path.abspath(path)  # noqa: PTH100 (Path.resolve would follow links)
    return _absolute(folder, os.getcwd()) + name  # noqa: PTH109 (strings: this is done for every file)


@lru_cache
def _absolute(folder: str, current: str) -> str:
    """Return the absolute path of the folder, with a separator at the end."""
    return os.path.join(os.path.normpath(os.path.join(current, folder)), "")  # noqa: PTH118 (the same)


def hash_content(path: Path | str, kind: FileType) -> str:
    """Return the SHA-256 of a file's decompressed content."""
    found = hashlib.sha256()
    with Path(path).open("rb") as raw:
        source = DecodedFile(raw, kind.compression)
        while piece := source.read(BLOCK):
            found.update(piece)
    return found.hexdigest()


def _read(path: str) -> tuple[Model, bytes]:
    """Return the model of a file and its bytes, at most BLOCK, and one byte more if the file has grown.

    This takes two thirds of the time of a file object.
    """
    handle = os.open(path, _READ)
    try:
        model = atomic.model_of(handle)
        return model, os.read(handle, min(model.status.st_size, BLOCK) + 1)
    finally:
        os.close(handle)


def _file_line(job: Job, written: _Written) -> FileLine:
    file, source = absolute(job.target), absolute(job.source)
    other = source if source != file else ""
    return FileLine(file, written.before, written.after, written.cuts, other, *job.kind, written.encoding)


def _is_done(job: Job) -> bool:
    """Tell whether an earlier run did this job and neither file has changed since."""
    before, after = job.known
    if job.source == job.target:
        return hash_content(job.source, job.kind) == after
    return (
        Path(job.target).is_file()
        and hash_content(job.source, job.kind) == before
        and hash_content(job.target, job.kind) == after
    )


class ChunkSpread:
    """Has the workers of a CleaningWork edit the pieces."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def __call__(self, edit: ChunkEditor, pieces: Iterable[bytes] | Iterable[ByteRange]) -> Iterator[EditedChunk]:
        """Yield each edited piece, in order. Raises WorkerDiedError if two processes die at the same piece."""
        for _, chunks in self._workers.map(_edit_pieces, _tasks(edit, pieces), attrgetter("size"), self._once_more):
            yield from chunks

    def _once_more(self, task: "_Task", why: str) -> "Iterator[list[EditedChunk]]":  # noqa: ARG002 (the second death says it)
        return self._workers.alone(_edit_pieces, task)


class _Task(NamedTuple):
    """Successive pieces for a worker."""

    format: Format
    pack: str
    pieces: list[bytes | ByteRange]
    size: int


def _tasks(edit: ChunkEditor, pieces: Iterable[bytes | ByteRange]) -> Iterator[_Task]:
    """Group the pieces into tasks: a task has several byte ranges, or a single piece of bytes."""
    pieces = iter(pieces)
    for first in pieces:
        some = [first, *islice(pieces, RANGES - 1 if isinstance(first, ByteRange) else 0)]
        size = sum(piece.size if isinstance(piece, ByteRange) else len(piece) for piece in some)
        yield _Task(edit.format, edit.pack, some, size)


def _edit_pieces(work: CleaningWork, task: _Task, emit: Emit) -> list[EditedChunk]:  # noqa: ARG001 (they go back together)
    edit = work.editor.with_format(task.format, task.pack)
    return [edit(piece.read() if isinstance(piece, ByteRange) else piece) for piece in task.pieces]
