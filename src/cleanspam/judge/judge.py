"""Judging: finds the parentheticals and lines of a text that the rules of a Ruleset cut, flag or keep. Changes no text."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter

from cleanspam.judge.accomplices import WEIGHT, Suspect, bracket_suspect, near, supported
from cleanspam.judge.along import Alongside
from cleanspam.judge.bytescan import ByteScan
from cleanspam.judge.criteria import Criteria, rules_behind
from cleanspam.judge.matcher import Match, Matcher, Matchers, RuleSets, bits_of
from cleanspam.judge.plan import Plan
from cleanspam.judge.prefilter import Look
from cleanspam.judge.tables import Tables, tables_in
from cleanspam.judge.view import View
from cleanspam.judge.wordscan import Hit
from cleanspam.model import NESTED, Finding, NamedTuple, Site, Span, Verdict
from cleanspam.native.candidates import Candidate
from cleanspam.rulebook.ruleset import Rules
from cleanspam.text.brackets import BLANKS, Pair, Sites, back_over_blanks, on_over_blanks, own_text, pair_of, pairs
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.marks import SEPARATORS
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from cleanspam.judge.linejudge import LineJudge
    from cleanspam.judge.ruleindex import RuleIndex

_QUERY = "search-phrase"
# Characters that a judge sees before it makes the index of its rules. A page has fewer.
_PAGES = 1 << 15
NOTHING: Mapping[str, int] = {}
_NEEDS = itemgetter(1)
_GAP_RE = late_pattern(rf"[{BLANKS}]*[{SEPARATORS}]?[{BLANKS}]*")


class Page:
    """A text that is being judged: the sites of its brackets, the view of each, and the keep rules that protect each."""

    def __init__(self, text: str, sites: Sites, criteria: Criteria) -> None:
        self.text, self.sites, self._criteria = text, sites, criteria
        self.keeps: dict[Pair, dict[str, int]] = {}
        self._views: dict[int, View] = {}  # by the start of the pair

    def view(self, pair: Pair) -> View:
        """Return the view of a pair."""
        known = self._views.get(pair.start)
        if known is None:
            known = self._views[pair.start] = View(self.text, pair, self.sites, self._criteria)
        return known

    def own_meets(self, pair: Pair, rules: int) -> int:
        """Return the given rules that the own text of a pair meets. Most pairs meet none, so no view is made for them."""
        return self._criteria.own(own_text(self.text, pair)).meets(rules)

    def matches(self, asked: Mapping[Pair, int]) -> list[Match]:
        """Return the pairs that at least one of their rules matches; `asked` are the rules of each pair, as bits."""
        views = ((self.view(pair), rules) for pair, rules in asked.items())
        return [Match(view, matching) for view, rules in views if (matching := view.meets(rules))]


class Unit(NamedTuple):
    """A possible planting: one parenthetical, or the links of a chain without a gap."""

    links: tuple[Match, ...]
    suspect: Suspect


class Judge:
    """A Ruleset, ready to judge texts. Its caches change no verdict, so threads may share a judge."""

    def __init__(self, ruleset: Rules, tables: Tables | None = None) -> None:
        tables = tables or tables_in(ruleset)
        plan = tables.plan if tables else None
        self.criteria = Criteria(ruleset, tables.lexicon if tables else None, plan.criteria if plan else None)
        self.matchers = Matchers(ruleset.rules, self.criteria)
        if plan is None:
            from cleanspam.judge.planning import plan_of  # the shipped rules have their plan in the compiled form

            plan = plan_of(self.matchers, self.criteria)
        self._sets = RuleSets(self.matchers, plan.repeating)
        self._alongside = Alongside(self.matchers, self.criteria, plan.alongs)
        self._given, self._line_plan, about = tables, plan.lines, plan.brackets
        self._keeps, self._cuts, self._flags, self._weak, self._backed = (
            about.keeps,
            about.cuts,
            about.flags,
            about.weak,
            about.backed,
        )
        self._unsettled, self._most, self._likely = about.unsettled, about.most, about.likely
        self.tables = tables or self._tables(plan)
        self._prefilter = self.tables.prefilter
        self._about, self._seen = self._behind, 0
        # The text judged last, its cuts, and what the look found.
        self._last: tuple[str, tuple[Finding, ...], Look] | None = None
        self.screen = ByteScan(self.tables, lambda: self)

    def _tables(self, plan: Plan) -> Tables:
        from cleanspam.judge.gatetable import gate_table  # the shipped rules have their tables in the compiled form
        from cleanspam.judge.literals import literal_lexicon

        cuts = [matcher for matcher in self.matchers if matcher.rule.action is Verdict.CUT]
        gates = gate_table(cuts, self.criteria.lists, self.criteria)
        blocks = [*self.criteria.conditions, *self.criteria.shapes.values()]
        lexicons = (lambda: self.criteria.lexicon), (lambda: literal_lexicon(blocks, self.criteria.lists))
        return Tables(lambda: gates, self.lines.table, lexicons[0], lambda: plan, self.lines.flag_table, lexicons[1])

    @cached_property
    def lines(self) -> "LineJudge":
        """The rules about lines, ready to judge. A page with a planted bracket, but no word of such a rule, needs none."""
        from cleanspam.judge.linejudge import LineJudge

        return LineJudge(self.matchers, self._sets, self.criteria, self._line_plan, self._given)

    @cached_property
    def index(self) -> "RuleIndex":
        """The index of the cut rules by places. From now on the prefilter asks it too."""
        from cleanspam.judge.ruleindex import RuleIndex  # a page needs none

        index = RuleIndex(self.matchers.of(self._cuts), self.tables.gates, self.criteria, self.tables.plan.lines)
        self._prefilter.attach(index)
        self.criteria.read_literals(self.tables.literals())
        self._about = index.about
        return index

    def _behind(self, reported: Candidate) -> int:
        """Return the rules that could match a pair by its gates alone, as bits."""
        return self._rules_behind(reported.gates)

    @cached_property
    def _rules_behind(self) -> Callable[[int], int]:
        return rules_behind(self.tables.behind)

    def _count(self, text: str) -> None:
        """Make the index once there was enough text: it reads all rules, which takes longer than to judge a page without it."""
        if self._seen < _PAGES:
            self._seen += len(text)
            if self._seen >= _PAGES:
                self.index  # noqa: B018 (which attaches it)

    def look(self, text: str) -> Look:
        """Return what the prefilter finds in a text."""
        self._count(text)
        return self._prefilter.look(text)

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        return self.cuts_among(text, *self.look(text)[:2])

    def cuts_among(self, text: str, reported: Sequence[Candidate], hits: Sequence[Hit]) -> list[Finding]:
        """Return the cuts among the candidates and words that the prefilter found in the text."""
        if not reported and not hits:
            return []
        self._count(text)
        sites = Sites(text)
        brackets = self._brackets(text, reported, sites) if reported else []
        lines = self._alongside.widened(text, self.lines.cuts(text, hits, sites)) if hits else []
        found = sorted([*brackets, *_aside(brackets, lines)]) if lines else brackets
        self._last = (text, tuple(found), ([*reported], [*hits], False)) if found else None
        return found

    def recalled(self, text: str) -> tuple[list[Finding], Look] | None:
        """Return the cuts of the text that was judged last, with what the look found; None for another text.

        `is_suspect` judges a text right before it is cleaned. What was told is forgotten: a text may have many megabytes.
        """
        last = self._last
        if not last or last[0] != text:
            return None
        self._last = None
        return list(last[1]), last[2]

    def _brackets(self, text: str, reported: Iterable[Candidate], sites: Sites) -> list[Finding]:
        """Return the cuts among the candidates."""
        likely = self._candidates(text, reported)
        if not likely or not any(rules for _, rules in self._likely_here(likely)):
            return []
        page = Page(text, sites, self.criteria)
        candidates = {pair: rules for pair, rules in likely.items() if sites.is_known(pair)}
        if not any(page.view(pair).meets(rules) for pair, rules in self._likely_here(candidates) if rules):
            return []
        # A rule that needs more neighbours than there are convicts nothing, but its match may still be a link of a chain.
        return self._alongside.widened(text, self._convicted(page, page.matches(candidates)))

    def _likely_here(self, candidates: Mapping[Pair, int]) -> Iterator[tuple[Pair, int]]:
        """Yield each pair with the rules for which its neighbours are enough accomplices. Amid plantings the first will do."""
        starts, most = sorted([pair.start for pair in candidates]), len(self._likely) - 1
        others = ((pair, rules, WEIGHT * (near(starts, pair.start) - 1)) for pair, rules in candidates.items())
        return ((pair, rules & self._likely[min(weight + 1, most)]) for pair, rules, weight in others)

    def judged(self, text: str, seen: Look | None = None) -> list[Finding]:
        """Return all findings, ordered by start: cuts, flags, and keeps that prevented a cut or a flag; `seen` is the look."""
        reported, hits, _ = seen or self.look(text)
        page, found, candidates = Page(text, Sites(text), self.criteria), sorted(pairs(text)), self._candidates(text, reported)
        likely = {pair: candidates[pair] for pair in found if pair in candidates}
        cuts = self._convicted(page, page.matches(likely))
        gone = {finding[:2] for finding in cuts}
        stays = self._stays(page, [pair for pair in found if pair[:2] not in gone], likely)
        findings = [*(cuts := self._alongside.widened(text, cuts)), *stays]
        lines = self.lines.judged(text, hits, page.sites, sorted([Span(cut.start, cut.end) for cut in cuts]))
        return sorted([*findings, *_aside(findings, self._alongside.widened(text, lines))])

    def _stays(self, page: Page, found: Sequence[Pair], likely: Mapping[Pair, int]) -> list[Finding]:
        """Return the flags and keeps of the pairs that are not cut; `likely` are all pairs that rules could cut, with these."""
        flags, left = self._flags, set(found)
        # A likely pair gets a view anyway, which asks first where it stands. That spares most own texts the rules that flag.
        asked = ((pair, likely[pair] | flags if pair in likely else page.own_meets(pair, flags)) for pair in found)
        matches = page.matches({pair: rules for pair, rules in asked if rules})
        if not matches:  # the rules that flag are asked nothing about what is cut: it is only a flag's accomplice
            return []
        cut = page.matches({pair: rules | flags for pair, rules in likely.items() if pair not in left})
        backed = self._flagged_together(page, [*matches, *cut])
        stays = (backed.get(match.view.pair[:2]) or self._stay(page, match) for match in matches)
        return [finding for finding in stays if finding]

    def view(self, text: str, pair: Pair, sites: Sites) -> View:
        """Return the view of `pair`."""
        return View(text, pair, sites, self.criteria)

    def _candidates(self, text: str, reported: Iterable[Candidate]) -> dict[Pair, int]:
        """Return the pairs that rules could match, each with its rules: one pair of 40. This is the hot path."""
        asked = ((pair_of(candidate), rules) for candidate in reported if (rules := self._about(candidate)))
        # The own text comes first, for the site takes longer: only one pair of 20 here has an own text that a rule matches.
        met = ((pair, self.criteria.own(own_text(text, pair)).meets(rules)) for pair, rules in asked)
        found = {pair: rules for pair, rules in met if rules}
        named = 0
        for rules in found.values():
            named |= rules
        for matcher in self._sets.repeating(named):
            if sum(rules & matcher.bit > 0 for rules in found.values()) < matcher.rule.repeats:
                found = {pair: left for pair, rules in found.items() if (left := rules & ~matcher.bit)}
        return found

    def _convicted(self, page: Page, matches: list[Match]) -> list[Finding]:
        """Return the cuts: the largest set of plantings that are each other's accomplices, with all links of their chains."""
        matches = [match for match in self._sets.repeated(matches) if not page.sites.is_code(match.view.pair)]
        # Finding lists' forms takes as long as all the rest. It only removes accomplices, so it is done only if there are some.
        units = self._units(page, matches)
        votes = supported(unit.suspect for unit in units)
        if not votes:
            return []
        unlisted = self._unlisted(page, matches)
        if len(unlisted) < len(matches):
            units = self._units(page, unlisted)
            votes = supported(unit.suspect for unit in units)
        convicted: dict[Pair, Match] = {}
        for unit in units:
            if (others := votes.get(unit.suspect)) is not None:
                for link in self._chain(page, unit, others):
                    convicted[link.view.pair] = link
        return [self._sets.finding(match.view, Verdict.CUT, match.rules) for match in _shallow(convicted.values())]

    def _unlisted(self, page: Page, matches: list[Match]) -> list[Match]:
        """Leave out the brackets that belong to a list's form: they are no accomplices. A lone bracket is not checked."""
        if len(matches) < 2:
            return matches
        from cleanspam.judge.listed import unlisted  # a page with one planting needs none

        needs = [(match, self._least(match)) for match in matches]
        return unlisted(page.text, page.sites, needs)

    def _least(self, match: Match) -> int:
        """Return the least number of accomplices that one of the rules needs. Keep rules are not considered."""
        known = match.view.standing.least.get(match.rules)
        if known is None:
            known = min([matcher.needs_at(match.view) for matcher in self._sets.named(match.rules)])
            if not match.rules & self._unsettled:
                match.view.standing.least[match.rules] = known
        return known

    def _units(self, page: Page, matches: list[Match]) -> list[Unit]:
        """Join the unprotected links of each chain. A chain needs as many accomplices as the link that needs the fewest."""
        units: list[list[tuple[Match, int]]] = []
        last: View | None = None
        for match in sorted(matches, key=_place):
            needs = self._needs(page, match)
            if needs is None:
                continue
            view = match.view
            if last and last.kind == view.kind and _is_gap(page.text, last.pair.end, view.pair.start):
                units[-1].append((match, needs))
            else:
                units.append([(match, needs)])
            last = view
        return [self._unit(links) for links in units]

    def _unit(self, links: Sequence[tuple[Match, int]]) -> Unit:
        """Return the planting with these links. Only its own kind is evidence for it: a query is none for a site's note.

        Only rules that need no more accomplices than the planting tell its kind. A betting brand reads like a query of bets,
        too, but behind words the rule about brands convicts it alone: it is no evidence for a query in an article about bets.
        """
        weakest, needs = min(links, key=_NEEDS) if len(links) > 1 else links[0]
        view = links[0][0].view
        kind = f"{view.kind} {self._kind(weakest, needs)}"
        suspect = bracket_suspect(view.pair.start, kind, view.site, weakest.view.own, needs)
        return Unit(tuple([link for link, _ in links]), suspect)

    def _kind(self, match: Match, needs: int) -> str:
        """Return the kind of the rules of a match that need at most so many accomplices."""
        asked = match.rules, needs
        known = match.view.standing.kinds.get(asked)
        if known is None:
            kinds = {rule.rule.kind for rule in self._sets.named(match.rules) if rule.needs_at(match.view) <= needs}
            known = _QUERY if _QUERY in kinds else min(kinds)
            if not match.rules & self._unsettled:
                match.view.standing.kinds[asked] = known
        return known

    def _needs(self, page: Page, match: Match) -> int | None:
        """Return the number of accomplices that a cut of the parenthetical takes; None if a keep rule never gives way."""
        keeps = self._keeps_on(page, match.view)
        if not keeps:
            return self._least(match)
        asked = [_needs_of(matcher, match.view, keeps) for matcher in self._sets.named(match.rules)]
        return min((needs for needs in asked if needs is not None), default=None)

    def _chain(self, page: Page, unit: Unit, others: int) -> Iterator[Match]:
        """Yield the links of a planting that is cut, and the neighbouring links that no rule matches."""
        first, last = unit.links[0].view, unit.links[-1].view
        strong = [self._strong(link, others) for link in unit.links]
        decided = 0
        for rules in strong:
            decided |= rules
        for link, rules in zip(unit.links, strong, strict=True):
            yield Match(link.view, rules or decided)
        if first.site is not Site.ALONE:
            return
        for at, is_left in ((first.pair.start, True), (last.pair.end, False)):
            while pair := _link(page, at, is_left=is_left):
                view = page.view(pair)
                is_alike = view.kind == first.kind and view.site is Site.ALONE
                if not is_alike or any(not keep or keep > others for keep in self._keeps_on(page, view).values()):
                    break
                yield Match(view, decided)
                at = pair.start if is_left else pair.end

    def _strong(self, match: Match, others: int) -> int:
        """Return the rules of a match that need at most `others` accomplices."""
        asked = match.rules, min(others, self._most)
        known = match.view.standing.strong.get(asked)
        if known is None:
            known = bits_of(matcher for matcher in self._sets.named(match.rules) if matcher.needs_at(match.view) <= others)
            if not match.rules & self._unsettled:
                match.view.standing.strong[asked] = known
        return known

    def _flagged_together(self, page: Page, matches: list[Match]) -> dict[tuple[int, int], Finding]:
        """Return, by span, the flags of rules that need accomplices: other such flags, or matches of cut rules."""
        if not any(match.rules & self._backed for match in matches):
            return {}
        asked = ((view, rules & (self._cuts | self._backed)) for view, rules in matches)
        flagged = self._convicted(page, [Match(view, rules) for view, rules in asked if rules])
        return {(finding.start, finding.end): finding._replace(verdict=Verdict.FLAG) for finding in flagged}

    def _stay(self, page: Page, match: Match) -> Finding | None:
        """Return the flag or keep for a parenthetical that stays; None if no rule flags it."""
        weak = match.rules & self._weak
        if not weak or page.sites.is_code(match.view.pair):
            return None
        matchers = self._sets.named(weak)
        keeps = [name for name in self._keeps_on(page, match.view) if not any(matcher.outranks(name) for matcher in matchers)]
        if not keeps:
            return self._sets.finding(match.view, Verdict.FLAG, weak)
        return self._sets.finding(match.view, Verdict.FLAG, 0)._replace(verdict=Verdict.KEEP, rules=tuple(keeps))

    def _keeps_on(self, page: Page, view: View) -> Mapping[str, int]:
        """Return the keep rules that match a pair or a pair inside it, with the number of accomplices to which each gives way.

        A loop, not a recursion: a line can nest deeper than Python's stack. Each pair is looked up once.
        """
        if not view.pair.inner:
            return self._kept_by(view)
        waiting = [view.pair]
        while waiting:
            inner = page.sites.inside(waiting[-1])
            if unknown := [pair for pair in inner if pair not in page.keeps]:
                waiting += unknown
                continue
            top = waiting.pop()
            page.keeps[top] = dict(self._kept_by(page.view(top)))
            for pair in inner:
                page.keeps[top] |= page.keeps[pair]
        return page.keeps[view.pair]

    def _kept_by(self, view: View) -> Mapping[str, int]:
        """Return the keep rules that match the pair itself, with the number of accomplices to which each gives way."""
        rules = view.meets(self._keeps)
        return {matcher.rule.id: matcher.gives_way_at(view) for matcher in self._sets.named(rules)} if rules else NOTHING


