"""Judging: which rules match a parenthetical, and which verdict follows if several do."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam import Cleaner, Ruleset, Verdict, load_rules
from cleanspam.judge.accomplices import NEAR, WEIGHT, Suspect, supported
from cleanspam.judge.judge import Judge
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.text.brackets import CONTEXT
from cleanspam.text.foldtable import SOURCE, TARGET

EVERYWHERE = "at alone glued tail line"


def rules(text: str) -> Ruleset:
    """Read rules, each without the about and the examples that a rule file must have."""
    blocks = []
    for block in dedent(text).strip().split("\n\n"):
        example = "flags 一[-(二)-]三" if "\nflag " in block else "keeps 一" if "\nkeep " in block else "cuts 一[-(二)-]三"
        blocks.append(f"{block}\nabout What the test is about.\n{example}\nkeeps 一" if block.startswith("rule") else block)
    return parse_rules([RuleSource("test.rules", "\n\n".join(blocks))])


def verdicts(text: str, ruleset: Ruleset) -> dict[str, str]:
    """Return the verdict for each parenthetical that a rule matches."""
    return {finding.text: finding.verdict.value for finding in Cleaner(ruleset).findings(text)}


def left(text: str, ruleset: Ruleset) -> str:
    """Return the cleaned text."""
    return Cleaner(ruleset).clean(text).text


ONE_OF_EACH = rules(f"""
    rule cutter
    {EVERYWHERE}
    cut 广告

    rule flagger
    {EVERYWHERE}
    flag 广告|价格

    rule keeper
    keep 公益
    """)


def test_cut_outranks_flag() -> None:
    """An ad would stay because a weaker rule matches too."""
    assert verdicts("雨(广告)停", ONE_OF_EACH) == {"(广告)": "cut"}


def test_a_flag_reports_and_leaves_in_place() -> None:
    """Doubtful text would be cut, or not be shown to anyone."""
    assert verdicts("雨(价格)停", ONE_OF_EACH) == {"(价格)": "flag"}
    assert left("雨(价格)停", ONE_OF_EACH) == "雨(价格)停"


def test_keep_outranks_cut() -> None:
    """A keep rule would protect nothing."""
    assert verdicts("雨(公益广告)停", ONE_OF_EACH) == {"(公益广告)": "keep"}
    assert left("雨(公益广告)停", ONE_OF_EACH) == "雨(公益广告)停"


def test_keep_outranks_flag() -> None:
    """A report would list texts that a keep rule protects."""
    assert verdicts("雨(公益价格)停", ONE_OF_EACH) == {"(公益价格)": "keep"}


def test_a_keep_that_holds_nothing_back_is_not_reported() -> None:
    """Reports would be full of harmless text."""
    assert verdicts("雨(公益)停", ONE_OF_EACH) == {}


def test_a_keep_inside_protects_what_is_around_it() -> None:
    """A kept aside would go with the bracket around it."""
    text = "雨(广告(公益)二)停"

    assert left(text, ONE_OF_EACH) == text
    assert verdicts(text, ONE_OF_EACH) == {"(广告(公益)二)": "keep"}


def test_a_keep_deep_inside_protects_too() -> None:
    """Protection would end at the first bracket."""
    assert left("雨(广告[甲{公益}])停", ONE_OF_EACH) == "雨(广告[甲{公益}])停"


def test_a_keep_around_does_not_protect_what_is_inside() -> None:
    """An ad planted in a kept aside would be safe there."""
    assert left("雨(公益(广告)二)停", ONE_OF_EACH) == "雨(公益二)停"


def test_a_pair_inside_does_not_lend_its_words() -> None:
    """A remark would be cut because of the ad inside it."""
    assert left("雨(指张三(广告)等)停", ONE_OF_EACH) == "雨(指张三等)停"


def test_words_around_a_pair_inside_are_read_together() -> None:
    """An ad would be safe as soon as a bracket splits it."""
    assert left("雨(广(甲)告)停", ONE_OF_EACH) == "雨停"


def test_a_finding_names_all_rules_that_decided() -> None:
    """An explanation would leave out a rule that cut."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut 广\n\nrule two\n{EVERYWHERE}\ncut 告\n\nrule three\n{EVERYWHERE}\nflag 广")
    finding = Cleaner(ruleset).clean("雨(广告)停").findings[0]

    assert finding.rules == ("one", "two")
    assert finding.site.value == "glued"


