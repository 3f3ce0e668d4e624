"""Sentences: finds the parts of a line that may be planted by themselves, and tells whether each sentence may be planted.

The marks and brackets of a line are found once, for rules test a dozen parts of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from cleanspam.model import Site, Span
from cleanspam.native.candidates import FoundMarks
from cleanspam.text.fold import is_han, reads_as
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.linemarks import CLASSES, CLAUSE_MARKS, FRAMES, MARKS, QUOTES, STOPS
from cleanspam.text.lines import LONGEST, Line, stripped
from cleanspam.text.marks import SPACES
from cleanspam.text.pairing import CLOSERS, OPENERS

# The sites of a line's parts.
PARTS = frozenset({Site.AMID, Site.PHRASE})
# The number of sentence ends that are tried from the end of a line: a note has one sentence or two.
_ENDS = 3
_STUB = 80  # the most code points of a stub and the marks before it
_SHORT = 8  # code points of a sentence that belongs to the one before it: 请收藏！
_CLOSERS = CLASSES.closing + "".join(CLOSERS)
_POINT = chr(0x4E36)  # 丶, a Han character, and a point in disguised addresses
_CLOSING_MARKS = CLAUSE_MARKS.translate({ord(mark): None for mark in ":："})  # a colon closes nothing
_QUOTED_RE = late_pattern(r"(?<=[，,—~～])[”」』]")
_WIDE_MARK_RE = late_pattern("[，。！？；…～]")
# Where a planted beginning of a sentence may end without a mark: before blanks, or before Han text with an address, or with a
# number and a check mark.
_OPEN_END_RE = late_pattern(
    rf"(?<=[^{SPACES}])(?=[{SPACES}]+[^{SPACES}])|(?<=[a-z0-9][^a-z0-9\s])(?:com?|net|org|cc|info|la|me|top|tv|vip|xyz)/?(?=[^a-z0-9\W])"
    r"|(?:(?<=[0-9]✅)|(?<=[0-9] ✅))(?=\w)"
)
_ACCOUNT_RE = late_pattern(r"[:：] ?[A-Za-z0-9_@]{6}")
_OPEN_ENDS = 4  # ends without a mark that are tried behind a place
# Marks that end no sentence: the points of www。example。com, and the mark of a query in an address. A search for one of two
# characters takes a third of the time of one that begins with what stands before them.
_IN_ADDRESS_RE = late_pattern(
    r"[。?](?i:(?<=www。)|(?<=wap。)|(?<=。)(?=(?:com|net|org|cc|info|la|cn|top|xyz|tv|me)(?![a-z]))|(?<=[a-z0-9/]\?)(?=[a-z_]{1,12}=))"
)
# A round bracket with a few Han characters at the start of a sentence: the author's remark in front of a planting, （完）.
FIRST_REMARK_RE = late_pattern(r"[（(]([^\W\da-z_]{1,6})[）)](?=.{4})")
_QUOTES = {"”": "“", "’": "‘", "」": "「", "』": "『"}
_CLOSER_OF = {opener: closer for closer, opener in _QUOTES.items()}
_FRAME_MARKS = frozenset(FRAMES)
# An account in quotation marks or those of a title, with no point, for a site's name has one. It stands behind a mark: behind a
# word, a comma or a colon it is told of. Nobody tells of what has two marks: 「『薇』——55270138——」.
_QUOTED_ACCOUNT_RE = late_pattern(
    r"(?:(?:(?<![^\n\r。！？…」』》】）])|(?<=\s))[「『]|(?:(?<![^\n\r，。！？；,;…」』》】）])|(?<=\s))[《〈<]|「『|『「)"
    r"(?=[^「《〈<\n]{0,40}[0-9A-Za-z０-９Ａ-Ｚａ-ｚ_-]{5})"
    r"[^「《〈<。，！？；,;=/.\n」』》〉>]{1,6}[』」]?[^「《〈<。，！？；,;=/.\n」』》〉>]{4,44}[」』》〉>]+"
    r"|[「『](?=[^「『」』\n]{0,20}[⒈-⒛][^「『」』\n]{0,20}[⒈-⒛])[^「『」』\n]{10,40}[」』]"  # digits with points hide a number
)
_FRAMED = 60  # the most code points in a frame


class Sentences:
    """The sentences of a line."""

    def __init__(self, text: str, line: Line) -> None:
        self._text, self._line = text, line
        self._ends_of: dict[int, list[int]] = {}  # what `_open_ends` found, by the start of the sentence

    @cached_property
    def _marks(self) -> FoundMarks:
        found = MARKS.find(self._text, self._line.start, self._line.end)
        inside = {mark.start() for mark in _IN_ADDRESS_RE.finditer(self._text, self._line.start, self._line.end)}
        if not inside:
            return found
        ends = [end for end in zip(found.end_starts, found.end_ends, strict=True) if end[0] not in inside]
        return found._replace(end_starts=[start for start, _ in ends], end_ends=[end for _, end in ends])

    @cached_property
    def _clause_marks(self) -> list[int]:
        """Return the marks between clauses; a colon in front of an account parts nothing: 微/Q:5527019."""
        return [at for at in self._marks.clause_marks if not _ACCOUNT_RE.match(self._text, at)]

    @cached_property
    def _wide_marks(self) -> list[int]:
        """Return the marks between clauses but commas of half width, which a planting has in a text that has wide ones."""
        return [at for at in self._clause_marks if self._text[at] != ","]

    def notes(self) -> Iterator[Line]:
        """Yield the ends of the line that begin behind the end of a sentence, the shortest first."""
        least, last = self._line.end - LONGEST, self._line.end
        behind = [end for end in self._marks.end_ends[-_ENDS - 1 :] if least < end < last]
        for end in reversed(behind[-_ENDS:]):
            if (span := stripped(self._text, end, last)) and (end := self._unquoted(*span)) > span.start:
                yield Line(span.start, end, Site.NOTE)

    def stub(self) -> Line | None:
        """Return what stands behind the last end of a sentence; None if there is none, or if the line ends like a sentence.

        Authors end what they say, so that nobody but a site leaves such a stub: 他走了。青竹小说网.
        """
        last = self._line.end
        if not self._marks.end_starts or last - self._marks.end_starts[-1] > _STUB:
            return None
        start = self._marks.end_ends[-1]
        is_ended = self._text[start:last].rstrip(_CLOSERS).endswith(tuple(STOPS))
        span = None if is_ended else stripped(self._text, start, last)
        end = self._unquoted(*span) if span else start
        return Line(span.start, end, Site.STUB) if span and end > span.start else None

    def _unquoted(self, start: int, end: int) -> int:
        """Return the end of a stretch without quotation marks that were opened before the stretch: 「客官請。[…]」."""
        while end > start and (opener := _QUOTES.get(self._text[end - 1])) and opener not in self._text[start:end]:
            end -= 1
        return end

    def at(self, at: int) -> Line:
        """Return the sentence that holds a place."""
        starts, ends = self._marks.end_starts, self._marks.end_ends
        before, behind = bisect_right(ends, at), bisect_left(starts, at)
        start = ends[before - 1] if before else self._line.start
        end = ends[behind] if behind < len(ends) else self._line.end
        return Line(*(stripped(self._text, start, end) or Span(start, end)), Site.AMID)

    def parts_at(self, at: int, sites: frozenset[Site] = PARTS) -> Iterator[Line]:
        """Yield the parts around a place that have marks at both ends: a framed stretch, a sentence, a clause.

        Only parts at one of `sites` are given. The beginnings of the sentence that may end without a mark are parts too.

        A part longer than a planted line is left out: a line may have a million characters, no marks and a thousand places. A
        part that begins or ends amid a bracket is left out too: 【某某小说网，请记住】他走了，天黑了 has a clause that begins
        in the bracket and ends in the author's text.
        """
        amid = (self._framed_at(at), self._quoted_at(at), *self._sentences_at(at)) if Site.AMID in sites else ()
        for part in (*amid, *(self._clauses_at(at) if Site.PHRASE in sites else ())):
            if part and part.end - part.start <= LONGEST and not self._splits_bracket(part) and not self._splits_quote(part):
                yield part

    def within(self, unit: Line) -> Iterator[Span]:
        """Yield the sentences of a unit of the line, except short calls behind another sentence, 请收藏！, and lone marks."""
        start, last = unit.start, unit.end
        starts, ends = self._marks.end_starts, self._marks.end_ends
        ends = ends[bisect_left(starts, start) : bisect_right(ends, last)]
        if _QUOTED_RE.match(self._text, start):  # behind 好～ a clause begins amid the marks 」 that end its sentence
            ends.insert(0, start + 1)
        for end in (*ends, last):
            is_call = start > unit.start and end - start <= _SHORT and self._text[end - 1] not in "。”」』"
            is_mark = not any(map(str.isalnum, self._text[start:end])) and self._text[end - 1] not in _QUOTES
            if end > start and not is_call and not is_mark:
                yield Span(start, end)
            start = end

    def is_noted(self, sentence: Span, places: Sequence[int]) -> bool:
        """Tell whether a sentence has a word outside of its brackets, or no Han text outside of them. `places` are the words'.

        [www.example.la 某某小说网]他走了 is a note in a bracket, and behind it a sentence of the text.
        """
        starts, ends = self._marks.bracket_starts, self._marks.bracket_ends
        for at in places[bisect_left(places, sentence.start) : bisect_left(places, sentence.end)]:
            last = bisect_left(starts, at) - 1
            if last < 0 or starts[last] < sentence.start or not at < ends[last] <= sentence.end:
                return True
        inside = self._brackets_in(sentence)
        return bool(inside) and not any(map(self._says, _outside(sentence, inside)))

    def outside_brackets(self, unit: Line) -> list[Span]:
        """Return the stretches outside of a unit's brackets that have a Han character; none for a unit in a frame."""
        if _is_framed(self._text[unit.start : unit.end]):
            return []
        inside = self._brackets_in(Span(unit.start, unit.end))
        return [stretch for stretch in _outside(Span(unit.start, unit.end), inside) if self._says(stretch)] if inside else []

    def first_clause(self, unit: Line) -> str:
        """Return the text before the first full-width mark of a unit; "" without such a mark, or for a unit in a frame.

        Rows of keywords have no full-width marks: blanks and half-width commas part them.
        """
        text = self._text[unit.start : unit.end]
        found = None if _is_framed(text) else _WIDE_MARK_RE.search(text, 1)
        return text[: found.start()] if found else ""

    def far_ends(self, unit: Line, number: int) -> tuple[str, ...]:
        """Return both ends of a unit, each with `number` Han characters; nothing for a unit with fewer.

        The last end only for a sentence: a row of keywords ends in any word. A title that opens the unit belongs to the first
        end, however long it is: 《…》由会员分享.
        """
        text = self._text[unit.start : unit.end]
        han = [] if _is_framed(text) else [at for at, char in enumerate(text) if is_han(char)]
        if len(han) <= number:
            return ()
        titled = text.find("》") + 1 if text[0] == "《" else 0
        head, tail = text[: max(han[number - 1] + 1, titled)], text[han[-number] :]
        return (head, tail) if self.is_sentence(unit) else (head,)

    def is_sentence(self, unit: Line) -> bool:
        """Tell whether a unit ends like a sentence."""
        return self._text[unit.end - 1] in STOPS + QUOTES

    def _brackets_in(self, span: Span) -> list[Span]:
        starts = self._marks.bracket_starts
        first, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
        spans = map(Span, starts[first:last], self._marks.bracket_ends[first:last])
        return [found for found in spans if found.end <= span.end]

    def _says(self, stretch: Span) -> bool:
        """Tell whether a stretch has a Han character. 丶 is none: it is the point of disguised addresses, WWW丶example丶ORG."""
        return any(is_han(char) and char != _POINT for char in self._text[stretch.start : stretch.end])

    def is_closed(self, part: Line) -> bool:
        """Tell whether a mark closes a part of the line. Otherwise the author's words may go on right behind the part."""
        behind = self._text[part.end : part.end + 1]
        return (
            _is_framed(self._text[part.start : part.end])
            or part in self._quoted
            or behind in _CLOSING_MARKS + "\n\r"
            or bool(MARKS.find(self._text, part.end - 1, part.end).end_starts)
        )

    def behind_open_end(self, part: Line) -> str:
        """Return what follows in the sentence behind a part that ends without a mark; "" for a part that ends otherwise."""
        sentence = self.at(part.start)
        is_open = part.site is Site.AMID and sentence.start == part.start and part.end in self._open_ends(sentence)
        return self._text[part.end : sentence.end] if is_open else ""

    def has_many_ends(self, at: int) -> bool:
        """Tell whether the sentence around a place has more beginnings than `parts_at` yields."""
        sentence = self.at(at)
        return sentence.end - sentence.start <= LONGEST and len(self._open_ends(sentence)) > _OPEN_ENDS

    def _sentences_at(self, at: int) -> Iterator[Line]:
        """Yield the sentence around a place, also without a remark before it, then its beginnings without a mark at the end."""
        sentence = self.at(at)
        yield sentence
        if remark := FIRST_REMARK_RE.match(self._text, sentence.start, min(sentence.end, at)):
            yield Line(remark.end(), sentence.end, Site.AMID)
        if sentence.start <= at < sentence.end <= sentence.start + LONGEST:
            for end in reversed([end for end in self._open_ends(sentence) if end > at][:_OPEN_ENDS]):
                yield Line(sentence.start, end, Site.AMID)

    def _open_ends(self, sentence: Line) -> list[int]:
        known = self._ends_of.get(sentence.start)
        if known is None:
            reads = reads_as(self._text[sentence.start : sentence.end])
            found = _OPEN_END_RE.finditer(reads, _SHORT)  # 请记住本站 may be said on a train
            known = self._ends_of[sentence.start] = [sentence.start + end.end() for end in found]
        return known

    def _framed_at(self, at: int) -> Line | None:
        """Return the stretch around a place between two equal marks, with the marks; None if there are no such marks."""
        frames = self._marks.frames
        before = bisect_right(frames, at)
        if not before or frames[before - 1] < at - _FRAMED:
            return None
        start = frames[before - 1]
        end = self._text.find(self._text[start], at, min(self._line.end, at + _FRAMED))
        return Line(start, end + 1, Site.AMID) if end > start else None

    def _quoted_at(self, at: int) -> Line | None:
        """Return the quoted account around a place, with its marks; None if there is none."""
        return next((part for part in self._quoted if part.start < at < part.end), None)

    @cached_property
    def _quoted(self) -> list[Line]:
        if not any(self._text.find(mark, self._line.start, self._line.end) >= 0 for mark in "「『《〈<"):
            return []  # at a fiftieth of the cost of the search, which is for one line in five
        found = _QUOTED_ACCOUNT_RE.finditer(self._text, self._line.start, self._line.end)
        return [Line(*account.span(), Site.AMID) for account in found]

    def _clauses_at(self, at: int) -> Iterator[Line]:
        """Yield the text between the nearest clause marks around a place, then that between the nearest wide ones."""
        clause, wide = (self._between(marks, at) for marks in (self._clause_marks, self._wide_marks))
        yield clause
        if wide != clause:
            yield wide

    def _between(self, marks: list[int], at: int) -> Line:
        behind = bisect_left(marks, at)
        start = marks[behind - 1] + 1 if behind else self._line.start
        end = marks[behind] if behind < len(marks) else self._line.end
        return Line(*(stripped(self._text, start, end) or Span(start, end)), Site.PHRASE)

    def _splits_bracket(self, part: Line) -> bool:
        """Tell whether a bracket of the part has its partner outside of the part."""
        depth = 0
        edges = self._marks.edges
        for at in edges[bisect_left(edges, part.start) : bisect_left(edges, part.end)]:
            depth += 1 if self._text[at] in OPENERS else -1
            if depth < 0:
                return True
        return depth > 0

    def _splits_quote(self, part: Line) -> bool:
        """Tell whether the part begins with a quotation mark that closes outside of it: 『加入书签 in 『加入书签，快』."""
        closer = _CLOSER_OF.get(self._text[part.start])
        return closer is not None and closer not in self._text[part.start : part.end]


def _is_framed(text: str) -> bool:
    """Tell whether a text begins and ends with the same frame."""
    return text[:1] == text[-1:] and text[:1] in _FRAME_MARKS


def _outside(span: Span, brackets: Sequence[Span]) -> Iterator[Span]:
    """Yield the stretches of a span outside of the brackets in it."""
    edges = [span.start, *(edge for bracket in brackets for edge in bracket), span.end]
    return map(Span, edges[::2], edges[1::2])
