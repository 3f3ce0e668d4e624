"""Cutting: turns findings into cuts, takes cuts out of a text and puts them back. Knows separators and blanks, but no rules."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from cleanspam.model import Cut, Finding, NamedTuple, Span
from cleanspam.text.brackets import BEFORE, BEHIND, CLEAR_LEFT
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.marks import (
    BLANKS,
    CLAUSE_MARKS,
    CLOSING_QUOTES,
    DOUBLED,
    LINE_ENDS,
    OPENING_QUOTES,
    SEPARATORS,
    SPACES,
    STOPS,
)
from cleanspam.text.pairing import BRACKET_KINDS, CLOSERS, KIND, line_start

_MARKUP = "".join(kind.openers for kind in BRACKET_KINDS if kind.is_markups)
_QUOTES = dict(zip(OPENING_QUOTES, CLOSING_QUOTES, strict=True))
_EMPHASIS = "*_~="
# The longest emphasis or tag before a planting, in code points.
_LONGEST_TAG = 200
# Tags around a piece of a sentence. Empty they show nothing, so they are cut too; an empty paragraph or table cell shows.
_OPENING_TAG_RE = late_pattern(
    r"<(a|abbr|b|big|code|del|em|font|i|ins|mark|s|small|span|strike|strong|sub|sup|u)(?:\s[^<>]*)?>\Z", re.I
)
# The marks that begin a list item, a quotation or a heading in Markdown. Without text behind them they show nothing.
_MARKERS_RE = late_pattern(rf"[{BLANKS}]*(?:(?:[-*+>#]+|\d{{1,3}}[.、)）])[{BLANKS}]+)+\Z|[{BLANKS}]*\d{{1,3}}[、)）]\Z")
_GAP_RE = late_pattern(rf"[{BLANKS}{SEPARATORS}]*\Z")
_LINE_START = _LINE_END = "\n"


def plan(text: str, findings: Iterable[Finding]) -> list[Cut]:
    """Return the cuts that take the findings out of `text`, each chain with its one planted separator."""
    spans = (span for chain in _chains(text, findings) for span in _spans(text, chain))
    return [Cut(start, end, text[start:end]) for start, end in _with_last_line_end(text, _joined(spans))]


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


class Original:
    """Maps places of a cleaned text to places of its original."""

    def __init__(self, cuts: Iterable[Cut]) -> None:
        self._starts: list[int] = []  # the place of each cut in the cleaned text
        self._taken = [0]  # code points cut before it
        for cut in cuts:
            self._starts.append(cut.start - self._taken[-1])
            self._taken.append(self._taken[-1] + cut.end - cut.start)

    def span(self, start: int, end: int) -> Span:
        """Return the original span of a stretch that is not empty, with everything that was cut between its characters."""
        return Span(self._place(start), self._place(end - 1) + 1)

    def _place(self, at: int) -> int:
        return at + self._taken[bisect_right(self._starts, at)]


def compose(text: str, first: Sequence[Cut], second: Sequence[Cut]) -> list[Cut]:
    """Return the cuts on `text` that equal the cuts `first` followed by the cuts `second` on the result."""
    original = Original(first)
    spans = [Span(cut.start, cut.end) for cut in first] + [original.span(cut.start, cut.end) for cut in second]
    return [Cut(start, end, text[start:end]) for start, end in _joined(sorted(spans))]


def without_marks(text: str) -> str:
    """Return the text of a cut without the separators, stops and blanks around the planting.

    >>> without_marks("（广告）， ")
    '（广告）'
    """
    return text.strip(SEPARATORS + STOPS + BLANKS + LINE_ENDS)


def inside(cut: Cut, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that lie in a cut; `findings` are ordered by start."""
    first, last = bisect_left(findings, (cut.start,)), bisect_left(findings, (cut.end,))
    return [finding for finding in findings[first:last] if finding.end <= cut.end]


class _Side(NamedTuple):
    """One side of a chain: the nearest character that is not a blank, and the number of blanks in between."""

    char: str  # a line end at the edge of a line
    at: int  # the place of this character
    blanks: int


