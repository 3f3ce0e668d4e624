"""Accomplices: which plantings are enough evidence for each other. Knows their places, but not their words.

The verdict is the largest set that supports itself: a suspect with too few others in the set drops out, until none does.
A planting that convicts alone weighs as much as two others: prose has none, and of a text with one the rest is doubtful.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from cleanspam.model import BRACKET_SITES, Site

# What is near a parenthetical: so many code points on either side, about a long article. A pipe brings many articles in one
# text: of 79 million clean characters in pieces of a MiB nothing more is cut with 12,000 than with 5,000.
NEAR = 12_000
# Behind words glosses stand in numbers: with 12,000 half as many again are flagged, and one more is cut.
NEAR_AT_WORDS = 5_000
ALIKE = 2  # characters in which glosses of parallel items are alike, at the beginning or the end
_AT_WORDS = "at words"
# Sites that are not named here are manners of their own.
_MANNERS = {site: site.value for site in Site} | {Site.ALONE: "between marks", Site.GLUED: _AT_WORDS, Site.TAIL: _AT_WORDS}
# A site of each manner.
MANNERS = tuple({_MANNERS[site]: site for site in sorted(BRACKET_SITES)}.values())
# What a planting that needs no accomplice counts for. Of texts with two to eight plantings between commas 99 of 100 come back
# exactly, with 1 instead of 2 there 97; no text without such a planting is judged differently.
WEIGHT = 2


class Suspect(NamedTuple):
    """A possible planting: a parenthetical or a line that a rule matches, or a chain of parentheticals without a gap."""

    start: int
    manner: Hashable  # only what is planted in the same manner counts
    keys: tuple[str, ...]  # what has one of these in common, such as its own text, is no evidence for the other
    needs: int  # so many accomplices
    reach: int = NEAR_AT_WORDS  # what counts is no farther away; the same for all of a manner


def bracket_suspect(start: int, kind: str, site: Site, own: str, needs: int) -> Suspect:
    """Return a parenthetical with an own text as a suspect."""
    if site is Site.ALONE:
        return Suspect(start, (kind, _MANNERS[site]), (own,), needs, NEAR)
    # At words, what begins or ends alike is the hand of an author who glosses one thing after another.
    return Suspect(start, (kind, _MANNERS[site]), (own[:ALIKE], own[-ALIKE:]), needs)


def near(starts: Sequence[int], at: int) -> int:
    """Return the number of places within NEAR of `at`; `starts` are ordered."""
    return bisect_right(starts, at + NEAR) - bisect_left(starts, at - NEAR)


def supported(suspects: Iterable[Suspect]) -> dict[Suspect, int]:
    """Return the largest set of suspects of which each has as many others as it needs, and how many each has.

    >>> alone = Suspect(0, "words", ("广告",), 1)
    >>> supported([alone]), [*supported([alone, Suspect(9, "words", ("推广",), 1)]).values()]
    ({}, [1, 1])
    >>> [*supported([alone, Suspect(9, "words", ("推广",), 0)]).values()]
    [2, 1]
    """
    manners: dict[Hashable, list[Suspect]] = {}
    for suspect in suspects:
        manners.setdefault(suspect.manner, []).append(suspect)
    left: dict[Suspect, int] = {}
    for group in manners.values():
        left |= _supported(sorted(group)) if len(group) > 1 else {one: 0 for one in group if not one.needs}
    return left


def _supported(group: list[Suspect]) -> dict[Suspect, int]:
    while True:
        others = _others(group) if group else []
        left = [suspect for suspect, number in zip(group, others, strict=True) if number >= suspect.needs]
        if len(left) == len(group):
            return dict(zip(group, others, strict=True))
        group = left


def _others(group: Sequence[Suspect]) -> list[int]:
    """Return for each suspect, ordered by start, the weight of the suspects within reach that differ from it in all keys."""
    return [min(weights) for weights in zip(*(_different(group, at) for at in range(len(group[0].keys))), strict=True)]


def _different(group: Sequence[Suspect], key: int) -> Iterator[int]:
    """Yield for each suspect the weight of those within reach that have other keys; what has one key counts once."""
    counted: dict[str, int] = {}  # by key
    alone: dict[str, int] = {}  # those that convict alone
    first = end = 0
    for suspect in group:
        while end < len(group) and group[end].start <= suspect.start + suspect.reach:
            one, own = group[end], group[end].keys[key]
            counted[own] = counted.get(own, 0) + 1
            if not one.needs:
                alone[own] = alone.get(own, 0) + 1
            end += 1
        while group[first].start < suspect.start - suspect.reach:
            one = group[first]
            _take_off(counted, one.keys[key])
            if not one.needs:
                _take_off(alone, one.keys[key])
            first += 1
        yield len(counted) - 1 + (WEIGHT - 1) * (len(alone) - (suspect.keys[key] in alone))


def _take_off(counted: dict[str, int], key: str) -> None:
    counted[key] -= 1
    if not counted[key]:
        del counted[key]
