"""The sieve: the few pairs of a text that a rule could speak about, found without folding the text.

`_sieve.c` does it in one pass. Where it could not be compiled, regexes do, and the whole core takes two to three times as long.
"""

from cleanspam.brackets import BLANKS, CLEAR_LEFT, CLEAR_RIGHT, LINE_ENDS, Pair, beside, own_text
from cleanspam.fold import FILLER, fold
from cleanspam.foldtable import SOURCE, TARGET
from cleanspam.lexicon import LATIN, Lexicon, narrow
from cleanspam.pairing import CLOSERS, OPENERS, Reported, pairing

try:
    from cleanspam import _sieve

    IS_COMPILED = True
except ImportError:  # there was no C compiler where it was installed
    IS_COMPILED = False

# What can stand beside a parenthetical that is alone, or beside the blanks around it: a mark, or its neighbour in a chain.
_BEFORE = CLEAR_LEFT | frozenset(CLOSERS)
_BEHIND = CLEAR_RIGHT | frozenset(OPENERS)
_EDGES = _BEFORE | frozenset(BLANKS)


class Sieve:
    """A lexicon, ready to look for pairs in texts. Wrong only in letting too many through, or in too many lists of one.

    Lets through what may be alone, and what may have a word of a list in `gate`, a mask of the lexicon.
    """

    def __init__(self, lexicon: Lexicon, gate: int, *, is_compiled: bool = IS_COMPILED) -> None:
        self._lexicon, self._gate = lexicon, narrow(gate)
        self._compiled = _compiled(lexicon, self._gate) if is_compiled else None

    def sift(self, text: str) -> list[Reported]:
        """Return the pairs of `text` that are worth a closer look."""
        return self._compiled.sift(text) if self._compiled else self._in_python(text)

    def sift_json(self, data: bytes) -> tuple[list[Reported], list[int]] | None:
        """Return the same for the strings in lines of JSON, with their places in bytes, and where lines begin that need
        a reader who can tell what is wrong with them. None if the sieve is not compiled: then a reader must see all.
        """
        return self._compiled.sift_json(data) if self._compiled else None

    def _in_python(self, text: str) -> list[Reported]:
        simple, nested = pairing(text)
        found = [*(Pair(start, end, ()) for start, end in simple), *(Pair(*pair) for pair in nested)]
        lists = self._lists(text, found)
        return [
            _report(text, pair, lists.get(at, 0))
            for at, pair in enumerate(found)
            if lists.get(at, 0) & self._gate or _may_be_alone(text, pair)
        ]

    def _lists(self, text: str, found: list[Pair]) -> dict[int, int]:
        """Return the lists of those pairs (by their number) that have words."""
        owns = [own_text(text, pair) for pair in found]
        likely = sorted(self._lexicon.may_be_in("\n".join(owns)))
        words = self._lexicon.found_in_lines(fold("\n".join([owns[at] for at in likely])))
        return {likely[line]: narrow(lists) for line, lists in words.items()}


def _compiled(lexicon: Lexicon, gate: int) -> "_sieve.Sieve":
    words = {word: narrow(lists) for word, lists in lexicon.words()}
    marks = ("".join(chars) for chars in (FILLER, LATIN, BLANKS, _BEFORE, _BEHIND))
    return _sieve.Sieve(SOURCE, TARGET, words, gate, *marks)


def _may_be_alone(text: str, pair: Pair) -> bool:
    return not pair.start or text[pair.start - 1] in _EDGES


def _report(text: str, pair: Pair, lists: int) -> Reported:
    left, right = beside(text, pair)
    is_alone = _may_be_alone(text, pair)
    return pair.start, pair.end, lists, is_alone, left.strip(LINE_ENDS), right.strip(LINE_ENDS), pair.inner
