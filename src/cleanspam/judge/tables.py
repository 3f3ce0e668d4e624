"""The tables of a rule set for the prefilter, as plain values. Rules are tried only on what the prefilter finds.

The tables are computed from the rules, or read from the compiled form of the shipped ones: that saves two thirds of a start.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.prefilter import Gate, LineGates, Prefilter
from cleanspam.judge.wordscan import WordScan
from cleanspam.named import NamedTuple
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


class Tables:
    """The tables of a rule set, and the prefilter and the scan that they make."""

    def __init__(self, gates: GateTable, words: WordTable, lexicon: Callable[[], Lexicon]) -> None:
        self.gates, self.words = gates, words
        self.lexicon = lexicon  # of the lists that conditions name; made for the first text with a candidate

    @cached_property
    def scan(self) -> WordScan:
        """The scan for the words of rules about lines."""
        return WordScan.restored(self.words.words)

    @cached_property
    def prefilter(self) -> Prefilter:
        """The prefilter, which also finds the words of the scan."""
        gates = self.gates
        lines = LineGates.of([*zip(gates.line_gates, gates.behind_lines, strict=True)], self.words.rules)
        made = Prefilter(Lexicon.of_words(gates.words), gates.gates, self.scan, closing=gates.closing, lines=lines)
        made.attach(_LineEnds(gates))
        return made

    @property
    def plain(self) -> tuple[Any, ...]:
        """The tables in tuples, dicts, strings and numbers."""
        words, closing, gates, behind, line_gates, behind_lines, at_line_end = self.gates
        plain = dict(words), closing, [*map(_plain, gates)], behind, [*map(_plain, line_gates)], behind_lines, at_line_end
        return plain, tuple(self.words), self.lexicon().dump()


class _LineEnds:
    """Chooses the gates for a pair by whether the line ends behind it, until the judge's index is made, which knows more.

    Of 1,000 pairs in prose that pass a gate, 200 stand amid a line and pass only the gates for a heading's end.
    """

    def __init__(self, table: GateTable) -> None:
        everywhere = (1 << len(table.gates)) - 1
        self._gates = everywhere, everywhere & ~table.at_line_end

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
    (words, closing, gates, behind, line_gates, *rest), lines, lexicon = plain
    table = GateTable(words, closing, tuple(map(_gate, gates)), behind, tuple(map(_gate, line_gates)), *rest)
    return Tables(table, WordTable(*lines), lambda: Lexicon.restored(lexicon))
