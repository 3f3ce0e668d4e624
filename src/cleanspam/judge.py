"""Judging: parenthetical × Ruleset → finding. Decides what is to go and says why; takes nothing out."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from cleanspam.brackets import KIND, KINDS, LINE_ENDS, Brackets, Pair, Sites, own_text
from cleanspam.fold import FILLER, fold
from cleanspam.lexicon import Lexicon
from cleanspam.model import Finding, Site, Verdict
from cleanspam.rulefile import compile_pattern
from cleanspam.ruleset import Rule, Ruleset

# How much of the line `before` and `after` patterns see, in code points of the original.
CONTEXT = 40
_GLUED = frozenset({Site.GLUED, Site.TAIL})
# A pattern that looks at the first character only: ^, or ^[…], or ^$ for none, or several of these.
_FIRST_CHAR = r"\^(?:[^\\\[\](){}|.*+?$^]|\[[^\\\[\]^]+\]|\$)"
_FIRST_CHAR_RE = re.compile(rf"{_FIRST_CHAR}(?:\|{_FIRST_CHAR})*")


class View:
    """What the rules see of one parenthetical, everything folded and worked out when first asked for."""

    def __init__(self, text: str, pair: Pair, sites: Sites, lexicon: Lexicon) -> None:
        self._text, self._lexicon = text, lexicon
        self.pair = pair
        self.site = sites.of(pair)
        self.kind = KIND[text[pair.start]]

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


class Condition(NamedTuple):
    """One thing that a rule asks of a View, and what to say of a View that is not so."""

    holds: Callable[[View], object]
    otherwise: str


class Matcher:
    """One rule, ready to be asked; its patterns are compiled when first needed."""

    def __init__(self, rule: Rule, lists: dict[str, tuple[str, ...]], lexicon: Lexicon) -> None:
        self.rule = rule
        self._lists = lists
        self._needs = [(lexicon.mask(names), names) for names in rule.needs]

    def speaks(self, view: View) -> bool:
        """Tell whether all of the rule's conditions but company hold."""
        return all(condition.holds(view) for condition in self._conditions)

    def lacks(self, view: View) -> list[str]:
        """Return what keeps the rule from speaking, in words for a person."""
        return [condition.otherwise for condition in self._conditions if not condition.holds(view)]

    @cached_property
    def looks_beside(self) -> bool:
        """Whether the rule is for pairs that are alone and what follows them must begin with certain characters."""
        after = self.rule.after
        return not self.rule.sites & _GLUED and bool(after) and all(_FIRST_CHAR_RE.fullmatch(pattern) for pattern in after)

    def may_stand(self, left: str, right: str) -> bool:
        """Tell of a rule that looks beside whether it can speak between two characters, "" for an edge of the line.

        Wrong only in saying yes.
        """
        following = fold(right)
        hidden = following in FILLER or (right and not following)
        if not hidden and not _any(self._compiled(self.rule.after), following):
            return False
        return bool(left) or not self.rule.before or _any(self._compiled(self.rule.before), "")

    def is_met(self, lists: int) -> bool:
        """Tell whether a text in which these lists have words meets the rule's needs."""
        return all(lists & need for need, _ in self._needs)

    @cached_property
    def _conditions(self) -> list[Condition]:
        """The rule's conditions, the cheap ones first."""
        rule = self.rule
        sites, kinds = _listed(site.value for site in rule.sites), _listed(rule.kinds)
        found = [Condition(lambda view: view.site in rule.sites, f"it does not stand {sites}")]
        if len(rule.kinds) < len(KINDS):
            found.append(Condition(lambda view: view.kind in rule.kinds, f"its brackets are not {kinds}"))
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

    def _search(self, patterns: tuple[str, ...], part: str) -> Callable[[View], object]:
        searches = self._compiled(patterns)
        if len(searches) == 1:
            search = searches[0]
            return lambda view: search(getattr(view, part))
        return lambda view: _any(searches, getattr(view, part))

    def _compiled(self, patterns: tuple[str, ...]) -> list[Callable[[str], object]]:
        return [compile_pattern(pattern, self._lists).search for pattern in patterns]


def _any(searches: Iterable[Callable[[str], object]], text: str) -> bool:
    return any(search(text) for search in searches)


def _has_word(view: View, need: int) -> bool:
    return bool(view.lists & need)


def _not(holds: Callable[[View], object], view: View) -> bool:
    return not holds(view)


def _listed(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))


