"""The conditions of rules, shapes and places. Each class parses its statement, tests a text, and says what the text lacks.

A condition is a value: equal statements make equal conditions, and the rule set's hash derives from their fields.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from math import inf
from operator import attrgetter

from cleanspam.errors import nearest
from cleanspam.model import NamedTuple, Site
from cleanspam.rulebook.blocks import Block, Statement, instead, or_list
from cleanspam.text.fold import han_number
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.pairing import KIND, KINDS
from cleanspam.typed import Any, Protocol

_ECHOES_RE = late_pattern(r"[1-9]\d?(?: [1-9]\d?)?")  # the numbers of `echoes`
LIST_USE_RE = late_pattern(r"\\L<([^>]*)>")  # a list in a pattern
VERBS = ("has", "opens", "ends")
LONGEST = 99  # the most code points that `length` states


# Tells whether a condition holds for an own text, a standing or a view, whichever has what the condition tests: the attributes
# of a view, own, found, before, after, site, kind and others.
Check = Callable[[Any], bool]
Search = Callable[[str], object]


class Kit(Protocol):
    """What checks are made of."""

    def check(self, condition: "Condition | Test", /) -> Check:
        """Return the check of a condition or of one of its tests; equal ones have the same."""

    def search(self, pattern: str, /) -> Search:
        """Return the search for a pattern, which is compiled here."""

    def literals_of(self, patterns: tuple[str, ...], /) -> tuple[int, ...]:
        """Return the bits of the literals of each pattern: where it matches, the text has one; () if no pattern has any."""

    def mask(self, lists: tuple[str, ...], /) -> int:
        """Return the bits of the lists."""

    def words_of(self, lists: tuple[str, ...], /) -> frozenset[str]:
        """Return the words of the lists."""

    def shape(self, name: str, /) -> Check:
        """Return the check of a shape."""

    def stands(self, place: str, /) -> Check:
        """Return the check of a place."""


class Condition(Protocol):
    """One condition of a rule."""

    def check(self, kit: Kit) -> Check:
        """Return the function that tests the condition. It compiles patterns and reads lists at its first use."""

    def lacks(self) -> str:
        """Return for a person why the condition does not hold."""

    def written(self) -> list[str]:
        """Return the statements of the condition as in a rule file."""


class Pattern(NamedTuple):
    """A regex that must be found in the own text."""

    pattern: str

    def check(self, kit: Kit) -> Check:
        return _found_in(kit, "own", (self.pattern,))

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

    @classmethod
    def parse(cls, block: Block, statement: Statement, verb: str, words: list[str]) -> "Words":
        """Return the condition that a verb and the words behind it state."""
        at = words.index("but") if "but" in words else len(words)
        lists, but = tuple(words[:at]), tuple(words[at + 1 :])
        if not lists or (at < len(words) and not but):
            block.fail(f"{verb} takes names of lists, like {verb} topic, or {verb} topic but voice", statement)
        return cls(verb, lists, but)

    def check(self, kit: Kit) -> Check:
        at, has, but = VERBS.index(self.verb), 0, 0

        def holds(seen: Any) -> bool:
            nonlocal has, but
            if not has:
                but = kit.mask(self.but)
                has = kit.mask(self.lists)  # the last, for another thread goes by it
            found = seen.found[at]
            return bool(found & has and not found & but)

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


def parse_test(block: Block, statement: Statement) -> Test:
    """Return the test that a line of `cut`, `flag`, `keep`, `is` or `unless` states."""
    value = "".join(statement.lines)
    if value.startswith("@"):
        return Shaped(value[1:])
    verb, *words = statement.words()
    if verb in VERBS and words:
        return Words.parse(block, statement, verb, words)
    return Pattern(value)


class AnyOf(NamedTuple):
    """The lines of `cut`, `flag`, `keep` or `is`: at least one of them must hold."""

    keyword: str
    tests: tuple[Test, ...]

    @classmethod
    def parse(cls, block: Block, keyword: str) -> "AnyOf":
        return cls(keyword, tuple(parse_test(block, statement) for statement in block.all(keyword)))

    def check(self, kit: Kit) -> Check:
        checks = [kit.check(test) for test in self.tests if not isinstance(test, Pattern)]
        if patterns := patterns_of(self):
            checks.append(_found_in(kit, "own", patterns))
        return checks[0] if len(checks) == 1 else _one_of(checks)

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

    @classmethod
    def parse(cls, block: Block, statement: Statement) -> "Length":
        stated = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", " ".join(statement.words()))
        if not stated or not 0 < int(stated[1]) <= int(stated[2] or LONGEST):
            block.fail("length takes a number or two, like length 5 or length 3-4", statement)
        return cls(int(stated[1]), int(stated[2] or LONGEST))

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        least, most = self.least, inf if self.most == LONGEST else self.most
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

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        texts = frozenset(self.texts)
        return lambda seen: seen.own in texts

    def lacks(self) -> str:
        return "its text is not listed"

    def written(self) -> list[str]:
        return [f"texts {text}" for text in self.texts]


class Brackets(NamedTuple):
    """`brackets`: the kind of bracket must be one of these."""

    kinds: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block) -> "Brackets":
        named = [(char, statement) for statement in block.all("brackets") for char in "".join(statement.words())]
        for char, statement in named:
            if char not in KIND:
                block.fail(f"{char!r} is no bracket; brackets takes some of {' '.join(KINDS)}", statement)
        return cls(tuple(sorted({KIND[char] for char, _ in named})))

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return lambda seen: seen.kind in self.kinds

    def lacks(self) -> str:
        return f"its brackets are not {' or '.join(self.kinds)}"

    def written(self) -> list[str]:
        return [f"brackets {' '.join(self.kinds)}"]


class At(NamedTuple):
    """`at`: the parenthetical must stand at one of these places."""

    places: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block) -> "At":
        return cls(tuple(dict.fromkeys(word for statement in block.all("at") for word in statement.words())))

    def check(self, kit: Kit) -> Check:
        return _one_of([kit.stands(place) for place in self.places])

    def lacks(self) -> str:
        return f"it does not stand at {' or '.join(self.places)}"

    def written(self) -> list[str]:
        return [f"at    {' '.join(self.places)}"]


class Where(NamedTuple):
    """`where`: the sites that a place comprises."""

    sites: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block) -> "Where":
        known = [site.value for site in Site]
        for statement in block.all("where"):
            for word in statement.words():
                if word not in known:
                    block.fail(f"unknown site {word!r}; sites are {or_list(known)}{nearest(word, known)}", statement.at(word))
        return cls(tuple(sorted({word for statement in block.all("where") for word in statement.words()})))

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return lambda seen: seen.site.value in self.sites

    def lacks(self) -> str:
        return f"it does not stand {' or '.join(self.sites)}"

    def written(self) -> list[str]:
        return [f"where {' '.join(self.sites)}"]


class Beside(NamedTuple):
    """`before` or `after`: one of the patterns must be found in the line before or behind the parenthetical."""

    side: str
    patterns: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block, side: str) -> "Beside":
        return cls(side, tuple("".join(statement.lines) for statement in block.all(side)))

    def check(self, kit: Kit) -> Check:
        return _found_in(kit, self.side, self.patterns)

    def lacks(self) -> str:
        return f"the text {self.side} it is another"

    def written(self) -> list[str]:
        return [f"{self.side:<5} {pattern}" for pattern in self.patterns]


class Along(NamedTuple):
    """`along-before` or `along-after`: text right beside the parenthetical that is cut along with it. It always holds."""

    side: str
    patterns: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block, side: str) -> "Along":
        tied = "end in $" if side == "before" else "begin with ^"
        for statement in block.all(f"along-{side}"):
            pattern = "".join(statement.lines)
            if not (pattern.endswith("$") if side == "before" else pattern.startswith("^")):
                block.fail(f"along-{side} takes what touches the parenthetical; let its pattern {tied}", statement)
            if block.all("flag") or block.all("keep"):
                block.fail(f"along-{side} is for rules that cut; leave it out", statement)
        return cls(side, tuple("".join(statement.lines) for statement in block.all(f"along-{side}")))

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return _always

    def lacks(self) -> str:
        return ""

    def written(self) -> list[str]:
        return [f"along-{self.side} {pattern}" for pattern in self.patterns]


class Near(NamedTuple):
    """`near`: a line that is cut must have a word of these lists, or of the rule's own lists, near both ends.

    The judge of lines checks this, for it knows the ends of each sentence. Everywhere else the condition always holds.
    """

    lists: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block) -> "Near":
        return cls(tuple(dict.fromkeys(word for statement in block.all("near") for word in statement.words())))

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return _always

    def lacks(self) -> str:
        return ""

    def written(self) -> list[str]:
        return [f"near  {' '.join(self.lists)}"]


class OnlyHere(NamedTuple):
    """`only-here`: of these lists, no other line around has a word. It asks nothing of the line itself.

    Only the judge of lines tests it, for it knows which lines around are planted too.
    """

    lists: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block) -> "OnlyHere":
        """Return the condition of all such statements of a block."""
        return cls(tuple(dict.fromkeys(word for statement in block.all("only-here") for word in statement.words())))

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return _always

    def lacks(self) -> str:
        return ""

    def written(self) -> list[str]:
        return [f"only-here {' '.join(self.lists)}"]


class FirstLine(NamedTuple):
    """`line first`: the parenthetical must stand in the first line of the text."""

    @classmethod
    def parse(cls, block: Block, statement: Statement) -> "FirstLine":
        if statement.words() != ["first"]:
            block.fail("line takes the word first: the first line of a text", statement)
        return cls()

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return attrgetter("is_in_first_line")

    def lacks(self) -> str:
        return "it does not stand in the first line"

    def written(self) -> list[str]:
        return ["line  first"]


class SpelledApart(NamedTuple):
    """`spelled apart`: the characters of the parenthetical must be set apart by signs that hide them, as in 青♂竹♂书♂屋."""

    @classmethod
    def parse(cls, block: Block, statement: Statement) -> "SpelledApart":
        if statement.words() != ["apart"]:
            block.fail("spelled takes the word apart: signs stand between all characters", statement)
        return cls()

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return attrgetter("is_spelled_apart")

    def lacks(self) -> str:
        return "no signs set its characters apart"

    def written(self) -> list[str]:
        return ["spelled apart"]


class Share(NamedTuple):
    """`share`: of 100 Han characters of the own text, so many stand in words of these lists."""

    least: int
    lists: tuple[str, ...]

    @classmethod
    def parse(cls, block: Block, statement: Statement) -> "Share":
        least, *lists = statement.words()
        if not re.fullmatch(r"[1-9]\d?|100", least) or not lists:
            block.fail("share takes a number from 1 to 100 and names of lists, like share 60 topic place", statement)
        return cls(int(least), tuple(lists))

    def check(self, kit: Kit) -> Check:
        def holds(seen: Any) -> bool:
            han = han_number(seen.own)
            return han > 0 and _in_words(seen.own, kit.words_of(self.lists)) * 100 >= han * self.least

        return holds

    def lacks(self) -> str:
        return f"less than {self.least} % of it are words of {' or '.join(self.lists)}"

    def written(self) -> list[str]:
        return [f"share {self.least} {' '.join(self.lists)}"]


def _in_words(text: str, words: frozenset[str]) -> int:
    """Return how many Han characters stand in words, of which the longest is taken at each place.

    >>> _in_words("请关注app，天黑了", frozenset({"请", "关", "关注", "黑"}))
    4
    """
    lengths, numbers = _tables(words)
    found = at = 0
    while at < len(text):
        for length in lengths.get(text[at], ()):
            if (number := numbers.get(text[at : at + length])) is not None:
                found += number
                at += length
                break
        else:
            at += 1
    return found


@cache
def _tables(words: frozenset[str]) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Return the lengths of words by their first characters, the longest first, and the Han characters of each word.

    Of 100 characters of prose 80 begin no word.
    """
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[:1], set()).add(len(word))
    lengths = {first: sorted(those, reverse=True) for first, those in found.items()}
    return lengths, {word: han_number(word) for word in words}


