"""Markup: finds the bracket pairs that belong to the syntax of Markdown, wikis, TeX, BibTeX, JSON or a program.

Only the characters beside a pair decide, never its words. A pair of markup is no parenthetical.
"""

import re
from collections.abc import Iterable, Iterator

from cleanspam.model import NamedTuple
from cleanspam.native.candidates import Bounds
from cleanspam.text.latepattern import late_pattern
from cleanspam.typed import AnyStr

_BLANKS = " \t"
_LINE_ENDS = "\n\r"
_QUOTES = "\"'"
# The longest name of a command or a field before a bracket. Without a bound a line would take n * n steps.
_NAME = 40
_COMMAND_RE = late_pattern(r"\\[A-Za-z@]+\*?\Z")
_CALLED_RE = late_pattern(r"[A-Za-z0-9_]\Z")
# x{…}, $x_{…}, ${…} and key = {…}: no prose writes a brace there.
_BEFORE_BRACE_RE = late_pattern(r"[A-Za-z0-9$#@%^_]\Z|=[ \t]*\Z")
_KEY_RE = late_pattern(r"""[ \t]*\\?(["'])[^"'\n\r]{0,64}\\?\1[ \t]*:""")
# What may stand before a definition, [title]: url, which may be in a list or a quotation.
_LINE_OPENING_RE = late_pattern(r"(?:^|[\n\r])[ \t>*+-]*\Z")


def without_markup(text: str, pairs: Iterable[Bounds]) -> set[Bounds]:
    """Return the pairs of `text` that are no markup; `pairs` are all pairs of some lines.

    >>> sorted(without_markup("[甲][1]，(乙)", [(0, 3), (3, 6), (7, 10)]))
    [(7, 10)]
    """
    found = sorted(pairs)
    square = {end: start for start, end in found if text[start] == "[" and text[end - 1] == "]"}
    squares = set(square.values())
    spans = set(found)
    arguments: set[int] = set()  # the ends of commands' arguments: \cmd[x]{y}
    left = set()
    for start, end in found:
        if _is_argument(text, start, arguments):
            arguments.add(end)
        elif _is_link(text, start, end, square, squares) or _is_doubled(text, start, end, spans):
            continue
        elif not _is_code(text, start, end):
            left.add((start, end))
    return left


def may_be_markup(text: str, start: int, end: int) -> bool:
    """Tell by the nearest characters whether a pair may be markup. False is certain."""
    if text[start] == "(":
        return text[start - 1 : start] == "]" or text[end - 2] in _QUOTES + _BLANKS
    return text[start] in "[{"


def _is_argument(text: str, start: int, arguments: set[int]) -> bool:
    """Tell whether a bracket holds an argument of a TeX command: \\\\section{…}, \\\\item[…], \\\\href{…}{…}."""
    if text[start] not in "[{":
        return False
    return start in arguments or bool(_COMMAND_RE.search(text, max(start - _NAME, 0), start))


def _is_link(text: str, start: int, end: int, square: dict[int, int], squares: set[int]) -> bool:
    """Tell whether a pair is a part of Markdown's links, images, footnotes and their definitions."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    if text[start] == "(":
        return start in square
    if text[start] != "[":
        return False
    is_reference = start in square or (behind == "[" and end in squares)
    is_definition = behind == ":" and bool(_LINE_OPENING_RE.search(text, max(start - _NAME, 0), start))
    is_note = text.startswith("^", start + 1) or text.startswith(":", start + 1)  # [^1], and [:alpha:] of a regex
    return behind == "(" or before == "!" or is_reference or is_definition or is_note


def _is_doubled(text: str, start: int, end: int, spans: set[Bounds]) -> bool:
    """Tell whether a pair is one of two that are directly inside each other: [[page]], {{template}}."""
    if text[start] not in "[{":
        return False
    outside, inside = (start - 1, end + 1), (start + 1, end - 1)
    return any(span in spans and text[span[0]] == text[start] for span in (outside, inside))


def _is_code(text: str, start: int, end: int) -> bool:
    """Tell whether a pair is JSON's or a program's: ["…"], {"key": …}, key = {…}, call("…")."""
    if text[start] == "{":
        return bool(_BEFORE_BRACE_RE.search(text, max(start - _NAME, 0), start) or _KEY_RE.match(text, start + 1, end))
    is_call = text[start] == "(" and bool(_CALLED_RE.search(text, max(start - 1, 0), start))
    return (text[start] == "[" or is_call) and _is_quoted(text, start + 1, end - 1)


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch begins and ends with the same ASCII quotation mark."""
    while start < end and text[start] in _BLANKS:
        start += 1
    while start < end and text[end - 1] in _BLANKS:
        end -= 1
    if text.startswith("\\", start, end):
        start += 1
    return end - start > 1 and text[start] in _QUOTES and text[start] == text[end - 1]


# Code ----------------------------------------------------------------------------------------------------------------

