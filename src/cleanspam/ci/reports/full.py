"""The `full` report: each finding in its line, marked as in the diff, with the `about` line of its rule."""

from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, Found, line
from cleanspam.ci.reports.concise import headline
from cleanspam.model import Verdict
from cleanspam.text.diff import AROUND, ELLIPSIS

# Article text never starts a line: a runner obeys `::…` behind blanks too.
_GUTTER = "    | "


def full(findings: Iterable[Found], facts: Facts) -> Iterator[str]:
    """Yield three lines for each finding: its place and rule, the text around, and the `about` line of the rule."""
    for found in findings:
        others = line(", ".join(found.located.finding.rules[1:]))
        also = f" (also {others})" if others else ""
        yield f"{headline(found)}\n{_GUTTER}{_marked(found)}\n    = {line(facts.about(found.rule))}{also}\n"


def _marked(found: Found) -> str:
    """Return the line of a finding, with [-…-] around a cut and [?…?] around a flag."""
    located = found.located
    open_, close = ("[-", "-]") if located.finding.verdict is Verdict.CUT else ("[?", "?]")
    before, after = located.before, located.after
    if len(before) > AROUND + 1:
        before = ELLIPSIS + before[-AROUND:]
    if len(after) > AROUND + 1:
        after = after[:AROUND] + ELLIPSIS
    return f"{line(before)}{open_}{line(located.finding.text)}{close}{line(after)}"
