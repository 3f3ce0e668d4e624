"""Rule files on disk: finds the shipped ones and the user's, and reads them into a Ruleset."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from cleanspam.errors import CleanspamError
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.rulebook.ruleset import Ruleset

RulePath = str | Path  # of a rule file, or of a folder of them
SUFFIX = ".rules"
LOCAL = ".cleanspam"


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
    return parse_rules([*(shipped_sources() if default else ()), *read_sources(*paths)])


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
