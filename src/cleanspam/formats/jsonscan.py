"""Finds the strings of chosen fields in JSON without building values. As strict as Python's own reader."""

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # the C scanner: no other reader tells where a string ends

from cleanspam.formats.fields import ITEM, Node, join_path
from cleanspam.model import NamedTuple

_BLANKS_RE = re.compile(r"[ \t\n\r]*")
# The spelling of one escaped character inside a string.
ESCAPE_RE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_REST_RE = re.compile(r'[ \t\n\r]*:[ \t\n\r]*"([^"\\]*)"')  # the rest of a field with a string, behind the field's name
# A word of an error message of Python's reader, and the message that replaces it.
_MISTAKES = {
    "Unterminated": "a string without an end",
    "control": "a control character that is not escaped",
    "\\": "an escape that JSON does not have",
    "value": "no value",
    "property": "no name in quotation marks",
    "','": "no comma",
    "':'": "no colon",
    "trailing": "a comma before the end",
    "Extra": "something behind the record",
}
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # typeshed leaves it out


class BrokenError(Exception):
    """The text is no JSON."""


class FoundString(NamedTuple):
    """A string of a chosen field."""

    text: str
    start: int  # in code points, behind the opening quotation mark
    end: int  # at the closing quotation mark
    path: str


def find_strings(text: str, at: int, node: Node | None) -> tuple[list[FoundString], int]:
    """Return the strings of the fields below `node` in the value that begins at `at`, and the end of the value.

    Raises BrokenError if the value is no JSON.
    """
    found: list[FoundString] = []
    try:
        end = _value(text, skip_blanks(text, at), node, found)
    except StopIteration as error:  # json's scanner gives only the place
        raise BrokenError(f"no value at character {error.value + 1}") from error
    except (ValueError, IndexError, RecursionError) as error:
        raise BrokenError(_describe_error(error)) from error
    return found, end


def find_lone_string(text: str, node: Node) -> list[FoundString] | None:
    """Return the string of a field at the top of the record `text`, if just one of the fields in `node` occurs there.

    None if only `find_strings` can tell. In a record without a backslash a name that occurs once is the name of this field, or
    of a field further below. Searching the name and confirming it with a parser in C takes a fifth of the time.
    Raises BrokenError if the text is no JSON.
    """
    if "\\" in text or text.startswith("\ufeff"):
        return None
    named = [(name, field) for name, field in node.below.items() if f'"{name}"' in text]
    if len(named) != 1:
        return None
    ((name, field),) = named
    quoted = f'"{name}"'
    at = text.find(quoted)
    rest = _REST_RE.match(text, at + len(quoted)) if field.is_text and not field.below else None
    if not rest or text.find(quoted, at + 1) >= 0:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenError(_describe_error(error)) from error
    is_there = isinstance(value, dict) and name in value
    return [FoundString(rest[1], *rest.span(1), field.path)] if is_there else []


def skip_blanks(text: str, at: int) -> int:
    """Return the end of the blanks at `at`."""
    end = _BLANKS_RE.match(text, at)
    return end.end() if end else at


def list_string_paths(text: str, at: int) -> list[str]:
    """Return the paths of all strings and nulls in the value at `at`; none if the value is no JSON."""
    value, _ = read_value(text, at)
    return list(dict.fromkeys(_paths(value, ()))) if value is not None else []


def read_value(text: str, at: int) -> tuple[object, int]:
    """Return the value at `at` and its end; None and -1 if there is no JSON."""
    try:
        value, end = _scan(text, skip_blanks(text, at))
    except (StopIteration, ValueError, RecursionError):
        return None, -1
    return value, end


def _paths(value: object, above: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _paths(below, (*above, key))
    elif isinstance(value, list):
        for below in value or [None]:
            yield from _paths(below, (*above, ITEM))
    elif value is None or isinstance(value, str):
        yield join_path(above)


def _describe_error(error: Exception) -> str:
    """Return the error in a record: the message of Python's reader, reworded for the author of the record."""
    if isinstance(error, json.JSONDecodeError):
        said = next((ours for theirs, ours in _MISTAKES.items() if theirs in error.msg), error.msg)
        return f"{said} at character {error.pos + 1}"
    if isinstance(error, IndexError):
        return "the record ends early"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return "a number of too many digits" if "digits" in str(error) else str(error)


def _value(text: str, at: int, node: Node | None, strings: list[FoundString]) -> int:
    """Read the value at `at`. Recurses no deeper than the fields."""
    char = text[at]
    if node is None or (char == '"' and not node.is_text):
        end: int = _scan(text, at)[1]
        return end
    if char == '"':
        value, end = scanstring(text, at + 1, True)
        strings.append(FoundString(value, at + 1, end - 1, node.path))
        return end
    if char == "{" and node.below:
        return _object(text, at, node, strings)
    if char == "[" and ITEM in node.below:
        return _array(text, at, node.below[ITEM], strings)
    return _value(text, at, None, strings)


def _object(text: str, at: int, node: Node, strings: list[FoundString]) -> int:
    at = skip_blanks(text, at + 1)
    if text[at] == "}":
        return at + 1
    while True:
        _require(text, at, '"')
        key, at = scanstring(text, at + 1, True)
        at = skip_blanks(text, at)
        _require(text, at, ":")
        at = skip_blanks(text, _value(text, skip_blanks(text, at + 1), node.below.get(key), strings))
        if text[at] == "}":
            return at + 1
        _require(text, at, ",")
        at = skip_blanks(text, at + 1)


def _array(text: str, at: int, item: Node, strings: list[FoundString]) -> int:
    at = skip_blanks(text, at + 1)
    if text[at] == "]":
        return at + 1
    while True:
        at = skip_blanks(text, _value(text, at, item, strings))
        if text[at] == "]":
            return at + 1
        _require(text, at, ",")
        at = skip_blanks(text, at + 1)


def _require(text: str, at: int, char: str) -> None:
    if text[at] != char:
        raise ValueError(f"{char} expected at character {at + 1}")
