"""`cleanspam check`: names what would be cut, for CI; exits with 1 if there is anything."""

import json
from collections.abc import Iterable
from typing import Annotated

import typer

from cleanspam.batch import PieceEditor, Totals, Wants
from cleanspam.cli.guard import FOUND, guarded
from cleanspam.cli.options import CutFlagged, NoDefault, Only, Paths, Quiet, RuleChoice, Rules, Without
from cleanspam.cli.session import Inputs, outcomes, say
from cleanspam.diff import visible
from cleanspam.formats.text import TextFormat
from cleanspam.locate import Located
from cleanspam.model import Verdict

AsJson = Annotated[bool, typer.Option("--json", help="Print the findings as one JSON array.")]


@guarded
def check(
    paths: Paths = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    rules: Rules = None,
    no_default_rules: NoDefault = False,
    only: Only = None,
    without: Without = None,
    cut_flagged: CutFlagged = False,
) -> int:
    """Name what would be cut, one line a finding, and exit with 1 if there is anything. Flags are named but cost nothing.

    Examples:

    cleanspam check corpus/

    cleanspam check article.txt --json
    """
    text = TextFormat()
    cleaner = RuleChoice(rules, no_default_rules, only, without, cut_flagged).cleaner()
    edit, inputs, totals = PieceEditor(text, cleaner, Wants(findings=True)), Inputs(paths), Totals()
    found: list[dict[str, object]] = []
    for name, source in inputs:
        totals.files += 1
        for outcome in outcomes(text.pieces(source), edit):
            totals.add(outcome.totals)
            if as_json:
                found += [as_data(name, located) for located in outcome.located]
            else:
                _print_lines(name, outcome.located)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    if not quiet:
        say(_verdict(totals))
    return inputs.code or (FOUND if totals.cuts else 0)


def as_data(path: str, located: Located) -> dict[str, object]:
    """Return a finding as JSON data: offsets in code points of its text, line and column from 1."""
    finding = located.finding
    return {
        "path": path,
        "line": located.line,
        "column": located.column,
        "start": finding.start,
        "end": finding.end,
        "verdict": finding.verdict.value,
        "site": finding.site.value,
        "rules": list(finding.rules),
        "text": finding.text,
    }


def _print_lines(name: str, found: Iterable[Located]) -> None:
    for located in found:
        finding = located.finding
        flag = "" if finding.verdict is Verdict.CUT else " (flag)"
        rules = ", ".join(finding.rules)
        typer.echo(f"{visible(name)}:{located.line}:{located.column}: {rules}{flag}: {visible(finding.text)}")


def _verdict(totals: Totals) -> str:
    findings = "1 finding" if totals.cuts == 1 else f"{totals.cuts:,} findings"
    files = "1 file" if totals.files == 1 else f"{totals.files:,} files"
    flags = f", {totals.flags:,} flagged" if totals.flags else ""
    return f"{findings} in {files}{flags}"
