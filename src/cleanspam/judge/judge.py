"""Judging: finds the parentheticals and lines of a text that the rules of a Ruleset cut, flag or keep. Changes no text."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from cleanspam.judge.along import Alongside
from cleanspam.judge.bracketjudge import BracketJudge
from cleanspam.judge.bytescan import ByteScan
from cleanspam.judge.criteria import Criteria, rules_behind
from cleanspam.judge.matcher import Matchers, RuleSets
from cleanspam.judge.plan import Plan
from cleanspam.judge.prefilter import Look
from cleanspam.judge.tables import Tables, tables_in
from cleanspam.judge.view import View
from cleanspam.judge.wordscan import Hit
from cleanspam.model import Finding, Site, Span, Verdict
from cleanspam.native.candidates import Candidate
from cleanspam.rulebook.ruleset import Rules
from cleanspam.text.brackets import Pair, Sites, pair_of
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from cleanspam.judge.linejudge import LineJudge
    from cleanspam.judge.ruleindex import RuleIndex

# Characters that a judge sees before it makes the index of its rules. A page has fewer.
_PAGES = 1 << 15


class Judge:
    """A Ruleset, ready to judge texts. Its caches change no verdict, so threads may share a judge.

    `look` returns what the prefilter finds in a text. Once there is an index nothing is counted any more, and it is the
    prefilter's own: each call between takes 1 % of the time of a text of 3,000 characters.
    """

    look: Callable[[str], Look]

    def __init__(self, ruleset: Rules, tables: Tables | None = None) -> None:
        tables = tables or tables_in(ruleset)
        plan = tables.plan if tables else None
        self.criteria = Criteria(ruleset, tables.lexicon if tables else None, plan.criteria if plan else None)
        self.matchers = Matchers(ruleset.rules, self.criteria)
        if plan is None:
            from cleanspam.judge.planning import plan_of  # the shipped rules have their plan in the compiled form

            plan = plan_of(self.matchers, self.criteria)
        self._sets = RuleSets(self.matchers, plan.repeating)
        self._alongside = Alongside(self.matchers, self.criteria, plan.alongs)
        self._given, self._line_plan, self._cuts = tables, plan.lines, plan.brackets.cuts
        self._brackets = BracketJudge(self._sets, self.criteria, plan.brackets)
        self.tables = tables or self._tables(plan)
        self._prefilter = self.tables.prefilter
        self._about, self._seen = self._behind, 0
        self.look = self._counted_look
        # The text judged last, its cuts, and what the look found.
        self._last: tuple[str, tuple[Finding, ...], Look] | None = None
        self.screen = ByteScan(self.tables, lambda: self)

    def _tables(self, plan: Plan) -> Tables:
        from cleanspam.judge.gatetable import gate_table  # the shipped rules have their tables in the compiled form
        from cleanspam.judge.literals import literal_lexicon

        cuts = [matcher for matcher in self.matchers if matcher.rule.action is Verdict.CUT]
        gates = gate_table(cuts, self.criteria.lists, self.criteria)
        blocks = [*self.criteria.conditions, *self.criteria.shapes.values()]
        lexicons = (lambda: self.criteria.lexicon), (lambda: literal_lexicon(blocks, self.criteria.lists))
        return Tables(lambda: gates, self.lines.table, lexicons[0], lambda: plan, self.lines.flag_table, lexicons[1])

    @cached_property
    def lines(self) -> "LineJudge":
        """The rules about lines, ready to judge. A page with a planted bracket, but no word of such a rule, needs none."""
        from cleanspam.judge.linejudge import LineJudge

        return LineJudge(self.matchers, self._sets, self.criteria, self._line_plan, self._given)

    @cached_property
    def index(self) -> "RuleIndex":
        """The index of the cut rules by places. From now on the prefilter asks it too."""
        from cleanspam.judge.ruleindex import RuleIndex  # a page needs none

        index = RuleIndex(self.matchers.of(self._cuts), self.tables.gates, self.criteria, self.tables.plan.lines)
        self._prefilter.attach(index)
        self.criteria.read_literals(self.tables.literals())
        self._about, self.look = index.about, self._prefilter.direct_look
        return index

    def _behind(self, reported: Candidate) -> int:
        """Return the rules that could match a pair by its gates alone, as bits."""
        return self._rules_behind(reported.gates)

    @cached_property
    def _rules_behind(self) -> Callable[[int], int]:
        return rules_behind(self.tables.behind)

    def _count(self, text: str) -> None:
        """Make the index once there was enough text: it reads all rules, which takes longer than to judge a page without it."""
        if self._seen < _PAGES:
            self._seen += len(text)
            if self._seen >= _PAGES:
                self.index  # noqa: B018 (which attaches it)

    def _counted_look(self, text: str) -> Look:
        self._count(text)
        return self._prefilter.look(text)

    def cuts(self, text: str) -> list[Finding]:
        """Return the findings that cut, in order of their start."""
        return self.cuts_among(text, *self.look(text)[:2])

    def cuts_among(self, text: str, reported: Sequence[Candidate], hits: Sequence[Hit]) -> list[Finding]:
        """Return the cuts among the candidates and words that the prefilter found in the text."""
        if not reported and not hits:
            return []
        self._count(text)
        sites = Sites(text)
        brackets = self._alongside.widened(text, self._brackets.cuts(text, self._asked(reported), sites)) if reported else []
        gone = [Span(cut.start, cut.end) for cut in brackets]
        lines = self._alongside.widened(text, self.lines.cuts(text, hits, sites, gone)) if hits else []
        found = sorted([*brackets, *_aside(brackets, lines)]) if lines else brackets
        self._last = (text, tuple(found), ([*reported], [*hits], False)) if found else None
        return found

    def recalled(self, text: str) -> tuple[list[Finding], Look] | None:
        """Return the cuts of the text that was judged last, with what the look found; None for another text.

        `is_suspect` judges a text right before it is cleaned. What was told is forgotten: a text may have many megabytes.
        """
        last = self._last
        if not last or last[0] != text:
            return None
        self._last = None
        return list(last[1]), last[2]

    def judged(self, text: str, seen: Look | None = None) -> list[Finding]:
        """Return all findings, ordered by start: cuts, flags, and keeps that prevented a cut or a flag; `seen` is the look."""
        reported, hits, _ = seen or self.look(text)
        sites = Sites(text)
        cuts, stays = self._brackets.judged(text, self._asked(reported), sites)
        findings = [*(cuts := self._alongside.widened(text, cuts)), *stays]
        lines = self.lines.judged(text, hits, sites, sorted([Span(cut.start, cut.end) for cut in cuts]))
        return sorted([*findings, *_aside(findings, self._alongside.widened(text, lines))])

    def _asked(self, reported: Iterable[Candidate]) -> Iterator[tuple[Pair, int]]:
        """Yield the pairs that rules could match by what the prefilter told, each with its rules: one pair of 40."""
        return ((pair_of(candidate), rules) for candidate in reported if (rules := self._about(candidate)))

    def view(self, text: str, pair: Pair, sites: Sites) -> View:
        """Return the view of `pair`."""
        return View(text, pair, sites, self.criteria)


def _aside(findings: list[Finding], lines: list[Finding]) -> Iterator[Finding]:
    """Yield the findings for lines and readings, except brackets, flags of lines with a bracket that is cut, and hidden names
    that cross a bracket. A bracket that stays takes nothing from what cuts.
    """
    cuts = {(one.start, one.end) for one in findings if one.verdict is Verdict.CUT}
    places, gone = {(finding.start, finding.end) for finding in findings}, sorted([start for start, _ in cuts])
    for line in lines:
        if line.verdict is Verdict.CUT:
            is_for_bracket = (line.start, line.end) in cuts
        else:
            is_for_bracket = (line.start, line.end) in places or bisect_left(gone, line.start) < bisect_left(gone, line.end)
        if not is_for_bracket and not (line.site is Site.HIDDEN and _is_crossed(line, cuts)):
            yield line


def _is_crossed(line: Finding, brackets: Iterable[tuple[int, int]]) -> bool:
    return any(start < line.end and line.start < end for start, end in brackets)
