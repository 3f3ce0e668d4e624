"""WARC and WET: the plain-text records are cleaned, each by itself, and their lengths and digests are made to fit again."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import BinaryIO, ClassVar, NamedTuple

from cleanspam.disk.compression import write_as_one
from cleanspam.formats.base import BLOCK, RECORD, Change, Edited, Editor, Passage, cut_by

_LENGTH_RE = re.compile(rb"^(content-length:[ \t]*)(\d{1,18})(?!\d)", re.IGNORECASE | re.MULTILINE)
_DIGEST_RE = re.compile(rb"^(warc-(?:block|payload)-digest:[ \t]*)(\w+):(\S+)", re.IGNORECASE | re.MULTILINE)
_PLAIN_RE = re.compile(rb"^content-type:[ \t]*text/plain\b", re.IGNORECASE | re.MULTILINE)
# The standard asks for CRLF; there are files with LF, and in one the next CRLFCRLF is that of the HTTP header in the block.
_LINE_ENDS_RE = re.compile(rb"(?:\r?\n)*")
_HEAD_END_RE = re.compile(rb"\r?\n\r?\n")
_MAGIC = b"WARC/"
_LONGEST_HEAD = 1 << 20


class Record(NamedTuple):
    """One record: its header up to and with the empty line, its block, and the blank lines behind it."""

    head: bytes
    block: bytes
    tail: bytes


@dataclass(frozen=True, slots=True)
class WarcFormat:
    """A WARC file. Its texts are UTF-8, as the standard asks of text/plain that says nothing else."""

    encoding: str = ""
    name: str = "warc"
    rewrites_records: ClassVar[bool] = True
    keeps_bytes: ClassVar[bool] = True
    member_per_write: ClassVar[bool] = True

    def fitted(self, head: bytes, encoding: str) -> "WarcFormat":  # noqa: ARG002 (each record says what it is)
        return self

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield whole records, about BLOCK bytes of them; one larger than RECORD in parts, which are left alone."""
        held = b""
        while more := source.read(BLOCK):
            held += more
            if blank := _skip_line_ends(held):  # the line ends behind a record too large to hold
                yield _Rest(held[:blank])
                held = held[blank:]
            while end := _find_last_end(held) or _find_large_end(held):
                yield held[:end]
                yield from _read_rest(source, end - len(held))
                held = held[end:]
        if held:
            yield held

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        edited, end = _edit_records(piece, cut_by(editor))
        if end < len(piece) and not isinstance(piece, _Rest):
            editor.problem(piece.count(b"\n", 0, end), f"no whole WARC record of at most {RECORD >> 20} MiB begins here")
        return edited

    def rewritten(self, piece: bytes, change: Change) -> Edited:
        return _edit_records(piece, change)[0]

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (pieces carry all)
        """Write record by record: in a .gz each is a member of its own, as the standard asks, also one in parts."""
        for parts in _group_rests(pieces):
            *whole, last = _split_records(next(parts))
            for record in whole:
                sink.write(record)
            write_as_one(sink, chain([last], parts))


def read_records(piece: bytes) -> Iterator[Record]:
    """Yield the whole records that `piece` begins with, up to one larger than RECORD: whether all of it is there is chance."""
    at = 0
    if isinstance(piece, _Rest):  # an archive in an archive may have a record just there
        return
    while piece.startswith(_MAGIC, at):
        head_end = _HEAD_END_RE.search(piece, at, at + _LONGEST_HEAD)
        head = piece[at : head_end.end()] if head_end else b""
        length = _LENGTH_RE.search(head)
        size = len(head) + int(length[2]) if length else 0
        if not size or size > min(RECORD, len(piece) - at):
            return
        block_end = at + size
        end = _skip_line_ends(piece, block_end)
        yield Record(head, piece[at + len(head) : block_end], piece[block_end:end])
        at = end


