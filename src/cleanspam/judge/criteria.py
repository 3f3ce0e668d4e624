"""Criteria: the conditions of all rules on an own text and on a standing, with a memory of the answers.

A condition about an own text has the same answer at every place, and a condition about a place has the same answer for every
text. Both answers are remembered: a page has one advertisement a thousand times, beside the same marks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, reduce
from operator import attrgetter, or_

from cleanspam.judge.grouping import Grouping, Parts, cost
from cleanspam.judge.lexicon import Lexicon, WordsFound
from cleanspam.model import NamedTuple, Site
from cleanspam.rulebook.checks import Check, Checkable, Search, all_hold
from cleanspam.rulebook.conditions import Condition, Words, tests_of
from cleanspam.rulebook.ruleset import SITES, Place, Rules
from cleanspam.text.fold import fold
from cleanspam.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

    from cleanspam.judge.literals import Literals

# The most answers of a kind that are remembered.
REMEMBERED = 8_192
# The most own texts that are remembered, and the longest in code points: 1.5 MB. A page of spam has fewer; prose repeats few.
_OWN, _LONGEST = 2_048, 80
# Up to this number rules are tried one by one: most end at their first condition. With 8 a planting takes 3 % longer, and prose
# 2 %. For a line's hundred rules the possible ones are found in 20 us, for the 26 that keep brackets in as long as all take.
_FEW = 32
# Up to this number standings are told apart by the characters beside them, then by what rules see of these characters: a page
# has few, and the classes of a character take 20 patterns.
_FEW_STANDINGS = 32
_StandingKey = tuple[Site, str, str | int, str | int]
_Answers = Callable[[Any], dict[str, bool]]  # of what rules see, the answers that it remembers, by name


class Checks(NamedTuple):
    """The functions that test the conditions of a rule, in the same groups."""

    own: tuple[Check, ...]
    place: tuple[Check, ...]
    rest: tuple[Check, ...]


class CriteriaPlan(NamedTuple):
    """Sets of rules, as bits, by what their conditions test."""

    with_rest: int  # rules with conditions on the line around
    by_place: tuple[int, ...]  # rules with the same conditions on the standing
    wordless: int  # rules that need no word of a list
    by_list: dict[int, int]  # the other rules, by the bit of a list that they need
    before: tuple[str, ...]  # the patterns that test only the character before
    after: tuple[str, ...]  # the same, of the character behind

    @property
    def edges(self) -> dict[str, tuple[str, ...]]:
        """The patterns that test only a neighbouring character, by its side."""
        return {"before": self.before, "after": self.after}


def numbers_in(bits: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, from the lowest on."""
    while bits:
        last = bits & -bits
        yield last.bit_length() - 1
        bits ^= last


def rules_behind(behind: Sequence[int]) -> Callable[[int], int]:
    """Return the function that tells the rules behind a set of gates, both as bits, from the rules behind each gate."""

    @lru_cache(REMEMBERED)
    def rules(gates: int) -> int:
        return reduce(or_, (those for at, those in enumerate(behind) if gates >> at & 1), 0)

    return rules


def sites_among(rules_at: Mapping[Site, int]) -> Callable[[int], frozenset[Site]]:
    """Return the function that tells the sites of a set of rules, from the rules at each site."""

    @lru_cache(REMEMBERED)
    def sites(rules: int) -> frozenset[Site]:
        return frozenset(site for site, there in rules_at.items() if rules & there)

    return sites


