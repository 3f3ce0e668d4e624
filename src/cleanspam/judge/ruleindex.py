"""Likely rules: which could speak about a pair, by what a sieve reports of it, before anything of it is folded."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial, reduce
from itertools import chain, zip_longest
from operator import and_, or_
from typing import TypeVar

from cleanspam.judge.matcher import CharTest, Matcher
from cleanspam.native.candidates import Candidate
from cleanspam.text.fold import fold
from cleanspam.text.pairing import KIND

# How many answers of one kind are remembered: a corpus of terabytes has no end of different ones.
REMEMBERED = 20_000
_HAN = range(0x4E00, 0x9FA6)  # all of these are, in every version of Unicode

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


class RuleIndex:
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

    def about(self, reported: Candidate) -> tuple[Matcher, ...]:
        """Return the rules that could speak; wrong only in naming too many."""
        _, _, lists, is_alone, opener, left, right, _ = reported
        rules = self._met[lists] & self._in[opener] & self._behind[left] & self._before[right]
        return self._rules[rules if is_alone else rules & self._glued]


def _those(fit: Iterable[object]) -> int:
    """Return the rules that fit, of all in their order."""
    return sum(1 << number for number, fits in enumerate(fit) if fits)


def _those_met(needs: Sequence[Sequence[int]]) -> Callable[[int], int]:
    """Return what tells which of some rules have all their needs met by words of some lists; each need is a set of lists."""
    # The first needs of all rules, their second ones, …: what is met of them stands side by side in one number.
    ranks = list(zip_longest(*needs, fillvalue=0))

    def side_by_side(fits: Callable[[int], object]) -> int:
        return _those(fits(need) for rank in ranks for need in rank)

    without = side_by_side(lambda need: not need)
    by_list = {one: side_by_side(partial(and_, one)) for one in _bits(reduce(or_, chain(*ranks), 0))}
    every = _those(True for _ in needs)

    def met(lists: int) -> int:
        found = reduce(or_, (by_list.get(one, 0) for one in _bits(lists)), without)
        return reduce(and_, (found >> at * len(needs) for at in range(len(ranks))), every)

    return met


def _bits(number: int) -> Iterator[int]:
    """Yield the bits that are set."""
    while number:
        yield number & -number
        number &= number - 1


def _those_beside(tests: Iterable[tuple[tuple[str, ...], CharTest]]) -> Callable[[str | None], int]:
    """Return what tells which of some rules can speak beside a character: what several ask is asked once.

    It is "" at an edge of the line, and None where it can't be told. What the fold drops hides another one; a comma or a hyphen
    beside a pair is not dropped, for the pair's bracket parts it from the character that it could set apart.
    """
    rules: dict[tuple[str, ...], int] = {}
    test_of: dict[tuple[str, ...], CharTest] = {}
    for number, (patterns, test) in enumerate(tests):
        rules[patterns] = rules.get(patterns, 0) | 1 << number
        test_of[patterns] = test
    seen_as = _alike("".join(chain(*rules)))
    those = _Remembered[str, int](lambda seen: sum(rules[patterns] for patterns, test in test_of.items() if test(seen)))

    def beside(char: str | None) -> int:
        seen = fold(char or "")
        is_hidden = char is None or (char and not seen)
        return sum(rules.values()) if is_hidden else those[seen_as(seen)]

    return beside


def _alike(patterns: str) -> Callable[[str], str]:
    """Return what gives for a Han character that patterns don't name always the same one: a CharTest can't tell them apart."""
    named = frozenset(patterns)
    one = next((char for char in map(chr, _HAN) if char not in named), "")
    return lambda char: one if char and ord(char[0]) in _HAN and char not in named else char
