"""One run over many files: each is read, cleaned and written beside its target; then its log line, then its rename.

Small files go to the workers whole, several at a time; of a large one they are sent the pieces, or where on the disk
those are. Nothing in a result depends on which way it went or how many workers there are.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any, NamedTuple

from cleanspam.corpus.byterange import ByteRange
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult
from cleanspam.corpus.clean_file import PendingFile, stage
from cleanspam.corpus.job import LARGE, FileOptions, Job, Report
from cleanspam.corpus.stream_file import in_turn
from cleanspam.corpus.workers import Workers, kept
from cleanspam.formats.base import BLOCK, Format
from cleanspam.formats.registry import FileType

GROUP = 64  # files, and not more than BLOCK bytes but for the last of them
STRETCHES = 2  # in one call: one at a time, workers waited for the next one for a tenth of the time


class Corpus:
    """Cleans files on some workers. Results come in the order of the jobs."""

    def __init__(self, editor: ChunkEditor, setup: FileOptions, jobs: int) -> None:
        self._editor, self._setup = editor, setup
        self._workers = Workers(jobs, _set_up if jobs <= 1 else _set_up_process, (editor, setup))

    def __enter__(self) -> "Corpus":
        return self

    def __exit__(self, *error: Any) -> None:
        self._workers.__exit__(*error)

    def staged(self, jobs: Iterable[Job], report: Report) -> Iterator[PendingFile]:
        """Yield each file, cleaned beside its target; `report` is told of every piece before that."""
        if self._workers.jobs <= 1:
            for job in jobs:
                yield stage(job, self._editor, self._setup, in_turn, report)
            return
        for is_large, some in _split(_grouped(jobs)):
            if is_large:
                for group in some:
                    yield stage(group[0], self._editor, self._setup, self.spread, report)
                continue
            waiting: deque[list[Job]] = deque()
            for done in self._workers.map(_stage_group, kept(some, waiting)):
                for job, staged in zip(waiting.popleft(), done, strict=True):
                    staged.job = job
                    for outcome in staged.outcomes:
                        report(job, outcome)
                    yield staged

    def spread(self, edit: ChunkEditor, pieces: Iterable[bytes] | Iterable[ByteRange]) -> Iterator[ChunkResult]:
        """Edit the pieces on the workers. Of a ByteRange that is not changed the outcome has no bytes."""
        waiting: deque[bytes | ByteRange] = deque()
        tasks = _tasks(edit, kept(pieces, waiting))
        for outcome in chain.from_iterable(self._workers.map(_edit_pieces, tasks, attrgetter("size"))):
            piece = waiting.popleft()
            if not outcome.is_changed and isinstance(piece, bytes):
                outcome.data = piece
            yield outcome


def _grouped(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Yield the jobs in groups for one call; a large one by itself."""
    group: list[Job] = []
    size = 0
    for job in jobs:
        if group and (len(group) == GROUP or size >= BLOCK or job.size > LARGE):
            yield group
            group, size = [], 0
        group.append(job)
        size += job.size
        if job.size > LARGE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _split(groups: Iterable[list[Job]]) -> Iterator[tuple[bool, Iterator[list[Job]]]]:
    """Yield runs of groups: those of a large file, and those of small ones."""
    yield from groupby(groups, key=lambda group: group[0].size > LARGE)


class _Told:
    """Keeps what a worker is to report of a group of files: of those with nothing but numbers, their sums."""

    def __init__(self) -> None:
        self.outcomes: list[ChunkResult] = []
        self.sums = ChunkResult()

    def __call__(self, job: Job, outcome: ChunkResult) -> None:  # noqa: ARG002 (a Report is told which file)
        if outcome.is_changed or outcome.problems or outcome.located:
            self.outcomes.append(outcome)
        else:
            self.sums.totals.add(outcome.totals)


class _Task(NamedTuple):
    """Pieces for a worker, one behind the other."""

    format: Format
    pack: str
    pieces: list[bytes | ByteRange]
    size: int


def _tasks(edit: ChunkEditor, pieces: Iterable[bytes | ByteRange]) -> Iterator[_Task]:
    """Yield tasks for the pieces: several each of what workers read for themselves, else one."""
    pieces = iter(pieces)
    for first in pieces:
        some = [first, *islice(pieces, STRETCHES - 1 if isinstance(first, ByteRange) else 0)]
        size = sum(piece.size if isinstance(piece, ByteRange) else len(piece) for piece in some)
        yield _Task(edit.format, edit.pack, some, size)


# What an answer has for a job: who sent it has it. To send it back would cost more than all else in the answer.
_SENT = Job("", "", FileType("", ""))
# A worker's own, set once when it starts.
_worker: list[tuple[ChunkEditor, FileOptions]] = []


def _set_up(editor: ChunkEditor, setup: FileOptions) -> None:
    _worker[:] = [(editor, setup)]


def _set_up_process(editor: ChunkEditor, setup: FileOptions) -> None:
    _set_up(editor, setup)
    import regex  # noqa: F401 (10 ms that a process has while the first pieces are looked for)


def _edit_pieces(task: _Task) -> list[ChunkResult]:
    editor, _ = _worker[0]
    edit = editor.with_format(task.format, task.pack)
    outcomes = [edit(piece.read() if isinstance(piece, ByteRange) else piece) for piece in task.pieces]
    for outcome in outcomes:
        if not outcome.is_changed:
            outcome.data = b""  # who sent the piece has it
    return outcomes


def _stage_group(jobs: list[Job]) -> list[PendingFile]:
    editor, setup = _worker[0]
    done, told = [], _Told()
    for job in jobs:
        staged = stage(job, editor, setup, in_turn, told)
        staged.job, staged.outcomes, told.outcomes = _SENT, told.outcomes, []
        done.append(staged)
    done[-1].outcomes.append(told.sums)
    return done
