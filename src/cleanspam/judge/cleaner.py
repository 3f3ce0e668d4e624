"""Cleaning: the core in one call. Takes a text, returns a Cleaning."""

from bisect import bisect_left
from functools import cache, cached_property

from cleanspam.judge.bytescan import ByteScan
from cleanspam.judge.tables import tables_in, tables_of
from cleanspam.model import NESTED, Cleaning, Finding, Verdict
from cleanspam.rulebook.find import compiled_form, load_rules
from cleanspam.text.entities import read_entities, spelled_back
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleanspam.judge.judge import Judge
    from cleanspam.judge.prefilter import Look
    from cleanspam.rulebook.compiledform import CompiledForm, RulesTold
    from cleanspam.rulebook.ruleset import Rules, Ruleset

_MARKED = "cleanspam"  # in every keep mark


@cache
def shipped_cleaner() -> "Cleaner":
    """Return the cleaner of the shipped rules, one for the process."""
    form = compiled_form()
    return Cleaner.of_form(form) if form else Cleaner(load_rules())


class Cleaner:
    """Cleans texts by a Ruleset. Reusable, picklable, and safe to share between threads."""

    _form: "CompiledForm"  # the compiled rules, until the Ruleset is made

    def __init__(self, ruleset: "Ruleset") -> None:
        self.ruleset = ruleset
        self._tables = tables_in(ruleset)

    @classmethod
    def of_form(cls, form: "CompiledForm") -> "Cleaner":
        """Return the cleaner of compiled rules. The Ruleset is made for the first text with a candidate."""
        made = cls.__new__(cls)
        made._tables, made._form = tables_of(form.tables), form
        return made

    @cached_property
    def ruleset(self) -> "Ruleset":
        """The rules."""
        from cleanspam.rulebook.compiled import rules_of

        return rules_of(self._form)

    @property
    def told(self) -> "RulesTold":
        """The facts about the rules that logs and reports state. They do not need the Ruleset."""
        return self.ruleset.told if "ruleset" in self.__dict__ else self._form.told

    @cached_property
    def judge(self) -> "Judge":
        """The rules, ready to judge. A page without a candidate never needs them."""
        from cleanspam.judge.judge import Judge

        return Judge(self._rules, self._tables)

    @property
    def _rules(self) -> "Rules":
        """The rules, still in bytes if they are compiled and nobody has asked for the Ruleset."""
        if "ruleset" in self.__dict__:
            return self.ruleset
        from cleanspam.rulebook.compiled import LateRules

        return LateRules(self._form)

    @cached_property
    def screen(self) -> ByteScan:
        """The scan that finds texts that may have a cut while they are still bytes."""
        return ByteScan(self._tables, lambda: self.judge) if self._tables else self.judge.screen

    def __reduce__(self) -> "tuple[type[Cleaner], tuple[Ruleset]]":
        return type(self), (self.ruleset,)

    def clean(self, text: str) -> Cleaning:
        """Return `text` without its plantings; if there are none, the same object.

        A cut can reveal another planting, so this cleans until nothing is left to cut.
        """
        if known := self.judge.recalled(text):
            return self._clean(text, *known)
        seen = self.judge.look(text)
        if seen[2] and (read := read_entities(text)):
            return spelled_back(text, read, self._cleaned(read.text, self.judge.look(read.text)))
        return self._cleaned(text, seen)

    def clean_marked(self, text: str) -> Cleaning:
        """Clean as the command line does: nothing is cut in a line marked `cleanspam: keep`."""
        cleaning = self.clean(text)
        if _MARKED not in text:
            return cleaning
        from cleanspam.judge.keepmarks import obey  # few texts have a mark

        return obey(text, cleaning).cleaning

    def findings(self, text: str) -> tuple[Finding, ...]:
        """Return all findings, flags and keeps included, ordered by start."""
        return self.examine(text).findings

    def examine(self, text: str) -> Cleaning:
        """Return the cleaning with all findings, flags and keeps included. The text is judged once."""
        read = read_entities(text)
        return spelled_back(text, read, self._examine(read.text)) if read else self._examine(text)

    def _examine(self, text: str) -> Cleaning:
        seen = self.judge.look(text)
        judged = self.judge.judged(text, seen)
        if not judged:
            return Cleaning(text)
        cleaning = self._clean(text, [finding for finding in judged if finding.verdict is Verdict.CUT], seen)
        gone = [(cut.start, cut.end) for cut in cleaning.findings]
        stays = (one for one in judged if one.verdict is not Verdict.CUT and not _lies_in(one, gone))
        return Cleaning(cleaning.text, cleaning.cuts, tuple(sorted([*cleaning.findings, *stays], key=_start)))

    def _cleaned(self, text: str, seen: "Look") -> Cleaning:
        """Clean a text that was looked at."""
        return self._clean(text, self.judge.cuts_among(text, *seen[:2]), seen) if seen[0] or seen[1] else Cleaning(text)

    def _clean(self, text: str, found: list[Finding], seen: "Look | None") -> Cleaning:
        """Cut the findings, and clean the result until nothing is left to cut; `seen` is what a look at the text found."""
        return self._cut(self.judge, text, found, seen) if found else Cleaning(text)

    @cached_property
    def _cut(self) -> "Callable[[Judge, str, list[Finding], Look | None], Cleaning]":
        """What cuts findings. To import it for each text takes 2 us, and a page without a finding needs none."""
        from cleanspam.judge.cutting import cut_out

        return cut_out


def _lies_in(finding: Finding, spans: list[tuple[int, int]]) -> bool:
    """Tell whether one of the spans contains the finding; `spans` are ordered by start, and may nest."""
    before = bisect_left(spans, (finding.start + 1, 0))
    return any(finding.end <= end for _, end in spans[max(before - NESTED, 0) : before])


def _start(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end
