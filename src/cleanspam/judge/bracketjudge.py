"""Judging brackets: finds the parentheticals that rules cut, flag or keep. One that is cut has enough accomplices."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import itemgetter, or_

from cleanspam.judge.accomplices import WEIGHT, Suspect, bracket_suspect, near, supported
from cleanspam.judge.criteria import Criteria
from cleanspam.judge.matcher import Match, Matcher, RuleSets, bits_of
from cleanspam.judge.plan import BracketPlan
from cleanspam.judge.view import View
from cleanspam.model import NESTED, Finding, NamedTuple, Site, Verdict
from cleanspam.text.brackets import BLANKS, Pair, Sites, back_over_blanks, own_text, pairs
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.marks import SEPARATORS

_QUERY = "search-phrase"
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


class BracketJudge:
    """The rules about brackets, ready to judge texts."""

    def __init__(self, sets: RuleSets, criteria: Criteria, plan: BracketPlan) -> None:
        self._sets, self._criteria = sets, criteria
        self._keeps, self._cuts, self._flags, self._weak, self._backed = plan[:5]
        self._unsettled, self._most, self._likely = plan[5:]

    def cuts(self, text: str, asked: Iterable[tuple[Pair, int]], sites: Sites) -> list[Finding]:
        """Return the cuts among the pairs that rules could match, each given with its rules."""
        likely = self._candidates(text, asked)
        if not likely or not any(rules for _, rules in self._likely_here(likely)):
            return []
        page = Page(text, sites, self._criteria)
        candidates = {pair: rules for pair, rules in likely.items() if sites.is_known(pair)}
        if not any(page.view(pair).meets(rules) for pair, rules in self._likely_here(candidates) if rules):
            return []
        # A rule that needs more neighbours than there are convicts nothing, but its match may still be a link of a chain.
        return self.convicted(page, page.matches(candidates))

    def _likely_here(self, candidates: Mapping[Pair, int]) -> Iterator[tuple[Pair, int]]:
        """Yield each pair with the rules for which its neighbours are enough accomplices. Amid plantings the first will do."""
        starts, most = sorted([pair.start for pair in candidates]), len(self._likely) - 1
        others = ((pair, rules, WEIGHT * (near(starts, pair.start) - 1)) for pair, rules in candidates.items())
        return ((pair, rules & self._likely[min(weight + 1, most)]) for pair, rules, weight in others)

    def judged(self, text: str, asked: Iterable[tuple[Pair, int]], sites: Sites) -> tuple[list[Finding], list[Finding]]:
        """Return the cuts, and the flags and keeps of the pairs that stay."""
        page, found, candidates = Page(text, sites, self._criteria), sorted(pairs(text)), self._candidates(text, asked)
        likely = {pair: candidates[pair] for pair in found if pair in candidates}
        cuts = self.convicted(page, page.matches(likely))
        gone = {finding[:2] for finding in cuts}
        return cuts, self._stays(page, [pair for pair in found if pair[:2] not in gone], likely)

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

    def _candidates(self, text: str, asked: Iterable[tuple[Pair, int]]) -> dict[Pair, int]:
        """Return the pairs whose own text rules match, each with its rules. This is the hot path."""
        # The own text comes first, for the site takes longer: only one pair of 20 here has an own text that a rule matches.
        met = ((pair, self._criteria.own(own_text(text, pair)).meets(rules)) for pair, rules in asked)
        found = {pair: rules for pair, rules in met if rules}
        named = 0
        for rules in found.values():
            named |= rules
        for matcher in self._sets.repeating(named):
            if sum(rules & matcher.bit > 0 for rules in found.values()) < matcher.rule.repeats:
                found = {pair: left for pair, rules in found.items() if (left := rules & ~matcher.bit)}
        return found

    def convicted(self, page: Page, matches: list[Match]) -> list[Finding]:
        """Return the cuts: the largest set of plantings that are each other's accomplices, with all links of their chains."""
        matches = [match for match in self._sets.repeated(matches) if not page.sites.is_code(match.view.pair)]
        # Finding lists' forms takes as long as all the rest. It only removes accomplices, so it is done only if there are some.
        units = [*self._units(page, matches)]
        votes = supported(unit.suspect for unit in units)
        if not votes:
            return []
        unlisted = self._unlisted(page, matches)
        if len(unlisted) < len(matches):
            units = [*self._units(page, unlisted)]
            votes = supported(unit.suspect for unit in units)
        convicted: dict[Pair, Match] = {}
        for unit in units:
            if (others := votes.get(unit.suspect)) is not None:
                for link in self._chain(page, unit, others):
                    convicted[link.view.pair] = link
        return [self._sets.finding(match.view, Verdict.CUT, match.rules) for match in _shallow(convicted.values())]

    def _unlisted(self, page: Page, matches: list[Match]) -> list[Match]:
        """Leave out the brackets that belong to a list's form: they are no accomplices. A lone bracket is not checked."""
        return self._leave_out(page.text, page.sites, matches, self._least) if len(matches) > 1 else matches

    @cached_property
    def _leave_out(self) -> Callable[[str, Sites, list[Match], Callable[[Match], int]], list[Match]]:
        """What leaves out listed brackets. To import it for each text takes 1 us, and a page with one planting needs none."""
        from cleanspam.judge.listed import unlisted

        return unlisted

    def _least(self, match: Match) -> int:
        """Return the least number of accomplices that one of the rules needs. Keep rules are not considered."""
        known = match.view.standing.least.get(match.rules)
        if known is None:
            known = min([matcher.needs_at(match.view) for matcher in self._sets.named(match.rules)])
            if not match.rules & self._unsettled:
                match.view.standing.least[match.rules] = known
        return known

    def _units(self, page: Page, matches: list[Match]) -> Iterator[Unit]:
        """Join the unprotected links of each chain. A chain needs as many accomplices as the link that needs the fewest."""
        links: list[tuple[Match, int]] = []
        for match in sorted(matches, key=_place):
            needs = self._needs(page, match)
            if needs is None:
                continue
            if links and not _are_linked(page.text, links[-1][0].view, match.view):
                yield self._unit(links)
                links = []
            links.append((match, needs))
        if links:
            yield self._unit(links)

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
        decided = reduce(or_, strong)
        for link, rules in zip(unit.links, strong, strict=True):
            yield Match(link.view, rules or decided)
        if first.site is not Site.ALONE:
            return
        for at, beside in ((first.pair.start, _link_before), (last.pair.end, _link_behind)):
            while pair := beside(page, at):
                view = page.view(pair)
                is_alike = view.kind == first.kind and view.site is Site.ALONE
                if not is_alike or any(not keep or keep > others for keep in self._keeps_on(page, view).values()):
                    break
                yield Match(view, decided)
                at = pair.start if beside is _link_before else pair.end

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
        flagged = self.convicted(page, [Match(view, rules) for view, rules in asked if rules])
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


