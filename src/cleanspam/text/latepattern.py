"""Patterns that are compiled when first used: a start compiled 60, and a page uses a dozen of them."""

import re
from typing import Any, AnyStr, cast


class _LatePattern:
    """Takes on the methods of the compiled pattern one by one, as they are asked for."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)
        return method


def late_pattern(pattern: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """Return what searches as a compiled pattern does, and compiles it for the first search.

    >>> late_pattern("[a-z]+").search("雨rain").group()
    'rain'
    """
    return cast("re.Pattern[AnyStr]", _LatePattern(pattern, flags))
