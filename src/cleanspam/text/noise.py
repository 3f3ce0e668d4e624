"""Noise: long runs of random Han characters that document sites set into a text so that a copy differs from its source.

Such a run stands as a line between paragraphs, or glued to words amid a line. In 174 million characters of prose there are
13,225 runs of 45 Han characters and more; none is noise from end to end, and of stretches in them one has 60 characters.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise

from cleanspam.model import NamedTuple, Site, Span
from cleanspam.text.brackets import LINE_ENDS, back_over_blanks, on_over_blanks
from cleanspam.text.fold import reads_as
from cleanspam.text.jammers import glued_jammers, jammed_rows, jammers
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.marks import SEPARATORS
from cleanspam.text.usualtable import LEAST_DIFFERENT, MOST_USUAL, USUAL

RUN = 45  # the shortest run, in characters
_COUPLES = 1  # of the neighbours among RUN characters so many at most are a couple that the language has: prose has 15
# Tables of characters: of 100 neighbours more stand close in Unicode (one radical) or in GB 2312 (one reading), or of 100 more
# are rare, or as many are of one frequency. Noise has 11 such neighbours, and to 20 rare ones.
_SORTED, _RARE = 20, 33
_NEAR_IN_UNICODE, _NEAR_IN_GB = 160, 6
_FOREIGN = 5  # of 100 characters of a Japanese table, and of 100 random ones none, are neither in GB 2312 nor in Big5
_EDGE = 12  # characters at the edge of noise among which a word may be
_RUN_RE = late_pattern(rf"[\u4e00-\u9fff]{{{RUN},}}")


class Noise(NamedTuple):
    """A stretch of random characters, and where it stands."""

    start: int
    end: int
    site: Site


def noisy_runs(text: str) -> list[int]:
    """Return the starts of the runs in which somewhere RUN characters have few usual ones and nearly all are different, of
    fifty runs in prose one, and of the rows of units of jammers.
    """
    runs = (run.start() for run in _RUN_RE.finditer(text) if next(_unusual(reads_as(run[0])), None) is not None)
    return [*runs, *jammed_rows(text)]


def noises(text: str, starts: Iterable[int]) -> Iterator[Noise]:
    """Yield the noise in the runs that begin at `starts`."""
    for start in starts:
        if text[start].isascii():
            free = jammers(text, start)
            site = Site.JAMMER if free else Site.NOISE_AMID
            yield from (Noise(*one, site) for one in free or glued_jammers(text, start) if _is_at_edge(text, *one))
        else:
            yield from _random_han(text, start)


def _random_han(text: str, start: int) -> Iterator[Noise]:
    if run := _RUN_RE.match(text, start):
        reads = reads_as(run[0])
        for start, end in _stretches(reads):
            if not _is_table(reads[start:end]) and not _is_japanese(run[0][start:end]):
                is_whole = end - start == len(reads)
                first, last = (start, end) if is_whole else _without_words(reads, start, end)
                site = Site.NOISE if is_whole and _is_line(text, *run.span()) else Site.NOISE_AMID
                yield Noise(run.start() + first, run.start() + last, site)


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the characters beside a stretch and the blanks around it; "" at an edge of the text."""
    first, last = back_over_blanks(text, start), on_over_blanks(text, end)
    return text[max(first - 1, 0) : first], text[last : last + 1]


def _is_line(text: str, start: int, end: int) -> bool:
    return all(char in LINE_ENDS for char in _beside(text, start, end))


def _is_at_edge(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch begins or ends its line. Behind a comma it does not, for the cut would take the comma."""
    before, behind = _beside(text, start, end)
    return before in LINE_ENDS or (behind in LINE_ENDS and before not in SEPARATORS)


def _stretches(reads: str) -> list[Span]:
    """Return the stretches of a folded run of which all parts of RUN characters look random."""
    known = _in_windows(map(_couples().__contains__, map("".join, pairwise(reads))), RUN - 1)
    found: list[Span] = []
    for at in _unusual(reads):
        if known[at] > _COUPLES:
            continue
        if found and at <= found[-1].end:
            found[-1] = Span(found[-1].start, at + RUN)
        else:
            found.append(Span(at, at + RUN))
    return found


def _unusual(reads: str) -> Iterator[int]:
    """Yield the starts of the RUN characters of a folded run of which few are usual, and nearly all different."""
    for at, usual in enumerate(_in_windows((char in USUAL for char in reads), RUN)):
        if usual <= MOST_USUAL and len({*reads[at : at + RUN]}) >= LEAST_DIFFERENT:
            yield at


def _in_windows(marks: Iterable[bool], width: int) -> list[int]:
    """Return how many of each `width` marks in a row are set."""
    sums = [0, *accumulate(marks)]
    return [after - before for before, after in zip(sums, sums[width:], strict=False)]


def _without_words(reads: str, start: int, end: int) -> Span:
    """Return a stretch without what may be words of the text at its edges: up to a couple that the language has."""
    first = max((at + 2 for at in range(start, start + _EDGE) if reads[at : at + 2] in _couples()), default=start)
    last = min((at for at in range(end - _EDGE, end - 1) if reads[at : at + 2] in _couples()), default=end)
    return Span(first, last)


def _is_table(reads: str) -> bool:
    """Tell whether characters are a table, sorted by radicals, strokes, readings or frequency, or a list of rare ones."""
    codes = [int.from_bytes(char.encode("gb2312", "replace"), "big") for char in reads]
    near = map(_NEAR_IN_UNICODE.__gt__, _gaps([*map(ord, reads)])), map(_NEAR_IN_GB.__gt__, _gaps(codes))
    ranks = sorted(rank for char in reads if (rank := _ranks().get(char)))
    rare, quarter = len(reads) - len(ranks), len(ranks) // 4
    is_sorted = max(map(sum, near)) * 100 > _SORTED * len(reads)
    return is_sorted or rare * 100 > _RARE * len(reads) or ranks[-1 - quarter] < 2 * ranks[quarter]


def _is_japanese(chars: str) -> bool:
    """Tell whether characters are of a table of Japanese ones: 14 of 90 that schools teach are in no set of Chinese ones."""
    unknown = sum(not char.encode("gb2312", "ignore") and not char.encode("big5", "ignore") for char in chars)
    return unknown * 100 > _FOREIGN * len(chars)


def _gaps(codes: Sequence[int]) -> Iterator[int]:
    return (abs(one - other) for one, other in pairwise(codes))


@cache
def _couples() -> frozenset[str]:
    from cleanspam.text.coupletable import COUPLES  # needed by few texts

    return frozenset(COUPLES[at : at + 2] for at in range(0, len(COUPLES), 2))


@cache
def _ranks() -> dict[str, int]:
    from cleanspam.text.readingtable import CHARS

    return {char: rank for rank, char in enumerate(CHARS, 1)}
