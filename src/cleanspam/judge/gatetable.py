"""Computes the gates: what a pair must have before a rule can match it. The prefilter skips all other pairs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from cleanspam.judge.criteria import Criteria
from cleanspam.judge.lexicon import LATIN, Lexicon
from cleanspam.judge.matcher import Matcher, bits_of
from cleanspam.judge.prefilter import COUNTED, MOST_GATES, MOST_LINE_GATES, Alphabet, Gate
from cleanspam.judge.ruleindex import ATTACHED
from cleanspam.judge.tables import GateTable
from cleanspam.model import BRACKET_SITES, LINE_SITES, WHOLE_SITES, NamedTuple, Site
from cleanspam.rulebook.conditions import (
    LIST_USE_RE,
    LONGEST,
    AnyOf,
    At,
    Beside,
    Brackets,
    Condition,
    FirstLine,
    Length,
    Pattern,
    Shaped,
    Share,
    SpelledApart,
    Test,
    Texts,
    Unless,
    Where,
    Words,
    with_shapes,
)
from cleanspam.rulebook.literals import needed, of_any
from cleanspam.rulebook.matchable import MOST, Matchable, all_of, any_of, class_of, having, of_words, opening
from cleanspam.rulebook.patternlimits import matchable, without
from cleanspam.rulebook.patternwords import times
from cleanspam.text.fold import is_han
from cleanspam.text.lines import TITLE

# No list of a rule file has a name that begins so. The words of such a list count only at the end of an own text.
_AT_END = "$"
# Sets of words that are looked for of one pattern, the rarest ones.
_SETS = 3
# Patterns of a rule that have a gate each; a rule with more of them has fewer gates than patterns.
_ALTERNATIVES = 32
# Marks that join parts of titles, and that stand in the own text of the part.
_SEEN_JOINTS = class_of(",") | class_of(":")
_NOTHING_BEHIND = Beside("after", ("^$",))


_Needed = dict[str, Sequence[str]]  # words by the names of their lists, one of which an own text must have


class _Asked(NamedTuple):
    """A rule with the conditions under which one of its patterns matches, and the words that they need."""

    matcher: Matcher
    conditions: tuple[Condition, ...]
    needs: list[_Needed]
    times: dict[str, int]  # how many words of a list the own text must have
    before: frozenset[str]  # lists of which the text before a pair must have a word

    @classmethod
    def of(cls, matcher: Matcher, conditions: tuple[Condition, ...], lists: Mapping[str, Sequence[str]]) -> "_Asked":
        needs = [*_ends_of(conditions, lists), *_lists_of(matcher, lists), *_words_of(conditions, lists)]
        return cls(matcher, conditions, needs, _times_of(conditions), _named_before(conditions))


def gate_table(matchers: Sequence[Matcher], lists: Mapping[str, Sequence[str]], criteria: Criteria) -> GateTable:
    """Return the gates of rules that cut: the needs that each rule has of a pair, or of a line."""
    alternatives = ((matcher, one) for matcher in matchers for one in _alternatives(matcher, criteria))
    asked = [_Asked.of(matcher, way, lists) for matcher, one in alternatives for way in _ways(one, lists)]
    words, likeness = _GateWords(asked, lists), _Likeness(lists, criteria)
    for_pairs, for_lines = dict[Gate, int](), dict[Gate, int]()
    for one in asked:
        own, matcher = words.gate(one)._replace(like=likeness.of(one.conditions)), one.matcher
        if matcher.sites & BRACKET_SITES:
            gate = _met([own._replace(before=words.before(one)), *_gates(matcher.rule.conditions, criteria)])
            for_pairs[gate] = for_pairs.get(gate, 0) | matcher.bit
        if matcher.sites & LINE_SITES:
            gate = _line_gate(own, matcher.sites)._replace(shares=tuple(_shares_of(one.conditions, matcher.sites, lists)))
            for_lines[gate] = for_lines.get(gate, 0) | matcher.bit
    pairs = _behind(_shared(for_pairs), for_pairs)
    lines = _behind(_parted(sorted(for_lines, key=lambda gate: gate.needs), MOST_LINE_GATES), for_lines)
    ending = bits_of(matcher for matcher in matchers if _is_for_line_ends(matcher.rule.conditions, criteria))
    at_line_end = sum(1 << number for number, rules in enumerate(pairs[1]) if not rules & ~ending)
    return GateTable(words.lexicon.words, words.closing, *pairs, *lines, at_line_end)


class _GateWords:
    """The words that rules need. The lists of which gates count words come first."""

    def __init__(self, asked: Sequence[_Asked], lists: Mapping[str, Sequence[str]]) -> None:
        used = {name: words for one in asked for needed in one.needs for name, words in needed.items()}
        several = {name for one in asked for name, number in one.times.items() if number > 1}
        self._counted = sorted(several.union(*(one.before for one in asked)))[:COUNTED]
        others = sorted(used.keys() - {*self._counted})
        self.lexicon = Lexicon({name: lists[name] for name in self._counted} | {name: used[name] for name in others})
        self.closing = self.lexicon.mask(tuple(name for name in used if name.startswith(_AT_END)))

    def gate(self, asked: _Asked) -> Gate:
        """Return the gate for the words that a rule needs."""
        mask = self.lexicon.mask
        masks = tuple(dict.fromkeys(mask(tuple(needed)) for needed in asked.needs))
        twice, thrice = (mask(tuple(name for name in self._counted if asked.times.get(name, 0) >= least)) for least in (2, 3))
        return Gate(masks, twice=twice, thrice=thrice)

    def before(self, asked: _Asked) -> int:
        """Return the lists of which the text before a pair must have a word, as bits; 0 if one of them is not counted."""
        return self.lexicon.mask(tuple(sorted(asked.before))) if asked.before <= {*self._counted} else 0


def _is_for_line_ends(conditions: Iterable[Condition], criteria: Criteria) -> bool:
    """Tell whether a rule applies only at the end of a line."""
    at = (one for one in conditions if isinstance(one, At))
    return any(all(_NOTHING_BEHIND in criteria.place(place).conditions for place in one.places) for one in at)


def _behind(shared: Iterable[list[Gate]], rules: Mapping[Gate, int]) -> tuple[tuple[Gate, ...], tuple[int, ...]]:
    """Return one gate for each group of gates, and the rules behind it."""
    groups = list(shared)
    return tuple(reduce(_joined, gates) for gates in groups), tuple(
        reduce(or_, map(rules.__getitem__, gates)) for gates in groups
    )


def _shares_of(
    conditions: Iterable[Condition], sites: frozenset[Site], lists: Mapping[str, Sequence[str]]
) -> Iterator[Alphabet]:
    """Yield the alphabets of what a whole line must mostly be: of 1,400 lines in prose that are asked about, 1,200 lack it."""
    for one in conditions:
        if isinstance(one, Share) and sites <= WHOLE_SITES:
            chars = {char for name in one.lists for word in lists[name] for char in word if is_han(char)}
            yield one.least, "".join(sorted(chars))


def _line_gate(own: Gate, sites: frozenset[Site]) -> Gate:
    """Return the gate of a rule about lines, limited to the rule's sites."""
    if sites == {Site.JOINED} and not own.like.chars & _SEEN_JOINTS:
        own = own._replace(is_for_joined=True)
    if Site.JOINED in sites:
        # The other limits are those of a part of the line.
        own = own._replace(like=Matchable(most=TITLE) if sites == {Site.JOINED} else Matchable())
    return own._replace(
        is_for_first_line=not sites & {Site.WHOLE, Site.FOOT},
        is_for_lines=bool(sites & {Site.WHOLE, Site.FOOT, Site.HEAD, Site.JOINED}),
        is_for_parts=bool(sites & {Site.OPENING, Site.NOTE, Site.STUB, Site.AMID, Site.PHRASE}),
        is_for_links=Site.LINKS in sites,
        is_for_notes=Site.NOTE in sites,
        is_for_edges=sites <= {Site.HEAD, Site.FOOT},
        is_for_stubs=sites == {Site.STUB},
    )


