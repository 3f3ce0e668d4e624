"""Options: there is a bundle for each panel, and no function takes a row of flags by position."""

import ast
import inspect
from pathlib import Path

import pytest
import typer

import cleanspam
from cleanspam.cli.app import COMMANDS, application, run
from cleanspam.cli.command import command
from cleanspam.cli.options import RuleOptions

PACKAGE = Path(cleanspam.__file__).parent
MOST = 8  # parameters


def functions() -> dict[str, int]:
    """Return the number of parameters of each function that is no command of typer's."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not {"guarded", "command"} & set(map(ast.unparse, node.decorator_list)):
                found[f"{path.relative_to(PACKAGE)}:{node.name}"] = len(node.args.args + node.args.kwonlyargs)
    return found


def test_no_function_takes_a_row_of_parameters() -> None:
    """Five booleans in a row could be swapped, and no type checker would tell them apart."""
    assert not {name for name, number in functions().items() if number > MOST}


def test_a_bundle_gives_a_command_its_options() -> None:
    """A command would lack an option that its bundle has, or call it by another name."""
    seen: list[tuple[str, RuleOptions]] = []

    @command
    def judged(name: str, *, rules: RuleOptions) -> None:
        seen.append((name, rules))

    assert list(inspect.signature(judged).parameters) == [
        "name",
        "rules",
        "no_default_rules",
        "only",
        "without",
        "cut_flagged",
        "cut",
        "context",
    ]
    with pytest.raises(typer.Exit):
        judged(name="a", rules=None, no_default_rules=True, only=["x"], without=None, cut_flagged=False, cut=None)
    assert seen == [("a", RuleOptions(no_default_rules=True, only=["x"]))]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """An option could not be looked up."""
    assert run([name, "--help"]) == 0
    assert "Usage: cleanspam" in capfd.readouterr().out


def test_all_commands_load_together() -> None:
    """Completion and the list of commands would fail."""
    assert len(application().registered_commands) + len(application().registered_groups) == len(COMMANDS)


@pytest.mark.parametrize(("word", "meant"), [("chek", "check"), ("version", "--version"), ("help", "--help")])
def test_a_mistyped_command_is_named(word: str, meant: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A mistyped command would be taken for a missing file."""
    assert run([word]) == 2
    assert capfd.readouterr().err == f"cleanspam: {word}: no such command or file; did you mean {meant}?\n"


def test_the_version_names_the_folders_whose_rules_are_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nobody could tell why two machines of one version judge differently."""
    (tmp_path / ".cleanspam").mkdir()
    (tmp_path / ".cleanspam" / "own.rules").write_text("list  toy 陀螺\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["cleanspam", "--version", "--verbose"])
    assert run(["--version", "--verbose"]) == 0
    assert f"rules of {tmp_path / '.cleanspam'} are added" in capfd.readouterr().out
