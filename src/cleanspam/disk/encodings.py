"""Encodings: detects the encoding of a file, and refuses to choose if two fit.

A byte order mark decides first. Next comes UTF-8, if all bytes but a few strays are UTF-8. Then decides the share of common
characters that each candidate would read. GB18030 and Big5 put the common characters first (level 1), so text that is read as
the wrong one of the two falls into the rare halves. Bytes that a candidate cannot read count against it, but do not rule it
out.
"""

import codecs
import re

from cleanspam.errors import FormatError
from cleanspam.model import NamedTuple
from cleanspam.native import is_valid_utf8

SAMPLE = 64 << 10  # bytes
AUTO = "auto"
# A candidate fits from this share of common characters on, and is chosen if it leads the second by the margin. Measured on
# 59 sources in ranges of 30 to 2,000 characters; see tests/test_encodings.py for the kinds that are refused.
FITS, MARGIN = 0.6, 0.2
_SPREAD = 4  # the most characters for each different first byte in a short text
_STRAYS = 0.05  # the greatest share of strays among the non-ASCII characters of UTF-8
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MARKS = tuple(bom for bom, _ in _BOMS)
_NAMES = {"gb18030": "GB18030", "big5hkscs": "Big5", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}
# For each double-byte code: the common half, then any other character, then a byte that is no character.
_CODES = {
    "gb18030": re.compile(
        rb"([\xa1-\xa3][\xa1-\xfe]|[\xb0-\xd7][\xa1-\xfe])|([\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x81-\xfe][\x40-\x7e\x80-\xfe])|[\x80-\xff]"
    ),
    "big5hkscs": re.compile(
        rb"([\xa1-\xa3][\x40-\x7e\xa1-\xfe]|[\xa4-\xc6][\x40-\x7e\xa1-\xfe])|([\x87-\xfe][\x40-\x7e\xa1-\xfe])|[\x80-\xff]"
    ),
}


# The codecs that have Chinese text and encode it back to the same bytes. Codecs with escapes or shifts (utf-7, unicode_escape,
# iso2022, hz) have several encodings of one text, so a cut would fall on the wrong bytes.
_CODECS = frozenset(
    [
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp950"),
        *("cp932", "cp949", "euc_jis_2004", "euc_jisx0213", "euc_jp", "euc_kr", "johab"),
        *("shift_jis", "shift_jis_2004", "shift_jisx0213"),
    ]
)
# Any two ASCII letters are a Chinese character in UTF-16. Only UTF-16 has line ends, blanks and marks of two bytes.
_WIDE_MARK_RE = re.compile("[\r\n \u3000-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]")
# The first bytes of file types that often have a wrong name or no name.
_NO_TEXTS = {
    b"\x1f\x8b": ".gz",
    b"BZh": ".bz2",
    b"\xfd7zXZ\0": ".xz",
    b"\x28\xb5\x2f\xfd": ".zst",
    b"PK\x03\x04": ".zip",
    b"PAR1": ".parquet",
    b"ARROW1\0": ".arrow",
    b"%PDF-": ".pdf",
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"SQLite format 3\0": ".sqlite",
}
_NOT_ASCII_RE = re.compile(rb"[\x80-\xff]")


class Fit(NamedTuple):
    """How well an encoding fits: the share of common characters among the non-ASCII characters."""

    encoding: str
    share: float


def detect(sample: bytes) -> str:
    """Return the Python codec of a text that begins with `sample`.

    Raises FormatError if two encodings fit, or none. The error names the encodings.
    """
    if marked := read_mark(sample):
        return marked
    if is_utf8(sample):
        return "utf-8"
    first = _NOT_ASCII_RE.search(sample)
    telling = sample[first.start() & ~1 if first else 0 :][:SAMPLE]  # from a whole 16-bit unit on
    best, second = sorted(measure_fits(telling), key=lambda fit: -fit.share)[:2]
    if best.share < FITS:
        if suffix := next((suffix for begins, suffix in _NO_TEXTS.items() if sample.startswith(begins)), ""):
            raise FormatError(f"no text, but what a {suffix} file begins with; name it so, unpack it, or leave it out")
        raise FormatError("no encoding fits: not UTF-8, GB18030, Big5 or UTF-16; name it with --encoding")
    if best.share - second.share < MARGIN:
        names = f"{_NAMES[best.encoding]} and {_NAMES[second.encoding]}"
        raise FormatError(f"two encodings fit, {names}; name the right one with --encoding")
    return best.encoding


