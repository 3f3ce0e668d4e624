"""The code of compiled patterns as plain values, which a build stores for starts.

Without stored codes, compiling 50 patterns takes half of a start with an advertisement: for each class with Han characters
`re` fills a table of 65,536 characters.
"""

import _sre  # type: ignore[import-not-found]  # the engine of `re`
import re

from cleanspam.typed import Any

# The version of the code into which `re` compiles patterns, and how this machine writes the numbers of a code.
RE_VERSION: tuple[int, int] = (_sre.MAGIC, memoryview(b"\1\0\0\0").cast("I")[0])
# A pattern compiled by `re`: flags, code, number and names of groups, and the version of the code.
Code = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...], tuple[int, int]]


def code_by_re(pattern: str, flags: int = 0) -> Code:
    """Return the code into which `re` compiles a pattern. Raises re.error."""
    from array import array  # a start imports no module that only a build needs

    compiler, parser = _inside_re()
    parsed = parser.parse(pattern, flags)
    code, state = compiler._code(parsed, flags), parsed.state
    names: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    return flags | state.flags, array("I", code).tobytes(), state.groups - 1, state.groupdict, tuple(names), RE_VERSION


def _inside_re() -> tuple[Any, Any]:
    """Return the compiler and the parser of `re`: no public function gives the code of a pattern."""
    from importlib import import_module

    try:
        return import_module("re._compiler"), import_module("re._parser")
    except ImportError:  # Python 3.10
        return import_module("sre_compile"), import_module("sre_parse")


def pattern_of(pattern: str, code: Code) -> "re.Pattern[str] | None":
    """Return the compiled pattern of a code; None if the code is of another version of `re`."""
    flags, words, groups, numbers, names, version = code
    if version != RE_VERSION:
        return None
    compiled: re.Pattern[str] = _sre.compile(pattern, flags, memoryview(words).cast("I").tolist(), groups, numbers, names)
    return compiled
