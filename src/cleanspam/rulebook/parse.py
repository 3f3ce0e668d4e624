"""Rule files: text → Ruleset. Reads nothing from disk and judges nothing; a mistake is a RuleError with file and line."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from cleanspam.errors import nearest
from cleanspam.model import Site, Verdict
from cleanspam.rulebook.blocks import (
    ACTIONS,
    EXAMPLES,
    LIST_MARKS,
    Block,
    RuleSource,
    Statement,
    instead,
    listed,
    read_blocks,
)
from cleanspam.rulebook.patterns import check_lists, check_patterns
from cleanspam.rulebook.ruleset import Example, Rule, Ruleset
from cleanspam.text.fold import fold
from cleanspam.text.pairing import KIND, KINDS

_SITES = {site.value: site for site in Site}
_ID_RE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_MARKED_RE = re.compile(r"\[-(.*?)-\]", re.DOTALL)


class _Shape(NamedTuple):
    patterns: tuple[str, ...]
    unless: tuple[str, ...]


def parse_rules(sources: Iterable[RuleSource]) -> Ruleset:
    """Return the rules of some rule files, in their order. Raises RuleError at the first mistake."""
    blocks = [block for source in sources for block in read_blocks(source)]
    lists = _lists(blocks)
    shapes = _shapes(blocks, lists)
    rules: dict[str, Rule] = {}
    for block in blocks:
        if block.head.keyword in ("list", "shape"):
            continue
        rule = _rule(block, lists, shapes) if block.head.keyword == "rule" else _keep_texts(block)
        if first := rules.get(rule.id):
            block.fail(f"rule {rule.id} is already in {first.source}:{first.line}; give this one another id")
        rules[rule.id] = rule
    for block in blocks:
        if not block.source.trusted:
            check_patterns(block, lists)
    return Ruleset(tuple(rules.values()), lists)


def unmarked(text: str) -> str:
    """Return an example's text without its [-…-] marks."""
    return _MARKED_RE.sub(r"\1", text)


def _name(block: Block) -> str:
    name = block.head.words()[0]
    if not _ID_RE.match(name):
        block.fail(f"{name!r} is no name; write small letters, digits and single hyphens, like shop-howto")
    return name


def _lists(blocks: list[Block]) -> dict[str, tuple[str, ...]]:
    """Return the folded words of every list; blocks of one name add up, so that each vertical can bring its own words."""
    words: dict[str, dict[str, None]] = {}
    others: list[tuple[Block, str, str]] = []
    for block in blocks:
        if block.head.keyword != "list":
            continue
        name, added = _name(block), block.head.words()[1:]
        if not added:
            block.fail(f"list {name} has no words; write them behind its name or on indented lines")
        others += [(block, name, word) for word in added if word.startswith(LIST_MARKS)]
        plain = fold("\n".join(word for word in added if not word.startswith(LIST_MARKS))).split("\n")
        words.setdefault(name, {}).update(dict.fromkeys(word for word in plain if word))
    for block, _, other in others:
        known = other.lstrip("-@")
        if known not in words:
            block.fail(f"unknown list @{known}{instead(known, words, 'list')}", block.head.at(other))
    _include(words, [(name, other[1:]) for _, name, other in others if other.startswith("@")])
    for _, name, other in others:
        if other.startswith("-@"):
            words[name] = {word: None for word in words[name] if word not in words[other[2:]]}
    return {name: tuple(found) for name, found in words.items()}


def _include(words: dict[str, dict[str, None]], includes: list[tuple[str, str]]) -> None:
    """Add to each list the words of those that it names as @other, and of those that they name."""
    grown = True
    while grown:
        sizes = sum(map(len, words.values()))
        for name, other in includes:
            words[name].update(words[other])
        grown = sum(map(len, words.values())) > sizes


def _shapes(blocks: list[Block], lists: dict[str, tuple[str, ...]]) -> dict[str, _Shape]:
    shapes: dict[str, _Shape] = {}
    for block in blocks:
        if block.head.keyword != "shape":
            continue
        name = _sole(block, "shape")
        if name in shapes:
            block.fail(f"there is a shape {name} already; give this one another name")
        if not block.all("is"):
            block.fail(f"shape {name} has no is; write the pattern that a text of this shape matches")
        _about(block)
        check_lists(block, lists)
        shapes[name] = _Shape(_patterns(block, "is"), _patterns(block, "unless"))
    return shapes


def _rule(block: Block, lists: dict[str, tuple[str, ...]], shapes: dict[str, _Shape]) -> Rule:
    actions = [action for action in ACTIONS if block.all(action)]
    if len(actions) != 1:
        block.fail(f"rule {_name(block)} needs one action: lines of cut, of flag or of keep, and of one of them only")
    action = Verdict(actions[0])
    shape = _shape(block, actions[0], shapes)
    company, company_sites = _company(block, action)
    foreign, foreign_to = _foreign(block)
    rule = Rule(
        id=_sole(block, "rule"),
        about=_about(block),
        action=action,
        sites=_sites(block, action),
        kinds=_kinds(block),
        patterns=shape.patterns,
        needs=tuple(tuple(statement.words()) for statement in block.all("needs")),
        unless=(*_patterns(block, "unless"), *shape.unless),
        before=_patterns(block, "before"),
        after=_patterns(block, "after"),
        company=company,
        company_sites=company_sites,
        crowd=_count(block, "crowd", action, Verdict.CUT),
        yields=_count(block, "yields", action, Verdict.KEEP),
        foreign=foreign,
        foreign_to=foreign_to,
        examples=_examples(block, action),
        source=block.source.name,
        line=block.head.line,
    )
    check_lists(block, lists)
    return rule


