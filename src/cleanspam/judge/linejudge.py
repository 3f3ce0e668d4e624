"""Judging lines: finds the lines, parts of lines and planted readings that rules cut, flag or keep."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, reduce
from itertools import accumulate, islice
from operator import or_

from cleanspam.judge.accomplices import Suspect, supported
from cleanspam.judge.authorship import Authorship
from cleanspam.judge.criteria import Criteria, sites_among
from cleanspam.judge.linewords import LineCandidate, LineWords, Sheet, cut_words, flag_words
from cleanspam.judge.matcher import Match, Matchers, RuleSets
from cleanspam.judge.plan import LinePlan
from cleanspam.judge.relook import Moved
from cleanspam.judge.surroundings import Surroundings
from cleanspam.judge.tables import FlagTable, Tables
from cleanspam.judge.view import HiddenView, JoinedView, LineView, NoiseView, ReadingView
from cleanspam.judge.wordscan import NOISE, Hit, ScannedWords
from cleanspam.model import Cut, Finding, Site, Span, Verdict
from cleanspam.text.brackets import Pair, Sites, back_over_blanks
from cleanspam.text.cut import Original, apply
from cleanspam.text.hidden import hidden_names
from cleanspam.text.linemarks import STOPS
from cleanspam.text.lines import LONGEST, Line, from_foot, from_head, joined_parts, lines_at, links_from, opening_of
from cleanspam.text.noise import noises
from cleanspam.text.readings import planted_readings
from cleanspam.text.sentences import PARTS

# The most sentences with words of rules that are judged in a line: a paragraph may have a thousand.
_SENTENCES = 9
_ROW = 40  # lines of a row with planted ones at an end of a text
_ROWS = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT, Site.LINKS})


class LineJudge:
    """The rules about lines and readings, ready to judge texts."""

    def __init__(
        self, matchers: Matchers, sets: RuleSets, criteria: Criteria, plan: LinePlan, tables: Tables | None = None
    ) -> None:
        self._criteria, self._sets, self._tables = criteria, sets, tables
        self._surroundings = Surroundings(matchers, plan.only_here, sets, criteria.lists)
        self._matchers, self._plan = matchers, plan
        self._keeps, self._readings, self._beside = plan.keeps, plan.readings, plan.beside
        self.table = (
            tables.words
            if tables
            else cut_words(
                matchers.of(plan.cuts), criteria.lists, with_toned=bool(plan.readings), hidden=[*matchers.of(plan.hidden)]
            )
        )
        self._rules_at = dict(zip(Site, plan.rules_at, strict=True))
        self._sites_of = sites_among(self._rules_at)
        self.words = LineWords(self.table, tables.scan if tables else self.table.scan(), self._sites_of, hidden=plan.hidden)
        self._cuts_at = dict(zip(Site, plan.cuts_at, strict=True))
        self._cuts_in_parts = reduce(or_, map(self._cuts_at.__getitem__, PARTS))
        self._authorship = Authorship(self.words, matchers, plan, criteria.lists, self._cuts_alone)

    def flag_table(self) -> FlagTable:
        """Return the words of cut and flag rules."""
        return flag_words(self._matchers.of(self._plan.flagging), self._criteria.lists)

    @cached_property
    def _flag_words(self) -> LineWords:
        """The words of cut and flag rules. A filter reports no flags, so it never builds them."""
        table, latin = self._tables.flags() if self._tables else self.flag_table()
        return LineWords(table, table.scan(), self._sites_of, latin=latin)

    def cuts(self, text: str, hits: Sequence[Hit], sites: Sites, gone: Sequence[Span] = ()) -> list[Finding]:
        """Return the cuts, ordered by start; `hits` are the words of the table in the text, `gone` the brackets that are cut.

        What would only cut such a bracket again may be missing.
        """
        return self._cuts_in(Sheet(text, sites), hits, gone)

    def _cuts_in(self, sheet: Sheet, hits: Sequence[Hit], gone: Sequence[Span]) -> list[Finding]:
        scanned = self.words.select(sheet, hits)
        readings = [*self._read(sheet)] if scanned.letters else []
        if readings:
            return sorted([*readings, *self._between(sheet.text, readings)])
        lines = self._convicted(sheet, scanned, gone) if scanned.words else []
        if not scanned.hidden and not scanned.noise:
            return lines
        return _outer([*lines, *self._hidden(sheet, scanned.hidden), *self._noise(sheet, scanned.noise)])

    def _between(self, text: str, readings: list[Finding]) -> Iterator[Finding]:
        """Yield the lines that rules cut once the readings are taken out: 網(wǎng)站 hides a word."""
        gaps = [Cut(*reading[:3]) for reading in readings]
        bare = apply(text, gaps)
        original = Original(gaps)
        for finding in self._convicted(Sheet(bare, Sites(bare)), self.words.scan.find(bare)):
            yield _told_in(text, finding, original)

    def judged(self, text: str, hits: Sequence[Hit], sites: Sites, gone: Sequence[Span]) -> list[Finding]:
        """Return the cuts, and the flags of lines that are not cut; `hits` are the words of the table in the text.

        `gone` are the brackets that are cut, in order. No line that holds one is flagged. Readings that are cut are taken out
        first: 網(wǎng)站 hides a word.
        """
        sheet = Sheet(text, sites)
        cuts = self._cuts_in(sheet, hits, gone) if hits else []
        gaps = [Cut(*cut[:3]) for cut in cuts if cut.site is Site.READING]
        planted = [Span(*cut[:2]) for cut in cuts if cut.site is not Site.READING]
        stays = self._stays_between(text, gaps, gone, planted) if gaps else self._stays(sheet, gone, planted)
        starts = [at for at, number in hits if number == NOISE]
        noise = self._noisy(sheet, starts, self._plan.noise)
        stays += [self._sets.finding(match.view, Verdict.FLAG, match.rules) for match in noise]
        return sorted([*cuts, *_untouched(stays, [cut for cut in cuts if cut.site is not Site.READING])])

    def _stays(self, sheet: Sheet, gone: Sequence[Span], planted: Sequence[Span]) -> list[Finding]:
        """Return the flags of lines; `gone` are the brackets that are cut, `planted` the other cuts.

        Words in cuts ask nothing: rules flag what is left.
        """
        words, spans, starts = self._flag_words, _Spans([*gone, *planted]), [span.start for span in gone]
        left = [hit for hit in words.hits(sheet.text) if not spans.hold(hit[0])]
        candidates = words.candidates(sheet, words.select(sheet, left))
        return [finding for candidate in candidates if (finding := self._stay(sheet, candidate, starts))]

    def _stays_between(self, text: str, gaps: list[Cut], gone: Sequence[Span], planted: Sequence[Span]) -> list[Finding]:
        """Return the same of a text whose readings are taken out, at their places in it."""
        bare, moved, original = apply(text, gaps), Moved(gaps), Original(gaps)
        stays = self._stays(Sheet(bare, Sites(bare)), [*map(moved.span, gone)], [*map(moved.span, planted)])
        return [_told_in(text, finding, original) for finding in stays]

    def views(self, text: str) -> Iterator[LineView]:
        """Yield the whole lines with a word of a rule about lines."""
        for line in lines_at(text, self._flag_words.scan.find(text).words):
            if line.end - line.start <= LONGEST:
                yield LineView(text, line, self._criteria)

    def _convicted(self, sheet: Sheet, scanned: ScannedWords, gone: Sequence[Span] = ()) -> list[Finding]:
        """Return the lines and parts of lines that rules cut."""
        found = self._found(sheet, [*self.words.candidates(sheet, scanned)], {*gone})
        matches = self._sets.repeated(self._confirmed(sheet, found))
        suspects = {match.view.pair: self._suspect(match) for match in matches}
        votes = supported(suspects.values())
        convicted = (match for match in matches if suspects[match.view.pair] in votes)
        findings = _outer(self._sets.finding(match.view, Verdict.CUT, match.rules) for match in convicted)
        return sorted({*findings, *self._companions(sheet, findings)}) if self._beside else findings

    def _found(self, sheet: Sheet, candidates: Sequence[LineCandidate], gone: Set[Span]) -> list[tuple[LineCandidate, Match]]:
        """Return the matches of lines and of parts of lines, each with its line.

        About lines that end in brackets that are cut, and have all their words there, rules could only tell that once more: a
        third of the time of a novel. They are asked where other lines match, whose accomplices they may be, and near both ends
        of a text, where they take rows along.
        """
        starts = {span.end: span.start for span in gone}
        cut = [candidate for candidate in candidates if self._is_cut(candidate, starts)] if gone else []
        cut_lines = {candidate.line.start for candidate in cut}
        found = self._matched(sheet, (candidate for candidate in candidates if candidate.line.start not in cut_lines))
        if cut and all(match.view.pair[:2] in gone for _, match in found):
            amid = _amid(sheet.text)
            cut = [candidate for candidate in cut if not amid.start < candidate.line.start < amid.end]
        return sorted([*found, *self._matched(sheet, cut)], key=_line_start) if cut else found

    def _matched(self, sheet: Sheet, candidates: Iterable[LineCandidate]) -> list[tuple[LineCandidate, Match]]:
        return [(candidate, match) for candidate in candidates for match in self._matches(sheet, candidate)]

    def _is_cut(self, candidate: LineCandidate, starts: Mapping[int, int]) -> bool:
        """Tell whether brackets that are cut end a line and hold all its words; `starts` are theirs, by their ends."""
        line, at = candidate.line, candidate.line.end
        while at in starts:
            at = back_over_blanks(candidate.text, starts[at])
        is_set_off = at <= line.start or (at < line.end and candidate.text[at - 1] in STOPS and candidate.words[0] >= at)
        return is_set_off and not candidate.rules & self._plan.alongs

    def _confirmed(self, sheet: Sheet, found: Sequence[tuple[LineCandidate, Match]]) -> list[Match]:
        """Return the matches that the lines around do not refute.

        Where they refute a rule, its line is judged without it: the words of the rule may have joined an author's sentence to a
        note, and the other rules match the note alone.
        """
        confirmed = self._surroundings.confirmed(sheet.text, [match for _, match in found])
        left = {match.view.pair: match.rules for match in confirmed}
        refuted = {candidate.line.start: candidate for candidate, match in found if left.get(match.view.pair) != match.rules}
        if not refuted:
            return confirmed
        whole = [match for _, match in found if left.get(match.view.pair) == match.rules]
        again = (match for candidate in refuted.values() for match in self._matches(sheet, candidate, ~self._plan.only_here))
        return sorted([*whole, *again], key=lambda match: match.view.pair)

    def _companions(self, sheet: Sheet, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Yield the lines in a row with lines that are cut, where the row begins or ends the text.

        Sites set their furniture around a page in blocks: 上一章 目录 下一章 beside a note goes with the note.
        """
        planted = [finding for finding in findings if finding.site in _ROWS]
        for spans in (from_head(sheet.text), from_foot(sheet.text)) if planted else ():
            weak, is_row = list[Finding](), False
            for span in islice(spans, _ROW):
                if any(finding.start <= span.start < finding.end for finding in planted):
                    is_row = True
                elif finding := self._beside_planted(sheet, span):
                    weak.append(finding)
                else:
                    break
            yield from weak if is_row else ()

    def _beside_planted(self, sheet: Sheet, span: Span) -> Finding | None:
        """Return the cut of a line in a row with planted ones; None if no rule cuts it there."""
        if span.end - span.start > LONGEST:
            return None
        view = LineView(sheet.text, Line(*span, Site.BESIDE), self._criteria)
        rules = view.meets(self._beside)
        is_cut = rules and not view.meets(self._keeps) and not sheet.sites.is_code(view.pair)
        return self._sets.finding(view, Verdict.CUT, rules) if is_cut else None

    def _suspect(self, match: Match) -> Suspect:
        return Suspect(match.view.pair.start, "line", (match.view.own,), self._sets.least(match.rules))

    def _matches(self, sheet: Sheet, candidate: LineCandidate, among: int = -1) -> list[Match]:
        """Return the match of a whole line, else of its shortest note, else the matches of its parts; `among` are rules."""
        candidate = candidate if among == -1 else candidate._replace(rules=candidate.rules & among)
        sites = self._sites_of(candidate.rules)
        whole = next((match for unit in _wholes(candidate, sites) if (match := self._match(candidate, unit))), None)
        matches = [whole] if whole else [*self._part_matches(candidate, sites), *self._joined_matches(candidate, sites)]
        is_kept = matches and (sheet.is_code(candidate.line) or (not whole and self._keeps_whole(candidate)))
        return [] if is_kept else matches

    def _keeps_whole(self, candidate: LineCandidate) -> bool:
        """Tell whether a keep rule holds of the whole line: it keeps its parts as well."""
        line = candidate.line
        is_seen = self._keeps and line.end - line.start <= LONGEST
        return bool(is_seen and LineView(candidate.text, line, self._criteria).meets(self._keeps))

    def _part_matches(self, candidate: LineCandidate, sites: frozenset[Site]) -> Iterator[Match]:
        """Yield the matches among the sentences and clauses of a line around words of rules about such parts.

        The search ends after some sentences without a match, however many words they have. Words in matches do not count, as
        if they were already cut: else a line with thousands of plantings would take a pass for every few of them.
        """
        asked, left, covered = set[Line](), _SENTENCES, 0
        rules, line = candidate.rules & self._cuts_in_parts, candidate.line
        for at in self.words.places(candidate.scanned, line.start, line.end, rules) if rules else ():
            parts = [part for part in candidate.sentences.parts_at(at, sites) if part not in asked]
            asked.update(parts)
            matches = [match for part in parts if (match := self._match(candidate, part))]
            yield from matches
            covered = max([covered, *(match.view.pair.end for match in matches)])
            left -= bool(parts) and covered <= at
            if not left:
                return

    def _joined_matches(self, candidate: LineCandidate, sites: frozenset[Site]) -> Iterator[Match]:
        """Yield the matches among the parts of a title that marks join."""
        is_title = candidate.line.site is Site.HEAD and Site.JOINED in sites
        for part in joined_parts(candidate.text, candidate.line) if is_title else ():
            rules = self.words.within(candidate.scanned, part.start, part.end)[1] & self._cuts_at[part.site] & candidate.rules
            view = JoinedView(candidate.text, part, self._criteria) if rules else None
            if view and (met := view.meets(rules)) and not view.meets(self._keeps):
                yield Match(view, met)

    def _match(self, candidate: LineCandidate, unit: Line) -> Match | None:
        """Return the match of a unit of a line; None if no cut rule, or also a keep rule, matches.

        Each sentence of the unit must have a word of its rules: a line is cut only if all of it is planted.
        """
        words, rules = self.words.within(candidate.scanned, unit.start, unit.end)
        rules &= self._cuts_at[unit.site] & candidate.rules
        if not rules:
            return None
        told = self._authorship.told_of(candidate, unit)
        if not (told[0] if 0 in told else told.setdefault(0, self._authorship.is_planted(candidate.sentences, unit, words))):
            return None
        view = LineView(candidate.text, unit, self._criteria)
        met = view.meets(rules)
        if not met or not (told[met] if met in told else told.setdefault(met, self._authorship.is_told(candidate, unit, met))):
            return None
        if view.meets(self._keeps):
            return None
        grown = self._authorship.grown(candidate, unit, met)
        return Match(view if grown == unit else LineView(candidate.text, grown, self._criteria), met)

    def _cuts_alone(self, text: str, site: Site) -> bool:
        """Tell whether a rule would cut a line at this site that has only this text."""
        sheet = Sheet(text, Sites(text))
        lines = self.words.candidates(sheet, self.words.select(sheet, self.words.scan.hits(text)))
        return any(self._match(candidate, candidate.line._replace(site=site)) for candidate in lines)

    def _read(self, sheet: Sheet) -> Iterator[Finding]:
        """Yield the planted readings that rules cut."""
        readings = planted_readings(sheet.text)
        for reading in readings:
            view = ReadingView(sheet.text, Pair(reading.start, reading.end, ()), self._criteria)
            rules = view.meets(self._readings)
            if rules and not sheet.sites.is_code(view.pair) and not self._is_kept(view, len(readings) - 1):
                yield self._sets.finding(view, Verdict.CUT, rules)

    def _is_kept(self, view: ReadingView, others: int) -> bool:
        """Tell whether a keep rule holds beside so many other readings."""
        keeps = self._sets.named(view.meets(self._keeps))
        return any(not number or number > others for number in (keep.gives_way_at(view) for keep in keeps))

    def _hidden(self, sheet: Sheet, places: Sequence[int]) -> Iterator[Finding]:
        """Yield the hidden names near the places that rules cut."""
        for names in hidden_names(sheet.text, places):
            for view in (HiddenView(sheet.text, name, self._criteria) for name in names):
                rules = view.meets(self._plan.hidden)
                if rules and not sheet.sites.is_code(view.pair):
                    yield self._sets.finding(view, Verdict.CUT, rules)
                    break

    def _noisy(self, sheet: Sheet, starts: Sequence[int], among: int) -> list[Match]:
        """Return the noise in the runs with these starts that rules of a set match and no rule keeps."""
        views = [NoiseView(sheet.text, noise, self._criteria) for noise in noises(sheet.text, starts)]
        met = (Match(view, view.meets(among)) for view in views)
        return [one for one in met if one.rules and not one.view.meets(self._keeps) and not sheet.sites.is_code(one.view.pair)]

    def _noise(self, sheet: Sheet, starts: Sequence[int]) -> list[Finding]:
        """Return the noise that rules cut."""
        suspects = {self._suspect(match): match for match in self._noisy(sheet, starts, self._plan.cutting)}
        convicted = map(suspects.__getitem__, supported(suspects))
        return [self._sets.finding(match.view, Verdict.CUT, match.rules) for match in convicted]

    def _stay(self, sheet: Sheet, candidate: LineCandidate, gone: Sequence[int]) -> Finding | None:
        """Return the flag of a line that stays, or of a part of it; None if no rule matches.

        The first unit that a rule matches decides. If it holds a bracket that is cut, nothing is flagged. Such units are asked
        last: in most lines with a planting no other unit has a match.
        """
        latin = self._flag_words.in_latin(candidate)
        holding = list[Line]()
        for unit in _units(candidate, self._sites_of(candidate.rules | latin)):
            if bisect_left(gone, unit.start) < bisect_left(gone, unit.end):
                holding.append(unit)
            elif finding := self._flag(candidate, unit, latin):
                is_gone = any(self._flag(candidate, other, latin) for other in holding) or sheet.is_code(candidate.line)
                return None if is_gone else finding
        return None

    def _flag(self, candidate: LineCandidate, unit: Line, latin: int) -> Finding | None:
        """Return the flag of a unit, or what keeps it; None if no rule matches."""
        rules = (self._flag_words.within(candidate.scanned, unit.start, unit.end)[1] | latin) & self._rules_at[unit.site]
        if not rules or not self._criteria.own(candidate.text[unit.start : unit.end]).meets(rules):
            return None  # a line's view takes four times as long, and of ten such units one meets a rule
        view = LineView(candidate.text, unit, self._criteria)
        met = view.meets(rules)
        if not met or not (told := self._surroundings.confirm(candidate.text, Match(view, met), [Span(unit.start, unit.end)])):
            return None
        keeps = view.meets(self._keeps)
        return self._sets.finding(view, Verdict.KEEP if keeps else Verdict.FLAG, keeps or told)


