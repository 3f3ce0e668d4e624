"""One file, cleaned beside its target: read, judged and written, whole if it is small, else piece by piece."""

import hashlib
import os
import shutil
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

from cleanspam import files
from cleanspam.batch import Outcome, PieceEditor, placed
from cleanspam.compress import IN_MEMBERS, Source, packed, sink
from cleanspam.cutlog import FileLine
from cleanspam.encodings import AUTO, encoding_of
from cleanspam.errors import CleanspamError
from cleanspam.formats.base import BLOCK, Format
from cleanspam.formats.registry import Kind
from cleanspam.jobs import kept
from cleanspam.opening import made, opened
from cleanspam.stretch import Seal, Stretches

LARGE = 8 << 20  # bytes on disk; a larger file goes to the workers in pieces


@dataclass(frozen=True, slots=True)
class Setup:
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
    kind: Kind
    size: int = 0  # bytes on disk
    known: tuple[str, str] = ("", "")  # hashes before and after of an earlier run


@dataclass(slots=True)
class Staged:
    """A cleaned file that waits for its log line and its rename."""

    job: Job
    beside: str = ""  # without it nothing is to be renamed: it is unchanged in place, done already, or failed
    line: bytes = b""  # for the log, if there is one: of many small files it takes as long to write as the files themselves
    error: str = ""
    is_done: bool = False  # by an earlier run
    # Without their bytes; empty if they were handed on at once, or had nothing but numbers: the next ones have those as well.
    outcomes: list[Outcome] = field(default_factory=list)


class _Written(NamedTuple):
    """What became of a file: what is beside its target, and what a log is to say of it."""

    beside: str
    before: str
    after: str
    cuts: int
    encoding: str


Report = Callable[[Job, Outcome], None]


class Edit(Protocol):
    """Who edits the pieces of a file, one behind the other."""

    def __call__(self, edit: PieceEditor, pieces: Iterable[bytes], stretches: Stretches | None = None) -> Iterator[Outcome]:
        """Yield what becomes of each piece, in order; with `stretches` another process may read them for itself."""


def in_turn(edit: PieceEditor, pieces: Iterable[bytes], stretches: Stretches | None = None) -> Iterator[Outcome]:  # noqa: ARG001 (an Edit)
    """Edit the pieces in this process."""
    return map(edit, pieces)


def stage(job: Job, editor: PieceEditor, setup: Setup, edit: Edit, report: Report) -> Staged:
    """Clean one file beside its target. What goes wrong is in the result; then the target is as it was."""
    staged = Staged(job)
    try:
        if job.known != ("", "") and _is_done(job):
            staged.is_done = True
            return staged
        written = _stage_small(job, editor, setup, report) or _stage(job, editor, setup, edit, report)
        if setup.hashes:
            staged.line = _file_line(job, written).spelled()
        staged.beside = written.beside  # last: what has one is renamed, and its line must be there
    except OSError as error:
        staged.error = f"{error.filename or job.source}: {error.strerror or error}"
    except CleanspamError as error:
        staged.error = f"{job.source}: {error}"
    except MemoryError:
        staged.error = f"{job.source}: out of memory"
    return staged


def absolute(path: Path | str) -> str:
    """Return the path from the root, links unresolved: how logs name files."""
    folder, name = os.path.split(path)
    if name in ("", os.curdir, os.pardir):
        return os.path.abspath(path)  # noqa: PTH100 (Path.resolve would follow links)
    return os.path.join(_absolute(folder, os.getcwd()), name)  # noqa: PTH109, PTH118 (strings: this is done for every file)


@lru_cache
def _absolute(folder: str, current: str) -> str:
    return os.path.normpath(os.path.join(current, folder))  # noqa: PTH118 (the same)


def digest(path: Path | str, kind: Kind) -> str:
    """Return the SHA-256 of what a file holds, behind its compression."""
    found = hashlib.sha256()
    with Path(path).open("rb") as raw:
        source = Source(raw, kind.compression)
        while piece := source.read(BLOCK):
            found.update(piece)
    return found.hexdigest()


