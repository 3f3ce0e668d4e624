"""Cleans one open file in pieces into an unfinished file beside its target."""

import hashlib
import shutil
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar, cast

from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, EditedChunk, placed
from cleanspam.corpus.job import FileOptions, Job, TellChunk
from cleanspam.corpus.pool import LARGE
from cleanspam.disk import atomic
from cleanspam.disk.atomic import Unfinished
from cleanspam.disk.compression import IN_MEMBERS, DecodedFile, compress_member, open_sink
from cleanspam.disk.version import FileVersion
from cleanspam.formats.base import BLOCK, Format, PlacedFormat
from cleanspam.formats.blocks import read_bytes
from cleanspam.formats.detect import open_content
from cleanspam.model import NamedTuple


class ByteRange(NamedTuple):
    """A range of a file's bytes, which the worker reads: sending the bytes through a pipe takes as long as cleaning them."""

    path: str
    at: int
    size: int
    seal: FileVersion

    def read(self) -> bytes:
        """Return the bytes. Raises OSError if the file has changed since the range was made."""
        with open(self.path, "rb", buffering=0) as unbuffered:  # noqa: PTH123 (a third of the time of Path.open)
            raw = cast("BinaryIO", unbuffered)
            data = self.of(raw)
            self.seal.check(raw)
        return data

    def of(self, raw: BinaryIO) -> bytes:
        """Return the bytes of the range in an open file."""
        raw.seek(self.at)
        return read_bytes(raw, self.size)


Piece = TypeVar("Piece", bytes, ByteRange)


class Edit(Protocol):
    """Edits the pieces of a file."""

    def __call__(self, edit: ChunkEditor, pieces: Iterable[Any]) -> Iterator[EditedChunk]:
        """Yield each edited piece, in order."""


def in_turn(edit: ChunkEditor, pieces: Iterable[bytes]) -> Iterator[EditedChunk]:
    """Edit the pieces in this process."""
    return map(edit, pieces)


class FileStream:
    """Cleans one open file in pieces."""

    def __init__(self, job: Job, raw: BinaryIO, editor: ChunkEditor, setup: FileOptions, edit: Edit, report: TellChunk) -> None:
        self._job, self._raw, self._setup = job, raw, setup
        self._editor, self._edit = editor, edit
        self._seal = FileVersion(raw, job.source)
        self.version = self._seal.version
        self._source, self.format = self._opened(raw)
        self.flow = _ChunkLedger(job, raw, report, setup.hashes and not self.format.rewrites_records)

    def clean(self) -> Unfinished | None:
        """Clean the file and return the unfinished file beside the target; None for an uncut file that is its own target.

        If writing costs more than judging, a file without a cut is copied: for JSON Lines, gzip takes ten times as long as
        judging, and for a table pyarrow takes three times as long.
        """
        is_in_place = self._job.target == self._job.source
        if self._job.kind.compression or self.format.rewrites_records:
            pieces = self._from_first_cut()
            if pieces is None:
                return None if is_in_place else self._written(self._copy)
            return self._written(partial(self._join, pieces))
        pieces = self.flow.edited(self._edited())
        if is_in_place and self._job.size <= LARGE:
            pieces = iter(list(pieces))  # most unchanged files are small, and then nothing is written
        if is_in_place and self.flow.is_read and not self.flow.is_changed:
            return None
        beside = self._written(partial(self._join, pieces))
        if is_in_place and not self.flow.is_changed:
            atomic.discard(beside)
            return None
        return beside

    def _from_first_cut(self) -> Iterator[bytes] | None:
        """Return all edited pieces if one is changed, else None. Pieces before the first change are read again, not judged.

        A compressed file begins anew: then the workers compress too, which takes longest, and there is no second reader, which
        would hold another window, with zstd up to 128 MiB.
        """
        edited = self.flow.edited(self._edited())
        changed = next((piece for piece in edited if self.flow.is_changed), None)
        if changed is None:
            return None
        if not self._job.kind.compression:
            return chain(self._unchanged(self.flow.reported - 1), [changed], edited)
        edited.close()
        self._seal.check(self._raw)
        self._source, self.format = self._opened(self._raw)
        return self.flow.edited(self._edited(self._pack))

    def _unchanged(self, number: int) -> Iterator[bytes]:
        """Yield the first pieces of the file unchanged."""
        with Path(self._job.source).open("rb") as raw:
            self._seal.check(raw)
            source, fitted = self._opened(raw)
            yield from islice(fitted.pieces(cast("BinaryIO", source)), number)

    @property
    def _pack(self) -> str:
        """The compression that the workers do, for formats whose pieces are compressed separately; else ""."""
        is_packed = self._edit is not in_turn and not self.format.rewrites_records and self._job.kind.compression in IN_MEMBERS
        return self._job.kind.compression if is_packed else ""

    def _opened(self, raw: BinaryIO) -> tuple[DecodedFile, Format]:
        raw.seek(0)
        return open_content(raw, self._job.kind, self._setup.fields, self._setup.encoding)

    def _edited(self, pack: str = "") -> Iterator[EditedChunk]:
        """Yield each edited piece, from the first one on."""
        return self._edit(self._editor.with_format(self.format, pack), self._sent())

    def _sent(self) -> Iterator[bytes] | Iterator[ByteRange]:
        """Yield the pieces to edit: byte ranges if another process can read them from the file, else bytes."""
        pieces = self.format.pieces(cast("BinaryIO", self._source))
        if self._edit is in_turn or self._job.kind.compression or self.format.rewrites_records:
            return self.flow.read(pieces)
        if isinstance(self.format, PlacedFormat):
            return self.flow.read(_byte_ranges(self._job.source, self._seal, self.format.places(self._raw)))
        return _byte_ranges(self._job.source, self._seal, accumulate(map(len, self.flow.read(pieces))))

    def _written(self, write: Callable[[BinaryIO], None]) -> Unfinished:
        """Write the pieces into an unfinished file beside the job's target."""
        options, job = self._setup, self._job
        model = atomic.model_of(self._raw.fileno())
        stem = atomic.name_stem(options.token, job.depth) if options.token else ""
        with atomic.staging(Path(job.target), model=model, times=options.keep_times, fsync=options.fsync, stem=stem) as staged:
            write(staged.sink)
        return staged.unfinished

    def _copy(self, target: BinaryIO) -> None:
        self._raw.seek(0)
        shutil.copyfileobj(self._raw, target, BLOCK)
        self._seal.check(self._raw)

    def _join(self, pieces: Iterator[bytes], target: BinaryIO) -> None:
        """Write the pieces, which may be compressed already. Raises OSError if the file has changed meanwhile."""
        kind, is_packed = self._job.kind, bool(self._pack)
        with open_sink(target, "" if is_packed else kind.compression, by_write=self.format.member_per_write) as out:
            self.format.join(cast("BinaryIO", self._source), pieces, out)
        if is_packed and not target.tell():
            target.write(compress_member(b"", kind.compression))
        self._seal.check(self._raw)


