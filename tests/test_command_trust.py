"""Trust: nothing is lost, written elsewhere or passed off as a success, whatever streams, folders and files are like."""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cleanspam.ci.reports import REPORTS, Facts
from cleanspam.ci.reports.base import Failure, dump_json
from cleanspam.ci.reports.sarif import sarif
from cleanspam.cli import configfile
from cleanspam.cli.app import run
from cleanspam.cli.guard import settled
from cleanspam.errors import CleanspamError

Capture = pytest.CaptureFixture[str]
AD = "雨停了,(网站建设公司报价),街上又有了人。\n"
LINE = "没有广告的一行。\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "repo").mkdir()
    monkeypatch.chdir(tmp_path / "repo")


def started(*words: str, **options: Any) -> "subprocess.Popen[bytes]":
    """Start the command line as a shell does."""
    return subprocess.Popen([sys.executable, "-m", "cleanspam", *words], stderr=subprocess.PIPE, **options)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_does_not_block_gets_everything(unbuffered: str) -> None:
    """Text for which a pipe had no room would be lost, with exit code 0."""
    text = (LINE * 30_000).encode()
    Path("in.txt").write_bytes(text)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    process = started("in.txt", stdout=writer, env=os.environ | {"PYTHONUNBUFFERED": unbuffered})
    os.close(writer)
    time.sleep(0.5)  # until the pipe is full
    with os.fdopen(reader, "rb") as source:
        assert source.read() == text
    process.communicate()
    assert process.returncode == 0


def test_an_input_that_does_not_block_is_read_to_its_end() -> None:
    """A pause of the sender would be taken for the end of the text, with exit code 0."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    process = started(stdin=reader, stdout=subprocess.PIPE)
    os.close(reader)
    os.write(writer, "一。\n".encode())
    time.sleep(0.7)
    os.write(writer, "二。\n".encode())
    os.close(writer)

    assert process.communicate()[0].decode() == "一。\n二。\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device")
@pytest.mark.parametrize("words", [["in.txt"], ["check", "in.txt", "--no-cache", "--format", "sarif"]])
def test_a_full_disk_is_an_error(words: list[str]) -> None:
    """A text or a report that was cut off would pass for a whole one."""
    Path("in.txt").write_text(AD * 300, encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        process = started(*words, stdout=full, env=os.environ | {"PYTHONUNBUFFERED": "1"})
        _, said = process.communicate()

    assert (process.returncode, b"No space left" in said) == (2, True)


def test_a_reader_that_has_enough_is_no_error() -> None:
    """A pipeline with pipefail would fail as if a file could not be read."""
    Path("in.txt").write_text(LINE * 200_000, encoding="utf-8")
    process = started("in.txt", stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, said = process.communicate()

    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize("key", ["output-file", "cache-dir", "baseline"])
@pytest.mark.parametrize("value", ["~/.bashrc", "../out.txt", "/tmp/out.txt", "link/out.txt"])
def test_a_configuration_names_no_file_outside_its_folder(key: str, value: str) -> None:
    """A check of a stranger's repository would replace a file of the user's."""
    Path("link").symlink_to("..")
    Path("cleanspam.toml").write_text(f'{key} = "{value}"\n', encoding="utf-8")
    with pytest.raises(CleanspamError, match=f"{key} leads out of the folder"):
        configfile.load(Path.cwd())


def test_a_configuration_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """In a shared folder, such as that for temporary files, anybody could say what is checked."""
    Path("cleanspam.toml").write_text("", encoding="utf-8")
    Path("sub").mkdir()
    monkeypatch.chdir("sub")
    os.chown("../cleanspam.toml", 12345, -1) if os.geteuid() == 0 else pytest.skip("only root gives files away")

    assert run(["check"]) == 2
    assert "belongs to another user; name it with --config" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("\ufeffexclude = []\n".encode(), ""),
        (b"a = " + b"[" * 100_000, "not TOML: nested too deeply"),
        (b'paths = ["~nosuchuser/x"]\n', "there is no such home folder"),
    ],
)
def test_a_configuration_is_read_or_says_what_is_wrong(data: bytes, message: str, capfd: Capture) -> None:
    """The mark of Windows' editors would be a syntax error, and for other mistakes users would be asked to report a bug."""
    Path("cleanspam.toml").write_bytes(data)
    assert run(["check", "--allow-empty"]) == (2 if message else 0)
    assert message in capfd.readouterr().err