class Echoes(NamedTuple):
    """`echoes`: so many characters of the own text must also stand in the line before or behind the parenthetical.

    Of a whole line the lines above and below are asked.
    """

    least: int
    piece: int  # the least number of characters in a row that count

    @classmethod
    def parse(cls, block: Block, statement: Statement) -> "Echoes":
        word = " ".join(statement.words())
        if not _ECHOES_RE.fullmatch(word):
            block.fail(
                f"echoes takes `whole`, or a number from 1 to 99 and the least length of a piece, not {word!r}", statement
            )
        numbers = [int(number) for number in word.split()]
        return cls(numbers[0], numbers[-1])

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return self._holds

    def _holds(self, seen: Any) -> bool:
        own, beside = seen.own, f"{seen.before}\n{seen.after}"
        shared = start = 0
        while start < len(own) and shared < self.least:
            length = _shared_from(own, start, beside)
            is_piece = length >= self.piece
            shared += length if is_piece else 0
            start += length if is_piece else 1
        return shared >= self.least

    def lacks(self) -> str:
        return f"no {self.least} characters of it stand beside it"

    def written(self) -> list[str]:
        return [f"echoes {self.least}" + f" {self.piece}" * (self.piece != self.least)]


class EchoesWhole(NamedTuple):
    """`echoes whole`: the own text and its line say the same words, in whichever script: the folded texts are compared."""

    def check(self, kit: Kit) -> Check:  # noqa: ARG002 (it needs nothing)
        return lambda seen: _words_of(seen.own) == _words_of(seen.before + seen.after)

    def lacks(self) -> str:
        return "its line says other words"

    def written(self) -> list[str]:
        return ["echoes whole"]


