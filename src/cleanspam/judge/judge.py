"""Judging: parenthetical × Ruleset → finding. Decides what is to go and says why; takes nothing out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cleanspam.judge.accomplices import Suspect, near, supported
from cleanspam.judge.bytescan import ByteScan
from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.linejudge import LineJudge
from cleanspam.judge.matcher import BRACKET_SITES, Matcher
from cleanspam.judge.prefilter import Prefilter
from cleanspam.judge.ruleindex import RuleIndex
from cleanspam.judge.view import Criteria, View
from cleanspam.model import Finding, Site, Verdict
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.brackets import BLANKS, Pair, Sites, back_over_blanks, on_over_blanks, pair_of, pairs
from cleanspam.text.groups import Form, list_forms
from cleanspam.text.marks import SEPARATORS

NESTED = 16  # findings in each other that are told of; a planting is one or two brackets deep
# A cut rule that lacks no more accomplices than this flags what it speaks about.
FLAGGED = 2
MANNERS = {Site.ALONE: "between marks", Site.GLUED: "at words", Site.TAIL: "at words"}  # other sites are manners of their own
ALIKE = 2  # characters in which glosses of parallel items are alike, at the beginning or the end
_GAP_RE = re.compile(rf"[{BLANKS}]*[{SEPARATORS}]?[{BLANKS}]*")


class _Page:
    """One text on trial: where its brackets stand, and which keep rules hold what."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sites = Sites(text)
        self.held: dict[Pair, dict[str, int]] = {}


class Spoken(NamedTuple):
    """A parenthetical and the rules that could speak, or spoke, about it."""

    view: View
    matchers: Sequence[Matcher]


class Unit(NamedTuple):
    """A planting: one parenthetical, or the links of a chain without a gap."""

    links: tuple[Spoken, ...]
    suspect: Suspect


