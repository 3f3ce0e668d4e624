"""What is compiled, with the same in Python for machines without a compiler."""

import os

from cleanspam.errors import CleanspamError

_SOURCE = os.path.join(os.path.dirname(__file__), "_native.c")


def refuse_stale(compiled: str, source: str = _SOURCE) -> None:
    """Raise CleanspamError if the module was compiled before its source was last changed: then the two may differ.

    Only a working copy has the source. A module of an older source would raise TypeErrors, or miss plantings in silence.
    """
    try:
        is_stale = os.stat(compiled).st_mtime_ns < os.stat(source).st_mtime_ns
    except OSError:  # no source: an installed package
        return
    if is_stale:
        raise CleanspamError(
            f"{compiled} is older than {source}, of which it was compiled; delete it and run: pip install -e ."
        )


try:
    from cleanspam.native import _native
    from cleanspam.native._native import (
        LineMarks,
        Prefilter,
        Spelling,
        WordFinder,
        WordLists,
        decode_utf8,
        is_valid_utf8,
        keep_freed_memory,
        utf8_places,
    )

    refuse_stale(_native.__file__)
    IS_COMPILED = True
except ImportError:  # installed without a C compiler
    from cleanspam.native.inpython import (  # type: ignore[assignment]  # the same, by name
        LineMarks,
        Spelling,
        decode_utf8,
        is_valid_utf8,
        keep_freed_memory,
        utf8_places,
    )

    IS_COMPILED = False
    WordFinder = None  # type: ignore[assignment,misc]  # judge/wordscan.py has the same in Python
    WordLists = None  # type: ignore[assignment,misc]  # judge/lexicon.py has the same in Python
    Prefilter = None  # type: ignore[assignment,misc]  # judge/prefilter.py has the same in Python

__all__ = [
    "IS_COMPILED",
    "LineMarks",
    "Prefilter",
    "Spelling",
    "WordFinder",
    "WordLists",
    "decode_utf8",
    "is_valid_utf8",
    "keep_freed_memory",
    "utf8_places",
]
