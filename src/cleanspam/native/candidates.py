"""The values that the compiled prefilter returns, and what a scan makes of them."""

from typing import NamedTuple

# A stretch of a text in code points, end exclusive; and one with those directly inside it.
Bounds = tuple[int, int]
Nested = tuple[int, int, tuple[Bounds, ...]]
# What a sieve reports of a pair: where it is, the lists (narrow) that its own text may have a word of, whether it may be alone,
# its opening bracket, the characters beside it ("" at an edge of the line, None where a look at bytes does not tell), and the
# pairs inside it.
Candidate = tuple[int, int, int, bool, str, str | None, str | None, tuple[Bounds, ...]]
# The same of a pair in bytes: the text around it, without the pairs inside it, and the report, with its places in that text.
CandidateInBytes = tuple[str, Candidate]
# And what it reports of a text in bytes: its number, where it starts and ends, its pairs; None if it must be read, for it has
# thousands of pairs, or is a line that is no object.
TextCandidates = tuple[int, int, int, list[CandidateInBytes] | None]


class LinesToRead(NamedTuple):
    """Lines of JSON that have to be read, and how many line ends there are in all. Places are in bytes."""

    lines: list[tuple[int, int, int]]  # number, from 0, start, and end without the line end
    ends: int
