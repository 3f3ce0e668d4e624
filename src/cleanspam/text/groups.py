"""Groups: tells which parentheticals of a text belong to the form of an author's list: rows, catalogues, parallel items.

Such brackets are the author's, and no accomplices: of 229 wrong cuts in 79 million characters of prose 221 were part of such
a list, but only 1 in 100 advertisements planted between commas or behind words. Only structure decides: no function here knows
a word. The cost of a bracket depends on its neighbourhood, not on the length of the text.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from enum import Enum
from functools import cached_property
from itertools import pairwise, takewhile

from cleanspam.model import Span
from cleanspam.native.candidates import Bounds
from cleanspam.text.brackets import Pair, Sites, back_over_blanks, on_over_blanks, own_text, pairs
from cleanspam.text.fold import fold, spellings
from cleanspam.text.lines import bounds
from cleanspam.text.marks import BLANKS, CLAUSE_MARKS, LINE_ENDS, SEPARATORS
from cleanspam.text.pairing import CLOSERS, KIND

# The greatest distance, in code points, at which brackets are compared: about an article.
NEAR = 5_000
# The marks between the brackets of a row. The first ones end no clause.
_ENUMERATING = "、､﹑︑/"
_JOINING = SEPARATORS + _ENUMERATING
# The most code points before the note of a catalogue's entry: 99 of 100 entries have fewer. A sentence is no entry.
_ENTRY = 30
_ENTRIES_NEAR = 20  # the lines on either side that decide whether a line is in a catalogue
_LEAST_ENTRIES = 4
_IN_A_ROW = 3
# Two items side by side have at most so many code points between their notes: 甲（河边配音） 乙(山里配音).
_SIDE_BY_SIDE = 10
# Items alternate with notes if an item has at most so many code points: 一楼，（鞋帽），二楼，（箱包），三楼，（玩具）.
_TURN = 12
_SHORT = 6
_STOPS = frozenset(CLAUSE_MARKS) - frozenset(_ENUMERATING)
_BETWEEN = CLAUSE_MARKS + LINE_ENDS  # also "", at the beginning of a text
_AT_END = frozenset(BLANKS + CLAUSE_MARKS)


class ListForm(str, Enum):
    """A form of list. The brackets of a list are its author's own."""

    CATALOGUE = "catalogue"  # one entry a line, each with its note
    COUNTED_ROW = "counted row"  # brackets joined by commas, behind a number that states how many there are
    TURNS = "turns"  # three or more between clause marks, each behind a short item
    PARALLEL = (
        "parallel"  # three nearby, or two side by side, begin alike, end alike, stand behind the same word or are built alike
    )


class _Item:
    """A pair near those that are asked. Few of such pairs stand where one of these does, so own texts are folded late."""

    __slots__ = ("_lines", "_own", "_pair", "end", "place", "start")

    def __init__(self, lines: str, at: int, pair: Pair) -> None:
        """Take lines of a text, the place where they begin in it, and a pair in them."""
        self._lines, self._pair, self._own = lines, pair, ""
        self.start, self.end = pair.start + at, pair.end + at
        # A bracket between marks is never parallel to a gloss behind a word: a planting may end like three glosses.
        self.place = KIND[lines[pair.start]], lines[max(pair.start - 1, 0) : pair.start] in _BETWEEN

    @property
    def own(self) -> str:
        """The folded own text."""
        if not self._own:
            self._own = fold(own_text(self._lines, self._pair))
        return self._own

    @property
    def bounds(self) -> Bounds:
        """Where the pair begins and ends in the text."""
        return self.start, self.end

    def traits(self) -> list["_Trait"]:
        """Return what parallel items share: the place with the beginning, ending, word before, or build."""
        start, own, traits = self._pair.start, self.own, list[_Trait]()
        word = self._lines[max(start - 2, 0) : start]
        if len(own) > 3:
            traits += (self.place, "opens", own[:2]), (self.place, "ends", own[-2:])
        if len(word) == 2 and word.isalnum():
            traits.append((self.place, "behind", word))
        if 3 < len(own) <= _SHORT:  # descriptions of how characters are built: 左人右木, 左水右木
            traits.append((self.place, f"built of {len(own)}", own[::2]))
        return traits


# The kind of bracket and whether it stands between marks, what parallel items share, and how that reads.
_Trait = tuple[tuple[str, bool], str, str]


