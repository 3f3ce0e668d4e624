"""Widens cuts: an address goes with its site's name, a frame with the contact inside, a query with the bracket behind."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cleanspam.judge.criteria import Criteria
from cleanspam.model import Finding
from cleanspam.rulebook.conditions import Along
from cleanspam.rulebook.ruleset import Rule
from cleanspam.text.fold import reads_as
from cleanspam.text.lines import bounds

if TYPE_CHECKING:
    from cleanspam.judge.matcher import Matcher

# How far patterns look, in code points: back in the line, which a query or an address with a name does not fill, and ahead
# in the text, where a note may go on over several lines. A pattern crosses a line end only where it says \n.
_BEFORE, _BEHIND = 80, 400


class Alongside:
    """The rules whose cuts take along text beside the planting."""

    def __init__(self, matchers: Sequence["Matcher"], criteria: Criteria) -> None:
        self._criteria = criteria
        found = {matcher.rule.id: _alongs(matcher.rule) for matcher in matchers}
        self._alongs = {name: alongs for name, alongs in found.items() if alongs}
        self._names = frozenset(self._alongs)

    def widened(self, text: str, findings: list[Finding]) -> list[Finding]:
        """Return the cuts, each widened by the text that its rules take along."""
        if self._names.isdisjoint({name for finding in findings for name in finding.rules}):
            return findings
        return sorted(self._with_neighbours(text, finding) for finding in findings)

    def _with_neighbours(self, text: str, finding: Finding) -> Finding:
        start, end = finding.start, finding.end
        before = reads_as(text[max(bounds(text, start).start, start - _BEFORE) : start])
        behind = reads_as(text[end : end + _BEHIND])
        for along in (along for name in finding.rules for along in self._alongs.get(name, ())):
            for pattern in along.patterns:
                side = before if along.side == "before" else behind
                if match := self._criteria.found(pattern, side):
                    start = min(start, finding.start - len(before) + match.start()) if along.side == "before" else start
                    end = max(end, finding.end + match.end()) if along.side == "after" else end
        return finding._replace(start=start, end=end, text=text[start:end])


def _alongs(rule: Rule) -> list[Along]:
    return [condition for condition in rule.conditions if isinstance(condition, Along)]
