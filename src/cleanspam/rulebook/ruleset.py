"""Rules and rule sets as values. No parsing and no judging."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from cleanspam.errors import SettingError, nearest
from cleanspam.model import NamedTuple, Site, Verdict
from cleanspam.rulebook.compiledform import RulesTold, TablesForm
from cleanspam.rulebook.conditions import (
    LIST_USE_RE,
    At,
    Condition,
    Near,
    OnlyHere,
    Shaped,
    Share,
    Where,
    Words,
    patterns_of,
    tests_of,
)
from cleanspam.typed import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import re

# The kind of planting for rules whose file names none.
OTHER = "other"
_LISTED = "`cleanspam rules list` shows them"


class Example(NamedTuple):
    """An example of a rule: a text, its cleaned text, the verdict, and the line in the rule file, from 1."""

    text: str
    left: str
    verdict: Verdict
    line: int
    marked: str = ""  # as the rule file has it, with its [-…-]


class Rule(NamedTuple):
    """A rule: its conditions, and the verdict where all of them hold."""

    id: str
    about: str
    action: Verdict
    conditions: tuple[Condition, ...] = ()
    # The number of other plantings nearby, in the same brackets and manner and with other own texts, that a cut rule needs to
    # cut, and that makes a keep rule give way (0: it never gives way).
    accomplices: int = 0
    accomplices_at: tuple[str, ...] = ()  # the places at which a keep rule gives way; everywhere if there are none
    despite: tuple[str, ...] = ()  # globs of the keep rules that this rule outranks
    repeats: int = 0  # how often the own text must stand in the text
    examples: tuple[Example, ...] = ()
    kind: str = OTHER  # the kind of planting; "" for a keep rule
    source: str = ""
    line: int = 0

    @property
    def places(self) -> tuple[str, ...]:
        """The places that the rule names; none if it applies at all places."""
        return next((condition.places for condition in self.conditions if isinstance(condition, At)), ())


def conditions_of(rule: Rule, ruleset: "Ruleset") -> Iterator[Condition]:
    """Yield the conditions of a rule and of the shapes and places that it names, each shape and place once."""
    waiting, seen = [rule.conditions, (At(rule.accomplices_at),)], set[str]()
    while waiting:
        for condition in waiting.pop():
            yield condition
            places = [name for name in condition.places if name in ruleset.places] if isinstance(condition, At) else []
            shapes = [test.shape for test in tests_of(condition) if isinstance(test, Shaped)]
            waiting += [ruleset.places[name].conditions for name in places if f"at {name}" not in seen]
            waiting += [ruleset.shapes[name] for name in shapes if f"@{name}" not in seen]
            seen.update([*(f"at {name}" for name in places), *(f"@{name}" for name in shapes)])


def patterns_in(rule: Rule, ruleset: "Ruleset") -> list[str]:
    """Return the regexes of a rule, and of the shapes and places that it names."""
    patterns = [pattern for condition in conditions_of(rule, ruleset) for pattern in patterns_of(condition)]
    return list(dict.fromkeys(patterns))


def lists_in(rule: Rule, ruleset: "Ruleset") -> list[str]:
    """Return the lists that a rule, its places, its shapes and its patterns name."""
    named: list[str] = []
    for condition in conditions_of(rule, ruleset):
        named += condition.lists if isinstance(condition, Near | OnlyHere | Share) else ()
        named += [name for test in tests_of(condition) if isinstance(test, Words) for name in (*test.lists, *test.but)]
    in_patterns = [name for pattern in patterns_in(rule, ruleset) for name in LIST_USE_RE.findall(pattern)]
    return list(dict.fromkeys([*named, *in_patterns]))


# Fields that describe a rule and change no verdict.
_DESCRIPTIVE = ("about", "examples", "kind", "source", "line")


class Place(NamedTuple):
    """A named place, with the least number of accomplices that any rule needs there."""

    conditions: tuple[Condition, ...]
    accomplices: int = 0


# Each site is a place, too.
SITES = {site.value: Place((Where((site.value,)),)) for site in Site}


def sites_of(conditions: Iterable[Condition], place: Callable[[str], Place]) -> Iterator[str]:
    """Yield the sites that conditions name, directly or through places."""
    for condition in conditions:
        if isinstance(condition, Where):
            yield from condition.sites
        elif isinstance(condition, At):
            for name in condition.places:
                yield from sites_of(place(name).conditions, place)


class NumberedRules(Protocol):
    """Rules in their order, each of which has a number."""

    def __getitem__(self, number: int, /) -> Rule: ...
    def __iter__(self) -> Iterator[Rule]: ...
    def __len__(self) -> int: ...


class Rules(Protocol):
    """What a judge asks of a rule set, whether its rules are made or still in bytes."""

    @property
    def rules(self) -> NumberedRules: ...
    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def shapes(self) -> Mapping[str, tuple[Condition, ...]]: ...
    @property
    def places(self) -> Mapping[str, Place]: ...
    @property
    def timed(self) -> tuple[str, ...]: ...
    def compiled_tables(self) -> TablesForm | None: ...
    def compiled_pattern(self, pattern: str) -> "re.Pattern[str] | None": ...


class Ruleset(NamedTuple):
    """The rules and lists of some rule files, in their order."""

    rules: tuple[Rule, ...]
    lists: dict[str, tuple[str, ...]]
    shapes: dict[str, tuple[Condition, ...]] = {}  # noqa: RUF012  # nobody writes to a rule set
    places: dict[str, Place] = {}  # noqa: RUF012
    timed: tuple[str, ...] = ()  # the regexes of a user's files that may be slow

    def __hash__(self) -> int:
        return hash(self.rules)  # a dict has none

    def __reduce__(self) -> tuple[Callable[[bytes], "Ruleset"], tuple[bytes]]:
        """Pickle to the same bytes in every process."""
        from cleanspam.rulebook.stable import dump_stable  # few processes send rules

        return _load_stable, (dump_stable(tuple(self)),)

    @property
    def hash(self) -> str:
        """The hash of the content, in 12 hexadecimal digits: rule sets with equal hashes give equal verdicts."""
        import hashlib  # the import takes 6 ms, and a filter needs no hash

        named = (sorted(named.items()) for named in (self.lists, self.shapes, self.places))
        content = repr(([_judged(rule) for rule in self.rules], *named))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    @property
    def told(self) -> RulesTold:
        """The facts about the rules that logs and reports state."""
        return RulesTold(self.hash, self.kinds, {rule.id: rule.about for rule in self.rules})

    def compiled_tables(self) -> TablesForm | None:
        """Return the tables of a judge that the set brings, as plain values; None if they must be computed."""
        return None

    def compiled_pattern(self, pattern: str) -> "re.Pattern[str] | None":  # noqa: ARG002 (a compiled set has some)
        """Return the compiled form of a pattern, or None if the pattern must still be compiled."""
        return None

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule with an id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of planting of each rule, by its id. Keep rules have none."""
        return {rule.id: rule.kind for rule in self.rules if rule.kind}

    def only(self, ids: Collection[str]) -> "Ruleset":
        """Return the set without the cut and flag rules that `ids` does not name; keep rules go on protecting."""
        return self._with(rule for rule in self.rules if rule.id in ids or rule.action is Verdict.KEEP)

    def without(self, ids: Collection[str]) -> "Ruleset":
        """Return the set without the rules that `ids` names."""
        return self._with(rule for rule in self.rules if rule.id not in ids)

    def cutting(self, globs: Collection[str]) -> "Ruleset":
        """Return the set in which each flag rule whose id matches one of the globs cuts."""
        return self._with(
            rule._replace(action=Verdict.CUT) if rule.action is Verdict.FLAG and is_named(rule.id, globs) else rule
            for rule in self.rules
        )

    def cutting_flagged(self) -> "Ruleset":
        """Return the set in which each flag becomes a cut: flag rules cut, and no rule needs accomplices."""
        return self._with(
            rule if rule.action is Verdict.KEEP else rule._replace(action=Verdict.CUT, accomplices=0) for rule in self.rules
        )

    def _with(self, rules: Iterable[Rule]) -> "Ruleset":
        return self._replace(rules=tuple(rules))


