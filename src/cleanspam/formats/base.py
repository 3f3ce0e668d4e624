"""The contract of formats. A format finds the texts in a file's bytes. It knows no rules, no paths and no findings."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from cleanspam.errors import FormatError
from cleanspam.model import NamedTuple, Span
from cleanspam.native import decode_utf8, utf8_places
from cleanspam.native.candidates import LinesToRead
from cleanspam.text.latepattern import late_pattern

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Bytes. A file is edited in pieces of about BLOCK, and no record longer than RECORD is ever held in memory.
BLOCK = 1 << 20
RECORD = 64 << 20
WIDE = ("utf-16-le", "utf-16-be")
# A run of bytes that are not UTF-8. It may include a few that happen to form two-byte characters.
_STRAYS_RE = late_pattern("[\udc80-\udcff](?:[\udc80-\udcff]|[\x80-\u07ff](?=[\udc80-\udcff])){11}")
_UTF8_RE = late_pattern(
    rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){8}"
)  # eight Chinese characters; read in a double-byte code these are no text
RECORD_FIELDS = ("text", "content")  # the default of --field


NO_TEXT = "no field text or content"  # the reason for skipping a file beside a corpus


class NoFieldError(FormatError):
    """A file without a field to clean. `later` are the field paths that later records may have.

    `is_side_file`: the file is perhaps no corpus, for the user named no field and such files lie beside corpora.
    """

    def __init__(self, problem: str, later: tuple[str, ...] = (), *, is_side_file: bool = False) -> None:
        super().__init__(problem)
        self.later = later
        self.is_side_file = is_side_file

    def __reduce__(self) -> "tuple[type[NoFieldError], tuple[str, tuple[str, ...]], dict[str, bool]]":
        return type(self), (str(self), self.later), {"is_side_file": self.is_side_file}


class Passage(NamedTuple):
    """A text that is judged by itself: a block of lines, or one string of a record."""

    text: str
    line: int  # the number of lines of the piece before it
    record: int = 0  # the number of records of the piece before it
    field: str = ""  # the path of the record's field, as in --field; "" in a format without records
    start: int = 0  # its start in the piece, in code points
    raw: str = ""  # its spelling in the piece, if that differs from `text`
    refuse: "Callable[[str], str] | None" = None  # why the rest after a cut may not stand in the file; "" if it may
    escape_re: "re.Pattern[str] | None" = None  # an escape, which spells one character in `raw`
    column: int | None = 0  # the code points before it in its line; None in a file without lines
    gaps: Sequence[Span] = ()  # parts of the text that no cut removes, such as markup; they may be empty
    place: "Callable[[int], tuple[int, int]] | None" = None  # computes line and column of a code point

    def places(self, wanted: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield line and column in the piece, from 0, of code points of the text; `wanted` is ordered.

        A line end that is spelled as an escape ends no line of the file. Formats without columns have no places.
        """
        if self.place:
            yield from map(self.place, wanted)
            return
        spelled = self.raw or self.text
        offsets = map_to_spelling(self.raw, self.escape_re, wanted) if self.raw and self.escape_re else wanted
        line = counted = 0
        for at in offsets:
            line += spelled.count("\n", counted, at)
            counted = at
            yield self.line + line, at - (spelled.rfind("\n", 0, at) + 1) + (0 if line else self.column or 0)


def leave_gaps(span: Span, gaps: Sequence[Span]) -> list[Span]:
    """Return the parts of a span outside all gaps; `gaps` are ordered.

    >>> leave_gaps(Span(2, 9), [Span(1, 2), Span(4, 4), Span(6, 7)])
    [Span(start=2, end=4), Span(start=4, end=6), Span(start=7, end=9)]
    """
    parts, start = [], span.start
    for gap in gaps[bisect_left(gaps, (span.start, 0)) :]:
        if gap.start >= span.end:
            break
        parts.append(Span(start, gap.start))
        start = gap.end
    parts.append(Span(start, span.end))
    return [part for part in parts if part.start < part.end]


class Edited(NamedTuple):
    """An edited piece; the same object if nothing changed."""

    data: bytes
    at: Sequence[int] = ()  # the start of each cut in bytes of the piece; empty for formats that rewrite records
    spelled: Sequence[str] = ()  # each cut as the piece spells it
    lines: int = 0  # the number of line ends in the piece
    records: int = 0
    size: int = 0  # the bytes of the file that the piece stands for, if these are not its own
    skipped: int = 0  # the code points of texts that the scan cleared, so that the editor did not see them
    is_open: bool = False  # whether the last line of the piece has no line end


