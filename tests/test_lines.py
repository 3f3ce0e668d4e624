"""Lines are found with their place in the text, and notes behind the last sentences of a line."""

import pytest

from cleanspam.model import Site, Span
from cleanspam.text.lines import Line, is_closed, is_noted, lines_at, links_from, notes_in, parts_at, sentence_at, sentences_of


def lines(text: str, *words: str) -> list[tuple[str, str]]:
    """Return the lines that hold the words, and their sites."""
    return [(text[one.start : one.end], one.site.value) for one in lines_at(text, sorted(text.index(word) for word in words))]


def test_a_line_is_named_once_without_its_blanks() -> None:
    """A line with two words of a list would be judged and counted twice."""
    assert lines("甲甲\n　　乙丙 \n丁丁\n戊\n己\n庚", "乙", "丙") == [("乙丙", "whole")]


@pytest.mark.parametrize(("word", "site"), [("甲", "head"), ("乙", "whole"), ("戊", "foot"), ("己", "foot"), ("庚", "foot")])
def test_the_head_and_the_foot_are_told_apart(word: str, site: str) -> None:
    """A rule about the head of a page would cut lines amid it."""
    assert lines("\n甲甲\n乙\n丁\n戊\n己\n\n庚\n", word) == [(lines("\n甲甲\n乙\n丁\n戊\n己\n\n庚\n", word)[0][0], site)]


def test_the_only_line_of_a_text_is_its_head() -> None:
    """Four queries glued to a text of one paragraph would never be flagged."""
    assert lines("甲甲", "甲") == [("甲甲", "head")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(end: str) -> None:
    """The cut of a line in a file of Windows would take its neighbours."""
    assert lines(end.join(["甲甲", "乙乙", "丙丙", "丁", "戊", "己"]), "乙") == [("乙乙", "whole")]


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
    [whole] = lines_at(line, [0])
    assert next(line[one.start : one.end] for one in notes_in(line, whole)) == note
    assert next(notes_in(line, whole)).site is Site.NOTE


def test_a_line_without_a_sentence_end_has_no_note() -> None:
    """Where the text ends and the note begins could not be told."""
    [whole] = lines_at("他走了请记住青竹馆", [0])
    assert [*notes_in("他走了请记住青竹馆", whole)] == []


def test_a_point_in_an_address_ends_no_sentence() -> None:
    """www.青竹.com would be cut in the middle."""
    text = "他走了。请看www.example.com吧"
    [whole] = lines_at(text, [0])
    assert [text[one.start : one.end] for one in notes_in(text, whole)] == ["请看www.example.com吧"]


def test_the_sentence_around_a_word_is_told() -> None:
    """A flag would name the whole paragraph."""
    text = "他走了。请记住青竹馆！天黑了。"
    [whole] = lines_at(text, [0])
    one = sentence_at(text, whole, text.index("青"))
    assert text[one.start : one.end] == "请记住青竹馆！"


def test_a_sentence_with_its_words_in_a_bracket_alone_is_the_texts_own() -> None:
    """[a site's note]and the text behind it would be cut together."""
    text = "[青竹小说网]他走了"
    assert not is_noted(text, Span(0, len(text)), [1])
    assert is_noted("[青竹小说网] www.example.la", Span(0, 21), [1])
    assert is_noted("青竹小说网(好)", Span(0, 8), [0])


def test_a_short_first_sentence_counts_and_a_short_later_one_does_not() -> None:
    """天黑了。 in front of a note would go along with it."""
    text = "天黑了。请到青竹小说网来看全文。多谢！"
    [whole] = lines_at(text, [0])
    assert [text[slice(*one)] for one in sentences_of(text, whole)] == ["天黑了。", "请到青竹小说网来看全文。"]


def test_a_call_may_go_along_and_a_short_sentence_may_not() -> None:
    """He sat down. would go along with the note before it."""
    text = "请到青竹小说网来看全文。他坐下。请收藏！"
    [whole] = lines_at(text, [0])
    assert [text[slice(*one)] for one in sentences_of(text, whole)] == ["请到青竹小说网来看全文。", "他坐下。"]


def test_a_mark_in_a_bracket_ends_no_sentence_of_the_line() -> None:
    """The text's own words before ［请点击下一页！］ would be cut along with it."""
    text = "暗影 ...  ［青竹未完，请翻页！］"
    [whole] = lines_at(text, [0])
    assert [text[slice(*one)] for one in sentences_of(text, whole)] == [text]


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
    [whole] = lines_at(text, [0])
    parts = {text[one.start : one.end]: one for one in parts_at(text, whole, text.index(word))}
    assert is_closed(text, parts[part]) is is_certain


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("天亮了。\n更多报道\n竹子开花\n\n灯笼上市\n", "更多报道\n竹子开花\n\n灯笼上市"),
        ("天亮了。\n更多报道\n竹子开花了。\n", None),
        ("天亮了。\n更多报道\n", None),
        ("天亮了。\n更多报道" + "\n竹子开花" * 13, None),
    ],
)
def test_a_list_of_links_reaches_to_the_end_and_has_no_sentence(text: str, links: str | None) -> None:
    """The last paragraphs of an article would be cut as links."""
    one = links_from(text, Line(5, 9, Site.WHOLE))
    assert (one and text[one.start : one.end]) == links
