"""Rule files: the values that the parser makes, and that every mistake is named with its line and its remedy.

Each file under badrules/ has one mistake; its first line is the message, where `…` stands for words of the regex package.
"""

import ast
import inspect
import pickle
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam import RuleError, Ruleset, Verdict
from cleanspam.cli.app import run
from cleanspam.rulebook import blocks, namedpatterns, parse, patterns
from cleanspam.rulebook.blocks import FORMER, KEYWORDS, RuleSource
from cleanspam.rulebook.conditions import (
    Along,
    AnyOf,
    At,
    Beside,
    Brackets,
    Length,
    Pattern,
    Shaped,
    Texts,
    Unless,
    Words,
    patterns_of,
)
from cleanspam.rulebook.find import read_sources, shipped_sources
from cleanspam.rulebook.parse import parse_rules, unmarked
from cleanspam.rulebook.patterns import compile_pattern
from cleanspam.rulebook.ruleset import Rule, patterns_in

BAD_RULES = sorted((Path(__file__).parent / "badrules").glob("*.rules"))

GOOD = """\
# Shops, for the tests.

list  shop
      淘寶 天猫
      ＪＤ

list  topic
      @shop 加盟

list  shop
      闲鱼

shape query
about What a search
      looks like.
is    ^.{2,9}教程$
unless 我

rule  shop-howto
about A shop and what
      a seller asks of it.
at alone glued
at tail
brackets () 【
has shop topic
has topic
cut   \\L<shop>.{0,8}
      教程
cut   开店
unless 我
before 停,$
after ^,
accomplices 2
cuts  雪停了,[-(淘宝开店教程),-]天亮了。
cuts  雪停了,[-(天猫教程),-]天亮了[-(闲鱼教程)-]。
      第二行
keeps 雪停了(淘宝),天亮了。

rule  shop-query
about The shape alone.
at line
flag  @query
flags [-(开店教程)-]
keeps 雪停了(教程),天亮了。

rule  keeper
about Kept everywhere.
keep  公益
keeps 雪停了(公益教程),天亮了。

keep-texts known-good
about Names of works.
texts 開店·教程
      雪 停 了
"""


def parsed(text: str) -> Ruleset:
    """Read one rule file."""
    return parse_rules([RuleSource("my.rules", text)])


def line_of(beginning: str) -> int:
    """Return the line of GOOD, from 1, that begins with a text."""
    return next(number for number, line in enumerate(GOOD.split("\n"), 1) if line.startswith(beginning))


def rule_with(*lines: str) -> str:
    """Return a rule with an about, a site and examples, and `lines`."""
    return "\n".join(["rule one", "about A.", "at glued", *lines, "cuts 一[-(二)-]", "keeps 一"])


def test_lists_are_folded_and_add_up() -> None:
    """A word written in another spelling would never be found, or a vertical could not bring its own words."""
    assert parsed(GOOD).lists == {
        "shop": ("淘宝", "天猫", "jd", "闲鱼"),
        "topic": ("加盟", "淘宝", "天猫", "jd", "闲鱼"),
    }


def test_a_rule_says_what_its_file_says() -> None:
    """A statement would be read as another condition."""
    rule = parsed(GOOD).rules[0]

    assert (rule.id, rule.about, rule.action) == ("shop-howto", "A shop and what a seller asks of it.", Verdict.CUT)
    assert rule.conditions == (
        At(("alone", "glued", "tail")),
        Brackets(("()", "【】")),
        Beside("after", ("^,",)),
        Beside("before", ("停,$",)),
        Words("has", ("shop", "topic")),
        Words("has", ("topic",)),
        AnyOf("cut", (Pattern(r"\L<shop>.{0,8}教程"), Pattern("开店"))),
        Unless(Pattern("我")),
    )
    assert rule.accomplices == 2
    assert (rule.source, rule.line) == ("my.rules", line_of("rule  shop-howto"))


