"""The values that all rooms share: spans, sites, findings, cuts."""

from enum import Enum

from cleanspam.named import NamedTuple


class Span(NamedTuple):
    """A range of a text in code points, end exclusive."""

    start: int
    end: int


class Site(str, Enum):
    """The place of a parenthetical or a line in its text."""

    ALONE = "alone"  # not attached to a word on either side
    GLUED = "glued"  # attached to a word
    TAIL = "tail"  # attached to a word on the left; on the right the line ends
    LINE = "line"  # a line of its own
    HEADING = "heading"  # in 【】 or 〖〗 at a line's start, with text behind: a headline
    READING = "reading"  # a reading behind its character
    # The sites of lines without brackets, and of their parts:
    WHOLE = "whole"  # a line that is neither head nor foot
    HEAD = "head"  # the first line
    FOOT = "foot"  # one of the last lines
    NOTE = "note"  # from the end of a sentence to the end of the line
    AMID = "amid"  # a sentence within a line
    PHRASE = "phrase"  # the text between two marks of a line
    JOINED = "joined"  # a part that a mark joins to the rest of the first line: 标题_关键词
    LINKS = "links"  # a short line and the titles below it, to the end of the text
    BESIDE = "beside"  # a line in a row with planted ones, at the head or the foot of the text


BRACKET_SITES = frozenset({Site.ALONE, Site.GLUED, Site.TAIL, Site.LINE, Site.HEADING})
LINE_SITES = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT, Site.NOTE, Site.AMID, Site.PHRASE, Site.JOINED, Site.LINKS})


NESTED = 16  # how deep findings inside each other are reported; a planting is one or two brackets deep


class Verdict(str, Enum):
    """What happens to a parenthetical or a line. KEEP outranks CUT, and CUT outranks FLAG."""

    KEEP = "keep"
    CUT = "cut"
    FLAG = "flag"
    NONE = "none"  # no rule matches, and the text stays


class Cut(NamedTuple):
    """A range taken out of a text, in code points of the original, with the text that stood there."""

    start: int
    end: int
    text: str


class Finding(NamedTuple):
    """A parenthetical, a line or a reading that rules matched, with their verdict."""

    start: int  # code points of the original text, brackets included
    end: int
    text: str  # the parenthetical as it stands there
    site: Site
    verdict: Verdict
    rules: tuple[str, ...]  # ids of the rules that decided


class Cleaning(NamedTuple):
    """A cleaned text, what was cut from the original, and the findings that say why."""

    text: str
    cuts: tuple[Cut, ...] = ()
    findings: tuple[Finding, ...] = ()
