"""Putting cuts back: a file, what a log says was taken out of it, and which of that is wanted again. Knows no rules."""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from cleanspam.corpus.chunk import CutRecord
from cleanspam.corpus.clean_file import digest
from cleanspam.corpus.cutlog import FileLine, LoggedFile, LogWriter, cuts_of
from cleanspam.disk import atomic
from cleanspam.disk.compression import DecodedFile, open_sink
from cleanspam.errors import CleanspamError
from cleanspam.formats.base import BLOCK, Passage, RecordFormat, error_handler
from cleanspam.formats.registry import FileType, make_format
from cleanspam.text.diff import AROUND, Hunk, Piece

Wanted = Callable[[CutRecord], bool]


class Restored(NamedTuple):
    """What came of one file."""

    put_back: int = 0
    there: int = 0  # wanted, and in the file already


def restore_file(log: Path, entry: LoggedFile, wanted: Wanted, writer: LogWriter, *, fsync: bool = True) -> Restored:
    """Put the wanted cuts of a log's file back into it; the log is told before the file is replaced.

    Raises CleanspamError if the file is not what the log says, and OSError; then it is as it was.
    """
    line, path = entry.line, Path(entry.line.file)
    if path.is_symlink():  # a link stays a link
        path = path.resolve()
    model = atomic.model_of(path)
    present = entry.present(digest(path, FileType(line.format, line.compression)))
    if present is None:
        raise CleanspamError(f"{path}: changed since it was cleaned; left as it is")
    chosen = {number for number, taking in enumerate(cuts_of(log, entry)) if wanted(taking)}
    come = chosen - present
    if not come:
        return Restored(0, len(chosen))
    if not model.status.st_mode & 0o222:
        raise CleanspamError(f"{path}: read-only; left as it is")
    now = tuple(sorted(present | come))
    with atomic.staging(path, model=model, fsync=fsync) as staged:
        after = _written(log, entry, present, come, staged.sink, staged.path)
        if len(now) == line.cuts and after != line.before and make_format(line.format).keeps_bytes:
            raise CleanspamError(f"{path}: would not be what it was; left as it is")
    beside = staged.unfinished
    _tell(writer, FileLine(line.file, line.after, after, line.cuts, put_back=now), beside)
    atomic.commit(beside, path, atomic.version(model.status))
    return Restored(len(come), len(chosen) - len(come))


def splice(source: BinaryIO, out: BinaryIO, cut_records: Iterable[tuple[CutRecord, bool, bool]], encoding: str) -> None:
    """Copy `source` to `out` with cuts put back; of each is told whether it is there already, and whether it is to come."""
    at = 0  # bytes of the original file
    for taking, is_there, comes in cut_records:
        if taking.at < at:
            raise CleanspamError("the log's cuts are out of order")
        _copy(source, out, taking.at - at)
        spelled = (taking.raw or taking.text).encode(encoding, error_handler(encoding))
        if is_there:
            _copy(source, out, len(spelled))
        elif comes:
            out.write(spelled)
        at = taking.at + len(spelled)
    _copy(source, out, None)


def _written(log: Path, entry: LoggedFile, present: frozenset[int], come: set[int], raw_sink: BinaryIO, beside: Path) -> str:
    """Write the file with its cuts put back and return its hash."""
    line = entry.line
    format_ = make_format(line.format)
    if format_.rewrites_records:
        with open_sink(raw_sink, line.compression, by_write=format_.member_per_write) as out:
            _rewrite(log, entry, present, come, out)
        raw_sink.flush()
        return digest(beside, FileType(line.format, line.compression))
    cut_records = ((taking, at in present, at in come) for at, taking in enumerate(cuts_of(log, entry)))
    with Path(line.file).open("rb") as raw, open_sink(raw_sink, line.compression) as out:
        hashed = _Hashed(out)
        splice(cast("BinaryIO", DecodedFile(raw, line.compression)), cast("BinaryIO", hashed), cut_records, line.encoding)
    return hashed.hash.hexdigest()


def _tell(writer: LogWriter, line: FileLine, beside: atomic.Unfinished) -> None:
    try:
        writer.file(line.spelled())
        writer.flush()
    except BaseException:
        atomic.discard(beside)
        raise


