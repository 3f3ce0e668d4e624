"""Criteria: the conditions of all rules on an own text and on a standing, with a memory of the answers.

A condition about an own text has the same answer at every place, and a condition about a place has the same answer for every
text. Both answers are remembered: a page has one advertisement a thousand times, beside the same marks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from cleanspam.judge.lexicon import Lexicon, WordsFound
from cleanspam.model import NamedTuple, Site
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
    Texts,
    Unless,
    Where,
    Words,
    tests_of,
)
from cleanspam.rulebook.patterns import compile_pattern, timed_search
from cleanspam.rulebook.ruleset import SITES, Ruleset
from cleanspam.text.fold import fold

# The most own texts that are remembered, and the longest in code points: about 10 MB. A page of spam has fewer.
REMEMBERED, _LONGEST = 8_192, 80
# Up to this number rules are tried one by one: finding the possible rules takes 20 us for a line, testing a length 1 us.
_FEW = 8
# One character of a pattern: a class without escapes for several characters, or a plain character.
_IN_CLASS = r"(?:[0-9A-Za-z]-[0-9A-Za-z]|[^\\\[\]^-]|\\[^\w]|\\p\{Han\})"
CHAR = rf"(?:[^\\\[\](){{}}|.*+?$^]|\[\^?{_IN_CLASS}+\]|\\p\{{Han\}})"
# A pattern that tests only the first character, or only the last; ^$ tests that there is none.
_FIRST = rf"\^(?:(?:\(\?!{CHAR}\))?{CHAR}|\$)"
_FIRST_RE = re.compile(rf"{_FIRST}(?:\|{_FIRST})*")
LAST_RE = re.compile(rf"(?:{CHAR}|\^)\$(?:\|(?:{CHAR}|\^)\$)*")


# As tuples: Words | AnyOf would be made anew for each of a thousand conditions of a start.
_ABOUT_OWN, _ABOUT_STANDING = (Words, AnyOf, Unless, Length, Texts, Along, OnlyHere), (Where, Brackets, Near)


def _cost(condition: Condition) -> int:
    """Return the rank of a condition on an own text by its cost: a length is cheapest, then words of lists, then a pattern."""
    tests = tests_of(condition)
    return 0 if isinstance(condition, Length) else 1 if all(isinstance(test, Words) for test in tests) else 2


class Parts(NamedTuple):
    """The conditions of a rule, grouped by the text that they test, and the rule's bit."""

    bit: int
    own: tuple[Condition, ...]  # test the own text only
    place: tuple[Condition, ...]  # test the standing only
    rest: tuple[Condition, ...]  # test the line around


def _word_conditions(parts: Parts) -> list[Words]:
    return [condition for condition in parts.own if isinstance(condition, Words)]


