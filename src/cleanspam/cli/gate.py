"""The gate of `cleanspam check`: drops known findings, counts the others, and decides whether the run fails."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Optional

import typer

from cleanspam.ci import baseline
from cleanspam.ci.budget import Budget, Counted
from cleanspam.ci.reports import FoundInFile
from cleanspam.ci.reports.base import line
from cleanspam.cli import completion
from cleanspam.cli.command import option
from cleanspam.cli.configfile import COUNT, NUMBER, SHARE
from cleanspam.cli.guard import FOUND, complain
from cleanspam.cli.language import tr
from cleanspam.cli.values import taking
from cleanspam.corpus.chunk import Totals
from cleanspam.disk import atomic
from cleanspam.errors import CleanspamError, SettingError
from cleanspam.model import Verdict

_PANEL = "What fails"
SHOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class GateOptions:
    """The options for known findings and for the limits of a check."""

    baseline: Annotated[
        Optional[Path], option("--baseline", metavar="FILE", panel=_PANEL, help="Leave out the findings that FILE names.")
    ] = None
    write_baseline: Annotated[
        Optional[Path],
        option(
            "--write-baseline",
            metavar="FILE",
            panel=_PANEL,
            help="Write all findings to FILE as known, report nothing, and exit with 0.",
        ),
    ] = None
    strict_baseline: Annotated[
        bool, option("--strict-baseline", panel=_PANEL, help="Also fail if the baseline has entries without a finding.")
    ] = False
    max_findings: Annotated[
        Optional[int],
        option(
            "--max-findings", metavar="N", parser=taking(COUNT, int), panel=_PANEL, help="Fail only for more than N findings."
        ),
    ] = None
    max_per_million: Annotated[
        Optional[float],
        option(
            "--max-per-million",
            metavar="N",
            parser=taking(NUMBER, float),
            panel=_PANEL,
            help="Fail only for more than N findings per million characters.",
        ),
    ] = None
    max_files_share: Annotated[
        Optional[float],
        option(
            "--max-files-share",
            metavar="PERCENT",
            parser=taking(SHARE, float),
            panel=_PANEL,
            help="Fail only if more than PERCENT of the files have findings.",
        ),
    ] = None
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="cut|flag",
            rich_help_panel=_PANEL,
            autocompletion=completion.words(("cut", "flag")),
            help="What makes a check fail: cuts only, or flags as well.",
        ),
    ] = "cut"
    exit_zero: Annotated[bool, option("--exit-zero", panel=_PANEL, help="Exit with 0 whatever is found.")] = False

    def gate(self) -> "Gate":
        """Return the gate that these options describe. Raises CleanspamError."""
        budget = Budget(self.max_findings, self.max_per_million, self.max_files_share)
        return Gate(budget, read_known(self.baseline), self.fail_on)


@dataclass
class Gate:
    """Drops known findings, passes the others on, and counts the findings that can make the run fail."""

    budget: Budget
    known: baseline.Baseline = field(default_factory=baseline.Baseline)
    fail_on: str = "cut"
    excused: int = 0  # the number of findings that the baseline knows
    counted: int = 0
    _files: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.fail_on not in ("cut", "flag"):
            raise SettingError("fail-on", f"write cut or flag, not {self.fail_on!r}")

    def new(self, findings: Iterable[FoundInFile]) -> Iterator[FoundInFile]:
        """Yield the findings that are not in the baseline."""
        for found in findings:
            if found.located.finding.verdict is not Verdict.NONE and self.known.excuses(found.located):
                self.excused += 1
                continue
            self._count(found)
            yield found._replace(is_strict=True) if self.fail_on == "flag" else found

    def _count(self, item: FoundInFile) -> None:
        verdict = item.located.finding.verdict
        if verdict is Verdict.CUT or (verdict is Verdict.FLAG and self.fail_on == "flag"):
            self.counted += 1
            self._files.add(item.path)

    def result(self, totals: Totals) -> Counted:
        """Return the figures for the budget."""
        return Counted(self.counted, totals.chars, totals.files, len(self._files))


def read_known(file: Path | None) -> baseline.Baseline:
    """Return the baseline in a file; an empty one for None. Raises CleanspamError."""
    if file is None:
        return baseline.Baseline()
    try:
        return baseline.loads(file.read_text(encoding="utf-8-sig"), str(file))
    except FileNotFoundError as error:
        raise CleanspamError(f"{file}: no such baseline; write it with --write-baseline {file}") from error
    except UnicodeDecodeError as error:
        raise CleanspamError(f"{file}: no baseline: not UTF-8 at byte {error.start}; write it anew") from error


def write_known(file: Path, findings: Iterable[FoundInFile]) -> int:
    """Write findings as a baseline, without unused keep marks, and return the number of entries."""
    located = [found.located for found in findings if found.located.finding.verdict is not Verdict.NONE]
    with atomic.replacing(file) as sink:
        sink.write(baseline.dumps(located).encode())
    return len(located)


def name_stale(entries: list[baseline.KnownFinding], file: Path | None, *, strict: bool) -> int:
    """Print the entries without a finding, and return the exit code. If they make the run fail, all are printed."""
    for entry in entries if strict else entries[:SHOWN]:
        complain(line(tr("{0}: no longer found: {1}: {2}", file, entry.rule, entry.key.text)))
    if len(entries) > SHOWN and not strict:
        complain(tr("{0}: and {1} more; --write-baseline writes it anew", file, f"{len(entries) - SHOWN:,}"))
    return FOUND if strict and entries else 0
