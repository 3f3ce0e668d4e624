"""The look at a cleaned text: it finds what a look at the whole text finds."""

import random
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from cleanspam import Cleaner, load_rules
from cleanspam.judge import relook
from cleanspam.judge.judge import Judge
from cleanspam.judge.prefilter import Look
from cleanspam.text.cut import apply, plan

CLEANER = Cleaner(load_rules())
PROSE = (
    "雨停了，街上又有了人。",
    "他说（那是第一次），谁也没有回答。",
    "如（图一）所示，水往低处流。",
    "书店（二楼）今天不开门，明天再来。",
    "",
    "她把信(也就是那封信)收好，灯就灭了。",
    "网站改版以后，他很少再看。",
)
PLANTED = (
    "雨停了，(某地网站建设公司报价)，街上又有了人。",
    "请记住本站网址：www.example.com",
    "他推门。（本章未完，请点击下一页继续阅读）她回头。",
    "灯，(某地(网站优化)代运营公司)，(某地叉车价格表)，灭了。",
    "【手机用户请浏览www.example.com阅读，更优质的体验】",
    "(某地代理记账收费标准)",
    "青竹小说网\n请记住本站网址：www.example.com",  # the name goes once no address stands below it
)


def texts(number: int) -> Iterator[str]:
    """Yield texts of some thousand characters with plantings in some lines, and two of the same kind side by side."""
    pick = random.Random(11)
    for _ in range(number):
        lines = pick.choices(PROSE, k=8000)
        for at in pick.sample(range(8000), pick.randint(1, 9)):
            lines[at] = pick.choice(PLANTED)
        lines[4000] = PLANTED[1]
        end = pick.choice(("\n", "\n", "\r\n"))
        yield end.join(lines)


def look_at_whole(judge: Judge, *seen: object) -> Look:
    return judge.look(str(seen[-1]))


@pytest.mark.parametrize("text", [*texts(40)], ids=map(str, range(40)))
def test_a_look_at_the_lines_with_cuts_finds_what_one_at_the_whole_finds(text: str) -> None:
    """What a cut brings to light would stay, or what is found would be at a wrong place."""
    judge = CLEANER.judge
    seen = judge.look(text)
    cuts = plan(text, judge.cuts_among(text, *seen[:2]))
    assert cuts
    rest = apply(text, cuts)
    asked: list[str] = []

    def look(part: str) -> Look:
        asked.append(part)
        return judge.look(part)

    again, whole = relook.look_again(look, text, seen, cuts, rest), judge.look(rest)

    assert {one[:2] for one in whole[0]} <= {one[:2] for one in again[0]}
    assert {*whole[1]} <= {*again[1]}
    assert all(rest[one.start] == one.opener for one in again[0])
    assert [one.end for one in again[0]] == sorted(one.end for one in again[0])
    assert [one.inner for one in again[0] if one[:2] in {it[:2] for it in whole[0]}] == [one.inner for one in whole[0]]
    assert asked == [rest] or sum(map(len, asked)) < len(rest) / 3


def test_most_texts_are_not_read_as_a_whole_again() -> None:
    """A block would be looked at twice for one cut."""
    asked: list[int] = []
    judge = CLEANER.judge
    for text in texts(20):
        seen = judge.look(text)
        cuts = plan(text, judge.cuts_among(text, *seen[:2]))

        def look(part: str) -> Look:
            asked.append(len(part))
            return judge.look(part)

        relook.look_again(look, text, seen, cuts, apply(text, cuts))

    assert sum(asked) < 0.7 * sum(map(len, texts(20)))


def test_cleaning_is_the_same_as_with_looks_at_the_whole_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut would depend on how large a text is."""
    found = [CLEANER.clean(text) for text in texts(40)]
    whole: Callable[..., Look] = partial(look_at_whole, CLEANER.judge)
    monkeypatch.setattr(relook, "look_again", whole)

    assert found == [CLEANER.clean(text) for text in texts(40)]
