"""The prefilter: it may let too much through, but never too little, and in C and in Python it finds the same brackets."""

import json
import random
import sys
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.prefilter import MOST_LINE_GATES, Gate, LineGates, Prefilter
from cleanspam.judge.wordscan import WordScan
from cleanspam.model import Site
from cleanspam.native import IS_COMPILED
from cleanspam.native.candidates import Candidate, CharClasses, CompiledGate, LineLimits
from cleanspam.rulebook.matchable import ANY, MOST, Matchable, class_of
from cleanspam.text.brackets import Pair, Sites, beside, own_text, pairs
from cleanspam.text.fold import fold
from cleanspam.text.linemarks import MARKS
from cleanspam.text.lines import Edges
from cleanspam.text.pairing import KINDS

LEXICON = Lexicon(
    {
        "things": ("淘宝", "台州", "网站", "家", "a股"),
        "asks": ("怎么办", "seo", "b2b", "ob", "seobbs体", "a+页面"),
        "names": ("淘宝网", "体", "臺"),
    }
)
# One gate for each list, one for what may be alone, and those of other conditions.
GATES = (
    *(Gate((LEXICON.mask((name,)),)) for name in ("things", "asks")),
    Gate((LEXICON.mask(("names",)),), is_for_glued=False),
    Gate(is_for_glued=False),
)
LISTS = LEXICON.mask(("things", "asks"))
needs_compiled = pytest.mark.skipif(not IS_COMPILED, reason="there was no C compiler where cleanspam was installed")
SIEVES = [
    pytest.param(Prefilter(LEXICON, GATES, is_compiled=False), id="python"),
    pytest.param(Prefilter(LEXICON, GATES), id="compiled", marks=needs_compiled),
]
PIECES = '()（）[]［］【】〔〕〖〗{}｛｝ 　\t\n\r,，。.、；“”_·-+^`"\\a股淘宝寶台臺州網网站家怎么麼办辦seoＳＥＯb2B页面𠀀é'
WORDS = "é÷甲乙𠀀,"
STRAYS = [bytes([byte]) for byte in b"\xe5\x80\xb6\xed\xa0\xf0\x9f\xc2\xff"]
bracketed = st.text(st.sampled_from(PIECES), max_size=40)


def spans(reports: list[Candidate]) -> dict[Pair, Candidate]:
    """Return the reports by their pairs."""
    return {Pair(report[0], report[1], report[-1]): report for report in reports}


@pytest.mark.parametrize("sieve", SIEVES)
@given(text=bracketed)
def test_what_has_a_word_is_let_through_with_its_lists(sieve: Prefilter, text: str) -> None:
    """An advertisement would never be judged, or not by the rule that knows its words."""
    found = spans(sieve.sift(text))
    for pair in pairs(text):
        lists = LEXICON.found_in(fold(own_text(text, pair)))
        if lists & LISTS:
            assert lists & LISTS & found[pair].gates == lists & LISTS


@pytest.mark.parametrize("sieve", SIEVES)
@given(text=bracketed)
def test_what_is_alone_is_let_through(sieve: Prefilter, text: str) -> None:
    """A planting between marks would never be judged."""
    sites, found = Sites(text), spans(sieve.sift(text))
    alone = [pair for pair in pairs(text) if sites.of(pair) in (Site.ALONE, Site.LINE)]
    assert all(found[pair][3] for pair in alone)


@pytest.mark.parametrize("sieve", SIEVES)
@given(text=bracketed)
def test_what_is_let_through_comes_with_its_neighbours(sieve: Prefilter, text: str) -> None:
    """Rules that look beside a parenthetical would be passed over."""
    for pair, report in spans(sieve.sift(text)).items():
        assert report[4] == text[pair.start]
        assert report[5:7] == tuple(char.strip("\r\n") for char in beside(text, pair))


@pytest.mark.parametrize("sieve", SIEVES)
def test_what_has_no_word_and_stands_in_a_sentence_is_not_let_through(sieve: Prefilter) -> None:
    """Every parenthetical of a corpus would be folded: half the speed."""
    assert sieve.sift("河(石头)边(木头),风(淘沙)吹,云(体育)动,雪(bseo)落,花(seob)开。") == []


