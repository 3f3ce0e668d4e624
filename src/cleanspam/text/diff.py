"""The diff: the changed lines of a text, shortened around the cuts. The cuts are known, so no diff algorithm is needed."""

import unicodedata
from collections.abc import Iterable, Iterator

from cleanspam.model import Cleaning, Cut, NamedTuple, Verdict
from cleanspam.text.cut import inside
from cleanspam.text.locate import Lines

# The default number of code points shown on each side of a cut. Text between two cuts is shown whole up to twice this length.
AROUND = 24
ELLIPSIS = "…"
_VISIBLE = {0x7F: "\u2421", **{code: chr(0x2400 + code) for code in range(0x20)}}


class LinePiece(NamedTuple):
    """A part of a line; `is_cut` tells whether it is cut."""

    text: str
    is_cut: bool


class Hunk(NamedTuple):
    """One changed line: its pieces in order, and the rules that decided."""

    line: int  # from 1, in the file; 0 for a format without lines
    pieces: tuple[LinePiece, ...]
    rules: tuple[str, ...]
    sites: tuple[str, ...]
    record: int = 0  # from 1; 0 in a format without records
    start: int = 0  # the start of the first cut, in code points of the text


def hunks(text: str, cleaning: Cleaning, line: int = 0, around: int = AROUND) -> Iterator[Hunk]:
    """Yield the changed lines of `text`, with `around` code points beside a cut; `line` lines of the file precede it."""
    if not cleaning.cuts:
        return
    lines = Lines(text)
    cutting = [finding for finding in cleaning.findings if finding.verdict is Verdict.CUT]
    by_line: dict[int, list[Cut]] = {}
    for cut in cleaning.cuts:
        by_line.setdefault(lines.number(_first_seen(cut)), []).append(cut)
    for number, cuts in by_line.items():
        here = [finding for cut in cuts for finding in inside(cut, cutting)]
        rules = dict.fromkeys(rule for finding in here for rule in finding.rules[:1])
        sites = dict.fromkeys(finding.site.value for finding in here)
        pieces = tuple(_pieces(text, lines.span(number), cuts, around))
        yield Hunk(line + number + 1, pieces, tuple(rules), tuple(sites), start=cuts[0].start)


def plain(hunk: Hunk) -> str:
    """Return a hunk's line as text, with cuts marked [-…-]: the form of a rule's `cuts` line."""
    return "".join(f"[-{visible(text)}-]" if is_cut else visible(text) for text, is_cut in hunk.pieces)


def visible(text: str) -> str:
    """Make control and format characters visible, so that a text sends no commands to the terminal.

    >>> visible("a\\x1b[31mb")
    'a␛[31mb'
    """
    if text.isprintable():  # as nearly all texts: this takes a tenth of the time
        return text
    shown = text.translate(_VISIBLE)
    return "".join(char if char.isprintable() or char == "\u3000" else _escaped(char) for char in shown)


def _escaped(char: str) -> str:
    return char if unicodedata.category(char) == "Zs" else f"\\u{{{ord(char):x}}}"


def _first_seen(cut: Cut) -> int:
    """Return the first code point of a cut behind leading line ends. The cut of a last line begins with a line end."""
    return cut.start + len(cut.text) - len(cut.text.lstrip("\r\n"))


def _pieces(text: str, line: tuple[int, int], cuts: Iterable[Cut], around: int) -> Iterator[LinePiece]:
    """Yield the pieces of the line; text far from any cut becomes an ellipsis."""
    at, end = line
    is_first = True
    for cut in cuts:
        start = max(cut.start, line[0])
        yield from _kept(text[at:start], 0 if is_first else around, around)
        yield LinePiece(text[start : min(cut.end, end)], True)
        at, is_first = min(cut.end, end), False
    yield from _kept(text[at:end], around, 0)


def _kept(text: str, head: int, tail: int) -> Iterator[LinePiece]:
    if len(text) > head + tail + 1:
        text = text[:head] + ELLIPSIS + (text[-tail:] if tail else "")
    if text:
        yield LinePiece(text, False)
