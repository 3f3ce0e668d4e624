"""Noise: random characters as lines and amid lines, from the compiled look to the cut."""

import json
import random
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import cleanspam
from cleanspam.judge.judge import Judge
from cleanspam.judge.wordscan import NOISE
from cleanspam.model import Site, Verdict
from cleanspam.native import IS_COMPILED
from cleanspam.text.noise import RUN, noises, noisy_runs
from cleanspam.text.readingtable import CHARS

CLEANER = cleanspam.Cleaner(cleanspam.load_rules())
SHIPPED = Judge(cleanspam.load_rules())
POOL = [char for char in CHARS[:2200] if "\u4e00" <= char <= "\u9fff"]
PROSE = "他把門推開走了進去屋裡沒有人桌上放著一封信信上只寫了一行字說他要到很遠的地方去等河上的冰化了再回來"


def random_han(pool: list[str], size: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(pool, k=size))


def drawn(length: int, seed: int) -> str:
    """Return random characters that are noise from end to end, as nearly all are."""
    for again in range(seed, seed + 5000, 1000):
        chars = random_han(POOL, length, again)
        if [*noises(chars, noisy_runs(chars))] == [(0, length, Site.NOISE)]:
            return chars
    raise AssertionError


def jammer(seed: int) -> str:
    """Return what Discuz sets against copying, without the blanks at its ends, which copies lose."""
    chance = random.Random(seed)
    units = (f"{chr(chance.randint(32, 59))} {chr(chance.randint(63, 126))}" for _ in range(chance.randint(7, 15)))
    return "".join(units).strip()


noise = st.builds(drawn, st.sampled_from([RUN, 50, 64, 120]), st.integers(0, 300))
PARAGRAPHS = ["雨停了。", "天亮了，他出了門。", PROSE, "", "　　雪化了。"]


@given(lines=st.lists(noise | st.sampled_from(PARAGRAPHS), max_size=9), end=st.sampled_from(["\n", "\r\n"]))
def test_a_text_loses_its_lines_of_noise_and_nothing_else(lines: list[str], end: str) -> None:
    """A paragraph would go with the noise beside it, or a second cleaning would find more."""
    planted = {*lines}.difference(PARAGRAPHS)
    gone = {line for line in planted if len(planted) > 1 or len(line) >= 60}
    text, left = (
        end.join(["山路很滑。", *those, "她停下來。"]) for those in (lines, [one for one in lines if one not in gone])
    )
    cleaning = CLEANER.clean(text)
    assert cleaning.text == left
    assert CLEANER.clean(left).cuts == ()
    assert cleanspam.restore(left, cleaning.cuts) == text


@given(seeds=st.lists(st.integers(0, 9999), min_size=3, max_size=6, unique=True))
def test_a_text_loses_its_jammers_and_nothing_else(seeds: list[int]) -> None:
    """A mark or a blank beside a jammer would go with it. One of fifty has too few different characters to be told."""
    told = [one for one in map(jammer, seeds) if [*noises(one, noisy_runs(one))] == [(0, len(one), Site.JAMMER)]]
    assume(len(told) > 1)  # one alone is flagged
    text, left = (
        "\n".join(f"雨停了。{one}\n{one}他出了門。" if one else "雨停了。\n他出了門。" for one in those)
        for those in (told, [""] * len(told))
    )
    cleaning = CLEANER.clean(text)
    assert cleaning.text == left
    assert cleanspam.restore(left, cleaning.cuts) == text


def test_a_jammer_amid_a_line_or_behind_a_comma_stays() -> None:
    """Notes of music amid a line would be cut, or a comma of the text's own with a jammer behind it."""
    text = f"他唱，{jammer(3)}\n她唱{jammer(4)}走了。\n"
    assert noisy_runs(text)
    assert CLEANER.clean(text).cuts == ()


def test_what_may_be_somebodys_own_is_flagged() -> None:
    """A single short line would go on one piece of evidence, or a word at the edge of noise with the noise."""
    [alone] = CLEANER.findings(f"雨停了。\n{drawn(50, 1)}\n天亮了。")
    assert (alone.verdict, alone.site, alone.rules) == (Verdict.FLAG, Site.NOISE, ("noise-lines",))
    [glued] = CLEANER.findings(f"雨停了，我們的工作{drawn(150, 2)}中國人民走了。")
    assert (glued.verdict, glued.site, glued.rules) == (Verdict.FLAG, Site.NOISE_AMID, ("noise-amid",))
    assert abs(glued.start - 9) < 12
    assert abs(glued.end - 159) < 12
    assert CLEANER.findings(f"山路很滑。\n```\n{drawn(99, 3)}\n```\n") == ()