class _Hashed:
    """A sink that hashes what is written to it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.hash = out, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        return self._out.write(data)


def _copy(source: BinaryIO, out: BinaryIO, size: int | None) -> None:
    """Copy so many bytes; None is all that are left."""
    while size is None or size > 0:
        data = source.read(BLOCK if size is None else min(size, BLOCK))
        if not data and size is not None:
            raise CleanspamError("the file ends before the place of a cut")
        if not data:
            return
        out.write(data)
        size = None if size is None else size - len(data)


def hunks_again(log: Path, entry: LoggedFile) -> list[Hunk] | None:
    """Return the cuts of a file as they were shown when they were made; None if the file is not what the log says.

    Holds the file in memory.
    """
    line, path = entry.line, Path(entry.line.file)
    try:
        present = entry.present(digest(path, FileType(line.format, line.compression)))
    except (OSError, CleanspamError):
        return None
    cut_records = list(cuts_of(log, entry))
    if present is None or any(taking.at < 0 for taking in cut_records):
        return None
    whole = io.BytesIO()
    with path.open("rb") as raw:
        told = ((taking, at in present, True) for at, taking in enumerate(cut_records))
        splice(cast("BinaryIO", DecodedFile(raw, line.compression)), whole, told, line.encoding)
    return _hunks(whole.getvalue(), cut_records, line.encoding)


def _hunks(data: bytes, cut_records: Iterable[CutRecord], encoding: str) -> list[Hunk]:
    """Return one hunk for each cut, with the text around it as the file spells it."""
    found, lines, counted = [], 1, 0
    for taking in cut_records:
        spelled = (taking.raw or taking.text).encode(encoding, error_handler(encoding))
        lines += data.count(b"\n", counted, taking.at)
        counted = taking.at
        before = data[max(0, taking.at - 4 * AROUND) : taking.at].decode(encoding, "replace")
        behind = data[taking.at + len(spelled) : taking.at + len(spelled) + 4 * AROUND].decode(encoding, "replace")
        left, right = before.splitlines()[-1:] if before[-1:] not in ("\n", "\r") else [], behind.splitlines()[:1]
        pieces = (Piece("".join(left)[-AROUND:], False), Piece(taking.text, True), Piece("".join(right)[:AROUND], False))
        found.append(Hunk(lines, pieces, taking.rules[:1], (taking.site,)))
    return found


def _rewrite(log: Path, entry: LoggedFile, present: frozenset[int], come: set[int], out: BinaryIO) -> None:
    """Write a file whose records are written anew around their strings, with its cuts put back."""
    line = entry.line
    wanted: dict[tuple[int, str], list[tuple[CutRecord, bool, bool]]] = {}
    for at, taking in enumerate(cuts_of(log, entry)):
        wanted.setdefault((taking.record - 1, taking.field), []).append((taking, at in present, at in come))
    fields = {re.sub(r"(?<!\\)\[\d+\]", "[]", name) for _, name in wanted}
    with Path(line.file).open("rb") as raw:
        source = cast("BinaryIO", DecodedFile(raw, line.compression))
        made = cast("RecordFormat", make_format(line.format, sorted(fields)))
        made.join(source, _rewritten(made, source, wanted), out)


def _rewritten(
    made: RecordFormat, source: BinaryIO, wanted: dict[tuple[int, str], list[tuple[CutRecord, bool, bool]]]
) -> Iterator[bytes]:
    records = 0
    for piece in made.pieces(source):
        before = records

        def change(passage: Passage, before: int = before) -> str:
            cut_records = wanted.get((passage.record + before, passage.field), ())
            return _with(passage.text, cut_records) if cut_records else passage.text

        edited = made.rewritten(piece, change)
        yield edited.data
        records += edited.records


def _with(text: str, cut_records: Iterable[tuple[CutRecord, bool, bool]]) -> str:
    """Return a text with cuts put back; their starts are code points of the original."""
    parts, at, original = [], 0, 0
    for taking, is_there, comes in cut_records:
        kept = taking.start - original + (len(taking.text) if is_there else 0)
        parts += [text[at : at + kept], taking.text if comes else ""]
        at, original = at + kept, taking.start + len(taking.text)
    return "".join([*parts, text[at:]])
