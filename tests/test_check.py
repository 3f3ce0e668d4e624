"""`cleanspam check` as a pipeline calls it: formats, output files, baselines, budgets and exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam import load_rules
from cleanspam.ci.reports import REPORTS
from cleanspam.cli.app import run
from ownrules import AD, check_stdin
from ownrules import BOTH as RULES

SIGN = "灯灭了,(招牌甲),街上没有人。\n"
CLEAN = "院子里的桂花开了(比去年早),香得很。\n"


@pytest.fixture(autouse=True)
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with one planted file, one with a flag and one clean one, outside any CI."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    folder = tmp_path / "corpus"
    folder.mkdir()
    (tmp_path / "own.rules").write_text(RULES, encoding="utf-8")
    for name, text in {"ad.txt": CLEAN + AD, "sign.txt": SIGN, "clean.txt": CLEAN}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def check(*words: str) -> int:
    """Run the check by the rules of these tests."""
    return run(["check", "--no-default-rules", "--rules", "own.rules", *words])


def test_findings_fail_and_a_clean_corpus_passes(capfd: pytest.CaptureFixture[str]) -> None:
    """Planted text would pass the check, or no text would."""
    assert check("corpus") == 1
    assert check("corpus/clean.txt") == 0
    out, err = capfd.readouterr()
    assert "corpus/ad.txt:2:5: planted: (广告甲)\n" in out
    assert err == "1 finding in 1 of 3 files, 1 flagged\n0 findings in 1 file\n"


def test_flags_are_named_and_cost_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """A flag would stop a pipeline, or never be reported."""
    assert check("corpus/sign.txt", "--format", "concise") == 0
    assert capfd.readouterr().out == "corpus/sign.txt:1:5: doubtful (flag): (招牌甲)\n"


@pytest.mark.parametrize("name", REPORTS)
def test_every_format_goes_to_a_file(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """An artifact of a pipeline would be mixed with its log."""
    assert check("corpus", "--format", name, "--output-file", "out/report") == 1
    assert capfd.readouterr().out == ""
    assert check("corpus", "--format", name, "-q") == 1
    assert capfd.readouterr().out == (tmp_path / "out" / "report").read_text(encoding="utf-8")


def test_json_is_the_format_json(capfd: pytest.CaptureFixture[str]) -> None:
    """Scripts written for --json would break."""
    check("corpus", "--json", "-q")
    (alias, _) = json.loads(capfd.readouterr().out)
    assert alias["text"] == "(广告甲)"


def test_github_is_chosen_in_github_actions(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """A workflow without options would show no annotations."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    check("corpus", "-q")
    assert capfd.readouterr().out.startswith("::error file=corpus/ad.txt,line=2,")
    check("corpus", "-q", "--format", "concise")
    assert capfd.readouterr().out.startswith("corpus/ad.txt")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "jsno"], "--format: unknown format 'jsno'; did you mean json?"),
        (["--format", "sarif", "--json"], "--json and --format sarif are two formats; leave one out"),
        (["--fail-on", "cuts"], "--fail-on: write cut or flag, not 'cuts'"),
        (["--baseline", "none.txt"], "none.txt: no such baseline; write it with --write-baseline none.txt"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_2(words: list[str], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A pipeline would take a mistyped option for a finding, or print a traceback."""
    assert check("corpus", *words) == 2
    assert capfd.readouterr() == ("", f"cleanspam: {message}\n")


def test_a_missing_path_fails_even_where_nothing_is_found() -> None:
    """A pipeline with a mistyped folder would be green for ever."""
    assert check("corpus/clean.txt", "nowhere") == 2
    assert check("nowhere", "--exit-zero") == 2


def test_standard_input_is_checked() -> None:
    """The check could not stand in a pipe."""
    assert check_stdin() == (1, "-:1:5: planted: (广告甲)\n")


def test_a_locale_without_chinese_changes_nothing() -> None:
    """A container with LC_ALL=C would end in a traceback."""
    words = [sys.executable, "-X", "utf8=0", "-m", "cleanspam", "check", "corpus", "--no-default-rules", "--rules", "own.rules"]
    environment = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    ran = subprocess.run([*words, "--format", "concise"], capture_output=True, check=False, env=environment)
    assert (ran.returncode, ran.stdout.decode("utf-8").splitlines()[0]) == (1, "corpus/ad.txt:2:5: planted: (广告甲)")


def test_a_baseline_hides_what_is_known(capfd: pytest.CaptureFixture[str]) -> None:
    """A team with an old corpus could not begin to use the check."""
    assert check("corpus", "--write-baseline", "known.txt") == 0
    assert capfd.readouterr() == ("", "2 known findings written to known.txt\n")
    assert check("corpus", "--baseline", "known.txt", "--fail-on", "flag") == 0
    assert capfd.readouterr() == ("", "0 findings in 3 files, 1 flagged, 2 known\n")


def test_a_second_planting_is_new(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A phrase once excused could be planted everywhere."""
    check("corpus", "--write-baseline", "known.txt")
    (corpus / "more.txt").write_text("风停了,(广告甲),鸟叫了。\n", encoding="utf-8")
    assert check("corpus", "--baseline", "known.txt", "--format", "concise") == 1
    assert capfd.readouterr().out == "corpus/more.txt:1:5: planted: (广告甲)\n"


def test_a_baseline_survives_moves(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every renamed file and every inserted line would make old findings new."""
    check("corpus", "--write-baseline", "known.txt")
    (corpus / "ad.txt").unlink()
    (corpus / "renamed.md").write_text(CLEAN * 40 + AD, encoding="utf-8")
    monkeypatch.chdir(corpus)
    words = ["check", ".", "--no-default-rules", "--rules", "../own.rules", "--baseline", str(tmp_path / "known.txt")]
    assert run([*words, "--strict-baseline"]) == 0


def test_stale_entries_are_named(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A baseline would grow, with entries that excuse nothing any more."""
    check("corpus", "--write-baseline", "known.txt")
    (corpus / "ad.txt").write_text(CLEAN, encoding="utf-8")
    capfd.readouterr()
    assert check("corpus", "--baseline", "known.txt", "-q") == 0
    assert "cleanspam: known.txt: no longer found: planted: (广告甲)\n" in capfd.readouterr().err
    assert check("corpus", "--baseline", "known.txt", "--strict-baseline") == 1
    assert check("corpus", "--baseline", "known.txt", "--strict-baseline", "--exit-zero") == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--max-findings", "0"], 1),
        (["--max-findings", "1"], 0),
        (["--max-per-million", "13000"], 1),
        (["--max-per-million", "14000"], 0),
        (["--max-files-share", "33"], 1),
        (["--max-files-share", "34"], 0),
        (["--max-findings", "1", "--max-files-share", "33"], 1),
        (["--fail-on", "flag", "--max-findings", "1"], 1),
        (["--fail-on", "flag", "--max-findings", "2"], 0),
        (["--max-findings", "0", "--exit-zero"], 0),
    ],
)
def test_budgets_decide_the_exit_code(words: list[str], code: int) -> None:
    """A tolerated level would fail, or an exceeded one pass."""
    assert check("corpus", *words) == code


def test_the_summary_says_how_far_a_budget_is_used(capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody would see a corpus get worse before it fails."""
    check("corpus", "--max-findings", "4", "--max-files-share", "10")
    assert capfd.readouterr().err.splitlines()[1:] == [
        "budget: 1 of 4 findings (25% used)",
        "budget: 33.33 of 10 percent of the files (333% used), over",
    ]


def test_known_findings_use_no_budget() -> None:
    """Old findings would use up the budget of new ones."""
    check("corpus", "--write-baseline", "known.txt")
    assert check("corpus", "--baseline", "known.txt", "--max-findings", "0") == 0


def test_a_mark_keeps_its_line_in_check_and_clean(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A line that its owner protects would fail the check, or be cut by clean all the same."""
    marked = AD.rstrip() + " <!-- cleanspam: keep -->\n" + AD
    (corpus / "ad.txt").write_text(marked, encoding="utf-8")
    assert check("corpus/ad.txt", "--format", "concise") == 1
    out, err = capfd.readouterr()
    assert out == "corpus/ad.txt:2:5: planted: (广告甲)\n"
    assert err == "1 finding in 1 file, 1 kept by a mark\n"
    assert run(["clean", "--no-default-rules", "--rules", "own.rules", "corpus/ad.txt"]) == 0
    assert capfd.readouterr().out == marked.replace("\n" + AD, "\n茶凉了,雨还没停。\n")


def test_an_unused_mark_is_reported_and_costs_nothing(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Marks would stay when the text that they protect is gone."""
    (corpus / "ad.txt").write_text(CLEAN.rstrip() + " # cleanspam: keep\n", encoding="utf-8")
    assert check("corpus/ad.txt", "--format", "concise") == 0
    assert "unused-mark (protects nothing): # cleanspam: keep" in capfd.readouterr().out


def test_records_are_named_by_number_and_field(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A finding in a corpus of records could not be traced to its record."""
    (corpus / "ad.jsonl").write_text('{"text": "起风了。"}\n{"text": "茶凉了,(广告甲),雨还没停。"}\n', encoding="utf-8")
    assert check("corpus/ad.jsonl", "--json", "-q") == 1
    (found,) = json.loads(capfd.readouterr().out)
    assert (found["line"], found["record"], found["field"], found["text"]) == (2, 2, "text", "(广告甲)")


def test_one_bad_file_leaves_the_others_alone(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A damaged file would hide the plantings in all others, or be passed over in silence."""
    (corpus / "bad.jsonl.gz").write_bytes(b"no gzip")
    assert check("corpus", "--format", "concise") == 2
    out, err = capfd.readouterr()
    assert "planted: (广告甲)" in out
    assert "cleanspam: corpus/bad.jsonl.gz: " in err


def test_what_is_passed_over_is_counted(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A corpus of files with another suffix would be green for ever."""
    (corpus / "a.unknown").write_text(AD, encoding="utf-8")
    (corpus / ".hidden.txt").write_text(AD, encoding="utf-8")
    check("corpus", "--exclude", "sign.*", "--format", "concise")
    summary = "1 finding in 1 of 2 files, 1 skipped (ignored), 1 skipped (unknown suffix: .unknown 1)\n"
    assert capfd.readouterr().err == summary


def test_the_files_of_a_list_are_checked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The files of a change could not be checked alone."""
    (tmp_path / "list").write_bytes(b"corpus/clean.txt\0corpus/ad.txt\0")
    assert check("--files-from", "list", "-0", "--format", "concise") == 1
    assert capfd.readouterr() == ("corpus/ad.txt:2:5: planted: (广告甲)\n", "1 finding in 1 of 2 files\n")


def test_a_report_in_a_file_has_no_colour(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With colour at the terminal the report would be printed there, and the file that CI keeps would not exist."""
    report = tmp_path / "report.txt"
    assert check("corpus/ad.txt", "--format", "concise", "--output-file", str(report), "--color", "always", "-q") == 1
    assert capfd.readouterr() == ("", "")
    assert report.read_text(encoding="utf-8") == "corpus/ad.txt:2:5: planted: (广告甲)\n"


def test_an_empty_list_is_no_finding(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A change without texts would wait for standard input, or check the whole corpus."""
    (tmp_path / "list").write_bytes(b"")
    assert check("--files-from", "list") == 0
    assert capfd.readouterr().err == "0 findings in 0 files\n"


def test_a_closed_pipe_ends_quietly() -> None:
    """`cleanspam check | head` would end in a traceback."""
    words = f"{sys.executable} -m cleanspam check corpus --no-default-rules --rules own.rules --format json | true"
    ran = subprocess.run(["bash", "-c", words], capture_output=True, check=False)
    assert b"Traceback" not in ran.stderr


def test_no_message_is_a_command_of_the_runner(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A file name or an old planted phrase could speak to the runner on standard error."""
    (corpus / "ad.txt").write_text("茶凉了,(广告##[group]),雨还没停。\n", encoding="utf-8")
    check("corpus", "--write-baseline", "known.txt")
    (corpus / "ad.txt").write_text(CLEAN, encoding="utf-8")
    (corpus / "##[group]\n::error::x.jsonl.gz").write_bytes(b"no gzip")
    capfd.readouterr()
    check("corpus", "--baseline", "known.txt")
    err = capfd.readouterr().err
    assert "##[" not in err
    assert all(line.startswith(("cleanspam: ", "0 findings")) for line in err.splitlines())


def test_a_flag_that_fails_the_run_is_an_error_in_its_report(capfd: pytest.CaptureFixture[str]) -> None:
    """A pipeline would fail although its report shows only warnings."""
    assert check("corpus/sign.txt", "--format", "github", "-q") == 0
    assert capfd.readouterr().out.startswith("::warning ")
    assert check("corpus/sign.txt", "--format", "github", "-q", "--fail-on", "flag") == 1
    assert capfd.readouterr().out.startswith("::error ")
    assert check("corpus/sign.txt", "--format", "junit", "-q", "--fail-on", "flag") == 1
    assert 'failures="1"' in capfd.readouterr().out


def test_all_that_machines_read_names_the_rule_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody could tell figures and findings of different rule sets apart."""
    monkeypatch.chdir(tmp_path)
    text = "雨停了,(网站建设公司报价),街上又有了人。\n"
    Path("in").mkdir()
    Path("in/a.txt").write_text(text, encoding="utf-8")
    found = []
    for words in (["check", "in", "--format", "json"], ["explain", "--json", text]):
        run(words)
        found += [row["ruleset"] for row in json.loads(capsys.readouterr().out)]
    run(["check", "in", "--format", "jsonl"])
    found.append(json.loads(capsys.readouterr().out)["ruleset"])
    run(["clean", "in", "--output", "out", "--json-summary", "-", "--log", "log.jsonl"])
    found.append(json.loads(capsys.readouterr().out)["ruleset"])
    run(["log", "log.jsonl", "--json"])
    found += json.loads(capsys.readouterr().out)["rulesets"]

    assert found == [load_rules().hash] * 5
