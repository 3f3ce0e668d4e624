"""Readings: pinyin in brackets behind single characters, planted so that a copy differs from its source.

    網(wǎng)站的數(shù)據(jù)
    企(qi)業(ye)(ye)的(de)(de)產(chan)品

Teachers and dictionaries give readings too, and those stay: behind rare characters, for one of several readings, once for each
character, or behind every character of a line.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from cleanspam.model import NamedTuple, Span
from cleanspam.text.fold import is_han, reads_as
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.marks import CLOSING_QUOTES, OPENING_QUOTES
from cleanspam.text.pairing import CLOSERS, KIND, OPENERS, line_end, line_start

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
# Planted readings stand behind the commonest characters: 95 % of 700 stand behind the first 2,000. School books teach the
# rarer ones.
_COMMON, _ALL = 2_000, 3_500
# A line in which more than this share of the Han characters has a reading is written for learners.
_TAUGHT = 0.55
# Two readings convict each other behind traditional forms of the thousand commonest characters: no lesson teaches those. But a
# teacher tells how to read 還(hái), 長(zhǎng) or 數(shǔ): at least half must stand behind characters with one reading.
_KNOWN, _NUMBER = 1_000, 2
# In simplified text only the number of readings distinguishes a copy from a school book: no chapter for children that was
# examined has more than four behind characters as common as these.
_SIMPLE_COMMON, _SIMPLE_NUMBER = 600, 6
_ENCLOSED_NUMBER = 3
# Beside so many of them a reading behind a rarer character, apart from words or in a short line is planted, too.
_MANY = 6
# Copies without a tone mark in them have hundreds of readings. A lesson on particles has ten or twenty: 我的(de), 走着(zhe),
# but none twice behind one character, as copies have: 的(de)(de).
_TONELESS_NUMBER, _TONELESS_CHARS, _TONELESS_ONCE = 10, 6, 30
# One of the readings of so many characters is in each such copy.
_SOUGHT = 16
_SYLLABLE = rf"[a-zü{TONED}]{{1,6}}"
# A reading alone, or behind a character in the same brackets. A pass over a megabyte takes a millisecond: one finds both.
_ALONE, _ENCLOSED = rf"[ \u3000]?(?P<alone>{_SYLLABLE})[ \u3000]?", rf"(?P<char>[\u4e00-\u9fff])(?P<behind>{_SYLLABLE})"
_READING_RE = late_pattern(rf"[{re.escape(OPENERS)}](?:{_ALONE}|{_ENCLOSED})[{re.escape(CLOSERS)}]", re.IGNORECASE)
_SIGN_RE = late_pattern(r"(?<=[\u4e00-\u9fff)）])[\u2600-\u27bf\u3297\u3299\U0001f000-\U0001faff]\ufe0f?(?=[\u4e00-\u9fff])")
_TONED_RE = late_pattern(rf"[{TONED}]", re.IGNORECASE)


class Reading(NamedTuple):
    """A reading in brackets behind its character, or a sign. The span, in code points, includes the brackets."""

    start: int
    end: int
    char: str  # folded
    is_toned: bool


def planted_readings(text: str) -> list[Reading]:
    """Return the planted readings in `text`, ordered by start; none if there are too few for a verdict.

    >>> [text[one.start : one.end] for text in ["網(wǎng)站的數(shù)據(jù)也多了"] for one in planted_readings(text)]
    ['(wǎng)', '(shù)', '(jù)']
    """
    said = [*_READING_RE.finditer(text)]
    alone = [one for one in said if one["alone"]]
    found = _readings(text, alone) if _may_be_planted(alone) else []
    common = _commonest(_COMMON)
    told = _untaught(text, [one for one in found if one.char in common and not _is_apart(text, one)])
    toned = [one for one in told if one.is_toned and is_han(text[one.start - 1])]
    is_planted = _is_planted(text, toned) or _is_toneless_copy(text, told)
    planted = found if len(told) >= _MANY else told
    return sorted([*(planted if is_planted else ()), *(_signs(text) if is_planted else ()), *_enclosed(text, said)])


def _may_be_planted(said: Sequence["re.Match[str]"]) -> bool:
    """Tell whether a bracket holds a letter with a tone mark and few others, or many hold few letters.

    Other languages have many letters with such marks.
    """
    return len(said) >= _TONELESS_NUMBER or any(_TONED_RE.search(one["alone"]) for one in said)


def _readings(text: str, said: Iterable["re.Match[str]"]) -> list[Reading]:
    """Return the readings in brackets behind their characters, with a tone mark or without. Copies repeat some: 的(de)(de)."""
    found: list[Reading] = []
    for match in said:
        start, end = match.span()
        char = found[-1].char if found and found[-1].end == start else reads_as(text[start - 1 : start])
        syllable = unicodedata.normalize("NFC", match["alone"].lower())
        if syllable in _syllables_of(char) and _is_pair(text, start, end):
            found.append(Reading(start, end, char, syllable != toneless(syllable)))
    return found


def _enclosed(text: str, said: Iterable["re.Match[str]"]) -> list[Reading]:
    """Return what stands around characters in brackets with their readings, as in 大(殿diàn)里, two pieces for each character.

    Lessons set such pairs apart: three different ones amid running text convict each other.
    """
    found = [match for match in said if match["char"] and _is_reading_of(match) and _is_pair(text, *match.span())]
    if len({match["char"] for match in found if _is_amid_words(text, *match.span())}) < _ENCLOSED_NUMBER:
        return []
    around = (((one.start(), one.start("char")), (one.end("char"), one.end())) for one in found)
    return [Reading(*span, reads_as(one["char"]), True) for one, spans in zip(found, around, strict=True) for span in spans]


def _is_amid_words(text: str, start: int, end: int) -> bool:
    """Tell whether a Han character stands right before a span and another right behind it."""
    return start > 0 and is_han(text[start - 1]) and is_han(text[end : end + 1] or " ")


def _is_reading_of(match: "re.Match[str]") -> bool:
    """Tell whether the toned letters behind an enclosed character are its reading."""
    return unicodedata.normalize("NFC", match["behind"].lower()) in _table().get(reads_as(match["char"]), ())


def _is_pair(text: str, start: int, end: int) -> bool:
    return KIND[text[start]] == KIND[text[end - 1]]


def _is_planted(text: str, toned: list[Reading]) -> bool:
    """Tell whether the readings convict each other: two behind traditional characters, or many behind the commonest ones."""
    told = {(one.char, _syllable(text, one)) for one in toned}
    compared = Counter(char for char, _ in told)  # characters of which a text tells several readings: 車(jū)馬, 車(chē)馬
    usual = [one for one in toned if compared[one.char] == 1 and _is_usual(text, one)]
    traditional = [one for one in usual if one.char in _commonest(_KNOWN) and text[one.start - 1] != one.char]
    commonest = [one for one in usual if one.char in _commonest(_SIMPLE_COMMON)]
    sole = sum(_is_sole(text[one.start - 1], one.char) for one in traditional)
    is_told_by_form = len(traditional) >= _NUMBER and sole >= len(traditional) / 2
    return is_told_by_form or len(commonest) >= _SIMPLE_NUMBER or any(_is_needless(text, one) for one in traditional)


def _is_sole(written: str, char: str) -> bool:
    """Tell whether a known character, as it is written and as it is folded, is read in one way: 網 or 發, but not 長 or 數."""
    from cleanspam.text.readingtable import SOLE

    return written in SOLE or char in _sole(_KNOWN)


def _is_toneless_copy(text: str, told: list[Reading]) -> bool:
    """Tell whether the readings without tone marks convict each other: many behind several of the commonest characters."""
    commonest = _commonest(_SIMPLE_COMMON)
    usual = [one for one in told if one.char in commonest and _syllable(text, one) == toneless(_table()[one.char][0])]
    has_twins = any(one.end == other.start for one, other in pairwise(told))
    least = _TONELESS_NUMBER if has_twins else _TONELESS_ONCE
    return len(usual) >= least and len({one.char for one in usual}) >= _TONELESS_CHARS


def _is_needless(text: str, reading: Reading) -> bool:
    """Tell whether a reading amid a sentence tells what every reader knows: 手機(jī)放. It convicts alone.

    Between quotation marks it may be what the sentence speaks of: 「我來(lái)了」.
    """
    line = text[line_start(text, reading.start) : reading.start]
    if any(line.rfind(opener) > line.rfind(closer) for opener, closer in zip(OPENING_QUOTES, CLOSING_QUOTES, strict=True)):
        return False
    is_amid = reading.start > 1 and is_han(text[reading.start - 2]) and is_han(text[reading.end : reading.end + 1] or " ")
    return is_amid and reading.char in _sole(_SIMPLE_COMMON)


def _is_usual(text: str, reading: Reading) -> bool:
    """Tell whether a reading is the usual one. Teachers give the unusual ones: 行 as háng, 樂 as yuè, but not 網 as wǎng."""
    return _syllable(text, reading) == _table()[reading.char][0]


def _syllable(text: str, reading: Reading) -> str:
    return unicodedata.normalize("NFC", text[reading.start + 1 : reading.end - 1].strip().lower())


def _signs(text: str) -> list[Reading]:
    """Return the signs right between two Han characters: 測量🆚導體. Copies with planted readings have such signs too."""
    return [Reading(*found.span(), text[found.start() - 1], False) for found in _SIGN_RE.finditer(text)]


def _is_apart(text: str, reading: Reading) -> bool:
    """Tell whether a character with its reading stands apart from running text, as in a list of words."""
    return not _is_word(text[max(reading.start - 2, 0) : reading.start - 1]) and not _is_word(
        text[reading.end : reading.end + 1]
    )


def _is_word(char: str) -> bool:
    return char != "" and (char.isalnum() or char in ")）")


def _untaught(text: str, readings: list[Reading]) -> list[Reading]:
    """Leave out the readings of lines for learners, in which most characters have a reading."""
    lines: dict[Span, list[Reading]] = {}
    line = Span(0, -1)
    for one in readings:
        if one.start > line.end:  # of a line with 20,000 readings the end is searched once
            line = Span(line_start(text, one.start), line_end(text, one.start))
        lines.setdefault(line, []).append(one)
    return [one for line, those in lines.items() if not _is_for_learners(text[slice(*line)], those, text) for one in those]


def _is_for_learners(line: str, readings: list[Reading], text: str) -> bool:
    return sum(is_han(text[one.start - 1]) for one in readings) > _TAUGHT * sum(map(is_han, line))


def toneless_words() -> list[str]:
    """Return the commonest characters with their readings, without tone marks: one is in each copy that has such readings.

    >>> toneless_words()[:2]
    ['一(yi)', '是(shi)']
    """
    return [f"{char}({toneless(_table()[char][0])})" for char in list(_table())[:_SOUGHT]]


def is_toneless_word(word: str) -> bool:
    """Tell whether a word is a character with letters in brackets."""
    return word[1:2] == "(" and word[-1:] == ")" and word[2:-1].isascii() and is_han(word[0])


def usual_reading(char: str) -> str:
    """Return the usual reading of a common character; "" for any other.

    >>> usual_reading("網"), usual_reading("魑")
    ('wǎng', '')
    """
    return _table().get(reads_as(char), ("",))[0]


def toneless(syllable: str) -> str:
    """Return a syllable without its tone.

    >>> toneless("lǜ")
    'lü'
    """
    apart = unicodedata.normalize("NFD", syllable)
    return unicodedata.normalize("NFC", "".join(char for char in apart if char not in "\u0304\u0301\u030c\u0300"))


@cache
def _table(size: int = _COMMON) -> dict[str, tuple[str, ...]]:
    """Return the readings of so many of the commonest characters, loaded for the first text with a reading."""
    from cleanspam.text.readingtable import CHARS, READINGS  # 40 kB, needed by few texts

    return {char: tuple(readings.split(",")) for char, readings in zip(CHARS[:size], READINGS.split()[:size], strict=True)}


@lru_cache(_ALL)
def _syllables_of(char: str) -> frozenset[str]:
    """Return what a Han character may be read as, with a tone or without; a rarer one as any syllable with a tone."""
    known = _table(_ALL).get(char)
    if known is None:
        return _syllables() if is_han(char or " ") else frozenset()
    return frozenset({*known, *map(toneless, known)})


@cache
def _syllables() -> frozenset[str]:
    return frozenset(one for readings in _table(_ALL).values() for one in readings if one != toneless(one))


@cache
def _sole(number: int) -> frozenset[str]:
    """Return those of the commonest characters that are read in one way: a teacher tells one of several, even the usual one."""
    from cleanspam.text.readingtable import SEVERAL

    return _commonest(number).difference(SEVERAL)


@cache
def _commonest(number: int) -> frozenset[str]:
    return frozenset(list(_table())[:number])
