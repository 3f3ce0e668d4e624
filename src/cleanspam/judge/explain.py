"""Explaining: the site, fold, verdict, rules and near misses of each parenthetical, reading and line."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.view import View
from cleanspam.model import BRACKET_SITES, LINE_SITES, Finding, NamedTuple, Site, Verdict
from cleanspam.text.brackets import Sites, pairs
from cleanspam.text.fold import fold

# A rule with more failed conditions than this is no near miss. Three near misses are enough for an explanation.
NEAR = 2
SHOWN = 3


class NearMiss(NamedTuple):
    """A rule that did not match, with the reasons."""

    rule: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one parenthetical, reading or line. Offsets are code points."""

    start: int
    end: int
    text: str
    site: Site
    fold: str
    verdict: Verdict
    rules: tuple[str, ...]  # the rules that matched
    kind: str = ""  # the kind of planting that the first rule names; "" if no rule matched
    near_misses: tuple[NearMiss, ...] = ()  # only if no rule matched


def explain(text: str, cleaner: Cleaner) -> list[Explanation]:
    """Explain, ordered by start, the parentheticals and findings of `text`, and the lines with a word of a rule about lines."""
    sites, kinds = Sites(text), cleaner.ruleset.kinds
    findings = cleaner.findings(text)
    by_span = {(finding.start, finding.end): finding for finding in findings}
    views: dict[tuple[int, int], View] = {pair[:2]: cleaner.judge.view(text, pair, sites) for pair in pairs(text)}
    for line in cleaner.judge.lines.views(text):
        start, end, _ = line.pair
        if not any(start < finding.end and finding.start < end for finding in findings):
            views.setdefault((start, end), line)
    explained = [_explained(text, view, by_span.pop(place, None), cleaner, sites) for place, view in views.items()]
    explained += [Explanation(*one[:4], fold(one.text), one.verdict, one.rules) for one in by_span.values()]
    named = (replace(one, kind=kinds.get(one.rules[0], "")) if one.rules else one for one in explained)
    return sorted(named, key=lambda one: (one.start, -one.end))


def _explained(text: str, view: View, finding: Finding | None, cleaner: Cleaner, sites: Sites) -> Explanation:
    verdict, rules = (finding.verdict, finding.rules) if finding else (Verdict.NONE, ())
    near: tuple[NearMiss, ...] = () if finding else _near_misses(cleaner.judge.matchers, view)
    if not finding and sites.is_code(view.pair):
        near = (NearMiss("all", ("it stands in code",)),)
    start, end, _ = view.pair
    return Explanation(
        start, end, text[start:end], finding.site if finding else view.site, view.own, verdict, rules, near_misses=near
    )


def _near_misses(matchers: Iterable[Matcher], view: View) -> tuple[NearMiss, ...]:
    """Return the cut and flag rules with the fewest failed conditions."""
    sites = LINE_SITES if view.site in LINE_SITES else BRACKET_SITES
    asked = [m for m in matchers if m.rule.action is not Verdict.KEEP and m.sites & sites]
    lacks = [NearMiss(matcher.rule.id, tuple(matcher.lacks(view))) for matcher in asked]
    near = sorted((miss for miss in lacks if 0 < len(miss.lacks) <= NEAR), key=lambda miss: len(miss.lacks))
    return tuple(near[:SHOWN])
