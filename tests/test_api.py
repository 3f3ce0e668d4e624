"""The public names, on which users of `import cleanspam` rely."""

import doctest
import importlib
import importlib.metadata
import pickle
from pathlib import Path

import pytest

import cleanspam
from cleanspam import Cleaner, Cleaning, CleanspamError, Cut, Finding, RuleError, Site, Span, Verdict

TEXT = "雨停了,(怎么注册公司),街上又有了人(其实没有走远)。"
RULE = """\
rule  own-rule
about A rule of the user's.
at glued
cut   ^暗号$
cuts  雨停了[-(暗号)-]。
keeps 雨停了(密码)。
"""


def test_clean_returns_the_text_its_cuts_and_why() -> None:
    """The first example of the documentation would not run."""
    cleaning = cleanspam.clean(TEXT)

    assert cleaning.text == "雨停了,街上又有了人(其实没有走远)。"
    assert cleaning.cuts == (Cut(4, 13, "(怎么注册公司),"),)
    finding = cleaning.findings[0]
    assert (finding.start, finding.end, finding.text) == (4, 12, "(怎么注册公司)")
    assert (finding.site, finding.verdict) == (Site.ALONE, Verdict.CUT)
    assert finding.rules


def test_clean_leaves_clean_text_alone() -> None:
    """A text without ads would come back as another object."""
    text = "雨停了(其实没有走远)。"

    assert cleanspam.clean(text) == Cleaning(text, (), ())
    assert cleanspam.clean(text).text is text


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "(", ")", "()", "（）", "\ufeff", "\ud800(\udfff)", "\0(\0)", "(" * 3000 + ")" * 3000, "()" * 3000]
)
def test_any_text_can_be_cleaned(text: str) -> None:
    """A damaged record would end the run."""
    assert cleanspam.clean(text).text is text


def test_restore_brings_the_original_back() -> None:
    """A run could not be undone."""
    cleaning = cleanspam.clean(TEXT)

    assert cleanspam.restore(cleaning.text, cleaning.cuts) == TEXT


def test_a_cleaner_has_the_rules_it_was_given() -> None:
    """A user's choice of rules would be ignored."""
    assert Cleaner(cleanspam.Ruleset((), {})).clean(TEXT).text is TEXT
    assert Cleaner(cleanspam.load_rules()).clean(TEXT) == cleanspam.clean(TEXT)


def test_values_can_be_pickled_and_compared() -> None:
    """A result could not leave the process that found it."""
    cleaning = cleanspam.clean(TEXT)

    assert pickle.loads(pickle.dumps(cleaning)) == cleaning
    assert {cleaning.findings[0], cleaning.findings[0]} == set(cleaning.findings)


def test_values_cannot_be_changed() -> None:
    """Two readers of one result would see different things."""
    cleaning = cleanspam.clean(TEXT)

    with pytest.raises(AttributeError):
        cleaning.text = ""  # type: ignore[misc]
    with pytest.raises(AttributeError):
        cleaning.cuts[0].text = ""  # type: ignore[misc]


def test_sites_and_verdicts_are_their_words() -> None:
    """Machine formats would carry Python's names of them."""
    of_brackets = ["alone", "glued", "tail", "line", "heading", "reading", "hidden", "noise", "noise-amid", "jammer"]
    of_lines = ["whole", "head", "foot", "opening", "note", "stub", "amid", "phrase", "joined", "links", "beside"]
    assert [site.value for site in Site] == [*of_brackets, *of_lines]
    assert [verdict.value for verdict in Verdict] == ["keep", "cut", "flag", "none"]
    assert (Site("alone"), Verdict("cut")) == ("alone", "cut")


def test_a_span_is_a_pair() -> None:
    """A span could not be taken apart."""
    start, end = Span(3, 5)

    assert (start, end) == Span(3, 5) == (3, 5)


def test_findings_tell_what_stays_and_why() -> None:
    """Users could not see which text was nearly cut."""
    found = Cleaner(cleanspam.load_rules()).findings("桌上有茶,(家电回收公司),还有梨。")

    assert [(finding.text, finding.verdict) for finding in found] == [("(家电回收公司)", Verdict.FLAG)]
    assert isinstance(found[0], Finding)


def test_load_rules_gives_the_shipped_rules() -> None:
    """An installed cleanspam would know no rule."""
    ruleset = cleanspam.load_rules()

    assert len(ruleset.rules) > 10
    assert ruleset.rule(ruleset.rules[0].id) is ruleset.rules[0]
    assert ruleset.rule("no-such-rule") is None
    assert cleanspam.load_rules(default=False) == cleanspam.Ruleset((), {})


def test_load_rules_adds_files_and_folders(tmp_path: Path) -> None:
    """A user's rules would be left out."""
    (tmp_path / "b.rules").write_text(RULE, encoding="utf-8")
    (tmp_path / "a.rules").write_text(RULE.replace("own-rule", "first-rule"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no rules", encoding="utf-8")

    own = cleanspam.load_rules(tmp_path, default=False)

    assert [rule.id for rule in own.rules] == ["first-rule", "own-rule"]
    assert cleanspam.load_rules(str(tmp_path / "b.rules")).rule("own-rule")
    assert Cleaner(own).clean("雨停了(暗号)。").text == "雨停了。"


def test_load_rules_names_the_file_and_the_line_of_a_mistake(tmp_path: Path) -> None:
    """A user would have to search all rule files."""
    path = tmp_path / "own.rules"
    path.write_text(RULE.replace("at glued\n", ""), encoding="utf-8")

    with pytest.raises(RuleError, match=r"own\.rules:1: rule own-rule has no at") as caught:
        cleanspam.load_rules(path)
    assert caught.value.source == str(path)


def test_load_rules_names_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A wrong path would be a traceback, or pass for a folder without rules."""
    (tmp_path / "old.rules").write_bytes(RULE.encode("gb18030"))

    with pytest.raises(CleanspamError, match=r"old\.rules: not UTF-8 at byte"):
        cleanspam.load_rules(tmp_path)
    with pytest.raises(CleanspamError, match=r"none\.rules: .*name a rule file or a folder"):
        cleanspam.load_rules(tmp_path / "none.rules")


def test_public_names_are_there_and_sorted() -> None:
    """A name in the documentation would not exist."""
    assert all(hasattr(cleanspam, name) for name in cleanspam.__all__)
    assert cleanspam.__all__ == sorted(cleanspam.__all__)


def test_version_is_that_of_the_package() -> None:
    """A report would carry the version of another package."""
    assert cleanspam.__version__ == importlib.metadata.version("cleanspam")


def test_the_package_says_that_it_is_typed() -> None:
    """Type checkers would take everything from cleanspam for Any."""
    assert (Path(cleanspam.__file__).parent / "py.typed").is_file()


@pytest.mark.parametrize("name", ["cleanspam", "cleanspam.text.cut", "cleanspam.text.fold"])
def test_examples_in_docstrings_run(name: str) -> None:
    """The documentation would show what does not happen."""
    results = doctest.testmod(importlib.import_module(name))

    assert results.attempted > 0
    assert results.failed == 0
