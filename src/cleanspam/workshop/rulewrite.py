"""Writes rules: lists in normal form, a rule with everything that it names, and a draft made from examples."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from cleanspam.errors import CleanspamError
from cleanspam.model import Finding, NamedTuple, Site, Verdict
from cleanspam.rulebook.blocks import LIST_MARKS
from cleanspam.rulebook.conditions import At, Condition, Shaped, Texts, tests_of
from cleanspam.rulebook.parse import unmarked
from cleanspam.rulebook.ruleset import OTHER, Example, Rule, Ruleset, conditions_of, lists_in
from cleanspam.text.brackets import Sites, own_text, pairs
from cleanspam.text.cut import plan
from cleanspam.text.fold import fold

# The columns in a line of a list; a Chinese character takes two.
WIDTH = 118
INDENT = " " * 6
_LIST_RE = re.compile(r"^list[ \t]+(\S+)([^\n]*(?:\n[^\S\n]+\S[^\n]*)*)", re.MULTILINE)
_ID_RE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")  # the syntax of ids in rule files
_MARKED_RE = re.compile(r"\[-(.*?)-\]")
_DIFF_LINE_RE = re.compile(r"^(?:.*?:\d+: )?(.*?)(?:  [a-z0-9, -]+ \([a-z, ]+\))?$")


def formatted(text: str) -> str:
    """Return the text of a rule file with its lists in normal form: folded, sorted, unique, wrapped. All else stays."""
    if "\r\n" in text:
        return formatted(text.replace("\r\n", "\n")).replace("\n", "\r\n")
    # A list that is empty after the fold is a mistake. It stays, so that the loader reports it.
    return _LIST_RE.sub(lambda block: wrapped_list(block[1], block[2].split()) if fold(block[2]).strip() else block[0], text)


def wrapped_list(name: str, words: Iterable[str]) -> str:
    """Return a list block in normal form: included lists first, then the words ordered by code point."""
    spelled = {word if word.startswith(LIST_MARKS) else fold(word) for word in words} - {""}
    lines, line = [f"list  {name}"], INDENT[:-1]
    for word in sorted(spelled, key=lambda word: (not word.startswith(LIST_MARKS), word.lstrip("-"), word)):
        if _columns(line) + _columns(word) + 1 > WIDTH and line.strip():
            lines.append(line)
            line = INDENT[:-1]
        line += f" {word}"
    return "\n".join([*lines, line])


def shown(rule: Rule, ruleset: Ruleset) -> str:
    """Return a rule in the syntax of rule files, with its file, and then its places, shapes and lists."""
    blocks = [[f"# {rule.source}:{rule.line}", *_rule_lines(rule)]]
    for kind, name, conditions, accomplices in _named_in(rule, ruleset):
        blocks.append([f"{kind} {name}", f"about As in the rule set of {rule.id}.", *_written(conditions)])
        blocks[-1] += [f"accomplices {accomplices}"] if accomplices else []
    blocks += [[wrapped_list(name, ruleset.lists[name])] for name in lists_in(rule, ruleset)]
    return "\n\n".join(map("\n".join, blocks))


def _rule_lines(rule: Rule) -> list[str]:
    is_texts = any(isinstance(condition, Texts) for condition in rule.conditions)
    lines = [f"keep-texts {rule.id}" if is_texts else f"rule  {rule.id}", f"about {rule.about}"]
    lines += [f"kind  {rule.kind}"] if rule.kind not in ("", OTHER) else []
    lines += _written(rule.conditions)
    if rule.despite:
        lines.append(" ".join(["despite", *rule.despite]))
    if rule.accomplices:
        lines.append(" ".join(["accomplices", str(rule.accomplices), *rule.accomplices_at]))
    if rule.repeats:
        lines.append(f"repeats {rule.repeats}")
    return lines + [_example(example) for example in rule.examples]


def _written(conditions: Iterable[Condition]) -> list[str]:
    return [line for condition in conditions for line in condition.written()]


class _Named(NamedTuple):
    """A place or a shape that a rule names."""

    kind: str
    name: str
    conditions: tuple[Condition, ...]
    accomplices: int = 0


def _named_in(rule: Rule, ruleset: Ruleset) -> list[_Named]:
    found: dict[tuple[str, str], _Named] = {}
    for condition in conditions_of(rule, ruleset):
        for name in condition.places if isinstance(condition, At) else ():
            if name not in ruleset.places:
                continue  # a site
            found["place", name] = _Named("place", name, *ruleset.places[name])
        for test in tests_of(condition):
            if isinstance(test, Shaped):
                found["shape", test.shape] = _Named("shape", test.shape, ruleset.shapes[test.shape])
    return list(found.values())


def begun(rule_id: str, lines: Sequence[str]) -> str:
    """Return a rule that cuts the texts marked with [-…-], ready for `rules prove`. The author then widens the pattern.

    In a line without a mark, such as one for `explain`, a single parenthetical counts as marked.
    Raises CleanspamError for an invalid id, and for lines that mark no parenthetical.
    """
    if not _ID_RE.match(rule_id):
        raise CleanspamError(f"{rule_id!r} is no rule id; write small letters, digits and single hyphens, like shop-howto")
    examples = [example for line in lines if (example := _begun_example(line.strip()))]
    texts, places = _marked_texts(examples)
    if not texts:
        raise CleanspamError("no line marks a parenthetical; write …[-(like this),-]… as `cleanspam diff` does")
    words = [text for text in texts if " " not in text]
    # With a list the prefilter can skip most brackets. A rule without a list tries its pattern at every bracket.
    block = [wrapped_list(f"{rule_id}-word", words), ""] if words else []
    block += [f"rule  {rule_id}", f"about Texts like {'、'.join(texts[:3])}.", f"at    {' '.join(places)}"]
    block += [rf"cut   ends {rule_id}-word"] if words else []
    block += [f"cut   ^{re.escape(text)}$" for text in texts if " " in text]
    block += [f"cuts  {example.strip('…')}" for example in examples]
    block.append(f"keeps {_MARKED_RE.sub('', examples[0]).strip('… ') or texts[0]}")
    return "\n".join(block) + "\n"


def marked(text: str, start: int, end: int) -> str:
    """Return a text with [-…-] around the parenthetical at these code points and the separator that would be cut with it."""
    cut = plan(text, [Finding(start, end, text[start:end], Site.ALONE, Verdict.CUT, ())])[0]
    return f"{text[: cut.start]}[-{cut.text}-]{text[cut.end :]}"


def _begun_example(line: str) -> str:
    """Return a line as an example, "" if it marks nothing."""
    found = _DIFF_LINE_RE.match(line)
    text = found[1] if found else ""
    if _MARKED_RE.search(text):
        return text
    only = pairs(text)
    return marked(text, only[0].start, only[0].end) if len(only) == 1 else ""


def _marked_texts(examples: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the folded own texts that the examples mark, and their sites."""
    texts: dict[str, None] = {}
    places: dict[str, None] = {}
    for example in examples:
        marked = [(m.start() - 4 * at, m.end() - 4 * (at + 1)) for at, m in enumerate(_MARKED_RE.finditer(example))]
        text = unmarked(example)
        found = pairs(text)
        sites = Sites(text)
        for pair in found:
            if any(start <= pair.start and pair.end <= end for start, end in marked):
                texts[fold(own_text(text, pair))] = None
                places[sites.of(pair).value] = None
    return list(texts), list(places)


def _example(example: Example) -> str:
    """Return the statement for an example. The lines after the first are indented."""
    return f"{example.verdict.value + 's':<5} {example.marked}".replace("\n", f"\n{INDENT}")


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
