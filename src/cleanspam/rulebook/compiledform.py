"""The compiled form of rule files in parts: what the look at a text needs, and the rules, still in bytes.

Most pages have nothing to ask rules about. To make these takes three times as long as the look, so nothing here knows them.
"""

import marshal
from collections.abc import Mapping
from typing import Any

FORM = 4  # of marshal: every Python since 3.4 reads it


class CompiledForm:
    """Rule files that were compiled: the hash of their rules, the tables of a judge in plain values, and the rules in bytes."""

    def __init__(self, names: tuple[str, ...], known_hash: str, tables: Any, rules: bytes) -> None:
        self.names, self.known_hash, self.tables, self.rules = names, known_hash, tables, rules


def dump_form(files: Mapping[str, bytes], known_hash: str, tables: Any, rules: bytes) -> bytes:
    """Return the compiled form as bytes."""
    return marshal.dumps((tuple(files.values()), known_hash, tables, rules), FORM)


def read_form(data: bytes, files: Mapping[str, bytes]) -> CompiledForm | None:
    """Return the compiled form of rule files; None if it is of other files, or damaged."""
    try:
        made_of, known_hash, tables, rules = marshal.loads(data)
    except (ValueError, EOFError, TypeError):
        return None
    return CompiledForm(tuple(files), known_hash, tables, rules) if made_of == tuple(files.values()) else None
