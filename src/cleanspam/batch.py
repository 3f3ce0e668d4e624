"""One piece of a file, edited: the cleaned bytes, and everything that a report may want to know of it."""

from collections import Counter
from dataclasses import dataclass, field, replace

from cleanspam.cleaner import Cleaner
from cleanspam.diff import Hunk, hunks
from cleanspam.formats.base import Format, Passage
from cleanspam.locate import Located, locate
from cleanspam.model import Cleaning, Verdict


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be read and stays as it is."""

    line: int  # from 1
    message: str


@dataclass(slots=True)
class Totals:
    """What was done, in numbers. Characters are code points."""

    files: int = 0
    texts: int = 0
    lines: int = 0
    chars: int = 0
    cuts: int = 0
    flags: int = 0
    chars_cut: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Totals") -> None:
        for name in ("files", "texts", "lines", "chars", "cuts", "flags", "chars_cut"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.by_rule.update(other.by_rule)

    def count(self, text: str, cleaning: Cleaning) -> None:
        """Add one text; a cut counts for the first of the rules that spoke, so that the counts add up."""
        self.texts += 1
        self.chars += len(text)
        self.chars_cut += len(text) - len(cleaning.text)
        for finding in cleaning.findings:
            if finding.verdict is Verdict.CUT:
                self.cuts += 1
                self.by_rule[finding.rules[0]] += 1
            elif finding.verdict is Verdict.FLAG:
                self.flags += 1


@dataclass(slots=True)
class Outcome:
    """What became of one piece. Lines are those of the piece, from 1; the file's reader adds what came before."""

    data: bytes = b""
    totals: Totals = field(default_factory=Totals)
    located: list[Located] = field(default_factory=list)
    hunks: list[Hunk] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wants:
    """What a run needs to know beside the cleaned bytes; what it does not want costs nothing."""

    findings: bool = False  # cuts and flags in their place
    hunks: bool = False


@dataclass(frozen=True, slots=True)
class PieceEditor:
    """Edits the pieces of one format. Picklable, so that a worker process can be given one."""

    format: Format
    cleaner: Cleaner
    wants: Wants = Wants()

    def __call__(self, piece: bytes) -> Outcome:
        """Return the cleaned piece with what the run wants to know."""
        desk = _Desk(self.cleaner, self.wants)
        desk.outcome.data = self.format.edit(piece, desk)
        desk.outcome.totals.lines = piece.count(b"\n")
        return desk.outcome


class _Desk:
    """The Editor that a format hands its passages to."""

    def __init__(self, cleaner: Cleaner, wants: Wants) -> None:
        self.outcome = Outcome()
        self._cleaner, self._wants = cleaner, wants

    def edit(self, passage: Passage) -> str:
        cleaning = self._cleaner.clean(passage.text)
        if self._wants.findings:
            cleaning = Cleaning(cleaning.text, cleaning.cuts, self._cleaner.findings(passage.text))
        self.outcome.totals.count(passage.text, cleaning)
        if cleaning.findings and self._wants.findings:
            self._locate(passage, cleaning)
        if cleaning.cuts and self._wants.hunks:
            self.outcome.hunks += hunks(passage.text, cleaning, passage.line)
        return cleaning.text

    def problem(self, line: int, message: str) -> None:
        self.outcome.problems.append(Problem(line + 1, message))

    def _locate(self, passage: Passage, cleaning: Cleaning) -> None:
        record = passage.record + 1 if passage.field else 0
        kept = (finding for finding in cleaning.findings if finding.verdict is not Verdict.KEEP)
        self.outcome.located += locate(passage.text, kept, passage.line, record, passage.field)


def shifted(outcome: Outcome, lines: int) -> Outcome:
    """Return the outcome with the `lines` of its file that came before it added to its line numbers."""
    if not lines:
        return outcome
    outcome.hunks = [hunk._replace(line=hunk.line + lines) for hunk in outcome.hunks]
    outcome.located = [replace(located, line=located.line + lines) for located in outcome.located]
    outcome.problems = [Problem(problem.line + lines, problem.message) for problem in outcome.problems]
    return outcome