class Editor(Protocol):
    """Receives passages and returns the spans to cut."""

    def edit(self, passage: Passage) -> Sequence[Span]:
        """Return the spans to cut, in code points of the passage's text: ordered and disjoint."""

    def problem(self, line: int, message: str) -> None:
        """Report that the piece has an unreadable part at `line`, from 0. The part stays as it is."""


class EditedPart(NamedTuple):
    """A separately edited part of a piece."""

    start: int
    end: int
    edited: Edited


def concat_parts(piece: bytes, parts: Iterable[EditedPart], lines: int, records: int) -> Edited:
    """Return the piece with its edited parts; `parts` are ordered."""
    changed = [part for part in parts if part.edited.at]
    if not changed:
        return Edited(piece, lines=lines, records=records)
    data, end = [], 0
    for part in changed:
        data += [piece[end : part.start], part.edited.data]
        end = part.end
    at = [part.start + at for part in changed for at in part.edited.at]
    spelled = [text for part in changed for text in part.edited.spelled]
    return Edited(b"".join([*data, piece[end:]]), at, spelled, lines, records)


Change = Callable[[Passage], str]  # returns the new text: the same object if nothing changes


class Format(Protocol):
    """A file format. Implementations hold only their options, and are picklable."""

    @property
    def name(self) -> str:
        """The name of the format in --as, logs and reports."""

    @property
    def encoding(self) -> str:
        """The Python codec of its text."""

    @property
    def rewrites_records(self) -> bool:
        """Whether a cut rewrites the record around its string. Such a format gives cuts no place in bytes, and has `rewritten`.

        In other formats the pieces in sequence are the file.
        """

    @property
    def keeps_bytes(self) -> bool:
        """Whether putting back all cuts restores the original file byte for byte."""

    @property
    def member_per_write(self) -> bool:
        """Whether each write becomes a member of its own in a compressed file."""

    def fitted(self, head: bytes, encoding: str) -> "Format":
        """Return the format for a file in `encoding` that begins with `head`.

        Raises FormatError if the file lacks the chosen fields.
        """

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the file in pieces that can be edited separately. The splits depend only on the file's bytes.

        Unless the format rewrites records, a file of less than BLOCK bytes is one piece, and an empty file has none.
        """

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        """Return the piece without the spans that the editor cuts."""

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write the file from its edited pieces; `source` provides everything that is in no piece."""


class Scan(Protocol):
    """Finds the places in UTF-8 bytes where a cut is possible. It may name too many, never too few; None if it can't tell."""

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON that may have a cut, or that are no records."""

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> Sequence[int] | None:
        """Return the numbers of the texts that may have a cut.

        `offsets` are integers of `width` bytes: the start of each text in `data`, and the end of the last text.
        """

    def is_suspect(self, text: str) -> bool | None:
        """Tell whether a decoded text may have a cut."""


@runtime_checkable
class SkippingFormat(Protocol):
    """A format that can use a scan."""

    def edit_suspects(self, piece: bytes, editor: Editor, scan: Scan) -> Edited | None:
        """Do the same as `edit`, but hide the texts from the editor that the scan clears. None if the editor must see all."""


def edit_piece(format_: Format, piece: bytes, editor: Editor, scan: Scan | None) -> Edited:
    """Return the edited piece. Texts that the scan clears are not decoded; without a scan the editor sees every passage."""
    edited = format_.edit_suspects(piece, editor, scan) if scan and isinstance(format_, SkippingFormat) else None
    return format_.edit(piece, editor) if edited is None else edited


@runtime_checkable
class PlacedFormat(Protocol):
    """A format that finds the pieces of a file on disk without reading the whole file."""

    def places(self, raw: BinaryIO) -> Iterator[int]:
        """Yield the end of each piece in bytes of the file. The pieces are those of `pieces`. Seeks in `raw`."""


class RecordFormat(Format, Protocol):
    """A format that rewrites a record around each changed string."""

    def rewritten(self, piece: bytes, change: Change) -> Edited:
        """Return the piece with `change` applied to each passage."""


def cut_by(editor: Editor) -> Change:
    """Return the change that cuts the editor's spans out of a passage."""

    def change(passage: Passage) -> str:
        spans = editor.edit(passage)
        if not spans:
            return passage.text
        edges = [0, *(edge for span in spans for edge in span), len(passage.text)]
        return "".join(passage.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))

    return change