class _Page:
    """One text on trial: its brackets, where they stand, and which keep rules hold what."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.brackets = Brackets(text)
        self.sites = Sites(text, self.brackets)
        self.held: dict[Pair, tuple[str, ...]] = {}


class Judge:
    """A Ruleset, ready to judge texts. Holds no state that a verdict depends on, so threads may share it."""

    def __init__(self, ruleset: Ruleset) -> None:
        needed = {name for rule in ruleset.rules for names in rule.needs for name in names}
        self._lexicon = Lexicon({name: ruleset.lists[name] for name in sorted(needed)})
        self.matchers = tuple(Matcher(rule, ruleset.lists, self._lexicon) for rule in ruleset.rules)
        self._keeps, cuts, self._flags = (
            [matcher for matcher in self.matchers if matcher.rule.action is action]
            for action in (Verdict.KEEP, Verdict.CUT, Verdict.FLAG)
        )
        self._solo = [matcher for matcher in cuts if not matcher.rule.company]
        self._company = [matcher for matcher in cuts if matcher.rule.company]
        self._beside = [matcher for matcher in self._solo if matcher.looks_beside]
        self._gate = _gate([matcher.rule for matcher in self._solo if not matcher.looks_beside], ruleset)
        self._may_stand: dict[tuple[str, str], bool] = {}
        self._met: dict[tuple[int, bool], tuple[Matcher, ...]] = {}

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        page = _Page(text)
        first = self._solo_cuts(page)
        if not first:
            return []
        if matchers := self._in_company(Counter(finding.site for finding in first.values())):
            rest = [self.view(text, pair, page.sites) for pair in page.brackets if pair not in first]
            first |= {view.pair: finding for view in rest if (finding := self._cut(page, view, matchers))}
        return [first[pair] for pair in sorted(first)]

    def stays(self, text: str) -> list[Finding]:
        """Return what is said of the pairs as if none were cut: flags, and keeps that held a cut or a flag back."""
        page = _Page(text)
        views = (self.view(text, pair, page.sites) for pair in sorted(page.brackets))
        return [finding for view in views if (finding := self._stay(page, view))]

    def view(self, text: str, pair: Pair, sites: Sites) -> View:
        """Return what the rules see of `pair`."""
        return View(text, pair, sites, self._lexicon)

    def _solo_cuts(self, page: _Page) -> dict[Pair, Finding]:
        """Judge by the rules that need no company. The hot path: 9 of 10 pairs are no candidates, most others meet no rule."""
        candidates = self._candidates(page)
        if not candidates:
            return {}
        owns = fold("\n".join([own_text(page.text, pair) for pair in candidates])).split("\n")
        found = self._lexicon.found_in_lines("\n".join(owns))
        cut: dict[Pair, Finding] = {}
        for line, (pair, is_alone) in enumerate(candidates.items()):
            lists = found.get(line, 0)
            if matchers := self._met_by(lists, is_alone):
                view = self.view(page.text, pair, page.sites)
                view.own, view.lists = owns[line], lists
                if finding := self._cut(page, view, matchers):
                    cut[pair] = finding
        return cut

    def _candidates(self, page: _Page) -> dict[Pair, bool]:
        """Return the pairs that a rule could speak about, and whether also one that looks beside: the others need a word."""
        brackets = page.brackets
        if self._gate is None:
            return dict.fromkeys(brackets, True)
        gated = [brackets.pair(line) for line in self._gate.may_be_in("\n".join(brackets.owns()))]
        edged = [pair for pair in brackets.may_be_alone() if self._may_stand_at(page.text, pair)]
        alone = [pair for pair in edged if page.sites.is_alone(pair)]
        return dict.fromkeys(gated, False) | dict.fromkeys(alone, True)

    def _may_stand_at(self, text: str, pair: Pair) -> bool:
        """Tell whether a rule that looks beside can speak about the pair; there are few pairs of characters to know."""
        beside = text[pair.start - 1 : pair.start], text[pair.end : pair.end + 1]
        if beside not in self._may_stand:
            left, right = (char.strip(LINE_ENDS) for char in beside)
            self._may_stand[beside] = any(matcher.may_stand(left, right) for matcher in self._beside)
        return self._may_stand[beside]

    def _met_by(self, lists: int, is_alone: bool) -> tuple[Matcher, ...]:
        """Return the rules that need no company and have their needs met by words of these lists."""
        if (lists, is_alone) not in self._met:
            solo = [matcher for matcher in self._solo if is_alone or not matcher.looks_beside]
            self._met[lists, is_alone] = tuple(matcher for matcher in solo if matcher.is_met(lists))
        return self._met[lists, is_alone]

    def _in_company(self, cut: "Counter[Site]") -> list[Matcher]:
        """Return the company rules that enough cuts at their sites let speak."""
        return [
            matcher
            for matcher in self._company
            if sum(cut[site] for site in matcher.rule.company_sites) >= matcher.rule.company
        ]

    def _cut(self, page: _Page, view: View, matchers: Sequence[Matcher]) -> Finding | None:
        spoken = [matcher.rule.id for matcher in matchers if matcher.speaks(view)]
        if not spoken or page.sites.is_code(view.pair) or self._held(page, view.pair):
            return None
        return _finding(page.text, view, Verdict.CUT, spoken)

    def _stay(self, page: _Page, view: View) -> Finding | None:
        weak = (*self._solo, *self._company, *self._flags)
        spoken = [matcher.rule.id for matcher in weak if matcher.speaks(view)]
        if not spoken or page.sites.is_code(view.pair):
            return None
        keeps = self._held(page, view.pair)
        return _finding(page.text, view, Verdict.KEEP if keeps else Verdict.FLAG, keeps or spoken)

    def _held(self, page: _Page, pair: Pair) -> Sequence[str]:
        """Return the keep rules that protect a pair: those for itself, and those for all pairs inside it.

        Without recursion, for a line can nest deeper than Python's stack; each pair is asked about once.
        """
        waiting = [pair] if self._keeps else []
        while waiting:
            inner = page.sites.inside(waiting[-1])
            if unknown := [pair for pair in inner if pair not in page.held]:
                waiting += unknown
                continue
            top = waiting.pop()
            view = self.view(page.text, top, page.sites)
            spoken = [matcher.rule.id for matcher in self._keeps if matcher.speaks(view)]
            page.held[top] = tuple(dict.fromkeys(spoken + [name for pair in inner for name in page.held[pair]]))
        return page.held.get(pair, ())


def _gate(rules: list[Rule], ruleset: Ruleset) -> Lexicon | None:
    """Return the words of which one must stand in an own text before any of the rules can speak; None if one needs none."""
    if not all(rule.needs for rule in rules):
        return None
    return Lexicon({name: ruleset.lists[name] for rule in rules for name in rule.needs[0]})


def _finding(text: str, view: View, verdict: Verdict, rules: Iterable[str]) -> Finding:
    start, end, _ = view.pair
    return Finding(start, end, text[start:end], view.site, verdict, tuple(dict.fromkeys(rules)))
