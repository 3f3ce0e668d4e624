"""Hunks: the pieces of a changed line, and how much of the text around each cut they show."""

import pytest

from cleanspam.model import Cleaning, Cut
from cleanspam.text.diff import ELLIPSIS, hunks, plain

LONG = "一二三四五六七八九十"


def shown(text: str, *cuts: str, around: int = 2) -> list[str]:
    """Return the changed lines of a text without `cuts`, each with its number."""
    made: list[Cut] = []
    at, left = 0, text
    for cut in cuts:
        at = text.index(cut, at)
        made.append(Cut(at, at + len(cut), cut))
        at += len(cut)
        left = left.replace(cut, "", 1)
    return [f"{hunk.line}: {plain(hunk)}" for hunk in hunks(text, Cleaning(left, tuple(made), ()), around=around)]


@pytest.mark.parametrize(
    ("text", "cuts", "expected"),
    [
        ("雨(广)停", ["(广)"], "雨[-(广)-]停"),
        ("一二三(广)一二三", ["(广)"], "一二三[-(广)-]一二三"),
        ("一二三四(广)一二三四", ["(广)"], f"{ELLIPSIS}三四[-(广)-]一二{ELLIPSIS}"),
        (f"(广){LONG}", ["(广)"], f"[-(广)-]一二{ELLIPSIS}"),
        (f"{LONG}(广)", ["(广)"], f"{ELLIPSIS}九十[-(广)-]"),
        ("(广)一二三四五(告)", ["(广)", "(告)"], "[-(广)-]一二三四五[-(告)-]"),
        ("(广)一二三四五六(告)", ["(广)", "(告)"], f"[-(广)-]一二{ELLIPSIS}五六[-(告)-]"),
        (
            f"(广){LONG}(告){LONG}(号)",
            ["(广)", "(告)", "(号)"],
            f"[-(广)-]一二{ELLIPSIS}九十[-(告)-]一二{ELLIPSIS}九十[-(号)-]",
        ),
        ("(广)(告)", ["(广)", "(告)"], "[-(广)-][-(告)-]"),
    ],
)
def test_a_cut_is_shown_with_as_much_text_on_both_sides(text: str, cuts: list[str], expected: str) -> None:
    """A user who reads a diff would not see which sentence lost something."""
    assert shown(text, *cuts) == [f"1: {expected}"]


def test_each_changed_line_is_a_hunk_of_its_own() -> None:
    """The line numbers would be wrong, or an unchanged line would be shown."""
    assert shown("雨(广)停\n\n风\n云(告)散\n", "(广)", "(告)") == ["1: 雨[-(广)-]停", "4: 云[-(告)-]散"]


@pytest.mark.parametrize(
    ("text", "cut", "expected"),
    [
        ("雨停了\n广告\n云", "广告\n", "2: [-广告-]"),
        ("雨停了\n广告", "\n广告", "2: [-广告-]"),
        ("广告\r\n云", "广告\r\n", "1: [-广告-]"),
    ],
)
def test_a_line_that_goes_with_its_end_is_shown_on_its_line(text: str, cut: str, expected: str) -> None:
    """The last line of a text goes with the line end before it, and would be shown on the line above."""
    assert shown(text, cut) == [expected]


def test_a_text_without_cuts_has_no_hunks() -> None:
    """A diff would show unchanged lines."""
    assert shown("雨停了") == []