class Criteria:
    """The shapes, places, lists and rules of a rule set, ready to be matched. Threads may share it.

    The conditions of a rule are grouped when the rule is first asked: a page asks ten of 180 rules.
    """

    plan: "CriteriaPlan"  # set before the first match: compiled rules bring it, for others it is computed from all rules

    def __init__(
        self, ruleset: Rules, lexicon: Callable[[], Lexicon] | None = None, plan: "CriteriaPlan | None" = None
    ) -> None:
        self._restored = lexicon
        self.shapes, self.places, self.lists = ruleset.shapes, ruleset.places, ruleset.lists
        self.grouping = Grouping(self.shapes, self.place, plan.edges if plan else None)
        self._timed = frozenset(ruleset.timed)
        self._compiled = ruleset.compiled_pattern
        self._rules = ruleset.rules
        self._searches: dict[str, Search] = {}
        self._checks: dict[tuple[type, Checkable], Check] = {}
        self._shapes: dict[str, Check] = {}
        self._places: dict[str, Check] = {}
        self._parts: dict[int, Parts] = {}  # by the number of the rule
        self._checks_of: dict[int, tuple[int, Checks]] = {}  # by the same
        self.asked = lru_cache(REMEMBERED)(self._asked)
        self._own: dict[str, OwnText] = {}
        self._words_of: dict[tuple[str, ...], frozenset[str]] = {}
        self._standings: dict[_StandingKey, Standing] = {}
        self._edges: dict[str, dict[str, int]] = {"before": {}, "after": {}}
        self.literals: Literals | None = None  # as long as they are not read
        if plan:
            self.plan = plan

    def place(self, name: str) -> Place:
        """Return the place of a name."""
        return SITES.get(name) or self.places[name]

    def parts(self, number: int) -> Parts:
        """Return the conditions of the rule with a number, in groups."""
        known = self._parts.get(number)
        if known is None:
            known = self._parts[number] = self.grouping.parts(1 << number, self._rules[number].conditions)
        return known

    def checks(self, number: int) -> tuple[int, Checks]:
        """Return the bit of the rule with a number, and the functions that test its conditions."""
        known = self._checks_of.get(number)
        if known is None:
            bit, *groups = self.parts(number)
            known = self._checks_of[number] = bit, Checks(*(tuple(map(self.check, group)) for group in groups))
        return known

    def _asked(self, rules: int) -> tuple[tuple[int, Checks], ...]:
        """Return the same of each rule of a set."""
        return tuple(map(self.checks, numbers_in(rules)))

    def check(self, condition: Checkable) -> Check:
        """Return the function that tests a condition; equal conditions have the same."""
        asked = type(condition), condition  # tuples of different classes are equal: length 3-6 and echoes 3 6
        known = self._checks.get(asked)
        if known is None:
            known = self._checks[asked] = condition.check(self)
        return known

    def shape(self, name: str) -> Check:
        """Return the function that tells whether an own text is of a shape. Each own text remembers the answer."""
        known = self._shapes.get(name)
        if known is None:
            known = self._remembering(name, attrgetter("shapes"), lambda: self.shapes[name], self.grouping.is_plain)
            self._shapes[name] = known
        return known

    def stands(self, place: str) -> Check:
        """Return the function that tells whether a parenthetical stands at a place. Each standing remembers the answer."""
        known = self._places.get(place)
        if known is None:
            is_fixed = self.grouping.is_fixed
            known = self._remembering(place, attrgetter("places"), lambda: self.place(place).conditions, is_fixed)
            self._places[place] = known
        return known

    def _remembering(
        self, name: str, answers: _Answers, conditions: Callable[[], Iterable[Condition]], is_same: Callable[[str], bool]
    ) -> Check:
        """Return the function that tests conditions, and that remembers its answers where they are the same everywhere."""
        checks: tuple[Check, ...] | None = None
        is_remembered = False

        def holds(seen: Any) -> bool:
            nonlocal checks, is_remembered
            known = answers(seen)
            if name in known:
                return known[name]
            if checks is None:
                is_remembered = is_same(name)
                checks = tuple(map(self.check, sorted(conditions(), key=cost)))
            held = all_hold(checks, seen)
            if is_remembered:
                known[name] = held
            return held

        return holds

    def own(self, raw: str) -> "OwnText":
        """Return the own text, folded, with its memory."""
        known = self._own.get(raw)
        if known is None:
            own = fold(raw)
            known = self._own.get(own) or OwnText(own, self)  # the look asked about the folded text
            if len(raw) <= _LONGEST:
                if len(self._own) >= _OWN:
                    self._own.clear()
                self._own[raw] = known
        return known

    def standing(self, site: Site, kind: str, before: str, after: str) -> "Standing":
        """Return the standing for a site, a kind of bracket, and the two folded characters beside it."""
        if len(self._standings) < _FEW_STANDINGS:
            key: _StandingKey = (site, kind, before, after)
        else:
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
            matched = [self.matches(pattern, char) for pattern in self.plan.edges[side]]
            known = edges[char] = sum(1 << at for at, is_match in enumerate(matched) if is_match)
        return known

    def possible(self, own: "OwnText") -> int:
        """Return the rules that may match an own text by its words and literals: a tenth of all rules."""
        lists, possible, rules_by_list = own.found.has, self.plan.wordless, self.plan.by_list
        known = own.literals
        for rule, literals, names in self.literals.needs if self.literals else ():
            if not (known & literals or lists & names):
                possible &= ~rule
        while lists:
            last = lists & -lists
            possible |= rules_by_list.get(last, 0)
            lists ^= last
        return possible

    @property
    def conditions(self) -> Iterator[tuple[Condition, ...]]:
        """The conditions of each rule."""
        return (rule.conditions for rule in self._rules)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of all lists that conditions name."""
        if self._restored:
            return self._restored()
        conditions = [one for block in self.conditions for one in block]
        conditions += [one for shape in self.shapes.values() for one in shape]
        tests = [test for condition in conditions for test in tests_of(condition) if isinstance(test, Words)]
        names = sorted({name for test in tests for name in (*test.lists, *test.but)})
        return Lexicon({name: self.lists[name] for name in names})

    def read_literals(self, lexicon: Lexicon) -> None:
        """Search a pattern only where one of its literals is, from now on. A page has too few own texts for that."""
        from cleanspam.judge.literals import Literals

        wordless = ((1 << number, self.parts(number).own) for number in numbers_in(self.plan.wordless))
        self.literals = Literals(lexicon, wordless, self.mask)
        for made in (self._checks, self._checks_of, self._shapes, self._places):
            made.clear()  # these know no literals
        self.asked.cache_clear()

    def literals_of(self, patterns: tuple[str, ...]) -> tuple[int, ...]:
        """Return the bits of the literals of each pattern; () if none has any, or as long as they are not read."""
        return self.literals.of(patterns) if self.literals else ()

    def mask(self, lists: tuple[str, ...]) -> int:
        """Return the bits of the lists."""
        return self.lexicon.mask(lists)

    def words_of(self, lists: tuple[str, ...]) -> frozenset[str]:
        """Return the words of the lists."""
        known = self._words_of.get(lists)
        if known is None:
            known = self._words_of[lists] = frozenset(word for name in lists for word in self.lists[name])
        return known

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether the pattern is found in the text; it is compiled when first asked for."""
        return self.found(pattern, text) is not None

    def found(self, pattern: str, text: str) -> "re.Match[str] | None":
        """Return the match of a pattern in the text."""
        return self.search(pattern)(text)  # type: ignore[return-value]  # `regex` has no types here

    def search(self, pattern: str) -> Search:
        """Return the search for a pattern; it is compiled when first asked for."""
        known = self._searches.get(pattern)
        if known is None:
            known = self._searches[pattern] = self._search(pattern)
        return known

    def _search(self, pattern: str) -> Search:
        if pattern not in self._timed and (known := self._compiled(pattern)):
            return known.search
        from cleanspam.rulebook.patterns import compile_pattern, timed_search  # compiled rules have most patterns ready

        if pattern in self._timed:
            return timed_search(pattern, self.lists)
        found: Search = compile_pattern(pattern, self.lists).search
        return found


