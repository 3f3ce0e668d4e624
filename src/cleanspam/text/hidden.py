"""Hidden names and addresses: finds what somebody spelled so that no search finds it.

Signs stand between all characters of a name: ∽竹∽志∽虫. A word of an address mixes alphabets or widths: шшш¸ехample¸соm.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from cleanspam.model import Span
from cleanspam.text.disguise import ALIKE, FIGURES, MARKED, ODD, RELATIONS, TONES, Hidden, alike
from cleanspam.text.fold import is_han, reads_as, spellings
from cleanspam.text.hiddenaddress import addresses, begins_address
from cleanspam.text.hiddenline import hidden_lines
from cleanspam.text.hiddenname import names_apart, names_in_frames, quoted_names
from cleanspam.text.lines import bounds
from cleanspam.text.marks import ENDING_MARKS, PROSE_MARKS

# Where a sign is a trigger: anywhere, if another one is within so many characters; before the last two characters of a name and
# between them (*文学, 文*学); only between them (+文学 is an author's).
_ANYWHERE, _NEAR = frozenset(ODD + TONES + RELATIONS + FIGURES + "〈〉"), 4
_NEAR_IN_TITLE = 2  # 青〈竹〉文〈学, but not 〈滕王阁〉: authors set titles in these two
_AT_ENDINGS = ENDING_MARKS + "0123456789"
_IN_ENDINGS = (*_AT_ENDINGS, *" +-x×·,<[()", ")(", "][", "}{", "><", "//")
# Marks behind which an address in www is looked for. Behind all characters that would cost a clean text 8 % more time.
_BEFORE_WWW = frozenset("。…—》】」』”")
_REACH = 64  # code points around a trigger in which a name is searched


def triggers(words: Iterable[str]) -> set[str]:
    """Return what stands in all hidden names that are found, as words of a scan: signs, letters, and a word beside a sign.

    Of the words, those of two Han characters are what names end in. A sign stands between them or before them: 小/说, *文学.
    """
    known = [word for word in words if all(map(is_han, word))]
    parted = {word for word in known if len(word) == 2}
    split = {f"{word[0]}{sign}{word[1]}" for word in parted for sign in _IN_ENDINGS}
    behind = {sign + word for word in parted for sign in _AT_ENDINGS}
    quoted = {word[-2:] + mark for word in known if len(word) > 2 for mark in "」』"}
    beside_www = {char + "w" for char in _BEFORE_WWW | {word[-1] for word in known}} | {"w。", "w、"}
    return split | behind | quoted | beside_www | _singles()


@cache
def _singles() -> frozenset[str]:
    """Return the signs and letters that are triggers by themselves."""
    letters = {char for char in spellings("wcm") if not char.isascii()} | (ALIKE.keys() - frozenset("○〇δ¢℃σν"))
    letters |= {char for char in map(chr, range(0xFF21, 0xFF5B)) if char.isalpha()}
    letters |= {chr(code) for code, letter in alike().items() if letter in "wcm" and (code > 0xFFFF or code in MARKED)}
    return _ANYWHERE | letters


def may_hide(text: str, at: int) -> bool:
    """Tell whether a trigger of one character may hide something.

    A Greek or Cyrillic letter may where a letter stands beside it, a wide letter near a plain one, a sign near another sign.
    """
    char = text[at]
    if "\uff21" <= char <= "\uff5a":
        return any(one.isascii() and one.isalpha() for one in text[max(at - 2, 0) : at + 3])
    if char not in _ANYWHERE:
        if not "\u0370" <= char < "\u0530":  # neither Greek nor Cyrillic
            return True
        return _begins_with_letter(text[at + 1 : at + 4]) or _begins_with_letter(text[max(at - 3, 0) : at][::-1])
    near = _NEAR_IN_TITLE if char in "〈〉" else _NEAR
    around = text[max(at - near, 0) : at] + text[at + 1 : at + 1 + near]
    return not _ANYWHERE.isdisjoint(around) and any(map(is_han, text[max(at - 1, 0) : at + 2]))


def _begins_with_letter(beside: str) -> bool:
    """Tell whether a text begins with a letter of an address, or with a point or a blank and a lone letter.

    So ω.ω.ω may be an address, but not β=10, nor κ session.
    """
    if reads_as(beside[:1]) in (".", " "):
        return _may_be_letter(beside[1:2]) and not _may_be_letter(beside[2:3])
    return _may_be_letter(beside[:1])


def _may_be_letter(char: str) -> bool:
    """Tell whether a character, or none, may be a letter of an address."""
    return char > "\uffff" or (reads_as(char).isalnum() and not is_han(char))


def hidden_names(text: str, places: Sequence[int]) -> Iterator[list[Hidden]]:
    """Yield for each place with a hidden name or address near a trigger what may be taken for it, the likeliest first."""
    active = [at for at in places if not _is_idle(text, at)]
    for start, end in _stretches(text, active):
        raw = text[start:end]
        reads = reads_as(raw).translate(alike())
        signed = chain(hidden_lines(raw, reads), names_apart(raw, reads), addresses(raw, reads))
        for found in chain(signed, names_in_frames(reads), quoted_names(reads)):
            yield [one._replace(start=start + one.start, end=start + one.end) for one in found]


def _is_idle(text: str, at: int) -> bool:
    """Tell whether a trigger is a mark of prose behind a word, as in 走了。小说, a word in w without an address, a lone sign.

    The compiled scan names all triggers of a line in which one may hide something.
    """
    if text[at] in _singles():
        return not may_hide(text, at)
    if reads_as(text[at + 1 : at + 2]) == "w":
        return not begins_address(reads_as(text[at + 1 : at + 9]))
    if reads_as(text[at]) == "w":
        return not begins_address(reads_as(text[max(at - 2, 0) : at + 1]))
    return text[at] in PROSE_MARKS and at > 1 and text[at - 1].isalnum() and text[at - 2].isalnum()


def _stretches(text: str, places: Sequence[int]) -> Iterator[Span]:
    """Yield the parts of lines around the places; `places` are in order."""
    line, last = Span(0, 0), None
    for at in places:
        line = bounds(text, at) if at >= line.end else line
        here = Span(max(line.start, at - _REACH), min(line.end, at + _REACH))
        if last and here.start <= last.end:
            here = Span(last.start, max(last.end, here.end))
        elif last:
            yield last
        last = here
    if last:
        yield last
