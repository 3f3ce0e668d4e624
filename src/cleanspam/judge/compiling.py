"""Compiles rule files and patterns when the package is built, so that a start need not."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from cleanspam import judge, text
from cleanspam.judge.judge import Judge
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.compiled import dump
from cleanspam.rulebook.parse import parse_rules
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.latepattern import LatePattern, Source
from cleanspam.text.patterncode import Code, code_by_re

_ROOMS = (text, judge)  # a page with a planting uses late patterns of these


def compile_rules(files: Mapping[str, bytes]) -> bytes:
    """Return the compiled form of rule files, given by name. Raises RuleError."""
    texts = {name: data.decode().replace("\r\n", "\n") for name, data in files.items()}
    ruleset = parse_rules(RuleSource(name, text, trusted=True) for name, text in texts.items())
    return compiled(files, ruleset, Judge(ruleset))


def compiled(files: Mapping[str, bytes], ruleset: Ruleset, made: Judge) -> bytes:
    """Return the compiled form of files, given by name, of which this rule set was made, with the tables of its judge."""
    plan = made.criteria.plan
    return dump(files, ruleset, made.tables.plain, (*plan.before, *plan.after))


def compile_patterns() -> bytes:
    """Return the source of `native/_patterns.py`: the codes of late patterns."""
    return f"CODES = {late_codes()!r}\n".encode()


def late_codes() -> dict[Source, Code]:
    """Return the code of each late pattern."""
    named = (value for module in _modules() for value in vars(module).values())
    sources = (one.source for one in named if isinstance(one, LatePattern))
    return {source: code_by_re(*source) for source in sources if isinstance(source[0], str)}


def _modules() -> Iterator[ModuleType]:
    return (import_module(f"{room.__name__}.{found.name}") for room in _ROOMS for found in iter_modules(room.__path__))
