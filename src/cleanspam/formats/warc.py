"""WARC and WET: cleans each plain-text record by itself, and renews its lengths and digests."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import BinaryIO, ClassVar

from cleanspam.disk.compression import write_as_one
from cleanspam.disk.encodings import find_codec
from cleanspam.errors import FormatError
from cleanspam.formats.base import BLOCK, RECORD, Change, Edited, Editor, Passage, cut_by, error_handler
from cleanspam.model import NamedTuple

_LENGTH_RE = re.compile(rb"^(content-length:[ \t]*)(\d{1,18})(?!\d)", re.IGNORECASE | re.MULTILINE)
_DIGEST_RE = re.compile(rb"^(warc-(?:block|payload)-digest:[ \t]*)([\w-]+):(\S+)", re.IGNORECASE | re.MULTILINE)
_PLAIN_RE = re.compile(rb"^content-type:[ \t]*text/plain\b[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_CHARSET_RE = re.compile(rb"charset[ \t]*=[ \t]*[\"']?([^\s;\"']+)", re.IGNORECASE)
_HYPHEN_RE = re.compile("(?<=sha)-")  # some writers spell sha256 as sha-256
_SPELLINGS: tuple[Callable[[bytes], bytes], ...] = (base64.b32encode, lambda raw: raw.hex().encode(), base64.b64encode)
# The standard requires CRLF, but some files have LF. In such a file the next CRLFCRLF ends the HTTP header in the block.
_LINE_ENDS_RE = re.compile(rb"(?:\r?\n)*")
_HEAD_END_RE = re.compile(rb"\r?\n\r?\n")
_MAGIC = b"WARC/"
_LONGEST_HEAD = 1 << 20


class Record(NamedTuple):
    """A record: its header, with the empty line, its block, and the blank lines behind it."""

    head: bytes
    block: bytes
    tail: bytes


@dataclass(frozen=True, slots=True)
class WarcFormat:
    """A WARC file. Texts are UTF-8, the standard's default for text/plain."""

    encoding: str = ""
    name: str = "warc"
    rewrites_records: ClassVar[bool] = True
    keeps_bytes: ClassVar[bool] = True
    member_per_write: ClassVar[bool] = True

    def fitted(self, head: bytes, encoding: str) -> "WarcFormat":  # noqa: ARG002 (each record says what it is)
        return self

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield pieces of whole records, about BLOCK bytes each. A record larger than RECORD comes in parts, unedited."""
        held = b""
        while more := source.read(BLOCK):
            held += more
            if blank := _skip_line_ends(held):  # line ends behind a record that was too large to hold
                yield _Rest(held[:blank])
                held = held[blank:]
            while end := _find_last_end(held) or _find_large_end(held):
                yield held[:end]
                yield from _read_rest(source, end - len(held))
                held = held[end:]
        if held:
            yield held

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        edited, end = _edit_records(piece, cut_by(editor), editor.problem)
        if end < len(piece) and not isinstance(piece, _Rest):
            editor.problem(piece.count(b"\n", 0, end), f"no whole WARC record of at most {RECORD >> 20} MiB begins here")
        return edited

    def rewritten(self, piece: bytes, change: Change) -> Edited:
        return _edit_records(piece, change)[0]

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (pieces carry all)
        """Write record by record. In a .gz file each record, also one in parts, is a member, as the standard requires."""
        for parts in _group_rests(pieces):
            *whole, last = _split_records(next(parts))
            for record in whole:
                sink.write(record)
            write_as_one(sink, chain([last], parts))


def read_records(piece: bytes) -> Iterator[Record]:
    """Yield the whole records at the start of `piece`. Stops at a record larger than RECORD, which may be incomplete."""
    at = 0
    if isinstance(piece, _Rest):  # an archive inside a record may begin here with a record
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


def _edit_records(piece: bytes, change: Change, name: Callable[[int, str], None] | None = None) -> tuple[Edited, int]:
    """Return the piece with its records edited, and the end of the last whole record.

    An unreadable record is reported with its line, and stays.
    """
    parts: list[bytes] = []
    at = number = lines = 0
    is_changed = False
    for number, record in enumerate(read_records(piece), 1):
        try:
            edited = _change_record(record, number - 1, lines, change)
        except FormatError as error:
            edited = record
            if name:
                name(lines, str(error))
        is_changed = is_changed or edited is not record
        parts += edited
        lines += sum(part.count(b"\n") for part in record)
        at += sum(map(len, record))
    data = b"".join([*parts, piece[at:]]) if is_changed else piece
    return Edited(data, lines=piece.count(b"\n"), records=number), at


def _skip_line_ends(data: bytes, at: int = 0) -> int:
    """Return the end of the line ends at `at`."""
    return _LINE_ENDS_RE.match(data, at).end()  # type: ignore[union-attr]  # it matches nothing, too


class _Rest(bytes):
    """The rest of a record that is too large to hold, with its line ends. It is no record, and is written unchanged."""


def _split_records(piece: bytes) -> Iterator[bytes]:
    """Yield each record of a piece, and the bytes behind the last record."""
    at = 0
    for record in read_records(piece):
        yield b"".join(record)
        at += sum(map(len, record))
    if at < len(piece):
        yield piece[at:]


def _group_rests(pieces: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """Yield each piece with the rest of its last record, part by part, for the rest may be larger than memory."""
    number = 0

    def numbered(piece: bytes) -> int:
        nonlocal number
        number += not isinstance(piece, _Rest)
        return number

    return (parts for _, parts in groupby(pieces, numbered))


def _read_rest(source: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield `size` bytes in parts."""
    while size > 0 and (part := source.read(min(size, BLOCK))):
        yield _Rest(part)
        size -= len(part)


