"""The values that what is compiled is made of, and those that it returns."""

from typing import NamedTuple

# A stretch of a text in code points, end exclusive.
Bounds = tuple[int, int]


class Pair(NamedTuple):
    """A matched pair: `start` at the opening bracket, `end` behind the closing one, and the pairs directly inside."""

    start: int
    end: int
    inner: tuple[Bounds, ...]


class MarkClasses(NamedTuple):
    """The characters that part a line: each string is a set."""

    stops: str  # they end a sentence; so does a point behind two Han characters
    quotes: str  # these end one, too, behind a pause
    pauses: str
    closing: str  # what closes behind the end of a sentence belongs to it
    clause_marks: str  # but for those of https://
    frames: str
    kinds: tuple[tuple[str, str], ...]  # of brackets: openers and closers


class FoundMarks(NamedTuple):
    """The places of the marks of a line, in order."""

    bracket_starts: list[int]  # of the pairs of brackets that hold at most one level of others; those inside are left out
    bracket_ends: list[int]
    end_starts: list[int]  # of the marks that end a sentence, with what closes behind them; those in a bracket are left out
    end_ends: list[int]
    clause_marks: list[int]
    frames: list[int]
    edges: list[int]  # brackets


class CompiledGate(NamedTuple):
    """The needs that some rules have of a pair or a line, as the compiled prefilter reads them."""

    needs: tuple[int, ...]  # masks of lists: the own text must have a word of one list of each
    kinds: int  # a bit for each kind of bracket
    chars: int  # of which the folded own text is: bits, as rulebook/matchable.py gives them
    first: int  # of which its first one is
    foreign: int  # so many that are not surely Han, at least
    han: int  # so many that may be Han, at least
    least: int  # characters
    most: int
    is_for_glued: bool
    is_for_first_line: bool
    is_for_lines: bool
    is_for_parts: bool
    is_for_links: bool


class CharClasses(NamedTuple):
    """The characters that mean something to the compiled prefilter: each string is a set."""

    latin: str  # a word of a list does not end amid these
    blanks: str
    before: str  # what stands before a pair that is alone
    behind: str
    kinds: tuple[tuple[str, str], ...]  # of brackets: openers and closers
    han: tuple[Bounds, ...]  # blocks of characters that are surely Han, the first and the last of each
    marks: tuple[Bounds, ...]  # and of those that are surely not, beyond ASCII
    named: str  # marks with a bit of their own


class LineLimits(NamedTuple):
    """Lengths in code points that say what of a text a rule about lines may be about."""

    longest: int  # line, or part of one
    heading: int  # above links
    links: int  # between the heading and the text's end


class Candidate(NamedTuple):
    """A pair of brackets that a rule could match."""

    start: int  # code points; of a text in bytes, of the text around it
    end: int
    gates: int  # a bit for each gate of the prefilter that the pair passes
    is_alone: bool  # it may be
    opener: str
    left: str | None  # the character beside it, "" at an edge of the line, None where a look at bytes does not tell
    right: str | None
    inner: tuple[Bounds, ...]  # the pairs directly inside it


class CandidateInBytes(NamedTuple):
    """The same for a pair in a text that is still bytes."""

    text: str  # so much of the text around it that rules need, without the pairs inside it
    candidate: Candidate


class TextCandidates(NamedTuple):
    """The candidates of a text in bytes; None if the text must be decoded: it has thousands of pairs, or is no JSON object."""

    number: int
    start: int  # bytes
    end: int
    candidates: list[CandidateInBytes] | None


class LinesToRead(NamedTuple):
    """The lines of JSON that must be decoded, and the number of all line ends. Places are in bytes."""

    lines: list[tuple[int, int, int]]  # number, from 0, start, and end without the line end
    ends: int
