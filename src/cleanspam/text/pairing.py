"""Pairing: which brackets of a text form pairs."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from cleanspam.native.candidates import Bounds, Nested


class BracketKind(NamedTuple):
    """A kind of bracket: its name, and its openers and closers in all widths. Any opener pairs with any closer.

    All code derives its brackets from these rows. A new kind must also be entered in `is_stop` of native/_native.c.
    """

    name: str
    openers: str
    closers: str
    is_markups: bool = False  # markup and programs have it, too, and may leave it empty
    is_headlines: bool = False  # at a line's start it holds a headline


# Half and full width are one kind: scraped text often has one side normalised. So are the small, the vertical and the white
# forms that other converters leave, and the ornate ones of who would not be found. ⟨⟩ are none: 〈〉 of titles become them.
BRACKET_KINDS = (
    BracketKind("()", "(（﹙︵⦅｟❨❪⟮﴾", ")）﹚︶⦆｠❩❫⟯﴿"),
    BracketKind("[]", "[［﹇〚⟦", "]］﹈〛⟧", is_markups=True),
    BracketKind("{}", "{｛﹛︷❴", "}｝﹜︸❵", is_markups=True),
    BracketKind("【】", "【︻", "】︼", is_headlines=True),
    BracketKind("〔〕", "〔﹝︹〘❲⦗", "〕﹞︺〙❳⦘"),
    BracketKind("〖〗", "〖︗", "〗︘", is_headlines=True),
)
KINDS = tuple(kind.name for kind in BRACKET_KINDS)
KIND = {char: kind.name for kind in BRACKET_KINDS for char in kind.openers + kind.closers}
OPENERS = "".join(kind.openers for kind in BRACKET_KINDS)
CLOSERS = "".join(kind.closers for kind in BRACKET_KINDS)
_CLOSERS_OF = {opener: kind.closers for kind in BRACKET_KINDS for opener in kind.openers}
_ANY = re.escape(OPENERS + CLOSERS)
_LINE_END_RE = re.compile(r"[\n\r]|\Z")


def pairing(text: str) -> tuple[list[Bounds], list[Nested]]:
    """Return the pairs of `text`: the simple ones ordered by start, and those found with a stack in any order.

    A simple pair has no bracket inside. A bracket without a partner on its line is text.
    """
    simple = _simple(text)
    if lone := [start for start, end in simple if end - start == 1]:
        return _resolved(text, simple, lone)
    return simple, []


def line_start(text: str, at: int) -> int:
    """Return where the line that holds `at` begins."""
    start = text.rfind("\n", 0, at) + 1
    return max(start, text.rfind("\r", start, at) + 1)  # a search for \r alone would go back through a whole text without one


def line_end(text: str, start: int) -> int:
    """Return where the line that holds `start` ends."""
    end = _LINE_END_RE.search(text, start)
    return end.start() if end else len(text)


def _simple(text: str) -> list[Bounds]:
    """Return the span of each simple pair, and that of each opening bracket without a simple partner."""
    first = {opener: at for opener in OPENERS if (at := text.find(opener)) >= 0}
    found: list[Bounds] = []
    for opener, at in first.items():
        found += [match.span() for match in _simple_re(opener).finditer(text, at)]
    if len(first) > 1:
        found.sort()
    return found


@cache
def _simple_re(opener: str) -> "re.Pattern[str]":
    """Return a pattern for an opening bracket and, if no other bracket comes first, its partner: 19 of 20 pairs are such.

    The pattern begins with one character, so `re` searches as fast as str.find: four times as fast as with a class.
    """
    closers = re.escape(_CLOSERS_OF[opener])
    return re.compile(rf"{re.escape(opener)}(?:[^{_ANY}\n\r]*[{closers}])?")


@cache
def _bracket_re() -> "re.Pattern[str]":
    return re.compile(rf"[{_ANY}]")


def _resolved(text: str, spans: list[Bounds], lone: list[int]) -> tuple[list[Bounds], list[Nested]]:
    """Pair with a stack the rest of each line that has a `lone` opening bracket, one without a simple partner."""
    simple: list[Bounds] = []
    nested: list[Nested] = []
    done = taken = 0
    for start in lone:
        if start >= done:
            simple += spans[taken : bisect_left(spans, (start,))]
            done = line_end(text, start)
            taken = bisect_left(spans, (done,))
            nested.extend(_nested(text, start, done))
    return simple + spans[taken:], nested


def _nested(text: str, start: int, end: int) -> Iterator[Nested]:
    """Match the brackets of one line with a stack; a closing bracket passes over openers of other kinds."""
    open_: list[tuple[str, int, list[Bounds]]] = []
    waiting = dict.fromkeys(KINDS, 0)
    for bracket in _bracket_re().finditer(text, start, end):
        char = bracket[0]
        kind = KIND[char]
        if char in OPENERS:
            open_.append((kind, bracket.start(), []))
            waiting[kind] += 1
        elif waiting[kind]:
            pair = _closed(open_, waiting, kind, bracket.end())
            if open_:
                open_[-1][2].append(pair[:2])
            yield pair


def _closed(open_: list[tuple[str, int, list[Bounds]]], waiting: dict[str, int], kind: str, end: int) -> Nested:
    """Take the last opener of `kind` and all openers above it off the stack, and pair it."""
    passed: list[list[Bounds]] = []
    while True:
        opener, start, inner = open_.pop()
        waiting[opener] -= 1
        passed.append(inner)
        if opener == kind:
            return (start, end, tuple(span for spans in reversed(passed) for span in spans))
