"""Blocks of text: their ends depend only on the bytes of the file."""

import io
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cleanspam.formats import blocks
from cleanspam.formats.blocks import NEWLINE_RE, find_block_ends, split_blocks


class Trickle(io.BytesIO):
    """A stream of which a few bytes arrive at a time."""

    def readinto1(self, buffer: Any) -> int:
        return super().readinto1(memoryview(buffer)[:3])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["雨", "停了。", "a", "\n", "\r", "\r\n", "𠀀"]), max_size=40).map("".join),
    st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
    st.integers(1, 12),
    st.integers(1, 30),
    st.booleans(),
)
@example("雨\r\n", "utf-16-le", 1, 2, False)
def test_blocks_end_at_the_same_places_however_they_are_found(
    monkeypatch: pytest.MonkeyPatch, source: str, encoding: str, size: int, more: int, is_json: bool
) -> None:
    """The output would depend on --jobs: workers get places in a file that the main process has not read."""
    monkeypatch.setattr(blocks, "_MORE", more)
    data = source.encode(encoding)
    words: dict[str, Any] = {"size": 2 * size, "longest": 2 * size + 10, "encoding": encoding}
    if is_json:
        words["line_end_re"] = NEWLINE_RE
    found = list(split_blocks(io.BytesIO(data), **words))

    assert b"".join(found) == data
    assert list(split_blocks(Trickle(data), **words)) == found
    assert list(find_block_ends(io.BytesIO(data), **words)) == list(accumulate(map(len, found)))


def test_ends_of_blocks_are_found_without_reading_all() -> None:
    """Two processes would read all of a file."""

    class Counted(io.BytesIO):
        was_read = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            self.was_read += len(data)
            return data

    raw = Counted("雨下了一整夜。\n".encode() * 400_000)
    assert len(list(find_block_ends(raw))) == 9
    assert raw.was_read < 200_000