class Criteria:
    """The shapes, places, lists and rules of a rule set, ready to be matched. Threads may share it."""

    def __init__(self, ruleset: Ruleset, lexicon: Callable[[], Lexicon] | None = None) -> None:
        self._restored = lexicon
        self.shapes, self.places, self._lists = ruleset.shapes, ruleset.places | SITES, ruleset.lists
        self._timed = frozenset(ruleset.timed)
        self._compiled = ruleset.compiled_pattern
        self._rules = ruleset.rules
        self._searches: dict[str, object] = {}
        self.parts: list[Parts] = []
        self.by_place: dict[tuple[Condition, ...], int] = {}  # rules with the same conditions on the standing, as bits
        self.with_rest = 0  # rules with conditions on the line around, as bits
        self._own: dict[str, OwnText] = {}
        self._standings: dict[tuple[Site, str, int, int], Standing] = {}
        self._edges: dict[str, dict[str, int]] = {"before": {}, "after": {}}
        self._members: dict[int, tuple[Parts, ...]] = {}
        self._fixed: dict[str, bool] = {}  # by the name of a place
        self._plain: dict[str, bool] = {}  # by the name of a shape

    def enter(self, conditions: Iterable[Condition]) -> Parts:
        """Add a rule, and return its conditions in groups. All rules are added before the first match."""
        own, place, rest = list[Condition](), list[Condition](), list[Condition]()
        for condition in conditions:
            kind = own if self._is_about_own(condition) else place if self.is_about_standing(condition) else rest
            kind.append(condition)
        own.sort(key=_cost)
        parts = Parts(1 << len(self.parts), tuple(own), tuple(place), tuple(rest))
        self.parts.append(parts)
        self.with_rest |= parts.bit if rest else 0
        self.by_place[parts.place] = self.by_place.get(parts.place, 0) | parts.bit
        self._standings.clear()
        return parts

    def _is_about_own(self, condition: Condition) -> bool:
        """Tell whether a condition tests only the own text."""
        shapes = (test.shape for test in tests_of(condition) if isinstance(test, Shaped))
        return isinstance(condition, _ABOUT_OWN) and all(map(self.is_plain, shapes))

    def is_plain(self, shape: str) -> bool:
        """Tell whether a shape tests only the own text."""
        known = self._plain.get(shape)
        if known is None:
            known = self._plain[shape] = all(map(self._is_about_own, self.shapes[shape]))
        return known

    def is_fixed(self, place: str) -> bool:
        """Tell whether a place tests only the standing."""
        known = self._fixed.get(place)
        if known is None:
            known = self._fixed[place] = all(map(self.is_about_standing, self.places[place].conditions))
        return known

    def is_about_standing(self, condition: Condition) -> bool:
        """Tell whether a condition tests only the standing: the site, the kind of bracket and the characters beside it."""
        if isinstance(condition, At):
            return all(map(self.is_fixed, condition.places))
        if isinstance(condition, Beside):
            form = LAST_RE if condition.side == "before" else _FIRST_RE
            return all(form.fullmatch(pattern) for pattern in condition.patterns)
        return isinstance(condition, _ABOUT_STANDING)

    def own(self, raw: str) -> "OwnText":
        """Return the own text, folded, with its memory."""
        known = self._own.get(raw)
        if known is None:
            known = OwnText(fold(raw), self)
            if len(raw) <= _LONGEST:
                if len(self._own) >= REMEMBERED:
                    self._own.clear()
                self._own[raw] = known
        return known

    def standing(self, site: Site, kind: str, before: str, after: str) -> "Standing":
        """Return the standing for a site, a kind of bracket, and the two folded characters beside it."""
        key = (site, kind, self._edge("before", before), self._edge("after", after))
        known = self._standings.get(key)
        if known is None:
            known = self._standings[key] = Standing(site, kind, before, after, self)
        return known

    def _edge(self, side: str, char: str) -> int:
        """Return the patterns on one neighbouring character that match this character, as bits.

        Characters with equal bits are the same to all rules: a rule set distinguishes about a dozen.
        """
        edges = self._edges[side]
        known = edges.get(char)
        if known is None:
            if len(edges) >= REMEMBERED:
                edges.clear()
            matched = [self.matches(pattern, char) for pattern in self._edge_patterns[side]]
            known = edges[char] = sum(1 << at for at, is_match in enumerate(matched) if is_match)
        return known

    @cached_property
    def _edge_patterns(self) -> dict[str, list[str]]:
        """The patterns that test only the neighbouring character on one side, by the side."""
        conditions = [one for rule in self._rules for one in rule.conditions]
        conditions += [one for place in self.places.values() for one in place.conditions]
        found: dict[str, list[str]] = {"before": [], "after": []}
        for condition in conditions:
            if isinstance(condition, Beside) and self.is_about_standing(condition):
                found[condition.side] += condition.patterns
        return {side: list(dict.fromkeys(patterns)) for side, patterns in found.items()}

    def possible(self, lists: int) -> int:
        """Return the rules that may match an own text with words of these lists: a tenth of all rules."""
        possible, rules_by_list = self._wordless, self._rules_by_list
        while lists:
            last = lists & -lists
            possible |= rules_by_list.get(last, 0)
            lists ^= last
        return possible

    @cached_property
    def _wordless(self) -> int:
        """The rules that need no word of a list, as bits."""
        return sum(parts.bit for parts in self.parts if not _word_conditions(parts))

    @cached_property
    def _rules_by_list(self) -> dict[int, int]:
        """The other rules, as bits, by the lists that they need. Of several needs the one with the fewest words is taken."""
        found: dict[int, int] = {}
        for parts in self.parts:
            needs = [condition.lists for condition in _word_conditions(parts)]
            for name in min(needs, key=lambda lists: sum(len(self._lists[name]) for name in lists), default=()):
                bit = self.lexicon.bits[name]
                found[bit] = found.get(bit, 0) | parts.bit
        return found

    def members(self, bits: int) -> tuple[Parts, ...]:
        """Return the rules of a set, in their order."""
        known = self._members.get(bits)
        if known is None:
            if len(self._members) >= REMEMBERED:
                self._members.clear()
            known = self._members[bits] = tuple(parts for parts in self.parts if parts.bit & bits)
        return known

    @property
    def conditions(self) -> Iterator[tuple[Condition, ...]]:
        """The conditions of each rule."""
        return (rule.conditions for rule in self._rules)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of all lists that conditions name."""
        if self._restored:
            return self._restored()
        conditions = [one for rule in self._rules for one in rule.conditions]
        conditions += [one for shape in self.shapes.values() for one in shape]
        tests = [test for condition in conditions for test in tests_of(condition) if isinstance(test, Words)]
        names = sorted({name for test in tests for name in (*test.lists, *test.but)})
        return Lexicon({name: self._lists[name] for name in names})

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether the pattern is found in the text; it is compiled when first asked for."""
        return self.found(pattern, text) is not None

    def found(self, pattern: str, text: str) -> "re.Match[str] | None":
        """Return the match of a pattern in the text."""
        search = self._searches.get(pattern)
        if search is None:
            search = self._searches[pattern] = self._search(pattern)
        return search(text)  # type: ignore[operator, no-any-return]  # `regex` has no types here

    def _search(self, pattern: str) -> object:
        if pattern in self._timed:
            return timed_search(pattern, self._lists)
        return (self._compiled(pattern) or compile_pattern(pattern, self._lists)).search


