"""Entities: brackets and characters that a text writes as in HTML, like &#40;."""

import json
from array import array

import pytest

from cleanspam import Cleaner, load_rules
from cleanspam.text.cut import restore
from cleanspam.text.entities import read_entities

CLEANER = Cleaner(load_rules())
CLEANED = "他推开门走了进去，屋里很暗。"


@pytest.mark.parametrize(
    "planted",
    [
        "&#65288;一秒记住本站网址&#65289;",
        "&#xFF08;一秒记住本站网址&#XFF09;",
        "&#12304;本章未完，请点击下一页&#12305;",
        "&lpar;一秒记住本站网址&rpar;",
        "（&#19968;&#31186;&#35760;&#20303;本站网址）",
        "(加&#24494;&#20449;：qz55271领资料)",
    ],
)
def test_a_planting_spelled_with_entities_is_cut_whole(planted: str) -> None:
    """The cut would begin or end inside an entity, and leave half an entity that nobody can read."""
    text = f"他推开门走了进去{planted}，屋里很暗。"
    cleaning = CLEANER.clean(text)
    assert cleaning.text == CLEANED
    assert [cut.text for cut in cleaning.cuts] == [planted]
    assert [finding.text for finding in CLEANER.findings(text)] == [planted]
    assert restore(cleaning.text, cleaning.cuts) == text


@pytest.mark.parametrize(
    "text",
    [
        "全角的括号写作 &#65288; 和 &#65289;，半角的不必。",
        "他推开门&nbsp;走了进去&amp;坐下&#10;&#38;&#60;&#1114112;&#55296;。",
        "没有&也没有&#。",
    ],
)
def test_a_text_about_entities_comes_back_as_it_is(text: str) -> None:
    """A lesson about HTML would lose its examples, or they would be replaced by the characters that they name."""
    assert CLEANER.clean(text).text is text


def test_the_scan_over_bytes_names_what_has_entities() -> None:
    """A file whose brackets are all entities would be passed over, although the same text alone is cleaned."""
    planted, plain = "他走了&#65288;一秒记住本站网址&#65289;，天黑了。", "他走了，天黑了。"
    data = [text.encode() for text in (plain, planted)]
    offsets = array("q", [0, len(data[0]), len(data[0]) + len(data[1])])
    scan = CLEANER.screen
    assert scan.is_suspect(planted)
    assert scan.suspect_texts(b"".join(data), offsets, 8) == [1]
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in (plain, planted)).encode()
    named = scan.suspects(lines)
    assert named is not None
    assert [line[0] for line in named[0]] == [1]


def test_places_of_the_read_text_are_found_in_the_original() -> None:
    """A cut would begin or end inside an entity."""
    text = "甲&#20057;丙&#65288;丁"
    read = read_entities(text)
    assert read is not None
    assert read.text == "甲乙丙（丁"
    assert [text[read.place(at) : read.place(at + 1)] for at in range(5)] == ["甲", "&#20057;", "丙", "&#65288;", "丁"]
