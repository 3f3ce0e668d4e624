"""Parentheticals: which brackets of a text form pairs, where each pair stands, and what its own text is."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from cleanspam.model import Site, Span

# Half and full width are one kind: scraped text often has one side normalised.
_WIDTHS = {"()": "(（)）", "[]": "[［]］", "{}": "{｛}｝", "【】": "【】", "〔〕": "〔〕", "〖〗": "〖〗"}
KINDS = tuple(_WIDTHS)
KIND = {char: kind for kind, chars in _WIDTHS.items() for char in chars}
_OPENERS = "".join(chars[: len(chars) // 2] for chars in _WIDTHS.values())
_CLOSERS = "".join(chars[len(chars) // 2 :] for chars in _WIDTHS.values())
_ANY = re.escape(_OPENERS + _CLOSERS)
_BRACKET_RE = re.compile(rf"[{_ANY}]")
# An opening bracket and, where no other bracket comes between, its partner: 19 of 20 pairs, found without a stack.
# A pattern that begins with one character is searched as fast as str.find; one that begins with a class, at a quarter.
_SIMPLE = {
    opener: re.compile(rf"{re.escape(opener)}(?:[^{_ANY}\n\r]*[{re.escape(chars[len(chars) // 2 :])}])?")
    for chars in _WIDTHS.values()
    for opener in chars[: len(chars) // 2]
}
_CODE_RE = re.compile(r"```[\s\S]*?(?:```|\Z)|`[^`\n\r]+`")
_LINE_END_RE = re.compile(r"[\n\r]|\Z")

BLANKS = " \t\u3000\u00a0\u200b\ufeff"
LINE_ENDS = "\n\r"
CLAUSE_MARKS = "，,、；;：:。.！!？?…｡､"
# A quotation opens a clause on the left and closes one on the right; the other way round the parenthetical glosses it.
_OPEN_QUOTES = "“‘「『《〈"
_CLOSE_QUOTES = "”’」』》〉"
CLEAR_LEFT = frozenset(CLAUSE_MARKS + LINE_ENDS + _OPEN_QUOTES)
CLEAR_RIGHT = frozenset(CLAUSE_MARKS + LINE_ENDS + _CLOSE_QUOTES)
# What can stand right before a parenthetical that is alone, one in a chain or behind blanks included; "" at a text's start.
_EDGE_LEFT = CLEAR_LEFT | frozenset([*BLANKS, *_CLOSERS, ""])
# On the left of these more must be looked at: what is behind a chain, or whether a point ends a clause.
_LOOK_LEFT = frozenset(_CLOSERS + ".")


class Pair(NamedTuple):
    """A matched pair: `start` at the opening bracket, `end` behind the closing one, and the pairs directly inside."""

    start: int
    end: int
    inner: tuple[Span, ...]


class Brackets:
    """The pairs of one text, those without a bracket inside as plain spans: 140,000 Pairs cost as much as finding them.

    A bracket without a partner on its line is text; Markdown's links, images and footnotes are no parentheticals.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        first = {opener: at for opener in _SIMPLE if (at := text.find(opener)) >= 0}
        self.simple = _simple(text, first)
        self.nested: list[Pair] = []
        if lone := [start for start, end in self.simple if end - start == 1]:
            self.simple, self.nested = _resolved(text, self.simple, lone)
        if "[" in first:
            spans = [*self.simple, *((pair.start, pair.end) for pair in self.nested)]
            links = {end for start, end in spans if text[start] == "["}
            self.simple = [span for span in self.simple if not _is_markdown(text, *span, links)]
            self.nested = [pair for pair in self.nested if not _is_markdown(text, pair.start, pair.end, links)]

    def __iter__(self) -> Iterator[Pair]:
        """Yield all pairs, in no particular order."""
        for start, end in self.simple:
            yield Pair(start, end, ())
        yield from self.nested

    def pair(self, number: int) -> Pair:
        """Return the pair of that number, as `owns` counts them."""
        if number < len(self.simple):
            return Pair(*self.simple[number], ())
        return self.nested[number - len(self.simple)]

    def owns(self) -> list[str]:
        """Return the own texts of all pairs."""
        text = self._text
        return [text[start + 1 : end - 1] for start, end in self.simple] + [own_text(text, pair) for pair in self.nested]

    def may_be_alone(self, standing: Mapping[tuple[str, str], object]) -> list[Pair]:
        """Return the pairs whose site can be ALONE or LINE, if `standing` holds true what stands beside them.

        That is the character before and the one behind them, fewer at an edge of the text. Wrong only in naming too many.
        """
        text = self._text
        simple = [
            Pair(start, end, ())
            for start, end in self.simple
            if (left := text[start - 1 : start]) in _EDGE_LEFT and standing[left, text[end : end + 1]]
        ]
        return simple + [pair for pair in self.nested if standing[beside(text, pair)]]


