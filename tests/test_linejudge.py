"""Rules about lines and readings, and conditions of few rules: `echoes`, `line first`, `spelled`, `despite`, `repeats`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam import Cleaner, Verdict, clean, load_rules, restore
from cleanspam.errors import RuleError
from cleanspam.judge.explain import explain
from cleanspam.judge.judge import Judge
from cleanspam.model import Site
from cleanspam.native import IS_COMPILED
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.conditions import Share
from cleanspam.rulebook.parse import parse_rules

LINES = """\
list  note
      请记住本馆 收藏本馆

place as-line
about A line, or a note behind its last sentence.
where whole head foot note

rule  note
about What the house asks its readers.
at    as-line
has   note
cut   has note
unless 读者
cuts  天亮了。
      [-请记住本馆
      -]他走了。
keeps 读者请记住本馆

keep-texts own
about A title of ours.
texts 请记住本馆的名字
"""
FLAGGED = """\
rule  amid
about The same amid a line.
at    amid
has   note
flag  has note
flags 天亮了。[-请记住本馆。-]他走了。
keeps 天亮了。
"""


def cleaner(*rules: str) -> Cleaner:
    """Return a cleaner by these rules alone."""
    return Cleaner(parse_rules([RuleSource("own.rules", "\n\n".join(rules))]))


NOTES = cleaner(LINES, FLAGGED)
BESIDE = """\
place in-row
about Beside a note of the house.
where beside

list  button
      目录 回首页

rule  beside
about The buttons of the house.
at    in-row
cut   ^(?:\\L<button>){1,3}$
cuts  [-目录
      请记住本馆
      -]天亮了。
keeps 目录
      天亮了。
"""
ROWS = cleaner(LINES, BESIDE)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("天亮了。\n请记住本馆\n他走了。\n", "天亮了。\n他走了。\n"),
        ("天亮了。\r\n請記住本館\r\n他走了。\r\n", "天亮了。\r\n他走了。\r\n"),
        ("请记住本馆\n天亮了。\n", "天亮了。\n"),
        ("天亮了。\n他走了。\n请记住本馆", "天亮了。\n他走了。"),
        ("天亮了。请记住本馆\n他走了。\n", "天亮了。\n他走了。\n"),
        ("天亮了。\n请记住本馆！收藏本馆！\n他走了。\n", "天亮了。\n他走了。\n"),
    ],
)
def test_a_planted_line_goes_with_its_line_end_and_nothing_else(text: str, left: str) -> None:
    """The neighbours of a cut line would be joined, or an empty line be left."""
    cleaning = NOTES.clean(text)
    assert cleaning.text == left
    assert restore(cleaning.text, cleaning.cuts) == text


@pytest.mark.parametrize(
    "line",
    [
        "他说请记住本馆，他就走了。屋里没有别人。",  # a sentence of its own behind it
        "请记住本馆的名字",  # kept word by word
        "读者请记住本馆",
        "```\n请记住本馆\n```",
        f"请记住本馆{'，他走了很远' * 80}",  # a paragraph
    ],
)
def test_a_line_that_is_not_all_planted_stays(line: str) -> None:
    """Sentences of the author would be cut because of one word."""
    text = f"天亮了。\n\n{line}\n\n他走了。\n灯亮着。\n没有风。\n"
    assert NOTES.clean(text).text is text


def test_a_place_names_words_that_stand_near_the_ends_of_a_planted_line() -> None:
    """A line with a rule's words at its head only would go with the author's words behind them, or a whole note stay."""
    text = "天亮了。\n请记住本馆，明年这时候还会有更多好看的花灯。\n他走了。\n"
    near = LINES.replace("where whole head foot note\n", "where whole head foot note\nnear subject\n")
    assert NOTES.clean(text).text == text
    assert cleaner(near, "list subject\n      花灯\n").clean(text).text == "天亮了。\n他走了。\n"


def test_what_a_keep_rule_protects_is_named_so() -> None:
    """Nobody could see why a line stays that rules speak against."""
    (finding,) = NOTES.findings("天亮了。\n请记住本馆的名字\n他走了。\n")
    assert (finding.verdict, finding.rules, finding.text) == (Verdict.KEEP, ("own",), "请记住本馆的名字")


def test_a_sentence_amid_a_line_is_flagged_alone() -> None:
    """The flag would name the paragraph, and nobody would find the note in it."""
    words = LINES.partition("\n\n")[0]
    (finding,) = cleaner(words, FLAGGED).findings("天亮了。请记住本馆。他走了。\n")
    assert (finding.text, finding.site, finding.verdict) == ("请记住本馆。", Site.AMID, Verdict.FLAG)


@given(
    st.lists(
        st.sampled_from(["天亮了。", "请记住本馆", "收藏本馆！", "他走了", "(收藏本馆)", "", "读者请记住本馆"]), max_size=8
    )
)
def test_lines_keep_the_laws(lines: list[str]) -> None:
    """A second pass would cut more, or cuts could not be put back."""
    text = "\n".join(lines)
    cleaning = NOTES.clean(text)
    assert restore(cleaning.text, cleaning.cuts) == text
    assert NOTES.clean(cleaning.text).text == cleaning.text
    assert all(text[cut.start : cut.end] == cut.text for cut in cleaning.cuts)


TITLE = """\
place title
about Behind the title.
where glued tail
line  first

