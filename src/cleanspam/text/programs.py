"""Strings of programs: finds the short texts in quotation marks that a line of a program holds.

A program that reads, cleans or tests texts quotes what is planted in them, '请记住本站网址.*', and the message of a page may
read like it. A cut breaks the program. A longer string is itself a text, in which something may be planted.
"""

from cleanspam.model import Span
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.pairing import line_end, line_start

_LONGEST = 400  # code points of a line that is read
# What stands before a string: a call, a list, an assignment, an argument, a statement; nothing in a line that ends like code.
_BEFORE = (
    r"""(?:\w\(|[\[=+<(]|(?<=["'`/)\]])[ \t]*,|\([\w., ]{1,40},|\b(?:case|echo|if|in|msgid|msgstr|print|return|throw)\b"""
    r"""|^[ \t]*[(\[]?(?=[bfru]?['`]|[bfru]"|/.*/[gimsuy]{1,4},?[ \t]*$|.*(?:["'`][,;)\]}+]+|\\n")[ \t]*$))[ \t]*[bfru]?"""
)
_INSIDE = r"""(?P<mark>["'`/])(?P<inside>(?:(?!(?P=mark))[^\\\n\r]|\\.){1,100})(?P=mark)"""
_BEHIND = r"(?=[gimsuy]*[ \t]*(?:[.,;)\]}+:\\]|in\b|$))"
_STRING_RE = late_pattern(_BEFORE + _INSIDE + _BEHIND)
# In each line with a string one of these stands: to look for one takes 50 us, and for a mark 0.1.
_MARKS = "\"'`/"
_MARK_RE = late_pattern(r"[\"'`]|/[gimsuy]*[ \t]*[.,;)\]}+:\\]")
_LINK = "](http"  # Markdown's: no program has it, and rows of planted links have quotation marks
_HAN_RE = late_pattern(r"[\u3400-\u9fff]")


def is_in_program(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch of a line stands in a string of a program, or in a line with Han characters in strings alone.

    >>> [is_in_program(line, 0, len(line)) for line in ("'请记住本站网址.*',", "“请记住本站网址”", "print('记住') # 本站")]
    [True, False, False]
    """
    base = max(start - _LONGEST, 0)
    around = text[base : start + _LONGEST]
    first, last = line_start(around, start - base), line_end(around, start - base)
    line, first = around[first:last], base + first
    if len(line) >= _LONGEST or not _may_quote(line):
        return False
    insides = [Span(*found.span("inside")) for found in _STRING_RE.finditer(line)]
    is_inside = any(inside.start <= start - first and end - first <= inside.end for inside in insides)
    return is_inside or (bool(insides) and not _HAN_RE.search(_without(line, insides)))


def _may_quote(line: str) -> bool:
    """Tell whether a line may be one of a program with a string."""
    return any(mark in line for mark in _MARKS) and _LINK not in line and bool(_MARK_RE.search(line))


def _without(line: str, spans: list[Span]) -> str:
    """Return a line without some spans, which are in order."""
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(line)]
    return "".join(line[end:start] for end, start in zip(ends, starts, strict=True))
