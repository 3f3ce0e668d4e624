"""Explaining: every parenthetical of a text with its site, its fold, the rules that spoke, the verdict and the near misses."""

from dataclasses import dataclass
from typing import NamedTuple

from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.view import View
from cleanspam.model import Site, Verdict
from cleanspam.text.brackets import Sites, pairs

# A rule that lacks more than this was far from speaking; of the near ones three are enough to see why.
NEAR = 2
SHOWN = 3


class NearMiss(NamedTuple):
    """A rule that did not speak, and what it lacked."""

    rule: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is to be said of one parenthetical. Offsets are code points."""

    start: int
    end: int
    text: str
    site: Site
    fold: str
    verdict: Verdict
    rules: tuple[str, ...]  # that spoke
    near_misses: tuple[NearMiss, ...] = ()  # of one that no rule spoke about


def explain(text: str, cleaner: Cleaner) -> list[Explanation]:
    """Explain every parenthetical of `text`, by start."""
    found = sorted(pairs(text))
    sites = Sites(text)
    said = {(finding.start, finding.end): finding for finding in cleaner.findings(text)}
    explanations = []
    for pair in found:
        view = cleaner.judge.view(text, pair, sites)
        finding = said.get((pair.start, pair.end))
        verdict, rules = (finding.verdict, finding.rules) if finding else (Verdict.NONE, ())
        if not finding and sites.is_code(pair):
            near: tuple[NearMiss, ...] = (NearMiss("all", ("it stands in code",)),)
        else:
            near = () if finding else _near_misses(cleaner.judge.matchers, view)
        raw = text[pair.start : pair.end]
        explanations.append(Explanation(pair.start, pair.end, raw, view.site, view.own, verdict, rules, near))
    return explanations


def _near_misses(matchers: tuple[Matcher, ...], view: View) -> tuple[NearMiss, ...]:
    """Return the rules that lacked least, of those that could have cut or flagged."""
    lacks = [
        NearMiss(matcher.rule.id, tuple(matcher.lacks(view))) for matcher in matchers if matcher.rule.action is not Verdict.KEEP
    ]
    near = sorted((miss for miss in lacks if 0 < len(miss.lacks) <= NEAR), key=lambda miss: len(miss.lacks))
    return tuple(near[:SHOWN])