def _stage_small(job: Job, editor: PieceEditor, setup: Setup, report: Report) -> _Written | None:
    """Clean a file of one piece, None if it is none: what a flow of pieces needs costs more than such a piece."""
    found = made(job.kind.format, setup.fields)
    if job.kind.compression or job.size >= BLOCK or not found.is_file:
        return None
    with open(job.source, "rb", buffering=0) as raw:  # noqa: PTH123 (a third of the time of Path.open)
        data, model = raw.read(), os.fstat(raw.fileno())
    if len(data) >= BLOCK:  # it has grown
        return None
    fitted = found.fitted(data, encoding_of(data, setup.encoding))
    edit = editor if editor.format == fitted else editor.with_format(fitted)
    outcome = edit(data) if data else Outcome()
    cleaned, outcome.data = outcome.data, b""
    before = after = ""
    if setup.hashes:
        before = after = hashlib.sha256(data).hexdigest()
        if outcome.is_changed:
            after = hashlib.sha256(cleaned).hexdigest()
    cuts = len(outcome.takings)
    report(job, outcome)
    beside = ""
    if outcome.is_changed or job.target != job.source:
        beside = files.written(job.target, cleaned, model, fsync=setup.fsync, times=setup.keep_times)
    return _Written(beside, before, after, cuts, fitted.encoding)


def _stage(job: Job, editor: PieceEditor, setup: Setup, edit: Edit, report: Report) -> _Written:
    with Path(job.source).open("rb") as raw:
        work = _InPieces(job, raw, editor, setup, edit, report)
        beside = work.stage()
    before, after = work.flow.before, work.flow.after
    if setup.hashes and not work.format.is_file:
        before = after = digest(job.source, job.kind)
        if beside and work.flow.is_changed:
            after = digest(beside, job.kind)
    return _Written(beside, before, after, work.flow.cuts, work.format.encoding)


def _file_line(job: Job, written: _Written) -> FileLine:
    file, source = absolute(job.target), absolute(job.source)
    other = source if source != file else ""
    return FileLine(file, written.before, written.after, written.cuts, other, *job.kind, written.encoding)


class _InPieces:
    """One open file that is cleaned in pieces."""

    def __init__(self, job: Job, raw: BinaryIO, editor: PieceEditor, setup: Setup, edit: Edit, report: Report) -> None:
        self._job, self._raw, self._setup = job, raw, setup
        self._editor, self._edit = editor, edit
        self._seal = Seal(raw, job.source)
        self._source, self.format = self._opened(raw)
        self.flow = _Flow(job, report, setup.hashes and self.format.is_file)

    def stage(self) -> str:
        """Clean the file beside its target and return the path; "" if it is its own target and has no cut.

        Where writing costs more than judging, a file without a cut is copied: gzip takes ten times as long to compress
        JSON Lines as they take to judge, and pyarrow three times as long to encode a table.
        """
        is_in_place = self._job.target == self._job.source
        if self._job.kind.compression or not self.format.is_file:
            pieces = self._from_first_cut()
            if pieces is None:
                return "" if is_in_place else self._written(self._copy)
            return self._written(partial(self._join, pieces))
        pieces = self.flow.edited(self._edited())
        if is_in_place and self._job.size <= LARGE:
            pieces = iter(list(pieces))  # what is unchanged is most often small, and then nothing is written
        if is_in_place and self.flow.is_read and not self.flow.is_changed:
            return ""
        beside = self._written(partial(self._join, pieces))
        if is_in_place and not self.flow.is_changed:
            Path(beside).unlink()
            return ""
        return beside

    def _from_first_cut(self) -> Iterator[bytes] | None:
        """Return the edited pieces once one is changed, None if none is; those before it are read again, not judged.

        If the workers compress as well, it begins anew: that is the longest part.
        """
        edited = self.flow.edited(self._edited())
        changed = next((piece for piece in edited if self.flow.is_changed), None)
        if changed is None:
            return None
        if not self._pack:
            return chain(self._unchanged(self.flow.reported - 1), [changed], edited)
        edited.close()
        self._seal.check(self._raw)
        self._source, self.format = self._opened(self._raw)
        return self.flow.edited(self._edited(self._pack))

    def _unchanged(self, number: int) -> Iterator[bytes]:
        """Yield the first pieces of the file as they are."""
        with Path(self._job.source).open("rb") as raw:
            self._seal.check(raw)
            source, fitted = self._opened(raw)
            yield from islice(fitted.pieces(cast("BinaryIO", source)), number)

    @property
    def _pack(self) -> str:
        """The compression that goes to the workers, too: of what can be compressed piece by piece."""
        is_packed = self._edit is not in_turn and self.format.is_file and self._job.kind.compression in IN_MEMBERS
        return self._job.kind.compression if is_packed else ""

    def _opened(self, raw: BinaryIO) -> tuple[Source, Format]:
        raw.seek(0)
        return opened(raw, self._job.kind, self._setup.fields, self._setup.encoding)

    def _edited(self, pack: str = "") -> Iterator[Outcome]:
        """Yield what becomes of each piece, from the first one on."""
        pieces = self.flow.read(self.format.pieces(cast("BinaryIO", self._source)))
        is_on_disk = self.format.is_file and not self._job.kind.compression
        stretches = Stretches(self._job.source, self._seal) if is_on_disk else None
        return self._edit(self._editor.with_format(self.format, pack), pieces, stretches)

    def _written(self, write: Callable[[BinaryIO], None]) -> str:
        """Have a file written beside the job's target, and return its path."""
        with files.staging(Path(self._job.target), fsync=self._setup.fsync) as (beside, sink):
            write(sink)
            sink.flush()
            files.resemble(beside, os.fstat(self._raw.fileno()), times=self._setup.keep_times)
        return str(beside)

    def _copy(self, target: BinaryIO) -> None:
        self._raw.seek(0)
        shutil.copyfileobj(self._raw, target, BLOCK)
        self._seal.check(self._raw)

    def _join(self, pieces: Iterator[bytes], target: BinaryIO) -> None:
        """Write the pieces, which may be compressed already, of a file that is still the same when all are written."""
        kind, is_packed = self._job.kind, bool(self._pack)
        by_write = self.format.is_file or (kind.format == "warc" and kind.compression == "gzip")
        with sink(target, "" if is_packed else kind.compression, by_write=by_write) as out:
            self.format.join(cast("BinaryIO", self._source), pieces, out)
        if is_packed and not target.tell():
            target.write(packed(b"", kind.compression))
        self._seal.check(self._raw)


