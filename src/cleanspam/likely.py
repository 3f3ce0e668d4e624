"""Likely rules: which could speak about a pair, by what a sieve reports of it, before anything of it is folded."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import zip_longest
from operator import or_
from typing import TypeVar

from cleanspam.fold import FILLER, fold
from cleanspam.matcher import CharTest, Matcher
from cleanspam.pairing import KIND, Reported

# How many answers of one kind are remembered: a corpus of terabytes has no end of different ones.
REMEMBERED = 20_000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class _Remembered(dict[Key, Value]):
    """The values of a function, each worked out when first asked for."""

    def __init__(self, function: Callable[[Key], Value]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: Key) -> Value:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[key] = self._function(key)
        return value


class Likely:
    """Which of some rules could speak about a pair, by what a sieve reports of it. Sets of rules are numbers, a bit each."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self._met = _Remembered(_those_met([matcher.narrow_needs for matcher in matchers]))
        self._in = _Remembered[str, int](lambda opener: _those(KIND[opener] in matcher.rule.kinds for matcher in matchers))
        self._behind = _Remembered(_those_beside([(matcher.rule.before, matcher.may_follow) for matcher in matchers]))
        self._before = _Remembered(_those_beside([(matcher.rule.after, matcher.may_precede) for matcher in matchers]))
        self._glued = _those(matcher.is_for_glued for matcher in matchers)
        self._rules = _Remembered[int, tuple[Matcher, ...]](
            lambda rules: tuple(matcher for number, matcher in enumerate(matchers) if rules >> number & 1)
        )

    def about(self, reported: Reported) -> tuple[Matcher, ...]:
        """Return the rules that could speak; wrong only in naming too many."""
        _, _, lists, is_alone, opener, left, right, _ = reported
        rules = self._met[lists] & self._in[opener] & self._behind[left] & self._before[right]
        return self._rules[rules if is_alone else rules & self._glued]


def _those(fit: Iterable[object]) -> int:
    """Return the rules that fit, of all in their order."""
    return sum(1 << number for number, fits in enumerate(fit) if fits)


def _those_met(needs: Sequence[Sequence[int]]) -> Callable[[int], int]:
    """Return what tells which of some rules have all their needs met by words of some lists; each need is a set of lists."""
    ranks = list(zip_longest(*needs, fillvalue=0))  # the first needs of all rules, their second ones, …
    without = [_those(not need for need in rank) for rank in ranks]
    by_list = [{one: _those(need & one for need in rank) for one in _bits(reduce(or_, rank))} for rank in ranks]

    def met(lists: int) -> int:
        found = (1 << len(needs)) - 1
        for rules, of in zip(without, by_list, strict=True):
            found &= reduce(or_, (of.get(one, 0) for one in _bits(lists)), rules)
        return found

    return met


def _bits(number: int) -> Iterator[int]:
    """Yield the bits that are set."""
    while number:
        yield number & -number
        number &= number - 1


def _those_beside(tests: Iterable[tuple[tuple[str, ...], CharTest]]) -> Callable[[str | None], int]:
    """Return what tells which of some rules can speak beside a character: what several ask is asked once.

    It is "" at an edge of the line, and None where it can't be told; filler hides another one.
    """
    rules: dict[tuple[str, ...], int] = {}
    test_of: dict[tuple[str, ...], CharTest] = {}
    for number, (patterns, test) in enumerate(tests):
        rules[patterns] = rules.get(patterns, 0) | 1 << number
        test_of[patterns] = test

    def beside(char: str | None) -> int:
        seen = fold(char or "")
        is_hidden = char is None or (char and (not seen or seen in FILLER))
        return sum(rules[patterns] for patterns, test in test_of.items() if is_hidden or test(seen))

    return beside
