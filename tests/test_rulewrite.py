"""Writing rule files: the normal form of lists, shown rules that load again, and new rules from examples."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cleanspam import Cleaner, CleanspamError, load_rules
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.find import rule_files, shipped_dir
from cleanspam.rulebook.parse import parse_rules
from cleanspam.rulebook.ruleset import Rule, Ruleset, patterns_in
from cleanspam.text.fold import fold
from cleanspam.workshop.prove import prove
from cleanspam.workshop.rulewrite import WIDTH, begun, formatted, marked, shown, wrapped_list

SHIPPED = sorted(rule_files([shipped_dir()]))
MESSY = """\
# Toys.

list  toy 风筝
      竹蜻蜓   風箏
   陀螺 @craft 陀螺
# a remark between lists
list craft ＤＩＹ
\t剪纸

rule  toys
about Toys,
      of wood.
at alone
has toy
cut   ^\\L<toy>$
cuts  塘边的芦苇白了,[-(陀螺),-]鸭子下了水。
keeps 塘边的芦苇白了(陀螺),鸭子下了水。
"""
NORMAL_LISTS = """\
list  toy
      @craft 竹蜻蜓 陀螺 风筝
# a remark between lists
list  craft
      diy 剪纸
"""


def parsed(text: str) -> Ruleset:
    """Read one rule file."""
    return parse_rules([RuleSource("written.rules", text)])


def bare(rule: Rule) -> Rule:
    """Return a rule without its file and line, in which a shown rule must differ."""
    examples = tuple(example._replace(line=0) for example in rule.examples)
    return rule._replace(source="", line=0, examples=examples)


def test_lists_are_folded_sorted_unique_and_all_else_stays() -> None:
    """Two people's lists could not be compared, or a formatter would rewrite a rule."""
    separate = MESSY.replace("# a remark", "\n# a remark")
    normal = formatted(separate)
    assert normal.split("# a remark")[0] == "# Toys.\n\n" + NORMAL_LISTS.split("# a remark")[0] + "\n"
    assert normal.split("rule  toys")[1] == MESSY.split("rule  toys")[1]
    assert "list  craft\n      diy 剪纸\n" in normal


def test_formatting_changes_no_verdict() -> None:
    """A formatted file would cut other texts."""
    separate = MESSY.replace("# a remark", "\n# a remark")
    before, after = parsed(separate), parsed(formatted(separate))
    assert {name: set(words) for name, words in before.lists.items()} == {
        name: set(words) for name, words in after.lists.items()
    }
    assert [bare(rule) for rule in before.rules] == [bare(rule) for rule in after.rules]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_stay(ends: str) -> None:
    """A file from Windows would come back with every line changed."""
    text = MESSY.replace("\n", ends)
    assert formatted(text).replace(ends, "").count("\n") == 0
    assert formatted(text) == formatted(MESSY).replace("\n", ends)


def test_a_line_of_blanks_still_ends_a_list() -> None:
    """The rule behind it would become a part of the list, and the file would no longer load."""
    text = "list  toy\n      陀螺 风筝\n   \nlist  craft\n      剪纸\n"
    assert formatted(text) == text


def test_a_list_without_a_word_is_left_as_it_is() -> None:
    """The formatter would hide a mistake before the loader can report it."""
    assert formatted("list  toy ·\n\nlist  craft\n") == "list  toy ·\n\nlist  craft\n"


def test_a_list_at_the_end_without_a_line_end_is_formatted_too() -> None:
    """`--check` would pass a file that a newline makes fail."""
    assert formatted("list  toy 陀螺 风筝 陀螺") == "list  toy\n      陀螺 风筝"


@given(st.lists(st.text(alphabet="abz竹陀風风箏筝Ａ１·", min_size=1, max_size=12), min_size=1, max_size=60))
def test_the_normal_form_is_a_normal_form(words: list[str]) -> None:
    """Formatting twice would change the file again, or lose a word."""
    assume(any(map(fold, words)))
    text = wrapped_list("toy", words) + "\n"
    assert formatted(text) == text
    assert wrapped_list("toy", [*reversed(words), *words]) + "\n" == text
    assert text.split()[2:] == sorted({fold(word) for word in words} - {""})


def test_long_lists_are_wrapped_by_columns() -> None:
    """Lines of Chinese words would be twice as wide as others."""
    text = wrapped_list("toy", [f"风筝{number}" for number in range(99)])
    lines = text.split("\n")[1:]
    columns = [sum(2 if char > "\u2e80" else 1 for char in line) for line in lines]
    assert max(columns) <= WIDTH
    assert min(columns[:-1]) > WIDTH - 12


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_rule_files_are_in_normal_form(path: Path) -> None:
    """A change of one word would show as a change of a whole list: run `cleanspam rules format rules`."""
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


def test_every_shipped_rule_is_shown_as_it_is() -> None:
    """`rules show` would leave something out, and a copy of it would judge otherwise."""
    rules = load_rules()
    for rule in rules.rules:
        again = parsed(shown(rule, rules))
        assert [bare(found) for found in again.rules] == [bare(rule)]
        assert {name: sorted(words) for name, words in again.lists.items()} == {
            name: sorted(rules.lists[name]) for name in again.lists
        }


