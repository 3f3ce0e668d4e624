"""Patterns that are compiled at their first use: a start would compile 60, and a page uses a dozen."""

import re
from collections.abc import Mapping

from cleanspam.text.patterncode import Code, pattern_of
from cleanspam.typed import Any, AnyStr

Source = tuple[str, int]  # a pattern and its flags


class LatePattern:
    """Compiles the pattern at the first access to a method, and keeps the methods that were accessed."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self.source = pattern, int(flags)

    def __getattr__(self, name: str) -> Any:
        method = getattr(_ready(self.source) or re.compile(*self.source), name)
        setattr(self, name, method)
        return method


def late_pattern(pattern: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """Return an object with the methods of a compiled pattern, which is compiled for the first search.

    >>> late_pattern("[a-z]+").search("雨rain").group()
    'rain'
    """
    return LatePattern(pattern, flags)  # type: ignore[return-value]  # it has the methods of one


def _ready(source: Source) -> "re.Pattern[str] | None":
    """Return a pattern as the build compiled it, if it did: `re` takes a millisecond for one with classes of marks."""
    code = _codes().get(source)
    return pattern_of(source[0], code) if code else None


def _codes() -> Mapping[Source, Code]:
    try:
        from cleanspam.native._patterns import CODES
    except ImportError:  # in a working copy before the first build
        return {}
    return CODES
