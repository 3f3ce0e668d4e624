"""Run locks: a lock file tells other processes, in other containers too, whether a run is still alive.

A run creates a lock file in each folder that it works below, and locks it with `flock`. The name of an unfinished file holds
the run's token and the number of folders up to the lock. A file is removed only if a lock proves that its run is dead.
"""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

PREFIX, LOCK_SUFFIX = ".cleanspam-", ".lock"
# Seconds. The lock of another machine must also be this old to count as dead: not every network file system shows the locks
# of one machine to another.
FOREIGN_AGE = 24 * 3600.0
_TRIES, _PAUSE = 20, 0.1
_LOCKED_BYTE = 1 << 20  # this byte is locked on Windows, where a locked byte cannot be read
MOST = 128  # the most locks at once: each takes a descriptor


def new_token() -> str:
    """Return a unique name for a run: process numbers repeat in containers and on other machines."""
    return os.urandom(8).hex()


class RunLocks:
    """The locks of one run. Where no lock can be created, only the run itself removes its unfinished files."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._held: dict[str, int] = {}

    def hold(self, folder: str) -> bool:
        """Create and lock the lock file in `folder`; tell whether the folder has a lock now."""
        if folder in self._held:
            return True
        if len(self._held) >= MOST:
            return False
        path = lock_path(folder, self.token)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError:
            return False
        try:
            is_held = _lock(handle) and os.write(handle, _machine()) > 0
        except OSError:  # the disk is full: the run reports it at its first file
            is_held = False
        self._held[folder] = handle
        if not is_held:
            self._drop(folder)
        return is_held

    def ignores_case(self, folder: str) -> bool:
        """Tell from its lock whether a folder ignores the case of names, as most disks of Windows and macOS do."""
        name = os.path.basename(lock_path(folder, self.token))  # noqa: PTH119 (a string)
        return folder in self._held and os.path.exists(os.path.join(folder, name.upper()))  # noqa: PTH110, PTH118 (strings)

    def release(self) -> None:
        """Remove the locks."""
        for folder in list(self._held):
            self._drop(folder)

    def _drop(self, folder: str) -> None:
        handle = self._held.pop(folder)
        with suppress(OSError):
            os.close(handle)
        with suppress(OSError):
            os.unlink(lock_path(folder, self.token))  # noqa: PTH108 (a string, as all paths of a run)


def lock_path(folder: str, token: str) -> str:
    """Return the path of a run's lock in a folder."""
    return os.path.join(folder, f"{PREFIX}{token}{LOCK_SUFFIX}")  # noqa: PTH118 (a string)


def is_dead(folder: str, token: str) -> bool:
    """Tell whether a lock in this folder proves that its run has died."""
    path = lock_path(folder, token)
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        if not _lock(handle):
            return False
        if os.read(handle, 256) == _machine():
            return True
        return time.time() - os.fstat(handle).st_mtime > FOREIGN_AGE
    finally:
        os.close(handle)


def remove_dead_locks(folder: Path) -> None:
    """Remove the locks of dead runs from a folder."""
    for path in folder.glob(f"{PREFIX}*{LOCK_SUFFIX}"):
        token = path.name[len(PREFIX) : -len(LOCK_SUFFIX)]
        if is_dead(str(folder), token):
            path.unlink(missing_ok=True)


def lock_for_writing(handle: int) -> bool:
    """Lock an open file until it is closed; return False if another process has the lock.

    Returns True on a system without locks. Waits a little, for the workers of a killed run keep its locks until they notice.
    """
    if sys.platform == "win32":  # Windows refuses a second writer, or its lines follow
        return True
    import fcntl

    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError:
            return True
        else:
            return True
    return False


def _lock(handle: int) -> bool:
    """Lock an open file for this process and its children; False if another process has the lock, or there are no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _machine() -> bytes:
    """Return an id of this machine and its last boot. The id is the same in all containers."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_bytes()
    import socket

    return socket.gethostname().encode()
