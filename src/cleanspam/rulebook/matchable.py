"""Conditions of texts: of their characters, their first character, their length. Knows no patterns and no rules."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

from cleanspam.model import NamedTuple

# A set of characters is a number. It has a bit for each ASCII character, a bit for each of the marks that rules name most, and
# a bit for each of three classes of all other characters.
ASCII = (1 << 128) - 1
HAN, MARK, RARE = 1 << 128, 1 << 129, 1 << 130  # surely Han; surely not Han; not known
NAMED_MARKS = "。、“”《》（）…"
_NAMED = {char: 1 << at for at, char in enumerate(NAMED_MARKS, 131)}
SINGLE = ASCII | sum(_NAMED.values())  # the bits that stand for one character each
NO_HAN = SINGLE | MARK
ANY = SINGLE | HAN | MARK | RARE
HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
MARK_BLOCKS = ((0x80, 0x2E7F), (0x3000, 0x3004), (0x3008, 0x3020), (0xFE30, 0xFE6F), (0xFF00, 0xFFEF))
MOST = 1 << 20  # any length
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789./@_-")


class Matchable(NamedTuple):
    """Necessary conditions of a text in which a pattern matches."""

    chars: int = ANY  # every character of the text is one of these
    first: int = ANY  # its first character is one of these
    foreign: int = 0  # the least number of characters that are not surely Han
    han: int = 0  # the least number of characters that may be Han
    least: int = 0  # the least number of characters
    most: int = MOST  # the most characters
    plain: int = 0  # the least number of characters of addresses and accounts, which prose has few of
    must: int = 0  # the characters of ASCII, and the marks that rules name, of which it has each: / of a page's number

    def admits(self, text: str) -> bool:
        """Tell whether a text meets the conditions."""
        classes = [class_of(char) for char in text]
        return (
            self.least <= len(text) <= self.most
            and self.han <= sum(bit in (HAN, RARE) for bit in classes)
            and self.foreign <= sum(bit != HAN for bit in classes)
            and self.plain <= sum(map(is_plain, text))
            and not self.must & ~reduce(or_, classes, 0)
            and not any(bit & ~self.chars for bit in classes)
            and not any(bit & ~self.first for bit in classes[:1])
        )


def is_plain(char: str) -> bool:
    """Tell whether a folded character may be of an address: a letter or a mark of ASCII, or a digit of any script, as `\\d`."""
    return char in PLAIN or char.isdecimal()


def class_of(char: str) -> int:
    """Return the bit of a character.

    >>> class_of("a") == 1 << 97, class_of("中") == HAN, class_of("·") == MARK, class_of("〇") == RARE
    (True, True, True, True)
    """
    code = ord(char)
    if code < 0x80:
        return 1 << code
    if char in _NAMED:
        return _NAMED[char]
    if any(first <= code <= last for first, last in HAN_BLOCKS):
        return HAN
    return MARK if any(first <= code <= last for first, last in MARK_BLOCKS) else RARE


def any_of(options: Iterable[Matchable]) -> Matchable:
    """Return the conditions that a text meets if it meets at least one of the options."""
    parts = list(options)
    return Matchable(
        reduce(or_, (part.chars for part in parts)),
        reduce(or_, (part.first for part in parts)),
        min(part.foreign for part in parts),
        min(part.han for part in parts),
        min(part.least for part in parts),
        max(part.most for part in parts),
        min(part.plain for part in parts),
        reduce(and_, (part.must for part in parts)),
    )


def all_of(options: Iterable[Matchable]) -> Matchable:
    """Return the conditions that a text meets if it meets all of the options."""
    joint = Matchable()
    for part in options:
        joint = Matchable(
            joint.chars & part.chars,
            joint.first & part.first,
            max(joint.foreign, part.foreign),
            max(joint.han, part.han),
            max(joint.least, part.least),
            min(joint.most, part.most),
            max(joint.plain, part.plain),
            joint.must | part.must,
        )
    return joint


def of_words(words: Iterable[str]) -> Matchable:
    """Return the conditions of a text that is one of the words."""
    return any_of(of_word(word) for word in words)


def having(words: Iterable[str]) -> Matchable:
    """Return the conditions of a text that has one of the words anywhere."""
    return of_words(words)._replace(chars=ANY, first=ANY, most=MOST)


def opening(words: Iterable[str]) -> Matchable:
    """Return the conditions of a text that opens with one of the words."""
    return of_words(words)._replace(chars=ANY, most=MOST)


def of_word(word: str) -> Matchable:
    """Return the conditions of a text that is this word."""
    chars = reduce(or_, map(class_of, word), 0)
    first = class_of(word[0]) if word else ANY
    return Matchable(chars, first, _foreign(word), _han(word), len(word), len(word), sum(map(is_plain, word)), chars & SINGLE)


def _foreign(text: str) -> int:
    return sum(class_of(char) != HAN for char in text)


def _han(text: str) -> int:
    return sum(class_of(char) in (HAN, RARE) for char in text)