def test_examples_know_their_text_and_what_is_left_of_it() -> None:
    """A rule would be proved by other texts than its file shows."""
    first, second, keeps = parsed(GOOD).rules[0].examples

    assert (first.text, first.left) == ("雪停了,(淘宝开店教程),天亮了。", "雪停了,天亮了。")
    assert (second.text, second.left) == ("雪停了,(天猫教程),天亮了(闲鱼教程)。\n第二行", "雪停了,天亮了。\n第二行")
    assert (keeps.text, keeps.left, keeps.verdict) == ("雪停了(淘宝),天亮了。",) * 2 + (Verdict.KEEP,)
    assert first.line == line_of("cuts  雪停了,[-(淘宝开店教程)")
    assert (second.line, keeps.line) == (first.line + 1, first.line + 3)


def test_a_shape_lends_its_patterns_and_exceptions() -> None:
    """Rules that share a shape would have to repeat it."""
    ruleset = parsed(GOOD)
    rule = ruleset.rules[1]

    assert ruleset.shapes["query"] == (AnyOf("is", (Pattern("^.{2,9}教程$"),)), Unless(Pattern("我")))
    assert (rule.conditions[1:], rule.action) == ((AnyOf("flag", (Shaped("query"),)),), Verdict.FLAG)
    assert rule.examples[0].left == rule.examples[0].text == "(开店教程)"


def test_a_keep_rule_stands_everywhere_unless_it_says_where() -> None:
    """A keep rule would protect at one site and not at the next."""
    rule = parsed(GOOD).rules[2]

    assert rule.conditions == (AnyOf("keep", (Pattern("公益"),)),)


def test_keep_texts_are_folded_line_by_line() -> None:
    """A listed text would be cut in another spelling."""
    rule = parsed(GOOD).rules[3]

    assert (rule.id, rule.action, rule.conditions) == ("known-good", Verdict.KEEP, (Texts(("开店教程", "雪停了")),))


@pytest.mark.parametrize("change", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(change: str) -> None:
    """A rule file saved on another system would be refused, or its lines miscounted."""
    assert parsed(GOOD.replace("\n", change)) == parsed(GOOD)
    assert parsed("\ufeff" + GOOD) == parsed(GOOD)


def test_comments_stand_at_the_margin_only() -> None:
    """A pattern with a # in it would lose its end."""
    ruleset = parsed(rule_with("# cut 没有", "cut c#教程").replace("\n# cut", "\n# cut"))

    assert patterns_of(ruleset.rules[0].conditions[-1]) == ("c#教程",)


def test_rules_may_use_lists_and_shapes_of_other_files() -> None:
    """Files could not share their words."""
    words, rule = "list shop\n  淘宝\n\nshape query\nabout A.\nis \\L<shop>", rule_with("cut @query")

    ruleset = parse_rules([RuleSource("a", rule), RuleSource("b", words)])
    assert patterns_in(ruleset.rules[0], ruleset) == [r"\L<shop>"]


def test_names_with_hyphens_name_lists_in_patterns() -> None:
    """A list named like a rule would not compile."""
    assert compile_pattern(r"^\L<big-shop>$", {"big-shop": ("淘宝",)}).search("淘宝")


def test_no_file_is_an_empty_ruleset() -> None:
    """A folder without rules would be an error."""
    assert parse_rules([]) == parsed("") == parsed("# nothing\n\n") == Ruleset((), {})


def test_unmarked_takes_the_marks_away() -> None:
    """A line of a diff could not be pasted into a rule."""
    assert unmarked("雪[-(一)-]停[-\n(二),-]了[-]") == "雪(一)停\n(二),了[-]"


@pytest.mark.parametrize("path", BAD_RULES, ids=lambda path: path.stem)
def test_mistake_is_named_with_line_and_remedy(path: Path) -> None:
    """A user would search a rule file for what is wrong with it."""
    text = path.read_text(encoding="utf-8")
    expected = text.partition("\n")[0].removeprefix("# ")

    with pytest.raises(RuleError) as caught:
        parse_rules([RuleSource(path.name, text)])

    said = str(caught.value).removeprefix(f"{path.name}:")
    assert re.fullmatch(".*".join(map(re.escape, expected.split("…"))), said), said
    assert caught.value.line <= text.count("\n")


@pytest.mark.parametrize("path", BAD_RULES, ids=lambda path: path.stem)
def test_bad_rules_differ_from_good_ones_by_one_mistake(path: Path) -> None:
    """A bad file would be refused for another mistake than the one that it tests."""
    lines = path.read_text(encoding="utf-8").split("\n")

    assert re.match(r"# \d+: \S", lines[0])
    assert not any(line.startswith("#") for line in lines[1:])


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("list topic\n 拼单\n# a note\n 天猫 @shops\n", 7, "unknown list @shops; did you mean shop?"),
        ("list topic @fair\n 拼单\n", 4, "unknown list @fair; write a list block of that name"),
        ("list topic\n 拼单\n -@shops\n", 6, "unknown list @shops; did you mean shop?"),
        ("list topic\n @shop\n @shop-x @fair\n @fair\n", 6, "unknown list @shop-x; did you mean shop?"),
        (rule_with("cut 二", "has shop\n fair"), 9, "unknown list 'fair'; write a list block of that name"),
        (rule_with("cut 二", "at tail\n crowd"), 9, "unknown place 'crowd'; write a place block of that name"),
    ],
)
def test_an_unknown_name_is_named_with_the_line_it_stands_on(text: str, line: int, problem: str) -> None:
    """A list runs over a hundred lines, and the reader would be sent to the first of them."""
    with pytest.raises(RuleError) as caught:
        parsed(f"list shop\n 淘宝\n\n{text}")

    assert (caught.value.line, caught.value.problem) == (line, problem)


