"""Bracket kinds, and the edges of lines: no pair crosses a line end."""

from cleanspam.model import NamedTuple
from cleanspam.text.latepattern import late_pattern


class BracketKind(NamedTuple):
    """A kind of bracket: its name, and its openers and closers in all widths. Any opener pairs with any closer.

    All code derives its brackets from these rows. A new kind must also be entered in `is_stop` of native/_native.c.
    """

    name: str
    openers: str
    closers: str
    is_markups: bool = False  # markup and programs use the kind too, and may leave it empty
    is_headlines: bool = False  # at a line's start the kind holds a headline


# Half and full width are one kind: scraped text often has one side normalised. The small, vertical and white forms, which
# other converters leave, belong to the kind too, and the ornate forms of spammers. ⟨⟩ do not: converters make them of 〈〉.
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
# Within this distance str.find searches each kind of line end, in a tenth of the time of a pattern. Without a limit a kind
# that the text lacks would be searched through the whole text.
_NEAR = 1000
_LINE_END_RE = late_pattern(r"[\n\r]")


def line_start(text: str, at: int) -> int:
    """Return the start of the line that holds `at`."""
    start = text.rfind("\n", 0, at) + 1
    return max(start, text.rfind("\r", start, at) + 1)  # from `start` on: a text without \r would be searched as a whole


def line_end(text: str, start: int) -> int:
    """Return the end of the line that holds `start`."""
    near = start + _NEAR
    end = text.find("\n", start, near)
    feed = text.find("\r", start, end if end >= 0 else near)
    if feed >= 0 or end >= 0:
        return feed if feed >= 0 else end
    found = _LINE_END_RE.search(text, near)
    return found.start() if found else len(text)
