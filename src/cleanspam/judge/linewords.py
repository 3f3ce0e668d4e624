"""Finds the lines of a text that have words of rules about lines, and the rules of each word."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_

from cleanspam.judge.matcher import Matcher, bits_of
from cleanspam.judge.tables import FlagTable, WordTable
from cleanspam.judge.wordscan import NOISE, Hit, ScannedWords, WordScan
from cleanspam.model import LINE_SITES, NamedTuple, Site
from cleanspam.rulebook.literals import RARITY
from cleanspam.text.brackets import Pair, Sites
from cleanspam.text.fold import is_han, reads_as
from cleanspam.text.hidden import triggers
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.lines import AT_EDGES, Edges, Line, lines_at
from cleanspam.text.sentences import Sentences

_LATIN_RE = late_pattern("[0-9a-z]")
# Four Han characters and more with a blank between any two, and what each such run has, which begins with a blank.
_APART_RE = late_pattern(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff]){3,}")
_AMID_RE = late_pattern(r" [\u4e00-\u9fff] [\u4e00-\u9fff] ")
NONE: Mapping[str, int] = {}
Lists = Mapping[str, Sequence[str]]  # of a rule set: the words of each, by its name


class LineCandidate(NamedTuple):
    """A line with words of rules."""

    text: str
    line: Line
    words: list[int]  # the starts of the words in the line
    rules: int  # the rules of these words, as bits
    sentences: Sentences
    scanned: ScannedWords  # the words of the whole text: links go on behind their line


class Sheet:
    """A text whose lines are judged. The edges of the text and the sentences of each line are computed once."""

    def __init__(self, text: str, sites: Sites) -> None:
        self.text, self.sites = text, sites
        self._sentences: dict[int, Sentences] = {}  # by the start of the line

    @cached_property
    def edges(self) -> Edges:
        """The places of the first line and of the last lines."""
        return Edges.of(self.text)

    def sentences(self, line: Line) -> Sentences:
        """Return the sentences of a line."""
        known = self._sentences.get(line.start)
        if known is None:
            known = self._sentences[line.start] = Sentences(self.text, line)
        return known

    def is_code(self, line: Line) -> bool:
        """Tell whether a line stands in code. The first call reads the whole text for code."""
        return self.sites.is_code(Pair(line.start, line.end, ()))


class LineWords:
    """The words of some rules about lines, and the rules of each word.

    `latin` are words without a Han character that the scan does not find, with their rules, as bits. They are searched only in
    lines that have other words. `hidden` are the rules about hidden names, as bits.
    """

    def __init__(
        self,
        table: WordTable,
        scan: WordScan,
        sites_of: Callable[[int], frozenset[Site]],
        *,
        latin: Mapping[str, int] = NONE,
        hidden: int = 0,
    ) -> None:
        self.scan, self._rules, self._sites_of = scan, table.rules, sites_of
        self._latin, self._hidden = latin, hidden

    def _at_edges(self, hits: Sequence[Hit]) -> dict[int, frozenset[Site]]:
        """Return the words, by number, whose rules are all for the first line or the last links of a text, with the sites."""
        sites = ((number, self._sites_of(self._rules[number])) for number in {number for _, number in hits})
        return {number: there for number, there in sites if there and there <= AT_EDGES}

    def select(self, sheet: Sheet, hits: Sequence[Hit]) -> ScannedWords:
        """Return the words of the hits, without words for the first line or last links that stand elsewhere: two of five."""
        noise = [at for at, number in hits if number == NOISE]
        hits = [hit for hit in hits if hit[1] != NOISE] if noise else hits
        if at_edges := self._at_edges(hits):
            hits = [hit for hit in hits if sheet.edges.may_hold(hit[0], at_edges.get(hit[1], LINE_SITES))]
        places = [at for at, number in hits if self._rules[number] & self._hidden] if self._hidden else []
        if places:
            hits = [hit for hit in hits if self._rules[hit[1]] != self._hidden]
        return self.scan.sorted_out(hits)._replace(hidden=sorted(places), noise=noise)

    def hits(self, text: str) -> list[Hit]:
        """Return the places of the words in a text, also where blanks stand between all characters of a word."""
        return [*self.scan.hits(text), *self._apart(text)]

    def _apart(self, text: str) -> Iterator[Hit]:
        blank, end = text.find(" "), 0  # the regex takes 30 instructions for each character of a text without blanks
        for amid in _AMID_RE.finditer(text, blank) if blank >= 0 else ():
            run = _APART_RE.match(text, max(amid.start() - 1, end))
            if run:
                end = run.end()
                yield from ((run.start() + 2 * at, number) for at, number in self.scan.hits(run[0].replace(" ", "")))

    def candidates(self, sheet: Sheet, scanned: ScannedWords) -> Iterator[LineCandidate]:
        """Yield the lines that hold these words."""
        for line in lines_at(sheet.text, scanned.words, sheet.edges) if scanned.words else ():
            words, rules = self.within(scanned, line.start, line.end)
            yield LineCandidate(sheet.text, line, words, rules, sheet.sentences(line), scanned)

    def in_latin(self, candidate: LineCandidate) -> int:
        """Return the rules whose Latin words a line has."""
        reads = reads_as(candidate.text[candidate.line.start : candidate.line.end]) if self._latin else ""
        words = self._latin.items() if _LATIN_RE.search(reads) else ()
        return reduce(or_, (rules for word, rules in words if word in reads), 0)

    def within(self, scanned: ScannedWords, start: int, end: int) -> tuple[list[int], int]:
        """Return the starts of the words in a stretch, and the rules of these words."""
        first, last, rules = bisect_left(scanned.words, start), bisect_left(scanned.words, end), 0
        for number in scanned.numbers[first:last]:
            rules |= self._rules[number]
        return scanned.words[first:last], rules

    def places(self, scanned: ScannedWords, start: int, end: int, rules: int) -> list[int]:
        """Return the starts of the words of given rules in a stretch."""
        first, last = bisect_left(scanned.words, start), bisect_left(scanned.words, end)
        numbered = zip(scanned.words[first:last], scanned.numbers[first:last], strict=True)
        return [at for at, number in numbered if self._rules[number] & rules]


def cut_words(matchers: Sequence[Matcher], lists: Lists, *, with_toned: bool, hidden: Sequence[Matcher]) -> WordTable:
    """Return the words of rules that cut. The words of those about hidden names are what stands in such names."""
    rules = _rules_by_word(matchers, lists)
    names = {word for matcher in hidden for names in matcher.needs for name in names for word in lists[name]}
    found = triggers(names) if hidden else set[str]()
    for word in found:
        rules.setdefault(word, []).extend(hidden)
    return _table(rules, lists, with_toned=with_toned, others=found)


def flag_words(matchers: Sequence[Matcher], lists: Lists) -> FlagTable:
    """Return the words of rules that cut or flag.

    Words without a Han character are found by the scan if a rule has no other. Else they are searched in lines with others.
    """
    alone = [matcher for matcher in matchers if not any(map(_has_han, _words_of(matcher, lists)))]
    others = _rules_by_word([matcher for matcher in matchers if matcher not in alone], lists)
    found = {word for matcher in alone for word in _words_of(matcher, lists)}
    words = _table(_rules_by_word(matchers, lists), lists, with_toned=False, others=found)
    return FlagTable(words, {word: bits_of(those) for word, those in others.items() if not _has_han(word)})


def _table(rules: Mapping[str, Sequence[Matcher]], lists: Lists, *, with_toned: bool, others: Collection[str]) -> WordTable:
    """Return the words of rules, each with its number, and under this number the rules that have the word."""
    frequent = (word for words in lists.values() for word in words)
    scan = WordScan(rules, with_toned=with_toned, frequent=frequent, others=others)
    bits = [bits_of(rules.get(word, ())) for word in scan.words]
    once = {one: one for one in bits}  # of 4,300 numbers 300 differ, and `marshal` writes an object once
    return WordTable(scan.text, scan.anchors, tuple(map(once.__getitem__, bits)), scan.groups)


def _rules_by_word(matchers: Sequence[Matcher], lists: Lists) -> dict[str, list[Matcher]]:
    rules: dict[str, list[Matcher]] = {}
    for matcher in matchers:
        for word in _words_of(matcher, lists):
            rules.setdefault(word, []).append(matcher)
    return rules


def _has_han(word: str) -> bool:
    return any(map(is_han, word))


def _words_of(matcher: Matcher, lists: Lists) -> set[str]:
    return {word for name in _narrowest(matcher, lists) for word in lists[name]}


def _narrowest(matcher: Matcher, lists: Lists) -> tuple[str, ...]:
    """Return the needed set of lists whose words stand in the fewest lines. Single characters stand in nearly all lines.

    A set without Han characters, such as years, is searched only if there is no other: the scan for cuts finds none of it.
    """
    words = {names: [word for name in names for word in lists[name]] for names in matcher.needs}
    with_han = [names for names in words if any(map(_has_han, words[names]))]
    return min(with_han or words, key=lambda names: sum(RARITY ** -len(word) for word in words[names]), default=())