class _ChunkLedger:
    """Hashes and reports each piece of one file once, with places that count from the start of the file."""

    def __init__(self, job: Job, raw: BinaryIO, report: TellChunk, hashes: bool) -> None:
        self.is_read = self.is_changed = False
        self.cuts = 0  # the number of cuts, for the log
        self._job, self._raw, self._report, self._hashes = job, raw, report, hashes
        self._before, self._after = hashlib.sha256(), cast("Any", None)
        self._waiting: deque[bytes] | deque[ByteRange] = deque()
        self.reported = 0  # the number of pieces
        self._unpacked = 0  # bytes of the compressed file that were read

    @property
    def before(self) -> str:
        """The hash of the pieces before editing."""
        return self._before.hexdigest()

    @property
    def after(self) -> str:
        """The hash of the edited pieces."""
        return (self._after or self._before).hexdigest()

    def read(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield the pieces, as bytes or as ranges, from the first piece on."""
        self._waiting = waiting = deque[Piece]()
        for piece in pieces:
            waiting.append(piece)
            yield piece
        self.is_read = True

    def edited(self, chunks: Iterable[EditedChunk]) -> Generator[bytes, None, None]:
        """Yield the edited bytes, compressed if the editor compresses."""
        for number, chunk in enumerate(placed(chunks)):
            piece = self._next()
            edited = chunk.of(piece)
            if number == self.reported:
                self.reported += 1
                self._take_note(piece, edited, chunk.result)
            yield chunk.packed or edited

    def _next(self) -> bytes:
        """Return the bytes of the oldest waiting piece. A byte range is read only now."""
        piece = self._waiting.popleft()
        return piece.of(self._raw) if isinstance(piece, ByteRange) else piece

    def _take_note(self, piece: bytes, edited: bytes, result: ChunkResult) -> None:
        if self._hashes:
            self._hash(piece, edited)
        self.is_changed = self.is_changed or result.is_changed
        self.cuts += len(result.cut_records)
        result.on_disk = self._on_disk(result)
        self._report(result)

    def _on_disk(self, result: ChunkResult) -> int:
        """Return the bytes of the file for a piece; in a compressed file, those that were read since the last piece."""
        if not self._job.kind.compression:
            return result.size
        before, self._unpacked = self._unpacked, max(self._unpacked, self._raw.tell())
        return self._unpacked - before

    def _hash(self, piece: bytes, edited: bytes) -> None:
        """Hash a piece before and after editing. Up to the first changed piece both hashes are the same object."""
        if edited is not piece and self._after is None:
            self._after = self._before.copy()
        self._before.update(piece)
        if self._after:
            self._after.update(edited)


def _byte_ranges(path: str, seal: FileVersion, ends: Iterable[int]) -> Iterator[ByteRange]:
    """Yield the successive ranges of a file that end at the given places."""
    return (ByteRange(path, at, end - at, seal) for at, end in pairwise(chain([0], ends)))