def pairs(text: str) -> list[Pair]:
    """Return the parentheticals of `text` in order of their closing; a bracket without a partner on its line is text.

    Markdown's links, images and footnotes are no parentheticals.
    """
    return sorted(Brackets(text), key=attrgetter("end"))


def beside(text: str, pair: Pair) -> tuple[str, str]:
    """Return the characters before and behind the pair, "" at an edge of the text."""
    return text[pair.start - 1 : pair.start], text[pair.end : pair.end + 1]


def own_text(text: str, pair: Pair) -> str:
    """Return what stands inside the pair, without its brackets and without the pairs inside it."""
    if not pair.inner:
        return text[pair.start + 1 : pair.end - 1]
    edges = [pair.start + 1, *(edge for span in pair.inner for edge in span), pair.end - 1]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


class Sites:
    """The sites of one text's pairs; a chain of pairs is alone when both of its ends are."""

    def __init__(self, text: str, found: Iterable[Pair]) -> None:
        self._text = text
        self._found = found
        # What the chain beside a place ends in: without it a chain of n pairs takes n * n steps.
        self._left_of: dict[int, str] = {}
        self._right_of: dict[int, str] = {}

    @cached_property
    def _by_start(self) -> dict[int, Pair]:
        return {pair.start: pair for pair in self._found}

    @cached_property
    def _by_end(self) -> dict[int, Pair]:
        return {pair.end: pair for pair in self._found}

    def of(self, pair: Pair) -> Site:
        """Return where `pair` stands."""
        left, right = self._left(pair), self._right(pair)
        if left in LINE_ENDS and right in LINE_ENDS:
            return Site.LINE
        if left in CLEAR_LEFT and right in CLEAR_RIGHT:
            return Site.ALONE
        if right in LINE_ENDS and left not in CLEAR_LEFT:
            return Site.TAIL
        return Site.GLUED

    def is_alone(self, pair: Pair) -> bool:
        """Tell whether the site of `pair` is ALONE or LINE."""
        return self._left(pair) in CLEAR_LEFT and self._right(pair) in CLEAR_RIGHT

    def is_code(self, pair: Pair) -> bool:
        """Tell whether `pair` stands in a Markdown code span or fence; a fence never closed holds the rest of the text."""
        at = bisect_right(self._code, Span(pair.start, pair.start))
        return at > 0 and pair.start < self._code[at - 1].end

    def inside(self, pair: Pair) -> list[Pair]:
        """Return the pairs directly inside `pair`."""
        return [self._by_start[span.start] for span in pair.inner if span.start in self._by_start]

    @cached_property
    def _code(self) -> list[Span]:
        return [Span(*code.span()) for code in _CODE_RE.finditer(self._text)]

    def _left(self, pair: Pair) -> str:
        """Return the character that the chain of pairs ending in `pair` stands behind; a line end at the text's start."""
        at = _back_over_blanks(self._text, pair.start)
        char = self._text[at - 1] if at else "\n"
        return self._left_of_chain(at) if char in _LOOK_LEFT else char

    def _right(self, pair: Pair) -> str:
        """Return the character that follows the chain of pairs beginning with `pair`; a line end at the text's end."""
        at = _on_over_blanks(self._text, pair.end)
        char = self._text[at] if at < len(self._text) else "\n"
        return self._right_of_chain(at) if char in _OPENERS else char

    def _left_of_chain(self, at: int) -> str:
        passed = []
        while at not in self._left_of:
            passed.append(at)
            at = _back_over_blanks(self._text, at)
            char = self._char_before(at)
            if char not in _CLOSERS or at not in self._by_end:
                self._left_of[at] = char
            else:
                at = self._by_end[at].start
        self._left_of.update(dict.fromkeys(passed, self._left_of[at]))
        return self._left_of[at]

    def _right_of_chain(self, at: int) -> str:
        passed = []
        while at not in self._right_of:
            passed.append(at)
            at = _on_over_blanks(self._text, at)
            char = self._text[at] if at < len(self._text) else "\n"
            if char not in _OPENERS or at not in self._by_start:
                self._right_of[at] = char
            else:
                at = self._by_start[at].end
        self._right_of.update(dict.fromkeys(passed, self._right_of[at]))
        return self._right_of[at]

    def _char_before(self, at: int) -> str:
        char = self._text[at - 1] if at else "\n"
        if char == "." and at > 1 and self._text[at - 2].isalnum() and self._text[at - 2].isascii():
            return "0"  # 1.(…) and Inc.(…): a point inside a word, no full stop
        return char


