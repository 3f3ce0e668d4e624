"""Locates findings: adds line, column and surroundings, for reports, logs and diffs."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from cleanspam.model import Finding, NamedTuple
from cleanspam.native.candidates import Bounds
from cleanspam.text.pairing import line_end, line_start

# Code points of the line that are kept on either side of a finding.
SURROUNDINGS = 60
_LINE_END_RE = re.compile(r"\r\n|\n|\r")


class Located(NamedTuple):
    """A finding with its place in the file."""

    finding: Finding
    line: int  # from 1, of the file; 0 in a file without lines
    column: int  # from 1, in code points
    before: str  # of the same line, at most SURROUNDINGS code points
    after: str
    record: int = 0  # from 1; 0 in a format without records
    field: str = ""
    lead: int = 0  # code points before the finding that are cut with it: a separator
    trail: int = 0  # the same behind the finding


def count_line_ends(text: str) -> int:
    """Return the number of line ends in a text.

    >>> count_line_ends("甲\\r\\n乙\\r丙\\n丁")
    3
    """
    return _line_ends(text, 0, len(text))


def _line_ends(text: str, start: int, end: int) -> int:
    returns = text.count("\r", start, end)
    return text.count("\n", start, end) + returns - (text.count("\r\n", start, end) if returns else 0)


class Lines:
    """The lines of a text by code point; a line ends in \\\\n, \\\\r\\\\n or \\\\r."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [found.span() for found in _LINE_END_RE.finditer(text)]
        self._starts = [0, *(end for _, end in self._ends)]

    def number(self, at: int) -> int:
        """Return the number, from 0, of the line that holds code point `at`."""
        return bisect_right(self._starts, at) - 1

    def span(self, number: int) -> tuple[int, int]:
        """Return start and end of line `number`, from 0, without its line end."""
        end = self._ends[number][0] if number < len(self._ends) else len(self._text)
        return self._starts[number], end


_NOTHING = 0, 0


def locate(
    text: str,
    findings: Iterable[Finding],
    line: int = 0,
    record: int = 0,
    field: str = "",
    taken: Mapping[Bounds, tuple[int, int]] = MappingProxyType({}),
) -> Iterator[Located]:
    """Yield each finding with its place; `findings` are ordered by start.

    `line` is the number of lines before `text` in the file; `taken` has, by the span of a finding, the code points before and
    behind it that are cut with it.
    """
    start, end = 0, -1  # of a line, and `line` is the number of lines before it
    for finding in findings:
        at, behind = finding.start, finding.end
        if at > end:
            begin = line_start(text, at)
            line += _line_ends(text, start, begin)
            start, end = begin, line_end(text, at)
        before, after = text[max(start, at - SURROUNDINGS) : at], text[behind : min(end, behind + SURROUNDINGS)]
        lead, trail = taken.get((at, behind), _NOTHING)
        yield Located(finding, line + 1, at - start + 1, before, after, record, field, lead, trail)
