"""What is compiled, with the same in Python for machines without a compiler."""

try:
    from cleanspam.native._native import LineMarks, Prefilter, Spelling, WordFinder, WordLists, utf8_counts

    IS_COMPILED = True
except ImportError:  # installed without a C compiler
    from cleanspam.native.inpython import LineMarks, Spelling, utf8_counts  # type: ignore[assignment]  # the same, by name

    IS_COMPILED = False
    WordFinder = None  # type: ignore[assignment,misc]  # judge/wordscan.py has the same in Python
    WordLists = None  # type: ignore[assignment,misc]  # judge/lexicon.py has the same in Python
    Prefilter = None  # type: ignore[assignment,misc]  # judge/prefilter.py has the same in Python

__all__ = ["IS_COMPILED", "LineMarks", "Prefilter", "Spelling", "WordFinder", "WordLists", "utf8_counts"]
