"""The sieve: the few pairs of a text that a rule could speak about, found without folding the text.

`_sieve.c` does it in one pass. Where it could not be compiled, regexes do, and the whole core takes two to three times as long.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import NamedTuple

from cleanspam.brackets import BLANKS, CLEAR_LEFT, CLEAR_RIGHT, Pair, own_text
from cleanspam.fold import spelling_table
from cleanspam.lexicon import Lexicon
from cleanspam.pairing import CLOSERS, OPENERS, Bounds, Nested, pairing

_Found = tuple[list[Bounds], list[Bounds], list[Nested]]
_Compiled = Callable[[str, bytes, bytes, bytes], _Found]
try:
    from cleanspam._sieve import sift

    COMPILED: _Compiled | None = sift
except ImportError:  # there was no C compiler where it was installed
    COMPILED = None

# What can stand beside a parenthetical that is alone, or beside the blanks around it: a mark, or its neighbour in a chain.
_BEFORE = CLEAR_LEFT | frozenset(CLOSERS)
_BEHIND = CLEAR_RIGHT | frozenset(OPENERS)
_EDGES = _BEFORE | frozenset(BLANKS)
# As in _sieve.c: how many characters its tables know, how many of a word it reads, the factor of its hash and the hashes it
# tells apart: with an eighth of them one parenthetical in twenty came through by chance.
_PLANE, _HEAD, _HASH, _HASHES = 0x10000, 6, 40503, 1 << 22


class Sifted(NamedTuple):
    """The pairs that may hold a word of the sieve's lexicon, and those that may be alone."""

    wordy: list[Pair]
    edged: list[Pair]


class Sieve:
    """A lexicon, ready to look for pairs in texts. Wrong only in letting too many through."""

    def __init__(self, lexicon: Lexicon, compiled: _Compiled | None = COMPILED) -> None:
        self._lexicon = lexicon
        self._sift = _with_tables(compiled, lexicon) if compiled else self._in_python

    def sift(self, text: str) -> Sifted:
        """Return the pairs of `text` that are worth a closer look."""
        wordy, edged, others = self._sift(text)
        nested = [Pair(*pair) for pair in others]
        lines = self._lexicon.may_be_in("\n".join([own_text(text, pair) for pair in nested])) if nested else ()
        found = [Pair(start, end, ()) for start, end in wordy] + [nested[line] for line in lines]
        return Sifted(found, [Pair(start, end, ()) for start, end in edged] + nested)

    def _in_python(self, text: str) -> _Found:
        simple, nested = pairing(text)
        lines = self._lexicon.may_be_in("\n".join([text[start + 1 : end - 1] for start, end in simple]))
        edged = [span for span in simple if not span[0] or text[span[0] - 1] in _EDGES]
        return [simple[line] for line in lines], edged, nested


def _with_tables(compiled: _Compiled, lexicon: Lexicon) -> Callable[[str], _Found]:
    """Return the compiled sieve with what it must know of characters and words."""
    begins, skipped, latin = lexicon.traits(_HEAD)
    traits = begins, skipped, latin, BLANKS, _BEFORE, _BEHIND
    spelling = spelling_table(_PLANE)
    table = _traits_table({1 << bit: chars for bit, chars in enumerate(traits)})
    heads = _heads_table(lexicon.heads(_HEAD))
    return lambda text: compiled(text, spelling, table, heads)


def _traits_table(traits: Mapping[int, Iterable[str]]) -> bytes:
    table = bytearray(_PLANE)
    for trait, chars in traits.items():
        for char in chars:
            if ord(char) < _PLANE:
                table[ord(char)] |= trait
    return bytes(table)


def _heads_table(heads: Iterable[str]) -> bytes:
    table = bytearray(_HASHES // 8)
    for head in heads:
        place = reduce(lambda hashed, char: _HASH * hashed + ord(char), head, 0) % _HASHES
        table[place // 8] |= 1 << place % 8
    return bytes(table)
