"""Parentheticals: which brackets of a text form pairs, where each pair stands, and what its own text is."""

import re
from bisect import bisect_right
from functools import cached_property

from cleanspam.model import Site, Span
from cleanspam.native.candidates import Bounds as Bounds
from cleanspam.native.candidates import Candidate
from cleanspam.native.candidates import Pair as Pair
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.linemarks import MARKS
from cleanspam.text.marks import BLANKS as BLANKS  # re-exported
from cleanspam.text.marks import CLAUSE_MARKS, CLOSING_QUOTES, OPENING_QUOTES
from cleanspam.text.marks import LINE_ENDS as LINE_ENDS
from cleanspam.text.markup import may_be_markup, may_have_code, read_code, without_markup
from cleanspam.text.pairing import BRACKET_KINDS, CLOSERS, KIND, OPENERS, line_end, line_start
from cleanspam.text.programs import is_in_program

# How much of the line before and behind a parenthetical rules see, in code points of the original.
CONTEXT = 40
CLEAR_LEFT = frozenset(CLAUSE_MARKS + LINE_ENDS + OPENING_QUOTES)
CLEAR_RIGHT = frozenset(CLAUSE_MARKS + LINE_ENDS + CLOSING_QUOTES)
# Characters on either side of a planting between marks. No aside of an author begins or ends with a comma.
BEFORE, BEHIND = CLEAR_LEFT | frozenset(OPENERS), CLEAR_RIGHT | frozenset(CLOSERS)
_HEADLINE = "".join(kind.openers for kind in BRACKET_KINDS if kind.is_headlines)
# What may stand before a heading in its line: pictures, and marks of lists, quotations and emphasis, but no letter and no
# digit. A longer beginning is text.
_LINE_OPENING = 12
# Before a pair these characters do not decide the site: a chain may go on, and a point may or may not end a clause.
_LOOK_LEFT = frozenset(CLOSERS + ".")


def pairs(text: str) -> list[Pair]:
    """Return the parentheticals of `text` in order of their closing; a bracket without a partner on its line is text.

    Brackets of markup are no parentheticals.
    """
    found = MARKS.pairs(text)
    if not any(may_be_markup(text, pair[0], pair[1]) for pair in found):
        return found
    left = without_markup(text, (pair[:2] for pair in found))
    return [pair for pair in found if pair[:2] in left]


def pair_of(reported: Candidate) -> Pair:
    """Return the pair of a candidate."""
    return Pair(reported.start, reported.end, reported.inner)


def beside(text: str, pair: Pair) -> tuple[str, str]:
    """Return the characters before and behind the pair; "" at an edge of the text."""
    return text[pair.start - 1 : pair.start], text[pair.end : pair.end + 1]


# Tags that hold a piece of a sentence: (<b>广告</b>) says what (广告) says.
_TAG_RE = late_pattern(r"</?(?:a|b|big|em|font|i|mark|small|span|strong|u)(?:\s[^<>]{0,200})?>", re.I)
# A link of Markdown says its label and its address: ([广告](http://example.com)).
_INK_RE = late_pattern(r"\S")
_LINK_RE = late_pattern(r"\[([^\[\]\n]{1,60})\]\((\S{1,200}?)\)")


