"""Reads the statements of a block as conditions. A mistake is a RuleError with file and line.

A start reads compiled rules, and does not need this module.
"""

import re
from collections.abc import Callable, Collection, Iterable

from cleanspam.errors import nearest
from cleanspam.model import Site
from cleanspam.rulebook.blocks import ACTIONS, Block, Statement, instead, or_list
from cleanspam.rulebook.conditions import (
    LONGEST,
    VERBS,
    Along,
    AnyOf,
    At,
    Beside,
    Brackets,
    Condition,
    Echoes,
    EchoesParts,
    EchoesWhole,
    FirstLine,
    Length,
    Near,
    OnlyHere,
    Pattern,
    Shaped,
    Share,
    SpelledApart,
    Test,
    Unless,
    Where,
    Words,
)
from cleanspam.text.pairing import KIND, KINDS

_OF_TESTS = (*ACTIONS, "is", "unless")  # keywords whose lines are tests
_SITES = tuple(site.value for site in Site)


def parse_conditions(block: Block) -> tuple[Condition, ...]:
    """Return the conditions of a block, the cheapest first. Raises RuleError."""
    conditions: list[Condition] = []
    for keyword, parse in _PARSERS.items():
        stated = block.all(keyword)
        if keyword in _STATED_ONCE:
            block.sole(keyword)
        if keyword in _ONE_EACH:
            conditions += [parse(block, statement) for statement in stated]
        elif stated:
            conditions.append(parse(block, *stated))
    return tuple(conditions)


def parse_test(block: Block, statement: Statement) -> Test:
    """Return the test that a line of `cut`, `flag`, `keep`, `is` or `unless` states."""
    value = "".join(statement.lines)
    if value.startswith("@"):
        return Shaped(value[1:])
    verb, *words = statement.words()
    return _words(block, statement, verb, words) if verb in VERBS and words else Pattern(value)


def _words(block: Block, statement: Statement, verb: str, words: list[str]) -> Words:
    at = words.index("but") if "but" in words else len(words)
    lists, but = tuple(words[:at]), tuple(words[at + 1 :])
    if not lists or (at < len(words) and not but):
        block.fail(f"{verb} takes names of lists, like {verb} topic, or {verb} topic but voice", statement)
    return Words(verb, lists, but)


def _any_of(block: Block, *stated: Statement) -> AnyOf:
    return AnyOf(stated[0].keyword, tuple(parse_test(block, statement) for statement in stated))


def _length(block: Block, statement: Statement) -> Length:
    found = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", " ".join(statement.words()))
    if not found or not 0 < int(found[1]) <= int(found[2] or LONGEST):
        block.fail("length takes a number or two, 99 at most, like length 5 or length 3-4", statement)
    return Length(int(found[1]), int(found[2] or LONGEST))


def _brackets(block: Block, *stated: Statement) -> Brackets:
    named = [(char, statement) for statement in stated for char in "".join(statement.words())]
    for char, statement in named:
        if char not in KIND:
            block.fail(f"{char!r} is no bracket; brackets takes some of {' '.join(KINDS)}", statement)
    return Brackets(tuple(sorted({KIND[char] for char, _ in named})))


def _where(block: Block, *stated: Statement) -> Where:
    for statement in stated:
        for word in statement.words():
            if word not in _SITES:
                block.fail(f"unknown site {word!r}; sites are {or_list(_SITES)}{nearest(word, _SITES)}", statement.at(word))
    return Where(tuple(sorted(_names(stated))))


def _names(stated: Iterable[Statement]) -> tuple[str, ...]:
    """Return the words of some statements, each once."""
    return tuple(dict.fromkeys(word for statement in stated for word in statement.words()))


def _values(stated: Iterable[Statement]) -> tuple[str, ...]:
    return tuple("".join(statement.lines) for statement in stated)


