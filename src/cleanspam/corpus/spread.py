"""Edits the pieces of one large file on several cores."""

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter

from cleanspam.corpus.chunk import ChunkEditor, EditedChunk
from cleanspam.corpus.clean_file import CleaningWork
from cleanspam.corpus.stream_file import ByteRange
from cleanspam.corpus.workers import Emit, Workers
from cleanspam.formats.base import Format
from cleanspam.model import NamedTuple

RANGES = 2  # byte ranges in a task; with one workers waited a tenth of the time


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
