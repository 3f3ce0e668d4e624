"""The scan of bytes: a text that it clears has nothing to cut. It may name too many texts, but never too few."""

import json
from array import array
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam import load_rules
from cleanspam.judge.accomplices import NEAR_AT_WORDS as NEAR
from cleanspam.judge.judge import Judge
from cleanspam.native import IS_COMPILED
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.text.brackets import Sites

pytestmark = pytest.mark.skipif(not IS_COMPILED, reason="there was no C compiler where cleanspam was installed")

SHIPPED = Judge(load_rules())
CROWD_RULES = r"""
rule one
about A test.
at glued
accomplices 1
has ad
cut \L<ad>.
cuts 一[-(一广告一)-]二[-(二广告二)-]三
keeps 一

list ad
  广告
"""
CROWD = Judge(parse_rules([RuleSource("test.rules", CROWD_RULES)]))
ADS = [
    "，（网络推广公司），",
    "(抖音涨粉丝技巧)",
    "(竹骨灯笼图解)",
    "（风筝线轴加工）",
    "(油纸雨伞订购)",
    ",(青石巷小馆),",
    "。(怎么做网站)。",
    "\n一秒记住青竹小说网 www.example.la\n",
    "他走了。请记住本站网址\n",
    "的網(wǎng)站有數(shù)據。",
]
REST = [
    "雨下了一整夜，街上没有人。",
    "\n",
    "\r\n",
    "\r",
    "（其实也没多久）",
    "（1987年）",
    "(a)",
    "（",
    "）",
    "𠮷",
    "\ufeff",
    "　",
    "`",
    "·",
    "\\(",
]
PIECES = st.sampled_from(ADS) | st.sampled_from(REST)


@given(st.lists(st.tuples(PIECES, st.integers(1, 3)), max_size=40), st.integers(0, 3))
def test_a_text_with_something_to_cut_is_suspect(pieces: list[tuple[str, int]], far: int) -> None:
    """Ads would stay in a file that is scanned as bytes, and go in a record with escapes."""
    text = ("雨下了一整夜，街上没有人。\n" * 500 * far).join(piece * times for piece, times in pieces)
    assert SHIPPED.screen.is_suspect(text) or not SHIPPED.cuts(text)