def own_text(text: str, pair: Pair) -> str:
    """Return the text inside the pair, without its brackets, the pairs inside it, tags of HTML and signs of links."""
    own = text[pair.start + 1 : pair.end - 1]
    if pair.inner:
        edges = [pair.start + 1, *(edge for span in pair.inner for edge in span), pair.end - 1]
        own = "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    own = _LINK_RE.sub(r"\1 \2", own) if "](" in own else own
    return _TAG_RE.sub("", own) if "</" in own else own


class Sites:
    """Finds the sites of the pairs of a text. A chain of pairs stands alone if both of its ends do."""

    def __init__(self, text: str) -> None:
        self._text = text
        # The pairs of the lines that were read: only a few pairs depend on others, and reading all lines takes long.
        self._by_start: dict[int, Pair] = {}
        self._by_end: dict[int, Pair] = {}
        self._line = range(0)
        self._lines: dict[int, range] = {}  # the lines that were read, by their start
        # The start of the chain before a place, and the character behind the chain at a place: without them n pairs take n * n
        # steps.
        self._start_of: dict[int, int] = {}
        self._right_of: dict[int, str] = {}

    def is_known(self, pair: Pair) -> bool:
        """Tell whether a pair of brackets is a parenthetical and not markup."""
        return not may_be_markup(self._text, pair.start, pair.end) or self.starting_at(pair.start) is not None

    def of(self, pair: Pair) -> Site:
        """Return the site of `pair`."""
        left, right = self._left(pair), self._right(pair)
        if left in LINE_ENDS and right in LINE_ENDS:
            return Site.LINE
        if left in BEFORE and right in BEHIND and not (left in OPENERS and right in CLOSERS):
            return Site.ALONE
        if right in LINE_ENDS and left not in CLEAR_LEFT:
            return Site.TAIL
        return Site.HEADING if self._is_heading(pair) else Site.GLUED

    def is_code(self, pair: Pair) -> bool:
        """Tell whether `pair` stands in a string of a program, or in a Markdown code span or fence.

        A fence never closed holds the rest of the text.
        """
        code = self._code
        at = bisect_right(code, (pair.start, pair.start)) if code else 0
        return (at > 0 and pair.start < code[at - 1].end) or is_in_program(self._text, pair.start, pair.end)

    def inside(self, pair: Pair) -> list[Pair]:
        """Return the pairs directly inside `pair`."""
        return [found for start, _ in pair.inner if (found := self.starting_at(start))]

    @cached_property
    def _code(self) -> list[Span]:
        return [Span(*span) for span in read_code(self._text).spans] if may_have_code(self._text) else []

    def _is_heading(self, pair: Pair) -> bool:
        """Tell whether nothing but brackets and marks stands before a lenticular bracket in its line."""
        if self._text[pair.start] not in _HEADLINE:
            return False
        end = self._chain_start(pair.start)
        opening = self._text[max(end - _LINE_OPENING - 1, 0) : end]
        for end_mark in LINE_ENDS:
            opening = opening.rpartition(end_mark)[2]
        return len(opening) <= _LINE_OPENING and not any(char.isalpha() for char in opening)

    def _left(self, pair: Pair) -> str:
        """Return the character before the chain that ends with `pair`; a line end at the start of the text."""
        at = back_over_blanks(self._text, pair.start)
        char = self._text[at - 1] if at else "\n"
        return self._char_before(self._chain_start(at)) if char in _LOOK_LEFT else char

    def _right(self, pair: Pair) -> str:
        """Return the character behind the chain that begins with `pair`; a line end at the end of the text."""
        at = on_over_blanks(self._text, pair.end)
        char = self._text[at] if at < len(self._text) else "\n"
        return self._right_of_chain(at) if char in OPENERS else char

    def _chain_start(self, at: int) -> int:
        """Return where the chain of pairs that ends at `at` begins, with the blanks before the chain."""
        passed = []
        while at not in self._start_of:
            passed.append(at)
            at = back_over_blanks(self._text, at)
            if self._char_before(at) in CLOSERS and (pair := self.ending_at(at)):
                at = pair.start
            else:
                self._start_of[at] = at
        self._start_of.update(dict.fromkeys(passed, self._start_of[at]))
        return self._start_of[at]

    def _right_of_chain(self, at: int) -> str:
        passed = []
        while at not in self._right_of:
            passed.append(at)
            at = on_over_blanks(self._text, at)
            char = self._text[at] if at < len(self._text) else "\n"
            if char in OPENERS and (pair := self.starting_at(at)):
                at = pair.end
            else:
                self._right_of[at] = char
        self._right_of.update(dict.fromkeys(passed, self._right_of[at]))
        return self._right_of[at]

    def starting_at(self, at: int) -> Pair | None:
        """Return the pair that begins at a place."""
        if self._text[at : at + 1] not in KIND:
            return None
        self._read_line(at)
        return self._by_start.get(at)

    def ending_at(self, at: int) -> Pair | None:
        """Return the pair that ends at a place."""
        if self._text[at - 1 : at] not in KIND:
            return None
        self._read_line(at)
        return self._by_end.get(at)

    def _read_line(self, at: int) -> None:
        """Read the pairs of the line at a place, once. No pair and no chain crosses a line end."""
        if at in self._line:
            return
        start = line_start(self._text, at)
        if start in self._lines:
            self._line = self._lines[start]
            return
        end = line_end(self._text, start)
        self._line = self._lines[start] = range(start, end + 1)
        for pair in pairs(self._text[start:end]):
            known = Pair(pair.start + start, pair.end + start, tuple((one + start, end + start) for one, end in pair.inner))
            self._by_start[known.start] = self._by_end[known.end] = known

    def _char_before(self, at: int) -> str:
        char = self._text[at - 1] if at else "\n"
        if char == "." and at > 1 and self._text[at - 2].isalnum() and self._text[at - 2].isascii():
            return "0"  # 1.(…) and Inc.(…): a point inside a word, no full stop
        return char


def first_line_end(text: str) -> int:
    """Return the end of the first line that is not blank; the end of the text if all lines are blank."""
    found = _INK_RE.search(text)
    return line_end(text, found.start()) if found else len(text)


def back_over_blanks(text: str, at: int) -> int:
    """Return the start of the blanks before `at`."""
    while at and text[at - 1] in BLANKS:
        at -= 1
    return at


def on_over_blanks(text: str, at: int) -> int:
    """Return the end of the blanks at `at`."""
    while at < len(text) and text[at] in BLANKS:
        at += 1
    return at
