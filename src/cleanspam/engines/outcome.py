"""Cleans one value in an engine. No value is lost: a value that cannot be cleaned stays, with a reason."""

from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.keepmarks import obey
from cleanspam.model import Cleaning, Finding, NamedTuple, Verdict
from cleanspam.text.cut import inside

NO_TEXT = "no_text"
FAILED = "failed"


class Outcome(NamedTuple):
    """A cleaning, or the reason why there is none. A value without a cleaning stays, and is counted by the reason."""

    cleaning: Cleaning = Cleaning("")
    problem: str = ""


def clean_value(value: object, cleaner: Cleaner, *, with_flags: bool = False) -> Outcome:
    """Clean a value as the command line does. The result for a value that is no text, or makes the judge fail, is a reason.

    This function never raises: an engine would drop the record, or its batch of a thousand records.
    """
    if not isinstance(value, str):
        return Outcome(problem=NO_TEXT)
    try:
        return Outcome(_with_flags(value, cleaner) if with_flags else cleaner.clean_marked(value))
    except Exception:  # an unforeseen error at one text among billions
        return Outcome(problem=FAILED)


def cut_rows(cleaning: Cleaning) -> list[list[object]]:
    """Return the start, end, text and rule of each cut; places are code points of the original text."""
    said = [finding for finding in cleaning.findings if finding.verdict is Verdict.CUT]
    return [[*cut, _rule_of(inside(cut, said))] for cut in cleaning.cuts]


def _rule_of(findings: list[Finding]) -> str:
    return findings[0].rules[0] if findings else ""


def _with_flags(text: str, cleaner: Cleaner) -> Cleaning:
    return obey(text, cleaner.examine(text)).cleaning
