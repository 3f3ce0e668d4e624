"""The look for words in a whole text: where a line has one that a rule about lines asks for, and whether it has toned letters.

`native/_native.c` does it in one pass over the text. Where it could not be compiled, a regex does.
"""

import re
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cleanspam.native import IS_COMPILED, WordFinder
from cleanspam.text.fold import SPELLING, is_han, reads_as
from cleanspam.text.readings import TONED

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LONGEST = 32


class ScannedWords(NamedTuple):
    """What was found in a text."""

    words: list[int]  # places of words, in order
    letters: bool  # whether it has toned letters


class WordScan:
    """Words, folded, and, if readings are asked for, toned letters. A word without a Han character is looked for nowhere."""

    def __init__(self, words: Collection[str], *, with_toned: bool) -> None:
        self._words = sorted(word for word in words if any(map(is_han, word)) and len(word) <= _LONGEST)
        self._toned = TONED if with_toned else ""
        self._finder = _finder([*self._words, *self._toned]) if IS_COMPILED else None

    def find(self, text: str) -> ScannedWords:
        """Return where the words stand in a text that is not folded."""
        if text.isascii():
            return ScannedWords([], False)
        if not self._finder:
            places = [found.start() for found in self._word_re.finditer(reads_as(text))]
        else:
            places = self._finder.find(text)
        if not places:
            return ScannedWords(places, False)
        words = [at for at in places if text[at].lower() not in self._toned]
        return ScannedWords(words, len(words) < len(places))

    def find_in_bytes(self, data: "Buffer", *, is_every: bool = False) -> list[int]:
        """Return places in UTF-8 where words or letters may stand, one of each line or every one. Only where it is compiled."""
        return self._finder.find_in_bytes(data, is_every) if self._finder else []

    @cached_property
    def _word_re(self) -> "re.Pattern[str]":
        return re.compile("|".join(map(re.escape, [*self._words, *self._toned])) or "(?!)")


def _finder(words: list[str]) -> WordFinder:
    """Return the compiled look for words: each is found by its rarest character, and words with the same one stand together."""
    from cleanspam.text.readingtable import CHARS

    rank = {char: at for at, char in enumerate(CHARS)}
    keyed = []
    for word in words:
        key = max(range(len(word)), key=lambda at: rank.get(word[at], len(rank)) if word[at] > "\u00bf" else -1)
        keyed.append((word, key))
    return WordFinder(SPELLING, sorted(keyed, key=lambda one: one[0][one[1]]))
