"""Proves rules: the whole rule set judges every example in every variant in which spam occurs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cleanspam.judge.cleaner import Cleaner
from cleanspam.model import NamedTuple, Site, Verdict
from cleanspam.rulebook.conditions import At, Beside, Condition, FirstLine, Where
from cleanspam.rulebook.parse import unmarked
from cleanspam.rulebook.patterns import compile_timed
from cleanspam.rulebook.ruleset import SITES, Example, Rule, Ruleset, patterns_in
from cleanspam.text.fold import fold
from cleanspam.workshop.traditional import traditional

_EDGES = ((Site.HEAD.value,), (Site.JOINED.value,), (Site.LINKS.value,), (Site.BESIDE.value,))
_NO_LINE_BELOW = "^(?!.)"
AMID = "amid lines"  # the variant of an example with a line before and behind it

# The time limit, in seconds, of a pattern on a text; shipped patterns take 10 µs.
TIMEOUT = 0.2
# The lengths of repetitions, in code points. Some patterns explode only on a long text. For others `regex` knows the longest
# match, and does not start if a required part is further away: (?:风{0,9}){1,9}筝 hangs on 24 but not on 400.
LENGTHS = (24, 40, 400)
_STRANGER = "\u2603"  # a character that is in no pattern
# The parts of a pattern that match characters. Anchors and counts are not among them.
_PART_RE = re.compile(
    r"\\L<(?P<list>[^>]*)>|(?P<any>\.|\\[dswDSW]|\\[pP]\{[^}]*\}|\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<look>\(\?<?[=!])|(?P<open>\((?:\?[:>])?)|(?P<close>\))|(?P<or>\|)|(?P<count>\{[\d,]*\})"
    r"|(?P<literal>(?:\\\W|[^\\.^$*+?{}()|\[\]])+)(?P<counted>(?=[*+?{]))?",
    re.DOTALL,
)
_ANY = "一1a -"  # one character of each kind for a character class
_HALF, _FULL = "(),[]{}:;!?", "（），［］｛｝：；！？"


@dataclass(frozen=True, slots=True)
class FailedExample:
    """An example that fails, and the variant in which it fails."""

    rule: str
    source: str
    line: int  # from 1
    variant: str
    text: str
    got: str  # the text that was left, or the reason for the failure

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.rule}: {self.variant}: {self.text!r}: {self.got}"


def prove(ruleset: Ruleset) -> Iterator[FailedExample]:
    """Yield the failed examples: as written, in the other width, in Traditional, between lines. Then yield slow patterns."""
    cleaner, tried = Cleaner(ruleset), dict[tuple[str, str], bool]()
    for rule in ruleset.rules:
        yield from _slow(rule, ruleset, tried)
        for example in rule.examples:
            for name, text, left in variants(example):
                if name == AMID and _is_for_an_edge(rule.conditions, ruleset):
                    continue
                if got := _failure(cleaner, rule, example, text, left):
                    yield FailedExample(rule.id, rule.source, example.line, name, text, got)


def count(ruleset: Ruleset) -> int:
    """Return the number of examples, in all their variants, that `prove` tries."""
    return sum(1 for rule in ruleset.rules for example in rule.examples for _ in variants(example))


def variants(example: Example) -> Iterator[tuple[str, str, str]]:
    """Yield the variants of an example: the name, the text, and the text that must be left."""
    text, left = example.text, example.left
    yield "as written", text, left
    for name, table in (("half width", str.maketrans(_FULL, _HALF)), ("full width", str.maketrans(_HALF, _FULL))):
        if text.translate(table) != text:
            yield name, text.translate(table), left.translate(table)
    traditional = _traditional(text)
    if traditional != text:
        yield "Traditional", traditional, _traditional(left)
    # A wholly planted line is cut with its line end.
    yield AMID, f"前一行。\n{text}\n后一行。", f"前一行。\n{left}\n后一行。" if left else "前一行。\n后一行。"


def _is_for_an_edge(conditions: Iterable[Condition], ruleset: Ruleset) -> bool:
    """Tell whether a rule is about the first or last line of a text, or its last links: it does not match amid lines."""
    known = ruleset.places | SITES
    places = [known[name].conditions for one in conditions if isinstance(one, At) for name in one.places]
    firsts = [isinstance(one, FirstLine) or (isinstance(one, Where) and one.sites in _EDGES) for one in conditions]
    firsts += [isinstance(one, Beside) and one.patterns == (_NO_LINE_BELOW,) for one in conditions]
    return any(firsts) or (bool(places) and all(_is_for_an_edge(place, ruleset) for place in places))


def _slow(rule: Rule, ruleset: Ruleset, tried: dict[tuple[str, str], bool]) -> Iterator[FailedExample]:
    """Yield the patterns that take too long on a text that nearly matches, with that text.

    `tried` holds the results for patterns and texts of other rules, for many rules share a shape.
    """
    for pattern in patterns_in(rule, ruleset):
        compiled = compile_timed(pattern, ruleset.lists)
        for text in _probes(rule, pattern, ruleset.lists):
            if (pattern, text) not in tried:
                tried[pattern, text] = _is_slow(compiled, text)
            if tried[pattern, text]:
                yield FailedExample(rule.id, rule.source, rule.line, "slow", text, f"takes over {TIMEOUT} s: {pattern}")
                break


def _is_slow(compiled: Any, text: str) -> bool:
    try:
        compiled.search(text, timeout=TIMEOUT)
    except TimeoutError:
        return True
    return False


def _probes(rule: Rule, pattern: str, lists: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield texts that begin like a match, repeat a part of it, and end differently. On such texts backtracking explodes.

    Each ends with all literals of the pattern, for `regex` does not even start if one is missing altogether.
    """
    pieces = list(_pieces(pattern, lists))
    asked = "".join(_STRANGER + piece for piece in dict.fromkeys(piece for _, piece in pieces)) + _STRANGER
    pieces += (("", fold(unmarked(example.marked))) for example in rule.examples)
    for before, piece in dict.fromkeys(pieces):
        for length in LENGTHS if piece else ():
            yield before + (piece * length)[:length] + asked


