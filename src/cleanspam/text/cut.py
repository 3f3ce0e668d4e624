"""Cutting: findings → cuts, and cuts taken out of a text or put back. Knows separators and blanks, but no rules."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from cleanspam.model import Cut, Finding, Span
from cleanspam.text.brackets import BEFORE, BEHIND, BLANKS, CLAUSE_MARKS, CLEAR_LEFT, LINE_ENDS
from cleanspam.text.pairing import CLOSERS, KIND

# The marks that are planted with a parenthetical.
_SEPARATORS = "，,、；;"
_STOPS = "。.｡"
_DOUBLED = "！!？?：:"  # planted along only where the same mark stands on both sides
_PROSE = "(（【〔〖"  # brackets that no markup uses, or only behind a word
_MARKERS = frozenset("-*+>#" + BLANKS)  # what begins a list, a quotation or a heading in Markdown
_GAP_RE = re.compile(rf"[{BLANKS}{_SEPARATORS}]*\Z")
_START = attrgetter("start")
_LINE_START = _LINE_END = "\n"


def plan(text: str, findings: Iterable[Finding]) -> list[Cut]:
    """Return the cuts that take the findings' parentheticals out of `text`, each chain with its one planted separator."""
    spans = (span for chain in _chains(text, findings) for span in _spans(text, chain))
    return [Cut(start, end, text[start:end]) for start, end in _joined(spans)]


