"""Trials: plants phrases into clean articles in every form, cleans the articles, and compares them with the originals."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cleanspam.judge.cleaner import Cleaner
from cleanspam.workshop.plant import Planted, PlantingForm, plant

# The number of missed plantings that a report lists for each form; all are counted.
KEPT = 200


@dataclass(slots=True)
class Score:
    """The result of one form."""

    form: str
    articles: int = 0
    planted: int = 0
    cut: int = 0
    flagged: int = 0  # plantings left in place, but flagged
    exact: int = 0  # articles that were restored exactly
    damaged: int = 0  # the article's own parentheticals that were cut
    misses: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ruleset: str = ""  # the hash of the set on trial

    def add(self, planted: Planted, cleaner: Cleaner) -> None:
        """Clean one planted article and count the results."""
        cleaning = cleaner.clean(planted.text)
        ads = Counter(bracketed for _, bracketed in planted.ads)
        missed = _missed(planted, cleaning.text, ads)
        self.articles += 1
        self.planted += ads.total()
        self.cut += ads.total() - missed.total()
        self.exact += cleaning.text == planted.want
        self._add_misses(missed, planted, cleaner)
        wrong = [finding.text for finding in cleaning.findings if not any(_overlap(finding.text, ad) for ad in ads)]
        self.damaged += len(wrong)
        self.wrong += wrong[: KEPT - len(self.wrong)]

    def _add_misses(self, missed: "Counter[str]", planted: Planted, cleaner: Cleaner) -> None:
        if not missed:
            return
        flags = Counter(finding.text for finding in cleaner.findings(planted.text) if finding.verdict.value == "flag")
        self.flagged += sum(min(number, flags[ad]) for ad, number in missed.items())
        self.misses += list(missed.elements())[: KEPT - len(self.misses)]


def trial(
    articles: Sequence[str], phrases: Sequence[str], forms: Iterable[PlantingForm], cleaner: Cleaner, seed: int = 0
) -> Iterator[tuple[Score, list[Planted]]]:
    """Yield the score of each form with the planted articles."""
    ruleset = cleaner.ruleset.hash
    for form in forms:
        score, made = Score(form.name, ruleset=ruleset), []
        chance = random.Random(f"{seed}:{form.name}")
        for article in articles:
            planted = plant(article, phrases, form, chance)
            if planted.ads:
                score.add(planted, cleaner)
                made.append(planted)
        yield score, made


def _missed(planted: Planted, cleaned: str, ads: "Counter[str]") -> "Counter[str]":
    """Return the plantings that were left. Texts that the article itself contains are not counted."""
    left = {ad: cleaned.count(ad) - planted.want.count(ad) for ad in ads}
    return Counter({ad: min(number, left[ad]) for ad, number in ads.items() if left[ad] > 0})


def _overlap(text: str, ad: str) -> bool:
    return text in ad or ad in text
