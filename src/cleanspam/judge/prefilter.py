"""The sieve: the few pairs of a text that a rule could speak about, found without folding the text.

`native/_native.c` does it in one pass. Where it could not be compiled, regexes do, and the whole core takes five times as long.
"""

from typing import TYPE_CHECKING

from cleanspam.judge.lexicon import LATIN, Lexicon, narrow
from cleanspam.native import IS_COMPILED
from cleanspam.native import Prefilter as CompiledPrefilter
from cleanspam.native.candidates import Candidate, TextCandidates
from cleanspam.text.brackets import (
    BEFORE,
    BEHIND,
    BLANKS,
    CONTEXT,
    LINE_ENDS,
    Pair,
    back_over_blanks,
    beside,
    on_over_blanks,
    own_text,
)
from cleanspam.text.fold import FILLER, SPELLING, fold
from cleanspam.text.pairing import BRACKET_KINDS, CLOSERS, OPENERS, pairing

if TYPE_CHECKING:
    from typing_extensions import Buffer

# What can stand beside a parenthetical that is alone, or beside the blanks around it: a mark, or its neighbour in a chain.
_BEFORE = BEFORE | frozenset(CLOSERS)
_BEHIND = BEHIND | frozenset(OPENERS)


class Prefilter:
    """A lexicon, ready to look for pairs in texts. Wrong only in letting too many through, or in too many lists of one.

    Lets through what may be alone, and what may have a word of a list in `gate`, a mask of the lexicon.
    """

    def __init__(self, lexicon: Lexicon, gate: int, *, is_compiled: bool = IS_COMPILED) -> None:
        self._lexicon, self._gate = lexicon, narrow(gate)
        self._compiled = _compiled(lexicon, self._gate) if is_compiled else None

    def sift(self, text: str) -> list[Candidate]:
        """Return the pairs of `text` that are worth a closer look."""
        return self._compiled.sift(text) if self._compiled else self._in_python(text)

    def sift_json(self, data: bytes) -> tuple[list[TextCandidates], int] | None:
        """Return the lines of JSON in UTF-8 that have such pairs in their strings, or are no objects; and how many line ends
        there are.

        None if the sieve is not compiled: then a reader must see all lines.
        """
        return self._compiled.sift_json(data) if self._compiled else None

    def sift_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[TextCandidates] | None:
        """Return the texts that have such pairs, of many in UTF-8.

        `offsets` are integers of `width` bytes: where each text begins, and where the last one ends. None as in `sift_json`.
        """
        return self._compiled.sift_texts(data, offsets, width) if self._compiled else None

    def _in_python(self, text: str) -> list[Candidate]:
        simple, nested = pairing(text)
        found = [*(Pair(start, end, ()) for start, end in simple), *(Pair(*pair) for pair in nested)]
        lists = self._lexicon.found_in_lines(fold("\n".join([own_text(text, pair) for pair in found])))
        reports = [_report(text, pair, lists.get(at, 0)) for at, pair in enumerate(found)]
        return [report for report in reports if report.lists & self._gate or report.is_alone]


def _compiled(lexicon: Lexicon, gate: int) -> CompiledPrefilter:
    words = {word: narrow(lists) for word, lists in lexicon.words()}
    filler, latin, blanks, before, behind = ("".join(chars) for chars in (FILLER, LATIN, BLANKS, _BEFORE, _BEHIND))
    kinds = tuple((kind.openers, kind.closers) for kind in BRACKET_KINDS)
    return CompiledPrefilter(SPELLING, words, gate, CONTEXT, filler, latin, blanks, before, behind, kinds)


def _may_be_alone(text: str, pair: Pair) -> bool:
    before, behind = back_over_blanks(text, pair.start), on_over_blanks(text, pair.end)
    return (not before or text[before - 1] in _BEFORE) and (behind == len(text) or text[behind] in _BEHIND)


def _report(text: str, pair: Pair, lists: int) -> Candidate:
    left, right = (char.strip(LINE_ENDS) for char in beside(text, pair))
    is_alone = _may_be_alone(text, pair)
    return Candidate(pair.start, pair.end, narrow(lists), is_alone, text[pair.start], left, right, pair.inner)
