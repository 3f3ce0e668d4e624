"""Cutting: which marks and blanks go with a parenthetical, and that cuts can be put back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.model import Cut, Finding, Site, Verdict
from cleanspam.text.cut import Original, apply, compose, plan, restore

_AD_RE = re.compile(r"[(（]广告[^)）]*[)）]")


def ads(text: str) -> list[Finding]:
    """Return a finding for every (广告…) in `text`; (…) without it stays."""
    return [Finding(*ad.span(), ad[0], Site.ALONE, Verdict.CUT, ("ad",)) for ad in _AD_RE.finditer(text)]


def without_ads(text: str) -> str:
    """Return `text` with every (广告…) cut."""
    cuts = plan(text, ads(text))
    left = apply(text, cuts)
    assert restore(left, cuts) == text
    return left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("生长,(广告),更多", "生长,更多"),
        ("生长，（广告），更多", "生长，更多"),
        ("生长,(广告)，更多", "生长,更多"),
        ("生长，(广告),更多", "生长，更多"),
        ("生长、(广告)、更多", "生长、更多"),
        ("生长;(广告),更多", "生长;更多"),
        ("生长。(广告),更多", "生长。更多"),
        ("生长?(广告),更多", "生长?更多"),
        ("(广告),更多", "更多"),
        ("生长\n(广告),更多", "生长\n更多"),
        ("生长((广告),更多)", "生长(更多)"),
        ("生长（更多，（广告））", "生长（更多）"),
        ("生长（（广告））", "生长"),
        ("生长，【（广告）】，更多", "生长，更多"),
        ("生长（【 （广告） 】）更多", "生长更多"),
        ("生长【（广告））更多", "生长【）更多"),
        ("看图![(广告)](img.png)下", "看图![](img.png)下"),
        ("看[(广告)](a.b)下", "看[](a.b)下"),
        ("tags: [(广告)]", "tags: []"),
        ("f((广告))", "f()"),
        ("生长((广告))更多", "生长更多"),
        ("- (广告) 买菜", "- 买菜"),
        ("## (广告) 标题", "## 标题"),
        ("> - (广告)买菜", "> - 买菜"),
        ("甲 - (广告) 乙", "甲 - 乙"),
    ],
)
def test_between_two_marks_the_right_separator_goes(text: str, left: str) -> None:
    """Two commas would be left in a row, or the article's own mark would change."""
    assert without_ads(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("出现,(广告)。", "出现。"),
        ("出现，（广告）。更多", "出现。更多"),
        ("出现,(广告).", "出现."),
        ("出现,(广告)!", "出现!"),
        ("出现，（广告）？", "出现？"),
        ("出现,(广告)…", "出现…"),
        ("“出现,(广告)”", "“出现”"),
        ("出现,(广告)\n更多", "出现\n更多"),
        ("出现,(广告)", "出现"),
    ],
)
def test_before_a_stop_the_left_separator_goes(text: str, left: str) -> None:
    """A sentence would end in a comma and a full stop."""
    assert without_ads(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("出现。(广告)。更多", "出现。更多"),
        ("出现！（广告）。更多", "出现！更多"),
        ("(广告)。更多", "更多"),
    ],
)
def test_a_planted_stop_goes_along(text: str, left: str) -> None:
    """An ad that was planted as a sentence would leave its full stop behind."""
    assert without_ads(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("生长(广告)更多", "生长更多"),
        ("生长(广告),更多", "生长,更多"),
        ("生长,(广告)更多", "生长,更多"),
        ("生长(广告)。", "生长。"),
        ("“生长”(广告),更多", "“生长”,更多"),
        ("生长(广告)\n更多", "生长\n更多"),
        ("生长(广告)", "生长"),
        ("(广告)更多", "更多"),
        ("(甲(广告)乙)", "(甲乙)"),
        ("((广告))", ""),
    ],
)
def test_glued_to_a_word_nothing_goes_along(text: str, left: str) -> None:
    """The article would lose a mark of its own."""
    assert without_ads(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("生长,(广告一),(广告二),更多", "生长,更多"),
        ("生长,(广告一)(广告二),更多", "生长,更多"),
        ("生长,(广告一),(广告二),(广告三)。", "生长。"),
        ("生长,(广告一), (广告二) ;(广告三),更多", "生长,更多"),
        ("生长(广告一)(广告二)更多", "生长更多"),
        ("生长(广告一),(广告二),更多", "生长,更多"),
        ("生长,(广告一),(甲),(广告二),更多", "生长,(甲),更多"),
        ("生长,(广告一),更多,(广告二),更好", "生长,更多,更好"),
        ("(广告一)\n(广告二)\n更多", "更多"),
    ],
)
def test_a_chain_goes_with_one_separator(text: str, left: str) -> None:
    """Each ad of a chain would leave a comma, or take one too many."""
    assert without_ads(text) == left


