"""Rule files: text → Ruleset. Reads nothing from disk and judges nothing; a mistake is a RuleError with file and line.

The grammar: one statement a line, `keyword value`; an indented line continues the one above; a blank line ends a block;
`#` at the start of a line is a comment. A block is a `list`, a `shape`, a `rule` or a `keep-texts`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, NoReturn

from cleanspam.errors import RuleError
from cleanspam.fold import fold
from cleanspam.model import Site, Verdict
from cleanspam.pairing import KIND, KINDS
from cleanspam.ruleset import Example, Rule, Ruleset

BLOCKS = ("list", "shape", "rule", "keep-texts")
ACTIONS = ("cut", "flag", "keep")
CONTEXTS = ("unless", "before", "after")
EXAMPLES = ("cuts", "flags", "keeps")
# What puts the words of another list into a list, and what takes them out of it.
LIST_MARKS = ("@", "-@")
RULE_KEYWORDS = ("rule", "about", "where", "brackets", "foreign", "needs", *ACTIONS, *CONTEXTS, "company", "crowd", *EXAMPLES)
SHAPE_KEYWORDS = ("shape", "about", "is", "unless")
TEXTS_KEYWORDS = ("keep-texts", "about", "texts")
KEYWORDS = {"list": ("list",), "shape": SHAPE_KEYWORDS, "rule": RULE_KEYWORDS, "keep-texts": TEXTS_KEYWORDS}

_SITES = {site.value: site for site in Site}
_ID_RE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_MARKED_RE = re.compile(r"\[-(.*?)-\]", re.DOTALL)
_LIST_USE_RE = re.compile(r"\\L<([^>]*)>")
# Escapes, named lists, properties, group openings and character classes: there a `+` or a capital is something else.
_OPAQUE_RE = re.compile(r"\\[LpP](?:<[^>]*>|\{[^}]*\})|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!:>]", re.DOTALL)
# Repetitions of one piece that a pattern may ask for: an own text of interest is shorter, and compiling costs memory.
MOST = 500
_COUNT_RE = re.compile(r"\{(?:\d*,)?(\d+)\}")
_UNBOUNDED_RE = re.compile(r"[*+]|\{\d*,\}")


class Source(NamedTuple):
    """A rule file's name, as errors quote it, and its text."""

    name: str
    text: str
    trusted: bool = False  # its patterns have passed the check before: the shipped files, proved by the tests


class _Statement(NamedTuple):
    keyword: str
    lines: tuple[str, ...]  # the value, and the lines that continue it
    line: int  # from 1
    numbers: tuple[int, ...] = ()  # the line that each of `lines` stands on

    def words(self) -> list[str]:
        return " ".join(self.lines).split()

    def at(self, word: str) -> "_Statement":
        """Return the statement as if it began on the line of its word: where an error about that word sends the reader."""
        line = next(number for number, line in zip(self.numbers, self.lines, strict=True) if word in line.split())
        return self._replace(line=line)


class _Shape(NamedTuple):
    patterns: tuple[str, ...]
    unless: tuple[str, ...]


class _Block(NamedTuple):
    source: Source
    statements: tuple[_Statement, ...]

    @property
    def head(self) -> _Statement:
        return self.statements[0]

    def all(self, keyword: str) -> list[_Statement]:
        return [statement for statement in self.statements if statement.keyword == keyword]

    def fail(self, problem: str, statement: _Statement | None = None) -> NoReturn:
        raise RuleError(self.source.name, (statement or self.head).line, problem)


def parse_rules(sources: Iterable[Source]) -> Ruleset:
    """Return the rules of some rule files, in their order. Raises RuleError at the first mistake."""
    blocks = [block for source in sources for block in _blocks(source)]
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
            _check_patterns(block, lists)
    return Ruleset(tuple(rules.values()), lists)


def compile_pattern(pattern: str, lists: dict[str, tuple[str, ...]]) -> Any:
    """Compile a rule's pattern with the lists that it names. Raises regex.error.

    Returns a `regex.Pattern`; the module costs 30 ms to import, so only a rule that is really tried pays for it.
    """
    import regex

    # `regex` takes identifiers as names of lists, rule files write them like rule ids.
    used: dict[str, Any] = {f"list_{name.replace('-', '_')}": lists[name] for name in _LIST_USE_RE.findall(pattern)}
    return regex.compile(_LIST_USE_RE.sub(lambda use: rf"\L<list_{use[1].replace('-', '_')}>", pattern), **used)


def unmarked(text: str) -> str:
    """Return an example's text without its [-…-] marks."""
    return _MARKED_RE.sub(r"\1", text)


