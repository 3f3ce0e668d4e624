"""Values of options: they are the same with every version of typer, and need no pydantic."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Optional

import pytest
import typer

from cleanspam.cli.values import spare_pydantic

IS_NEW = tuple(map(int, version("typer").split(".")[:2])) >= (0, 29)


def called(*words: str) -> "dict[str, Any] | int":
    """Return the values that a command is called with, or the exit code of one that is refused."""
    seen: dict[str, Any] = {}
    app = typer.Typer()

    @app.command()
    def command(
        paths: Annotated[Optional[list[Path]], typer.Argument()] = None,
        only: Annotated[Optional[list[str]], typer.Option()] = None,
        top: Annotated[int, typer.Option(min=1, max=9)] = 5,
        rate: Annotated[Optional[float], typer.Option(min=0)] = None,
        folder: Annotated[Optional[Path], typer.Option(file_okay=False)] = None,
        quiet: bool = False,
    ) -> None:
        seen.update(paths=paths, only=only, top=top, rate=rate, folder=folder, quiet=quiet)

    made = typer.main.get_command(app)
    spare_pydantic(made)
    with pytest.raises(SystemExit) as done:
        made(list(words))
    return int(done.value.code or 0) or seen


def test_values_have_the_types_of_their_options(tmp_path: Path) -> None:
    """A command would get strings instead of paths and numbers."""
    seen = called(
        "a.txt", "b", "--only", "x", "--only", "y", "--top", "7", "--rate", "2.5", "--folder", str(tmp_path), "--quiet"
    )

    assert isinstance(seen, dict)
    assert (list(seen["paths"]), list(seen["only"])) == ([Path("a.txt"), Path("b")], ["x", "y"])
    assert (seen["top"], seen["rate"], seen["folder"], seen["quiet"]) == (7, 2.5, tmp_path, True)
    assert (type(seen["top"]), type(seen["rate"])) == (int, float)


def test_defaults_stay() -> None:
    """A user who leaves an option out would get another value than the default."""
    seen = called()

    assert isinstance(seen, dict)
    assert (seen["paths"] or None, seen["only"] or None, seen["rate"], seen["folder"]) == (None, None, None, None)
    assert (seen["top"], seen["quiet"]) == (5, False)


@pytest.mark.parametrize(
    "words", [["--top", "0"], ["--top", "10"], ["--top", "x"], ["--top", "1.5"], ["--rate", "-1"], ["--folder", __file__]]
)
def test_what_an_option_refuses_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A command would get a number out of its range, or a file instead of a folder."""
    assert called(*words) == 2
    assert words[0].removeprefix("--") in capsys.readouterr().err


@pytest.mark.skipif(not IS_NEW, reason="this typer does without it by itself")
@pytest.mark.parametrize("words", [["clean", "page.txt", "-q"], ["check", "page.txt", "-q"], ["diff", "page.txt", "-q"]])
def test_a_start_does_without_pydantic(words: list[str], tmp_path: Path) -> None:
    """Every start would take 1.5 times as long."""
    (tmp_path / "page.txt").write_text("雨停了。\n", encoding="utf-8")
    code = (
        "import sys; from cleanspam.cli.app import run; code = run(sys.argv[1:]);"
        "print(code, 'pydantic' in sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert ran.stderr.split() == ["0", "False"]
