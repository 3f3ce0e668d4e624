"""The byte scan finds the texts that may have a cut, while they are still bytes. No other text is decoded or parsed.

The byte scan may name too many texts, never too few: it shows the rules only the text around a pair, the judge all of it.
"""

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from cleanspam.judge.accomplices import MANNERS, WEIGHT, bracket_suspect, supported
from cleanspam.judge.tables import Tables
from cleanspam.judge.wordscan import Hit
from cleanspam.model import Finding, Site
from cleanspam.named import NamedTuple
from cleanspam.native.candidates import Candidate, CandidateInBytes, LinesToRead
from cleanspam.text.brackets import Sites, is_chained, own_text, pair_of
from cleanspam.text.entities import ENTITY, read_entities

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from cleanspam.judge.criteria import Criteria
    from cleanspam.judge.linejudge import LineJudge
    from cleanspam.judge.matcher import Matcher
    from cleanspam.judge.ruleindex import RuleIndex

# An entity may stand for a bracket. Entities are decoded only when the whole text is read.
_ENTITY_RE = re.compile(ENTITY.encode())


class Rules(Protocol):
    """The part of a judge that the scan needs."""

    @property
    def index(self) -> "RuleIndex": ...
    @property
    def criteria(self) -> "Criteria": ...
    @property
    def lines(self) -> "LineJudge": ...
    def cuts_among(self, text: str, reported: Sequence[Candidate], hits: Sequence[Hit]) -> list[Finding]:
        """Return the cuts among the candidates and words that the prefilter found."""


class _Asked(NamedTuple):
    """A pair, and the rules that could match it, as bits."""

    text: str
    candidate: Candidate
    rules: int


class _Need(NamedTuple):
    """A rule that may match a pair, and the least number of accomplices that it needs there."""

    matcher: "Matcher"
    accomplices: int


class _Spoken(NamedTuple):
    """A pair, and the rules that may match it, judged by the text near it. The site of a link in a chain is unknown."""

    kind: str
    site: Site | None
    own: str
    needs: list[_Need]