class _Flow:
    """The pieces of one file on their way: hashed if wanted, reported with their place in the file; each once."""

    def __init__(self, job: Job, report: Report, hashes: bool) -> None:
        self.is_read = self.is_changed = False
        self.cuts = 0  # for the log
        self._job, self._report, self._hashes = job, report, hashes
        self._before, self._after = hashlib.sha256(), cast("Any", None)
        self._waiting: deque[bytes] = deque()
        self.reported = 0  # pieces

    @property
    def before(self) -> str:
        """The hash of the pieces as they were read."""
        return self._before.hexdigest()

    @property
    def after(self) -> str:
        """The hash of the edited pieces."""
        return (self._after or self._before).hexdigest()

    def read(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces as they are read, from the first one on."""
        self._waiting.clear()
        yield from kept(pieces, self._waiting)
        self.is_read = True

    def edited(self, outcomes: Iterable[Outcome]) -> Generator[bytes, None, None]:
        """Yield the edited bytes, compressed if the editor did that."""
        for number, outcome in enumerate(placed(outcomes)):
            piece, data = self._waiting.popleft(), outcome.packed or outcome.data
            if number == self.reported:
                self.reported += 1
                self._take_note(piece, outcome)
            yield data

    def _take_note(self, piece: bytes, outcome: Outcome) -> None:
        if self._hashes:
            self._hash(piece, outcome)
        self.is_changed = self.is_changed or outcome.is_changed
        self.cuts += len(outcome.takings)
        outcome.data = outcome.packed = b""
        self._report(self._job, outcome)

    def _hash(self, piece: bytes, outcome: Outcome) -> None:
        """Hash a piece, twice only from the first one on that is changed: up to there both hashes are the same."""
        if outcome.is_changed and self._after is None:
            self._after = self._before.copy()
        self._before.update(piece)
        if self._after:
            self._after.update(outcome.data)


def _is_done(job: Job) -> bool:
    """Tell whether an earlier run did this job, and nothing has changed since."""
    before, after = job.known
    if job.source == job.target:
        return digest(job.source, job.kind) == after
    return Path(job.target).is_file() and digest(job.source, job.kind) == before and digest(job.target, job.kind) == after
