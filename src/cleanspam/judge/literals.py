"""The literals of patterns about own texts: a pattern need not be searched, nor a rule tried, where none of its literals is."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_

from cleanspam.judge.lexicon import Lexicon
from cleanspam.model import NamedTuple
from cleanspam.rulebook.conditions import AnyOf, Condition, Unless, Words, patterns_of, tests_of
from cleanspam.rulebook.patternwords import literals

Mask = Callable[[tuple[str, ...]], int]


class Need(NamedTuple):
    """A rule that needs a literal of its patterns, or else a word of some lists: all as bits."""

    rule: int
    literals: int
    lists: int


class Literals:
    """The literals of patterns as bits, and what rules need of them. `mask` tells the bits of lists."""

    def __init__(self, lexicon: Lexicon, rules: Iterable[tuple[int, tuple[Condition, ...]]], mask: Mask) -> None:
        """Take the rules whose needs are asked for, each as its bit and its conditions on the own text."""
        self._bits, self._lexicon = lexicon.bits, lexicon
        needs = ((rule, self._need(condition, mask)) for rule, conditions in rules for condition in conditions)
        self.needs = [Need(rule, *need) for rule, need in needs if need]

    def of(self, patterns: tuple[str, ...]) -> tuple[int, ...]:
        """Return the bits of the literals of each pattern, 1 for one without; () if none has any."""
        has_some = any(map(self._bits.__contains__, patterns))
        return tuple([self._bits.get(pattern, 1) for pattern in patterns]) if has_some else ()

    def found_in(self, own: str) -> int:
        """Return the bits of the literals in an own text, and the one of all patterns without literals."""
        return self._lexicon.found_in(own) | 1

    def _need(self, condition: Condition, mask: Mask) -> tuple[int, int] | None:
        """Return the literals and the lists of which a condition needs one; None if it may hold without."""
        patterns = self.of(patterns_of(condition))
        lists = [mask(test.lists) for test in tests_of(condition) if isinstance(test, Words)]
        is_told = isinstance(condition, AnyOf) and len(patterns) + len(lists) == len(condition.tests) and 1 not in patterns
        return (reduce(or_, patterns, 0), reduce(or_, lists, 0)) if is_told else None


def literal_lexicon(blocks: Iterable[Iterable[Condition]], lists: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """Return the literals of each pattern about own texts; without a name, a list for all patterns that have none."""
    about_own = (one for block in blocks for one in block if isinstance(one, AnyOf | Unless))
    patterns = sorted({pattern for one in about_own for pattern in patterns_of(one)})
    found = {pattern: sorted(literals(pattern, lists)) for pattern in patterns}
    return Lexicon({"": ()} | {pattern: words for pattern, words in found.items() if words})
