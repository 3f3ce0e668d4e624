"""The sieve: it may let too much through, and never too little; compiled or not, it finds the same brackets."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.brackets import Pair, Sites, own_text, pairs
from cleanspam.fold import fold
from cleanspam.lexicon import Lexicon
from cleanspam.pairing import pairing
from cleanspam.sieve import COMPILED, Sieve

LEXICON = Lexicon({"things": ("淘宝", "台州", "网站", "家", "a股"), "asks": ("怎么办", "seo", "b2b", "ob", "seobbs体")})
SIEVES = [
    pytest.param(Sieve(LEXICON, compiled=None), id="python"),
    pytest.param(
        Sieve(LEXICON),
        id="compiled",
        marks=pytest.mark.skipif(COMPILED is None, reason="there was no C compiler where cleanspam was installed"),
    ),
]
needs_compiled = pytest.mark.skipif(COMPILED is None, reason="there was no C compiler where cleanspam was installed")
PIECES = "()（）[]［］【】〔〕〖〗{}｛｝ 　\t\n\r,，。.、；“”_·-^`a股淘宝寶台臺州網网站家怎么麼办辦seoＳＥＯb2B𠀀é"
bracketed = st.text(st.sampled_from(PIECES), max_size=40)


@pytest.mark.parametrize("sieve", SIEVES)
@given(text=bracketed)
def test_what_has_a_word_is_let_through(sieve: Sieve, text: str) -> None:
    """An advertisement would never be judged."""
    wordy = [pair for pair in pairs(text) if LEXICON.found_in(fold(own_text(text, pair)))]
    assert set(wordy) <= set(sieve.sift(text).wordy)


@pytest.mark.parametrize("sieve", SIEVES)
@given(text=bracketed)
def test_what_is_alone_is_let_through(sieve: Sieve, text: str) -> None:
    """A planting between marks would never be judged."""
    sites = Sites(text)
    assert {pair for pair in pairs(text) if sites.is_alone(pair)} <= set(sieve.sift(text).edged)


@pytest.mark.parametrize("sieve", SIEVES)
def test_what_has_no_word_and_stands_in_a_sentence_is_not(sieve: Sieve) -> None:
    """Every parenthetical of a corpus would be folded: half the speed."""
    text = "河(石头)边(木头),风(淘沙)吹。"
    assert sieve.sift(text) == ([], [])


@needs_compiled
@given(text=bracketed)
def test_the_compiled_sieve_pairs_as_python_does(text: str) -> None:
    """What is cut would depend on whether there was a C compiler."""
    assert COMPILED
    everywhere = bytes([0xFF]) * 0x10000  # every character is a blank: all pairs stand at the text's edges
    _, simple, nested = COMPILED(text, 4 * everywhere, everywhere, 8 * everywhere)
    in_python, nested_in_python = pairing(text)
    assert simple == sorted(simple)
    assert sorted([*((*span, ()) for span in simple), *nested]) == sorted(
        [*((*span, ()) for span in in_python), *nested_in_python]
    )


@needs_compiled
@pytest.mark.parametrize("alphabet", ["ab()[]{}\n", "甲乙（）【】()\r", "甲𠀀（）()［］\n"])
def test_texts_of_each_width_of_characters_are_paired(alphabet: str) -> None:
    """Python keeps texts in one, two or four bytes a character, and the compiled sieve reads each."""
    assert COMPILED
    text = "".join(random.Random(5).choices(alphabet, k=5_000))
    everywhere = bytes([0xFF]) * 0x10000
    _, simple, nested = COMPILED(text, 4 * everywhere, everywhere, 8 * everywhere)
    found = [Pair(start, end, ()) for start, end in simple] + [Pair(*pair) for pair in nested]
    simple_in_python, nested_in_python = pairing(text)
    assert sorted(found) == sorted(
        [*(Pair(*span, ()) for span in simple_in_python), *(Pair(*pair) for pair in nested_in_python)]
    )


@needs_compiled
def test_the_compiled_sieve_refuses_tables_of_another_size() -> None:
    """It would read beyond their end."""
    assert COMPILED
    with pytest.raises(ValueError, match="tables of 65536"):
        COMPILED("", b"", b"", b"")
