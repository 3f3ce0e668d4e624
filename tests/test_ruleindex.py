"""Which rules are likely is told by what the prefilter reports: no rule that could speak may be left out."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cleanspam import load_rules
from cleanspam.judge.criteria import Criteria
from cleanspam.judge.gatetable import gate_table
from cleanspam.judge.judge import Judge
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.prefilter import MOST_GATES
from cleanspam.judge.ruleindex import RuleIndex
from cleanspam.native.candidates import Candidate
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.text.brackets import Pair, Sites
from cleanspam.text.fold import fold

SHIPPED = Judge(load_rules())
FREE = "length 3\ncut ^.{3}$\ncuts 丙[-(丁丁丁)-]丙"
SOME = st.sampled_from("，。,.;：的等和一龥〇𠀀aA9 　·-(（）”\u200b") | st.characters(
    min_codepoint=0x4E00, exclude_categories=["Cs"]
)
# Patterns, and what stands before a parenthetical that they match.
PATTERNS = [
    ("乙$", "乙"), ("[甲乙]$", "乙"), ("[丙-甲]$", "乙"), (r"[\u4e59]$", "乙"), (r"[\w]$", "乙"), (r"[\p{nv=2}]$", "二"),
    (r"[+-\p{nv=2}]$", "二"), ("[+-]a]$", "+a]"), ("[甲a[-]]$", "甲]"), ("[a-z乙]$", "乙"), ("[a-z乙]$", "b"),
    (r"[\]乙]$", "]"), (r"\p{Han}$", "龥"), (r"[\p{Han}a]$", "丁"), ("^$", ""), ("[^甲]$", "乙"), (r"(?<!甲)乙$", "乙"),
]  # fmt: skip


@given(left=SOME, right=SOME, own=st.sampled_from(["空调维修多少钱一次", "塑料托盘批发", "青石巷小馆"]))
def test_every_rule_that_speaks_was_likely(left: str, right: str, own: str) -> None:
    """A rule that is left out would never be asked, and its planting stay."""
    text = f"{left}（{own}）{right}"
    if fold(left) and fold(right):
        reported, _ = SHIPPED._prefilter.look(text)
        likely = {matcher for one in reported for matcher in SHIPPED.matchers if matcher.bit & SHIPPED.index.about(one)}
        view = SHIPPED.view(text, Pair(1, len(text) - 1, ()), Sites(text))
        assert {one for one in SHIPPED.matchers if one.rule.action.value == "cut" and one.speaks(view)} <= likely


@given(char=SOME, others=st.text(SOME | st.sampled_from("网站淘★ ")))
def test_a_character_that_the_fold_does_not_drop_by_itself_is_the_first_or_last_that_rules_see(char: str, others: str) -> None:
    """Rules would be left out by a character that they never see, such as a comma set between two characters."""
    if seen := fold(char):
        assert fold(char + others)[0] == fold(others + char)[-1] == seen


@pytest.mark.parametrize(("pattern", "before"), PATTERNS)
def test_no_rule_is_left_out_where_its_pattern_matches(pattern: str, before: str) -> None:
    """A pattern that looks further than one character would be tried on one."""
    text = f"rule one\nabout A test.\nat glued\ncut 二\nbefore {pattern}\ncuts 一[-(二)-]三\nkeeps 一"
    ruleset = parse_rules([RuleSource("test.rules", text)])
    criteria = Criteria(ruleset)
    matchers = [Matcher(ruleset.rules[0], criteria)]
    likely = RuleIndex(matchers, gate_table(matchers, {}, criteria), criteria)

    assert regex.search(pattern, before)
    assert likely.about(Candidate(1, 4, 1, False, "(", before[-1:], "三", ()))


def test_gates_without_words_share_none_with_others() -> None:
    """With more than 128 gates two rules with words let nearly all brackets through: each of a corpus was folded and asked."""
    heads = [char for char in map(chr, range(0x4F00, 0x5200)) if fold(char) == char][:134]
    lists = "\n\n".join(f"list {chr(97 + at % 26)}{at}x\n      {head}乙" for at, head in enumerate(heads))
    worded = [f"has {chr(97 + at % 26)}{at}x\ncut {head}\ncuts 丙[-({head}乙)-]丙" for at, head in enumerate(heads)]
    blocks = [f"rule r{at}\nabout A test.\nat glued\n{rest}\nkeeps 一" for at, rest in enumerate([*worded, FREE])]
    ruleset = parse_rules([RuleSource("test.rules", "\n\n".join([lists, *blocks]))])
    criteria = Criteria(ruleset)
    table = gate_table([Matcher(rule, criteria) for rule in ruleset.rules], ruleset.lists, criteria)
    assert len(table.gates) == MOST_GATES
    assert [bool(gate.needs) for gate in table.gates] == [True] * 127 + [False]
    assert sum(table.behind) == (1 << 135) - 1
