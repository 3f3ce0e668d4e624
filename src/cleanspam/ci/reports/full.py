"""The `full` report: each finding in its line, marked as in the diff, with the `about` line of its rule."""

from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, FoundInFile, line
from cleanspam.ci.reports.concise import headline
from cleanspam.model import Verdict
from cleanspam.text.diff import AROUND, ELLIPSIS

# Article text never starts a line, for a runner obeys `::…` even behind blanks.
_GUTTER = "    | "


def full(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:
    """Yield three lines for each finding: the place and the rule, the text around, and the rule's `about` line."""
    for item in findings:
        others = line(", ".join(item.located.finding.rules[1:]))
        also = f" (also {others})" if others else ""
        yield f"{headline(item)}\n{_GUTTER}{_marked(item)}\n    = {line(facts.about(item.rule))}{also}\n"


def surroundings(item: FoundInFile) -> tuple[str, str, str]:
    """Return the text before a finding in its line, the finding, and the text behind it, shortened and printable."""
    before, after = item.located.before, item.located.after
    if len(before) > AROUND + 1:
        before = ELLIPSIS + before[-AROUND:]
    if len(after) > AROUND + 1:
        after = after[:AROUND] + ELLIPSIS
    return line(before), line(item.located.finding.text), line(after)


def _marked(item: FoundInFile) -> str:
    """Return the finding in its line: [-…-] around a cut, [?…?] around any other finding."""
    open_, close = ("[-", "-]") if item.located.finding.verdict is Verdict.CUT else ("[?", "?]")
    before, text, after = surroundings(item)
    return f"{before}{open_}{text}{close}{after}"
