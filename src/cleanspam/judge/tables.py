"""The tables of a rule set for the prefilter, as plain values. Rules are tried only on what the prefilter finds.

The tables are computed from the rules, or read from the compiled form of the shipped ones: that saves two thirds of a start.
"""

import marshal
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from cleanspam.judge.lexicon import Lexicon, unpacked
from cleanspam.judge.prefilter import Entered, Gate, LineGates, Prefilter
from cleanspam.judge.wordscan import WordScan
from cleanspam.model import NamedTuple
from cleanspam.native import IS_COMPILED
from cleanspam.rulebook.compiledform import FORM, TablesForm
from cleanspam.rulebook.matchable import Matchable
from cleanspam.text.fold import fold
from cleanspam.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from cleanspam.judge.plan import Plan
    from cleanspam.rulebook.ruleset import Rules


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

    words: str  # a line each, in the order of their numbers: a string is read faster than 4,000
    anchors: bytes  # the place of the anchor in each word
    rules: tuple[int, ...]  # the rules of each word, as bits
    groups: tuple[str, ...]  # the first characters of anchors, in groups that share a bit in the compiled look

    def scan(self) -> WordScan:
        """Return the scan for the words."""
        return WordScan.restored(self.words, self.anchors, self.groups)


class FlagTable(NamedTuple):
    """The words of rules about lines that cut or flag, and other words without a Han character, with their rules, as bits."""

    words: WordTable
    latin: Mapping[str, int]


class Tables:
    """The tables of a rule set, and the prefilter and the scan that they make."""

    def __init__(
        self,
        gates: Callable[[], GateTable],
        words: WordTable,
        lexicon: Callable[[], Lexicon],
        plan: "Callable[[], Plan]",
        flags: Callable[[], FlagTable],
        literals: Callable[[], Lexicon],
    ) -> None:
        self._gates, self.words, self._plan = gates, words, plan
        self.lexicon = lexicon  # of the lists that conditions name; made for the first text with a candidate
        self.literals = literals  # of patterns; made with the index of the rules
        self.flags = flags  # made for the first text whose flags are asked for

    @cached_property
    def gates(self) -> GateTable:
        """The gates. Where the compiled prefilter is restored, the first text with a candidate asks for them."""
        return self._gates()

    @cached_property
    def plan(self) -> "Plan":
        """The sets of rules that a judge distinguishes."""
        return self._plan()

    @property
    def behind(self) -> tuple[int, ...]:
        """The rules behind each gate for pairs, as bits."""
        return self.gates.behind

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
        gates, lexicon = self.gates, Lexicon.of_words(self._words())
        return Prefilter(lexicon, gates.gates, self.scan, closing=gates.closing, lines=self._lines, is_compiled=is_compiled)

    def _words(self) -> Mapping[str, int]:
        """Return the words of the gates, each with the bits of its lists."""
        return self.gates.words

    @property
    def _lines(self) -> LineGates:
        return LineGates.of([*zip(self.gates.line_gates, self.gates.behind_lines, strict=True)], self.words.rules)

    @property
    def plain(self) -> TablesForm:
        """The tables in tuples, dicts, strings and numbers. Words and gates are those of the compiled prefilter."""
        _, _, gates, behind, line_gates, behind_lines, at_line_end = self.gates
        flagged, latin = self.flags()
        rest = [*map(_plain, gates)], [*map(_plain, line_gates)], behind_lines, at_line_end
        entered = self._made(is_compiled=False).entered(self._lines)
        for_pairs, for_lines = (tuple([tuple(gate) for gate in part]) for part in (entered.gates, entered.line_gates))
        plain = entered.words, entered.closing, for_pairs, for_lines, entered.by_word, entered.alphabets
        flags = tuple(flagged), dict(sorted(latin.items()))
        late = [marshal.dumps(part, FORM) for part in (rest, self.plan.plain, behind, flags)]
        lexicons = self.lexicon().dump(), self.literals().dump()
        return TablesForm((plain, (len(gates), at_line_end), tuple(self.words)), [*late, *lexicons])