def _measure_record(data: bytes) -> int:
    """Return the length of the record at the start of `data`, without the line ends behind it; 0 without a record."""
    end = _HEAD_END_RE.search(data, 0, _LONGEST_HEAD) if data.startswith(_MAGIC) else None
    length = _LENGTH_RE.search(data, 0, end.end()) if end else None
    return end.end() + int(length[2]) if end and length else 0


def _find_last_end(data: bytes) -> int:
    """Return the end of the last complete record. A record is complete when the next one has begun behind its line ends."""
    end = at = 0
    for record in read_records(data):
        at += sum(map(len, record))
        if data[at : at + 2] not in (b"", b"\r"):  # CR may be the first half of a line end
            end = at
    return end


def _find_large_end(data: bytes) -> int:
    """Return the end of the record at the start of `data` if the record is larger than RECORD; else 0."""
    size = _measure_record(data)
    if max(size, len(data)) <= RECORD:
        return 0
    return max(size, _skip_line_ends(data, size)) or len(data)


def _change_record(record: Record, number: int, lines: int, change: Change) -> Record:
    """Return the record with its text changed; the same object without a text or a change. `lines` lines precede it.

    Raises FormatError for a text with an unknown encoding, or with another encoding than the record states.
    """
    kind = _PLAIN_RE.search(record.head)
    if not kind:
        return record
    encoding = _read_encoding(kind[0])
    text = record.block.decode(encoding, error_handler(encoding))
    if text.encode(encoding, error_handler(encoding)) != record.block:
        raise FormatError(f"a text that is not {encoding}, as its record says; it stays as it is")
    changed = change(Passage(text, lines + record.head.count(b"\n"), number, "block", refuse=lambda _: _refuse_digest(record)))
    if changed is text:
        return record
    block = changed.encode(encoding, error_handler(encoding))
    head = _LENGTH_RE.sub(rb"\g<1>%d" % len(block), record.head, count=1)
    return Record(_DIGEST_RE.sub(lambda found: _renew_digest(found, record.block, block), head), block, record.tail)


def _read_encoding(kind: bytes) -> str:
    """Return the encoding that a content type names; by default UTF-8, as in the standard."""
    charset = _CHARSET_RE.search(kind)
    if not charset:
        return "utf-8"
    name = charset[1].decode("ascii", "replace")
    if name.lower() in ("us-ascii", "ascii", "iso-8859-1", "latin1"):  # ASCII, or an unchecked default
        return "utf-8"
    try:
        found = find_codec(name)
    except FormatError as error:
        raise FormatError(f"a text in {name!r:.40}, which is not read; it stays as it is") from error
    return "utf-16-le" if found == "utf-16" else found


def _refuse_digest(record: Record) -> str:
    """Return why the text of a record may not change, if its digest cannot be renewed; "" if it can."""
    unknown = [algorithm for _, algorithm, _ in _DIGEST_RE.findall(record.head) if not _can_hash(algorithm)]
    return f"a digest by {unknown[0].decode('ascii', 'replace')} could not be renewed; it stays as it is" if unknown else ""


def _renew_digest(header: "re.Match[bytes]", old: bytes, new: bytes) -> bytes:
    """Return the digest header for the new block. A digest of other data stays."""
    name, algorithm, value = header.groups()
    spell = _find_spelling(algorithm, value, old)
    if spell is None:
        return header[0]
    told, spelled = spell(_hash(algorithm, old)), spell(_hash(algorithm, new))
    return b"%s%s:%s" % (name, algorithm, spelled if value == told else spelled.swapcase())


def _find_spelling(algorithm: bytes, value: bytes, block: bytes) -> Callable[[bytes], bytes] | None:
    """Return the function that spells a digest in the manner of `value`; None if `value` is not the block's digest."""
    if not _can_hash(algorithm):
        return None
    digest = _hash(algorithm, block)
    return next((spell for spell in _SPELLINGS if spell(digest).lower() == value.lower()), None)


def _can_hash(algorithm: bytes) -> bool:
    try:
        _hash(algorithm, b"")
    except (ValueError, TypeError):  # an unknown algorithm, or one that needs a length
        return False
    return True


def _hash(algorithm: bytes, data: bytes) -> bytes:
    """Return the digest of the data. Case and hyphens in the algorithm's name do not matter."""
    return hashlib.new(_HYPHEN_RE.sub("", algorithm.decode("ascii", "replace").lower()), data).digest()
