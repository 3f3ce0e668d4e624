"""Rule files on disk: finds the shipped ones and the user's, and reads them into a Ruleset."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cleanspam.errors import CleanspamError
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.compiled import restored
from cleanspam.rulebook.ruleset import Ruleset

RulePath = str | Path  # of a rule file, or of a folder of them
SUFFIX = ".rules"
LOCAL = ".cleanspam"
COMPILED = "shipped.bin"  # beside this module, made by hatch_build.py


def shipped_dir() -> Path:
    """Return the folder of the shipped rules: in the package, or beside `src/` in an editable install."""
    packaged = Path(__file__).parent.parent / "rules"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "rules"


def local_dirs(start: Path) -> Iterator[Path]:
    """Yield the `.cleanspam` folders from `start` upwards, nearest first."""
    for folder in (start, *start.parents):
        if (folder / LOCAL).is_dir():
            yield folder / LOCAL


def load_rules(*paths: RulePath, default: bool = True) -> Ruleset:
    """Return the shipped rules (unless `default` is false) and those of the given files and folders.

    Raises RuleError for a mistake in a rule file and CleanspamError for a path that cannot be read.
    """
    if default and not paths:
        return shipped_rules()
    return _parsed([*(shipped_sources() if default else ()), *read_sources(*paths)])


def shipped_rules() -> Ruleset:
    """Return the shipped rules: from the compiled form if it was made of the rule files that are there, else from the files."""
    return _compiled() or _parsed(shipped_sources())


def _parsed(sources: Sequence[RuleSource]) -> Ruleset:
    from cleanspam.rulebook.parse import parse_rules  # most starts have no other rules than the shipped ones

    return parse_rules(sources)


def _compiled() -> Ruleset | None:
    compiled = Path(__file__).parent / COMPILED
    try:
        if not _is_installed() and compiled.stat().st_mtime_ns < _last_change(Path(__file__).parents[1]):
            return None
        return restored(compiled.read_bytes(), shipped_files())
    except OSError:
        return None


def shipped_files() -> dict[str, bytes]:
    """Return the shipped rule files by their names. Raises OSError."""
    folder = str(shipped_dir())
    names = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(SUFFIX)]  # noqa: PTH118, PTH208 (each start waits for it)
    return {name: _bytes_of(name) for name in names}


def _bytes_of(name: str) -> bytes:
    with open(name, "rb", 0) as file:  # noqa: PTH123 (as above)
        return file.read()


def _is_installed() -> bool:
    """Tell whether the rules are in the package. In a working copy they lie beside it."""
    return shipped_dir().parent == Path(__file__).parents[1]


def _last_change(package: Path) -> int:
    """Return when the code that makes the compiled form was last changed."""
    rooms = [os.scandir(package / room) for room in ("text", "rulebook", "judge")]
    return max(entry.stat().st_mtime_ns for room in rooms for entry in room if entry.name.endswith(".py"))


def shipped_sources() -> list[RuleSource]:
    """Return the texts of the shipped rule files."""
    return list(_read(rule_files([shipped_dir()]), trusted=True))


def read_sources(*paths: RulePath) -> list[RuleSource]:
    """Return the texts of the given rule files and folders. Raises CleanspamError for a path that cannot be read."""
    return list(_read(rule_files(map(Path, paths))))


def rule_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the rule files that `paths` name; the files of a folder are ordered by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob(f"*{SUFFIX}"))
        else:
            yield path


def _read(files: Iterable[Path], *, trusted: bool = False) -> Iterator[RuleSource]:
    for file in files:
        try:
            yield RuleSource(str(file), file.read_text(encoding="utf-8"), trusted)
        except UnicodeDecodeError as error:
            raise CleanspamError(f"{file}: not UTF-8 at byte {error.start}; save the rule file as UTF-8") from error
        except OSError as error:
            raise CleanspamError(f"{file}: {error.strerror}; name a rule file or a folder of *{SUFFIX} files") from error
