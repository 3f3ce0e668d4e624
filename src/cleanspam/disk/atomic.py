"""Atomic writes: a file is written beside its target, flushed to the disk, and renamed over the target."""

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from cleanspam.disk import runlock
from cleanspam.disk.version import Identity, Version, changed
from cleanspam.errors import CleanspamError
from cleanspam.model import NamedTuple

# The name of an unfinished file begins so. No run takes such a file as input.
PREFIX, SUFFIX = runlock.PREFIX, ".tmp"
NO_LOCK = -1
# The run's token, the number of folders up to its lock (x: no lock), the process and a number.
_UNFINISHED_RE = re.compile(rf"{re.escape(PREFIX)}([0-9a-f]{{16}})-([0-9]+|x)-[0-9]+-[0-9]+{re.escape(SUFFIX)}")
_OLD_UNFINISHED_RE = re.compile(rf"{re.escape(PREFIX)}[0-9]+-[0-9]+{re.escape(SUFFIX)}")  # of cleanspam 0.1
_LOCK_RE = re.compile(rf"{re.escape(PREFIX)}[0-9a-f]{{16}}{re.escape(runlock.LOCK_SUFFIX)}")
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_PRIVATE = 0o600  # until all is written: else others could read a private file's text meanwhile
_numbers = count()  # no number twice: probing for a free name would cost one try for each file that waits for its rename
_BY_HANDLE = os.chmod in os.supports_fd  # not on Windows, which has no modes either
_HAS_ATTRIBUTES = hasattr(os, "listxattr")
_ACL = "system.posix_acl_access"


class Unfinished(NamedTuple):
    """A written file that waits for its rename, with its inode: by its name alone another file could take its place."""

    path: str
    identity: Identity


class Model(NamedTuple):
    """The attributes of a file that its copy or its replacement keeps."""

    status: os.stat_result
    attributes: tuple[tuple[str, bytes], ...] = ()  # extended ones, of which one is the access list


def model_of(file: Path | str | int) -> Model:
    """Return the attributes of a file, open or named by its path."""
    status = os.stat(file)  # noqa: PTH116 (it may be a descriptor)
    if not _HAS_ATTRIBUTES:
        return Model(status)
    try:
        names = os.listxattr(file)
        return Model(status, tuple((name, os.getxattr(file, name)) for name in names)) if names else Model(status)
    except OSError:  # the file system has none
        return Model(status)


def name_stem(token: str, depth: int) -> str:
    """Return the prefix of a run's unfinished files in a folder that lies `depth` folders below its lock."""
    return f"{PREFIX}{token}-{'x' if depth < 0 else depth}-"


_own_stem = name_stem(runlock.new_token(), NO_LOCK)  # for files that no run writes: reports, settings


def check_output(paths: Iterable[Path], output: Path) -> None:
    """Raise CleanspamError if writing into `output` would write into one of the inputs."""
    target = Path(os.path.realpath(output))
    for path in paths:
        source = Path(os.path.realpath(path))
        if target == source or source in target.parents or target in source.parents:
            raise CleanspamError(f"--output {output} lies in or around the input {path}; name a folder apart from it")


class Staging:
    """An open file beside its target."""

    def __init__(self, path: str, sink: BinaryIO) -> None:
        self.path, self.sink = Path(path), sink
        self.identity = Identity(0, 0, 0, 0)  # set when all is written

    @property
    def unfinished(self) -> Unfinished:
        """The file that `commit` renames; complete when the block has ended."""
        return Unfinished(str(self.path), self.identity)


@contextmanager
def staging(
    target: Path, *, model: Model | None = None, times: bool = False, fsync: bool = True, stem: str = ""
) -> Iterator[Staging]:
    """Open an unfinished file beside `target`. It waits for `commit`; if the block raises, it is removed.

    The file is private while it is written. Then it gets the attributes of `model`, or the mode of a new file.
    """
    name, handle = _unfinished(str(target), stem)
    try:
        with os.fdopen(handle, "wb") as sink:
            staged = Staging(name, sink)
            yield staged
            sink.flush()
            if model:
                resemble(handle, model, times=times)
            else:
                _open_up(handle)
            if fsync:
                os.fsync(handle)
            staged.identity = Identity.of(os.fstat(handle))
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        _name_full_disk(error, target)
        raise


def written(target: str, data: bytes, model: Model, *, fsync: bool = True, times: bool = False, stem: str = "") -> Unfinished:
    """Write `data` into an unfinished file beside `target` that is like `model`.

    Does the same as `staging` for a single write, in a third of the time: many files are small.
    """
    beside, handle = _unfinished(target, stem)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            resemble(handle, model, times=times)
            if fsync:
                os.fsync(handle)
            return Unfinished(beside, Identity.of(os.fstat(handle)))
        finally:
            os.close(handle)
    except BaseException as error:
        Path(beside).unlink(missing_ok=True)
        _name_full_disk(error, target)
        raise


def _name_full_disk(error: BaseException, target: Path | str) -> None:
    """Let the error of a full disk name the target: the system tells it without a name."""
    if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
        error.filename = str(target)


def commit(beside: Unfinished, target: Path | str, expected: Version | None = None) -> None:
    """Rename an unfinished file over its target: a reader sees the old file or the new one, never a mixture.

    Raises OSError if the target no longer has the `expected` version, for another process's changes would be lost, and if
    another file has taken the name of the unfinished file.
    """
    try:
        if Identity.of(os.stat(beside.path, follow_symlinks=False)) != beside.identity:  # noqa: PTH116 (a string)
            raise OSError(errno.EIO, "another process has replaced its unfinished copy", str(target))
        if expected and not expected.is_of(os.stat(target)):  # noqa: PTH116 (it may be a string)
            raise changed(target)
        if is_special(target):
            raise CleanspamError(f"{target}: no regular file; it stays as it is")
        os.replace(beside.path, target)  # noqa: PTH105 (both may be strings)
    except BaseException:
        discard(beside)
        raise


