"""Parsing: the text of rule files becomes a Ruleset. Opens no file. A mistake is a RuleError with file and line."""

import re
from collections.abc import Collection, Iterable, Mapping

from cleanspam.errors import nearest
from cleanspam.model import LINE_SITES, Verdict
from cleanspam.rulebook.blocks import (
    ACTIONS,
    EXAMPLES,
    LIST_MARKS,
    RULES,
    Block,
    Mistakes,
    RuleSource,
    Statement,
    instead,
    read_blocks,
)
from cleanspam.rulebook.conditions import Condition, Shaped, Texts, needed_lists, tests_of
from cleanspam.rulebook.namedpatterns import with_named_patterns
from cleanspam.rulebook.parseconditions import check_names, parse_conditions
from cleanspam.rulebook.patterns import check_lists, check_patterns, is_quick
from cleanspam.rulebook.ruleset import OTHER, SITES, Example, Place, Rule, Ruleset, sites_of
from cleanspam.text.fold import fold

_ID_RE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_GLOB_RE = re.compile(r"[a-z0-9*?-]+\Z")
_LINE_SITES = frozenset(site.value for site in LINE_SITES)
_MARKED_RE = re.compile(r"\[-(.*?)-\]", re.DOTALL)
_IN_TEXT_RE = re.compile(r"@([a-z0-9-]+)\Z")

_Named = dict[str, tuple[Condition, ...]]


def parse_rules(sources: Iterable[RuleSource]) -> Ruleset:
    """Return the rules of rule files, in their order. Raises RuleError: the first mistake, with all others in `others`."""
    mistakes = Mistakes()
    blocks = mistakes.good([block for source in sources for block in read_blocks(source, mistakes)])
    blocks = mistakes.good(with_named_patterns(blocks, mistakes))
    lists = _lists(blocks, mistakes)
    shapes, places, texts = _shapes(blocks, mistakes), _places(blocks, mistakes), _texts(blocks, mistakes)
    kinds = _kinds(blocks, mistakes)
    blocks = mistakes.good(blocks)
    _note_wrong_names(blocks, lists, shapes, places, mistakes)
    blocks = mistakes.good(blocks)
    known = {**places, **SITES}
    rules: dict[str, Rule] = {}
    for block in blocks:
        if block.head.keyword in RULES:
            with mistakes.of(block):
                rule = _rule(block, texts, known) if block.head.keyword == "rule" else _keep_texts(block)
                _add(block, rule, kinds, rules)
                if rule.action is not Verdict.KEEP:
                    _refuse_wordless(block, rule, known, shapes)
    timed = _timed(blocks, lists, mistakes)
    mistakes.tell()
    return Ruleset(tuple(rules.values()), lists, shapes, places, timed)


def _timed(blocks: Iterable[Block], lists: Mapping[str, tuple[str, ...]], mistakes: Mistakes) -> tuple[str, ...]:
    """Return the patterns that may be slow: a time limit makes a search ten times as slow. Check all others too."""
    keeps = [block.head.words()[0] for block in blocks if block.all("keep") or block.head.keyword == "keep-texts"]
    timed: set[str] = set()
    for block in blocks:
        with mistakes.of(block):
            _check_despite(block, keeps)
            patterns = () if block.source.trusted else check_patterns(block, lists)
            timed.update(pattern for pattern in patterns if not is_quick(pattern))
    return tuple(sorted(timed))


def _add(block: Block, rule: Rule, kinds: Mapping[RuleSource, str], rules: dict[str, Rule]) -> None:
    """Add a rule with its kind. Raises RuleError if there is one of that id."""
    stated = _kind(block, rule.action) or kinds.get(block.source, OTHER)
    if first := rules.get(rule.id):
        block.fail(f"rule {rule.id} is already in {first.source}:{first.line}; give this one another id")
    rules[rule.id] = rule._replace(kind="" if rule.action is Verdict.KEEP else stated)


def unmarked(text: str) -> str:
    """Return an example's text without its [-…-] marks."""
    return _MARKED_RE.sub(r"\1", text)