def _needs_of(matcher: Matcher, view: View, keeps: Mapping[str, int]) -> int | None:
    """Return the accomplices that a rule needs to cut what keep rules match; None if one of them never gives way."""
    numbers = [number for keep, number in keeps.items() if not matcher.outranks(keep)]
    return None if 0 in numbers else max(matcher.needs_at(view), *numbers, 0)


def _are_linked(text: str, first: View, second: View) -> bool:
    """Tell whether nothing but one separator and blanks stands between two parentheticals of one kind."""
    gap = _GAP_RE.match(text, first.pair.end) if first.kind == second.kind else None
    return gap is not None and first.pair.end <= second.pair.start <= gap.end()


def _link_before(page: Page, at: int) -> Pair | None:
    """Return the pair before a place; at most one separator and blanks may stand in between."""
    edge = back_over_blanks(page.text, at)
    if edge and page.text[edge - 1] in SEPARATORS:
        edge = back_over_blanks(page.text, edge - 1)
    return page.sites.ending_at(edge)


def _link_behind(page: Page, at: int) -> Pair | None:
    """Return the same behind a place."""
    gap = _GAP_RE.match(page.text, at)
    return page.sites.starting_at(gap.end()) if gap else None


def _shallow(matches: Iterable[Match]) -> Iterator[Match]:
    """Leave out parentheticals inside NESTED others or more: findings hold their texts, and thousands would fill the memory."""
    ends: list[int] = []
    for match in sorted(matches, key=_place):
        while ends and ends[-1] <= match.view.pair.start:
            ends.pop()
        if len(ends) < NESTED:
            ends.append(match.view.pair.end)
            yield match
