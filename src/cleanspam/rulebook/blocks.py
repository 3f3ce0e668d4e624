"""Reads a rule file as blocks of statements. Knows which keywords each type of block takes, but not what they mean.

One statement a line, `keyword value`; an indented line continues the one above; a blank line ends a block; `#` at the start
of a line is a comment. A mistake is a RuleError with file and line.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from cleanspam.errors import RuleError, nearest
from cleanspam.model import NamedTuple
from cleanspam.typed import NoReturn

RULES = ("rule", "keep-texts")  # the blocks that make rules; only `despite` refers to these by name
BLOCKS = ("kind", "list", "shape", "place", "text", "rule", "keep-texts")
ACTIONS = ("cut", "flag", "keep")
CONTEXTS = ("unless", "before", "after", "along-before", "along-after")
EXAMPLES = ("cuts", "flags", "keeps")
# @name includes the words of another list in a list, -@name excludes them.
LIST_MARKS = ("@", "-@")
RULE_KEYWORDS = (
    "rule",
    "kind",
    "about",
    "at",
    "brackets",
    "has",
    "opens",
    "ends",
    "length",
    "accomplices",
    "repeats",
    "only-here",
    "share",
    "echoes",
    "spelled",
    "despite",
    *ACTIONS,
    *CONTEXTS,
    *EXAMPLES,
)
KEYWORDS = {
    "kind": ("kind",),
    "list": ("list",),
    "shape": ("shape", "about", "is", "has", "opens", "ends", "length", "unless"),
    "place": ("place", "about", "where", "at", "brackets", "before", "after", "line", "near", "accomplices"),
    "text": ("text",),
    "rule": RULE_KEYWORDS,
    "keep-texts": ("keep-texts", "about", "texts"),
}
# Keywords of earlier versions, each with what to write today.
FORMER = {
    "where": "at, with the same sites, like at alone glued, or with names of places",
    "needs": "has LIST…",
    "company": "accomplices N: so many other plantings nearby, in the same brackets and manner",
    "crowd": "accomplices N: so many other plantings nearby, in the same brackets and manner",
    "yields": "accomplices N PLACE…: so many plantings nearby make a keep rule give way",
    "foreign": "accomplices N, or for rules about lines only-here LIST…: no other line around has a word of these lists",
}


class RuleSource(NamedTuple):
    """A rule file's name, as errors quote it, and its text."""

    name: str
    text: str
    trusted: bool = False  # its patterns are not checked: the tests check those of the shipped files


class Statement(NamedTuple):
    """One statement: a keyword with its value."""

    keyword: str
    lines: tuple[str, ...]  # the value, and the lines that continue it
    line: int  # from 1
    numbers: tuple[int, ...] = ()  # the line that each of `lines` stands on

    def words(self) -> list[str]:
        """Return the words of the value, which blanks separate."""
        return " ".join(self.lines).split()

    def at(self, word: str) -> "Statement":
        """Return the statement as if it began on the line of one of its words, so that an error names that line."""
        line = next(number for number, line in zip(self.numbers, self.lines, strict=True) if word in line.split())
        return self._replace(line=line)


class Block(NamedTuple):
    """The statements of one block."""

    source: RuleSource
    statements: tuple[Statement, ...]

    @property
    def head(self) -> Statement:
        """The first statement, whose keyword names the type of the block."""
        return self.statements[0]

    def all(self, keyword: str) -> list[Statement]:
        """Return the statements with a keyword."""
        return [statement for statement in self.statements if statement.keyword == keyword]

    def sole(self, keyword: str) -> Statement | None:
        """Return the only statement with a keyword, or None. Raises RuleError for a second one."""
        stated = self.all(keyword)
        if len(stated) > 1:
            self.fail(f"{keyword} is stated twice; keep one line of it", stated[1])
        return stated[0] if stated else None

    def fail(self, problem: str, statement: Statement | None = None) -> NoReturn:
        """Raise RuleError for a mistake in a statement, by default the first one."""
        raise RuleError(self.source.name, (statement or self.head).line, problem)