class Judge:
    """A Ruleset, ready to judge texts. Holds no state that a verdict depends on, so threads may share it."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.criteria = Criteria(ruleset)
        self.matchers = tuple(Matcher(rule, self.criteria) for rule in ruleset.rules)
        self.lines = LineJudge(self.matchers, ruleset, self.criteria)
        about = [matcher for matcher in self.matchers if matcher.sites & BRACKET_SITES]
        self._keeps = [matcher for matcher in about if matcher.rule.action is Verdict.KEEP]
        self._speakers = [matcher for matcher in about if matcher.rule.action is not Verdict.KEEP]
        cuts = [matcher for matcher in about if matcher.rule.action is Verdict.CUT]
        # The prefilter reports what stands at a word only for the words of lists. A rule that needs none asks about every
        # pair, and costs what it costs; the others keep their way.
        self._slow = [matcher for matcher in cuts if matcher.is_for_glued and not matcher.needs]
        fast = [matcher for matcher in cuts if matcher not in self._slow]
        gates = [_narrowest(matcher, ruleset) for matcher in fast if matcher.is_for_glued]
        names = sorted({name for matcher in fast for needed in matcher.needs for name in needed})
        lexicon = Lexicon({name: ruleset.lists[name] for name in names})
        index = RuleIndex(fast, lexicon)
        self._prefilter = Prefilter(lexicon, lexicon.mask(tuple(sorted({name for gate in gates for name in gate}))))
        self._index = index
        self.screen = ByteScan(None if self._slow else self._prefilter, index, self.criteria, self.lines)

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        brackets, lines = self._brackets(text), self.lines.cuts(text)
        return sorted([*brackets, *lines]) if lines else brackets

    def _brackets(self, text: str) -> list[Finding]:
        """Return the parentheticals that rules cut."""
        page = _Page(text)
        candidates = self._candidates(page)
        if not candidates:
            return []
        starts = sorted([pair.start for pair, _ in candidates])
        spoken = []
        for pair, matchers in candidates:
            others = near(starts, pair.start)
            if likely := [matcher for matcher in matchers if matcher.accomplices < others]:
                view = self.view(text, pair, page.sites)
                if speaks := [matcher for matcher in likely if matcher.speaks(view)]:
                    spoken.append(Spoken(view, speaks))
        return self._convicted(page, spoken) if spoken else []

    def judged(self, text: str) -> list[Finding]:
        """Return what is said of every pair: cuts, flags, and keeps that held a cut or a flag back, in order of their start."""
        page = _Page(text)
        views = [self.view(text, pair, page.sites) for pair in sorted(pairs(text))]
        spoken = [Spoken(view, [matcher for matcher in self._speakers if matcher.speaks(view)]) for view in views]
        spoken = [one for one in spoken if one.matchers]
        cut_by = [Spoken(one.view, [m for m in one.matchers if m.rule.action is Verdict.CUT]) for one in spoken]
        cuts = self._convicted(page, [one for one in cut_by if one.matchers])
        gone = {(finding.start, finding.end) for finding in cuts}
        stays = [self._stay(page, one) for one in spoken if one.view.pair[:2] not in gone]
        said = [*cuts, *(finding for finding in stays if finding)]
        gone = {(finding.start, finding.end) for finding in said}
        return sorted([*said, *(one for one in self.lines.judged(text) if (one.start, one.end) not in gone)])

    def view(self, text: str, pair: Pair, sites: Sites) -> View:
        """Return what the rules see of `pair`."""
        return View(text, pair, sites, self.criteria)

    def _candidates(self, page: _Page) -> list[tuple[Pair, Sequence[Matcher]]]:
        """Return the pairs that a rule could speak about, and the rules that could. The hot path: of 30 pairs one is."""
        found: dict[Pair, Sequence[Matcher]] = {}
        for reported in self._prefilter.sift(page.text):
            if matchers := self._index.about(reported):
                pair = pair_of(reported)
                if page.sites.is_known(pair):
                    found[pair] = matchers
        if self._slow:
            for pair in pairs(page.text):
                found[pair] = (*found.get(pair, ()), *self._slow)
        return list(found.items())

    def _convicted(self, page: _Page, spoken: list[Spoken]) -> list[Finding]:
        """Return the findings of the largest set of plantings that supports itself, links of their chains included."""
        spoken = [one for one in _repeated(spoken) if not page.sites.is_code(one.view.pair)]
        units = self._units(page, _unlisted(page, spoken))
        votes = supported(unit.suspect for unit in units)
        found: dict[Pair, Spoken] = {}
        for unit in units:
            if (others := votes.get(unit.suspect)) is not None:
                found |= {link.view.pair: link for link in self._chain(page, unit, others)}
        return [_finding(page.text, one.view, Verdict.CUT, _ids(one.matchers)) for one in _shallow(found.values())]

    def _units(self, page: _Page, spoken: list[Spoken]) -> list[Unit]:
        """Join the links of chains that no voice protects; a chain needs as many accomplices as the link that needs least."""
        units: list[list[tuple[Spoken, int]]] = []
        for one in sorted(spoken, key=lambda one: one.view.pair):
            needs = self._needs(page, one)
            if needs is None:
                continue
            last = units[-1][-1][0].view if units else None
            if last and last.kind == one.view.kind and _is_gap(page.text, last.pair.end, one.view.pair.start):
                units[-1].append((one, needs))
            else:
                units.append([(one, needs)])
        return [_unit(links) for links in units]

    def _needs(self, page: _Page, one: Spoken) -> int | None:
        """Return how many accomplices convict a parenthetical; None if a keep rule never gives way."""
        held = self._held(page, one.view.pair)
        asked = [_needs_of(matcher, one.view, held) for matcher in one.matchers]
        return min((needs for needs in asked if needs is not None), default=None)

    def _chain(self, page: _Page, unit: Unit, others: int) -> Iterator[Spoken]:
        """Yield the links of a convicted planting, and those beside it that no rule speaks about."""
        decided = _decided([m for link in unit.links for m in link.matchers if m.needs_at(link.view) <= others])
        for link in unit.links:
            own = [matcher for matcher in link.matchers if matcher.needs_at(link.view) <= others]
            yield Spoken(link.view, own or decided)
        if MANNERS.get(unit.links[0].view.site) != "between marks":
            return
        for at, is_left in ((unit.links[0].view.pair.start, True), (unit.links[-1].view.pair.end, False)):
            while pair := _link(page, at, is_left=is_left):
                view = self.view(page.text, pair, page.sites)
                keeps = self._held(page, pair).values()
                is_alike = view.kind == unit.links[0].view.kind and MANNERS.get(view.site) == "between marks"
                if not is_alike or any(not keep or keep > others for keep in keeps):
                    break
                yield Spoken(view, decided)
                at = pair.start if is_left else pair.end

    def _stay(self, page: _Page, one: Spoken) -> Finding | None:
        """Return what is said of a parenthetical that stays."""
        weak = [m for m in one.matchers if m.rule.action is Verdict.FLAG or m.accomplices <= FLAGGED]
        if not weak or page.sites.is_code(one.view.pair):
            return None
        held = self._held(page, one.view.pair)
        keeps = [name for name in held if not any(matcher.outranks(name) for matcher in weak)]
        return _finding(page.text, one.view, Verdict.KEEP if keeps else Verdict.FLAG, keeps or _ids(weak))

    def _held(self, page: _Page, pair: Pair) -> dict[str, int]:
        """Return the keep rules that protect a pair, those for itself and those for all pairs inside it: accomplices by id.

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
            spoken = {matcher.rule.id: matcher.gives_way_at(view) for matcher in self._keeps if matcher.speaks(view)}
            page.held[top] = spoken | {name: number for pair in inner for name, number in page.held[pair].items()}
        return page.held.get(pair, {})


