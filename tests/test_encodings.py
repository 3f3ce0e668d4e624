"""Encodings: one that fits alone is chosen, and a file that two encodings fit is refused."""

import bz2
import gzip
import lzma
import re

import pytest

from cleanspam import FormatError
from cleanspam.disk.encodings import choose_encoding, detect, find_codec, measure_fits

SIMPLIFIED = "河对岸的果园今年收成很好，大家都来帮忙摘苹果，孩子们在树下跑来跑去。"
TRADITIONAL = "河對岸的果園今年收成很好，大家都來幫忙摘蘋果，孩子們在樹下跑來跑去。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (TRADITIONAL, "utf-8"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5hkscs"),
        (SIMPLIFIED, "utf-16-le"),
        (TRADITIONAL, "utf-16-be"),
        ("plain ASCII (really)\n", "utf-8"),
        ("", "utf-8"),
    ],
)
def test_each_encoding_is_recognised(text: str, encoding: str) -> None:
    """A corpus would be read, and judged, as nonsense."""
    assert detect(text.encode(encoding)) == encoding


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "utf-8"])
def test_stray_bytes_and_a_cut_off_end_do_not_mislead(encoding: str) -> None:
    """One bad byte in a million would make a file unreadable."""
    data = TRADITIONAL.encode(encoding)

    assert detect(data * 3 + b"\xff" + data[:-1]) == encoding


def test_a_mark_decides() -> None:
    """The encoding of a file with a byte order mark would be guessed."""
    assert detect("\ufeff短".encode("utf-16-be")) == "utf-16-be"
    assert detect(b"\xef\xbb\xbf\xb6\xcc") == "utf-8"
    with pytest.raises(FormatError, match="UTF-32"):
        detect("\ufeff短".encode("utf-32-le"))


def test_two_that_fit_are_both_named() -> None:
    """A guess would be wrong half of the time, and nobody would know."""
    with pytest.raises(FormatError, match="two encodings fit, GB18030 and Big5"):
        detect("好".encode("gb18030"))


EIGHT_ROWS = "啊薄病场岛儿放河"  # a first byte each in GB18030, and two rows of UTF-16 at least


@pytest.mark.parametrize(
    ("text", "encoding", "share"),
    [
        ("河对岸的果园亍丌兀丐", "gb18030", 0.6),  # of ten characters, six are common
        ("啊阿埃挨薄雹保堡", "gb18030", 1.0),  # four characters for each first byte
        ("啊阿埃挨薄雹保堡哎", "gb18030", 0.0),  # more: the bytes vary too little
        (EIGHT_ROWS * 9, "gb18030", 1.0),  # eight first bytes are enough for any length
        (EIGHT_ROWS[1:] * 9, "gb18030", 0.0),
        ("", "gb18030", 0.0),
        ("一龥　〟！～ ~\n", "utf-16-le", 1.0),  # the first and the last of each kind
        ("\u3400龦\u2fff〠\ufeff｟\x1f\x7f\n", "utf-16-be", 1 / 9),  # their neighbours; the line end counts
    ],
)
def test_the_share_of_common_characters_decides(text: str, encoding: str, share: float) -> None:
    """A file with shares close to the limits would be refused, or read in the wrong encoding."""
    assert {fit.encoding: fit.share for fit in measure_fits(text.encode(encoding))}[encoding] == pytest.approx(share)


def test_half_a_character_at_the_end_of_the_sample_does_not_count() -> None:
    """A sample of an odd number of bytes would fit less than the file."""
    sample = "雨停了。\n".encode("utf-16-le")
    assert measure_fits(sample + b"\0")[-2:] == measure_fits(sample)[-2:]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_chinese_is_not_taken_for_utf_8(encoding: str) -> None:
    """The bytes of such a text are valid UTF-8, too: a NUL would stand behind every letter."""
    assert detect("Every word of it is English.\n".encode(encoding)) == encoding


@pytest.mark.parametrize("encoding", ["shift-jis", "euc-jp"])
def test_what_fits_nothing_is_refused(encoding: str) -> None:
    """Japanese would be judged as Chinese nonsense."""
    with pytest.raises(FormatError, match="no encoding fits"):
        detect("これはひらがなばかりのぶんしょうです。かんじはありません。".encode(encoding))


def test_names_are_codecs() -> None:
    """The name of an encoding would be taken for another one, or fail in the middle of a file."""
    assert [find_codec(name) for name in ("UTF8", "utf-8-sig", "GBK", "gb2312", "Big5")] == [
        "utf-8",
        "utf-8",
        "gb18030",
        "gb18030",
        "big5hkscs",
    ]
    assert choose_encoding(b"\xfe\xff\0a", "utf-16") == "utf-16-be"
    assert choose_encoding(b"a\0", "utf-16") == "utf-16-le"
    for name in ("klingon", "latin-1", "ascii"):
        with pytest.raises(FormatError, match="unknown encoding"):
            find_codec(name)


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (gzip.compress("雨停了。".encode() * 50), ".gz"),
        (bz2.compress("雨停了。".encode() * 50), ".bz2"),
        (lzma.compress("雨停了。".encode() * 50), ".xz"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x9a\xd1" + bytes(range(128, 256)), ".zip"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(128, 256)), ".png"),
    ],
    ids=["gz", "bz2", "xz", "zip", "png"],  # gzip has the time in it: two processes would name two tests
)
def test_what_is_no_text_is_named(data: bytes, suffix: str) -> None:
    """A user who has a compressed file with a wrong name would be sent to look for its encoding."""
    with pytest.raises(FormatError, match=f"^no text, but what a {re.escape(suffix)} file begins with;"):
        detect(data)
