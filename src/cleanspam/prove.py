"""Proving rules: every example in every variant that the spam comes in, judged by the whole rule set."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cleanspam.cleaner import Cleaner
from cleanspam.fold import fold
from cleanspam.model import Verdict
from cleanspam.rulefile import compile_pattern, unmarked
from cleanspam.ruleset import Example, Rule, Ruleset

# A pattern gets this long, in seconds, for a text of PROBE code points; shipped ones take 10 µs.
TIMEOUT, PROBE = 0.2, 400
_LITERAL_RE = re.compile(r"(?<!\\)[a-z0-9\u4e00-\u9fff]")
_HALF, _FULL = "(),[]{}:;!?", "（），［］｛｝：；！？"


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not hold, and in which variant."""

    rule: str
    source: str
    line: int  # from 1
    variant: str
    text: str
    got: str  # what was left of it, or why it fails

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.rule}: {self.variant}: {self.text!r}: {self.got}"


def prove(ruleset: Ruleset) -> Iterator[Failure]:
    """Yield every example that fails, tried as it is, in the other width, in Traditional and amid lines; then slow patterns."""
    cleaner = Cleaner(ruleset)
    for rule in ruleset.rules:
        yield from _slow(rule, ruleset)
        for example in rule.examples:
            for name, text, left in variants(example):
                if got := _failure(cleaner, rule, example, text, left):
                    yield Failure(rule.id, rule.source, example.line, name, text, got)


def count(ruleset: Ruleset) -> int:
    """Return how many examples in how many variants `prove` tries."""
    return sum(1 for rule in ruleset.rules for example in rule.examples for _ in variants(example))


def variants(example: Example) -> Iterator[tuple[str, str, str]]:
    """Yield an example's variants: name, text, what must be left."""
    text, left = example.text, example.left
    yield "as written", text, left
    for name, table in (("half width", str.maketrans(_FULL, _HALF)), ("full width", str.maketrans(_HALF, _FULL))):
        if text.translate(table) != text:
            yield name, text.translate(table), left.translate(table)
    traditional = _traditional(text)
    if traditional != text:
        yield "Traditional", traditional, _traditional(left)
    # A line that was nothing but planted goes with its end.
    yield "amid lines", f"前一行。\n{text}\n后一行。", f"前一行。\n{left}\n后一行。" if left else "前一行。\n后一行。"


def _slow(rule: Rule, ruleset: Ruleset) -> Iterator[Failure]:
    """Yield the patterns that take too long over a text that nearly matches, with that text."""
    for pattern in (*rule.patterns, *rule.unless, *rule.before, *rule.after):
        compiled = compile_pattern(pattern, ruleset.lists)
        for text in _probes(rule, pattern):
            try:
                compiled.search(text, timeout=TIMEOUT)
            except TimeoutError:
                yield Failure(rule.id, rule.source, rule.line, "slow", text, f"takes over {TIMEOUT} s: {pattern}")
                break


def _probes(rule: Rule, pattern: str) -> Iterator[str]:
    """Yield texts that begin like a match over and over and then end otherwise: where backtracking explodes."""
    pieces = {fold(unmarked(example.marked)) for example in rule.examples} | set(_LITERAL_RE.findall(pattern))
    for piece in sorted(pieces):
        yield (piece * PROBE)[:PROBE] + "\u2603"


def _failure(cleaner: Cleaner, rule: Rule, example: Example, text: str, left: str) -> str:
    """Return what is wrong, nothing if the example holds."""
    cleaning = cleaner.clean(text)
    if cleaning.text != left:
        return f"leaves {cleaning.text!r}"
    if rule.action is Verdict.KEEP or example.verdict is Verdict.KEEP:
        return ""
    spoke = any(rule.id in finding.rules for finding in cleaner.findings(text))
    return "" if spoke else "another rule decides; this one does not speak"


@cache
def _converter() -> Any:
    from opencc import OpenCC  # 60 ms and three dictionaries: only a proof pays for it

    return OpenCC("s2t")


def _traditional(text: str) -> str:
    """Return the text in Traditional characters; each folds back to what it came from, or stays as it is."""
    converted: str = _converter().convert(text)
    return converted if fold(converted) == fold(text) else text
