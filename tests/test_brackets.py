"""Brackets: which form pairs, what a pair's own text is, and where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.model import Site, Span
from cleanspam.text.brackets import Pair, Sites, own_text, pairs
from cleanspam.text.markup import Code, fence_behind, may_be_markup, read_code, without_markup
from cleanspam.text.pairing import BRACKET_KINDS, KIND, KINDS

OPENERS = {char: kind.name for kind in BRACKET_KINDS for char in kind.openers}
CLOSERS = {char: kind.name for kind in BRACKET_KINDS for char in kind.closers}
BRACKET_TEXTS = st.text(st.sampled_from([*OPENERS, *CLOSERS, *'甲乙a^，。\n\r `\\!:="']), max_size=40)


def shown(text: str) -> list[str]:
    """Return the parentheticals of `text` as they stand there, by start."""
    return [text[pair.start : pair.end] for pair in sorted(pairs(text))]


def own_texts(text: str) -> list[str]:
    """Return the own texts of the parentheticals, by start."""
    return [own_text(text, pair) for pair in sorted(pairs(text))]


def sites(text: str) -> list[str]:
    """Return the sites of the parentheticals, by start."""
    found = pairs(text)
    return [Sites(text).of(pair).value for pair in sorted(found)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("天晴了", []),
        ("天(甲)晴", ["(甲)"]),
        ("天（甲）晴", ["（甲）"]),
        ("天（甲)晴(乙）", ["（甲)", "(乙）"]),
        ("[甲］［乙]{丙｝｛丁}", ["[甲］", "［乙]", "{丙｝", "｛丁}"]),
        ("【甲】〔乙〕〖丙〗", ["【甲】", "〔乙〕", "〖丙〗"]),
        ("﹙甲﹚︵乙）⦅丙⦆｟丁)", ["﹙甲﹚", "︵乙）", "⦅丙⦆", "｟丁)"]),
        ("〚甲〛﹛乙﹜︻丙】〘丁〙﹝戊︺", ["〚甲〛", "﹛乙﹜", "︻丙】", "〘丁〙", "﹝戊︺"]),
        ("❨甲❩❪乙）⟮丙⟯﴾丁﴿⟦戊]❴己❵❲庚〕⦗辛⦘", ["❨甲❩", "❪乙）", "⟮丙⟯", "﴾丁﴿", "⟦戊]", "❴己❵", "❲庚〕", "⦗辛⦘"]),
        ("⟨甲⟩〈乙〉《丙》", []),
        ("(甲)(乙)", ["(甲)", "(乙)"]),
        ("()（ ）", ["()", "（ ）"]),
    ],
)
def test_brackets_of_one_kind_pair_in_any_width(text: str, expected: list[str]) -> None:
    """Text whose brackets were normalised on one side would be out of reach."""
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text", ["(甲", "甲)", ")甲(", "(甲】", "【甲)", "1)甲 2)乙", ":) :(", "(甲\n乙)", "(甲\r乙)", "(甲\r\n乙)", "（"]
)
def test_brackets_without_a_partner_on_their_line_are_text(text: str) -> None:
    """A list number or a smiley would open a parenthetical that goes on for lines."""
    assert pairs(text) == []


@pytest.mark.parametrize("text", ["「甲」", "『甲』", "《甲》", "〈甲〉", "“甲”", "‘甲’", "<甲>", "⟨甲⟩"])
def test_quotation_marks_are_no_brackets(text: str) -> None:
    """Speech and titles in Traditional prose would be judged as asides."""
    assert pairs(text) == []


@pytest.mark.parametrize(
    ("text", "expected", "own"),
    [
        ("(甲(乙)丙)", ["(甲(乙)丙)", "(乙)"], ["甲丙", "乙"]),
        ("（指张三（见下）等）", ["（指张三（见下）等）", "（见下）"], ["指张三等", "见下"]),
        ("((甲))", ["((甲))", "(甲)"], ["", "甲"]),
        ("(甲[乙]丙{丁}戊)", ["(甲[乙]丙{丁}戊)", "[乙]", "{丁}"], ["甲丙戊", "乙", "丁"]),
        ("(甲(乙(丙)丁)戊)", ["(甲(乙(丙)丁)戊)", "(乙(丙)丁)", "(丙)"], ["甲戊", "乙丁", "丙"]),
        ("((甲)", ["(甲)"], ["甲"]),
        ("(甲))", ["(甲)"], ["甲"]),
        ("(甲[乙)丙]", ["(甲[乙)"], ["甲[乙"]),
        ("(甲】乙)", ["(甲】乙)"], ["甲】乙"]),
        ("(甲[乙(丙)丁)", ["(甲[乙(丙)丁)", "(丙)"], ["甲[乙丁", "丙"]),
    ],
)
def test_nested_pairs_are_judged_apart(text: str, expected: list[str], own: list[str]) -> None:
    """A remark would go because of the text in a bracket inside it."""
    assert shown(text) == expected
    assert own_texts(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "看[这里](http://a.cn/b)",
        "![图](a.png)",
        "脚注[^1]",
        "[^注]: 甲",
        "[甲](乙)",
        "看[这里][1]",
        "看[这里][]",
        "![图][1]",
        "![图]",
        "[这里]: http://a.cn/b",
        "> - [这里]: http://a.cn/b",
        "见[[甲]]一节",
        "{{甲|乙}}",
        "{{{甲}}}",
        "[[甲]][[乙]]",
        "字符类[:alpha:]",
        "\\section{甲}",
        "\\section*{甲}",
        "\\item[甲]",
        "\\href{甲}[乙]{丙}",
        "  title = {甲},",
        "x_{甲}",
        "${甲}",
        '["甲"]',
        "['甲', '乙']",
        'd["甲"]',
        'f("甲")',
        '{"甲": "乙"}',
        '{ "甲" : ["乙"], \'丙\': {"丁": 1}}',
    ],
)
def test_brackets_of_markup_are_no_parentheticals(text: str) -> None:
    """A link would lose its address or its text, a command its argument, a program its data."""
    assert pairs(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"甲": "雨停了,(乙),街上"}', ["(乙)"]),
        ('雨停了("甲"),街上', ['("甲")']),
        ("雨停了,[“甲”],街上", ["[“甲”]"]),
        ("雨停了[甲]:街上", ["[甲]"]),
        ("雨停了{甲}{乙}街上", ["{甲}", "{乙}"]),
        ("［［甲］］", ["［［甲］］", "［甲］"]),
        ("（（甲））", ["（（甲））", "（甲）"]),
        ("[甲【乙】]", ["[甲【乙】]", "【乙】"]),
        ("C:\\目录{甲}", ["{甲}"]),
    ],
)
def test_what_only_looks_like_markup_is_a_parenthetical(text: str, expected: list[str]) -> None:
    """An ad could hide in brackets that no syntax has, or inside a string of JSON."""
    assert shown(text) == expected


@pytest.mark.parametrize("text", ["[甲] (乙)", "［甲］（乙）", "【甲】(乙)", "[甲]（乙）"])
def test_only_half_width_brackets_that_touch_are_markdown(text: str) -> None:
    """An ad could hide behind any other bracket."""
    assert len(pairs(text)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雨停了,(甲),街上", "alone"),
        ("雨停了，（甲），街上", "alone"),
        ("雨停了。(甲)。", "alone"),
        ("雨停了;(甲)、街上", "alone"),
        ("(甲),街上", "alone"),
        ("雨停了,(甲)", "alone"),
        ("雨停了,(甲)\n街上", "alone"),
        ("雨停了.(甲),街上", "alone"),
        ("渡口公司 Inc.(甲),街上", "glued"),
        ("见附录1.(甲),街上", "glued"),
        ("雨停了, (甲) ,街上", "alone"),
        ("雨停了，\u3000（甲）\u200b，街上", "alone"),
        ("“(甲),街上”", "alone"),
        ("“雨停了,(甲)”", "alone"),
        ("雨停了(甲)街上", "glued"),
        ("雨停了(甲),街上", "glued"),
        ("雨停了,(甲)街上", "glued"),
        ("雨停了 (甲) 街上", "glued"),
        ("“雨停了”(甲),街上", "glued"),
        ("雨停了,(甲)“街上”", "glued"),
        ("(甲)街上", "glued"),
        ("v1.(甲),街上", "glued"),
        ("雨停了——(甲),街上", "glued"),
        ("雨停了(甲)", "tail"),
        ("雨停了(甲) \n街上", "tail"),
        ("雨停了（甲）\r\n街上", "tail"),
        ("(甲)", "line"),
        ("\n(甲)\n", "line"),
        ("\r\n(甲)\r\n", "line"),
        ("街上\r(甲)\r街上", "line"),
        ("【甲】街上", "heading"),
        ("街上\n【甲】街上", "heading"),
        ("- **【甲】** 街上", "heading"),
        ("1. 〖甲〗街上", "heading"),
        (f"{'*' * 12}【甲】街上", "heading"),
        (f"{'*' * 13}【甲】街上", "glued"),
        ("街上【甲】街上", "glued"),
        ("街上，【甲】街上", "glued"),
        ("〔甲〕街上", "glued"),
        ("\u3000\u3000(甲) \n街上", "line"),
    ],
)
def test_site(text: str, expected: str) -> None:
    """A gloss would be judged as if it stood between commas, or an ad as if it were a gloss."""
    assert sites(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雨停了,(甲)(乙),街上", ["alone", "alone"]),
        ("雨停了,(甲) 【乙】（丙）。", ["alone"] * 3),
        ("雨停了(甲)(乙),街上", ["glued", "glued"]),
        ("雨停了,(甲)(乙)街上", ["glued", "glued"]),
        ("雨停了(甲)(乙)", ["tail", "tail"]),
        ("(甲)(乙)\n街上", ["line", "line"]),
        ("雨停了(甲),(乙),街上", ["glued", "alone"]),
        ("【甲】【乙】街上", ["heading", "heading"]),
    ],
)
def test_a_chain_stands_where_its_ends_stand(text: str, expected: list[str]) -> None:
    """Two ads in a row would hide each other."""
    assert sites(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雨停了,((甲),街上),河边", ["alone", "alone"]),
        ("雨停了(街上,(甲)),河边", ["glued", "alone"]),
        ("雨停了((甲)街上),河边", ["glued", "glued"]),
        ("雨停了((甲)),河边", ["glued", "glued"]),
    ],
)
def test_a_nested_pair_is_alone_between_a_bracket_and_a_mark(text: str, expected: list[str]) -> None:
    """A planting inside an aside would stay: no author begins or ends an aside with a comma."""
    assert sites(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲`(乙)`丙", [True]),
        ("甲`乙`(丙)`丁`", [False]),
        ("```\n(甲)\n```\n(乙)", [True, False]),
        ("(甲)\n```\n(乙)\n\n(丙)", [False, True, True]),
        ("雨停了```街上\n(甲)", [False]),
        ("雨停了```街上```(甲)\n\n```\n(乙)\n```\n(丙)", [False, True, False]),
        ("~~~\n(甲)\n```\n(乙)\n~~~\n(丙)", [True, True, False]),
        ("````\n```\n(甲)\n```\n````\n(乙)", [True, False]),
        ("   ```py\r\n(甲)\r\n   ```  \r\n(乙)", [True, False]),
        ("    ```\n(甲)", [False]),
        ("``` 甲`乙\n(丙)", [False]),
        ("```\n(甲)\n``` 乙\n(丙)", [True, True]),
        ("甲``乙`(丙)``丁`戊", [True]),
        ("甲``乙`(丙)`丁", [True]),
        ("甲``(乙)`丙", [False]),
        ("甲`(乙)\n(丙)`", [False, False]),
        ("(甲)", [False]),
    ],
)
def test_code_is_known_as_code(text: str, expected: list[bool]) -> None:
    """A program in a Markdown file would be changed."""
    found = sorted(pairs(text))

    assert [Sites(text).is_code(pair) for pair in found] == expected


def test_the_pairs_inside_are_the_direct_ones() -> None:
    """A keep rule would protect too much or too little around the pair it means."""
    text = "(甲(乙[丙]){丁})"
    found = sorted(pairs(text))

    assert Sites(text).inside(found[0]) == [found[1], found[3]]
    assert Sites(text).inside(found[2]) == []
    below = Sites(f"一\n{text}").starting_at(2)
    assert below is not None
    assert below.inner == ((4, 10), (10, 13))


def test_every_bracket_has_a_kind() -> None:
    """A rule file could not name a bracket that texts have."""
    assert KIND == OPENERS | CLOSERS
    assert set(KINDS) == set(KIND.values())
    assert all(
        len(kind.openers) == len(kind.closers) and kind.name == kind.openers[0] + kind.closers[0] for kind in BRACKET_KINDS
    )


def test_what_is_a_link_does_not_depend_on_another_line() -> None:
    """A line would be judged differently alone than in its file."""
    assert shown("雨](甲)停") == shown("[\n雨](甲)停")


def naive_spans(text: str) -> list[Span]:
    """Match one bracket after the other: a closing one takes the nearest opener of its kind, and passes over others."""
    spans: list[Span] = []
    open_: list[int] = []
    for at, char in enumerate(text):
        if char in "\n\r":
            open_.clear()
        elif char in OPENERS:
            open_.append(at)
        elif char in CLOSERS:
            partners = [start for start in open_ if OPENERS[text[start]] == CLOSERS[char]]
            if partners:
                spans.append(Span(partners[-1], at + 1))
                open_ = [start for start in open_ if start < partners[-1]]
    return spans


def _inside(span: Span, spans: list[Span]) -> tuple[Span, ...]:
    within = [other for other in spans if span.start < other.start and other.end < span.end]
    return tuple(sorted(one for one in within if not any(two.start < one.start and one.end < two.end for two in within)))


@given(BRACKET_TEXTS)
def test_pairs_are_those_of_a_naive_search(text: str) -> None:
    """The quick search would find other pairs than a plain one."""
    spans = naive_spans(text)
    left = without_markup(text, [(span.start, span.end) for span in spans])

    assert pairs(text) == [Pair(*span, _inside(span, spans)) for span in spans if (span.start, span.end) in left]


@given(BRACKET_TEXTS)
def test_markup_is_told_by_the_nearest_characters_first(text: str) -> None:
    """A bracket of a link would be judged, because the characters right beside it were not looked at."""
    spans = [(span.start, span.end) for span in naive_spans(text)]

    assert {span for span in spans if not may_be_markup(text, *span)} <= without_markup(text, spans)


@given(
    st.lists(st.sampled_from(["```\n", "~~~~\n", "````\n", "(甲)\n", "甲`(乙)`\n", "``` py\n", "\n"]), max_size=12), st.data()
)
def test_blocks_of_a_text_have_the_code_of_the_whole(lines: list[str], data: st.DataObject) -> None:
    """Code in a file that is read in blocks would be cut, or an ad behind it spared."""
    cut = data.draw(st.integers(0, len(lines)))
    head, rest = "".join(lines[:cut]), "".join(lines[cut:])
    whole = read_code(head + rest)
    first, second = read_code(head), read_code(rest, fence_behind(head))

    def held(code: Code, start: int) -> set[int]:
        return {at + start for one, end in code.spans for at in range(one, end)}

    assert second.fence == whole.fence
    ends = {at for at, char in enumerate(head + rest) if char == "\n"}
    assert (held(first, 0) | held(second, len(head))) - ends == held(whole, 0) - ends


@given(BRACKET_TEXTS)
def test_every_pair_has_a_site_and_an_own_text(text: str) -> None:
    """A text could make judging fail."""
    found = pairs(text)
    standing = Sites(text)
    for pair in found:
        own = own_text(text, pair)
        assert isinstance(standing.of(pair), Site)
        assert len(own) == pair.end - pair.start - 2 - sum(end - start for start, end in pair.inner)
        assert not set(own) & set("\n\r")
