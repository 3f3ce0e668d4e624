"""Authorship: whether all of a unit of a line is planted, or some of it may be the author's."""

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence

from cleanspam.judge.lexicon import Lexicon
from cleanspam.judge.linewords import LineCandidate, LineWords, Lists
from cleanspam.judge.matcher import Matchers
from cleanspam.judge.plan import LinePlan
from cleanspam.model import Site
from cleanspam.text.fold import fold, is_han
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.lines import Line
from cleanspam.text.pairing import BRACKET_KINDS
from cleanspam.text.sentences import FIRST_REMARK_RE, PARTS, Sentences

_OF_RULES = "of-rules"  # the words of the lists of rules
_OF_PLACES = "of-places"  # the words of the lists that the rules' places name as `near`
_FAR = 10  # If a line is planted as a whole, so many Han characters at either end have a word of its rules or an address.
_OPENING, _CLOSING = (re.escape("".join(kind.name[side] for kind in BRACKET_KINDS)) for side in (0, 1))  # folded
_ADDRESS_RE = late_pattern(rf"[a-z0-9]{{4}}|[{_CLOSING}》]")
# All up to the end of the last address, bracket or quoted name: the text behind it may be the author's.
_NAMED_RE = late_pattern(rf".*(?:[a-z0-9./:-]{{4}}|[{_CLOSING}》]|[“\"「『][^“”\"「」『』。!?]{{1,16}}[”\"」』])", re.DOTALL)
# One or two Han characters right behind an address, to the end: 谁？ A note has a known word there: 阅读。
_BEHIND_ADDRESS_RE = late_pattern(r"[a-z0-9]\.[a-z]{2,4}/?([^\W\da-z_]{1,2})[。!?…~]*$")
_TRAILING = 2  # Han characters behind the last known word of a planted sentence: 阅读哦亲。 A sentence has three: 天黑了。
_NAME = 5  # Han characters of a site's name behind the last known word, before the bracket with its address: 某某楼（www.…）。
_LAST_BRACKET_RE = late_pattern(rf"[{_OPENING}][^{_OPENING}{_CLOSING}]*[{_CLOSING}][。!?…~]*$")
_CLAUSE = 5  # code points of a first clause from which on it must have a known word
_NEXT = 12  # code points behind a planting without a mark at its end in which it would go on
_FEW = 12  # code points outside of brackets that may belong to the planting
_TOLD = 1_000  # the most units of which is remembered what is told, 1 MB
_APART = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT, Site.NOTE, Site.STUB})  # nothing follows in the line


