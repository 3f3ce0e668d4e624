"""What is another way on Windows, tried here with a Windows that is made of doubles."""

import ctypes
import io
import os
import sys
from typing import Any

import pytest

from cleanspam import __main__ as start
from cleanspam.disk import process
from cleanspam.disk.atomic import PREFIX, SUFFIX, sweep


class Kernel:
    """Windows' kernel32 with one process: number, exit code, and what keeps others from looking at it."""

    def __init__(self, number: int = 7, code: int = 259, error: int = 0) -> None:
        self.number, self.code, self.error = number, code, error
        self.open: list[int] = []
        self.OpenProcess = self._Function(self._open)

    class _Function:
        def __init__(self, run: Any) -> None:
            self._run, self.restype = run, None

        def __call__(self, *args: Any) -> Any:
            return self._run(*args)

    def _open(self, access: int, inherits: bool, number: int) -> int | None:
        assert (access, inherits) == (0x1000, False)
        if number != self.number or self.error:
            self.error = self.error or 87
            return None
        self.open.append(99)
        return 99

    def GetExitCodeProcess(self, handle: Any, code: Any) -> int:  # noqa: N802 (its name there)
        assert handle.value == 99
        code._obj.value = self.code
        return 1

    def CloseHandle(self, handle: Any) -> None:  # noqa: N802 (the same)
        self.open.remove(handle.value)


@pytest.mark.parametrize(
    ("kernel", "number", "is_alive"),
    [
        (Kernel(), 7, True),
        (Kernel(), 8, False),
        (Kernel(code=1), 7, False),
        (Kernel(error=5), 7, True),  # another user's
        (Kernel(), 1 << 40, True),
    ],
)
def test_windows_is_asked_for_the_exit_code_of_a_process(
    kernel: Kernel, number: int, is_alive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of a run that goes on would be swept away, or that of a dead one lie there for ever."""
    monkeypatch.setattr(ctypes, "get_last_error", lambda: kernel.error, raising=False)
    assert process._is_alive_on_windows(number, kernel) is is_alive
    assert kernel.open == []


def test_no_process_gets_a_signal_on_windows(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """There os.kill(number, 0) is Ctrl-C for the other run."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: Kernel(), raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: 87, raising=False)
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("a signal"))
    mine, dead, alive = (tmp_path / f"{PREFIX}{number}-1{SUFFIX}" for number in (os.getpid(), 8, 7))
    for path in (dead, alive, mine):
        path.touch()

    sweep([tmp_path])
    assert not dead.exists()
    assert alive.exists()


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
