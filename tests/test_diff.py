"""`diff` and `explain` take the options of the other commands, and git applies their patches."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam.cli.app import run

pytestmark = pytest.mark.usefixtures("work")
Capture = pytest.CaptureFixture[str]
AD = "雨停了,(网站建设公司报价),街上又有了人。"
CLEAN = "雨停了,街上又有了人。"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_git_applies_a_patch(end: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A user who reviews cuts as patches would have to make them himself."""
    Path("d").mkdir()
    Path("d/一.txt").write_bytes(("头。\n" * 9 + AD + end).encode())
    assert run(["diff", "--patch", "-q", "--exit-code"]) == 1
    patch = capfdbinary.readouterr().out
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "apply", "-"], input=patch, check=True)

    assert Path("d/一.txt").read_bytes() == ("头。\n" * 9 + CLEAN + end).encode()


def test_diff_takes_fields_formats_and_globs(capfd: Capture) -> None:
    """The command that users try first would have the fewest options."""
    Path("a.jsonl").write_text(json.dumps({"body": AD}, ensure_ascii=False) + "\n", encoding="utf-8")
    Path("b.foo").write_text(AD, encoding="utf-8")
    Path("list").write_text("b.foo\n", encoding="utf-8")
    assert run(["diff", "--field", "body", "--include", "*.jsonl"]) == 0
    assert run(["diff", "--as", "text", "--files-from", "list"]) == 0

    assert [line[:10] for line in capfd.readouterr().out.splitlines()] == ["a.jsonl:1:", "b.foo:1: 雨"]


def test_explain_reads_a_file_that_is_named(capfd: Capture) -> None:
    """The path would be taken for a text without a parenthetical."""
    Path("a.jsonl").write_text(json.dumps({"text": AD}) + "\n", encoding="utf-8")
    assert run(["explain", "a.jsonl"]) == 0
    assert run(["explain", "没有。"]) == 0
    shown, none = capfd.readouterr().out.split("\n", 1)

    assert shown.startswith("(网站建设公司报价)  is cut by")
    assert none.endswith("no parenthetical in this text, and no line with a word that rules ask for\n")


@pytest.mark.parametrize("command", ["diff", "explain"])
def test_a_file_that_cannot_be_read_is_an_error(command: str, capfd: Capture) -> None:
    """A script would take silence for an answer."""
    Path("a.txt.gz").write_bytes(b"no gzip")
    assert run([command, "a.txt.gz"]) == 2
    assert "a.txt.gz" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "words", "code"), [(AD, [], 0), (AD, ["--exit-code"], 1), (CLEAN, ["--exit-code"], 0), (AD, ["--patch"], 0)]
)
def test_cuts_are_an_exit_code_only_where_it_is_asked_for(text: str, words: list[str], code: int) -> None:
    """A script that shows a diff would stop at each cut, or one that looks for cuts never."""
    Path("a.txt").write_text(text, encoding="utf-8")
    assert run(["diff", "a.txt", "-q", *words]) == code


@pytest.mark.parametrize("words", [[], ["a.txt"]])
def test_a_diff_of_no_path_is_one_of_this_folder(words: list[str], capfd: Capture) -> None:
    """Nothing would be shown, or more than was named."""
    Path("a.txt").write_text(AD, encoding="utf-8")
    Path("b.txt").write_text(AD, encoding="utf-8")
    assert run(["diff", *words]) == 0
    assert {line[:5] for line in capfd.readouterr().out.splitlines()} == ({"a.txt"} if words else {"a.txt", "b.txt"})


@pytest.mark.parametrize(
    ("text", "encoding", "lines"),
    [
        (f"{AD}\n", "utf-8", "1 line"),
        (AD, "utf-8", "1 line"),
        (f"雨停了。\n{AD}", "utf-8", "2 lines"),
        (f"{AD}\n雨停了。\n", "utf-8", "2 lines"),
        (f"{AD}\n雨停了。", "utf-16", "2 lines"),
        (f"雨停了。\n{AD}", "gb18030", "2 lines"),
        (f"{AD}{'雨停了，街上又有了人。' * 150_000}", "utf-8", "1 line"),
        (f"{'雨停了，街上又有了人。' * 150_000}{AD}\n雨停了。\n{AD}", "utf-8", "3 lines"),
    ],
)
def test_the_last_line_counts_without_an_end_too(text: str, encoding: str, lines: str, capfd: Capture) -> None:
    """A text of one line would count as 0 lines, and a text in several pieces as one line for each piece."""
    Path("a.txt").write_text(text, encoding=encoding, newline="")
    assert run(["diff", "a.txt", "--encoding", encoding, "--only", "asked-between-commas"]) == 0
    cuts = text.count(AD)
    assert capfd.readouterr().err.startswith(f"{cuts} cut{'s' * (cuts > 1)} in {lines}, ")
    assert run(["clean", "a.txt", "-o", "out/", "--encoding", encoding, "--json-summary", "-", "--quiet"]) == 0
    assert json.loads(capfd.readouterr().out)["lines"] == int(lines.split()[0])


@pytest.mark.parametrize("command", ["diff", "check"])
def test_what_cannot_be_read_has_no_summary(command: str, capfd: Capture) -> None:
    """`0 cuts` would read as if the file had been looked at and were clean."""
    assert run([command, "nosuch"]) == 2
    assert capfd.readouterr().err == "cleanspam: nosuch: no such file or folder\n"
    Path("a.txt").write_text(f"{AD}\n", encoding="utf-8")
    assert run([command, "nosuch", "a.txt"]) == 2
    assert re.search("^1 (cut|finding) in 1 ", capfd.readouterr().err, re.MULTILINE)


@pytest.mark.parametrize("command", ["diff", "check", "report", "mine"])
def test_a_command_that_reads_the_folder_says_so_to_a_pipe(command: str) -> None:
    """The user would take the result for that of the text in the pipe."""
    Path("a.txt").write_text(f"{AD}\n", encoding="utf-8")

    def told(*words: str) -> bool:
        line = [sys.executable, "-m", "cleanspam", command, *words]
        done = subprocess.run(line, input=AD.encode(), capture_output=True, check=False)
        return b"reading .; - is standard input" in done.stderr

    assert told()
    assert not told("--quiet")
    assert not told("-")
    assert not told("a.txt")
