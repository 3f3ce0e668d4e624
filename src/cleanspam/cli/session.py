"""What the commands that read texts share: reading a file's pieces in order, showing hunks, and the summary line."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cleanspam import files
from cleanspam.batch import Outcome, PieceEditor, Totals, shifted
from cleanspam.cli.guard import complain
from cleanspam.diff import Hunk
from cleanspam.errors import CleanspamError

STDIN = Path("-")


class Inputs:
    """The files that paths name, opened one after the other; what cannot be opened is complained about and passed over."""

    def __init__(self, paths: list[Path] | None) -> None:
        self._paths = paths or [STDIN]
        self.code = 0  # ERROR once something failed

    def __iter__(self) -> Iterator[tuple[str, BinaryIO]]:
        for path in self._paths:
            if path == STDIN:
                yield "-", sys.stdin.buffer
                continue
            try:
                for file, _ in files.found([path]):
                    yield from self._opened(file)
            except CleanspamError as error:
                self.code = complain(str(error))

    def _opened(self, file: Path) -> Iterator[tuple[str, BinaryIO]]:
        try:
            source = file.open("rb")
        except OSError as error:
            self.code = complain(f"{file}: {error.strerror}")
            return
        with source:
            yield str(file), source


def outcomes(pieces: Iterable[bytes], edit: PieceEditor) -> Iterator[Outcome]:
    """Yield what becomes of each piece, its lines counted from the beginning of the file."""
    lines = 0
    for piece in pieces:
        outcome = edit(piece)
        yield shifted(outcome, lines)
        lines += outcome.totals.lines


def show_hunks(name: str, hunks: Iterable[Hunk], *, on_stdout: bool = False) -> None:
    """Show a file's hunks: painted on a terminal, one plain line each elsewhere."""
    from rich.console import Console  # 40 ms, only for who wants to see something

    from cleanspam.paint import print_hunks

    print_hunks(Console(stderr=not on_stdout, highlight=False, markup=False, emoji=False), name, hunks)


def summary(totals: Totals) -> str:
    """Return the one-line summary: what was cut, out of how much, by which rules."""
    head = (
        f"{totals.cuts:,} {_noun(totals.cuts, 'cut')} in {totals.lines:,} {_noun(totals.lines, 'line')}, "
        f"{totals.chars_cut:,} of {totals.chars:,} characters"
    )
    rules = ", ".join(f"{rule} {number:,}" for rule, number in totals.by_rule.most_common())
    return f"{head}: {rules}" if rules else head


def _noun(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def say(line: str) -> None:
    """Print one line on stderr, behind everything that stdout has."""
    sys.stdout.flush()
    print(line, file=sys.stderr)
