"""The conditions of rules, shapes and places. Each class tests a text, says what the text lacks, and writes its statement.

A condition is a value: equal statements make equal conditions, and the rule set's hash derives from their fields.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter

from cleanspam.model import NamedTuple
from cleanspam.rulebook.checks import Check, Checkable, Kit, always, found_in, one_of
from cleanspam.text.latepattern import late_pattern
from cleanspam.typed import Any, Protocol

LIST_USE_RE = late_pattern(r"\\L<([^>]*)>")  # a list in a pattern
VERBS = ("has", "opens", "ends")
LONGEST = 99  # the most code points that `length` states


class Condition(Checkable, Protocol):
    """One condition of a rule."""

    def lacks(self) -> str:
        """Return for a person why the condition does not hold."""

    def written(self) -> list[str]:
        """Return the statements of the condition as in a rule file."""


class Pattern(NamedTuple):
    """A regex that must be found in the own text."""

    pattern: str

    def check(self, kit: Kit) -> Check:
        return found_in(kit, "own", (self.pattern,))

    def shown(self) -> str:
        return self.pattern


class Shaped(NamedTuple):
    """The own text must be of the shape of this name."""

    shape: str

    def check(self, kit: Kit) -> Check:
        return kit.shape(self.shape)

    def shown(self) -> str:
        return f"@{self.shape}"


class Words(NamedTuple):
    """`has`, `opens` or `ends`: the own text must have a word of one of the lists there, and none of the lists behind `but`."""

    verb: str
    lists: tuple[str, ...]
    but: tuple[str, ...] = ()

    def check(self, kit: Kit) -> Check:
        at, has, but = VERBS.index(self.verb), 0, 0

        def holds(seen: Any) -> bool:
            nonlocal has, but
            if not has:
                but = kit.mask(self.but)
                has = kit.mask(self.lists)  # the last, for another thread goes by it
            found = seen.found[at]
            return found & has != 0 and not found & but

        return holds

    def lacks(self) -> str:
        what = {"has": "has no word of", "opens": "opens with no word of", "ends": "ends in no word of"}[self.verb]
        but = f" without one of {' or '.join(self.but)}" if self.but else ""
        return f"it {what} {' or '.join(self.lists)}{but}"

    def shown(self) -> str:
        return " ".join([self.verb, *self.lists, *(("but", *self.but) if self.but else ())])

    def written(self) -> list[str]:
        verb, _, rest = self.shown().partition(" ")
        return [f"{verb:<5} {rest}"]


Test = Pattern | Shaped | Words


class AnyOf(NamedTuple):
    """The lines of `cut`, `flag`, `keep` or `is`: at least one of them must hold."""

    keyword: str
    tests: tuple[Test, ...]

    def check(self, kit: Kit) -> Check:
        checks = [kit.check(test) for test in self.tests if not isinstance(test, Pattern)]
        if patterns := patterns_of(self):
            checks.append(found_in(kit, "own", patterns))
        return checks[0] if len(checks) == 1 else one_of(checks)

    def lacks(self) -> str:
        return f"it is not what the rule {self.keyword}s: {' or '.join(test.shown() for test in self.tests)}"

    def written(self) -> list[str]:
        return [f"{self.keyword:<5} {test.shown()}" for test in self.tests]


class Unless(NamedTuple):
    """A line of `unless`: it must not hold."""

    test: Test

    def check(self, kit: Kit) -> Check:
        test = kit.check(self.test)
        return lambda seen: not test(seen)

    def lacks(self) -> str:
        return f"it has what an unless names: {self.test.shown()}"

    def written(self) -> list[str]:
        return [f"unless {self.test.shown()}"]


class Length(NamedTuple):
    """`length`: the number of code points in the folded own text."""

    least: int
    most: int = LONGEST

    def check(self, _: Kit) -> Check:
        least, most = self
        if most == LONGEST:
            return lambda seen: least <= len(seen.own)
        return lambda seen: least <= len(seen.own) <= most

    def lacks(self) -> str:
        return f"its length is not {self._range()}"

    def written(self) -> list[str]:
        return [f"length {self._range()}"]

    def _range(self) -> str:
        return str(self.least) if self.most == LONGEST else f"{self.least}-{self.most}"


class Texts(NamedTuple):
    """`texts`: the whole own text must be one of these, folded."""

    texts: tuple[str, ...]

    def check(self, _: Kit) -> Check:
        texts = frozenset(self.texts)
        return lambda seen: seen.own in texts

    def lacks(self) -> str:
        return "its text is not listed"

    def written(self) -> list[str]:
        return [f"texts {text}" for text in self.texts]


class Brackets(NamedTuple):
    """`brackets`: the kind of bracket must be one of these."""

    kinds: tuple[str, ...]

    def check(self, _: Kit) -> Check:
        return lambda seen: seen.kind in self.kinds

    def lacks(self) -> str:
        return f"its brackets are not {' or '.join(self.kinds)}"

    def written(self) -> list[str]:
        return [f"brackets {' '.join(self.kinds)}"]


class At(NamedTuple):
    """`at`: the parenthetical must stand at one of these places."""

    places: tuple[str, ...]

    def check(self, kit: Kit) -> Check:
        return one_of([kit.stands(place) for place in self.places])

    def lacks(self) -> str:
        return f"it does not stand at {' or '.join(self.places)}"

    def written(self) -> list[str]:
        return [f"at    {' '.join(self.places)}"]


class Where(NamedTuple):
    """`where`: the sites that a place comprises."""

    sites: tuple[str, ...]

    def check(self, _: Kit) -> Check:
        return lambda seen: seen.site in self.sites

    def lacks(self) -> str:
        return f"it does not stand {' or '.join(self.sites)}"

    def written(self) -> list[str]:
        return [f"where {' '.join(self.sites)}"]


class Beside(NamedTuple):
    """`before` or `after`: one of the patterns must be found in the line before or behind the parenthetical."""

    side: str
    patterns: tuple[str, ...]

    def check(self, kit: Kit) -> Check:
        return found_in(kit, self.side, self.patterns)

    def lacks(self) -> str:
        return f"the text {self.side} it is another"

    def written(self) -> list[str]:
        return [f"{self.side:<5} {pattern}" for pattern in self.patterns]


class Along(NamedTuple):
    """`along-before` or `along-after`: text right beside the parenthetical that is cut along with it. It always holds."""

    side: str
    patterns: tuple[str, ...]

    def check(self, _: Kit) -> Check:
        return always

    def lacks(self) -> str:
        return ""

    def written(self) -> list[str]:
        return [f"along-{self.side} {pattern}" for pattern in self.patterns]


class Near(NamedTuple):
    """`near`: a line that is cut must have a word of these lists, or of the rule's own lists, near both ends.

    The judge of lines checks this, for it knows the ends of each sentence. Everywhere else the condition always holds.
    """

    lists: tuple[str, ...]

    def check(self, _: Kit) -> Check:
        return always

    def lacks(self) -> str:
        return ""

    def written(self) -> list[str]:
        return [f"near  {' '.join(self.lists)}"]


class OnlyHere(NamedTuple):
    """`only-here`: of these lists, no other line around has a word. It asks nothing of the line itself.

    Only the judge of lines tests it, for it knows which lines around are planted too.
    """

    lists: tuple[str, ...]

    def check(self, _: Kit) -> Check:
        return always

    def lacks(self) -> str:
        return ""

    def written(self) -> list[str]:
        return [f"only-here {' '.join(self.lists)}"]


class FirstLine(NamedTuple):
    """`line first`: the parenthetical must stand in the first line of the text."""

    def check(self, _: Kit) -> Check:
        return attrgetter("is_in_first_line")

    def lacks(self) -> str:
        return "it does not stand in the first line"

    def written(self) -> list[str]:
        return ["line  first"]


class SpelledApart(NamedTuple):
    """`spelled apart`: the characters of the parenthetical must be set apart by signs that hide them, as in 青♂竹♂书♂屋."""

    def check(self, _: Kit) -> Check:
        return attrgetter("is_spelled_apart")

    def lacks(self) -> str:
        return "no signs set its characters apart"

    def written(self) -> list[str]:
        return ["spelled apart"]


class Share(NamedTuple):
    """`share`: of 100 Han characters of the own text, so many stand in words of these lists."""

    least: int
    lists: tuple[str, ...]

    def check(self, kit: Kit) -> Check:
        return partial(self._holds, kit)

    def _holds(self, kit: Kit, seen: Any) -> bool:
        from cleanspam.text.overlap import reaches_share  # few starts ask it

        return reaches_share(seen.own, kit.words_of(self.lists), self.least)

    def lacks(self) -> str:
        return f"less than {self.least} % of it are words of {' or '.join(self.lists)}"

    def written(self) -> list[str]:
        return [f"share {self.least} {' '.join(self.lists)}"]


class Echoes(NamedTuple):
    """`echoes`: so many characters of the own text must also stand in the line before or behind the parenthetical.

    Of a whole line the lines above and below are asked.
    """

    least: int
    piece: int  # the least number of characters in a row that count

    def check(self, _: Kit) -> Check:
        return self._holds

    def _holds(self, seen: Any) -> bool:
        from cleanspam.text.overlap import shares  # few starts ask it

        return shares(seen.own, f"{seen.before}\n{seen.after}", self.least, self.piece)

    def lacks(self) -> str:
        return f"no {self.least} characters of it stand beside it"

    def written(self) -> list[str]:
        return [f"echoes {self.least}" + f" {self.piece}" * (self.piece != self.least)]


class EchoesWhole(NamedTuple):
    """`echoes whole`: the own text and its line say the same words, in whichever script: the folded texts are compared."""

    def check(self, _: Kit) -> Check:
        return lambda seen: _letters_of(seen.own) == _letters_of(seen.before + seen.after)

    def lacks(self) -> str:
        return "its line says other words"

    def written(self) -> list[str]:
        return ["echoes whole"]


class EchoesParts(NamedTuple):
    """`echoes parts`: a line is the first two parts of the line below it, run together, or such a line with them above it."""

    def check(self, _: Kit) -> Check:
        # An opening is without its third comma.
        return lambda seen: _are_parts(seen.own, seen.after) or _are_parts(seen.before, f"{seen.own},")

    def lacks(self) -> str:
        return "no line beside it is its first parts run together, or begins with its parts"

    def written(self) -> list[str]:
        return ["echoes parts"]


def _are_parts(joined: str, parted: str) -> bool:
    """Tell whether a text is the first two of four or more parts of another one that commas part; an author writes three."""
    first, *others = parted.split(",", 3)
    return len(others) > 2 and _letters_of(joined) == _letters_of(first + others[0])


def _letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def tests_of(condition: Condition) -> tuple[Test, ...]:
    """Return the tests of the own text that a condition makes."""
    if isinstance(condition, AnyOf):
        return condition.tests
    if isinstance(condition, Unless):
        return (condition.test,)
    return (condition,) if isinstance(condition, Words) else ()


def with_shapes(conditions: Iterable[Condition], shapes: Mapping[str, tuple[Condition, ...]]) -> Iterator[Condition]:
    """Yield conditions, those of a shape in the place of one that asks for it alone."""
    for condition in conditions:
        if isinstance(condition, AnyOf) and len(condition.tests) == 1 and isinstance(test := condition.tests[0], Shaped):
            yield from with_shapes(shapes[test.shape], shapes)
        else:
            yield condition


def needed_lists(conditions: Iterable[Condition], shapes: Mapping[str, tuple[Condition, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield sets of lists. The own text must have a word from each set."""
    for condition in with_shapes(conditions, shapes):
        tests = tests_of(condition) if isinstance(condition, Words | AnyOf) else ()
        words = [test for test in tests if isinstance(test, Words)]
        if words and len(words) == len(tests):
            yield tuple(dict.fromkeys(name for test in words for name in test.lists))


def patterns_of(condition: Condition) -> tuple[str, ...]:
    """Return the regexes of a condition."""
    if isinstance(condition, Beside | Along):
        return condition.patterns
    return tuple(test.pattern for test in tests_of(condition) if isinstance(test, Pattern))