def _along(block: Block, *stated: Statement) -> Along:
    side = stated[0].keyword.removeprefix("along-")
    tied = "end in $" if side == "before" else "begin with ^"
    for statement, pattern in zip(stated, _values(stated), strict=True):
        if not (pattern.endswith("$") if side == "before" else pattern.startswith("^")):
            block.fail(f"along-{side} takes what touches the parenthetical; let its pattern {tied}", statement)
        if block.all("flag") or block.all("keep"):
            block.fail(f"along-{side} is for rules that cut; leave it out", statement)
    return Along(side, _values(stated))


def _first_line(block: Block, statement: Statement) -> FirstLine:
    if statement.words() != ["first"]:
        block.fail("line takes the word first: the first line of a text", statement)
    return FirstLine()


def _spelled_apart(block: Block, statement: Statement) -> SpelledApart:
    if statement.words() != ["apart"]:
        block.fail("spelled takes the word apart: signs stand between all characters", statement)
    return SpelledApart()


def _share(block: Block, statement: Statement) -> Share:
    least, *lists = statement.words()
    if not re.fullmatch(r"[1-9]\d?|100", least) or not lists:
        block.fail("share takes a number from 1 to 100 and names of lists, like share 60 topic place", statement)
    return Share(int(least), tuple(lists))


def _echoes(block: Block, statement: Statement) -> Echoes | EchoesParts | EchoesWhole:
    numbers = statement.words()
    if numbers in (["parts"], ["whole"]):
        return EchoesParts() if numbers == ["parts"] else EchoesWhole()
    if len(numbers) > 2 or not all(re.fullmatch(r"[1-9]\d?", number) for number in numbers):
        word = " ".join(numbers)
        block.fail(
            f"echoes takes `whole`, `parts`, or a number from 1 to 99 and the least length of a piece, not {word!r}", statement
        )
    return Echoes(int(numbers[0]), int(numbers[-1]))


# What the lines of each keyword state together, the cheapest condition first.
_PARSERS: dict[str, Callable[..., Condition]] = {
    "where": _where,
    "at": lambda _, *stated: At(_names(stated)),
    "brackets": _brackets,
    "after": lambda _, *stated: Beside("after", _values(stated)),
    "before": lambda _, *stated: Beside("before", _values(stated)),
    "line": _first_line,
    "length": _length,
    **dict.fromkeys(VERBS, lambda block, one: _words(block, one, one.keyword, one.words())),
    "spelled": _spelled_apart,
    "echoes": _echoes,
    "near": lambda _, *stated: Near(_names(stated)),
    "only-here": lambda _, *stated: OnlyHere(_names(stated)),
    "share": _share,
    **dict.fromkeys((*ACTIONS, "is"), _any_of),
    "unless": lambda block, one: Unless(parse_test(block, one)),
    **dict.fromkeys(("along-before", "along-after"), _along),
}
_STATED_ONCE = ("line", "length", "spelled", "echoes")
_ONE_EACH = (*VERBS, "share", "unless")  # each line is a condition of its own


def check_names(block: Block, lists: Collection[str], shapes: Collection[str], places: Collection[str]) -> None:
    """Raise RuleError if a block names an unknown list, shape or place."""
    known = {"list": lists, "shape": shapes, "place": places}
    for statement in block.statements:
        kind, names = _named(block, statement)
        for name in names:
            if name not in known[kind]:
                shown = f"@{name}" if kind == "shape" else repr(name)
                is_word = any(name in line.split() for line in statement.lines)
                told = f"unknown {kind} {shown}{instead(name, known[kind], kind)}"
                block.fail(told, statement.at(name) if is_word else statement)


def _named(block: Block, statement: Statement) -> tuple[str, Collection[str]]:
    """Return what a statement names, lists if nothing, and the names."""
    if statement.keyword == "at":
        return "place", statement.words()
    if statement.keyword in (*VERBS, "near", "only-here"):
        return "list", [word for word in statement.words() if word != "but"]
    if statement.keyword == "share":
        return "list", statement.words()[1:]
    test = parse_test(block, statement) if statement.keyword in _OF_TESTS else None
    if isinstance(test, Shaped):
        return "shape", [test.shape]
    return "list", [*test.lists, *test.but] if isinstance(test, Words) else []
