"""Judging lines: finds the lines, parts of lines and planted readings that rules cut, flag or keep."""

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import accumulate, islice
from operator import or_

from cleanspam.judge.accomplices import Suspect, supported
from cleanspam.judge.criteria import Criteria
from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.linewords import LineCandidate, LineWords, Sheet, latin_words, word_table
from cleanspam.judge.matcher import Match, Matchers, RuleSets
from cleanspam.judge.plan import LinePlan
from cleanspam.judge.surroundings import Surroundings
from cleanspam.judge.tables import FlagTable, Tables
from cleanspam.judge.view import HiddenView, JoinedView, LineView, ReadingView
from cleanspam.judge.wordscan import Hit, ScannedWords
from cleanspam.model import Cut, Finding, Site, Span, Verdict
from cleanspam.text.brackets import Pair, Sites
from cleanspam.text.cut import Original, apply
from cleanspam.text.fold import fold, is_han
from cleanspam.text.hidden import hidden_names
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.lines import LONGEST, Line, from_foot, from_head, joined_parts, lines_at, links_from
from cleanspam.text.pairing import BRACKET_KINDS
from cleanspam.text.readings import planted_readings
from cleanspam.text.sentences import FIRST_REMARK_RE, PARTS, Sentences

# The most sentences with words of rules that are judged in a line: a paragraph may have a thousand.
_SENTENCES = 9
OF_RULES = "of-rules"  # the words of the lists of rules
OF_PLACES = "of-places"  # the words of the lists that the rules' places name as `near`
_FAR = 10  # If a line is planted as a whole, so many Han characters at either end have a word of its rules or an address.
_OPENING, _CLOSING = (re.escape("".join(kind.name[side] for kind in BRACKET_KINDS)) for side in (0, 1))  # folded
_ADDRESS_RE = late_pattern(rf"[a-z0-9]{{4}}|[{_CLOSING}》]")
# All up to the end of the last address, bracket or quoted name: the text behind it may be the author's.
_NAMED_RE = late_pattern(rf".*(?:[a-z0-9./:-]{{4}}|[{_CLOSING}》]|[“\"「『][^“”\"「」『』。!?]{{1,16}}[”\"」』])", re.DOTALL)
# One or two Han characters right behind an address, to the end: 谁？ A note has a known word there.
_BEHIND_ADDRESS_RE = late_pattern(r"[a-z0-9]\.[a-z]{2,4}/?[^\W\da-z_]{1,2}[。!?…~]*$")
_TRAILING = 2  # Han characters behind the last known word of a planted sentence: 阅读哦亲。 A sentence has three: 天黑了。
_NAME = 5  # Han characters of a site's name behind the last known word, before the bracket with its address: 某某楼（www.…）。
_LAST_BRACKET_RE = late_pattern(rf"[{_OPENING}][^{_OPENING}{_CLOSING}]*[{_CLOSING}][。!?…~]*$")
_CLAUSE = 5  # code points of a first clause from which on it must have a known word
_NEXT = 12  # code points behind a planting without a mark at its end in which it would go on
_FEW = 12  # code points outside of brackets that may belong to the planting
_ROW = 40  # lines of a row with planted ones at an end of a text
_TOLD = 1_000  # the most units of which is remembered what is told, 1 MB
_APART = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT, Site.NOTE})  # nothing follows in the line
_ROWS = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT, Site.LINKS})


