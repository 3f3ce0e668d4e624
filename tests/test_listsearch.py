"""Patterns of lists: what is searched without a regex is what the regex would find."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.judge.listsearch import Search, list_search
from cleanspam.rulebook.patterns import compile_pattern

LISTS: dict[str, tuple[str, ...]] = {"things": ("灯", "灯笼", "b"), "ends": ("笼", "价", "a价")}
PATTERNS = [
    r"\L<things>",
    r"\L<things>|\L<ends>",
    r"^\L<things>",
    r"^.{0,3}\L<things>",
    r"^.{2,3}\L<things>",
    r"^.{0,3}\L<ends>$",
    r"^(?!\L<ends>)\L<things>",
    r"^(?!.{0,2}\L<things>)(?=.{0,4}\L<ends>)",
    r"^(?!.{0,2}\L<things>)(?!.{1,2}\L<ends>$).{0,4}\L<ends>$",
    r"^(?=.{1,3}\L<ends>$)(?=.{0,2}a)[灯笼价a|]{2,4}$",
    r"^(?!.{0,2}\L<things>).{0,2}a|b",
    r"^(?!\L<things>)(?:a|价)",
    r"^\L<ends>|\L<things>",
    r"^\L<things>[笼价]{0,2}$",
    r"^\L<things>(?:价|a)|^a{1,2}$|[|]\L<ends>",
    r"^(?!\L<ends>)\L<things>.{0,2}(?:a|\|)$",
    r"^\L<things>.{0,2}(?<=灯)价",
    r"^\L<things>(?:\||[^a|)]\L<ends>)",
    *(rf"^\L<things>{times}价" for times in ("?", "*", "+", "{2}", "{0,1}", "??")),
    *(rf"^(?=\L<things>){times}价" for times in ("?", "{0,1}")),
    r"^\L<things>\m[ab价]",
    r"^\L<things>^a",
    r"^\L<things>(?:a|^b)",
    r"a\L<things>",
]
NEEDY = [
    r"^[灯笼]{1,3}(?:价|ab)$",
    r"(?:灯|b).{0,2}(?:价|a)",
    r"^(?:灯|b).{0,2}(?:价|a)?$",
    r"(?:灯|b)+(?:价|a){2}|笼",
    r"a(?:灯|b)?(?:价|笼)",
    r"^(?:灯|a){2}[价a]",
    r"(?i)(?:A|灯)[笼b]",
    r"[灯a](?:(?i)B)(?:A|价)",
    r"^(?:灯|笼)(?:a|b)$(?!a)",
    r"(?:灯)(?<!灯)|(?:价)[a]",
    r"(?:灯|\|)a(?:笼|b)",
    r"a(?=(?:灯|笼))[^a]",
    r"^灯(?:笼|价)$?a?",
    r"[ab](?:灯|笼)(?#or not)?a",
    r"[[:alpha:](?:灯|b)]",
    r"^\L<things>(?#or not)?价",
    r"b^(?:灯|笼)a|^^(?:灯|笼)a",
    r"a(?!(?:灯|笼))(?:b|价)",
]
PLAIN = ["^a", "灯$", "^[灯a]", "[笼|]$", "^$", "^.{1,3}$", "^a|价$|^$", r"[\]灯]$|^.{2,2}$", "^灯$", "^[灯笼]$|[|]$"]
NOT_PLAIN = [
    "[^灯]$",
    "^[a-z]",
    "^a{1,2}",
    "^a|灯笼",
    "灯",
    r"^\p{Han}|^$",
    r"[\w]$",
    "^[[:alpha:]]",
    "^[|-笼]",
    "^.{2}$",
    "^.{1,3}",
]
WRITTEN = [r"^(?:灯|灯笼|a价)", r"(?:笼|a价)$", r"^(?:灯|b)$", r"(?:灯笼|ab)"]


def through_regex(pattern: str) -> Search:
    """Return what the `regex` package finds."""
    search: Search = compile_pattern(pattern, LISTS).search
    return search


@pytest.mark.parametrize("pattern", PATTERNS + NEEDY + WRITTEN + PLAIN + NOT_PLAIN)
@given(text=st.text(st.sampled_from("灯笼价ab|]"), max_size=8))
def test_it_finds_what_the_regex_finds(pattern: str, text: str) -> None:
    """A rule would say one thing in its file and do another."""
    found = list_search(pattern, LISTS, through_regex)(text)
    assert bool(found) == bool(through_regex(pattern)(text))


@pytest.mark.parametrize("pattern", PATTERNS[:9] + WRITTEN + PLAIN)
def test_patterns_of_words_or_of_characters_at_an_end_compile_nothing(pattern: str) -> None:
    """Every run would wait for regexes over hundreds of words, or for dozens that look at one character."""

    def never(_: str) -> Any:
        raise AssertionError("compiled")

    list_search(pattern, LISTS, never)("灯笼")


@pytest.mark.parametrize("text", ["灯价笼", "笼ab价笼", "灯笼", ""])
def test_a_pattern_whose_words_are_not_there_is_not_compiled(text: str) -> None:
    """Every run would wait for regexes that find nothing."""

    def never(_: str) -> Any:
        raise AssertionError("compiled")

    assert not list_search(r"^[灯笼]{1,3}.{0,2}(?:价|ab)$", LISTS, never)(text)


def test_what_follows_a_look_ahead_is_compiled_only_when_the_look_holds() -> None:
    """Rules that are far from speaking would be compiled, too."""
    asked: list[str] = []

    def noted(pattern: str) -> Search:
        asked.append(pattern)
        return through_regex(pattern)

    search = list_search(r"^(?!.{0,2}\L<things>)a{1,2}$", LISTS, noted)
    assert not search("灯")
    assert asked == []
    assert search("aa")
    assert search("a")
    assert asked == ["^a{1,2}$"]
