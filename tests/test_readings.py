"""Readings that were inserted against copying are found, and readings that teach are not."""

import pytest

from cleanspam import clean
from cleanspam.text.readings import planted_readings, toneless
from cleanspam.text.readingtable import CHARS, READINGS


def found(text: str) -> list[str]:
    """Return the planted readings of a text as they stand there."""
    return [text[one.start : one.end] for one in planted_readings(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他們的網(wǎng)站有許多數(shù)據(jù)。", ["(wǎng)", "(shù)", "(jù)"]),
        ("公司的業（yè）務已經開（kāi）展，實（shí）際也不同。", ["（yè）", "（kāi）", "（shí）"]),
        ("運(yùn)行環(huán)境的(de)要求", ["(yùn)", "(huán)", "(de)"]),
        ("設備(以下簡(jiǎn)稱新設備)的運(yùn)維人員", ["(jiǎn)", "(yùn)"]),
        ("業(YÈ)務和網(Wǎng)站都在增長(zhǎng)", ["(YÈ)", "(Wǎng)", "(zhǎng)"]),
    ],
)
def test_toned_readings_behind_common_characters_are_found(text: str, expected: list[str]) -> None:
    """Cloaked copies, a seventh of all pages in a sample, would keep the inserted readings."""
    assert found(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("他住在網(wǎng)站旁邊。", ["(wǎng)"]), ("我把手機(jī)放得遠了些。", ["(jī)"])])
