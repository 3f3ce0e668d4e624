"""Checks and compiles the patterns of rule files. A pattern is checked when its file is read, so that it cannot hang later."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Any

from cleanspam.errors import CleanspamError
from cleanspam.rulebook.blocks import ACTIONS, CONTEXTS, Block, Statement, instead
from cleanspam.rulebook.conditions import LIST_USE_RE, Pattern
from cleanspam.rulebook.lookbehind import LookBehinds
from cleanspam.rulebook.parseconditions import parse_test
from cleanspam.rulebook.patterntree import alternatives, sre, tree_without_lists
from cleanspam.text.fold import fold
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.patterncode import Code, code_by_re

# Escapes, named lists, properties, group openings and character classes: in these a `+` is no repetition, and a capital letter
# may be part of a name.
_OPAQUE_RE = late_pattern(r"\\[LpP](?:<[^>]*>|\{[^}]*\})|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!:>]", re.DOTALL)
# The most repetitions of one piece in a pattern: an own text of interest is shorter, and compiling costs memory.
MOST = 500
# The most ways to match a pattern that a quick search tries. So many take some milliseconds.
_MOST_WAYS = 10_000
_STARTS = 100  # the places at which a search without ^ begins: an own text of interest has fewer characters
LIMIT = 2  # seconds of a search; shipped patterns take some microseconds
SIDES = ("before", "after", "along-before", "along-after")
_COUNT_RE = late_pattern(r"\{(?:\d*,)?(\d+)\}")
_COMMENT_RE = late_pattern(r"(?<!\\)\(\?#")
# A plus behind another repetition makes it possessive, and adds no repetitions.
_UNBOUNDED_RE = late_pattern(r"\*|(?<![}?])\+|\{\d*,\}")


# The ranges that replace the Han property of `regex`, which `re` does not know.
_HAN = (
    r"\u2e80-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufad9\U00020000-\U000323af"
)
_HAN_RE = late_pattern(r"\\p\{Han\}|\\.|(?P<in>\[)|(?P<out>\])", re.DOTALL)
# `re` takes (?>…) from Python 3.11 on. In a class it will read [[, && and the like otherwise some day, and warns of them.
_ONLY_REGEX_RE = late_pattern(
    r"\\[LpPXNR]|(?<!\\)\(\?[^:=!<>]|(?<!\\)\(\?<[^=!]|[*+?}][+]|(?<!\\)\[\[|(?<!\\)\[(?:\\.|[^\]\\])*?(?:&&|--|~~|\|\|)"
)


def compile_pattern(pattern: str, lists: Mapping[str, tuple[str, ...]]) -> Any:
    """Compile a rule's pattern with the lists that it names. Raises regex.error.

    Uses `re` if that reads the pattern alike: importing `regex` takes 30 ms, a third of a filter's time.
    """
    plain = for_re(pattern, lists)
    if plain:
        try:
            return re.compile(plain)
        except re.error:
            pass  # a look-behind of several lengths, which only `regex` takes
    return compile_timed(pattern, lists)


def timed_search(pattern: str, lists: Mapping[str, tuple[str, ...]]) -> Callable[[str], object]:
    """Return a search for a pattern that may be slow. The search raises CleanspamError after LIMIT seconds."""
    search = compile_timed(pattern, lists).search

    def searched(text: str) -> object:
        try:
            return search(text, timeout=LIMIT)
        except TimeoutError as error:
            why = f"the pattern {pattern} of a rule takes over {LIMIT} s for one passage; repeat nothing that repeats in itself"
            raise CleanspamError(why) from error

    return searched


def compile_timed(pattern: str, lists: Mapping[str, tuple[str, ...]]) -> Any:
    """Compile a pattern with `regex`, whose searches can have a time limit. Raises regex.error."""
    import regex

    # `regex` takes only identifiers as names of lists. In rule files the names have hyphens, like rule ids.
    used: dict[str, Any] = {f"list_{name.replace('-', '_')}": lists[name] for name in LIST_USE_RE.findall(pattern)}
    return regex.compile(LIST_USE_RE.sub(lambda use: rf"\L<list_{use[1].replace('-', '_')}>", pattern), **used)


def for_re(pattern: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """Return a rule's pattern in the syntax of `re`; "" if only `regex` reads the pattern."""
    plain = LookBehinds(lists, _one_of).of_one_length(pattern)
    plain = _with_ranges(LIST_USE_RE.sub(lambda use: _one_of(lists[use[1]]), plain))
    return "" if _ONLY_REGEX_RE.search(plain) else plain


def code_of(pattern: str, lists: Mapping[str, tuple[str, ...]]) -> Code | None:
    """Return the code into which `re` compiles a rule's pattern; None if only `regex` reads the pattern."""
    plain = for_re(pattern, lists)
    try:
        return code_by_re(plain) if plain else None
    except re.error:  # a look-behind of several lengths
        return None