@pytest.mark.parametrize("mark", ["！", "？", "!", "：", "…", "……", "——", "—", "~", "·", "/", "|"])
def test_a_planted_mark_of_any_kind_goes_along(mark: str) -> None:
    """The article would get a mark twice that it had once."""
    assert without_ads(f"出现{mark}(广告){mark}更多") == f"出现{mark}更多"


@pytest.mark.parametrize("blank", "\u2002\u2007\u2009\u200a\u202f\u205f\u3000\u2060\u200c\u200f\u202e\u2068\ufeff")
def test_blanks_of_every_kind_are_looked_over(blank: str) -> None:
    """Two commas would be left with a blank between them that nobody sees."""
    assert without_ads(f"出现,{blank}(广告){blank},更多") == "出现,更多"


@pytest.mark.parametrize("mark", "，,、；;､﹐︐،")
def test_separators_of_every_script_go_along(mark: str) -> None:
    """The article would get a mark twice that it had once."""
    assert without_ads(f"出现{mark}(广告){mark}更多") == f"出现{mark}更多"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("生长,**(广告)**,更多", "生长,更多"),
        ("生长,***(广告)***,更多", "生长,更多"),
        ("生长,_(广告)_,更多", "生长,更多"),
        ("生长~~(广告)~~更多", "生长更多"),
        ("生长,<b>(广告)</b>,更多", "生长,更多"),
        ("生长,<strong class='a'>（广告）</STRONG>，更多", "生长,更多"),
        ("生长,<b><i>(广告)</i></b>,更多", "生长,更多"),
        ("生长,**(广告)**", "生长"),
        ("生长，《(广告)》，更多", "生长，更多"),
        ("生长，“（广告）”，更多", "生长，更多"),
        ("生长，「（廣告）（广告）」更多", "生长，「（廣告）」更多"),
        ("生长，[(广告)]，更多", "生长，更多"),
        ("生长，{【(广告)】}更多", "生长，更多"),
        ("**甲(广告)**更多", "**甲**更多"),
        ("**(广告)*更多", "***更多"),
        ("<p>(广告)</p>", "<p></p>"),
        ("<b>(广告)</i>", "<b></i>"),
    ],
)
def test_what_held_nothing_but_a_planting_goes_along(text: str, left: str) -> None:
    """Empty emphasis, quotation marks or brackets, which no author writes, would be left."""
    assert without_ads(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1. 买菜\n2. (广告)\n3. 做饭", "1. 买菜\n3. 做饭"),
        ("1、买菜\n2、(广告)\n3、做饭", "1、买菜\n3、做饭"),
        ("- 买菜\r\n- (广告)\r\n- 做饭", "- 买菜\r\n- 做饭"),
        ("## (广告)\n买菜", "买菜"),
        ("> 1. **(广告)**\n买菜", "买菜"),
        ("买菜\n* (广告)", "买菜"),
        ("2 (广告)\n买菜", "2\n买菜"),
        ("买菜. (广告)\n做饭", "买菜.\n做饭"),
    ],
)
def test_an_item_that_was_nothing_but_a_planting_goes_with_its_mark(text: str, left: str) -> None:
    """A list would keep an empty item."""
    assert without_ads(text) == left


