"""Compiles rule files: what a start would work out anew is worked out once, when the package is built."""

from collections.abc import Sequence

from cleanspam.judge.judge import Judge
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.compiled import dump
from cleanspam.rulebook.parse import parse_rules


def compile_rules(sources: Sequence[RuleSource]) -> bytes:
    """Return the compiled form of rule files. Raises RuleError."""
    ruleset = parse_rules(sources)
    return dump(sources, ruleset, Judge(ruleset).tables.plain)
