"""Compiles a rule set into bytes of plain values. Reading these takes a tenth of the time that the rule files take.

The bytes include the rule files that they were made of, and are not used with any others. `marshal` reads them: it makes only
values, and runs no code.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import partial

from cleanspam.model import Verdict
from cleanspam.rulebook import conditions
from cleanspam.rulebook.compiledform import FORM, CompiledForm, TablesForm, dump_form, holding, read_form
from cleanspam.rulebook.conditions import Condition, patterns_of
from cleanspam.rulebook.ruleset import Example, Place, Rule, Ruleset
from cleanspam.text.patterncode import pattern_of
from cleanspam.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

    from typing_extensions import Buffer

_Span = tuple[int, int]  # where a part begins and ends
_TUPLES = (
    Place,
    Rule,
    *(value for value in vars(conditions).values() if isinstance(value, type) and hasattr(value, "_fields")),
)
_CLASSES: dict[str, Callable[[Any], Any]] = {kind.__name__: partial(tuple.__new__, kind) for kind in _TUPLES}
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


class CompiledRules(Ruleset):
    """A rule set that brings the tables of a judge and the codes of its patterns. A selection of its rules has neither."""

    late: "LateRules | None" = None
    known_hash = ""

    @property
    def hash(self) -> str:
        """The hash of the content."""
        return self.known_hash or super().hash

    def compiled_tables(self) -> TablesForm | None:
        """Return the tables of a judge in plain values."""
        return self.late.compiled_tables() if self.late else None

    def compiled_pattern(self, pattern: str) -> "re.Pattern[str] | None":
        """Return the compiled form of a pattern, or None if the pattern must still be compiled."""
        return self.late.compiled_pattern(pattern) if self.late else None


class LateRules:
    """The rules of a compiled form for a judge. Each rule, list, shape and place is made when it is first asked for.

    A page with an advertisement asks 30 of 180 rules, and 5 of 290 lists. The rules here have no examples.
    """

    def __init__(self, form: CompiledForm) -> None:
        rules, self._examples, lists, shapes, places, self.timed, self._codes = marshal.loads(form.directory)
        self._tables, self._parts = form.tables, memoryview(form.parts)
        self.rules = _LateRules(rules, lambda span: self._read(self._part(span)), form.names)
        self.lists: Mapping[str, tuple[str, ...]] = _Late(lists, self._part, marshal.loads)
        self.shapes: Mapping[str, tuple[Condition, ...]] = _Late(shapes, self._part, self._read)
        self.places: Mapping[str, Place] = _Late(places, self._part, self._read)

    def _part(self, span: _Span) -> memoryview:
        return self._parts[slice(*span)]

    def _read(self, data: "Buffer") -> Any:
        """Return the value of a part, and note where the codes of its patterns are."""
        nodes, codes = marshal.loads(data)
        self._codes.update(codes)
        return _made(nodes)

    @property
    def examples(self) -> Iterator[tuple[Example, ...]]:
        """The examples of each rule."""
        return map(_examples, marshal.loads(self._part(self._examples)))

    def compiled_tables(self) -> TablesForm:
        """Return the tables of a judge in plain values."""
        return self._tables

    def compiled_pattern(self, pattern: str) -> "re.Pattern[str] | None":
        """Return the compiled form of a pattern of a part that was read, or None if the pattern must still be compiled."""
        span = self._codes.get(pattern)
        return pattern_of(pattern, marshal.loads(self._part(span))) if span else None


class _Late(Mapping[str, Any]):
    """Values by name, each read from its bytes when it is first asked for."""

    def __init__(self, spans: Mapping[str, _Span], part: "Callable[[_Span], Buffer]", read: "Callable[[Buffer], Any]") -> None:
        self._spans, self._part, self._read = spans, part, read
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._read(self._part(self._spans[name]))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)


class _LateRules:
    """The same for rules, by their numbers."""

    def __init__(self, spans: Sequence[_Span], read: Callable[[_Span], Rule], files: Sequence[str]) -> None:
        self._spans, self._read, self._files = spans, read, files
        self._made: dict[int, Rule] = {}

    def __getitem__(self, number: int) -> Rule:
        if number not in self._made:
            rule = self._read(self._spans[number])
            self._made[number] = rule._replace(source=self._files[int(rule.source)])
        return self._made[number]

    def __iter__(self) -> Iterator[Rule]:
        return map(self.__getitem__, range(len(self)))

    def __len__(self) -> int:
        return len(self._spans)


def dump(files: Mapping[str, bytes], ruleset: Ruleset, tables: TablesForm, common: Iterable[str]) -> bytes:
    """Return the compiled form of rule files: of the rule set that they make, and the tables of a judge.

    `common` are patterns that the judge asks for though it has not read their rules.
    """
    from cleanspam.rulebook.patterns import code_of  # a start needs no checks of patterns

    blocks = [*(rule.conditions for rule in ruleset.rules), *ruleset.shapes.values()]
    blocks += [place.conditions for place in ruleset.places.values()]
    patterns = sorted({pattern for block in blocks for condition in block for pattern in patterns_of(condition)})
    codes = {pattern: code for pattern in patterns if (code := code_of(pattern, ruleset.lists))}
    numbers = {name: str(number) for number, name in enumerate(files)}
    examples = [[(one.text, one.left, one.verdict.value, *one[3:]) for one in rule.examples] for rule in ruleset.rules]
    parts = _Parts()
    spans = {pattern: parts.add(marshal.dumps(code, FORM)) for pattern, code in codes.items()}
    rules = [rule._replace(source=numbers[rule.source], examples=()) for rule in ruleset.rules]
    directory = (
        [parts.add(_written(rule, rule.conditions, spans)) for rule in rules],
        parts.add(marshal.dumps(examples, FORM)),
        {name: parts.add(marshal.dumps(words, FORM)) for name, words in ruleset.lists.items()},
        {name: parts.add(_written(shape, shape, spans)) for name, shape in ruleset.shapes.items()},
        {name: parts.add(_written(place, place.conditions, spans)) for name, place in ruleset.places.items()},
        ruleset.timed,
        {pattern: spans[pattern] for pattern in common if pattern in spans},
    )
    return dump_form(CompiledForm(tuple(files), ruleset.told, tables, marshal.dumps(directory, FORM), parts.joined()), files)


class _Parts:
    """Bytes, one after the other."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._end = 0

    def add(self, part: bytes) -> _Span:
        """Append bytes, and return where they begin and end."""
        self._parts.append(part)
        start, self._end = self._end, self._end + len(part)
        return start, self._end

    def joined(self) -> bytes:
        """Return all bytes."""
        return b"".join(self._parts)


