"""Grouping: which conditions test the own text, which the standing, and which the line around."""

from collections.abc import Callable, Iterable, Mapping

from cleanspam.model import NamedTuple
from cleanspam.rulebook.conditions import (
    Along,
    AnyOf,
    At,
    Beside,
    Brackets,
    Condition,
    Length,
    Near,
    OnlyHere,
    Shaped,
    Share,
    Test,
    Texts,
    Unless,
    Where,
    Words,
    tests_of,
)
from cleanspam.rulebook.ruleset import Place
from cleanspam.text.latepattern import late_pattern

# One character of a pattern: a class without escapes for several characters, or a plain character.
_IN_CLASS = r"(?:[0-9A-Za-z]-[0-9A-Za-z]|[^\\\[\]^-]|\\[^\w]|\\p\{Han\})"
CHAR = rf"(?:[^\\\[\](){{}}|.*+?$^]|\[\^?{_IN_CLASS}+\]|\\p\{{Han\}})"
# A pattern that tests only the first character, or only the last; ^$ tests that there is none.
_FIRST = rf"\^(?:(?:\(\?!{CHAR}\))?{CHAR}|\$)"
_FIRST_RE = late_pattern(rf"{_FIRST}(?:\|{_FIRST})*")
_LAST_RE = late_pattern(rf"(?:{CHAR}|\^)\$(?:\|(?:{CHAR}|\^)\$)*")
# As tuples: Words | AnyOf would be made anew for each of a thousand conditions of a start.
_ABOUT_OWN, _ABOUT_STANDING = (Words, AnyOf, Unless, Length, Texts, Along, OnlyHere, Share), (Where, Brackets, Near)
# A repetition that may reach far, or a list: a search for such a pattern may try many ways. Others take one pass over the text.
_REACHING_RE = late_pattern(r"\{\d*,\d{2,}\}|[.\])][*+]|\\L<|\\[1-9]")


def cost(condition: Condition) -> int:
    """Return the rank of a condition on an own text by its cost: a length is cheapest, then words of lists, then patterns.

    A slow pattern comes last: of 100 lines that pass a gate, an `unless` of a few words spares it 40.
    """
    if isinstance(condition, Length):
        return 0
    if isinstance(condition, Share):
        return 3
    return max(map(_cost_of_test, tests_of(condition)), default=1)


def _cost_of_test(test: Test) -> int:
    return 1 if isinstance(test, Words) else 4 if isinstance(test, Shaped) or _REACHING_RE.search(test.pattern) else 2


class Parts(NamedTuple):
    """The conditions of a rule, grouped by the text that they test, and the rule's bit."""

    bit: int
    own: tuple[Condition, ...]  # test the own text only
    place: tuple[Condition, ...]  # test the standing only
    rest: tuple[Condition, ...]  # test the line around


class Grouping:
    """Groups the conditions of a rule by what they test."""

    def __init__(
        self,
        shapes: Mapping[str, tuple[Condition, ...]],
        place: Callable[[str], Place],
        edges: Mapping[str, tuple[str, ...]] | None,
    ) -> None:
        self._shapes, self._place = shapes, place
        self._edges = edges  # by side, the patterns on the neighbouring character; None: their form must tell it
        self._fixed: dict[str, bool] = {}  # by the name of a place
        self._plain: dict[str, bool] = {}  # by the name of a shape

    def parts(self, bit: int, conditions: Iterable[Condition]) -> Parts:
        """Return the conditions of the rule with a bit in groups, those on the own text by their cost."""
        own, place, rest = list[Condition](), list[Condition](), list[Condition]()
        for condition in conditions:
            kind = own if self._is_about_own(condition) else place if self.is_about_standing(condition) else rest
            kind.append(condition)
        own.sort(key=cost)
        return Parts(bit, tuple(own), tuple(place), tuple(rest))

    def _is_about_own(self, condition: Condition) -> bool:
        """Tell whether a condition tests only the own text."""
        shapes = (test.shape for test in tests_of(condition) if isinstance(test, Shaped))
        return isinstance(condition, _ABOUT_OWN) and all(map(self.is_plain, shapes))

    def is_plain(self, shape: str) -> bool:
        """Tell whether a shape tests only the own text."""
        known = self._plain.get(shape)
        if known is None:
            known = self._plain[shape] = all(map(self._is_about_own, self._shapes[shape]))
        return known

    def is_fixed(self, place: str) -> bool:
        """Tell whether a place tests only the standing."""
        known = self._fixed.get(place)
        if known is None:
            known = self._fixed[place] = all(map(self.is_about_standing, self._place(place).conditions))
        return known

    def is_about_standing(self, condition: Condition) -> bool:
        """Tell whether a condition tests only the standing: the site, the kind of bracket and the characters beside it."""
        if isinstance(condition, At):
            return all(map(self.is_fixed, condition.places))
        if isinstance(condition, Beside):
            return self._is_about_edge(condition)
        return isinstance(condition, _ABOUT_STANDING)

    def _is_about_edge(self, condition: Beside) -> bool:
        """Tell whether a condition tests only the neighbouring character."""
        if self._edges:
            return all(pattern in self._edges[condition.side] for pattern in condition.patterns)
        form = _LAST_RE if condition.side == "before" else _FIRST_RE
        return all(form.fullmatch(pattern) for pattern in condition.patterns)