MISTAKES = """\
rule one
abot x

rule two
about A rule with two mistakes, of which the first is told.
at nowhere
has nolist
cut 二
cuts 一[-(二)-]三
keeps 一(三)

rule three
about A rule without an action.
at glued

keep-texts four
about Texts without texts.

rule five
about A rule with a pattern that is unbounded.
at glued
cut 二.*
cuts 一[-(二)-]三
keeps 一(三)
"""


def test_all_mistakes_are_told_at_once() -> None:
    """A user who writes a file of many rules would mend one, run again, and learn of the next."""
    with pytest.raises(RuleError) as caught:
        parse_rules([RuleSource("b.rules", MISTAKES), RuleSource("a.rules", "rule six\nat glued\ncut 二\n")])
    found = [caught.value, *caught.value.others]
    assert [(error.source, error.line) for error in found if isinstance(error, RuleError)] == [
        *(("b.rules", line) for line in (2, 6, 12, 16, 22)),
        ("a.rules", 1),
    ]
    assert str(pickle.loads(pickle.dumps(caught.value)).others[-1]).startswith("a.rules:1: six has no about;")


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("list shop\n\n", 1),
        ("shape shop\nabot x\n\n", 2),
        ("text shop\n\n", 1),
        ("place shop\nabout x\n\n", 1),
    ],
)
def test_a_name_of_a_block_with_a_mistake_is_not_unknown(broken: str, line: int) -> None:
    """One slip in a list would bring a mistake for each rule that uses the list."""
    with pytest.raises(RuleError) as caught:
        parsed(f"{broken}{rule_with('cut 二', 'has shop')}")
    assert (caught.value.line, caught.value.others) == (line, ())


