"""Writing files so that no file is ever half there: beside the target, flushed to the disk, then renamed over it."""

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from cleanspam.disk.process import is_alive
from cleanspam.errors import CleanspamError

# What an unfinished file is called; no run ever takes one for an input.
PREFIX, SUFFIX = ".cleanspam-", ".tmp"
_UNFINISHED_RE = re.compile(rf"{re.escape(PREFIX)}([0-9]+)-[0-9]+{re.escape(SUFFIX)}")
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_numbers = count()  # none twice: to look for a free one costs as many tries as files wait for their rename


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
    name, handle = _unfinished(str(target))
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield beside, sink
            sink.flush()
            if fsync:
                os.fsync(sink.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def written(target: str, data: bytes, model: os.stat_result, *, fsync: bool = True, times: bool = False) -> str:
    """Write `data` into an unfinished file beside `target` that is like `model`, and return its path.

    What `staging` does for one write, in a third of the time: of small files there are many.
    """
    beside, handle = _unfinished(target)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            if times or not _is_like(os.fstat(handle), model):
                resemble(Path(beside), model, times=times)
            if fsync:
                os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return beside


def version(status: os.stat_result) -> tuple[int, ...]:
    """Return what is another once a file has been changed or replaced, whatever time it was given."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def changed(path: Path | str) -> OSError:
    """Return the error for a file that is no longer what was read."""
    return OSError(errno.EIO, "it was changed while it was read, or since", str(path))


def commit(beside: Path | str, target: Path | str, expected: tuple[int, ...] = ()) -> None:
    """Put an unfinished file in the place of its target: whoever opens it sees the old one or the new one.

    Raises OSError if the target does not have the `expected` version: what somebody wrote since would be lost.
    """
    try:
        if expected and version(os.stat(target)) != expected:  # noqa: PTH116 (it may be a string)
            raise changed(target)
        if is_special(target):
            raise CleanspamError(f"{target}: no regular file; it stays as it is")
        os.replace(beside, target)  # noqa: PTH105 (both may be strings)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
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


def is_special(path: Path | str) -> bool:
    """Tell whether a path is there and is no regular file: replacing it would destroy a device, a pipe or a folder."""
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113 (it may be a string)


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


def _is_like(own: os.stat_result, model: os.stat_result) -> bool:
    return (own.st_uid, own.st_gid, own.st_mode) == (model.st_uid, model.st_gid, model.st_mode)


def is_unfinished(name: str) -> bool:
    """Tell whether a file's name is that of an unfinished one."""
    return _UNFINISHED_RE.fullmatch(name) is not None


def sweep(folders: Iterable[Path]) -> int:
    """Remove the unfinished files that a killed run left in `folders`, and return how many; those of a living run stay.

    So does what cannot be removed: it is in nobody's way.
    """
    removed = 0
    for folder in folders:
        with suppress(OSError):
            for beside in folder.glob(f"{PREFIX}*{SUFFIX}"):
                removed += _is_swept(beside)
    return removed


def _is_swept(beside: Path) -> bool:
    if not is_unfinished(beside.name) or _is_alive(beside.name):
        return False
    with suppress(OSError):
        beside.unlink()
        return True
    return False


def _unfinished(target: str) -> tuple[str, int]:
    """Create an unfinished file beside `target`, its folder too, and return its path and a descriptor.

    It is named after this process, so that it can be told whether anybody still writes it.
    """
    folder = target.removesuffix(os.path.basename(target))  # noqa: PTH119 (a string; a Path costs as much as opening the file)
    is_made = False
    while True:
        beside = f"{folder}{PREFIX}{os.getpid()}-{next(_numbers)}{SUFFIX}"
        try:
            return beside, os.open(beside, _CREATE, 0o666)
        except FileExistsError:  # left by a dead process that had this one's number
            continue
        except FileNotFoundError:
            if is_made:
                raise
            Path(folder).mkdir(parents=True, exist_ok=True)
            is_made = True


def _is_alive(name: str) -> bool:
    number = int(name.removeprefix(PREFIX).partition("-")[0])
    return number != os.getpid() and is_alive(number)
