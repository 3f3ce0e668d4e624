"""Configuration: finds, reads and checks `cleanspam.toml`, or `[tool.cleanspam]` in `pyproject.toml`, going upwards."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cleanspam.errors import CleanspamError, nearest_of
from cleanspam.model import NamedTuple

OWN, SHARED = "cleanspam.toml", "pyproject.toml"
# The line above our keys, to search in a pyproject.toml that is invalid TOML.
_HEADER_RE = re.compile(rb"""^[ \t]*\[\s*tool\s*\.\s*["']?cleanspam["']?\s*[].]""", re.MULTILINE)
# The place of an error of the TOML reader, at the end of its message; an error without a place is at the file's end.
_PLACE_RE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


class ValueType(NamedTuple):
    """A type of values: its name in messages, and a test for it."""

    name: str
    holds: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_count(value: Any) -> bool:
    return _is_number(value) and isinstance(value, int)


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _are_pairs(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


PATHS = ValueType("a list of paths", lambda value: isinstance(value, list) and all(map(_is_path, value)))
PATH = ValueType("a path", _is_path)
STRINGS = ValueType("a list of strings", _are_strings)
STRING = ValueType("a string", lambda value: isinstance(value, str))
SUFFIXES = ValueType('a table like {".foo" = "text"}', _are_pairs)
FLAG = ValueType("true or false", lambda value: isinstance(value, bool))
COUNT = ValueType("a whole number from 0", _is_count)
POSITIVE = ValueType("a whole number from 1", lambda value: _is_count(value) and value > 0)
INTEGER = ValueType("a whole number", lambda value: isinstance(value, int))
NUMBER = ValueType("a number from 0", _is_number)
SHARE = ValueType("a number from 0 to 100", lambda value: _is_number(value) and value <= 100)

# The files of these keys are written, or read and quoted. They must lie in the folder of the configuration.
BELOW = ("output-file", "baseline", "cache-dir")
KEYS: dict[str, ValueType] = {
    "paths": PATHS,
    "include": STRINGS,
    "exclude": STRINGS,
    "suffixes": SUFFIXES,
    "as": STRING,
    "fields": STRINGS,
    "encoding": STRING,
    "jobs": POSITIVE,
    "rules": PATHS,
    "no-default-rules": FLAG,
    "only": STRINGS,
    "without": STRINGS,
    "cut-flagged": FLAG,
    "cut": STRINGS,
    "format": STRING,
    "output-file": PATH,
    "baseline": PATH,
    "strict-baseline": FLAG,
    "max-findings": COUNT,
    "max-per-million": NUMBER,
    "max-files-share": SHARE,
    "fail-on": STRING,
    "cache": FLAG,
    "cache-dir": PATH,
}


class Config(NamedTuple):
    """The checked values of a configuration file. Its paths are relative to the working folder."""

    file: Path | None = None
    values: Mapping[str, Any] = {}  # the default is shared and never written to


def find(start: Path) -> Path | None:
    """Return the nearest configuration file in the folder `start` or above it; None if there is none."""
    for folder in (start, *start.parents):
        if _is_file(folder / OWN):
            return folder / OWN
        if _is_ours(folder / SHARED):
            return folder / SHARED
    return None


def _is_file(path: Path) -> bool:
    """Tell whether a file exists. A file in a folder without search permission counts as missing."""
    try:
        return path.is_file()
    except OSError:
        return False


def load(start: Path) -> Config:
    """Return the nearest configuration, or an empty one. Raises CleanspamError."""
    file = find(start)
    if file:
        require_own(file, "name it with --config to use it, or use --isolated")
    return read(file) if file else Config()


def working_folder() -> Path:
    """Return the working folder. Raises CleanspamError if the folder was removed."""
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise CleanspamError("the working folder was removed; change into another") from error


def require_own(path: Path, remedy: str) -> None:
    """Raise CleanspamError if a path found upwards belongs to another user: in a shared folder anybody may put one.

    Paths of root and of the working folder's owner are trusted: a container often runs as root in a user's folder.
    """
    if not hasattr(os, "geteuid"):
        return
    if path.stat().st_uid not in (os.geteuid(), 0, Path().stat().st_uid):
        raise CleanspamError(f"{path}: belongs to another user; {remedy}")


def read(file: Path) -> Config:
    """Return the configuration in a file. Raises CleanspamError for an unknown key or value, and suggests the nearest."""
    table = _table(file)
    values = {}
    for key, value in table.items():
        try:
            values[key] = _checked(file, key, value)
        except CleanspamError as error:
            raise CleanspamError(f"{file}{line_of(file, key)}: {error}") from error
    return Config(file, values)


def line_of(file: Path, key: str) -> str:
    """Return `:` and the line of a key; "" if the file spells the key in another way."""
    stated = re.compile(rf"""^[ \t]*(?:cleanspam\.)?["']?{re.escape(key)}["']?[ \t]*[=.]""", re.MULTILINE)
    text = file.read_text(encoding="utf-8-sig")
    table = _HEADER_RE.search(text.encode()) if file.name == SHARED else None
    found = stated.search(text, len(text.encode()[: table.end()].decode()) if table else 0)
    return f":{text.count(chr(10), 0, found.start()) + 1}" if found else ""


def _is_ours(file: Path) -> bool:
    """Tell whether a pyproject.toml has a table for cleanspam, without parsing it, for most have none.

    An invalid file counts if the table begins in it: ignoring the file would silently drop its settings. An invalid file
    without the table is not our concern.
    """
    try:
        data = file.read_bytes()
        return b"cleanspam" in data and _tool_table(file) is not None
    except OSError:
        return False
    except CleanspamError:
        return _HEADER_RE.search(data) is not None


def _table(file: Path) -> dict[str, Any]:
    table = _tool_table(file) if file.name == SHARED else _parsed(file)
    if not isinstance(table, dict):
        raise CleanspamError(f"{file}: there is no [tool.cleanspam]; write that line above its keys")
    return table


def _tool_table(file: Path) -> Any:
    tool = _parsed(file).get("tool", {})
    return tool.get("cleanspam") if isinstance(tool, dict) else None


def _parsed(file: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib  # takes 3 ms, needed only with a configuration
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CleanspamError(f"{file}: {error.strerror}; name a cleanspam.toml or a pyproject.toml") from error
    except UnicodeDecodeError as error:
        raise CleanspamError(f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8, or use --isolated") from error
    except RecursionError as error:
        raise CleanspamError(f"{file}: not TOML: nested too deeply; mend it, or use --isolated") from error
    except tomllib.TOMLDecodeError as error:
        raise CleanspamError(f"{_placed(file, str(error))}; mend it, or use --isolated") from error


def _placed(file: Path, problem: str) -> str:
    """Return `file:line:column: problem` for a message that ends with the place."""
    place = _PLACE_RE.search(problem)
    if not place:
        return f"{file}: not TOML: {problem}"
    at = f"{place[1]}:{place[2]}" if place[1] else str(len(file.read_bytes().splitlines()))
    return f"{file}:{at}: not TOML: {problem[: place.start()]}"


def _checked(file: Path, key: str, value: Any) -> Any:
    """Return the value of a key in the form for commands. Raises CleanspamError, whose message lacks the place."""
    kind = KEYS.get(key)
    if kind is None:
        raise CleanspamError(f"unknown key {key!r}{nearest_of(key.replace('_', '-'), KEYS)}")
    if not kind.holds(value):
        raise CleanspamError(f"{key} is {kind.name}, not {value!r}")
    if kind is SUFFIXES:
        _check_suffixes(value)
    if key in BELOW:
        _check_below(file, key, value)
    return _from_here(file, key, value)


def _check_suffixes(value: Any) -> None:
    from cleanspam.formats.registry import read_suffixes  # needed only for this key

    try:
        read_suffixes(value)
    except CleanspamError as error:
        raise CleanspamError(f"suffixes: {error}") from error


def _check_below(file: Path, key: str, value: str) -> None:
    """Raise CleanspamError for a path outside the configuration's folder, for the configuration may be a stranger's."""
    folder = os.path.realpath(file.parent)
    if value.startswith("~") or not os.path.realpath(os.path.join(folder, value)).startswith(folder.rstrip(os.sep) + os.sep):  # noqa: PTH118 (one path, as a string)
        raise CleanspamError(f"{key} leads out of the folder of the file; name it on the command line instead")


def _from_here(file: Path, key: str, value: Any) -> Any:
    """Return a path relative to the working folder, so that reports name files in the user's way."""
    if KEYS[key] is PATH:
        return _path(file, value)
    return [_path(file, one) for one in value] if KEYS[key] is PATHS else value


def _path(file: Path, value: str) -> str:
    if value == "-":
        return value
    try:
        whole = Path(value).expanduser()
    except RuntimeError as error:
        raise CleanspamError(f"{value}: there is no such home folder; write the path out") from error
    # os.path.relpath, not Path: the file may lie above the working folder.
    return os.path.relpath(file.parent / whole)