rule  title
about Asks for what the title is about.
at    title
echoes 4
cut   怎么
cuts  旧冰箱除味[-（旧冰箱除味怎么做）-]
keeps 旧冰箱除味（别的事怎么做）
"""


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("旧冰箱除味（旧冰箱怎么洗）\n他洗了冰箱。", False),  # three in a row
        ("旧冰箱除味（旧冰箱除怎么洗）\n他洗了冰箱。", True),  # four
        ("舊冰箱除味（旧冰箱除味怎么做）\n他洗了冰箱。", True),  # in another spelling
        ("\n\n  旧冰箱除味（旧冰箱除味怎么做）\n他洗了冰箱。", True),  # blank lines are none
        ("家务\n旧冰箱除味（旧冰箱除味怎么做）\n他洗了冰箱。", False),  # the second line
        ("家务\r旧冰箱除味（旧冰箱除味怎么做）\r他洗了冰箱。", False),
        ("旧冰箱，除味（旧冰箱除味怎么做）\n", False),  # not in a row
        ("怎么旧（怎么）", False),  # shorter than what it must share
    ],
)
def test_echoes_and_line_first_ask_for_the_title_and_its_words(text: str, is_cut: bool) -> None:
    """A bracket amid the text, or one without words of the title, would be taken for a double title."""
    assert (cleaner(TITLE).clean(text).text != text) == is_cut


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        (
            "竹网站的价格/灯的推广\n\n竹网站的价格,灯的推广,河灯,桥",
            ["竹网站的价格,灯的推广,河灯"],
        ),  # marks and blank lines do not count
        (
            "竹網站的價格灯的推广\n竹网站的价格，灯的推广，河灯，桥" + "天亮了" * 200,
            ["竹网站的价格，灯的推广，河灯"],
        ),  # in any script, before a paragraph
        (
            "竹网站的价格灯的推广\n竹網(wǎng)站的价格,灯的推广,河灯,竹網(wǎng)站竹子",
            ["竹網(wǎng)站的价格,灯的推广,河灯"],
        ),  # readings are cut
        ("竹网站的价格与灯的推广\n竹网站的价格,灯的推广,河灯,桥", []),
        ("竹网站的价格灯的推广\n竹网站的价格,灯的推广,河灯。", []),  # two commas
        ("天亮了。\n竹网站的价格,灯的推广,河灯,桥", []),
    ],
)
def test_echoes_parts_asks_for_the_line_above(text: str, flagged: list[str]) -> None:
    """Queries before the first words would be missed, in long lines and in copies with readings, or all lists flagged."""
    findings = Cleaner(load_rules()).findings(text)
    assert [finding.text for finding in findings if finding.verdict is Verdict.FLAG] == flagged


APART = """\
rule  shop
about A shop's name that signs hide.
at    glued
spelled apart
cut   书
cuts  天[-（青♂竹♂书♂屋）-]亮了
keeps 天（青竹书屋）亮了
"""


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("天（青＠竹＠書＠屋）亮了", True),
        ("天（竹＠书＠屋）亮了", False),  # three characters
        ("天（青·竹·书·屋）亮了", False),  # a list
        ("天（书*长*宽*高）亮了", True),  # four factors look like a name
        ("天（在青竹书屋＠＠）亮了", False),
    ],
)
def test_spelled_apart_asks_for_signs_between_all_characters(text: str, is_cut: bool) -> None:
    """A list of characters would be taken for a hidden name, or a hidden name in another script would be missed."""
    assert (cleaner(APART).clean(text).text != text) == is_cut


DESPITE = """\
rule  {name}
about A phrase, {name}.
at    glued
{despite}
cut   甲乙丙
cuts  天[-（甲乙丙）-]亮了
keeps 天（甲乙）亮了
"""
KEEPS = """\
rule  keep-one
about The first reason.
keep  甲乙
keeps 天（甲乙）亮了

