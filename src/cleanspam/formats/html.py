"""HTML: judges the text between tags as a reader sees it. Tags, attributes, scripts, styles and code are never changed.

Block elements end a line of text, inline elements do not. An entity is judged as its character and keeps its spelling.
Python's own parser takes quadratic time for unclosed tags, and fails at some of them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from itertools import accumulate
from typing import BinaryIO, ClassVar

from cleanspam.formats.base import Edited, Editor, Eraser, Passage
from cleanspam.formats.blocks import read_whole, write_pieces
from cleanspam.model import NamedTuple, Span

_INLINE = frozenset(
    [
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "del", "dfn", "em", "font", "i", "ins", "label", "mark"),
        *("nobr", "q", "rb", "ruby", "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "wbr"),
    ]
)
_UNREAD = frozenset(  # elements without prose
    ["code", "kbd", "math", "pre", "samp", "script", "style", "svg", "template", "textarea", "var"]
)
_SILENT = frozenset(["rp", "rt", "rtc"])  # elements for readings above characters; their brackets are for old browsers
_RAW = frozenset(["iframe", "noembed", "noframes", "script", "style", "textarea", "xmp"])  # elements whose content has no tags
_OPENING_RE = re.compile(r"<(?:(?P<comment>!--|[!?]|/(?=[^A-Za-z]))|(?P<end>/)?(?P<tag>[A-Za-z][^ \t\r\n\f/>]*))")
_IN_TAG_RE = re.compile(r""">|=[ \t\r\n\f]*(?P<quote>["'])""")
_ENTITY_RE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_BLANKS = str.maketrans("\n\r\t", "   ")  # a line end in HTML text is a blank
_LINE_END, _OBJECT = "\n", "\ufffc"  # the characters for a block element and an image
_MARK = "cleanspam:"  # comments with this word are read


@dataclass(frozen=True, slots=True)
class HtmlFormat:
    """An HTML file, judged as one text."""

    encoding: str = "utf-8"
    name: str = "html"
    rewrites_records: ClassVar[bool] = False
    keeps_bytes: ClassVar[bool] = True
    member_per_write: ClassVar[bool] = True

    def fitted(self, head: bytes, encoding: str) -> "HtmlFormat":  # noqa: ARG002 (others look at the head)
        return self if encoding == self.encoding else replace(self, encoding=encoding)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the file as one piece, for the meaning of a tag depends on everything before it.

        Raises FormatError for a file of more than RECORD bytes.
        """
        return read_whole(source)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        eraser = Eraser(piece, self.encoding)
        eraser.check(editor)
        page = read_page(eraser.text)
        for start, end in editor.edit(Passage(page.text, 0, gaps=page.gaps, place=page.place)):
            eraser.take(page.source(start), page.source(end - 1, behind=True))
        return eraser.lines_result()

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        write_pieces(pieces, sink)


class Stretch(NamedTuple):
    """A part of a page's text, with its place in the source. An entity is one character of the text."""

    text: int
    start: int
    end: int
    is_entity: bool


class Page:
    """The text of a page, and the gaps in it that no cut removes."""

    def __init__(self, source: str) -> None:
        self.gaps: list[Span] = []  # in the text: tags, which are empty here, and characters that the source lacks
        self._source = source
        self._parts: list[str] = []
        self._stretches: list[Stretch] = []
        self._length = 0
        self._lines = [0, *accumulate(len(line) + 1 for line in source.split("\n")[:-1])]  # the start of each line

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(self, start: int, end: int, text: str = "") -> None:
        """Add a range of the source to the text; for an entity, its character."""
        if start == end:
            return
        self._stretches.append(Stretch(self._length, start, end, bool(text)))
        self._append(text or self._source[start:end].translate(_BLANKS))

    def pass_over(self, stand_in: str) -> None:
        """Add a gap for markup, and the text that represents it."""
        if stand_in == _LINE_END and self._parts[-1:] == [_LINE_END]:
            return
        self.gaps.append(Span(self._length, self._length + len(stand_in)))
        self._append(stand_in)

    def source(self, at: int, *, behind: bool = False) -> int:
        """Return the start or the end of a character's source. The character must not be in a gap."""
        stretch = self._stretches[bisect_right(self._stretches, at, key=lambda one: one.text) - 1]
        if stretch.is_entity:
            return stretch.end if behind else stretch.start
        return stretch.start + at - stretch.text + behind

    def place(self, at: int) -> tuple[int, int]:
        """Return the line and the column, from 0, of a character's source. The character must not be in a gap."""
        start = self.source(at)
        line = bisect_right(self._lines, start) - 1
        return line, start - self._lines[line]

    def _append(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)


def read_page(source: str) -> Page:
    """Return the text of a page.

    >>> read_page("<p>天<b>晴</b>了&amp;</p><script>x</script>").text
    '\\n天晴了&\\n￼'
    """
    page = Page(source)
    unread: list[str] = []  # open elements whose content is skipped
    for token in read_tokens(source):
        if token.tag:
            _take_tag(page, token, unread)
        elif unread:
            continue
        elif token.is_text:
            _take_text(page, source, token)
        else:
            spelled = source[token.start : token.end]
            page.pass_over(spelled if _MARK in spelled else "")
    return page


class Token(NamedTuple):
    """A token: a tag, a text, a comment, a declaration, or raw text such as a script."""

    start: int
    end: int
    tag: str = ""  # in small letters
    is_end: bool = False
    is_text: bool = False


def read_tokens(source: str) -> Iterator[Token]:
    """Yield the tokens of a page by the rules of the HTML standard. An unclosed token extends to the end.

    >>> [source[token.start : token.end] for source in ["a<b>c<!-- d"] for token in read_tokens(source)]
    ['a', '<b>', 'c', '<!-- d']
    """
    at = 0
    while at < len(source):
        opening = _OPENING_RE.search(source, at)
        start = opening.start() if opening else len(source)
        if start > at:
            yield Token(at, start, is_text=True)
        if not opening:
            return
        if opening["comment"]:
            at = _find_end(source, "-->" if opening["comment"] == "!--" else ">", opening.end())
            yield Token(start, at)
            continue
        tag, is_end = opening["tag"].lower(), bool(opening["end"])
        at = _find_tag_end(source, opening.end())
        yield Token(start, at, tag, is_end)
        if tag in _RAW and not is_end:
            closing = re.compile(f"</{tag}(?=[ \\t\\r\\n\\f/>])", re.IGNORECASE).search(source, at)
            end = closing.start() if closing else len(source)
            if end > at:
                yield Token(at, end)
            at = end


def _find_end(source: str, end: str, at: int) -> int:
    found = source.find(end, at)
    return found + len(end) if found >= 0 else len(source)


def _find_tag_end(source: str, at: int) -> int:
    """Return the end of the tag whose name ends at `at`. A quoted value may hold a `>`."""
    while part := _IN_TAG_RE.search(source, at):
        at = part.end()
        if part[0] == ">":
            return at
        if part["quote"]:
            at = _find_end(source, part["quote"], at)
    return len(source)


def _take_text(page: Page, source: str, token: Token) -> None:
    at = token.start
    for entity in _ENTITY_RE.finditer(source, token.start, token.end):
        char = unescape(entity[0])
        if len(char) == 1:
            page.add(at, entity.start())
            page.add(entity.start(), entity.end(), char)
            at = entity.end()
    page.add(at, token.end)


def _take_tag(page: Page, token: Token, unread: list[str]) -> None:
    if token.tag in _UNREAD or token.tag in _SILENT:
        if not token.is_end:
            unread.append(token.tag)
        elif token.tag in unread:
            del unread[unread.index(token.tag) :]
        if not unread:
            page.pass_over("" if token.tag in _SILENT else _OBJECT)
    elif not unread:
        page.pass_over("" if token.tag in _INLINE else _OBJECT if token.tag == "img" else _LINE_END)
