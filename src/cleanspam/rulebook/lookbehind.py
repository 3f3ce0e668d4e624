"""Writes look-behinds of several lengths as one for each length: `re` takes no others, and importing `regex` takes 30 ms."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from cleanspam.text.latepattern import late_pattern

_CLASS, _GROUP = r"\[(?:\\.|[^\]\\])+\]", r"\(\?:[^()\[\]]*\)"
# A look-behind, whose groups have no groups, and the test of the end behind it.
_BEHIND_RE = late_pattern(rf"(?<!\\)\(\?<([=!])((?:\\.|{_CLASS}|{_GROUP}|[^()\[\]\\])+)\)(\$)?")
# A bar, or how often a piece stands there: a group, a list, or what matches one character.
_PIECE_RE = late_pattern(
    rf"(?P<bar>\|)|(?:(?P<group>{_GROUP})|\\L<(?P<list>[^>]*)>|(?P<char>{_CLASS}|\\p\{{Han\}}|\\[^\w]|\\[dDsSwW]|[^\\\[\](){{}}?*+|^$]))"
    r"(?:(?P<optional>\?)|\{(?P<least>\d+),(?P<most>\d+)\})?"
)
Patterns = dict[int, str]  # by the length of what they match


class LookBehinds:
    """Writes the look-behinds of patterns anew. `one_of` makes the pattern for words."""

    def __init__(self, lists: Mapping[str, Iterable[str]], one_of: Callable[[Iterable[str]], str]) -> None:
        self._lists, self._one_of = lists, one_of

    def of_one_length(self, pattern: str) -> str:
        """Return the pattern with look-behinds of one length each; those of a form that is not known stay.

        >>> LookBehinds({}, "".join).of_one_length("(?<!说|写着?)$")
        '$(?<!(?:说|写))(?<!写着)'
        """
        return _BEHIND_RE.sub(self._spread, pattern)

    def _spread(self, behind: "re.Match[str]") -> str:
        """Return a look-behind for each length, behind the test of the end, which is only at one place."""
        kind, inside, end = behind.groups(default="")
        try:
            tests = [f"(?<{kind}{those})" for those in self._any_of(inside).values()]
        except ValueError:
            return behind[0]
        return end + ("".join(tests) if kind == "!" else f"(?:{'|'.join(tests)})")

    def _any_of(self, alternatives: str) -> Patterns:
        """Return the alternatives by their lengths. Raises ValueError for a piece that is not known."""
        found, one, at = list[Patterns](), {0: ""}, 0
        while at < len(alternatives):
            piece = _PIECE_RE.match(alternatives, at)
            if not piece:
                raise ValueError(alternatives)
            at = piece.end()
            if piece["bar"]:
                found.append(one)
                one = {0: ""}
            else:
                one = _joined(one, self._repeated(piece))
        return _union([*found, one])

    def _repeated(self, piece: "re.Match[str]") -> Patterns:
        """Return a piece as often as it may stand there."""
        once = self._once(piece)
        least, most = (0, 1) if piece["optional"] else (int(piece["least"] or 1), int(piece["most"] or 1))
        found, times = list[Patterns](), {0: ""}
        for number in range(most + 1):
            found += [times] if number >= least else []
            times = _joined(times, once)
        return _union(found)

    def _once(self, piece: "re.Match[str]") -> Patterns:
        if piece["list"]:
            words = sorted(self._lists[piece["list"]], key=len)
            return {length: self._one_of([*those]) for length, those in groupby(words, key=len)}
        return self._any_of(piece["group"][3:-1]) if piece["group"] else {1: piece["char"]}


def _joined(one: Patterns, other: Patterns) -> Patterns:
    """Return the patterns of one text behind another."""
    return _union({before + behind: one[before] + other[behind]} for before in one for behind in other)


def _union(found: Iterable[Patterns]) -> Patterns:
    """Return the patterns of any of several texts."""
    by_length: dict[int, list[str]] = {}
    for patterns in found:
        for length, pattern in patterns.items():
            by_length.setdefault(length, []).append(pattern)
    return {length: those[0] if len(those) == 1 else f"(?:{'|'.join(those)})" for length, those in by_length.items()}
