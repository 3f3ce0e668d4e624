"""Looks up the rules that could match a candidate, before the candidate's text is folded.

The gates of the prefilter have tested the words that rules need in the text. The index tests the place.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_

from cleanspam.judge.criteria import CHAR, LAST_RE, Criteria
from cleanspam.judge.lineindex import LineIndex
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.plan import LinePlan
from cleanspam.judge.tables import GateTable
from cleanspam.model import Site
from cleanspam.native.candidates import Candidate
from cleanspam.rulebook.conditions import (
    At,
    Beside,
    Brackets,
    Condition,
    Where,
)
from cleanspam.rulebook.matchable import chars_beside
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


class RuleIndex:
    """Looks up the rules that could match a pair. The index may name too many rules, never too few."""

    def __init__(self, matchers: Sequence[Matcher], table: GateTable, criteria: Criteria, lines: LinePlan) -> None:
        """Take the cut rules about brackets, the gates, the criteria of all rules, and the plan of the rules about lines."""
        # Only few pairs pass the gates of other rules. To tell more of them apart would make starts longer.
        wordless = reduce(or_, (rules for gate, rules in zip(table.gates, table.behind, strict=True) if not gate.needs), 0)
        asked = (one for matcher in matchers if matcher.bit & wordless for one in matcher.rule.conditions)
        places = _Places(criteria, [one for one in asked if isinstance(one, Beside)])
        alike: dict[tuple[Condition, ...], int] = {}  # the rules, as bits, with the same conditions on the place
        for matcher in matchers:
            about = tuple(one for one in matcher.rule.conditions if isinstance(one, At | Where | Brackets | Beside))
            alike[about] = alike.get(about, 0) | matcher.bit

        @lru_cache(REMEMBERED)
        def behind(gates: int) -> int:
            return reduce(or_, (rules for at, rules in enumerate(table.behind) if gates >> at & 1), 0)

        @lru_cache(REMEMBERED)
        def at(is_alone: bool, opener: str, left: str | None, right: str | None) -> int:
            return sum(rules for about, rules in alike.items() if places.could_hold(about, is_alone, KIND[opener], left, right))

        self._behind, self._at, self._seen = behind, at, lru_cache(REMEMBERED)(places.seen)
        self._lines = LineIndex(table.behind_lines, criteria, lines)
        self._criteria = criteria
        self._rules_of_gates = table.behind
        self._classes: dict[str, list[str | None]] = {"before": [], "after": []}

    def about(self, reported: Candidate) -> int:
        """Return the rules that could match a pair, as bits."""
        left, right = self._seen("before", reported.left), self._seen("after", reported.right)
        return self._behind(reported.gates) & self._at(reported.is_alone, reported.opener, left, right)

    def class_of(self, side: int, char: str | None) -> int:
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
        return "</" in own or bool(self._criteria.own(own).meets(self._behind(gates)))

    def may_speak_of_line(self, own: str, gates: int, text: str | None, start: int, end: int) -> bool:
        """Tell whether a line, folded, is one for a rule behind a gate."""
        return self._lines.may_speak_of_line(own, gates, text, start, end)

    def may_speak_of_part(self, gates: int, text: str, start: int, end: int, at: int) -> bool:
        """Tell whether a rule behind a gate may be about a part of a line around a word."""
        return self._lines.may_speak_of_part(gates, text, start, end, at)


class _Places:
    """Tells whether conditions can hold beside given characters, and remembers the answers. False is certain."""

    def __init__(self, criteria: Criteria, by_edge: Iterable[Beside]) -> None:
        """Take the conditions that look beyond the neighbouring character and still rule most characters out."""
        self._criteria = criteria
        edges = {one: [chars_beside(pattern, one.side) for pattern in one.patterns] for one in by_edge}
        self._edges = {one: frozenset[str]().union(*filter(None, chars)) for one, chars in edges.items() if all(chars)}
        self._known: dict[tuple[str, bool, str, str | None, str | None], bool] = {}
        self._beside: dict[tuple[Beside, str], bool] = {}
        self._told: dict[Beside, bool] = {}
        self._alike: dict[tuple[str, tuple[bool, ...]], str] = {}
        conditions = [*(place.conditions for place in criteria.places.values()), *criteria.conditions]
        beside = dict.fromkeys(one for block in conditions for one in block if isinstance(one, Beside))
        asked = [one for one in beside if self._is_told(one) or one in self._edges]
        self._all_beside = {side: [one for one in asked if one.side == side] for side in ("before", "after")}

    def seen(self, side: str, char: str | None) -> str | None:
        """Return a neighbouring character folded, "" at an edge of the line; None if it is unknown, or if the fold drops it.

        Characters that all conditions treat alike become the first of them that was seen: a rule set distinguishes a dozen.
        """
        seen = fold(char or "")
        if char is None or (char and not seen):
            return None
        told = tuple([self._is_beside(condition, seen) for condition in self._all_beside[side]])
        return self._alike.setdefault((side, told), seen)

    def could_hold(
        self, conditions: Iterable[Condition], is_alone: bool, kind: str, left: str | None, right: str | None
    ) -> bool:
        """Tell whether all conditions can hold; the kind "" stands for any kind of bracket."""
        return all(self._could_hold(condition, is_alone, kind, left, right) for condition in conditions)

    def _could_hold(self, condition: Condition, is_alone: bool, kind: str, left: str | None, right: str | None) -> bool:
        if isinstance(condition, At):
            return any(self._could_be_at(place, is_alone, kind, left, right) for place in condition.places)
        if isinstance(condition, Where):
            return is_alone or not ATTACHED.isdisjoint(condition.sites)
        if isinstance(condition, Brackets):
            return not kind or kind in condition.kinds
        if isinstance(condition, Beside):
            return self._could_be_beside(condition, left if condition.side == "before" else right)
        return True

    def _could_be_at(self, place: str, is_alone: bool, kind: str, left: str | None, right: str | None) -> bool:
        asked = place, is_alone, kind, left, right
        known = self._known.get(asked)
        if known is None:
            conditions = self._criteria.place(place).conditions
            known = self._known[asked] = self.could_hold(conditions, is_alone, kind, left, right)
        return known

    def _could_be_beside(self, condition: Beside, char: str | None) -> bool:
        """Tell whether a condition can hold. A condition on more than the neighbouring character always can."""
        if char is None:
            return True
        known = self._beside.get((condition, char))
        if known is None:
            known = self._beside[condition, char] = self._is_beside(condition, char)
        return known

    def _is_beside(self, condition: Beside, char: str) -> bool:
        if self._is_told(condition):
            return any(self._criteria.matches(pattern, char) for pattern in condition.patterns)
        edge = char[-1:] if condition.side == "before" else char[:1]
        return condition not in self._edges or edge in self._edges[condition]

    def _is_told(self, condition: Beside) -> bool:
        """Tell whether the neighbouring character alone decides the condition."""
        known = self._told.get(condition)
        if known is None:
            form = LAST_RE if condition.side == "before" else _FIRST_CHAR_RE
            known = self._told[condition] = all(form.fullmatch(pattern) for pattern in condition.patterns)
        return known
