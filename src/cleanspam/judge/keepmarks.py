"""Inline marks: a line that says `cleanspam: keep` keeps everything it has. Text and Cleaning in, Cleaning out.

The mark is `<!-- cleanspam: keep -->` anywhere in a line, or `# cleanspam: keep` at its end.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from cleanspam.model import Cleaning, Cut, Finding, Site, Span, Verdict
from cleanspam.text.cut import apply

KEEP_RULE = "inline-keep"
UNUSED_RULE = "unused-mark"
# Found by its one rare word first: a text without it costs one search.
_WORD = "cleanspam:"
_MARK_RE = re.compile(r"<!--[ \t]*cleanspam:[ \t]*keep[ \t]*-->|#[ \t]*cleanspam:[ \t]*keep(?=[ \t]*(?:[\r\n]|\Z))")
_LINE_END_RE = re.compile(r"[\r\n]|\Z")


class Marked(NamedTuple):
    """A cleaning with its marks obeyed."""

    cleaning: Cleaning
    kept: int = 0  # findings that would have been cut
    unused: tuple[Finding, ...] = ()  # marks on whose line no rule spoke, as findings of verdict NONE


def obey(text: str, cleaning: Cleaning) -> Marked:
    """Return the cleaning of `text` without what its marked lines protect; without a mark, the same object.

    A protected finding stays, with the verdict KEEP. A mark is unused if `cleaning` has no cut and no flag in its line.
    """
    if _WORD not in text:
        return Marked(cleaning)
    marks = {_line(text, found.start()): found.span() for found in _MARK_RE.finditer(text)}
    if not marks:
        return Marked(cleaning)
    lines = sorted(marks)
    cuts = tuple(_outside(text, cleaning.cuts, lines))
    findings = tuple(_kept(finding) if _lies_in(finding, lines) else finding for finding in cleaning.findings)
    kept = sum(old.verdict is Verdict.CUT is not new.verdict for old, new in zip(cleaning.findings, findings, strict=True))
    used = {_holder(finding, lines) for finding in cleaning.findings if finding.verdict in (Verdict.CUT, Verdict.FLAG)}
    unused = tuple(_as_finding(text, marks[line]) for line in lines if line not in used)
    return Marked(Cleaning(apply(text, cuts), cuts, findings), kept, unused)


def _line(text: str, at: int) -> Span:
    """Return the line that `at` lies in, its line end left out."""
    end = _LINE_END_RE.search(text, at)
    start = text.rfind("\n", 0, at) + 1
    start = max(start, text.rfind("\r", start, at) + 1)
    return Span(start, end.start() if end else len(text))


def _holder(finding: Finding, lines: Sequence[Span]) -> Span | None:
    """Return which of the sorted lines the finding lies in."""
    at = bisect_right(lines, finding.start, key=attrgetter("start")) - 1
    return lines[at] if at >= 0 and finding.start < lines[at].end else None


def _lies_in(finding: Finding, lines: Sequence[Span]) -> bool:
    return _holder(finding, lines) is not None


def _kept(finding: Finding) -> Finding:
    """Protect a finding; one that a rule protects already stays as it is."""
    if finding.verdict is Verdict.KEEP:
        return finding
    return finding._replace(verdict=Verdict.KEEP, rules=(KEEP_RULE,))


def _outside(text: str, cuts: Iterable[Cut], lines: Sequence[Span]) -> Iterator[Cut]:
    """Yield what of the cuts lies outside the lines."""
    for cut in cuts:
        at = cut.start
        for line in lines[max(bisect_right(lines, (at,)) - 1, 0) : bisect_left(lines, (cut.end,))]:
            if line.end <= at:
                continue
            if at < line.start:
                yield Cut(at, line.start, text[at : line.start])
            at = line.end
        if at < cut.end:
            yield Cut(at, cut.end, text[at : cut.end])


def _as_finding(text: str, mark: tuple[int, int]) -> Finding:
    return Finding(*mark, text[slice(*mark)], Site.LINE, Verdict.NONE, (UNUSED_RULE,))
