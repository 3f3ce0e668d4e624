"""Which rules could speak about a pair, by what the prefilter reports of it, before anything of it is folded."""

from collections.abc import Sequence
from functools import lru_cache

from cleanspam.judge.lexicon import Lexicon, narrow
from cleanspam.judge.matcher import Matcher
from cleanspam.native.candidates import Candidate

# Different answers that are remembered: a corpus of terabytes has no end of them, and 43 million characters have 4,000.
REMEMBERED = 20_000


class RuleIndex:
    """Looks up which of some rules could speak about a pair; wrong only in naming too many."""

    def __init__(self, matchers: Sequence[Matcher], lexicon: Lexicon) -> None:
        needs = [(matcher, [narrow(lexicon.mask(names)) for names in matcher.needs]) for matcher in matchers]

        @lru_cache(REMEMBERED)
        def lookup(lists: int, is_alone: bool, opener: str, left: str | None, right: str | None) -> tuple[Matcher, ...]:
            met = (matcher for matcher, masks in needs if all(lists & mask for mask in masks))
            return tuple(matcher for matcher in met if matcher.could_stand(is_alone, opener, left, right))

        self._lookup = lookup

    def about(self, reported: Candidate) -> tuple[Matcher, ...]:
        """Return the rules that could speak about a pair."""
        return self._lookup(reported.lists, reported.is_alone, reported.opener, reported.left, reported.right)