@pytest.mark.parametrize("between", [0, NEAR - 30, NEAR, 2 * NEAR])
def test_a_crowd_is_a_suspect_and_one_ad_of_it_is_none(between: int) -> None:
    """Each block with a gloss would be judged twice, or two ads that are each other's evidence never."""
    text = "雨(一广告一)停" + "雨下了一夜\n" * (between // 6) + "雨(二广告二)停"
    assert CROWD.screen.is_suspect(text) is bool(CROWD.cuts(text)) is (between < NEAR)
    assert CROWD.screen.is_suspect(text.replace("(二广告二)", "")) is False


WORDLESS_RULES = r"""
rule odd
about A test.
at glued
cut ^[^\p{Han}]{3}$
cuts 一[-(q+7)-]二
keeps 一(二)三
"""


def test_a_rule_without_words_leaves_the_look_at_bytes_on() -> None:
    """For one such rule of a user, all files would be decoded and judged whole, in four times the time."""
    judge = Judge(parse_rules([RuleSource("test.rules", WORDLESS_RULES), RuleSource("crowd.rules", CROWD_RULES)]))
    assert judge.screen.is_suspect("雨(停了)风，又(1987年)了\n" * 99) is False
    assert judge.screen.is_suspect("雨(停了)风，又(a-b)了\n" * 99) is True
    assert [found.text for found in judge.cuts("雨(停了)风，又(a-b)了")] == ["(a-b)"]


def test_a_line_that_no_rule_cuts_is_no_suspect() -> None:
    """Each article with a word of rules about lines would be read and judged whole: the filter takes twice as long."""
    text = "他打开小说网看了一夜的书，请记住这件事的人不多。\n" * 9
    assert SHIPPED.screen.is_suspect(text) is False
    spared = json.dumps({"text": "他在网页设计课（网站那一章）上睡着了。\n" * 9}, ensure_ascii=False)
    assert SHIPPED.screen.suspects(spared.encode()) == ([], 0)
    noted = text + "一秒记住青竹小说网 www.example.la\n"
    for is_ascii in (False, True):
        found = SHIPPED.screen.suspects(json.dumps({"text": noted}, ensure_ascii=is_ascii).encode())
        assert found
        assert [line[0] for line in found.lines] == [0]


def test_ads_that_are_no_evidence_for_each_other_are_no_suspects() -> None:
    """A block of a page with one gloss in each line would be read and judged whole: 40 times as long as the look at it."""
    assert CROWD.screen.is_suspect("雨(一广告一)停\n雨(二广告二)停\n") is True
    for other in ("一广告一", "一广告二", "二广告一"):  # at words, the same beginning or end is the hand of one author
        assert CROWD.screen.is_suspect(f"雨(一广告一)停\n雨({other})停\n") is False
    rules = CROWD_RULES.replace("accomplices 1", "repeats 3")
    repeated = Judge(parse_rules([RuleSource("test.rules", rules.replace("[-(二广告二)-]", "[-(一广告一)-]四[-(一广告一)-]"))]))
    for times in (2, 3):
        text = "雨(一广告一)停\n" * times + "雨(二广告二)停\n"
        assert repeated.screen.is_suspect(text) is bool(repeated.cuts(text)) is (times == 3)


RECORD_PARTS = [
    ('{"text": "雨停了,(网络推广公司),街上又有了人。"}', True),
    ('{"text": "雨停了，街上（1987年）又有了人。"}', False),
    ("雨停了。", True),  # no record, and to be named as one that is broken
    ('{"text": "一秒记住青竹小说网 www.example.la"}', True),
    ("", False),
    ('{"text": "雨下了一夜"}', False),
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("first", range(len(RECORD_PARTS)))
def test_lines_to_read_are_named_by_their_number_and_bytes(first: int, end: str) -> None:
    """Another line than the planted one would be decoded, and the planted one copied."""
    parts = [*RECORD_PARTS[first:], *RECORD_PARTS[:first]]
    raw = [(line + end).encode() for line, _ in parts]
    found = SHIPPED.screen.suspects(b"".join(raw))
    assert found
    wanted = [number for number, (_, is_named) in enumerate(parts) if is_named]

    assert [number for number, _, _ in found.lines] == wanted
    assert [b"".join(raw)[start:stop] for _, start, stop in found.lines] == [
        raw[number].removesuffix(b"\n") for number in wanted
    ]
    assert found.ends == len(parts)


@pytest.mark.parametrize("width", [4, 8])
def test_texts_to_read_are_named_by_their_number(width: int) -> None:
    """Another row of a column than the planted one would be decoded."""
    texts = ["雨停了。", "雨停了,(网络推广公司),街上又有了人。", "", "一秒记住青竹小说网 www.example.la", "雨下了一夜"]
    raw = [text.encode() for text in texts]
    offsets = array("i" if width == 4 else "q", accumulate(map(len, raw), initial=0))
    assert SHIPPED.screen.suspect_texts(b"".join(raw), offsets, width) == [1, 3]
    later = array(offsets.typecode, [at + 3 for at in offsets])  # a column may begin amid its bytes
    assert SHIPPED.screen.suspect_texts(b"\xe9\x9b\xa8" + b"".join(raw) + "一秒记住青竹小说网".encode(), later, width) == [1, 3]


LINES = [
    "一秒记住青竹小说网 www.example.la",
    "他走了。请记住本站网址",
    "手机用户请浏览阅读，更好的体验。",
    "更多报道",
    "竹子开花了吗",
    "标签：青竹灯笼价格,青竹灯笼厂家,青竹灯笼哪家好",
    "青竹灯笼多少钱 灯笼厂家哪家好",
    "我们致力于网站建设、网站优化、网站推广，经验丰富，欢迎来电咨询。",
    "#百度搜青竹书屋#",
    "的網(wǎng)站有數(shù)據。",
]


@given(parts=st.lists(st.sampled_from([*LINES, *ADS, *REST, "\n", "\n\n", "　", "雨下了一夜。" * 80, "。", "，"]), max_size=14))
def test_the_words_of_lines_that_no_rule_asks_about_are_left_out_and_nothing_else(parts: list[str]) -> None:
    """A look at a text would hide a planted line from the rules."""
    text = "".join(parts)
    lines = SHIPPED.lines
    told = SHIPPED.tables.prefilter.look(text)[1]
    hits, sites = lines.words.scan.hits(text), Sites(text)
    assert set(told) <= set(hits)
    assert lines.cuts(text, told, sites) == lines.cuts(text, hits, sites)
    spared = "他在网页设计课上睡着了。\n" * 9
    assert (SHIPPED.tables.prefilter.look(spared)[1], bool(lines.words.scan.hits(spared))) == ([], True)


@pytest.mark.parametrize(
    ("record", "is_suspect"),
    [
        (r'{"a": "雨停了。", "text": "雨停了。\n本章未完，请点击下一页继续阅读\n他走了。"}', True),
        (r'{"text": "雨停了。\n\u672c章未完，请点击下一页继续阅读"}', True),
        (r'{"text": "雨停了。\n本章未完，请点击下一页继续阅读", "text": "雨停了。"}', True),
        (r'{"a": [{"text": "雨停了。\"\n本章未完，请点击下一页继续阅读"}]}', True),
        (r'{"a": "本章未", "b": "完，请点击", "text": "下一页继续"}', False),
    ],
)
def test_lines_of_a_record_are_judged_string_by_string(record: str, is_suspect: bool) -> None:
    """A planted line behind an escape would pass, or strings beside each other be read as one."""
    found = SHIPPED.screen.suspects(record.encode() + b"\n")

    assert found is not None
    assert bool(found.lines) is is_suspect


ODD = ["\n", "&#65288;", "&lsquo;", "&rpar;", "\udc8e", "é", '"']


@given(parts=st.lists(st.sampled_from([*LINES, *ADS, *REST, *ODD]), max_size=8), is_ascii=st.booleans())
def test_a_text_in_bytes_is_read_as_python_decodes_it(parts: list[str], is_ascii: bool) -> None:
    """A planting would pass where a record spells it with escapes, or each record be parsed in vain."""
    text = "".join(parts)
    found = SHIPPED.screen.suspects(json.dumps({"text": text}, ensure_ascii=is_ascii).encode(errors="surrogateescape"))
    assert found
    assert bool(found.lines) is any(SHIPPED.look(text))
