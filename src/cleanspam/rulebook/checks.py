"""Checks: functions that tell whether a condition holds, and what they are made of."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from operator import attrgetter, or_

from cleanspam.typed import Any, Protocol

# Tells whether a condition holds for an own text, a standing or a view, whichever has what the condition tests: the attributes
# of a view, own, found, before, after, site, kind and others.
Check = Callable[[Any], bool]
Search = Callable[[str], object]


class Checkable(Protocol):
    """A condition, or one of its tests."""

    def check(self, kit: "Kit", /) -> Check:
        """Return the function that tests it. It compiles patterns and reads lists at its first use."""


class Kit(Protocol):
    """What checks are made of."""

    def check(self, condition: Checkable, /) -> Check:
        """Return the check of a condition or of one of its tests; equal ones have the same."""

    def search(self, pattern: str, /) -> Search:
        """Return the search for a pattern, which is compiled here."""

    def literals_of(self, patterns: tuple[str, ...], /) -> tuple[int, ...]:
        """Return the bits of the literals of each pattern: where it matches, the text has one; () if no pattern has any."""

    def mask(self, lists: tuple[str, ...], /) -> int:
        """Return the bits of the lists."""

    def words_of(self, lists: tuple[str, ...], /) -> frozenset[str]:
        """Return the words of the lists."""

    def shape(self, name: str, /) -> Check:
        """Return the check of a shape."""

    def stands(self, place: str, /) -> Check:
        """Return the check of a place."""


def found_in(kit: Kit, side: str, patterns: tuple[str, ...]) -> Check:
    """Return the check that one of the patterns is found in the own text, or in the text before or after.

    Each pattern is searched by itself: `re` skips to where one pattern may begin, but tries a choice of patterns at each place.
    With the lines of each condition joined a planting took half as long again. In the own text a pattern is searched only where
    one of its literals is: of 35 patterns that a new planting is asked for, 20 have none.
    """
    literals = kit.literals_of(patterns) if side == "own" else ()
    some, text_of = reduce(or_, literals, 0), attrgetter(side)

    def compiled(at: int, text: str) -> object:
        searches[at] = kit.search(patterns[at])
        return searches[at](text)

    def holds(seen: Any) -> bool:
        text = text_of(seen)
        for search in searches:  # noqa: SIM110 (`any` takes twice as long)
            if search(text) is not None:
                return True
        return False

    def holds_by_literals(seen: Any) -> bool:
        known = seen.literals
        if known & some:
            text = text_of(seen)
            for search, needed in zip(searches, literals, strict=True):
                if known & needed and search(text) is not None:
                    return True
        return False

    searches: list[Search] = [partial(compiled, at) for at in range(len(patterns))]
    return holds_by_literals if literals else holds


def one_of(checks: Sequence[Check]) -> Check:
    """Return the check that one of the checks holds."""

    def holds(seen: Any) -> bool:
        for check in checks:  # noqa: SIM110 (`any` takes twice as long, and a new own text asks 60 times)
            if check(seen):
                return True
        return False

    return holds


def all_hold(checks: Iterable[Check], seen: Any) -> bool:
    """Tell whether all checks hold."""
    for check in checks:  # noqa: SIM110 (`all` takes twice as long)
        if not check(seen):
            return False
    return True


def always(_: object) -> bool:
    """Tell that a condition which asks nothing holds."""
    return True