def restored(data: "Buffer", files: Mapping[str, bytes]) -> CompiledRules | None:
    """Return the rule set of rule files from their compiled form; None if that was made of other files."""
    form = read_form(data, files, holding(files))
    return rules_of(form) if form else None


def rules_of(form: CompiledForm) -> CompiledRules:
    """Return the rule set of a compiled form, with all examples."""
    late = LateRules(form)
    rules = tuple(rule._replace(examples=found) for rule, found in zip(late.rules, late.examples, strict=True))
    made = CompiledRules(rules, dict(late.lists), dict(late.shapes), dict(late.places), late.timed)
    made.late, made.known_hash = late, form.told.hash
    return made


# The node of a value: the name of its class, its fields, and the positions of the fields that are numbers of earlier nodes.
_Node = tuple[str, tuple[Any, ...], tuple[int, ...]]


class _Nodes:
    """Plain values in a list, each behind the values that it contains. Equal values are stored once.

    A nested form takes 13 million instructions longer to read, of the 363 of a filter's start with a planted page.
    """

    def __init__(self) -> None:
        self.nodes: list[_Node] = []
        self._known: dict[_Node, int] = {}

    def enter(self, value: Any) -> int:
        """Append the node of a value behind the nodes of the values in it, and return its number."""
        if isinstance(value, Enum):
            return self._number((type(value).__name__, (value.value,), ()))
        inner = tuple(at for at, part in enumerate(value) if not _is_plain(part))
        fields = tuple(self.enter(part) if at in inner else part for at, part in enumerate(value))
        return self._number((type(value).__name__, fields, inner))

    def _number(self, node: _Node) -> int:
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return self._known[node]


def _is_plain(value: Any) -> bool:
    """Tell whether `marshal` stores a value as it is: no named tuple and no member of an enumeration is in it."""
    return not isinstance(value, Enum) and (
        not isinstance(value, tuple) or (type(value) is tuple and all(map(_is_plain, value)))
    )


def _written(value: Any, conditions: Iterable[Condition], spans: Mapping[str, _Span]) -> bytes:
    """Return the bytes of a value with all that it has, and where the codes of the patterns of its conditions are.

    A page needs 70 of 1,200 patterns: all of them in one dict take longer to read than their rules.
    """
    plain = _Nodes()
    plain.enter(value)  # it is the last node
    patterns = [pattern for condition in conditions for pattern in patterns_of(condition) if pattern in spans]
    return marshal.dumps((plain.nodes, {pattern: spans[pattern] for pattern in patterns}), FORM)


def _made(nodes: Iterable[_Node]) -> Any:
    """Return the value of nodes that `_written` wrote."""
    values: list[Any] = []
    for name, fields, inner in nodes:
        if inner:
            row = list(fields)
            for at in inner:
                row[at] = values[row[at]]
            values.append(_CLASSES[name](row))
        else:
            values.append(_CLASSES[name](fields))
    return values[-1]


def _examples(rows: Iterable[tuple[str, str, str, int, str]]) -> tuple[Example, ...]:
    """Return the examples of a rule, made in one call: a call for each of a thousand took as long as all the rest."""
    return tuple([Example(text, left, _VERDICTS[verdict], line, marked) for text, left, verdict, line, marked in rows])


_CLASSES |= {"tuple": tuple, "Verdict": lambda fields: Verdict(*fields)}
