"""Lines: whole lines that may be plantings, and the last sentences of a line, which may be planted alone."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cleanspam.model import Site, Span
from cleanspam.text.fold import is_han
from cleanspam.text.marks import BLANKS
from cleanspam.text.pairing import CLOSERS, OPENERS

# A planted line is a note, a list of keywords or a row of links. A longer line is a paragraph: only its end is judged.
LONGEST = 400
# The number of last lines that are the foot of a text: sites append two or three.
FOOT = 3
# The number of sentence ends that are tried, from the end of a line: a note has one sentence or two.
_ENDS = 3
_SHORT = 8  # code points of a sentence that may go with another: 请收藏！
_OPENER, _CLOSER = re.escape(OPENERS), re.escape(CLOSERS)
_BRACKET_RE = re.compile(rf"[{_OPENER}][^{_OPENER}{_CLOSER}]*[{_CLOSER}]")
_POINT = chr(0x4E36)  # 丶, a Han character, and a point in disguised addresses
_LINE_END_RE = re.compile(r"[\n\r]")
# Where a sentence ends, with the quotation mark or bracket that closes behind it.
_SENTENCE_END_RE = re.compile(
    r"(?:[。！？!?…～]|(?<=[\u4e00-\u9fff])\.(?![a-z0-9]))+[”’」』》）)】］\"']*|(?<=[，,—~～])[”」』]"
)
# A list of links at the foot has a heading, and titles below it: short lines, none of which ends like a sentence of an article.
_HEADING, _LINK, _LINKS = 24, 120, 12
_STATED_RE = re.compile(r"[。：:;；]$")
# Where a clause ends, and what frames a note amid a line: #百度搜某某书吧#. A frame has the same mark on both sides.
_CLAUSE_MARKS = ",，;；:：。！？!?…~～"
_FRAMES = "#＃*＊☆★◆◇◎〓※■□●○"
_FRAMED = 60  # code points of what a frame holds


class Line(NamedTuple):
    """A line or a part of a line, without the blanks around. Places are code points."""

    start: int
    end: int
    site: Site


def lines_at(text: str, places: Iterable[int]) -> Iterator[Line]:
    """Yield the lines that hold the given places, each line once; the places are in order.

    >>> [(line.start, line.end, line.site.value) for line in lines_at("甲\\n 乙 \\n丙\\n丁\\n戊", [0, 3, 3])]
    [(0, 1, 'head'), (3, 4, 'whole')]
    """
    done = 0
    first, foot = _edges(text)
    for at in places:
        if at < done:
            continue
        start, done = bounds(text, at)
        if span := _stripped(text, start, done):
            yield Line(*span, Site.HEAD if start <= first < done else Site.FOOT if start >= foot else Site.WHOLE)
        done = max(done, at + 1)


def notes_in(text: str, line: Line) -> Iterator[Line]:
    """Yield the ends of the line that begin behind a sentence, the shortest first."""
    ends = [end.end for end in _sentence_ends(text, max(line.start, line.end - LONGEST), line.end)]
    for end in [end for end in reversed(ends) if end < line.end][:_ENDS]:
        if span := _stripped(text, end, line.end):
            yield Line(*span, Site.NOTE)


def sentence_at(text: str, line: Line, at: int) -> Line:
    """Return the sentence of the line that holds a place."""
    start, end = line.start, line.end
    for found in _sentence_ends(text, max(line.start, at - LONGEST), min(line.end, at + LONGEST)):
        if found.end <= at:
            start = found.end
        elif found.start >= at:
            end = found.end
            break
    return Line(*(_stripped(text, start, end) or Span(start, end)), Site.AMID)


def parts_at(text: str, line: Line, at: int) -> Iterator[Line]:
    """Yield what of a line holds a place and has marks at both ends: a framed stretch, a sentence, a clause.

    What is longer than a planted line is left out: a line of a million characters has no marks, and a thousand places. So is
    what begins or ends amid a bracket: 【某某小说网，请记住】他走了，天黑了 has a clause of both, and its end is the author's.
    """
    for part in (framed_at(text, line, at), sentence_at(text, line, at), clause_at(text, line, at)):
        if part and part.end - part.start <= LONGEST and not _splits_bracket(text[part.start : part.end]):
            yield part


def _splits_bracket(text: str) -> bool:
    """Tell whether a bracket of a part has its partner outside of the part."""
    depth = 0
    for char in text:
        depth += (char in OPENERS) - (char in CLOSERS)
        if depth < 0:
            return True
    return depth > 0


def clause_at(text: str, line: Line, at: int) -> Line:
    """Return what stands between the nearest clause marks around a place of the line, or more than a rule may be about."""
    start, end = at, at
    first, last = max(line.start, at - LONGEST - 1), min(line.end, at + LONGEST + 1)
    while start > first and text[start - 1] not in _CLAUSE_MARKS:
        start -= 1
    while end < last and text[end] not in _CLAUSE_MARKS:
        end += 1
    return Line(*(_stripped(text, start, end) or Span(start, end)), Site.PHRASE)


def framed_at(text: str, line: Line, at: int) -> Line | None:
    """Return the stretch around a place that two equal marks frame, with the marks; None if there is none.

    >>> text = "他走了#百度搜青竹书吧#天黑了"
    >>> text[slice(*framed_at(text, Line(0, len(text), Site.HEAD), 4)[:2])]
    '#百度搜青竹书吧#'
    """
    start = at
    while start > max(line.start, at - _FRAMED) and text[start] not in _FRAMES:
        start -= 1
    end = text.find(text[start], at, min(line.end, at + _FRAMED)) if text[start] in _FRAMES else -1
    return Line(start, end + 1, Site.AMID) if end > start else None


def is_closed(text: str, part: Line) -> bool:
    """Tell whether a part of a line ends where a mark shows it: behind anything else the text's own words may go on."""
    last, behind = text[part.end - 1], text[part.end : part.end + 1]
    is_framed = last in _FRAMES and text[part.start] == last
    return is_framed or behind in _CLAUSE_MARKS + "\n\r" or bool(_SENTENCE_END_RE.search(text, part.end - 1, part.end))