def _edit_records(piece: bytes, change: Change) -> tuple[Edited, int]:
    """Return the piece with the texts of its records changed, and where the last whole record ends."""
    parts: list[bytes] = []
    at = number = 0
    is_changed = False
    for number, record in enumerate(read_records(piece), 1):
        edited = _change_record(record, number - 1, change)
        is_changed = is_changed or edited is not record
        parts += edited
        at += sum(map(len, record))
    data = b"".join([*parts, piece[at:]]) if is_changed else piece
    return Edited(data, lines=piece.count(b"\n"), records=number), at


def _skip_line_ends(data: bytes, at: int = 0) -> int:
    """Return where the line ends at `at` end."""
    return _LINE_ENDS_RE.match(data, at).end()  # type: ignore[union-attr]  # it matches nothing, too


class _Rest(bytes):
    """What follows of a record too large to hold, its line ends among it: no record, and nothing to name."""


def _split_records(piece: bytes) -> Iterator[bytes]:
    """Yield each record of a piece, and what stands behind them and is none."""
    at = 0
    for record in read_records(piece):
        yield b"".join(record)
        at += sum(map(len, record))
    if at < len(piece):
        yield piece[at:]


def _group_rests(pieces: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """Yield each piece with what follows of the record at its end, as they come: together they may be larger than memory."""
    number = 0

    def numbered(piece: bytes) -> int:
        nonlocal number
        number += not isinstance(piece, _Rest)
        return number

    return (parts for _, parts in groupby(pieces, numbered))


def _read_rest(source: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield so many bytes in parts."""
    while size > 0 and (part := source.read(min(size, BLOCK))):
        yield _Rest(part)
        size -= len(part)


def _measure_record(held: bytes) -> int:
    """Return how long the record is that `held` begins, without the line ends behind it; 0 if it begins none."""
    end = _HEAD_END_RE.search(held, 0, _LONGEST_HEAD) if held.startswith(_MAGIC) else None
    length = _LENGTH_RE.search(held, 0, end.end()) if end else None
    return end.end() + int(length[2]) if end and length else 0


def _find_last_end(held: bytes) -> int:
    """Return where the last record ends that is known to be whole: something else has begun behind its line ends."""
    end = at = 0
    for record in read_records(held):
        at += sum(map(len, record))
        if held[at : at + 2] not in (b"", b"\r"):  # CR may be half a line end
            end = at
    return end


def _find_large_end(held: bytes) -> int:
    """Return where the record ends that `held` begins, if more than RECORD would have to be held for it; else 0."""
    size = _measure_record(held)
    if max(size, len(held)) <= RECORD:
        return 0
    return max(size, _skip_line_ends(held, size)) or len(held)


def _change_record(record: Record, number: int, change: Change) -> Record:
    """Return the record with its text changed, the same object if it is none or stays."""
    if not _PLAIN_RE.search(record.head):
        return record
    text = record.block.decode("utf-8", "surrogateescape")
    changed = change(Passage(text, 0, number, "block"))
    if changed is text:
        return record
    block = changed.encode("utf-8", "surrogateescape")
    head = _LENGTH_RE.sub(rb"\g<1>%d" % len(block), record.head, count=1)
    return Record(_DIGEST_RE.sub(lambda found: _renew_digest(found, record.block, block), head), block, record.tail)


def _renew_digest(found: "re.Match[bytes]", old: bytes, new: bytes) -> bytes:
    """Return a digest header for the new block; one that was not the old block's is left as it is."""
    name, algorithm, value = found.groups()
    for spell in (base64.b32encode, lambda raw: raw.hex().encode(), base64.b64encode):
        try:
            told, fits = hashlib.new(algorithm.decode(), old).digest(), hashlib.new(algorithm.decode(), new).digest()
        except (ValueError, TypeError):  # no such algorithm, or one that must be told a length
            return found[0]
        if spell(told).lower() == value.lower():
            spelled = spell(fits)
            return b"%s%s:%s" % (name, algorithm, spelled if value == spell(told) else spelled.swapcase())
    return found[0]
