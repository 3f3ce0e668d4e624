"""What rules see of one parenthetical: folded, and each shape, place and list looked for once, whatever number of rules ask."""

from functools import cached_property

from cleanspam.judge.lexicon import Lexicon, WordsFound
from cleanspam.model import Site
from cleanspam.rulebook.conditions import At, Condition, Words, tests_of
from cleanspam.rulebook.patterns import compile_pattern
from cleanspam.rulebook.ruleset import SITES, Ruleset
from cleanspam.text.brackets import CONTEXT, LINE_ENDS, Pair, Sites, own_text
from cleanspam.text.fold import fold
from cleanspam.text.lines import Line
from cleanspam.text.pairing import KIND


class Criteria:
    """The shapes, places and lists of a rule set, ready to be looked for."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.shapes, self.places, self._lists = ruleset.shapes, ruleset.places | SITES, ruleset.lists
        self._rules = ruleset.rules
        self._searches: dict[str, object] = {}

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of all lists that conditions name."""
        conditions = [one for rule in self._rules for one in rule.conditions]
        conditions += [one for shape in self.shapes.values() for one in shape]
        tests = [test for condition in conditions for test in tests_of(condition) if isinstance(test, Words)]
        names = sorted({name for test in tests for name in (*test.lists, *test.but)})
        return Lexicon({name: self._lists[name] for name in names})

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether the pattern is found in the text; it is compiled when first asked for."""
        search = self._searches.get(pattern)
        if search is None:
            search = self._searches[pattern] = compile_pattern(pattern, self._lists).search
        return search(text) is not None  # type: ignore[operator]  # `regex` has no types here


class View:
    """One parenthetical, everything worked out when first asked for."""

    def __init__(self, text: str, pair: Pair, sites: Sites, criteria: Criteria) -> None:
        self._text, self._sites, self._criteria = text, sites, criteria
        self.pair = pair
        self.kind = KIND.get(text[pair.start], "")
        self._shapes: dict[str, bool] = {}
        self._places: dict[str, bool] = {}

    @cached_property
    def site(self) -> Site:
        return self._sites.of(self.pair)

    @cached_property
    def is_in_first_line(self) -> bool:
        """Whether it stands in the first line of the text that has something."""
        return not any(end in self._text[: self.pair.start].lstrip() for end in LINE_ENDS)

    @cached_property
    def own(self) -> str:
        return fold(own_text(self._text, self.pair))

    @cached_property
    def before(self) -> str:
        """The line before the parenthetical, at most CONTEXT code points of it."""
        before = self._text[max(self.pair.start - CONTEXT, 0) : self.pair.start]
        for end in LINE_ENDS:
            before = before.rpartition(end)[2]
        return fold(before)

    @cached_property
    def after(self) -> str:
        """The line behind the parenthetical, at most CONTEXT code points of it."""
        after = self._text[self.pair.end : self.pair.end + CONTEXT]
        for end in LINE_ENDS:
            after = after.partition(end)[0]
        return fold(after)

    @cached_property
    def _words(self) -> WordsFound:
        return self._criteria.lexicon.look(self.own)

    def words(self, verb: str, lists: tuple[str, ...]) -> bool:
        """Tell whether the own text has, opens with or ends with a word of one of the lists."""
        return bool(getattr(self._words, verb) & self._criteria.lexicon.mask(lists))

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether the pattern is found in the text."""
        return self._criteria.matches(pattern, text)

    def is_shaped(self, name: str) -> bool:
        """Tell whether the own text is of the shape."""
        known = self._shapes.get(name)
        if known is None:
            known = self._shapes[name] = self._meets(self._criteria.shapes[name])
        return known

    def stands(self, name: str) -> bool:
        """Tell whether the parenthetical stands at the place."""
        known = self._places.get(name)
        if known is None:
            known = self._places[name] = self._meets(self._criteria.places[name].conditions)
        return known

    def accomplices_at(self, places: tuple[str, ...]) -> int:
        """Return how many accomplices any rule needs here at least, by those of the places where the parenthetical stands."""
        return min((self._accomplices_of(name) for name in places if self.stands(name)), default=0)

    def _accomplices_of(self, name: str) -> int:
        place = self._criteria.places[name]
        inner = [self.accomplices_at(condition.places) for condition in place.conditions if isinstance(condition, At)]
        return max(place.accomplices, *inner, 0)

    def _meets(self, conditions: tuple[Condition, ...]) -> bool:
        return all(condition.holds(self) for condition in conditions)


class ReadingView(View):
    """A reading in brackets, behind the character that is read so."""

    @cached_property
    def site(self) -> Site:
        return Site.READING


class LineView(View):
    """A line, or a part of one: there is nothing before and behind it that a rule could ask for."""

    def __init__(self, text: str, line: Line, sites: Sites, criteria: Criteria) -> None:
        super().__init__(text, Pair(line.start, line.end, ()), sites, criteria)
        self._line = line

    @cached_property
    def site(self) -> Site:
        return self._line.site

    @cached_property
    def own(self) -> str:
        return fold(self._text[self._line.start : self._line.end])

    @cached_property
    def before(self) -> str:
        return ""

    @cached_property
    def after(self) -> str:
        return ""
