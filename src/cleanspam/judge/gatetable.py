"""Works out the gates of rules: what each needs of a pair, so that a look at a text passes over all other pairs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from cleanspam.judge.criteria import Criteria
from cleanspam.judge.lexicon import LATIN, Lexicon
from cleanspam.judge.matcher import Matcher
from cleanspam.judge.prefilter import LONGEST_LENGTH, MOST_GATES, Gate
from cleanspam.judge.ruleindex import ATTACHED
from cleanspam.judge.tables import GateTable
from cleanspam.rulebook.conditions import (
    LIST_USE_RE,
    AnyOf,
    At,
    Brackets,
    Condition,
    FirstLine,
    Length,
    Pattern,
    Shaped,
    Where,
    Words,
)
from cleanspam.rulebook.literals import needed_by_any

# The beginning of a list's name that no rule file can give: its words count at the end of an own text only.
_AT_END = "$"


def gate_table(matchers: Sequence[Matcher], lists: Mapping[str, Sequence[str]], criteria: Criteria) -> GateTable:
    """Work out the gates of rules: what each needs of a pair."""
    conditions = {matcher: [*_own_conditions(matcher.rule.conditions, criteria)] for matcher in matchers}
    needs = {
        matcher: [*_ends_of(conditions[matcher], lists), *_lists_of(matcher, lists), *_words_of(conditions[matcher], lists)]
        for matcher in matchers
    }
    used = {name: words for sets in needs.values() for words_of in sets for name, words in words_of.items()}
    lexicon = Lexicon({name: used[name] for name in sorted(used)})
    closing = lexicon.mask(tuple(name for name in used if name.startswith(_AT_END)))
    by_gate: dict[Gate, int] = {}
    for matcher in matchers:
        masks = tuple(lexicon.mask(tuple(words_of)) for words_of in needs[matcher])
        gate = _met([Gate(masks), *_gates(matcher.rule.conditions, criteria)])
        by_gate[gate] = by_gate.get(gate, 0) | matcher.bit
    shared = _shared(by_gate)
    behind = (reduce(or_, [by_gate[gate] for gate in gates]) for gates in shared)
    return GateTable(lexicon.words, closing, tuple(reduce(_joined, gates) for gates in shared), tuple(behind))


def _shared(gates: Iterable[Gate]) -> list[list[Gate]]:
    """Return gates in at most MOST_GATES groups, of those that ask for like words.

    A gate without words shares none with others: nearly all pairs pass it, and would pass theirs. It stands last, for most
    pairs have no word, and are asked for the last ones only.
    """
    worded = sorted((gate for gate in gates if gate.needs), key=lambda gate: gate.needs)
    wordless = [gate for gate in gates if not gate.needs]
    room = max(MOST_GATES - len(wordless), MOST_GATES // 2)
    return [*_parted(worded, room), *_parted(wordless, MOST_GATES - min(len(worded), room))]


def _parted(gates: list[Gate], number: int) -> Iterator[list[Gate]]:
    """Yield gates in at most so many runs of like lengths."""
    number = min(number, len(gates))
    for at in range(number):
        yield gates[len(gates) * at // number : len(gates) * (at + 1) // number]


def _gates(conditions: Iterable[Condition], criteria: Criteria) -> Iterator[Gate]:
    """Yield a gate for each condition that a gate can test."""
    for condition in conditions:
        if isinstance(condition, Length):
            yield Gate(least=condition.least, most=min(condition.most, LONGEST_LENGTH))
        elif isinstance(condition, Brackets):
            yield Gate(kinds=frozenset(condition.kinds))
        elif isinstance(condition, FirstLine):
            yield Gate(is_for_first_line=True)
        elif isinstance(condition, Where):
            yield Gate(is_for_glued=not ATTACHED.isdisjoint(condition.sites))
        elif isinstance(condition, At):
            places = [criteria.places[place].conditions for place in condition.places]
            yield reduce(_joined, (_met(_gates(place, criteria)) for place in places))
        elif isinstance(condition, AnyOf) and len(condition.tests) == 1 and isinstance(condition.tests[0], Shaped):
            yield from _gates(criteria.shapes[condition.tests[0].shape], criteria)


def _own_conditions(conditions: Iterable[Condition], criteria: Criteria) -> Iterator[Condition]:
    """Yield conditions, and those of the shapes that they ask for."""
    for condition in conditions:
        yield condition
        if isinstance(condition, AnyOf) and len(condition.tests) == 1 and isinstance(condition.tests[0], Shaped):
            yield from _own_conditions(criteria.shapes[condition.tests[0].shape], criteria)


def _ends_of(conditions: Iterable[Condition], lists: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Sequence[str]]]:
    """Yield the sets of lists in a word of which the own text must end."""
    for condition in conditions:
        if isinstance(condition, Words) and condition.verb == "ends":
            yield {_AT_END + name: lists[name] for name in condition.lists}


def _lists_of(matcher: Matcher, lists: Mapping[str, Sequence[str]]) -> list[dict[str, Sequence[str]]]:
    """Return the sets of lists from each of which the own text must have a word, the smallest first."""
    sets = [{name: lists[name] for name in names} for names in matcher.needs]
    return sorted(sets, key=lambda words: sum(map(len, words.values())))


def _words_of(conditions: Iterable[Condition], lists: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Sequence[str]]]:
    """Yield the sets of words from each of which patterns need one."""
    for condition in conditions:
        if isinstance(condition, AnyOf) and all(isinstance(test, Pattern) for test in condition.tests):
            patterns = [test.pattern for test in condition.tests if isinstance(test, Pattern)]
            usable = {name for pattern in patterns for name in LIST_USE_RE.findall(pattern) if not _has_latin(lists[name])}
            if needed := needed_by_any(patterns, usable):
                named = {name: lists[name] for name in needed.lists}
                yield named | ({"|".join(sorted(needed.words)): tuple(needed.words)} if needed.words else {})


def _has_latin(words: Sequence[str]) -> bool:
    """Tell whether a list has words that a lexicon finds as a whole only, and a pattern anywhere."""
    return any(word[0] in LATIN or word[-1] in LATIN for word in words)


def _met(gates: Iterable[Gate]) -> Gate:
    """Return the intersection of gates."""
    return reduce(_narrower, gates, Gate())


def _narrower(one: Gate, other: Gate) -> Gate:
    return Gate(
        one.needs + other.needs,
        one.kinds & other.kinds,
        max(one.least, other.least),
        min(one.most, other.most),
        one.is_for_glued and other.is_for_glued,
        one.is_for_first_line or other.is_for_first_line,
    )


def _joined(one: Gate, other: Gate) -> Gate:
    """Return a gate that admits all that one of two gates admits."""
    return Gate(
        tuple(map(or_, one.needs, other.needs)),
        one.kinds | other.kinds,
        min(one.least, other.least),
        max(one.most, other.most),
        one.is_for_glued or other.is_for_glued,
        one.is_for_first_line and other.is_for_first_line,
    )
