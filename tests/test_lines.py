"""Lines are found, with their places in the text."""

import pytest

from cleanspam.model import Site
from cleanspam.text.lines import Line, lines_at, links_from


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
