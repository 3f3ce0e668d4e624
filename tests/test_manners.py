"""The command line at a terminal and in a pipe: colour, width, one line for many like errors, progress, completion."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam.cli.app import run
from cleanspam.cli.completion import flag_rule_ids, lists, rule_ids, words

Capture = pytest.CaptureFixture[str]
AD = "茶凉了,(网站建设公司报价),雨还没停。\n"
RED, ESCAPE = "\x1b[1;9;31m", "\x1b["


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(AD, encoding="utf-8")


def on_a_terminal(*words: str, width: int = 80, **surroundings: str) -> str:
    """Return what a command shows on a terminal, its output and errors together."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "COLUMNS": str(width), "TERM": "xterm-256color", **surroundings}
    command = [sys.executable, "-m", "cleanspam", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # the end of a terminal, on Linux
                break
            if not data:
                break
            shown += data
        process.wait()
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize("command", [["check", "a.txt"], ["check", "a.txt", "--format", "full"], ["diff", "a.txt"]])
def test_colour_is_as_it_is_asked_for(command: list[str], monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """A pipe would get colour escapes, or a pager that shows colours would get none."""
    run(command)
    assert ESCAPE not in capfd.readouterr().out
    for line in (["--color", "always", *command], [*command, "--color=always"]):
        run(line)
        assert f"{RED}(网站建设公司报价)" in capfd.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    run(command)
    assert RED in capfd.readouterr().out
    run([*command, "--color", "never"])
    monkeypatch.setenv("NO_COLOR", "1")
    run(command)
    assert ESCAPE not in capfd.readouterr().out


def test_a_report_for_programs_has_no_colour(capfd: Capture) -> None:
    """A program could not read a report with colours."""
    run(["check", "a.txt", "--format", "json", "--color", "always"])
    run(["check", "a.txt", "--output-file", "r.txt", "--color", "always"])
    assert ESCAPE not in capfd.readouterr().out + Path("r.txt").read_text(encoding="utf-8")


def test_another_colour_is_refused(capfd: Capture) -> None:
    """A mistyped value would be taken for auto."""
    assert run(["check", "--color", "yes"]) == 2
    assert capfd.readouterr().err == "cleanspam: --color yes: choose from auto, always, never\n"


def test_a_terminal_gets_colour_and_the_width_that_it_has() -> None:
    """A wide terminal would show as little as a narrow one, and a narrow one would show blanks instead of text."""
    Path("a.txt").write_text("一" * 90 + ",(网站建设公司报价)," + "二" * 90 + "。\n", encoding="utf-8")
    shown = {width: on_a_terminal("diff", "a.txt", width=width).replace("\r\n", "") for width in (20, 80, 200)}

    assert [text.count("一") for text in shown.values()] == [5, 11, 41]  # and the comma
    assert all(RED in text and "公司" in text for text in shown.values())
    assert ESCAPE not in on_a_terminal("diff", "a.txt", "-q", NO_COLOR="1")


def test_many_errors_alike_are_a_few_lines(capfd: Capture) -> None:
    """Ten thousand lines of one error would bury the others."""
    for number in range(40):
        Path(f"{number:02}.txt.gz").write_bytes(b"no gzip")
    Path("zz.json").write_text("{", encoding="utf-8")
    assert run(["check"]) == 2
    said = capfd.readouterr().err.splitlines()

    assert sum(".txt.gz: damaged gzip data" in line for line in said) == 5
    assert any(line.startswith("cleanspam: 35 more of the same kind: damaged gzip data") for line in said)
    assert any("zz.json" in line for line in said)


@pytest.mark.parametrize("command", [["check", "--exit-zero"], ["diff"], ["mine"], ["report", "-o", "p.html"]])
def test_all_that_read_files_say_how_far_they_are(command: list[str], monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """A command would run for minutes without a message."""
    monkeypatch.setattr("cleanspam.cli.progress.EVERY", 0.0)
    assert run(command) == 0
    assert "cleanspam: 1 files, 0.0 MB, " in capfd.readouterr().err
    assert run([*command, "-q"]) == 0
    assert "MB" not in capfd.readouterr().err


def test_a_slow_build_is_said_once(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """A user who installed without a compiler would never know why it takes five times as long."""
    monkeypatch.setattr("cleanspam.native.IS_COMPILED", False)
    for command in (["check", "--exit-zero"], ["clean", ".", "-o", "../out", "-j", "1"], ["diff"]):
        assert run(command) == 0
        assert capfd.readouterr().err.count("the compiled module is missing") == 1
        assert run([*command, "-q"]) == 0
        assert "compiled" not in capfd.readouterr().err


def test_a_closed_pipe_is_no_error() -> None:
    """A job with pipefail would fail for `| head`."""
    Path("a.txt").write_text(AD * 2_000, encoding="utf-8")
    for command in ("check a.txt --exit-zero", "diff a.txt", "clean a.txt"):
        line = f"set -o pipefail; {sys.executable} -m cleanspam {command} -q | head -1"
        ran = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("cleanspam check --format s", {"sarif"}),
        ("cleanspam check --as j", {"jsonl", "json"}),
        ("cleanspam clean --encoding g", {"gb18030"}),
        ("cleanspam check --fail-on f", {"flag"}),
        ("cleanspam rules show plea-u", {"plea-update"}),
        ("cleanspam check --without plea-u", {"plea-update"}),
        ("cleanspam --lang z", {"zh"}),
        ("cleanspam di", {"diff"}),
    ],
)
def test_a_shell_completes_values(line: str, offered: set[str]) -> None:
    """The shell would offer file names for options that take no file."""
    count = str(len(line.split()) - 1)
    env = {**os.environ, "_CLEANSPAM_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": count}
    ran = subprocess.run([sys.executable, "-m", "cleanspam"], env=env, capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == offered


def test_what_is_completed_begins_as_what_is_typed() -> None:
    """Completion would replace a typed word by another one."""
    assert words(("cut", "flag"))("f") == ["flag"]
    assert lists(lambda: ("plain", "glued"))("plain,g") == ["plain,glued"]
    assert set(flag_rule_ids("plea")) < set(rule_ids(""))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["check", "--fieldd", "x"], "there is no option --fieldd; did you mean --field or --files or --hidden?"),
        (["check", "--zzz", "x"], "there is no option --zzz; `cleanspam check --help` lists what there is"),
        (["check", "-Z"], "there is no option -Z; `cleanspam check --help` lists what there is"),
        (["check", "--jobs"], "--jobs needs a value"),
        (["check", "--hidden=1"], "--hidden takes no value"),
        (["check", "--jobs", "2.5"], "--jobs: write a whole number from 1, not '2.5'"),
        (["clean", "-j", "0", "a.txt"], "--jobs: write a whole number from 1, not '0'"),
        (["check", "--max-findings", "-1"], "--max-findings: write a whole number from 0, not '-1'"),
        (["check", "--max-per-million", "nan"], "--max-per-million: write a number from 0, not 'nan'"),
        (["check", "--max-files-share", "101"], "--max-files-share: write a number from 0 to 100, not '101'"),
        (
            ["rules", "stats", "--max-false-cuts-per-million", "x"],
            "--max-false-cuts-per-million: write a number from 0, not 'x'",
        ),
        (["log", "--top", "0"], "--top: write a whole number from 1, not '0'"),
        (["mine", "--least", "1" * 5_000], f"--least: write a whole number from 1, not '{'1' * 5_000}'"),
        (["check", "--as", "jsnol"], "--as: unknown format 'jsnol'; did you mean jsonl?"),
        (
            ["check", "--encoding", "x"],
            "--encoding: unknown encoding 'x' for Chinese text; write utf-8, gb18030, big5 or utf-16",
        ),
        (["check", "--fail-on", "x"], "--fail-on: write cut or flag, not 'x'"),
        (["rules", "shwo"], "there is no command shwo; did you mean show?"),
        (["rules", "show"], "ID is missing; `cleanspam rules show --help` lists what there is"),
        (["rules", "trial", "--phrases", "x"], "--host is missing; `cleanspam rules trial --help` lists what there is"),
        (["config", "x", "y"], "nothing takes the argument x y; `cleanspam config --help` lists what there is"),
    ],
)
def test_a_wrong_word_is_one_line_like_all_errors(command: list[str], said: str, capfd: Capture) -> None:
    """Half of the errors would be boxes or a library's own sentences, another one with each version of typer."""
    assert run(command) == 2
    assert capfd.readouterr() == ("", f"cleanspam: {said}\n")