@pytest.mark.parametrize("sieve", SIEVES)
@pytest.mark.parametrize(
    "own", ["淘宝", "大淘·寶", "a股", "小a股", "S-E-O", "seo体", "ＳＥＯ 家", "怎 么 辦", "a+页面", "好a+頁 面", "[甲]家"]
)
def test_words_are_let_through_in_every_spelling(sieve: Prefilter, own: str) -> None:
    """A disguised word would not be found."""
    assert [report[:2] for report in sieve.sift(f"河({own})边") if report[0] == 1] == [(1, len(own) + 3)]


@given(
    text=bracketed,
    gate=st.builds(
        Gate,
        st.sampled_from([(), (LISTS,), (LEXICON.mask(("things",)), LEXICON.mask(("asks",)))]),
        st.frozensets(st.sampled_from(KINDS), min_size=1),
        st.builds(
            Matchable,
            st.sampled_from([ANY, ANY & ~class_of("家"), ANY & ~class_of("a"), ANY & ~class_of("、")]),
            st.sampled_from([ANY, class_of("家"), class_of("a") | class_of("。"), class_of("𠀀")]),
            st.integers(0, 2),
            st.integers(0, 2),
            st.integers(0, 3),
            st.sampled_from([2, 4, MOST]),
            st.integers(0, 2),
            st.sampled_from([0, class_of("a"), class_of("a") | class_of("。")]),
        ),
        st.booleans(),
        st.booleans(),
        twice=st.just(0),
        thrice=st.just(0),
        before=st.just(0),
    ),
)
@example(text="\n(家)\n(家)", gate=Gate(is_for_first_line=True))
@example(text="(家+)甲", gate=Gate(like=Matchable(most=2)))
def test_a_gate_lets_through_what_it_admits(text: str, gate: Gate) -> None:
    """The gate in C would keep a text from a rule that matches it, or let through texts that the rule cannot match."""
    in_python, compiled = Prefilter(LEXICON, [gate], is_compiled=False), Prefilter(LEXICON, [gate])
    for one in in_python.sift(text):
        assert one.gates == 1
    if IS_COMPILED:
        told, known = compiled.sift(text), {*pairs(text)}
        assert spans(in_python.sift(text)) == {pair: one for pair, one in spans(told).items() if pair in known}
        offsets = b"".join(place.to_bytes(4, sys.byteorder) for place in (0, len(text.encode())))
        assert compiled.sift_texts(text.encode(), offsets, 4) == [0] * bool(told)


@needs_compiled
@pytest.mark.parametrize(
    ("before", "passes"),
    [
        ("请来網站吧，", True),
        ("他看ＳＥＯ，", True),
        ("xseoseox，", True),
        ("网\u200b站，", True),
        ("网站" + "他" * 38, True),
        ("网站" + "他" * 39, False),
        ("网站\n他", False),
        ("他走了", False),
        ("", False),
    ],
)
def test_a_gate_may_ask_for_a_word_before_the_pair(before: str, passes: bool) -> None:
    """Python would be asked about each account in brackets, whatever is sold before it, or about none."""
    sieve = Prefilter(COUNTING, [Gate((COUNTING.mask(("call",)),), before=COUNTING.mask(("firm",)))])
    text = f"{before}（请家）边"
    assert [text[one.start : one.end] for one in sieve.sift(text)] == ["（请家）"] * passes
    for is_ascii in (True, False):
        assert bool(lines_of(sieve, json.dumps({"text": text}, ensure_ascii=is_ascii).encode())) is passes


@needs_compiled
@pytest.mark.parametrize("link", ["[家](a家)", "![家](家)", "[家][家家]", "[家][]", "[^家]", "[:家]", "[[家]", "[家］(家)"])
def test_pairs_of_links_are_not_told_of(link: str) -> None:
    """Python would look at each link of a page: the look took six times as long where prose has many."""
    sieve, text = Prefilter(LEXICON, [Gate()]), f"河{link}边（家）"
    found = spans(sieve.sift(text))
    assert [pair for pair in found if pair.end < len(text)] == [pair for pair in pairs(text) if pair.end < len(text)]
    for told, is_told in ((text, True), (link, bool(pairs(link)))):
        for is_ascii in (True, False):
            assert bool(lines_of(sieve, json.dumps({"text": told}, ensure_ascii=is_ascii).encode())) is is_told
    halves = [part.encode() for part in ("河[家]", "(家)边")]  # no link: each text stands for itself
    assert sieve.sift_texts(b"".join(halves), array("i", [0, len(halves[0]), len(b"".join(halves))]), 4) == [0, 1]


