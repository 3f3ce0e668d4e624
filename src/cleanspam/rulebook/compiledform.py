"""The compiled form of rule files in parts: what the look at a text needs, and the rules, still in bytes.

Most pages have nothing to ask rules about. To make these takes three times as long as the look, so nothing here knows them.
"""

import marshal
from collections.abc import Mapping
from typing import Any

from cleanspam.model import NamedTuple

FORM = 4  # of marshal: every Python since 3.4 reads it


class RulesTold(NamedTuple):
    """What logs and reports tell of a rule set."""

    hash: str
    kinds: dict[str, str]  # rule id → the kind of planting that the rule is about; keep rules are about none
    abouts: dict[str, str]  # rule id → what the rule finds


class CompiledForm:
    """Compiled rule files: what is told of their rules, the tables of a judge in plain values, and the rules in bytes."""

    def __init__(self, names: tuple[str, ...], told: RulesTold, tables: Any, rules: bytes) -> None:
        self.names, self.told, self.tables, self.rules = names, told, tables, rules


def dump_form(files: Mapping[str, bytes], told: RulesTold, tables: Any, rules: bytes) -> bytes:
    """Return the compiled form as bytes."""
    return marshal.dumps((tuple(files.values()), tuple(told), tables, rules), FORM)


def read_form(data: bytes, files: Mapping[str, bytes]) -> CompiledForm | None:
    """Return the compiled form of rule files; None if it is of other files, or damaged."""
    try:
        made_of, told, tables, rules = marshal.loads(data)
        form = CompiledForm(tuple(files), RulesTold(*told), tables, rules)
    except (ValueError, EOFError, TypeError):
        return None
    return form if made_of == tuple(files.values()) else None
