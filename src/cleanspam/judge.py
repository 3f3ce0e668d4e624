"""Judging: parenthetical × Ruleset → finding. Decides what is to go and says why; takes nothing out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from cleanspam.brackets import KIND, LINE_ENDS, Pair, Sites, is_glued_at_sight, own_text, pairs
from cleanspam.fold import fold
from cleanspam.model import Finding, Site, Verdict
from cleanspam.rulefile import compile_pattern
from cleanspam.ruleset import Rule, Ruleset

# How much of the line `before` and `after` patterns see, in code points of the original.
CONTEXT = 40
# Own texts whose gate is remembered; a corpus repeats the same few thousand glosses, so more buys nothing.
_REMEMBERED = 20_000
_LATIN_RE = re.compile(r"[a-z0-9]")


class Words:
    """A set of words, and whether a text contains one of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(set(words))

    def find(self, text: str) -> str | None:
        """Return a word that `text` contains."""
        found = self._regex.search(text)
        return found[0] if found else None

    @cached_property
    def _regex(self) -> "re.Pattern[str]":
        # One branch per first character: `re` skips a branch by one comparison, so 3,000 words cost what 700 would.
        tails: dict[str, list[str]] = {}
        for word in self.words:
            # A Latin word counts as a whole only: app, but not mapper.
            end = r"(?![a-z0-9])" if _LATIN_RE.match(word[-1]) else ""
            tails.setdefault(word[0], []).append(re.escape(word[1:]) + end)
        branches = (
            (r"(?<![a-z0-9])" if _LATIN_RE.match(first) else "") + f"{re.escape(first)}(?:{'|'.join(rest)})"
            for first, rest in tails.items()
        )
        return re.compile("|".join(branches) or r"(?!)")


class View(NamedTuple):
    """What a rule sees of a parenthetical: everything folded."""

    site: Site
    kind: str  # of brackets
    own: str
    before: str  # the line before it, at most CONTEXT code points
    after: str


class Matcher:
    """One rule, ready to be asked; patterns are compiled when first needed."""

    def __init__(self, rule: Rule, lists: dict[str, tuple[str, ...]], words: dict[tuple[str, ...], Words]) -> None:
        self.rule = rule
        self._lists = lists
        self._needs = [words[names] for names in rule.needs]

    def speaks(self, view: View) -> bool:
        """Tell whether all of the rule's conditions but company hold."""
        return next(self.lacks(view), None) is None

    def lacks(self, view: View) -> Iterator[str]:
        """Yield each condition that does not hold, in words for a person."""
        rule = self.rule
        if view.site not in rule.sites:
            yield f"stands {view.site.value}, not {' or '.join(sorted(site.value for site in rule.sites))}"
        if view.kind not in rule.kinds:
            yield f"in {view.kind}, not {' or '.join(sorted(rule.kinds))}"
        if rule.texts and view.own not in rule.texts:
            yield "its text is not listed"
        for names, words in zip(rule.needs, self._needs, strict=True):
            if not words.find(view.own):
                yield f"no word of {' or '.join(names)}"
        if rule.patterns and not _any(self._patterns, view.own):
            yield f"not the pattern of {rule.action.value}"
        if unless := _any(self._unless, view.own):
            yield f"unless: {unless[0]!r}"
        if rule.before and not _any(self._before, view.before):
            yield "not the text before"
        if rule.after and not _any(self._after, view.after):
            yield "not the text after"

    @cached_property
    def _patterns(self) -> list[Any]:
        return self._compiled(self.rule.patterns)

    @cached_property
    def _unless(self) -> list[Any]:
        return self._compiled(self.rule.unless)

    @cached_property
    def _before(self) -> list[Any]:
        return self._compiled(self.rule.before)

    @cached_property
    def _after(self) -> list[Any]:
        return self._compiled(self.rule.after)

    def _compiled(self, patterns: tuple[str, ...]) -> list[Any]:
        return [compile_pattern(pattern, self._lists) for pattern in patterns]


def _any(patterns: list[Any], text: str) -> Any:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


