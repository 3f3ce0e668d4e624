"""Surroundings: whether words of a planted line stand in the other lines around it, as they do in the author's text.

`点击屏幕中间可切换夜间模式` is a manual's line amid a manual, and a site's note amid a novel. For rules with `only-here`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.matcher import Match, Matchers, RuleSets, bits_of
from cleanspam.model import Span
from cleanspam.text.fold import fold, is_han

REACH = 2_000  # code points on either side
_PROSE = 24  # Han characters of other lines, two short sentences. With fewer nothing is known of the text.


class Surroundings:
    """The rules with `only-here`, ready to be tested on the lines around what they match."""

    def __init__(self, matchers: Matchers, rules: int, sets: RuleSets, lists: Mapping[str, Sequence[str]]) -> None:
        """Take all rules, and as bits those with `only-here`."""
        self._matchers, self._rules, self._sets, self._lists = matchers, rules, sets, lists

    @cached_property
    def _lexicon(self) -> Lexicon:
        asking = self._matchers.of(self._rules)
        return Lexicon({name: self._lists[name] for matcher in asking for name in matcher.only_here})

    def confirmed(self, text: str, matches: list[Match]) -> list[Match]:
        """Leave out a rule where a line around that no rule matches has a word of the rule's lists."""
        if not any(match.rules & self._rules for match in matches):
            return matches
        planted = _disjoint(sorted(_span(match) for match in matches))
        left = (match._replace(rules=self.confirm(text, match, planted)) for match in matches)
        return [match for match in left if match.rules]

    def confirm(self, text: str, match: Match, planted: Sequence[Span]) -> int:
        """Return the rules of a match that the lines around do not refute; `planted` are spans to pass over, in order."""
        asked = match.rules & self._rules
        if not asked:
            return match.rules
        around = fold(_around(text, _span(match), planted))
        is_prose = next(islice(filter(is_han, around), _PROSE - 1, None), None) is not None
        known = self._lexicon.found_in(around) if is_prose else -1
        refuted = (rule for rule in self._sets.named(asked) if known & self._lexicon.mask(rule.only_here))
        return match.rules & ~bits_of(refuted)


def _span(match: Match) -> Span:
    return Span(*match.view.pair[:2])


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """Return ordered spans without what others before them hold: a clause in a sentence."""
    outer: list[Span] = []
    for span in spans:
        if not outer or span.start >= outer[-1].end:
            outer.append(span)
    return outer


def _around(text: str, span: Span, planted: Sequence[Span]) -> str:
    """Return the text within REACH of a span, without what is planted.

    >>> _around("天亮了。\\n点此\\n雨停了。\\n点此", Span(5, 7), [Span(5, 7), Span(13, 15)])
    '天亮了。\\n\\n雨停了。\\n'
    """
    start, end = max(span.start - REACH, 0), min(span.end + REACH, len(text))
    first = bisect_right(planted, start, key=lambda other: other.end)
    near = planted[first : bisect_left(planted, end, key=lambda other: other.start)]
    starts = [start, *(other.end for other in near)]
    ends = [*(other.start for other in near), end]
    return "".join(text[left:right] for left, right in zip(starts, ends, strict=True))
