"""The contract of formats. A format knows where texts stand in bytes; it knows no rules, no paths and no findings."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol, runtime_checkable

from cleanspam.errors import FormatError
from cleanspam.model import Span
from cleanspam.native import utf8_counts
from cleanspam.text.latepattern import late_pattern

# Bytes: a file is edited in pieces of about this size, and no record longer than RECORD is ever held in memory.
BLOCK = 1 << 20
RECORD = 64 << 20
WIDE = ("utf-16-le", "utf-16-be")
# Bytes that are no UTF-8, with the few among them that happen to be two-byte characters.
_STRAYS_RE = late_pattern("[\udc80-\udcff](?:[\udc80-\udcff]|[\x80-\u07ff](?=[\udc80-\udcff])){11}")
_UTF8_RE = late_pattern(
    rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){8}"
)  # eight Chinese characters, which no double-byte code reads as text
RECORD_FIELDS = ("text", "content")  # taken where no --field is given


NO_TEXT = "no field text or content"  # why a file beside corpora is passed over


class NoFieldError(FormatError):
    """A file without a field to clean. `later` are paths that later records may have.

    `is_side_file` means that the file is perhaps no corpus: the user named no field, and such files lie beside corpora.
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
    line: int  # lines of the piece before it, from 0
    record: int = 0  # records of the piece before it, from 0
    field: str = ""  # the record's field, as --field writes it; empty in a format without records
    start: int = 0  # where it begins in the piece, in code points
    raw: str = ""  # how the piece spells it, where that is not `text` itself
    refuse: "Callable[[str], str] | None" = None  # says of what a cut would leave why it may not stand there; "" if it may
    escape_re: "re.Pattern[str] | None" = None  # what stands for one character in `raw`
    column: int | None = 0  # code points of its line before it; None where the file has no lines
    gaps: Sequence[Span] = ()  # of the text: what a cut leaves alone, markup for one. It may be of no length
    place: "Callable[[int], tuple[int, int]] | None" = None  # line and column of a code point, where they take a look to tell

    def places(self, wanted: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield line and column in the piece, from 0, of some code points of the text; `wanted` is ordered.

        A line end that is spelled as an escape ends no line of the file. Not for formats without columns.
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
    at: Sequence[int] = ()  # where each span that the editor took stood, in bytes of the piece; empty if bytes do not tell
    spelled: Sequence[str] = ()  # each of those spans as the piece spells it
    lines: int = 0  # line ends of the piece
    records: int = 0
    size: int = 0  # bytes of the file that the piece stands for, where that is another number than its own
    skipped: int = 0  # code points of texts that have nothing to cut, and that the editor was not shown
    is_open: bool = False  # the last line of the piece has no end


class Editor(Protocol):
    """Receives passages and returns the spans to cut."""

    def edit(self, passage: Passage) -> Sequence[Span]:
        """Return the spans to cut, in code points of the passage's text: ordered and disjoint."""

    def problem(self, line: int, message: str) -> None:
        """Report that a part at `line` of the piece, from 0, could not be read and stays as it is."""


class EditedPart(NamedTuple):
    """A part of a piece that was edited by itself."""

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


Change = Callable[[Passage], str]  # the text that is to stand there: the same object if nothing changes


class Format(Protocol):
    """One kind of file. Implementations hold their options only, and are picklable."""

    @property
    def name(self) -> str:
        """The name of the format in --as, logs and reports."""

    @property
    def encoding(self) -> str:
        """The Python codec of its text."""

    @property
    def rewrites_records(self) -> bool:
        """Whether a cut rewrites the record around its string. Then cuts have no place in bytes, and `rewritten` exists.

        Otherwise the pieces in sequence are the file.
        """

    @property
    def keeps_bytes(self) -> bool:
        """Whether the file is the original, byte for byte, once all cuts are put back."""

    @property
    def member_per_write(self) -> bool:
        """Whether each write may be a member of its own in a compressed file."""

    def fitted(self, head: bytes, encoding: str) -> "Format":
        """Return the format for a file in `encoding` that begins with `head`.

        Raises FormatError if the file lacks the chosen fields.
        """

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the file in pieces that can be edited apart. The places of the splits depend on the file's bytes alone.

        Unless the format rewrites records, a file of less than BLOCK bytes is one piece, and an empty file has none.
        """

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        """Return the piece without the spans that the editor cuts."""

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write the file from its edited pieces; `source` has all that no piece carries."""


@runtime_checkable
class PlacedFormat(Protocol):
    """A format that finds the pieces of a file on disk without reading all of it."""

    def places(self, raw: BinaryIO) -> Iterator[int]:
        """Yield the end of each piece in bytes of the file: the same pieces as those of `pieces`. Seeks in `raw`."""


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
    """Yield the places of some characters in a spelling with escapes; `wanted` is ordered and may end with the length.

    The escapes are searched again for each text: a list of their places would take 80 bytes for an escape of two.

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
    """Return the error handler with which undecodable bytes of `encoding` survive a decode and an encode."""
    return "surrogatepass" if encoding in WIDE else "surrogateescape"


def decode_head(head: bytes, encoding: str) -> str:
    """Decode the head of a file; a character that the head cuts in two is left out."""
    import codecs

    return codecs.getincrementaldecoder(encoding)(error_handler(encoding)).decode(head)


def find_other_encoding(piece: bytes, text: str, encoding: str) -> int | None:
    """Return the line, from 0, where a piece changes to another encoding; None if it does not.

    A dozen stray bytes in a row are another encoding; fewer are damage.
    """
    if encoding == "utf-8":
        found = None if text.isascii() or utf8_counts(piece) else _STRAYS_RE.search(text)
        return text.count("\n", 0, found.start()) if found else None
    if encoding in WIDE:
        return None
    place = _UTF8_RE.search(piece)
    return piece.count(b"\n", 0, place.start()) if place else None


class Eraser:
    """Cuts spans out of a text and of its bytes. Each byte outside the spans stays."""

    def __init__(self, piece: bytes, encoding: str) -> None:
        self.piece, self.encoding = piece, encoding
        # Of UTF-16 a byte without its other half stays behind the text: an editor for bytes may have added a line end.
        self._end = len(piece) - (len(piece) % 2 if encoding in WIDE else 0)
        self.text = piece[: self._end].decode(encoding, error_handler(encoding))
        self._gone: list[Span] = []

    def check(self, editor: "Editor") -> None:
        """Report the place where the text changes to another encoding: nothing is found behind it."""
        if self._end < len(self.piece):
            editor.problem(self.text.count("\n"), "half a character of UTF-16 at the end; it stays as it is")
        if (at := find_other_encoding(self.piece, self.text, self.encoding)) is not None:
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
        """Return the bytes at which the code points at `places` begin; `places` ascend, and the last one is the end."""
        offsets, total = [], 0
        for before, place in zip([0, *places], places, strict=False):
            spelled = self.text[before:place].encode(self.encoding, error_handler(self.encoding))
            if not self.piece.startswith(spelled, total):  # two lengths that are wrong might add up
                raise UnicodeError(f"{self.encoding} does not spell these bytes back")
            total += len(spelled)
            offsets.append(total)
        if total != self._end:
            raise UnicodeError(f"{self.encoding} does not spell these bytes back")
        return offsets
