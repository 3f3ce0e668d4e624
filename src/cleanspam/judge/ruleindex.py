"""Looks up the rules that could match a candidate, before the candidate's text is folded.

The gates of the prefilter have tested the words that rules need in the text. The index tests the place.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import TypeVar

from cleanspam.judge.criteria import Criteria, numbers_in, rules_behind
from cleanspam.judge.grouping import CHAR
from cleanspam.judge.lineindex import LineIndex
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.plan import LinePlan
from cleanspam.judge.tables import GateTable
from cleanspam.model import Site
from cleanspam.native.candidates import Candidate
from cleanspam.rulebook.checks import Search
from cleanspam.rulebook.conditions import LIST_USE_RE, AnyOf, At, Beside, Brackets, Condition, Pattern, Where
from cleanspam.rulebook.patternlimits import chars_beside
from cleanspam.text.fold import fold
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.pairing import KIND

# The most answers that are remembered: a corpus of terabytes has new ones without end; 43 million characters have 1,000.
REMEMBERED = 20_000
# A pattern that tests only the first character, or rules out a second one: ^, ^[…], ^,(?!…), ^$ for no character, or several.
_FIRST_CHAR = rf"\^(?:(?:\(\?!{CHAR}\))?{CHAR}(?:\(\?!{CHAR}\))?|\$)"
_FIRST_CHAR_RE = late_pattern(rf"{_FIRST_CHAR}(?:\|{_FIRST_CHAR})*")
# The sites of pairs that are attached to a word.
ATTACHED = frozenset({Site.GLUED.value, Site.TAIL.value, Site.HEADING.value})


_ALONE = 1  # the test for pairs that stand alone
_MOST_SEARCHED = 4  # patterns that are searched in an own text before it is judged
_MOST_NEEDS = 500  # of a rule; one with more is asked at all places
# The block of Unicode whose characters classes such as \\w or \\p{Han} treat alike.
_HAN = range(0x4E00, 0xA000)
_HAN_RANGE_RE = late_pattern(r"[^\x00-\x7f]-[^\x00-\x7f]")
_Test = TypeVar("_Test", bound=Hashable)


class RuleIndex:
    """Looks up the rules that could match a pair. The index may name too many rules, never too few."""

    def __init__(self, matchers: Sequence[Matcher], table: GateTable, criteria: Criteria, lines: LinePlan) -> None:
        """Take the cut rules about brackets, the gates, the criteria of all rules, and the plan of the rules about lines."""
        # Only few pairs pass the gates of other rules. To tell more of them apart would make starts longer.
        wordless = reduce(or_, (rules for gate, rules in zip(table.gates, table.behind, strict=True) if not gate.needs), 0)
        asked = (one for matcher in matchers if matcher.bit & wordless for one in matcher.rule.conditions)
        places = _Places(criteria, [one for one in asked if isinstance(one, Beside)])
        alike: dict[frozenset[int], int] = {}  # the rules, as bits, with the same needs of a place
        for matcher in matchers:
            needs = places.needs(matcher.rule.conditions)
            alike[needs] = alike.get(needs, 0) | matcher.bit

        @lru_cache(REMEMBERED)
        def at(is_alone: bool, opener: str, left: str | None, right: str | None) -> int:
            lacks = ~places.tests_met(is_alone, KIND[opener], left, right)
            return sum(rules for needs, rules in alike.items() if any(not need & lacks for need in needs))

        self._behind, self._at, self._seen = rules_behind(table.behind), at, lru_cache(REMEMBERED)(places.seen)
        self._searches = lru_cache(REMEMBERED)(lambda gates: _searches(self._behind(gates), criteria))
        self._lines = LineIndex(table.behind_lines, criteria, lines)
        self._criteria = criteria
        self._rules_of_gates = table.behind
        self._classes: dict[str, list[str | None]] = {"before": [], "after": []}

    def about(self, reported: Candidate) -> int:
        """Return the rules that could match a pair, as bits."""
        left, right = self._seen("before", reported.left), self._seen("after", reported.right)
        return self._behind(reported.gates) & self._at(reported.is_alone, reported.opener, left, right)

    def class_of(self, side: int, char: str) -> int:
        """Return the class of the character before (0) or behind (1) a pair. Rules treat characters of one class alike."""
        name = "after" if side else "before"
        seen, classes = self._seen(name, char), self._classes[name]
        if seen not in classes:
            classes.append(seen)
        return classes.index(seen)

    def gates_at(self, is_alone: bool, opener: str, left: int, right: int) -> int:
        """Return the gates with a rule for this place, as bits. `left` and `right` are numbers from `class_of`."""
        rules = self._at(is_alone, opener, self._classes["before"][left], self._classes["after"][right])
        return sum(1 << at for at, behind in enumerate(self._rules_of_gates) if behind & rules)

    def may_speak(self, own: str, gates: int) -> bool:
        """Tell whether the own text, with its tags, is one for a rule behind a gate: of 20 that pass a gate, one is such."""
        if "</" in own:
            return True
        if (searches := self._searches(gates)) is not None and not any(search(own) for search in searches):
            return False
        # Rules for other places share gates: of a new planting the judge asks only those for its place, which spares 5 us.
        return self._criteria.own(own).meets_one(self._behind(gates))

    def may_speak_of_line(self, own: str, gates: int, text: str, start: int, end: int) -> bool:
        """Tell whether a line, folded, is one for a rule behind a gate."""
        return self._lines.may_speak_of_line(own, gates, text, start, end)

    def may_speak_of_part(self, gates: int, text: str, start: int, end: int, at: int) -> bool:
        """Tell whether a rule behind a gate may be about a part of a line around a word."""
        return self._lines.may_speak_of_part(gates, text, start, end, at)


def _searches(rules: int, criteria: Criteria) -> list[Search] | None:
    """Return searches of which one finds something in each own text that the rules match; None if they are not known, or many.

    Of a rule without a word most brackets are asked: ^(.{3,9})\\1$. To search takes a tenth of the time of a new own text.
    """
    patterns = list[str]()
    for number in numbers_in(rules):
        own = (one for one in criteria.parts(number).own if isinstance(one, AnyOf))
        tests = next((one.tests for one in own if all(isinstance(test, Pattern) for test in one.tests)), ())
        patterns += [test.pattern for test in tests if isinstance(test, Pattern)]
        if not tests or len(patterns) > _MOST_SEARCHED:
            return None
    return [*map(criteria.search, patterns)]


class _Places:
    """Tells which tests of rules on a place can be met beside given characters. What is not met surely fails.

    Tests are bits. What a rule asks of a place is a set of needs, of which one must be met: each is a set of tests.
    """

    def __init__(self, criteria: Criteria, by_edge: Iterable[Beside]) -> None:
        """Take the conditions that look beyond the neighbouring character and still rule most characters out."""
        self._criteria = criteria
        edges = {one: [chars_beside(pattern, one.side) for pattern in one.patterns] for one in by_edge}
        self._edges = {one: frozenset[str]().union(*filter(None, chars)) for one, chars in edges.items() if all(chars)}
        self._places: dict[str, frozenset[int]] = {}
        self._kinds: dict[frozenset[str], int] = {}
        self._beside: dict[Beside, int] = {}
        self._tests: dict[str, list[tuple[int, Callable[[str], object]]]] = {"before": [], "after": []}
        self._number = 0  # of tests, with the one for pairs that stand alone
        self._known: dict[tuple[str, str], int] = {}
        self._unnamed: dict[str, str] = {}  # by the side: the first Han character seen there that no pattern names
        self._alike: dict[tuple[str, int], str] = {}

    def needs(self, conditions: Iterable[Condition]) -> frozenset[int]:
        """Return the sets of tests of which one must be met for all conditions to hold."""
        found = frozenset({0})
        for condition in conditions:
            found = frozenset(one | other for one in found for other in self._needs_of(condition))
            if len(found) > _MOST_NEEDS:
                return frozenset({0})
        return found

    def _needs_of(self, condition: Condition) -> frozenset[int]:
        if isinstance(condition, At):
            return frozenset().union(*map(self._needs_at, condition.places))
        return frozenset({self._test(condition)})

    def _needs_at(self, place: str) -> frozenset[int]:
        known = self._places.get(place)
        if known is None:
            known = self._places[place] = self.needs(self._criteria.place(place).conditions)
        return known

    def _test(self, condition: Condition) -> int:
        """Return the test of a condition, 0 if it can hold everywhere."""
        if isinstance(condition, Where):
            return _ALONE if ATTACHED.isdisjoint(condition.sites) else 0
        if isinstance(condition, Brackets):
            return self._entered(self._kinds, frozenset(condition.kinds))
        if isinstance(condition, Beside) and condition not in self._beside and (tells := self._tells(condition)):
            self._tests[condition.side].append((self._entered(self._beside, condition), tells))
        return self._beside.get(condition, 0) if isinstance(condition, Beside) else 0

    def _entered(self, tests: dict[_Test, int], test: _Test) -> int:
        if test not in tests:
            self._number += 1
            tests[test] = 1 << self._number
        return tests[test]

    def tests_met(self, is_alone: bool, kind: str, left: str | None, right: str | None) -> int:
        """Return the tests that are met."""
        kinds = sum(test for kinds, test in self._kinds.items() if kind in kinds)
        return (_ALONE if is_alone else 0) | kinds | self._met("before", left) | self._met("after", right)

    def seen(self, side: str, char: str) -> str | None:
        """Return a neighbouring character folded, "" at an edge of the line; None if the fold drops it.

        Characters that all tests treat alike become the first of them that was seen: a rule set distinguishes a dozen.
        """
        seen = fold(char)
        if char and not seen:
            return None
        if len(seen) == 1 and ord(seen) in _HAN and seen not in self._named[side]:
            seen = self._unnamed.setdefault(side, seen)
        return self._alike.setdefault((side, self._met(side, seen)), seen)

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        """The characters that the patterns of each side name. Han characters without a name are alike to all patterns.

        A text of a million characters has 4,000 different ones, and to try each takes a tenth of the time of its filter.
        """
        named: dict[str, set[str]] = {"before": set(), "after": set()}
        for condition in self._beside:
            for pattern in condition.patterns:
                words = self._criteria.words_of(tuple(LIST_USE_RE.findall(pattern)))
                named[condition.side].update(pattern, *words, map(chr, _HAN) if _HAN_RANGE_RE.search(pattern) else ())
        return named

    def _met(self, side: str, char: str | None) -> int:
        """Return the tests of a side that a character meets; one that the fold drops may meet all."""
        if char is None:
            return sum(test for test, _ in self._tests[side])
        known = self._known.get((side, char))
        if known is None:
            known = self._known[side, char] = self._tell(side, char)
        return known

    def _tell(self, side: str, char: str) -> int:
        return sum([test for test, tells in self._tests[side] if tells(char)])

    def _tells(self, condition: Beside) -> Callable[[str], object] | None:
        """Return what tells whether a condition can hold beside a character; None if it can beside all."""
        is_about_char = self._criteria.plan.before.__contains__ if condition.side == "before" else _FIRST_CHAR_RE.fullmatch
        if all(map(is_about_char, condition.patterns)):
            return lambda char: any(self._criteria.matches(pattern, char) for pattern in condition.patterns)
        chars = self._edges.get(condition)
        edge = slice(-1, None) if condition.side == "before" else slice(1)
        return None if chars is None else lambda char: char[edge] in chars