def _name(block: Block, statement: Statement | None = None) -> str:
    """Return the name that a statement gives, by default the first one of the block."""
    name = (statement or block.head).words()[0]
    if not _ID_RE.match(name):
        block.fail(f"{name!r} is no name; write small letters, digits and single hyphens, like shop-howto", statement)
    return name


def _lists(blocks: list[Block], mistakes: Mistakes) -> dict[str, tuple[str, ...]]:
    """Return the folded words of each list. Blocks of the same name add up, so that each trade can add its own words."""
    words: dict[str, dict[str, None]] = {}
    others: list[tuple[Block, str, str]] = []
    for block in blocks:
        if block.head.keyword == "list":
            with mistakes.of(block):
                others += [(block, _name(block), other) for other in _enter_words(block, words)]
    for block, _, other in others:
        with mistakes.of(block):
            known = other.lstrip("-@")
            if known not in words:
                block.fail(f"unknown list @{known}{instead(known, words, 'list')}", block.head.at(other))
    others = [other for other in others if other[2].lstrip("-@") in words]
    _include(words, [(name, other[1:]) for _, name, other in others if other.startswith("@")])
    for _, name, other in others:
        if other.startswith("-@"):
            words[name] = {word: None for word in words[name] if word not in words[other[2:]]}
    return {name: tuple(unique) for name, unique in words.items()}


def _enter_words(block: Block, words: dict[str, dict[str, None]]) -> list[str]:
    """Add the words of a block to its list, and return the other lists that it includes or excludes, with their marks."""
    name, added = _name(block), block.head.words()[1:]
    if not added:
        block.fail(f"list {name} has no words; write them behind its name or on indented lines")
    plain = fold("\n".join(word for word in added if not word.startswith(LIST_MARKS))).split("\n")
    words.setdefault(name, {}).update(dict.fromkeys(word for word in plain if word))
    return [word for word in added if word.startswith(LIST_MARKS)]


def _include(words: dict[str, dict[str, None]], includes: list[tuple[str, str]]) -> None:
    """Add to each list the words of the lists that it includes as @other, directly or through others."""
    grown = True
    while grown:
        sizes = sum(map(len, words.values()))
        for name, other in includes:
            words[name].update(words[other])
        grown = sum(map(len, words.values())) > sizes


def _shapes(blocks: list[Block], mistakes: Mistakes) -> _Named:
    shapes: _Named = {}
    for block in blocks:
        if block.head.keyword == "shape":
            with mistakes.of(block):
                name = _new_name(block, shapes)
                if not block.all("is"):
                    block.fail(f"shape {name} has no is; write the pattern that a text of this shape matches")
                _about(block)
                shapes[name] = parse_conditions(block)
    return shapes


def _places(blocks: list[Block], mistakes: Mistakes) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for block in blocks:
        if block.head.keyword == "place":
            with mistakes.of(block):
                name = _new_name(block, {**places, **SITES})
                if not block.all("where") and not block.all("at"):
                    block.fail(f"place {name} has no where and no at; name the sites or the places that it comprises")
                _about(block)
                places[name] = Place(parse_conditions(block), _number(block, "accomplices"))
    return places


def _texts(blocks: list[Block], mistakes: Mistakes) -> dict[str, str]:
    """Return the named example texts."""
    texts: dict[str, str] = {}
    for block in blocks:
        if block.head.keyword == "text":
            with mistakes.of(block):
                name = block.head.words()[0]
                first, *rest = block.head.lines
                lines = [line for line in (first.removeprefix(name).strip(), *rest) if line]
                if not _ID_RE.match(name) or not lines:
                    block.fail("a text block has a name, and indented lines below it: the text that examples stand in")
                if name in texts:
                    block.fail(f"there is a text {name} already; give this one another name")
                texts[name] = "\n".join(lines)
    return texts


def _kinds(blocks: list[Block], mistakes: Mistakes) -> dict[RuleSource, str]:
    """Return the kind of planting that each file states for its rules. Files that state none are left out."""
    kinds: dict[RuleSource, str] = {}
    for block in blocks:
        if block.head.keyword == "kind":
            with mistakes.of(block):
                if block.source in kinds:
                    block.fail("a file has one kind; write `kind NAME` into a rule that is about another")
                kinds[block.source] = _sole(block, "kind")
    return kinds