class _Likeness:
    """Computes the limits of the own texts that given conditions match."""

    def __init__(self, lists: Mapping[str, Sequence[str]], criteria: Criteria) -> None:
        self._lists, self._criteria = lists, criteria
        self._known: dict[Condition | Test, Matchable] = {}

    def of(self, conditions: Iterable[Condition]) -> Matchable:
        """Return the limits of an own text that matches all conditions."""
        return all_of(map(self._one, conditions))

    def _one(self, condition: Condition | Test) -> Matchable:
        known = self._known.get(condition)
        if known is None:
            known = self._known[condition] = self._told(condition)
        return known

    def _told(self, condition: Condition | Test) -> Matchable:
        if isinstance(condition, Length):
            return Matchable(least=condition.least, most=MOST if condition.most == LONGEST else condition.most)
        if isinstance(condition, Pattern):
            return matchable(condition.pattern, self._lists)
        if isinstance(condition, Words):
            words = [word for name in condition.lists for word in self._lists[name]]
            return Matchable() if not words else opening(words) if condition.verb == "opens" else having(words)
        if isinstance(condition, Shaped):
            return self.of(self._criteria.shapes[condition.shape])
        if isinstance(condition, AnyOf):
            return any_of(map(self._one, condition.tests))
        if isinstance(condition, Unless) and isinstance(condition.test, Pattern):
            return without(condition.test.pattern)
        return any_of(map(of_words, [condition.texts])) if isinstance(condition, Texts) and condition.texts else Matchable()


