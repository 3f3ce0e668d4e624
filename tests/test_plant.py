"""Planting: where each form plants, and that the recorded truth is right."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.text.readings import usual_reading
from cleanspam.workshop.plant import FORMS, Planted, PlantingForm, plant, templates

BY_NAME = {form.name: form for form in FORMS}
PHRASES = ("竹蜻蜓批发哪里有", "纸鸢diy培训班88元", "灯笼作坊加盟")
# Long enough for every form: commas, stops, quotation marks, Latin words, an aside, lines without a stop.
ARTICLE = (
    "旧书铺的一个下午\n"
    "巷子深处有一家没有招牌的旧书铺，门口的藤椅总是空着，屋里却常常坐满了人。掌柜戴一副圆框眼镜，说话慢，找书快。\n"
    "他常常念叨“书是要有人翻的”，翻过的书才有温度，不翻的书和砖头没有两样。有人带来一台老相机，Nikon的快门还很清脆，"
    "1983年的说明书夹在里面，纸已经发黄了。\n"
    "傍晚时雨下了起来，屋檐的水连成了线，谁也没有要走的意思。掌柜煮了一壶茶（用的是去年秋天晒的桂花），给每个人倒了一杯。\n"
    "外面的车灯一闪一闪，里面的人一页一页地读，连猫也安静了。\n"
)
HALF = ARTICLE.translate(str.maketrans("，（）", ",()"))


def planted(name: str, article: str = ARTICLE, seed: int = 0) -> Planted:
    """Plant in one form."""
    return plant(article, PHRASES, BY_NAME[name], random.Random(seed))


def by_hand(made: Planted, form: PlantingForm) -> str:
    """Remove the plantings one after the other, as a patient editor would, with commas of either width."""
    text = made.text
    for _, bracketed in made.ads:
        found = re.search(f"{_comma(form.before)}{re.escape(bracketed)}{_comma(form.after)}", text)
        assert found, (bracketed, text)
        text = text[: found.start()] + text[found.end() :]
    return text


def without(made: Planted) -> str:
    """Take out the spans that the truth names."""
    text = made.text
    for start, end in reversed(made.spans):
        text = text[:start] + text[end:]
    return text


def _comma(separator: str) -> str:
    return "[,，]" if separator == "," else separator


def around(made: Planted) -> list[tuple[str, str, str]]:
    """Return for each planting the text before it, the parenthetical, and the text behind it."""
    found = []
    for _, bracketed in dict.fromkeys(made.ads):
        at = made.text.index(bracketed)
        found.append((made.text[:at], bracketed, made.text[at + len(bracketed) :]))
    return found


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("article", [ARTICLE, HALF], ids=["full", "half"])
def test_every_form_finds_a_place_and_its_truth_is_the_article(form: PlantingForm, article: str) -> None:
    """A form would plant nothing at all, or a cleaner would be scored against a wrong original."""
    for seed in range(8):
        made = plant(article, PHRASES, form, random.Random(seed))
        assert made.want == article
        assert made.ads
        assert by_hand(made, form) == article
        assert without(made) == article


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_seed_plants_the_same_every_time(form: PlantingForm) -> None:
    """Two people could not compare their figures."""
    made = [plant(ARTICLE, PHRASES, form, random.Random(7)) for _ in range(2)]
    assert made[0] == made[1]
    assert len({plant(ARTICLE, PHRASES, form, random.Random(seed)).text for seed in range(9)}) > 1


@given(st.text(alphabet="山水人家灯火。，,！？“”（）()a1\n ", max_size=200), st.sampled_from(FORMS), st.integers(0, 99))
def test_planting_only_adds(article: str, form: PlantingForm, seed: int) -> None:
    """The article's own characters would be lost or moved, whatever the article looks like."""
    made = plant(article, PHRASES, form, random.Random(seed))
    assert made.want == article
    rest = iter(made.text)
    assert all(char in rest for char in article)
    assert len(made.text) >= len(article) + sum(len(bracketed) for _, bracketed in made.ads)
    assert (made.text == article) == (not made.ads)


def test_names_of_forms_are_unique_and_explained() -> None:
    """`--forms` could not tell two forms apart, or a form would not be explained."""
    assert len(BY_NAME) == len(FORMS)
    assert all(form.about and re.fullmatch(r"[a-z]+(-[a-z]+)*", form.name) for form in FORMS)


def test_an_article_without_a_place_comes_back_as_it_is() -> None:
    """An article would be spoilt where the form has no place."""
    assert plant("一行没有停顿的字", PHRASES, BY_NAME["comma"], random.Random(0)) == (*("一行没有停顿的字",) * 2, (), ())


def test_plantings_keep_away_from_the_articles_own_brackets() -> None:
    """An aside would stand beside an ad, and no one could say which of two commas was the article's."""
    near = "茶，（老茶）凉了，人散了"
    assert not plant(near, PHRASES, BY_NAME["comma"], random.Random(0)).ads


@pytest.mark.parametrize("name", ["comma", "chain", "brackets", "traditional", "zero-width", "single"])
def test_comma_forms_stand_behind_a_comma_and_bring_one(name: str) -> None:
    """The commonest form of planting would not be like that in the wild."""
    for before, _, after in around(planted(name)):
        assert before[-1] in "，,"
        assert after[0] in "，,"


def test_readings_stand_behind_the_characters_that_are_read_so() -> None:
    """The form would make plantings that no copying site makes."""
    for start, end in planted("reading").spans:
        text = planted("reading").text
        assert text[start + 1 : end - 1] == usual_reading(text[start - 1]) != ""


