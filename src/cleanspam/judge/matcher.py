"""A rule, ready to be asked: what it sees of a parenthetical, and whether its conditions hold."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from cleanspam.judge.lexicon import Lexicon, narrow
from cleanspam.judge.listsearch import Search, any_of, list_search, when_needed
from cleanspam.model import Site
from cleanspam.rulebook.patterns import compile_pattern
from cleanspam.rulebook.ruleset import Rule
from cleanspam.text.brackets import CONTEXT, LINE_ENDS, Pair, Sites, own_text
from cleanspam.text.fold import fold, is_han, spellings
from cleanspam.text.pairing import KIND, KINDS

# What is near a parenthetical: so many code points on either side, about an article. A pipe brings many articles in one
# text, and over a whole MiB of clean ones two chance findings meet often enough: 71 wrong cuts in 43 million characters.
NEAR = 5_000
_GLUED = frozenset({Site.GLUED, Site.TAIL})
# A pattern that looks at the first character only, or rules out a second one: ^, or ^[…] or ^,(?!…) or ^$ for none, or several
# of these; and one that looks at the last character.
# Such a pattern tells Han characters apart only by their names: a class has no range of them, and no property but Han.
_IN_CLASS = r"(?:[0-9A-Za-z]-[0-9A-Za-z]|[^\\\[\]^-]|\\[^\w]|\\p\{Han\})"
_CHAR = rf"(?:[^\\\[\](){{}}|.*+?$^]|\[{_IN_CLASS}+\]|\\p\{{Han\}})"
_FIRST_CHAR = rf"\^(?:(?:\(\?!{_CHAR}\))?{_CHAR}(?:\(\?!{_CHAR}\))?|\$)"
_FIRST_CHAR_RE = re.compile(rf"{_FIRST_CHAR}(?:\|{_FIRST_CHAR})*")
_LAST_CHAR_RE = re.compile(rf"(?:{_CHAR}|\^)\$(?:\|(?:{_CHAR}|\^)\$)*")


class View:
    """What the rules see of one parenthetical, everything folded and worked out when first asked for."""

    def __init__(self, text: str, pair: Pair, sites: Sites, lexicon: Lexicon) -> None:
        self._text, self._sites, self._lexicon = text, sites, lexicon
        self.pair = pair
        self.kind = KIND[text[pair.start]]

    @cached_property
    def site(self) -> Site:
        return self._sites.of(self.pair)

    @cached_property
    def own(self) -> str:
        return fold(own_text(self._text, self.pair))

    @cached_property
    def lists(self) -> int:
        """The lists that have a word in the own text, as the lexicon's bits."""
        return self._lexicon.found_in(self.own)

    @cached_property
    def before(self) -> str:
        """The line before the parenthetical, at most CONTEXT code points of it."""
        before = self._text[max(self.pair.start - CONTEXT, 0) : self.pair.start]
        for end in LINE_ENDS:
            before = before.rpartition(end)[2]
        return fold(before)

    @cached_property
    def after(self) -> str:
        """The line behind it, at most CONTEXT code points."""
        after = self._text[self.pair.end : self.pair.end + CONTEXT]
        for end in LINE_ENDS:
            after = after.partition(end)[0]
        return fold(after)

    @cached_property
    def nearby(self) -> str:
        """What stands around it no further than NEAR, outside brackets."""
        return self._sites.nearby(self.pair, NEAR)

    @cached_property
    def foreign(self) -> float:
        """How many per cent of the pairs of neighbouring Han characters in the own text stand nowhere nearby outside brackets.

        A gloss speaks of what its text speaks of, an advertisement set in by chance does not: of 1,700 planted phrases 88 %
        share less than a fifth of their pairs with the article, of 2,000 glosses of the same shape 14 %.
        """
        words = [(one, other) for one, other in pairwise(self.own) if is_han(one) and is_han(other)]
        return 100 * sum(not self._stands_nearby(*word) for word in words) / len(words) if words else 0

    def _stands_nearby(self, one: str, other: str) -> bool:
        """Tell whether two characters stand nearby in any spelling: to look for a few is faster than to fold all."""
        return any(first + second in self.nearby for first in spellings(one) for second in spellings(other))


CharTest = Callable[[str], bool]


class Condition(NamedTuple):
    """One thing that a rule asks of a View, and what to say of a View that is not so."""

    holds: Callable[[View], object]
    otherwise: str


class Patterns:
    """The patterns of a rule set, each compiled once, when first asked: compiling one takes as long as 1,000 searches."""

    def __init__(self, lists: dict[str, tuple[str, ...]]) -> None:
        self._lists = lists
        self._searches: dict[str, Search] = {}

    def any(self, patterns: Sequence[str]) -> Search:
        """Return the search for any of the patterns."""
        return any_of([self._search(pattern) for pattern in patterns])

    def _search(self, pattern: str) -> Search:
        if pattern not in self._searches:
            self._searches[pattern] = when_needed(pattern, lambda pattern: list_search(pattern, self._lists, self._compiled))
        return self._searches[pattern]

    def _compiled(self, pattern: str) -> Search:
        return compile_pattern(pattern, self._lists).search  # type: ignore[no-any-return] # regex has no types here


