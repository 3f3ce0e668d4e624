"""The compiled form of rule files: bytes of plain values, which become a rule set in a tenth of the time that reading takes.

It holds the texts that it was made of, and is good for no others. `marshal` reads it: values only, nothing that runs.
"""

import marshal
import re
from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from cleanspam.model import Verdict
from cleanspam.rulebook import conditions
from cleanspam.rulebook.compiledform import FORM, CompiledForm, dump_form, read_form
from cleanspam.rulebook.conditions import patterns_of
from cleanspam.rulebook.patterns import code_of, pattern_of
from cleanspam.rulebook.ruleset import Example, Place, Rule, Ruleset

_CLASSES: dict[str, Callable[..., Any]] = {one.__name__: one for one in (Example, Place, Rule)}
_CLASSES |= {name: one for name, one in vars(conditions).items() if isinstance(one, type) and hasattr(one, "_fields")}
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
    plain = [_plain(field) for field in ruleset._replace(rules=tuple(_moved(rule, numbers) for rule in ruleset.rules))]
    return dump_form(files, ruleset.told, tables, marshal.dumps((plain, codes), FORM))


def restored(data: bytes, files: Mapping[str, bytes]) -> CompiledRules | None:
    """Return the rule set of rule files from their compiled form; None if it is of other files."""
    form = read_form(data, files)
    return rules_of(form) if form else None


def rules_of(form: CompiledForm) -> CompiledRules:
    """Return the rule set of a compiled form."""
    plain, codes = marshal.loads(form.rules)
    by_number = dict(enumerate(form.names))
    rules, *others = map(_made, plain)
    made = CompiledRules(tuple(_moved(rule, by_number) for rule in rules), *others)
    made.tables, made.codes, made.known_hash = form.tables, codes, form.told.hash
    return made


def _moved(rule: Rule, names: "dict[Any, Any]") -> Rule:
    """Return the rule with its file named anew: the folder of an installation is another one."""
    return rule._replace(source=names[rule.source])


def _plain(value: Any) -> Any:
    """Return a value in lists, dicts and strings: an object becomes a list of the name of its class and its fields."""
    if isinstance(value, Enum):
        return [type(value).__name__, value.value]
    if not isinstance(value, (tuple, dict)):
        return value
    if isinstance(value, tuple) and value and isinstance(value[0], Example):
        return ["examples", *(tuple(one._replace(verdict=one.verdict.value)) for one in value)]
    parts = tuple(value.items()) if isinstance(value, dict) else value
    plain = [_plain(part) for part in parts]
    if hasattr(value, "_fields"):
        return [type(value).__name__, *plain]
    if all(new is old for new, old in zip(plain, parts, strict=True)):
        return value
    return [type(value).__name__, *plain]


def _made(value: Any) -> Any:
    """Return the value that `_plain` took apart."""
    if type(value) is not list:
        return value
    name, *fields = value
    return _CLASSES[name](*[_made(field) if type(field) is list else field for field in fields])


def _examples(*rows: tuple[str, str, str, int, str]) -> tuple[Example, ...]:
    """Return the examples of a rule, made in one call: a call for each of a thousand took as long as all the rest."""
    return tuple([Example(text, left, _VERDICTS[verdict], line, marked) for text, left, verdict, line, marked in rows])


_CLASSES |= {"tuple": lambda *values: values, "dict": lambda *items: dict(items), "Verdict": Verdict, "examples": _examples}
