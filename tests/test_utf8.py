"""UTF-8 is checked and counted in C as Python decodes it."""

import runpy
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.native import utf8

PIECES = st.sampled_from(
    [b"a", b"\n", b"\r\n", b"\x00", "，网".encode(), "𠮷".encode(), b"\x80", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
)
DATA = st.lists(PIECES | st.binary(max_size=4) | st.text().map(str.encode), max_size=200).map(b"".join)


def by_python(data: bytes) -> tuple[int, int] | None:
    """Decode and count."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return len(text), text.count("\n")


@given(DATA)
def test_bytes_are_counted_as_python_decodes_them(data: bytes) -> None:
    """A file with stray bytes would be passed over as one without, or the summary miscount."""
    assert utf8.counts(data) == by_python(data)
    assert utf8.counts(data * 300) == by_python(data * 300)


def test_without_a_compiler_python_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package would not start where there is none."""
    monkeypatch.setitem(sys.modules, "cleanspam.native._native", None)
    counts = runpy.run_path(utf8.__file__)["counts"]
    assert (counts("网\n站".encode()), counts(b"\x80")) == ((3, 1), None)
