"""Matches: parentheticals and lines, each with the set of rules that match it, as the bits of a number."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cleanspam.judge.matcher import Matcher, bits_of
from cleanspam.judge.view import View
from cleanspam.model import Finding, Verdict

# The most sets of rules whose members are remembered.
REMEMBERED = 8_192


class Spoken(NamedTuple):
    """A match: a parenthetical or a line, and the rules that match it, as bits."""

    view: View
    rules: int


class RuleSets:
    """The rules, and sets of them as bits."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self._matchers = matchers
        self._repeating = bits_of(matcher for matcher in matchers if matcher.rule.repeats)
        self._members: dict[int, tuple[Matcher, ...]] = {}
        self._ids: dict[int, tuple[str, ...]] = {}

    def named(self, rules: int) -> tuple[Matcher, ...]:
        """Return the rules of a set, in their order."""
        known = self._members.get(rules)
        if known is None:
            if len(self._members) >= REMEMBERED:
                self._members.clear()
            known = self._members[rules] = tuple(matcher for matcher in self._matchers if matcher.bit & rules)
        return known

    def least(self, rules: int) -> int:
        """Return the least number of accomplices that one of the rules needs."""
        return min([matcher.accomplices for matcher in self.named(rules)])

    def repeating(self, rules: int) -> tuple[Matcher, ...]:
        """Return the rules of a set that have `repeats`."""
        return self.named(rules & self._repeating) if rules & self._repeating else ()

    def repeated(self, spoken: list[Spoken]) -> list[Spoken]:
        """Leave out a rule with `repeats N` where the own text stands in the text fewer than N times."""
        asked = [(matcher, one.view.own) for one in spoken for matcher in self.repeating(one.rules)]
        if not asked:
            return spoken
        seldom: dict[str, int] = {}
        for (matcher, own), times in Counter(asked).items():
            if times < matcher.rule.repeats:
                seldom[own] = seldom.get(own, 0) | matcher.bit
        left = (Spoken(view, rules & ~seldom.get(view.own, 0)) for view, rules in spoken)
        return [one for one in left if one.rules]

    def finding(self, view: View, verdict: Verdict, rules: int) -> Finding:
        """Return the finding for a view, with the ids of the rules of a set."""
        ids = self._ids.get(rules)
        if ids is None:
            if len(self._ids) >= REMEMBERED:
                self._ids.clear()
            ids = self._ids[rules] = tuple([matcher.rule.id for matcher in self.named(rules)])
        return Finding(view.pair.start, view.pair.end, view.raw, view.site, verdict, ids)
