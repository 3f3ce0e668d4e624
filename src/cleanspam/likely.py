"""Likely rules: which could speak about a pair, by what a sieve reports of it, before anything of it is folded."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from cleanspam.matcher import CharTest, Matcher
from cleanspam.pairing import Reported

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
        def those(fit: Callable[[Matcher], bool]) -> int:
            return sum(1 << number for number, matcher in enumerate(matchers) if fit(matcher))

        self._met = _Remembered[int, int](lambda lists: those(lambda matcher: matcher.may_be_met(lists)))
        self._behind = _Remembered(_those_beside((matcher.rule.before, matcher.may_follow) for matcher in matchers))
        self._before = _Remembered(_those_beside((matcher.rule.after, matcher.may_precede) for matcher in matchers))
        self._glued = those(lambda matcher: matcher.is_for_glued)
        self._rules = _Remembered[int, tuple[Matcher, ...]](
            lambda rules: tuple(matcher for number, matcher in enumerate(matchers) if rules >> number & 1)
        )

    def about(self, reported: Reported) -> tuple[Matcher, ...]:
        """Return the rules that could speak; wrong only in naming too many."""
        _, _, lists, is_alone, left, right, _ = reported
        rules = self._met[lists] & self._behind[left] & self._before[right]
        return self._rules[rules if is_alone else rules & self._glued]


def _those_beside(tests: Iterable[tuple[tuple[str, ...], CharTest]]) -> Callable[[str | None], int]:
    """Return what tells which of some rules can speak beside a character, by their patterns: what many ask is asked once."""
    rules: dict[tuple[str, ...], int] = {}
    test_of: dict[tuple[str, ...], CharTest] = {}
    for number, (patterns, test) in enumerate(tests):
        rules[patterns] = rules.get(patterns, 0) | 1 << number
        test_of[patterns] = test
    return lambda char: sum(rules[patterns] for patterns, test in test_of.items() if test(char))
