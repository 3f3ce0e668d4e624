"""What the look at a text needs of a rule set, as plain values: the rules are asked about what it finds only.

Worked out of the rules, or read from the compiled form of the shipped ones, where it saves two thirds of a start.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.prefilter import Gate, Prefilter
from cleanspam.judge.wordscan import WordScan

if TYPE_CHECKING:
    from cleanspam.rulebook.ruleset import Ruleset


class GateTable(NamedTuple):
    """The gates of a prefilter, and the rules that each leads to."""

    words: Mapping[str, int]  # of the lists that rules ask for, with the bits of their lists
    closing: int  # the lists, as bits, whose words count at the end of an own text only
    gates: tuple[Gate, ...]
    behind: tuple[int, ...]  # of each gate: its rules, as bits


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
        return Prefilter(Lexicon.of_words(self.gates.words), self.gates.gates, self.scan, closing=self.gates.closing)

    @property
    def plain(self) -> tuple[Any, ...]:
        """The tables in tuples, dicts, strings and numbers."""
        words, closing, gates, behind = self.gates
        return (dict(words), closing, tuple(map(tuple, gates)), behind), tuple(self.words), self.lexicon().dump()


def tables_in(ruleset: "Ruleset") -> Tables | None:
    """Return the tables that a rule set brings; None if they must be worked out."""
    plain = ruleset.compiled_tables()
    return tables_of(plain) if plain else None


def tables_of(plain: Any) -> Tables:
    """Return the tables that became plain values."""
    (words, closing, gates, behind), lines, lexicon = plain
    table = GateTable(words, closing, tuple(Gate(*gate) for gate in gates), behind)
    return Tables(table, WordTable(*lines), lambda: Lexicon.restored(lexicon))
