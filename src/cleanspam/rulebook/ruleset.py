"""Rules as values: what a rule file says once it is read, and the sets that rules form. No parsing and no judging."""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from cleanspam.model import Site, Verdict
from cleanspam.rulebook.stable import dump_stable
from cleanspam.text.pairing import KINDS


class Example(NamedTuple):
    """A text, what must be left of it, the verdict it shows, and the line (from 1) it stands in."""

    text: str
    left: str
    verdict: Verdict
    line: int
    marked: str = ""  # as the rule file has it, with its [-…-]


class Rule(NamedTuple):
    """Where a rule applies, what it looks for and what follows. Patterns are in `regex` syntax, over folded text.

    Of several patterns of one kind any may match; of several `needs` each must be met, by a word of any of its lists.
    """

    id: str
    about: str
    action: Verdict
    sites: frozenset[Site] = frozenset(Site)
    kinds: frozenset[str] = frozenset(KINDS)  # of brackets
    patterns: tuple[str, ...] = ()  # over the own text
    texts: frozenset[str] = frozenset()  # whole folded own texts, of a keep-texts block
    needs: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    company: int = 0  # so many other cuts the text must have, by rules that need no company
    crowd: int = 0  # so many other parentheticals of the text, with other own texts, must meet this same rule
    yields: int = 0  # of a keep rule: it does not hold where so many other cuts stand nearby; 0: it holds whatever stands there
    foreign: int = 0  # per cent of its pairs of neighbouring Han characters that must stand nowhere nearby outside brackets
    foreign_to: int = 0  # so many characters must stand there to be foreign to
    company_sites: frozenset[Site] = frozenset(Site)  # where those cuts must stand
    examples: tuple[Example, ...] = ()
    source: str = ""
    line: int = 0


class Ruleset(NamedTuple):
    """The rules and lists of some rule files, in their order."""

    rules: tuple[Rule, ...]
    lists: dict[str, tuple[str, ...]]

    def __hash__(self) -> int:
        return hash(self.rules)  # a dict has none

    def __reduce__(self) -> tuple[Callable[[bytes], "Ruleset"], tuple[bytes]]:
        """Pickle to the same bytes in every process."""
        return _load_stable, (dump_stable(tuple(self)),)

    @property
    def hash(self) -> str:
        """Name the content in 12 hexadecimal digits: equal hashes give equal verdicts."""
        import hashlib  # 6 ms, and a pipe never asks

        rules = [(*_judged(rule),) for rule in self.rules]
        return hashlib.sha256(repr((rules, sorted(self.lists.items()))).encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule of that id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def only(self, ids: Collection[str]) -> "Ruleset":
        """Return the set without the cut and flag rules that `ids` does not name; keep rules go on protecting."""
        return self._with(rule for rule in self.rules if rule.id in ids or rule.action is Verdict.KEEP)

    def without(self, ids: Collection[str]) -> "Ruleset":
        """Return the set without the rules that `ids` names."""
        return self._with(rule for rule in self.rules if rule.id not in ids)

    def cutting_flagged(self) -> "Ruleset":
        """Return the set in which every flag is a cut: flag rules cut, and no rule asks for company or a crowd."""
        return self._with(
            rule if rule.action is Verdict.KEEP else rule._replace(action=Verdict.CUT, company=0, crowd=0)
            for rule in self.rules
        )

    def _with(self, rules: Iterable[Rule]) -> "Ruleset":
        return Ruleset(tuple(rules), self.lists)


def _load_stable(data: bytes) -> Ruleset:
    import pickle

    return Ruleset(*pickle.loads(data))


def _judged(rule: Rule) -> tuple[object, ...]:
    """Return what of a rule can change a verdict, in one spelling."""
    sites, texts = sorted(site.value for site in rule.sites), sorted(rule.texts)
    kinds = sorted(rule.kinds)
    company = sorted(site.value for site in rule.company_sites)
    conditions = (
        rule.patterns,
        rule.needs,
        rule.unless,
        rule.before,
        rule.after,
        rule.company,
        rule.crowd,
        rule.yields,
        rule.foreign,
        rule.foreign_to,
    )
    return (rule.id, rule.action.value, sites, company, kinds, texts, *conditions)
