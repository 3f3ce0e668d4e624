"""Compiles rule files when the package is built, so that a start need not parse them."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from cleanspam.judge import criteria, judge, linejudge, linewords
from cleanspam.judge.judge import Judge
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.compiled import dump
from cleanspam.rulebook.parse import parse_rules
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text import brackets, cut, fold, hiddenaddress, hiddenname, lines, markup, readings, sentences
from cleanspam.text.latepattern import LatePattern, Source

# Their late patterns are those that a page with a planting uses.
_MODULES = (
    criteria,
    judge,
    linejudge,
    linewords,
    brackets,
    cut,
    fold,
    hiddenaddress,
    hiddenname,
    lines,
    markup,
    readings,
    sentences,
)


def compile_rules(files: Mapping[str, bytes]) -> bytes:
    """Return the compiled form of rule files, given by name. Raises RuleError."""
    texts = {name: data.decode().replace("\r\n", "\n") for name, data in files.items()}
    ruleset = parse_rules(RuleSource(name, text, trusted=True) for name, text in texts.items())
    return compiled(files, ruleset, Judge(ruleset))


def compiled(files: Mapping[str, bytes], ruleset: Ruleset, made: Judge) -> bytes:
    """Return the compiled form of files, given by name, of which this rule set was made, with the tables of its judge."""
    return dump(files, ruleset, made.tables.plain, _late_patterns(_MODULES))


def _late_patterns(modules: Iterable[ModuleType]) -> list[Source]:
    """Return the late patterns of modules."""
    named = (value for module in modules for value in vars(module).values())
    return list(dict.fromkeys(one.source for one in named if isinstance(one, LatePattern) and isinstance(one.source[0], str)))
