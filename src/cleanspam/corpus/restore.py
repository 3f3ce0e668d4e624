"""Puts cuts back: takes a cleaned file, its cuts in a log, and a choice among them. Knows no rules."""

import hashlib
import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from cleanspam.corpus.chunk import CutRecord
from cleanspam.corpus.clean_file import hash_content
from cleanspam.corpus.cutlog import FileLine, LoggedFile, LogWriter, cuts_of
from cleanspam.disk import atomic, runlock
from cleanspam.disk.compression import DecodedFile, open_sink
from cleanspam.disk.version import Version
from cleanspam.errors import CleanspamError
from cleanspam.formats.base import BLOCK, Passage, RecordFormat, error_handler
from cleanspam.formats.registry import FileType, make_format
from cleanspam.model import NamedTuple
from cleanspam.text.diff import AROUND, Hunk, LinePiece
from cleanspam.text.locate import count_line_ends

Wanted = Callable[[CutRecord], bool]


class Restored(NamedTuple):
    """The result for one file."""

    put_back: int = 0
    there: int = 0  # chosen cuts that are in the file already
    problem: str = ""  # the reason why the rest could not be put back


class RestoreLock:
    """A lock on the root of a log. If this process dies, the lock lets the next run remove its unfinished files."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._locks = runlock.RunLocks(runlock.new_token())
        self._is_held = bool(root) and self._locks.hold(self._root)
        self._folders: set[Path] = set()

    def stem(self, path: Path) -> str:
        """Return the name of the unfinished file beside a real path below the root. Removes unfinished files of dead runs."""
        folder = path.parent
        if folder not in self._folders:
            atomic.sweep([folder])
            self._folders.add(folder)
        depth = len(folder.relative_to(self._root).parts) if self._is_held else atomic.NO_LOCK
        return atomic.name_stem(self._locks.token, depth)

    def close(self) -> None:
        """Remove the lock, and the locks of dead runs."""
        if self._is_held:
            runlock.remove_dead_locks(Path(self._root))
        self._locks.release()


class Restorer(NamedTuple):
    """The log, and the choice of cuts to put back."""

    log: Path
    root: str
    wanted: Wanted
    writer: LogWriter
    lock: RestoreLock
    fsync: bool = True


def restore_history(history: list[LoggedFile], by: Restorer) -> Restored:
    """Put the chosen cuts of a file back: the cuts of the last run first, then those of earlier runs.

    A file that has changed since, or lies outside the root, stays as it is, with a problem in the result. Raises OSError.
    """
    path = history[-1].line.file
    done = Restored()
    try:
        place = _place(path, by.root)
        for entry in reversed(history):
            if entry.line.cuts:
                more = _restore_entry(entry, place, by)
                done = Restored(done.put_back + more.put_back, done.there + more.there)
    except CleanspamError as error:
        done = done._replace(problem=f"{path}: {error}")
    return done


def _place(file: str, root: str) -> Path:
    """Return the real path of a file in a log. Raises CleanspamError if the path is outside the root.

    A log may come from a stranger: a name in it may be a link out of the corpus, a device, or any file of the user.
    """
    place = Path(os.path.realpath(file))
    real = os.path.realpath(root)
    if not root or not str(place).startswith(os.path.join(real, "")):  # noqa: PTH118 (a prefix)
        raise CleanspamError(f"it lies outside {root or 'what the log states as its root'}; nothing is written there")
    if not stat.S_ISREG(place.stat().st_mode):
        raise CleanspamError("no regular file; it stays as it is")
    return place


def _restore_entry(entry: LoggedFile, path: Path, by: Restorer) -> Restored:
    """Put back the cuts of one run in a file. The log is written before the file is replaced."""
    line = entry.line
    model = atomic.model_of(path)
    chosen = {number for number, record in enumerate(cuts_of(by.log, entry)) if by.wanted(record)}
    present = entry.present(hash_content(path, FileType(line.format, line.compression)))
    if present is None and not chosen:
        return Restored()
    if present is None:
        raise CleanspamError(f"changed since it was cleaned; left as it is ({len(chosen):,} cuts of {entry.run.time})")
    come = chosen - present
    if not come:
        return Restored(0, len(chosen))
    if not model.status.st_mode & 0o222:
        raise CleanspamError("read-only; left as it is")
    now = tuple(sorted(present | come))
    with atomic.staging(path, model=model, fsync=by.fsync, stem=by.lock.stem(path)) as staged:
        after = _written(by.log, entry, path, present, come, staged.sink, staged.path)
        if len(now) == line.cuts and after != line.before and make_format(line.format).keeps_bytes:
            raise CleanspamError("restoring would not give the original bytes; left as it is")
    beside = staged.unfinished
    told = FileLine(line.file, line.after, after, line.cuts, put_back=now)
    _tell(by.writer, told.spelled(by.root), beside)
    atomic.commit(beside, path, Version.of(model.status))
    return Restored(len(come), len(chosen) - len(come))


def splice(source: BinaryIO, out: BinaryIO, cut_records: Iterable[tuple[CutRecord, bool, bool]], encoding: str) -> None:
    """Copy `source` to `out` and put cuts back. With each cut come two flags: it is in `source`, and it shall be in `out`."""
    at = 0  # the place in the original file, in bytes
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


def _written(
    log: Path, entry: LoggedFile, path: Path, present: frozenset[int], come: set[int], raw_sink: BinaryIO, beside: Path
) -> str:
    """Write the file with its cuts put back and return its hash."""
    line = entry.line
    format_ = make_format(line.format)
    if format_.rewrites_records:
        with open_sink(raw_sink, line.compression, by_write=format_.member_per_write) as out:
            _rewrite(log, entry, path, present, come, out)
        raw_sink.flush()
        return hash_content(beside, FileType(line.format, line.compression))
    cut_records = ((taking, at in present, at in come) for at, taking in enumerate(cuts_of(log, entry)))
    with path.open("rb") as raw, open_sink(raw_sink, line.compression) as out:
        hashed = _Hashed(out)
        splice(cast("BinaryIO", DecodedFile(raw, line.compression)), cast("BinaryIO", hashed), cut_records, line.encoding)
    return hashed.hash.hexdigest()


def _tell(writer: LogWriter, line: bytes, beside: atomic.Unfinished) -> None:
    try:
        writer.file(line)
        writer.flush()
    except BaseException:
        atomic.discard(beside)
        raise


class _Hashed:
    """A sink that hashes the bytes written to it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.hash = out, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        return self._out.write(data)


