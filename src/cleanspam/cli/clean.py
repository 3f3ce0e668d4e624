"""`cleanspam clean`, which is also `cleanspam` without a command: the filter, one file, or folders into another."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, Optional

import typer

from cleanspam import files
from cleanspam.batch import PieceEditor, Totals, Wants
from cleanspam.cli.guard import complain, guarded
from cleanspam.cli.options import CutFlagged, NoDefault, Only, Paths, Quiet, RuleChoice, Rules, Without
from cleanspam.cli.session import STDIN, outcomes, show_hunks, summary
from cleanspam.errors import CleanspamError
from cleanspam.formats.text import TextFormat, lines

Output = Annotated[
    Optional[Path],
    typer.Option("--output", "-o", metavar="DIR", show_default=False, help="Write a cleaned copy of every file below DIR."),
]
LineBuffered = Annotated[
    bool, typer.Option("--line-buffered", help="Judge and write line by line: for a pipe that somebody watches.")
]
ShowDiff = Annotated[bool, typer.Option("--diff", help="Also show on stderr what is cut.")]


@guarded
def clean(
    context: typer.Context,
    paths: Paths = None,
    output: Output = None,
    line_buffered: LineBuffered = False,
    diff: ShowDiff = False,
    quiet: Quiet = False,
    rules: Rules = None,
    no_default_rules: NoDefault = False,
    only: Only = None,
    without: Without = None,
    cut_flagged: CutFlagged = False,
) -> int | None:
    """Write a text without its planted parentheticals; one file or standard input to standard output, more to --output.

    Examples:

    cleanspam < in.txt > out.txt

    cleanspam clean corpus/ --output cleaned/
    """
    if not paths and sys.stdin.isatty():
        typer.echo((context.parent or context).get_help())
        return None
    run = _Run(RuleChoice(rules, no_default_rules, only, without, cut_flagged), line_buffered, diff, quiet)
    if output:
        return run.mirror(paths or [], output)
    if (paths and len(paths) > 1) or (paths and paths[0].is_dir()):
        raise CleanspamError("several files cannot share standard output; name a folder with --output DIR")
    if not paths or paths[0] == STDIN:
        return run.filter("-", sys.stdin.buffer)
    with paths[0].open("rb") as source:
        return run.filter(str(paths[0]), source)


class _Run:
    """One run of `clean`: its rules, what it shows, and what it has counted."""

    def __init__(self, choice: RuleChoice, line_buffered: bool, diff: bool, quiet: bool) -> None:
        self._format = TextFormat()
        self._edit = PieceEditor(self._format, choice.cleaner(), Wants(hunks=diff))
        self._line_buffered, self._quiet = line_buffered, quiet
        self._totals = Totals()

    def filter(self, name: str, source: BinaryIO) -> int | None:
        """Clean one source to standard output."""
        sink = sys.stdout.buffer
        for data in self._cleaned(name, source):
            sink.write(data)
            if self._line_buffered:
                sink.flush()
        sink.flush()
        self._say_summary()
        return None

    def mirror(self, paths: list[Path], output: Path) -> int | None:
        """Clean every file into the same place below `output`; go on behind one that fails."""
        if STDIN in paths or not paths:
            raise CleanspamError("--output takes files and folders, not standard input; write < in > out instead")
        files.check_output(paths, output)
        failed = 0
        for file, relative in files.found(paths):
            try:
                with file.open("rb") as source, files.replacing(output / relative) as sink:
                    self._format.join(source, self._cleaned(str(file), source), sink)
            except OSError as error:
                failed = complain(f"{error.filename or file}: {error.strerror or error}; the other files go on")
        self._say_summary()
        return failed

    def _cleaned(self, name: str, source: BinaryIO) -> Iterator[bytes]:
        pieces = lines(source) if self._line_buffered else self._format.pieces(source)
        self._totals.files += 1
        for outcome in outcomes(pieces, self._edit):
            self._totals.add(outcome.totals)
            if outcome.hunks:
                show_hunks(name, outcome.hunks)
            yield outcome.data

    def _say_summary(self) -> None:
        if not self._quiet and (sys.stderr.isatty() or self._edit.wants.hunks):
            print(summary(self._totals), file=sys.stderr)
