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


class CompiledForm(NamedTuple):
    """Compiled rule files: the facts about their rules, the tables of a judge as plain values, and the rules as bytes."""

    names: tuple[str, ...]  # of the files
    told: RulesTold
    tables: Any
    rules: bytes
    code: bytes  # of the patterns


def dump_form(form: CompiledForm, files: Mapping[str, bytes]) -> bytes:
    """Return the compiled form of rule files as bytes."""
    return marshal.dumps((tuple(files.values()), tuple(form.told), *form[2:]), FORM)


def read_form(data: bytes, files: Mapping[str, bytes]) -> CompiledForm | None:
    """Return the compiled form of rule files; None if the bytes are damaged or were made of other files."""
    try:
        made_of, told, *rest = marshal.loads(data)
        form = CompiledForm(tuple(files), RulesTold(*told), *rest)
    except (ValueError, EOFError, TypeError):
        return None
    return form if made_of == tuple(files.values()) else None
