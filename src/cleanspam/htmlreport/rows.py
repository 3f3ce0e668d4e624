"""The rows of the HTML report: a cut or flag with its sentence, from a log or from a file."""

from collections.abc import Iterable
from typing import Any

from cleanspam.model import NamedTuple, Verdict
from cleanspam.rulebook.ruleset import OTHER
from cleanspam.text.brackets import own_text, pairs
from cleanspam.text.diff import visible
from cleanspam.text.locate import Located


class Row(NamedTuple):
    """A cut or flag in its sentence. Texts are spelled as in the file."""

    file: str
    line: int  # from 1; 0 if unknown
    rules: tuple[str, ...]
    site: str
    before: str
    text: str
    after: str
    day: str  # ISO 8601
    is_flag: bool = False
    kind: str = OTHER  # the kind of planting


def row_of(file: str, located: Located, day: str, kind: str) -> Row:
    """Return the row of a finding, with the separator that is cut with it."""
    finding, before, after = located.finding, located.before, located.after
    edge = max(len(before) - located.lead, 0)
    text = before[edge:] + finding.text + after[: located.trail]
    is_flag = finding.verdict is Verdict.FLAG
    return Row(
        file, located.line, finding.rules, finding.site.value, before[:edge], text, after[located.trail :], day, is_flag, kind
    )


def own(text: str) -> str:
    """Return the own text of the first outermost parenthetical in a cut, in the form for a `keep-texts` block.

    >>> own("(淘宝开店【图】),")
    '淘宝开店'
    """
    outermost = min(pairs(text), key=lambda pair: (pair.start, -pair.end), default=None)
    return visible(own_text(text, outermost) if outermost else text).strip()


def payload(rows: Iterable[Row]) -> dict[str, Any]:
    """Return the rows as data for the page: each file, rule and day once, rows with their numbers. All text is printable."""
    files, rules, days, kinds = _Numbers(), _Numbers(), _Numbers(), _Numbers()
    packed = [
        [
            files[visible(row.file)],
            row.line,
            [rules[visible(rule)] for rule in row.rules],
            visible(row.site),
            visible(row.before),
            visible(row.text.strip("\r\n")),  # without the line end of a cut line
            visible(row.after),
            days[visible(row.day)],
            own(row.text),
            int(row.is_flag),
            kinds[visible(row.kind)],
        ]
        for row in rows
    ]
    return {"files": list(files), "rules": list(rules), "days": list(days), "kinds": list(kinds), "rows": packed}


class _Numbers(dict[str, int]):
    """Assigns numbers to names in the order of their first use."""

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        return self[name]