def choose_rules(
    ruleset: Ruleset,
    *,
    only: Collection[str] = (),
    without: Collection[str] = (),
    cut: Collection[str] = (),
    cut_flagged: bool = False,
) -> Ruleset:
    """Return the set with its cut and flag rules in `only`, if that names any, and without those in `without`.

    Flag rules whose ids match an id or glob in `cut` become cut rules. With `cut_flagged` all flag rules do, and no rule needs
    accomplices.
    Raises SettingError, with an id that is spelled alike, for an id that no rule has, or a glob that no flag rule matches.
    """
    for rule_id in without:
        require_rule(ruleset, rule_id, "without")
    for rule_id in only:
        if require_rule(ruleset, rule_id, "only").action is Verdict.KEEP:
            raise SettingError("only", f"{rule_id} is a keep rule, which cuts nothing; name rules that cut or flag")
    if only:
        ruleset = ruleset.only(only)
    if without:
        ruleset = ruleset.without(without)
    for glob in cut:
        _require_flag(ruleset, glob)
    if cut:
        ruleset = ruleset.cutting(cut)
    return ruleset.cutting_flagged() if cut_flagged else ruleset


def is_named(rule_id: str, globs: Iterable[str]) -> bool:
    """Tell whether one of the globs matches the id of a rule."""
    from fnmatch import fnmatchcase  # few starts ask

    return any(fnmatchcase(rule_id, glob) for glob in globs)


def require_rule(ruleset: Ruleset, rule_id: str, key: str = "") -> Rule:
    """Return the rule of that id. Raises SettingError, with an id that is spelled alike, if there is none."""
    if rule := ruleset.rule(rule_id):
        return rule
    ids = [one.id for one in ruleset.rules]
    raise SettingError(key, f"no rule has the id {rule_id!r}{nearest(rule_id, ids, _LISTED)}")


def _require_flag(ruleset: Ruleset, glob: str) -> None:
    flags = [rule.id for rule in ruleset.rules if rule.action is Verdict.FLAG]
    if not any(is_named(name, (glob,)) for name in flags):
        raise SettingError("cut", f"no flag rule has the id {glob!r}{nearest(glob, flags, _LISTED)}")


def _load_stable(data: bytes) -> Ruleset:
    import pickle

    return Ruleset(*pickle.loads(data))


def _judged(rule: Rule) -> dict[str, str]:
    """Return the fields of a rule that can change a verdict; the others only describe the rule."""
    return {name: repr(value) for name, value in rule._asdict().items() if name not in _DESCRIPTIVE}
