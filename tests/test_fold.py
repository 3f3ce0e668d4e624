"""The fold: one spelling for every disguise, and a way back from each of its characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.text.fold import fold, reads_as

# What the patterns of the fold tell apart: Han, words, filler, blanks, marks, and what shows nothing.
TEXTS = (
    st.text(
        st.sampled_from("中國网a1ZＳ９é·・*★●_-.~|+/=^#'`, \t\u3000\u200b\u2060\ufeff\u0301\ufe0f\x00\n,。(（や서🌧𠮷\ud800")
    )
    | st.text()
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("網站優化", "网站优化"),
        ("乾隆與乾燥", "干隆与干燥"),
        ("ＳＥＯ１６８８", "seo1688"),
        ("Seo", "seo"),
        ("（，：？）", "(,:?)"),
        ("。「」", "。「」"),
        ("①㎏", "1㎏"),
        ("ｶﾀｶﾅ", "カタカナ"),
    ],
)
def test_spellings_become_one(text: str, expected: str) -> None:
    """A rule written in one spelling would miss the others."""
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("淘·宝", "淘宝"),
        ("淘・宝", "淘宝"),
        ("抖 音", "抖音"),
        ("抖　　音", "抖音"),
        ("淘★宝●店*铺_", "淘宝店铺"),
        ("淘\u200b宝\u2060店\ufeff铺", "淘宝店铺"),
        ("淘\ufe0f宝", "淘宝"),
        ("做 SEO 的", "做seo的"),
        ("  空调 ", "空调"),
        ("s-e-o", "seo"),
        ("s.e.o 优化", "seo优化"),
        ("抖-音-涨-粉", "抖音涨粉"),
        ("抖/音/涨/粉", "抖音涨粉"),
        ("加 v x", "加vx"),
    ],
)
def test_filler_between_characters_is_dropped(text: str, expected: str) -> None:
    """A disguise would hide an ad."""
    assert fold(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "北京-上海",
        "app.js",
        "c++",
        "a b",
        "new york",
        "1.5",
        "3-5",
        "2019.3.1",
        "10:30",
        "a/b测试",
        "http://a.cn/b",
        "-",
        "3 5",
        "v2.0版",
    ],
)
def test_marks_inside_names_and_numbers_stay(text: str) -> None:
    """Names and numbers would run together, and rules would see words that are not there."""
    assert fold(text) == text


def test_marks_of_a_sentence_stay() -> None:
    """A pattern that asks for a bare phrase would take a whole sentence for one."""
    assert fold("当然，我知道。真的吗？") == "当然,我知道。真的吗?"
    assert fold("当然, 我知道。 真的吗?") == "当然, 我知道。 真的吗?"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "·★", "\u3000\t"])
def test_what_shows_nothing_folds_to_nothing(text: str) -> None:
    """An empty bracket would have an own text."""
    assert fold(text) == ""


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    """The words of a list are folded when loaded, so they would differ from the same words in a text."""
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_a_fold_only_drops_or_replaces_characters(text: str) -> None:
    """A rule would find a word whose characters the text does not have in this order."""
    spelled = iter(reads_as(text))

    assert all(char in spelled for char in fold(text))


@given(
    st.lists(st.sampled_from("中網店抖音淘宝手机"), min_size=2).map("".join),
    st.sampled_from(["·", "★", " ", "\u200b", "・", "*", "\u3000"]),
)
def test_any_filler_between_all_characters_is_seen_through(text: str, filler: str) -> None:
    """A spam site could hide every word with a filler of its choice."""
    assert fold(filler.join(text)) == fold(text)
