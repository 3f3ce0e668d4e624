"""Which rules of a set are used, and how strictly: the choices of the command line, of a recipe, and of the engines' steps."""

from collections.abc import Collection
from fnmatch import fnmatchcase

from cleanspam.errors import CleanspamError, nearest
from cleanspam.model import Verdict
from cleanspam.rulebook.ruleset import Rule, Ruleset

_LISTED = "`cleanspam rules list` shows them"


def choose_rules(
    ruleset: Ruleset,
    *,
    only: Collection[str] = (),
    without: Collection[str] = (),
    cut: Collection[str] = (),
    cut_flagged: bool = False,
) -> Ruleset:
    """Return the set with its cut and flag rules in `only`, if that names any, and without those in `without`.

    The flag rules of the ids or globs in `cut` cut; with `cut_flagged` everything cuts that would be flagged.
    Raises CleanspamError, with the nearest id, for an id that no rule has, or a glob that no flag rule matches.
    """
    for rule_id in (*only, *without):
        require_rule(ruleset, rule_id)
    if only:
        ruleset = ruleset.only(only)
    if without:
        ruleset = ruleset.without(without)
    for glob in cut:
        _require_flag(ruleset, glob)
    if cut:
        ruleset = ruleset.cutting(cut)
    return ruleset.cutting_flagged() if cut_flagged else ruleset


def require_rule(ruleset: Ruleset, rule_id: str) -> Rule:
    """Return the rule of that id. Raises CleanspamError, with the nearest id, if there is none."""
    if rule := ruleset.rule(rule_id):
        return rule
    raise CleanspamError(f"unknown rule id {rule_id!r}{nearest(rule_id, [one.id for one in ruleset.rules], _LISTED)}")


def _require_flag(ruleset: Ruleset, glob: str) -> None:
    flags = [rule.id for rule in ruleset.rules if rule.action is Verdict.FLAG]
    if not any(fnmatchcase(name, glob) for name in flags):
        raise CleanspamError(f"no flag rule is named {glob!r}{nearest(glob, flags, _LISTED)}")