@pytest.mark.parametrize("is_compiled", [False, pytest.param(True, marks=needs_compiled)])
@given(text=bracketed)
@example(text="河(甲家 ·)边(体+)")
def test_a_list_may_count_at_the_end_of_an_own_text_only(is_compiled: bool, text: str) -> None:
    """A rule for texts that end in a word would be tried on each text with the word, or not on 厂家· with filler behind it."""
    things = LEXICON.mask(("things",))
    sieve = Prefilter(LEXICON, [Gate((things,))], closing=things, is_compiled=is_compiled)
    found = spans(sieve.sift(text))
    assert all(pair in found for pair in pairs(text) if LEXICON.look(fold(own_text(text, pair))).ends & things)
    assert sieve.sift("河(家里)边") == []


@needs_compiled
@given(text=st.text(st.sampled_from("()（）网網站a家\n\U00020000ā"), max_size=40))
def test_words_are_found_in_the_same_pass_as_brackets(text: str) -> None:
    """A line with a note would never be judged, or be judged by a rule without its words."""
    words = WordScan(["网站", "网站家", "家"], with_toned=True)
    found, hits, _ = Prefilter(LEXICON, GATES, words).look(text)
    assert (found, sorted(hits)) == (Prefilter(LEXICON, GATES).sift(text), words._in_python(text))
    assert sorted(hits) == sorted(words.hits(text))


@needs_compiled
@given(text=st.text(st.sampled_from(f"()（）[]［］【】〔〕〖〗{{}}｛｝{WORDS}\n\r"), max_size=40))
def test_the_compiled_sieve_pairs_as_python_does(text: str) -> None:
    """What is cut would depend on whether there was a C compiler."""
    assert list(spans(everything().sift(text))) == sorted(all_pairs(text), key=lambda pair: pair.end)


@needs_compiled
@pytest.mark.parametrize("alphabet", ["é÷()[]{}\n", "甲乙（）【】()\r", "甲𠀀（）()［］\n"])
def test_texts_of_each_width_of_characters_are_paired(alphabet: str) -> None:
    """Python keeps texts in one, two or four bytes a character, and the compiled sieve reads each."""
    text = "".join(random.Random(5).choices(alphabet, k=5_000))
    assert list(spans(everything().sift(text))) == sorted(all_pairs(text), key=lambda pair: pair.end)


# Texts with words that rules about lines ask for: of any line, of the first line, of a part of few characters, and of links.
NOTED = WordScan(["记住本站", "本站", "更多", "看a"], with_toned=True)
LINED = Prefilter(
    LEXICON,
    GATES,
    NOTED,
    lines=LineGates(
        (
            Gate((LEXICON.mask(("things",)),), like=Matchable(most=9), is_for_lines=True),
            Gate((LEXICON.mask(("asks",)),), like=Matchable(most=5), is_for_parts=True),
            Gate(is_for_first_line=True, is_for_lines=True, like=Matchable(least=6)),
            Gate(is_for_links=True),
        ),
        tuple(
            {"记住本站": 0b11, "本站": 0b100, "更多": 0b1000, "看a": 0b1}.get(word, 1 << MOST_LINE_GATES)
            for word in NOTED.words
        ),
    ),
)
noted = st.lists(
    st.sampled_from([*PIECES, "记住本站", "記住本站", "更多", "本站", "看apk", "看Ａ", "wǎng", "雨" * 500, "\u200b", "(ā)"]),
    max_size=30,
).map("".join)


