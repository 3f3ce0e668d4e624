"""`cleanspam check`: names what would be cut, for CI; exits with 1 if there is too much of it."""

from collections.abc import Iterator

from cleanspam.batch import PieceEditor, Totals, Wants
from cleanspam.budget import Budget
from cleanspam.cleaner import Cleaner
from cleanspam.cli.gate import (
    ExitZero,
    FailOn,
    Gate,
    KnownFile,
    MaxFilesShare,
    MaxFindings,
    MaxPerMillion,
    StrictBaseline,
    WriteKnown,
    name_stale,
    read_known,
    write_known,
)
from cleanspam.cli.guard import FOUND, guarded
from cleanspam.cli.options import CutFlagged, NoDefault, Only, Paths, Quiet, RuleChoice, Rules, Without
from cleanspam.cli.output import AsJson, Format, OutputFile, chosen, write
from cleanspam.cli.session import Inputs, outcomes, say
from cleanspam.formats.text import TextFormat
from cleanspam.reports import REPORTS, Facts, Found
from cleanspam.ruleset import Ruleset


@guarded
def check(
    paths: Paths = None,
    format_: Format = None,
    as_json: AsJson = False,
    output_file: OutputFile = None,
    baseline: KnownFile = None,
    write_baseline: WriteKnown = None,
    strict_baseline: StrictBaseline = False,
    max_findings: MaxFindings = None,
    max_per_million: MaxPerMillion = None,
    max_files_share: MaxFilesShare = None,
    fail_on: FailOn = "cut",
    exit_zero: ExitZero = False,
    quiet: Quiet = False,
    rules: Rules = None,
    no_default_rules: NoDefault = False,
    only: Only = None,
    without: Without = None,
    cut_flagged: CutFlagged = False,
) -> int:
    """Name what would be cut, and exit with 1 if there is anything. Flags are named but cost nothing.

    Examples:

    cleanspam check corpus/

    cleanspam check corpus/ --format sarif --output-file cleanspam.sarif

    cleanspam check corpus/ --baseline known.txt --max-per-million 5
    """
    report = REPORTS[chosen(format_, as_json, output_file)]
    gate = Gate(Budget(max_findings, max_per_million, max_files_share), read_known(baseline), fail_on)
    cleaner = RuleChoice(rules, no_default_rules, only, without, cut_flagged).cleaner()
    run = Run(Inputs(paths), cleaner)
    if write_baseline:
        known = write_known(write_baseline, run.findings())
        say(f"{known:,} known {'finding' if known == 1 else 'findings'} written to {write_baseline}")
        return run.inputs.code
    write(report(gate.new(run.findings()), run.facts), output_file)
    stale = name_stale(gate.known.stale(), baseline, strict=strict_baseline)
    if not quiet:
        for line in summary(run.totals, gate):
            say(line)
    kept = gate.budget.is_kept(gate.result(run.totals))
    return run.inputs.code or (0 if exit_zero else stale or (0 if kept else FOUND))


class Run:
    """One reading of the inputs: yields findings, and counts as it goes."""

    def __init__(self, inputs: Inputs, cleaner: Cleaner) -> None:
        self.inputs, self.totals, self.facts = inputs, Totals(), facts_of(cleaner.ruleset)
        self._format = TextFormat()
        self._edit = PieceEditor(self._format, cleaner, Wants(findings=True))

    def findings(self) -> Iterator[Found]:
        """Yield each finding in its place, file by file."""
        for name, source in self.inputs:
            self.totals.files += 1
            self.facts.files.append(name)
            for outcome in outcomes(self._format.pieces(source), self._edit):
                self.totals.add(outcome.totals)
                yield from (Found(name, located) for located in outcome.located)


def facts_of(ruleset: Ruleset) -> Facts:
    """Return what reports say of the program and its rules."""
    from cleanspam import __version__

    return Facts(__version__, ruleset.hash, {rule.id: rule.about for rule in ruleset.rules})


def summary(totals: Totals, gate: Gate) -> Iterator[str]:
    """Yield what was found out of how much, and how far each budget is used."""
    flags = f", {totals.flags:,} flagged" if totals.flags else ""
    known = f", {gate.excused:,} known" if gate.excused else ""
    kept = f", {totals.kept:,} kept by a mark" if totals.kept else ""
    yield f"{_number(gate.counted, 'finding')} in {_number(totals.files, 'file')}{flags}{known}{kept}"
    for use in gate.budget.uses(gate.result(totals)):
        yield f"budget: {use}"


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
