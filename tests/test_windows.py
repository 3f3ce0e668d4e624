"""What is another way on Windows, tried here with a Windows that is made of doubles."""

import io
import sys

import pytest

from cleanspam import __main__ as start


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