@needs_compiled
@given(texts=st.lists(bracketed | noted, max_size=4), is_ascii=st.booleans(), end=st.sampled_from(["", "\n", "\r\n"]))
@example(texts=["𠀀(家)甲", "甲(家)𠀀", "甲(𠀀)乙", "甲(𝐬eo)乙"], is_ascii=True, end="")
@example(texts=["\n更多\n𠀀", "怎么办𠀀\\记住本站", '"本站"' + "𠀀" * 200, "a\\u8bb0住本站淘宝"], is_ascii=True, end="")
@example(texts=["雨" * 410 + "(é更多𠀀记住本站)"], is_ascii=True, end="")
def test_what_has_to_be_judged_is_found_in_lines_of_json(texts: list[str], is_ascii: bool, end: str) -> None:
    """A record with an advertisement would never be read."""
    lines = [json.dumps({"id": [1, {}], "text": text}, ensure_ascii=is_ascii) for text in texts]
    data = (("\n".join(lines) + end) if lines else "").encode()
    found = {number: (start, stop) for number, start, stop in lines_of(LINED, data)}
    for number, (text, line) in enumerate(zip(texts, lines, strict=True)):
        assert (number in found) >= any(LINED.look(text)[:2])
        if number in found:
            assert data[slice(*found[number])].decode().rstrip("\r") == line


@needs_compiled
@given(texts=st.lists(bracketed | noted, max_size=5), width=st.sampled_from([4, 8]), skipped=st.integers(0, 3))
@example(texts=["记住本", "站淘宝"], width=4, skipped=0)
def test_what_has_to_be_judged_is_found_in_texts_of_a_column(texts: list[str], width: int, skipped: int) -> None:
    """A row with an advertisement would never be read, or a bracket would find its partner in the row below."""
    raw = [text.encode() for text in texts]
    places = [skipped + sum(map(len, raw[:number])) for number in range(len(raw) + 1)]
    offsets = b"".join(place.to_bytes(width, sys.byteorder) for place in places)
    found = LINED.sift_texts(b"(" * skipped + b"".join(raw) + ")记住本站淘宝".encode(), offsets, width)
    assert found is not None
    # In a text that Python keeps in one byte a character no word is looked for.
    assert [number for number in found if max(texts[number]) > "ÿ"] == [
        number for number, text in enumerate(texts) if any(LINED.look(text)[:2]) and max(text) > "ÿ"
    ]


@needs_compiled
@pytest.mark.parametrize("places", [[0, 9], [-1, 1], [2, 1], [1 << 40, 1 << 40]])
def test_offsets_that_lie_outside_the_data_are_refused(places: list[int]) -> None:
    """A damaged column would be read beyond its end."""
    offsets = b"".join(place.to_bytes(8, sys.byteorder, signed=True) for place in places)
    with pytest.raises(ValueError, match="offsets that lie in the data"):
        Prefilter(LEXICON, GATES).sift_texts(b"(\xe6)", offsets, 8)
    with pytest.raises(ValueError, match="4 or 8 bytes"):
        Prefilter(LEXICON, GATES).sift_texts(b"", offsets, 3)


@needs_compiled
@pytest.mark.parametrize(
    "line",
    [
        '{"text": "雨',
        '{"text": "雨"',
        '{"text": "雨"}}',
        '{"text": "雨"} {}',
        '["雨"]',
        '"雨"',
        '{"a": "\\x"}',
        '{"a": "\t"}',
        "雨",
        "{\n}",
        "{'a': 1}",
        '{"a"; 1}',
        '{"a": "\\u12g4"}',
    ],
)
def test_lines_that_are_no_records_are_found_too(line: str) -> None:
    """A broken record would be passed over in silence."""
    before = '{"text": "停"}\n \r\n'
    found = lines_of(Prefilter(LEXICON, GATES), f'{before}{line}\n{{"text": "风"}}'.encode())
    assert found[0] == (2, len(before.encode()), len((before + line.split("\n")[0]).encode()))


@needs_compiled
@given(
    data=st.binary(max_size=60)
    | st.lists(
        st.sampled_from([*(char.encode() for char in (*PIECES, "记住本", "站")), b"\xe3", b"\xef\xbc", b"\\u", b"\xff"])
    ).map(b"".join)
)
def test_bytes_of_any_kind_are_sifted(data: bytes) -> None:
    """A damaged file would end the run, or be read beyond its end."""
    for number, start, end in lines_of(LINED, data):
        assert data[start:end] == data.split(b"\n")[number]


