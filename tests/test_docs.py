"""The docs: every command and option is in them, and the commands print what the docs show."""

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from rich.cells import cell_len

from cleanspam.cli.app import application
from cleanspam.rulebook.blocks import BLOCKS, KEYWORDS
from cleanspam.workshop.plant import FORMS

ROOT = Path(__file__).parent.parent
CHINESE = [*ROOT.glob("*.zh-CN.md"), *sorted((ROOT / "docs").glob("*.zh-CN.md"))]
PAIRS = tuple((name.replace(".zh-CN", ""), name) for name in (path.relative_to(ROOT).as_posix() for path in CHINESE))
PAGES = tuple(name for pair in PAIRS for name in pair)
# What typer gives every application; its own help says what they do.
TYPERS = frozenset({"--install-completion", "--show-completion"})


@cache
def page(name: str) -> str:
    """Return a page's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def tool(name: str) -> ModuleType:
    """Load a script of tools/."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands(command: Any, name: str = "cleanspam") -> Iterator[tuple[str, list[str]]]:
    """Yield every command with the options that it has; the types are click's, which typer may bring along."""
    yield name, [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    for word, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{name} {word}")


def blocks(name: str, language: str) -> list[str]:
    """Return a page's fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL)


def prose(name: str) -> str:
    """Return a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page(name), flags=re.MULTILINE | re.DOTALL)


COMMANDS = dict(commands(typer.main.get_command(application())))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_in_the_docs(name: str) -> None:
    """A command or an option would be documented nowhere."""
    docs = "\n".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
    # `rules list`, `prove`, `path` is a way to write it in a table.
    *group, word = name.split()
    assert name in docs or (f"{' '.join(group)} " in docs and f"`{word}`" in docs)
    missing = [option for option in COMMANDS[name] if option not in TYPERS and not re.search(rf"{option}(?![a-z-])", docs)]
    assert missing == []


@pytest.mark.parametrize("name", [english for english, _ in PAIRS])
def test_what_the_pages_show_is_what_the_commands_print(name: str) -> None:
    """The docs would show wrong output, in Chinese too; `python tools/run_console_blocks.py` corrects it."""
    assert tool("run_console_blocks").rendered(page(name)) == page(name)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_python_of_the_readmes_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first thing that a reader tries would fail."""
    monkeypatch.chdir(tmp_path)
    [rules] = [block for block in re.findall(r"^```\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL) if "rule  " in block]
    (tmp_path / "my.rules").write_text(rules, encoding="utf-8")
    assert blocks(name, "python")
    for block in blocks(name, "python"):
        exec(compile(block, name, "exec"), {})


def test_both_readmes_show_the_same_python_and_the_same_table_of_commands() -> None:
    """A reader of Chinese would not learn of `Cleaner`, or look for `cleanspam config` in the row of another command."""

    def code(name: str) -> str:
        return re.sub(r" *#.*", "", "".join(blocks(name, "python")))

    def rows(name: str) -> list[str]:
        return re.findall(r"^\| (`cleanspam .*?`) \|", prose(name).replace("`、`", "`, `"), re.MULTILINE)

    assert code("README.md") == code("README.zh-CN.md")
    assert rows("README.md") == rows("README.zh-CN.md")
    assert "`cleanspam config`" in rows("README.md")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/rules.md", "docs/rules.zh-CN.md"])
def test_no_page_calls_a_rules_place_by_a_keyword_that_rules_do_not_take(name: str) -> None:
    """A rule that is written by the page would be refused; `where` belongs to a place block only."""
    told = [line for line in page(name).splitlines() if "`where`" in line]
    assert [line for line in told if "place" not in line.lower() and "位置" not in line] == []
    assert "\nwhere " not in "".join(re.findall(r"^rule .*?(?=^$|^```)", page(name), re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_show_the_same_commands(english: str, chinese: str) -> None:
    """A reader of Chinese would learn less, or something else."""
    assert blocks(english, "console") == blocks(chinese, "console")


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_have_the_same_parts(english: str, chinese: str) -> None:
    """One of the pages would lack a part."""
    levels = [re.findall(r"^#+(?= )", prose(name), re.M) for name in (english, chinese)]
    assert levels[0] == levels[1]


@pytest.mark.parametrize("name", ["docs/rules.md", "docs/rules.zh-CN.md"])
def test_the_grammar_has_every_keyword_and_the_trial_every_form(name: str) -> None:
    """The page with the whole grammar would lack a keyword."""
    words = {*BLOCKS, *(word for words in KEYWORDS.values() for word in words), *(form.name for form in FORMS)}
    assert [word for word in sorted(words) if f"`{word}`" not in page(name) and f"\n{word} " not in page(name)] == []


@pytest.mark.parametrize("name", PAGES)
def test_links_within_the_repository_lead_somewhere(name: str) -> None:
    """A reader would find nothing behind a link."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose(name)):
        assert (ROOT / name).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("name", ["docs/architecture.md", "docs/architecture.zh-CN.md"])
def test_the_architecture_names_every_room_and_only_modules_that_are_there(name: str) -> None:
    """A stranger would be sent to a module that was moved, or would not be told of a room."""
    package = ROOT / "src" / "cleanspam"
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*(?:\.py|/))`", page(name)))

    assert {room for room in rooms if not re.search(rf"(?<![a-z]){room}(?![a-z])", page(name))} == set()
    assert {path for path in named if not (package / path).exists() and not (ROOT / path).exists()} == set()


def test_the_picture_is_what_the_demo_shows() -> None:
    """The README's picture would show yesterday's rules; `python tools/make_picture.py` draws it anew."""
    assert tool("make_picture").render() == page("docs/diff.svg")


def test_the_picture_gives_every_character_its_columns() -> None:
    """A browser would squeeze the Chinese of the README's picture into half its width."""
    svg = tool("make_picture").render()
    texts = re.findall(r'<text class="diff-r[^>]* textLength="([\d.]+)"[^>]*>([^<]+)</text>', svg)

    assert any("\u4e00" <= char <= "\u9fff" for _, text in texts for char in text)
    assert [float(length) for length, _ in texts] == pytest.approx(
        [12.2 * cell_len(unescape(text)) for _, text in texts], rel=1e-3
    )


def test_the_site_has_every_page_of_the_docs() -> None:
    """A page would be written that no menu leads to, or the site could not be built."""
    menu = set(re.findall(r"^  - [^:]+: (\S+\.md)$", page("mkdocs.yml"), re.MULTILINE))

    assert menu == {path.name for path in (ROOT / "docs").glob("*.md") if ".zh-CN" not in path.name}
    assert {name.replace(".md", ".zh-CN.md") for name in menu} == {path.name for path in (ROOT / "docs").glob("*.zh-CN.md")}
