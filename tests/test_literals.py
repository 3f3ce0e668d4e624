"""The words that a pattern needs are in every matching text. With one word too many a planting would never be judged."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.rulebook.literals import Needed, needed, of_any

NEEDS = [
    ("网站建设", [{"网站建设"}]),
    ("网站建?设", [{"网站"}, {"设"}]),
    ("网{0,2}站{1,2}", [{"站"}]),
    ("(?:网站|公司)多少", [{"多少"}, {"公司", "网站"}]),
    ("(?:网站|seo)多少", [{"多少"}]),
    ("(?:网站|公司)?多少", [{"多少"}]),
    ("(?:(?:网站|公司)[好的]|推广){2}", [{"公司", "推广", "网站"}]),
    ("(?=网站)(?!公司)(?<=推广)多", [{"推广"}, {"网站"}, {"多"}]),
    ("^(?=.{0,9}[█▇]{2})(?=[网站]).{8,30}$", [{"█", "▇"}]),
    ("^[^。]{2,9} ?-?[>»]{1,2}[^<>]", [{">", "»"}]),
    ("[█▇]?公司[^█]", [{"公司"}]),
    ("网站|公司.{0,3}电话", [{"网站", "公司"}, {"网站", "电话"}]),
    ("网站|[公司]", []),
    (r"\p{Han}{2}网站\.[网站]", [{"网站"}]),
    (r"\L<names>.{0,2}网", [{"网"}]),
    ("(?:网站){e<=1}公司", []),
    ("(?#网站)公司", []),
    ("[[网站]--[公司]]推广", []),
    (r"(网)站\1", [{"网"}, {"站"}]),
]
TEXTS = st.text(st.sampled_from("网站公司推广多少好的电话建设seo."), max_size=12)


@pytest.mark.parametrize(("pattern", "sets"), NEEDS)
def test_a_pattern_needs_its_words(pattern: str, sets: list[set[str]]) -> None:
    """A word that a pattern can do without would keep texts from its rule; without words a rule slows all others."""
    assert sorted(sorted(one.words) for one in needed(pattern)) == sorted(map(sorted, sets))


@given(
    text=TEXTS,
    pattern=st.recursive(
        st.sampled_from(["网站", "公司", "推广多少", "[好的]", ".", "seo", "电"]),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
            st.tuples(inner, st.sampled_from(["?", "{0,2}", "{1,2}", "{2}"])).map(lambda both: f"(?:{both[0]}){both[1]}"),
            st.tuples(inner, st.sampled_from(["?", "{0,2}", "{1,2}"])).map("".join),
            st.tuples(st.sampled_from(["(?=", "(?!"]), inner).map(lambda both: f"{both[0]}{both[1]})"),
        ),
        max_leaves=8,
    ),
)
def test_where_a_pattern_is_found_its_words_are(text: str, pattern: str) -> None:
    """A rule would not be tried on a text that it matches."""
    try:
        is_found = regex.search(pattern, text)
    except regex.error:  # a repetition of a repetition
        return
    if is_found:
        assert all(any(word in text for word in one.words) for one in needed(pattern))


def test_lists_are_needed_as_words_are() -> None:
    """A rule whose pattern names a list would slow the others, or one with a list of Latin words be passed over."""
    patterns = [r"^\L<towns>.{0,9}$", r"(?:\L<firms>|公司)"]
    assert of_any([needed(pattern, ["towns", "firms"]) for pattern in patterns]) == [
        Needed(frozenset(["公司"]), frozenset(["towns", "firms"]))
    ]
    assert of_any([needed(pattern) for pattern in (r"\L<towns>", "公司")]) == []


def test_all_that_one_of_several_patterns_needs_is_needed() -> None:
    """A rule of many patterns would be asked about each text with a common word of one of them."""
    sets = of_any([needed("网站.{0,9}欢迎光临"), needed("本站"), needed(r"[\[〖]书屋.{0,9}记住")])
    assert [sorted(one.words) for one in sets] == [["书屋", "本站", "欢迎光临"], ["本站", "网站", "记住"]]
