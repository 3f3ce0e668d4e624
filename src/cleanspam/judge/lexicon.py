"""The lexicon: which lists of a rule set have a word in a text."""

import marshal
from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import add
from typing import NamedTuple

from cleanspam.native import IS_COMPILED, WordLists

LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_NARROW = 256


def narrow(mask: int) -> int:
    """Return a mask of lists in 256 bits. Lists whose numbers differ by 256 share a bit."""
    while mask >> _NARROW:
        mask = (mask >> _NARROW) | (mask & ((1 << _NARROW) - 1))
    return mask


class WordsFound(NamedTuple):
    """Masks of the lists of which a text has a word, opens with a word, and ends in a word."""

    has: int
    opens: int
    ends: int


class Lexicon:
    """The words of named lists.

    At a Latin letter or digit a word must not go on in the text: seo is not in seoul. A number may stand behind letters: qq is
    in qq5527.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]], *, is_compiled: bool = IS_COMPILED) -> None:
        self.bits: Mapping[str, int] = {name: 1 << number for number, name in enumerate(lists)}
        masks: dict[str, int] = {}
        for name, words in lists.items():
            for word in words:
                masks[word] = masks.get(word, 0) | self.bits[name]
        self.words: Mapping[str, int] = masks  # with the bits of their lists
        self._masks: dict[tuple[str, ...], int] = {}
        self._is_compiled = is_compiled

    @classmethod
    def of_words(cls, words: Mapping[str, int]) -> "Lexicon":
        """Return the lexicon of some words with the bits of their lists."""
        made = cls({})
        made.words = words
        return made

    @classmethod
    def restored(cls, data: bytes) -> "Lexicon":
        """Return the lexicon that was dumped."""
        made = cls({})
        made.bits, made.words = marshal.loads(data)
        return made

    def dump(self) -> bytes:
        """Return what a lexicon can be restored from that looks at texts."""
        return marshal.dumps((dict(self.bits), dict(self.words)))

    @cached_property
    def _compiled(self) -> WordLists:
        return WordLists(dict(self.words), "".join(LATIN))

    @cached_property
    def _by_head(self) -> dict[str, list[tuple[str, int, bool]]]:
        """The words by their first two characters, and which have a Latin edge; a compiled look at a text does without."""
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
        """Return the bits of all lists that have a word in the folded `text`, one line."""
        return self.look(text).has

    def look(self, text: str) -> WordsFound:
        """Return the lists of which the folded `text`, one line, has, opens with and ends in a word."""
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
    """Tell whether the word stands somewhere in the text without a Latin word going on at its edges."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_is_latin(text[at - 1 : at + 1]) and at) and not _goes_on(text[end - 1 : end + 1]):
            return True
        at = text.find(word, at + 1)
    return False


def _goes_on(two: str) -> bool:
    """Tell whether a word that ends in the first of two characters goes on in the second."""
    return _is_latin(two) and not (two[0] > "9" >= two[1])


def _is_latin(two: str) -> bool:
    return len(two) == 2 and two[0] in LATIN and two[1] in LATIN