def _blocks(source: Source) -> Iterator[_Block]:
    statements: list[_Statement] = []
    for number, line in enumerate(re.split(r"\r\n|[\n\r]", source.text.removeprefix("\ufeff")), 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            yield from _closed(source, statements)
            statements = []
        elif line[0].isspace():
            _continue(source.name, number, statements, line.strip())
        else:
            keyword, _, value = line.strip().partition(" ")
            held = (value.strip(),) if value.strip() else ()
            statements.append(_Statement(keyword, held, number, (number,) * len(held)))
    yield from _closed(source, statements)


def _continue(name: str, number: int, statements: list[_Statement], line: str) -> None:
    if not statements:
        raise RuleError(name, number, "an indented line continues the line above, and there is none; begin it at the margin")
    last = statements[-1]
    statements[-1] = last._replace(lines=(*last.lines, line), numbers=(*last.numbers, number))


def _closed(source: Source, statements: list[_Statement]) -> Iterator[_Block]:
    if not statements:
        return
    block = _Block(source, tuple(statements))
    if block.head.keyword not in BLOCKS:
        block.fail(
            f"a block begins with {_listed(BLOCKS)}, not with {block.head.keyword!r}{_nearest(block.head.keyword, BLOCKS)}"
        )
    allowed = KEYWORDS[block.head.keyword]
    for statement in block.statements[1:]:
        if statement.keyword not in allowed[1:]:
            _unknown(block, statement, allowed[1:])
    for statement in block.statements:
        if not statement.lines:
            block.fail(f"{statement.keyword} has no value; write it behind the keyword", statement)
    yield block


def _unknown(block: _Block, statement: _Statement, allowed: tuple[str, ...]) -> NoReturn:
    if statement.keyword in BLOCKS:
        block.fail(f"{statement.keyword} begins a block; leave a blank line above it", statement)
    known = f"one of {', '.join(allowed)}" if allowed else "nothing but its words; indent them"
    near = _nearest(statement.keyword, allowed)
    block.fail(
        f"unknown keyword {statement.keyword!r} in a {block.head.keyword}: it takes {known}{near}",
        statement,
    )


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib  # only a mistake pays for it

    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _instead(name: str, known: Iterable[str], kind: str) -> str:
    """Return what to write instead of the name of no block of that kind."""
    return _nearest(name, known) or f"; write a {kind} block of that name"


def _name(block: _Block) -> str:
    name = block.head.words()[0]
    if not _ID_RE.match(name):
        block.fail(f"{name!r} is no name; write small letters, digits and single hyphens, like shop-howto")
    return name


def _lists(blocks: list[_Block]) -> dict[str, tuple[str, ...]]:
    """Return the folded words of every list; blocks of one name add up, so that each vertical can bring its own words."""
    words: dict[str, dict[str, None]] = {}
    others: list[tuple[_Block, str, str]] = []
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
            block.fail(f"unknown list @{known}{_instead(known, words, 'list')}", block.head.at(other))
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


def _shapes(blocks: list[_Block], lists: dict[str, tuple[str, ...]]) -> dict[str, _Shape]:
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
        _check_lists(block, lists)
        shapes[name] = _Shape(_patterns(block, "is"), _patterns(block, "unless"))
    return shapes


def _rule(block: _Block, lists: dict[str, tuple[str, ...]], shapes: dict[str, _Shape]) -> Rule:
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
        crowd=_crowd(block, action),
        foreign=foreign,
        foreign_to=foreign_to,
        examples=_examples(block, action),
        source=block.source.name,
        line=block.head.line,
    )
    _check_lists(block, lists)
    return rule


def _shape(block: _Block, action: str, shapes: dict[str, _Shape]) -> _Shape:
    """Return what an action line asks of the own text: patterns, or the shape that it names as @shape."""
    patterns = _patterns(block, action)
    named = [pattern[1:] for pattern in patterns if pattern.startswith("@")]
    if not named:
        return _Shape(patterns, ())
    if len(patterns) > 1:
        block.fail(f"{action} takes one @shape or any number of patterns; write a rule for each")
    if named[0] not in shapes:
        block.fail(f"unknown shape @{named[0]}{_instead(named[0], shapes, 'shape')}", block.all(action)[0])
    return shapes[named[0]]


def _keep_texts(block: _Block) -> Rule:
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


def _sole(block: _Block, keyword: str) -> str:
    if len(block.head.words()) > 1:
        block.fail(f"{keyword} takes one name; write {_name(block)} alone")
    return _name(block)


def _about(block: _Block) -> str:
    about = block.all("about")
    if not about:
        block.fail(f"{_name(block)} has no about; say in one sentence what it finds and why")
    return " ".join(" ".join(statement.lines) for statement in about)


