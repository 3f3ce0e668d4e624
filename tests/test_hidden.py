"""Names and addresses in disguise, from the triggers that find them to the cut."""

import json

import pytest

import cleanspam
from cleanspam.judge.judge import Judge
from cleanspam.judge.wordscan import WordScan
from cleanspam.native import IS_COMPILED
from cleanspam.text.hidden import hidden_names, may_hide, triggers

SHIPPED = Judge(cleanspam.load_rules())
PLANTED = [
    "±青±竹±小±说，ww",
    "～≯青～≯竹～≯文～≯学，w⊥↓＋et",
    "＃青＃竹＃小＃说＃www＃qingzhu＃com",
    "___小/说/竹/林 www.QINGZHU.com___",
    "6青6竹6文6学",
    "⊙青⊙竹⊙中⊙文☆→",
    "←→ㄨ89小说网",
    "шшш¸qiпgzhu¸Cо",
    "ωωω• qiпgzhu• c○",
    "𝓆𝒾𝓃ℊ𝓏𝒽𝓊.𝒸ℴ𝓂",
    "🅠🅘🅝🅖🅩🅗🅤.🅒🅞🅜",
    "QZ5.ｃｏM",
    "￥℉青￥℉竹￥℉居￥℉",
    "？青？文？小说 wwＷ.qＺＸs520. ＣＯＭ",
    "｛青}{竹｝文学 www{qz][wx]net",
    "{青}{竹}文学 {q}{z}{w}{x}.net",
    "≧青≧竹≧文≧学",
    "︾青︾竹︾小︾说",
    "(青)(竹)(文)(学)",
    "落·竹^小·说wWW…qingzhu…com…",
    "❻❾𝓺𝔃𝔁.𝓬𝓸𝓶",
    "qz5.ᴄᴏᴍ",
    "qιиgzhu.ċσм",
    "ẉẉẉ.qingzhu.coṃ",
]
BEHIND_WORDS = [";青;竹;文学", "—青—竹—小说", ".青.竹.小说", "~青~竹~文~学", "\\青\\竹\\文学", "!青!竹!文学"]
SIGNED = [
    "www。qingzhubook。nett,bo,小,说,青,屋",
    "ｗwＷ．qingzhubook=net*bo-小%说^青.屋!",
    "w w w.qing zhutxt.net，bo,小,说,青,屋",
    "www.qingzhubook.net｛e｝｛bo｝｛小｝｛说｝｛青｝｛屋",
    "［e.bo小，说［青屋｝www.qingzhubook.net",
    "ｗＷw.qingzhubook.nett bo 小 说 青 屋",
    "×青×竹×e××bo×小×说",
]
AUTHORS = [
    "他读的书有诗/词/曲/小说，别的都不看。",
    "书架分四类：诗＋词＋文＋小说，各占一层。",
    "四季轮着来：春→夏→秋→冬→春，没有尽头。",
    "体积的算法是长×宽×高，面积的算法是长*宽。",
    "合同签于＿＿＿年＿＿月＿＿日，一式两份。",
    "题目里△甲乙∽△丙丁，所以角相等。",
    "墓誌殘缺：□□市□□鎮□□人，餘不可讀。",
    "重點是**不**要**急**，慢慢來。",
    "他用的是ｉPhone和ThinkPad，都旧了。",
    "公司網站是ＷＷＷ．EXAMPLE．COM，可以查。",
    "你去www。example。com上看看，都在那里。",
    "俄语里写作«Москва.ком»，读音不同。",
    "波長λ=550nm，角頻率ω=2πc/λ。",
    "温度在25℃与30℃之间，湿度60％。",
    "化学式Ｈ2Ｏ与ＣＯ2都在黑板上。",
    "《美☆少☆女》是那年的动画。",
    "真・善・美・文学，是他一生所求。",
    "一、二、三、四，五、六、七、八。",
    "1春2夏3秋4冬，各写一首。",
    "he said www is a café, mañana.com is not.",
    "(ˊ·ω·ˋ) 她发来一个表情，笑了。",
    "类别：散文／诗／词／小说／戏剧",
    "棋谱写着：炮①→②→③，马④→⑤。",
    "甲♂乙♀丙♂，家谱上都这样记。",
    "学科有中/文/系，也有外/文/系。",
    "青/竹/小/说，四个字一排。",
    "教材目录：诗1词2曲3小说4。",
    "密码是w3w.ab-cd.ｃom吗？他问。",
    "他在纸上写，「青竹小说网」的编辑会来。",
    "她說，『首發』兩個字要寫大。",
    "那年，「新浪中文网」报道了这件事。",
    "老師問：「中文」和「文學」有何不同？",
    "他说过诗;词;文学，都要从小读起。",
    "課程分四門：詩.詞.文學.小說，每週一門。",
    "她记下三个词：诗—词—小说，又划掉了。",
    "他只答了两个字。小说。再没有别的。",
    "Ⅰ.诗 Ⅱ.词 Ⅲ.小说，共三章。",
    "希臘字母σ、ν、ω都在表裡，cm是單位。",
    "他買了③號cm尺，寫上www就走了。",
    "「不／准／看／小／說！」她一個字一個字地說。",
    "来~看~小~说~吧，孩子们齐声喊。",
    "我。爱。看。书。她写得很慢。",
    "墙上贴着#给#我#好#好#读#书，没人理会。",
    "词条写作：言*情*小*说，下面没有解释。",
    "頁首有語言可選：繁|簡|中文|English。",
    "先算甲÷乙÷丙，再算长÷宽÷高。",
    "角∠甲∠乙∠丙相加，等于180度。",
    "院里挂着四块牌子：春⊕夏⊕秋⊕冬。",
    "注音是學ˊ習ˊ文ˊ學ˊ，念兩遍。",
    "我ˇ愛ˋ讀ˊ書，三個字都有聲調。",
    "他说：“Được, có thể.” 她说：“Tôi. Có thể.”",
    "Nhiều người, có khi cả làng, đều biết chuyện này; cô ấy cũng biết.",
    "俄語例句：Чай с сахаром, со сливками. Он из изобилия, созданного им. Сочный плод.",
    "разработки .NET 和 Java 的文件。",
]

