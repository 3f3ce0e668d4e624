"""The look at a cleaned text: only the lines with cuts and those around are read again, for what the others have is known.

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
# A line that may be planted is seen beside the lines above and below it: a site's name goes unless an address stands below. So
# a cut tells of lines of LONGEST code points as far away as that, and these are read with what stands as far from them.
_TOLD, _BESIDE = 2 * LONGEST, LONGEST
# If more than a quarter of the text is to be read again, all of it is.
_PARTS = 4
_LEAST = _PARTS * (_TOLD + _BESIDE)  # a shorter text is read again as a whole, wherever its cuts are


def look_again(look: Callable[[str], Look], before: str, seen: Look, cuts: Sequence[Cut], text: str) -> Look:
    """Return what a look at `text` finds, perhaps more. `text` is what the cuts left of `before`, in which `seen` was found."""
    if len(text) < _LEAST:
        return look(text)
    moved = Moved(cuts)
    told = [] if moved.is_at_edge(before) else _told_of(text, moved.places)
    parts = [_lines_around(text, lines, _BESIDE) for lines in told]
    if not parts or sum(part.end - part.start for part in parts) * _PARTS > len(text):
        return look(text)
    reported = [one for one in map(moved.candidate, seen[0]) if not _is_in(told, one.start)]
    hits = [one for one in map(moved.hit, seen[1]) if not _is_in(told, one[0])]
    for lines, part in zip(told, parts, strict=True):
        candidates, words, _ = look(text[part.start : part.end])
        reported += [_shifted(one, part.start) for one in candidates if _is_in([lines], one.start + part.start)]
        hits += [(at + part.start, number) for at, number in words if _is_in([lines], at + part.start)]
    return sorted(reported, key=_end), sorted(hits), seen[2]


class Moved:
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

    def span(self, span: Span) -> Span:
        """Return a span at its new place."""
        return Span(self.place(span.start), self.place(span.end))

    def candidate(self, one: Candidate) -> Candidate:
        """Return a candidate at its new place."""
        return _shifted(one, self.place(one.start) - one.start)

    def hit(self, one: Hit) -> Hit:
        """Return a word at its new place."""
        return self.place(one[0]), one[1]


def _told_of(text: str, places: Sequence[int]) -> list[Span]:
    """Return the lines with a place and those close by, in order, each once."""
    told: list[Span] = []
    for at in places:
        lines = _lines_around(text, _lines_around(text, Span(at, at), 0), _TOLD)
        if told and lines.start <= told[-1].end:
            told[-1] = Span(told[-1].start, lines.end)
        else:
            told.append(lines)
    return told


def _lines_around(text: str, span: Span, far: int) -> Span:
    """Return the lines of a span, and those so far away. Lines with other ends than line feeds count as one."""
    end = text.find("\n", span.end + far)
    return Span(text.rfind("\n", 0, max(span.start - far, 0)) + 1, len(text) if end < 0 else end)


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
