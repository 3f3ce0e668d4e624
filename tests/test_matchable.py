"""The conditions that a pattern sets for texts: every matching text meets them."""

from collections.abc import Mapping, Sequence

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam import load_rules
from cleanspam.judge.lexicon import Lexicon
from cleanspam.rulebook.conditions import AnyOf, Pattern, Unless
from cleanspam.rulebook.matchable import MOST, Matchable, class_of
from cleanspam.rulebook.patternlimits import matchable, without
from cleanspam.rulebook.patterns import compile_pattern
from cleanspam.rulebook.patternwords import literals

LISTS = {"things": ("网站", "seo优化", "灯笼"), "none": ("丁",)}
PIECES = ["网站", "seo优化", "灯笼", "甲", "乙", "a", "7", " ", "。", "、", "〇", "𠮷", "\n", "é", "？", "-", "v x"]
PATTERNS = [
    "甲|a$", "^甲", "^(?:甲|乙)a?$", r"^\L<things>$", r"\L<things>[a7]{2}", r"^[\p{Han}a-z]{2,4}$", "^[^甲。]+$", "a++",
    r"^(?=.*7)[a-z\d]{1,3}$", r"^\d{2,}$|甲", "^甲?乙?$", r"(?<=a)7|(?<!a)乙$", "^(a|7){2}$", r"^(.)\1$", "(?i)^A$", r"^\s?a$",
    "^[甲乙]-?a", r"^[\u4e00-\u9fff]{2}$", r"^[^\p{Han}]*$", "^甲$|^乙a$", r"^\w+$", "甲{0}a", "(?:甲|乙|)a", "^.{2}$",
    r"^\L<none>$", "^(?>甲+)a$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
@example(text="〇")
@example(text="a\n")
def test_where_a_pattern_is_found_the_text_is_so(pattern: str, text: str) -> None:
    """A rule would never be tried on a text that it matches."""
    if compile_pattern(pattern, LISTS).search(text):
        assert matchable(pattern, LISTS).admits(text)
        assert has_literal(pattern, text, LISTS)


@given(data=st.data())
def test_what_rules_match_is_admitted(data: st.DataObject) -> None:
    """A shipped rule would never be tried on a text that it matches. The texts are made of pieces of patterns and words."""
    rules = load_rules()
    tests = [test for rule in rules.rules for one in rule.conditions if isinstance(one, AnyOf) for test in one.tests]
    pattern = data.draw(st.sampled_from(sorted(test.pattern for test in tests if isinstance(test, Pattern))))
    text = data.draw(st.from_regex(r"[a-z0-9./:@ ]{0,4}|[一-龥]{0,3}|[，。（）“”、]") | st.sampled_from(PIECES))
    words = data.draw(st.lists(st.sampled_from(sorted({word for words in rules.lists.values() for word in words})), max_size=3))
    for one in (text, *words, "".join(words), text + "".join(words)):
        if compile_pattern(pattern, rules.lists).search(one):
            assert matchable(pattern, rules.lists).admits(one)
            assert has_literal(pattern, one, rules.lists)


def has_literal(pattern: str, text: str, lists: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a lexicon finds a literal of the pattern in the text, or the pattern has none."""
    words = literals(pattern, lists)
    return not words or Lexicon({"": words}).found_in(text) > 0


def test_the_literals_of_a_pattern_are_its_rarest() -> None:
    """Each planting would be searched for twenty patterns more, none of which has a word in it."""
    told = literals(r"^(?=.{0,9}网站)\p{Han}{2,9}的(?:报价|价格)$|seo优化|(?:甲|[乙丙])+|\L<things>{2}", LISTS)
    assert told == {"网站", "优化", "甲", "乙", "丙", "灯笼"}
    assert not literals("甲?[a-z]|乙", LISTS)


@given(text=st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_what_an_exception_names_is_left_out_and_nothing_else(text: str) -> None:
    """A rule would be tried in vain on texts that it spares, or never on texts that it cuts."""
    for pattern in ("[a7。]|甲", "甲|乙", "[^甲]", "a|。", r"^a", "a+", "(?<!甲)a"):
        if not regex.search(pattern, text):
            assert without(pattern).admits(text)
    assert not without("[a7。]|甲").admits("乙。")


def test_what_is_known_of_contacts_and_piles() -> None:
    """Rules would be tried on each bracket with a Latin letter, or on all brackets of a corpus."""
    contact = matchable(r"^(?:\L<things>|v x)[: ]{0,2}(?=[a-z]{1,9}\d)[a-z][a-z0-9_-]{5,18}$|^q?[1-9]\d{6,10}$", LISTS)
    assert (contact.foreign, contact.least, contact.most < MOST) == (6, 7, True)
    pile = matchable(r"^(?=.{0,29}\p{Han})(?:[\p{Han}a-z ]|(?<=[a-z]):(?=[a-z])){3,30}\??$", {})
    assert (pile.han, pile.least, pile.most) == (1, 3, 32)
    assert not pile.admits("甲乙丙、丁")
    assert matchable("(?x)a b", {}) == matchable("[[a]]", {}) == Matchable()


def test_every_shipped_exception_is_understood_or_says_nothing() -> None:
    """A pattern that `re` reads differently would leave texts out."""
    for rule in load_rules().rules:
        for one in rule.conditions:
            if isinstance(one, Unless) and isinstance(one.test, Pattern):
                assert without(one.test.pattern).admits("甲乙")


def test_a_choice_of_lists_is_a_choice_of_their_words() -> None:
    """`re` reads a choice of two signs as a class of characters: a line with a long word of a list would be passed over."""
    found = matchable(r"^(?:\L<firm>|\L<site>|z)x$", {"firm": ["青竹公司"], "site": ["qz55"]})
    assert found.admits("青竹公司x")
    assert found.admits("qz55x")
    assert (found.least, found.most, found.han, found.plain) == (2, 6, 0, 1)


def test_letters_and_digits_that_a_pattern_needs_are_counted() -> None:
    """A sentence with two commas would do for a pattern of an account: Python reads 30 lines for one that has a number."""
    assert matchable(r"(?<!\d)1[3-9]\d{9}(?!\d)", {}).plain == 11
    assert matchable(r"^[^。]{0,30}(?:www\.)?[a-z0-9-]{4,}\.(?:com|cn)$", {}).plain == 7
    assert matchable(r"微信[a-z0-9]{5,20}|[\w.]{9}", {}).plain == 0
    assert matchable(r"微信[0-9]{5,20}", {}).admits("加微信55270")
    assert matchable(r"微信\d{5}", {}).admits("加微信٥٥٢٧٠")
    assert not matchable(r"微信[0-9]{5,20}", {}).admits("加微信，，，，5527")


def test_signs_that_a_pattern_needs_are_known() -> None:
    """The number of a page, 2/3, would be asked for in each bracket that holds a number: of 2,400 in prose 1,400."""
    found = matchable(r"^第?\d{1,2} ?/ ?\d{1,2}$", {})
    assert (found.admits("第2/3"), found.admits("9月16日")) == (True, False)
    assert matchable(r"(?:a/|/b)+(?=.*:)x?", {}).must == class_of("/") | class_of(":")
    assert matchable(r"(?:a/|b)[.,]。{0,2}", {}).must == 0