class LineJudge:
    """The rules about lines and readings, ready to judge texts."""

    def __init__(
        self, matchers: Matchers, sets: RuleSets, criteria: Criteria, plan: LinePlan, tables: Tables | None = None
    ) -> None:
        self._criteria, self._sets, self._tables = criteria, sets, tables
        self._surroundings = Surroundings(matchers, plan.only_here, sets, criteria.lists)
        self._matchers, self._plan, self._known_of = matchers, plan, dict[int, Lexicon]()
        self._links, self._keeps, self._readings, self._beside = plan.links, plan.keeps, plan.readings, plan.beside
        self.table = (
            tables.words
            if tables
            else word_table(
                matchers.of(plan.cuts), criteria.lists, with_toned=bool(plan.readings), hidden=[*matchers.of(plan.hidden)]
            )
        )
        self.words = LineWords(self.table, tables.scan if tables else self.table.scan(), self._sites, hidden=plan.hidden)
        self._cuts_at = dict(zip(Site, plan.cuts_at, strict=True))
        self._cuts_in_parts = reduce(or_, map(self._cuts_at.__getitem__, PARTS))
        self._rules_at = dict(zip(Site, plan.rules_at, strict=True))
        self._sites_of: dict[int, frozenset[Site]] = {}  # by a set of rules
        self._told: dict[Hashable, dict[int, bool]] = {}

    def flag_table(self) -> FlagTable:
        """Return the words of cut and flag rules, and those of their words that no scan finds."""
        about, lists = self._matchers.of(self._plan.cuts_and_flags), self._criteria.lists
        return FlagTable(word_table(about, lists, with_toned=False), latin_words(about, lists))

    @cached_property
    def _flag_words(self) -> LineWords:
        """The words of cut and flag rules. A filter reports no flags, so it never builds them."""
        table, latin = self._tables.flags() if self._tables else self.flag_table()
        return LineWords(table, table.scan(), self._sites, latin=latin)

    def cuts(self, text: str, hits: Sequence[Hit], sites: Sites) -> list[Finding]:
        """Return the cuts, ordered by start; `hits` are the words of the table in the text."""
        return self._cuts_in(Sheet(text, sites), hits)

    def _cuts_in(self, sheet: Sheet, hits: Sequence[Hit]) -> list[Finding]:
        scanned = self.words.select(sheet, hits)
        readings = [*self._read(sheet)] if scanned.letters else []
        if readings:
            return sorted([*readings, *self._between(sheet.text, readings)])
        lines = self._convicted(sheet, scanned) if scanned.words else []
        return _outer([*lines, *self._hidden(sheet, scanned.hidden)]) if scanned.hidden else lines

    def _between(self, text: str, readings: list[Finding]) -> Iterator[Finding]:
        """Yield the lines that rules cut once the readings are taken out: 網(wǎng)站 hides a word."""
        gaps = [Cut(*reading[:3]) for reading in readings]
        bare = apply(text, gaps)
        original = Original(gaps)
        for finding in self._convicted(Sheet(bare, Sites(bare)), self.words.scan.find(bare)):
            start, end = original.span(finding.start, finding.end)
            yield finding._replace(start=start, end=end, text=text[start:end])

    def judged(self, text: str, hits: Sequence[Hit], sites: Sites, gone: Sequence[int]) -> list[Finding]:
        """Return the cuts, and the flags of lines that are not cut; `hits` are the words of the table in the text.

        `gone` are the starts of brackets that are cut, in order. No line that holds one is flagged.
        """
        sheet, words = Sheet(text, sites), self._flag_words
        cuts = self._cuts_in(sheet, hits) if hits else []
        candidates = words.candidates(sheet, words.select(sheet, words.scan.hits(text)))
        stays = [finding for candidate in candidates if (finding := self._stay(sheet, candidate, gone))]
        return sorted([*cuts, *_untouched(stays, cuts)])

    def views(self, text: str) -> Iterator[LineView]:
        """Yield the whole lines with a word of a rule about lines."""
        for line in lines_at(text, self._flag_words.scan.find(text).words):
            if line.end - line.start <= LONGEST:
                yield LineView(text, line, self._criteria)

    def _sites(self, rules: int) -> frozenset[Site]:
        """Return the sites of a set of rules."""
        known = self._sites_of.get(rules)
        if known is None:
            known = self._sites_of[rules] = frozenset(site for site, there in self._rules_at.items() if rules & there)
        return known

    def _convicted(self, sheet: Sheet, scanned: ScannedWords) -> list[Finding]:
        """Return the lines and parts of lines that rules cut."""
        candidates = self.words.candidates(sheet, scanned)
        found = [(candidate, match) for candidate in candidates for match in self._matches(sheet, candidate)]
        matches = self._sets.repeated(self._confirmed(sheet, found))
        suspects = {match.view.pair: self._suspect(match) for match in matches}
        votes = supported(suspects.values())
        convicted = (match for match in matches if suspects[match.view.pair] in votes)
        findings = _outer(self._sets.finding(match.view, Verdict.CUT, match.rules) for match in convicted)
        return sorted({*findings, *self._companions(sheet, findings)}) if self._beside else findings

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
        sites = self._sites(candidate.rules)
        whole = next((match for unit in _wholes(candidate, sites) if (match := self._match(candidate, unit))), None)
        matches = [whole] if whole else [*self._part_matches(candidate, sites), *self._joined_matches(candidate, sites)]
        return [] if not matches or sheet.is_code(candidate.line) else matches

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
        told = self._told_of(candidate, unit)
        if not (told[0] if 0 in told else told.setdefault(0, self._is_planted(candidate.sentences, unit, words))):
            return None
        view = LineView(candidate.text, unit, self._criteria)
        met = view.meets(rules)
        if not met or not (told[met] if met in told else told.setdefault(met, self._is_told(candidate, unit, met))):
            return None
        if view.meets(self._keeps):
            return None
        grown = self._grown(candidate, unit, met)
        return Match(view if grown == unit else LineView(candidate.text, grown, self._criteria), met)

    def _told_of(self, candidate: LineCandidate, unit: Line) -> dict[int, bool]:
        """Return the memory of what is told of a unit: by the rules that match it, and by 0 of all rules.

        A site's note stands in a novel a thousand times. What is told of parts of a line depends on the text behind, too.
        """
        if unit.site not in _APART:
            return {}
        scanned, text = candidate.scanned, candidate.text
        first, last = bisect_left(scanned.words, unit.start), bisect_left(scanned.words, unit.end)
        words = tuple(at - unit.start for at in scanned.words[first:last]), tuple(scanned.numbers[first:last])
        asked = unit.site, text[max(unit.start - 1, 0) : unit.end], unit.start > 0, words
        known = self._told.get(asked)
        if known is None:
            if len(self._told) >= _TOLD:
                self._told.clear()
            known = self._told[asked] = {}
        return known

    def _is_told(self, candidate: LineCandidate, unit: Line, met: int) -> bool:
        """Tell whether all of a unit is planted, if these rules match it.

        Only their words count: a sentence of the author's may have a word of any other rule.
        """
        words = self.words.places(candidate.scanned, unit.start, unit.end, met)
        return (
            self._is_planted(candidate.sentences, unit, words)
            and not self._begins_with_remark(candidate.text, unit, met)
            and self._convicts_rest(candidate, unit, met)
            and self._begins_and_ends_planted(candidate, unit, met)
            and not self._goes_on(candidate.sentences, unit, met)
        )

    def _goes_on(self, sentences: Sentences, unit: Line, rules: int) -> bool:
        """Tell whether the planting goes on behind a unit that ends without a mark: m.example.com阅读，更优质的体验。"""
        behind = sentences.behind_open_end(unit)[:_NEXT] if not sentences.is_closed(unit) else ""
        return bool(behind) and bool(self._known(rules).found_in(fold(behind)) or _ADDRESS_RE.search(behind))

    def _grown(self, candidate: LineCandidate, unit: Line, rules: int) -> Line:
        """Return a planted sentence with the sentences right behind it that have nothing but known words: 最快更新！无广告！"""
        if unit.site is not Site.AMID or not candidate.sentences.is_sentence(unit):
            return unit
        while unit.end < candidate.line.end:
            following = candidate.sentences.at(unit.end)
            if not _has_only(fold(candidate.text[following.start : following.end]), self._known(rules)):
                break
            unit = unit._replace(end=following.end)
        return unit

    def _convicts_rest(self, candidate: LineCandidate, unit: Line, met: int) -> bool:
        """Tell whether the text outside of a unit's brackets is planted too. Words in a bracket convict only the bracket.

        书屋里没有人。（某某文学网 www.example.com） has a word of such sites outside its bracket, in the author's text. A few
        characters with a word of a matching rule are no sentence: 某某平台开户【…】. Amid a line they may be the author's.
        """
        stretches = candidate.sentences.outside_brackets(unit)
        labels = (self._is_label(candidate, Line(*stretch, unit.site), met) for stretch in stretches)
        if not stretches or (unit.site is not Site.AMID and all(labels)):
            return True
        return self._cuts_alone("".join(candidate.text[slice(*stretch)] for stretch in stretches), unit.site)

    def _begins_with_remark(self, text: str, unit: Line, met: int) -> bool:
        """Tell whether a unit begins with a round bracket that has neither a word of these rules nor an address: （完）."""
        found = FIRST_REMARK_RE.match(text, unit.start, unit.end)
        remark = fold(found[1]) if found else ""
        return bool(remark) and not self._known(met).found_in(remark) and not _ADDRESS_RE.search(remark)

    def _is_label(self, candidate: LineCandidate, part: Line, met: int) -> bool:
        """Tell whether a part of a line is short, has a word of these rules, and is no clause."""
        is_clause = candidate.sentences.is_sentence(part) or candidate.sentences.first_clause(part)
        return (
            not is_clause
            and part.end - part.start <= _FEW
            and bool(self.words.within(candidate.scanned, part.start, part.end)[1] & met)
        )

    def _cuts_alone(self, text: str, site: Site) -> bool:
        """Tell whether a rule would cut a line at this site that has only this text."""
        sheet = Sheet(text, Sites(text))
        lines = self.words.candidates(sheet, self.words.select(sheet, self.words.scan.hits(text)))
        return any(self._match(candidate, candidate.line._replace(site=site)) for candidate in lines)

    def _begins_and_ends_planted(self, candidate: LineCandidate, unit: Line, rules: int) -> bool:
        """Tell whether the first clause and both ends of a unit are short or have a word of these rules.

        本章未完，请点击下一页继续阅读 雨停了，街上有了人。 has the author's words right behind the note, with no mark between.
        So each sentence must also end close behind such a word.
        """
        clause = candidate.sentences.first_clause(unit)
        ends = candidate.sentences.far_ends(unit, _FAR) if unit.site is not Site.LINKS else ()
        known = self._known(rules)
        # Amid a line most clauses are the author's, and a few say 网 or 作者: only the rules' own words tell a planted one.
        sure = known.mask((OF_RULES,)) if unit.site is Site.AMID else -1
        tests = ((end, mask) for end, mask in (*((end, -1) for end in ends), (clause, sure)) if len(end) >= _CLAUSE)
        if not all(known.found_in(fold(end)) & mask or _ADDRESS_RE.search(end) for end, mask in tests):
            return False
        sentences = [] if unit.site is Site.LINKS else [*candidate.sentences.within(unit)]
        if sentences and sentences[-1].end == unit.end and unit.site not in PARTS and not candidate.sentences.is_sentence(unit):
            sentences.pop()  # a row of keywords ends in any word
        return all(_ends_planted(fold(candidate.text[slice(*sentence)]), known) for sentence in sentences)

    def _known(self, rules: int) -> Lexicon:
        """Return the words from two characters on that the rules' lists have, and those that their places name as `near`."""
        known = self._known_of.get(rules)
        if known is None:
            cuts, lists = self._matchers.of(rules & self._plan.cuts), self._criteria.lists
            names = {name for matcher in cuts for name in matcher.lists}
            words = {word for name in names for word in lists.get(name, ()) if len(word) > 1}
            near = {word for matcher in cuts for name in matcher.near for word in lists[name]}
            known = self._known_of[rules] = Lexicon({OF_RULES: words, OF_PLACES: near})
        return known

    def _is_planted(self, sentences: Sentences, unit: Line, places: Sequence[int]) -> bool:
        """Tell whether each sentence of a unit may be planted."""
        if unit.site is Site.LINKS:
            return self._links
        are_noted = all(sentences.is_noted(span, places) for span in sentences.within(unit))
        return are_noted and (unit.site not in PARTS or sentences.is_closed(unit) or bool(sentences.behind_open_end(unit)))

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

    def _stay(self, sheet: Sheet, candidate: LineCandidate, gone: Sequence[int]) -> Finding | None:
        """Return the flag of a line that stays, or of a part of it; None if no rule matches.

        The first unit that a rule matches decides. If it holds a bracket that is cut, nothing is flagged. Such units are asked
        last: in most lines with a planting no other unit has a match.
        """
        latin = self._flag_words.in_latin(candidate)
        holding = list[Line]()
        for unit in _units(candidate, self._sites(candidate.rules | latin)):
            if bisect_left(gone, unit.start) < bisect_left(gone, unit.end):
                holding.append(unit)
            elif finding := self._flag(candidate, unit, latin):
                is_gone = any(self._flag(candidate, other, latin) for other in holding) or sheet.is_code(candidate.line)
                return None if is_gone else finding
        return None

    def _flag(self, candidate: LineCandidate, unit: Line, latin: int) -> Finding | None:
        """Return the flag of a unit, or what keeps it; None if no rule matches."""
        rules = (self._flag_words.within(candidate.scanned, unit.start, unit.end)[1] | latin) & self._rules_at[unit.site]
        view = LineView(candidate.text, unit, self._criteria) if rules else None
        match = Match(view, view.meets(rules)) if view else None
        if match and (rules := self._surroundings.confirm(candidate.text, match, [Span(unit.start, unit.end)])):
            keeps = match.view.meets(self._keeps)
            return self._sets.finding(match.view, Verdict.KEEP if keeps else Verdict.FLAG, keeps or rules)
        return None


