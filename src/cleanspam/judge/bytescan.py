"""The byte scan finds the texts that may have a cut, while they are still bytes. No other text is decoded or parsed.

It names each text about which a gate lets a rule be asked: too many, never too few. To judge a text here and again when it is
cleaned takes longer than to clean a few in vain.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from cleanspam.judge.tables import Tables
from cleanspam.judge.wordscan import Hit
from cleanspam.model import Finding
from cleanspam.native.candidates import Candidate, LinesToRead
from cleanspam.text.entities import ENTITY, read_entities
from cleanspam.text.latepattern import late_pattern
from cleanspam.typed import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing_extensions import Buffer

# An entity may stand for a bracket. Entities are decoded only when the whole text is read.
_ENTITY_RE = late_pattern(ENTITY.encode())


class Rules(Protocol):
    """The part of a judge that the scan needs."""

    def cuts_among(self, text: str, reported: Sequence[Candidate], hits: Sequence[Hit]) -> list[Finding]:
        """Return the cuts among the candidates and words that the prefilter found."""


class ByteScan:
    """The prefilter together with the rules. Without a compiled prefilter the scan has no answer.

    `rules` is called once, for the first text with a candidate.
    """

    def __init__(self, tables: Tables, rules: Callable[[], Rules]) -> None:
        self._prefilter, self._rules = tables.prefilter, rules

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON, in UTF-8, that may have a cut, or that are not records.

        None if it can't tell.
        """
        found = self._prefilter.sift_json(data)
        if found is None:
            return None
        spelled = _lines_at(data, (found.start() for found in _ENTITY_RE.finditer(data)))
        return LinesToRead(sorted({*found.lines, *spelled}), found.ends)

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[int] | None:
        """Return the numbers of the texts, in UTF-8, that may have a cut.

        `offsets` are integers of `width` bytes: the start of each text, and the end of the last. None if the scan can't tell.
        """
        named = self._prefilter.sift_texts(data, offsets, width)
        if named is None:
            return None
        starts = memoryview(offsets).cast("B").cast("i" if width == 4 else "q")
        spelled = _ENTITY_RE.finditer(memoryview(data), starts[0], starts[-1])
        return sorted({*named, *(bisect_right(starts, found.start()) - 1 for found in spelled)})

    def is_suspect(self, text: str) -> bool | None:
        """Tell whether a text may have a cut. False is certain. None without a compiled prefilter: cleaning takes as long.

        Decoding a text is faster than searching its bytes for words.
        """
        if not self._prefilter.is_compiled:
            return None
        reported, hits, may_be_spelled = self._prefilter.look(text)
        if may_be_spelled and read_entities(text):
            return True
        return bool((reported or hits) and self._rules().cuts_among(text, reported, hits))


def _lines_at(data: bytes, places: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of each line that holds one of the ordered places."""
    number = counted = 0
    for at in places:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        number, counted = number + data.count(b"\n", counted, start), start
        yield number, start, len(data) if end < 0 else end