def blocks(encoding: str, first: int, last: int) -> str:
    """Return the Han characters of an encoding of two bytes, in its order."""
    chars = (code.to_bytes(2, "big").decode(encoding, "ignore") for code in range(first, last))
    return "".join(char for char in chars if "\u4e00" <= char <= "\u9fff")


@pytest.mark.parametrize(
    "table",
    [blocks("gb2312", 0xB0A1, 0xF7FF), blocks("big5", 0xA440, 0xF9D6), "".join(map(chr, range(0x4E00, 0x9FA0))), CHARS[329:]],
    ids=["readings", "strokes", "radicals", "frequency"],
)
@pytest.mark.parametrize("width", [50, 100, 400])
def test_a_table_of_characters_stays(table: str, width: int) -> None:
    """A dictionary's index, sorted by readings, strokes, radicals or frequency, would be cut."""
    text = "\n".join(table[at : at + width] for at in range(0, len(table), width))
    assert CLEANER.findings(text) == ()


def test_a_table_of_japanese_characters_stays() -> None:
    """Those that schools teach are sorted by their Japanese readings, in no order that a Chinese table has."""
    grade = (
        "圧移因永営衛易益液演応往桜恩可仮価河過賀快解格確額刊幹慣眼基寄規技義逆久旧居許境均禁句群経潔件券険検限現減故個"
        "護効厚耕鉱構興講混査再災妻採際在財罪雑酸賛支志枝師資飼示似識質舎謝授修述術準序招承証条状常情織職制性政精製税績"
        "接設舌絶銭祖素総造像増則測属率損退貸態団断築張提程適敵統銅導徳独任燃能破判版比肥非備俵評貧布婦富武復複仏編弁保"
        "墓報豊防貿暴務夢迷綿輸余預容略留領"
    )
    assert CLEANER.findings("\n".join(grade[at : at + 60] for at in range(0, len(grade), 60))) == ()


pieces = st.one_of(
    st.builds(random_han, st.just(POOL), st.integers(40, 130), st.integers(0, 999)),
    st.builds(random_han, st.just(POOL[-250:]), st.integers(45, 60), st.integers(0, 999)),  # some of which repeat
    st.builds(jammer, st.integers(0, 9999)),
    st.sampled_from([PROSE, "雨停了。", "a", "\n", "，", "\\", '"', "\ufeff", "𠀀", "é"]),
)


@given(parts=st.lists(pieces, max_size=6), escaped=st.sampled_from([0, 0.3, 1]))
def test_all_looks_see_the_same_runs(parts: list[str], escaped: float) -> None:
    """A record with noise would never be read, or noise be found in one format and not in another."""
    text = "".join(parts)
    runs = noisy_runs(text)
    is_read = max(text, default="") > "\xff"  # a text without Han characters is no Chinese text
    assert sorted(at for at, number in SHIPPED.look(text)[1] if number == NOISE) == sorted(runs if is_read else [])
    if IS_COMPILED and runs and is_read:
        data, chance = text.encode(), random.Random(len(text))
        offsets = b"".join(at.to_bytes(4, sys.byteorder) for at in (2, 2 + len(data)))
        spelled = "".join(json.dumps(char, ensure_ascii=chance.random() < escaped)[1:-1] for char in text)
        assert SHIPPED._prefilter.sift_texts("é".encode() + data, offsets, 4) == [0]
        assert SHIPPED._prefilter.sift_json(f'{{"text": "{spelled}"}}\n'.encode()).lines  # type: ignore[union-attr]  # compiled


@pytest.mark.skipif(not IS_COMPILED, reason="the C module could not be compiled here")
@given(data=st.lists(st.sampled_from([b"\x80", b"\xe5", b"\\u", "丿".encode(), b"\\u4e3f", b'"', b"\n", b"\\"]), max_size=90))
def test_bytes_of_any_kind_are_probed(data: list[bytes]) -> None:
    """A damaged file would be read beyond its end, or for ever."""
    joined = b"".join(one * 3 for one in data)
    offsets = b"".join(at.to_bytes(4, sys.byteorder) for at in (0, len(joined)))
    assert SHIPPED._prefilter.sift_texts(joined, offsets, 4) in ([], [0])
    assert SHIPPED._prefilter.sift_json(b'{"text": "' + joined).lines  # type: ignore[union-attr]  # compiled
