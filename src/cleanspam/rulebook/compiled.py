"""The compiled form of rule files: bytes of plain values, which become a rule set in a tenth of the time that reading takes.

It holds the texts that it was made of, and is good for no others. `marshal` reads it: values only, nothing that runs.
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
    *(one for one in vars(conditions).values() if isinstance(one, type) and hasattr(one, "_fields")),
)
_CLASSES: dict[str, Callable[[Any], Any]] = {one.__name__: partial(tuple.__new__, one) for one in _TUPLES}
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


class CompiledRules(Ruleset):
    """A rule set with tables and codes that would otherwise be computed from it. A selection of its rules has none."""

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
    """Return the compiled form of rule files, with the rule set that they make and the tables of a judge."""
    blocks = [*(rule.conditions for rule in ruleset.rules), *ruleset.shapes.values()]
    blocks += [place.conditions for place in ruleset.places.values()]
    patterns = sorted({pattern for block in blocks for condition in block for pattern in patterns_of(condition)})
    codes = {pattern: marshal.dumps(code, FORM) for pattern in patterns if (code := code_of(pattern, ruleset.lists))}
    numbers = {name: number for number, name in enumerate(files)}
    plain = _Nodes()
    plain.enter(ruleset._replace(rules=tuple(_moved(rule, numbers) for rule in ruleset.rules)))  # the last node
    return dump_form(files, ruleset.told, tables, marshal.dumps((plain.nodes, codes), FORM))


def restored(data: bytes, files: Mapping[str, bytes]) -> CompiledRules | None:
    """Return the rule set of rule files from their compiled form; None if it is of other files."""
    form = read_form(data, files)
    return rules_of(form) if form else None


def rules_of(form: CompiledForm) -> CompiledRules:
    """Return the rule set of a compiled form."""
    nodes, codes = marshal.loads(form.rules)
    by_number = dict(enumerate(form.names))
    rules, *others = _made(nodes)
    made = CompiledRules(tuple(_moved(rule, by_number) for rule in rules), *others)
    made.tables, made.codes, made.known_hash = form.tables, codes, form.told.hash
    return made


def _moved(rule: Rule, names: "dict[Any, Any]") -> Rule:
    """Return the rule with its file named anew: the folder of an installation is another one."""
    return rule._replace(source=names[rule.source])


# A value in plain ones: the name of its class, its fields, and which of these are the numbers of values before it.
_Node = tuple[str, tuple[Any, ...], tuple[int, ...]]


class _Nodes:
    """Plain values in a list, each behind the values that it contains. Equal values are stored once.

    A nested form takes 13 million instructions longer to read, of the 363 of a filter's start with a planted page.
    """

    def __init__(self) -> None:
        self.nodes: list[_Node] = []
        self._known: dict[_Node, int] = {}

    def enter(self, value: Any) -> int:
        """Enter a value and what it has, and return its number."""
        if isinstance(value, Enum):
            return self._number((type(value).__name__, (value.value,), ()))
        if isinstance(value, tuple) and value and isinstance(value[0], Example):
            return self._number(("examples", tuple(tuple(one._replace(verdict=one.verdict.value)) for one in value), ()))
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
    """Tell whether a value has no object in it."""
    return not isinstance(value, (Enum, dict)) and (
        not isinstance(value, tuple) or (type(value) is tuple and all(map(_is_plain, value)))
    )


def _made(nodes: Iterable[_Node]) -> Any:
    """Return the last of the values that these nodes describe."""
    made: list[Any] = []
    for name, fields, inner in nodes:
        if inner:
            found = list(fields)
            for at in inner:
                found[at] = made[found[at]]
            made.append(_CLASSES[name](found))
        else:
            made.append(_CLASSES[name](fields))
    return made[-1]


def _examples(rows: Iterable[tuple[str, str, str, int, str]]) -> tuple[Example, ...]:
    """Return the examples of a rule, made in one call: a call for each of a thousand took as long as all the rest."""
    return tuple([Example(text, left, _VERDICTS[verdict], line, marked) for text, left, verdict, line, marked in rows])


_CLASSES |= {"tuple": tuple, "dict": dict, "Verdict": lambda fields: Verdict(*fields), "examples": _examples}
