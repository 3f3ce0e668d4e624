"""Judging: parenthetical × Ruleset → finding. Decides what is to go and says why; takes nothing out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from cleanspam.brackets import KIND, KINDS, LINE_ENDS, Pair, Sites, may_be_alone, own_text, pairs
from cleanspam.fold import fold
from cleanspam.lexicon import Lexicon
from cleanspam.model import Finding, Site, Verdict
from cleanspam.rulefile import compile_pattern
from cleanspam.ruleset import Rule, Ruleset

# How much of the line `before` and `after` patterns see, in code points of the original.
CONTEXT = 40
_GLUED = frozenset({Site.GLUED, Site.TAIL})


class View:
    """What the rules see of one parenthetical, everything folded and worked out when first asked for."""

    def __init__(self, text: str, pair: Pair, sites: Sites, lexicon: Lexicon) -> None:
        self._text, self._pair, self._lexicon = text, pair, lexicon
        self.site = sites.of(pair)
        self.kind = KIND[text[pair.start]]

    @cached_property
    def own(self) -> str:
        return fold(own_text(self._text, self._pair))

    @cached_property
    def lists(self) -> int:
        """The lists that have a word in the own text, as the lexicon's bits."""
        return self._lexicon.found_in(self.own)

    @cached_property
    def before(self) -> str:
        """The line before the parenthetical, at most CONTEXT code points of it."""
        start = self._pair.start
        line_start = max(self._text.rfind(end, 0, start) for end in LINE_ENDS) + 1
        return fold(self._text[max(line_start, start - CONTEXT) : start])

    @cached_property
    def after(self) -> str:
        """The line behind it, at most CONTEXT code points."""
        after = self._text[self._pair.end : self._pair.end + CONTEXT]
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
        searches = [compile_pattern(pattern, self._lists).search for pattern in patterns]
        if len(searches) == 1:
            search = searches[0]
            return lambda view: search(getattr(view, part))
        return lambda view: any(search(getattr(view, part)) for search in searches)


def _has_word(view: View, need: int) -> bool:
    return bool(view.lists & need)


def _not(holds: Callable[[View], object], view: View) -> bool:
    return not holds(view)


def _listed(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))


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
        glued = [matcher.rule for matcher in self._solo if matcher.rule.sites & _GLUED]
        self._alone = tuple(matcher for matcher in self._solo if not matcher.rule.sites & _GLUED)
        self._gate = _gate(glued, ruleset)
        self._met: dict[int, tuple[Matcher, ...]] = {}

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        found = pairs(text)
        sites = Sites(text, found)
        first = self._solo_cuts(text, found, sites)
        if not first:
            return []
        if matchers := self._in_company(Counter(finding.site for finding in first.values())):
            rest = [pair for pair in found if pair not in first]
            first |= {pair: finding for pair in rest if (finding := self._cut(text, pair, sites, matchers))}
        return [first[pair] for pair in sorted(first)]

    def stays(self, text: str) -> list[Finding]:
        """Return what is said of the pairs as if none were cut: flags, and keeps that held a cut or a flag back."""
        found = pairs(text)
        sites = Sites(text, found)
        return [finding for pair in sorted(found) if (finding := self._stay(text, pair, sites))]

    def view(self, text: str, pair: Pair, sites: Sites) -> View:
        """Return what the rules see of `pair`."""
        return View(text, pair, sites, self._lexicon)

    def _solo_cuts(self, text: str, found: list[Pair], sites: Sites) -> dict[Pair, Finding]:
        """Judge by the rules that need no company. The hot path: 19 of 20 pairs end at a look at each side of them."""
        hits = set(found) if self._gate is None else self._hits(self._gate, text, found)
        cut: dict[Pair, Finding] = {}
        for pair in found:
            if pair in hits:
                matchers = self._met_by(fold(own_text(text, pair)))
            elif may_be_alone(text, pair):
                matchers = self._alone
            else:
                continue
            if matchers and (finding := self._cut(text, pair, sites, matchers)):
                cut[pair] = finding
        return cut

    def _hits(self, gate: Lexicon, text: str, found: list[Pair]) -> set[Pair]:
        """Return the pairs that rules for glued ones could speak about, found in one scan over all own texts."""
        owns = [own_text(text, pair) if pair.inner else text[pair.start + 1 : pair.end - 1] for pair in found]
        return {found[line] for line in gate.lines(fold("\n".join(owns)))}

    def _met_by(self, own: str) -> tuple[Matcher, ...]:
        """Return the rules that need no company and whose needs the folded own text meets."""
        lists = self._lexicon.found_in(own)
        if lists not in self._met:
            self._met[lists] = tuple(matcher for matcher in self._solo if matcher.is_met(lists))
        return self._met[lists]

    def _in_company(self, cut: "Counter[Site]") -> list[Matcher]:
        """Return the company rules that enough cuts at their sites let speak."""
        return [
            matcher
            for matcher in self._company
            if sum(cut[site] for site in matcher.rule.company_sites) >= matcher.rule.company
        ]

    def _cut(self, text: str, pair: Pair, sites: Sites, matchers: Sequence[Matcher]) -> Finding | None:
        view = self.view(text, pair, sites)
        spoken = [matcher.rule.id for matcher in matchers if matcher.speaks(view)]
        if not spoken or sites.is_code(pair) or self._held(text, pair, view, sites):
            return None
        return _finding(text, pair, view.site, Verdict.CUT, spoken)

    def _stay(self, text: str, pair: Pair, sites: Sites) -> Finding | None:
        view = self.view(text, pair, sites)
        weak = (*self._solo, *self._company, *self._flags)
        spoken = [matcher.rule.id for matcher in weak if matcher.speaks(view)]
        if not spoken or sites.is_code(pair):
            return None
        keeps = self._held(text, pair, view, sites)
        return _finding(text, pair, view.site, Verdict.KEEP if keeps else Verdict.FLAG, keeps or spoken)

    def _held(self, text: str, pair: Pair, view: View, sites: Sites) -> list[str]:
        """Return the keep rules that protect a pair: those for itself, and those for a pair inside it."""
        spoken = [matcher.rule.id for matcher in self._keeps if matcher.speaks(view)]
        for inner in sites.inside(pair):
            spoken += self._held(text, inner, self.view(text, inner, sites), sites)
        return spoken


def _gate(glued: list[Rule], ruleset: Ruleset) -> Lexicon | None:
    """Return the words of which one must stand in an own text before any of the rules can speak; None if one needs none."""
    if not all(rule.needs for rule in glued):
        return None
    return Lexicon({name: ruleset.lists[name] for rule in glued for name in rule.needs[0]})


def _finding(text: str, pair: Pair, site: Site, verdict: Verdict, rules: list[str]) -> Finding:
    return Finding(pair.start, pair.end, text[pair.start : pair.end], site, verdict, tuple(dict.fromkeys(rules)))
