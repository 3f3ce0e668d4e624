"""The byte scan: which texts, still in bytes, may have a cut. No other text is decoded or parsed.

It may name too many texts, never too few: it asks the rules about the text around a pair, the judge about the whole text.
"""

import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from cleanspam.judge.accomplices import NEAR
from cleanspam.judge.linejudge import LineJudge
from cleanspam.judge.prefilter import Prefilter
from cleanspam.judge.ruleindex import RuleIndex
from cleanspam.judge.view import Criteria, View
from cleanspam.native.candidates import Candidate, CandidateInBytes, LinesToRead
from cleanspam.text.brackets import Sites, is_chained, pair_of

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Bytes: accomplices stand up to NEAR to either side of a pair, and a character has up to four; two windows must hold them.
_WINDOW = 8 * NEAR
# Escapes of JSON, and the quotation marks around strings: to the look at lines they are line ends.
_STRUCTURE_RE = re.compile(rb'\\.|"', re.DOTALL)
_READ_AS = {b'"': b"\n", b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t", b"\\b": b"\b", b"\\f": b"\f"}


class _Asked(NamedTuple):
    """A pair, its window, and the rules that could match it, as bits."""

    window: int
    text: str
    candidate: Candidate
    rules: int


class ByteScan:
    """A prefilter and the rules that it asks. Without a compiled prefilter the scan cannot tell anything."""

    def __init__(self, prefilter: Prefilter | None, index: RuleIndex, criteria: Criteria, lines: LineJudge) -> None:
        self._prefilter, self._index, self._criteria, self._lines = prefilter, index, criteria, lines

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON, in UTF-8, that may have a cut or are no records.

        None if it can't tell.
        """
        found = self._prefilter.sift_json(data) if self._prefilter else None
        if found is None:
            return None
        lines, ends = found
        named = [line[:3] for line in lines if line[3] is None or self._has_suspect({0: line[3]})]
        noted = [line for line in self._lines_with_words(data) if self._may_cut_in(_spelled(data[line[1] : line[2]]))]
        return LinesToRead(sorted({*named, *noted}), ends)

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[int] | None:
        """Return the numbers of the texts, in UTF-8, that may have a cut.

        `offsets` are integers of `width` bytes: where each begins, and where the last one ends. None if it can't tell.
        """
        texts = self._prefilter.sift_texts(data, offsets, width) if self._prefilter else None
        if texts is None:
            return None
        named = {number for number, _, _, candidates in texts if candidates is None or self._has_suspect({0: candidates})}
        starts = memoryview(offsets).cast("B").cast("i" if width == 4 else "q")
        places = self._lines.scan.find_in_bytes(data, is_every=True)
        held = {bisect_right(starts, at) - 1 for at in places if starts[0] <= at < starts[-1]} - named
        raw = memoryview(data)
        return sorted(named | {number for number in held if self._may_cut_in(bytes(raw[starts[number] : starts[number + 1]]))})

    def is_suspect(self, data: bytes) -> bool | None:
        """Tell whether a text in UTF-8 may have a cut. A no is certain; None if the scan cannot tell."""
        windows = self._prefilter.sift_texts(data, array("q", _windows(data)), 8) if self._prefilter else None
        if windows is None:
            return None
        found = {number: candidates for number, _, _, candidates in windows if candidates is not None}
        return len(found) < len(windows) or self._has_suspect(found) or self._has_line(data)

    def _has_line(self, data: bytes) -> bool:
        """Tell whether a rule may cut a line, or readings in one."""
        return any(self._may_cut_in(data[start:end]) for _, start, end in self._lines_with_words(data))

    def _may_cut_in(self, data: bytes | None) -> bool:
        """Tell whether a rule may cut a line of a text, or readings in it. None stands for a text that was not read: yes."""
        return data is None or self._lines.may_cut_in(data.decode("utf-8", "surrogateescape"))

    def _lines_with_words(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield the lines that may have a word or letter that rules about lines look for: number, start and end."""
        number = counted = 0
        for at in self._lines.scan.find_in_bytes(data):
            start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
            number, counted = number + data.count(b"\n", counted, start), start
            yield number, start, len(data) if end < 0 else end

    def _has_suspect(self, windows: dict[int, list[CandidateInBytes]]) -> bool:
        """Tell whether a rule may match a pair, and enough others in the neighbouring windows to be its accomplices."""
        about = self._index.about
        asked = [
            _Asked(number, text, candidate, rules)
            for number, candidates in windows.items()
            for text, candidate in candidates
            if (rules := about(candidate))
        ]
        near = _Counted(one.window for one in asked)
        needs: list[tuple[int, int]] = []  # window and accomplices of what a rule may speak about
        for one in asked:
            others = near.number(one.window)
            likely = sum(matcher.bit for matcher in self._index.named(one.rules) if matcher.accomplices < others)
            spoken = self._speak(one.text, one.candidate, likely) if likely else 0
            if spoken:
                needs.append((one.window, min(matcher.accomplices for matcher in self._index.named(spoken))))
                if not needs[-1][1]:
                    return True
        suspects = _Counted(window for window, _ in needs)
        return any(least < suspects.number(window) for window, least in needs)

    def _speak(self, text: str, candidate: Candidate, rules: int) -> int:
        """Return the rules that may match, by the text near the pair. A link of a chain may stand anywhere."""
        pair = pair_of(candidate)
        view = View(text, pair, Sites(text), self._criteria)
        return view.meets_somewhere(rules) if is_chained(text, pair) else view.meets(rules)


def _spelled(record: bytes) -> bytes | None:
    """Return a record of JSON with each string as a line, unescaped; None for a record with \\u escapes."""
    if b"\\u" in record:
        return None
    return _STRUCTURE_RE.sub(lambda found: _READ_AS.get(found[0], found[0][1:]), record)


def _windows(data: bytes) -> list[int]:
    """Return the edges of windows of whole lines. Two pairs within NEAR are in one window or in neighbouring ones."""
    edges = [0]
    while end := data.find(b"\n", edges[-1] + _WINDOW) + 1:
        edges.append(end)
    return [*edges, len(data)]


class _Counted:
    """The number of items in each window."""

    def __init__(self, windows: Iterable[int]) -> None:
        self._counts = Counter(windows)

    def number(self, window: int) -> int:
        """Return the number of items in a window and its neighbours."""
        return sum([self._counts[one] for one in (window - 1, window, window + 1)])
