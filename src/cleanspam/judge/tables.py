"""The tables of a rule set for the first look at a text, as plain values. Rules are asked only about what that look finds.

The tables are computed from the rules, or read from the compiled form of the shipped ones: that saves two thirds of a start.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.prefilter import Gate, LineGates, Prefilter
from cleanspam.judge.wordscan import WordScan
from cleanspam.rulebook.matchable import Matchable

if TYPE_CHECKING:
    from cleanspam.rulebook.ruleset import Ruleset


class GateTable(NamedTuple):
    """The gates of a prefilter for pairs and for lines, and the rules that each leads to."""

    words: Mapping[str, int]  # of the lists that rules ask for, with the bits of their lists
    closing: int  # the lists, as bits, whose words count at the end of an own text only
    gates: tuple[Gate, ...]
    behind: tuple[int, ...]  # of each gate: its rules, as bits
    line_gates: tuple[Gate, ...] = ()
    behind_lines: tuple[int, ...] = ()


class WordTable(NamedTuple):
    """The words of rules about lines, and the rules that ask for each."""

    words: tuple[tuple[str, int], ...]  # by their numbers, each with the place of its anchor
    rules: tuple[int, ...]  # by the same numbers: rules, as bits


class Tables:
    """The tables of a rule set, and the prefilter and the scan that they make."""

    def __init__(self, gates: GateTable, words: WordTable, lexicon: Callable[[], Lexicon]) -> None:
        self.gates, self.words = gates, words
        self.lexicon = lexicon  # of the lists that conditions name; made for the first text that rules are asked about

    @cached_property
    def scan(self) -> WordScan:
        """The scan for the words of rules about lines."""
        return WordScan.restored(self.words.words)

    @cached_property
    def prefilter(self) -> Prefilter:
        """The prefilter, whose look also finds the words of the scan."""
        gates = self.gates
        lines = LineGates.of([*zip(gates.line_gates, gates.behind_lines, strict=True)], self.words.rules)
        return Prefilter(Lexicon.of_words(gates.words), gates.gates, self.scan, closing=gates.closing, lines=lines)

    @property
    def plain(self) -> tuple[Any, ...]:
        """The tables in tuples, dicts, strings and numbers."""
        words, closing, gates, behind, line_gates, behind_lines = self.gates
        plain = dict(words), closing, [*map(_plain, gates)], behind, [*map(_plain, line_gates)], behind_lines
        return plain, tuple(self.words), self.lexicon().dump()


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
    """Return the tables made of their plain values."""
    (words, closing, gates, behind, line_gates, behind_lines), lines, lexicon = plain
    table = GateTable(words, closing, tuple(map(_gate, gates)), behind, tuple(map(_gate, line_gates)), behind_lines)
    return Tables(table, WordTable(*lines), lambda: Lexicon.restored(lexicon))