def _shared(gates: Iterable[Gate]) -> list[list[Gate]]:
    """Return the gates in at most MOST_GATES groups. Gates for similar places that need similar words share a group.

    Gates without words form groups of their own: nearly all pairs pass them, and would pass the whole group. They come last,
    for most pairs have no word, and only the last gates are tried on such pairs.
    """
    worded = sorted((gate for gate in gates if gate.needs), key=_place_and_needs)
    wordless = [gate for gate in gates if not gate.needs]
    room = max(MOST_GATES - len(wordless), MOST_GATES // 2)
    return [*_parted(worded, room), *_parted(wordless, MOST_GATES - min(len(worded), room))]


def _place_and_needs(gate: Gate) -> tuple[object, ...]:
    """Return what gates are sorted by. One for other brackets and one for a line's end would together admit both everywhere."""
    return gate.is_for_first_line, gate.is_for_glued, sorted(gate.kinds), len(gate.needs), gate.like.first, gate.needs


def _parted(gates: list[Gate], number: int) -> Iterator[list[Gate]]:
    """Split the gates into at most `number` runs of about equal length."""
    number = min(number, len(gates))
    for at in range(number):
        yield gates[len(gates) * at // number : len(gates) * (at + 1) // number]


def _gates(conditions: Iterable[Condition], criteria: Criteria) -> Iterator[Gate]:
    """Yield a gate for each condition that a gate can test."""
    for condition in with_shapes(conditions, criteria.shapes):
        if isinstance(condition, Brackets):
            yield Gate(kinds=frozenset(condition.kinds))
        elif isinstance(condition, FirstLine):
            yield Gate(is_for_first_line=True)
        elif isinstance(condition, SpelledApart):
            yield Gate(is_for_apart=True)
        elif isinstance(condition, Where):
            yield Gate(is_for_glued=not ATTACHED.isdisjoint(condition.sites))
        elif isinstance(condition, At):
            places = [criteria.place(place).conditions for place in condition.places]
            yield reduce(_joined, (_met(_gates(place, criteria)) for place in places))


def _alternatives(matcher: Matcher, criteria: Criteria) -> Iterator[tuple[Condition, ...]]:
    """Yield the conditions of a rule, with those of its shapes. A rule about lines yields them once for each of its patterns.

    What all patterns of a rule need is little: one of them needs an address, another a name. A rule that is tried on a line in
    vain takes ten times as long as one that is tried on a pair.
    """
    waiting, found = [tuple(with_shapes(matcher.rule.conditions, criteria.shapes))], 0
    while waiting:
        conditions = waiting.pop()
        spread = _spread(conditions) if matcher.sites & LINE_SITES and found + len(waiting) < _ALTERNATIVES else None
        if spread is None:
            found += 1
            yield conditions
            continue
        at, tests = spread
        for test in tests:
            told = with_shapes([AnyOf("is", (test,))], criteria.shapes)
            waiting.append((*conditions[:at], *told, *conditions[at + 1 :]))


def _ways(conditions: tuple[Condition, ...], lists: Mapping[str, Sequence[str]]) -> list[tuple[Condition, ...]]:
    """Return the conditions of a rule, in two ways to meet them if some of its patterns need words and others none.

    One gate for `^ps` and `^感谢.{1,30}月票$` would ask for no word: of 6 million characters 39,000 pairs passed it, and 500
    pass the two gates.
    """
    for at, condition in enumerate(conditions):
        if isinstance(condition, AnyOf) and len(condition.tests) > 1:
            parted: dict[bool, list[Test]] = {}
            for test in condition.tests:
                needs_words = any(_words_of([AnyOf(condition.keyword, (test,))], lists))
                parted.setdefault(needs_words, []).append(test)
            if len(parted) > 1:
                alternatives = [AnyOf(condition.keyword, tuple(tests)) for tests in parted.values()]
                return [(*conditions[:at], one, *conditions[at + 1 :]) for one in alternatives]
    return [conditions]


def _spread(conditions: Sequence[Condition]) -> tuple[int, tuple[Test, ...]] | None:
    """Return the first condition with several patterns or shapes of which one must hold: its place, and these."""
    for at, one in enumerate(conditions):
        if isinstance(one, AnyOf) and len(one.tests) > 1 and all(isinstance(test, Pattern | Shaped) for test in one.tests):
            return at, one.tests
    return None


def _ends_of(conditions: Iterable[Condition], lists: Mapping[str, Sequence[str]]) -> Iterator[_Needed]:
    """Yield sets of lists. The own text must end in a word of each set."""
    for condition in conditions:
        if isinstance(condition, Words) and condition.verb == "ends":
            yield {_AT_END + name: lists[name] for name in condition.lists}


def _lists_of(matcher: Matcher, lists: Mapping[str, Sequence[str]]) -> list[_Needed]:
    """Return sets of lists, the smallest first. The own text must have a word of each set."""
    sets = [{name: lists[name] for name in names} for names in matcher.needs]
    return sorted(sets, key=lambda words: sum(map(len, words.values())))


def _words_of(conditions: Iterable[Condition], lists: Mapping[str, Sequence[str]]) -> Iterator[_Needed]:
    """Yield sets of words. The patterns match only an own text that has a word of each set."""
    for condition in conditions:
        if isinstance(condition, AnyOf) and all(isinstance(test, Pattern) for test in condition.tests):
            patterns = [_spelled_out(test.pattern, lists) for test in condition.tests if isinstance(test, Pattern)]
            usable = {name for pattern in patterns for name in LIST_USE_RE.findall(pattern) if not _has_latin(lists[name])}
            for one in of_any([needed(pattern, usable) for pattern in patterns])[: _SETS if len(patterns) == 1 else 1]:
                named = {name: lists[name] for name in one.lists}
                yield named | ({"|".join(sorted(one.words)): tuple(sorted(one.words))} if one.words else {})


def _times_of(conditions: Iterable[Condition]) -> dict[str, int]:
    """Return how many words of each list the own text must have."""
    most = dict[str, int]()
    for condition in conditions:
        if isinstance(condition, AnyOf) and all(isinstance(test, Pattern) for test in condition.tests):
            each = [times(test.pattern) for test in condition.tests if isinstance(test, Pattern)]
            for name in each[0]:
                most[name] = max(most.get(name, 0), min(one.get(name, 0) for one in each))
    return most


def _named_before(conditions: Iterable[Condition]) -> frozenset[str]:
    """Return lists of which the text before a pair must have a word; none if it need not have any."""
    for condition in conditions:
        if isinstance(condition, Beside) and condition.side == "before":
            named = [times(pattern) for pattern in condition.patterns]
            if all(named):
                return frozenset(min(names) for names in named)
    return frozenset()


def _spelled_out(pattern: str, lists: Mapping[str, Sequence[str]]) -> str:
    """Return a pattern with the words of some lists written out: a lexicon would find those words at other places."""
    return LIST_USE_RE.sub(lambda use: f"(?:{'|'.join(lists[use[1]])})" if _has_latin(lists[use[1]]) else use[0], pattern)


def _has_latin(words: Sequence[str]) -> bool:
    """Tell whether a list has Latin words: a lexicon finds only whole Latin words, a pattern finds parts too."""
    return any(word[0] in LATIN or word[-1] in LATIN for word in words)


def _met(gates: Iterable[Gate]) -> Gate:
    """Return the gate that admits only what all gates admit."""
    return reduce(_narrower, gates, Gate())


def _narrower(one: Gate, other: Gate) -> Gate:
    return Gate(
        one.needs + other.needs,
        one.kinds & other.kinds,
        all_of([one.like, other.like]),
        one.is_for_glued and other.is_for_glued,
        one.is_for_first_line or other.is_for_first_line,
        is_for_apart=one.is_for_apart or other.is_for_apart,
        is_for_joined=one.is_for_joined or other.is_for_joined,
        twice=one.twice | other.twice,
        thrice=one.thrice | other.thrice,
        before=one.before or other.before,
        is_for_edges=one.is_for_edges or other.is_for_edges,
        shares=one.shares + other.shares,
    )


def _joined(one: Gate, other: Gate) -> Gate:
    """Return the gate that admits everything that either gate admits."""
    return Gate(
        tuple(map(or_, one.needs, other.needs)),
        one.kinds | other.kinds,
        any_of([one.like, other.like]),
        one.is_for_glued or other.is_for_glued,
        one.is_for_first_line and other.is_for_first_line,
        one.is_for_lines or other.is_for_lines,
        one.is_for_parts or other.is_for_parts,
        one.is_for_links or other.is_for_links,
        one.is_for_apart and other.is_for_apart,
        one.is_for_joined and other.is_for_joined,
        one.twice & other.twice,
        one.thrice & other.thrice,
        one.is_for_notes or other.is_for_notes,
        one.before | other.before if one.before and other.before else 0,
        one.is_for_edges and other.is_for_edges,
        tuple(share for share in one.shares if share in other.shares),
        one.is_for_stubs and other.is_for_stubs,
    )
