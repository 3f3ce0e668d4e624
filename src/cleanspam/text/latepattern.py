"""Patterns that are compiled at their first use: a start would compile 60, and a page uses a dozen."""

import re

from cleanspam.typed import Any, AnyStr


class _LatePattern:
    """Compiles the pattern at the first access to a method, and keeps the methods that were accessed."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)
        return method


def late_pattern(pattern: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """Return an object with the methods of a compiled pattern, which is compiled for the first search.

    >>> late_pattern("[a-z]+").search("雨rain").group()
    'rain'
    """
    return _LatePattern(pattern, flags)  # type: ignore[return-value]  # it has the methods of one