class _Group(NamedTuple):
    """A group of a pattern that is being read."""

    start: str  # the text before the group
    first: str | None = None  # the same text with the group's first alternative
    is_look: bool = False  # a lookaround, which matches no characters


def _pieces(pattern: str, lists: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a pattern that may repeat, each with a text that matches the pattern before it.

    >>> list(_pieces("^雨(?:风车?|雪){0,9}", {}))
    [('', '雨'), ('雨', '风车'), ('雨风', '车'), ('雨', '风车'), ('雨', '雪'), ('雨', '雪')]
    """
    text, groups = "", [_Group("")]
    for part in _PART_RE.finditer(pattern):
        group = groups[-1]
        if part["open"] or part["look"]:
            groups.append(_Group(text, None, bool(part["look"])))
        elif part["or"] or (part["close"] and len(groups) > 1):
            yield group.start, text[len(group.start) :]
            first = text if group.first is None else group.first
            if part["or"]:
                groups[-1], text = group._replace(first=first), group.start
            else:
                groups.pop()
                text = group.start if group.is_look else first
        elif not part["count"]:
            taken = _taken(part, lists)
            yield from ((text, piece) for piece in taken)
            if part["counted"] is not None and len(taken[0]) > 1:  # the count applies only to the last character
                yield text + taken[0][:-1], taken[0][-1]
            text += taken[0]


def _taken(part: "re.Match[str]", lists: dict[str, tuple[str, ...]]) -> list[str]:
    """Return some texts that a simple part of a pattern matches; an empty text if none is known."""
    if part["list"]:
        return [*lists[part["list"]][:1]] or [""]
    if part["any"]:
        return _chars(part[0]) or [""]
    return [re.sub(r"\\(\W)", r"\1", part["literal"] or "")]


@cache
def _chars(pattern: str) -> list[str]:
    """Return characters that a character class matches; none for a class that this module cannot parse."""
    import regex

    try:
        takes = regex.compile(pattern).match
    except regex.error:
        return []
    return [char for char in dict.fromkeys(pattern + _ANY) if takes(char)]


def _failure(cleaner: Cleaner, rule: Rule, example: Example, text: str, left: str) -> str:
    """Return the failure of an example, None if the example holds."""
    cleaning = cleaner.clean(text)
    if cleaning.text != left:
        return f"leaves {cleaning.text!r}"
    if rule.action is Verdict.KEEP or (rule.action is Verdict.CUT and example.verdict is Verdict.KEEP):
        return ""
    spoke = any(rule.id in finding.rules for finding in cleaner.findings(text))
    if example.verdict is Verdict.KEEP:
        return "this rule flags it" if spoke else ""
    return "" if spoke else "another rule decides; this one does not speak"


def _traditional(text: str) -> str:
    """Return the text in Traditional characters. A character that would not fold back to the original stays as it is."""
    converted = traditional(text)
    return converted if fold(converted) == fold(text) else text
