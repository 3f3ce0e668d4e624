"""Keep marks: nothing is cut in a line with the mark `cleanspam: keep`.

The mark is `<!-- cleanspam: keep -->` anywhere in a line, or `# cleanspam: keep` at its end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from cleanspam.model import Cleaning, Cut, Finding, NamedTuple, Site, Span, Verdict
from cleanspam.text.cut import apply
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.lines import bounds

KEEP_RULE = "inline-keep"
UNUSED_RULE = "unused-mark"
# This rare word of the mark is searched first, and before it the colon, in a seventh of the time: prose has Chinese ones.
_WORD, _COLON = "cleanspam:", ":"
_MARK_RE = late_pattern(r"<!--[ \t]*cleanspam:[ \t]*keep[ \t]*-->|#[ \t]*cleanspam:[ \t]*keep(?=[ \t]*(?:[\r\n]|\Z))")


class Marked(NamedTuple):
    """A cleaning that obeys the marks of its text."""

    cleaning: Cleaning
    kept: int = 0  # the number of findings that would have been cut
    unused: tuple[Finding, ...] = ()  # marks on lines without a match, as findings of verdict NONE


def obey(text: str, cleaning: Cleaning) -> Marked:
    """Return the cleaning of `text` without the cuts in marked lines; the same object if no line is marked.

    A protected finding stays, with the verdict KEEP. A mark is unused if `cleaning` has no cut and no flag in its line.
    """
    if _COLON not in text or _WORD not in text:
        return Marked(cleaning)
    marks = _marks(text)
    if not marks:
        return Marked(cleaning)
    lines = list(marks)
    cuts = tuple(_outside(text, cleaning.cuts, lines))
    findings = tuple(_kept(finding) if _lies_in(finding, lines) else finding for finding in cleaning.findings)
    kept = sum(old.verdict is Verdict.CUT is not new.verdict for old, new in zip(cleaning.findings, findings, strict=True))
    used = {_holder(finding, lines) for finding in cleaning.findings if finding.verdict in (Verdict.CUT, Verdict.FLAG)}
    unused = tuple(_as_finding(text, marks[line]) for line in lines if line not in used)
    return Marked(Cleaning(apply(text, cuts), cuts, findings), kept, unused)


def _marks(text: str) -> dict[Span, Span]:
    """Return the lines that have a mark, in order, each with its last mark. The ends of each line are searched once."""
    marks: dict[Span, Span] = {}
    line = Span(0, -1)
    for found in _MARK_RE.finditer(text):
        if found.start() > line.end:
            line = bounds(text, found.start())
        marks[line] = Span(*found.span())
    return marks


def _holder(finding: Finding, lines: Sequence[Span]) -> Span | None:
    """Return the line that contains the finding; `lines` are ordered."""
    at = bisect_right(lines, finding.start, key=attrgetter("start")) - 1
    return lines[at] if at >= 0 and finding.start < lines[at].end else None


def _lies_in(finding: Finding, lines: Sequence[Span]) -> bool:
    return _holder(finding, lines) is not None


def _kept(finding: Finding) -> Finding:
    """Return the finding with the verdict KEEP; a finding that a rule keeps already is returned unchanged."""
    if finding.verdict is Verdict.KEEP:
        return finding
    return finding._replace(verdict=Verdict.KEEP, rules=(KEEP_RULE,))


def _outside(text: str, cuts: Iterable[Cut], lines: Sequence[Span]) -> Iterator[Cut]:
    """Yield the parts of the cuts that lie outside the lines."""
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


def _as_finding(text: str, mark: Span) -> Finding:
    return Finding(*mark, text[slice(*mark)], Site.LINE, Verdict.NONE, (UNUSED_RULE,))
