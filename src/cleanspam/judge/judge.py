"""Judging: parenthetical × Ruleset → finding. Decides what is to go and says why; takes nothing out."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cleanspam.judge.bytescan import ByteScan
from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.matcher import NEAR, Matcher, Patterns, View
from cleanspam.judge.prefilter import Prefilter
from cleanspam.judge.ruleindex import RuleIndex
from cleanspam.model import Finding, Site, Verdict
from cleanspam.rulebook.ruleset import Rule, Ruleset
from cleanspam.text.brackets import Pair, Sites, pair_of, pairs

NESTED = 16  # findings in each other that are told of; a planting is one or two brackets deep


class _Page:
    """One text on trial: where its brackets stand, and which keep rules hold what."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sites = Sites(text)
        self.held: dict[Pair, tuple[str, ...]] = {}
        self.yielding: dict[Pair, dict[str, int]] = {}


# A parenthetical and the rules that are asked about it, or that spoke.
_Asked = tuple[View, Sequence[Matcher]]


class Judge:
    """A Ruleset, ready to judge texts. Holds no state that a verdict depends on, so threads may share it."""

    def __init__(self, ruleset: Ruleset) -> None:
        needed = {name for rule in ruleset.rules for names in rule.needs for name in names}
        self._lexicon = Lexicon({name: ruleset.lists[name] for name in sorted(needed)})
        patterns = Patterns(ruleset.lists)
        self.matchers = tuple(Matcher(rule, patterns, self._lexicon) for rule in ruleset.rules)
        keeps, cuts, self._flags = (
            [matcher for matcher in self.matchers if matcher.rule.action is action]
            for action in (Verdict.KEEP, Verdict.CUT, Verdict.FLAG)
        )
        self._keeps = [matcher for matcher in keeps if not matcher.rule.yields]
        self._yielding = [matcher for matcher in keeps if matcher.rule.yields]
        self._solo = [matcher for matcher in cuts if not matcher.rule.company]
        self._company = [matcher for matcher in cuts if matcher.rule.company]
        self._likely = RuleIndex(self._solo)
        self._sieve = _sieve([matcher.rule for matcher in self._solo if matcher.is_for_glued], self._lexicon)
        self.screen = ByteScan(self._sieve, self._likely, self._lexicon)

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        page = _Page(text)
        found = self._solo_cuts(page)
        firm = [finding for pair, finding in found.items() if not self._yield(page, pair)]
        if not firm:
            return []
        neighbours = _Neighbours(firm)
        rest = [self.view(text, pair, page.sites) for pair in pairs(text) if pair not in found]
        found |= self._heard(page, [(view, self._in_company(view, neighbours)) for view in rest])
        held = {pair for pair in found if neighbours.number(pair.start) < max(self._yield(page, pair).values(), default=0)}
        return [found[pair] for pair in sorted(found) if pair not in held]

    def stays(self, text: str) -> list[Finding]:
        """Return what is said of the pairs as if none were cut: flags, and keeps that held a cut or a flag back."""
        page = _Page(text)
        views = (self.view(text, pair, page.sites) for pair in sorted(pairs(text)))
        return [finding for view in views if (finding := self._stay(page, view))]

    def view(self, text: str, pair: Pair, sites: Sites) -> View:
        """Return what the rules see of `pair`."""
        return View(text, pair, sites, self._lexicon)

    def _solo_cuts(self, page: _Page) -> dict[Pair, Finding]:
        """Judge by the rules that need no company. The hot path: of 30 pairs one is a candidate."""
        candidates = self._candidates(page)
        if not candidates:
            return {}
        starts = sorted([pair.start for pair, _ in candidates])
        asked: list[_Asked] = []
        for pair, matchers in candidates:
            near = _near(starts, pair.start)
            if likely := [matcher for matcher in matchers if matcher.crowd < near]:
                asked.append((self.view(page.text, pair, page.sites), likely))
        return self._heard(page, asked)

    def _candidates(self, page: _Page) -> Sequence[tuple[Pair, Sequence[Matcher]]]:
        """Return the pairs that a rule could speak about, and the rules that could."""
        if self._sieve is None:
            return [(pair, self._solo) for pair in pairs(page.text)]
        found = []
        for reported in self._sieve.sift(page.text):
            if matchers := self._likely.about(reported):
                pair = pair_of(reported)
                if page.sites.is_known(pair):
                    found.append((pair, matchers))
        return found

    def _heard(self, page: _Page, asked: list[_Asked]) -> dict[Pair, Finding]:
        """Return the findings of the pairs that rules speak about. Who could find no crowd need not be asked, or not on."""
        likely = [(view, [one for one in matchers if one.may_speak(view)]) for view, matchers in _in_crowds(asked)]
        spoken = [(view, self._spoken(page, view, matchers)) for view, matchers in _in_crowds(likely)]
        shallow = _shallow(_in_crowds(spoken))
        return {view.pair: _finding(page.text, view, Verdict.CUT, _ids(matchers)) for view, matchers in shallow}

    def _in_company(self, view: View, neighbours: "_Neighbours") -> list[Matcher]:
        """Return the company rules that enough cuts near the pair let speak."""
        rules = ((matcher, matcher.rule) for matcher in self._company)
        return [matcher for matcher, rule in rules if neighbours.number(view.pair.start, rule.company_sites) >= rule.company]

    def _spoken(self, page: _Page, view: View, matchers: Sequence[Matcher]) -> list[Matcher]:
        """Return the rules that speak against a pair; none if it stands in code or a keep rule protects it."""
        spoken = [matcher for matcher in matchers if matcher.speaks(view)]
        return [] if spoken and (page.sites.is_code(view.pair) or self._held(page, view.pair)) else spoken

    def _stay(self, page: _Page, view: View) -> Finding | None:
        weak = (*self._solo, *self._company, *self._flags)
        spoken = [matcher.rule.id for matcher in weak if matcher.speaks(view)]
        if not spoken or page.sites.is_code(view.pair):
            return None
        keeps = (*self._held(page, view.pair), *self._yield(page, view.pair))
        return _finding(page.text, view, Verdict.KEEP if keeps else Verdict.FLAG, keeps or spoken)

    def _yield(self, page: _Page, pair: Pair) -> dict[str, int]:
        """Return the keep rules that protect a pair until others are cut nearby, and how many."""
        if pair not in page.yielding:
            view = self.view(page.text, pair, page.sites)
            page.yielding[pair] = {one.rule.id: one.rule.yields for one in self._yielding if one.speaks(view)}
        return page.yielding[pair]

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


