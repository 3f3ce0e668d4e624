"""Computes the plan of a judge from its rules. Compiled rules bring theirs, so that a start need not read all rules."""

from collections.abc import Iterable, Sequence

from cleanspam.judge.accomplices import WEIGHT
from cleanspam.judge.criteria import Criteria, CriteriaPlan
from cleanspam.judge.grouping import Parts
from cleanspam.judge.matcher import Matcher, Matchers, bits_of
from cleanspam.judge.plan import BracketPlan, LinePlan, Plan
from cleanspam.model import BRACKET_SITES, LINE_SITES, NOISE_SITES, Site, Verdict
from cleanspam.rulebook.conditions import Along, Beside, Condition, Words

# A cut rule that needs no more accomplices than this flags its match where it may not cut. Between marks, where authors hardly
# write, what one planting beside it would convict is flagged.
FLAGGED, FLAGGED_BETWEEN_MARKS = 1, WEIGHT


def plan_of(matchers: Matchers, criteria: Criteria) -> Plan:
    """Return the plan of all rules, and give the criteria theirs."""
    criteria.plan = _criteria_plan(criteria, [matcher.number for matcher in matchers])
    alongs = filter(_takes_along, matchers)
    return Plan(
        criteria.plan,
        _bracket_plan([matcher for matcher in matchers if matcher.sites & BRACKET_SITES], criteria),
        _line_plan(matchers),
        bits_of(matcher for matcher in matchers if matcher.rule.repeats),
        {matcher.rule.id: matcher.number for matcher in alongs},
    )


def _bracket_plan(about: Sequence[Matcher], criteria: Criteria) -> BracketPlan:
    cuts = [matcher for matcher in about if matcher.rule.action is Verdict.CUT]
    flags = [matcher for matcher in about if matcher.rule.action is Verdict.FLAG]
    backed = bits_of(matcher for matcher in flags if matcher.accomplices)
    # Cut rules with `repeats` flag nothing: of 33 single matches in prose all 33 are the author's.
    weak = bits_of(matcher for matcher in cuts if matcher.accomplices <= _most_flagged(matcher) and not matcher.rule.repeats)
    return BracketPlan(
        bits_of(matcher for matcher in about if matcher.rule.action is Verdict.KEEP),
        bits_of(cuts),
        bits_of(flags),
        (bits_of(flags) | weak) & ~backed,
        backed,
        bits_of(matcher for matcher in about if not matcher.is_settled),
        max([_most(about), *(place.accomplices for place in criteria.places.values())]),
        tuple(bits_of(m for m in cuts if m.accomplices < others) for others in range(_most(cuts) + 2)),
    )


def _most(matchers: Iterable[Matcher]) -> int:
    return max((matcher.accomplices for matcher in matchers), default=0)


def _most_flagged(matcher: Matcher) -> int:
    return FLAGGED_BETWEEN_MARKS if matcher.sites <= {Site.ALONE} else FLAGGED


def _takes_along(matcher: Matcher) -> bool:
    return any(isinstance(condition, Along) for condition in matcher.rule.conditions)


def _line_plan(matchers: Matchers) -> LinePlan:
    about = [matcher for matcher in matchers if matcher.sites & LINE_SITES]
    asked = LINE_SITES | NOISE_SITES | {Site.READING}
    keeps = (m for m in matchers if m.rule.action is Verdict.KEEP and (m.sites & asked or m.is_for_texts))
    cuts = [matcher for matcher in about if matcher.rule.action is Verdict.CUT]
    noise = [m for m in matchers if m.sites & NOISE_SITES and m.rule.action is not Verdict.KEEP]
    speaking = [matcher for matcher in about if matcher.rule.action is not Verdict.KEEP]
    return LinePlan(
        bits_of(cuts),
        bits_of(matcher for matcher in speaking if not matcher.rule.repeats),
        bits_of(keeps),
        bits_of(m for m in matchers if Site.READING in m.sites and m.rule.action is not Verdict.KEEP),
        bits_of(m for m in matchers if Site.HIDDEN in m.sites and m.rule.action is Verdict.CUT),
        bits_of(noise),
        bits_of(matcher for matcher in noise if matcher.rule.action is Verdict.CUT),
        bits_of(m for m in matchers if Site.BESIDE in m.sites and m.rule.action is Verdict.CUT),
        bits_of(matcher for matcher in speaking if matcher.only_here),
        bits_of(matcher for matcher in cuts if _takes_along(matcher)),
        any(Site.LINKS in matcher.sites for matcher in about),
        tuple(bits_of(matcher for matcher in cuts if site in matcher.sites) for site in Site),
        tuple(bits_of(matcher for matcher in speaking if site in matcher.sites) for site in Site),
    )


def _criteria_plan(criteria: Criteria, numbers: Iterable[int]) -> CriteriaPlan:
    """Return the sets of the rules with these numbers by their conditions."""
    rules = [criteria.parts(number) for number in numbers]
    by_place: dict[tuple[Condition, ...], int] = {}
    with_rest = wordless = 0
    for parts in rules:
        by_place[parts.place] = by_place.get(parts.place, 0) | parts.bit
        with_rest |= parts.bit if parts.rest else 0
        wordless |= 0 if _needs(parts) else parts.bit
    return CriteriaPlan(
        with_rest,
        tuple(by_place.values()),
        wordless,
        _by_list(rules, criteria),
        _edge_patterns(criteria, "before"),
        _edge_patterns(criteria, "after"),
    )


def _needs(parts: Parts) -> list[tuple[str, ...]]:
    """Return sets of lists: the own text must have a word of each set."""
    return [condition.lists for condition in parts.own if isinstance(condition, Words)]


def _by_list(rules: Iterable[Parts], criteria: Criteria) -> dict[int, int]:
    """Return rules by the bits of the lists that they need. Of several needs the one with the fewest words is taken."""
    found: dict[int, int] = {}
    for parts in rules:
        for name in min(_needs(parts), key=lambda lists: sum(len(criteria.lists[name]) for name in lists), default=()):
            bit = criteria.lexicon.bits[name]
            found[bit] = found.get(bit, 0) | parts.bit
    return found


def _edge_patterns(criteria: Criteria, side: str) -> tuple[str, ...]:
    """Return the patterns that test only the neighbouring character on one side."""
    blocks = [*criteria.conditions, *(place.conditions for place in criteria.places.values())]
    beside = (one for block in blocks for one in block if isinstance(one, Beside) and one.side == side)
    at_edge = filter(criteria.grouping.is_about_standing, beside)
    return tuple(dict.fromkeys(pattern for one in at_edge for pattern in one.patterns))
