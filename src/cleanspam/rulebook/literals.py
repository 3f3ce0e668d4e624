"""Finds the literals of a pattern: words and lists, at least one of which each matching text has. Knows no rules."""

import re
from collections.abc import Collection, Sequence
from functools import reduce
from math import fsum

from cleanspam.model import NamedTuple
from cleanspam.text.latepattern import late_pattern

# One piece of a pattern: a group of words, Han characters, the bar between alternatives, the opening of a look-around or of a
# group, its end, a repetition of the piece before, the use of a list, any other piece, or one that is not understood.
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]+"
_HAN_RE = late_pattern(_HAN)
_PIECE_RE = late_pattern(
    r"\((?:\?:)?(?P<words>[^()\[\]\\{}?*+.^$]+)\)"
    rf"|(?P<han>{_HAN})|(?P<bar>\|)|(?P<look>\(\?<?[=!])|(?P<open>\((?:\?:)?)|(?P<close>\))"
    r"|(?P<maybe>\?|\*|\{0?(?:,\d*)?\})|(?P<times>\+|\{\d+(?:,\d*)?\})|\\L<(?P<list>[^>]*)>"
    r"|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<other>\\[pP]\{[^}]*\}|\\.|[a-z0-9., :-]+|[^{])|(?P<unknown>.)",
    re.DOTALL,
)
# Comments and conditions. A pattern with one of them, a class in a class or a fuzzy repetition counts as one without literals.
# A class of signs that stand in few texts, such as [█▓░] or [>»›]. Classes of Han characters or of other ASCII tell too little.
_SIGNS_RE = late_pattern(r"\[([>»›\u2190-\u2bff]+)\]")
_UNSUPPORTED = ("(?#", "(?|", "(?(")
# An estimate, to choose the rarer set of words: one of so many characters of a text is a given character.
RARITY = 200.0


class Needed(NamedTuple):
    """Words and lists. A text must have one of the words, or a word of one of the lists."""

    words: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    def joined(self, other: "Needed") -> "Needed":
        """Return the words and lists of both."""
        return Needed(self.words | other.words, self.lists | other.lists)

    @property
    def frequency(self) -> float:
        """An estimate of how often a text has one of the words, to compare sets by."""
        # `fsum` is exact. A plain sum depends on the order of the words, and two builds would order equal sets differently.
        return fsum(1 / RARITY ** len(word) for word in self.words) + len(self.lists) / RARITY


# The pieces of an alternative: Han characters, the words and lists that a group or a list needs, None for anything else.
_Alternative = list["str | Needed | None"]


def needed(pattern: str, lists: Collection[str] = ()) -> list[Needed]:
    """Return sets of words, the rarest first. A text in which the pattern matches has at least one word of each set.

    The use of a list counts only if `lists` names the list.

    >>> [sorted(one.words) for one in needed("^.{0,9}(?:公司|厂)[好的]?(?:电话){0,1}报价?$")]
    [['报'], ['公司', '厂']]
    """
    if any(opening in pattern for opening in _UNSUPPORTED):
        return []
    groups = _Groups()
    for piece in _PIECE_RE.finditer(pattern):
        if _is_unknown(piece):
            return []
        groups.take(piece, lists)
    return of_any(list(map(_of_each, groups.whole)))


class _Groups:
    """The groups that are open at a place in a pattern, each with its alternatives so far."""

    def __init__(self) -> None:
        self._open: list[list[_Alternative]] = [[[]]]
        self._looks: list[bool] = []  # of each open group, whether what it has may be absent from the text

    @property
    def whole(self) -> list[_Alternative]:
        """The alternatives of the pattern; none that needs anything if a group was not closed."""
        return [[]] if self._looks else self._open[0]

    def take(self, piece: "re.Match[str]", lists: Collection[str]) -> None:
        """Go on by a piece of the pattern."""
        is_a, here = piece.lastgroup, self._open[-1][-1]
        if is_a == "bar":
            self._open[-1].append([])
        elif is_a in ("open", "look"):
            self._open.append([[]])
            self._looks.append(is_a == "look" and piece[0].endswith("!"))
        elif is_a == "close" and self._looks:
            group = self._open.pop()
            self._open[-1][-1].append(None if self._looks.pop() else _of_any(group))
        elif is_a == "maybe" and here:
            last = here.pop()
            here += (last[:-1], None) if isinstance(last, str) else (None,)
        else:
            here.append(_needed_of(piece, lists))


def _needed_of(piece: "re.Match[str]", lists: Collection[str]) -> "str | Needed | None":
    """Return what a piece that is no group needs."""
    is_a = piece.lastgroup
    if is_a == "words":
        return _of_words(piece["words"].split("|"))
    if is_a == "list" and piece["list"] in lists:
        return Needed(lists=frozenset([piece["list"]]))
    if is_a == "class" and (signs := _SIGNS_RE.fullmatch(piece[0])):
        return Needed(frozenset(signs[1]))
    return piece[0] if is_a == "han" else None


def _is_unknown(piece: "re.Match[str]") -> bool:
    """Tell whether a piece is not understood: a class in a class or a fuzzy repetition."""
    return piece.lastgroup == "unknown" or (piece.lastgroup == "class" and "[" in piece[0][1:].replace(r"\[", ""))


def of_any(alternatives: Sequence[Sequence[Needed]]) -> list[Needed]:
    """Return sets for a choice between alternatives. The first one joins the first sets of all alternatives, and so on.

    The result is empty if an alternative has no sets. An alternative with fewer sets than another repeats its last one.
    """
    if not all(alternatives):
        return []
    number = max(map(len, alternatives), default=0)
    return [reduce(Needed.joined, [sets[min(at, len(sets) - 1)] for sets in alternatives]) for at in range(number)]


def _of_words(alternatives: list[str]) -> Needed | None:
    runs = [max(_HAN_RE.findall(word), key=len, default="") for word in alternatives]
    return Needed(frozenset(runs)) if all(runs) else None


def _of_any(alternatives: list[_Alternative]) -> Needed | None:
    """Return the rarest set for a choice between alternatives; None if an alternative may match a text without words."""
    return next(iter(of_any(list(map(_of_each, alternatives)))), None)


def _of_each(alternative: _Alternative) -> list[Needed]:
    """Return the sets of words that an alternative needs, the rarest first."""
    sets = []
    for piece in alternative:
        if isinstance(piece, str) and piece:
            sets.append(Needed(frozenset([piece])))
        elif isinstance(piece, Needed):
            sets.append(piece)
    return sorted(sets, key=lambda one: one.frequency)