def _ends_planted(sentence: str, known: Lexicon) -> bool:
    """Tell whether a folded sentence ends close behind a known word or an address, or with a name and a bracket."""
    before = _LAST_BRACKET_RE.sub("", sentence)
    return _trailing(before, known) <= (_TRAILING if before == sentence else _NAME) and not _BEHIND_ADDRESS_RE.search(sentence)


def _has_only(sentence: str, known: Lexicon) -> bool:
    """Tell whether a folded sentence has known words and no other Han character."""
    left = sentence
    for word in sorted((word for word in known.words if word in sentence), key=len, reverse=True):
        left = left.replace(word, " ")
    return left != sentence and not any(map(is_han, left))


def _trailing(text: str, known: Lexicon) -> int:
    """Count the Han characters behind the last known word or address of a folded text."""
    named = _NAMED_RE.match(text)
    last = max((text.rfind(word) + len(word) for word in known.words if word in text), default=0)
    return sum(map(is_han, text[max(last, named.end() if named else 0) :]))


def _units(candidate: LineCandidate, sites: frozenset[Site]) -> Iterator[Line]:
    """Yield the units of a line that rules at these sites may match, each once: wholes, then parts."""
    yield from _wholes(candidate, sites)
    parts = (part for at in candidate.words[:_SENTENCES] for part in candidate.sentences.parts_at(at, sites))
    yield from dict.fromkeys(parts)


def _wholes(candidate: LineCandidate, sites: frozenset[Site]) -> Iterator[Line]:
    """Yield the wholes that rules at these sites may match: the links below the line, the line, and its last sentences."""
    line = candidate.line
    if Site.LINKS in sites and (links := links_from(candidate.text, line)):
        yield links
    if line.site in sites and line.end - line.start <= LONGEST:
        yield line
    if Site.NOTE in sites:
        yield from candidate.sentences.notes()


def _outer(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out findings that lie in others: a line in a list of links, a clause in a sentence."""
    outer: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, -finding.end)):
        if not outer or finding.start >= outer[-1].end:
            outer.append(finding)
    return outer


def _untouched(findings: Iterable[Finding], cuts: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings that overlap no cut; `cuts` are ordered by start."""
    starts = [cut.start for cut in cuts]
    ends = list(accumulate((cut.end for cut in cuts), max))
    for finding in findings:
        before = bisect_left(starts, finding.end)
        if not before or ends[before - 1] <= finding.start:
            yield finding
