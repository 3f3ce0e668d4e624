r"""Patterns of words, searched without a regex: one over 300 words takes 8 ms to compile, as long as two pages to clean.

A pattern may name its words, at an end of the text or anywhere: `^(?:a|b)`, `(?:a|b)$`. It may ask for those of lists anywhere
(`\L<a>|\L<b>`), or at its head for words within reach, as it is or in looks ahead: `^\L<a>`, `^.{0,30}\L<a>$`,
`^(?!.{0,30}\L<a>)(?=\L<b>)`. What follows looks ahead or a word at the head is left to a regex. Branches are searched one by
one. What asks only for characters at an end or for a length, as `,$|^$` and `^.{1,4}$`, needs none either. A regex that finds
nothing without a word, as `^.{2,9}(?:a|b)$`, is compiled when a text has one, here at its end.
"""

import re
from collections.abc import Callable, Iterable, Mapping

Search = Callable[[str], object]
Lists = Mapping[str, tuple[str, ...]]

_NAME_RE = re.compile(r"\\L<([^>]*)>")
_ANYWHERE_RE = re.compile(rf"{_NAME_RE.pattern}(?:\|{_NAME_RE.pattern})*")
_PART_RE = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]])*\]|.", re.DOTALL)  # an escape, a class, or a character
# A list at the head of a pattern, once; and what looks behind itself, or wants the start of the text.
_HEAD_RE = re.compile(rf"{_NAME_RE.pattern}(?![?*+{{]|\(\?#)")
_BEHIND_RE = re.compile(r"\(\?<|\\[bBmMAGK]|(?<!\[)\^")
_WORD = r"[^\\\[\](){}|.*+?$^]+"
_GROUP = rf"\(\?:(?P<words>{_WORD}(?:\|{_WORD})*)\)"
_WORDS_RE = re.compile(rf"(?P<start>\^)?{_GROUP}(?P<end>\$)?")
_GROUP_RE = re.compile(_GROUP)
_FLAGS_RE = re.compile(r"\(\?[#a-zA-Z-]")  # or a comment
# A character, or one of several, at the start or at the end of a text; and how long a text is.
_EDGE_RE = re.compile(r"(?P<start>\^)?(?P<chars>[^\\\[\](){}|.*+?$^]|\[(?:[^\\\[\]^-]|\\[^\w])+\])(?P<end>\$)?")
_LENGTH_RE = re.compile(r"\^(?:\.\{(?P<least>\d+),(?P<most>\d+)\})?\$")
# How far from the start, which list, and whether the text ends with its word.
_TERM = r"(?:\.\{(?P<first>\d+),(?P<last>\d+)\})?\\L<(?P<name>[^>]*)>(?P<end>\$)?"
_FEW = 64  # words: to look for more of them one by one takes longer than to look at each place of a text
_TERM_RE = re.compile(_TERM)
_LOOK_RE = re.compile(rf"\(\?(?P<wanted>[=!]){_TERM}\)(?![?*+{{])")


def list_search(pattern: str, lists: Lists, compiled: Callable[[str], Search]) -> Search:
    """Return the search for `pattern`; what is no list is done by the search that `compiled` returns, asked when needed."""
    if _ANYWHERE_RE.fullmatch(pattern):
        words = tuple(word for name in _NAME_RE.findall(pattern) for word in lists[name])
        return _words(words, None, None)
    if written := _WORDS_RE.fullmatch(pattern):
        return _words(tuple(written["words"].split("|")), written["start"], written["end"])
    if not _NAME_RE.search(pattern):
        return _plain(pattern) or _where_words_are(pattern, compiled)
    if len(branches := _branches(pattern)) > 1:
        return any_of([list_search(branch, lists, compiled) for branch in branches])
    if not pattern.startswith("^"):
        return _where_words_are(pattern, compiled)
    looks, rest = _looks(pattern[1:], lists)
    if term := _TERM_RE.fullmatch(rest):
        return _all([*looks, _term(term, lists)])
    head = _HEAD_RE.match(rest)
    if head and not _BEHIND_RE.search(rest, head.end()):
        return _all([*looks, _headed(lists[head[1]], _where_words_are(f"^{rest[head.end() :]}", compiled))])
    return _all([*looks, _where_words_are(f"^{rest}", compiled)])


def _plain(pattern: str) -> Search | None:
    """Return the search for characters at the ends of a text, or for its length; None if a branch asks for anything else."""
    searches = [_edge(branch) for branch in _branches(pattern)]
    return any_of([search for search in searches if search]) if all(searches) else None