def _words_of(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _shared_from(own: str, start: int, beside: str) -> int:
    """Return how many characters of `own`, from `start` on, stand in a row in `beside`."""
    length = 0
    while start + length < len(own) and own[start : start + length + 1] in beside:
        length += 1
    return length


def _found_in(kit: Kit, side: str, patterns: tuple[str, ...]) -> Check:
    """Return the check that one of the patterns is found in the own text, or in the text before or after.

    Each pattern is searched by itself: `re` skips to where one pattern may begin, but tries a choice of patterns at each place.
    With the lines of each condition joined a planting took half as long again. In the own text a pattern is searched only where
    one of its literals is: of 35 patterns that a new planting is asked for, 20 have none.
    """
    searches: list[Search | None] = [None] * len(patterns)
    literals = kit.literals_of(patterns) if side == "own" else ()
    text_of = attrgetter(side)

    def holds(seen: Any) -> bool:
        text, known = text_of(seen), seen.literals if literals else 0
        for at, search in enumerate(searches):
            if literals and not known & literals[at]:
                continue
            if search is None:
                search = searches[at] = kit.search(patterns[at])
            if search(text) is not None:
                return True
        return False

    return holds


def _one_of(checks: Sequence[Check]) -> Check:
    def holds(seen: Any) -> bool:
        for check in checks:  # noqa: SIM110 (`any` takes twice as long, and a new own text asks 60 times)
            if check(seen):
                return True
        return False

    return holds


def all_hold(checks: Iterable[Check], seen: Any) -> bool:
    """Tell whether all checks hold."""
    for check in checks:  # noqa: SIM110 (`all` takes twice as long)
        if not check(seen):
            return False
    return True


def _always(seen: object) -> bool:  # noqa: ARG001 (it asks nothing)
    return True


def parse_conditions(block: Block, action: str = "") -> tuple[Condition, ...]:
    """Return the conditions of a block, the cheapest first."""
    conditions: list[Condition] = []
    if block.all("where"):
        conditions.append(Where.parse(block))
    if block.all("at"):
        conditions.append(At.parse(block))
    if block.all("brackets"):
        conditions.append(Brackets.parse(block))
    conditions += [Beside.parse(block, side) for side in ("after", "before") if block.all(side)]
    if line := block.sole("line"):
        conditions.append(FirstLine.parse(block, line))
    if length := block.sole("length"):
        conditions.append(Length.parse(block, length))
    for verb in VERBS:
        conditions += [Words.parse(block, statement, verb, statement.words()) for statement in block.all(verb)]
    if spelled := block.sole("spelled"):
        conditions.append(SpelledApart.parse(block, spelled))
    if echoes := block.sole("echoes"):
        conditions.append(EchoesWhole() if echoes.words() == ["whole"] else Echoes.parse(block, echoes))
    if block.all("near"):
        conditions.append(Near.parse(block))
    if block.all("only-here"):
        conditions.append(OnlyHere.parse(block))
    conditions += [Share.parse(block, statement) for statement in block.all("share")]
    if action:
        conditions.append(AnyOf.parse(block, action))
    conditions += [Unless(parse_test(block, statement)) for statement in block.all("unless")]
    conditions += [Along.parse(block, side) for side in ("before", "after") if block.all(f"along-{side}")]
    return tuple(conditions)


def tests_of(condition: Condition) -> tuple[Test, ...]:
    """Return the tests of the own text that a condition makes."""
    if isinstance(condition, AnyOf):
        return condition.tests
    if isinstance(condition, Unless):
        return (condition.test,)
    return (condition,) if isinstance(condition, Words) else ()


def patterns_of(condition: Condition) -> tuple[str, ...]:
    """Return the regexes of a condition."""
    if isinstance(condition, Beside | Along):
        return condition.patterns
    return tuple(test.pattern for test in tests_of(condition) if isinstance(test, Pattern))


def check_names(block: Block, lists: Collection[str], shapes: Collection[str], places: Collection[str]) -> None:
    """Raise RuleError if a block names an unknown list, shape or place."""
    for statement in block.statements:
        if statement.keyword == "at":
            _known(block, statement, statement.words(), places, "place")
        elif statement.keyword in (*VERBS, "near", "only-here"):
            _known(block, statement, [word for word in statement.words() if word != "but"], lists, "list")
        elif statement.keyword == "share":
            _known(block, statement, statement.words()[1:], lists, "list")
        elif statement.keyword in ("cut", "flag", "keep", "is", "unless"):
            test = parse_test(block, statement)
            if isinstance(test, Shaped):
                _known(block, statement, [test.shape], shapes, "shape")
            elif isinstance(test, Words):
                _known(block, statement, [*test.lists, *test.but], lists, "list")


def _known(block: Block, statement: Statement, names: Iterable[str], known: Collection[str], kind: str) -> None:
    for name in names:
        if name not in known:
            is_word = any(name in line.split() for line in statement.lines)
            shown = f"@{name}" if kind == "shape" else repr(name)
            block.fail(f"unknown {kind} {shown}{instead(name, known, kind)}", statement.at(name) if is_word else statement)