NEAR = ["青〈竹〉文〈学", "c〉小〈说", "η1竹", "ωa", "ω.a", "ш o w", "ш🅐", "αⓐ"]
FAR = ["以〈滕王阁〉成名", "系数β版本", "其中 α，其后", "ω、a", "取β=10", "κ session"]


@pytest.mark.parametrize("planted", PLANTED)
def test_a_hidden_name_goes_with_its_frame_and_nothing_else(planted: str) -> None:
    """A reader would find a rest of the disguise, or miss a character of the author's."""
    for before, after in [
        ("门外的雪停了，", "他才起身。"),
        ("他推开门", "走了出去，天很暗。"),
        ("“谁也不许动。”", "老人說完坐下。"),
    ]:
        assert cleanspam.clean(before + planted + after).text == before + after


@pytest.mark.parametrize("planted", BEHIND_WORDS)
def test_a_mark_of_prose_before_each_character_hides_a_name_behind_a_word(planted: str) -> None:
    """A name would stay whose sign lists have, too; between marks it may be one."""
    assert cleanspam.clean(f"他推开门{planted}走了出去，天很暗。").text == "他推开门走了出去，天很暗。"


@pytest.mark.parametrize("planted", SIGNED)
def test_a_signed_address_with_its_name_goes_as_a_line_and_behind_a_sentence(planted: str) -> None:
    """Each page of a book would end in one, spelled otherwise each time."""
    assert cleanspam.clean(f"他推开门。\n{planted}\n第二章").text == "他推开门。\n第二章"
    assert cleanspam.clean(f"他推開門。{planted}\n第二章").text == "他推開門。\n第二章"


@pytest.mark.parametrize("text", AUTHORS)
def test_an_authors_signs_stay(text: str) -> None:
    """A list, a form, a formula, emphasis or a foreign word would be cut for its signs."""
    assert cleanspam.clean(f"{text}\n前一行。\n{text}后来呢？").cuts == ()


def test_letters_of_european_languages_are_no_triggers() -> None:
    """Each page with a Polish or Welsh name would be searched, and an address in ẉ or ṃ would not be."""
    words = triggers({"小说"})
    assert {"ẉ", "ṃ", "ḉ"} < words
    assert words.isdisjoint("ćĉčŵ")