def _sites(block: _Block, action: Verdict) -> frozenset[Site]:
    sites = frozenset(_site(block, word, statement) for statement in block.all("where") for word in statement.words())
    if not sites and action is not Verdict.KEEP:
        block.fail(f"rule {_name(block)} has no where; name its sites: {', '.join(_SITES)}")
    return sites or frozenset(Site)


def _site(block: _Block, word: str, statement: _Statement) -> Site:
    if word not in _SITES:
        block.fail(f"unknown site {word!r}; sites are {_listed(_SITES)}{_nearest(word, _SITES)}", statement.at(word))
    return _SITES[word]


def _kinds(block: _Block) -> frozenset[str]:
    named = [(char, statement) for statement in block.all("brackets") for char in "".join(statement.words())]
    for char, statement in named:
        if char not in KIND:
            block.fail(f"{char!r} is no bracket; brackets takes some of {' '.join(KINDS)}", statement)
    return frozenset(KIND[char] for char, _ in named) or frozenset(KINDS)


def _patterns(block: _Block, keyword: str) -> tuple[str, ...]:
    return tuple("".join(statement.lines) for statement in block.all(keyword))


def _company(block: _Block, action: Verdict) -> tuple[int, frozenset[Site]]:
    stated = _stated(block, "company", action)
    if not stated:
        return 0, frozenset(Site)
    number, *sites = stated.words()
    return _number(block, stated, number), frozenset(_site(block, word, stated) for word in sites) or frozenset(Site)


def _crowd(block: _Block, action: Verdict) -> int:
    stated = _stated(block, "crowd", action)
    return _number(block, stated, " ".join(stated.words())) if stated else 0


def _foreign(block: _Block) -> tuple[int, int]:
    stated = _sole_statement(block, "foreign")
    if not stated:
        return 0, 0
    share, *size = stated.words()
    if not all(word.isdecimal() for word in size[:1]) or len(size) > 1:
        block.fail(f"foreign takes a share and a number of characters, like foreign 80 300, not {' '.join(size)!r}", stated)
    return _number(block, stated, share), int(size[0]) if size else 0


def _stated(block: _Block, keyword: str, action: Verdict) -> _Statement | None:
    stated = _sole_statement(block, keyword)
    if stated and action is not Verdict.CUT:
        block.fail(f"{keyword} is for rules that cut; leave it out", stated)
    return stated


def _sole_statement(block: _Block, keyword: str) -> _Statement | None:
    stated = block.all(keyword)
    if len(stated) > 1:
        block.fail(f"{keyword} is stated twice; keep one line of it", stated[1])
    return stated[0] if stated else None


def _number(block: _Block, statement: _Statement, word: str) -> int:
    if not re.fullmatch(r"[1-9]\d?", word):
        block.fail(f"{statement.keyword} takes a number from 1 to 99, not {word!r}", statement)
    return int(word)


def _examples(block: _Block, action: Verdict) -> tuple[Example, ...]:
    examples = tuple(_example(block, statement) for keyword in EXAMPLES for statement in block.all(keyword))
    own = f"{action.value}s"
    for keyword in dict.fromkeys((own, "keeps")):
        if not block.all(keyword):
            block.fail(f"rule {_name(block)} has no {keyword} line; show one text that it {keyword}")
    return examples


def _example(block: _Block, statement: _Statement) -> Example:
    verdict = Verdict(statement.keyword.removesuffix("s"))
    raw = "\n".join(statement.lines)
    if verdict is not Verdict.KEEP and not _MARKED_RE.search(raw):
        block.fail(f"mark the part that {statement.keyword} means: …[-(like this),-]…", statement)
    left = _MARKED_RE.sub("", raw) if verdict is Verdict.CUT else unmarked(raw)
    return Example(unmarked(raw), left, verdict, statement.line, raw)


def _check_lists(block: _Block, lists: dict[str, tuple[str, ...]]) -> None:
    for statement in block.statements:
        if statement.keyword in (*ACTIONS, *CONTEXTS, "is"):
            used = _LIST_USE_RE.findall("".join(statement.lines))
        else:
            used = statement.words() if statement.keyword == "needs" else []
        for name in used:
            if name not in lists:
                place = statement.at(name) if statement.keyword == "needs" else statement
                block.fail(f"unknown list {name!r}{_instead(name, lists, 'list')}", place)


def _check_patterns(block: _Block, lists: dict[str, tuple[str, ...]]) -> None:
    """Refuse what could never match, matches anything, or could take for ever."""
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


def _check_compiles(block: _Block, statement: _Statement, pattern: str, lists: dict[str, tuple[str, ...]]) -> None:
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