FENCE_MARKS = ("```", "~~~")
_FEW = 200  # lone first characters of a mark in a block of prose; code has more
_FENCE_RE = late_pattern(r" {0,3}(?P<run>`{3,}(?=[^`\n\r]*(?:[\n\r]|\Z))|~{3,})(?P<info>[^\n\r]*)")
_INDENT = 3  # blanks that may stand before a fence
_RUN_RE = late_pattern(r"`+")


def may_have_code(text: str) -> bool:
    """Tell whether a text has a mark of code. False is certain."""
    return "`" in text or find_mark(text, FENCE_MARKS[1]) >= 0


class Fence(NamedTuple):
    """An open code fence of Markdown: the mark, and how many marks close the fence."""

    mark: str
    length: int


class Code(NamedTuple):
    """The code of a text: its spans in order, and the fence that is open at its end."""

    spans: list[Bounds]
    fence: Fence | None


def fence_behind(text: str, fence: Fence | None = None) -> Fence | None:
    """Return the fence that is open at the end of `text` if `fence` is open at its start.

    A reader of blocks of whole lines passes the fence on from block to block. So the blocks have the same code as the text
    as a whole.

    >>> fence_behind("天晴了\\n```python\\n")
    Fence(mark='`', length=3)
    """
    for line in _fence_lines(text):
        fence = _turned(fence, line)
    return fence


def read_code(text: str, fence: Fence | None = None) -> Code:
    """Return the code of a text by the rules of CommonMark; `fence` is the fence open at its start.

    A fence begins a line, behind at most three blanks. A line with as many of the same marks and nothing else closes it. A
    fence that is never closed holds the rest of the text. Three backticks amid a line are no fence, so they hide nothing in
    a text that is no Markdown. A code span lies within its line.
    """
    spans: list[Bounds] = []
    opened = at = 0
    for line in _fence_lines(text):
        before, fence = fence, _turned(fence, line)
        if before is None:
            spans += _inline(text, at, line.start())
            opened = line.start()
        elif fence is None:
            spans.append((opened, line.end()))
            at = line.end()
    if fence is None:
        spans += _inline(text, at, len(text))
    else:
        spans.append((opened, len(text)))
    return Code(spans, fence)


def _turned(fence: Fence | None, line: "re.Match[str]") -> Fence | None:
    """Return the fence that is open behind a line with a mark of fences, if `fence` is open before it."""
    mark, length = line["run"][0], len(line["run"])
    if fence is None:
        return Fence(mark, length)
    is_closed = mark == fence.mark and length >= fence.length and not line["info"].strip(_BLANKS)
    return None if is_closed else fence


def _fence_lines(text: str) -> Iterator["re.Match[str]"]:
    """Yield the lines that begin with the mark of a fence, from their blanks on.

    This searches for the marks, not for the starts of lines: trying all lines of a megabyte took 20 ms.
    """
    at = 0
    next_of = {mark: find_mark(text, mark) for mark in FENCE_MARKS}
    while (found := min((place for place in next_of.values() if place >= 0), default=-1)) >= 0:
        start = found
        while start > at and found - start < _INDENT and text[start - 1] == " ":
            start -= 1
        line = _FENCE_RE.match(text, start) if not start or text[start - 1] in _LINE_ENDS else None
        if line:
            yield line
        at = line.end() if line else found + 1
        for mark, place in next_of.items():
            if 0 <= place < at:
                next_of[mark] = find_mark(text, mark, at)


def find_mark(text: AnyStr, mark: AnyStr, at: int = 0) -> int:
    """Return the first place of a fence's mark from `at` on; -1 if there is none.

    Its first character is searched: to search for all three takes ten times as long where it is rare.
    """
    for _ in range(_FEW):
        at = text.find(mark[:1], at)
        if at < 0 or text.startswith(mark, at):
            return at
        at += 1
    return text.find(mark, at)


def _inline(text: str, start: int, end: int) -> list[Bounds]:
    """Return the code spans of some lines. A span lies between two runs of equally many backticks. Spans do not nest."""
    spans: list[Bounds] = []
    runs: list[Bounds] = []
    at = text.find("`", start, end)
    while at >= 0 and (run := _RUN_RE.match(text, at, end)):
        if runs and _ends_line(text, runs[-1][1], at):
            spans += _closed(runs)
            runs = []
        runs.append(run.span())
        at = text.find("`", run.end(), end)
    return spans + _closed(runs)


def _ends_line(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch contains a line end."""
    return any(text.find(mark, start, end) >= 0 for mark in _LINE_ENDS)


def _closed(runs: list[Bounds]) -> list[Bounds]:
    """Return the code spans between the runs of backticks of one line."""
    partners: dict[int, int] = {}
    waiting: dict[int, int] = {}  # the next run of each length, from the line's end on
    for number in range(len(runs) - 1, -1, -1):
        start, end = runs[number]
        partners[number] = waiting.get(end - start, -1)
        waiting[end - start] = number
    spans, number = [], 0
    while number < len(runs):
        partner = partners[number]
        if partner > 0:
            spans.append((runs[number][0], runs[partner][1]))
        number = partner + 1 if partner > 0 else number + 1
    return spans