def test_a_comma_between_two_glued_parentheticals_stays() -> None:
    """The article would lose its own comma: both ads stand beside words, so none was planted with them."""
    assert without_ads("生长(广告一),(广告二)更多") == "生长,更多"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("生长, (广告), 更多", "生长, 更多"),
        ("生长，\u3000（广告）\u3000，\u3000更多", "生长，\u3000更多"),
        ("生长,\u200b(广告)\u200b,更多", "生长,更多"),
        ("生长 (广告) 更多", "生长更多"),
        ("生长 (广告), 更多", "生长, 更多"),
        ("生长\u3000(广告)\n更多", "生长\n更多"),
        ("生长, (广告) 。", "生长。"),
        ("  (广告), 更多", "  更多"),
        ("Windows (广告) Server", "Windows Server"),
        ("Windows (广告)Server", "Windows Server"),
        ("版本 (广告) 2", "版本 2"),
        ("老船夫(广告) 小贩", "老船夫 小贩"),
        ("老船夫\u3000\u3000(广告)\u3000\u3000小贩", "老船夫\u3000\u3000小贩"),
        ("老船夫 (广告)小贩", "老船夫 小贩"),
        ("雨停了,(广告) 街上", "雨停了, 街上"),
        ("雨停了\u200b(广告)街上", "雨停了街上"),
        ("雨停了\u2009(广告)\u2009街上", "雨停了街上"),
    ],
)
def test_planted_blanks_go_and_words_stay_apart(text: str, left: str) -> None:
    """Blanks would pile up where an ad stood, or two Latin words would run together."""
    assert without_ads(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("甲\n(广告)\n乙", "甲\n乙"),
        ("甲\r\n(广告)\r\n乙", "甲\r\n乙"),
        ("甲\r(广告)\r乙", "甲\r乙"),
        ("甲\n\u3000(广告) \n乙", "甲\n乙"),
        ("甲\n\n(广告)\n\n乙", "甲\n\n\n乙"),
        ("(广告)\n乙", "乙"),
        ("甲\n(广告)", "甲"),
        ("甲\r\n(广告)", "甲"),
        ("甲\r(广告)", "甲"),
        ("甲\n(广告)\n", "甲\n"),
        ("(广告)", ""),
        ("甲\n(广告一)\n(广告二)", "甲"),
        ("甲\r\n(广告一)\r\n(广告二)", "甲"),
        ("甲\n(广告一)\n(广告二)\n", "甲\n"),
        ("(广告一)\n(广告二)", ""),
        ("\n(广告)", ""),
        ("甲\n(广告一)(广告二)\n乙", "甲\n乙"),
        ("甲\n(广告一), (广告二)\n乙", "甲\n乙"),
    ],
)
def test_a_line_of_its_own_goes_with_its_line_end(text: str, left: str) -> None:
    """A blank line would be left, or the lines beside it would be joined."""
    assert without_ads(text) == left


def test_a_parenthetical_inside_another_goes_with_it() -> None:
    """Cuts would overlap."""
    text = "生长,(广告（广告二）一),更多"
    outer = Finding(3, 14, text[3:14], Site.ALONE, Verdict.CUT, ("ad",))
    inner = Finding(6, 11, text[6:11], Site.GLUED, Verdict.CUT, ("ad",))

    assert apply(text, plan(text, [inner, outer])) == "生长,更多"


def test_without_findings_nothing_is_planned_and_the_same_object_comes_back() -> None:
    """Clean texts would be copied for nothing."""
    text = "生长,(甲),更多"

    assert plan(text, []) == []
    assert apply(text, []) is text
    assert restore(text, []) == text


def test_a_cut_says_what_stood_there() -> None:
    """A cut log could not be checked against its text."""
    assert plan("生长,(广告),更多", ads("生长,(广告),更多")) == [Cut(3, 8, "(广告),")]


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[Cut]]:
    """Draw a text and some ordered, disjoint cuts of it."""
    text = draw(st.text(max_size=30))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    # One edge lies between every two cuts, so that they never touch.
    spans = [(edges[at], edges[at + 1]) for at in range(0, len(edges) - 1, 3)]
    return text, [Cut(start, end, text[start:end]) for start, end in spans]


@given(cut_texts())
def test_restoring_undoes_any_cuts(drawn: tuple[str, list[Cut]]) -> None:
    """A cut log could not bring every text back."""
    text, cuts = drawn

    assert restore(apply(text, cuts), cuts) == text


@given(cut_texts())
def test_place_leads_each_character_back(drawn: tuple[str, list[Cut]]) -> None:
    """A finding of a second pass would point beside its parenthetical."""
    text, cuts = drawn
    left = apply(text, cuts)

    original = Original(cuts)
    assert [text[slice(*original.span(at, at + 1))] for at in range(len(left))] == list(left)


@given(cut_texts(), st.data())
def test_composed_cuts_do_what_both_do(drawn: tuple[str, list[Cut]], data: st.DataObject) -> None:
    """A text cleaned in two passes could not be restored in one."""
    text, first = drawn
    once = apply(text, first)
    edges = sorted(data.draw(st.sets(st.integers(0, len(once)), max_size=6)))
    second = [Cut(start, end, once[start:end]) for start, end in zip(edges[::2], edges[1::2], strict=False)]

    composed = compose(text, first, second)

    assert apply(text, composed) == apply(once, second)
    assert restore(apply(text, composed), composed) == text
    assert all(cut.text == text[cut.start : cut.end] for cut in composed)


def test_the_point_of_an_ending_stays() -> None:
    """In links to pages the point of `.md` went with the advertisement behind a question mark, and the links broke."""
    assert without_ads("走吗？(广告).md，走") == "走吗？.md，走"
    assert without_ads("走吗？(广告).走") == "走吗？走"
