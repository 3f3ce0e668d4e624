"""Files: which ones a path names, where their cleaned copies go, and writing so that no file is ever half there."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cleanspam.errors import CleanspamError

TEXT_SUFFIXES = frozenset({".txt", ".md"})


def found(paths: Iterable[Path], suffixes: frozenset[str] = TEXT_SUFFIXES) -> Iterator[tuple[Path, Path]]:
    """Yield each file that `paths` name, with its path relative to the folder (or the file's own) that named it.

    Raises CleanspamError for a path that is not there. A file that is named is taken whatever its suffix.
    """
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix in suffixes and file.is_file():
                    yield file, file.relative_to(path)
        elif path.exists():
            yield path, Path(path.name)
        else:
            raise CleanspamError(f"{path}: no such file or folder")


def check_output(paths: Iterable[Path], output: Path) -> None:
    """Raise CleanspamError if writing into `output` would write into one of the inputs."""
    target = output.resolve()
    for path in paths:
        source = path.resolve()
        if target == source or source in target.parents or target in source.parents:
            raise CleanspamError(f"--output {output} lies in or around the input {path}; name a folder apart from it")


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Open a file beside `target` that takes its place when the block ends well, and vanishes when it does not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:64]}.", suffix=".tmp", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        beside.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
