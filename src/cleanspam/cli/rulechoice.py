"""The rules of a run: the shipped rules, those of .cleanspam folders, and those of the command line."""

from pathlib import Path
from typing import TYPE_CHECKING

from cleanspam.cli.configfile import require_own, working_folder
from cleanspam.judge.cleaner import Cleaner, shipped_cleaner
from cleanspam.model import NamedTuple
from cleanspam.rulebook.find import load_rules, local_dirs

if TYPE_CHECKING:
    from cleanspam.rulebook.ruleset import Ruleset


class RuleChoice(NamedTuple):
    """The user's choice of rules for a run."""

    rules: list[Path] | None = None
    no_default_rules: bool = False
    only: list[str] | None = None
    without: list[str] | None = None
    cut_flagged: bool = False
    cut: list[str] | None = None

    def cleaner(self) -> Cleaner:
        """Return the cleaner of the chosen rules. For the shipped rules alone, the Ruleset is made only when needed."""
        return shipped_cleaner() if not any(self) and not self._local() else Cleaner(self.ruleset())

    def ruleset(self) -> "Ruleset":
        """Load the chosen rules: the shipped ones, those of .cleanspam folders from here upwards, and those of --rules."""
        from cleanspam.rulebook.ruleset import choose_rules  # not needed for the shipped rules alone

        local = self._local()
        ruleset = load_rules(*local, *(self.rules or ()), default=not self.no_default_rules)
        return choose_rules(
            ruleset,
            only=self.only or (),
            without=self.without or (),
            cut=self.cut or (),
            cut_flagged=self.cut_flagged,
        )

    def _local(self) -> list[Path]:
        """Return the .cleanspam folders in use. Raises CleanspamError for a folder of another user."""
        local = [] if self.no_default_rules else list(local_dirs(working_folder()))
        for folder in local:
            require_own(folder, "name it with --rules to use it, or use --no-default-rules")
        return local