class OwnText:
    """A folded own text, with the rules whose conditions on the own text hold."""

    def __init__(self, own: str, criteria: Criteria) -> None:
        self.own, self._criteria = own, criteria
        self.shapes: dict[str, bool] = {}  # as far as they were tested
        # The rules that were tried, and the rules that hold. One value, so that no thread sees half of a change.
        self._known = (0, 0)
        self._possible: int | None = None  # a planting is asked for rules that cut, and then for those that keep

    def meets(self, asked: int) -> int:
        """Return the rules, of those asked, whose conditions on the own text hold."""
        known, held = self._known
        if unknown := asked & ~known:
            for bit, checks in self._criteria.asked(self._possible_of(unknown)):
                for check in checks.own:  # not by `all_hold`: most rules end at their first condition
                    if not check(self):
                        break
                else:
                    held |= bit
            self._known = known | unknown, held
        return held & asked

    def meets_one(self, asked: int) -> bool:
        """Tell whether the conditions of one of the rules hold. The first such rule ends the search."""
        known, held = self._known
        if held & asked or not (unknown := asked & ~known):
            return held & asked > 0
        possible = self._possible_of(unknown)
        known |= unknown & ~possible
        for bit, checks in self._criteria.asked(possible):
            known |= bit
            if all_hold(checks.own, self):
                held |= bit
                break
        self._known = known, held
        return held & asked > 0

    def _possible_of(self, asked: int) -> int:
        """Return the rules, of those asked, that the words of the own text allow."""
        if self._possible is None and asked.bit_count() > _FEW:
            self._possible = self._criteria.possible(self)
        return asked if self._possible is None else asked & self._possible

    @cached_property
    def found(self) -> WordsFound:
        """The lists with a word in the own text, at its start, and at its end."""
        return self._criteria.lexicon.look(self.own)

    @cached_property
    def literals(self) -> int:
        """The literals in the own text, as bits; -1, all of them, as long as they are not read."""
        literals = self._criteria.literals
        return literals.found_in(self.own) if literals else -1


class Standing:
    """A site, a kind of bracket and the folded characters beside it, with the rules that apply there."""

    def __init__(self, site: Site, kind: str, before: str, after: str, criteria: Criteria) -> None:
        self.site, self.kind, self.before, self.after = site, kind, before, after
        self._criteria = criteria
        self.places: dict[str, bool] = {}  # as far as they were tested
        # The least number of accomplices here: by the places that a rule names, and by a set of rules.
        self.accomplices: dict[tuple[str, ...], int] = {}
        self.least: dict[int, int] = {}
        # The rules of a set that need at most a number here, and their kind: by both.
        self.strong: dict[tuple[int, int], int] = {}
        self.kinds: dict[tuple[int, int], str] = {}
        # The rules that were tried, and the rules that apply. One value, so that no thread sees half of a change.
        self._known = (0, 0)

    def meets(self, asked: int) -> int:
        """Return the rules, of those asked, that apply here."""
        known, held = self._known
        if asked & ~known:
            for rules in self._criteria.plan.by_place:
                if unknown := rules & asked & ~known:
                    known |= rules
                    held |= rules if all_hold(self._criteria.checks(next(numbers_in(unknown)))[1].place, self) else 0
            self._known = known, held
        return held & asked
