"""The parts of a line: they end at marks, and all sentences of a unit are looked at."""

import pytest

from cleanspam.model import Site, Span
from cleanspam.text.lines import Line, lines_at
from cleanspam.text.sentences import Sentences


def whole(text: str) -> Line:
    """Return a text of one line as that line."""
    [line] = lines_at(text, [0])
    return line


def sentences(text: str) -> Sentences:
    """Return the sentences of a text of one line."""
    return Sentences(text, whole(text))


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("他走了。请记住青竹馆", "请记住青竹馆"),
        ("“他走了。”请记住青竹馆！", "请记住青竹馆！"),
        ("他走了……  请记住青竹馆", "请记住青竹馆"),
        ("他走了（真的！）请记住青竹馆", "请记住青竹馆"),
    ],
)
def test_a_note_begins_behind_the_end_of_a_sentence(line: str, note: str) -> None:
    """The cut of a note would take the text's own words along."""
    assert next(line[one.start : one.end] for one in sentences(line).notes()) == note
    assert next(sentences(line).notes()).site is Site.NOTE


def test_a_line_without_a_sentence_end_has_no_note() -> None:
    """A part of the author's sentence would be taken for a note."""
    assert [*sentences("他走了请记住青竹馆").notes()] == []


@pytest.mark.parametrize(
    ("line", "stub"),
    [
        ("他走了。青竹馆", "青竹馆"),
        ("“他走了。”  【青竹馆】", "【青竹馆】"),
        ("他走了。青竹馆看www.example.com", "青竹馆看www.example.com"),
        ("他走了。青竹馆。", None),
        ("他走了。（青竹馆！）", None),
        ("他走了青竹馆", None),
        ("他走了。" + "竹" * 80, None),
    ],
)
def test_a_stub_is_short_and_stands_where_a_line_does_not_end_like_a_sentence(line: str, stub: str | None) -> None:
    """The last sentence of each paragraph would be asked about."""
    found = sentences(line).stub()
    assert (found and line[found.start : found.end]) == stub


def test_a_point_in_an_address_ends_no_sentence() -> None:
    """www.青竹.com would be cut in the middle."""
    text = "他走了。请看www.example.com吧"
    assert [text[one.start : one.end] for one in sentences(text).notes()] == ["请看www.example.com吧"]


def test_the_sentence_around_a_word_is_told() -> None:
    """A flag would name the whole paragraph."""
    text = "他走了。请记住青竹馆！天黑了。"
    one = sentences(text).at(text.index("青"))
    assert text[one.start : one.end] == "请记住青竹馆！"


def test_a_sentence_with_its_words_in_a_bracket_alone_is_the_texts_own() -> None:
    """[a site's note]and the text behind it would be cut together."""
    text = "[青竹小说网]他走了"
    assert not sentences(text).is_noted(Span(0, len(text)), [1])
    assert sentences("[青竹小说网] www.example.la").is_noted(Span(0, 21), [1])
    assert sentences("青竹小说网(好)").is_noted(Span(0, 8), [0])


def test_what_stands_outside_of_a_units_brackets_is_told() -> None:
    """Of a note in a bracket and a sentence behind it, the words of both would count for the note."""
    text = "请看[青竹小说网]他走了，[1]。"
    assert [text[slice(*one)] for one in sentences(text).outside_brackets(whole(text))] == ["请看", "他走了，"]
    assert sentences("请看青竹小说网").outside_brackets(whole("请看青竹小说网")) == []


def test_a_short_first_sentence_counts_and_a_short_later_one_does_not() -> None:
    """天黑了。 in front of a note would go along with it."""
    text = "天黑了。请到青竹小说网来看全文。多谢！"
    assert [text[slice(*one)] for one in sentences(text).within(whole(text))] == ["天黑了。", "请到青竹小说网来看全文。"]


def test_a_call_may_go_along_and_a_short_sentence_may_not() -> None:
    """He sat down. would go along with the note before it."""
    text = "请到青竹小说网来看全文。他坐下。请收藏！"
    assert [text[slice(*one)] for one in sentences(text).within(whole(text))] == ["请到青竹小说网来看全文。", "他坐下。"]


def test_a_mark_in_a_bracket_ends_no_sentence_of_the_line() -> None:
    """The text's own words before ［请点击下一页！］ would be cut along with it."""
    text = "暗影 ...  ［青竹未完，请翻页！］"
    assert [text[slice(*one)] for one in sentences(text).within(whole(text))] == [text]


@pytest.mark.parametrize(
    ("text", "word", "part", "is_certain"),
    [
        ("他走了。请记住青竹馆！天黑了。", "记住", "请记住青竹馆！", True),
        ("他走了。看看竹子，别忘了收藏青竹馆，天黑了", "收藏", "别忘了收藏青竹馆", True),
        ("他走了#请搜青竹馆#天黑了", "搜", "#请搜青竹馆#", True),
        ("他走了#请搜青竹馆天黑了", "搜", "他走了#请搜青竹馆天黑了", True),
        ("他走了 请记住青竹馆 天黑了", "记住", "他走了 请记住青竹馆 天黑了", True),
    ],
)
def test_parts_of_a_line_lie_between_marks(text: str, word: str, part: str, is_certain: bool) -> None:
    """The cut of a note amid a line would begin in the words before it, or end in those behind."""
    parts = {text[one.start : one.end]: one for one in sentences(text).parts_at(text.index(word))}
    assert sentences(text).is_closed(parts[part]) is is_certain


