"""The commands around rules: which rules a run uses, and what `rules …` prints and writes."""

import json
import re
from pathlib import Path

import pytest

import cleanspam
from cleanspam import load_rules
from cleanspam.cli.app import run
from cleanspam.rulebook.find import local_dirs
from cleanspam.workshop.plant import FORMS

Capture = pytest.CaptureFixture[str]

TOYS = """\
rule  toys
about Toys by wholesale.
at alone
cut   陀螺批发
cuts  桂花落了,[-(陀螺批发),-]院子香了。
keeps 桂花落了(陀螺很多),院子香了。

rule  kites
about Kites, not worth a cut.
at alone
flag  纸鸢
flags 桂花落了,[-(纸鸢)-],院子香了。
keeps 桂花落了(纸鸢很多),院子香了。
"""
TOPS = """\
rule  tops
about Tops, another rule.
at glued
cut   陀螺转让
cuts  桂花落了[-(陀螺转让)-]院子香了。
keeps 桂花落了(陀螺很多)院子香了。
"""
KEEP = "keep-texts fair\nabout The name of a fair.\ntexts 陀螺批发\n"
TEXT = "桂花落了,(陀螺批发),院子香了,(纸鸢小铺),人散了(陀螺转让)月亮圆了。\n"
WITHOUT_TOYS = TEXT.replace("(陀螺批发),", "")
WITHOUT_TOPS = TEXT.replace("(陀螺转让)", "")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with two rule files and a text."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sets").mkdir()
    for name, text in (("toys.rules", TOYS), ("sets/tops.rules", TOPS), ("keep.rules", KEEP), ("a.txt", TEXT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def cleaned(capsys: Capture, *words: str) -> str:
    """Return the output of `clean a.txt` with some rules."""
    assert run(["clean", "a.txt", "--quiet", *words]) == 0
    return capsys.readouterr().out


OWN = ("--no-default-rules", "--rules")


def test_a_rule_file_is_used(capsys: Capture) -> None:
    """`--rules FILE` would do nothing."""
    assert cleaned(capsys, "--no-default-rules") == TEXT
    assert cleaned(capsys, *OWN, "toys.rules") == WITHOUT_TOYS


def test_a_folder_of_rule_files_is_used_and_files_add_up(capsys: Capture) -> None:
    """`--rules DIR` would do nothing, or only the last folder would count."""
    assert cleaned(capsys, *OWN, "sets") == WITHOUT_TOPS
    assert cleaned(capsys, *OWN, "sets", "--rules", "toys.rules") == WITHOUT_TOYS.replace("(陀螺转让)", "")


def test_rules_beside_the_corpus_are_found_upwards(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A user who works in a subfolder would silently clean by other rules."""
    (folder / ".cleanspam").mkdir()
    (folder / ".cleanspam" / "mine.rules").write_text(TOYS, encoding="utf-8")
    deep = folder / "year" / "month"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(deep)
    assert cleaned(capsys, "--only", "toys") == WITHOUT_TOYS
    assert cleaned(capsys, "--no-default-rules") == TEXT


def test_a_folder_of_logs_alone_is_no_folder_of_rules(tmp_path: Path) -> None:
    """After `clean --in-place` every start there would read and parse all rule files anew, a second each."""
    (tmp_path / ".cleanspam" / "log").mkdir(parents=True)
    assert list(local_dirs(tmp_path)) == []
    (tmp_path / ".cleanspam" / "mine.rules").write_text(TOYS, encoding="utf-8")
    assert list(local_dirs(tmp_path)) == [tmp_path / ".cleanspam"]


def test_own_rules_do_not_replace_the_shipped_ones(capsys: Capture) -> None:
    """Adding a rule would switch off all others."""
    assert run(["rules", "list", "--rules", "toys.rules", "--json"]) == 0
    ids = [rule["id"] for rule in json.loads(capsys.readouterr().out)]
    assert ids == [*(rule.id for rule in load_rules().rules), "toys", "kites"]


def test_only_and_without_choose_rules(capsys: Capture) -> None:
    """Users could not try a single rule, or leave out a bad one."""
    both = (*OWN, "toys.rules", "--rules", "sets")
    assert cleaned(capsys, *both, "--only", "tops") == WITHOUT_TOPS
    assert cleaned(capsys, *both, "--without", "tops") == WITHOUT_TOYS
    assert cleaned(capsys, *both, "--without", "tops", "--without", "toys") == TEXT


@pytest.mark.parametrize("option", ["--only", "--without"])
def test_an_unknown_id_is_an_error_that_names_the_nearest(option: str, capsys: Capture) -> None:
    """With a mistyped id a run would clean by all rules, or by none."""
    assert run(["clean", "a.txt", *OWN, "toys.rules", option, "toyss"]) == 2
    assert capsys.readouterr().err == f"cleanspam: {option}: no rule has the id 'toyss'; did you mean toys?\n"
    assert run(["clean", "a.txt", *OWN, "toys.rules", option, "quux"]) == 2
    assert "`cleanspam rules list` shows them" in capsys.readouterr().err


def test_flags_are_cut_when_asked_for(capsys: Capture) -> None:
    """`--cut-flagged` would do nothing, or flags would be cut without it."""
    assert cleaned(capsys, *OWN, "toys.rules", "--cut-flagged") == WITHOUT_TOYS.replace("(纸鸢小铺),", "")


def test_chosen_flags_are_cut(capsys: Capture) -> None:
    """`--cut` would do nothing, or cut other flags too; a wrong name would pass unnoticed."""
    Path("book.txt").write_text("第二章 山道（求收藏！）\n天色将晚。（图片来源网络，侵删）\n", encoding="utf-8")
    assert run(["clean", "book.txt", "--cut", "plea*"]) == 0
    assert capsys.readouterr().out == "第二章 山道\n天色将晚。（图片来源网络，侵删）\n"
    assert run(["clean", "book.txt", "--cut", "plee"]) == 2
    assert "--cut: no flag rule has the id 'plee'; did you mean plea?" in capsys.readouterr().err


def test_a_kept_text_outranks_every_cut(capsys: Capture) -> None:
    """A user's list of texts that must stay would not be obeyed."""
    for files in (("toys.rules", "keep.rules"), ("keep.rules", "toys.rules")):
        words = [word for file in files for word in ("--rules", file)]
        assert cleaned(capsys, "--no-default-rules", *words) == TEXT
        assert cleaned(capsys, "--no-default-rules", *words, "--cut-flagged") == TEXT.replace("(纸鸢小铺),", "")
        assert cleaned(capsys, "--no-default-rules", *words, "--only", "toys") == TEXT
        assert cleaned(capsys, "--no-default-rules", *words, "--without", "fair") == WITHOUT_TOYS


def test_a_mistake_in_a_rule_file_is_one_line_with_file_and_line(capsys: Capture) -> None:
    """A user would see a traceback, or look for the mistake by hand."""
    Path("bad.rules").write_text(TOYS.replace("at alone\ncut ", "at alnoe\ncut "), encoding="utf-8")
    assert run(["clean", "a.txt", "--rules", "bad.rules"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("cleanspam: bad.rules:3: unknown place 'alnoe'")
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize("data", [b"rule \xff\n", None], ids=["not UTF-8", "not there"])
def test_a_rule_file_that_cannot_be_read_is_named(data: bytes | None, capsys: Capture) -> None:
    """A run would go on without the rules that its user named."""
    if data:
        Path("odd.rules").write_bytes(data)
    for words in (
        ["clean", "a.txt", "--rules", "odd.rules"],
        ["rules", "format", "odd.rules"],
        ["rules", "prove", "odd.rules"],
    ):
        assert run(words) == 2
        assert "odd.rules" in capsys.readouterr().err


def test_list_shows_where_each_rule_comes_from_and_what_outranks_what(capsys: Capture) -> None:
    """Nobody could tell which file to mend, or why a rule that spoke did not cut."""
    assert run(["rules", "list", *OWN, "toys.rules", "--rules", "keep.rules"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "toys\tcut\tother\talone\t\ttoys.rules:1\tToys by wholesale.",
        "kites\tflag\tother\talone\t\ttoys.rules:8\tKites, not worth a cut.",
        "fair\tkeep\t\teverywhere\t\tkeep.rules:1\tThe name of a fair.",
    ]
    assert shown.err.startswith("3 rules, set ")
    assert "keep outranks cut, and cut outranks flag" in shown.err


def test_list_is_a_table_at_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A wall of tabs and absolute paths would wrap three times in a window of eighty columns."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["rules", "list", *OWN, "toys.rules", "--rules", "keep.rules"]) == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert [line.split() for line in plain.splitlines()] == [
        ["rule", "action", "kind", "places", "accomplices", "file"],
        ["toys", "cut", "other", "alone", "toys.rules:1"],
        ["kites", "flag", "other", "alone", "toys.rules:8"],
        ["fair", "keep", "everywhere", "keep.rules:1"],
    ]


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 140])
def test_a_table_breaks_no_word(columns: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name would stand in two pieces, one below the other, and could neither be read nor copied."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run(["rules", "list", "--color", "always"]) == 0
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    rules = cleanspam.load_rules().rules
    whole = {word for rule in rules for word in (rule.id, rule.action.value, rule.kind, *rule.places, str(rule.accomplices))}
    whole |= {f"{Path(rule.source).name}:{rule.line}" for rule in rules} | {"everywhere", *shown.splitlines()[0].split()}
    assert set(shown.split()) <= whole
    assert {rule.id for rule in rules} <= set(shown.split())
    assert max(map(len, shown.splitlines())) <= columns
    assert ("file" in shown.splitlines()[0]) == (columns == 140)


def test_show_prints_a_rule_that_loads_and_refuses_an_unknown_id(capsys: Capture) -> None:
    """A rule could not be looked at, or copied."""
    assert run(["rules", "show", "toys", *OWN, "toys.rules"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# toys.rules:1\nrule  toys\n")
    Path("copy.rules").write_text(shown, encoding="utf-8")
    assert (
        load_rules("copy.rules", default=False).rules[0].conditions
        == load_rules("toys.rules", default=False).rules[0].conditions
    )
    assert run(["rules", "show", "toy", *OWN, "toys.rules"]) == 2
    assert "did you mean toys?" in capsys.readouterr().err


def test_prove_says_how_much_it_tried_and_fails_with_1(capsys: Capture) -> None:
    """CI would accept a rule whose examples fail."""
    assert run(["rules", "prove", "toys.rules", "--no-default-rules"]) == 0
    assert capsys.readouterr().out == "2 rules, 15 examples in all variants, 0 failed\n"
    Path("toys.rules").write_text(TOYS.replace("cut   陀螺批发", "cut   陀螺零售"), encoding="utf-8")
    assert run(["rules", "prove", "toys.rules", "--no-default-rules"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("toys.rules:5: toys: as written: ")
    assert shown.endswith("2 rules, 15 examples in all variants, 4 failed\n")


def test_path_names_the_folder_of_the_shipped_rules(capsys: Capture) -> None:
    """Nobody would find a rule file to learn from."""
    assert run(["rules", "path"]) == 0
    assert (Path(capsys.readouterr().out.strip()) / "keep.rules").is_file()


def test_format_rewrites_only_what_is_not_in_normal_form(folder: Path, capsys: Capture) -> None:
    """A formatter would touch files that are tidy, or leave those that are not."""
    messy = folder / "sets" / "messy.rules"
    messy.write_bytes("list  toy\r\n      陀螺 風箏 陀螺\r\n".encode())
    assert run(["rules", "format", "--check", "sets"]) == 1
    assert capsys.readouterr().out == "sets/messy.rules: is not in normal form\n"
    assert messy.read_bytes() == "list  toy\r\n      陀螺 風箏 陀螺\r\n".encode()
    assert run(["rules", "format", "sets"]) == 0
    assert messy.read_bytes() == "list  toy\r\n      陀螺 风筝\r\n".encode()
    capsys.readouterr()
    assert run(["rules", "format", "--check", "sets"]) == 0
    assert capsys.readouterr().out == ""


def test_new_prints_a_rule_that_proves_itself(capsys: Capture) -> None:
    """An author who makes a rule from a missed planting would begin with a rule that fails."""
    assert run(["rules", "new", "top-offer", "--from", "荷塘结了冰,(陀螺零售),鸭子走着过去。"]) == 0
    Path("new.rules").write_text(capsys.readouterr().out, encoding="utf-8")
    assert run(["rules", "prove", "new.rules", "--no-default-rules"]) == 0


@pytest.mark.parametrize(("rule_id", "line"), [("Top", "雨,[-(陀螺),-]停"), ("top", "没有括号")])
def test_new_refuses_what_makes_no_rule(rule_id: str, line: str, capsys: Capture) -> None:
    """A block that does not load would be printed with exit code 0."""
    assert run(["rules", "new", rule_id, "--from", line]) == 2
    assert capsys.readouterr().out == ""


@pytest.fixture
def trial(folder: Path) -> list[str]:
    """Write phrases and an article, and return the words of a trial by the tiny rules."""
    (folder / "phrases.txt").write_text("陀螺批发\t玩具\n\n陀螺租赁\n", encoding="utf-8")
    (folder / "host").mkdir()
    (folder / "host" / "one.txt").write_text("井水冬暖夏凉，村里人都来挑，石阶磨得发亮，绳子换了又换。\n", encoding="utf-8")
    return ["rules", "trial", "--phrases", "phrases.txt", "--host", "host", *OWN, "toys.rules"]


def test_a_trial_prints_a_row_for_each_form_and_its_misses(trial: list[str], capsys: Capture) -> None:
    """Nobody would see which form a rule set is weak at."""
    assert run([*trial, "--show", "1"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows[1 : len(FORMS) + 1]] == [form.name for form in FORMS]
    assert any((row.startswith("comma, missed: ") and row.endswith("(陀螺租赁)")) or "（陀螺租赁）" in row for row in rows)


def test_a_trial_says_of_a_form_without_a_place_that_nothing_was_planted(trial: list[str], capsys: Capture) -> None:
    """A form for which no article had a place would be shown as one of which every planting was missed."""
    assert run([*trial, "--forms", "quote-open"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["quote-open", "0", "0", "-", "-", "-", "0"]


def test_a_trial_is_json_when_asked_for_and_equal_for_a_seed(trial: list[str], capsys: Capture) -> None:
    """Figures could not be compared between runs or machines."""
    made = []
    for seed in ("3", "3", "4"):
        assert run([*trial, "--forms", "comma,glued", "--seed", seed, "--json"]) == 0
        made.append(capsys.readouterr().out)
    assert made[0] == made[1]
    assert [score["form"] for score in json.loads(made[2])] == ["comma", "glued"]


def test_json_names_the_rule_set(trial: list[str], capsys: Capture) -> None:
    """Figures of two rule sets could not be told apart once they are in one table."""
    name = load_rules("toys.rules", default=False).hash
    for words in (["rules", "list", *OWN, "toys.rules", "--json"], [*trial, "--forms", "comma,glued", "--json"]):
        assert run(words) == 0
        assert [row["ruleset"] for row in json.loads(capsys.readouterr().out)] == [name] * 2


def test_a_trial_keeps_its_articles_with_their_truth(trial: list[str], folder: Path) -> None:
    """Other tools could not be scored on the same articles."""
    assert run([*trial, "--forms", "comma,quote-open", "--write", "gold"]) == 0
    gold = folder / "gold" / "comma"
    want = (gold / "want" / "00000.txt").read_text(encoding="utf-8")
    text = (gold / "in" / "00000.txt").read_text(encoding="utf-8")
    assert want == (folder / "host" / "one.txt").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in (gold / "phrases.tsv").read_text(encoding="utf-8").splitlines()]
    assert rows
    for name, phrase, bracketed in rows:
        assert name == "00000.txt"
        assert phrase in ("陀螺批发", "陀螺租赁")
        assert bracketed in text
    assert (folder / "gold" / "quote-open" / "phrases.tsv").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--forms", "coma"], "unknown form 'coma'; forms are comma, chain"),
        (["--phrases", "empty.txt"], "nothing to plant"),
        (["--phrases", "nowhere.txt"], "nowhere.txt"),
        (["--phrases", "latin.txt"], "latin.txt: not UTF-8 at byte 0"),
    ],
)
def test_a_trial_that_cannot_be_is_one_line(words: list[str], problem: str, trial: list[str], capsys: Capture) -> None:
    """A wrong argument would end in a traceback, or in meaningless figures."""
    Path("empty.txt").write_text("\n", encoding="utf-8")
    Path("latin.txt").write_bytes(b"\xe9t\xe9\n")
    assert run([*trial, *words]) == 2
    assert problem in capsys.readouterr().err


def test_the_version_names_the_rule_set(capsys: Capture) -> None:
    """A report could not say by which rules it was made."""
    assert run(["--version"]) == 0
    assert load_rules().hash in capsys.readouterr().out
