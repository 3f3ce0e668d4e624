"""Statistics of rules: cuts, overlaps, lone finds and silent rules are counted, and printed for machines."""

import csv
import json
from pathlib import Path

import pytest

from cleanspam import Cleaner
from cleanspam.cli.app import run
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.workshop.stats import SAMPLE, RuleCounts, RuleStats

RULES = """\
rule  lantern
about Lanterns by wholesale.
at alone
cut   灯笼
cuts  月亮升起来了,[-(灯笼批发),-]河面亮了。
keeps 月亮升起来了(灯笼很多),河面亮了。

rule  wholesale
about Anything by wholesale.
at alone
cut   批发$
cuts  月亮升起来了,[-(纸伞批发),-]河面亮了。
keeps 月亮升起来了(批发纸伞),河面亮了。

rule  unheard
about A word that nobody writes.
at alone
cut   蓑衣
cuts  月亮升起来了,[-(蓑衣),-]河面亮了。
keeps 月亮升起来了(蓑衣),河面亮了。

rule  protected
about Museums stay.
keep  博物馆
keeps 月亮升起来了,(灯笼博物馆),河面亮了。
"""
SPAM = "月亮升起来了,(灯笼批发),河面亮了,(纸伞批发),人静了。"
HAM = "他写灯谜,(灯笼谜),挂在廊下,(灯笼博物馆),人都来看。"


def counted(spam: str = SPAM, ham: str = HAM) -> RuleCounts:
    """Count one spam text and one ham text."""
    census = RuleCounts(Cleaner(parse_rules([RuleSource("stats.rules", RULES)])))
    census.read("spam", spam)
    census.read("ham", ham)
    return census


def by_rule(census: RuleCounts) -> dict[str, RuleStats]:
    """Return the figures by rule id."""
    return {row.rule: row for row in census.stats()}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Write the rules, a spam file and a ham file."""
    texts = {"stats.rules": RULES, "spam.txt": SPAM, "ham.txt": HAM}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in texts}


def stats(files: dict[str, str], *words: str) -> int:
    """Run `rules stats` over the files."""
    chosen = ["--rules", files["stats.rules"], "--no-default-rules", "--spam", files["spam.txt"], "--ham", files["ham.txt"]]
    return run(["rules", "stats", *chosen, *words])


def test_cuts_are_counted_for_every_rule_that_spoke() -> None:
    """A rule would seem unused because another one matches too."""
    rows = by_rule(counted())
    assert {name: row.spam_cuts for name, row in rows.items()} == {"lantern": 1, "wholesale": 2, "unheard": 0, "protected": 0}
    assert rows["wholesale"].overlaps == {"lantern": 1}
    assert rows["lantern"].overlaps == {"wholesale": 1}


def test_only_counts_what_would_be_missed_without_the_rule() -> None:
    """Authors would not see which rule can be removed."""
    rows = by_rule(counted())
    assert {name: row.only for name, row in rows.items()} == {"lantern": 0, "wholesale": 1, "unheard": 0, "protected": 0}


def test_cuts_in_ham_are_counted_per_million_characters() -> None:
    """The price of a rule would not be seen, or not be comparable between corpora."""
    census = counted()
    row = by_rule(census)["lantern"]
    assert row.ham_cuts == 1
    assert row.ham_cuts_per_million == pytest.approx(1e6 / len(HAM))
    assert census.false_cuts_per_million() == pytest.approx(1e6 / len(HAM))


def test_a_cut_that_two_rules_make_is_one_false_cut() -> None:
    """The gate would count rules instead of cuts."""
    assert counted(ham=SPAM).false_cuts_per_million() == pytest.approx(2e6 / len(SPAM))


def test_what_a_keep_rule_held_back_is_counted() -> None:
    """A keep rule that protects would look silent, and be removed."""
    row = by_rule(counted())["protected"]
    assert (row.held, row.is_silent) == (1, False)


def test_only_the_rule_that_never_speaks_is_silent() -> None:
    """A dead rule would not be found, or a living one be called dead."""
    assert [name for name, row in by_rule(counted()).items() if row.is_silent] == ["unheard"]


def test_the_worst_rule_comes_first() -> None:
    """The rule with the most cuts in ham would not stand at the top of the table."""
    assert [row.rule for row in counted().stats()] == ["lantern", "wholesale", "protected", "unheard"]


def test_without_any_text_everything_is_zero() -> None:
    """An empty folder would divide by zero."""
    census = RuleCounts(Cleaner(parse_rules([RuleSource("stats.rules", RULES)])))
    assert census.false_cuts_per_million() == 0
    assert all(row.is_silent and row.milliseconds_per_million == 0 for row in census.stats())


def test_the_sample_that_costs_are_measured_on_is_bounded() -> None:
    """A census over a corpus would hold every parenthetical in memory."""
    census = counted(ham="月,(灯)," * (SAMPLE + 10))
    assert len(census._sample) == SAMPLE
    assert all(row.milliseconds_per_million > 0 for row in census.stats())


def test_the_table_names_every_rule_and_stderr_the_silent_ones(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that never speaks would go on costing time unseen."""
    assert stats(files) == 0
    shown = capsys.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()[1:]] == ["lantern", "wholesale", "protected", "unheard"]
    assert "1 rule never spoke: unheard" in shown.err
    assert f"{len(SPAM)} characters of spam, {len(HAM)} of ham" in shown.err


def test_json_has_every_figure(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A script could not read the figures."""
    assert stats(files, "--json") == 0
    rows = {row["rule"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["wholesale"]["spam_cuts"] == 2
    assert rows["wholesale"]["overlaps"] == {"lantern": 1}
    assert set(rows["lantern"]) == set(RuleStats.__dataclass_fields__)
    assert {row["ruleset"] for row in rows.values()} == {counted().cleaner.ruleset.hash}


def test_csv_has_plain_numbers(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A spreadsheet would read 1,234 as a word."""
    Path(files["spam.txt"]).write_text(f"{SPAM}\n" * 1500, encoding="utf-8")
    assert stats(files, "--csv") == 0
    rows = {row["rule"]: row for row in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert (rows["wholesale"]["spam_cuts"], rows["wholesale"]["overlaps"]) == ("3000", "lantern:1500")
    assert rows["wholesale"]["ruleset"] == counted().cleaner.ruleset.hash


@pytest.mark.parametrize(("limit", "code"), [("0", 1), ("1e6", 0)])
def test_the_gate_decides_by_cuts_in_ham(files: dict[str, str], limit: str, code: int) -> None:
    """CI would accept a rule that cuts ham, or refuse a good one."""
    assert stats(files, "--max-false-cuts-per-million", limit) == code


def test_nothing_to_count_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A gate over no ham at all would pass."""
    assert run(["rules", "stats"]) == 2
    assert "--ham PATH" in capsys.readouterr().err


def test_the_number_of_a_rule_can_be_chosen_from_its_hits_in_ham() -> None:
    """An author of rules would guess how many accomplices keep a rule off an author's words."""
    ham = "他写灯谜,(灯笼谜),写好就挂在后院的廊下晾干,(灯笼画),天黑以后人都提着灯来看,(灯笼诗),夜深了。"
    rows = by_rule(counted(ham=ham))
    assert {name: row.ham_accomplices for name, row in rows.items()} == {
        "lantern": 2,  # each has two others with other texts
        "wholesale": None,
        "unheard": None,
        "protected": None,
    }