def discard(beside: Unfinished) -> None:
    """Remove an unfinished file, unless another file has its name by now."""
    with suppress(OSError):
        if Identity.of(os.stat(beside.path, follow_symlinks=False)) == beside.identity:  # noqa: PTH116 (a string)
            os.unlink(beside.path)  # noqa: PTH108 (the same)


@contextmanager
def replacing(target: Path, *, like: Path | None = None, fsync: bool = True) -> Iterator[BinaryIO]:
    """Open a file beside `target` that replaces the target when the block ends, and is removed if the block raises.

    A link stays a link: the file that it points at is replaced. A device or a pipe, like /dev/null, is opened directly.
    """
    if is_special(target):  # before links are followed: a shell's >(…) is a link to a name that no folder has
        with target.open("wb") as device:
            yield device
        return
    place = Path(os.path.realpath(target)) if target.is_symlink() else target
    source = like or place
    model = model_of(source) if source.exists() else None
    with staging(place, model=model, fsync=fsync) as staged:
        yield staged.sink
    commit(staged.unfinished, place)


def is_special(path: Path | str) -> bool:
    """Tell whether a path exists and is no regular file: a device, a pipe and a folder must not be replaced."""
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113 (it may be a string)


def resemble(handle: int, model: Model, *, times: bool) -> None:
    """Copy mode and extended attributes to an open file, and the owner where that is allowed, and the times on request.

    Raises CleanspamError if a file that replaces its model would lose attributes or the access list. Without the list a
    group that may only read could write.
    """
    if not _BY_HANDLE:
        return
    status = model.status
    own = os.fstat(handle)
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        with suppress(OSError):  # only root may change the owner
            os.chown(handle, status.st_uid, status.st_gid)
    if stat.S_IMODE(own.st_mode) != stat.S_IMODE(status.st_mode):
        os.chmod(handle, stat.S_IMODE(status.st_mode))
    for name, value in model.attributes:
        _set_attribute(handle, name, value, is_same_disk=own.st_dev == status.st_dev)
    if times:
        os.utime(handle, ns=(status.st_atime_ns, status.st_mtime_ns))


def _set_attribute(handle: int, name: str, value: bytes, *, is_same_disk: bool) -> None:
    """Set an extended attribute. Failures are ignored for attributes of the system, and on a disk without attributes."""
    try:
        os.setxattr(handle, name, value)
    except OSError as error:
        if is_same_disk and (name.startswith("user.") or name == _ACL):
            raise CleanspamError(f"its attribute {name} cannot be kept: {error.strerror}; left as it is") from error


def _open_up(handle: int) -> None:
    """Give an open file the mode of a new file."""
    if not _BY_HANDLE:
        return
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(handle, 0o666 & ~mask)


def is_own(name: str) -> bool:
    """Tell whether a name belongs to an unfinished file or a run's lock. Neither is ever an input."""
    if not name.startswith(PREFIX):
        return False
    return any(pattern.fullmatch(name) for pattern in (_UNFINISHED_RE, _OLD_UNFINISHED_RE, _LOCK_RE))


def sweep(folders: Iterable[Path], token: str = "") -> int:
    """Remove the unfinished files of the run with this token and of dead runs from `folders`; return their number.

    A run is dead only if its lock proves it. A file that cannot be removed stays: it does no harm.
    """
    removed = 0
    known: dict[tuple[str, str], bool] = {}
    for folder in folders:
        with suppress(OSError):
            for entry in list(os.scandir(folder)):
                found = _UNFINISHED_RE.fullmatch(entry.name) if entry.name.startswith(PREFIX) else None
                if found and (found[1] == token or _is_dead(folder, found, known)):
                    removed += _is_removed(entry.path)
    return removed


def _is_dead(folder: Path, name: "re.Match[str]", known: dict[tuple[str, str], bool]) -> bool:
    if name[2] == "x":
        return False
    above = os.path.join(folder, *[os.pardir] * int(name[2][:4]))  # noqa: PTH118 (".." of where a link leads to)
    where = os.path.realpath(above), name[1]
    if where not in known:
        known[where] = runlock.is_dead(*where)
    return known[where]


def _is_removed(path: str) -> bool:
    with suppress(OSError):
        os.unlink(path)  # noqa: PTH108 (a string)
        return True
    return False


def _unfinished(target: str, stem: str) -> tuple[str, int]:
    """Create an unfinished file beside `target`, and the folder if needed; return its path and descriptor."""
    folder = target.removesuffix(os.path.basename(target))  # noqa: PTH119 (a string; a Path costs as much as opening the file)
    is_made = False
    while True:
        beside = f"{folder}{stem or _own_stem}{os.getpid()}-{next(_numbers)}{SUFFIX}"
        try:
            return beside, os.open(beside, _CREATE, _PRIVATE)
        except FileExistsError:  # left by a dead process with the same number
            continue
        except FileNotFoundError:
            if is_made:
                raise
            Path(folder).mkdir(parents=True, exist_ok=True)
            is_made = True
        except OSError as error:  # name the file that the user knows
            raise OSError(error.errno, error.strerror, target) from error
