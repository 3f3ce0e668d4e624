"""Inline marks: which bytes they protect, and which marks are unused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.keepmarks import KEEP_RULE, UNUSED_RULE, Marked, obey
from cleanspam.model import Verdict
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.text.cut import restore
from ownrules import BOTH

CLEANER = Cleaner(parse_rules([RuleSource("own.rules", BOTH.replace("at alone\n", "at alone line\n", 1))]))
MARK = "<!-- cleanspam: keep -->"
AD = "茶凉了,(广告甲),雨还没停。"
parts = st.sampled_from([AD, "(广告乙)", "(招牌丙)", ",", "。", "字", " ", "\n", "\r\n", "\r", MARK, "# cleanspam: keep"])


def obeyed(text: str) -> Marked:
    """Clean a text and obey its marks."""
    cleaning = CLEANER.clean(text)
    return obey(text, type(cleaning)(cleaning.text, cleaning.cuts, CLEANER.findings(text)))


@pytest.mark.parametrize(
    "line",
    [
        f"{AD}{MARK}",
        f"{AD} {MARK}  ",
        f"{MARK}{AD}",
        f"{AD}<!--cleanspam:keep-->",
        f"{AD}# cleanspam: keep",
        f"{AD} #cleanspam:keep ",
    ],
)
def test_a_marked_line_stays(line: str) -> None:
    """The owner of a text could not overrule a rule."""
    marked = obeyed(line)
    assert (marked.cleaning.text, marked.kept, marked.unused) == (line, 1, ())
    assert [(finding.verdict, finding.rules) for finding in marked.cleaning.findings] == [(Verdict.KEEP, (KEEP_RULE,))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_other_lines_are_cut(end: str) -> None:
    """One mark would protect a whole text."""
    marked = obeyed(f"{AD}{end}{AD}{MARK}{end}{AD}{end}")
    assert marked.cleaning.text == f"茶凉了,雨还没停。{end}{AD}{MARK}{end}茶凉了,雨还没停。{end}"


@pytest.mark.parametrize("words", ["cleanspam: keep", "# cleanspam: keep it", "<!-- cleanspam: keeps -->", "#cleanspam keep"])
def test_what_only_resembles_a_mark_is_none(words: str) -> None:
    """A sentence about cleanspam would protect its line."""
    assert obeyed(f"{AD}{words}").cleaning.text == f"茶凉了,雨还没停。{words}"


def test_without_a_mark_the_same_object_comes_back() -> None:
    """Texts without a mark would be copied."""
    cleaning = CLEANER.clean(AD)
    assert obey(AD, cleaning) == Marked(cleaning)
    assert obey(AD, cleaning).cleaning is cleaning


def test_a_mark_that_protects_nothing_is_found() -> None:
    """Marks would stay when the text that they protect is gone."""
    (unused,) = obeyed(f"雨停了。{MARK}\n{AD}{MARK}\n").unused
    assert (unused.start, unused.text, unused.rules, unused.verdict) == (4, MARK, (UNUSED_RULE,), Verdict.NONE)


def test_a_mark_that_silences_a_flag_is_used() -> None:
    """A mark that protects a flagged text would be reported as unused."""
    marked = obeyed(f"灯灭了,(招牌甲),街上没有人。{MARK}")
    assert (marked.kept, marked.unused) == (0, ())
    assert [finding.verdict for finding in marked.cleaning.findings] == [Verdict.KEEP]


def test_the_last_line_goes_without_its_neighbour() -> None:
    """A cut of the last line takes the line end before it along, and would change the marked line above."""
    marked = obeyed(f"{MARK}茶凉了,(广告甲)\n(广告乙)")
    assert marked.cleaning.text == f"{MARK}茶凉了,(广告甲)"


@given(st.lists(parts).map("".join))
def test_marks_keep_the_laws(text: str) -> None:
    """A marked text could not be restored, would change when cleaned again, or lose a character of a marked line."""
    cleaning, kept, _ = obeyed(text)
    assert restore(cleaning.text, cleaning.cuts) == text
    assert all(text[cut.start : cut.end] == cut.text for cut in cleaning.cuts)
    again = obeyed(cleaning.text)
    assert again.cleaning.text == cleaning.text
    assert again.kept == kept
    marked = [line for line in _lines(text) if MARK in line]
    assert [line for line in _lines(cleaning.text) if MARK in line] == marked


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