def test_one_reading_amid_a_sentence_of_what_every_reader_knows_is_found(text: str, expected: list[str]) -> None:
    """The only reading of a short page would stay, though no teacher tells how such a character is read."""
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "魑(chī)魅(mèi)魍(wǎng)魎(liǎng)都來了。",
        "井底的蛤蟆聽見海龜說話，埳(kǎn)井之外還有大海，虷(hán)蟹都不信。",
        "銀行(háng)的樂(yuè)隊都走了。",
        "長(cháng)長的路上，他覺得重(zhòng)，又重(chóng)新背起來。",
        "他姓區(ōu)，不姓單(shàn)，也不姓解(xiè)。",
        "網(wǎng)業(yè)時(shí)實(shí)動(dòng)運(yùn)",
        "網(wǎng)、業(yè)、時(shí)、實(shí)、動(dòng)",
        "風(fēng)吹(chuī)草(cǎo)低(dī)見(xiàn)牛(niú)羊(yáng)",
        "网(wǎng)站上写着几个字，业(yè)务员念了出来。",
        "小兔子看见工匠（jiàng）在酿（niàng）酒，感慨（kǎi）了一番，想出一个计策（cè）。",
        "這個詞是英文的(data)，那個是(shù)字。",
        "他把種(zhǒng)子放進土裡。",
        "「網(wǎng)」站在老師的黑板上，她念作網(wǎng)。",
        "數據(shùjù)和網站(wǎngzhàn)都寫在書裡。",
        "他們的網(shù)站有許多數(wǎng)據。",
        "法國的咖啡(café)館和學校(école)都關了。",
        "(a)他把種(zhǒng)子放進土裡。",  # nothing stands before the first bracket
        "",
    ],
)
def test_readings_that_teach_stay(text: str) -> None:
    """Dictionaries, school books and poems for children would lose their readings."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("门口的(情qíng)形有些古怪，大(殿diàn)里静，他的(身shēn)影很长。", "门口的情形有些古怪，大殿里静，他的身影很长。"),
        ("他的（身shēn）影，鍋裡（熱rè）氣騰騰，大（殿diàn）裡的（情qíng）。", "他的身影，鍋裡熱氣騰騰，大殿裡的情。"),
        ("生字（情qíng）和（殿diàn）要会写。", "生字（情qíng）和（殿diàn）要会写。"),
        ("1.(露lòu)犹露面。2.因此(露lòu)出马脚。", "1.(露lòu)犹露面。2.因此(露lòu)出马脚。"),
        ("生字表：(情qíng)、(殿diàn)、(身shēn)。", "生字表：(情qíng)、(殿diàn)、(身shēn)。"),
        ("他指着(殿diàn)里的神像。", "他指着(殿diàn)里的神像。"),
        ("门口的(情diàn)形有些古怪，大(殿qíng)里静得出奇。", "门口的(情diàn)形有些古怪，大(殿qíng)里静得出奇。"),
    ],
)
def test_characters_enclosed_with_their_readings_come_free(text: str, expected: str) -> None:
    """Words that copying sites disguise would keep brackets and letters, or a list of new characters would lose them."""
    assert clean(text).text == expected


def test_many_readings_in_simplified_text_are_found() -> None:
    """A copy in simplified characters would keep all of them."""
    text = "我们(men)的(de)网(wǎng)站在(zài)这(zhè)个(gè)时(shí)候发(fā)展得很快，人(rén)也多(duō)了。他们沿着老路走回家去了。"
    assert len(found(text)) == 10


def test_readings_without_tone_marks_are_found_in_numbers() -> None:
    """Whole copies would keep them, doubled as they are, or two glosses in a letter would go."""
    text = (
        "我(wo)們(men)的(de)(de)網(wang)站在(zai)這(zhe)(zhe)個(ge)時(shi)候發(fa)展得很快，人(ren)也多(duo)了。"
        "他(ta)們沿着老路走回家去了，老人坐在燈下，沒有抬頭，也沒有說話。"
    )
    assert clean(text).text == (
        "我們的網站在這個時候發展得很快，人也多了。他們沿着老路走回家去了，老人坐在燈下，沒有抬頭，也沒有說話。"
    )
    assert found("他問的是這個字母(a)，不是那個的(de)，也不是在(zai)。") == []
    assert found("网(wǎng)(wǎng)站上写着业(yè)(yè)务。") == []
    assert found("我(wo)是(shi)中(zhong)國(guo)人(ren)，你(ni)是(shi)我(wo)的(de)老(lao)師(shi)。") == []


def test_beside_many_planted_readings_the_rarer_and_the_lone_ones_go_too() -> None:
    """A copy would keep the readings behind rare characters, and between marks."""
    many = "我們的網(wǎng)站在這個時(shí)候發(fā)展得很快，業(yè)務實(shí)在也多，數(shù)目不少。"
    assert found(many + "\n棟(dòng)\n沒有人。據(jù)《山志》，魍(wǎng)也來了。")[-3:] == ["(dòng)", "(jù)", "(wǎng)"]
    assert found("我們的網(wǎng)站在這個時(shí)候不少。\n棟(dòng)\n") == ["(wǎng)", "(shí)"]


def test_the_table_knows_every_reading_of_a_character_and_its_other_forms() -> None:
    """發 and 髮 are one character to the fold, and one of them would keep its reading."""
    table = dict(zip(CHARS, READINGS.split(), strict=True))
    assert len(table) == len(CHARS) == 3_500
    assert table["发"].split(",")[:2] == ["fā", "fà"]
    assert table["网"] == "wǎng"


def test_a_syllable_loses_its_tone_and_keeps_its_dots() -> None:
    """lü would be taken for lu."""
    assert [toneless(said) for said in ("lǜ", "zhāng", "de")] == ["lü", "zhang", "de"]


def test_signs_between_characters_go_with_planted_readings_only() -> None:
    """A copy would keep the sign in 測量🆚導體, or a chat would lose the signs that its writer put between two words."""
    assert found("網(wǎng)站的測量🆚導體，數(shù)據㊙️很多。") == ["(wǎng)", "🆚", "(shù)", "㊙️"]
    assert found("今天好开心🎉大家都来了") == []


def test_a_line_is_judged_as_it_is_without_its_readings() -> None:
    """A second cleaning would cut a line that readings had hidden from the first."""
    text = (
        "這篇文章講了協議的原理。\n"
        "青竹互聯(lián)為客戶提供專業(yè)的網(wǎng)站建設(shè)、網(wǎng)站制作、網(wǎng)站優(yōu)化一條龍服務(wù)。\n"
        "協議有三層。\n"
    )
    assert clean(text).text == "這篇文章講了協議的原理。\n協議有三層。\n"


@pytest.mark.parametrize(
    "text",
    [
        "法國朋友學會的第一句是「謝謝，我來(lái)了」。",
        "卡拉OK螢幕上出現《夢裡的時(shí)光》，他跟著唱。",
        "「說(shuì)服」還是「說(shuō)服」？審訂表改了三次，說(shuō)服成了標準音。",
        "古詩裡的「車(jū)馬」今天多讀車(chē)馬，馬車(chē)也是。",
    ],
)
def test_what_is_quoted_or_compared_keeps_its_reading(text: str) -> None:
    """An author who speaks of one word, or of two readings of a character, would lose them."""
    assert found(text) == []


def test_readings_in_talk_of_sounds_stay_unless_a_text_has_many() -> None:
    """A sentence about a name or a sound would lose its reading, or a copy keep those that stand near such a word."""
    told = "她的藝名叫林書(shū)涵。\n"
    assert clean(told).text == told
    assert clean("手機(jī)放在桌上，沒有人接。").text == "手機放在桌上，沒有人接。"
    copied = "隨著網(wǎng)站的索引增加，名字數(shù)據(jù)也多了。"
    assert clean(copied).text == "隨著網站的索引增加，名字數據也多了。"
