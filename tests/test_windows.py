"""What works differently on Windows, tested here with stand-ins for its functions."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cleanspam import __main__ as start
from cleanspam.disk import atomic, runlock


class ByteLocks:
    """Locks of Windows: of a byte of a file, by its position, and mandatory for that byte."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], int] = {}  # inode and position → descriptor
        self.LK_NBLCK = 2

    def locking(self, handle: int, mode: int, size: int) -> None:
        assert (mode, size) == (self.LK_NBLCK, 1)
        at = os.fstat(handle).st_ino, os.lseek(handle, 0, os.SEEK_CUR)
        if at in self.held and self.is_open(self.held[at]) and self.held[at] != handle:
            raise PermissionError(13, "Permission denied")
        self.held[at] = handle

    @staticmethod
    def is_open(handle: int) -> bool:
        try:
            os.fstat(handle)
        except OSError:
            return False
        return True


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> ByteLocks:
    """Make the locks believe that this is Windows: no flock, no signals to ask for a process by its number."""
    locks = ByteLocks()
    monkeypatch.setitem(sys.modules, "msvcrt", locks)
    monkeypatch.setitem(sys.modules, "fcntl", None)  # to import it is an error
    monkeypatch.setattr(runlock, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("on Windows signal 0 is Ctrl-C for the whole group"))
    return locks


def test_a_run_that_lives_is_seen_to_live_on_windows(windows: ByteLocks, tmp_path: Path) -> None:
    """A run would delete files that another one is writing, or send it a signal that interrupts it."""
    living, token = runlock.RunLocks(runlock.new_token()), runlock.new_token()
    assert living.hold(str(tmp_path))
    assert {at for _, at in windows.held} == {1 << 20}  # behind all that is read: a locked byte cannot be read there
    assert not runlock.is_dead(str(tmp_path), living.token)
    assert not runlock.is_dead(str(tmp_path), token)  # there is no such lock: nothing proves that it ended
    written = tmp_path / f"{atomic.name_stem(living.token, 0)}1-0.tmp"
    written.write_bytes(b"x")
    atomic.sweep([tmp_path], token)
    assert written.exists()
    living.release()
    assert list(tmp_path.glob("*.lock")) == []


def test_a_run_that_was_killed_is_swept_on_windows(windows: ByteLocks, tmp_path: Path) -> None:
    """Unfinished files of a killed run would never be removed."""
    dead = runlock.RunLocks(runlock.new_token())
    assert dead.hold(str(tmp_path))
    [handle] = windows.held.values()
    os.close(handle)  # as the system does when a process ends; the lock file stays
    left = tmp_path / f"{atomic.name_stem(dead.token, 0)}1-0.tmp"
    left.write_bytes(b"x")
    assert runlock.is_dead(str(tmp_path), dead.token)
    atomic.sweep([tmp_path], runlock.new_token())
    runlock.remove_dead_locks(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_log_is_written_without_flock_on_windows(windows: ByteLocks, tmp_path: Path) -> None:  # noqa: ARG001 (it is on)
    """Every run would end in an import error before its first file."""
    with (tmp_path / "log").open("wb") as log:
        assert runlock.lock_for_writing(log.fileno())


def test_pipes_get_utf8_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """`cleanspam diff > file` would hold escapes for every Chinese character, and other line ends than everywhere."""
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding="cp1252", newline="\r\n"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))

    start._set_up_streams()
    sys.stdout.write("面包\ud800\n")
    sys.stdout.flush()

    assert pipe.getvalue() == "面包\\ud800\n".encode()
