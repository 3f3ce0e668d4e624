"""The prefilter: finds the few pairs of a text that a rule could match, without folding the text.

`native/_native.c` does it in one pass. Where it could not be compiled, regexes do, and the whole core takes five times as long.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_

from cleanspam.judge.lexicon import LATIN, Lexicon, Packed, narrow, packed
from cleanspam.judge.wordscan import NOISE, Hit, WordScan
from cleanspam.model import NamedTuple
from cleanspam.native import IS_COMPILED
from cleanspam.native import Prefilter as CompiledPrefilter
from cleanspam.native.candidates import Candidate, CharClasses, CompiledGate, LineLimits, LinesToRead
from cleanspam.rulebook.matchable import HAN_BLOCKS, MARK_BLOCKS, NAMED_MARKS, Matchable
from cleanspam.text.brackets import (
    BEFORE,
    BEHIND,
    BLANKS,
    LINE_ENDS,
    Pair,
    back_over_blanks,
    beside,
    first_line_end,
    on_over_blanks,
    own_text,
    pairs,
)
from cleanspam.text.fold import SPELLING, fold
from cleanspam.text.linemarks import FRAMES, STOPS
from cleanspam.text.lines import FOOT, HEADING, JOINTS, LONGEST, MOST_LINKS
from cleanspam.text.marks import PROSE_MARKS
from cleanspam.text.pairing import BRACKET_KINDS, CLOSERS, KIND, KINDS, OPENERS
from cleanspam.text.usualtable import LEAST_DIFFERENT, MOST_USUAL, USUAL
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from cleanspam.native._native import PlaceTeller

# A lone parenthetical has one of these beside it, or beside the blanks around it: a mark, or its neighbour in a chain.
_BEFORE = BEFORE | frozenset(CLOSERS)
_BEHIND = BEHIND | frozenset(OPENERS)


# The most gates that a prefilter has. With more rules than gates, rules share gates.
MOST_GATES = 256
MOST_LINE_GATES = 256
MOST_ALPHABETS = 8
COUNTED = 128  # lists whose words are counted
# Beside the gates that ask for a word: it is a letter of readings, or it is told of wherever it stands.
_LETTER, _ALWAYS = 1 << MOST_LINE_GATES, 1 << (MOST_LINE_GATES + 1)


# Candidates, the places of words, and whether there may be entities.
Look = tuple[list[Candidate], list[Hit], bool]


# Of 100 Han characters of a line, so many must be among these: no others are in words of some lists.
Alphabet = tuple[int, str]


class Gate(NamedTuple):
    """What a pair or a line must have before a group of rules can match."""

    needs: tuple[int, ...] = ()  # masks of lists: the own text must have a word of each mask
    kinds: frozenset[str] = frozenset(KINDS)
    like: Matchable = Matchable()  # limits for the folded own text
    is_for_glued: bool = True  # False: only for pairs that may stand alone
    is_for_first_line: bool = False  # only for the first line
    is_for_lines: bool = False
    is_for_parts: bool = False  # for parts of lines
    is_for_links: bool = False  # for links below a line
    is_for_apart: bool = False  # only for Han characters that signs set apart; tested by the compiled look alone
    is_for_joined: bool = False  # only for titles of parts that marks join; for lines, and tested as the one before
    twice: int = 0  # as a mask of the first COUNTED lists: each must have two words in the own text; tested as the ones before
    thrice: int = 0
    is_for_notes: bool = False  # for the last sentences of lines, too; of other parts the compiled look tests the sentence
    before: int = 0  # as a mask like `twice`: a word of one of these lists stands before the pair; tested as `twice`
    is_for_edges: bool = False  # only for the first line and the foot; tested as `twice`
    shares: tuple[Alphabet, ...] = ()  # for whole lines; tested as `twice`
    is_for_stubs: bool = False  # only for lines without an end of their own; tested as `twice`

    def admits(self, report: "_Report") -> bool:
        """Tell whether a pair may pass the gate."""
        lists = narrow(report.lists)
        return (
            (report.is_alone or self.is_for_glued)
            and report.kind in self.kinds
            and self.like.admits(report.own)
            and (report.is_in_first_line or not self.is_for_first_line)
            and all(lists & narrow(need) for need in self.needs)
        )


class LineGates(NamedTuple):
    """Gates for lines, and for each word that is searched, the gates that need it, as bits."""

    gates: tuple[Gate, ...] = ()
    by_word: tuple[int, ...] = ()  # by the numbers of the words; empty: every word is reported

    @staticmethod
    def of(gates: Sequence[tuple[Gate, int]], rules_by_word: Sequence[int]) -> "LineGates":
        """Return the gates for lines. Each gate comes with its rules as bits, and so does each word."""
        known = {
            rules: sum(1 << at for at, (_, behind) in enumerate(gates) if behind & rules) or (_ALWAYS if rules else _LETTER)
            for rules in {*rules_by_word}
        }
        return LineGates(tuple(gate for gate, _ in gates), tuple(map(known.__getitem__, rules_by_word)))


class Entered(NamedTuple):
    """The words and gates of a prefilter as the compiled one takes them. To work them out takes a quarter of a start."""

    words: Packed
    closing: int
    gates: tuple[CompiledGate, ...]  # or plain tuples of the same values
    line_gates: tuple[CompiledGate, ...]
    by_word: tuple[int, ...]
    alphabets: tuple[str, ...] = ()


class _Report(NamedTuple):
    """The facts about a pair that gates test, for the Python version."""

    lists: int
    own: str
    kind: str
    is_alone: bool
    is_in_first_line: bool


class Prefilter:
    """A lexicon and gates, ready to search texts for pairs. It may let too many pairs pass, or through too many gates.

    The same pass also finds the words of `words` anywhere in the text. Words of the lists in the mask `closing` count only at
    the end of an own text.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        gates: Sequence[Gate],
        words: WordScan | None = None,
        *,
        closing: int = 0,
        lines: LineGates | None = None,
        is_compiled: bool = IS_COMPILED,
    ) -> None:
        self._lexicon, self._gates, self._words, self._closing = lexicon, gates, words, closing
        self._compiled = _made(self.entered(lines or LineGates()), words) if is_compiled else None

    @classmethod
    def restored(cls, entered: Entered, words: WordScan) -> "Prefilter":
        """Return a compiled prefilter from what another one entered."""
        made = cls.__new__(cls)
        made._words, made._compiled = words, _made(entered, words)
        return made

    @property
    def is_compiled(self) -> bool:
        """Whether the C version is used, which takes a fifth of the time."""
        return self._compiled is not None

    def attach(self, places: "PlaceTeller") -> None:
        """Set the object that names the gates for a pair by its neighbours. Without it, and in Python, all gates are tried."""
        if self._compiled:
            self._compiled.attach(places)

    def sift(self, text: str) -> list[Candidate]:
        """Return the candidates of `text`."""
        return self._compiled.sift(text) if self._compiled else self._in_python(text)

    @property
    def direct_look(self) -> Callable[[str], Look]:
        """The same as `look`, without a call between."""
        return self._compiled.look if self._compiled else self.look

    def look(self, text: str) -> Look:
        """Return the candidates, and from the same pass the places of the words in lines that pass a gate.

        The last value tells whether the text may have an entity, which is to be read before the text is judged.
        """
        if self._compiled:
            return self._compiled.look(text)
        from cleanspam.text.noise import noisy_runs  # the compiled look finds them itself

        has_words = self._words and max(text, default="") > "\xff"  # as the compiled look, which reads no Latin text for words
        hits = [*self._words.hits(text), *((at, NOISE) for at in noisy_runs(text))] if self._words and has_words else []
        return self._in_python(text), hits, "&" in text

    def sift_json(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON in UTF-8 that have candidates or words in their strings, or are no objects.

        None if the sieve is not compiled: then a reader must see all lines.
        """
        return LinesToRead(*self._compiled.sift_json(data)) if self._compiled else None

    def sift_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[int] | None:
        """Return the numbers of the texts that have such pairs or words, of many in UTF-8.

        `offsets` are integers of `width` bytes: where each text begins, and where the last one ends. None as in `sift_json`.
        """
        return self._compiled.sift_texts(data, offsets, width) if self._compiled else None

    def _in_python(self, text: str) -> list[Candidate]:
        found = pairs(text)
        own = [fold(own_text(text, pair)) for pair in found]
        lists = [self._lists_in(text) for text in own]
        first = first_line_end(text)
        candidates = []
        for at, pair in enumerate(found):
            is_alone = _may_be_alone(text, pair)
            report = _Report(lists[at], own[at], KIND[text[pair.start]], is_alone, pair.start < first)
            gates = sum(1 << number for number, gate in enumerate(self._gates) if gate.admits(report))
            if gates:
                left, right = (char.strip(LINE_ENDS) for char in beside(text, pair))
                candidates.append(Candidate(pair.start, pair.end, gates, is_alone, text[pair.start], left, right, pair.inner))
        return candidates

    def entered(self, lines: LineGates) -> Entered:
        """Return the words and gates, with those of lines, as the compiled prefilter takes them."""
        words = self._lexicon.words
        known = {lists: narrow(lists) for lists in {*words.values()}}
        masks = {word: known[lists] for word, lists in sorted(words.items())}  # neighbours share prefixes
        others = narrow(reduce(or_, words.values(), 0) & ~self._closing)  # may share a bit with one that counts at the end only
        by_word = lines.by_word or (_ALWAYS,) * len(self._words.words if self._words else ())
        alphabets = tuple(sorted({chars for gate in lines.gates for _, chars in gate.shares}))[:MOST_ALPHABETS]
        line_gates = _entered(lines.gates, alphabets)
        return Entered(packed(masks), narrow(self._closing) & ~others, _entered(self._gates), line_gates, by_word, alphabets)

    def _lists_in(self, own: str) -> int:
        found = self._lexicon.look(own)
        return (found.has & ~self._closing) | (found.ends & self._closing)


def _made(entered: Entered, words: WordScan | None) -> CompiledPrefilter:
    latin, blanks, before, behind, prose = map("".join, (LATIN, BLANKS, _BEFORE, _BEHIND, PROSE_MARKS))
    kinds = tuple((kind.openers, kind.closers) for kind in BRACKET_KINDS)
    return CompiledPrefilter(
        SPELLING,
        entered.words,
        entered.closing,
        entered.gates,
        CharClasses(
            latin, blanks, before, behind, kinds, HAN_BLOCKS, MARK_BLOCKS, NAMED_MARKS, STOPS, FRAMES, prose, JOINTS, USUAL
        ),
        words.finder if words else None,
        entered.line_gates,
        entered.by_word,
        LineLimits(LONGEST, HEADING, MOST_LINKS, FOOT, MOST_USUAL, LEAST_DIFFERENT),
        entered.alphabets,
    )


def _entered(gates: Sequence[Gate], alphabets: Sequence[str] = ()) -> tuple[CompiledGate, ...]:
    """Return gates as the compiled prefilter reads them."""
    return tuple(
        CompiledGate(
            tuple(map(narrow, gate.needs)),
            sum(1 << KINDS.index(kind) for kind in gate.kinds),
            *gate.like,
            *gate[3:-7],
            narrow(gate.twice),
            narrow(gate.thrice),
            gate.is_for_notes,
            narrow(gate.before),
            gate.is_for_edges,
            tuple((least, alphabets.index(chars)) for least, chars in gate.shares if chars in alphabets),
            gate.is_for_stubs,
        )
        for gate in gates
    )


def _may_be_alone(text: str, pair: Pair) -> bool:
    before, behind = back_over_blanks(text, pair.start), on_over_blanks(text, pair.end)
    return (not before or text[before - 1] in _BEFORE) and (behind == len(text) or text[behind] in _BEHIND)
