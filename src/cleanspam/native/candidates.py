"""The values that the compiled prefilter constructs, and what a scan makes of them."""

from typing import NamedTuple

# A stretch of a text in code points, end exclusive; and one with those directly inside it.
Bounds = tuple[int, int]
Nested = tuple[int, int, tuple[Bounds, ...]]


class Candidate(NamedTuple):
    """A pair that a rule could speak about."""

    start: int  # code points; of a text in bytes, of the text around it
    end: int
    lists: int  # narrow mask of the lists that its own text may have a word of
    is_alone: bool  # it may be
    opener: str
    left: str | None  # the character beside it, "" at an edge of the line, None where a look at bytes does not tell
    right: str | None
    inner: tuple[Bounds, ...]  # the pairs directly inside it


class CandidateInBytes(NamedTuple):
    """A pair of a text in bytes."""

    text: str  # so much of the text around it that rules need, without the pairs inside it
    candidate: Candidate


class TextCandidates(NamedTuple):
    """What a text in bytes has: None if it must be read, for it has thousands of pairs, or is a line that is no object."""

    number: int
    start: int  # bytes
    end: int
    candidates: list[CandidateInBytes] | None


class LinesToRead(NamedTuple):
    """Lines of JSON that have to be read, and how many line ends there are in all. Places are in bytes."""

    lines: list[tuple[int, int, int]]  # number, from 0, start, and end without the line end
    ends: int