class _RestoredTables(Tables):
    """Tables whose prefilter is restored from what it entered, if it is compiled."""

    def __init__(self, form: TablesForm) -> None:
        (self._packed_words, *self._entered), self._ends, words = form.first
        gates, plan, self._behind, flags, lexicon, literals = form.late
        super().__init__(
            lambda: _table(self._entered[0], gates, self.behind),
            WordTable(*words),
            lambda: Lexicon.restored(lexicon),
            lambda: _restored_plan(plan),
            lambda: _flag_table(flags),
            lambda: Lexicon.restored(literals),
        )

    @cached_property
    def behind(self) -> tuple[int, ...]:
        """The rules behind each gate for pairs, as bits; here without the gates, which a page does not need."""
        found: tuple[int, ...] = marshal.loads(self._behind)
        return found

    @cached_property
    def prefilter(self) -> Prefilter:
        """The prefilter, which also finds the words of the scan."""
        entered = Entered(self._packed_words, *self._entered) if IS_COMPILED else None
        made = Prefilter.restored(entered, self.scan) if entered else self._made(is_compiled=False)
        made.attach(_LineEnds(*self._ends))
        return made

    def _words(self) -> dict[str, int]:
        """Return the words, unpacked anew: the compiled prefilter has them, and here they would take 1.5 MB."""
        return unpacked(self._packed_words)


class _LineEnds:
    """Chooses the gates for a pair by whether the line ends behind it, until the judge's index is made, which knows more.

    Of 1,000 pairs in prose that pass a gate, 200 stand amid a line and pass only the gates for a heading's end.
    """

    def __init__(self, number: int, at_line_end: int) -> None:
        everywhere = (1 << number) - 1
        self._gates = everywhere, everywhere & ~at_line_end

    def class_of(self, side: int, char: str) -> int:
        """Return 1 if the character surely stands behind a pair in the same line, else 0."""
        return int(side == 1 and fold(char) != "")

    def gates_at(self, is_alone: bool, opener: str, left: int, right: int) -> int:  # noqa: ARG002 (the index asks for them)
        """Return the gates for a place, as bits."""
        return self._gates[right]

    def may_speak(self, own: str, gates: int) -> bool:  # noqa: ARG002 (the index asks for them)
        """Return True: no rule is there to be asked."""
        return True

    def may_speak_of_line(self, own: str, gates: int, text: str, start: int, end: int) -> bool:  # noqa: ARG002 (the same)
        """Return True, for the same reason."""
        return True

    def may_speak_of_part(self, gates: int, text: str, start: int, end: int, at: int) -> bool:  # noqa: ARG002 (the same)
        """Return True, for the same reason."""
        return True


def _plain(gate: Gate) -> tuple[Any, ...]:
    return (*gate[:2], tuple(gate.like), *gate[3:])


def _gate(plain: Sequence[Any]) -> Gate:
    needs, kinds, like, *rest = plain
    return Gate(needs, kinds, Matchable(*like), *rest)


def tables_in(ruleset: "Rules") -> Tables | None:
    """Return the tables of a compiled rule set; None if they must be computed from the rules."""
    plain = ruleset.compiled_tables()
    return tables_of(plain) if plain else None


def tables_of(form: TablesForm) -> Tables:
    """Return the tables that `Tables.plain` described."""
    return _RestoredTables(form)


def _table(closing: int, data: "Buffer", behind: tuple[int, ...]) -> GateTable:
    """Return the gates without the words."""
    gates, line_gates, *rest = marshal.loads(data)
    return GateTable({}, closing, tuple(map(_gate, gates)), behind, tuple(map(_gate, line_gates)), *rest)


def _restored_plan(data: "Buffer") -> "Plan":
    from cleanspam.judge.plan import restored_plan  # a page without a candidate asks no rule

    return restored_plan(marshal.loads(data))


def _flag_table(data: "Buffer") -> FlagTable:
    words, latin = marshal.loads(data)
    return FlagTable(WordTable(*words), latin)
