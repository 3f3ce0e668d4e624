"""The screen: which texts, in bytes, could have something to cut; all others need not be decoded or parsed.

Wrong only in naming too many: it asks the rules about the text around a pair, where the judge asks about all of the text.
"""

from array import array
from typing import TYPE_CHECKING

from cleanspam.judge.lexicon import ALL, Lexicon
from cleanspam.judge.matcher import NEAR, Matcher, View
from cleanspam.judge.prefilter import Prefilter
from cleanspam.judge.ruleindex import RuleIndex
from cleanspam.native.candidates import Candidate, CandidateInBytes, LinesToRead
from cleanspam.text.brackets import Pair, Sites, is_chained, pair_of

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Bytes: a crowd reaches NEAR to either side of a pair, and a character has up to four; it must lie in two windows.
_WINDOW = 8 * NEAR
# The number of a window, a text in it, a pair in that, and the rules that could speak about it.
_Asked = tuple[int, str, Candidate, tuple[Matcher, ...]]


class ByteScan:
    """A sieve and the rules that it asks. Without a sieve, or where that is not compiled, it can tell nothing."""

    def __init__(self, sieve: Prefilter | None, likely: RuleIndex, lexicon: Lexicon) -> None:
        self._sieve, self._likely, self._lexicon = sieve, likely, lexicon

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON, in UTF-8, that have something to cut or are no records; wrong only in naming too many.

        None if it can't tell.
        """
        sifted = self._sieve.sift_json(data) if self._sieve else None
        if sifted is None:
            return None
        lines, ends = sifted
        return LinesToRead([line[:3] for line in lines if line[3] is None or self._has_suspect({0: line[3]})], ends)

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[int] | None:
        """Return the numbers of the texts with something to cut, of many in UTF-8; wrong only in naming too many.

        `offsets` are integers of `width` bytes: where each begins, and where the last one ends. None if it can't tell.
        """
        texts = self._sieve.sift_texts(data, offsets, width) if self._sieve else None
        if texts is None:
            return None
        return [number for number, _, _, glimpses in texts if glimpses is None or self._has_suspect({0: glimpses})]

    def is_suspect(self, data: bytes) -> bool | None:
        """Tell whether a text in UTF-8 may have something to cut; wrong only in saying yes. None if it can't be told."""
        windows = self._sieve.sift_texts(data, array("q", _windows(data)), 8) if self._sieve else None
        if windows is None:
            return None
        found = {number: glimpses for number, _, _, glimpses in windows if glimpses is not None}
        return len(found) < len(windows) or self._has_suspect(found)

    def _has_suspect(self, windows: dict[int, list[CandidateInBytes]]) -> bool:
        """Tell whether a rule may speak about a pair, or about as many as the crowd it asks for in neighbouring windows."""
        about = self._likely.about
        asked = [
            (number, text, reported, matchers)
            for number, glimpses in windows.items()
            for text, reported in glimpses
            if (matchers := about(reported))
        ]
        crowds = _crowds(asked)
        voices: dict[tuple[Matcher, int], int] = {}
        for number, text, reported, matchers in asked:
            likely = [one for one in matchers if not one.crowd or one.crowd < _within(crowds, one, number - 1, number + 1)]
            for matcher in self._may_speak(text, pair_of(reported), likely) if likely else ():
                voices[matcher, number] = voices.get((matcher, number), 0) + 1
                if not matcher.crowd or matcher.crowd < _within(voices, matcher, number - 1, number):
                    return True
        return False

    def _may_speak(self, text: str, pair: Pair, matchers: list[Matcher]) -> list[Matcher]:
        """Return which of the rules may speak, by the text near the pair; if it may be one of a chain, wherever that ends."""
        view = View(text, pair, Sites(text), self._lexicon)
        view.lists = ALL  # they are likely by the words that the sieve found: to find those again would take most of the time
        if is_chained(text, pair):
            return [matcher for matcher in matchers if matcher.may_speak_somewhere(view)]
        return [matcher for matcher in matchers if matcher.may_speak(view)]


def _windows(data: bytes) -> list[int]:
    """Return the edges of windows of whole lines, so long that what is near each other is in one or in neighbouring ones."""
    edges = [0]
    while end := data.find(b"\n", edges[-1] + _WINDOW) + 1:
        edges.append(end)
    return [*edges, len(data)]


def _crowds(asked: list[_Asked]) -> dict[tuple[Matcher, int], int]:
    """Return how many pairs of each window each rule that asks for a crowd is asked about; of most texts that is one pair."""
    crowds: dict[tuple[Matcher, int], int] = {}
    if len(asked) > 1:
        for number, _, _, matchers in asked:
            for one in matchers:
                if 0 < one.crowd < len(asked):
                    crowds[one, number] = crowds.get((one, number), 0) + 1
    return crowds


def _within(counted: dict[tuple[Matcher, int], int], matcher: Matcher, first: int, last: int) -> int:
    return sum([counted.get((matcher, window), 0) for window in range(first, last + 1)]) if counted else 0