rule  keep-two
about The second reason.
keep  乙丙
keeps 天（乙丙）亮了
"""


@pytest.mark.parametrize(
    ("despite", "verdict"),
    [
        ("", Verdict.KEEP),
        ("despite keep-one", Verdict.KEEP),  # the other one still holds
        ("despite keep-one keep-two", Verdict.CUT),
        ("despite keep-*", Verdict.CUT),
        ("despite *-two keep-*e", Verdict.CUT),
        ("despite other-*", Verdict.KEEP),
    ],
)
def test_a_rule_outranks_the_keep_rules_that_it_names_and_no_other(despite: str, verdict: Verdict) -> None:
    """A disguised contact would stay because of an author's word in it, or a rule outrank keep rules that it does not name."""
    rules = DESPITE.format(name="one", despite=despite).replace("\n\n", "\n")
    (finding,) = cleaner(rules, KEEPS).findings("天（甲乙丙）亮了")
    assert finding.verdict is verdict


def test_a_rule_that_outranks_lends_that_to_no_other_rule() -> None:
    """A cut would be counted for a rule that could not have made it."""
    one, two = (DESPITE.format(name=name, despite=despite) for name, despite in (("one", "despite keep-*"), ("two", "")))
    (finding,) = cleaner(one, two.replace("\n\n", "\n"), KEEPS).findings("天（甲乙丙）亮了")
    assert finding.verdict is Verdict.CUT
    assert finding.rules[0] == "one"


def test_no_clause_goes_over_the_end_of_a_bracket() -> None:
    """What the author wrote behind a note in a bracket would be cut with the end of the note."""
    text = "客人不多。【本章节首发青竹小说网，请记住网址】卖茶的老太太走过来，问他要不要。"
    assert "卖茶的老太太走过来，问他要不要。" in clean(text).text


def test_a_sentence_of_the_text_does_not_go_with_a_note_because_another_rule_knows_a_word_of_it() -> None:
    """The paragraph before the note of a site would be cut with it: its 看起来 is a word of some rule about lines."""
    text = "深夜里火把闪烁，整个军营看起来固若金汤，更有一种秩序的感觉。[*青*竹*书屋*] WWW.QINGZHU.ORG"
    assert clean(text).text == "深夜里火把闪烁，整个军营看起来固若金汤，更有一种秩序的感觉。"


