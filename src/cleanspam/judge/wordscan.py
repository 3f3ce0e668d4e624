"""The word scan: finds the words of rules about lines in a whole text, and letters with tone marks.

`native/_native.c` does it in one pass over the text. Where it could not be compiled, str.find does, word by word.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import add

from cleanspam.named import NamedTuple
from cleanspam.native import IS_COMPILED, WordFinder
from cleanspam.text.fold import SPELLING, is_han, reads_as
from cleanspam.text.readings import TONED

_LONGEST = 32
_MEDIUM = 300


# The start of a word, in code points, and the word's number.
Hit = tuple[int, int]


class ScannedWords(NamedTuple):
    """The words and letters found in a text."""

    words: list[int]  # the starts of words, in order
    letters: bool  # whether the text has letters with tone marks
    numbers: Sequence[int] = ()  # the number of each of these words


class WordScan:
    """The folded words to find, and on request letters with tone marks. Words without a Han character are never found."""

    def __init__(self, words: Collection[str], *, with_toned: bool, others: Iterable[str] = ()) -> None:
        """Take the words to find. The characters of `others` count as frequent too."""
        known = sorted(word for word in words if any(map(is_han, word)) and len(word) <= _LONGEST)
        times = Counter(couple for word in {*words, *others} for couple in {*map(add, word, word[1:])})
        self._enter(sorted([(word, _anchor(word, times)) for word in (*known, *(TONED if with_toned else ""))], key=_key))

    @classmethod
    def restored(cls, keyed: Sequence[tuple[str, int]]) -> "WordScan":
        """Return the scan for words whose anchors are known: each word with the place of its anchor."""
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

    def _in_python(self, spelled: str) -> list[Hit]:
        return sorted((at, number) for number, word in enumerate(self.words) for at in _places(word, spelled))


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _anchor(word: str, times: Mapping[str, int]) -> int:
    """Return the end of a word's anchor, its rarest two neighbouring characters; 0 if the word has no anchor.

    A pair is rare if few words have it: 台主 of 平台主管. In texts such pairs stand in a third of the places of pairs of rare
    characters do. The compiled look compares a word where these stand. They end in a Han or toned letter: ASCII is passed over.
    """
    ends = [at for at in range(1, len(word)) if is_han(word[at]) or word[at] in TONED]
    return max(ends, key=lambda at: (-times[word[at - 1 : at + 1]], _rarity(word[at - 1]) * _rarity(word[at])), default=0)


def _rarity(char: str) -> int:
    """Return roughly how many characters are more frequent. Latin letters count as Han characters of medium rank."""
    return 1 + (_ranks().get(char, len(_ranks())) if is_han(char) else _MEDIUM)


def _key(keyed: tuple[str, int]) -> str:
    """Return the anchor of a word: words with one anchor are sorted together."""
    word, anchor = keyed
    return word[anchor - 1 : anchor + 1] if anchor else word[0]


@cache
def _ranks() -> dict[str, int]:
    from cleanspam.text.readingtable import CHARS

    return {char: at for at, char in enumerate(CHARS)}
