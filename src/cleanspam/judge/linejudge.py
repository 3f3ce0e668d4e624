"""Judges whole lines, parts of lines, and planted readings."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from cleanspam.judge.accomplices import Suspect, supported
from cleanspam.judge.matcher import Matcher, bits_of
from cleanspam.judge.tables import Tables, WordTable
from cleanspam.judge.view import Criteria, LineView, ReadingView, View
from cleanspam.judge.wordscan import Hit, ScannedWords, WordScan
from cleanspam.model import LINE_SITES, Cut, Finding, Site, Verdict
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.brackets import Pair, Sites
from cleanspam.text.cut import Original, apply
from cleanspam.text.lines import (
    LONGEST,
    Line,
    is_closed,
    is_noted,
    lines_at,
    links_from,
    may_head_links,
    notes_in,
    parts_at,
    sentences_of,
)
from cleanspam.text.readings import may_have_readings, planted_readings

_PARTS = (Site.AMID, Site.PHRASE)
_WHOLE = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT})  # which of them a line is depends on the lines around
# Sentences of a line with words of rules that are looked at: a paragraph of a thousand would take a look at each.
_SENTENCES = 9


class _Spoken(NamedTuple):
    view: View
    matchers: Sequence[Matcher]


class LineJudge:
    """The rules about lines and readings, ready to judge texts."""

    def __init__(self, matchers: Sequence[Matcher], ruleset: Ruleset, criteria: Criteria, tables: Tables | None = None) -> None:
        self._criteria = criteria
        about = [matcher for matcher in matchers if matcher.sites & LINE_SITES]
        self._keeps = [m for m in matchers if m.rule.action is Verdict.KEEP and (m.sites & LINE_SITES or m.is_for_texts)]
        self._cuts = [matcher for matcher in about if matcher.rule.action is Verdict.CUT]
        self._speakers = [matcher for matcher in about if matcher.rule.action is not Verdict.KEEP]
        self._links = any(Site.LINKS in matcher.sites for matcher in about)
        self._readings = [m for m in matchers if Site.READING in m.sites and m.rule.action is not Verdict.KEEP]
        self.words = tables.words if tables else _word_table(self._cuts, ruleset, with_toned=bool(self._readings))
        self.scan, self._rules_by_word = tables.scan if tables else WordScan.restored(self.words.words), self.words.rules
        self._ruleset = ruleset
        self._kept_by = bits_of(self._keeps)
        self._rules_at = {site: bits_of(matcher for matcher in self._cuts if site in matcher.sites) for site in Site}
        self._rules_at_whole = bits_of(matcher for matcher in self._cuts if not _WHOLE.isdisjoint(matcher.sites))
        self._sites_of: dict[int, frozenset[Site]] = {}  # by a set of rules

    @cached_property
    def _flag_scan(self) -> WordScan:
        """The scan for the words of flag rules, too. A filter asks for no flags, and does not build it."""
        return WordScan.restored(_word_table(self._speakers, self._ruleset, with_toned=False).words)

    def cuts(self, text: str, hits: Sequence[Hit]) -> list[Finding]:
        """Return the findings that cut, in order of their start; `hits` is what the scan finds in the text."""
        found = self.scan.sorted_out(hits)
        sites = Sites(text) if found.words or found.letters else None
        if not sites:
            return []
        readings = [*self._read(text, sites)] if found.letters else []
        if readings:
            return sorted([*readings, *self._between(text, readings)])
        return self._convicted(text, sites, found) if found.words else []

    def _between(self, text: str, readings: list[Finding]) -> Iterator[Finding]:
        """Yield the lines that rules cut once their readings are gone: 網(wǎng)站 hides a word."""
        gaps = [Cut(*reading[:3]) for reading in readings]
        bare = apply(text, gaps)
        original = Original(gaps)
        for found in self._convicted(bare, Sites(bare), self.scan.find(bare)):
            start, end = original.span(found.start, found.end)
            yield found._replace(start=start, end=end, text=text[start:end])

    def judged(self, text: str) -> list[Finding]:
        """Return the cuts, and the flags of lines that are not cut."""
        cuts = self.cuts(text, self.scan.hits(text))
        sites = Sites(text)
        found = self._flag_scan.find(text)
        lines = lines_at(text, found.words)
        stays = [self._stay(text, sites, line, found.within(line.start, line.end).words) for line in lines]
        return sorted([*cuts, *_untouched((one for one in stays if one), cuts)])

    def may_cut_in(self, text: str) -> bool:
        """Tell whether some lines may have a cut, wherever they stand in their text. A no is certain."""
        found = self.scan.find(text)
        if found.letters and self._readings and may_have_readings(text):
            return True
        return any(self._may_cut(text, line, found) for line in lines_at(text, found.words))

    def _may_cut(self, text: str, line: Line, found: ScannedWords) -> bool:
        inside = found.within(line.start, line.end)
        sites = self._sites(inside)
        if Site.LINKS in sites and may_head_links(line):
            return True  # the links may stand in the lines below, which are not looked at
        sites |= _WHOLE
        return any(self._speaking(text, unit, found, is_anywhere=True) for unit in self._units(text, line, inside.words, sites))

    def views(self, text: str) -> Iterator[LineView]:
        """Yield the whole lines with a word of a rule about lines."""
        for line in lines_at(text, self._flag_scan.find(text).words):
            if line.end - line.start <= LONGEST:
                yield self._view(text, line)

    def _view(self, text: str, line: Line) -> LineView:
        return LineView(text, line, self._criteria)

    def _sites(self, found: ScannedWords) -> frozenset[Site]:
        """Return the sites of the rules whose words were found."""
        rules = self._rules(found)
        known = self._sites_of.get(rules)
        if known is None:
            known = self._sites_of[rules] = frozenset(site for site, there in self._rules_at.items() if rules & there)
        return known

    def _rules(self, found: ScannedWords) -> int:
        """Return the rules whose words were found."""
        rules = 0
        for number in found.numbers:
            rules |= self._rules_by_word[number]
        return rules

    def _units(self, text: str, line: Line, places: Sequence[int], sites: frozenset[Site] = LINE_SITES) -> Iterator[Line]:
        """Yield what of a line a rule at these sites may be about: the links that it heads, all of it, its last sentences, its
        parts around the places, which are in the line.
        """
        if Site.LINKS in sites and (links := links_from(text, line)):
            yield links
        if line.site in sites and line.end - line.start <= LONGEST:
            yield line
        if Site.NOTE in sites:
            yield from notes_in(text, line)
        if not sites.isdisjoint(_PARTS):
            yield from dict.fromkeys(part for at in places[:_SENTENCES] for part in parts_at(text, line, at))

    def _convicted(self, text: str, sites: Sites, found: ScannedWords) -> list[Finding]:
        """Return the lines and parts of lines that rules cut."""
        spoken = [one for line in lines_at(text, found.words) for one in self._spoken(text, sites, line, found)]
        spoken = _repeated(spoken)
        suspects = {
            one.view.pair: Suspect(one.view.pair.start, "line", (one.view.own,), min(m.accomplices for m in one.matchers))
            for one in spoken
        }
        left = supported(suspects.values())
        return _outer(_finding(text, one.view, Verdict.CUT, one.matchers) for one in spoken if suspects[one.view.pair] in left)

    def _spoken(self, text: str, sites: Sites, line: Line, found: ScannedWords) -> list[_Spoken]:
        """Return the match of a line; if no rule matches the line, those of its shortest note or of its parts."""
        inside = found.within(line.start, line.end)
        sites_of_rules = self._sites(inside)
        units = self._units(text, line, (), sites_of_rules)
        whole = next((one for unit in units if (one := self._speaking(text, unit, found))), None)
        spoken = [whole] if whole else []
        if not spoken and not sites_of_rules.isdisjoint(_PARTS):
            spoken = list(self._parts(text, line, inside))
        # Where the code of a text is takes a look at all of it.
        return [] if not spoken or sites.is_code(Pair(line.start, line.end, ())) else spoken

    def _parts(self, text: str, line: Line, found: ScannedWords) -> Iterator[_Spoken]:
        """Yield what rules speak against of the sentences and clauses of a line.

        It gives up behind some places that have nothing. What is planted does not count, as if it were cut before: else a
        line of thousands would take a pass for every few.
        """
        asked, left, covered = set[Line](), _SENTENCES, 0
        for at in found.words:
            parts = [part for part in parts_at(text, line, at) if part not in asked]
            asked.update(parts)
            spoken = [one for part in parts if (one := self._speaking(text, part, found))]
            yield from spoken
            covered = max([covered, *(one.view.pair.end for one in spoken)])
            left -= covered <= at
            if not left:
                return

    def _speaking(self, text: str, unit: Line, found: ScannedWords, *, is_anywhere: bool = False) -> _Spoken | None:
        """Return the rules that speak against a unit where it stands, or wherever it may stand; None if a keep rule does there.

        Each of its sentences must have a word that rules ask for: a line is cut only if all of it is planted.
        """
        inside = found.within(unit.start, unit.end)
        there = self._rules_at_whole if is_anywhere and unit.site in _WHOLE else self._rules_at[unit.site]
        rules = self._rules(inside) & there
        if not rules or not self._is_planted(text, unit, inside.words):
            return None
        view = self._view(text, unit)
        met = view.meets_somewhere(rules) if is_anywhere else view.meets(rules)
        if not met or (not is_anywhere and view.meets(self._kept_by)):
            return None
        return _Spoken(view, [matcher for matcher in self._cuts if matcher.bit & met])

    def _is_planted(self, text: str, one: Line, places: Sequence[int]) -> bool:
        """Tell whether all sentences of a unit may be planted."""
        if one.site is Site.LINKS:
            return bool(self._links)
        noted = all(is_noted(text, span, places) for span in sentences_of(text, one))
        return noted and (one.site not in _PARTS or is_closed(text, one))

    def _read(self, text: str, sites: Sites) -> Iterator[Finding]:
        """Yield the planted readings that rules cut."""
        for reading in planted_readings(text):
            view = ReadingView(text, Pair(reading.start, reading.end, ()), self._criteria)
            matchers = [matcher for matcher in self._readings if matcher.speaks(view)]
            if matchers and not sites.is_code(view.pair) and not view.meets(self._kept_by):
                yield _finding(text, view, Verdict.CUT, matchers)

    def _stay(self, text: str, sites: Sites, line: Line, places: Sequence[int]) -> Finding | None:
        """Return the flag of a line that stays, or of a part of it; None if no rule matches."""
        if sites.is_code(Pair(line.start, line.end, ())):
            return None
        for one in self._units(text, line, places):
            view = self._view(text, one)
            matchers = [matcher for matcher in self._speakers if matcher.speaks(view)]
            if matchers:
                keeps = [matcher for matcher in self._keeps if matcher.speaks(view)]
                return _finding(text, view, Verdict.KEEP if keeps else Verdict.FLAG, keeps or matchers)
        return None


def _word_table(matchers: Sequence[Matcher], ruleset: Ruleset, *, with_toned: bool) -> WordTable:
    """Return the words of rules, and for each, by its number, the rules that have it."""
    rules: dict[str, list[Matcher]] = {}
    for matcher in matchers:
        for word in {word for name in _narrowest(matcher, ruleset) for word in ruleset.lists[name]}:
            rules.setdefault(word, []).append(matcher)
    scan = WordScan(rules, with_toned=with_toned)
    return WordTable(scan.keyed, tuple(bits_of(rules.get(word, ())) for word in scan.words))


def _narrowest(matcher: Matcher, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the set of lists that a rule needs and that has the fewest words."""
    return min(matcher.needs, key=lambda names: sum(len(ruleset.lists[name]) for name in names), default=())