def _copy(source: BinaryIO, out: BinaryIO, size: int | None) -> None:
    """Copy `size` bytes; None means the rest."""
    while size is None or size > 0:
        data = source.read(BLOCK if size is None else min(size, BLOCK))
        if not data and size is not None:
            raise CleanspamError("the file ends before the place of a cut")
        if not data:
            return
        out.write(data)
        size = None if size is None else size - len(data)


def hunks_again(log: Path, entry: LoggedFile) -> list[Hunk] | None:
    """Return the cuts of a file in the form of the diff; None if the file has changed since.

    The file is held in memory.
    """
    line, path = entry.line, Path(entry.line.file)
    try:
        present = entry.present(hash_content(path, FileType(line.format, line.compression)))
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
    """Return a hunk for each cut, with the text around it as spelled in the file."""
    found, lines, counted = [], 1, 0
    for taking in cut_records:
        spelled = (taking.raw or taking.text).encode(encoding, error_handler(encoding))
        lines += count_line_ends(data[counted : taking.at].decode(encoding, "replace"))
        counted = taking.at
        before = data[max(0, taking.at - 4 * AROUND) : taking.at].decode(encoding, "replace")
        behind = data[taking.at + len(spelled) : taking.at + len(spelled) + 4 * AROUND].decode(encoding, "replace")
        left, right = before.splitlines()[-1:] if before[-1:] not in ("\n", "\r") else [], behind.splitlines()[:1]
        pieces = (
            LinePiece("".join(left)[-AROUND:], False),
            LinePiece(taking.text, True),
            LinePiece("".join(right)[:AROUND], False),
        )
        found.append(Hunk(lines, pieces, taking.rules[:1], (taking.site,)))
    return found


def _rewrite(log: Path, entry: LoggedFile, path: Path, present: frozenset[int], come: set[int], out: BinaryIO) -> None:
    """Put cuts back into a file of a format that rewrites records."""
    line = entry.line
    wanted: dict[tuple[int, str], list[tuple[CutRecord, bool, bool]]] = {}
    for at, taking in enumerate(cuts_of(log, entry)):
        wanted.setdefault((taking.record - 1, taking.field), []).append((taking, at in present, at in come))
    fields = {re.sub(r"(?<!\\)\[\d+\]", "[]", name) for _, name in wanted}
    with path.open("rb") as raw:
        source = cast("BinaryIO", DecodedFile(raw, line.compression))
        made = cast("RecordFormat", make_format(line.format, sorted(fields)))
        made.join(source, _rewritten(made, source, wanted), out)


def _rewritten(
    format_: RecordFormat, source: BinaryIO, wanted: dict[tuple[int, str], list[tuple[CutRecord, bool, bool]]]
) -> Iterator[bytes]:
    records = 0
    for piece in format_.pieces(source):
        before = records

        def change(passage: Passage, before: int = before) -> str:
            cut_records = wanted.get((passage.record + before, passage.field), ())
            return _with(passage.text, cut_records) if cut_records else passage.text

        edited = format_.rewritten(piece, change)
        yield edited.data
        records += edited.records


def _with(text: str, cut_records: Iterable[tuple[CutRecord, bool, bool]]) -> str:
    """Return a text with cuts put back; the starts of cuts are code points of the original."""
    parts, at, original = [], 0, 0
    for taking, is_there, comes in cut_records:
        if taking.start < original:
            raise CleanspamError("the log's cuts are out of order")
        kept = taking.start - original + (len(taking.text) if is_there else 0)
        parts += [text[at : at + kept], taking.text if comes else ""]
        at, original = at + kept, taking.start + len(taking.text)
    return "".join([*parts, text[at:]])