def may_head_links(line: Line) -> bool:
    """Tell whether a line is so short that it may be the heading of links."""
    return line.end - line.start <= _HEADING


def links_from(text: str, line: Line) -> Line | None:
    """Return a short line with the lines below it, to the text's end, if these may all be links; None if there are none.

    >>> links_from("天亮了。\\n更多报道\\n竹子开花\\n", Line(5, 9, Site.FOOT))
    Line(start=5, end=14, site=<Site.LINKS: 'links'>)
    """
    below = text[line.end : line.end + _LINK * _LINKS + 1].strip()
    if not below or not may_head_links(line) or len(below) > _LINK * _LINKS:
        return None
    links = [link.strip() for link in _LINE_END_RE.split(below) if link.strip()]
    if len(links) > _LINKS or any(len(link) > _LINK or _STATED_RE.search(link) for link in links):
        return None
    return Line(line.start, _end_of(text, len(text)), Site.LINKS)


def sentences_of(text: str, line: Line) -> Iterator[Span]:
    """Yield the sentences of a line; a call of a few characters behind another one is left out: 请收藏！"""
    start = line.start
    for end in (*(found.end for found in _sentence_ends(text, line.start, line.end)), line.end):
        is_call = start > line.start and end - start <= _SHORT and text[end - 1] not in "。”」』"
        if end > start and not is_call:
            yield Span(start, end)
        start = end


def is_noted(text: str, sentence: Span, places: Iterable[int]) -> bool:
    """Tell whether a sentence has one of these words outside of its brackets, or says nothing outside of them.

    [www.example.la 某某小说网]他走了 is a note in a bracket, and a sentence of the text behind it.
    """
    inside = [found.span() for found in _BRACKET_RE.finditer(text, *sentence)]
    outside = [
        at for at in places if sentence.start <= at < sentence.end and not any(start < at < end for start, end in inside)
    ]
    return bool(outside) or (bool(inside) and not _says(_BRACKET_RE.sub("", text[slice(*sentence)])))


def _says(text: str) -> bool:
    """Tell whether a text has a Han character but 丶, a point of addresses in disguise: WWW丶example丶ORG."""
    return any(is_han(char) and char != _POINT for char in text)


def _sentence_ends(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the marks that end sentences; those in a bracket end none of the line's: ［请点击下一页！］."""
    held = [found.span() for found in _BRACKET_RE.finditer(text, start, end)]
    for found in _SENTENCE_END_RE.finditer(text, start, end):
        if not any(opened < found.start() and found.end() < closed for opened, closed in held):
            yield Span(*found.span())


def bounds(text: str, at: int) -> Span:
    """Return the start of the line that holds a place, and the place of its line end."""
    start = text.rfind("\n", 0, at) + 1
    start = max(start, text.rfind("\r", start, at) + 1)
    end = _LINE_END_RE.search(text, at)
    return Span(start, end.start() if end else len(text))


def _stripped(text: str, start: int, end: int) -> Span | None:
    """Return a span without the blanks around; None if it holds only blanks."""
    while start < end and text[start] in BLANKS:
        start += 1
    while end > start and text[end - 1] in BLANKS:
        end -= 1
    return Span(start, end) if start < end else None


def _edges(text: str) -> tuple[int, int]:
    """Return where the first character of a text stands, and where its foot begins; the first line belongs to no foot."""
    first, foot = 0, _end_of(text, len(text))
    while first < foot and text[first].isspace():
        first += 1
    for _ in range(FOOT):
        start = bounds(text, max(foot - 1, 0)).start
        if start <= first:
            return first, max(foot, bounds(text, first).end + 1)
        foot = _end_of(text, start)
    return first, foot


def _end_of(text: str, end: int) -> int:
    """Return where the blanks and line ends before a place begin. Without a copy: a text may have megabytes."""
    while end and text[end - 1].isspace():
        end -= 1
    return end
