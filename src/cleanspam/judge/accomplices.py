"""Accomplices: decides which plantings are enough evidence for each other, from their places and not from their words.

The verdict is the largest set in which each suspect has enough others: a suspect with too few drops out, until none does.
A planting that convicts alone counts for several (WEIGHT): prose has none, and in a text with one the others are doubtful.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence

from cleanspam.model import NamedTuple, Site

# Code points on either side in which accomplices are near, about a long article. The text of a pipe may hold many articles:
# in 79 million clean characters, in pieces of a MiB, 12,000 cut nothing that 5,000 would not.
NEAR = 12_000
# The same behind words, where authors put many glosses: with 12,000 half as many again are flagged, and one more is cut.
NEAR_AT_WORDS = 5_000
ALIKE = 2  # parallel items' glosses share so many characters at their beginning or end
_AT_WORDS = "at words"
# Each site is a manner of its own, apart from the three named here.
_MANNERS = {site: site.value for site in Site} | {Site.ALONE: "between marks", Site.GLUED: _AT_WORDS, Site.TAIL: _AT_WORDS}
# The number of accomplices that a planting between marks counts for if it convicts alone. The more it counts for, the more
# accomplices weak queries may need among themselves: of two to eight queries known by their words nearly always one convicts
# alone, and of an author's asides about trades hardly one. With 4 and rules to match, no 3 or 4 of 36 such asides are cut
# together, and no fewer queries than with 2; with 6 no 6 of them, and 5 % fewer of five queries about a trade without words.
WEIGHT = 4
WEIGHT_AT_WORDS = 2  # the same elsewhere: behind words nearly all queries need accomplices


class Suspect(NamedTuple):
    """A possible planting: a parenthetical or a line that a rule matches, or a chain of parentheticals without a gap."""

    start: int
    manner: Hashable  # only suspects of the same manner count
    keys: tuple[str, ...]  # suspects that share one of these, such as the own text, are no evidence for each other
    needs: int  # the number of accomplices
    reach: int = NEAR_AT_WORDS  # how far away others count, in code points; the same for all suspects of a manner
    weight: int = WEIGHT_AT_WORDS  # what it counts for if it convicts alone; the same for all suspects of a manner


def bracket_suspect(start: int, kind: str, site: Site, own: str, needs: int) -> Suspect:
    """Return the suspect for a parenthetical."""
    if site is Site.ALONE:
        return Suspect(start, (kind, _MANNERS[site]), (own,), needs, NEAR, WEIGHT)
    # At words, brackets that begin or end alike are the glosses of an author's parallel items.
    return Suspect(start, (kind, _MANNERS[site]), (own[:ALIKE], own[-ALIKE:]), needs)


def near(starts: Sequence[int], at: int) -> int:
    """Return the number of places within NEAR of `at`; `starts` are ordered."""
    return bisect_right(starts, at + NEAR) - bisect_left(starts, at - NEAR)


def supported(suspects: Iterable[Suspect]) -> dict[Suspect, int]:
    """Return the largest set of suspects that each have enough others in the set, and the number that each has.

    >>> alone = Suspect(0, "words", ("广告",), 1)
    >>> supported([alone]), [*supported([alone, Suspect(9, "words", ("推广",), 1)]).values()]
    ({}, [1, 1])
    >>> [*supported([alone, Suspect(9, "words", ("推广",), 0)]).values()]
    [2, 1]
    """
    manners: dict[Hashable, list[Suspect]] = {}
    for suspect in suspects:
        manners.setdefault(suspect.manner, []).append(suspect)
    enough: dict[Suspect, int] = {}
    for group in manners.values():
        enough |= _supported(sorted(group)) if len(group) > 1 else {suspect: 0 for suspect in group if not suspect.needs}
    return enough


def _supported(group: list[Suspect]) -> dict[Suspect, int]:
    while True:
        others = _others(group) if group else []
        enough = [suspect for suspect, number in zip(group, others, strict=True) if number >= suspect.needs]
        if len(enough) == len(group):
            return dict(zip(group, others, strict=True))
        group = enough


def _others(group: Sequence[Suspect]) -> list[int]:
    """Return for each suspect the weight of the suspects within reach that share none of its keys. `group` is ordered."""
    return [min(weights) for weights in zip(*(_different(group, at) for at in range(len(group[0].keys))), strict=True)]


def _different(group: Sequence[Suspect], key: int) -> Iterator[int]:
    """Yield for each suspect the weight of the other keys within reach. Suspects with the same key count once."""
    counted: dict[str, int] = {}  # suspects in reach, by key
    alone: dict[str, int] = {}  # the same, of suspects that convict alone
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
        yield len(counted) - 1 + (suspect.weight - 1) * (len(alone) - (suspect.keys[key] in alone))


def _take_off(counted: dict[str, int], key: str) -> None:
    counted[key] -= 1
    if not counted[key]:
        del counted[key]