def _place(match: Match) -> Pair:
    return match.view.pair


def _aside(findings: list[Finding], lines: list[Finding]) -> Iterator[Finding]:
    """Yield the findings for lines and readings, except brackets, flags of lines with a bracket that is cut, and hidden names
    that cross a bracket. A bracket that stays takes nothing from what cuts.
    """
    cuts = {(one.start, one.end) for one in findings if one.verdict is Verdict.CUT}
    places, gone = {(finding.start, finding.end) for finding in findings}, sorted([start for start, _ in cuts])
    for line in lines:
        if line.verdict is Verdict.CUT:
            is_for_bracket = (line.start, line.end) in cuts
        else:
            is_for_bracket = (line.start, line.end) in places or bisect_left(gone, line.start) < bisect_left(gone, line.end)
        if not is_for_bracket and not (line.site is Site.HIDDEN and _is_crossed(line, cuts)):
            yield line


def _is_crossed(line: Finding, brackets: Iterable[tuple[int, int]]) -> bool:
    return any(start < line.end and line.start < end for start, end in brackets)


def _needs_of(matcher: Matcher, view: View, keeps: Mapping[str, int]) -> int | None:
    """Return the accomplices that a rule needs to cut what keep rules match; None if one of them never gives way."""
    numbers = [number for keep, number in keeps.items() if not matcher.outranks(keep)]
    return None if 0 in numbers else max(matcher.needs_at(view), *numbers, 0)


def _is_gap(text: str, start: int, end: int) -> bool:
    """Tell whether nothing but one separator and blanks stands between two places."""
    gap = _GAP_RE.match(text, start)
    return gap is not None and start <= end <= gap.end()


def _link(page: Page, at: int, *, is_left: bool) -> Pair | None:
    """Return the pair beside a place; at most one separator and blanks may stand in between."""
    text = page.text
    if is_left:
        edge = back_over_blanks(text, at)
        edge = back_over_blanks(text, edge - 1) if edge and text[edge - 1] in SEPARATORS else edge
        return page.sites.ending_at(edge)
    edge = on_over_blanks(text, at)
    edge = on_over_blanks(text, edge + 1) if edge < len(text) and text[edge] in SEPARATORS else edge
    return page.sites.starting_at(edge)


def _shallow(matches: Iterable[Match]) -> Iterator[Match]:
    """Leave out parentheticals inside NESTED others or more: findings hold their texts, and thousands would fill the memory."""
    ends: list[int] = []
    for match in sorted(matches, key=_place):
        while ends and ends[-1] <= match.view.pair.start:
            ends.pop()
        if len(ends) < NESTED:
            ends.append(match.view.pair.end)
            yield match