@needs_compiled
@given(parts=st.lists(st.sampled_from([*map(str.encode, [*"(（）)[]家淘寶seo,。·甲𠀀\n", "记住本", "站"]), *STRAYS])))
@example(parts=[b"(", "家".encode(), b"\xe5", b")"])
@example(parts=[b"\xe5\x80(", "家".encode(), b")\xf0\x9f"])
def test_stray_bytes_are_what_python_reads(parts: list[bytes]) -> None:
    """A word broken by a stray byte would be found, and a rule tried on a text without it."""
    data = b"".join(parts)
    text = data.decode("utf-8", "surrogateescape")
    offsets = b"".join(place.to_bytes(4, sys.byteorder) for place in (0, len(data)))
    assert (LINED.sift_texts(data, offsets, 4) == [0]) >= any(LINED.look(text)[:2])


@needs_compiled
def test_a_compiled_sieve_is_made_once_of_words() -> None:
    """A mistake in its arguments would end in a SystemError without a reason."""
    from cleanspam.native._native import Prefilter as Compiled
    from cleanspam.native._native import Spelling

    none, limits = Spelling("", ""), LineLimits(9, 9, 9, 3, 12, 42)
    no_classes = CharClasses("", "", "", "", (), (), (), "", "", "", "", "", "")
    gate = CompiledGate((), 1, ANY, ANY, 0, 0, 0, MOST, 0, 0, True, False, False, False, False)

    def made(**other: object) -> Compiled:
        named = {"spelling": none, "words": ("", (), ""), "closing": 0, "gates": (), "classes": no_classes, "finder": None}
        args = named | {"line_gates": (), "by_word": (), "limits": limits, "alphabets": ()} | other
        return Compiled(*args.values())  # type: ignore[arg-type]  # what is tested

    with pytest.raises(ValueError, match=r"takes words as packed\(\)"):
        made(words=("甲\n乙", (1,), "\0\1"))
    with pytest.raises(TypeError, match="sets of bits are int"):
        made(words=("甲", ("1",), "\0"))
    with pytest.raises(TypeError, match="made once"):
        made(words=("a", (1,), "\0")).__init__(none, ("", (), ""), 0, (), no_classes, None, (), (), limits, ())  # type: ignore[misc]
    with pytest.raises(TypeError, match="that was made"):
        made(spelling=Spelling.__new__(Spelling))
    with pytest.raises(ValueError, match=r"takes brackets below U\+10000, and not U\+1d173"):
        made(classes=no_classes._replace(kinds=(("(\U0001d173", ")\U0001d174"),)))
    with pytest.raises(ValueError, match="at most 16 kinds"):
        made(classes=no_classes._replace(kinds=(("(", ")"),) * 17))
    with pytest.raises(ValueError, match="at most 256 gates"):
        made(gates=(gate,) * 257)
    with pytest.raises(TypeError, match="WordFinder that was made"):
        made(finder=none)
    with pytest.raises(ValueError, match="for each word of its finder"):
        made(by_word=(1,))


@given(number=st.integers(0, 200))
def test_a_list_keeps_its_bit_among_many(number: int) -> None:
    """Words of lists beyond the 64th would not be found."""
    lexicon = Lexicon({str(at): (f"词{at}号",) for at in range(201)})
    [report] = Prefilter(lexicon, [Gate((lexicon.mask((str(number),)),))]).sift(f"河(大词{number}号)边")
    assert report.gates == 1


@needs_compiled
def test_the_compiled_sieve_refuses_what_is_no_text() -> None:
    """The C module would read memory that is no text."""
    sieve = Prefilter(LEXICON, GATES)
    with pytest.raises(TypeError, match="str"):
        sieve.sift(b"")  # type: ignore[arg-type]  # what is tested
    with pytest.raises(TypeError, match="bytes"):
        sieve.sift_json("")  # type: ignore[arg-type]  # what is tested


def lines_of(sieve: Prefilter, data: bytes) -> list[tuple[int, int, int]]:
    """Return the lines that the prefilter reports, and the number of all lines."""
    sifted = sieve.sift_json(data)
    assert sifted
    assert sifted.ends == data.count(b"\n")
    return sifted.lines


def everything() -> Prefilter:
    """Return a compiled prefilter for which each character but brackets is a word."""
    lexicon = Lexicon({"all": tuple(WORDS)})
    return Prefilter(lexicon, [Gate((lexicon.mask(("all",)),)), Gate(is_for_glued=False)])