CLAIMS = """\
list  thing
      看 网 馆

list  claim
      一号阅览室 二号阅览室 三号阅览室 四号阅览室

place as-line
about A line.
where whole head foot

rule  note
about What a house claims.
at    as-line
has   thing
has   claim
cut   馆
cuts  天亮了。
      [-本馆有三号阅览室。
      -]他走了。
keeps 本馆天亮了。
"""


def test_lines_are_looked_for_by_the_words_that_are_rare() -> None:
    """The list with the fewest words has 看: every second line of a novel would be read for one rule."""
    scan = cleaner(CLAIMS).judge.lines.words.scan
    assert not scan.find("他去看书，那馆子有网。").words
    assert scan.find("本馆有三号阅览室。").words


# Sentences of authors, each with a word that rules about lines ask for.
AUTHORS = (
    "书屋里没有人，书签夹在最后一章。",
    "本书来自一位老读者的捐赠。",
    "百度一下不就知道了。",
    "返回目录，上一章讲的是光合作用。",
    "各位書友，讀書會改到週三晚上，請互相轉告。",
    "關燈以後，屋裏只剩下鐘聲。",
    "本文关键词有三个，分别是土地、人口和税收。",
    "可以设置关键词。",
    "他在桥上看桶里的鱼。",
    "打開新聞客戶端，首頁推送的全是短視頻。",
    "手机用户请点击右上角的菜单。",
    "如文档侵犯您的权利，应当如何举证，本节分三步说明。",
    "手机用户请拨打服务台查询余额。",
    "看书吧，别玩手机了。",
    "联系我们：传真552701，邮箱info@example.com。",
)
PLANTED = (
    "［本章未完，请点击下一页继续阅读！］",
    "（天才一秒記住新域名：qingzhu點net）",
    "【最快更新】",
    "【青竹小说网 www.qingzhu.com 首发】",
    "（青竹文学网 ｗｗｗ．ｑｉｎｇｚｈｕ．ｃｏｍ）",
    "（加薇信：abc12345领红包）",
    "（点击下载APP，免费看全本小说）",
    "[手机用户请浏览m.qingzhu.com阅读，更优质的阅读体验。]",
    "(www.qingzhu.com)",
)


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("sentence", AUTHORS)
def test_a_planted_bracket_takes_no_sentence_of_the_author_along(sentence: str, planted: str) -> None:
    """The words in a bracket would be evidence against the sentence beside it."""
    around = "天亮了。{}他推门走进去。", "天亮了。\n{}\n他推门走进去。"
    beside = sentence + planted, sentence[:-1] + planted + sentence[-1], planted + sentence
    for text in (frame.format(one) for frame in around for one in beside):
        left = clean(text).text
        assert left in (text, text.replace(planted, ""))


def test_the_sentence_behind_a_note_in_nested_brackets_stays() -> None:
    """The words of the outer bracket would count for the sentence behind it, which would be cut too."""
    text = "釉色青中泛黄。（请大家搜索（青竹楼）看最全更新最快的小说）专家推测年代不晚于南宋。"
    assert clean(text).text == "釉色青中泛黄。专家推测年代不晚于南宋。"


def test_a_note_between_commas_takes_no_clause_of_the_author_along() -> None:
    """The whole sentence would be cut because of a note in its middle."""
    text = "天亮了。\n舟行碧波上，人在画中游，手机阅读请访问：m.qingzhu.la，各占三成左右。\n他走了。"
    assert "舟行碧波上，人在画中游" in clean(text).text


