"""Kinds of planting: each finding in brackets, lines or readings is counted and explained under its kind."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from cleanspam import htmlreport
from cleanspam.cli.app import run
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.explain import explain
from cleanspam.model import Site, Verdict
from cleanspam.rulebook.find import load_rules

ROOT = Path(__file__).parent.parent
CLEANER = Cleaner(load_rules())
NOTE = "一秒记住青竹小说网 www.qingzhu.com"
TEXT = f"他推门进去。［本章未完，请点击下一页继续阅读！］她回头看了一眼。\n{NOTE}\n雨停了,(网站建设公司报价),街上又有了人。\n"
READINGS = "隨著網(wǎng)站的索引增加，數(shù)據也多了，經(jīng)濟發(fā)展。\n"


def test_every_shipped_rule_that_cuts_or_flags_is_of_a_named_kind() -> None:
    """Many cuts would be counted as other, and the table of kinds in the docs would be incomplete."""
    ruleset = load_rules()
    assert {rule.id for rule in ruleset.rules if (rule.action is Verdict.KEEP) == bool(rule.kind)} == set()
    for page in ("docs/rules.md", "docs/rules.zh-CN.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert [kind for kind in sorted(set(ruleset.kinds.values())) if f"\n| `{kind}` | " not in text] == []


NAMES = json.loads((Path(htmlreport.__file__).parent / "words" / "zh.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readmes_open_with_what_happens(name: str) -> None:
    """The first thing that a reader sees would be a promise that is not kept."""
    head = (ROOT / name).read_text(encoding="utf-8").partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in head.splitlines() if line.startswith("| ")][1:]
    kinds = {NAMES[kind]: kind for kind in set(CLEANER.ruleset.kinds.values())} | {"editor's note": "editors-note"}
    shown = set()
    for told, before, after in rows:
        word = re.split("[,，]", told)[0]
        kind = kinds.get(word, word.replace(" ", "-"))
        text = before.replace("⏎", "\n")
        cleaning = CLEANER.clean(text.replace("`", ""))
        said = CLEANER.findings(text.replace("`", ""))
        if after.startswith("*"):
            assert cleaning.text == text
        else:
            assert cleaning.text == after.replace("⏎", "\n")
            assert re.sub("`.*?`", "", text, flags=re.DOTALL) == cleaning.text
        if word.startswith("*"):
            assert [one for one in said if one.verdict is not Verdict.KEEP] == []
        else:
            assert {CLEANER.ruleset.kinds[one.rules[0]] for one in said} == {kind}
            assert all((one.verdict is Verdict.FLAG) == after.startswith("*") for one in said)
            shown.add(kind)
    assert shown == set(CLEANER.ruleset.kinds.values())


@pytest.mark.parametrize("name", ["docs/corpora.md", "docs/corpora.zh-CN.md"])
def test_the_page_on_corpora_says_of_every_flag_why(name: str) -> None:
    """A user who drops documents by flags would not know a flag, or look for a removed one."""
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| ((?:`[a-z-]+`[,、]? ?)+) \| ", text, re.MULTILINE)
    told = {rule: kind for kind, rules in rows for rule in re.findall("`([a-z-]+)`", rules)}
    assert told == {rule.id: rule.kind for rule in CLEANER.ruleset.rules if rule.action is Verdict.FLAG}


def test_the_demo_has_four_kinds_and_comes_back_whole() -> None:
    """`make demo` would show one kind of ten, or an article with a hole."""
    text = (ROOT / "demo" / "article.txt").read_text(encoding="utf-8")
    cleaning = CLEANER.clean(text)
    kinds = [CLEANER.ruleset.kinds[finding.rules[0]] for finding in cleaning.findings]
    assert Counter(kinds) == {"search-phrase": 3, "reading": 3, "site-note": 2, "contact": 1}
    assert cleaning.text == (
        "小镇的早晨\n"
        "天还没亮,面包店的灯已经开了。老板姓林(大家叫他林叔),做了三十年的面包。\n"
        "他说,面团是有脾气的,急不得。夏天的水要凉一些（最好是井水）,冬天的炉子要先热半个钟头。\n"
        "来买面包的大多是熟人,彼此点点头,话不多。\n"
        "七点一过,学生们就来了,他们只要最便宜的那种。铃声一响,店里又静了下来。\n"
        "櫃檯後面掛著一張舊照片【攝於一九八六年】,經過的人都會看一眼：照片裡的爐子和現在的一模一樣。\n"
    )


def test_a_log_counts_by_kind_in_the_words_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With other rules installed, a log would show other kinds than those of its run, or none."""
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
    """A log of an earlier version could not be read or resumed."""
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
    """A cut line or reading would not be explained, or be explained as a bracket behind a word."""
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
