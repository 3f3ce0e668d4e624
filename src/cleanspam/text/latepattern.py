"""Patterns that are compiled at their first use: a start would compile 60, and a page uses a dozen."""

import re
from collections.abc import Callable

from cleanspam.typed import Any, AnyStr

Source = tuple[str, int]  # a pattern and its flags
Ready = Callable[[Source], "re.Pattern[str] | None"]


class LatePattern:
    """Compiles the pattern at the first access to a method, and keeps the methods that were accessed."""

    # Returns the compiled form of a pattern, if it is known: compiled rules bring those that pages use. `re` takes a
    # millisecond for a pattern with classes of marks.
    ready: Ready = lambda _: None

    def __init__(self, pattern: Any, flags: int) -> None:
        self.source = pattern, int(flags)

    def __getattr__(self, name: str) -> Any:
        method = getattr(LatePattern.ready(self.source) or re.compile(*self.source), name)
        setattr(self, name, method)
        return method


def late_pattern(pattern: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """Return an object with the methods of a compiled pattern, which is compiled for the first search.

    >>> late_pattern("[a-z]+").search("雨rain").group()
    'rain'
    """
    return LatePattern(pattern, flags)  # type: ignore[return-value]  # it has the methods of one
