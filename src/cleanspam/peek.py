"""Peeking: what stands around a pair in lines of JSON, without reading the record that it is in."""

import re

from cleanspam.brackets import Pair, back_over_blanks, on_over_blanks
from cleanspam.matcher import CONTEXT
from cleanspam.pairing import CLOSERS, OPENERS, Reported

# Bytes enough for CONTEXT code points; one takes four, twelve as two escapes.
_NEAR, _REACH = 4 * CONTEXT, 12 * CONTEXT
_ESCAPE_RE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(.))|"', re.DOTALL)
_NAMED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def surroundings(data: bytes, reported: Reported) -> tuple[str, Pair]:
    """Return the text around a pair of JSON in UTF-8, and the pair in it; an edge of its string is a line end.

    Right for CONTEXT code points on either side.
    """
    start, end, *_, inner = reported
    reach = _REACH if b"\\" in data[max(start - _NEAR, 0) : end + _NEAR] else _NEAR
    before, own, after = _text(data[max(start - reach, 0) : start]), _text(data[start:end]), _text(data[end : end + reach])
    first = len(before)
    bounds = [(first + len(_text(data[start:one])), first + len(_text(data[start:two]))) for one, two in inner]
    return before + own + after, Pair(first, first + len(own), tuple(bounds))


def is_chained(text: str, pair: Pair) -> bool:
    """Tell whether the pair may be one of a chain, of which the text around it does not show enough."""
    left, right = back_over_blanks(text, pair.start), on_over_blanks(text, pair.end)
    return left == 0 or right == len(text) or text[left - 1] in CLOSERS or text[right] in OPENERS


def _text(raw: bytes) -> str:
    text = raw.decode("utf-8", "surrogateescape")
    if "\\" not in text:
        return text.replace('"', "\n")
    text = _ESCAPE_RE.sub(_unescaped, text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")  # two escapes, one character


def _unescaped(escape: "re.Match[str]") -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _NAMED.get(escape[2], escape[2]) if escape[2] else "\n"
