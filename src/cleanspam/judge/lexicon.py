"""The lexicon finds the lists of a rule set that have a word in a text."""

import marshal
from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import add

from cleanspam.model import NamedTuple
from cleanspam.native import IS_COMPILED, WordLists
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_NARROW = 1024


def narrow(mask: int) -> int:
    """Return a mask of lists in 1,024 bits. Lists whose numbers differ by 1,024 share a bit."""
    while mask >> _NARROW:
        mask = (mask >> _NARROW) | (mask & ((1 << _NARROW) - 1))
    return mask


# Words, each with its mask, as values that are read in a fifth of the time of a dict: the words in one string, a line each, the
# different masks, and in a string the number of each word's mask as a character.
Packed = tuple[str, tuple[int, ...], str]


def packed(words: Mapping[str, int]) -> Packed:
    """Return words and masks for `unpacked`. No word has a line end, and there are fewer masks than 0xD800."""
    numbers = {mask: number for number, mask in enumerate(dict.fromkeys(words.values()))}
    return "\n".join(words), tuple(numbers), "".join(chr(numbers[mask]) for mask in words.values())


def unpacked(data: Packed) -> dict[str, int]:
    """Return the words and masks that `packed` wrote."""
    words, masks, numbers = data
    return dict(zip(words.split("\n"), map(masks.__getitem__, map(ord, numbers)), strict=True)) if masks else {}


class WordsFound(NamedTuple):
    """Masks of the lists with a word in a text, at the text's start, and at its end."""

    has: int
    opens: int
    ends: int


class Lexicon:
    """The words of named lists.

    A word with a Latin letter or digit at its edge must end there in the text too: seo is not in seoul. But a number may
    follow letters: qq is in qq5527.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]], *, is_compiled: bool = IS_COMPILED) -> None:
        self.bits: Mapping[str, int] = {name: 1 << number for number, name in enumerate(lists)}
        masks: dict[str, int] = {}
        for name, words in lists.items():
            for word in words:
                masks[word] = masks.get(word, 0) | self.bits[name]
        self.words = masks
        self._masks: dict[tuple[str, ...], int] = {}
        self._is_compiled = is_compiled

    @classmethod
    def of_words(cls, words: Mapping[str, int]) -> "Lexicon":
        """Return the lexicon of given words, each with the bits of its lists."""
        made = cls({})
        made.words = words
        return made

    @classmethod
    def restored(cls, data: "Buffer") -> "Lexicon":
        """Return the lexicon that `dump` wrote."""
        made = cls({})
        del made.words
        made.bits, made._packed = marshal.loads(data)
        return made

    @cached_property
    def words(self) -> Mapping[str, int]:
        """The words, each with the bits of its lists. Packed words need not be unpacked for the C version."""
        return unpacked(self._packed)

    @cached_property
    def _packed(self) -> Packed:
        return packed(self.words)

    def dump(self) -> bytes:
        """Return the lexicon as bytes for `restored`."""
        return marshal.dumps((dict(self.bits), self._packed))

    @cached_property
    def _compiled(self) -> WordLists:
        return WordLists(self._packed, "".join(LATIN))

    @cached_property
    def _by_head(self) -> dict[str, list[tuple[str, int, bool]]]:
        """The words by their first two characters, each with whether it has a Latin edge. The C version does not need it."""
        found: dict[str, list[tuple[str, int, bool]]] = {}
        for word, mask in self.words.items():
            found.setdefault(word[:2], []).append((word, mask, word[0] in LATIN or word[-1] in LATIN))
        return found

    @cached_property
    def _pairs(self) -> frozenset[str]:
        return frozenset(head for head in self._by_head if len(head) > 1)

    @cached_property
    def _singles(self) -> frozenset[str]:
        return frozenset(self._by_head.keys() - self._pairs)

    def mask(self, names: tuple[str, ...]) -> int:
        """Return the bits of the named lists."""
        known = self._masks.get(names)
        if known is None:
            known = self._masks[names] = sum(self.bits[name] for name in set(names))
        return known

    def found_in(self, text: str) -> int:
        """Return the bits of all lists that have a word in the folded `text`, a single line."""
        return self.look(text).has

    def look(self, text: str) -> WordsFound:
        """Return the lists with a word in the folded `text`, a single line, at its start, and at its end."""
        return WordsFound(*self._compiled.look(text)) if self._is_compiled else self._in_python(text)

    def _in_python(self, text: str) -> WordsFound:
        has = opens = ends = 0
        for head in (*self._pairs.intersection(map(add, text, text[1:])), *self._singles.intersection(text)):
            for word, bits, is_latin in self._by_head[head]:
                if word not in text:
                    continue
                if not is_latin:
                    has |= bits
                    if text.startswith(word):
                        opens |= bits
                    if text.endswith(word):
                        ends |= bits
                elif _stands_whole(word, text):
                    has |= bits
                    opens |= bits if text.startswith(word) and not _goes_on(text[len(word) - 1 : len(word) + 1]) else 0
                    before = len(text) - len(word)
                    ends |= bits if text.endswith(word) and not (before and _is_latin(text[before - 1 : before + 1])) else 0
        return WordsFound(has, opens, ends)


def _stands_whole(word: str, text: str) -> bool:
    """Tell whether the text has the word as a whole: no Latin word goes on at its edges."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_is_latin(text[at - 1 : at + 1]) and at) and not _goes_on(text[end - 1 : end + 1]):
            return True
        at = text.find(word, at + 1)
    return False


def _goes_on(two: str) -> bool:
    """Tell whether the second of two characters continues the Latin word that the first belongs to."""
    return _is_latin(two) and not (two[0] > "9" >= two[1])


def _is_latin(two: str) -> bool:
    return len(two) == 2 and two[0] in LATIN and two[1] in LATIN
