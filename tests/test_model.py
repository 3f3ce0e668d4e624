"""The values: named tuples behave as those of `typing` do."""

import pickle
import re
from pathlib import Path
from typing import NamedTuple as TypingNamedTuple

import pytest

import cleanspam
from cleanspam.model import NamedTuple


class Own(NamedTuple):
    """A place."""

    line: int
    text: str = ""

    @property
    def shown(self) -> str:
        return f"{self.line}:{self.text}"


class Typed(TypingNamedTuple):
    """A place."""

    line: int
    text: str = ""


def test_values_are_given_read_and_replaced_as_with_typing() -> None:
    """A value would lose a field, or take one that it does not have."""
    one = Own(1, text="雨")

    assert (one.line, one.text, one.shown, one, Own(2)) == (1, "雨", "1:雨", (1, "雨"), (2, ""))
    assert one._replace(line=3) == Own(3, "雨")
    assert one._asdict() == {"line": 1, "text": "雨"}
    assert repr(one) == "Own(line=1, text='雨')"
    assert (Own._fields, Own._field_defaults) == (Typed._fields, Typed._field_defaults)
    assert tuple(Own._make([4, "x"])) == (4, "x")
    assert pickle.loads(pickle.dumps(one)) == one
    assert Own.__doc__ == "A place."
    with pytest.raises(AttributeError):
        one.note = "a"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "wrong", ["made()", "made(1, 'x', 2)", "made(line=1, note=2)", "made(1)._replace(note=2)", "made._make([1])"]
)
def test_wrong_fields_are_refused(wrong: str) -> None:
    """A mistyped field would be dropped in silence."""
    for made in (Own, Typed):
        with pytest.raises((TypeError, ValueError)):
            eval(wrong, {"made": made})


def test_every_module_takes_this_base() -> None:
    """A module would take the slow `typing.NamedTuple`: 80 classes are a fifth of a start."""
    slow = re.compile(r"^from typing import .*\bNamedTuple\b", re.MULTILINE)
    modules = Path(cleanspam.__file__).parent.rglob("*.py")

    assert [module.name for module in modules if slow.search(module.read_text(encoding="utf-8"))] == []
