"""The patterns of rule files: compiled, and checked when they are read, so that none fails or hangs on a text later."""

import re
from typing import Any

from cleanspam.rulebook.blocks import ACTIONS, CONTEXTS, Block, Statement, instead
from cleanspam.text.fold import fold

_LIST_USE_RE = re.compile(r"\\L<([^>]*)>")
# Escapes, named lists, properties, group openings and character classes: there a `+` or a capital is something else.
_OPAQUE_RE = re.compile(r"\\[LpP](?:<[^>]*>|\{[^}]*\})|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!:>]", re.DOTALL)
# Repetitions of one piece that a pattern may ask for: an own text of interest is shorter, and compiling costs memory.
MOST = 500
_COUNT_RE = re.compile(r"\{(?:\d*,)?(\d+)\}")
_UNBOUNDED_RE = re.compile(r"[*+]|\{\d*,\}")


def compile_pattern(pattern: str, lists: dict[str, tuple[str, ...]]) -> Any:
    """Compile a rule's pattern with the lists that it names. Raises regex.error.

    Returns a `regex.Pattern`; the module costs 30 ms to import, so only a rule that is really tried pays for it.
    """
    import regex

    # `regex` takes identifiers as names of lists, rule files write them like rule ids.
    used: dict[str, Any] = {f"list_{name.replace('-', '_')}": lists[name] for name in _LIST_USE_RE.findall(pattern)}
    return regex.compile(_LIST_USE_RE.sub(lambda use: rf"\L<list_{use[1].replace('-', '_')}>", pattern), **used)


def check_lists(block: Block, lists: dict[str, tuple[str, ...]]) -> None:
    """Raise RuleError if a pattern or a need names a list that is none."""
    for statement in block.statements:
        if statement.keyword in (*ACTIONS, *CONTEXTS, "is"):
            used = _LIST_USE_RE.findall("".join(statement.lines))
        else:
            used = statement.words() if statement.keyword == "needs" else []
        for name in used:
            if name not in lists:
                place = statement.at(name) if statement.keyword == "needs" else statement
                block.fail(f"unknown list {name!r}{instead(name, lists, 'list')}", place)


def check_patterns(block: Block, lists: dict[str, tuple[str, ...]]) -> None:
    """Raise RuleError for a pattern that could never match, matches anything, or could take for ever."""
    for statement in block.statements:
        pattern = "".join(statement.lines)
        if statement.keyword not in (*ACTIONS, *CONTEXTS, "is") or (statement.keyword in ACTIONS and pattern.startswith("@")):
            continue
        plain = _OPAQUE_RE.sub("", pattern)
        if unbounded := _UNBOUNDED_RE.search(plain):
            block.fail(f"unbounded {unbounded[0]!r}; write a bounded one, like {{0,20}}", statement)
        if huge := next((count for count in _COUNT_RE.findall(plain) if int(count) > MOST), None):
            block.fail(f"{huge} repetitions are too many; write at most {MOST}", statement)
        for char in plain:
            if fold(char) not in (char, ""):
                block.fail(f"the fold reads {char!r} as {fold(char)!r}, so this never matches; write {fold(char)!r}", statement)
        _check_compiles(block, statement, pattern, lists)


def _check_compiles(block: Block, statement: Statement, pattern: str, lists: dict[str, tuple[str, ...]]) -> None:
    import regex

    try:
        compiled = compile_pattern(pattern, lists)
    except (regex.error, RecursionError, OverflowError, ValueError, IndexError, KeyError) as error:
        block.fail(
            f"the pattern does not compile: {error}; a literal bracket, dot or question mark needs a backslash",
            statement,
        )
    if statement.keyword in (*ACTIONS, "is") and compiled.search(""):
        block.fail("the pattern matches the empty text; make a part of it obligatory", statement)
