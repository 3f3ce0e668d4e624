"""The functions of _native.c in Python: the same results, slower. The bracket search in Python is in judge/prefilter.py."""

import re
from bisect import bisect_left
from collections import Counter
from itertools import accumulate, pairwise

from cleanspam.native.candidates import Bounds, FoundMarks, MarkClasses, Pair


class Spelling:
    """A character table: each character of `source` reads as the character at the same index of `target`."""

    def __init__(self, source: str, target: str, _soft: str = "", _hard: str = "", /) -> None:
        self._table = str.maketrans(source, target)

    def __call__(self, text: str, /) -> str:
        """Return `text` with each character replaced by its reading."""
        return text.translate(self._table)


def decode_utf8(data: bytes, /) -> str | None:
    """Return the text of UTF-8; None if the bytes are not UTF-8, or end in a part of a character."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def is_valid_utf8(data: bytes, /) -> bool:
    """Tell whether bytes are UTF-8, without a character cut off at the end."""
    return decode_utf8(data) is not None


def keep_freed_memory() -> None:
    """Do nothing: without the C module the C library is not asked to keep memory."""


def utf8_places(data: bytes, chars: list[int], /) -> list[int]:
    """Return where characters of UTF-8 begin, in bytes, by their numbers, which ascend.

    >>> utf8_places("网a站".encode(), [0, 1, 2, 3])
    [0, 3, 4, 7]
    """
    text = data.decode()
    return [*accumulate(len(text[start:end].encode()) for start, end in pairwise([0, *chars]))]


class LineMarks:
    """The marks that part a line."""

    def __init__(self, classes: MarkClasses, /) -> None:
        opener, closer = (re.escape("".join(chars)) for chars in zip(*classes.kinds, strict=True))
        stops, quotes, pauses, closing, clause_marks, frames = map(re.escape, classes[:6])
        plain = f"[^{opener}{closer}]"
        han, point = r"[\u4e00-\u9fff]", r"\.(?!\.?[a-z0-9])"
        self._bracket_re = re.compile(f"[{opener}](?:{plain}|[{opener}]{plain}*[{closer}])*[{closer}]")
        behind_word, goes_on = f"(?<={han}{han}){point}", f"(?<={han}){point}"
        self._end_re = re.compile(f"(?:[{stops}]|{behind_word})(?:[{stops}]|{goes_on})*[{closing}]*|(?<=[{pauses}])[{quotes}]")
        singles = (f"[{clause_marks}](?!//)", f"[{frames}]", f"[{opener}{closer}]")
        self._single_res = [re.compile(pattern) for pattern in singles]
        self._edge_re = re.compile(f"[{opener}{closer}\n\r]")
        self._signs = {char: (at, side) for at, kind in enumerate(classes.kinds) for side in (0, 1) for char in kind[side]}

    def find(self, text: str, start: int, end: int, /) -> FoundMarks:
        """Return the places of the marks of a line."""
        brackets = [found.span() for found in self._bracket_re.finditer(text, start, end)]
        ends = [found.span() for found in self._end_re.finditer(text, start, end)]
        ends = [one for one in ends if not _is_held(one, brackets)]
        single = ([found.start() for found in marks.finditer(text, start, end)] for marks in self._single_res)
        return FoundMarks(*_columns(brackets), *_columns(ends), *single)

    def pairs(self, text: str, /) -> list[Pair]:
        """Return the pairs of brackets of a text, in the order of their ends.

        A closing bracket passes over openers of other kinds. A bracket without a partner on its line is text.
        """
        found: list[Pair] = []
        open_: list[tuple[int, int, list[Bounds]]] = []  # kind, start and pairs inside
        waiting = Counter[int]()  # the number of open brackets, by kind
        for edge in self._edge_re.finditer(text):
            kind, is_closer = self._signs.get(edge[0], (-1, 0))
            if kind < 0:
                open_ = []
                waiting.clear()
            elif not is_closer:
                open_.append((kind, edge.start(), []))
                waiting[kind] += 1
            elif waiting[kind]:
                passed = [open_.pop()]
                while passed[-1][0] != kind:
                    passed.append(open_.pop())
                waiting -= Counter(opener[0] for opener in passed)
                inner = tuple(span for _, _, spans in reversed(passed) for span in spans)
                found.append(Pair(passed[-1][1], edge.end(), inner))
                if open_:
                    open_[-1][2].append(found[-1][:2])
        return found


def _is_held(mark: Bounds, brackets: list[Bounds]) -> bool:
    """Tell whether a mark lies in one of the brackets, which are in order."""
    before = bisect_left(brackets, (mark[0],))
    return before > 0 and mark[1] < brackets[before - 1][1]


def _columns(spans: list[Bounds]) -> tuple[list[int], list[int]]:
    return [start for start, _ in spans], [end for _, end in spans]
