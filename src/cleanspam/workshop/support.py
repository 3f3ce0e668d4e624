"""Counts the accomplices of the brackets that a rule cuts: the figures from which the rule's number is chosen."""

from cleanspam.judge.judge import Judge, Page
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.spoken import Spoken
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.brackets import pairs

MOST = 9  # accomplices that are counted


class Support(Judge):
    """A judge that tries each cut rule with other numbers. It changes its own rules, so no two threads may share it."""

    def __init__(self, ruleset: Ruleset) -> None:
        super().__init__(ruleset)
        self._unsettled = -1  # of all rules: a memory of one number would be wrong for the next

    def of(self, text: str) -> dict[str, int]:
        """Return by rule the greatest `accomplices N` with which the rule still cuts a bracket of the text.

        With a greater number the rule would cut nothing here. The needs of other rules, places and keep rules stay.
        """
        page = Page(text, self.criteria)
        spoken = self._speak(page, ((pair, self._cuts) for pair in sorted(pairs(text))))
        rules = 0
        for one in spoken:
            rules |= one.rules
        numbers = {matcher.rule.id: self._tried(page, spoken, matcher) for matcher in self._sets.named(rules)}
        return {rule: number for rule, number in numbers.items() if number is not None}

    def _tried(self, page: Page, spoken: list[Spoken], matcher: Matcher) -> int | None:
        lone = [Spoken(view, matcher.bit if rules & matcher.bit else rules) for view, rules in spoken]
        convicting = None
        for matcher.accomplices in range(MOST + 1):
            if not any(matcher.rule.id in finding.rules for finding in self._convicted(page, lone)):
                break
            convicting = matcher.accomplices
        matcher.accomplices = matcher.rule.accomplices
        return convicting
