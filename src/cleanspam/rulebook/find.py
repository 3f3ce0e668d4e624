"""Finds the shipped rule files and the user's on disk, and reads them into a Ruleset."""

import os
from collections.abc import Iterable, Iterator, Sequence

from cleanspam.errors import CleanspamError
from cleanspam.rulebook.compiledform import CompiledForm, is_same, read_form
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path
    from typing import TypeAlias

    from typing_extensions import Buffer

    from cleanspam.rulebook.blocks import RuleSource
    from cleanspam.rulebook.ruleset import Ruleset

    RulePath: TypeAlias = str | Path  # of a rule file, or of a folder of them

SUFFIX = ".rules"
LOCAL = ".cleanspam"
COMPILED = "shipped.bin"  # beside this module, made by hatch_build.py
# Nanoseconds in which an installer unpacks the shipped files. Python too takes a module of an unchanged second for the same.
_UNPACKED = 1_000_000_000
_ROOM = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.dirname(_ROOM)


def shipped_dir() -> "Path":
    """Return the folder of the shipped rules: in the package, or beside `src/` in an editable install."""
    from pathlib import Path  # the import takes 4 ms, and the filter for a page needs no paths

    return Path(_shipped_folder())


def local_dirs(start: "Path") -> "Iterator[Path]":
    """Yield the `.cleanspam` folders with rule files from `start` upwards, nearest first.

    Logs of `clean --in-place` lie in such folders too. A folder without rule files must be left out: a start with rules of
    one's own takes 15 times as long.
    """
    for folder in (start, *start.parents):
        if any((folder / LOCAL).glob(f"*{SUFFIX}")):
            yield folder / LOCAL


def load_rules(*paths: "RulePath", default: bool = True) -> "Ruleset":
    """Return the shipped rules (unless `default` is false) and those of the given files and folders.

    Raises RuleError for a mistake in a rule file and CleanspamError for a path that cannot be read.
    """
    if default and not paths:
        return shipped_rules()
    return _parsed([*(shipped_sources() if default else ()), *read_sources(*paths)])


def shipped_rules() -> "Ruleset":
    """Return the shipped rules: from the compiled form if it was made of the rule files that are there, else from the files."""
    form = compiled_form()
    if not form:
        return _parsed(shipped_sources())
    from cleanspam.rulebook.compiled import rules_of  # a page without a candidate needs no rule

    return rules_of(form)


def _parsed(sources: "Sequence[RuleSource]") -> "Ruleset":
    from cleanspam.rulebook.parse import parse_rules  # most runs use only the shipped rules

    return parse_rules(sources)


def compiled_form() -> CompiledForm | None:
    """Return the compiled form of the shipped rules; None if it was not made of the rule files that are there."""
    try:
        with open(os.path.join(_ROOM, COMPILED), "rb", 0) as file:
            made = os.fstat(file.fileno()).st_mtime_ns
            if not _is_installed() and made < last_change():
                return None
            return read_form(mapped(file), _shipped_names(), lambda name, content: _holds(name, content, made))
    except (OSError, ValueError):  # an empty file
        return None


def _holds(name: str, content: memoryview, made: int) -> bool:
    """Tell whether a file has a content that was read at `made`; a file of this size that was not changed since has it.

    To read all shipped files takes a fiftieth of a filter's start.
    """
    status = os.stat(name)
    is_old = status.st_mtime_ns <= made + (_UNPACKED if _is_installed() else 0)
    return status.st_size == content.nbytes and (is_old or is_same(content, _bytes_of(name)))


def mapped(file: "FileIO") -> "Buffer":
    """Return the content of a file without reading it: a page needs a quarter of a compiled form, and copies nothing.

    It stays as it is when another file takes the name; one that is overwritten must not be mapped. Raises OSError, and
    ValueError for an empty file.
    """
    from mmap import ACCESS_READ, mmap

    return mmap(file.fileno(), 0, access=ACCESS_READ)


def _shipped_folder() -> str:
    packaged = os.path.join(_PACKAGE, "rules")
    return packaged if os.path.isdir(packaged) else os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "rules")


def shipped_files() -> dict[str, bytes]:
    """Return the shipped rule files by their names. Raises OSError."""
    return {name: _bytes_of(name) for name in _shipped_names()}


def _shipped_names() -> list[str]:
    folder = _shipped_folder()
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(SUFFIX)]


def _bytes_of(name: str) -> bytes:
    with open(name, "rb", 0) as file:
        return file.read()


def _is_installed() -> bool:
    """Tell whether the rules are in the package. In a working copy they lie beside it."""
    return os.path.dirname(_shipped_folder()) == _PACKAGE


def last_change() -> int:
    """Return when the code that makes the compiled form was last changed."""
    rooms = [os.scandir(os.path.join(_PACKAGE, room)) for room in ("text", "rulebook", "judge")]
    return max(entry.stat().st_mtime_ns for room in rooms for entry in room if entry.name.endswith(".py"))


def shipped_sources() -> "list[RuleSource]":
    """Return the texts of the shipped rule files."""
    return list(_read(rule_files([shipped_dir()]), trusted=True))


def read_sources(*paths: "RulePath") -> "list[RuleSource]":
    """Return the texts of the given rule files and folders. Raises CleanspamError for a path that cannot be read."""
    from pathlib import Path

    return list(_read(rule_files(map(Path, paths))))


def rule_files(paths: "Iterable[Path]") -> "Iterator[Path]":
    """Yield the rule files that `paths` name; the files of a folder are ordered by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob(f"*{SUFFIX}"))
        else:
            yield path


def _read(files: "Iterable[Path]", *, trusted: bool = False) -> "Iterator[RuleSource]":
    from cleanspam.rulebook.blocks import RuleSource

    for file in files:
        try:
            yield RuleSource(str(file), file.read_text(encoding="utf-8"), trusted)
        except UnicodeDecodeError as error:
            raise CleanspamError(f"{file}: not UTF-8 at byte {error.start}; save the rule file as UTF-8") from error
        except OSError as error:
            raise CleanspamError(f"{file}: {error.strerror}; name a rule file or a folder of *{SUFFIX} files") from error
