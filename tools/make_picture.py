"""Write docs/diff.svg: the diff of demo/article.txt as a terminal shows it, for the READMEs."""

import io
from pathlib import Path

from rich.console import Console

from cleanspam import Cleaner, load_rules
from cleanspam.cli.terminal import print_hunks
from cleanspam.text.diff import hunks

ROOT = Path(__file__).parent.parent


def render() -> str:
    """Return the picture as SVG."""
    text = (ROOT / "demo" / "article.txt").read_text(encoding="utf-8")
    console = Console(
        record=True, width=104, force_terminal=True, color_system="truecolor", file=io.StringIO(), highlight=False
    )
    print_hunks(console, "demo/article.txt", hunks(text, Cleaner(load_rules()).clean(text)))
    return console.export_svg(title="cleanspam diff demo/article.txt", unique_id="diff")


if __name__ == "__main__":
    (ROOT / "docs" / "diff.svg").write_text(render(), encoding="utf-8")
