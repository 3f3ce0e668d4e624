"""Matchers: rules ready to be matched, and sets of them as the bits of a number."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property

from cleanspam.judge.criteria import Criteria
from cleanspam.judge.view import View
from cleanspam.model import BRACKET_SITES, Site
from cleanspam.rulebook.conditions import (
    LIST_USE_RE,
    AnyOf,
    At,
    Condition,
    Shaped,
    Texts,
    Unless,
    Where,
    Words,
    patterns_of,
    tests_of,
)
from cleanspam.rulebook.ruleset import Rule

_SITES = {site.value: site for site in Site}


class Matcher:
    """A rule, ready to be matched."""

    def __init__(self, rule: Rule, criteria: Criteria) -> None:
        self.rule, self.accomplices = rule, rule.accomplices
        self._criteria = criteria
        self._conditions, self._places = rule.conditions, rule.places
        # Whether the number of accomplices depends only on the standing of a parenthetical.
        self.is_settled = all(map(criteria.is_fixed, self._places))
        self.bit = criteria.enter(rule.conditions).bit  # the rule in a set of rules

    def speaks(self, view: View) -> bool:
        """Tell whether all of the rule's conditions hold."""
        return view.meets(self.bit) != 0

    def is_met(self, view: View) -> bool:
        """Tell the same without caches: `rules stats` measures the cost of a rule."""
        return all(condition.holds(view) for condition in self._conditions)

    def speaks_somewhere(self, view: View) -> bool:
        """Tell the same for a parenthetical whose place is unknown."""
        return view.meets_somewhere(self.bit) != 0

    def needs_at(self, view: View) -> int:
        """Return the number of accomplices that the rule needs to cut a parenthetical that it matches."""
        return max(self.accomplices, view.accomplices_at(self._places))

    def gives_way_at(self, view: View) -> int:
        """Return the number of accomplices to which a keep rule gives way; 0 if it never does."""
        at = self.rule.accomplices_at
        return 0 if at and not any(view.stands(place) for place in at) else self.accomplices

    def lacks(self, view: View) -> list[str]:
        """Return the reasons why the rule does not match, as text for people."""
        return [condition.lacks() for condition in self._conditions if not condition.holds(view)]

    def outranks(self, keep: str) -> bool:
        """Tell whether the rule outranks the keep rule with the id `keep`."""
        return any(fnmatchcase(keep, glob) for glob in self.rule.despite)

    @cached_property
    def sites(self) -> frozenset[Site]:
        """The sites of the rule's places; all sites of brackets if the rule names no place."""
        named = frozenset(map(_SITES.__getitem__, _sites(self._conditions, self._criteria)))
        return named or BRACKET_SITES

    @property
    def is_for_texts(self) -> bool:
        """Whether the rule keeps whole texts, at any place."""
        return any(isinstance(condition, Texts) for condition in self._conditions)

    @cached_property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Sets of lists. The own text must have a word from each set."""
        return tuple(dict.fromkeys(_needs(self._conditions, self._criteria)))

    @property
    def lists(self) -> frozenset[str]:
        """The lists whose words make the rule match."""
        return frozenset(_lists(self._conditions, self._criteria))


def bits_of(matchers: Iterable[Matcher]) -> int:
    """Return a set of rules as bits."""
    rules = 0
    for matcher in matchers:
        rules |= matcher.bit
    return rules


def _sites(conditions: Iterable[Condition], criteria: Criteria) -> Iterator[str]:
    for condition in conditions:
        if isinstance(condition, Where):
            yield from condition.sites
        elif isinstance(condition, At):
            for place in condition.places:
                yield from _sites(criteria.places[place].conditions, criteria)


def _lists(conditions: Iterable[Condition], criteria: Criteria) -> Iterator[str]:
    """Yield the lists whose words make the conditions hold."""
    for condition in conditions:
        if isinstance(condition, Unless):
            continue
        for test in tests_of(condition):
            if isinstance(test, Words):
                yield from test.lists
            elif isinstance(test, Shaped):
                yield from _lists(criteria.shapes[test.shape], criteria)
        for pattern in patterns_of(condition):
            yield from LIST_USE_RE.findall(pattern)


def _needs(conditions: Iterable[Condition], criteria: Criteria) -> Iterator[tuple[str, ...]]:
    for condition in conditions:
        if isinstance(condition, Words):
            yield condition.lists
        elif isinstance(condition, AnyOf):
            first = condition.tests[0]
            if len(condition.tests) == 1 and isinstance(first, Shaped):
                yield from _needs(criteria.shapes[first.shape], criteria)
            words = [test for test in condition.tests if isinstance(test, Words)]
            if words and len(words) == len(condition.tests):
                yield tuple(dict.fromkeys(name for test in words for name in test.lists))
