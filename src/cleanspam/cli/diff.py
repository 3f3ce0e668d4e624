"""`cleanspam diff`: shows what would be cut, writes nothing."""

from typing import Annotated

import typer

from cleanspam.cli.guard import FOUND
from cleanspam.cli.options import Paths, Quiet, RuleOptions, command
from cleanspam.cli.session import Inputs, say, show_hunks, summary
from cleanspam.corpus.chunk import ChunkEditor, Collect, Totals
from cleanspam.formats.text import TextFormat

ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if something would be cut.")]


@command
def diff(paths: Paths = None, exit_code: ExitCode = False, *, rules: RuleOptions, quiet: Quiet = False) -> int:
    """Show what would be cut and by which rule; write nothing. What goes is struck through, or in [-…-] without colour.

    Examples:

    cleanspam diff article.txt

    cleanspam diff corpus/ --exit-code > cuts.txt
    """
    edit = ChunkEditor(TextFormat(), rules.choice().cleaner(), Collect(hunks=True))
    inputs, totals = Inputs(paths), Totals()
    for name, source in inputs:
        totals.files += 1
        for _, outcome in inputs.outcomes(source, edit):
            totals.add(outcome.totals)
            if outcome.hunks:
                show_hunks(name, outcome.hunks, on_stdout=True)
    if not quiet:
        say(summary(totals))
    return inputs.code or (FOUND if exit_code and totals.cuts else 0)
