"""Which rules a run uses: the shipped ones, those found beside the corpus, those that the command line names."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from cleanspam.cli.configfile import require_own, working_folder
from cleanspam.errors import CleanspamError, nearest
from cleanspam.judge.cleaner import Cleaner
from cleanspam.model import Verdict
from cleanspam.rulebook.find import load_rules, local_dirs
from cleanspam.rulebook.ruleset import Rule, Ruleset


class RuleChoice(NamedTuple):
    """Which rules a run uses."""

    rules: list[Path] | None = None
    no_default_rules: bool = False
    only: list[str] | None = None
    without: list[str] | None = None
    cut_flagged: bool = False
    cut: list[str] | None = None

    def ruleset(self) -> Ruleset:
        """Load the chosen rules: shipped, then those of .cleanspam folders from here upwards, then --rules."""
        local = [] if self.no_default_rules else list(local_dirs(working_folder()))
        for folder in local:
            require_own(folder, "name it with --rules to use it, or use --no-default-rules")
        ruleset = load_rules(*local, *(self.rules or ()), default=not self.no_default_rules)
        for rule_id in [*(self.only or ()), *(self.without or ())]:
            require_rule(ruleset, rule_id)
        if self.only:
            ruleset = ruleset.only(self.only)
        if self.without:
            ruleset = ruleset.without(self.without)
        for glob in self.cut or ():
            require_flag(ruleset, glob)
        if self.cut:
            ruleset = ruleset.cutting(self.cut)
        return ruleset.cutting_flagged() if self.cut_flagged else ruleset

    def cleaner(self) -> Cleaner:
        return Cleaner(self.ruleset())


def require_flag(ruleset: Ruleset, glob: str) -> None:
    """Raise CleanspamError, with the nearest id, if no flag rule has that id or matches that glob."""
    flags = [rule.id for rule in ruleset.rules if rule.action is Verdict.FLAG]
    if not any(fnmatchcase(name, glob) for name in flags):
        raise CleanspamError(f"no flag rule is named {glob!r}{nearest(glob, flags, '`cleanspam rules list` shows them')}")


def require_rule(ruleset: Ruleset, rule_id: str) -> Rule:
    """Return the rule of that id. Raises CleanspamError, with the nearest id, if there is none."""
    if rule := ruleset.rule(rule_id):
        return rule
    known = [one.id for one in ruleset.rules]
    raise CleanspamError(f"unknown rule id {rule_id!r}{nearest(rule_id, known, '`cleanspam rules list` shows them')}")