def test_nothing_is_judged_in_code() -> None:
    """A program in a Markdown file would be changed."""
    assert verdicts("`(广告)`\n```\n(广告)(价格)\n```", ONE_OF_EACH) == {}


@pytest.mark.parametrize(
    "line",
    [
        "    '雨停了(广告).*',",
        'r"雨停了(广告).+",',
        'text = text.replace("雨停了(广告)", "")',
        'if "雨停了(广告)" in text:',
        "String tip = '(广告)' + name;",
        'Replace(text, "(广告)", "", -1)',
        "text.replace(/雨停了(广告)/g, '')",
        "if (/雨停了(广告)/i.test(text)) {",
        "const mark = /雨停了(广告)/i;",
        "text.match(/雨停了(广告)/)",
        "printf('雨停了\\'(广告)');",
    ],
)
def test_nothing_is_judged_in_a_string_of_a_program(line: str) -> None:
    """A program that cleans texts would lose what it looks for."""
    assert verdicts(f"雨停了。\n{line}\n雨停了。", ONE_OF_EACH) == {}


@pytest.mark.parametrize(
    "line",
    [
        '"雨停了,(广告),快走。"',
        '他说,"雨停了,(广告),快走",然后走了。',
        '他说:"雨停了(广告)"',
        '{"text": "雨停了(广告)"}',
        "“雨停了(广告)”，",
        f'texts = ["{"雨停了。" * 30}(广告)"]',
    ],
)
def test_quoted_speech_and_texts_are_no_strings_of_programs(line: str) -> None:
    """What is planted in a dialogue or a record would stay."""
    assert left(line, ONE_OF_EACH) == line.replace("(广告)", "").replace(",,", ",")


@pytest.mark.parametrize("where", ["alone", "glued", "tail", "line", "alone line", "glued tail"])
def test_a_rule_speaks_only_at_its_sites(where: str) -> None:
    """A rule for text between commas would cut glosses."""
    text = "雨,(广告)停,(广告),风(广告),云(广告)\n(广告)\n雪"
    found = Cleaner(rules(f"rule one\nat {where}\ncut 广告")).clean(text).findings

    assert {finding.site.value for finding in found} == set(where.split())


def test_a_rule_speaks_only_about_its_brackets() -> None:
    """A rule for round brackets would cut headings."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\nbrackets () 【\ncut 广告")

    assert left("雨(广告)停（广告）风【广告】云[广告]雪", ruleset) == "雨停风云[广告]雪"


def test_any_of_several_patterns_will_do() -> None:
    """The second line of a rule would be ignored."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut 广告\ncut 价格")

    assert left("雨(广告)停(价格)风(甲)", ruleset) == "雨停风(甲)"


def test_patterns_see_the_fold() -> None:
    """A rule would have to list every disguise."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut ^seo优化$")

    assert left("雨(ＳＥＯ·優化)停(ｓeo 优\u200b化)风", ruleset) == "雨停风"


def test_a_length_bounds_the_own_text_on_both_sides() -> None:
    """A rule for short texts would cut whole sentences, and one without an upper bound spare the longest."""
    between = rules(f"rule one\n{EVERYWHERE}\nlength 3-4\ncut 广告")
    at_least = rules(f"rule one\n{EVERYWHERE}\nlength 3\ncut 广告")

    assert left("雨(广告)停(甲广告)风(甲广告乙)云(甲乙广告丙)", between) == "雨(广告)停风云(甲乙广告丙)"
    assert left(f"雨(广告)停(甲广告)风(广告{'甲' * 120})", at_least) == "雨(广告)停风"


def test_one_unless_is_enough_to_hold_a_rule_back() -> None:
    """An exception in a rule would do nothing."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut 广告\nunless 我\nunless ^即")

    assert left("雨(广告)停(我的广告)风(即广告)云(广告即)", ruleset) == "雨停(我的广告)风(即广告)云"


