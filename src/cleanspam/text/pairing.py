"""The kinds of brackets, and the lines that hold them: no pair crosses a line end."""

import re
from typing import NamedTuple


class BracketKind(NamedTuple):
    """A kind of bracket: its name, and its openers and closers in all widths. Any opener pairs with any closer.

    All code derives its brackets from these rows. A new kind must also be entered in `is_stop` of native/_native.c.
    """

    name: str
    openers: str
    closers: str
    is_markups: bool = False  # markup and programs have it, too, and may leave it empty
    is_headlines: bool = False  # at a line's start it holds a headline


# Half and full width are one kind: scraped text often has one side normalised. So are the small, the vertical and the white
# forms that other converters leave, and the ornate ones of who would not be found. ⟨⟩ are none: 〈〉 of titles become them.
BRACKET_KINDS = (
    BracketKind("()", "(（﹙︵⦅｟❨❪⟮﴾", ")）﹚︶⦆｠❩❫⟯﴿"),
    BracketKind("[]", "[［﹇〚⟦", "]］﹈〛⟧", is_markups=True),
    BracketKind("{}", "{｛﹛︷❴", "}｝﹜︸❵", is_markups=True),
    BracketKind("【】", "【︻", "】︼", is_headlines=True),
    BracketKind("〔〕", "〔﹝︹〘❲⦗", "〕﹞︺〙❳⦘"),
    BracketKind("〖〗", "〖︗", "〗︘", is_headlines=True),
)
KINDS = tuple(kind.name for kind in BRACKET_KINDS)
KIND = {char: kind.name for kind in BRACKET_KINDS for char in kind.openers + kind.closers}
OPENERS = "".join(kind.openers for kind in BRACKET_KINDS)
CLOSERS = "".join(kind.closers for kind in BRACKET_KINDS)
# In the next code points str.find looks for each line end by itself, in a tenth of the time of a pattern. Further away one of
# them may be a whole text off.
_NEAR = 1000
_LINE_END_RE = re.compile(r"[\n\r]")


def line_start(text: str, at: int) -> int:
    """Return where the line that holds `at` begins."""
    start = text.rfind("\n", 0, at) + 1
    return max(start, text.rfind("\r", start, at) + 1)  # a search for \r alone would go back through a whole text without one


def line_end(text: str, start: int) -> int:
    """Return where the line that holds `start` ends."""
    near = start + _NEAR
    end = text.find("\n", start, near)
    feed = text.find("\r", start, end if end >= 0 else near)
    if feed >= 0 or end >= 0:
        return feed if feed >= 0 else end
    found = _LINE_END_RE.search(text, near)
    return found.start() if found else len(text)