def _units(candidate: LineCandidate, sites: frozenset[Site]) -> Iterator[Line]:
    """Yield the units of a line that rules at these sites may match, each once: wholes, then parts."""
    yield from _wholes(candidate, sites)
    parts = (part for at in candidate.words[:_SENTENCES] for part in candidate.sentences.parts_at(at, sites))
    yield from dict.fromkeys(parts)


def _wholes(candidate: LineCandidate, sites: frozenset[Site]) -> Iterator[Line]:
    """Yield the wholes that rules at these sites may match: links below the line, the line, its opening, its last sentences."""
    line = candidate.line
    if Site.LINKS in sites and (links := links_from(candidate.text, line)):
        yield links
    if line.site in sites and line.end - line.start <= LONGEST:
        yield line
    if Site.OPENING in sites and (opening := opening_of(candidate.text, line)):
        yield opening
    if Site.STUB in sites and (stub := candidate.sentences.stub()):
        yield stub
    if Site.NOTE in sites:
        yield from candidate.sentences.notes()


def _line_start(found: tuple[LineCandidate, Match]) -> int:
    return found[0].line.start


def _amid(text: str) -> Span:
    """Return the stretch between the rows of lines at both ends of a text. A short text has none."""
    if text.count("\n") <= 2 * _ROW:
        return Span(0, 0)
    *_, head = islice(from_head(text), _ROW)
    *_, foot = islice(from_foot(text), _ROW)
    return Span(head.end, foot.start)


def _told_in(text: str, finding: Finding, original: Original) -> Finding:
    """Return a finding of a text without its readings as one of the text itself."""
    start, end = original.span(finding.start, finding.end)
    return finding._replace(start=start, end=end, text=text[start:end])


def _outer(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out findings that lie in others: a line in a list of links, a clause in a sentence."""
    outer: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, -finding.end)):
        if not outer or finding.start >= outer[-1].end:
            outer.append(finding)
    return outer


class _Spans:
    """Spans that may overlap."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts, self._ends = [span.start for span in ordered], [*accumulate((span.end for span in ordered), max)]

    def hold(self, at: int) -> bool:
        """Tell whether a place is in one of the spans."""
        before = bisect_right(self._starts, at)
        return before > 0 and at < self._ends[before - 1]


def _untouched(findings: Iterable[Finding], cuts: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings that overlap no cut; `cuts` are ordered by start."""
    starts = [cut.start for cut in cuts]
    ends = list(accumulate((cut.end for cut in cuts), max))
    for finding in findings:
        before = bisect_left(starts, finding.end)
        if not before or ends[before - 1] <= finding.start:
            yield finding
