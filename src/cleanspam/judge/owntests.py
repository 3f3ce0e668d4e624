"""Compiles the conditions on an own text into functions: one call for each condition of a rule, not six."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from cleanspam.judge.lexicon import WordsFound
from cleanspam.rulebook.conditions import (
    VERBS,
    Along,
    AnyOf,
    Condition,
    Length,
    OnlyHere,
    Pattern,
    Shaped,
    Share,
    Test,
    Texts,
    Unless,
    Words,
)


class Own(Protocol):
    """The view of an own text that the functions test."""

    own: str
    shapes: dict[str, bool]  # by name: whether the own text is of the shape, as far as it was tested

    @property
    def found(self) -> WordsFound:
        """The lists with a word in the own text, at its start, and at its end."""


OwnTest = Callable[[Own], bool]
Search = Callable[[str], object]


class OwnTests:
    """The functions for the conditions of a rule set. Patterns are compiled, and lists are read, at their first use."""

    def __init__(
        self,
        shapes: Mapping[str, tuple[Condition, ...]],
        search: Callable[[str], Search],
        mask: Callable[[tuple[str, ...]], int],
    ) -> None:
        self._shapes, self._search, self._mask = shapes, search, mask
        self._known: dict[Any, OwnTest] = {}

    def all_of(self, conditions: Iterable[Condition]) -> tuple[OwnTest, ...]:
        """Return the functions of conditions that must all hold."""
        return tuple(map(self.of, conditions))

    def of(self, condition: Condition | Test) -> OwnTest:
        """Return the function of a condition or of one of its tests; equal ones have the same."""
        known = self._known.get(condition)
        if known is None:
            known = self._known[condition] = self._made(condition)
        return known

    def _made(self, condition: Condition | Test) -> OwnTest:
        if isinstance(condition, Words):
            return self._words(condition)
        if isinstance(condition, Pattern):
            return self._pattern(condition.pattern)
        if isinstance(condition, Shaped):
            return self._shaped(condition.shape)
        if isinstance(condition, AnyOf):
            return self._any_of(condition.tests)
        if isinstance(condition, Unless):
            test = self.of(condition.test)
            return lambda seen: not test(seen)
        if isinstance(condition, Length | Texts | Share):
            return condition.holds  # type: ignore[return-value]  # they look at nothing but `own` and the words of lists
        if isinstance(condition, Along | OnlyHere):
            return lambda seen: True  # noqa: ARG005 (they ask nothing of the own text)
        raise TypeError(condition)  # a new kind of condition, which would be tested nowhere

    def _words(self, words: Words) -> OwnTest:
        at, has, but = VERBS.index(words.verb), 0, 0

        def holds(seen: Own) -> bool:
            nonlocal has, but
            if not has:
                but = self._mask(words.but)
                has = self._mask(words.lists)  # the last, for another thread goes by it
            found = seen.found[at]
            return bool(found & has and not found & but)

        return holds

    def _pattern(self, pattern: str) -> OwnTest:
        search: Search | None = None

        def holds(seen: Own) -> bool:
            nonlocal search
            if search is None:
                search = self._search(pattern)
            return search(seen.own) is not None

        return holds

    def _shaped(self, name: str) -> OwnTest:
        tests: tuple[OwnTest, ...] = ()

        def holds(seen: Own) -> bool:
            nonlocal tests
            known = seen.shapes.get(name)
            if known is None:
                tests = tests or self.all_of(self._shapes[name])
                known = seen.shapes[name] = all_hold(tests, seen)
            return known

        return holds

    def _any_of(self, given: Iterable[Test]) -> OwnTest:
        tests = tuple(map(self.of, given))
        if len(tests) == 1:
            return tests[0]

        def holds(seen: Own) -> bool:
            for test in tests:  # noqa: SIM110 (`any` takes twice as long, and a new own text asks 60 times)
                if test(seen):
                    return True
            return False

        return holds


def all_hold(tests: Iterable[OwnTest], seen: Own) -> bool:
    """Tell whether all functions hold."""
    for test in tests:  # noqa: SIM110 (`all` takes twice as long)
        if not test(seen):
            return False
    return True
