"""HTML: plantings go out of the text that a reader sees; markup, entities, scripts and code stay byte for byte."""

import io
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanspam import Cleaner, CleanspamError, load_rules
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect
from cleanspam.corpus.restore import splice
from cleanspam.formats.html import HtmlFormat, read_page, read_tokens
from cleanspam.formats.registry import SUFFIXES, FileType, detect_type, make_format, read_suffixes

AD = "(天猫网店货源一件代发)"
CLEANER = Cleaner(load_rules())


def clean(source: str, encoding: str = "utf-8") -> tuple[str, ChunkResult]:
    piece = source.encode(encoding)
    chunk = ChunkEditor(HtmlFormat(encoding), CLEANER, Collect(cut_records=True))(piece)
    return chunk.of(piece).decode(encoding), chunk.result


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"<p>渡口的老人摇船,{AD},从没有收过钱。</p>", "<p>渡口的老人摇船,从没有收过钱。</p>"),
        (
            f"<P class='a'\n id=b>渡口的<b>老人</b>摇船,{AD},从没有收过钱。",
            "<P class='a'\n id=b>渡口的<b>老人</b>摇船,从没有收过钱。",
        ),
        ("渡口的老人摇船,(<b>天猫网店</b>货源一件代发),从没有收过钱。", "渡口的老人摇船,<b></b>从没有收过钱。"),
        (
            "渡口的老人摇船,&#xff08;天猫网店货源一件代发&#65289;,从没有&nbsp;收过&amp;。",
            "渡口的老人摇船,从没有&nbsp;收过&amp;。",
        ),
        (f"<ul>\n  <li>渡口的\n老人摇船,{AD},从没有收过钱。\n</ul>", "<ul>\n  <li>渡口的\n老人摇船,从没有收过钱。\n</ul>"),
    ],
)
def test_a_planting_goes_and_markup_stays(source: str, expected: str) -> None:
    """Spam of infected pages would stay, or a tag be broken."""
    assert clean(source)[0] == expected


@pytest.mark.parametrize(
    "source",
    [
        f"<script>var a='摇船,{AD},从没有。';if(a<b){{}}</script>",
        f"<style>/* 摇船,{AD},从没有。 */</style>",
        f"<pre>摇船,{AD},从没有。</pre><code>摇船,{AD},从没有。</code><textarea>摇船,{AD},从没有。</textarea>",
        f"<img alt='摇船,{AD},从没有。'><a href='摇船,{AD},从没有。'>船</a>",
        f"<!-- 摇船,{AD},从没有。 --><!doctype x '摇船,{AD},从没有。'>",
        f"渡口的老人摇船,{AD},从没有收过钱。<!-- cleanspam: keep -->",
        "<ruby>漢<rp>(</rp><rt>天猫网店货源一件代发</rt><rp>)</rp></ruby>",
    ],
)
def test_what_is_no_text_stays(source: str) -> None:
    """A script, a style, an example of code or an attribute would be cut."""
    assert clean(source)[0] == source


def test_blocks_end_a_line_and_inline_elements_do_not() -> None:
    """A word would be split where it is only emphasised, or two paragraphs be read as one line."""
    assert read_page("<p>甲<i>乙</i>丙</p><p>丁<br>戊</p>").text == "\n甲乙丙\n丁\n戊\n"


def test_a_finding_has_its_place_in_the_source() -> None:
    """A report would name a line of the extracted text, which the user does not have."""
    source = f"<html>\n<body>\n<p>船\n<b>渡口</b>的老人摇船,{AD},从没有收过钱。</p>"
    (found,) = ChunkEditor(HtmlFormat(), CLEANER, Collect(findings=True))(source.encode()).result.located

    assert source.split("\n")[found.line - 1][found.column - 1 :].startswith(AD)


MARKUP = [
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "<br/>",
    "&nbsp;",
    "&lt;",
    "&",
    "<",
    ">",
    "<!--",
    "-->",
    "<a href='(代发)'>",
    "</a>",
    "\n",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*MARKUP, "船,", AD, ",钱。", "<script>", "</script>", "<pre>", "</pre>"]), max_size=14))
def test_cuts_of_any_page_can_be_put_back(parts: list[str]) -> None:
    """A byte would be lost, or a tag."""
    source = "".join(parts)
    left, result = clean(source, "gb18030")
    whole = io.BytesIO()
    splice(io.BytesIO(left.encode("gb18030")), whole, ((record, False, True) for record in result.cut_records), "gb18030")

    assert whole.getvalue() == source.encode("gb18030")
    assert tags(left) == tags(source)


def tags(source: str) -> list[str]:
    """Return the markup of a page as it is written."""
    return [source[token.start : token.end] for token in read_tokens(source) if not token.is_text]


@pytest.mark.parametrize(
    "part",
    ["<!--", "<a ", "</", "<!", "<![", "<?", "&", "&#", '<a href="', "<", "<a<", "<script>", "<pre>", "<p>", "<a ='", "&amp;"],
)
def test_broken_pages_take_time_as_they_are_long(part: str) -> None:
    """A hostile page could stop the run, if an unclosed element were searched again for each of its parts."""
    began = time.process_time()
    read_page(part * 50_000)

    assert time.process_time() - began < 5


def test_suffixes_of_texts_and_pages_are_known() -> None:
    """Most text files of a site would be passed over."""
    for suffix in ("txt", "text", "log", "srt", "rst", "md", "markdown"):
        assert detect_type(f"a.{suffix.upper()}.gz") == FileType("text", "gzip")
    for suffix in ("html", "htm", "xhtml"):
        assert detect_type(f"a.{suffix}") == FileType("html", "")
    assert make_format("html").name == "html"


def test_a_user_has_suffixes_of_his_own() -> None:
    """A corpus with its own suffixes could only be read with one format for all files."""
    own = read_suffixes({".foo": "text", ".TXT": "jsonl"})

    assert detect_type("a.FOO.xz", None, own) == FileType("text", "xz")
    assert detect_type("a.txt", None, own) == FileType("jsonl", "")
    for wrong, said in (
        ({"foo": "text"}, 'write it like ".foo"'),
        ({".gz": "text"}, "is no suffix"),
        ({".a": "b"}, "unknown format 'b'"),
    ):
        with pytest.raises(CleanspamError, match=re.escape(said)):
            read_suffixes(wrong)


@pytest.mark.parametrize("page", ["corpora.md", "corpora.zh-CN.md"])
def test_every_suffix_is_in_the_docs(page: str) -> None:
    """Nobody would know why a file is passed over."""
    text = (Path(__file__).parents[1] / "docs" / page).read_text(encoding="utf-8")

    assert [suffix for suffixes in SUFFIXES.values() for suffix in suffixes if f"`{suffix}`" not in text] == []