class Mistakes:
    """Collects the mistakes of rule files, so that all are reported at once. Of each block only the first one counts."""

    def __init__(self) -> None:
        self._found: list[RuleError] = []
        self._wrong: set[Block] = set()

    @contextmanager
    def of(self, block: Block) -> Iterator[None]:
        """Record a mistake that is raised while a block is read."""
        try:
            yield
        except RuleError as error:
            self._found.append(error)
            self._wrong.add(block)

    def good(self, blocks: Iterable[Block]) -> list[Block]:
        """Return the blocks without a mistake. Raises RuleError if a block with a mistake defines a name for other blocks."""
        if any(block.head.keyword not in RULES for block in self._wrong):
            self.tell()
        return [block for block in blocks if block not in self._wrong]

    def tell(self) -> None:
        """Raise all mistakes as one RuleError, ordered by file and line, if there are any."""
        if self._found:
            files = list(dict.fromkeys(error.source for error in self._found))
            first, *others = sorted(self._found, key=lambda error: (files.index(error.source), error.line))
            first.others = tuple(others)
            raise first


def read_blocks(source: RuleSource, mistakes: Mistakes) -> Iterator[Block]:
    """Yield the blocks of a file, in order. Unknown keywords, and keywords without a value, are recorded in `mistakes`."""
    for statements in _groups(source):
        block = Block(source, tuple(statements))
        with mistakes.of(block):
            _check(block)
        yield block


def _groups(source: RuleSource) -> Iterator[list[Statement]]:
    """Yield the statements of each block."""
    statements: list[Statement] = []
    for number, line in enumerate(re.split(r"\r\n|[\n\r]", source.text.removeprefix("\ufeff")), 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            if statements:
                yield statements
            statements = []
        elif line[0].isspace():
            _continue(number, statements, line.strip())
        else:
            keyword, _, value = line.strip().partition(" ")
            lines = (value.strip(),) if value.strip() else ()
            statements.append(Statement(keyword, lines, number, (number,) * len(lines)))
    if statements:
        yield statements


def or_list(names: Iterable[str]) -> str:
    """Return the names as in a sentence: a, b or c."""
    *most, last = names
    return f"{', '.join(most)} or {last}"


def instead(name: str, known: Iterable[str], kind: str) -> str:
    """Return the end of a message about an unknown name: a similar known name, or the block to write."""
    return nearest(name, known) or f"; write a {kind} block of that name"


def _continue(number: int, statements: list[Statement], line: str) -> None:
    """Add an indented line to the statement above. If there is none, add a statement without a keyword: `_check` refuses it."""
    if not statements:
        statements.append(Statement("", (line,), number, (number,)))
        return
    last = statements[-1]
    statements[-1] = last._replace(lines=(*last.lines, line), numbers=(*last.numbers, number))


def _check(block: Block) -> None:
    """Raise RuleError for a block without a known first keyword, for a keyword that it does not take or that has no value."""
    head = block.head
    if not head.keyword:
        block.fail("an indented line continues the line above, and there is none; begin it at the margin")
    if head.keyword not in BLOCKS:
        block.fail(f"a block begins with {or_list(BLOCKS)}, not with {head.keyword!r}{nearest(head.keyword, BLOCKS)}")
    allowed = KEYWORDS[head.keyword]
    for number, line in zip(head.numbers[1:], head.lines[1:], strict=True):
        if (keyword := line.split()[0]) in allowed:
            block.fail(
                f"{keyword} is indented, and so continues the line above; begin it at the margin", head._replace(line=number)
            )
    for statement in block.statements[1:]:
        if statement.keyword not in allowed[1:]:
            _unknown(block, statement, allowed[1:])
    for statement in block.statements:
        if not statement.lines:
            block.fail(f"{statement.keyword} has no value; write it behind the keyword", statement)


def _unknown(block: Block, statement: Statement, allowed: tuple[str, ...]) -> NoReturn:
    if statement.keyword in BLOCKS:
        block.fail(f"{statement.keyword} begins a block; leave a blank line above it", statement)
    if statement.keyword in FORMER:
        block.fail(f"{statement.keyword} is no keyword any more; write {FORMER[statement.keyword]}", statement)
    known = f"one of {', '.join(allowed)}" if allowed else "nothing but its words; indent them"
    near = nearest(statement.keyword, allowed)
    block.fail(f"unknown keyword {statement.keyword!r} in a {block.head.keyword}: it takes {known}{near}", statement)