class Authorship:
    """Tells whose a unit of a line is: a line is cut only if all of it is planted."""

    def __init__(
        self, words: LineWords, matchers: Matchers, plan: LinePlan, lists: Lists, cuts_alone: Callable[[str, Site], bool]
    ) -> None:
        """Take what tells whether a rule would cut a line at a site that has only a given text."""
        self._words, self._matchers, self._lists, self._cuts_alone = words, matchers, lists, cuts_alone
        self._cuts, self._links = plan.cuts, plan.links
        self._known_of: dict[int, Lexicon] = {}
        self._told: dict[Hashable, dict[int, bool]] = {}

    def is_planted(self, sentences: Sentences, unit: Line, places: Sequence[int]) -> bool:
        """Tell whether each sentence of a unit may be planted."""
        if unit.site is Site.LINKS:
            return self._links
        are_noted = all(sentences.is_noted(span, places) for span in sentences.within(unit))
        return are_noted and (unit.site not in PARTS or sentences.is_closed(unit) or bool(sentences.behind_open_end(unit)))

    def is_told(self, candidate: LineCandidate, unit: Line, met: int) -> bool:
        """Tell whether all of a unit is planted, if these rules match it.

        Only their words count: a sentence of the author's may have a word of any other rule.
        """
        words = self._words.places(candidate.scanned, unit.start, unit.end, met)
        return (
            self.is_planted(candidate.sentences, unit, words)
            and not self._begins_with_remark(candidate.text, unit, met)
            and self._convicts_rest(candidate, unit, met)
            and self._begins_and_ends_planted(candidate, unit, met)
            and not self._goes_on(candidate.sentences, unit, met)
        )

    def told_of(self, candidate: LineCandidate, unit: Line) -> dict[int, bool]:
        """Return the memory of what is told of a unit: by the rules that match it, and by 0 of all rules.

        A site's note stands in a novel a thousand times. What is told of parts of a line depends on the text behind, too.
        """
        if unit.site not in _APART:
            return {}
        scanned, text = candidate.scanned, candidate.text
        first, last = bisect_left(scanned.words, unit.start), bisect_left(scanned.words, unit.end)
        words = tuple(at - unit.start for at in scanned.words[first:last]), tuple(scanned.numbers[first:last])
        asked = unit.site, text[max(unit.start - 1, 0) : unit.end], unit.start > 0, words
        known = self._told.get(asked)
        if known is None:
            if len(self._told) >= _TOLD:
                self._told.clear()
            known = self._told[asked] = {}
        return known

    def grown(self, candidate: LineCandidate, unit: Line, rules: int) -> Line:
        """Return a planted sentence with the sentences right behind it that have nothing but known words: 最快更新！无广告！"""
        if unit.site is not Site.AMID or not candidate.sentences.is_sentence(unit):
            return unit
        while unit.end < candidate.line.end:
            following = candidate.sentences.at(unit.end)
            if not _has_only(fold(candidate.text[following.start : following.end]), self._known(rules)):
                break
            unit = unit._replace(end=following.end)
        return unit

    def _goes_on(self, sentences: Sentences, unit: Line, rules: int) -> bool:
        """Tell whether the planting goes on behind a unit that ends without a mark: m.example.com阅读，更优质的体验。"""
        behind = sentences.behind_open_end(unit)[:_NEXT] if not sentences.is_closed(unit) else ""
        return bool(behind) and bool(self._known(rules).found_in(fold(behind)) or _ADDRESS_RE.search(behind))

    def _convicts_rest(self, candidate: LineCandidate, unit: Line, met: int) -> bool:
        """Tell whether the text outside of a unit's brackets is planted too. Words in a bracket convict only the bracket.

        书屋里没有人。（某某文学网 www.example.com） has a word of such sites outside its bracket, in the author's text. A few
        characters with a word of a matching rule are no sentence: 某某平台开户【…】. Amid a line they may be the author's.
        """
        stretches = candidate.sentences.outside_brackets(unit)
        labels = (self._is_label(candidate, Line(*stretch, unit.site), met) for stretch in stretches)
        if not stretches or (unit.site is not Site.AMID and all(labels)):
            return True
        return self._cuts_alone("".join(candidate.text[slice(*stretch)] for stretch in stretches), unit.site)

    def _begins_with_remark(self, text: str, unit: Line, met: int) -> bool:
        """Tell whether a unit begins with a round bracket that has neither a word of these rules nor an address: （完）."""
        found = FIRST_REMARK_RE.match(text, unit.start, unit.end)
        remark = fold(found[1]) if found else ""
        return bool(remark) and not self._known(met).found_in(remark) and not _ADDRESS_RE.search(remark)

    def _is_label(self, candidate: LineCandidate, part: Line, met: int) -> bool:
        """Tell whether a part of a line is short, has a word of these rules, and is no clause."""
        is_clause = candidate.sentences.is_sentence(part) or candidate.sentences.first_clause(part)
        return (
            not is_clause
            and part.end - part.start <= _FEW
            and bool(self._words.within(candidate.scanned, part.start, part.end)[1] & met)
        )

    def _begins_and_ends_planted(self, candidate: LineCandidate, unit: Line, rules: int) -> bool:
        """Tell whether the first clause and both ends of a unit are short or have a word of these rules.

        本章未完，请点击下一页继续阅读 雨停了，街上有了人。 has the author's words right behind the note, with no mark between.
        So each sentence must also end close behind such a word.
        """
        clause = candidate.sentences.first_clause(unit)
        ends = candidate.sentences.far_ends(unit, _FAR) if unit.site is not Site.LINKS else ()
        known = self._known(rules)
        # Amid a line most clauses are the author's, and a few say 网 or 作者: only the rules' own words tell a planted one.
        sure = known.mask((_OF_RULES,)) if unit.site is Site.AMID else -1
        tests = ((end, mask) for end, mask in (*((end, -1) for end in ends), (clause, sure)) if len(end) >= _CLAUSE)
        if not all(known.found_in(fold(end)) & mask or _ADDRESS_RE.search(end) for end, mask in tests):
            return False
        sentences = [] if unit.site is Site.LINKS else [*candidate.sentences.within(unit)]
        if sentences and sentences[-1].end == unit.end and unit.site not in PARTS and not candidate.sentences.is_sentence(unit):
            sentences.pop()  # a row of keywords ends in any word
        return all(_ends_planted(fold(candidate.text[slice(*sentence)]), known) for sentence in sentences)

    def _known(self, rules: int) -> Lexicon:
        """Return the words from two characters on that the rules' lists have, and those that their places name as `near`."""
        known = self._known_of.get(rules)
        if known is None:
            cuts, lists = self._matchers.of(rules & self._cuts), self._lists
            names = {name for matcher in cuts for name in matcher.lists}
            words = {word for name in names for word in lists.get(name, ()) if len(word) > 1}
            near = {word for matcher in cuts for name in matcher.near for word in lists[name]}
            known = self._known_of[rules] = Lexicon({_OF_RULES: words, _OF_PLACES: near})
        return known


def _ends_planted(sentence: str, known: Lexicon) -> bool:
    """Tell whether a folded sentence ends close behind a known word or an address, or with a name and a bracket."""
    before, behind = _LAST_BRACKET_RE.sub("", sentence), _BEHIND_ADDRESS_RE.search(sentence)
    is_close = _trailing(before, known) <= (_TRAILING if before == sentence else _NAME)
    return is_close and (not behind or behind[1] in known.words)


def _has_only(sentence: str, known: Lexicon) -> bool:
    """Tell whether a folded sentence has known words and no other Han character."""
    left = sentence
    for word in sorted((word for word in known.words if word in sentence), key=len, reverse=True):
        left = left.replace(word, " ")
    return left != sentence and not any(map(is_han, left))


def _trailing(text: str, known: Lexicon) -> int:
    """Count the Han characters behind the last known word or address of a folded text."""
    named = _NAMED_RE.match(text)
    last = max((text.rfind(word) + len(word) for word in known.words if word in text), default=0)
    return sum(map(is_han, text[max(last, named.end() if named else 0) :]))