def _one_of(words: Iterable[str]) -> str:
    """Return a group that matches any of the words. Of two words that begin alike the longer comes first, as in `regex`.

    >>> _one_of(["天", "天气", "天文", "地下水"])
    '(?:天(?:气|文|)|地下水)'
    """
    return _grown(sorted({*words}, reverse=True)) if words else "(?!)"


def _grown(words: Sequence[str]) -> str:
    """Return the group of ordered words. Their common beginnings are tried once: one by one, `re` tries 480 words for long."""
    groups = ([*those] for _, those in groupby(words, key=itemgetter(slice(1))))
    return f"(?:{'|'.join(map(_branch, groups))})"


def _branch(words: Sequence[str]) -> str:
    """Return the pattern of ordered words with one first character."""
    pairs = zip(words[0], words[-1], strict=False)  # what these have in common, all have
    head = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return re.escape(head) + (_grown([word[len(head) :] for word in words]) if len(words) > 1 else "")


def _with_ranges(pattern: str) -> str:
    """Replace the Han property of `regex` by ranges that `re` knows."""
    is_in_class = False

    def spelled(part: "re.Match[str]") -> str:
        nonlocal is_in_class
        if part["in"]:
            is_in_class = True
        elif part["out"]:
            is_in_class = False
        if part[0] != r"\p{Han}":
            return part[0]
        return _HAN if is_in_class else f"[{_HAN}]"

    return _HAN_RE.sub(spelled, pattern)


def check_lists(block: Block, lists: Mapping[str, tuple[str, ...]]) -> None:
    """Raise RuleError if a pattern names an unknown list."""
    for statement in block.statements:
        if statement.keyword in (*ACTIONS, *CONTEXTS, "is"):
            for name in LIST_USE_RE.findall("".join(statement.lines)):
                if name not in lists:
                    block.fail(f"unknown list {name!r}{instead(name, lists, 'list')}", statement)


def check_patterns(block: Block, lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the patterns of a block. Raises RuleError for one that can never match, matches anything, or is unbounded."""
    for statement in block.statements:
        pattern = "".join(statement.lines)
        if statement.keyword not in (*ACTIONS, *CONTEXTS, "is"):
            continue
        if statement.keyword not in SIDES and not isinstance(parse_test(block, statement), Pattern):
            continue
        if _COMMENT_RE.search(pattern):
            block.fail("a pattern takes no (?#comment); write it on a line of its own that begins with #", statement)
        plain = _OPAQUE_RE.sub("x", pattern)
        if unbounded := _UNBOUNDED_RE.search(plain):
            block.fail(f"unbounded {unbounded[0]!r}; write a bounded one, like {{0,20}}", statement)
        if huge := next((count for count in _COUNT_RE.findall(plain) if int(count) > MOST), None):
            block.fail(f"{huge} repetitions are too many; write at most {MOST}", statement)
        for char in plain:
            if fold(char) not in (char, ""):
                block.fail(f"the fold reads {char!r} as {fold(char)!r}, so this never matches; write {fold(char)!r}", statement)
        _check_compiles(block, statement, pattern, lists)
        yield pattern


def _check_compiles(block: Block, statement: Statement, pattern: str, lists: Mapping[str, tuple[str, ...]]) -> None:
    import regex

    try:
        compiled = compile_pattern(pattern, lists)
    except (regex.error, RecursionError, OverflowError, ValueError, IndexError, KeyError) as error:
        block.fail(
            f"the pattern does not compile: {error}; a literal bracket, dot or question mark needs a backslash", statement
        )
    if statement.keyword in (*ACTIONS, "is") and compiled.search(""):
        block.fail("the pattern matches the empty text; make a part of it obligatory", statement)


def is_quick(pattern: str) -> bool:
    """Tell whether a search ends soon for every text, because there are few ways to match the pattern.

    >>> is_quick("^[a-z]{3,20}$"), is_quick("a{1,20}b{1,5}"), is_quick("^(?:a{0,9}){0,9}$"), is_quick("^(?:甲|乙){9}$")
    (True, True, False, True)
    """
    tree = tree_without_lists(pattern)
    if tree is None:
        return False
    starts = ((1 if items[:1] == [(sre.AT, sre.AT_BEGINNING)] else _STARTS, items) for items in alternatives(tree))
    return sum(times * _ways(items) for times, items in starts) <= _MOST_WAYS


def _ways(items: Iterable[Any]) -> int:
    """Return the most ways to match a sequence at one place."""
    ways = 1
    for kind, value in items:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            least, most, repeated = value
            once = _ways(repeated)
            ways *= most - least + 1 if once == 1 else min(once, _MOST_WAYS) ** min(most + 1, 20)
        elif kind is sre.BRANCH:
            ways *= sum(map(_ways, value[1]))
        elif kind is sre.SUBPATTERN:
            ways *= _ways(value[-1])
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            ways *= _ways(value[1])
        elif kind not in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY, sre.AT, sre.GROUPREF):
            ways *= _MOST_WAYS + 1
        ways = min(ways, _MOST_WAYS + 1)
    return ways