def _chains(text: str, findings: Iterable[Finding]) -> Iterator[list[Span]]:
    """Group the parentheticals into chains: between links stand only separators and blanks. Drops nested parentheticals."""
    chain: list[Span] = []
    for start, end in sorted([finding[:2] for finding in findings]):
        if chain and end <= chain[-1].end:
            continue
        if chain and start >= chain[-1].end and not _GAP_RE.match(text, chain[-1].end, start):
            yield chain
            chain = []
        chain.append(Span(start, end))
    if chain:
        yield chain


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _spans(text: str, chain: list[Span]) -> list[Span]:
    """Return the spans to cut for a chain: the chain, brackets and marks that hold nothing else, and the planted separator."""
    whole = Span(chain[0].start, chain[-1].end)
    left, right = _left(text, whole.start), _right(text, whole.end)
    while (wider := _with_holder(text, whole, left, right)) is not None:
        whole, left, right = wider, _left(text, wider.start), _right(text, wider.end)
    if right.char in LINE_ENDS and (left.char in LINE_ENDS or _is_marker(text, whole.start)):
        return [_line(text, whole.start, right)]
    if right.char == left.char and right.char in DOUBLED:
        return [_without_blanks(text, Span(whole.start, _end_of_run(text, left, right)), left)]
    if left.char not in BEFORE and right.char not in BEHIND:
        return _between_words(text, chain if whole.start == chain[0].start else [whole])
    if left.char in BEFORE and right.char in BEHIND:
        if right.char in SEPARATORS or (_is_stop(text, right) and left.char not in SEPARATORS):
            return [_without_blanks(text, Span(whole.start, right.at + 1), left)]
        if left.char in SEPARATORS:
            return [Span(left.at, whole.end if right.char in LINE_ENDS else right.at)]
    return [_without_blanks(text, whole, left)]


def _is_stop(text: str, right: _Side) -> bool:
    """Tell whether a full stop stands behind the planting; the point of a file's ending is none: …女人不爱？【广告】.md."""
    behind = text[right.at + 1 : right.at + 2]
    return right.char in STOPS and not (right.char == "." and behind.isascii() and behind.isalnum())


def _end_of_run(text: str, left: _Side, right: _Side) -> int:
    """Return the end of the marks that the planting doubled: ……(广告)…… loses two code points, ！(广告)！ one."""
    end, start = right.at, left.at
    while end < len(text) and start >= 0 and text[end] == text[start] == left.char:
        end, start = end + 1, start - 1
    return end


def _with_holder(text: str, whole: Span, left: _Side, right: _Side) -> Span | None:
    """Return the span of the brackets, quotes, emphasis or tag that hold a chain and nothing else; None if nothing does.

    Authors leave none of these empty, so they were planted with the chain.
    """
    before = text[whole.start - 1 : whole.start]
    if before == ">":
        return _with_brackets(text, left, right) or _with_tag(text, whole)
    if before and before in _EMPHASIS:
        return _with_brackets(text, left, right) or _with_emphasis(text, whole)
    return _with_brackets(text, left, right) if left.char in KIND or left.char in _QUOTES else None


def _with_brackets(text: str, left: _Side, right: _Side) -> Span | None:
    """Return the span from a bracket or quotation mark to its partner; None if there is no pair, or a link or code has it."""
    is_quotation = left.char in _QUOTES and _QUOTES[left.char] == right.char
    is_bracket = right.char in CLOSERS and left.char in KIND and KIND[left.char] == KIND[right.char]
    if is_quotation or (is_bracket and _is_prose(text, left, right)):
        return Span(left.at, right.at + 1)
    return None


def _is_prose(text: str, opener: _Side, closer: _Side) -> bool:
    """Tell whether brackets belong to prose. Brackets of links, YAML and code may be empty: []() and f()."""
    before, behind = text[max(opener.at - 1, 0) : opener.at], text[closer.at + 1 : closer.at + 2]
    if opener.char in _MARKUP:
        return all(char and (not char.isascii() or char in ",.;!?") for char in (before, behind))
    is_code = opener.char == "(" and before.isascii() and not (before.isspace() or before in CLAUSE_MARKS)
    return opener.char not in CLOSERS and not is_code


def _with_emphasis(text: str, whole: Span) -> Span | None:
    """Return a span with Markdown's marks of emphasis on both sides; None if the two runs differ."""
    mark, (start, end) = text[whole.start - 1], whole
    while start and end < len(text) and text[start - 1] == text[end] == mark:
        start, end = start - 1, end + 1
    is_one_side_longer = text[start - 1 : start] == mark or text[end : end + 1] == mark
    is_too_short = end - whole.end < (1 if mark in "*_" else 2)
    return None if is_too_short or is_one_side_longer else Span(start, end)


