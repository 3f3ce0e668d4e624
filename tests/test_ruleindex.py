"""The index of rules: from the report of the prefilter it chooses the rules to try, and leaves out no rule that matches."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cleanspam import load_rules
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.criteria import Criteria
from cleanspam.judge.gatetable import gate_table
from cleanspam.judge.judge import Judge
from cleanspam.judge.matcher import Matcher, Matchers
from cleanspam.judge.prefilter import MOST_GATES
from cleanspam.native.candidates import Candidate
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.conditions import Echoes, Length
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
    """A rule that is left out would never be tried, and its planting would stay."""
    text = f"{left}（{own}）{right}"
    if fold(left) and fold(right):
        reported, *_ = SHIPPED._prefilter.look(text)
        likely = {matcher for one in reported for matcher in SHIPPED.matchers if matcher.bit & SHIPPED.index.about(one)}
        view = SHIPPED.view(text, Pair(1, len(text) - 1, ()), Sites(text))
        assert {one for one in SHIPPED.matchers if one.rule.action.value == "cut" and one.speaks(view)} <= likely


@given(char=SOME, others=st.text(SOME | st.sampled_from("网站淘★ ")))
def test_a_character_that_the_fold_does_not_drop_by_itself_is_the_first_or_last_that_rules_see(char: str, others: str) -> None:
    """Rules would be left out because of a character that the fold drops, such as a comma set between two characters."""
    if seen := fold(char):
        assert fold(char + others)[0] == fold(others + char)[-1] == seen


@pytest.mark.parametrize(("pattern", "before"), PATTERNS)
def test_no_rule_is_left_out_where_its_pattern_matches(pattern: str, before: str) -> None:
    """A pattern that looks at several characters would be tried on one."""
    text = f"rule one\nabout A test.\nat glued\ncut 二\nbefore {pattern}\ncuts 一[-(二)-]三\nkeeps 一"
    ruleset = parse_rules([RuleSource("test.rules", text)])
    likely = Judge(ruleset).index

    assert regex.search(pattern, before)
    assert likely.about(Candidate(1, 4, 1, False, "(", before[-1:], "三", ()))


# Of a rule without words the neighbouring character must be one that its pattern ends in: the last of each must be found.
EDGES = [
    ("加我$", "我", "他"), ("加[我他]$", "他", "你"), ("(?:加我|[qv]群?)$", "v", "他"), ("加我:?$", ":", "他"),
    ("我{1,2}$", "我", "他"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "inside", "outside"), EDGES)
def test_a_rule_without_words_is_asked_only_beside_what_its_pattern_ends_in(pattern: str, inside: str, outside: str) -> None:
    """A rule for `（abc123）` behind some words would be tried on each gloss: a text takes 14 times as long."""
    text = f"rule one\nabout A test.\nat glued\ncut ^[a-z]{{2}}$\nbefore {pattern}\ncuts 加我[-(ab)-]三\nkeeps 一"
    ruleset = parse_rules([RuleSource("test.rules", text)])
    likely = Judge(ruleset).index

    assert likely.about(Candidate(1, 5, 1, False, "(", inside, "三", ()))
    assert not likely.about(Candidate(1, 5, 1, False, "(", outside, "三", ()))
    assert not likely.about(Candidate(1, 5, 1, False, "(", "", "三", ()))


def test_patterns_with_words_and_patterns_without_have_gates_of_their_own() -> None:
    """A rule with one pattern without words would be tried on each bracket: `--cut-flagged` takes 5 times as long."""
    examples = "cuts 他[-(感谢大家的月票)-]来\ncuts 他[-(ps: 明天)-]来\nkeeps 一"
    text = f"rule one\nabout A test.\nat glued\ncut ^ps[:;]\ncut ^感谢.{{1,9}}月票$\n{examples}"
    ruleset = parse_rules([RuleSource("test.rules", text)])
    criteria = Criteria(ruleset)
    table = gate_table([Matcher(ruleset.rules[0], criteria)], ruleset.lists, criteria)

    assert [bool(gate.needs) for gate in table.gates] == [True, False]
    assert table.behind == (1, 1)
    assert not table.gates[1].like.admits("感谢大家的月票")
    cleaner = Cleaner(ruleset)
    assert cleaner.clean("他(感谢大家的月票)来，他(ps: 明天)来，他(大家的月票)来").text == "他来，他来，他(大家的月票)来"


QUICK = {
    "^[a-z]{3,20}$": True,
    "甲{1,9}乙{1,9}": True,
    "^(?:甲{1,9}){1,9}$": False,
    "(?:甲|甲甲){1,15}乙": False,
    "^(?:甲|乙){9}$": True,
}


@pytest.mark.parametrize("pattern", QUICK)
def test_only_patterns_that_may_take_long_are_watched(pattern: str) -> None:
    """With a time limit a search takes ten times as long; without one a pattern that tries all ways would hang."""
    text = f"rule one\nabout A test.\nat glued\ncut {pattern}\ncuts 他[-(甲)-]来\nkeeps 一"

    assert parse_rules([RuleSource("test.rules", text)]).timed == (() if QUICK[pattern] else (pattern,))


def test_gates_without_words_share_none_with_others() -> None:
    """If gates are shared, those of rules with words would let nearly all brackets of a corpus through."""
    heads = [char for char in map(chr, range(0x4F00, 0x5200)) if fold(char) == char][: MOST_GATES + 6]
    lists = "\n\n".join(f"list {chr(97 + at % 26)}{at}x\n      {head}乙" for at, head in enumerate(heads))
    worded = [f"has {chr(97 + at % 26)}{at}x\ncut {head}\ncuts 丙[-({head}乙)-]丙" for at, head in enumerate(heads)]
    blocks = [f"rule r{at}\nabout A test.\nat glued\n{rest}\nkeeps 一" for at, rest in enumerate([*worded, FREE])]
    ruleset = parse_rules([RuleSource("test.rules", "\n\n".join([lists, *blocks]))])
    criteria = Criteria(ruleset)
    table = gate_table([*Matchers(ruleset.rules, criteria)], ruleset.lists, criteria)
    assert len(table.gates) == MOST_GATES
    assert [bool(gate.needs) for gate in table.gates] == [True] * (MOST_GATES - 1) + [False]
    assert sum(table.behind) == (1 << MOST_GATES + 7) - 1


def test_conditions_of_different_kinds_have_checks_of_their_own() -> None:
    """`length 3-6` and `echoes 3 6` are equal tuples: the one that a judge asks first would decide for both."""
    criteria = Criteria(parse_rules([RuleSource("test.rules", "")]))
    short, echoing = Length(3, 6), Echoes(3, 6)

    assert tuple(short) == tuple(echoing)
    assert criteria.check(short) is not criteria.check(echoing)
    assert criteria.check(short) is criteria.check(Length(3, 6))


def test_patterns_without_words_are_searched_before_an_own_text_is_judged() -> None:
    """A rule for repeated words would be judged with each bracket of a corpus, which takes three times as long."""
    text = "rule own\nabout A test.\nat glued\ncut ^(.{3,9})\\1$\ncuts 老[-（他来了他来了）-]树\nkeeps 老树\n"
    judge = Judge(parse_rules([RuleSource("test.rules", text)]))
    judge.index  # noqa: B018 (which the prefilter asks from here on)

    assert [(one.start, one.end) for one in judge.look("老（他来了他来了）树，老（他来了他走了）树")[0]] == [(1, 9)]
    assert "他来了他走了" not in judge.criteria._own
    assert judge.index.may_speak("他来了他来了", 1)


@pytest.mark.parametrize("aside", ["其实什么也没看见", "后来才知道", "大约三里路", "她一向如此", "他姓王", "河的上游"])
def test_a_rule_that_flags_tells_an_ordinary_aside_by_its_own_text(aside: str) -> None:
    """`check` would look at what stands around every aside: one such rule took a sixth of its time."""
    assert not SHIPPED.criteria.own(aside).meets(SHIPPED._brackets._flags)