class ByteScan:
    """The prefilter together with the rules. Without a compiled prefilter the scan has no answer.

    `rules` is called once, for the first text with a candidate.
    """

    def __init__(self, tables: Tables, rules: Callable[[], Rules]) -> None:
        self._prefilter, self._scan, self._rules = tables.prefilter, tables.scan, rules

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON, in UTF-8, that may have a cut, or that are not records.

        None if it can't tell.
        """
        found = self._prefilter.sift_json(data)
        if found is None:
            return None
        lines, ends = found
        named = [line[:3] for line in lines if line[3] is None or self._has_suspect(line[3])]
        noted = [line for line in self._lines_with_words(data) if self._cuts_lines_of_record(data[line[1] : line[2]])]
        spelled = _lines_at(data, (found.start() for found in _ENTITY_RE.finditer(data)))
        return LinesToRead(sorted({*named, *noted, *spelled}), ends)

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> list[int] | None:
        """Return the numbers of the texts, in UTF-8, that may have a cut. These are the texts with a candidate behind a gate.

        No text is judged here. Judging twice costs more than cleaning a few texts in vain: 0.83 s instead of 0.45 s where one
        text of ten is planted.

        `offsets` are integers of `width` bytes: the start of each text, and the end of the last. None if the scan can't tell.
        """
        texts = self._prefilter.sift_texts(data, offsets, width)
        if texts is None:
            return None
        named = {number for number, _, _, candidates in texts if candidates is None or self._is_asked_about(candidates)}
        starts = memoryview(offsets).cast("B").cast("i" if width == 4 else "q")
        places = self._scan.find_in_bytes(data, is_every=True)
        raw = memoryview(data)
        named |= {bisect_right(starts, found.start()) - 1 for found in _ENTITY_RE.finditer(raw, starts[0], starts[-1])}
        asked = {bisect_right(starts, at) - 1 for at in places if starts[0] <= at < starts[-1]} - named
        return sorted(named | {at for at in asked if self._prefilter.look(_decoded(raw[starts[at] : starts[at + 1]]))[1]})

    def is_suspect(self, text: str) -> bool | None:
        """Tell whether a text may have a cut. False is certain. None without a compiled prefilter: cleaning takes as long.

        Decoding a text is faster than searching its bytes for words.
        """
        if not self._prefilter.is_compiled:
            return None
        if read_entities(text):
            return True
        reported, hits = self._prefilter.look(text)
        return bool((reported or hits) and self._rules().cuts_among(text, reported, hits))

    def _cuts_lines_of_record(self, record: bytes) -> bool:
        """Tell whether a rule cuts lines or readings in a string of a record. True also for a record that is not JSON."""
        try:
            return any(map(self._cuts_lines, _strings(record)))
        except (ValueError, RecursionError):
            return True

    def _cuts_lines(self, text: str) -> bool:
        """Tell whether a rule cuts lines of a text, or readings in it."""
        _, hits = self._prefilter.look(text)
        return bool(hits) and bool(self._rules().lines.cuts(text, hits, Sites(text)))

    def _lines_with_words(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield number, start and end of each line that may have a word or letter of the rules about lines."""
        return _lines_at(data, self._scan.find_in_bytes(data))

    def _is_asked_about(self, candidates: list[CandidateInBytes]) -> bool:
        """Tell whether the gates let a rule be tried on one of the pairs."""
        return any(map(self._rules().index.about, (one for _, one in candidates)))

    def _has_suspect(self, candidates: list[CandidateInBytes]) -> bool:
        """Tell whether a rule may match a pair of the text and has enough accomplices there."""
        about = self._rules().index.about
        asked = [_Asked(text, one, rules) for text, one in candidates if (rules := about(one))]
        spoken = [self._speak(one, len(asked)) for one in asked]
        left = _repeated([one for one in spoken if one])
        # Every other pair of the text counts as near.
        needed = ((one, min(need.accomplices for need in one.needs)) for one in left)
        sites = ((one, needs, site) for one, needs in needed for site in ([one.site] if one.site else MANNERS))
        return bool(supported(bracket_suspect(0, one.kind, site, one.own, needs) for one, needs, site in sites))

    def _speak(self, one: _Asked, others: int) -> _Spoken | None:
        """Return the rules that may match by the text near the pair. None if there is no such rule, or too few others are near.

        The site of a link in a chain is left open.
        """
        from cleanspam.judge.view import View  # a text without a candidate needs none

        index, criteria = self._rules().index, self._rules().criteria
        likely = sum(m.bit for m in index.named(one.rules) if m.accomplices <= WEIGHT * (others - 1) or m.rule.repeats)
        pair = pair_of(one.candidate)
        # Only one of 20 such pairs has an own text that a rule matches.
        likely = criteria.own(own_text(one.text, pair)).meets(likely) if likely else 0
        if not likely:
            return None
        view = View(one.text, pair, Sites(one.text), criteria)
        is_known = not is_chained(one.text, pair)
        met = index.named(view.meets(likely) if is_known else view.meets_somewhere(likely))
        needs = [_Need(m, m.needs_at(view) if is_known else m.accomplices) for m in met]
        return _Spoken(view.kind, view.site if is_known else None, view.own, needs) if needs else None


def _lines_at(data: bytes, places: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of each line that holds one of the ordered places."""
    number = counted = 0
    for at in places:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        number, counted = number + data.count(b"\n", counted, start), start
        yield number, start, len(data) if end < 0 else end


def _repeated(spoken: list[_Spoken]) -> list[_Spoken]:
    """Leave out each rule with `repeats N` where the own text stands fewer than N times."""
    times = Counter((need.matcher.bit, one.own) for one in spoken for need in one.needs if need.matcher.rule.repeats)
    left = (
        one._replace(needs=[n for n in one.needs if times[n.matcher.bit, one.own] >= n.matcher.rule.repeats]) for one in spoken
    )
    return [one for one in left if one.needs]


def _strings(record: bytes) -> Iterator[str]:
    """Yield all strings of a JSON value: the keys, the values, and the values of repeated keys."""
    waiting = [json.loads(record, object_pairs_hook=list)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            waiting += value


def _decoded(data: "Buffer") -> str:
    return str(data, "utf-8", "surrogateescape")
