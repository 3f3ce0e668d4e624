"""The byte scan finds the texts that may have a cut, while they are still bytes. No other text is parsed, or made a str.

It names each text about which a gate lets a rule be asked: too many, never too few. To judge a text here and again when it is
cleaned takes longer than to clean a few in vain.
"""

from collections.abc import Callable, Sequence

from cleanspam.judge.tables import Tables
from cleanspam.judge.wordscan import Hit
from cleanspam.model import Finding
from cleanspam.native.candidates import Candidate, LinesToRead
from cleanspam.text.entities import read_entities
from cleanspam.typed import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing_extensions import Buffer


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
        return self._prefilter.sift_json(data)

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[int] | None:
        """Return the numbers of the texts, in UTF-8, that may have a cut.

        `offsets` are integers of `width` bytes: the start of each text, and the end of the last. None if the scan can't tell.
        """
        return self._prefilter.sift_texts(data, offsets, width)

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