@pytest.mark.parametrize("text", FAR)
def test_the_mark_of_a_title_and_a_lone_letter_hide_nothing(text: str) -> None:
    """The lines of formulas and of titles in these brackets would be searched: a third of all that are, for nothing."""
    assert not any(may_hide(text, at) for at, char in enumerate(text) if char in "〈〉αβω")


@pytest.mark.parametrize("text", NEAR)
def test_a_sign_and_a_letter_near_another_may_hide_something(text: str) -> None:
    """A name with the sign between all of its characters, or an address with signs between its letters, would stay."""
    assert any(may_hide(text, at) for at, char in enumerate(text) if char in "〈〉αηωш")


def test_a_name_reads_as_it_is_without_its_disguise() -> None:
    """Rules would see the signs, and have to name each of them."""
    text = "他推开门＃青＃竹＃小＃说＃www＃qingzhu＃com走了。"
    names = next(hidden_names(text, [text.index("小")]))

    assert {(text[name.start : name.end], name.own) for name in names} >= {
        ("＃青＃竹＃小＃说＃www＃qingzhu＃com", "青竹小说www.qingzhu.com")
    }


def test_a_name_far_from_all_triggers_is_not_searched() -> None:
    """A text of a megabyte with one odd sign would be read by slow patterns from end to end."""
    text = "他推开门±青±竹±小±说走了。" + "雨停了。" * 40

    assert [*hidden_names(text, [len(text) - 1])] == []


@pytest.mark.skipif(not IS_COMPILED, reason="compares the compiled scan with the one in Python")
@pytest.mark.parametrize(
    "text", [*PLANTED, *SIGNED, *AUTHORS, "ＡＢＣ公司", "Ｗww", "●一●二", "■", "ㄨ小说", "ˊˋ书", "→→春", *NEAR, *FAR]
)
def test_both_scans_find_the_same_triggers(text: str) -> None:
    """A machine without a compiler would clean texts otherwise."""
    words = triggers({"小说", "文学", "中文"})
    scan = WordScan((), with_toned=True, others=words)

    said = {(at, number) for at, number in scan.hits(text + "。") if len(scan.words[number]) > 1 or may_hide(text, at)}
    assert said == {*scan._in_python(text + "。")}


@pytest.mark.skipif(not IS_COMPILED, reason="without a compiler no bytes are sieved")
@pytest.mark.parametrize("planted", PLANTED)
def test_bytes_with_a_disguise_are_read(planted: str) -> None:
    """A batch would pass over records with nothing else to cut."""
    record = json.dumps({"text": f"门外的雪停了，{planted}他才起身。"}, ensure_ascii=False).encode()
    told = SHIPPED.screen.suspects(record + b"\n")

    assert told is not None
    assert told.lines


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("雨停了，ⓣⓦⓚⓐⓝ.ⓒⓞⓜ", "雨停了"),  # to Unicode ⓦ is a sign
        ("他拨了1234*青*竹*文学", "他拨了1234"),  # a digit before the signs
        ("他说，ｍ．qingzhu。com很好", "他说很好"),
        ("Ｗｗｗ．Ｑｉｎｇzhu．Ｃｏｍ", ""),
    ],
)
def test_both_looks_tell_of_the_same_hidden_names(text: str, left: str) -> None:
    """A machine without a compiler would cut more or less, or a line be cut for other words in it."""
    page, scan = f"他走了。\n{text}，天黑了。\n天亮了。", SHIPPED.lines.words.scan
    triggers_told, triggers_there = (
        {at for at, number in hits if len(scan.words[number]) == 1 and may_hide(page, at)}
        for hits in (SHIPPED.look(page)[1], scan._in_python(page))
    )
    assert triggers_told == triggers_there
    assert cleanspam.clean(page).text.replace("，", "") == f"他走了。\n{left}天黑了。\n天亮了。"


def test_findings_cut_what_cleaning_cuts_across_a_bracket_that_is_flagged() -> None:
    """A check would pass a text that cleaning changes."""
    text = "停水通知（，(零食店加[*青*竹*书屋*] WWW.QINGZHU.ORG盟费多少钱)，上午八点到下午四点）。"
    examined = cleanspam.Cleaner(cleanspam.load_rules()).examine(text)
    assert examined.cuts == cleanspam.clean(text).cuts != ()
