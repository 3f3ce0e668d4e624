"""The marks of a line: the compiled look and the one in Python find the same, and brackets pair within their line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.native import IS_COMPILED
from cleanspam.native.candidates import Pair
from cleanspam.native.inpython import LineMarks
from cleanspam.text.linemarks import CLASSES, MARKS

# Few characters, so that marks, closing marks and brackets stand beside each other.
TEXTS = st.text(st.sampled_from("天龙。！…..”」，~～:/）(（]［【】#a1\"'\n\r𠀀"), max_size=24)
in_python = LineMarks(CLASSES)


@pytest.mark.skipif(not IS_COMPILED, reason="there was no C compiler where cleanspam was installed")
@given(TEXTS, st.integers(-1, 9), st.integers(0, 30))
def test_the_compiled_look_finds_what_the_one_in_python_finds(text: str, start: int, end: int) -> None:
    """A machine without a compiler would cut other lines."""
    assert MARKS.find(text, start, end) == in_python.find(text, max(start, 0), end)
    assert MARKS.pairs(text) == in_python.pairs(text)


@pytest.mark.parametrize("marks", [MARKS, in_python])
def test_marks_are_told_apart(marks: LineMarks) -> None:
    """A note would begin amid a bracket, or in an address."""
    text = "好。”他说https://a.b吧了.（真的！）#看#"
    found = marks.find(text, 0, len(text))
    assert [text[slice(*span)] for span in zip(found.end_starts, found.end_ends, strict=True)] == ["。”", ".", "！）"]
    assert [text[slice(*span)] for span in zip(found.bracket_starts, found.bracket_ends, strict=True)] == ["（真的！）"]
    assert [text[at] for at in (*found.clause_marks, *found.frames, *found.edges)] == [*"。！##（）"]


@pytest.mark.parametrize("marks", [MARKS, in_python])
def test_a_closing_bracket_passes_over_openers_of_other_kinds(marks: LineMarks) -> None:
    """A lone bracket would hide the pair around it."""
    assert marks.pairs("（甲[乙(丙)）") == [Pair(4, 7, ()), Pair(0, 8, ((4, 7),))]
    assert marks.pairs("（甲\n乙）") == []


@pytest.mark.parametrize("marks", [MARKS, in_python])
def test_a_line_of_openers_takes_no_square_of_its_length(marks: LineMarks) -> None:
    """A megabyte of brackets would take a day."""
    text = "(" * 200_000 + "]" * 200_000
    assert marks.pairs(text) == []
    assert marks.find(text, 0, len(text)).bracket_starts == [199_998]
