"""The lexicon: which lists have a word in a text, the same as looking for every word in turn."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.judge.lexicon import Lexicon
from cleanspam.native import IS_COMPILED

LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"
# Few characters, so that words overlap, begin alike and stand inside each other.
WORDS = st.text(st.sampled_from("淘宝店ab1- ^]["), min_size=1, max_size=4)
LISTS = st.dictionaries(st.sampled_from(["shop", "city", "site"]), st.lists(WORDS, max_size=5), max_size=3)
TEXTS = st.text(st.sampled_from("淘宝店铺ab12- ^][\n"), max_size=14)


def is_word(text: str, word: str) -> bool:
    """Tell whether `word` stands in `text` and is not a part of a longer Latin word. A number may follow a letter."""
    for at in range(len(text) - len(word) + 1):
        left, right = text[:at][-1:], text[at + len(word) :][:1]
        if text[at : at + len(word)] == word and not (
            (word[0] in LATIN and left and left in LATIN)
            or (word[-1] in LATIN and right and right in LATIN and not (word[-1] > "9" >= right))
        ):
            return True
    return False


def found(lists: Mapping[str, list[str]], text: str) -> set[str]:
    """Return the names of the lists that the lexicon finds."""
    lexicon = Lexicon(lists)
    mask = lexicon.found_in(text)
    assert mask & ~lexicon.mask(tuple(lists)) == 0
    return {name for name in lists if mask & lexicon.mask((name,))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("在淘宝开店", {"shop"}),
        ("淘宝", {"shop"}),
        ("淘 宝", set()),
        ("北京的店", {"city"}),
        ("京北的淘", set()),
        ("抖", {"site"}),
        ("我在北京用抖音逛淘宝", {"shop", "city", "site"}),
        ("", set()),
    ],
)
def test_words_are_found_wherever_they_stand(text: str, expected: set[str]) -> None:
    """A rule would not be judged although the text has a word that it needs."""
    assert found({"shop": ["淘宝", "天猫"], "city": ["北京", "上海"], "site": ["抖"]}, text) == expected


@pytest.mark.parametrize(
    "text", ["app", "app下载", "下载app", "用app买", "my app", "app-1", "(app)", "mapper app", "app2", "app5527"]
)
def test_latin_words_are_found_whole(text: str) -> None:
    """A Latin name beside Chinese text would be missed."""
    assert found({"site": ["app"]}, text) == {"site"}


@pytest.mark.parametrize("text", ["apple", "mapper", "apple2", "4app", "下载apple"])
def test_latin_words_inside_others_are_not_found(text: str) -> None:
    """An English word would count as the name it contains."""
    assert found({"site": ["app"]}, text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a股", {"shop"}), ("大a股", {"shop"}), ("ba股", set()), ("a", {"site"}), ("ab", set()), ("微信a", {"site"})],
)
def test_only_a_latin_end_must_be_whole(text: str, expected: set[str]) -> None:
    """A word of two scripts would be missed beside Chinese text, or a single letter found in every English word."""
    assert found({"shop": ["a股"], "site": ["a"]}, text) - {"site"} == expected - {"site"}
    assert found({"site": ["a"]}, text) == ({"site"} if text not in ("ab", "ba股") else set())


def test_a_word_of_two_lists_is_found_for_both() -> None:
    """A word of two lists would belong only to the list that was read last."""
    assert found({"shop": ["淘宝"], "topic": ["淘宝", "抖音"]}, "淘宝") == {"shop", "topic"}


def test_a_mask_names_lists() -> None:
    """A rule would need other lists than it names."""
    lexicon = Lexicon({"shop": ["淘宝"], "city": ["北京"], "empty": []})

    assert lexicon.mask(("shop", "city")) == lexicon.mask(("shop",)) | lexicon.mask(("city",))
    assert lexicon.mask(("shop", "shop")) == lexicon.mask(("shop",)) != lexicon.mask(("city",))
    assert lexicon.mask(()) == lexicon.found_in("没有") == Lexicon({}).found_in("淘宝") == 0


@pytest.mark.parametrize(
    ("text", "has", "opens", "ends"),
    [
        ("灯笼批发", True, False, True),
        ("批发灯笼", True, True, False),
        ("批发灯笼批发", True, True, True),
        ("app", True, True, True),
        ("app下载", True, True, False),
        ("下载app", True, False, True),
        ("apps下载app", True, False, True),
        ("app下载mapp", True, True, False),
        ("apps下载", False, False, False),
        ("下载mapp", False, False, False),
        ("用app买", True, False, False),
        ("mapp、app", True, False, True),
        ("", False, False, False),
    ],
)
def test_a_look_tells_what_a_text_has_opens_and_ends_with(text: str, has: bool, opens: bool, ends: bool) -> None:
    """A condition on the first or last word of a text would hold for any word."""
    lexicon = Lexicon({"other": ["河"], "asked": ["批发", "app"]})
    bit = lexicon.mask(("asked",))
    assert lexicon.look(text) == (has * bit, opens * bit, ends * bit)
    assert lexicon.found_in(text) == has * bit
    assert lexicon.found_in("河") == lexicon.mask(("other",))
    assert lexicon.found_in(text) == (bit if has else 0)


@given(LISTS, TEXTS)
def test_the_lexicon_agrees_with_looking_for_every_word(lists: dict[str, list[str]], text: str) -> None:
    """The quick search would find other words than a plain one."""
    assert found(lists, text) == {name for name, words in lists.items() if any(is_word(text, word) for word in words)}


@pytest.mark.skipif(not IS_COMPILED, reason="there was no C compiler where cleanspam was installed")
@given(LISTS, TEXTS)
def test_the_compiled_look_finds_what_the_one_in_python_finds(lists: dict[str, list[str]], text: str) -> None:
    """A machine without a compiler would cut other texts."""
    assert Lexicon(lists).look(text) == Lexicon(lists, is_compiled=False).look(text)
