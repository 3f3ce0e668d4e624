"""Cleaning: the whole core in one call, text in, Cleaning out."""

from bisect import bisect_left

from cleanspam.judge.judge import NESTED, Judge
from cleanspam.judge.keepmarks import obey
from cleanspam.model import Cleaning, Cut, Finding, Span, Verdict
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.cut import apply, compose, place, plan


class Cleaner:
    """Cleans texts by a Ruleset. Reusable, picklable, and safe to share between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.judge = Judge(ruleset)

    def __reduce__(self) -> "tuple[type[Cleaner], tuple[Ruleset]]":
        return type(self), (self.ruleset,)

    def clean(self, text: str) -> Cleaning:
        """Return `text` without its planted parentheticals; without any, the same object.

        Cutting one out can bring another to light, so it cleans until nothing is left to cut.
        """
        return self._clean(text, self.judge.cuts(text))

    def clean_marked(self, text: str) -> Cleaning:
        """Clean as the command line does: a line marked `cleanspam: keep` keeps what it has."""
        return obey(text, self.clean(text)).cleaning

    def findings(self, text: str) -> tuple[Finding, ...]:
        """Return every parenthetical that a rule spoke about, those that stay (flag, keep) included, by start."""
        judged = self.judge.judged(text)
        cuts = self._clean(text, [finding for finding in judged if finding.verdict is Verdict.CUT]).findings
        gone = [(cut.start, cut.end) for cut in cuts]
        stays = (one for one in judged if one.verdict is not Verdict.CUT and not _lies_in(one, gone))
        return tuple(sorted([*cuts, *stays], key=_start))

    def _clean(self, text: str, found: list[Finding]) -> Cleaning:
        """Cut what is found, and go on until nothing is left to cut."""
        if not found:
            return Cleaning(text)
        cuts: list[Cut] = []
        findings: list[Finding] = []
        cleaned = text
        while found:
            findings += [_placed(text, finding, cuts) for finding in found]
            cuts = compose(text, cuts, plan(cleaned, found))
            cleaned = apply(text, cuts)
            found = self.judge.cuts(cleaned)
        return Cleaning(cleaned, tuple(cuts), tuple(sorted(findings, key=_start)))


def _lies_in(finding: Finding, spans: list[tuple[int, int]]) -> bool:
    """Tell whether one of the spans, ordered by start, holds the finding; they nest, so all that begin before it count."""
    before = bisect_left(spans, (finding.start + 1, 0))
    return any(finding.end <= end for _, end in spans[max(before - NESTED, 0) : before])


def _start(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end


def _placed(text: str, finding: Finding, cuts: list[Cut]) -> Finding:
    """Move a finding from a cleaned text back into the original."""
    if not cuts:
        return finding
    span = Span(place(finding.start, cuts), place(finding.end - 1, cuts) + 1)
    return Finding(*span, text[span.start : span.end], finding.site, finding.verdict, finding.rules)
