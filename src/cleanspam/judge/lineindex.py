"""Tells, during the look, whether a rule behind the gates of a line may speak about the line or a part of it.

Python takes 0.15 ms for a line that passes a gate, and 0.02 ms to answer this: of 10 such lines in prose one is for a rule.
"""

from collections.abc import Iterator, Sequence

from cleanspam.judge.criteria import Criteria, rules_behind, sites_among
from cleanspam.judge.plan import LinePlan
from cleanspam.judge.view import LineView
from cleanspam.model import WHOLE_SITES, Site
from cleanspam.text.lines import Line
from cleanspam.text.sentences import PARTS, Sentences

_LONG = 2_000  # code points of a line


class LineIndex:
    """The rules about lines behind each gate. It may name too many lines, never too few."""

    def __init__(self, behind: Sequence[int], criteria: Criteria, plan: LinePlan) -> None:
        """Take the rules behind each gate, as bits."""
        self._criteria = criteria
        self._wholes, self._titles = plan.cuts_at_any(WHOLE_SITES), plan.cuts_at_any([Site.JOINED])
        self._at = {site: plan.cuts_at_any([site]) for site in (*PARTS, Site.NOTE, Site.STUB)}
        self._behind = rules_behind(behind)
        self._sites_of = sites_among(self._at)
        self._last: tuple[str, Line, Sentences] | None = None  # one value, so that no thread sees half of a change

    def may_speak_of_line(self, own: str, gates: int, text: str, start: int, end: int) -> bool:
        """Tell whether a line, folded, is one for a rule behind a gate."""
        rules = self._behind(gates)
        if rules & self._titles:  # the own text of such a rule is a part of the line
            return True
        met = self._criteria.own(own).meets(rules & self._wholes)
        if not met or met & ~self._criteria.plan.with_rest:
            return bool(met)
        return bool(LineView(text, Line(start, end, Site.WHOLE), self._criteria).meets_around(met))

    def may_speak_of_part(self, gates: int, text: str, start: int, end: int, at: int) -> bool:
        """Tell whether a rule behind a gate may be about a part of a line around a word of the rule."""
        rules, sentences = self._behind(gates), self._sentences(text, Line(start, end, Site.WHOLE))
        sites = self._sites_of(rules)
        if Site.AMID in sites and sentences.has_many_ends(at):  # from another word of the sentence other parts may be seen
            return True
        units = self._units(sentences, at, sites)
        return any(self._criteria.own(text[unit.start : unit.end]).meets_one(rules & self._at[unit.site]) for unit in units)

    def _sentences(self, text: str, line: Line) -> Sentences:
        """Return the sentences of a line. A line of 40 kB with 10,000 words took 10 s when each word read all its marks.

        Only those of a long line are remembered: they hold the text, which may have many megabytes.
        """
        if line.end - line.start < _LONG:
            return Sentences(text, line)
        known = self._last
        if known is None or known[0] is not text or known[1] != line:
            known = self._last = text, line, Sentences(text, line)
        return known[2]

    def _units(self, sentences: Sentences, at: int, sites: frozenset[Site]) -> Iterator[Line]:
        yield from sentences.parts_at(at, sites)
        if Site.NOTE in sites:
            yield from (note for note in sentences.notes() if note.start <= at)
        if Site.STUB in sites and (stub := sentences.stub()) and stub.start <= at:
            yield stub
