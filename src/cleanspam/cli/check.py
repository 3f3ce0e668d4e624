"""`cleanspam check`: names what would be cut, for CI; exits with 1 if there is anything."""

from collections.abc import Iterator

from cleanspam.batch import PieceEditor, Totals, Wants
from cleanspam.cleaner import Cleaner
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
    """
    report = REPORTS[chosen(format_, as_json, output_file)]
    cleaner = RuleChoice(rules, no_default_rules, only, without, cut_flagged).cleaner()
    run = _Run(Inputs(paths), cleaner)
    write(report(run.findings(), run.facts), output_file)
    if not quiet:
        say(_verdict(run.totals))
    return run.inputs.code or (FOUND if run.totals.cuts else 0)


class _Run:
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


def _verdict(totals: Totals) -> str:
    findings = "1 finding" if totals.cuts == 1 else f"{totals.cuts:,} findings"
    files = "1 file" if totals.files == 1 else f"{totals.files:,} files"
    flags = f", {totals.flags:,} flagged" if totals.flags else ""
    return f"{findings} in {files}{flags}"
