"""Jammers: signs and letters in turn, which Discuz, a program for forums, sets at the ends of paragraphs against copying.

Its function jammer() writes 5 to some 20 units: a random character from the blank to `;`, a blank, and one from `?` to `~`.
Pages hide them, and copies do not: `5 f% h4 I3 ^' t* c&`. In 174 million characters of prose, code and tables two runs are like
these, both of notes of music, and neither stands at an edge of its line.
"""

from collections.abc import Iterator

from cleanspam.model import Span
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.pairing import line_end, line_start

# Four units in a row. Where a copy has one blank for two, a unit has lost its first character, and others are as they were.
_ROW_RE = late_pattern("(?:[ -;] [?-~]){4,}")
_RUN_RE = late_pattern("(?<![!-~])[?-~]?(?:[!-;]? {1,2}[?-~]){5,30}(?![!-~])")
_UNIT_RE = late_pattern("([!-;]?) {1,2}([?-~])")
_DIFFERENT = 4  # of the first characters of units, and of the last ones


def jammed_rows(text: str) -> list[int]:
    """Return the starts of the rows of units."""
    return [row.start() for row in _ROW_RE.finditer(text)]


def jammers(text: str, row: int) -> Iterator[Span]:
    """Yield the jammer around a row of units, if there is one."""
    for run in _RUN_RE.finditer(text, line_start(text, row), line_end(text, row)):
        if run.start() <= row < run.end() and _is_random(run[0]):
            yield Span(*run.span())


def _is_random(run: str) -> bool:
    """Tell whether the units are many and different, with a small letter and another character behind their blanks."""
    units = _UNIT_RE.findall(run)
    firsts, lasts = {first for first, _ in units if first}, {last for _, last in units}
    small = sum(map(str.islower, lasts))
    return min(len(firsts), len(lasts)) >= _DIFFERENT and 0 < small < len(lasts) and len({*units}) >= len(units) - 1