@pytest.mark.parametrize(
    "note",
    [
        "一秒记住青竹小说网 www.qingzhu.com",
        "天才一秒记住本站地址：www.qingzhu.cc",
        "本章未完，请点击下一页继续阅读",
        "最新章节请到青竹小说网阅读",
        "喜歡夜雨請大家收藏：(www.qingzhu.com)夜雨青竹文學更新速度最快",
    ],
)
@pytest.mark.parametrize("sentence", ["天黑了。", "门票二百元，学生半价。", "阿珠把燈關了。", "加水沒過肉，小火燉一個小時。"])
@pytest.mark.parametrize("between", ["", " ", "，", "。", "！"])
def test_the_sentence_behind_a_note_stays(note: str, sentence: str, between: str) -> None:
    """The author's words behind a note would be cut: a note ends in an address or a site's word and at most two characters."""
    text = f"山上的雪化了。{note}{between}{sentence}狗叫了两声。"
    assert sentence in clean(text).text


@pytest.mark.parametrize("end", ["继续阅读哦亲。", "请牢记！", "关注「青竹馆」。", "访问青竹网。"])
def test_a_note_may_end_in_a_name_or_a_call(end: str) -> None:
    """Every planted line that ends in the name of its site would stay."""
    assert clean(f"雪化了。\n本章未完，手机用户请{end}\n狗叫了。").text == "雪化了。\n狗叫了。"


FIRST_LINE = """
list  lamps
      竹灯批发

place top
about The first line.
where head

rule  lamps
about A test.
at    top
has   lamps
cut   批发
cuts  [-竹灯批发
      -]天亮了。
keeps 天亮了。
"""


@pytest.mark.parametrize("before", ["", "\n", "\u3000\r\n"])
@pytest.mark.parametrize("words", ["竹灯批发", "一二三 四五六 七八九 三四五 五六七 六七八 竹灯批发"])
def test_words_of_the_first_line_are_asked_about_there_only(words: str, before: str) -> None:
    """Each title word in a corpus would be judged, half of all words, or one behind blank lines passed over."""
    judge = Judge(parse_rules([RuleSource("test.rules", FIRST_LINE.replace("      竹灯批发\n\n", f"      {words}\n\n"))]))
    first, amid = f"{before}竹灯批发\n天亮了。\n他走了。", f"{before}天亮了。\n竹灯批发\n他走了。"
    assert [finding.text for finding in judge.cuts(first)] == ["竹灯批发"]
    assert judge.cuts(amid) == []
    if IS_COMPILED:
        assert (judge.screen.is_suspect(first), judge.screen.is_suspect(amid)) == (True, False)


@pytest.mark.parametrize("planted", ["[请记住本书首发域名：www.qingzhu.cc]", "(本章未完，请点击下一页继续阅读)"])
@pytest.mark.parametrize("quoted", ["「客官從何處來？{}」", "“你去哪里？{}”"])
def test_a_note_takes_no_quotation_mark_along(quoted: str, planted: str) -> None:
    """The closing quotation mark of a speech would be cut with the note."""
    text = f"天亮了。\n{quoted}\n他走了。\n"
    assert clean(text.format(planted)).text in (text.format(planted), text.format(""))


@pytest.mark.parametrize(
    ("note", "behind"),
    [
        ("请记住本书首发域名：www.example.com", "桌上的茶已经凉了。"),  # an address
        ("請記住本書首發域名：ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", "桌上的茶已經涼了。"),
        (" 青竹书阁，最快更新灯笼记最新章节", " 桌上的茶已经凉了。"),  # a blank
        ("天才一秒记住本站地址：[青竹小说]https://www.example.com最快更新！无广告！", "他又看了一眼。"),  # its own sentences
        ("来书屋首发，欢迎读者登录www.example.com查看更多优秀作品。", "他又看了一眼。"),
    ],
)
def test_a_note_amid_a_line_goes_where_its_edges_are_certain(note: str, behind: str) -> None:
    """A note between two sentences of a novel would stay, or take the sentence behind it along."""
    assert clean(f"他推开门走了进去。{note}{behind}").text == f"他推开门走了进去。{behind}"


