"""The page on clusters shows the programs that `make engines` runs."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "demo" / "engines").glob("*.py"))
PAGES = ("docs/clusters.md", "docs/clusters.zh-CN.md")


def python_blocks(page: str) -> list[str]:
    """Return the Python that a page shows."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_lines_that_the_page_shows_are_those_that_run(page: str) -> None:
    """A reader would copy lines that no test has run."""
    run = {line.strip() for path in SCRIPTS for line in path.read_text(encoding="utf-8").splitlines()}
    shown = [line.strip() for block in python_blocks(page) for line in block.splitlines()]

    assert [line for line in shown if line not in run and not line.startswith("Recipe.load(")] == []


def test_both_pages_show_the_same_lines() -> None:
    """A reader of Chinese would learn less, or something else."""
    assert python_blocks(PAGES[0]) == python_blocks(PAGES[1])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_does_nothing_when_it_is_imported(path: Path) -> None:
    """Engines import the script in each of their processes: each import would run it again, or delete its output."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    only_named = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.Expr)
    does = [node for node in body if not isinstance(node, only_named)]

    assert [ast.unparse(node.test) for node in does if isinstance(node, ast.If)] == ["__name__ == '__main__'"]
    assert len(does) == 1


def test_every_engine_has_a_script_and_a_part_on_the_page() -> None:
    """An engine would be promised that nobody can find."""
    text = (ROOT / PAGES[0]).read_text(encoding="utf-8").lower().replace("-", "_")

    assert SCRIPTS
    assert [path.stem for path in SCRIPTS if path.stem.removeprefix("with_") not in text] == []
