"""Peeking: what stands around a pair in UTF-8, without decoding the text, or parsing the record, that it is in."""

import re
from collections.abc import Callable
from itertools import accumulate, pairwise

from cleanspam.brackets import Pair, back_over_blanks, on_over_blanks
from cleanspam.matcher import CONTEXT
from cleanspam.pairing import CLOSERS, OPENERS, Reported

# Bytes enough for CONTEXT code points; one takes four, twelve as two escapes.
_NEAR, _REACH = 4 * CONTEXT, 12 * CONTEXT
_ESCAPE_RE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(.))|"', re.DOTALL)
_NAMED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def around(data: memoryview, reported: Reported, first: int, last: int) -> tuple[str, Pair]:
    """Return the text around a pair of a text that lies between two places of UTF-8, and the pair in it.

    Right for CONTEXT code points on either side.
    """
    start, end, *_ = reported
    return _around(_decoded, data, reported, max(start - _NEAR, first), min(end + _NEAR, last))


def around_in_json(data: memoryview, reported: Reported) -> tuple[str, Pair]:
    """Return the same of a string in JSON, in which an edge of the string is a line end."""
    start, end, *_ = reported
    reach = _REACH if b"\\" in bytes(data[max(start - _NEAR, 0) : end + _NEAR]) else _NEAR
    return _around(_unescaped, data, reported, max(start - reach, 0), end + reach)


def _around(read: Callable[[memoryview], str], data: memoryview, reported: Reported, first: int, last: int) -> tuple[str, Pair]:
    start, end, *_, inner = reported
    edges = [start, *(edge for bounds in inner for edge in bounds), end]
    before, after = read(data[first:start]), read(data[end:last])
    own = [read(data[one:two]) for one, two in pairwise(edges)]
    at = list(accumulate(map(len, own), initial=len(before)))
    return before + "".join(own) + after, Pair(at[0], at[-1], tuple(zip(at[1:-1:2], at[2:-1:2], strict=True)))


def is_chained(text: str, pair: Pair) -> bool:
    """Tell whether the pair may be one of a chain, or far from what stands beside it: the text does not show enough of that."""
    left, right = back_over_blanks(text, pair.start), on_over_blanks(text, pair.end)
    is_far = pair.start - left >= CONTEXT - 1 or right - pair.end >= CONTEXT - 1
    return is_far or left == 0 or right == len(text) or text[left - 1] in CLOSERS or text[right] in OPENERS


def _decoded(raw: memoryview) -> str:
    return str(raw, "utf-8", "surrogateescape")


def _unescaped(raw: memoryview) -> str:
    text = _decoded(raw)
    if "\\" not in text:
        return text.replace('"', "\n")
    text = _ESCAPE_RE.sub(_meant, text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")  # two escapes, one character


def _meant(escape: "re.Match[str]") -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _NAMED.get(escape[2], escape[2]) if escape[2] else "\n"
