"""Writing files so that no file is ever half there: beside the target, flushed to the disk, then renamed over it."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cleanspam.errors import CleanspamError

# What an unfinished file is called; no run ever takes one for an input.
PREFIX, SUFFIX = ".cleanspam-", ".tmp"


def check_output(paths: Iterable[Path], output: Path) -> None:
    """Raise CleanspamError if writing into `output` would write into one of the inputs."""
    target = output.resolve()
    for path in paths:
        source = path.resolve()
        if target == source or source in target.parents or target in source.parents:
            raise CleanspamError(f"--output {output} lies in or around the input {path}; name a folder apart from it")


@contextmanager
def staging(target: Path, *, fsync: bool = True) -> Iterator[tuple[Path, BinaryIO]]:
    """Open an unfinished file beside `target`; it stays for `commit` when the block ends well, and goes when it does not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside, handle = _unfinished(target.parent)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield beside, sink
            sink.flush()
            if fsync:
                os.fsync(sink.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def commit(beside: Path, target: Path) -> None:
    """Put an unfinished file in the place of its target: whoever opens it sees the old one or the new one."""
    try:
        if is_special(target):
            raise CleanspamError(f"{target}: no regular file; it stays as it is")
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def replacing(target: Path, *, like: Path | None = None, fsync: bool = True) -> Iterator[BinaryIO]:
    """Open a file beside `target` that takes its place when the block ends well, and vanishes when it does not.

    A link stays a link: what it points at is replaced. A device or a pipe, like /dev/null, is written to as it is.
    """
    place = target.resolve() if target.is_symlink() else target
    if is_special(place):
        with place.open("wb") as device:
            yield device
        return
    with staging(place, fsync=fsync) as (beside, sink):
        yield sink
    model = like or place
    if model.exists():
        resemble(beside, model.stat())
    commit(beside, place)


def is_special(path: Path) -> bool:
    """Tell whether a path is there and is no regular file: replacing it would destroy a device, a pipe or a folder."""
    return path.exists() and not path.is_file()


def resemble(path: Path, model: os.stat_result, *, times: bool = False) -> None:
    """Give a file the mode of another, its owner where that is allowed, and its times if asked."""
    own = path.stat()
    if (own.st_uid, own.st_gid) != (model.st_uid, model.st_gid):
        with suppress(OSError):  # only root may give files away
            os.chown(path, model.st_uid, model.st_gid)
    if stat.S_IMODE(own.st_mode) != stat.S_IMODE(model.st_mode):
        path.chmod(stat.S_IMODE(model.st_mode))
    if times:
        os.utime(path, ns=(model.st_atime_ns, model.st_mtime_ns))


def is_unfinished(name: str) -> bool:
    """Tell whether a file's name is that of an unfinished one."""
    return name.startswith(PREFIX) and name.endswith(SUFFIX)


def sweep(folders: Iterable[Path]) -> int:
    """Remove the unfinished files that a killed run left in `folders`, and return how many; those of a living run stay."""
    removed = 0
    for folder in folders:
        for beside in folder.glob(f"{PREFIX}*{SUFFIX}"):
            if not _is_alive(beside.name):
                beside.unlink(missing_ok=True)
                removed += 1
    return removed


def _unfinished(folder: Path) -> tuple[Path, int]:
    """Create an unfinished file, named after this process so that it can be told whether anybody still writes it."""
    for number in range(1_000_000):
        path = folder / f"{PREFIX}{os.getpid()}-{number}{SUFFIX}"
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        except FileExistsError:
            continue
    raise CleanspamError(f"{folder}: too many unfinished files; remove {PREFIX}*{SUFFIX}")


def _is_alive(name: str) -> bool:
    number = name.removeprefix(PREFIX).partition("-")[0]
    if not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
