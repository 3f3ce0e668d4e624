"""Proofs: an example is tried in every variant, and a rule that could hang is reported with a text at which it does."""

import time

import pytest

from cleanspam import load_rules
from cleanspam.errors import RuleError
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.workshop.prove import TIMEOUT, FailedExample, count, prove, variants

# One rule, with a hole for its pattern and one for its examples.
RULE = """\
rule  kites
about Kites for sale.
at alone
cut   {pattern}
{examples}
"""
EXAMPLES = "cuts  稻草人站了一夏,[-(风筝),-]麻雀也不怕了。\nkeeps 稻草人站了一夏(风筝),麻雀也不怕了。"


def ruleset(pattern: str = "风筝", examples: str = EXAMPLES, more: str = "") -> Ruleset:
    """Read a file of one rule."""
    return parse_rules([RuleSource("kites.rules", RULE.format(pattern=pattern, examples=examples) + more)])


def failures(pattern: str = "风筝", examples: str = EXAMPLES, more: str = "") -> list[FailedExample]:
    """Prove a file of one rule."""
    return list(prove(ruleset(pattern, examples, more)))


def test_a_rule_whose_examples_hold_has_no_failure() -> None:
    """Good rules could not be told from bad ones."""
    assert failures() == []


@pytest.mark.parametrize(
    ("examples", "line", "got"),
    [
        ("cuts  雨,[-(陀螺),-]停了。\nkeeps 雨停了。", 5, "leaves '雨,(陀螺),停了。'"),
        ("cuts  雨,[-(风筝),-]停了。\nkeeps 雨,(风筝节),停了。", 6, "leaves '雨,停了。'"),
        ("cuts  雨,[-(风筝)-],停了。\nkeeps 雨停了。", 5, "leaves '雨,停了。'"),
    ],
    ids=["cuts nothing", "keeps nothing", "mark without its comma"],
)
def test_an_example_that_does_not_hold_is_named_with_its_line(examples: str, line: int, got: str) -> None:
    """A rule could fail its own examples, or its author would not find the line to mend."""
    found = failures(examples=examples)
    assert (found[0].rule, found[0].source, found[0].line, found[0].variant) == ("kites", "kites.rules", line, "as written")
    assert found[0].got == got
    assert str(found[0]).startswith(f"kites.rules:{line}: kites: as written: ")


def test_an_example_that_another_rule_decides_is_named() -> None:
    """A rule that never matches would pass because its neighbours cut its examples."""
    more = "\nrule  tops\nabout Tops.\nat alone\ncut   陀螺\ncuts  雨,[-(陀螺),-]停了。\nkeeps 雨停了。\n"
    found = failures(examples="cuts  雨,[-(陀螺),-]停了。\nkeeps 雨停了。", more=more)
    assert {failure.got for failure in found} == {"another rule decides; this one does not speak"}


def test_a_rule_that_flags_its_own_keeps_fails() -> None:
    """No text could show what such a rule must leave alone: a flagged text comes back as it is."""
    text = RULE.format(pattern="风筝", examples="flags 雨,[-(风筝)-],停了。\nkeeps 雨,(风筝节),停了。").replace("cut", "flag")
    found = list(prove(parse_rules([RuleSource("kites.rules", text)])))
    assert {(failure.line, failure.got) for failure in found} == {(6, "this rule flags it")}


def test_a_keep_rule_elsewhere_can_break_an_example() -> None:
    """Rules would be proved one by one, and fail together."""
    more = "\nrule  fair\nabout Fairs stay.\nkeep  风筝\nkeeps 雨,(风筝),停了。\n"
    assert {failure.rule for failure in failures(more=more)} == {"kites"}


def test_an_example_is_tried_in_both_widths_in_traditional_and_amid_lines() -> None:
    """A rule could hold only for the spelling that its author used."""
    [cuts, _] = ruleset().rules[0].examples
    made = {name: (text, left) for name, text, left in variants(cuts)}
    assert made["as written"] == ("稻草人站了一夏,(风筝),麻雀也不怕了。", "稻草人站了一夏,麻雀也不怕了。")
    assert made["full width"] == ("稻草人站了一夏，（风筝），麻雀也不怕了。", "稻草人站了一夏，麻雀也不怕了。")
    assert made["Traditional"][0] == "稻草人站了一夏,(風箏),麻雀也不怕了。"
    assert made["amid lines"][1].splitlines()[1] == "稻草人站了一夏,麻雀也不怕了。"
    wide = ruleset(examples="cuts  雨，[-（风筝），-]停。\nkeeps 雨停。").rules[0].examples[0]
    assert {name for name, _, _ in variants(wide)} == {"as written", "half width", "Traditional", "amid lines"}


def test_a_line_that_goes_whole_can_be_an_example() -> None:
    """A rule for lines of their own could not be proved amid other lines."""
    text = RULE.format(pattern="风筝", examples="cuts  [-(风筝)-]\nkeeps 风筝").replace("at alone", "at line")
    whole = parse_rules([RuleSource("line.rules", text)])
    assert list(prove(whole)) == []