def test_before_and_after_look_at_the_text_around() -> None:
    """A rule with a condition on the text around would match everywhere."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut 广告\nbefore 雨$\nafter ^停")

    assert left("雨(广告)停,雨(广告)风,云(广告)停", ruleset) == "雨停,雨(广告)风,云(广告)停"


def test_any_of_several_befores_will_do() -> None:
    """The second line of a condition would be ignored."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut 广告\nbefore 雨$\nbefore 云$")

    assert left("雨(广告)停,云(广告)停,风(广告)停", ruleset) == "雨停,云停,风(广告)停"


def test_before_and_after_end_at_the_line() -> None:
    """A verdict would depend on the paragraph above."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut 广告\nbefore ^雨\nafter 停$")

    assert left("云\n雨(广告)停\n云", ruleset) == "云\n雨停\n云"
    assert left("云\r\n雨(广告)停\r\n云", ruleset) == "云\r\n雨停\r\n云"
    assert left("雨\n云(广告)停", ruleset) == "雨\n云(广告)停"
    assert left("雨(广告)云\n停", ruleset) == "雨(广告)云\n停"


def test_before_and_after_see_no_further_than_the_context() -> None:
    """Judging a line of a megabyte would read it once for every parenthetical in it."""
    ruleset = rules(f"rule one\n{EVERYWHERE}\ncut 广告\nbefore 雨\nafter 停")
    near, far = "云" * (CONTEXT - 1), "云" * CONTEXT

    assert left(f"雨{near}(广告){near}停", ruleset) == f"雨{near}{near}停"
    assert left(f"雨{far}(广告){near}停", ruleset) == f"雨{far}(广告){near}停"
    assert left(f"雨{near}(广告){far}停", ruleset) == f"雨{near}(广告){far}停"


NEEDS = rules(f"""
    list platform
      淘宝 app 抖 音乐

    list trade
      货源 c

    list city
      吉安

    rule one
    {EVERYWHERE}
    has platform city
    has trade
    cut .
    """)


def test_every_needs_must_be_met_by_a_word_of_any_of_its_lists() -> None:
    """A rule would cut with half of its evidence."""
    text = "雨(淘宝货源)停(吉安货源)风(淘宝吉安)云(货源)雪(淘寶 貨源)"

    assert left(text, NEEDS) == "雨停风(淘宝吉安)云(货源)雪"


@pytest.mark.parametrize("own", ["app货源", "app 货源", "货源app"])
def test_a_latin_word_counts_as_a_whole(own: str) -> None:
    """A platform with a Latin name would not be found."""
    assert left(f"雨({own})停", NEEDS) == "雨停"


@pytest.mark.parametrize("own", ["mapper货源", "apple货源", "货源apps"])
def test_a_latin_word_inside_another_does_not_count(own: str) -> None:
    """An English word would be taken for the platform it contains."""
    assert left(f"雨({own})停", NEEDS) == f"雨({own})停"


def test_a_named_list_in_a_pattern_matches_its_words() -> None:
    """Words would have to be written into patterns."""
    ruleset = rules(f"list big-shop\n  淘宝 天猫\n\nrule one\n{EVERYWHERE}\ncut ^\\L<big-shop>开店$")

    assert left("雨(淘宝开店)停(天貓開店)风(京东开店)", ruleset) == "雨停风(京东开店)"


def test_cutting_flagged_cuts_what_is_flagged_and_keeps_what_is_kept() -> None:
    """A user who asks for more could not get it, or would lose what keep rules protect."""
    assert left("雨(价格)停(公益价格)风", ONE_OF_EACH.cutting_flagged()) == "雨停(公益价格)风"


def test_only_and_without_choose_rules_and_keeps_stay() -> None:
    """Choosing a rule would switch off the protection of ham."""
    assert [rule.id for rule in ONE_OF_EACH.only(["flagger"]).rules] == ["flagger", "keeper"]
    assert [rule.id for rule in ONE_OF_EACH.without(["cutter"]).rules] == ["flagger", "keeper"]


def test_keep_texts_keep_whole_own_texts() -> None:
    """A text that was listed to stay would be cut, or everything that contains it would stay."""
    ruleset = rules(f"""
        rule one
        {EVERYWHERE}
        cut 广告

        keep-texts known-good
        about Names of works.
        texts 廣告狂人
              广告人的自白
        """)

    assert (
        left("雨(广告狂人)停(廣告·狂人)风(广告人的自白)云(广告狂人二)", ruleset)
        == "雨(广告狂人)停(廣告·狂人)风(广告人的自白)云"
    )


TWO_PASSES = rules("rule one\nat alone\ncut 广告\n\nrule two\nat alone\ncut 价格\nafter ^,停")


def test_cutting_goes_on_until_nothing_is_left_to_cut() -> None:
    """A second run would cut plantings that appear only when others are gone."""
    assert left("雨,(价格),(广告),停", TWO_PASSES) == "雨,停"


def test_a_finding_of_a_second_pass_points_at_the_original() -> None:
    """A report would show another place than the one that was cut."""
    text = "雪,(广告),雨,(价格),(广告),停"
    found = Cleaner(TWO_PASSES).clean(text).findings

    assert [(finding.start, finding.text) for finding in found] == [(2, "(广告)"), (9, "(价格)"), (14, "(广告)")]
    assert [finding.rules for finding in found] == [("one",)] * 3


PHRASES = [
    *("怎么注册公司", "空调维修多少钱", "小程序开发公司哪家好", "ae软件破解版下载", "亚马逊fba运费多少", "世界杯买球网站推荐"),
    *("青石巷小馆", "家电回收公司", "seo", "即甲", "我的网站", "其实没有走远", "mapper", "app"),
]
SPELLINGS: dict[str, list[str]] = {}
for spelling, meant in zip(SOURCE, TARGET, strict=True):
    SPELLINGS.setdefault(meant, []).append(spelling)
NOTHING = SPELLINGS.pop("\0")


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """Draw a phrase, sometimes with other spellings of its characters and with filler between them."""
    phrase = draw(st.sampled_from(PHRASES))
    if draw(st.booleans()):
        phrase = "".join(draw(st.sampled_from([char, *SPELLINGS.get(char, ())])) for char in phrase)
    if draw(st.booleans()):
        filler = st.sampled_from(["", "", *" ·★-._~|+/*\u3000\u200b\ufe0f", "··", " ★", draw(st.sampled_from(NOTHING))])
        phrase = "".join(char + draw(filler) for char in phrase)
    return phrase


BESIDE = st.sampled_from([*",，。\n", "雨停了", "", " ", "(", "）", "甲。"])
PIECES = st.one_of(
    st.sampled_from([*"，,。；\n()（）[]【】`", "雨停了", " ", "·", "\u200b", "1."]),
    disguised(),
    st.builds("{}({}){}".format, BESIDE, disguised(), BESIDE),
    st.builds("{}（{}【{}】{}）{}".format, BESIDE, disguised(), disguised(), st.sampled_from(["", "公司"]), BESIDE),
)
SHIPPED = Judge(load_rules())


ONE_SCALE = dedent("""
    list  ad
          广告 推广

    rule strong
    about A word that nobody sets aside.
    at alone
    cut 推广
    cuts 雨,[-(推广),-]停
    keeps 雨

    rule weak
    about A word that authors set aside, too.
    at alone glued
    cut ends ad
    accomplices 2
    cuts 雨,[-(甲广告),-]停,[-(乙广告),-]了,[-(丙广告),-]风
    keeps 雨

    rule held
    about A firm.
    accomplices 5
    keep 公司
    keeps 雨(公司)
    """)


def cleaned(text: str) -> str:
    """Return a text cleaned by the rules above."""
    return Cleaner(parse_rules([RuleSource("test.rules", ONE_SCALE)])).clean(text).text


def test_a_weak_rule_cuts_with_accomplices_and_flags_without() -> None:
    """Two asides of an author would be cut, or three plantings would stay."""
    assert cleaned("雨,(甲广告),停,(乙广告),了") == "雨,(甲广告),停,(乙广告),了"
    assert cleaned("雨,(甲广告),停,(乙广告),了,(丙广告),风") == "雨,停,了,风"
    findings = Cleaner(parse_rules([RuleSource("test.rules", ONE_SCALE.replace("accomplices 2", "accomplices 1"))])).findings(
        "雨,(甲广告),停"
    )
    assert [(one.verdict, one.rules) for one in findings] == [(Verdict.FLAG, ("weak",))]


def test_a_planting_that_convicts_alone_counts_for_four_between_marks() -> None:
    """The weaker of two plantings would stay, or the brackets of a heading would count as evidence against an aside."""
    needy = ONE_SCALE.replace("accomplices 2", "accomplices 4").replace(",-]风", ",-]风,[-(推广),-]雪")
    assert Cleaner(parse_rules([RuleSource("test.rules", needy)])).clean("雨,(甲广告),停,(推广),了").text == "雨,停,了"
    assert cleaned("雨,(甲广告),停,(推广),了") == "雨,停,了"
    assert cleaned("雨,(甲广告),停,【推广】,了") == "雨,(甲广告),停,了"


def test_only_other_texts_in_the_same_brackets_and_manner_are_accomplices() -> None:
    """A repeated term, a heading or a gloss would count as evidence against an aside."""
    assert cleaned("雨,(甲广告),停,(甲广告),了,(甲广告),风") == "雨,(甲广告),停,(甲广告),了,(甲广告),风"
    assert cleaned("雨,(甲广告),停,【乙广告】,了,【丙广告】,风") == "雨,(甲广告),停,【乙广告】,了,【丙广告】,风"
    assert cleaned("雨,(甲广告),停(乙广告)了(丙广告)风") == "雨,(甲广告),停(乙广告)了(丙广告)风"


def test_a_note_of_a_site_is_no_evidence_for_a_query() -> None:
    """Beside two notes of a copying site, an author's gloss that names the goods of a market would be cut as a search query."""
    notes = "他推开门（本章未完，请点击下一页继续阅读）走了。那条街{}天不亮就热闹。她坐下（天才一秒记住本站地址）喝茶。"
    kept = "他推开门走了。那条街（海鲜水产批发）天不亮就热闹。她坐下喝茶。"
    assert Cleaner(load_rules()).clean(notes.format("（海鲜水产批发）")).text == kept


