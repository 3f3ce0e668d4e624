"""Where rules about lines have something to ask: the lines of a text that hold their words, and the rules of each word."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from cleanspam.judge.matcher import Matcher, bits_of
from cleanspam.judge.tables import WordTable
from cleanspam.judge.wordscan import Hit, ScannedWords, WordScan
from cleanspam.model import LINE_SITES, Site
from cleanspam.rulebook.literals import RARITY
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.brackets import Pair, Sites
from cleanspam.text.fold import is_han, reads_as
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.lines import AT_EDGES, Edges, Line, lines_at
from cleanspam.text.sentences import Sentences

_LATIN_RE = late_pattern("[0-9a-z]")
NONE: Mapping[str, int] = {}


class Asked(NamedTuple):
    """A line that is asked about."""

    text: str
    line: Line
    words: list[int]  # where words begin in it
    rules: int  # of these words
    sentences: Sentences
    found: ScannedWords  # in the text: links go on behind their line


class Sheet:
    """A text whose lines are asked about. Its edges, and the sentences of a line, are found once."""

    def __init__(self, text: str, sites: Sites) -> None:
        self.text, self.sites = text, sites
        self._sentences: dict[int, Sentences] = {}  # by where their lines begin

    @cached_property
    def edges(self) -> Edges:
        """Where the first line and the last ones are."""
        return Edges.of(self.text)

    def sentences(self, line: Line) -> Sentences:
        """Return the sentences of a line."""
        known = self._sentences.get(line.start)
        if known is None:
            known = self._sentences[line.start] = Sentences(self.text, line)
        return known

    def is_code(self, line: Line) -> bool:
        """Tell whether a line stands in code. Where that of a text is takes a look at all of it."""
        return self.sites.is_code(Pair(line.start, line.end, ()))


class LineWords:
    """The words of some rules about lines, and the rules that each of them is for.

    `latin` are words that no scan finds, for they have no Han character, with their rules, as bits. They are looked for in
    lines that have other words.
    """

    def __init__(
        self, table: WordTable, scan: WordScan, sites_of: Callable[[int], frozenset[Site]], latin: Mapping[str, int] = NONE
    ) -> None:
        self.scan, self._rules, self._sites_of, self._latin = scan, table.rules, sites_of, latin

    @cached_property
    def at_edges(self) -> dict[int, frozenset[Site]]:
        """The words, by their numbers, whose rules are all for a text's first line or last links, with these sites."""
        sites = map(self._sites_of, self._rules)
        return {number: found for number, found in enumerate(sites) if found and found <= AT_EDGES}

    def found(self, sheet: Sheet, hits: Sequence[Hit]) -> ScannedWords:
        """Return what was found, without words for a text's first line or last links where neither stands: two of five."""
        if not self.at_edges.keys().isdisjoint(number for _, number in hits):
            hits = [hit for hit in hits if sheet.edges.may_hold(hit[0], self.at_edges.get(hit[1], LINE_SITES))]
        return self.scan.sorted_out(hits)

    def asked(self, sheet: Sheet, found: ScannedWords) -> Iterator[Asked]:
        """Yield the lines that hold words that were found."""
        for line in lines_at(sheet.text, found.words, sheet.edges):
            words, rules = self.within(found, line.start, line.end)
            yield Asked(sheet.text, line, words, rules, sheet.sentences(line), found)

    def in_latin(self, one: Asked) -> int:
        """Return the rules whose words without a Han character a line has."""
        reads = reads_as(one.text[one.line.start : one.line.end]) if self._latin else ""
        words = self._latin.items() if _LATIN_RE.search(reads) else ()
        return reduce(or_, (rules for word, rules in words if word in reads), 0)

    def within(self, found: ScannedWords, start: int, end: int) -> tuple[list[int], int]:
        """Return where words begin in a stretch, and the rules that they are for."""
        first, last, rules = bisect_left(found.words, start), bisect_left(found.words, end), 0
        for number in found.numbers[first:last]:
            rules |= self._rules[number]
        return found.words[first:last], rules

    def places(self, found: ScannedWords, start: int, end: int, rules: int) -> list[int]:
        """Return where the words of some rules begin in a stretch."""
        first, last = bisect_left(found.words, start), bisect_left(found.words, end)
        numbered = zip(found.words[first:last], found.numbers[first:last], strict=True)
        return [at for at, number in numbered if self._rules[number] & rules]


def word_table(matchers: Sequence[Matcher], ruleset: Ruleset, *, with_toned: bool) -> WordTable:
    """Return the words of rules, and for each, by its number, the rules that have it."""
    rules = _rules_by_word(matchers, ruleset)
    scan = WordScan(rules, with_toned=with_toned, others=(word for words in ruleset.lists.values() for word in words))
    return WordTable(scan.keyed, tuple(bits_of(rules.get(word, ())) for word in scan.words))


def latin_words(matchers: Sequence[Matcher], ruleset: Ruleset) -> dict[str, int]:
    """Return the words of rules that have no Han character, and the rules, as bits, that have each."""
    rules = _rules_by_word(matchers, ruleset)
    return {word: bits_of(those) for word, those in rules.items() if not any(map(is_han, word))}


def _rules_by_word(matchers: Sequence[Matcher], ruleset: Ruleset) -> dict[str, list[Matcher]]:
    rules: dict[str, list[Matcher]] = {}
    for matcher in matchers:
        for word in {word for name in _narrowest(matcher, ruleset) for word in ruleset.lists[name]}:
            rules.setdefault(word, []).append(matcher)
    return rules


def _narrowest(matcher: Matcher, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the set of lists that a rule needs and whose words stand in the fewest lines; single characters stand in all."""
    words = {names: [word for name in names for word in ruleset.lists[name]] for names in matcher.needs}
    return min(matcher.needs, key=lambda names: sum(RARITY ** -len(word) for word in words[names]), default=())
