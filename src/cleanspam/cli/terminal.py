"""Painting: hunks, findings and summaries as rich renderables. The only module of the core that knows a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleanspam.text.diff import Hunk, plain, visible

# Bold and struck through, so that the cut also shows where red does not.
CUT_STYLE = "bold strike red"
KEPT_STYLE = ""
MARGIN_STYLE = "dim"


def painted(hunk: Hunk) -> Text:
    """Return a hunk's line with what goes struck through."""
    line = Text(overflow="fold", no_wrap=False)
    for text, is_cut in hunk.pieces:
        line.append(visible(text), CUT_STYLE if is_cut else KEPT_STYLE)
    return line


def print_hunks(console: Console, path: str, hunks: Iterable[Hunk]) -> None:
    """Print a file's hunks: a grid of line number, text, rule and site in colour, else one plain line each."""
    if not console.is_terminal or console.no_color or console.color_system is None:
        for hunk in hunks:
            console.out(f"{visible(path)}:{place_of(hunk)}: {plain(hunk)}  {_margin(hunk)}", highlight=False)
        return
    console.print(Text(visible(path), "bold"))
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(justify="right", style=MARGIN_STYLE, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_column(style=MARGIN_STYLE, overflow="fold", max_width=max(16, console.width // 4))
    for hunk in hunks:
        grid.add_row(place_of(hunk), painted(hunk), Text(_margin(hunk)))
    console.print(grid)


def place_of(hunk: Hunk) -> str:
    """Return the line of a hunk, or its record in a file without lines."""
    return str(hunk.line) if hunk.line or not hunk.record else f"record {hunk.record}"


def _margin(hunk: Hunk) -> str:
    return f"{', '.join(hunk.rules)} ({', '.join(hunk.sites)})"