class ListForms:
    """The list forms of the given pairs of a text, each found when it is first asked for.

    A pair that resembles a planting in `planted` is no parallel item.
    """

    def __init__(self, text: str, sites: Sites, asked: Iterable[Pair], planted: Iterable[Pair] = ()) -> None:
        self._text, self._asked, self._planted = text, sorted(asked), {pair[:2] for pair in planted}
        self._rows, self._catalogues = _Rows(text, sites), _Catalogues(text, sites)

    def has(self, form: ListForm, pair: Pair) -> bool:
        """Tell whether one of the pairs belongs to a list of a form."""
        if form is ListForm.CATALOGUE:
            return self._catalogues.has(pair)
        return self._rows.is_counted(pair) if form is ListForm.COUNTED_ROW else pair[:2] in self._alike[form]

    @cached_property
    def _alike(self) -> dict[ListForm, set[Bounds]]:
        """The pairs that are parallel items, and those that take turns with items."""
        return _alike(self._text, self._asked, self._planted)


class _Rows:
    """The rows of a text: two pairs or more, with a single comma, slash or the like between any two."""

    def __init__(self, text: str, sites: Sites) -> None:
        self._text, self._sites = text, sites
        self._known: dict[int, bool] = {}  # by the start of a pair: whether its row is counted

    def is_counted(self, pair: Pair) -> bool:
        """Tell whether a number before the row around a pair states how many pairs it has."""
        if pair.start not in self._known:
            row = self._around(pair)
            is_counted = len(row) > 1 and len(row) in _numbers(_clause_before(self._text, row[0].start))
            self._known.update(dict.fromkeys([member.start for member in row], is_counted))
        return self._known[pair.start]

    def _around(self, pair: Pair) -> list[Pair]:
        before, after = list[Pair](), list[Pair]()
        one: Pair | None = pair
        while one and (one := self._before(one)):
            before.append(one)
        one = pair
        while one and (one := self._behind(one)):
            after.append(one)
        return [*reversed(before), pair, *after]

    def _before(self, pair: Pair) -> Pair | None:
        at = back_over_blanks(self._text, pair.start)
        if not at or self._text[at - 1] not in _JOINING:
            return None
        at = back_over_blanks(self._text, at - 1)
        return self._sites.ending_at(at) if at and self._text[at - 1] in CLOSERS else None

    def _behind(self, pair: Pair) -> Pair | None:
        at = on_over_blanks(self._text, pair.end)
        if at == len(self._text) or self._text[at] not in _JOINING:
            return None
        at = on_over_blanks(self._text, at + 1)
        return self._sites.starting_at(at) if self._text[at : at + 1] in KIND else None


def _clause_before(text: str, at: int) -> str:
    """Return the clause before `at`, without the mark right before `at`."""
    end = max(at - _ENTRY, 0)
    before = text[end:at].rstrip(BLANKS + CLAUSE_MARKS)
    start = max((before.rfind(mark) for mark in CLAUSE_MARKS + LINE_ENDS), default=-1)
    return before[start + 1 :]


def _numbers(clause: str) -> set[int]:
    """Return the numeric values of a clause's characters. Unicode has them only for some forms of the numerals."""
    values = (unicodedata.numeric(spelling, 0) for char in clause for spelling in spellings([char]))
    return {int(value) for value in values if value == int(value)}


class _Catalogues:
    """The catalogues of a text: three lines in a row, or a quarter of the lines around, end in a note."""

    def __init__(self, text: str, sites: Sites) -> None:
        self._text, self._sites = text, sites
        self._known: dict[int, bool] = {}  # by the start of a line: whether the line is an entry

    def has(self, pair: Pair) -> bool:
        """Tell whether a pair ends an entry of a catalogue."""
        end = pair.end
        while end < len(self._text) and self._text[end] in _AT_END:
            end += 1
        if self._text[end : end + 1] not in LINE_ENDS:
            return False
        line = bounds(self._text, pair.start)
        if not _is_entry(self._text, line.start, pair):
            return False
        before, after = list(self._lines(line, -1)), list(self._lines(line, 1))
        entries = 1 + sum(before) + sum(after)
        if entries >= _LEAST_ENTRIES and 4 * entries >= 1 + len(before) + len(after):
            return True
        return sum(takewhile(bool, before)) + 1 + sum(takewhile(bool, after)) >= _IN_A_ROW

    def _lines(self, line: Span, step: int) -> Iterator[bool]:
        """Yield whether each of the nearest lines before or behind a line is an entry. Blank lines do not count."""
        number = 0
        while number < _ENTRIES_NEAR and (line.start if step < 0 else line.end < len(self._text)):
            line = bounds(self._text, line.start - 1 if step < 0 else line.end + 1)
            if self._text[line.start : line.end].strip(BLANKS + CLAUSE_MARKS):
                number += 1
                yield self._is_entry(line)

    def _is_entry(self, line: Span) -> bool:
        known = self._known.get(line.start)
        if known is None:
            end = self._end(line)
            pair = self._sites.ending_at(end) if self._text[end - 1] in CLOSERS else None
            known = self._known[line.start] = pair is not None and _is_entry(self._text, line.start, pair)
        return known

    def _end(self, line: Span) -> int:
        """Return the end of a line without the blanks and marks at its end."""
        end = line.end
        while end > line.start and self._text[end - 1] in _AT_END:
            end -= 1
        return end


