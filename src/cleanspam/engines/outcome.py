"""What becomes of one value in an engine: nothing is lost, whatever it is. A value in, a cleaning or the reason why not out."""

from typing import NamedTuple

from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.keepmarks import obey
from cleanspam.model import Cleaning, Finding, Verdict
from cleanspam.text.cut import inside

NO_TEXT = "no_text"
FAILED = "failed"


class Outcome(NamedTuple):
    """A cleaning, or why there is none; then the value stays as it is, and is counted by that word."""

    cleaning: Cleaning = Cleaning("")
    problem: str = ""


def clean_value(value: object, cleaner: Cleaner, *, with_flags: bool = False) -> Outcome:
    """Clean a value as the command line does; of one that is no text, or at which the judge fails, say so.

    An engine drops the record, or the thousand of its batch, if a step raises.
    """
    if not isinstance(value, str):
        return Outcome(problem=NO_TEXT)
    try:
        return Outcome(_with_flags(value, cleaner) if with_flags else cleaner.clean_marked(value))
    except Exception:  # of one text among billions, which nobody foresaw
        return Outcome(problem=FAILED)


def cut_rows(cleaning: Cleaning) -> list[list[object]]:
    """Return the start, end, text and rule of each cut; places are code points of the original text."""
    said = [finding for finding in cleaning.findings if finding.verdict is Verdict.CUT]
    return [[*cut, _rule_of(inside(cut, said))] for cut in cleaning.cuts]


def _rule_of(findings: list[Finding]) -> str:
    return findings[0].rules[0] if findings else ""


def _with_flags(text: str, cleaner: Cleaner) -> Cleaning:
    cleaning = cleaner.clean(text)
    return obey(text, cleaning._replace(findings=cleaner.findings(text))).cleaning