def _needs_of(matcher: Matcher, view: View, held: dict[str, int]) -> int | None:
    """Return how many accomplices a rule needs where keep rules hold that it does not outrank; None if one never gives way."""
    keeps = [number for name, number in held.items() if not matcher.outranks(name)]
    return None if 0 in keeps else max(matcher.needs_at(view), *keeps, 0)


def _narrowest(matcher: Matcher, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the lists of a rule's needs that have the fewest words: they open the prefilter's gate."""
    return min(matcher.needs, key=lambda names: sum(len(ruleset.lists[name]) for name in names))


def _repeated(spoken: list[Spoken]) -> list[Spoken]:
    """Leave out the rules whose own text does not stand in the text as often as they ask."""
    asked = Counter((m.rule.id, one.view.own) for one in spoken for m in one.matchers if m.rule.repeats)
    if not asked:
        return spoken
    left = (Spoken(o.view, [m for m in o.matchers if asked[m.rule.id, o.view.own] >= m.rule.repeats]) for o in spoken)
    return [one for one in left if one.matchers]


def _unlisted(page: _Page, spoken: list[Spoken]) -> list[Spoken]:
    """Leave out the brackets that are a list's own form: they are nobody's accomplices. Alone, one needs no look."""
    if len(spoken) < FLAGGED:
        return spoken
    forms = list_forms(page.text, pairs(page.text))
    return [one for one in spoken if not _is_listed(one, forms.get(one.view.pair, frozenset()))]


def _is_listed(one: Spoken, forms: frozenset[Form]) -> bool:
    """Tell whether a bracket is a list's own form: no single planting is, and no query in a row is a member of it."""
    needs = min(matcher.needs_at(one.view) for matcher in one.matchers)
    is_query = needs <= 1
    return needs > 0 and bool(forms - ({Form.ROW, Form.COUNTED_ROW} if is_query else {Form.ROW}))


def _is_gap(text: str, start: int, end: int) -> bool:
    """Tell whether nothing but one separator and blanks stands between two places."""
    found = _GAP_RE.match(text, start)
    return found is not None and start <= end <= found.end()


def _unit(links: Sequence[tuple[Spoken, int]]) -> Unit:
    first = links[0][0].view
    weakest = min(links, key=lambda link: link[1])
    manner, own = MANNERS.get(first.site, first.site.value), weakest[0].view.own
    # At words, what begins or ends alike is the hand of an author who glosses one thing after another.
    keys = (own,) if manner == "between marks" else (own[:ALIKE], own[-ALIKE:])
    return Unit(tuple(link for link, _ in links), Suspect(first.pair.start, (first.kind, manner), keys, weakest[1]))


def _decided(matchers: Iterable[Matcher]) -> list[Matcher]:
    return list(dict.fromkeys(matchers))


def _link(page: _Page, at: int, *, is_left: bool) -> Pair | None:
    """Return the pair that only one separator and blanks part from a place."""
    text = page.text
    if is_left:
        edge = back_over_blanks(text, at)
        edge = back_over_blanks(text, edge - 1) if edge and text[edge - 1] in SEPARATORS else edge
        return page.sites.ending_at(edge)
    edge = on_over_blanks(text, at)
    edge = on_over_blanks(text, edge + 1) if edge < len(text) and text[edge] in SEPARATORS else edge
    return page.sites.starting_at(edge)


def _shallow(spoken: Iterable[Spoken]) -> Iterator[Spoken]:
    """Yield those that lie in fewer than NESTED others. The text of each of thousands in each other would fill the memory."""
    ends: list[int] = []
    for one in sorted(spoken, key=lambda one: one.view.pair):
        while ends and ends[-1] <= one.view.pair.start:
            ends.pop()
        if len(ends) < NESTED:
            ends.append(one.view.pair.end)
            yield one


def _ids(matchers: Iterable[Matcher]) -> list[str]:
    return [matcher.rule.id for matcher in matchers]


def _finding(text: str, view: View, verdict: Verdict, rules: Iterable[str]) -> Finding:
    start, end, _ = view.pair
    return Finding(start, end, text[start:end], view.site, verdict, tuple(dict.fromkeys(rules)))
