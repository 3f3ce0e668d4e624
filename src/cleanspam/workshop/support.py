"""How many accomplices the plantings that a rule cuts have: what the number of a rule is chosen from."""

from cleanspam.judge.judge import Judge, Page, Spoken
from cleanspam.judge.matcher import Matcher
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.brackets import pairs

MOST = 9  # accomplices that are counted


class Support(Judge):
    """A judge that tries each cut rule with other numbers. It changes its own rules, so no two threads may share it."""

    def __init__(self, ruleset: Ruleset) -> None:
        super().__init__(ruleset)
        self._unsettled = -1  # of all rules: what was remembered of one number would be wrong for the next

    def of(self, text: str) -> dict[str, int]:
        """Return by cut rule the greatest number of accomplices with which it cuts a bracket of the text, if it cuts any.

        Asked for more, the rule would cut nothing here. What other rules, places and keep rules ask for stays as it is.
        """
        page = Page(text)
        spoken = self._speak(page, ((pair, self._cuts) for pair in sorted(pairs(text))))
        rules = 0
        for one in spoken:
            rules |= one.rules
        numbers = {matcher.rule.id: self._tried(page, spoken, matcher) for matcher in self._named(rules)}
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