def test_every_keyword_is_shown() -> None:
    """A rule shown would lack a condition, and nobody would see why it does not speak."""
    text = (
        "rule  toys\nabout Toys.\nat alone glued\nbrackets () 【】\nhas toy\nhas toy craft\naccomplices 2\n"
        "cut   ^\\L<toy>$\ncut   木\nunless 我\nbefore ,$\nafter ^,\ncuts  雨,[-(陀螺),-]停[-(木),-]了。\n"
        "      第二行,[-(陀螺),-]\nkeeps 雨停了。\n\nlist  toy 陀螺\n\nlist  craft 剪纸\n"
    )
    ruleset = parsed(text)
    made = shown(ruleset.rules[0], ruleset)
    assert made.startswith("# written.rules:1\nrule  toys\n")
    assert [bare(rule) for rule in parsed(made).rules] == [bare(rule) for rule in ruleset.rules]


def test_kept_texts_are_shown_as_kept_texts() -> None:
    """A list of texts to keep would be shown as a rule without an action, which does not load."""
    ruleset = parsed("keep-texts works\nabout Names of works.\ntexts 老人与海\n      边城 (节选)\n")
    assert [bare(rule) for rule in parsed(shown(ruleset.rules[0], ruleset)).rules] == [bare(ruleset.rules[0])]


# Lines as `cleanspam diff` prints them and as people paste them, with the patterns and sites to come.
LINES = [
    ("a.txt:3: 蝉声停了,[-(陀螺批发),-]天就凉了。  toy-offer (alone)", "^陀螺批发$", "alone"),
    ("…蝉声停了[-,（陀螺批发）-]。风也大了…  toy-offer, toy-wish (alone)", "^陀螺批发$", "alone"),
    ("蝉声停了,[-(陀螺批发),(風箏diy),-]天就凉了。", "^陀螺批发$ ^风筝diy$", "alone"),
    ("蝉声停了[-(陀·螺·批·发)-]天就凉了(真的)。", "^陀螺批发$", "glued"),
    ("[-【陀螺批发】-]", "^陀螺批发$", "line"),
    ("蝉声停了,(c++ 陀螺),天就凉了。", r"^c\+\+\ 陀螺$", "alone"),
]


@pytest.mark.parametrize(("line", "patterns", "sites"), LINES)
def test_a_rule_begun_cuts_what_was_marked_and_proves_itself(line: str, patterns: str, sites: str) -> None:
    """An author would first have to mend the rule that the tool wrote."""
    text = begun("toy-offer", [line])
    [rule] = parsed(text).rules
    named = [word for words in parsed(text).lists.values() for word in words]
    shown = [*(f"^{word}$" for word in named), *patterns_in(rule, parsed(text))]
    assert set(shown) == set(patterns.replace("\\ ", "\0").split(" ")) or shown == [patterns]
    assert set(rule.places) == {sites}
    assert list(prove(parsed(text))) == []
    assert "toy-offer, toy-wish" not in text


def test_a_rule_begun_from_several_lines_has_them_all() -> None:
    """Only the first example would count."""
    made = parsed(begun("toys", ["雨,[-(陀螺),-]停了。", "", "不相干的一行", "雪[-(风筝)-]化了。"]))
    [rule] = made.rules
    assert set(made.lists["toys-word"]) == {"陀螺", "风筝"}
    assert rule.places == ("alone", "glued")
    assert [example.marked for example in rule.examples] == ["雨,[-(陀螺),-]停了。", "雪[-(风筝)-]化了。", "雨,停了。"]


def test_a_text_with_one_parenthetical_needs_no_mark() -> None:
    """A text that was given to `explain` would have to be marked by hand, with its separator."""
    assert "cuts  雨,[-(陀螺),-]停了。\n" in begun("toys", ["雨,(陀螺),停了。"])
    assert marked("雨,(陀螺)。", 2, 6) == "雨[-,(陀螺)-]。"


@pytest.mark.parametrize("rule_id", ["Toys", "toy_offer", "玩具", "", "-toy", "toy-"])
def test_an_id_that_no_rule_can_have_is_refused(rule_id: str) -> None:
    """The rule would be refused later, when its id has been copied elsewhere."""
    with pytest.raises(CleanspamError, match="is no rule id; write small letters"):
        begun(rule_id, ["雨,[-(陀螺),-]停了。"])


@pytest.mark.parametrize("line", ["", "没有括号", "一(甲)二(乙)三", "没有[-括号-]的记号"])
def test_lines_that_mark_nothing_are_refused(line: str) -> None:
    """A rule without pattern or site would be printed as if it were one."""
    with pytest.raises(CleanspamError, match="no line marks a parenthetical"):
        begun("toys", [line])


def test_a_rule_begun_keeps_to_its_own() -> None:
    """A new pattern would match more than its example."""
    cleaner = Cleaner(parsed(begun("toys", ["雨,[-(陀螺),-]停了。"])))
    assert cleaner.clean("雪,(陀螺节),化了,(陀螺),人来了。").text == "雪,(陀螺节),化了,人来了。"
