"""Write docs/diff.svg: the diff of demo/article.txt as a terminal shows it, for the READMEs."""

import io
import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console

from cleanspam import Cleaner, load_rules
from cleanspam.cli.terminal import print_hunks
from cleanspam.text.diff import hunks

ROOT = Path(__file__).parent.parent
CELL = 12.2  # pixels: rich draws in Fira Code of 20 px
TEXT_RE = re.compile(
    r'<text class="(diff-r\d+)" x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+" clip-path="[^"]+">(.*?)</text>', re.S
)
# A wide character fills two columns; in the size of the narrow ones it would leave a fifth of them empty.
STYLE = """
    .diff-wide { font-size: 22.5px; font-family: 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif }
    .diff-matrix text { text-decoration-thickness: 1.6px }
    """


class Run(NamedTuple):
    """Characters of one width that stand side by side, and the column where they begin."""

    column: int
    width: int
    text: str

    @property
    def cells(self) -> int:
        """Return how many columns the run fills."""
        return self.width * len(self.text)


def render() -> str:
    """Return the picture as SVG."""
    text = (ROOT / "demo" / "article.txt").read_text(encoding="utf-8")
    console = Console(
        record=True, width=104, force_terminal=True, color_system="truecolor", file=io.StringIO(), highlight=False
    )
    print_hunks(console, "demo/article.txt", hunks(text, Cleaner(load_rules()).clean(text)))
    return on_the_grid(console.export_svg(title="cleanspam diff demo/article.txt", unique_id="diff"))


def on_the_grid(svg: str) -> str:
    """Return rich's SVG with each character in its own columns.

    rich gives as the length of a text 12.2 pixels for each character; a Chinese one takes two columns, so browsers squeeze it.
    """
    svg = svg.replace("font-variant-east-asian: full-width;", "").replace("</style>", f"{STYLE}</style>")
    return TEXT_RE.sub(_redrawn, svg)


def runs(text: str) -> Iterator[Run]:
    """Yield the runs of a text, from its first column on."""
    column = 0
    for width, chars in groupby(text, cell_len):
        run = Run(column, width, "".join(chars))
        yield run
        column += run.cells


def _redrawn(found: re.Match[str]) -> str:
    style, x, y, inside = found.groups()
    return "".join(
        f'<text class="{style}{" diff-wide" if run.width == 2 else ""}" x="{float(x) + CELL * run.column:g}" y="{y}" '
        f'textLength="{CELL * run.cells:g}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(run.text).replace(' ', '&#160;')}</text>"
        for run in runs(unescape(inside).replace("\xa0", " "))
        if run.cells and run.text.strip()
    )


if __name__ == "__main__":
    (ROOT / "docs" / "diff.svg").write_text(render(), encoding="utf-8")
