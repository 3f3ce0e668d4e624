"""A rule, ready to be asked, and what can be said of it beforehand: the words it needs, and beside what it can speak."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property

from cleanspam.judge.view import CHAR, LAST_RE, Criteria, View
from cleanspam.model import Site
from cleanspam.rulebook.conditions import AnyOf, At, Beside, Brackets, Condition, Shaped, Texts, Where, Words
from cleanspam.rulebook.ruleset import Rule
from cleanspam.text.fold import fold
from cleanspam.text.pairing import KIND

# Sites at which the prefilter reports a pair only for its words.
_GLUED = frozenset({Site.GLUED.value, Site.TAIL.value})
BRACKET_SITES = frozenset({Site.ALONE, Site.GLUED, Site.TAIL, Site.LINE, Site.HEADING})
# A pattern that looks at the first character only, or rules out a second one: ^, or ^[…] or ^,(?!…) or ^$ for none, or several.
_FIRST_CHAR = rf"\^(?:(?:\(\?!{CHAR}\))?{CHAR}(?:\(\?!{CHAR}\))?|\$)"
_FIRST_CHAR_RE = re.compile(rf"{_FIRST_CHAR}(?:\|{_FIRST_CHAR})*")


class Matcher:
    """One rule, ready to be asked."""

    def __init__(self, rule: Rule, criteria: Criteria) -> None:
        self.rule, self.accomplices = rule, rule.accomplices
        self._criteria = criteria
        self._conditions, self._places = rule.conditions, rule.places
        self.bit = criteria.enter(rule.conditions).bit  # names it in a set of rules

    def speaks(self, view: View) -> bool:
        """Tell whether all of the rule's conditions hold."""
        return view.meets(self.bit) != 0

    def is_met(self, view: View) -> bool:
        """Tell the same by asking each condition anew: what it costs."""
        return all(condition.holds(view) for condition in self._conditions)

    def speaks_somewhere(self, view: View) -> bool:
        """Tell the same of a parenthetical of which the place is not known."""
        return view.meets_somewhere(self.bit) != 0

    def needs_at(self, view: View) -> int:
        """Return how many accomplices the rule needs to convict a parenthetical that it speaks about."""
        return max(self.accomplices, view.accomplices_at(self._places))

    def gives_way_at(self, view: View) -> int:
        """Return how many accomplices a keep rule gives way to; 0 if it never does."""
        at = self.rule.accomplices_at
        return 0 if at and not any(view.stands(place) for place in at) else self.accomplices

    def lacks(self, view: View) -> list[str]:
        """Return what keeps the rule from speaking, in words for a person."""
        return [condition.lacks() for condition in self._conditions if not condition.holds(view)]

    def outranks(self, keep: str) -> bool:
        """Tell whether the rule cuts what a keep rule of that id protects."""
        return any(fnmatchcase(keep, glob) for glob in self.rule.despite)

    @cached_property
    def sites(self) -> frozenset[Site]:
        """The sites that the rule's places comprise; those of brackets, if it names none."""
        named = frozenset(Site(site) for site in _sites(self._conditions, self._criteria))
        return named or BRACKET_SITES

    @property
    def is_for_texts(self) -> bool:
        """Whether the rule keeps texts word by word, wherever they stand."""
        return any(isinstance(condition, Texts) for condition in self._conditions)

    @cached_property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Sets of lists: the rule speaks only where the own text has a word of one list of each."""
        return tuple(dict.fromkeys(_needs(self._conditions, self._criteria)))

    @cached_property
    def is_for_glued(self) -> bool:
        """Whether the rule is for pairs that are not alone, too."""
        return self.could_stand(False, "", None, None)

    def could_stand(self, is_alone: bool, opener: str, left: str | None, right: str | None) -> bool:
        """Tell whether the rule can speak about a pair beside these characters; wrong only in saying yes.

        A neighbour is "" at an edge of the line, and None where it cannot be told; an opener of "" is any.
        """
        beside = _Surroundings(is_alone, opener, left, right)
        return all(_could_hold(condition, beside, self._criteria) for condition in self._conditions)


def _sites(conditions: Iterable[Condition], criteria: Criteria) -> Iterator[str]:
    for condition in conditions:
        if isinstance(condition, Where):
            yield from condition.sites
        elif isinstance(condition, At):
            for place in condition.places:
                yield from _sites(criteria.places[place].conditions, criteria)


class _Surroundings:
    """What the prefilter reports of a pair's surroundings, folded."""

    def __init__(self, is_alone: bool, opener: str, left: str | None, right: str | None) -> None:
        self.is_alone, self.kind = is_alone, KIND.get(opener)
        self.before, self.after = _seen(left), _seen(right)


def _seen(char: str | None) -> str | None:
    """Return a neighbour as rules see it; None if it hides another one, as what the fold drops does."""
    seen = fold(char or "")
    return None if char is None or (char and not seen) else seen


def _could_hold(condition: Condition, beside: _Surroundings, criteria: Criteria) -> bool:
    if isinstance(condition, At):
        places = [criteria.places[place].conditions for place in condition.places]
        return any(all(_could_hold(one, beside, criteria) for one in place) for place in places)
    if isinstance(condition, Where):
        return beside.is_alone or not _GLUED.isdisjoint(condition.sites)
    if isinstance(condition, Brackets):
        return beside.kind is None or beside.kind in condition.kinds
    return _could_be_beside(condition, beside, criteria) if isinstance(condition, Beside) else True


def _could_be_beside(condition: Beside, beside: _Surroundings, criteria: Criteria) -> bool:
    """Tell whether a condition that looks at the neighbouring character only can hold; all others could."""
    is_before = condition.side == "before"
    char, form = (beside.before, LAST_RE) if is_before else (beside.after, _FIRST_CHAR_RE)
    if char is None or not all(form.fullmatch(pattern) for pattern in condition.patterns):
        return True
    return any(criteria.matches(pattern, char) for pattern in condition.patterns)


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
