"""The tables of a rule set for the prefilter, as plain values. Rules are tried only on what the prefilter finds.

The tables are computed from the rules, or read from the compiled form of the shipped ones: that saves two thirds of a start.
"""

import marshal
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.prefilter import Entered, Gate, LineGates, Prefilter
from cleanspam.judge.wordscan import WordScan
from cleanspam.model import NamedTuple
from cleanspam.native import IS_COMPILED
from cleanspam.rulebook.compiledform import FORM
from cleanspam.rulebook.matchable import Matchable
from cleanspam.text.fold import fold

if TYPE_CHECKING:
    from cleanspam.rulebook.ruleset import Ruleset


class GateTable(NamedTuple):
    """The gates of a prefilter for pairs and for lines, and the rules behind each gate."""

    words: Mapping[str, int]  # the words of the lists that rules name, each with the bits of its lists
    closing: int  # as bits: lists whose words count only at the end of an own text
    gates: tuple[Gate, ...]
    behind: tuple[int, ...]  # the rules of each gate, as bits
    line_gates: tuple[Gate, ...] = ()
    behind_lines: tuple[int, ...] = ()
    at_line_end: int = 0  # as bits: gates for pairs whose rules are all for the end of a line


class WordTable(NamedTuple):
    """The words of rules about lines, and the rules that need each word."""

    words: tuple[tuple[str, int], ...]  # in the order of their numbers, each with the place of its anchor
    rules: tuple[int, ...]  # in the same order: the rules of each word, as bits
    groups: tuple[str, ...]  # the first characters of anchors, in groups that share a bit in the compiled look

    def scan(self) -> WordScan:
        """Return the scan for the words."""
        return WordScan.restored(self.words, self.groups)


class Tables:
    """The tables of a rule set, and the prefilter and the scan that they make."""

    def __init__(self, gates: Callable[[], GateTable], words: WordTable, lexicon: Callable[[], Lexicon]) -> None:
        self._gates, self.words = gates, words
        self.lexicon = lexicon  # of the lists that conditions name; made for the first text with a candidate

    @cached_property
    def gates(self) -> GateTable:
        """The gates. Where the compiled prefilter is restored, the first text with a candidate asks for them."""
        return self._gates()

    @cached_property
    def scan(self) -> WordScan:
        """The scan for the words of rules about lines."""
        return self.words.scan()

    @cached_property
    def prefilter(self) -> Prefilter:
        """The prefilter, which also finds the words of the scan."""
        made = self._made(is_compiled=IS_COMPILED)
        made.attach(_LineEnds(len(self.gates.gates), self.gates.at_line_end))
        return made

    def _made(self, *, is_compiled: bool) -> Prefilter:
        gates, lexicon = self.gates, Lexicon.of_words(self.gates.words)
        return Prefilter(lexicon, gates.gates, self.scan, closing=gates.closing, lines=self._lines, is_compiled=is_compiled)

    @property
    def _lines(self) -> LineGates:
        return LineGates.of([*zip(self.gates.line_gates, self.gates.behind_lines, strict=True)], self.words.rules)

    @property
    def plain(self) -> tuple[Any, ...]:
        """The tables in tuples, dicts, strings and numbers. Words and gates are those of the compiled prefilter."""
        _, _, gates, behind, line_gates, behind_lines, at_line_end = self.gates
        rest = [*map(_plain, gates)], behind, [*map(_plain, line_gates)], behind_lines, at_line_end
        entered = self._made(is_compiled=False).entered(self._lines)
        for_pairs, for_lines = (tuple([tuple(gate) for gate in part]) for part in (entered.gates, entered.line_gates))
        plain = entered.words, entered.closing, for_pairs, for_lines, entered.by_word
        late = marshal.dumps(rest, FORM), self.lexicon().dump()
        return plain, (len(gates), at_line_end), tuple(self.words), *late


class _RestoredTables(Tables):
    """Tables whose prefilter is restored from what it entered, if it is compiled."""

    def __init__(self, plain: Any) -> None:
        entered, self._ends, words, gates, lexicon = plain
        self._entered = Entered(*entered)
        super().__init__(lambda: _table(entered[0], entered[1], gates), WordTable(*words), lambda: Lexicon.restored(lexicon))

    @cached_property
    def prefilter(self) -> Prefilter:
        """The prefilter, which also finds the words of the scan."""
        made = Prefilter.restored(self._entered, self.scan) if IS_COMPILED else self._made(is_compiled=False)
        made.attach(_LineEnds(*self._ends))
        return made


class _LineEnds:
    """Chooses the gates for a pair by whether the line ends behind it, until the judge's index is made, which knows more.

    Of 1,000 pairs in prose that pass a gate, 200 stand amid a line and pass only the gates for a heading's end.
    """

    def __init__(self, number: int, at_line_end: int) -> None:
        everywhere = (1 << number) - 1
        self._gates = everywhere, everywhere & ~at_line_end

    def class_of(self, side: int, char: str | None) -> int:
        """Return 1 if the character surely stands behind a pair in the same line, else 0."""
        return int(side == 1 and char is not None and fold(char) != "")

    def gates_at(self, is_alone: bool, opener: str, left: int, right: int) -> int:  # noqa: ARG002 (the index asks for them)
        """Return the gates for a place, as bits."""
        return self._gates[right]

    def may_speak(self, own: str, gates: int) -> bool:  # noqa: ARG002 (the index asks for them)
        """Return True: no rule is there to be asked."""
        return True


def _plain(gate: Gate) -> tuple[Any, ...]:
    return (*gate[:2], tuple(gate.like), *gate[3:])


def _gate(plain: Sequence[Any]) -> Gate:
    needs, kinds, like, *rest = plain
    return Gate(needs, kinds, Matchable(*like), *rest)


def tables_in(ruleset: "Ruleset") -> Tables | None:
    """Return the tables of a compiled rule set; None if they must be computed from the rules."""
    plain = ruleset.compiled_tables()
    return tables_of(plain) if plain else None


def tables_of(plain: Any) -> Tables:
    """Return the tables that `Tables.plain` described."""
    return _RestoredTables(plain)


def _table(words: Mapping[str, int], closing: int, data: bytes) -> GateTable:
    gates, behind, line_gates, *rest = marshal.loads(data)
    return GateTable(words, closing, tuple(map(_gate, gates)), behind, tuple(map(_gate, line_gates)), *rest)