def test_lines_are_whole_lines_and_end_as_the_article_does() -> None:
    """A note would be glued to a paragraph, and its removal take the paragraph's line end."""
    made = plant(ARTICLE.replace("\n", "\r\n"), PHRASES, BY_NAME["line"], random.Random(1))
    assert made.ads
    lines = made.text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert {line for _, line in made.ads} <= set(lines)
    assert set(lines) - {line for _, line in made.ads} == set(ARTICLE.split("\n"))


def test_a_double_title_asks_about_the_title() -> None:
    """The form would try a bracket that has nothing to do with the title."""
    ((asked, bracketed),) = planted("double-title").ads
    assert planted("double-title").text.startswith(f"旧书铺的一个下午{bracketed}\n")
    assert asked[:4] == "旧书铺的"


def test_an_article_has_one_site() -> None:
    """Notes of five sites would stand in one text, as in no text of the wild."""
    for seed in range(20):
        hosts = re.findall(r"www\.[a-z]+\.[a-z]+", planted("site-note", seed=seed).text)
        assert len(set(hosts)) <= 1


def test_every_slot_of_a_template_can_be_filled() -> None:
    """A form would stop in the middle of a trial, for one seed in a hundred."""
    known = {*templates(), "phrase", "host", "account", "number", "spaced", "enclosed"}
    assert {slot for values in templates().values() for value in values for slot in re.findall(r"\{(.*?)\}", value)} <= known


def test_chains_are_chains() -> None:
    """Two ads in a row would never be tried."""
    made = planted("chain")
    assert re.search(r"[)）][，,][(（]", made.text)
    assert len(made.ads) >= 2


def test_single_plants_one() -> None:
    """A single ad would never be tried."""
    assert {len(planted("single", seed=seed).ads) for seed in range(9)} == {1}


def test_after_stop_line_start_and_before_stop_stand_there() -> None:
    """The forms at the edges of sentences would measure something else."""
    assert all(before[-1] in "。！？" for before, _, _ in around(planted("after-stop")))
    assert all(before[-1:] in ("", "\n") for before, _, _ in around(planted("line-start")))
    stops = around(planted("before-stop"))
    assert all(before[-1] in "，," and after[0] == "。" for before, _, after in stops)


def test_quotation_forms_stand_inside_the_marks() -> None:
    """Ads beside quotation marks would never be tried."""
    assert [before[-1] for before, _, _ in around(planted("quote-open"))] == ["“"]
    assert [after[0] for _, _, after in around(planted("quote-close"))] == ["”"]


def test_beside_latin_is_followed_by_a_letter_or_digit() -> None:
    """Ads beside Latin text would never be tried."""
    assert all(re.match(r"[，,][A-Za-z0-9]", after) for _, _, after in around(planted("beside-latin")))


def test_nested_stands_inside_the_authors_own_brackets() -> None:
    """Nobody would notice that an aside goes with the ad inside it."""
    [(before, _, after)] = around(planted("nested"))
    assert before.endswith("（")
    assert after[1:].startswith("用的是去年秋天晒的桂花）")


def test_text_end_and_line_end_stand_at_the_end() -> None:
    """The double title and the ad at the end would never be tried."""
    assert [after for _, _, after in around(planted("text-end"))] == ["\n"]
    assert all(after.startswith("\n") for _, _, after in around(planted("line-end")))


def test_glued_stands_between_two_words_without_marks() -> None:
    """The hardest form would be planted with a comma that gives it away."""
    for before, _, after in around(planted("glued")):
        assert "\u4e00" <= before[-1] <= "\u9fff"
        assert "\u4e00" <= after[0] <= "\u9fff"


@pytest.mark.parametrize(
    ("name", "filler"), [("zero-width", "\u200b"), ("spaced", " "), ("dotted", "·"), ("starred", "★"), ("hyphened", "-")]
)
def test_fillers_stand_between_all_characters(name: str, filler: str) -> None:
    """A disguise would be tried in name only."""
    for phrase, bracketed in planted(name).ads:
        assert bracketed[1:-1] == filler.join(phrase)


def test_the_other_disguises_change_the_characters() -> None:
    """Traditional and full-width spam would be tried in name only."""
    made = [bracketed for seed in range(5) for _, bracketed in planted("traditional", seed=seed).ads]
    assert any("紙鳶" in bracketed or "裏" in bracketed or "燈籠" in bracketed for bracketed in made)
    for phrase, bracketed in planted("full-width").ads:
        assert not re.search(r"[!-~]", bracketed[1:-1])
        assert unicodedata.normalize("NFKC", bracketed[1:-1]) == phrase


def test_brackets_of_other_kinds_and_mixed_widths_are_planted() -> None:
    """Only round brackets would ever be tried."""
    kinds = {bracketed[0] + bracketed[-1] for seed in range(120) for _, bracketed in planted("brackets", seed=seed).ads}
    assert kinds == set(BY_NAME["brackets"].brackets)
    mixed = {bracketed[0] + bracketed[-1] for seed in range(20) for _, bracketed in planted("mixed-width", seed=seed).ads}
    assert mixed == {"(）", "（)"}


def test_both_widths_are_planted() -> None:
    """Ads would always be as wide as the article's own marks, which those of spam sites are not."""
    widths = {bracketed[0] for seed in range(20) for _, bracketed in planted("comma", seed=seed).ads}
    assert widths == {"(", "（"}