def choose_encoding(sample: bytes, name: str) -> str:
    """Return the codec of a text that begins with `sample`, when the user names the encoding `name`.

    A byte order mark decides the byte order of UTF-16. Raises FormatError as `detect` and `find_codec` do.
    """
    if name == AUTO:
        return detect(sample)
    named = find_codec(name)
    return (read_mark(sample) or "utf-16-le") if named == "utf-16" else named


def read_mark(sample: bytes) -> str | None:
    """Return the encoding that a byte order mark names; None without a mark."""
    if not sample.startswith(_MARKS):
        return None
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            if encoding.startswith("utf-32"):
                raise FormatError("UTF-32 is not read; convert the file to UTF-8")
            return encoding
    return None


def is_utf8(sample: bytes) -> bool:
    """Tell whether the bytes are UTF-8. A character cut off at the end and a few stray bytes are allowed."""
    if b"\0" in sample and _measure_wide(sample[:SAMPLE]) > FITS:
        return False
    if is_valid_utf8(sample):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        text = sample.decode("utf-8", "surrogateescape")
        strays = sum("\udc80" <= char <= "\udcff" for char in text)
        return strays <= _STRAYS * sum(char > "\x7f" for char in text)
    return True


def measure_fits(sample: bytes) -> list[Fit]:
    """Return the fit of each candidate."""
    wide = [Fit(encoding, _measure_wide_share(sample, encoding)) for encoding in ("utf-16-le", "utf-16-be")]
    return [*(Fit(encoding, _measure_share(code, sample)) for encoding, code in _CODES.items()), *wide]


def find_codec(name: str) -> str:
    """Return the Python codec with the name that a user gave.

    Raises FormatError for an unknown name, for a codec that is not for text, and for a codec that may change bytes.
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):  # ValueError: a name with a NUL
        found = ""
    if found not in _CODECS:
        raise FormatError(f"unknown encoding {name!r} for Chinese text; write utf-8, gb18030, big5 or utf-16")
    return {"utf-8-sig": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(found, found)


def _measure_share(code_re: re.Pattern[bytes], sample: bytes) -> float:
    common = others = 0
    leads = set()
    for found in code_re.finditer(sample):
        if found[1]:
            common += 1
            leads.add(found[1][0])
        else:
            others += 1
    return common / (common + others) if common and _is_spread(leads, common) else 0.0


def _is_spread(leads: set[int], characters: int) -> bool:
    """Tell whether the first bytes vary as much as in Chinese. Kana, which may look like Chinese, share one first byte."""
    return len(leads) * _SPREAD >= min(characters, _SPREAD * 8)


def _measure_wide(sample: bytes) -> float:
    return max(_measure_wide_share(sample, "utf-16-le"), _measure_wide_share(sample, "utf-16-be"))


def _measure_wide_share(sample: bytes, encoding: str) -> float:
    """Return the share of Chinese characters, Chinese marks and printable ASCII among the 16-bit units."""
    text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    if not _WIDE_MARK_RE.search(text):
        return 0.0
    common = sum("\u4e00" <= char <= "\u9fa5" or "\u3000" <= char <= "\u301f" or "\uff00" <= char <= "\uff5e" for char in text)
    plain = sum(" " <= char <= "~" or char in "\r\n\t“”‘’…—" for char in text)
    rows = [ord(char) >> 8 for char in text if "\u4e00" <= char <= "\u9fa5"]
    return (common + plain) / len(text) if _is_spread(set(rows), len(rows)) else 0.0