def all_pairs(text: str) -> list[Pair]:
    """Return the pairs that Python finds, without those amid a sentence that contain only brackets."""
    sifted = spans(everything().sift(text))
    markup = {*MARKS.pairs(text)} - {*pairs(text)}  # may be told of
    told = [pair for pair in pairs(text) if pair in sifted or not set(WORDS).isdisjoint(own_text(text, pair))]
    return [*told, *(pair for pair in markup if pair in sifted)]


SIGNED = Lexicon({"drawn": ("██", "█甲"), "promise": ("保真",)})
PROMISED = WordScan(["保真", "价格"], with_toned=False)
DRAWN = Prefilter(
    SIGNED,
    (),
    PROMISED,
    lines=LineGates(
        (
            Gate((SIGNED.mask(("promise",)), SIGNED.mask(("drawn",))), like=Matchable(most=12), is_for_lines=True),
            Gate(is_for_first_line=True, is_for_lines=True),
        ),
        tuple({"保真": 0b1, "价格": 0b10}[word] for word in PROMISED.words),
    ),
)


@needs_compiled
@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("██保真", True),
        ("𠀀█甲保真", True),
        ("雨停了，保真", False),
        ("𠀀雨停了，保真", False),
        ("██\u200b保真" + "\u200b" * 40 + "甲", True),
        ("██保真，雨停了，他还在路上", False),
    ],
)
def test_a_line_without_the_signs_or_the_length_that_a_gate_asks_for_is_not_told_of(line: str, is_told: bool) -> None:
    """Each line with a common word would be read, which takes longer than all else, or a drawn line be passed over."""
    text = f"他走了。\n{line}\n雨停了。"
    assert bool(DRAWN.look(text)[1]) is is_told
    for is_ascii in (True, False):
        data = json.dumps({"text": text}, ensure_ascii=is_ascii).encode()
        assert bool(lines_of(DRAWN, data)) is is_told


@needs_compiled
@pytest.mark.parametrize("lead", ["", "\n \n"])
@pytest.mark.parametrize("length", [0, 30, 250])
def test_words_for_the_first_line_are_told_of_there_alone(lead: str, length: int) -> None:
    """A first line would keep its advertisement, or each word of such rules cost as much as one that a rule may be about."""
    first = "雨" * length + "价格"
    text = f"{lead}{first}\n" + f"{'他' * 70}价格\n" * 40 + "██保真"
    told = [at for at, _ in DRAWN.look(text)[1]]
    assert told == [text.index("价格"), text.index("保真")]


class Nowhere:
    """The rules of a judge for which all that passes a gate is one, at no place."""

    def class_of(self, side: int, char: str | None) -> int:  # noqa: ARG002 (the look asks for them)
        return 0

    def gates_at(self, is_alone: bool, opener: str, left: int, right: int) -> int:  # noqa: ARG002
        return 0

    def may_speak(self, own: str, gates: int) -> bool:  # noqa: ARG002
        return True

    def may_speak_of_line(self, own: str, gates: int, text: str | None, start: int, end: int) -> bool:  # noqa: ARG002
        return True

    def may_speak_of_part(self, gates: int, text: str, start: int, end: int, at: int) -> bool:  # noqa: ARG002
        return True


@needs_compiled
def test_places_attached_amid_a_look_lose_no_pair() -> None:
    """A judge makes its index while other threads look: a class of the former places would be asked of the new ones."""

    class Replaced(Nowhere):
        def class_of(self, side: int, char: str | None) -> int:
            sieve.attach(Nowhere())
            return super().class_of(side, char)

    sieve = Prefilter(LEXICON, GATES)
    text = "天亮了，（修灯），他走了。"
    told = sieve.sift(text)
    sieve.attach(Replaced())
    assert told
    assert sieve.sift(text) == told