class OwnText:
    """A folded own text, with the rules whose conditions on the own text hold."""

    # Only the surroundings tell these; no condition on the own text tests them.
    before = after = kind = ""
    site = Site.GLUED
    is_in_first_line = is_spelled_apart = False

    def __init__(self, own: str, criteria: Criteria) -> None:
        self.own, self._criteria = own, criteria
        self._shapes: dict[str, bool] = {}
        # The rules that were tried, and the rules that hold. One value, so that no thread sees half of a change.
        self._known = (0, 0)

    def meets(self, asked: int) -> int:
        """Return the rules, of those asked, whose conditions on the own text hold."""
        known, held = self._known
        if unknown := asked & ~known:
            is_asked_for_many = unknown.bit_count() > _FEW
            possible = unknown & self._criteria.possible(self.found.has) if is_asked_for_many else unknown
            for parts in self._criteria.members(possible):
                if self._holds(parts.own):
                    held |= parts.bit
            self._known = known | unknown, held
        return held & asked

    def _holds(self, conditions: tuple[Condition, ...]) -> bool:
        for condition in conditions:  # noqa: SIM110 (`all` takes twice as long, and a new own text asks 60 times)
            if not condition.holds(self):
                return False
        return True

    def words(self, verb: str, lists: tuple[str, ...]) -> bool:
        """Tell whether the own text has, opens with or ends with a word of one of the lists."""
        return bool(getattr(self.found, verb) & self._criteria.lexicon.mask(lists))

    @cached_property
    def found(self) -> WordsFound:
        """The lists with a word in the own text, at its start, and at its end."""
        return self._criteria.lexicon.look(self.own)

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether the pattern is found in the text."""
        return self._criteria.matches(pattern, text)

    def is_shaped(self, name: str) -> bool:
        """Tell whether the own text is of the shape."""
        known = self._shapes.get(name)
        if known is None:
            known = self._shapes[name] = self._holds(self._criteria.shapes[name])
        return known

    def stands(self, name: str) -> bool:  # noqa: ARG002 (as above)
        """Return False: an own text by itself stands at no place."""
        return False


class Standing:
    """A site, a kind of bracket and the folded characters beside it, with the rules that apply there."""

    own = ""
    is_in_first_line = is_spelled_apart = False

    def __init__(self, site: Site, kind: str, before: str, after: str, criteria: Criteria) -> None:
        self.site, self.kind, self.before, self.after = site, kind, before, after
        self._criteria = criteria
        self._places: dict[str, bool] = {}
        self.accomplices: dict[
            tuple[str, ...], int
        ] = {}  # the least number of accomplices here, by the places that a rule names
        self.least: dict[int, int] = {}  # the least number of accomplices here, by a set of rules
        self.strong: dict[tuple[int, int], int] = {}  # the rules of a set that need at most a number here, by both
        self.rules = 0
        for place, rules in criteria.by_place.items():
            if all(condition.holds(self) for condition in place):
                self.rules |= rules

    def stands(self, name: str) -> bool:
        """Tell whether the standing is the named place."""
        known = self._places.get(name)
        if known is None:
            known = self._places[name] = all(condition.holds(self) for condition in self._criteria.places[name].conditions)
        return known

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether the pattern is found in the text."""
        return self._criteria.matches(pattern, text)

    def words(self, verb: str, lists: tuple[str, ...]) -> bool:  # noqa: ARG002 (no condition about a place has words)
        """Return False: a standing has no words."""
        return False

    def is_shaped(self, name: str) -> bool:  # noqa: ARG002 (as above)
        """Return False: a standing has no shape."""
        return False
