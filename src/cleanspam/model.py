"""The values that all rooms share: spans, sites, findings, cuts."""

from enum import Enum
from typing import NamedTuple


class Span(NamedTuple):
    """A range of a text in code points, end exclusive."""

    start: int
    end: int


class Site(str, Enum):
    """Where a parenthetical stands."""

    ALONE = "alone"  # not attached to a word on either side
    GLUED = "glued"  # attached to a word
    TAIL = "tail"  # attached on the left, the line ends on the right
    LINE = "line"  # a line of its own
    HEADING = "heading"  # in 【】 or 〖〗 at a line's start, text behind it: a headline of what follows
    READING = "reading"  # a reading behind the character that is read so
    # And where a line without brackets stands, or a part of one.
    WHOLE = "whole"  # a line amid the text
    HEAD = "head"  # its first line
    FOOT = "foot"  # one of its last lines
    NOTE = "note"  # behind the end of a sentence, to the end of the line
    AMID = "amid"  # a sentence among those of a line
    PHRASE = "phrase"  # what stands between two marks of a line
    LINKS = "links"  # a short line and the titles below it, to the end of the text


BRACKET_SITES = frozenset({Site.ALONE, Site.GLUED, Site.TAIL, Site.LINE, Site.HEADING})
LINE_SITES = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT, Site.NOTE, Site.AMID, Site.PHRASE, Site.LINKS})


NESTED = 16  # the most findings inside each other that are reported; a planting is one or two brackets deep


class Verdict(str, Enum):
    """What happens to a parenthetical or a line. KEEP outranks CUT, and CUT outranks FLAG."""

    KEEP = "keep"
    CUT = "cut"
    FLAG = "flag"
    NONE = "none"  # no rule matches: it stays


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