def _kind(block: Block, action: Verdict) -> str:
    """Return the kind of planting that a rule itself states; "" if it states none."""
    stated = block.sole("kind")
    if stated and action is Verdict.KEEP:
        block.fail("kind is for rules that cut or flag; leave it out", stated)
    return _name(block, stated) if stated else ""


def _note_wrong_names(
    blocks: list[Block], lists: Mapping[str, tuple[str, ...]], shapes: _Named, places: Mapping[str, Place], mistakes: Mistakes
) -> None:
    """Record each name of a list, shape or place that does not exist, and each that leads to itself."""
    for block in blocks:
        with mistakes.of(block):
            check_names(block, lists, shapes, {**places, **SITES})
            check_lists(block, lists)
    _note_circles(blocks, shapes, "shape", mistakes)
    _note_circles(blocks, {name: place.conditions for name, place in places.items()}, "place", mistakes)


def _note_circles(blocks: list[Block], named: _Named, kind: str, mistakes: Mistakes) -> None:
    """Record each shape or place that names itself, directly or through others."""
    below = {name: _names_in(conditions) & named.keys() for name, conditions in named.items()}
    for block in blocks:
        if block.head.keyword == kind and (name := _name(block)) in _reached(name, below):
            with mistakes.of(block):
                block.fail(f"{kind} {name} names itself, at once or by way of others; leave one of them out")


def _reached(name: str, below: Mapping[str, set[str]]) -> set[str]:
    """Return all names that a name refers to, directly or through others."""
    seen, waiting = set[str](), [*below[name]]
    while waiting:
        reached = waiting.pop()
        if reached not in seen:
            seen.add(reached)
            waiting += below[reached]
    return seen


def _names_in(conditions: tuple[Condition, ...]) -> set[str]:
    places = {place for condition in conditions for place in getattr(condition, "places", ())}
    return places | {test.shape for condition in conditions for test in tests_of(condition) if isinstance(test, Shaped)}


def _new_name(block: Block, known: Collection[str]) -> str:
    name = _sole(block, block.head.keyword)
    if name in known:
        block.fail(f"there is a {block.head.keyword} {name} already; give this one another name")
    return name


def _rule(block: Block, texts: dict[str, str], places: Collection[str]) -> Rule:
    actions = [action for action in ACTIONS if block.all(action)]
    if len(actions) != 1:
        block.fail(f"rule {_name(block)} needs one action: lines of cut, of flag or of keep, and of one of them only")
    action = Verdict(actions[0])
    if not block.all("at") and action is not Verdict.KEEP:
        block.fail(f"rule {_name(block)} has no at; name its places, like at between-commas")
    number, accomplices_at = _accomplices(block, action, places)
    return Rule(
        id=_sole(block, "rule"),
        about=_about(block),
        action=action,
        conditions=parse_conditions(block),
        accomplices=number,
        accomplices_at=accomplices_at,
        despite=tuple(word for statement in block.all("despite") for word in statement.words()),
        repeats=_number(block, "repeats") if action is Verdict.CUT else _refused(block, "repeats"),
        examples=_examples(block, action, texts),
        source=block.source.name,
        line=block.head.line,
    )


def _check_despite(block: Block, keeps: Collection[str]) -> None:
    """Raise RuleError if `despite` names no keep rule. A glob may match no rule, for shipped rules can be left out."""
    for statement in block.all("despite"):
        if block.all("keep"):
            block.fail("despite is for rules that cut or flag; leave it out", statement)
        for word in statement.words():
            if not _GLOB_RE.match(word):
                block.fail(f"{word!r} names no rule; write ids or globs, like despite keep-*", statement.at(word))
            if "*" not in word and word not in keeps:
                block.fail(f"there is no keep rule {word!r}{nearest(word, keeps)}", statement.at(word))