def _back_over_blanks(text: str, at: int) -> int:
    while at and text[at - 1] in BLANKS:
        at -= 1
    return at


def _on_over_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in BLANKS:
        at += 1
    return at


def _simple(text: str, first: dict[str, int]) -> list[tuple[int, int]]:
    """Return the span of each opening bracket and its partner, or of the bracket alone; `first` is where each kind begins."""
    found: list[tuple[int, int]] = []
    for opener, at in first.items():
        found += [match.span() for match in _SIMPLE[opener].finditer(text, at)]
    if len(first) > 1:
        found.sort()
    return found


def _resolved(text: str, spans: list[tuple[int, int]], lone: list[int]) -> tuple[list[tuple[int, int]], list[Pair]]:
    """Match anew, with a stack, what follows the `lone` opening brackets, those without a simple partner, on their lines."""
    simple: list[tuple[int, int]] = []
    nested: list[Pair] = []
    done = taken = 0
    for start in lone:
        if start >= done:
            simple += spans[taken : bisect_left(spans, (start,))]
            done = _line_end(text, start)
            taken = bisect_left(spans, (done,))
            nested.extend(_nested(text, start, done))
    return simple + spans[taken:], nested


def _line_end(text: str, start: int) -> int:
    end = _LINE_END_RE.search(text, start)
    return end.start() if end else len(text)


def _nested(text: str, start: int, end: int) -> Iterator[Pair]:
    """Match the brackets of one line with a stack; a closing bracket passes over openers of other kinds."""
    open_: list[tuple[str, int, list[Span]]] = []
    waiting = dict.fromkeys(KINDS, 0)
    for bracket in _BRACKET_RE.finditer(text, start, end):
        char = bracket[0]
        kind = KIND[char]
        if char in _SIMPLE:
            open_.append((kind, bracket.start(), []))
            waiting[kind] += 1
        elif waiting[kind]:
            pair = _closed(open_, waiting, kind, bracket.end())
            if open_:
                open_[-1][2].append(Span(pair.start, pair.end))
            yield pair


def _closed(open_: list[tuple[str, int, list[Span]]], waiting: dict[str, int], kind: str, end: int) -> Pair:
    """Take the last opener of `kind` off the stack, with those above it, and pair it."""
    passed: list[list[Span]] = []
    while True:
        opener, start, inner = open_.pop()
        waiting[opener] -= 1
        passed.append(inner)
        if opener == kind:
            return Pair(start, end, tuple(span for spans in reversed(passed) for span in spans))


def _is_markdown(text: str, start: int, end: int, links: set[int]) -> bool:
    """Tell whether a pair belongs to a link, an image or a footnote; `links` are the ends of the pairs in square brackets."""
    if text[start] == "(":
        return start in links and text[start - 1] == "]"
    return text[start] == "[" and (text.startswith("(", end) or text.startswith("^", start + 1))
