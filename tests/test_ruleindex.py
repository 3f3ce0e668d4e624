"""Which rules are likely is worked out for many at once: it must be what each of them would say for itself."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cleanspam import load_rules
from cleanspam.judge.judge import Judge
from cleanspam.judge.matcher import CharTest, Matcher, Patterns
from cleanspam.judge.ruleindex import RuleIndex
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.text.fold import fold
from cleanspam.text.pairing import KIND, OPENERS

SHIPPED = Judge(load_rules())
SOME = st.sampled_from("，。,.;：的等和一龥〇𠀀aA9 　·-(（）”\u200b") | st.characters(min_codepoint=0x4E00)
NEIGHBOURS = st.none() | st.just("") | SOME
# Patterns, and what stands before a parenthetical that they match.
PATTERNS = [
    ("乙$", "乙"), ("[甲乙]$", "乙"), ("[丙-甲]$", "乙"), (r"[\u4e59]$", "乙"), (r"[\w]$", "乙"), (r"[\p{nv=2}]$", "二"),
    (r"[+-\p{nv=2}]$", "二"), ("[+-]a]$", "+a]"), ("[甲a[-]]$", "甲]"), ("[a-z乙]$", "乙"), ("[a-z乙]$", "b"),
    (r"[\]乙]$", "]"), (r"\p{Han}$", "龥"), (r"[\p{Han}a]$", "丁"), ("^$", ""), ("[^甲]$", "乙"), (r"(?<!甲)乙$", "乙"),
]  # fmt: skip


@given(
    lists=st.sets(st.integers(0, 63), max_size=6),
    is_alone=st.booleans(),
    opener=st.sampled_from(sorted(OPENERS)),
    left=NEIGHBOURS,
    right=NEIGHBOURS,
)
def test_the_likely_rules_are_those_that_could_speak(
    lists: set[int], is_alone: bool, opener: str, left: str | None, right: str | None
) -> None:
    """A rule that is left out would never be asked, and its planting stay."""
    mask = sum(1 << one for one in lists)

    def could_speak(matcher: Matcher) -> bool:
        has_words = all(need & mask for need in matcher.narrow_needs)
        beside = may_stand(matcher.may_follow, left) and may_stand(matcher.may_precede, right)
        return has_words and beside and KIND[opener] in matcher.rule.kinds and (is_alone or matcher.is_for_glued)

    found = RuleIndex(SHIPPED.matchers).about((1, 9, mask, is_alone, opener, left, right, ()))
    assert found == tuple(matcher for matcher in SHIPPED.matchers if could_speak(matcher))


def may_stand(test: CharTest, char: str | None) -> bool:
    """Tell the same by one rule's test alone."""
    seen = fold(char or "")
    return char is None or (bool(char) and not seen) or test(seen)


@given(char=SOME, others=st.text(SOME | st.sampled_from("网站淘★ ")))
def test_a_character_that_the_fold_does_not_drop_by_itself_is_the_first_or_last_that_rules_see(char: str, others: str) -> None:
    """Rules would be left out by a character that they never see, such as a comma set between two characters."""
    if seen := fold(char):
        assert fold(char + others)[0] == fold(others + char)[-1] == seen


@pytest.mark.parametrize(("pattern", "before"), PATTERNS)
def test_no_rule_is_left_out_where_its_pattern_matches(pattern: str, before: str) -> None:
    """Of the Han characters that patterns don't name one stands for all: it must not for those of a range or a property."""
    text = f"rule one\nabout A test.\nwhere glued\ncut 二\nbefore {pattern}\ncuts 一[-(二)-]三\nkeeps 一"
    ruleset = parse_rules([RuleSource("test.rules", text)])
    likely = RuleIndex([Matcher(ruleset.rules[0], Patterns(ruleset.lists), SHIPPED._lexicon)])
    for char in "丁", "一", "":  # whichever was asked before
        likely.about((1, 4, 0, False, "(", char, "三", ()))

    assert regex.search(pattern, before)
    assert likely.about((1, 4, 0, False, "(", before[-1:], "三", ()))