def _refuse_wordless(block: Block, rule: Rule, places: Mapping[str, Place], shapes: _Named) -> None:
    """Raise RuleError for a rule about lines that needs no word of a list: lines without such a word are never judged."""
    lines = _LINE_SITES.intersection(sites_of(rule.conditions, places.__getitem__))
    if lines and not any(needed_lists(rule.conditions, shapes)):
        at = block.all("at")[0]
        block.fail(
            f"a rule about lines asks for a word; write has and a list, of words that stand in such lines ({at.words()[0]})", at
        )
    if not lines and (only_here := block.all("only-here")):
        block.fail("only-here is for rules about lines; leave it out", only_here[0])


def _keep_texts(block: Block) -> Rule:
    texts = {fold(line) for statement in block.all("texts") for line in statement.lines}
    if not texts:
        block.fail("keep-texts has no texts; write `texts` and one text a line")
    conditions = (Texts(tuple(sorted(texts))),)
    name = _sole(block, "keep-texts")
    return Rule(name, _about(block), Verdict.KEEP, conditions, source=block.source.name, line=block.head.line)


def _sole(block: Block, keyword: str) -> str:
    if len(block.head.words()) > 1:
        block.fail(f"{keyword} takes one name; write {_name(block)} alone")
    return _name(block)


def _about(block: Block) -> str:
    about = block.all("about")
    if not about:
        block.fail(f"{_name(block)} has no about; say in one sentence what it finds and why")
    return " ".join(" ".join(statement.lines) for statement in about)


def _accomplices(block: Block, action: Verdict, places: Collection[str]) -> tuple[int, tuple[str, ...]]:
    """Return the number of accomplices that a rule asks for, and the places at which a keep rule gives way to them."""
    stated = block.sole("accomplices")
    if not stated:
        return 0, ()
    if action is not Verdict.KEEP:
        return _number(block, "accomplices"), ()
    number, *named = stated.words()
    for name in named:
        if name not in places:
            block.fail(f"unknown place {name!r}{instead(name, places, 'place')}", stated.at(name))
    return _number(block, "accomplices", number), tuple(named)


def _number(block: Block, keyword: str, word: str = "") -> int:
    stated = block.sole(keyword)
    if not stated:
        return 0
    word = word or " ".join(stated.words())
    if not re.fullmatch(r"[1-9]\d?", word):
        block.fail(f"{keyword} takes a number from 1 to 99, not {word!r}", stated)
    return int(word)


def _refused(block: Block, keyword: str) -> int:
    if stated := block.sole(keyword):
        block.fail(f"{keyword} is for rules that cut; leave it out", stated)
    return 0


def _examples(block: Block, action: Verdict, texts: dict[str, str]) -> tuple[Example, ...]:
    examples = tuple(_example(block, statement, texts) for keyword in EXAMPLES for statement in block.all(keyword))
    own = f"{action.value}s"
    for keyword in dict.fromkeys((own, "keeps")):
        if not block.all(keyword):
            block.fail(f"rule {_name(block)} has no {keyword} line; show one text that it {keyword}")
    return examples


def _example(block: Block, statement: Statement, texts: dict[str, str]) -> Example:
    verdict = Verdict(statement.keyword.removesuffix("s"))
    raw = "\n".join(statement.lines)
    if verdict is not Verdict.KEEP and not _MARKED_RE.search(raw):
        block.fail(f"mark the part that {statement.keyword} means: …[-(like this),-]…", statement)
    whole = _in_text(block, statement, raw, texts)
    left = _MARKED_RE.sub("", whole) if verdict is Verdict.CUT else unmarked(whole)
    return Example(unmarked(whole), left, verdict, statement.line, raw)


def _in_text(block: Block, statement: Statement, raw: str, texts: dict[str, str]) -> str:
    """Return an example that ends in @NAME with the named text below it; any other example as it is."""
    named = _IN_TEXT_RE.search(raw)
    if not named:
        return raw
    if named[1] not in texts:
        block.fail(f"unknown text @{named[1]}{instead(named[1], texts, 'text')}", statement)
    return f"{raw[: named.start()].rstrip()}\n{texts[named[1]]}"
