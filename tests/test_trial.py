"""The trial: cut, exact, damaged and missed are counted as a person would count them."""

import random

import pytest

from cleanspam import Cleaner
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.find import load_rules
from cleanspam.rulebook.parse import parse_rules
from cleanspam.workshop.plant import FORMS, Planted
from cleanspam.workshop.trial import KEPT, Score, trial

RULES = """\
rule  lantern
about Lanterns by wholesale, and nothing else.
at alone
cut   灯笼批发
cuts  月亮升起来了,[-(灯笼批发),-]河面亮了。
keeps 月亮升起来了(灯笼很多),河面亮了。

rule  kite
about Kites, not worth a cut.
at alone
flag  纸鸢
flags 月亮升起来了,[-(纸鸢)-],河面亮了。
keeps 月亮升起来了(纸鸢很多),河面亮了。
"""
CLEANER = Cleaner(parse_rules([RuleSource("trial.rules", RULES)]))
SHIPPED = Cleaner(load_rules())
COMMA = next(form for form in FORMS if form.name == "comma")
ARTICLE = "磨坊的水车转了一百年，石磨也换过三回，面粉的香味一直没有变。守磨坊的人姓周，他的父亲也姓周，都不爱说话。\n"


def scored(text: str, want: str, *ads: str) -> Score:
    """Score one planted article."""
    score = Score("by-hand")
    score.add(Planted(text, want, tuple((ad[1:-1], ad) for ad in ads)), CLEANER)
    return score


def test_what_is_cut_exactly_counts_as_cut_and_exact() -> None:
    """A perfect cleaner would not score perfectly."""
    score = scored("月亮升起来了,(灯笼批发),河面亮了。", "月亮升起来了,河面亮了。", "(灯笼批发)")
    assert (score.articles, score.planted, score.cut, score.exact, score.damaged) == (1, 1, 1, 1, 0)
    assert (score.misses, score.wrong) == ([], [])


def test_what_stays_is_a_miss() -> None:
    """Misses would not be shown, and no rule would be written for them."""
    score = scored(
        "月亮升起来了,(风车小铺),河面亮了,(灯笼批发),人静了。", "月亮升起来了,河面亮了,人静了。", "(风车小铺)", "(灯笼批发)"
    )
    assert (score.planted, score.cut, score.flagged, score.exact) == (2, 1, 0, 0)
    assert score.misses == ["(风车小铺)"]


def test_what_is_flagged_is_a_miss_that_somebody_will_look_at() -> None:
    """A flag would not be counted, or be counted as a cut."""
    score = scored("月亮升起来了,(纸鸢),河面亮了。", "月亮升起来了,河面亮了。", "(纸鸢)")
    assert (score.cut, score.flagged, score.misses) == (0, 1, ["(纸鸢)"])


def test_a_parenthetical_of_the_articles_own_that_goes_is_damage() -> None:
    """The trial would not measure whether only spam is cut."""
    score = scored(
        "月亮升起来了,(灯笼批发),河面亮了,(本镇灯笼批发),人静了。", "月亮升起来了,河面亮了,(本镇灯笼批发),人静了。", "(风车)"
    )
    assert (score.damaged, score.exact) == (2, 0)
    assert score.wrong == ["(灯笼批发)", "(本镇灯笼批发)"]


def test_a_separator_left_behind_is_cut_but_not_exact() -> None:
    """The trial would not measure whether spam is cut exactly."""
    score = scored("月亮升起来了,(灯笼批发),河面亮了。", "月亮升起来了河面亮了。", "(灯笼批发)")
    assert (score.cut, score.exact) == (1, 0)


def test_the_same_phrase_planted_twice_counts_twice() -> None:
    """An article with one phrase all over would count as one planting."""
    text = "月亮升起来了,(灯笼批发),河面亮了,(灯笼批发),人静了。"
    score = scored(text, "月亮升起来了,河面亮了,人静了。", "(灯笼批发)", "(灯笼批发)")
    assert (score.planted, score.cut, score.exact) == (2, 2, 1)


def test_a_text_the_article_had_before_is_no_miss() -> None:
    """A text of the author's that equals a planting would make each cut look like a miss."""
    text = "他卖灯笼(灯笼批发)为生,(灯笼批发),日子清静。"
    score = scored(text, "他卖灯笼(灯笼批发)为生,日子清静。", "(灯笼批发)")
    assert (score.cut, score.exact, score.misses) == (1, 1, [])


def test_all_misses_count_and_few_are_kept() -> None:
    """A trial over a corpus would hold every miss in memory."""
    score = Score("by-hand")
    for _ in range(KEPT + 50):
        score.add(Planted("月亮升起来了,(风车小铺),河面亮了。", "", (("风车小铺", "(风车小铺)"),)), CLEANER)
    assert score.planted - score.cut == KEPT + 50
    assert len(score.misses) == KEPT


def test_a_trial_over_every_form_adds_up() -> None:
    """A form would be left out, or count articles that have no planting."""
    tried = list(trial([ARTICLE, "啊"], ["灯笼批发"], FORMS, CLEANER))
    assert [score.form for score, _ in tried] == [form.name for form in FORMS]
    for score, made in tried:
        assert score.articles == len(made) <= 1
        assert score.planted == sum(len(planted.ads) for planted in made)
        assert 0 <= score.cut <= score.planted
        assert score.exact <= score.articles
    [(comma, _)] = trial([ARTICLE], ["灯笼批发"], [COMMA], CLEANER)
    assert comma.cut == comma.planted > 0
    assert comma.exact == 1


@pytest.mark.parametrize("name", ["reading", "site-note", "contact", "double-title", "line"])
def test_the_kinds_of_the_wild_are_tried_with_their_truth(name: str) -> None:
    """The rules could get worse at a kind of planting without any trial that shows it."""
    paragraph = "磨坊的水車轉了一百年，石磨也換過三回，麵粉的香味一直沒有變。守磨坊的人姓周，他的父親也姓周，都不愛說話。\n"
    article = "磨坊主人的一天\n" + paragraph * 4
    (form,) = [form for form in FORMS if form.name == name]
    scores = [next(trial([article], ["面粉批发价格"], [form], SHIPPED, seed))[0] for seed in range(5)]
    assert sum(score.planted for score in scores) >= 5
    assert sum(score.cut for score in scores) >= 0.7 * sum(score.planted for score in scores)
    assert sum(score.exact for score in scores) >= 2
    assert [score.damaged for score in scores] == [0] * 5


@pytest.mark.parametrize("seed", [0, 1])
def test_a_form_is_planted_alike_whichever_forms_are_asked_for(seed: int) -> None:
    """`--forms` would change the articles, and two runs could not be compared."""
    alone = list(trial([ARTICLE], ["灯笼批发", "风车"], [COMMA], CLEANER, seed))
    among = list(trial([ARTICLE], ["灯笼批发", "风车"], random.Random(seed).sample(FORMS, len(FORMS)), CLEANER, seed))
    assert alone[0] in among


def test_other_seeds_plant_otherwise() -> None:
    """`--seed` would do nothing."""
    made = [next(trial([ARTICLE], ["灯笼批发", "风车"], [COMMA], CLEANER, seed))[1] for seed in range(4)]
    assert len({planted[0].text for planted in made}) > 1
