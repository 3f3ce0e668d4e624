"""Locates findings: adds line, column and surroundings, for reports, logs and diffs."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from cleanspam.model import Finding, NamedTuple

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
    return len(_LINE_END_RE.findall(text))


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


def locate(text: str, findings: Iterable[Finding], line: int = 0, record: int = 0, field: str = "") -> Iterator[Located]:
    """Yield each finding with its place; `line` is the number of lines before `text` in the file."""
    lines: Lines | None = None
    for finding in findings:
        lines = lines or Lines(text)
        number = lines.number(finding.start)
        start, end = lines.span(number)
        before = text[max(start, finding.start - SURROUNDINGS) : finding.start]
        after = text[finding.end : min(end, finding.end + SURROUNDINGS)]
        yield Located(finding, line + number + 1, finding.start - start + 1, before, after, record, field)