def _shape(block: Block, action: str, shapes: dict[str, _Shape]) -> _Shape:
    """Return what an action line asks of the own text: patterns, or the shape that it names as @shape."""
    patterns = _patterns(block, action)
    named = [pattern[1:] for pattern in patterns if pattern.startswith("@")]
    if not named:
        return _Shape(patterns, ())
    if len(patterns) > 1:
        block.fail(f"{action} takes one @shape or any number of patterns; write a rule for each")
    if named[0] not in shapes:
        block.fail(f"unknown shape @{named[0]}{instead(named[0], shapes, 'shape')}", block.all(action)[0])
    return shapes[named[0]]


def _keep_texts(block: Block) -> Rule:
    texts = frozenset(fold(line) for statement in block.all("texts") for line in statement.lines)
    if not texts:
        block.fail("keep-texts has no texts; write `texts` and one text a line")
    return Rule(
        _sole(block, "keep-texts"),
        _about(block),
        Verdict.KEEP,
        texts=texts,
        source=block.source.name,
        line=block.head.line,
    )


def _sole(block: Block, keyword: str) -> str:
    if len(block.head.words()) > 1:
        block.fail(f"{keyword} takes one name; write {_name(block)} alone")
    return _name(block)


def _about(block: Block) -> str:
    about = block.all("about")
    if not about:
        block.fail(f"{_name(block)} has no about; say in one sentence what it finds and why")
    return " ".join(" ".join(statement.lines) for statement in about)


def _sites(block: Block, action: Verdict) -> frozenset[Site]:
    sites = frozenset(_site(block, word, statement) for statement in block.all("where") for word in statement.words())
    if not sites and action is not Verdict.KEEP:
        block.fail(f"rule {_name(block)} has no where; name its sites: {', '.join(_SITES)}")
    return sites or frozenset(Site)


def _site(block: Block, word: str, statement: Statement) -> Site:
    if word not in _SITES:
        block.fail(f"unknown site {word!r}; sites are {listed(_SITES)}{nearest(word, _SITES)}", statement.at(word))
    return _SITES[word]


def _kinds(block: Block) -> frozenset[str]:
    named = [(char, statement) for statement in block.all("brackets") for char in "".join(statement.words())]
    for char, statement in named:
        if char not in KIND:
            block.fail(f"{char!r} is no bracket; brackets takes some of {' '.join(KINDS)}", statement)
    return frozenset(KIND[char] for char, _ in named) or frozenset(KINDS)


def _patterns(block: Block, keyword: str) -> tuple[str, ...]:
    return tuple("".join(statement.lines) for statement in block.all(keyword))


def _company(block: Block, action: Verdict) -> tuple[int, frozenset[Site]]:
    stated = _stated(block, "company", action, Verdict.CUT)
    if not stated:
        return 0, frozenset(Site)
    number, *sites = stated.words()
    return _number(block, stated, number), frozenset(_site(block, word, stated) for word in sites) or frozenset(Site)


def _count(block: Block, keyword: str, action: Verdict, wanted: Verdict) -> int:
    stated = _stated(block, keyword, action, wanted)
    return _number(block, stated, " ".join(stated.words())) if stated else 0


def _foreign(block: Block) -> tuple[int, int]:
    stated = _sole_statement(block, "foreign")
    if not stated:
        return 0, 0
    share, *size = stated.words()
    if not all(word.isdecimal() for word in size[:1]) or len(size) > 1:
        block.fail(f"foreign takes a share and a number of characters, like foreign 80 300, not {' '.join(size)!r}", stated)
    return _number(block, stated, share), int(size[0]) if size else 0


def _stated(block: Block, keyword: str, action: Verdict, wanted: Verdict) -> Statement | None:
    stated = _sole_statement(block, keyword)
    if stated and action is not wanted:
        block.fail(f"{keyword} is for rules that {wanted.value}; leave it out", stated)
    return stated


def _sole_statement(block: Block, keyword: str) -> Statement | None:
    stated = block.all(keyword)
    if len(stated) > 1:
        block.fail(f"{keyword} is stated twice; keep one line of it", stated[1])
    return stated[0] if stated else None


def _number(block: Block, statement: Statement, word: str) -> int:
    if not re.fullmatch(r"[1-9]\d?", word):
        block.fail(f"{statement.keyword} takes a number from 1 to 99, not {word!r}", statement)
    return int(word)


def _examples(block: Block, action: Verdict) -> tuple[Example, ...]:
    examples = tuple(_example(block, statement) for keyword in EXAMPLES for statement in block.all(keyword))
    own = f"{action.value}s"
    for keyword in dict.fromkeys((own, "keeps")):
        if not block.all(keyword):
            block.fail(f"rule {_name(block)} has no {keyword} line; show one text that it {keyword}")
    return examples


def _example(block: Block, statement: Statement) -> Example:
    verdict = Verdict(statement.keyword.removesuffix("s"))
    raw = "\n".join(statement.lines)
    if verdict is not Verdict.KEEP and not _MARKED_RE.search(raw):
        block.fail(f"mark the part that {statement.keyword} means: …[-(like this),-]…", statement)
    left = _MARKED_RE.sub("", raw) if verdict is Verdict.CUT else unmarked(raw)
    return Example(unmarked(raw), left, verdict, statement.line, raw)
