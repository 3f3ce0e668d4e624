"""The screen: which texts, in bytes, could have something to cut; all others need not be decoded or parsed.

Wrong only in naming too many: it asks the rules about the text around a pair, where the judge asks about all of the text.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleanspam.judge.accomplices import NEAR
from cleanspam.judge.linejudge import LineJudge
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.prefilter import Prefilter
from cleanspam.judge.ruleindex import RuleIndex
from cleanspam.judge.view import Criteria, View
from cleanspam.native.candidates import Candidate, CandidateInBytes, LinesToRead
from cleanspam.text.brackets import Sites, is_chained, pair_of

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Bytes: accomplices stand up to NEAR to either side of a pair, and a character has up to four; two windows must hold them.
_WINDOW = 8 * NEAR


class _Asked(NamedTuple):
    """A pair, the window that it is in, and the rules that could speak about it."""

    window: int
    text: str
    candidate: Candidate
    matchers: Sequence[Matcher]


class ByteScan:
    """A prefilter and the rules that it asks. Without one, or where that is not compiled, it can tell nothing."""

    def __init__(self, prefilter: Prefilter | None, index: RuleIndex, criteria: Criteria, lines: LineJudge) -> None:
        self._prefilter, self._index, self._criteria, self._lines = prefilter, index, criteria, lines

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON, in UTF-8, that have something to cut or are no records; wrong only in naming too many.

        None if it can't tell.
        """
        found = self._prefilter.sift_json(data) if self._prefilter else None
        if found is None:
            return None
        lines, ends = found
        named = [line[:3] for line in lines if line[3] is None or self._has_suspect({0: line[3]})]
        return LinesToRead(_with_those_at(data, named, self._lines.scan.find_in_bytes(data)), ends)

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[int] | None:
        """Return the numbers of the texts with something to cut, of many in UTF-8; wrong only in naming too many.

        `offsets` are integers of `width` bytes: where each begins, and where the last one ends. None if it can't tell.
        """
        texts = self._prefilter.sift_texts(data, offsets, width) if self._prefilter else None
        if texts is None:
            return None
        named = {number for number, _, _, candidates in texts if candidates is None or self._has_suspect({0: candidates})}
        starts = memoryview(offsets).cast("B").cast("i" if width == 4 else "q")
        places = self._lines.scan.find_in_bytes(data, is_every=True)
        return sorted(named | {bisect_right(starts, at) - 1 for at in places if starts[0] <= at < starts[-1]})

    def is_suspect(self, data: bytes) -> bool | None:
        """Tell whether a text in UTF-8 may have something to cut; wrong only in saying yes. None if it can't be told."""
        windows = self._prefilter.sift_texts(data, array("q", _windows(data)), 8) if self._prefilter else None
        if windows is None:
            return None
        found = {number: candidates for number, _, _, candidates in windows if candidates is not None}
        return len(found) < len(windows) or self._has_suspect(found) or self._has_line(data)

    def _has_line(self, data: bytes) -> bool:
        """Tell whether a rule may cut a line, or readings in one."""
        lines = _with_those_at(data, [], self._lines.scan.find_in_bytes(data))
        return any(self._lines.may_cut_in(data[start:end].decode("utf-8", "surrogateescape")) for _, start, end in lines)

    def _has_suspect(self, windows: dict[int, list[CandidateInBytes]]) -> bool:
        """Tell whether a rule may speak about a pair, and about as many as it needs accomplices in neighbouring windows."""
        about = self._index.about
        asked = [
            _Asked(number, text, candidate, matchers)
            for number, candidates in windows.items()
            for text, candidate in candidates
            if (matchers := about(candidate))
        ]
        near = _Counted(one.window for one in asked)
        needs: list[tuple[int, int]] = []  # window and accomplices of what a rule may speak about
        for one in asked:
            likely = [matcher for matcher in one.matchers if matcher.accomplices < near.number(one.window)]
            spoken = self._speak(one.text, one.candidate, likely) if likely else ()
            if spoken:
                needs.append((one.window, min(matcher.accomplices for matcher in spoken)))
                if not needs[-1][1]:
                    return True
        suspects = _Counted(window for window, _ in needs)
        return any(least < suspects.number(window) for window, least in needs)

    def _speak(self, text: str, candidate: Candidate, matchers: Sequence[Matcher]) -> list[Matcher]:
        """Return which of the rules may speak, by the text near the pair; if it may be one of a chain, wherever that ends."""
        pair = pair_of(candidate)
        view = View(text, pair, Sites(text), self._criteria)
        if is_chained(text, pair):
            return [matcher for matcher in matchers if matcher.speaks_somewhere(view)]
        return [matcher for matcher in matchers if matcher.speaks(view)]


def _with_those_at(data: bytes, lines: list[tuple[int, int, int]], places: list[int]) -> list[tuple[int, int, int]]:
    """Add the lines of the data that hold the places, in order, to those named: number, start and end."""
    known = {line[0]: line for line in lines}
    number = counted = 0
    for at in places:
        number, counted = number + data.count(b"\n", counted, at), at
        if number not in known:
            end = data.find(b"\n", at)
            known[number] = (number, data.rfind(b"\n", 0, at) + 1, len(data) if end < 0 else end)
    return sorted(known.values())


def _windows(data: bytes) -> list[int]:
    """Return the edges of windows of whole lines, so long that what is near each other is in one or in neighbouring ones."""
    edges = [0]
    while end := data.find(b"\n", edges[-1] + _WINDOW) + 1:
        edges.append(end)
    return [*edges, len(data)]


class _Counted:
    """How many stand in each window."""

    def __init__(self, windows: Iterable[int]) -> None:
        self._counts = Counter(windows)

    def number(self, window: int) -> int:
        """Return how many stand in a window and its neighbours."""
        return sum([self._counts[one] for one in (window - 1, window, window + 1)])