class Judge:
    """A Ruleset, ready to judge texts. Holds no state that a verdict depends on, so threads may share it."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        words = {names: _union(ruleset, names) for rule in ruleset.rules for names in rule.needs}
        matchers = [Matcher(rule, ruleset.lists, words) for rule in ruleset.rules]
        self.matchers = tuple(matchers)
        self._keeps = [matcher for matcher in matchers if matcher.rule.action is Verdict.KEEP]
        cuts = [matcher for matcher in matchers if matcher.rule.action is Verdict.CUT]
        self._flags = [matcher for matcher in matchers if matcher.rule.action is Verdict.FLAG]
        self._alone = [matcher for matcher in cuts if not matcher.rule.company]
        self._company = [matcher for matcher in cuts if matcher.rule.company]
        self._glued = [matcher for matcher in self._alone if matcher.rule.sites & {Site.GLUED, Site.TAIL}]
        self._gate = _gate(self._glued, words)
        self._gated: dict[str, bool] = {}

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        found = pairs(text)
        sites = Sites(text, found)
        first = {pair: finding for pair in found if (finding := self._first_cut(text, pair, sites))}
        if not first:
            return []
        second = self._keeping_company(Counter(finding.site for finding in first.values()))
        if second:
            rest = (pair for pair in found if pair not in first)
            first |= {pair: finding for pair in list(rest) if (finding := self._spoken(text, pair, sites, second))}
        return [first[pair] for pair in sorted(first)]

    def stays(self, text: str) -> list[Finding]:
        """Return what is said of the pairs as if none were cut: flags, and keeps that held a cut or a flag back."""
        found = pairs(text)
        sites = Sites(text, found)
        return [finding for pair in sorted(found) if (finding := self._stay(text, pair, sites))]

    def view(self, text: str, pair: Pair, sites: Sites) -> View:
        """Return what the rules see of `pair`."""
        line_start = max(text.rfind(end, 0, pair.start) for end in LINE_ENDS) + 1
        before = text[max(line_start, pair.start - CONTEXT) : pair.start]
        after = text[pair.end : pair.end + CONTEXT]
        for end in LINE_ENDS:
            after = after.partition(end)[0]
        return View(sites.of(pair), KIND[text[pair.start]], fold(own_text(text, pair)), fold(before), fold(after))

    def _first_cut(self, text: str, pair: Pair, sites: Sites) -> Finding | None:
        """Judge by the rules that need no company. The hot path: 99 of 100 pairs leave it after two look-ups."""
        own = own_text(text, pair)
        gated = self._gated.get(own)
        if gated is None:
            gated = self._remember(own)
        if not gated and is_glued_at_sight(text, pair):
            return None
        if not gated and sites.of(pair) in (Site.GLUED, Site.TAIL):
            return None
        return self._spoken(text, pair, sites, self._alone)

    def _keeping_company(self, cut: "Counter[Site]") -> list[Matcher]:
        """Return the company rules that enough cuts at their sites let speak."""
        return [
            matcher
            for matcher in self._company
            if sum(cut[site] for site in matcher.rule.company_sites) >= matcher.rule.company
        ]

    def _stay(self, text: str, pair: Pair, sites: Sites) -> Finding | None:
        weak = [*self._alone, *self._company, *self._flags]
        view = self.view(text, pair, sites)
        spoken = [matcher.rule.id for matcher in weak if matcher.speaks(view)]
        if not spoken:
            return None
        keeps = self._held(text, pair, view, sites)
        return _finding(text, pair, view.site, Verdict.KEEP if keeps else Verdict.FLAG, keeps or spoken)

    def _spoken(self, text: str, pair: Pair, sites: Sites, cuts: list[Matcher]) -> Finding | None:
        view = self.view(text, pair, sites)
        spoken = [matcher.rule.id for matcher in cuts if matcher.speaks(view)]
        if not spoken or self._held(text, pair, view, sites):
            return None
        return _finding(text, pair, view.site, Verdict.CUT, spoken)

    def _held(self, text: str, pair: Pair, view: View, sites: Sites) -> list[str]:
        """Return the keep rules that protect a pair: those for itself, and those for a pair inside it."""
        spoken = [matcher.rule.id for matcher in self._keeps if matcher.speaks(view)]
        for inner in sites.inside(pair):
            spoken += self._held(text, inner, self.view(text, inner, sites), sites)
        return spoken

    def _remember(self, own: str) -> bool:
        if len(self._gated) >= _REMEMBERED:
            self._gated.clear()
        gated = self._gated[own] = self._gate is None or bool(self._gate.find(fold(own)))
        return gated


def _union(ruleset: Ruleset, names: tuple[str, ...]) -> Words:
    return Words(word for name in names for word in ruleset.lists[name])


def _gate(glued: list[Matcher], words: dict[tuple[str, ...], Words]) -> Words | None:
    """Return words of which one must stand in a glued pair's text before any rule can speak; None if a rule needs none."""
    if any(not matcher.rule.needs for matcher in glued):
        return None
    return Words(word for matcher in glued for word in words[matcher.rule.needs[0]].words)


def _finding(text: str, pair: Pair, site: Site, verdict: Verdict, rules: list[str]) -> Finding:
    return Finding(pair.start, pair.end, text[pair.start : pair.end], site, verdict, tuple(dict.fromkeys(rules)))