def _is_entry(text: str, line: int, pair: Pair) -> bool:
    """Tell whether the pair has a short text before it in its line that is no sentence."""
    before = text[line : pair.start].strip(BLANKS)
    return 0 < len(before) <= _ENTRY and not any(before.find(mark) >= 0 for mark in "，。！？,!?…")


def _alike(text: str, asked: Sequence[Pair], planted: Set[Bounds]) -> dict[ListForm, set[Bounds]]:
    """Return, by form, the pairs near the given ones that are parallel to other pairs or alternate with items.

    Advertisements end alike too: `,(某地装修价格表),` beside a planting that convicts alone is no author's item.
    """
    found, turns, starts = set[Bounds](), set[Bounds](), {pair.start for pair in asked}
    for start, end in _neighbourhoods(text, asked):
        lines = text[start:end]
        items = [_Item(lines, start, pair) for pair in sorted(pairs(lines))]
        number = Counter([item.place for item in items])
        asking = (item for item in items if item.start in starts and number[item.place] >= _IN_A_ROW)
        alike: dict[_Trait, list[_Item]] = {one: [] for item in asking for one in item.traits()}
        places = {place for place, *_ in alike}
        for item in items:
            for trait in item.traits() if item.place in places else ():
                if trait in alike:
                    alike[trait].append(item)
        for those in alike.values():
            if len(those) >= _IN_A_ROW and planted.isdisjoint(item.bounds for item in those):
                found.update(_three_nearby(those))
        found.update(_side_by_side(text, items))
        turns.update(_in_turn(text, items))
    return {ListForm.PARALLEL: found, ListForm.TURNS: turns}


def _neighbourhoods(text: str, asked: Iterable[Pair]) -> list[Span]:
    """Return the neighbourhoods of the pairs as stretches of whole lines, ordered and merged where they overlap."""
    found: list[Span] = []
    for pair in asked:
        if found and pair.start + NEAR < found[-1].end:
            continue
        start = bounds(text, max(pair.start - NEAR, 0)).start
        end = bounds(text, min(pair.start + NEAR, len(text))).end
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return found


def _three_nearby(items: Sequence[_Item]) -> Iterator[Bounds]:
    """Yield the pairs in stretches of NEAR code points with at least three different own texts."""
    counted: dict[str, int] = {}  # the own texts in the stretch
    first = told = 0
    for at, item in enumerate(items):
        counted[item.own] = counted.get(item.own, 0) + 1
        while item.start - items[first].start > NEAR:
            own = items[first].own
            counted[own] -= 1
            if not counted[own]:
                del counted[own]
            first += 1
        if len(counted) >= _IN_A_ROW:
            yield from (one.bounds for one in items[max(first, told) : at + 1])
            told = at + 1


def _in_turn(text: str, items: Sequence[_Item]) -> Iterator[Bounds]:
    """Yield the pairs between clause marks that alternate with short items, in runs of three or more."""
    run = list[_Item]()
    for item in items:
        if run and (item.start - run[-1].end > _TURN or not _is_item(text[run[-1].end : item.start])):
            run = []
        run.append(item)
        if len(run) >= _IN_A_ROW:
            yield from (one.bounds for one in (run if len(run) == _IN_A_ROW else run[-1:]))


def _is_item(gap: str) -> bool:
    """Tell whether the gap between two brackets is an item between clause marks: a name, or the end of a sentence."""
    inner = gap.strip(BLANKS)
    if "\n" in gap or "\r" in gap:
        return False
    return len(inner) > 3 and inner[0] in _STOPS and inner[-1] in _STOPS and any(char.isalpha() for char in inner)


def _side_by_side(text: str, items: Sequence[_Item]) -> Iterator[Bounds]:
    """Yield the pairs that begin or end like their neighbour, with only the name of an item in between."""
    for one, two in pairwise(items):
        if not 0 < two.start - one.end <= _SIDE_BY_SIDE:
            continue
        gap = text[one.end : two.start]
        if "\n" in gap or "\r" in gap or not gap.strip(BLANKS):
            continue
        is_named = not _STOPS & set(gap) and any(char.isalpha() for char in gap)
        both = len(one.own) > 3 and len(two.own) > 3 and one.own != two.own
        if is_named and both and (one.own[:2] == two.own[:2] or one.own[-2:] == two.own[-2:]):
            yield from (one.bounds, two.bounds)