class Matcher:
    """One rule, ready to be asked."""

    def __init__(self, rule: Rule, patterns: Patterns, lexicon: Lexicon) -> None:
        self.rule, self.crowd = rule, rule.crowd
        self._patterns = patterns
        self._needs = [(lexicon.mask(names), names) for names in rule.needs]
        # For each need the lists (narrow) of which one must have a word.
        self.narrow_needs = [narrow(need) for need, _ in self._needs]

    def may_speak(self, view: View) -> bool:
        """Tell whether those of the rule's conditions hold that cost little."""
        return bool(self._where.holds(view)) and self.may_speak_somewhere(view)

    def may_speak_somewhere(self, view: View) -> bool:
        """Tell the same of a parenthetical of which the site is not known."""
        return all(condition.holds(view) for condition in self._conditions)

    def speaks(self, view: View) -> bool:
        """Tell whether all of the rule's conditions but company and crowd hold."""
        return self.may_speak(view) and all(condition.holds(view) for condition in self._costly)

    def lacks(self, view: View) -> list[str]:
        """Return what keeps the rule from speaking, in words for a person."""
        conditions = (self._where, *self._conditions, *self._costly)
        return [condition.otherwise for condition in conditions if not condition.holds(view)]

    @property
    def is_for_glued(self) -> bool:
        """Whether the rule is for pairs that are not alone, too."""
        return bool(self.rule.sites & _GLUED)

    @cached_property
    def may_precede(self) -> CharTest:
        """Whether the rule can speak before a character, folded, "" for an edge of the line; wrong only in saying yes."""
        return self._one_char_test(self.rule.after, _FIRST_CHAR_RE)

    @cached_property
    def may_follow(self) -> CharTest:
        """The same for the character before it."""
        return self._one_char_test(self.rule.before, _LAST_CHAR_RE)

    def _one_char_test(self, patterns: tuple[str, ...], form: "re.Pattern[str]") -> CharTest:
        """Return a test of the one character beside a pair."""
        if not patterns:
            return lambda _: True
        search = self._patterns.any(patterns)
        if not all(form.fullmatch(pattern) for pattern in patterns):  # they see more than one character
            return lambda char: char != "" or bool(search(""))
        return lambda char: bool(search(char))

    @cached_property
    def _where(self) -> Condition:
        sites = self.rule.sites
        return Condition(lambda view: view.site in sites, f"it does not stand {_listed(site.value for site in sites)}")

    @cached_property
    def _conditions(self) -> list[Condition]:
        """The rule's conditions but for its sites, the cheap ones first."""
        rule, found = self.rule, list[Condition]()
        if len(rule.kinds) < len(KINDS):
            found.append(Condition(lambda view: view.kind in rule.kinds, f"its brackets are not {_listed(rule.kinds)}"))
        if rule.texts:
            found.append(Condition(lambda view: view.own in rule.texts, "its text is not listed"))
        if rule.after:
            found.append(Condition(self._search(rule.after, "after"), "the text after it is another"))
        for need, names in self._needs:
            found.append(Condition(partial(_has_word, need=need), f"it has no word of {_listed(names)}"))
        if rule.before:
            found.append(Condition(self._search(rule.before, "before"), "the text before it is another"))
        if rule.patterns:
            found.append(Condition(self._search(rule.patterns, "own"), f"it does not match what the rule {rule.action.value}s"))
        for pattern in rule.unless:
            holds = self._search((pattern,), "own")
            found.append(Condition(partial(_not, holds), f"it has what an unless names: {pattern}"))
        return found

    @cached_property
    def _costly(self) -> list[Condition]:
        """Those that look at all the text nearby: a hundred times as long as one of the others."""
        rule = self.rule
        if not rule.foreign:
            return []
        return [
            Condition(partial(_has_text, least=rule.foreign_to), "there is too little text around it"),
            Condition(lambda view: view.foreign >= rule.foreign, "its text has words of the text around it"),
        ]

    def _search(self, patterns: tuple[str, ...], part: str) -> Callable[[View], bool]:
        search, seen = self._patterns.any(patterns), attrgetter(part)
        return lambda view: bool(search(seen(view)))


def _has_word(view: View, need: int) -> bool:
    return bool(view.lists & need)


def _has_text(view: View, least: int) -> bool:
    return len(view.nearby) - view.nearby.count("\n") >= least


def _not(holds: Callable[[View], object], view: View) -> bool:
    return not holds(view)


def _listed(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))