@pytest.mark.parametrize(
    "sentence",
    [
        "合併了作者後臺，手機用戶請瀏覽m.example.com閱讀。",  # the first clause is the author's
        "最快更新的周报 他都订了。",
        "请记住本站 下一站是青竹路。",  # too short to be told by a blank
        "最快更新！他又看了一眼。",
    ],
)
def test_a_sentence_amid_a_line_that_is_not_all_planted_stays(sentence: str) -> None:
    """The author's clause, or what is said behind the note, would be cut along."""
    text = f"他推开门走了进去。{sentence}屋里很暗。"
    assert clean(text).text == text


def test_a_note_without_a_mark_at_its_end_goes_on_as_long_as_it_speaks_of_the_site() -> None:
    """The cut would end at the address, and 阅读，更优质的阅读体验, which no rule matches by itself, would stay."""
    text = "他推开门走了进去。手机用户请浏览m.example.com阅读，更优质的阅读体验桌上的茶已经凉了。"
    assert clean(text).text == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("目录 回首页\n\n请记住本馆\n目录\n天亮了。\n", "\n天亮了。\n"),
        ("天亮了。\n目录\n请记住本馆\n回首页", "天亮了。"),
        ("天亮了。\n目录\n他走了。\n请记住本馆\n", "天亮了。\n目录\n他走了。\n"),
        ("天亮了。\n目录\n请记住本馆\n他走了。\n", "天亮了。\n目录\n他走了。\n"),
        ("目录\n天亮了。\n回首页\n", "目录\n天亮了。\n回首页\n"),
    ],
    ids=["head", "foot", "parted", "amid", "alone"],
)
def test_weak_lines_go_in_a_row_with_planted_ones_that_begins_or_ends_the_text(text: str, left: str) -> None:
    """Buttons would stay beside a cut note, or be cut amid a text, where they may be the author's words."""
    assert ROWS.clean(text).text == left
    assert ROWS.clean(left).text == left


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("青竹灯笼怎么做_青竹灯笼怎么做才结实_青竹网", "青竹灯笼怎么做_青竹灯笼怎么做才结实_青竹网"),
        ("燈籠為什麼會亮_青竹供卵機構", "燈籠為什麼會亮"),
        ("代孕公司哪家优惠,灯笼为什么会亮", "灯笼为什么会亮"),
        ("灯笼为什么会亮|代孕哪里技术好", "灯笼为什么会亮"),
        ("青竹灯笼怎么做，青竹灯笼怎么挂", "青竹灯笼怎么做，青竹灯笼怎么挂"),
        ("代孕公司：灯笼为什么会亮", "代孕公司：灯笼为什么会亮"),
    ],
)
def test_a_query_joined_to_the_title_goes_with_its_mark(title: str, left: str) -> None:
    """A search phrase behind the title would stay, or its mark, or an author's second half of a title would go."""
    assert clean(f"{title}\n灯笼里有蜡烛。\n").text == f"{left}\n灯笼里有蜡烛。\n"
    assert clean(f"灯笼里有蜡烛。\n{title}\n").text == f"灯笼里有蜡烛。\n{title}\n"


@pytest.mark.parametrize("remark", ["（完）", "（笑）", "(掌聲)"])
def test_the_authors_remark_in_front_of_a_planted_sentence_stays(remark: str) -> None:
    """The remark that ends the author's text would go along with the note behind it."""
    text = f"他推开门走了进去。{remark}天才一秒记住本站地址：www.example.la。屋里很暗。"
    assert clean(text).text == f"他推开门走了进去。{remark}屋里很暗。"


@pytest.mark.parametrize("said", ["谁？", "好！", "請坐！"])
def test_the_authors_short_sentence_right_behind_an_address_stays(said: str) -> None:
    """A sentence of one or two characters would count as the end of the note."""
    assert said in clean(f"他推开门走了进去。\n青竹小说网首发www.example.com{said}\n屋里很暗。\n").text


