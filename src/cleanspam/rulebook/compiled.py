"""Compiles a rule set into bytes of plain values. Reading these takes a tenth of the time that the rule files take.

The bytes include the rule files that they were made of, and are not used with any others. `marshal` reads them: it makes only
values, and runs no code.
"""

import marshal
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import Any

from cleanspam.model import Verdict
from cleanspam.rulebook import conditions
from cleanspam.rulebook.compiledform import FORM, CompiledForm, dump_form, read_form
from cleanspam.rulebook.conditions import patterns_of
from cleanspam.rulebook.patterns import code_of, pattern_of
from cleanspam.rulebook.ruleset import Example, Place, Rule, Ruleset

_TUPLES = (
    Place,
    Rule,
    Ruleset,
    *(value for value in vars(conditions).values() if isinstance(value, type) and hasattr(value, "_fields")),
)
_CLASSES: dict[str, Callable[[Any], Any]] = {kind.__name__: partial(tuple.__new__, kind) for kind in _TUPLES}
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


class CompiledRules(Ruleset):
    """A rule set that brings the tables of a judge and the codes of its patterns. A selection of its rules has neither."""

    tables: Any = None
    codes: Mapping[str, bytes] = MappingProxyType({})
    known_hash = ""

    @property
    def hash(self) -> str:
        """The hash of the content."""
        return self.known_hash or super().hash

    def compiled_tables(self) -> Any:
        """Return the tables of a judge in plain values."""
        return self.tables

    def compiled_pattern(self, pattern: str) -> "re.Pattern[str] | None":
        """Return the compiled form of a pattern, or None if the pattern must still be compiled."""
        return pattern_of(pattern, marshal.loads(self.codes[pattern])) if pattern in self.codes else None


def dump(files: Mapping[str, bytes], ruleset: Ruleset, tables: Any) -> bytes:
    """Return the compiled form of rule files: of the rule set that they make, and of the tables of a judge."""
    blocks = [*(rule.conditions for rule in ruleset.rules), *ruleset.shapes.values()]
    blocks += [place.conditions for place in ruleset.places.values()]
    patterns = sorted({pattern for block in blocks for condition in block for pattern in patterns_of(condition)})
    codes = {pattern: marshal.dumps(code, FORM) for pattern in patterns if (code := code_of(pattern, ruleset.lists))}
    numbers = {name: number for number, name in enumerate(files)}
    plain = _Nodes()
    plain.enter(ruleset._replace(rules=tuple(_moved(rule, numbers) for rule in ruleset.rules)))  # the last node
    return dump_form(files, ruleset.told, tables, marshal.dumps((plain.nodes, codes), FORM))


def restored(data: bytes, files: Mapping[str, bytes]) -> CompiledRules | None:
    """Return the rule set of rule files from their compiled form; None if that was made of other files."""
    form = read_form(data, files)
    return rules_of(form) if form else None


def rules_of(form: CompiledForm) -> CompiledRules:
    """Return the rule set of a compiled form."""
    nodes, codes = marshal.loads(form.rules)
    by_number = dict(enumerate(form.names))
    rules, *others = _made(nodes)
    ruleset = CompiledRules(tuple(_moved(rule, by_number) for rule in rules), *others)
    ruleset.tables, ruleset.codes, ruleset.known_hash = form.tables, codes, form.told.hash
    return ruleset


def _moved(rule: Rule, names: "dict[Any, Any]") -> Rule:
    """Return the rule with another name of its file. The compiled form has numbers: each installation has its own folder."""
    return rule._replace(source=names[rule.source])


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
        if isinstance(value, tuple) and value and isinstance(value[0], Example):
            return self._number(
                ("examples", tuple(tuple(example._replace(verdict=example.verdict.value)) for example in value), ())
            )
        parts = tuple(value.items()) if isinstance(value, dict) else value
        inner = tuple(at for at, part in enumerate(parts) if not _is_plain(part))
        fields = tuple(self.enter(part) if at in inner else part for at, part in enumerate(parts))
        return self._number((type(value).__name__, fields, inner))

    def _number(self, node: _Node) -> int:
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return self._known[node]


def _is_plain(value: Any) -> bool:
    """Tell whether `marshal` stores a value as it is: no named tuple, member of an enumeration or dict is in it."""
    return not isinstance(value, (Enum, dict)) and (
        not isinstance(value, tuple) or (type(value) is tuple and all(map(_is_plain, value)))
    )


def _made(nodes: Iterable[_Node]) -> Any:
    """Return the value of the last node."""
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


_CLASSES |= {"tuple": tuple, "dict": dict, "Verdict": lambda fields: Verdict(*fields), "examples": _examples}