def test_the_command_line_names_every_mistake(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The command line would print only the first mistake."""
    file = tmp_path / "own.rules"
    file.write_text(MISTAKES, encoding="utf-8")
    assert run(["rules", "list", "--rules", str(file)]) == 2
    said = capfd.readouterr().err.splitlines()
    assert [line.partition(".rules:")[2].partition(":")[0] for line in said] == ["2", "6", "12", "16", "22"]
    file.write_text("雨停了。\n\n" * 3000, encoding="utf-8")
    assert run(["rules", "list", "--rules", str(file)]) == 2
    said = capfd.readouterr().err.splitlines()
    assert len(said) == 6
    assert said[-1].startswith("cleanspam: 2,995 more of the same kind: a block begins with kind, list")


def test_every_refusal_has_a_file_with_its_mistake() -> None:
    """A message would never have been read by anyone."""
    messages = [path.read_text(encoding="utf-8").partition("\n")[0].partition(": ")[2] for path in BAD_RULES]
    source = "".join(map(inspect.getsource, (blocks, namedpatterns, patterns, parse)))
    refusals = [_as_regex(call) for call in ast.walk(ast.parse(source)) if isinstance(call, ast.Call)]

    assert len([refusal for refusal in refusals if refusal]) > 25
    assert [
        refusal for refusal in refusals if refusal and not any(re.fullmatch(refusal, message) for message in messages)
    ] == []


def _as_regex(call: ast.Call) -> str | None:
    """Return what the message of a `fail(…)` or a `RuleError(…)` can be; None for other calls and for mere forwarding."""
    function = (
        call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    )
    place = {"fail": 0, "RuleError": 2}.get(function)
    if place is None:
        return None
    message = call.args[place]
    parts = message.values if isinstance(message, ast.JoinedStr) else [message]
    if isinstance(message, ast.Name):
        return None
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in parts)


def test_a_rule_error_is_a_value() -> None:
    """A worker process could not say what is wrong with the rules."""
    error = pickle.loads(pickle.dumps(RuleError("my.rules", 3, "no about")))

    assert (str(error), error.source, error.line, error.problem) == ("my.rules:3: no about", "my.rules", 3, "no about")


@pytest.mark.parametrize("pattern", ["ba++", "ba*+", "ba{2,}+", r"ba?\}+", r"a{2}\p{Han}+"])
def test_a_plus_behind_no_bounded_repetition_is_refused(pattern: str) -> None:
    """A pattern could walk through a whole line, if its plus passes for the sign of a possessive repetition."""
    with pytest.raises(RuleError, match="unbounded"):
        parsed(rule_with(f"cut {pattern}"))


@pytest.mark.parametrize(
    "pattern",
    [
        r"[*+]",
        r"\*\+",
        r"a{0,20}",
        r"(?:淘|宝)?",
        r"(?<=a)b",
        r"(?=.{0,9}b)b",
        r"\p{Han}",
        r"[^\]*]a",
        r"\Aa\Z",
        "ba{0,9}+",
        "ba?+",
    ],
)
def test_bounded_patterns_are_allowed(pattern: str) -> None:
    """A rule would be refused for a character that is no quantifier at its place."""
    assert patterns_of(parsed(rule_with(f"cut x{pattern}")).rules[0].conditions[-1]) == (f"x{pattern}",)


def test_the_shipped_rules_are_accepted_from_a_user() -> None:
    """A copy of a shipped file, changed by a word, would be refused; shipped patterns would be unbounded."""
    parse_rules([source._replace(trusted=False) for source in shipped_sources()])


def test_a_pattern_about_brackets_fits_into_a_line() -> None:
    """A pattern of three hundred characters could not be understood, and each author would change another part of it."""
    of_brackets = [source for source in shipped_sources() if not Path(source.name).name.startswith("lines-")]
    taking = ("is", *blocks.ACTIONS, *blocks.CONTEXTS)
    mistakes = blocks.Mistakes()
    statements = [one for source in of_brackets for block in blocks.read_blocks(source, mistakes) for one in block.statements]

    patterns = [f"{one.keyword:<5} {''.join(one.lines)}" for one in statements if one.keyword in taking]
    assert [pattern for pattern in patterns if len(pattern) > 100] == []


def test_lists_of_one_name_are_meant() -> None:
    """What a buyer asks and what a query ends in were one list: keywords of papers that end in 技术 were cut as a buyer's."""
    mistakes = blocks.Mistakes()
    found = [block for source in shipped_sources() for block in blocks.read_blocks(source, mistakes)]
    names = Counter(one.head.words()[0] for one in found if one.head.keyword == "list")

    assert {name for name, number in names.items() if number > 1} == {"commerce", "of-notes", "topic"}


def test_common_rules_can_be_read_at_a_sitting() -> None:
    """The rules that all trades share would grow until no author can foresee the effect of one more."""
    (common,) = (source.text for source in shipped_sources() if Path(source.name).name == "common.rules")

    assert common.count("\n") <= 350


def test_only_the_shipped_files_are_trusted(tmp_path: Path) -> None:
    """A start would check two thousand patterns that the tests have proved, or a user's pattern would go unchecked."""
    (tmp_path / "my.rules").write_text(GOOD, "utf-8")

    assert all(source.trusted for source in shipped_sources())
    assert [source.trusted for source in read_sources(tmp_path)] == [False]


def test_trusted_files_are_not_compiled_when_loaded() -> None:
    """Every start would pay for the patterns of all shipped rules."""
    broken = rule_with("cut (")

    assert parse_rules([RuleSource("shipped.rules", broken, trusted=True)]).rules
    with pytest.raises(RuleError):
        parsed(broken)


@pytest.mark.parametrize("name", ["flags", "pattern"])
def test_a_list_may_have_any_name(name: str) -> None:
    """The name of a list would end the program in a traceback."""
    rule = rule_with(f"cut \\L<{name}>")

    assert parsed(f"list {name}\n  淘宝\n\n{rule}").lists


@pytest.mark.parametrize("condition", ["unless @(", "before @(", "after @("])
def test_every_pattern_is_compiled_when_loaded(condition: str) -> None:
    """A run of hours would end in a traceback because of a mistake in a rule."""
    with pytest.raises(RuleError):
        parsed(rule_with("cut 广告", condition))


def test_hash_names_what_decides_verdicts() -> None:
    """A report would carry the hash of other rules than those that judged, or a new one for every comment."""
    ruleset = parsed(GOOD)

    assert re.fullmatch(r"[0-9a-f]{12}", ruleset.hash)
    assert parsed("# another comment\n\n" + GOOD.replace("a seller asks", "a buyer asks")).hash == ruleset.hash
    for old, new in [
        ("accomplices 2", "accomplices 3"),
        ("alone glued", "alone"),
        ("闲鱼", "京东"),
        ("cut   开店", "cut   关店"),
        ("雪 停 了", "雪 停"),
    ]:
        assert parsed(GOOD.replace(old, new)).hash != ruleset.hash, old


KEYWORD = st.sampled_from(sorted({keyword for keywords in KEYWORDS.values() for keyword in keywords} | {"#", "", "   "}))
VALUE = st.one_of(
    st.sampled_from(
        [
            "shop",
            "query",
            "one",
            "@shop",
            "@query",
            "alone glued",
            "()",
            "2",
            "2 alone",
            "一[-(二)-]三",
            "一(二)三",
            "淘宝 天猫",
        ]
    ),
    st.sampled_from(
        [
            r"\L<shop>",
            r"^淘.{0,4}(?:宝|铺)$",
            "(",
            "[",
            "a{2,1}",
            "\\",
            "(?P<a>b)",
            r"\p{Nope}",
            "(?i)a",
            "*",
            "{1,}",
            "開",
        ]
    ),
    st.text(max_size=8),
)
LINE = st.builds("{} {}".format, KEYWORD, VALUE) | st.builds("  {}".format, VALUE) | st.just("") | VALUE
FILES = st.lists(LINE, max_size=16).map("\n".join)
STATEMENT = st.builds(
    "{} {}".format,
    st.sampled_from(["brackets", "has", "unless", "before", "after", "accomplices", "at", "cut", "flags"]),
    VALUE,
)
RULES = st.lists(STATEMENT, max_size=4).map(
    lambda lines: f"list shop\n  淘宝\n\nshape query\nabout A.\nis 店\n\n{rule_with(*lines)}"
)


@given(FILES | RULES | st.text())
@example(GOOD)
def test_any_text_is_a_ruleset_or_an_error_with_its_line(text: str) -> None:
    """An unforeseen mistake would end in a traceback."""
    result = refusal_or_rules(text)

    if isinstance(result, RuleError):
        assert result.source == "my.rules"
        assert 1 <= result.line <= len(re.split(r"\r\n|[\n\r]", text))
        assert str(result) == f"my.rules:{result.line}: {result.problem}"
    else:
        assert isinstance(result, Ruleset)


def refusal_or_rules(text: str) -> Ruleset | RuleError:
    """Read a rule file; return the error it is refused with."""
    try:
        return parsed(text)
    except RuleError as error:
        return error


def test_a_list_takes_out_the_words_of_another_whatever_the_order() -> None:
    """To leave words out of a shared list, a rule file would have to copy the rest of the list."""
    text = "list all\n -@gloss @shop @kind 灯笼\n\nlist shop\n 淘宝 天猫\n\nlist kind\n 公司 @shop\n\nlist gloss\n 公司 天猫"
    assert parsed(text).lists["all"] == ("灯笼", "淘宝")
    assert parsed(text).lists["kind"] == ("公司", "淘宝", "天猫")


def test_the_kind_of_a_rule_is_its_own_or_its_files() -> None:
    """Reports would count a planting under another kind, or count texts that a keep rule protects."""
    other = rule_with("kind  site-note", "cut 二").replace("rule one", "rule two")
    file = RuleSource("named.rules", "\n\n".join([rule_with("cut 二"), "kind  contact", other]))
    assert parse_rules([file]).kinds == {"one": "contact", "two": "site-note"}
    assert parsed(GOOD).kinds == {"shop-howto": "other", "shop-query": "other"}


def test_every_field_of_a_rule_that_can_change_a_verdict_is_in_the_hash() -> None:
    """A cache or a resumed run would reuse verdicts of other rules."""
    ruleset = parsed(GOOD)
    changes: dict[str, object] = {
        "id": "other", "action": Verdict.KEEP, "conditions": (), "accomplices": 9, "accomplices_at": ("line",), "repeats": 3,
            "despite": ("keep-*",),
        "about": "", "examples": (), "kind": "other", "source": "", "line": 0,
    }  # fmt: skip
    assert changes.keys() == {*Rule._fields}
    silent = {"about", "examples", "kind", "source", "line"}
    for name, value in changes.items():
        changed = ruleset._replace(rules=(Rule(**{**ruleset.rules[0]._asdict(), name: value}), *ruleset.rules[1:]))
        assert (changed.hash == ruleset.hash) == (name in silent), name


@pytest.mark.parametrize(
    "condition",
    [
        At(("a",)),
        Brackets(("()",)),
        Beside("after", ("a",)),
        Words("has", ("a",), ("b",)),
        Length(3, 4),
        AnyOf("cut", (Pattern("a"),)),
        Unless(Shaped("a")),
        Texts(("a",)),
    ],
)
def test_every_field_of_a_condition_is_in_the_hash(condition: tuple[object, ...]) -> None:
    """Two rules with different verdicts would have equal hashes."""
    ruleset = parsed(GOOD)

    def name(*conditions: object) -> str:
        return ruleset._replace(rules=(Rule(**{**ruleset.rules[0]._asdict(), "conditions": conditions}),)).hash

    hashes = {name(condition)} | {name((*condition[:at], "other", *condition[at + 1 :])) for at in range(len(condition))}
    assert len(hashes) == len(condition) + 1


@pytest.mark.parametrize("keyword", FORMER)
def test_a_keyword_of_earlier_versions_is_refused_with_what_to_write(keyword: str) -> None:
    """After an update a user would not know how to write a rule anew."""
    with pytest.raises(RuleError, match=f"{keyword} is no keyword any more; write "):
        parsed(rule_with("cut 二", f"{keyword} 2"))


def test_an_example_stands_in_a_named_text() -> None:
    """An article would have to stand in the file once for each example."""
    text = "text  town\n      江边的镇。\n      船。\n\n" + rule_with("cut 二", "cuts 三[-(二)-]。@town")
    assert parsed(text).rules[0].examples[0].text == "三(二)。\n江边的镇。\n船。"


NAMED = """\
shape address
about An address.
is    www\\.[a-z]{3,9}
is    @bare-address

shape bare-address
about An address without its host.
is    [a-z]{3,9}\\.@<top-level>

shape top-level
about What an address ends in.
is    com|net

shape behind
about What stands behind.
is    ^好
is    ^@<top-level>

"""


def test_a_shape_of_patterns_stands_in_a_pattern() -> None:
    """One long pattern would stand in eight rules, and a mistake in it would have to be mended in all of them."""
    ruleset = parsed(NAMED + rule_with("cut 淘@<address>$", "unless @<top-level>的"))
    rule = ruleset.rules[0]

    assert patterns_in(rule, ruleset) == [r"淘(?:www\.[a-z]{3,9}|[a-z]{3,9}\.(?:com|net))$", "(?:com|net)的"]


def test_a_shape_stands_for_what_is_beside_a_parenthetical() -> None:
    """Each rule about a site's name would spell out what addresses look like before and behind it."""
    rule = parsed(NAMED + rule_with("cut 淘", "before @address", "after @behind", "along-after @behind")).rules[0]
    beside = [condition for condition in rule.conditions if isinstance(condition, Along | Beside)]

    assert beside == [
        Beside("after", ("^好", "^(?:com|net)")),
        Beside("before", (r"www\.[a-z]{3,9}", r"[a-z]{3,9}\.(?:com|net)")),
        Along("after", ("^好", "^(?:com|net)")),
    ]


def test_a_named_pattern_is_held_to_what_patterns_are_held_to() -> None:
    """By a shape, a pattern that need not touch the parenthetical would come behind `along`."""
    with pytest.raises(RuleError, match="9: along-after takes what touches the parenthetical; let its pattern begin with"):
        parsed("shape one\nabout A.\nis 好\n\n" + rule_with("cut 淘", "along-after @one"))


def test_a_word_with_an_at_sign_is_no_shape() -> None:
    """An email address in a pattern would be taken for the name of a shape."""
    rule = parsed(rule_with("cut 淘@[a-z]{2}", "before @qq$")).rules[0]

    assert [pattern for one in rule.conditions for pattern in patterns_of(one)] == ["@qq$", "淘@[a-z]{2}"]


@pytest.mark.parametrize("also", ["has shop", "opens shop", "length 3", "unless 我", "is has shop"])
def test_only_a_shape_of_patterns_stands_in_a_pattern(also: str) -> None:
    """A condition of the shape that no pattern can state would be dropped without a message."""
    text = f"list shop\n 淘宝\n\nshape one\nabout A.\nis 好\n{also}\n\n" + rule_with("cut 二", "after @one")

    with pytest.raises(RuleError, match=f"13: shape one also states {also.split()[0]}, which no pattern can"):
        parsed(text)


def test_shapes_that_double_each_other_are_refused_at_once() -> None:
    """A file of twenty lines would fill the memory."""
    shapes = "".join(f"shape s{n}\nabout A.\nis @s{n + 1}\nis @s{n + 1}\n\n" for n in range(40))

    with pytest.raises(RuleError, match="over 20000 characters"):
        parsed(f"{shapes}shape s40\nabout A.\nis {'好' * 99}\n\n" + rule_with("cut 二", "after @s0"))