def test_no_part_takes_one_of_two_quotation_marks_along() -> None:
    """A cut clause would leave 方便阅读』 behind."""
    text = "他推开门走了进去。『加入书签，方便阅读』屋里很暗，窗外下着雨。"
    assert clean(text).text in (text, text.replace("『加入书签，方便阅读』", ""))


ONLY_HERE = LINES.replace("has   note\ncut", "has   note\nonly-here house\ncut") + "\nlist  house\n      馆里 会员 馆\n"
AROUND = "天亮了，他推开门，看见院子里的雪已经化了大半。\n{}\n他走了，没有再回头看那扇门。\n"


@pytest.mark.parametrize(
    ("around", "left"),
    [
        (AROUND.format("{}"), AROUND.replace("{}\n", "")),
        (AROUND.format("馆里的灯还亮着。\n{}"), None),  # the author speaks of the house
        (AROUND.format("{}") + "馆里的灯还亮着。", None),
        (AROUND.format("{}") + "雪" * 2_000 + "馆里的灯还亮着。", "far"),
        ("天亮了。\n{}\n他走了。", None),  # two short lines tell nothing of the text
    ],
)
def test_a_line_is_cut_only_where_no_other_line_around_has_the_words(around: str, left: str | None) -> None:
    """A manual's line would go from a manual that speaks of nothing else, or a note would stay in a novel."""
    text = around.format("请记住本馆")
    want = text if left is None else around.replace("{}\n", "") if left == "far" else left
    assert cleaner(ONLY_HERE).clean(text).text == want


def test_planted_lines_are_no_surroundings_of_each_other() -> None:
    """Several notes of one site would shield each other, for each has the site's words."""
    text = AROUND.format("请记住本馆\n收藏本馆，请记住本馆") + AROUND.format("收藏本馆")
    assert cleaner(ONLY_HERE).clean(text).text == AROUND.replace("{}\n", "") * 2


def test_a_rule_that_the_surroundings_refute_lends_its_words_to_no_other() -> None:
    """The author's sentence before a note would go along, for it has a word of a rule that does not hold here."""
    wide = "\nrule  wide\nabout The house speaks.\nat    as-line\nhas   note house\nonly-here house\ncut   馆\n"
    wide += "cuts  天亮了。\n      [-收藏本馆\n      -]他走了。\nkeeps 馆里的灯还亮着。\n\nlist  house\n      馆里\n"
    text = AROUND.format("馆里的灯亮在馆里。{}") + "馆里没有人。"
    assert cleaner(LINES + wide).clean(text.format("请记住本馆")).text == text.format("")


def test_only_here_limits_flags_too() -> None:
    """Each line of a manual would be flagged."""
    flag = FLAGGED.replace("has   note\n", "has   note\nonly-here house\n")
    rules = cleaner(LINES.partition("rule  note")[0], "list  house\n      馆里\n", flag)
    told = [
        [f.text for f in rules.findings(AROUND.format(f"{start}请记住本馆。他坐下。"))] for start in ("天亮了。", "馆里很暗。")
    ]
    assert told == [["请记住本馆。"], []]


def test_a_line_with_a_bracket_that_is_cut_has_flags_beside_it_alone() -> None:
    """A line would be flagged for what is cut in it, or a part of it for which the whole line was already asked."""
    bracket = "place mid\nabout Alone.\nwhere alone\n\nrule  bracket\nabout Hawks.\nat    mid\ncut   ^推广$\n"
    bracket += "cuts  天亮了,[-(推广),-]他走了。\nkeeps (推广部)\n"
    whole = FLAGGED.replace("e  amid", "e  line").replace("t    amid", "t    as-line").replace("天亮了。[-", "[-天亮了。")
    words = LINES.partition("rule  note")[0]
    text = "天亮了,(推广),他走了。请记住本馆。他坐下。\n"
    told = [cleaner(words, bracket, *flags).findings(text) for flags in ([FLAGGED], [FLAGGED, whole], [whole])]
    assert [[one.text for one in found] for found in told] == [["(推广)", "请记住本馆。"], ["(推广)"], ["(推广)"]]