def apply(text: str, cuts: Sequence[Cut]) -> str:
    """Return `text` without the cuts; without any cut, the same object."""
    if not cuts:
        return text
    edges = [0, *(edge for cut in cuts for edge in (cut.start, cut.end)), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def restore(text: str, cuts: Sequence[Cut]) -> str:
    """Return the original of a cleaned text.

    >>> restore("生长,更多", [Cut(3, 8, "(广告),")])
    '生长,(广告),更多'
    """
    pieces, at, taken = [], 0, 0
    for cut in cuts:
        place = cut.start - taken
        pieces += [text[at:place], cut.text]
        at, taken = place, taken + cut.end - cut.start
    return "".join([*pieces, text[at:]])


def compose(text: str, first: Sequence[Cut], second: Sequence[Cut]) -> list[Cut]:
    """Return the cuts on `text` that do what `first` does, and then `second` to its result."""
    spans = [Span(cut.start, cut.end) for cut in first]
    for cut in second:
        last = place(cut.end - 1, first)
        spans.append(Span(place(cut.start, first), last + 1))
    return [Cut(start, end, text[start:end]) for start, end in _joined(sorted(spans))]


def inside(cut: Cut, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings, of many by their start, that lie in a cut."""
    first = bisect_left(findings, cut.start, key=_START)
    return [finding for finding in findings[first : bisect_left(findings, cut.end, key=_START)] if finding.end <= cut.end]


def place(at: int, cuts: Sequence[Cut]) -> int:
    """Return where the character at `at` of the cleaned text stands in the original."""
    for cut in cuts:
        if cut.start > at:
            break
        at += cut.end - cut.start
    return at


class _Side(NamedTuple):
    """What a chain stands beside: the first character that is no blank, and the blanks before it is reached."""

    char: str  # a line end at the edge of a line
    at: int  # where it is
    blanks: int


def _chains(text: str, findings: Iterable[Finding]) -> list[list[Span]]:
    """Return the parentheticals in chains: only separators and blanks keep those of one apart. Nested ones are dropped."""
    chains: list[list[Span]] = []
    for start, end in sorted((finding.start, finding.end) for finding in findings):
        if chains and end <= chains[-1][-1].end:
            continue
        if chains and _GAP_RE.match(text[chains[-1][-1].end : start]):
            chains[-1].append(Span(start, end))
        else:
            chains.append([Span(start, end)])
    return chains


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _spans(text: str, chain: list[Span]) -> list[Span]:
    """Return what goes with a chain: all between its ends, brackets with nothing else in them, and the planted separator."""
    whole = _with_brackets(text, Span(chain[0].start, chain[-1].end))
    left, right = _left(text, whole.start), _right(text, whole.end)
    if left.char in LINE_ENDS and right.char in LINE_ENDS:
        return [_line(text, left, right)]
    if left.char not in BEFORE and right.char not in BEHIND:
        return _between_words(text, chain if whole.start == chain[0].start else [whole])
    if left.char in BEFORE and right.char in BEHIND:
        if right.char in _SEPARATORS or (right.char in _STOPS and left.char not in _SEPARATORS):
            return [_without_blanks(text, Span(whole.start, right.at + 1), left)]
        if right.char == left.char and right.char in _DOUBLED:
            return [_without_blanks(text, Span(whole.start, right.at + 1), left)]
        if left.char in _SEPARATORS:
            return [Span(left.at, whole.end if right.char in LINE_ENDS else right.at)]
    return [_without_blanks(text, whole, left)]


def _with_brackets(text: str, whole: Span) -> Span:
    """Return a chain with the brackets that hold it and nothing else: no author's bracket is empty without it."""
    while True:
        left, right = _left(text, whole.start), _right(text, whole.end)
        if not _is_prose(text, left) or right.char not in CLOSERS or KIND[left.char] != KIND[right.char]:
            return whole
        whole = Span(left.at, right.at + 1)


def _is_prose(text: str, opener: _Side) -> bool:
    """Tell whether a bracket can hold nothing but text: of a link, of YAML or of code, []() or f(), it may be empty."""
    before = text[opener.at - 1 : opener.at]
    is_code = opener.char == "(" and before.isascii() and not (before.isspace() or before in CLAUSE_MARKS)
    return opener.char in _PROSE and not is_code


def _between_words(text: str, chain: list[Span]) -> list[Span]:
    """Return the spans of a chain that a word touches on both sides: a separator inside is the article's, so one stays."""
    whole = Span(chain[0].start, chain[-1].end)
    for first, second in pairwise(chain):
        for at in range(first.end, second.start):
            if text[at] in _SEPARATORS:
                return [Span(whole.start, at), Span(at + 1, whole.end)]
    return [_without_blanks(text, whole, _left(text, whole.start))]


def _line(text: str, left: _Side, right: _Side) -> Span:
    """Return a whole line with its line end; the last line of a text goes with the line end before it."""
    start, end = left.at + 1, right.at
    if end < len(text):
        return Span(start, end + (2 if text.startswith("\r\n", end) else 1))
    if start and text.startswith("\r\n", start - 2) and start >= 2:
        return Span(start - 2, end)
    return Span(max(start - 1, 0), end)


def _without_blanks(text: str, span: Span, left: _Side) -> Span:
    """Add the blanks that were planted along: of those on both sides the text keeps what it needs."""
    right = _right(text, span.end)
    before, after = Span(span.start - left.blanks, span.end), Span(span.start, span.end + right.blanks)
    if left.char in LINE_ENDS or _is_marker(text, left):
        return after
    if right.char in LINE_ENDS:
        return before
    if left.blanks and right.blanks:
        both = _is_tight(left.char, right.char) and left.char not in CLEAR_LEFT
        return Span(before.start, after.end) if both else after
    return Span(before.start, after.end) if _is_tight(left.char, right.char) else span


def _is_marker(text: str, left: _Side) -> bool:
    """Tell whether nothing but a mark of Markdown stands before: without a blank it would be none."""
    start = max(text.rfind(end, 0, max(left.at, 0)) for end in LINE_ENDS) + 1
    return left.at >= 0 and left.blanks > 0 and _MARKERS.issuperset(text[start : left.at + 1])


def _is_tight(left: str, right: str) -> bool:
    """Tell whether two neighbours need no blank between them: Latin letters and digits do."""
    return not any(char.isascii() and char.isalnum() for char in (left, right))


def _left(text: str, start: int) -> _Side:
    at = start - 1
    while at >= 0 and text[at] in BLANKS:
        at -= 1
    return _Side(text[at] if at >= 0 else _LINE_START, at, start - 1 - at)


def _right(text: str, end: int) -> _Side:
    at = end
    while at < len(text) and text[at] in BLANKS:
        at += 1
    return _Side(text[at] if at < len(text) else _LINE_END, at, at - end)
