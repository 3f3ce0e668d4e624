"""The rules of a run: the shipped rules, those of .cleanspam folders, and those of the command line."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cleanspam.cli.configfile import require_own, working_folder
from cleanspam.judge.cleaner import Cleaner, shipped_cleaner
from cleanspam.model import NamedTuple
from cleanspam.native import keep_freed_memory
from cleanspam.rulebook.find import load_rules, local_dirs, rule_files, shipped_dir

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
        keep_freed_memory()  # the process of a command line does nothing but clean
        local = self._local()
        if not any(self) and not local:
            return shipped_cleaner()
        files = self._files(local)
        if files is None:
            return Cleaner(self.ruleset())
        from cleanspam.corpus.rulecache import cached_cleaner  # not needed for the shipped rules alone

        choice = self.only, self.without, self.cut_flagged, self.cut
        return cached_cleaner(files, choice, self.ruleset)

    def _files(self, local: Iterable[Path]) -> dict[str, bytes] | None:
        """Return the rule files in use by their names, in order; None if they are to be reported as they are read."""
        named = [*([] if self.no_default_rules else [shipped_dir()]), *local, *(self.rules or ())]
        try:
            read = [(str(file), file.read_bytes()) for file in rule_files(named)]
        except OSError:
            return None
        return dict(read) if len(dict(read)) == len(read) else None

    def ruleset(self) -> "Ruleset":
        """Load the chosen rules: the shipped ones, those of .cleanspam folders from here upwards, and those of --rules."""
        from cleanspam.rulebook.ruleset import choose_rules  # not needed for the shipped rules alone

        local = self._local()
        ruleset = load_rules(*local, *(self.rules or ()), default=not self.no_default_rules)
        return choose_rules(
            ruleset, only=self.only or (), without=self.without or (), cut=self.cut or (), cut_flagged=self.cut_flagged
        )

    def _local(self) -> list[Path]:
        """Return the .cleanspam folders in use. Raises CleanspamError for a folder of another user."""
        local = [] if self.no_default_rules else list(local_dirs(working_folder()))
        for folder in local:
            require_own(folder, "name it with --rules to use it, or use --no-default-rules")
        return local