def _repeated(spoken: list[_Spoken]) -> list[_Spoken]:
    """Leave out the rules whose own text does not stand in the text as often as they ask."""
    asked = Counter((m.rule.id, one.view.own) for one in spoken for m in one.matchers if m.rule.repeats)
    if not asked:
        return spoken
    left = (_Spoken(o.view, [m for m in o.matchers if asked[m.rule.id, o.view.own] >= m.rule.repeats]) for o in spoken)
    return [one for one in left if one.matchers]


def _outer(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out findings inside others: lines in a list of links, clauses in a sentence."""
    left: list[Finding] = []
    for one in sorted(findings, key=lambda one: (one.start, -one.end)):
        if not left or one.start >= left[-1].end:
            left.append(one)
    return left


def _untouched(findings: Iterable[Finding], cuts: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings that overlap no cut; `cuts` are ordered by start."""
    starts = [cut.start for cut in cuts]
    ends = list(accumulate((cut.end for cut in cuts), max))
    for one in findings:
        before = bisect_left(starts, one.end)
        if not before or ends[before - 1] <= one.start:
            yield one


def _finding(text: str, view: View, verdict: Verdict, matchers: Sequence[Matcher]) -> Finding:
    start, end, _ = view.pair
    names = dict.fromkeys(matcher.rule.id for matcher in matchers)
    return Finding(start, end, text[start:end], view.site, verdict, tuple(names))