@needs_compiled
@pytest.mark.parametrize("speaks", [True, False])
def test_a_line_that_passes_a_gate_is_told_of_only_if_its_rule_may_speak(speaks: bool) -> None:
    """Of 20 lines that pass a gate one is for a rule behind it: each of the others took Python as long as 10,000 characters."""
    asked: list[tuple[str, int, str | None]] = []

    class Rules(Nowhere):
        def may_speak_of_line(self, own: str, gates: int, text: str | None, start: int, end: int) -> bool:
            asked.append((own, gates, text and text[start:end]))
            return speaks

        def may_speak_of_part(self, gates: int, text: str, start: int, end: int, at: int) -> bool:
            asked.append((text[at:end], gates, text[start:end]))
            return speaks

    words = WordScan(["灯油"], with_toned=False)
    lines = LineGates.of([(Gate(is_for_lines=True), 1)], [1])
    sieve = Prefilter(LEXICON, (), words, lines=lines)
    sieve.attach(Rules())
    text = "天亮了。\n 买燈油，卖灯油。\n天亮了。"
    assert [at for at, _ in sieve.look(text)[1]] == ([7, 11] if speaks else [])
    assert asked == [("买灯油,卖灯油。", 1, "买燈油，卖灯油。")]
    assert sieve.sift_texts(text.encode(), array("i", [0, len(text.encode())]), 4) == ([0] if speaks else [])
    sieve = Prefilter(LEXICON, (), words, lines=LineGates.of([(Gate(is_for_parts=True), 1)], [1]))
    sieve.attach(Rules())
    asked.clear()
    assert bool(sieve.look(text)[1]) == speaks
    assert asked[0] == ("燈油，卖灯油。", 1, "买燈油，卖灯油。")


COUNTING = Lexicon({"firm": ["网站", "网站建设", "seo"], "call": ["请"]})
# A gate for whole lines asks for two words of `firm`; words that begin at one place are one, and a Latin word counts anywhere.
TWICE = [("网站和网站", True), ("網站建设", False), ("seo网站", True), ("xseoseox网站", True), ("网站请请", False)]


@needs_compiled
@pytest.mark.parametrize(("line", "passes"), TWICE)
def test_a_gate_counts_the_words_of_a_list(line: str, passes: bool) -> None:
    """A firm's praise names two services: each line that names one was read by Python, 100 of 700 in prose."""
    gate = Gate((COUNTING.mask(("firm",)),), is_for_lines=True, twice=COUNTING.mask(("firm",)))
    sieve = Prefilter(COUNTING, (), WordScan(["网站"], with_toned=False), lines=LineGates.of([(gate, 1)], [1]))
    assert bool(sieve.look(line)[1]) == passes
    thrice = LineGates.of([(gate._replace(thrice=COUNTING.mask(("firm",))), 1)], [1])
    sieve = Prefilter(COUNTING, (), WordScan(["网站"], with_toned=False), lines=thrice)
    assert not sieve.look(line)[1] or line.count("seo") == 2
    assert sieve.look(line + "又" + line)[1] or line == "網站建设" or line == "网站请请"


# A gate for parts of lines asks for a call in the sentence of the word. A mark in a bracket or an address ends none; a frame
# reaches farther.
PARTS = [
    ("请看网站。天亮了。", True),
    ("请看。天亮了，网站开了。又一天。又一天。又一天。又一天。又一天。", False),
    ("网站开了。请看。", False),
    ("他说（请看。网站开了）。", True),
    ("请看www。网站。天亮了。", True),
    ("#请看。网站开了#", True),
    ("请看！！”网站开了。", False),
    ("天亮了。" * 40 + "请看网站。", True),
    ("请。" + "天亮了" * 60 + "网站", False),
]


@needs_compiled
@pytest.mark.parametrize(("line", "passes"), PARTS)
def test_a_gate_for_parts_of_lines_looks_at_the_sentence_of_a_word(line: str, passes: bool) -> None:
    """Each paragraph with a word in one sentence and another one three sentences on was read by Python."""
    gate = Gate(tuple(COUNTING.mask((name,)) for name in ("firm", "call")), is_for_parts=True)
    sieve = Prefilter(COUNTING, (), WordScan(["网站"], with_toned=False), lines=LineGates.of([(gate, 1)], [1]))
    data = line.encode()
    assert bool(sieve.look(line)[1]) == passes
    assert bool(sieve.sift_texts(data, array("i", [0, len(data)]), 4)) == passes


