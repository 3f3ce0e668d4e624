"""Widens cuts: an address goes with its site's name, a frame with the contact inside, a query with the bracket behind."""

from collections.abc import Mapping

from cleanspam.judge.criteria import Criteria
from cleanspam.model import Finding
from cleanspam.rulebook.conditions import Along
from cleanspam.text.fold import reads_as
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.pairing import line_start
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from cleanspam.judge.matcher import Matchers

# How far patterns look, in code points: back in the line, which a query, said three times with an account, does not fill, and
# ahead in the text, where a note may go on over several lines, and its pictures below it. A pattern crosses a line end only
# where it says \n.
_BEFORE, _BEHIND = 200, 900
_QUERY = 4  # characters of the shortest query
_BRACKET_END_RE = late_pattern(r"[】〗)）\]〕」》]")  # of a bracket amid queries


class Alongside:
    """The rules whose cuts take along text beside the planting."""

    def __init__(self, matchers: "Matchers", criteria: Criteria, numbers: Mapping[str, int]) -> None:
        """Take all rules, and the numbers of those that take along something, by their ids."""
        self._matchers, self._criteria, self._numbers = matchers, criteria, numbers
        self._known: dict[str, list[Along]] = {}  # by the ids of rules

    def widened(self, text: str, findings: list[Finding]) -> list[Finding]:
        """Return the cuts, each widened by the text that its rules take along."""
        if not findings or self._numbers.keys().isdisjoint({name for finding in findings for name in finding.rules}):
            return findings
        return sorted(self._with_neighbours(text, finding) for finding in findings)

    def _with_neighbours(self, text: str, finding: Finding) -> Finding:
        start, end = finding.start, finding.end
        for along in (along for name in finding.rules for along in self._alongs(name)):
            is_before = along.side == "before"
            side = _before(text, finding.start) if is_before else reads_as(text[finding.end : finding.end + _BEHIND])
            for match in filter(None, [self._criteria.found(pattern, side) for pattern in along.patterns]):
                start = min(start, finding.start - len(side) + match.start()) if is_before else start
                end = end if is_before else max(end, finding.end + match.end())
        end = _end_again(text, text[start : finding.start], end)
        return finding if (start, end) == finding[:2] else finding._replace(start=start, end=end, text=text[start:end])

    def _alongs(self, name: str) -> list[Along]:
        """Return what a rule takes along."""
        known = self._known.get(name)
        if known is None:
            conditions = self._matchers[self._numbers[name]].rule.conditions if name in self._numbers else ()
            known = self._known[name] = [condition for condition in conditions if isinstance(condition, Along)]
        return known


def _end_again(text: str, taken: str, end: int) -> int:
    """Return the end of the query behind the cut, if it is the last one that was taken along in front of the cut."""
    query = _BRACKET_END_RE.split(taken)[-1].strip()
    return end + len(query) if len(query) >= _QUERY and text.startswith(query, end) else end


def _before(text: str, start: int) -> str:
    return reads_as(text[max(line_start(text, start), start - _BEFORE) : start])
