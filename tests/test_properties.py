"""The laws of cleaning, for texts that nobody would write and for every case file.

A law is tried on texts pieced together from marks, brackets, blanks, ads and remarks. None of it knows a rule; the ads
are phrases that the shipped rules cut wherever they stand.
"""

import multiprocessing
import pickle
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from cleanspam import Cleaner, Cleaning, Verdict, load_rules, restore
from cleanspam.text.fold import fold, reads_as

CASE_TEXTS = [
    part
    for path in sorted((Path(__file__).parent / "cases").glob("*/*.txt"))
    for part in re.split(r"^# (?:output|why)\r?\n", path.read_bytes().decode("utf-8"), flags=re.MULTILINE)
]
CLEANER = Cleaner(load_rules())

MARKS = [*"，,、；;：:。.！!？?…｡､", "——", "~", "|"]
OPENERS = [*"(（[［{｛【〔〖"]
CLOSERS = [*")）]］}｝】〕〗"]
QUOTES = [*"“”‘’「」『』《》〈〉\"'`", "```"]
BLANKS = [" ", "  ", "\t", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u2060"]
LINE_ENDS = ["\n", "\r\n", "\r", "\n\n", "\u2028", "\x85", "\x0b"]
WORDS = [
    *("雨停了", "街上", "又有了人", "鳥也回來了", "這條河", "的", "a", "Server", "v2", "1688", "3", "２０", "é"),
    *("こもれび", "서울", "🌧️", "👨‍👩‍👧", "𠮷", "e\u0301", "\ud83c", "\0", "x.", "1.", "#", "- ", "[^1]", "](", "http://a.cn/"),
]
FILLERS = [*"·・*★●_-.~|+/", "\u200b", "\u2060", "\ufe0f"]
ADS = [
    *("怎么注册公司", "空调维修多少钱", "手机维修多少钱一次", "怎麼註冊公司", "空调·维修·多少钱", "空 调 维 修 多 少 钱"),
    *("ＳＥＯ优化公司哪家好", "郑州治疗牛皮癣医院排名", "皇冠体育app下载", "青石巷小馆", "家电回收公司", "手机维修店哪家便宜"),
]
WEAK = ["青石巷小馆", "家电回收公司", "老城根茶楼", "旧家电回收", "河堤上的鸟"]
REMARKS = [
    "其实没有走远",
    "即下文所说的河",
    "UNESCO",
    "1912—1987",
    "当然，",
    "注：略",
    "图片来源：县博物馆",
    "一",
    "",
    "谁知道呢",
]

MARK, OPENER, CLOSER = st.sampled_from(MARKS), st.sampled_from(OPENERS), st.sampled_from(CLOSERS)
BLANK = st.sampled_from(["", "", "", *BLANKS])
PIECE = st.one_of(
    MARK,
    OPENER,
    CLOSER,
    *(st.sampled_from(pieces) for pieces in (QUOTES, BLANKS, LINE_ENDS, WORDS, FILLERS, ADS, REMARKS)),
    st.characters(),
)
# Two in three have an own text that rules know; nesting comes from pieces between brackets that hold brackets.
PARENTHETICAL = st.builds(
    "{}{}{}".format,
    OPENER,
    st.one_of(st.sampled_from(ADS), st.sampled_from(REMARKS), st.lists(PIECE, max_size=4).map("".join)),
    CLOSER,
)
PAIRED = st.builds(
    lambda pair, text: f"{pair[0]}{text}{pair[1]}",
    st.sampled_from(["()", "（）", "(）", "（)", "[]", "［］", "【】", "〔〕", "〖〗", "{}", "｛｝"]),
    st.one_of(st.sampled_from(ADS), st.sampled_from(REMARKS), st.builds("{}{}{}".format, PIECE, PARENTHETICAL, PIECE)),
)
COMMA = st.sampled_from([*"，，,，；。", "\n"])
PLANTED = st.builds(
    "{}{}{}{}{}{}{}".format,
    COMMA,
    BLANK,
    st.sampled_from("(（"),
    st.sampled_from(ADS + WEAK),
    st.sampled_from(")）"),
    BLANK,
    COMMA,
)
# An ad, and behind it what only company lets rules cut.
COMPANY = st.builds(
    "{}({}){}{},({}){}".format,
    COMMA,
    st.sampled_from(ADS + WEAK),
    COMMA,
    st.sampled_from(WORDS),
    st.sampled_from(WEAK),
    st.sampled_from("，,。"),
)
TEXTS = st.lists(st.one_of(PIECE, PARENTHETICAL, PAIRED, PLANTED, COMPANY), max_size=14).map("".join)


def any_text(law: Callable[[str], None]) -> Callable[[], None]:
    """Try a law on generated texts and on each part of each case file."""
    for text in CASE_TEXTS:
        law = example(text)(law)
    return settings(max_examples=200)(given(TEXTS)(law))


def cleaned(text: str) -> Cleaning:
    """Clean a text, and report the result to hypothesis."""
    cleaning = CLEANER.clean(text)
    event(f"cuts: {min(len(cleaning.cuts), 3)}")
    return cleaning


@any_text
def test_restoring_gives_the_original(text: str) -> None:
    """A run could not be undone."""
    cleaning = cleaned(text)

    assert restore(cleaning.text, cleaning.cuts) == text


@any_text
def test_cleaning_a_cleaned_text_changes_nothing(text: str) -> None:
    """A second run over a corpus would cut more, so that the result depends on the number of runs."""
    once = cleaned(text).text

    assert CLEANER.clean(once) == Cleaning(once)


@any_text
def test_cuts_are_ordered_disjoint_and_literal(text: str) -> None:
    """A cut log would show other texts than those that were cut."""
    cuts = cleaned(text).cuts

    assert all(cut.text == text[cut.start : cut.end] != "" for cut in cuts)
    assert all(left.end < right.start for left, right in pairwise(cuts))


def test_a_cut_that_takes_the_line_end_before_it_joins_the_one_there() -> None:
    """Two cuts would touch: a log could not tell which of them a place between them belongs to."""
    text = "，(怎么注册公司)，\n(怎么注册公司)，"
    assert [(cut.start, cut.end) for cut in CLEANER.clean(text).cuts] == [(1, len(text))]


@any_text
def test_without_a_cut_the_same_object_comes_back(text: str) -> None:
    """Clean texts would be written again for nothing."""
    cleaning = cleaned(text)

    assert (cleaning.text is text) == (not cleaning.cuts) == (not cleaning.findings)


@any_text
def test_every_cut_is_explained_by_findings(text: str) -> None:
    """A text that no rule matches would be cut, or a finding would point at a text that stays."""
    cleaning = cleaned(text)

    assert all(
        any(cut.start <= finding.start and finding.end <= cut.end for cut in cleaning.cuts) for finding in cleaning.findings
    )
    assert all(
        any(cut.start <= finding.start and finding.end <= cut.end for finding in cleaning.findings) for cut in cleaning.cuts
    )
    for finding in cleaning.findings:
        assert finding.verdict is Verdict.CUT
        assert finding.text == text[finding.start : finding.end]
        assert finding.rules
        assert all(CLEANER.ruleset.rule(rule) for rule in finding.rules)


@any_text
def test_beside_parentheticals_no_word_goes(text: str) -> None:
    """A word of the article would be cut along with an ad."""
    cleaning = cleaned(text)
    planted = {at for finding in cleaning.findings for at in range(finding.start, finding.end)}
    taken = {at for cut in cleaning.cuts for at in range(cut.start, cut.end)}

    assert planted <= taken
    assert {text[at] for at in taken - planted if text[at].isalpha()} == set()


@any_text
def test_findings_are_ordered_and_say_what_stands_there(text: str) -> None:
    """A report would point beside the parenthetical, or list it twice."""
    found = CLEANER.findings(text)

    assert list(found) == sorted(found, key=lambda finding: (finding.start, finding.end))
    assert len({(finding.start, finding.end) for finding in found}) == len(found)
    assert all(finding.text == text[finding.start : finding.end] for finding in found)
    assert [finding for finding in found if finding.verdict is Verdict.CUT] == list(CLEANER.clean(text).findings)


@any_text
def test_folding_a_fold_changes_nothing(text: str) -> None:
    """A rule would match a word in one spelling and miss it in another."""
    folded = fold(text)

    assert fold(folded) == folded


@any_text
def test_a_fold_has_the_characters_of_the_text_in_their_order(text: str) -> None:
    """The text that a rule matched would have no place in the original."""
    spelled = iter(reads_as(text))

    assert all(char in spelled for char in fold(text))


@settings(max_examples=15)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_batch_gives_what_each_text_gives_alone(texts: list[str]) -> None:
    """A record would be cleaned differently depending on its neighbours."""
    alone = [Cleaner(CLEANER.ruleset).clean(text) for text in texts]

    assert [CLEANER.clean(text) for text in reversed(texts)] == alone[::-1]


@settings(max_examples=5)
@given(st.permutations(CASE_TEXTS))
def test_order_makes_no_difference(texts: list[str]) -> None:
    """A verdict would depend on the texts judged before."""
    fresh, used = Cleaner(CLEANER.ruleset), CLEANER

    assert [fresh.clean(text) for text in texts] == [used.clean(text) for text in texts]


def test_pickled_cleaner_gives_the_same() -> None:
    """A worker process would clean by other rules than the one that started it."""
    copy = pickle.loads(pickle.dumps(CLEANER))

    assert copy.ruleset.hash == CLEANER.ruleset.hash
    assert [copy.clean(text) for text in CASE_TEXTS] == [CLEANER.clean(text) for text in CASE_TEXTS]


def test_threads_may_share_a_cleaner() -> None:
    """Threads would see each other's verdicts, or each would need rules of its own."""
    shared, texts = Cleaner(CLEANER.ruleset), CASE_TEXTS * 4

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(shared.clean, texts))

    assert together == [CLEANER.clean(text) for text in texts]


def test_any_number_of_processes_gives_the_same() -> None:
    """A corpus would come out differently with another number of jobs."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        together = list(pool.map(CLEANER.clean, CASE_TEXTS, chunksize=20))

    assert together == [CLEANER.clean(text) for text in CASE_TEXTS]


def test_the_generated_texts_have_what_the_laws_are_about() -> None:
    """The laws would hold only because nothing is ever cut."""
    weak = {rule.id for rule in CLEANER.ruleset.rules if rule.accomplices}
    seen: Counter[str] = Counter()

    @settings(max_examples=150, derandomize=True, database=None)
    @given(TEXTS)
    def look(text: str) -> None:
        found = CLEANER.findings(text)
        cut = [finding for finding in found if finding.verdict is Verdict.CUT]
        seen["several cuts"] += len(cut) > 1
        seen["a cut in company"] += any(weak.issuperset(finding.rules) for finding in cut)
        seen["nothing"] += not found
        seen["a flag"] += len(found) > len(cut)

    look()

    assert all(count >= 3 for count in seen.values()), seen