def test_the_count_is_that_of_what_is_tried() -> None:
    """`rules prove` would print a wrong number of examples."""
    rules = ruleset()
    assert count(rules) == sum(len(list(variants(example))) for rule in rules.rules for example in rule.examples) == 8


@pytest.mark.parametrize(
    "pattern", ["^(?:[风筝]{1,20}){1,20}$", "^(?:风{0,20}){1,20}[筝伞]$", r"^(?:\L<toy>|\L<toy>筝?){1,30}$"]
)
def test_a_catastrophic_pattern_fails_with_the_text_that_shows_it(pattern: str) -> None:
    """A pattern with bounded quantifiers could still hang for hours."""
    start = time.perf_counter()
    found = [failure for failure in failures(pattern, more="\nlist  toy\n      筝 风\n") if failure.variant == "slow"]
    assert len(found) == 1
    assert found[0].got == f"takes over {TIMEOUT} s: {pattern}"
    assert set(found[0].text) <= set("风筝伞☃")
    assert len(found[0].text) > 24
    assert time.perf_counter() - start < 20 * TIMEOUT


@pytest.mark.parametrize(
    "pattern",
    [
        "^(?:风{0,20}){1,20}筝$",
        "^(?:风{0,9}){1,9}筝$",
        "^(?:风{1,20}){1,20}筝$",
        "^(?:风{0,20}){1,20}筝店$",
        r"^(?:风{0,20}){1,20}\.筝$",
        "^雨(?:风{0,20}){1,20}筝$",
        "^雨雪风{0,20}(?:风{0,20}){1,20}筝$",
        "^(?:雨|雪)(?:(?:风车){0,20}){1,20}筝$",
        "^(?:雨(?:风{0,20}){1,20}|雪)筝$",
        "^(?=雨)(?!雪)雨(?:风{0,20}){1,20}筝$",
        r"^\L<toy>(?:风{0,20}){1,20}筝$",
        r"^(?:(?:\L<toy>|箱){0,20}){1,20}筝$",
        r"^(?:\p{Han}{0,20}){1,20}1$",
        r"^[雨雪]\d(?:[a-z]{0,20}){1,20}元$",
        "^.(?:.{0,20}){1,20}元$",
        "(?:风|风车?){1,40}筝",
    ],
)
def test_a_pattern_is_tried_on_texts_that_lead_up_to_what_explodes_and_have_all_it_asks_for(pattern: str) -> None:
    """A pattern that needs a character which no tried text has would fail at once in the proof, and hang on a user's text."""
    examples = "cuts  雨,[-(一)-],停。\nkeeps 雨停。"
    slow = [failure for failure in failures(pattern, examples, "\nlist  toy\n      陀螺\n") if failure.variant == "slow"]
    assert [failure.got for failure in slow] == [f"takes over {TIMEOUT} s: {pattern}"]


def test_a_slow_pattern_fails_every_rule_that_uses_it() -> None:
    """A rule would pass because another one with its shape has failed."""
    shape = "shape query\nabout A query.\nis    ^(?:风{0,20}){1,20}筝$\n\n"
    text = "\n".join(RULE.format(pattern="@query", examples=EXAMPLES).replace("kites", name) for name in ("one", "two"))
    source = RuleSource("two.rules", shape + text)
    found = [failure.rule for failure in prove(parse_rules([source])) if failure.variant == "slow"]
    assert found == ["one", "two"]


@pytest.mark.parametrize(
    "pattern",
    [
        r"^雨\L<toy>?(?:风车){1,9}[筝伞](?:店|铺)?$",
        r"(?:[^\p{P}]{0,9}|\[\])[^\]雨]{1,9}(?<=风)\b",
        r"\L<toy>|^.{0,9}\d元$",
        r"[[:alpha:]]{1,9}[^[:^alpha:]]\)(风)\1\u98ce",
    ],
)
def test_a_pattern_without_fault_is_not_slow(pattern: str) -> None:
    """A good rule could not be proved, or reading its pattern would end in an error."""
    found = failures(pattern, more="\nlist  toy\n      陀螺\n")
    assert not [failure for failure in found if failure.variant == "slow"]


@pytest.mark.parametrize("keyword", ["unless", "before", "after"])
def test_slow_patterns_are_found_wherever_they_stand(keyword: str) -> None:
    """Only the patterns of cuts would be tried, and patterns in conditions could hang."""
    examples = f"{keyword} ^(?:[风筝]{{1,20}}){{1,20}}$\n{EXAMPLES}"
    assert "slow" in {failure.variant for failure in failures("风", examples)}


@pytest.mark.parametrize("pattern", ["风.*筝", "风.+筝", "风{2,}筝", "(?:风筝)*店", "风{1,9}+筝+"])
def test_unbounded_quantifiers_are_refused_before_any_proof(pattern: str) -> None:
    """A pattern could walk through a whole line again and again."""
    with pytest.raises(RuleError, match=r"^kites\.rules:4: unbounded "):
        ruleset(pattern)


def test_the_shipped_rules_prove_themselves() -> None:
    """A rule would ship whose examples fail, or which takes hours."""
    assert [str(failure) for failure in prove(load_rules())] == []
