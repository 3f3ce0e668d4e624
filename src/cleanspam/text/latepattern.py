"""Patterns that are compiled when first used: a start compiled 60, and a page uses a dozen of them."""

import re
from typing import Any, cast


class _LatePattern:
    """Takes on the methods of the compiled pattern one by one, as they are asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)
        return method


def late_pattern(pattern: str, flags: int = 0) -> "re.Pattern[str]":
    """Return what searches as a compiled pattern does, and compiles it for the first search.

    >>> late_pattern("[a-z]+").search("雨rain").group()
    'rain'
    """
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))
