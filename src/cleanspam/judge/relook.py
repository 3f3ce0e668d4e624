"""The look at a cleaned text: of the lines only those with cuts are read again, for what the others have is known.

A block of 1 MiB with ten plantings takes as long to look at as one without, and cleaning looks at it a second time.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from cleanspam.judge.prefilter import Look
from cleanspam.judge.wordscan import Hit
from cleanspam.model import Cut, Span
from cleanspam.native.candidates import Candidate
from cleanspam.text.brackets import first_line_end
from cleanspam.text.lines import HEADING, LONGEST, MOST_LINKS

# Code points before the end of a text in which the prefilter looks for links and the line that heads them.
_FOOT = MOST_LINKS + HEADING + LONGEST
# If the lines with cuts are more than a quarter of the text, all of it is read again.
_PARTS = 4


def look_again(look: Callable[[str], Look], before: str, seen: Look, cuts: Sequence[Cut], text: str) -> Look:
    """Return what a look at `text` finds, perhaps more. `text` is what the cuts left of `before`, in which `seen` was found."""
    moved = _Moved(cuts)
    lines = [] if moved.is_at_edge(before) else _lines_at(text, moved.places)
    if not lines or sum(line.end - line.start for line in lines) * _PARTS > len(text):
        return look(text)
    looks = [look(text[line.start : line.end]) for line in lines]
    reported = [one for one in map(moved.candidate, seen[0]) if not _is_in(lines, one.start)]
    hits = [one for one in map(moved.hit, seen[1]) if not _is_in(lines, one[0])]
    for line, (candidates, words, _) in zip(lines, looks, strict=True):
        reported += [_shifted(one, line.start) for one in candidates]
        hits += [(at + line.start, number) for at, number in words]
    return sorted(reported, key=_end), sorted(hits), seen[2]


class _Moved:
    """Moves places of a text to where they are without the cuts. What was cut is moved to its place."""

    def __init__(self, cuts: Sequence[Cut]) -> None:
        self._starts = [cut.start for cut in cuts]
        self._taken = [0, *accumulate(cut.end - cut.start for cut in cuts)]
        self._end = cuts[-1].end
        self.places = [start - taken for start, taken in zip(self._starts, self._taken, strict=False)]

    def is_at_edge(self, text: str) -> bool:
        """Tell whether a cut changes the first line, or the lines that the prefilter takes for the last ones."""
        return self._starts[0] <= first_line_end(text) or self._end + self._taken[-1] + _FOOT >= len(text)

    def place(self, at: int) -> int:
        """Return the new place."""
        number = bisect_right(self._starts, at)
        return max(at - self._taken[number], self.places[number - 1]) if number else at

    def candidate(self, one: Candidate) -> Candidate:
        """Return a candidate at its new place."""
        return _shifted(one, self.place(one.start) - one.start)

    def hit(self, one: Hit) -> Hit:
        """Return a word at its new place."""
        return self.place(one[0]), one[1]


def _lines_at(text: str, places: Sequence[int]) -> list[Span]:
    """Return the lines at the places, in order, each once. Lines with other ends than line feeds count as one."""
    lines: list[Span] = []
    for at in places:
        if not lines or at > lines[-1].end:
            end = text.find("\n", at)
            lines.append(Span(text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end))
    return lines


def _is_in(lines: Sequence[Span], at: int) -> bool:
    """Tell whether one of the lines holds a place."""
    number = bisect_right(lines, at, key=_start)
    return number > 0 and at <= lines[number - 1].end


def _shifted(one: Candidate, by: int) -> Candidate:
    inner = tuple((start + by, end + by) for start, end in one.inner)
    return one._replace(start=one.start + by, end=one.end + by, inner=inner)


def _start(line: Span) -> int:
    return line.start


def _end(one: Candidate) -> int:
    return one.end