def test_only_here_is_for_rules_about_lines() -> None:
    """A rule about brackets would seem to have a condition that nothing tests."""
    with pytest.raises(RuleError, match="only-here is for rules about lines"):
        cleaner(ONLY_HERE.replace("where whole head foot note", "where glued"))


@pytest.mark.parametrize(
    ("line", "is_cut"),
    [
        ("请记住本馆，请收藏馆", True),  # 8 of 9 characters are of the lists
        ("请记住本馆 www.example.com", True),  # what is not Han does not count
        ("请记住本馆的那位老人昨天没有来", False),
        ("请记住本馆的门牌", False),  # 5 of 8: 62.5 %
    ],
)
def test_share_counts_the_characters_in_words_of_lists(line: str, is_cut: bool) -> None:
    """A sentence with one word of a list would go like a line that consists of such words."""
    rules = cleaner(LINES.replace("has   note\ncut", "has   note\nshare 70 note ask\ncut"), "list  ask\n      请 收藏 馆")
    text = f"天亮了。\n{line}\n他走了。"
    assert bool(rules.clean(text).cuts) is is_cut


@pytest.mark.parametrize(
    ("condition", "is_cut"),
    [("before 。$", True), ("before [!?]$", False), ("after ^他", True), ("after ^她", False), ("before 亮了。$", True)],
)
def test_a_rule_about_lines_may_ask_for_one_character_above_or_below(condition: str, is_cut: bool) -> None:
    """Such a rule would never match: a pattern about one character was asked of the characters beside a part of a line."""
    rules = cleaner(LINES.replace("has   note\ncut", f"has   note\n{condition}\ncut"))
    assert bool(rules.clean("天亮了。\n请记住本馆\n他走了。").cuts) is is_cut


def test_share_says_what_is_lacking() -> None:
    """`explain` would name a near miss without its reason."""
    share = Share(70, ("note", "ask"))
    assert (share.lacks(), share.written()) == ("less than 70 % of it are words of note or ask", ["share 70 note ask"])


@pytest.mark.parametrize("above", ["", "\n\n", "燈籠\n"])
def test_a_path_goes_with_the_title_that_it_ends_in(above: str) -> None:
    """The path of a page would stay, or a path that ends in something else would go."""
    title, path = "山里的竹子怎样变成灯笼", "首页 > 竹器 > 山里的竹子怎样变成灯笼"
    assert clean(f"{above}{path}\n{title}\n竹子长在山里。\n").text == f"{above}{title}\n竹子长在山里。\n"
    other = f"{above}首页 > 我的 > 修改密码与安全设置\n{title}\n竹子长在山里。\n"
    assert clean(other).text == other


def test_a_line_far_down_is_explained_and_a_very_long_one_is_not() -> None:
    """`cleanspam explain` would not say why the last line of an article stays."""
    cleaner, far = Cleaner(load_rules()), "雨停了。\n" * 200
    line = "他说这本小说的最新章节写得很慢。"
    assert [(one.text, one.verdict) for one in explain(far + line, cleaner)] == [(line, Verdict.NONE)]
    assert explain(far + line + "雨停了。" * 100, cleaner) == []


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("✅【網址請到本站首發閱讀】\n", ""),
        ("他推門走了。（本章未完，請點擊下一頁繼續閱讀）\n", "他推門走了。\n"),
        ("【最新章节请到本站首发阅读】\n一秒记住本站地址：www.example.la\n", ""),
    ],
)
def test_amid_a_long_text_what_stands_beside_a_cut_bracket_goes_with_it(line: str, left: str) -> None:
    """Lines whose words are all in cut brackets are not asked about there: their signs and the lines below would stay."""
    prose = "他推开门，屋里的人抬起头来。\n" * 100
    assert clean(f"{prose}{line}{prose}").text == f"{prose}{left}{prose}"
