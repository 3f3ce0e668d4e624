"""Replaces the names of shapes in patterns by the patterns of the shapes. Does not know what a pattern means.

`@<name>` stands inside a pattern. `@name` alone stands behind `before`, `after`, `along-before` and `along-after`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NoReturn

from cleanspam.model import NamedTuple
from cleanspam.rulebook.blocks import ACTIONS, CONTEXTS, Block, Mistakes, Statement, instead
from cleanspam.rulebook.conditions import VERBS

_PART_RE = re.compile(r"@<([^>]*)>")
_ALONE_RE = re.compile(r"@([a-z0-9-]+)\Z")
_TAKES_PATTERNS = (*ACTIONS, *CONTEXTS, "is")
_BESIDE = tuple(keyword for keyword in CONTEXTS if keyword != "unless")
_LONGEST = 20_000  # code points. Twenty shapes, each of which names the next one twice, would make a pattern of a million.


def with_named_patterns(blocks: list[Block], mistakes: Mistakes) -> list[Block]:
    """Return the blocks with the patterns of shapes instead of their names. Unknown names are recorded in `mistakes`."""
    shapes = {block.head.words()[0]: block for block in reversed(blocks) if block.head.keyword == "shape"}
    replaced = []
    for block in blocks:
        with mistakes.of(block):
            statements = [filled for statement in block.statements for filled in _Names(block, statement, shapes).replaced()]
            block = block._replace(statements=tuple(statements))
        replaced.append(block)
    return replaced


class _Names(NamedTuple):
    """The shapes that a statement of a block may name."""

    block: Block
    statement: Statement
    shapes: Mapping[str, Block]

    def replaced(self) -> Iterator[Statement]:
        """Yield the statement with patterns instead of names. A name that stands alone becomes a statement for each pattern."""
        value, keyword = "".join(self.statement.lines), self.statement.keyword
        own = frozenset(self.block.head.words()[:1]) if self.block.head.keyword == "shape" else frozenset[str]()
        if keyword in _BESIDE and (alone := _ALONE_RE.match(value)):
            yield from map(self._with, self._patterns(alone[1], own))
        elif keyword in _TAKES_PATTERNS and _PART_RE.search(value):
            yield self._with(self._whole(value, own))
        else:
            yield self.statement

    def _with(self, pattern: str) -> Statement:
        return self.statement._replace(lines=(pattern,), numbers=(self.statement.line,))

    def _whole(self, pattern: str, above: frozenset[str]) -> str:
        """Return a pattern with the patterns of a shape instead of each `@<name>`."""
        parts = {name: "|".join(self._patterns(name, above)) for name in _PART_RE.findall(pattern)}
        whole = _PART_RE.sub(lambda part: f"(?:{parts[part[1]]})", pattern)
        self._check_length(whole)
        return whole

    def _patterns(self, name: str, above: frozenset[str]) -> list[str]:
        """Return the patterns of a shape. `above` has the shapes that led to this one."""
        if name not in self.shapes:
            self._fail(f"unknown shape @{name}{instead(name, self.shapes, 'shape')}")
        if name in above:
            self._fail(f"shape {name} names itself, at once or by way of others; leave one of them out")
        patterns: list[str] = []
        for statement in self.shapes[name].statements[1:]:
            value = "".join(statement.lines)
            if statement.keyword == "is" and (other := _ALONE_RE.match(value)):
                patterns += self._patterns(other[1], above | {name})
            elif statement.keyword == "is" and (statement.words()[0] not in VERBS or len(statement.words()) == 1):
                patterns.append(self._whole(value, above | {name}))
            elif statement.keyword != "about":
                self._fail(
                    f"shape {name} also states {statement.keyword}, which no pattern can; name one that has only patterns"
                )
        self._check_length("".join(patterns))
        return patterns

    def _check_length(self, pattern: str) -> None:
        if len(pattern) > _LONGEST:
            self._fail(f"with the shapes that it names the pattern has over {_LONGEST} characters; name fewer")

    def _fail(self, problem: str) -> NoReturn:
        self.block.fail(problem, self.statement)
