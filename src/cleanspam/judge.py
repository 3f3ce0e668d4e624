"""Judging: parenthetical × Ruleset → finding. Decides what is to go and says why; takes nothing out."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from cleanspam.brackets import LINE_ENDS, Brackets, Pair, Sites, own_text
from cleanspam.fold import fold
from cleanspam.lexicon import Lexicon
from cleanspam.matcher import Matcher, Patterns, View
from cleanspam.model import Finding, Site, Verdict
from cleanspam.ruleset import Rule, Ruleset

# Company and crowds count within so many code points on either side: about an article. A pipe brings many articles in one
# text, and over a whole MiB of clean ones two chance findings meet often enough: 71 wrong cuts in 43 million characters.
NEAR = 5_000


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
        patterns = Patterns(ruleset.lists)
        self.matchers = tuple(Matcher(rule, patterns, self._lexicon) for rule in ruleset.rules)
        self._keeps, cuts, self._flags = (
            [matcher for matcher in self.matchers if matcher.rule.action is action]
            for action in (Verdict.KEEP, Verdict.CUT, Verdict.FLAG)
        )
        self._solo = [matcher for matcher in cuts if not matcher.rule.company]
        self._company = [matcher for matcher in cuts if matcher.rule.company]
        self._beside = [matcher for matcher in self._solo if matcher.looks_beside]
        self._gate = _gate([matcher.rule for matcher in self._solo if not matcher.looks_beside], ruleset)
        self._may_stand: dict[tuple[str, str], bool] = {}
        self._met: dict[tuple[int, bool, Site], tuple[Matcher, ...]] = {}

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        page = _Page(text)
        first = self._solo_cuts(page)
        if not first:
            return []
        neighbours = _Neighbours(first.values())
        rest = [self.view(text, pair, page.sites) for pair in page.brackets if pair not in first]
        heard = [(view, spoken) for view in rest if (spoken := self._spoken(page, view, self._in_company(view, neighbours)))]
        first |= _without_lone_voices(text, heard)
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
        heard = []
        for line, (pair, is_alone) in enumerate(candidates.items()):
            lists = found.get(line, 0)
            if matchers := self._met_by(lists, is_alone, page.sites.of(pair)):
                view = self.view(page.text, pair, page.sites)
                view.own, view.lists = owns[line], lists
                if spoken := self._spoken(page, view, matchers):
                    heard.append((view, spoken))
        return _without_lone_voices(page.text, heard)

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

    def _met_by(self, lists: int, is_alone: bool, site: Site) -> tuple[Matcher, ...]:
        """Return the rules for a site that need no company and have their needs met by words of these lists."""
        key = lists, is_alone, site
        if key not in self._met:
            solo = [matcher for matcher in self._solo if is_alone or not matcher.looks_beside]
            self._met[key] = tuple(matcher for matcher in solo if site in matcher.rule.sites and matcher.is_met(lists))
        return self._met[key]

    def _in_company(self, view: View, neighbours: "_Neighbours") -> list[Matcher]:
        """Return the company rules that enough cuts near the pair let speak."""
        rules = ((matcher, matcher.rule) for matcher in self._company)
        return [matcher for matcher, rule in rules if neighbours.number(view.pair.start, rule.company_sites) >= rule.company]

    def _spoken(self, page: _Page, view: View, matchers: Sequence[Matcher]) -> list[Rule]:
        """Return the rules that speak against a pair; none if it stands in code or a keep rule protects it."""
        spoken = [matcher.rule for matcher in matchers if matcher.speaks(view)]
        return [] if spoken and (page.sites.is_code(view.pair) or self._held(page, view.pair)) else spoken

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


class _Neighbours:
    """The cuts of a text, counted around a place."""

    def __init__(self, cut: Iterable[Finding]) -> None:
        self._cut = sorted((finding.start, finding.site) for finding in cut)
        self._starts: dict[frozenset[Site], list[int]] = {}

    def number(self, at: int, sites: frozenset[Site]) -> int:
        """Return how many cuts at these sites stand no further than NEAR from `at`."""
        if sites not in self._starts:
            self._starts[sites] = [start for start, site in self._cut if site in sites]
        starts = self._starts[sites]
        return bisect_right(starts, at + NEAR) - bisect_left(starts, at - NEAR)


def _without_lone_voices(text: str, heard: list[tuple[View, list[Rule]]]) -> dict[Pair, Finding]:
    """Return the findings, a rule that asks for a crowd counted only where it speaks about enough different texts nearby."""
    voices: dict[str, list[tuple[int, str]]] = {}
    for view, spoken in sorted(heard, key=lambda one: one[0].pair.start):
        for rule in spoken:
            if rule.crowd:
                voices.setdefault(rule.id, []).append((view.pair.start, view.own))
    cut = {}
    for view, spoken in heard:
        if rules := [rule for rule in spoken if not rule.crowd or _crowd(voices[rule.id], view.pair.start) > rule.crowd]:
            cut[view.pair] = _finding(text, view, Verdict.CUT, _ids(rules))
    return cut


def _crowd(voices: list[tuple[int, str]], at: int) -> int:
    """Return how many different own texts there are no further than NEAR from `at`."""
    return len({own for _, own in voices[bisect_left(voices, (at - NEAR,)) : bisect_right(voices, (at + NEAR + 1,))]})


def _ids(rules: Iterable[Rule]) -> list[str]:
    return [rule.id for rule in rules]


def _finding(text: str, view: View, verdict: Verdict, rules: Iterable[str]) -> Finding:
    start, end, _ = view.pair
    return Finding(start, end, text[start:end], view.site, verdict, tuple(dict.fromkeys(rules)))
