"""The look for words in a whole text: where a line has one that a rule about lines asks for, and whether it has toned letters.

`native/_native.c` does it in one pass over the text. Where it could not be compiled, str.find does, word by word.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from cleanspam.native import IS_COMPILED, WordFinder
from cleanspam.text.fold import SPELLING, is_han, reads_as
from cleanspam.text.readings import TONED

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LONGEST = 32
_MEDIUM = 300


# Where a word begins, in code points, and its number.
Hit = tuple[int, int]


class ScannedWords(NamedTuple):
    """The words and letters found in a text."""

    words: list[int]  # places of words, in order
    letters: bool  # whether it has toned letters
    numbers: Sequence[int] = ()  # of the words at these places


class WordScan:
    """Words, folded, and, if readings are asked for, toned letters. A word without a Han character is looked for nowhere."""

    def __init__(self, words: Collection[str], *, with_toned: bool, others: Iterable[str] = ()) -> None:
        """Take the words, and others whose neighbouring characters are taken for frequent as well."""
        known = sorted(word for word in words if any(map(is_han, word)) and len(word) <= _LONGEST)
        times = Counter(couple for word in {*words, *others} for couple in {*map(add, word, word[1:])})
        self._enter(sorted([(word, _anchor(word, times)) for word in (*known, *(TONED if with_toned else ""))], key=_key))

    @classmethod
    def restored(cls, keyed: Sequence[tuple[str, int]]) -> "WordScan":
        """Return the scan for the words of another, each with the place of its anchor."""
        made = cls.__new__(cls)
        made._enter(keyed)
        return made

    def _enter(self, keyed: Sequence[tuple[str, int]]) -> None:
        self.keyed = tuple(keyed)
        self.words = [word for word, _ in keyed]  # by their numbers
        self._toned = frozenset(number for number, word in enumerate(self.words) if word in TONED)
        self.finder = WordFinder(SPELLING, list(keyed)) if IS_COMPILED else None

    def find(self, text: str) -> ScannedWords:
        """Return the places of the words in a text that is not folded."""
        return self.sorted_out(self.hits(text))

    def hits(self, text: str) -> list[Hit]:
        """Return the places of words and letters in a text that is not folded."""
        if text.isascii():
            return []
        return self.finder.find(text) if self.finder else self._in_python(reads_as(text))

    def sorted_out(self, hits: Sequence[Hit]) -> ScannedWords:
        """Separate words from letters."""
        words = sorted(hit for hit in hits if hit[1] not in self._toned) if hits else ()
        return ScannedWords([at for at, _ in words], len(words) < len(hits), [number for _, number in words])

    def find_in_bytes(self, data: "Buffer", *, is_every: bool = False) -> list[int]:
        """Return places in UTF-8 where words or letters may stand, one of each line or every one. Only where it is compiled."""
        return self.finder.find_in_bytes(data, is_every) if self.finder else []

    def _in_python(self, spelled: str) -> list[Hit]:
        return sorted((at, number) for number, word in enumerate(self.words) for at in _places(word, spelled))


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _anchor(word: str, times: Mapping[str, int]) -> int:
    """Return where the two neighbouring characters of a word that are rarest together end; 0 if the word has none.

    Rare are those in the fewest words: 台主 of 平台主管. Of texts they stand in a third of the places where couples of seldom
    characters do. The compiled look compares a word where these stand. They end in a Han or toned letter: ASCII is passed over.
    """
    ends = [at for at in range(1, len(word)) if is_han(word[at]) or word[at] in TONED]
    return max(ends, key=lambda at: (-times[word[at - 1 : at + 1]], _rarity(word[at - 1]) * _rarity(word[at])), default=0)


def _rarity(char: str) -> int:
    """Return about the number of characters that are more frequent; Latin letters are as frequent as Han of medium rank."""
    return 1 + (_ranks().get(char, len(_ranks())) if is_han(char) else _MEDIUM)


def _key(keyed: tuple[str, int]) -> str:
    """Return the characters of a word that it is found by; words with the same ones stand together."""
    word, anchor = keyed
    return word[anchor - 1 : anchor + 1] if anchor else word[0]


@cache
def _ranks() -> dict[str, int]:
    from cleanspam.text.readingtable import CHARS

    return {char: at for at, char in enumerate(CHARS)}
