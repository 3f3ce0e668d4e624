"""Sentences: the parts of a line that may be planted by themselves, and whether each of its sentences may be.

The marks and brackets of a line are found once: rules ask about a dozen parts of it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import attrgetter

from cleanspam.model import Site, Span
from cleanspam.text.fold import is_han
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.lines import LONGEST, Line, stripped
from cleanspam.text.pairing import CLOSERS, OPENERS

# The number of sentence ends that are tried, from the end of a line: a note has one sentence or two.
_ENDS = 3
_SHORT = 8  # code points of a sentence that may go with another: 请收藏！
_OPENER, _CLOSER = re.escape(OPENERS), re.escape(CLOSERS)
_PLAIN = f"[^{_OPENER}{_CLOSER}]"
# A pair of brackets, which may hold others: （请搜索（某某楼）看最新章节）.
_BRACKET_RE = late_pattern(rf"[{_OPENER}](?:{_PLAIN}|[{_OPENER}]{_PLAIN}*[{_CLOSER}])*[{_CLOSER}]")
_POINT = chr(0x4E36)  # 丶, a Han character, and a point in disguised addresses
# Where a sentence ends, with the quotation mark or bracket that closes behind it. The pattern begins with one class, and what
# is before it is asked behind it: so `re` searches 12 times as fast.
_STOPS = "。！？!?…～"
_POINT_BEHIND = r"(?!\.?[a-z0-9])"
_SENTENCE_END_RE = late_pattern(
    rf"[{_STOPS}.”」』]"
    rf"(?:(?:(?<=[{_STOPS}])|(?<=[\u4e00-\u9fff]{{2}}\.){_POINT_BEHIND})"
    rf"(?:[{_STOPS}]|(?<=[\u4e00-\u9fff])\.{_POINT_BEHIND})*[”’」』》）)】］\"']*"
    r"|(?<=[，,—~～][”」』]))"
)
_QUOTED_RE = late_pattern(r"(?<=[，,—~～])[”」』]")
# Where a clause ends, and what frames a note amid a line: #百度搜某某书吧#. A frame has the same mark on both sides.
_CLAUSE_MARKS = ",，;；:：。！？!?…~～"
_CLOSING_MARKS = _CLAUSE_MARKS.translate({ord(mark): None for mark in ":："})  # behind a colon goes on what stands before it
_CLAUSE_MARK_RE = late_pattern(f"[{_CLAUSE_MARKS}](?!//)")
_WIDE_MARK_RE = late_pattern("[，。！？；…～]")
_QUOTES = {"”": "“", "’": "‘", "」": "「", "』": "『"}
_FRAMES = "#＃*＊☆★◆◇◎〓※■□●○"
_FRAME_RE = late_pattern(f"[{re.escape(_FRAMES)}]")
_FRAME_MARKS = frozenset(_FRAMES)
_FRAMED = 60  # code points of what a frame holds
_EDGE_RE = late_pattern(rf"[{_OPENER}{_CLOSER}]")
_START, _END = attrgetter("start"), attrgetter("end")


class Sentences:
    """The sentences of a line."""

    def __init__(self, text: str, line: Line) -> None:
        self._text, self._line = text, line

    @cached_property
    def _brackets(self) -> list[Span]:
        """The pairs of brackets, those inside others left out; none holds more than one level of others."""
        return [Span(*found.span()) for found in _BRACKET_RE.finditer(self._text, *self._line[:2])]

    @cached_property
    def _ends(self) -> list[Span]:
        """The marks that end sentences; those in a bracket end none of the line's: ［请点击下一页！］."""
        found = [Span(*found.span()) for found in _SENTENCE_END_RE.finditer(self._text, *self._line[:2])]
        return [end for end in found if not self._is_held(*end)] if self._brackets else found

    def _is_held(self, start: int, end: int) -> bool:
        """Tell whether a bracket holds a stretch."""
        at = bisect_left(self._brackets, start, key=_START)
        return at > 0 and end < self._brackets[at - 1].end

    def notes(self) -> Iterator[Line]:
        """Yield the ends of the line that begin behind a sentence, the shortest first."""
        least, last = self._line.end - LONGEST, self._line.end
        behind = [found.end for found in self._ends[-_ENDS - 1 :] if least < found.end < last]
        for end in reversed(behind[-_ENDS:]):
            if (span := stripped(self._text, end, last)) and (end := self._unquoted(*span)) > span.start:
                yield Line(span.start, end, Site.NOTE)

    def _unquoted(self, start: int, end: int) -> int:
        """Return the end of a stretch without the quotation marks that close what began before it: 「客官請。[…]」."""
        while end > start and (opener := _QUOTES.get(self._text[end - 1])) and self._text.rfind(opener, start, end) < 0:
            end -= 1
        return end

    def at(self, at: int) -> Line:
        """Return the sentence that holds a place."""
        before, behind = bisect_right(self._ends, at, key=_END), bisect_left(self._ends, at, key=_START)
        start = self._ends[before - 1].end if before else self._line.start
        end = self._ends[behind].end if behind < len(self._ends) else self._line.end
        return Line(*(stripped(self._text, start, end) or Span(start, end)), Site.AMID)

    def parts_at(self, at: int) -> Iterator[Line]:
        """Yield what of the line holds a place and has marks at both ends: a framed stretch, a sentence, a clause.

        What is longer than a planted line is left out: a line of a million characters has no marks, and a thousand places. So
        is what begins or ends amid a bracket: 【某某小说网，请记住】他走了，天黑了 has a clause of both, and its end is the
        author's.
        """
        for part in (self._framed_at(at), self.at(at), self._clause_at(at)):
            if part and part.end - part.start <= LONGEST and not self._splits_bracket(part):
                yield part

    def within(self, unit: Line) -> Iterator[Span]:
        """Yield the sentences of a unit of the line; a call of a few characters behind another one is left out: 请收藏！"""
        start, last = unit.start, unit.end
        first, behind = bisect_left(self._ends, start, key=_START), bisect_right(self._ends, last, key=_END)
        ends = [found.end for found in self._ends[first:behind]]
        if _QUOTED_RE.match(self._text, start):  # behind 好～ a clause begins amid the marks 」 that end its sentence
            ends.insert(0, start + 1)
        for end in (*ends, last):
            is_call = start > unit.start and end - start <= _SHORT and self._text[end - 1] not in "。”」』"
            if end > start and not is_call:
                yield Span(start, end)
            start = end

    def is_noted(self, sentence: Span, places: Sequence[int]) -> bool:
        """Tell whether a sentence has one of these words outside of its brackets, or says nothing outside of them.

        [www.example.la 某某小说网]他走了 is a note in a bracket, and a sentence of the text behind it.
        """
        inside = self._brackets_in(sentence)
        for at in places[bisect_left(places, sentence.start) : bisect_left(places, sentence.end)]:
            for start, end in inside:
                if start < at < end:
                    break
            else:
                return True
        return bool(inside) and not _says(_BRACKET_RE.sub("", self._text[slice(*sentence)]))

    def outside_brackets(self, unit: Line) -> list[Span]:
        """Return the stretches of a unit outside of its brackets that have a Han character; none if a frame holds the unit."""
        if _is_framed(self._text[unit.start : unit.end]):
            return []
        inside = self._brackets_in(Span(unit.start, unit.end))
        edges = [unit.start, *(edge for bracket in inside for edge in bracket), unit.end]
        stretches = map(Span, edges[::2], edges[1::2])
        return [stretch for stretch in stretches if _says(self._text[slice(*stretch)])] if inside else []

    def first_clause(self, unit: Line) -> str:
        """Return what stands before the first full-width mark of a unit; nothing if there is none, or a frame holds the unit.

        Rows of keywords are parted by blanks and half-width commas.
        """
        text = self._text[unit.start : unit.end]
        found = None if _is_framed(text) else _WIDE_MARK_RE.search(text, 1)
        return text[: found.start()] if found else ""

    def far_ends(self, unit: Line, number: int) -> tuple[str, ...]:
        """Return the first and the last Han characters of a unit, so many, and what stands between; none if it has fewer.

        The last ones only of a sentence: a row of keywords ends in any word.
        """
        text = self._text[unit.start : unit.end]
        han = [] if _is_framed(text) else [at for at, char in enumerate(text) if is_han(char)]
        if len(han) <= number:
            return ()
        head, tail = text[: han[number - 1] + 1], text[han[-number] :]
        return (head, tail) if self.is_sentence(unit) else (head,)

    def is_sentence(self, unit: Line) -> bool:
        """Tell whether a unit ends like a sentence."""
        return self._text[unit.end - 1] in _STOPS + "”」』"

    def _brackets_in(self, span: Span) -> list[Span]:
        first, last = (bisect_left(self._brackets, at, key=_START) for at in span)
        return [found for found in self._brackets[first:last] if found.end <= span.end]

    def is_closed(self, part: Line) -> bool:
        """Tell whether a part of the line ends where a mark shows it: behind anything else the text's own words may go on."""
        behind = self._text[part.end : part.end + 1]
        return (
            _is_framed(self._text[part.start : part.end])
            or behind in _CLOSING_MARKS + "\n\r"
            or bool(_SENTENCE_END_RE.search(self._text, part.end - 1, part.end))
        )

    def _framed_at(self, at: int) -> Line | None:
        """Return the stretch around a place that two equal marks frame, with the marks; None if there is none."""
        before = bisect_right(self._frames, at)
        if not before or self._frames[before - 1] < at - _FRAMED:
            return None
        start = self._frames[before - 1]
        end = self._text.find(self._text[start], at, min(self._line.end, at + _FRAMED))
        return Line(start, end + 1, Site.AMID) if end > start else None

    def _clause_at(self, at: int) -> Line:
        """Return what stands between the nearest clause marks around a place."""
        behind = bisect_left(self._clause_marks, at)
        start = self._clause_marks[behind - 1] + 1 if behind else self._line.start
        end = self._clause_marks[behind] if behind < len(self._clause_marks) else self._line.end
        return Line(*(stripped(self._text, start, end) or Span(start, end)), Site.PHRASE)

    def _splits_bracket(self, part: Line) -> bool:
        """Tell whether a bracket of a part has its partner outside of the part."""
        depth = 0
        for at in self._edges[bisect_left(self._edges, part.start) : bisect_left(self._edges, part.end)]:
            depth += 1 if self._text[at] in OPENERS else -1
            if depth < 0:
                return True
        return depth > 0

    @cached_property
    def _frames(self) -> list[int]:
        return self._places(_FRAME_RE)

    @cached_property
    def _clause_marks(self) -> list[int]:
        return self._places(_CLAUSE_MARK_RE)

    @cached_property
    def _edges(self) -> list[int]:
        return self._places(_EDGE_RE)

    def _places(self, pattern: "re.Pattern[str]") -> list[int]:
        return [found.start() for found in pattern.finditer(self._text, *self._line[:2])]


def _is_framed(text: str) -> bool:
    """Tell whether a text begins and ends with the same frame."""
    return text[:1] == text[-1:] and text[:1] in _FRAME_MARKS


def _says(text: str) -> bool:
    """Tell whether a text has a Han character but 丶, a point of addresses in disguise: WWW丶example丶ORG."""
    return any(is_han(char) and char != _POINT for char in text)