def _sieve(rules: list[Rule], lexicon: Lexicon) -> Prefilter | None:
    """Return the sieve for what is not alone, and must have a word before one of these rules speaks; None if one needs none."""
    if not all(rule.needs for rule in rules):
        return None
    return Prefilter(lexicon, lexicon.mask(name for rule in rules for name in rule.needs[0]))


class _Neighbours:
    """The cuts of a text, counted around a place."""

    def __init__(self, cut: Iterable[Finding]) -> None:
        self._cut = sorted((finding.start, finding.site) for finding in cut)
        self._starts: dict[frozenset[Site], list[int]] = {}

    def number(self, at: int, sites: frozenset[Site] = frozenset(Site)) -> int:
        """Return how many cuts at these sites stand no further than NEAR from `at`."""
        if sites not in self._starts:
            self._starts[sites] = [start for start, site in self._cut if site in sites]
        return _near(self._starts[sites], at)


def _near(starts: list[int], at: int) -> int:
    """Return how many of the places, in order, are no further than NEAR from `at`."""
    return bisect_right(starts, at + NEAR) - bisect_left(starts, at - NEAR)


def _in_crowds(asked: Sequence[_Asked]) -> list[_Asked]:
    """Leave out the rules that ask for a crowd where they are asked about too few different texts nearby."""
    voices: dict[Matcher, list[tuple[int, str]]] = {}
    for view, matchers in asked:
        for matcher in matchers:
            if matcher.crowd:
                voices.setdefault(matcher, []).append((view.pair.start, view.own))
    if not voices:
        return [one for one in asked if one[1]]
    crowded = {matcher: _crowded(sorted(heard), matcher.crowd) for matcher, heard in voices.items()}
    left = ((view, [one for one in matchers if not one.crowd or view.pair.start in crowded[one]]) for view, matchers in asked)
    return [one for one in left if one[1]]


def _shallow(spoken: Sequence[_Asked]) -> Iterator[_Asked]:
    """Yield those that lie in fewer than NESTED others. The text of each of thousands in each other would fill the memory."""
    ends: list[int] = []
    for view, matchers in sorted(spoken, key=lambda one: one[0].pair):
        while ends and ends[-1] <= view.pair.start:
            ends.pop()
        if len(ends) < NESTED:
            ends.append(view.pair.end)
            yield view, matchers


def _crowded(heard: list[tuple[int, str]], crowd: int) -> set[int]:
    """Return the places, in order, that have more than `crowd` different own texts no further than NEAR, their own included."""
    near: Counter[str] = Counter()
    found = set()
    first = end = 0
    for at, _ in heard:
        while end < len(heard) and heard[end][0] <= at + NEAR:
            near[heard[end][1]] += 1
            end += 1
        while heard[first][0] < at - NEAR:
            own = heard[first][1]
            near[own] -= 1
            if not near[own]:
                del near[own]
            first += 1
        if len(near) > crowd:
            found.add(at)
    return found


def _ids(matchers: Iterable[Matcher]) -> list[str]:
    return [matcher.rule.id for matcher in matchers]


def _finding(text: str, view: View, verdict: Verdict, rules: Iterable[str]) -> Finding:
    start, end, _ = view.pair
    return Finding(start, end, text[start:end], view.site, verdict, tuple(dict.fromkeys(rules)))