def _edge(branch: str) -> Search | None:
    if length := _LENGTH_RE.fullmatch(branch):
        least, most = int(length["least"] or 0), int(length["most"] or 0)
        return lambda text: least <= len(text) <= most
    edge = _EDGE_RE.fullmatch(branch)
    if not edge or not (edge["start"] or edge["end"]):
        return None
    chars = frozenset(re.sub(r"\\(.)", r"\1", edge["chars"].removeprefix("[").removesuffix("]")))
    if edge["start"] and edge["end"]:
        return lambda text: text in chars
    return (lambda text: text[:1] in chars) if edge["start"] else (lambda text: text[-1:] in chars)


def _items(pattern: str) -> list[str]:
    """Return the characters, escapes, classes and groups of a pattern, one behind the other."""
    items: list[str] = []
    depth = 0
    for part in _PART_RE.findall(pattern):
        if depth:
            items[-1] += part
        else:
            items.append(part)
        depth += (part == "(") - (part == ")")
    return items


def _branches(pattern: str) -> list[str]:
    """Return what the bars outside groups separate."""
    branches = [""]
    for item in _items(pattern):
        if item == "|":
            branches.append("")
        else:
            branches[-1] += item
    return branches


def _where_words_are(pattern: str, compiled: Callable[[str], Search]) -> Search:
    """Return the search for a pattern, compiled at the first text that has a word of each of its groups of words."""
    return when_needed(pattern, compiled, _needed(_items(pattern)))


def _needed(items: list[str]) -> list[Search]:
    """Return a search for each group of words, neither repeated nor left out, that must be where the pattern is found."""
    if "|" in items or any(map(_FLAGS_RE.search, items)):
        return []
    found = []
    for at, item in enumerate(items):
        group, behind = _GROUP_RE.fullmatch(item), items[at + 1 :]
        if group and behind[:1] not in (["?"], ["*"], ["+"], ["{"]):
            found.append(_words(tuple(group["words"].split("|")), items[:at] == ["^"], behind == ["$"]))
    return found


def _words(words: tuple[str, ...], start: object, end: object) -> Search:
    """Return the search for one of the words at the start of a text, at its end, as the whole of it, or anywhere."""
    if start and end:
        return lambda text: text in words
    if start:
        return lambda text: text.startswith(words)
    if end:
        return lambda text: text.endswith(words)
    if len(words) <= _FEW:
        return lambda text: any(word in text for word in words)
    return _beginning(words, 0, None)


def _beginning(words: tuple[str, ...], first: int, last: int | None) -> Search:
    """Return the search for a word that begins `first` to `last` characters from the start, told by its first two."""
    by_head: dict[str, tuple[str, ...]] = {}
    for word in words:
        by_head[word[:2]] = (*by_head.get(word[:2], ()), word)
    singles = frozenset(head for head in by_head if len(head) == 1)

    def found(text: str) -> bool:
        for at in range(first, len(text) if last is None else min(last + 1, len(text))):
            likely = by_head.get(text[at : at + 2])
            if (likely and text.startswith(likely, at)) or text[at] in singles:
                return True
        return False

    return found


def _looks(rest: str, lists: Lists) -> tuple[list[Search], str]:
    """Return the looks ahead for words at the head of a pattern, and what follows them."""
    looks: list[Search] = []
    while look := _LOOK_RE.match(rest):
        found = _term(look, lists)
        looks.append(found if look["wanted"] == "=" else _not(found))
        rest = rest[look.end() :]
    return looks, rest


def _term(term: "re.Match[str]", lists: Lists) -> Search:
    """Return the search for a word of a list that begins `first` to `last` characters from the start, or ends the text so."""
    words, first, last = lists[term["name"]], int(term["first"] or 0), int(term["last"] or 0)
    if term["end"]:
        known, lengths = frozenset(words), sorted({len(word) for word in words})
        return lambda text: any(first <= len(text) - size <= last and text[-size:] in known for size in lengths)
    if not last:
        return lambda text: text.startswith(words)
    return _beginning(words, first, last)


def _not(search: Search) -> Search:
    return lambda text: not search(text)


def _headed(words: tuple[str, ...], rest: Search) -> Search:
    """Return the search for a text that begins with one of the words and goes on as `rest` asks."""
    known, lengths = frozenset(words), sorted({len(word) for word in words})
    return lambda text: any(text[:size] in known and rest(text[size:]) for size in lengths)


def any_of(searches: list[Search]) -> Search:
    """Return the search that finds what one of several finds."""
    return searches[0] if len(searches) == 1 else lambda text: any(search(text) for search in searches)


def _all(searches: list[Search]) -> Search:
    return lambda text: all(search(text) for search in searches)


def when_needed(pattern: str, compiled: Callable[[str], Search], needed: Iterable[Search] = ()) -> Search:
    """Return the search that `compiled` makes of the pattern, asked at the first text in which all that is needed is found."""
    search: list[Search] = []

    def found(text: str) -> object:
        if not search:
            if not all(need(text) for need in needed):
                return None
            search.append(compiled(pattern))
        return search[0](text)

    return found
