"""The compiled form of rule files in two parts: the tables for the first look at a text, and the rules, still as bytes.

Most pages have no candidate and need no rule. Making the rules takes three times as long as the look, so this module does not
import their classes.
"""

import marshal
from collections.abc import Mapping
from typing import Any

from cleanspam.model import NamedTuple

FORM = 4  # of marshal: every Python since 3.4 reads it


class RulesTold(NamedTuple):
    """The facts about a rule set that logs and reports state."""

    hash: str
    kinds: dict[str, str]  # rule id → the kind of planting that the rule is about; keep rules have none
    abouts: dict[str, str]  # rule id → what the rule finds


class CompiledForm:
    """Compiled rule files: the facts about their rules, the tables of a judge as plain values, and the rules as bytes."""

    def __init__(self, names: tuple[str, ...], told: RulesTold, tables: Any, rules: bytes) -> None:
        self.names, self.told, self.tables, self.rules = names, told, tables, rules


def dump_form(files: Mapping[str, bytes], told: RulesTold, tables: Any, rules: bytes) -> bytes:
    """Return the compiled form as bytes."""
    return marshal.dumps((tuple(files.values()), tuple(told), tables, rules), FORM)


def read_form(data: bytes, files: Mapping[str, bytes]) -> CompiledForm | None:
    """Return the compiled form of rule files; None if the bytes are damaged or were made of other files."""
    try:
        made_of, told, tables, rules = marshal.loads(data)
        form = CompiledForm(tuple(files), RulesTold(*told), tables, rules)
    except (ValueError, EOFError, TypeError):
        return None
    return form if made_of == tuple(files.values()) else None