def test_a_betting_brand_is_no_evidence_for_a_query_of_bets() -> None:
    """Beside a planted brand an article about courts or papers would lose its glosses and headings about bets."""
    brand, articles = (
        "（欧宝体育app官网）",
        ["法院认定，被告的网站（时时彩投注）属于赌场{}。", "【赌球网站推荐】第一个案子发生在宁波{}。"],
    )
    clean = Cleaner(load_rules()).clean
    for article in articles:
        brands = brand.translate(str.maketrans("（）", "【】")) if article[0] == "【" else brand
        assert clean(article.format(brands)).text == article.format("")


def test_a_keep_rule_gives_way_at_its_own_number() -> None:
    """A firm's name between two plantings would stay, or one beside a single planting would be cut."""
    assert cleaned("雨,(推广公司),停,(推广),了") == "雨,(推广公司),停,了"
    assert cleaned("雨,(推广公司),停,(推广),了,(甲推广),风") == "雨,停,了,风"


def test_accomplices_stand_nearby() -> None:
    """Plantings in another article of a stream would count as evidence against an aside."""
    far = "风" * NEAR
    assert cleaned(f"雨,(甲广告),停{far},(乙广告),了{far},(丙广告),风").count("广告") == 3


def test_a_chain_is_one_planting_and_goes_as_a_whole() -> None:
    """A link of a chain that no rule matches would stay, or the names in a row would be evidence against each other."""
    assert cleaned("雨,(推广),(谁也不识),(甲广告),停") == "雨,停"
    assert cleaned("雨,(甲广告),(乙广告),(丙广告),停") == "雨,(甲广告),(乙广告),(丙广告),停"


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from("甲乙丙丁"), st.integers(0, 3)), max_size=12, unique_by=lambda x: x[0]
    )
)
def test_the_verdict_is_the_largest_set_that_supports_itself(drawn: list[tuple[int, str, int]]) -> None:
    """A planting would stay although its accomplices are cut, or be cut although they are not."""
    suspects = [Suspect(at * NEAR // 8, "words", (own,), needs, NEAR, WEIGHT) for at, own, needs in drawn]

    def others(one: Suspect, among: list[Suspect]) -> int:
        near = [other for other in among if abs(other.start - one.start) <= NEAR and other.keys != one.keys]
        return sum(
            max(1 if other.needs else WEIGHT for other in near if other.keys == keys) for keys in {other.keys for other in near}
        )

    left = list(suspects)
    while out := [one for one in left if others(one, left) < one.needs]:
        left.remove(out[0])
    assert supported(suspects) == {one: others(one, left) for one in left}


def test_a_rule_without_words_has_its_own_way() -> None:
    """One rule of a user's without a list would slow all others, or miss parentheticals behind words."""
    slow = "rule odd\nabout A test.\nat glued\ncut ^青竹小馆$\ncuts 老[-(青竹小馆)-]树\nkeeps 树"
    judge = Judge(parse_rules([RuleSource("slow.rules", slow), RuleSource("test.rules", ONE_SCALE)]))
    assert [one.text for one in judge.cuts("老(青竹小馆)树,(推广),开")] == ["(青竹小馆)", "(推广)"]


@given(st.text(st.sampled_from("雨停,，。（）()【】推广甲乙公司\n`"), max_size=60))
def test_the_quick_way_cuts_what_asking_every_rule_cuts(text: str) -> None:
    """The prefilter and the index would hide a planting from the rules."""
    judge = Judge(parse_rules([RuleSource("test.rules", ONE_SCALE)]))
    for one in (judge, SHIPPED):
        assert one.cuts(text) == [finding for finding in one.judged(text) if finding.verdict is Verdict.CUT]


@pytest.mark.parametrize("gap", ["", "，", " ， ", "，，", "、"])
def test_findings_and_cuts_agree_where_a_chain_ends(gap: str) -> None:
    """A report would name a link that the cleaned text still has."""
    text = f"他走了，(怎么注册公司){gap}(青石巷小馆)，天黑了。"
    cleaner = Cleaner(load_rules())
    found = [finding for finding in cleaner.findings(text) if finding.verdict is Verdict.CUT]
    assert found == list(cleaner.clean(text).findings)


BACKED = rules("""
    rule asking
    at glued
    flag 灯笼|纸伞|风筝
    accomplices 2
    """)


def test_a_flag_that_asks_for_accomplices_needs_them() -> None:
    """Each gloss of an author would be flagged, or none of several plantings."""
    assert verdicts("他(灯笼坊)走了(纸伞坊子)很久。", BACKED) == {}
    assert set(verdicts("他(灯笼坊)走了(纸伞铺子)很(风筝店里)久。", BACKED).values()) == {"flag"}
    assert left("他(灯笼坊)走了(纸伞铺子)很(风筝店里)久。", BACKED) == "他(灯笼坊)走了(纸伞铺子)很(风筝店里)久。"
