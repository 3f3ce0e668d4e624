"""The plain filter: which command lines it runs, and that its output is that of the whole command line."""

import gzip
import os
from pathlib import Path

import pytest

from cleanspam.cli import filter as plain
from cleanspam.cli.filter import default_jobs, plain_filter

AD, CLEAN = "雨停了,(网站建设公司报价),街上又有了人。\n", "雨停了,街上又有了人。\n"
CROWD = """\
rule  lamps
about Two lamps make an advertisement.
at    glued
accomplices 1
has   lamp
cut   灯笼
cuts  院子[-(竹灯笼商行)-]里晒着布[-(纸灯笼作坊)-]。
keeps 院子(竹灯笼商行)里晒着布。

list lamp
  灯笼
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(AD, encoding="utf-8")


def test_a_text_is_cleaned_and_nothing_is_told(capfd: Capture) -> None:
    """A script's log would fill with messages."""
    assert plain_filter(["page.txt"]) == 0
    assert capfd.readouterr() == (CLEAN, "")


def test_a_terminal_is_told_what_was_done(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user would not see whether anything was cut."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert plain_filter(["page.txt"]) == 0
    shown = capfd.readouterr()

    assert shown.out == CLEAN
    assert "1 cut" in shown.err


def test_plantings_of_other_lines_are_accomplices(capfd: Capture) -> None:
    """The output for a page would differ from that of `clean`, which judges the page as a whole."""
    Path(".cleanspam").mkdir()
    Path(".cleanspam/crowd.rules").write_text(CROWD, encoding="utf-8")
    Path("page.txt").write_text("院子(竹灯笼商行)里晒着布。\n\n河边(纸灯笼作坊)有人洗菜。\n", encoding="utf-8")
    assert plain_filter(["page.txt"]) == 0
    assert capfd.readouterr().out == "院子里晒着布。\n\n河边有人洗菜。\n"


@pytest.mark.parametrize("words", [[], ["page.txt"]])
@pytest.mark.parametrize(("larger", "jobs"), [(-1, 1), (0, 3)])
def test_a_large_text_is_cleaned_on_all_cores(
    words: list[str], larger: int, jobs: int, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    """One core would clean a text that several cores clean faster, or a page would wait for processes to start."""
    monkeypatch.setattr("cleanspam.corpus.workers.cores", lambda: 3)
    monkeypatch.setattr(plain, "LARGE", len(AD.encode()) - larger)
    with Path("page.txt").open(encoding="utf-8") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)

        assert default_jobs(Path(words[0] if words else "-")) == jobs
        assert plain_filter(words) == 0
    assert capfd.readouterr().out == CLEAN


def test_a_pipe_is_cleaned_on_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows how much will come, and `head | cleanspam` would wait for processes to start."""
    monkeypatch.setattr(plain, "LARGE", 1)
    read, write = os.pipe()
    with os.fdopen(read) as stdin, os.fdopen(write, "w") as sink:
        sink.write(AD)
        sink.flush()
        monkeypatch.setattr("sys.stdin", stdin)

        assert default_jobs(Path("-")) == 1


@pytest.mark.parametrize(
    "words", [["page.txt", "-q"], ["page.txt.gz"], ["page.jsonl"], ["folder"], ["none.txt"], ["--version"]]
)
def test_the_whole_command_line_takes_what_is_no_plain_filter(words: list[str], capfd: Capture) -> None:
    """Records, folders, options and configured folders would be read as one text with the rules as shipped."""
    Path("page.txt.gz").write_bytes(gzip.compress(AD.encode()))
    Path("page.jsonl").write_text('{"text": ""}\n', encoding="utf-8")
    Path("folder").mkdir()
    assert plain_filter(words) is None
    assert capfd.readouterr() == ("", "")


def test_a_configured_folder_is_left_to_the_whole_command_line() -> None:
    """Rules that a project has switched off would cut."""
    Path("cleanspam.toml").write_text('without = ["x"]\n', encoding="utf-8")
    assert plain_filter(["page.txt"]) is None
