"""The search for words in a whole text: the compiled search agrees with the fold."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.prefilter import Prefilter
from cleanspam.judge.wordscan import WordScan, _ranks_of_couples
from cleanspam.native import IS_COMPILED
from cleanspam.text.coupletable import COUPLES
from cleanspam.text.fold import reads_as
from cleanspam.text.readings import TONED

WORDS = ("记住本站", "本站", "住本", "关键词:", "app下载", "新闻app", "小说网", "网", "www")
LONGEST = max(map(len, WORDS))
SCAN = WordScan(WORDS, with_toned=True)
# A text without a Han character has nothing that a rule about lines or readings could cut.
TEXTS = st.text(st.sampled_from("新闻聞记記住本站関關键鍵词詞：:Aapｐ下载載小说說網网wWǎÁ甲。 \u200b\n\r𠮷"), max_size=40).map(
    "甲".__add__
)
only_compiled = pytest.mark.skipif(not IS_COMPILED, reason="the module is not compiled here")


def places_of(text: str) -> list[int]:
    """Return where a word with a Han character or a toned letter begins, by looking at every place."""
    seen = reads_as(text)
    words = [word for word in WORDS if word != "www"]
    return [at for at in range(len(seen)) if seen.startswith(tuple(words), at) or seen[at].lower() in TONED]


@given(TEXTS)
@example("請記住本站：小說網")
@example("本本站站网")
@example("ＡＰＰ下載")
@example("新聞ＡＰＰ新闻app")
def test_every_word_is_found_whatever_its_spelling(text: str) -> None:
    """A site note in Traditional or full-width characters would never be judged, or a line without one be."""
    found = SCAN.find(text)
    wanted = places_of(text)
    letters = [at for at in wanted if text[at].lower() in TONED]
    words = [at for at in wanted if at not in letters]
    assert found.letters == bool(letters)
    assert set(found.words) <= set(words)
    assert found.words == sorted(found.words)
    # Where words overlap, a place of one of them is enough.
    assert [at for at in words if not any(abs(at - other) < LONGEST for other in found.words)] == []


@only_compiled
@given(TEXTS)
def test_the_regex_agrees_with_the_compiled_look(text: str) -> None:
    """Where there is no compiler, other lines would be cut."""
    slow = WordScan(WORDS, with_toned=True)
    slow.finder = None
    fast, other = SCAN.find(text), slow.find(text)
    assert fast.letters == other.letters
    assert [text.count("\n", 0, at) for at in fast.words][:1] == [text.count("\n", 0, at) for at in other.words][:1]
    assert {text.count("\n", 0, at) for at in fast.words} == {text.count("\n", 0, at) for at in other.words}


def test_an_anchor_is_rare_in_texts() -> None:
    """The compiled look would compare the words of rules at every 新闻 and every 下载 of a page."""
    scan = WordScan(["新闻app", "上下载入"], with_toned=False)
    anchors = {word: word[at - 1 : at + 1] for word, at in zip(scan.words, scan.anchors, strict=True)}
    assert anchors == {"新闻app": "闻a", "上下载入": "载入"}
    assert len(COUPLES) == 2 * len(_ranks_of_couples()) == 8_000


def test_words_without_a_han_character_are_looked_for_nowhere() -> None:
    """Every page with an address in it would be judged line by line."""
    assert WordScan(["www", "com"], with_toned=False).find("请看www.example.com").words == []
    assert WordScan([], with_toned=False).find("没有要找的wǎng").words == []


@pytest.mark.parametrize("is_compiled", [pytest.param(True, marks=only_compiled), False])
def test_words_of_ascii_are_found_on_demand(*, is_compiled: bool) -> None:
    """A line with a messenger and an account alone, TG: qingzhu27, was flagged nowhere, for no scan found such words."""
    scan = WordScan(["本站"], with_toned=False, others=["tg", "www."])
    scan.finder = scan.finder if is_compiled else None

    assert scan.find("本站：ＴＧ qingzhu27\nwwww.example.com").words == [0, 3, 17]


@only_compiled
def test_a_prefilter_takes_no_words_of_ascii() -> None:
    """Its pass over UTF-8 passes over runs of ASCII: lines that only such words would name were never read."""
    scan = WordScan([], with_toned=False, others=["www."])

    with pytest.raises(ValueError, match="ASCII alone"):
        Prefilter(Lexicon({}), [], scan)


def test_no_anchor_is_beyond_the_first_plane() -> None:
    """One word with a satellite in it made all couples of characters anchors: each look took a sixth longer."""
    scan = WordScan({"🛰号", "竹灯🛰"}, with_toned=False)

    assert {word: scan.anchors[at] for at, word in enumerate(scan.words)} == {"🛰号": 0, "竹灯🛰": 1}
    assert [scan.words[number] for _, number in sorted(scan.hits("青竹灯🛰号。"))] == ["竹灯🛰", "🛰号"]