def _with_tag(text: str, whole: Span) -> Span | None:
    """Return a span with the pair of HTML tags around it; None if there is no such pair."""
    opening = _OPENING_TAG_RE.search(text, max(whole.start - _LONGEST_TAG, 0), whole.start)
    if not opening:
        return None
    closing = f"</{opening[1]}>"
    is_closed = text[whole.end : whole.end + len(closing)].lower() == closing.lower()
    return Span(opening.start(), whole.end + len(closing)) if is_closed else None


def _between_words(text: str, chain: list[Span]) -> list[Span]:
    """Return the spans to cut for a chain between two words: one separator inside the chain is the article's and stays."""
    whole = Span(chain[0].start, chain[-1].end)
    for first, second in pairwise(chain):
        for at in range(first.end, second.start):
            if text[at] in SEPARATORS:
                return [Span(whole.start, at), Span(at + 1, whole.end)]
    return [_without_blanks(text, whole, _left(text, whole.start))]


def _line(text: str, at: int, right: _Side) -> Span:
    """Return the line at `at` with its line end. The last line of a text has the line end before it instead."""
    start, end = line_start(text, at), right.at
    if end < len(text):
        return Span(start, end + (2 if text.startswith("\r\n", end) else 1))
    if start >= 2 and text.startswith("\r\n", start - 2):
        return Span(start - 2, end)
    return Span(max(start - 1, 0), end)


def _with_last_line_end(text: str, spans: list[Span]) -> list[Span]:
    """Widen a cut of several last lines by the line end before them: each of the others took the one behind it."""
    if spans and spans[-1].end == len(text) and spans[-1].start and not {text[spans[-1].start], text[-1]} & set(LINE_ENDS):
        start, end = spans[-1]
        if text[start - 1] in LINE_ENDS:
            return _joined([*spans[:-1], Span(start - (2 if text.startswith("\r\n", start - 2) else 1), end)])
    return spans


def _without_blanks(text: str, span: Span, left: _Side) -> Span:
    """Widen a span by the planted blanks. Blanks that part two words stay.

    Between two words, blanks on both sides were planted; a blank on one side only is the article's.
    """
    right = _right(text, span.end)
    if not left.blanks and not right.blanks:
        return span
    before, after = Span(span.start - left.blanks, span.end), Span(span.start, span.end + right.blanks)
    if left.char in LINE_ENDS or (left.blanks and _is_marker(text, span.start)):
        return after
    if right.char in LINE_ENDS:
        # A single blank was planted; several before the planting belong to the page.
        return before if left.blanks == 1 else Span(span.start, after.end)
    if left.blanks and right.blanks:
        return Span(before.start, after.end) if _are_planted(text, before, after, left.char, right.char) else after
    is_shown = any(char in SPACES for char in text[before.start : span.start] + text[span.end : after.end])
    parts_words = left.char not in CLEAR_LEFT and right.char not in BEHIND
    is_planted = left.blanks and not parts_words and _is_tight(left.char, right.char)
    return Span(before.start, after.end) if is_planted or not is_shown else span


def _are_planted(text: str, before: Span, after: Span, left: str, right: str) -> bool:
    """Tell whether the blanks on both sides were planted: each is single, and the article needs no blank there."""
    shown = [
        [char for char in blanks if char in SPACES]
        for blanks in (text[before.start : after.start], text[before.end : after.end])
    ]
    is_single = all(len(spaces) < 2 for spaces in shown)
    is_joined = left.isalnum() or left in CLOSERS or left in CLOSING_QUOTES
    return (right in BEHIND and left not in CLEAR_LEFT) or (is_single and is_joined and _is_tight(left, right))


def _is_marker(text: str, at: int) -> bool:
    """Tell whether only a mark of a list, a quotation or a heading stands before `at` in its line."""
    return bool(_MARKERS_RE.match(text, line_start(text, at), at)) if at else False


def _is_tight(left: str, right: str) -> bool:
    """Tell whether two neighbours need no blank between them. Latin letters and digits need one."""
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
