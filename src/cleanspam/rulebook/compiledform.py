"""The compiled form of rule files in two parts: the tables for the first look at a text, and the rules, still as bytes.

Most pages have no candidate and need no rule. Making the rules takes three times as long as the look, so this module does not
import their classes.
"""

import marshal
from collections.abc import Mapping
from itertools import accumulate
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
    rules: bytes | memoryview
    code: bytes | memoryview  # of the patterns


def dump_form(form: CompiledForm, files: Mapping[str, bytes]) -> bytes:
    """Return the compiled form of rule files as bytes: what every start reads, then the files, the rules and the code."""
    rest = (*files.values(), form.rules, form.code)
    return b"".join((marshal.dumps((tuple(map(len, rest)), tuple(form.told), form.tables), FORM), *rest))


def read_form(data: bytes, files: Mapping[str, bytes]) -> CompiledForm | None:
    """Return the compiled form of rule files; None if the bytes are damaged or were made of other files.

    Files, rules and code stay where they are: to copy them took 0.8 ms of every start.
    """
    try:
        sizes, told, tables = marshal.loads(data)  # which reads no further
        *starts, code_at, end = accumulate(sizes, initial=len(data) - sum(sizes))
        *starts, rules_at = starts
        form = CompiledForm(
            tuple(files), RulesTold(*told), tables, memoryview(data)[rules_at:code_at], memoryview(data)[code_at:end]
        )
    except (ValueError, EOFError, TypeError):
        return None
    is_same = sizes[:-2] == tuple(map(len, files.values())) and all(map(data.startswith, files.values(), starts))
    return form if is_same else None
