"""The lexicon: which lists of a rule set have a word in a text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from operator import add

from cleanspam.text.fold import FILLER, reads_as, spellings

LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
# `re` tries the characters of a class beyond this one by one, so all of them stand for any.
_LAST_QUICK = "\uffff"
_BEYOND = "\U00010000-\U0010ffff"

ALL = -1  # the mask of all lists
_NARROW = 64


def narrow(mask: int) -> int:
    """Return a mask of lists in 64 bits, in which lists that are 64 apart share one."""
    while mask >> _NARROW:
        mask = (mask >> _NARROW) | (mask & ((1 << _NARROW) - 1))
    return mask


class Lexicon:
    """The words of named lists. A word that begins or ends in a Latin letter or digit counts as a whole only."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._bits = {name: 1 << number for number, name in enumerate(lists)}
        masks: dict[str, int] = {}
        for name, words in lists.items():
            for word in words:
                masks[word] = masks.get(word, 0) | self._bits[name]
        self._by_head: dict[str, list[tuple[str, int]]] = {}
        for word, mask in masks.items():
            self._by_head.setdefault(word[:2], []).append((word, mask))
        self._pairs = frozenset(head for head in self._by_head if len(head) > 1)
        self._singles = self._by_head.keys() - self._pairs
        self._may_begin: dict[str, bool] = {}

    @cached_property
    def _unfolded_head_re(self) -> "re.Pattern[str]":
        """What finds where a word may begin: its first character before a second one, and none amid a Latin word.

        With one class in front `re` skips from hit to hit; a look-behind in front would be tried at every place.
        """
        seconds = {head[1] for head in self._pairs}
        chars = {head[0] for head in self._by_head}, FILLER - seconds, seconds, self._singles
        first, filler, second, single = (_class(spellings(some), _BEYOND) for some in chars)
        latin = _class(spellings(LATIN))
        return re.compile(rf"{first}(?<!{latin}{{2}})(?:(?={filler}*({second}))|(?<={single}))")

    def words(self) -> Iterator[tuple[str, int]]:
        """Yield each word with the bits of its lists."""
        for words in self._by_head.values():
            yield from words

    def mask(self, names: Iterable[str]) -> int:
        """Return the bits of the named lists."""
        return sum(self._bits[name] for name in set(names))

    def found_in(self, text: str) -> int:
        """Return the bits of all lists that have a word in the folded `text`, one line."""
        mask = 0
        for head in (*self._pairs.intersection(map(add, text, text[1:])), *self._singles.intersection(text)):
            for word, bits in self._by_head[head]:
                if word in text and (not _has_latin_edge(word) or _stands_whole(word, text)):
                    mask |= bits
        return mask

    def found_in_lines(self, text: str) -> dict[int, int]:
        """Return the same for each line (from 0) of the folded `text` that has a word, by its number."""
        return {number: mask for number, line in enumerate(text.split("\n")) if (mask := self.found_in(line))}

    def may_be_in(self, text: str) -> set[int]:
        """Return the lines of a text that is not folded whose fold may have a word; wrong only in naming too many.

        Folding the own texts of a corpus takes twice as long as this look at two characters; 14 of 15 need no more.
        """
        lines = set()
        line = counted = 0
        for head in self._unfolded_head_re.finditer(text):
            at = head.start()
            if self._may_begin_with(text[at] + (head[1] or "")):
                line, counted = line + text.count("\n", counted, at), at
                lines.add(line)
        return lines

    def _may_begin_with(self, two: str) -> bool:
        """Tell whether a word may begin with the two unfolded characters; the second one may be filler, and hide another."""
        known = self._may_begin.get(two)
        if known is None:
            head = reads_as(two)
            known = head in self._by_head or head[:1] in self._by_head or head[1:] in FILLER
            self._may_begin[two] = known
        return known


def _class(chars: Iterable[str], beyond: str = "") -> str:
    """Return the class of `chars`, of those that `re` is quick with, and of the range `beyond` them."""
    quick = "".join(sorted(char for char in set(chars) if char <= _LAST_QUICK))
    return f"[{re.escape(quick)}{beyond}]" if quick or beyond else "(?!)"


def _has_latin_edge(word: str) -> bool:
    return word[0] in LATIN or word[-1] in LATIN


def _stands_whole(word: str, text: str) -> bool:
    """Tell whether the word stands somewhere in the text without a Latin word going on at its edges."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_is_latin(text[at - 1 : at + 1]) and at) and not _is_latin(text[end - 1 : end + 1]):
            return True
        at = text.find(word, at + 1)
    return False


def _is_latin(two: str) -> bool:
    return len(two) == 2 and two[0] in LATIN and two[1] in LATIN
