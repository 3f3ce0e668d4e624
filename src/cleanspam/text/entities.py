"""Entities: brackets and Chinese characters that a text spells as HTML entities, &#65288; for （.

Text extracted from pages keeps some. Rules see them as the characters that they stand for. A cut takes an entity as a
whole.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from cleanspam.model import Cleaning, Cut, Finding, NamedTuple
from cleanspam.text.latepattern import late_pattern

_NAMED = {"lpar": "(", "rpar": ")", "lsqb": "[", "rsqb": "]", "lbrack": "[", "rbrack": "]", "lcub": "{", "rcub": "}"}
ENTITY = rf"&(?:#(?:[0-9]{{2,6}}|[xX][0-9a-fA-F]{{2,5}})|{'|'.join(_NAMED)});"
_ENTITY_RE = late_pattern(ENTITY)
_BRACKETS = "()[]{}"
# Entities of control characters, of markup's marks, and of no character at all are not decoded.
_FIRST, _SURROGATES, _LAST = 0xA1, range(0xD800, 0xE000), 0x10FFFF


class Spelled(NamedTuple):
    """A text with its entities decoded, and the end of each entity in both texts."""

    text: str
    ends: Sequence[int]  # the ends in `text`, in order
    longer: Sequence[int]  # how much longer the original is: at first 0, then from each end on

    def place(self, at: int) -> int:
        """Return the place in the original of a place in `text`."""
        return at + self.longer[bisect_right(self.ends, at)]


def read_entities(text: str) -> Spelled | None:
    """Return `text` with its entities decoded; None if no entity stands for a bracket or a character beyond ASCII.

    >>> read_entities("走&#65288;某&#65289;了")
    Spelled(text='走（某）了', ends=[2, 4], longer=[0, 7, 14])
    """
    found = [(*match.span(), char) for match in _entities(text) if (char := _char(match[0][1:-1]))]
    if not found:
        return None
    parts, at = list[str](), 0
    for start, end, char in found:
        parts += [text[at:start], char]
        at = end
    longer = [0, *accumulate(end - start - 1 for start, end, _ in found)]
    ends = [end - taken for (_, end, _), taken in zip(found, longer[1:], strict=True)]
    return Spelled("".join([*parts, text[at:]]), ends, longer)


def spelled_back(text: str, read: Spelled, cleaning: Cleaning) -> Cleaning:
    """Return the cleaning of the decoded text as a cleaning of the original text."""
    if not cleaning.cuts and not cleaning.findings:
        return Cleaning(text)
    cuts = [_cut(text, read.place(cut.start), read.place(cut.end)) for cut in cleaning.cuts]
    edges = [0, *(edge for cut in cuts for edge in (cut.start, cut.end)), len(text)]
    cleaned = "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)) if cuts else text
    return Cleaning(cleaned, tuple(cuts), tuple(_finding(text, read, finding) for finding in cleaning.findings))


def _entities(text: str) -> Iterator[re.Match[str]]:
    """Yield the entities. Most texts have a few &, and between them a search for one character is five times as fast."""
    at = text.find("&")
    while at >= 0:
        match = _ENTITY_RE.match(text, at)
        if match:
            yield match
        at = text.find("&", match.end() if match else at + 1)


def _cut(text: str, start: int, end: int) -> Cut:
    return Cut(start, end, text[start:end])


def _finding(text: str, read: Spelled, finding: Finding) -> Finding:
    start, end = read.place(finding.start), read.place(finding.end)
    return finding._replace(start=start, end=end, text=text[start:end])


def _char(name: str) -> str:
    """Return the character of an entity; "" if the entity is not decoded."""
    if name in _NAMED:
        return _NAMED[name]
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    is_read = (_FIRST <= code <= _LAST and code not in _SURROGATES) or (code < _FIRST and chr(code) in _BRACKETS)
    return chr(code) if is_read else ""