def test_a_clause_may_begin_with_the_mark_that_closes_a_quotation() -> None:
    """The 」 of the text's own words would go with the note behind it."""
    text = "「走吧～」请记住青竹馆的新地址，天黑了"
    part = next(one for one in sentences(text).parts_at(text.index("记")) if one.site is Site.PHRASE)
    assert [text[slice(*one)] for one in sentences(text).within(part)] == ["」", "请记住青竹馆的新地址"]


def test_what_splits_a_bracket_is_no_part() -> None:
    """The author's words behind the bracket of 【某某网，请记住】他走了 would be cut."""
    text = "【青竹馆，请记住】他走了，天黑了"
    assert [text[one.start : one.end] for one in sentences(text).parts_at(text.index("记"))] == [text]


def test_a_stretch_that_marks_frame_is_a_part_of_its_line() -> None:
    """#请记住青竹馆# amid a paragraph would be judged with the sentence around it, as soon as another mark stands before."""
    text = f"#{'雨一直下，' * 20}他说#请记住青竹馆#就走了"
    assert "#请记住青竹馆#" in [text[one.start : one.end] for one in sentences(text).parts_at(text.index("青"))]


@pytest.mark.parametrize(
    ("text", "is_closed"),
    [("请记住青竹馆，他走了", True), ("请记住青竹馆", True), ("请记住青竹馆他走了", False), ("请记住青竹馆：他走了", False)],
)
def test_a_part_ends_where_a_mark_shows_it(text: str, is_closed: bool) -> None:
    """The first word of an author would go with a note that runs into it."""
    assert sentences(text).is_closed(Line(0, 6, Site.PHRASE)) is is_closed


def test_a_sentence_is_told_without_the_blanks_around_it() -> None:
    """A cut would take the blank that parts two of the author's sentences."""
    text = "他走了。 请记住青竹馆！ 天黑了。"
    one = sentences(text).at(text.index("青"))
    assert text[one.start : one.end] == "请记住青竹馆！"


def test_the_ends_of_a_unit_are_apart_if_it_has_more_characters() -> None:
    """A short note would need a word at each end, although it has room for only one."""
    four, five = "天a黑b了c。", "天a黑b了c吗。"
    assert sentences(four).far_ends(whole(four), 3) == ()
    assert sentences(five).far_ends(whole(five), 3) == ("天a黑b了", "黑b了c吗。")


@pytest.mark.parametrize(("length", "left"), [(8, 1), (9, 2)])
def test_a_call_has_eight_characters_at_most(length: int, left: int) -> None:
    """A sentence of the author's would pass for a call such as 请收藏！, and be cut with the note."""
    text = f"请记住青竹馆的网址。{'走' * (length - 1)}！"
    assert len([*sentences(text).within(whole(text))]) == left


@pytest.mark.parametrize(("before", "is_framed"), [(59, True), (60, False)])
def test_a_frame_begins_at_most_sixty_characters_before_a_word(before: int, is_framed: bool) -> None:
    """Two marks far apart in a paragraph would be taken for the frame of a note."""
    text = f"他说#{'走' * before}青竹馆#天黑了"
    parts = [text[one.start : one.end] for one in sentences(text).parts_at(text.index("青"))]
    assert (text[2:-3] in parts) is is_framed


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("书屋www。example。com", ["书屋www。example。com"]),
        ("下载http://example.com/?source=1", ["下载http://example.com/?source=1"]),
        ("他用Python。Java也会。", ["他用Python。", "Java也会。"]),
        ("你去com。company不去。", ["你去com。", "company不去。"]),
    ],
)
def test_the_points_of_a_disguised_address_end_no_sentence(text: str, sentences: list[str]) -> None:
    """Each piece of the address would be a sentence without a rule's word, and the note would stay."""
    line = Line(0, len(text), Site.WHOLE)
    assert [text[start:end] for start, end in Sentences(text, line).within(line)] == sentences


def test_a_clause_with_marks_of_half_width_is_a_part_too() -> None:
    """A planted 办青竹证,咨询微/Q:5527019 would be seen only in pieces, none of which has the trade and the account."""
    text = "他走了，办青竹证,咨询微/Q:5527019，天黑了。"
    parts = {text[one.start : one.end] for one in sentences(text).parts_at(text.index("青"), frozenset({Site.PHRASE}))}
    assert parts == {"办青竹证", "办青竹证,咨询微/Q:5527019"}


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("他走了。《飞机@qz5527》天黑了", "《飞机@qz5527》"),
        ("他走了。「賴ID：qz5527」天黑了", "「賴ID：qz5527」"),
        ("他走了「『薇』——55270138」天黑了", "「『薇』——55270138」"),
    ],
)
def test_a_quoted_account_behind_a_mark_is_a_part(line: str, quoted: str) -> None:
    """The account would be judged with the author's sentence around it, and stay."""
    assert quoted in [line[one.start : one.end] for one in sentences(line).parts_at(line.index(quoted) + 3)]


@pytest.mark.parametrize(
    "line", ["她说「賴ID：qz5527」就走了", "她說，「賴ID：qz5527」", "他走了，「賴www.qz5527.com」", "好。「天黑了」了"]
)
def test_what_somebody_says_or_a_sites_name_is_no_quoted_account(line: str) -> None:
    """A dialogue would lose what its speaker says."""
    found = [line[one.start : one.end] for one in sentences(line).parts_at(line.index("「") + 2) if one.site is Site.AMID]
    assert [part for part in found if part.startswith("「") and part.endswith("」")] == []
