"""The plan of a judge: the sets of rules that it distinguishes, as bits. Compiled rules bring it, so no rule is made for it."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from cleanspam.judge.criteria import CriteriaPlan
from cleanspam.model import NamedTuple, Site
from cleanspam.typed import Any


class BracketPlan(NamedTuple):
    """The rules about brackets."""

    keeps: int
    cuts: int
    flags: int
    weak: int  # cut rules whose match is flagged where they may not cut, and flag rules that need no accomplices
    backed: int  # flag rules that need accomplices: other matches of flag rules like them, or of cut rules
    unsettled: int  # rules whose number of accomplices depends on more than the standing
    most: int  # the greatest number of accomplices that any rule or place asks for
    likely: tuple[int, ...]  # indexed by the number of neighbours: the cut rules for which these are enough accomplices


class LinePlan(NamedTuple):
    """The rules about lines, readings, hidden names and noise."""

    cuts: int
    flagging: int  # flag rules, and the cut rules without `repeats`: what they match is flagged where it is not cut
    keeps: int
    readings: int  # cut and flag rules about readings
    hidden: int  # cut rules about hidden names
    noise: int  # cut and flag rules about random characters
    cutting: int  # those of them that cut
    beside: int  # cut rules about lines beside planted ones
    only_here: int  # cut and flag rules with `only-here`
    alongs: int  # cut rules that take along what stands beside
    links: bool  # whether a rule is about links
    cuts_at: tuple[int, ...]  # the cut rules of each site, in the order of Site
    rules_at: tuple[int, ...]  # the cut and flag rules of each site

    def cuts_at_any(self, sites: Iterable[Site]) -> int:
        """Return the cut rules of these sites."""
        at = dict(zip(Site, self.cuts_at, strict=True))
        return reduce(or_, map(at.__getitem__, sites), 0)


class Plan(NamedTuple):
    """All these sets."""

    criteria: CriteriaPlan
    brackets: BracketPlan
    lines: LinePlan
    repeating: int  # rules with `repeats`
    alongs: dict[str, int]  # the number of each rule that takes along what stands beside, by its id

    @property
    def plain(self) -> tuple[Any, ...]:
        """The plan in tuples, dicts and numbers."""
        return tuple(self.criteria), tuple(self.brackets), tuple(self.lines), self.repeating, self.alongs


def restored_plan(plain: Sequence[Any]) -> Plan:
    """Return the plan that `Plan.plain` described."""
    criteria, brackets, lines, *rest = plain
    return Plan(CriteriaPlan(*criteria), BracketPlan(*brackets), LinePlan(*lines), *rest)
