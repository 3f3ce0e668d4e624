"""Ignore files with git's meaning: a nearer file outranks one further up, and a pattern with ! includes a path again."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cleanspam.corpus.globs import compile_globs
from cleanspam.model import NamedTuple

IGNORE_FILE, GIT_IGNORE = ".cleanspamignore", ".gitignore"
_LARGEST = 1 << 20  # bytes; a longer file is not read


class IgnoreFile(NamedTuple):
    """The patterns of one ignore file."""

    folder: str  # the real path of its folder
    spec: Any  # a GitIgnoreSpec of pathspec

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Return True if a real path below the folder is ignored, False if it is included again, None if it is not named."""
        return self.spec.check_file(path[len(self.folder.rstrip(os.sep)) + 1 :] + "/" * is_folder).include  # type: ignore[no-any-return]  # pathspec is imported late


def is_ignored(path: str, is_folder: bool, files: Iterable[IgnoreFile]) -> bool:
    """Tell whether ignore files, ordered from the outermost, ignore a path whose folder is not ignored."""
    verdict = None
    for file in files:
        said = file.verdict(path, is_folder)
        verdict = verdict if said is None else said
    return bool(verdict)


def is_ignored_below(path: str, files: list[IgnoreFile]) -> bool:
    """Tell whether a file or a folder above it is ignored. Nothing in an ignored folder can be included again."""
    outermost = min((file.folder for file in files), key=len, default=path)
    parts = Path(path[len(outermost.rstrip(os.sep)) + 1 :]).parts
    folders = ["".join(os.sep + part for part in parts[:end]) for end in range(1, len(parts))]
    at_folders = (outermost.rstrip(os.sep) + folder for folder in folders)
    return any(is_ignored(folder, True, _holding(folder, files)) for folder in at_folders) or is_ignored(path, False, files)


def read_ignores(folder: str, names: Iterable[str], problems: list[str]) -> Iterator[IgnoreFile]:
    """Yield the ignore files with one of the names in a folder. Errors are added to `problems`."""
    for name in names:
        path = os.path.join(folder, name)  # noqa: PTH118 (for every folder of a corpus)
        try:
            status = os.stat(path)  # noqa: PTH116 (the same)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                problems.append(f"{path}: no ignore file: not a regular file of at most 1 MiB; it is passed over")
                continue
            text = Path(path).read_text(encoding="utf-8-sig", errors="surrogateescape")
        except FileNotFoundError:
            if os.path.islink(path):  # noqa: PTH114 (the same)
                problems.append(f"{path}: the link leads nowhere; it is passed over")
            continue
        except OSError as error:
            problems.append(f"{path}: {error.strerror}; it is passed over")
            continue
        yield IgnoreFile(os.path.realpath(folder), _spec_of(path, text, problems))


def ignores_above(folder: str, names: Iterable[str], problems: list[str]) -> list[IgnoreFile]:
    """Return the ignore files above a folder, the outermost first, up to the root of its git repository."""
    here, found = os.path.realpath(folder), list[IgnoreFile]()
    names = tuple(names)
    while names and not os.path.exists(os.path.join(here, ".git")):  # noqa: PTH110, PTH118 (real paths, as strings)
        above = os.path.dirname(here)  # noqa: PTH120 (the same)
        if above == here:
            break
        here = above
        found = [*read_ignores(here, names, problems), *found]
    return found


def _holding(path: str, files: Iterable[IgnoreFile]) -> list[IgnoreFile]:
    """Return the ignore files whose folder contains a path."""
    return [file for file in files if path.startswith(file.folder.rstrip(os.sep) + os.sep)]


def _spec_of(path: str, text: str, problems: list[str]) -> Any:
    good = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            compile_globs([line])
            good.append(line)
        except ValueError:
            problems.append(f"{path}:{number}: no pattern of an ignore file; it is passed over")
    return compile_globs(good)