def test_only_the_baseline_itself_is_passed_over(capfd: Capture) -> None:
    """A change could hide its plantings in a file of the baseline's name."""
    for name in ("known.txt", "sub/known.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(AD if "/" in name else "", encoding="utf-8")

    assert run(["check", ".", "--no-cache", "--baseline", "known.txt"]) == 1
    assert capfd.readouterr().out.startswith("sub/known.txt:1:5:")


def test_a_check_without_a_path_looks_at_the_folder(capfd: Capture) -> None:
    """A job that names no path would be green for ever."""
    Path("a.txt").write_text(AD, encoding="utf-8")
    assert run(["check", "--no-cache"]) == 1
    assert capfd.readouterr().out.startswith("a.txt:1:5: ")


def test_a_check_that_looked_at_nothing_is_no_success(capfd: Capture) -> None:
    """A folder of files that are not read would pass for a clean one."""
    Path("a.xyz").write_text(AD, encoding="utf-8")
    assert run(["check", "--no-cache"]) == 2
    assert "no file was looked at (skipped 1 .xyz" in capfd.readouterr().err
    assert run(["check", "--no-cache", "--allow-empty"]) == 0


def test_what_cannot_be_read_has_no_page_and_no_verdict(capfd: Capture) -> None:
    """A page of no cuts, or "no parenthetical", would be said of a file that nobody has read."""
    Path("bin.txt").write_bytes(bytes(range(128, 256)) * 9)
    assert run(["report", "nosuch", "-o", "page.html"]) == 2
    assert run(["explain", "bin.txt"]) == 2
    out, err = capfd.readouterr()
    assert (out, Path("page.html").exists(), len(err.splitlines())) == ("", False, 2)


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", ""])
@pytest.mark.parametrize(
    ("name", "key"), [("github", "file=corpus/a.txt"), ("gitlab", '"corpus/a.txt"'), ("sarif", '"corpus/a.txt"')]
)
def test_reports_name_files_from_the_repository_s_root(
    variable: str, name: str, key: str, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    """If a job has its own working folder, its annotations would belong to no file."""
    for folder in (".git", "corpus", "tools"):
        Path(folder).mkdir()
    Path("corpus/a.txt").write_text(AD, encoding="utf-8")
    if variable:
        monkeypatch.setenv(variable, str(Path.cwd()))
    monkeypatch.chdir("tools")
    for path in ("../corpus", str(Path("../corpus").resolve())):
        run(["check", path, "--no-cache", "-q", "--format", name])
        assert key in capfd.readouterr().out


def test_what_could_not_be_read_stands_in_the_reports(capfd: Capture) -> None:
    """A server that reads nothing but the report would show green."""
    Path("bad.txt.gz").write_bytes(b"no gzip")
    Path("a.txt").write_text(LINE, encoding="utf-8")
    Path("b.jsonl").write_text('{"text":"x"}\n{"text":\n', encoding="utf-8")
    shown = {}
    for name in ("junit", "sarif", "github"):
        assert run(["check", "--no-cache", "-q", "--format", name, "a.txt", "b.jsonl", "bad.txt.gz", "gone.txt"]) == 2
        shown[name] = capfd.readouterr().out

    assert 'tests="4" failures="0" errors="3"' in shown["junit"]
    assert shown["junit"].count("<error message=") == 3
    assert '<error message="line 2: broken record' in shown["junit"]
    [invocation] = json.loads(shown["sarif"])["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    places = [told["locations"][0]["physicalLocation"] for told in invocation["toolExecutionNotifications"]]
    assert {"artifactLocation": {"uri": "b.jsonl"}, "region": {"startLine": 2}} in places
    assert len(places) == 3
    assert shown["github"].count("::error file=") == 3
    assert "::error file=b.jsonl,line=2,title=cleanspam::broken record" in shown["github"]


def test_a_report_names_some_of_very_many_broken_records(capfd: Capture) -> None:
    """A broken shard would make a report of hundreds of megabytes."""
    Path("b.jsonl").write_text('{"text":\n' * 300, encoding="utf-8")
    assert run(["check", "--no-cache", "-q", "--format", "junit", "b.jsonl"]) == 2
    shown = capfd.readouterr().out
    assert shown.count("broken record:") == 100 + 1  # the first is the headline as well
    assert "200 more broken records are not named" in shown


def test_sarif_has_no_more_results_than_code_scanning_takes(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """GitHub would reject the whole upload, and a first run over an old corpus would show nothing."""
    monkeypatch.setattr(sys.modules["cleanspam.ci.reports.sarif"], "MOST", 3)
    Path("a.txt").write_text(AD * 5, encoding="utf-8")
    assert run(["check", "--no-cache", "--format", "sarif"]) == 1
    out, err = capfd.readouterr()

    assert len(json.loads(out)["runs"][0]["results"]) == 3
    assert "SARIF holds 3 of 5 findings" in err


@pytest.mark.parametrize(("path", "uri"), [("/data/a b.txt", "file:///data/a%20b.txt"), ("a\\b.txt", "a%5Cb.txt")])
def test_a_path_in_sarif_is_a_uri(path: str, uri: str) -> None:
    """An absolute path would be taken for one of the repository, and a name's own backslash for a folder."""
    facts = Facts(failures=[Failure(path, "gone")])
    [notification] = json.loads("".join(sarif([], facts)))["runs"][0]["invocations"][0]["toolExecutionNotifications"]

    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_no_json_is_a_command_of_the_runner() -> None:
    """GitHub's runner obeys ##[…] amid a line, and a terminal obeys controls of one byte."""
    shown = dump_json(["a##[group]b\x9b31m"])

    assert ("##[" in shown, "\x9b" in shown, json.loads(shown)) == (False, False, ["a##[group]b\x9b31m"])


@pytest.mark.parametrize("words", [["a" * 300 + ".txt"], ["gone/a.txt"]])
def test_a_plain_filter_that_cannot_start_says_why(words: list[str]) -> None:
    """A traceback would end with the exit code of a finding."""
    process = started(*words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    _, said = process.communicate()

    assert (process.returncode, b"Traceback" in said) == (2, False)


def test_a_working_folder_that_was_removed_is_named(tmp_path: Path) -> None:
    """The filter would end in a traceback, or blame its output."""
    gone = tmp_path / "gone"
    words = f"mkdir {gone}; cd {gone}; rmdir {gone}; echo x | {sys.executable} -P -m cleanspam"
    ran = subprocess.run(["bash", "-c", words.replace(" -P", "")], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (2, "cleanspam: the working folder was removed; change into another\n")


def test_every_report_takes_facts_without_findings() -> None:
    """A report format could leave out unreadable files."""
    for name, report in REPORTS.items():
        assert isinstance("".join(report([], Facts(failures=[Failure("a", "a: gone")]))), str), name


@pytest.mark.parametrize(
    "words",
    [
        ["check", "a.txt", "--write-baseline", "a.txt"],
        ["check", ".", "--write-baseline", "a.txt"],
        ["check", "a.txt", "--output-file", "a.txt"],
        ["mine", "a.txt", "--write", "a.txt"],
        ["mine", "--database", "a.txt"],
        ["report", "a.txt", "--output", "a.txt"],
        ["clean", "a.txt", "-o", "b.txt", "--json-summary", "a.txt"],
        ["clean", "a.txt", "-o", "b.txt", "--log", "a.txt"],
    ],
)
def test_nothing_is_written_over_an_input(words: list[str], capfd: Capture) -> None:
    """A mistyped option would replace a text by the report about it."""
    Path("a.txt").write_text(AD, encoding="utf-8")
    assert run(words) == 2
    assert Path("a.txt").read_text(encoding="utf-8") == AD
    assert "a.txt" in capfd.readouterr().err


def test_a_baseline_is_written_anew() -> None:
    """The protection of inputs would make it impossible to bring a baseline up to date."""
    Path("a.txt").write_text(AD, encoding="utf-8")
    assert run(["check", "--write-baseline", "known.txt"]) == 0
    Path("a.txt").write_text(AD + AD.replace("报价", "电话"), encoding="utf-8")
    assert run(["check", "--write-baseline", "known.txt"]) == 0
    assert run(["check", "--baseline", "known.txt"]) == 0


def test_only_takes_no_keep_rule(capfd: Capture) -> None:
    """All cutting would be switched off, and the check be green."""
    Path("a.txt").write_text(AD, encoding="utf-8")
    assert run(["check", "--only", "keep-voice"]) == 2
    said = "cleanspam: --only: keep-voice is a keep rule, which cuts nothing; name rules that cut or flag\n"
    assert capfd.readouterr() == ("", said)


HIDDEN = "\x7f\x85\x9b\xad\u061c\u200b\u200d\u200e\u2028\u202e\u2060\u2066\ufeff\ufff9\ud800\U000e0001\U000e0041"


def test_json_holds_nothing_that_a_terminal_obeys() -> None:
    """A text could colour or hide parts of a report on a terminal, or make it unreadable by half a character."""
    shown = dump_json({HIDDEN: HIDDEN})
    assert shown.isascii()
    assert json.loads(shown) == {HIDDEN: HIDDEN}


@pytest.mark.parametrize(
    "words",
    [
        *(["check", "--format", name] for name in REPORTS),
        ["diff"],
        ["diff", "--patch"],
        ["explain", "a.txt"],
        ["explain", "--json", "a.txt"],
        ["log", "l"],
        ["log", "l", "--json"],
        ["log", "l", "--diff"],
        ["mine"],
        ["rules", "list", "--rules", "r.rules"],
        ["rules", "list", "--rules", "r.rules", "--json"],
        ["rules", "show", "own", "--rules", "r.rules"],
        ["rules", "prove", "r.rules"],
        ["rules", "stats", "--spam", "a.txt", "--rules", "r.rules", "--json"],
        ["clean", f"no{HIDDEN}.txt"],
        ["rules", "show", HIDDEN],
        ["check", "--only", HIDDEN],
        ["restore", "l"],
    ],
)
def test_no_output_of_a_command_is_obeyed(words: list[str], capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article, a rule file or a log from a stranger could write over the lines of a terminal."""
    hidden = HIDDEN.replace("\ud800", "").replace("\u2028", "").replace("\x85", "")
    Path("a.txt").write_text(f"茶{hidden}凉了,(网站建设公司{hidden}报价),雨还{hidden}没停。\n", encoding="utf-8")
    Path("r.rules").write_text(
        f"rule own\nabout A {hidden} rule.\nat alone\ncut 瓷器.\ncuts 茶,[-(瓷器甲{hidden}),-]雨\nkeeps 茶,({hidden}碗),雨\n",
        encoding="utf-8",
    )
    assert run(["clean", "a.txt", "-o", "b.txt", "--log", "l", "-q"]) == 0
    monkeypatch.setattr("sys.stdin", None)
    capfd.readouterr()
    assert run(words) in (0, 1, 2)
    shown = "".join(capfd.readouterr())
    assert shown
    if "--patch" not in words:  # a patch is the text, byte by byte
        assert [char for char in HIDDEN if char in shown] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("program", [["git", "apply"], ["patch", "-p1", "-s"]])
def test_a_patch_names_its_file_whatever_it_is_called(program: list[str]) -> None:
    """A line end in a file name would become a line of the patch, and the patch would change another file."""
    if shutil.which(program[0]) is None:
        pytest.skip(f"there is no {program[0]}")
    names = ["a b.txt", " .txt", "é.txt", 'a\\"b.txt', "a\tb.txt", "x\n+++ b/../other.txt"]
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(AD, encoding="utf-8")
    process = started("diff", "--patch", "-q", ".", stdout=subprocess.PIPE)
    patch, _ = process.communicate()
    if program[0] == "git":
        subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(program, input=patch, check=True)
    assert [name for name in names if Path(name).read_text(encoding="utf-8") == AD] == []


@pytest.mark.parametrize(
    "words", [["clean", "x.txt", "-i"], ["clean", "x.txt"], ["clean", "x.txt", "-o", "out"], ["check", "x.txt"]]
)
def test_a_loop_of_links_is_named(words: list[str], capfd: Capture) -> None:
    """The error that pathlib raises would be reported as a bug of cleanspam."""
    Path("x.txt").symlink_to("x.txt")
    assert run(words) == 2
    assert "x.txt: Too many levels of symbolic links" in capfd.readouterr().err


@pytest.mark.parametrize(("number", "stream"), [(errno.EBADF, "a closed stream"), (errno.ENOSPC, "output")])
def test_an_error_without_a_file_names_the_stream(number: int, stream: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A user who closed standard output would search for a full disk."""

    def fail() -> int:
        raise OSError(number, "no room")

    assert settled(fail) == 2
    assert capfd.readouterr().err == f"cleanspam: {stream}: no room\n"
