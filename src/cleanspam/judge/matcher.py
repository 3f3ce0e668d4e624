"""Matchers: rules ready to be matched, and sets of them as the bits of a number."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from cleanspam.judge.criteria import Criteria, numbers_in
from cleanspam.judge.view import View
from cleanspam.model import BRACKET_SITES, Finding, NamedTuple, Site, Verdict
from cleanspam.rulebook.conditions import (
    LIST_USE_RE,
    Condition,
    Near,
    OnlyHere,
    Shaped,
    Texts,
    Unless,
    Words,
    needed_lists,
    patterns_of,
    tests_of,
)
from cleanspam.rulebook.ruleset import NumberedRules, Rule, is_named, sites_of

# The most sets of rules whose members are remembered.
REMEMBERED = 8_192
_SITES = {site.value: site for site in Site}


class Matcher:
    """A rule, ready to be matched."""

    def __init__(self, rule: Rule, criteria: Criteria, number: int = 0) -> None:
        self.rule, self.accomplices = rule, rule.accomplices
        self._criteria = criteria
        self._conditions, self._places = rule.conditions, rule.places
        self.number, self.bit = number, 1 << number  # the rule among the rules, and in a set of rules
        self._outranked: dict[str, bool] = {}  # by the id of a keep rule

    @property
    def is_settled(self) -> bool:
        """Whether the number of accomplices depends only on the standing of a parenthetical."""
        return all(map(self._criteria.grouping.is_fixed, self._places))

    def speaks(self, view: View) -> bool:
        """Tell whether all of the rule's conditions hold."""
        return view.meets(self.bit) != 0

    def is_met(self, view: View) -> bool:
        """Tell the same without caches: `rules stats` measures the cost of a rule."""
        return all(self._criteria.check(condition)(view) for condition in self._conditions)

    def needs_at(self, view: View) -> int:
        """Return the number of accomplices that the rule needs to cut a parenthetical that it matches."""
        return max(self.accomplices, view.accomplices_at(self._places))

    def gives_way_at(self, view: View) -> int:
        """Return the number of accomplices to which a keep rule gives way; 0 if it never does."""
        at = self.rule.accomplices_at
        return 0 if at and not any(view.stands(place) for place in at) else self.accomplices

    def lacks(self, view: View) -> list[str]:
        """Return the reasons why the rule does not match, as text for people."""
        return [one.lacks() for one in self._conditions if not self._criteria.check(one)(view)]

    def outranks(self, keep: str) -> bool:
        """Tell whether the rule outranks the keep rule with the id `keep`."""
        known = self._outranked.get(keep)
        if known is None:
            known = self._outranked[keep] = is_named(keep, self.rule.despite)
        return known

    @cached_property
    def sites(self) -> frozenset[Site]:
        """The sites of the rule's places; all sites of brackets if the rule names no place."""
        named = frozenset(map(_SITES.__getitem__, sites_of(self._conditions, self._criteria.place)))
        return named or BRACKET_SITES

    @property
    def is_for_texts(self) -> bool:
        """Whether the rule keeps whole texts, at any place."""
        return any(isinstance(condition, Texts) for condition in self._conditions)

    @cached_property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Sets of lists. The own text must have a word from each set."""
        return tuple(dict.fromkeys(needed_lists(self._conditions, self._criteria.shapes)))

    @property
    def near(self) -> frozenset[str]:
        """The lists that the rule's places name as `near`."""
        conditions = (one for name in self._places for one in self._criteria.place(name).conditions)
        return frozenset(name for one in conditions if isinstance(one, Near) for name in one.lists)

    @property
    def only_here(self) -> tuple[str, ...]:
        """The lists of which no other line around may have a word."""
        return next((condition.lists for condition in self._conditions if isinstance(condition, OnlyHere)), ())

    @property
    def lists(self) -> frozenset[str]:
        """The lists whose words make the rule match."""
        return frozenset(_lists(self._conditions, self._criteria))


class Matchers:
    """The matchers of all rules, by their numbers. Each is made when it is first asked for: a page needs ten of 180."""

    def __init__(self, rules: NumberedRules, criteria: Criteria) -> None:
        self._rules, self._criteria = rules, criteria
        self._made: dict[int, Matcher] = {}

    def __getitem__(self, number: int) -> Matcher:
        made = self._made.get(number)
        if made is None:  # of two threads that make it the first one's stays, for `rules stats` changes it
            made = self._made.setdefault(number, Matcher(self._rules[number], self._criteria, number))
        return made

    def __iter__(self) -> Iterator[Matcher]:
        return map(self.__getitem__, range(len(self._rules)))

    def of(self, rules: int) -> tuple[Matcher, ...]:
        """Return the matchers of a set of rules, in their order."""
        return tuple(map(self.__getitem__, numbers_in(rules)))


def bits_of(matchers: Iterable[Matcher]) -> int:
    """Return a set of rules as bits."""
    rules = 0
    for matcher in matchers:
        rules |= matcher.bit
    return rules


class Match(NamedTuple):
    """A match: a parenthetical or a line, and the rules that match it, as bits."""

    view: View
    rules: int


class RuleSets:
    """The rules, and sets of them as bits."""

    def __init__(self, matchers: Matchers, repeating: int) -> None:
        self._matchers, self._repeating = matchers, repeating
        self._members: dict[int, tuple[Matcher, ...]] = {}
        self._ids: dict[int, tuple[str, ...]] = {}

    def named(self, rules: int) -> tuple[Matcher, ...]:
        """Return the rules of a set, in their order."""
        known = self._members.get(rules)
        if known is None:
            if len(self._members) >= REMEMBERED:
                self._members.clear()
            known = self._members[rules] = self._matchers.of(rules)
        return known

    def least(self, rules: int) -> int:
        """Return the least number of accomplices that one of the rules needs."""
        return min([matcher.accomplices for matcher in self.named(rules)])

    def repeating(self, rules: int) -> tuple[Matcher, ...]:
        """Return the rules of a set that have `repeats`."""
        return self.named(rules & self._repeating) if rules & self._repeating else ()

    def repeated(self, matches: list[Match]) -> list[Match]:
        """Leave out a rule with `repeats N` where the own text stands in the text fewer than N times."""
        asked = [(matcher, match.view.own) for match in matches for matcher in self.repeating(match.rules)]
        if not asked:
            return matches
        seldom: dict[str, int] = {}
        for (matcher, own), times in Counter(asked).items():
            if times < matcher.rule.repeats:
                seldom[own] = seldom.get(own, 0) | matcher.bit
        rest = (Match(view, rules & ~seldom.get(view.own, 0)) for view, rules in matches)
        return [match for match in rest if match.rules]

    def finding(self, view: View, verdict: Verdict, rules: int) -> Finding:
        """Return the finding for a view, with the ids of the rules of a set."""
        ids = self._ids.get(rules)
        if ids is None:
            if len(self._ids) >= REMEMBERED:
                self._ids.clear()
            ids = self._ids[rules] = tuple([matcher.rule.id for matcher in self.named(rules)])
        return Finding(view.pair.start, view.pair.end, view.raw, view.site, verdict, ids)


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
