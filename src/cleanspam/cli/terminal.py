"""Coloured output: hunks, findings and tables in rich. The only module with colours and styles."""

import sys
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleanspam.ci.reports import Facts, FoundInFile
from cleanspam.ci.reports.base import describe_place, line, remark
from cleanspam.ci.reports.concise import headline
from cleanspam.ci.reports.full import surroundings
from cleanspam.cli.colour import has_colour
from cleanspam.cli.language import tr
from cleanspam.text.diff import AROUND, Hunk, plain, visible

# Bold and struck through, so that a cut shows even without red.
CUT_STYLE, FLAG_STYLE, KEPT_STYLE = "bold strike red", "bold yellow", ""
MARGIN_STYLE, PATH_STYLE, RULE_STYLE = "dim", "bold", "cyan"
_LEVEL_STYLES = {"error": CUT_STYLE, "warning": FLAG_STYLE}
# The cells of a line that are not context: the line number, and a cut of ordinary length.
_NOT_CONTEXT, _LEAST_AROUND, _CELLS = 32, 6, 4


class _Screen(Console):
    """A console that raises an error at a closed pipe. rich would end the program with exit code 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console(*, on_stderr: bool = False) -> Console:
    """Return a console for standard output or stderr: coloured if wanted, and never with markup."""
    stream = sys.stderr if on_stderr else sys.stdout
    coloured = has_colour(stream)
    return _Screen(
        stderr=on_stderr,
        force_terminal=coloured,
        no_color=not coloured,
        color_system="auto" if coloured else None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def context_width() -> int:
    """Return the number of characters that fit on each side of a cut, which depends on the width of a terminal."""
    screen = console()
    if not screen.is_terminal:
        return AROUND
    return max(_LEAST_AROUND, (screen.width - _NOT_CONTEXT) // _CELLS)  # two sides, and two cells a character


def painted(hunk: Hunk) -> Text:
    """Return a hunk's line with the cuts struck through."""
    shown = Text(overflow="fold", no_wrap=False)
    for text, is_cut in hunk.pieces:
        shown.append(visible(text), CUT_STYLE if is_cut else KEPT_STYLE)
    return shown


def print_hunks(screen: Console, path: str, hunks: Iterable[Hunk]) -> None:
    """Print a file's hunks: line number, text, rule and site in colour, else one plain line each."""
    if not screen.is_terminal:
        for hunk in hunks:
            screen.out(f"{visible(path)}:{place_of(hunk)}: {plain(hunk)}  {_margin(hunk)}", highlight=False)
        return
    screen.print(Text(visible(path), PATH_STYLE))
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(justify="right", style=MARGIN_STYLE, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for hunk in hunks:
        number, text, margin = place_of(hunk), painted(hunk), Text(_margin(hunk), MARGIN_STYLE)
        # The rule is printed behind the text if there is room, else below. A column for rules would squeeze the text.
        if cell_len(f"{number} {text.plain}  {margin.plain}") <= screen.width:
            grid.add_row(number, Text.assemble(text, "  ", margin))
        else:
            grid.add_row(number, text)
            grid.add_row("", margin)
    screen.print(grid)


def print_findings(screen: Console, items: Iterable[FoundInFile], facts: Facts, *, is_full: bool) -> None:
    """Print findings in the form of the reports concise and full, in colour."""
    for item in items:
        screen.print(_painted_headline(item), soft_wrap=True)
        if is_full:
            before, text, after = surroundings(item)
            context = Text.assemble(("    | ", MARGIN_STYLE), before, (text, _LEVEL_STYLES.get(item.level, "")), after)
            screen.print(context, soft_wrap=True)
            screen.print(Text(f"    = {line(facts.about(item.rule))}", MARGIN_STYLE), soft_wrap=True)


def _painted_headline(item: FoundInFile) -> Text:
    head, at = Text(headline(item)), len(describe_place(item))
    rule_end = at + 2 + len(remark(item))
    text_end = rule_end + 2 + len(line(item.located.finding.text))
    head.stylize(PATH_STYLE, 0, at)
    head.stylize(RULE_STYLE, at + 2, rule_end)
    head.stylize(_LEVEL_STYLES.get(item.level, ""), rule_end + 2, text_end)
    return head


def place_of(hunk: Hunk) -> str:
    """Return the line of a hunk, or its record in a file without lines."""
    return str(hunk.line) if hunk.line or not hunk.record else tr("record {0}", hunk.record)


def _margin(hunk: Hunk) -> str:
    return f"{', '.join(hunk.rules)} ({', '.join(hunk.sites)})"