@needs_compiled
@pytest.mark.parametrize(("behind", "passes"), [(0, True), (2, True), (9, False)])
def test_a_gate_for_notes_looks_at_the_last_sentences(behind: int, passes: bool) -> None:
    """A note of two sentences at the end of a paragraph would be passed over, for its call and its site stand apart."""
    needs = tuple(COUNTING.mask((name,)) for name in ("firm", "call"))
    gate = Gate(needs, is_for_parts=True, is_for_notes=True)
    sieve = Prefilter(COUNTING, (), WordScan(["网站"], with_toned=False), lines=LineGates.of([(gate, 1)], [1]))
    assert bool(sieve.look("他推门。网站开了。请看。" + "天亮了。" * behind)[1]) == passes


STUBS = [
    ("他推门。网站", True),
    ("他推门。“网站”", True),
    ("他推门。网站。", False),
    ("他推门。（网站！）", False),
    ("他推门，网站", False),
    ("他推门。网站" + "天亮了又黑" * 16, False),
]


@needs_compiled
@pytest.mark.parametrize(("line", "passes"), STUBS)
def test_a_gate_for_stubs_looks_at_the_end_of_the_line(line: str, passes: bool) -> None:
    """Python was asked about 700 lines in 18 million characters of prose, of which 4 had a note."""
    gate = Gate((COUNTING.mask(("firm",)),), is_for_parts=True, is_for_stubs=True)
    sieve = Prefilter(COUNTING, (), WordScan(["网站"], with_toned=False), lines=LineGates.of([(gate, 1)], [1]))
    data = line.encode()
    assert bool(sieve.look(line)[1]) == passes
    assert passes <= bool(sieve.sift_texts(data, array("i", [0, len(data)]), 4))


# Signs that hide names stand in prose, too: a full stop before 阅读 or before a word in w. There they are behind a word.
IDLE = [
    ("天亮了。小说好看", False),
    ("天亮。.小说", True),
    ("天亮了。WP好用", False),
    ("天亮了。w w。w", True),
    ("。小说", True),
]


@needs_compiled
@pytest.mark.parametrize(("line", "passes"), IDLE)
def test_signs_of_prose_are_not_told_of(line: str, passes: bool) -> None:
    """Of 120 lines of prose with a sign that may hide a name, 75 have a full stop behind a word."""
    words = WordScan([], with_toned=False, others=["。小说", ".小说", "。w"])
    sieve = Prefilter(LEXICON, (), words, lines=LineGates.of([], [1] * 3))
    assert bool(sieve.look(line)[1]) == passes
    assert bool(sieve.sift_texts(line.encode(), array("i", [0, len(line.encode())]), 4)) == passes


LAST = ["天亮了。", "网站", "雨停了。", "\n 风小了。 "]
EDGES = [
    ("\n".join(["\n网站", *LAST[:1] * 9]), True),
    ("\n".join(LAST), True),
    ("\n".join([*LAST, "天亮了。", "\n"]), False),
    ("天亮了。\n网站" + "\n \n天亮了。" * 2 + "\r\n\n", True),
]


@needs_compiled
@pytest.mark.parametrize(("text", "passes"), EDGES)
def test_a_gate_for_edges_looks_at_the_first_and_the_last_lines(text: str, passes: bool) -> None:
    """Python was asked about each line with 相关阅读 of a text, of which only the last three may be planted."""
    gate = Gate((COUNTING.mask(("firm",)),), is_for_lines=True, is_for_edges=True)
    sieve = Prefilter(COUNTING, (), WordScan(["网站"], with_toned=False), lines=LineGates.of([(gate, 1)], [1]))
    assert bool(sieve.look(text)[1]) == passes
    in_foot = Edges.of(text).foot <= text.index("网站") or text.lstrip().startswith("网站")
    assert in_foot == passes


@needs_compiled
@pytest.mark.parametrize(
    ("line", "passes"), [("网站|开始", True), ("網站a開始", True), ("网站天亮", False), ("网站开天", True), ("𠀀网天", False)]
)
def test_a_gate_asks_what_share_of_a_line_is_of_an_alphabet(line: str, passes: bool) -> None:
    """1,750 of 1,838 lines that a rule with a share of words was asked about in prose have too many other characters."""
    gate = Gate((COUNTING.mask(("firm",)),), is_for_lines=True, shares=((75, "始开站网"), (10, "网")))
    sieve = Prefilter(COUNTING, (), WordScan(["网站"], with_toned=False), lines=LineGates.of([(gate, 1)], [1]))
    assert bool(sieve.look(line)[1]) == passes
