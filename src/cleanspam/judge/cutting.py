"""Cuts findings out of a text, and what comes to light behind them."""

from cleanspam.judge.prefilter import Look
from cleanspam.judge.relook import look_again
from cleanspam.model import Cleaning, Finding
from cleanspam.text.cut import Original, apply, compose, plan
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from cleanspam.judge.judge import Judge


def cut_out(judge: "Judge", text: str, found: list[Finding], seen: Look | None) -> Cleaning:
    """Cut the findings, and clean the result until nothing is left to cut; `seen` is what a look at the text found."""
    cuts = more = plan(text, found)
    findings, before, cleaned = list(found), text, apply(text, cuts)
    while True:
        seen = look_again(judge.look, before, seen, more, cleaned) if seen else judge.look(cleaned)
        found = judge.cuts_among(cleaned, *seen[:2])
        if not found:
            return Cleaning(cleaned, tuple(cuts), tuple(sorted(findings)))
        original = Original(cuts)
        findings += [_placed(text, finding, original) for finding in found]
        more = plan(cleaned, found)
        cuts = compose(text, cuts, more)
        before, cleaned = cleaned, apply(text, cuts)


def _placed(text: str, finding: Finding, original: Original) -> Finding:
    """Return a finding of a cleaned text with its place in the original."""
    start, end = original.span(finding.start, finding.end)
    return finding._replace(start=start, end=end, text=text[start:end])
