"""Processes: whether the one that began a file is still there to end it."""

import os
import sys
from typing import Any

_QUERY_LIMITED_INFORMATION = 0x1000
_STILL_ACTIVE = 259
_ACCESS_DENIED = 5


def is_alive(number: int) -> bool:
    """Tell whether there is a process of that number; if it can't be told, there is."""
    return _is_alive_on_windows(number) if sys.platform == "win32" else _is_alive_on_posix(number)


def _is_alive_on_posix(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's, or the number of no process
        return True
    return True


def _is_alive_on_windows(number: int, kernel: Any = None) -> bool:
    """Ask for the exit code: on Windows os.kill(number, 0) would send Ctrl-C to the process."""
    import ctypes

    kernel = kernel or ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]  # Windows only
    if not 0 < number < 1 << 32:
        return True
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, number)
    if not handle:
        return bool(ctypes.get_last_error() == _ACCESS_DENIED)  # type: ignore[attr-defined,unused-ignore]  # the same
    try:
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(ctypes.c_void_p(handle), ctypes.byref(code))
        return not known or code.value == _STILL_ACTIVE
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
