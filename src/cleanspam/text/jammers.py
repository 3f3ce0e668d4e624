"""Jammers: signs and letters in turn, which Discuz, a program for forums, sets at the ends of paragraphs against copying.

Its function jammer() writes 5 to some 20 units: a random character from the blank to `;`, a blank, and one from `?` to `~`.
Pages hide them, and copies do not: `5 f% h4 I3 ^' t* c&`. In 174 million characters of prose, code and tables two runs are like
these, both of notes of music, and neither stands at an edge of its line.
"""

import re

from cleanspam.model import Span
from cleanspam.text.latepattern import late_pattern

# Four units in a row. Where a copy has one blank for two, a unit has lost its first character, and others are as they were.
_ROW_RE = late_pattern("(?:[ -;] [?-~]){4,}")
_RUN = "[?-~]?(?:[!-;]? {1,2}[?-~]){5,30}"
_FREE_RE = late_pattern(f"(?<![!-~]){_RUN}(?![!-~])")
_GLUED_RE = late_pattern(_RUN)
_UNIT_RE = late_pattern("([!-;]?) {1,2}([?-~])")
_LONGEST = 4 * 31  # code points
_DIFFERENT = 4  # of the first characters of units, and of the last ones


def jammed_rows(text: str) -> list[int]:
    """Return the starts of the rows of units."""
    return [row.start() for row in _ROW_RE.finditer(text)]


def jammers(text: str, row: int) -> list[Span]:
    """Return the jammer around a row of units, if there is one that no other sign of ASCII touches."""
    return _random_runs(_FREE_RE, text, row)


def glued_jammers(text: str, row: int) -> list[Span]:
    """Return the same where other signs of ASCII may touch it, as an address does. What of them belongs to it is not known."""
    return _random_runs(_GLUED_RE, text, row)


def _random_runs(run_re: "re.Pattern[str]", text: str, row: int) -> list[Span]:
    # No further than the longest run: a line of a megabyte may have ten thousand rows.
    runs = run_re.finditer(text, max(row - _LONGEST, 0), row + _LONGEST)
    return [Span(*run.span()) for run in runs if run.start() <= row < run.end() and _is_random(run[0])]


def _is_random(run: str) -> bool:
    """Tell whether the units are many and different, with digits and signs before their blanks, and behind these small letters
    and others.

    Of the tunings of a guitar all have digits before (6 E5 A4 D3), and of rows of notes and chords only the bar is no letter.
    """
    units = _UNIT_RE.findall(run)
    firsts, lasts = {first for first, _ in units if first}, {last for _, last in units}
    digits, small = sum(map(str.isdigit, firsts)), sum(map(str.islower, lasts))
    are_mixed = 0 < digits < len(firsts) and 0 < small < len(lasts - {"|"})
    return are_mixed and min(len(firsts), len(lasts)) >= _DIFFERENT and len({*units}) >= len(units) - 1
