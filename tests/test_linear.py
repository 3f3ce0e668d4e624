"""Work grows in proportion to the number of plantings, whatever their form.

Work is counted, not timed: the functions that Python enters and leaves, which is the same on any machine.
"""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from cleanspam import Cleaner, load_rules

CLEANER = Cleaner(load_rules())
ONE, TWO, THREE = "（广州公司注册多少钱）", "(网站建设公司报价)", "(柬埔寨最大的商机)"
# Functions entered and left for a planting that is known: thousands before own texts were remembered, each with its rules.
PER_PLANTING = 800
FORMS: dict[str, Callable[[int], str]] = {
    "touching": lambda number: f"他说，{ONE * number}，天黑了。",
    "touching, of two kinds": lambda number: f"他说，{(ONE + TWO) * number}，天黑了。",
    "in a row": lambda number: f"他说，{(ONE + '，') * number}天黑了。",
    "one in another": lambda number: "他说，（广州公司注册多少钱，（北京网站建设公司报价），），天黑了，" * number,
    "open brackets": lambda number: "（广州公司注册多少钱" * number,
    "deep in each other": lambda number: f"他说，{'（广州公司注册多少钱' * number}{'）' * number}，天黑了。",
    "one line": lambda number: f"他说，{ONE}天黑了，{TWO}雨停。" * number,
    "many lines": lambda number: f"他说，{ONE}天黑了，{TWO}雨停。\n" * number,
    "at words": lambda number: f"他说{ONE}天黑了{TWO}雨停{THREE}。" * number,
    "notes": lambda number: "他推开门走了进去。(本章未完，请点击下一页继续阅读)\n" * number,
    "lines": lambda number: "他推开门走了进去。\n天才一秒记住本站地址：www.example.la\n" * number,
    "sentences of one line": lambda number: "他推开门走了进去。天才一秒记住本站地址：www.example.la。" * number,
    "readings": lambda number: "網(wǎng)站的數(shù)據(jù)也多了。" * number,
    "enumerated": lambda number: "、".join([ONE] * number),
    "catalogue": lambda number: "\n".join(["第一条 " + TWO] * number),
    "beside code": lambda number: f"`a`，{ONE}，" * number,
    "keep marks in one line": lambda number: f"他说，{ONE}，天黑了。{'<!-- cleanspam: keep -->' * number}",
    "keep marks in many lines": lambda number: f"他说，{ONE}，天黑了。<!-- cleanspam: keep -->\n" * number,
}


def work(run: Callable[[], object]) -> int:
    """Return how many functions are entered and left, those of C included."""
    events = 0

    def count(frame: FrameType, event: str, arg: object) -> None:  # noqa: ARG001 (its form is given)
        nonlocal events
        events += 1

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return events


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("does", [CLEANER.clean_marked, CLEANER.findings], ids=["clean", "check"])
def test_five_times_the_plantings_are_little_more_than_five_times_the_work(
    form: Callable[[int], str], does: Callable[[str], object]
) -> None:
    """A page of spam, or of an attacker, would hold up a batch for hours."""
    few, many = form(200), form(1000)
    CLEANER.judge.index  # noqa: B018 (which makes it: else the longer text alone may be enough for it)
    does(form(7))  # compiles what is compiled once, and fills what is remembered

    assert work(lambda: does(many)) <= 5.5 * work(lambda: does(few))


def test_the_same_advertisement_is_asked_about_once() -> None:
    """In a novel with 2,000 equal notes each rule would be tried 2,000 times."""
    form = FORMS["many lines"]
    CLEANER.clean(form(100))

    assert work(lambda: CLEANER.clean(form(100))) < 200 * PER_PLANTING


def test_a_note_in_brackets_is_not_judged_as_a_line_once_more() -> None:
    """A third of the time of a novel would go into what is known: 990 functions for a note, not 75."""
    CLEANER.judge.index  # noqa: B018 (as above)
    form = FORMS["notes"]
    CLEANER.clean(form(200))

    assert work(lambda: CLEANER.clean(form(200))) < 200 * PER_PLANTING / 4
