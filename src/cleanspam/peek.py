"""Peeking: what stands around a pair in lines of JSON, without reading the record that it is in."""

import re

from cleanspam.brackets import Pair
from cleanspam.matcher import CONTEXT

# Bytes enough for CONTEXT code points; one takes four, twelve as two escapes.
_NEAR, _REACH = 4 * CONTEXT, 12 * CONTEXT
_ESCAPE_RE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(.))|"', re.DOTALL)
_NAMED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def surroundings(data: bytes, start: int, end: int) -> tuple[str, Pair]:
    """Return the text around the pair between two places of JSON in UTF-8, and the pair in it; an edge of its string is a
    line end. Right for CONTEXT code points on either side.
    """
    reach = _REACH if b"\\" in data[max(start - _NEAR, 0) : end + _NEAR] else _NEAR
    before, own, after = _text(data[max(start - reach, 0) : start]), _text(data[start:end]), _text(data[end : end + reach])
    return before + own + after, Pair(len(before), len(before) + len(own), ())


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
