"""Statistics of rules: the cuts of each in spam and in ham, the cuts that no other rule makes, and the cost."""

import time
from collections import Counter
from dataclasses import dataclass, field

from cleanspam.judge.bracketjudge import BracketJudge, Page
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.judge import Judge
from cleanspam.judge.matcher import Match, Matcher, RuleSets
from cleanspam.judge.view import View
from cleanspam.model import Verdict
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.brackets import Sites, pairs

# The number of parentheticals on which costs are measured: enough for two digits, few enough for the memory.
SAMPLE = 5_000
MOST = 15  # the greatest number of accomplices that is tried


@dataclass(frozen=True, slots=True)
class RuleStats:
    """The figures of one rule. A cut counts for every rule that matched."""

    rule: str
    action: str
    spam_cuts: int
    ham_cuts: int
    ham_cuts_per_million: float  # characters
    ham_accomplices: int | None  # with a greater number the rule would cut nothing in ham; None if it cuts nothing anyway
    only: int  # cuts in spam that no other rule made
    overlaps: dict[str, int]  # other rules, each with the number of cuts in spam that both made
    held: int  # the number of parentheticals in spam and ham that a keep rule protected
    milliseconds_per_million: float  # per million characters read, with the rule tried on every parenthetical
    ruleset: str  # the hash of the rule set, to distinguish the rows of several runs

    @property
    def is_silent(self) -> bool:
        return not (self.spam_cuts or self.ham_cuts or self.held)


@dataclass(slots=True)
class RuleCounts:
    """Counts rules over texts in one pass, separately for spam and ham."""

    cleaner: Cleaner
    chars: Counter[str] = field(default_factory=Counter)  # "spam" and "ham"
    _cuts: dict[str, Counter[str]] = field(default_factory=lambda: {"spam": Counter(), "ham": Counter()})
    _judge: "_Support" = field(init=False)
    _support: dict[str, int] = field(default_factory=dict)
    _only: Counter[str] = field(default_factory=Counter)
    _both: Counter[tuple[str, str]] = field(default_factory=Counter)
    _held: Counter[str] = field(default_factory=Counter)
    _pairs: int = 0
    _sample: list[View] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._judge = _Support(self.cleaner.ruleset)

    def read(self, kind: str, text: str) -> None:
        """Count a text of one kind, "spam" or "ham"."""
        self.chars[kind] += len(text)
        self._take_sample(text)
        if kind == "ham":
            support = self._judge.of(text)
            self._support |= {rule: max(number, self._support.get(rule, 0)) for rule, number in support.items()}
        for finding in self.cleaner.findings(text):
            if finding.verdict is Verdict.KEEP:
                self._held.update(finding.rules)
            elif finding.verdict is Verdict.CUT:
                self._count_cut(kind, finding.rules)

    def stats(self) -> list[RuleStats]:
        """Return the figures of every rule: rules with wrong cuts first, then the rules with most cuts."""
        rules, ruleset = self.cleaner.ruleset.rules, self.cleaner.ruleset.hash
        rows = [self._row(rule.id, rule.action.value, ruleset) for rule in rules]
        return sorted(rows, key=lambda row: (-row.ham_cuts, -row.spam_cuts, row.rule))

    def false_cuts_per_million(self) -> float:
        """Return the cuts in ham per million characters, each counted once."""
        return 1e6 * self._cuts["ham"][""] / max(self.chars["ham"], 1)

    def _count_cut(self, kind: str, rules: tuple[str, ...]) -> None:
        self._cuts[kind].update(("", *rules))
        if kind == "ham":
            return
        if len(rules) == 1:
            self._only[rules[0]] += 1
        self._both.update((one, other) for one in rules for other in rules if one != other)

    def _take_sample(self, text: str) -> None:
        found = pairs(text)
        self._pairs += len(found)
        if len(self._sample) < SAMPLE:
            sites = Sites(text)
            self._sample += [self.cleaner.judge.view(text, pair, sites) for pair in found[: SAMPLE - len(self._sample)]]

    def _row(self, rule: str, action: str, ruleset: str) -> RuleStats:
        overlaps = {other: number for (one, other), number in self._both.most_common() if one == rule}
        return RuleStats(
            rule,
            action,
            self._cuts["spam"][rule],
            self._cuts["ham"][rule],
            1e6 * self._cuts["ham"][rule] / max(self.chars["ham"], 1),
            self._support.get(rule),
            self._only[rule],
            overlaps,
            self._held[rule],
            self._cost(rule),
            ruleset,
        )

    def _cost(self, rule: str) -> float:
        matcher = next(matcher for matcher in self.cleaner.judge.matchers if matcher.rule.id == rule)
        for view in self._sample[:1]:
            matcher.is_met(view)  # compiles its patterns
        start = time.perf_counter()
        for view in self._sample:
            matcher.is_met(view)
        per_pair = (time.perf_counter() - start) / max(len(self._sample), 1)
        return 1e9 * per_pair * self._pairs / max(self.chars.total(), 1)


class _Support:
    """Tries other numbers of accomplices for each cut rule about brackets. Not safe to share: it changes its rules."""

    def __init__(self, ruleset: Ruleset) -> None:
        judge = Judge(ruleset)
        plan = judge.tables.plan
        self._criteria, self._cuts, self._sets = judge.criteria, plan.brackets.cuts, RuleSets(judge.matchers, plan.repeating)
        all_unsettled = plan.brackets._replace(unsettled=-1)  # a remembered number would be wrong for the next trial
        self._brackets = BracketJudge(self._sets, self._criteria, all_unsettled)

    def of(self, text: str) -> dict[str, int]:
        """Return, by rule, the greatest `accomplices N` with which the rule still cuts a bracket of the text.

        With a greater number the rule would cut nothing here. Other rules, places and keep rules keep their numbers.
        """
        page = Page(text, Sites(text), self._criteria)
        asked = ((pair, page.own_meets(pair, self._cuts)) for pair in sorted(pairs(text)))
        matches = page.matches({pair: rules for pair, rules in asked if rules})
        rules = 0
        for match in matches:
            rules |= match.rules
        numbers = {matcher.rule.id: self._tried(page, matches, matcher) for matcher in self._sets.named(rules)}
        return {rule: number for rule, number in numbers.items() if number is not None}

    def _tried(self, page: Page, matches: list[Match], matcher: Matcher) -> int | None:
        lone = [Match(view, matcher.bit if rules & matcher.bit else rules) for view, rules in matches]
        convicting = None
        for matcher.accomplices in range(MOST + 1):
            if not any(matcher.rule.id in finding.rules for finding in self._brackets.convicted(page, lone)):
                break
            convicting = matcher.accomplices
        matcher.accomplices = matcher.rule.accomplices
        return convicting
