"""The values that the C module takes and returns."""

from cleanspam.model import NamedTuple

# A stretch of a text in code points, end exclusive.
Bounds = tuple[int, int]


class Pair(NamedTuple):
    """A matched pair: `start` at the opening bracket, `end` behind the closing one, and the pairs directly inside."""

    start: int
    end: int
    inner: tuple[Bounds, ...]


class MarkClasses(NamedTuple):
    """The characters that part a line: each string is a set."""

    stops: str  # end a sentence; a point behind two Han characters does so too
    quotes: str  # end a sentence behind a pause
    pauses: str
    closing: str  # belong to the sentence whose end they follow
    clause_marks: str  # except in https://
    frames: str
    kinds: tuple[tuple[str, str], ...]  # of brackets: openers and closers


class FoundMarks(NamedTuple):
    """The places of the marks of a line, in order."""

    bracket_starts: list[int]  # of the outer pairs of brackets, which hold at most one level of other pairs
    bracket_ends: list[int]
    end_starts: list[int]  # of the marks that end a sentence, with the closing marks behind; marks in brackets are left out
    end_ends: list[int]
    clause_marks: list[int]
    frames: list[int]
    edges: list[int]  # of brackets


class CompiledGate(NamedTuple):
    """A gate as the C module reads it: what a pair or a line must have before some rules can match."""

    needs: tuple[int, ...]  # masks of lists: the own text must have a word of each mask
    kinds: int  # a bit for each kind of bracket
    chars: int  # the classes of characters that the folded own text may have: bits of rulebook/matchable.py
    first: int  # the classes that its first character may have
    foreign: int  # the least number of characters that may be other than Han
    han: int  # the least number of characters that may be Han
    least: int  # the least number of characters
    most: int
    plain: int  # the least number of characters of addresses
    must: int  # the characters of which it has each, as bits like `chars`
    is_for_glued: bool
    is_for_first_line: bool
    is_for_lines: bool
    is_for_parts: bool
    is_for_links: bool
    is_for_apart: bool = False
    is_for_joined: bool = False
    twice: int = 0  # lists of which the own text must have words at two places each
    thrice: int = 0  # the same, three
    is_for_notes: bool = False
    before: int = 0  # lists of which the text close before a pair must have a word, by `times`; 0: it need not
    is_for_edges: bool = False  # only for the first line and the foot
    shares: tuple[tuple[int, int], ...] = ()  # of 100 Han characters so many are of an alphabet, given by its number
    is_for_stubs: bool = False  # only for lines that do not end like a sentence


class CharClasses(NamedTuple):
    """The characters that the C prefilter distinguishes. Each string is a set."""

    latin: str  # the characters of Latin words: a word of a list must not end amid them
    blanks: str
    before: str  # a lone pair has one of these before it
    behind: str
    kinds: tuple[tuple[str, str], ...]  # kinds of brackets: openers and closers
    han: tuple[Bounds, ...]  # blocks of characters that are surely Han: the first and the last of each
    marks: tuple[Bounds, ...]  # the same for characters beyond ASCII that are surely not Han
    named: str  # marks with a bit of their own
    ends: str  # marks that end sentences and clauses
    frames: str  # marks that frame a part of a line
    prose: str  # marks that hide nothing behind a word
    joints: str  # marks that join parts of titles
    usual: str  # folded Han characters of which noise has few


class LineLimits(NamedTuple):
    """The lengths, in code points, that limit the parts of a text that rules about lines may match."""

    longest: int  # of a line or a part of a line
    heading: int  # of the heading above links
    links: int  # from the heading to the text's end
    foot: int  # the number of last lines that are the foot of a text
    usual: int  # the most usual characters among so many of noise as its shortest run has
    different: int  # the fewest different ones among as many


class Candidate(NamedTuple):
    """A pair of brackets that a rule could match."""

    start: int  # code points
    end: int
    gates: int  # a bit for each gate of the prefilter that the pair passes
    is_alone: bool  # whether the pair may stand alone
    opener: str
    left: str  # the character beside it, "" at an edge of the line
    right: str
    inner: tuple[Bounds, ...]  # the pairs directly inside it


class LinesToRead(NamedTuple):
    """The lines of JSON that must be decoded, and the number of all line ends. Places are in bytes."""

    lines: list[tuple[int, int, int]]  # number, from 0, start, and end without the line end
    ends: int
