"""Compiles rule files when the package is built, so that a start need not parse them."""

from collections.abc import Mapping

from cleanspam.judge.judge import Judge
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.compiled import dump
from cleanspam.rulebook.parse import parse_rules
from cleanspam.rulebook.ruleset import Ruleset


def compile_rules(files: Mapping[str, bytes]) -> bytes:
    """Return the compiled form of rule files, given by name. Raises RuleError."""
    texts = {name: data.decode().replace("\r\n", "\n") for name, data in files.items()}
    ruleset = parse_rules(RuleSource(name, text, trusted=True) for name, text in texts.items())
    return compiled(files, ruleset, Judge(ruleset))


def compiled(files: Mapping[str, bytes], ruleset: Ruleset, judge: Judge) -> bytes:
    """Return the compiled form of files, given by name, of which this rule set was made, with the tables of its judge."""
    return dump(files, ruleset, judge.tables.plain)