def map_to_spelling(raw: str, escape_re: "re.Pattern[str]", wanted: Iterable[int]) -> Iterator[int]:
    """Yield the places of characters in a spelling with escapes; `wanted` is ordered and may end with the length.

    The escapes are searched anew for each text: a list of their places would take 80 bytes for each escape of two bytes.

    >>> list(map_to_spelling('a""b', re.compile('""'), range(4)))
    [0, 1, 3, 4]
    """
    escapes = escape_re.finditer(raw)
    escape, longer = next(escapes, None), 0
    for at in wanted:
        while escape and escape.start() - longer < at:
            longer += len(escape[0]) - 1
            escape = next(escapes, None)
        yield at + longer


def error_handler(encoding: str) -> str:
    """Return the error handler that preserves undecodable bytes of `encoding` through a decode and an encode."""
    return "surrogatepass" if encoding in WIDE else "surrogateescape"


def decode_head(head: bytes, encoding: str) -> str:
    """Decode the head of a file. An incomplete last character is left out."""
    import codecs

    return codecs.getincrementaldecoder(encoding)(error_handler(encoding)).decode(head)


def find_other_encoding(piece: bytes, text: str, encoding: str) -> int | None:
    """Return the line, from 0, where a piece changes to another encoding; None if there is no change.

    `piece` is not UTF-8, or of another encoding. A dozen stray bytes in a row mean another encoding, fewer mean damage.
    """
    if encoding == "utf-8":
        found = _STRAYS_RE.search(text)
        return text.count("\n", 0, found.start()) if found else None
    if encoding in WIDE:
        return None
    place = _UTF8_RE.search(piece)
    return piece.count(b"\n", 0, place.start()) if place else None


class Eraser:
    """Cuts spans out of a text and out of its bytes. Each byte outside the spans stays."""

    def __init__(self, piece: bytes, encoding: str, text: str | None = None) -> None:
        """Take the bytes, and their text if they are UTF-8 and were decoded."""
        self.piece, self.encoding = piece, encoding
        # UTF-16 with an odd number of bytes: the last byte stays. An editor for bytes may have added a line end.
        self._end = len(piece) - (len(piece) % 2 if encoding in WIDE else 0)
        if text is None and encoding == "utf-8":
            text = decode_utf8(piece)
        self._is_exact = text is not None  # only one spelling in UTF-8 is that of a text
        self.text = piece[: self._end].decode(encoding, error_handler(encoding)) if text is None else text
        self._gone: list[Span] = []

    def check(self, editor: "Editor") -> None:
        """Report the place where the text changes to another encoding: no planting is found behind it."""
        if self._end < len(self.piece):
            editor.problem(self.text.count("\n"), "half a character of UTF-16 at the end; it stays as it is")
        at = None if self._is_exact else find_other_encoding(self.piece, self.text, self.encoding)
        if at is not None:
            editor.problem(at, f"not {self.encoding} from here, but another encoding; this part stays as it is")

    def edit(self, passage: Passage, editor: Editor) -> None:
        """Cut the editor's spans out of the passage."""
        edges = [edge for span in editor.edit(passage) for edge in span]
        if passage.escape_re and passage.raw:
            edges = list(map_to_spelling(passage.raw, passage.escape_re, edges))
        places = [passage.start + edge for edge in edges]
        self._gone += [Span(*span) for span in zip(places[::2], places[1::2], strict=True)]

    def take(self, start: int, end: int) -> None:
        """Cut a span out."""
        self._gone.append(Span(start, end))

    def result(self, lines: int, records: int = 0) -> Edited:
        """Return the piece without the spans."""
        if not self._gone:
            return Edited(self.piece, lines=lines, records=records)
        edges = [0, *(edge for span in self._gone for edge in span), len(self.text)]
        at = self._byte_offsets(edges)
        kept = b"".join(
            [*(self.piece[start:end] for start, end in zip(at[::2], at[1::2], strict=True)), self.piece[self._end :]]
        )
        return Edited(kept, at[1:-1:2], [self.text[start:end] for start, end in self._gone], lines, records)

    def lines_result(self) -> Edited:
        """Return the piece of a text of lines without the spans."""
        return self.result(self.text.count("\n"))._replace(is_open=self.text[-1:] not in ("", "\n"))

    def _byte_offsets(self, places: Sequence[int]) -> list[int]:
        """Return the byte offsets of the code points at `places`, which ascend and end with the text's length."""
        if self._is_exact:
            return utf8_places(self.piece, [*places])
        offsets, total = [], 0
        for before, place in zip([0, *places], places, strict=False):
            spelled = self.text[before:place].encode(self.encoding, error_handler(self.encoding))
            if not self.piece.startswith(spelled, total):  # the lengths alone may agree by chance
                raise UnicodeError(f"{self.encoding} does not spell these bytes back")
            total += len(spelled)
            offsets.append(total)
        if total != self._end:
            raise UnicodeError(f"{self.encoding} does not spell these bytes back")
        return offsets
