"""The byte scan: which texts, still in bytes, may have a cut. No other text is decoded or parsed.

It may name too many texts, never too few: it asks the rules about the text around a pair, the judge about the whole text.
"""

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from cleanspam.judge.accomplices import MANNERS, WEIGHT, bracket_suspect, supported
from cleanspam.judge.tables import Tables
from cleanspam.judge.wordscan import Hit
from cleanspam.model import Finding, Site
from cleanspam.native.candidates import Candidate, CandidateInBytes, LinesToRead
from cleanspam.text.brackets import Sites, is_chained, own_text, pair_of
from cleanspam.text.entities import ENTITY, read_entities

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from cleanspam.judge.criteria import Criteria
    from cleanspam.judge.linejudge import LineJudge
    from cleanspam.judge.matcher import Matcher
    from cleanspam.judge.ruleindex import RuleIndex

# An entity may be a bracket, and what is in it is read only with the whole text.
_ENTITY_RE = re.compile(ENTITY.encode())


class Rules(Protocol):
    """What the scan asks of a judge."""

    @property
    def index(self) -> "RuleIndex": ...
    @property
    def criteria(self) -> "Criteria": ...
    @property
    def lines(self) -> "LineJudge": ...
    def cuts_among(self, text: str, reported: Sequence[Candidate], hits: Sequence[Hit]) -> list[Finding]:
        """Return the findings that cut, of what a look at the text found."""


class _Asked(NamedTuple):
    """A pair and the rules that could match it, as bits."""

    text: str
    candidate: Candidate
    rules: int


class _Need(NamedTuple):
    """A rule that may match a pair, and how many accomplices it needs there at least."""

    matcher: "Matcher"
    accomplices: int


class _Spoken(NamedTuple):
    """A pair about which rules may speak, by the text near it. The site of a chain's link is unknown."""

    kind: str
    site: Site | None
    own: str
    needs: list[_Need]


class ByteScan:
    """A prefilter and the rules that it asks. Without a compiled prefilter the scan cannot tell anything.

    `rules` are made for the first text that has something to ask them about.
    """

    def __init__(self, tables: Tables, rules: Callable[[], Rules]) -> None:
        self._prefilter, self._scan, self._rules = tables.prefilter, tables.scan, rules

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON, in UTF-8, that may have a cut or are no records.

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
        """Return the numbers of the texts, in UTF-8, that may have a cut: those about which the gates let a rule be asked.

        A text is not judged here, for to judge it twice takes longer than to clean a few in vain: 0.83 s and not 0.45 where one
        of ten is planted.

        `offsets` are integers of `width` bytes: where each begins, and where the last one ends. None if it can't tell.
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
        """Tell whether a text has a cut. A no is certain; None if nothing is compiled, and to clean it takes as long.

        To decode a text takes less than to look at its bytes for words.
        """
        if not self._prefilter.is_compiled:
            return None
        if read_entities(text):
            return True
        reported, hits = self._prefilter.look(text)
        return bool((reported or hits) and self._rules().cuts_among(text, reported, hits))

    def _cuts_lines_of_record(self, record: bytes) -> bool:
        """Tell whether a rule cuts lines or readings in a string of a record, or it is no JSON and is to be read."""
        try:
            return any(map(self._cuts_lines, _strings(record)))
        except (ValueError, RecursionError):
            return True

    def _cuts_lines(self, text: str) -> bool:
        """Tell whether a rule cuts lines of a text, or readings in it."""
        _, hits = self._prefilter.look(text)
        return bool(hits) and bool(self._rules().lines.cuts(text, hits, Sites(text)))

    def _lines_with_words(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield the lines that may have a word or letter that rules about lines look for: number, start and end."""
        return _lines_at(data, self._scan.find_in_bytes(data))

    def _is_asked_about(self, candidates: list[CandidateInBytes]) -> bool:
        """Tell whether a rule may match one of the pairs, by its gates."""
        return any(map(self._rules().index.about, (one for _, one in candidates)))

    def _has_suspect(self, candidates: list[CandidateInBytes]) -> bool:
        """Tell whether a rule may match a pair of a text, and enough others there to be its accomplices."""
        about = self._rules().index.about
        asked = [_Asked(text, one, rules) for text, one in candidates if (rules := about(one))]
        spoken = [self._speak(one, len(asked)) for one in asked]
        left = _repeated([one for one in spoken if one])
        # All of a text are taken for near.
        needed = ((one, min(need.accomplices for need in one.needs)) for one in left)
        sites = ((one, needs, site) for one, needs in needed for site in ([one.site] if one.site else MANNERS))
        return bool(supported(bracket_suspect(0, one.kind, site, one.own, needs) for one, needs, site in sites))

    def _speak(self, one: _Asked, others: int) -> _Spoken | None:
        """Return the rules that may match, by the text near the pair; None if none may, or all need more than others are near.

        A link of a chain may stand anywhere.
        """
        from cleanspam.judge.view import View  # a text without a candidate needs none

        index, criteria = self._rules().index, self._rules().criteria
        likely = sum(m.bit for m in index.named(one.rules) if m.accomplices <= WEIGHT * (others - 1) or m.rule.repeats)
        pair = pair_of(one.candidate)
        # Of 20 pairs that are asked about, one has an own text that a rule is for.
        likely = criteria.own(own_text(one.text, pair)).meets(likely) if likely else 0
        if not likely:
            return None
        view = View(one.text, pair, Sites(one.text), criteria)
        is_known = not is_chained(one.text, pair)
        met = index.named(view.meets(likely) if is_known else view.meets_somewhere(likely))
        needs = [_Need(m, m.needs_at(view) if is_known else m.accomplices) for m in met]
        return _Spoken(view.kind, view.site if is_known else None, view.own, needs) if needs else None


def _lines_at(data: bytes, places: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the lines that hold places in order: number, start and end."""
    number = counted = 0
    for at in places:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        number, counted = number + data.count(b"\n", counted, start), start
        yield number, start, len(data) if end < 0 else end


def _repeated(spoken: list[_Spoken]) -> list[_Spoken]:
    """Leave out the rules that ask for an own text more often than it stands there."""
    times = Counter((need.matcher.bit, one.own) for one in spoken for need in one.needs if need.matcher.rule.repeats)
    left = (
        one._replace(needs=[n for n in one.needs if times[n.matcher.bit, one.own] >= n.matcher.rule.repeats]) for one in spoken
    )
    return [one for one in left if one.needs]


def _strings(record: bytes) -> Iterator[str]:
    """Yield the strings of a JSON value, names and those of repeated names, too."""
    waiting = [json.loads(record, object_pairs_hook=list)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            waiting += value


def _decoded(data: "Buffer") -> str:
    return str(data, "utf-8", "surrogateescape")
