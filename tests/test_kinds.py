"""Kinds of planting: each finding is counted and explained as of its kind, lines and readings as brackets are."""

import json
from pathlib import Path

import pytest

from cleanspam.cli.app import run
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.explain import explain
from cleanspam.model import Site, Verdict
from cleanspam.rulebook.find import load_rules

CLEANER = Cleaner(load_rules())
NOTE = "一秒记住青竹小说网 www.qingzhu.com"
TEXT = f"他推门进去。［本章未完，请点击下一页继续阅读！］她回头看了一眼。\n{NOTE}\n雨停了,(网站建设公司报价),街上又有了人。\n"
READINGS = "隨著網(wǎng)站的索引增加，數(shù)據也多了，經(jīng)濟發(fā)展。\n"


def test_every_shipped_rule_that_cuts_or_flags_is_of_a_named_kind() -> None:
    """Counts would have a heap of others, and the pages of the grammar a table that is not whole."""
    ruleset = load_rules()
    assert {rule.id for rule in ruleset.rules if (rule.action is Verdict.KEEP) == bool(rule.kind)} == set()
    for page in ("docs/rules.md", "docs/rules.zh-CN.md"):
        text = (Path(__file__).parent.parent / page).read_text(encoding="utf-8")
        assert [kind for kind in sorted(set(ruleset.kinds.values())) if f"\n| `{kind}` | " not in text] == []


def test_a_log_counts_by_kind_in_the_words_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads a log with other rules at hand would see other kinds than those of the run, or none."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT + READINGS, encoding="utf-8")
    assert run(["clean", "a.txt", "--in-place", "--log", "cut.jsonl", "-q"]) == 0
    capsys.readouterr()
    assert run(["log", "cut.jsonl"]) == 0
    assert "\nkinds\n       4  reading\n       2  site-note\n       1  search-phrase\n" in capsys.readouterr().out
    assert run(["log", "cut.jsonl", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["by_kind"] == {"reading": 4, "site-note": 2, "search-phrase": 1}


def test_a_log_without_kinds_counts_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log of an earlier version could not be read, or not be gone on with."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    run(["clean", "a.txt", "--in-place", "--log", "cut.jsonl", "-q"])
    log = Path("cut.jsonl").read_text(encoding="utf-8")
    head, _, rest = log.partition("\n")
    Path("cut.jsonl").write_text(json.dumps({k: v for k, v in json.loads(head).items() if k != "kinds"}) + "\n" + rest)
    capsys.readouterr()
    assert run(["log", "cut.jsonl", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["by_kind"] == {"other": 3}
    assert run(["clean", "a.txt", "--in-place", "--log", "cut.jsonl", "--resume", "-q"]) == 0


def test_explain_names_the_kind_of_brackets_lines_and_readings() -> None:
    """A line or a reading that is cut would be explained as nothing, or as a bracket behind a word."""
    told = [(one.text, one.kind, one.site, one.verdict) for one in explain(TEXT + READINGS, CLEANER)]
    assert told == [
        ("［本章未完，请点击下一页继续阅读！］", "site-note", Site.GLUED, Verdict.CUT),
        (NOTE, "site-note", Site.FOOT, Verdict.CUT),
        ("(网站建设公司报价)", "search-phrase", Site.ALONE, Verdict.CUT),
        *((f"({reading})", "reading", Site.READING, Verdict.CUT) for reading in ("wǎng", "shù", "jīng", "fā")),
    ]


def test_explain_says_what_a_line_lacked() -> None:
    """The author of a rule about lines could not see why a line stays."""
    (line,) = explain("他说这本小说的最新章节写得很慢。\n", CLEANER)
    assert (line.site, line.verdict, line.kind) == (Site.HEAD, Verdict.NONE, "")
    assert line.near_misses
    assert all(line.near_misses), "a rule about brackets is no near miss of a line"
    assert explain("他说天亮了。\n", CLEANER) == []


def test_check_names_the_kind_in_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dashboard could not count by kind."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    run(["check", "a.txt", "--format", "json", "-q"])
    assert [found["kind"] for found in json.loads(capsys.readouterr().out)] == ["site-note", "site-note", "search-phrase"]
    run(["check", "a.txt", "--format", "sarif", "-q"])
    rules = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]
    assert {tag for rule in rules for tag in rule["properties"]["tags"]} == {"site-note", "search-phrase"}
