"""`cleanspam restore`: puts back what a run cut, into files that have not changed since."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from cleanspam.cli.command import command
from cleanspam.cli.guard import Complaints
from cleanspam.cli.language import amount, tr
from cleanspam.cli.options import NoFsync
from cleanspam.cli.progress import counting
from cleanspam.cli.session import say
from cleanspam.errors import CleanspamError, told

if TYPE_CHECKING:  # a pipe does not import what it does not need
    from cleanspam.corpus.chunk import CutRecord
    from cleanspam.corpus.cutlog import LoggedFile
    from cleanspam.corpus.restore import Restorer

Words = Annotated[
    Optional[list[Path]],
    typer.Argument(
        metavar="LOG... [PATH]...",
        show_default=False,
        help="Cut logs that --in-place or --log wrote, several for a run in shards. "
        "Paths after them: restore only these files and folders.",
    ),
]
Last = Annotated[bool, typer.Option("--last", help="Use the newest log of this folder.")]
Root = Annotated[
    Optional[Path],
    typer.Option(
        "--root",
        metavar="DIR",
        show_default=False,
        help="The folder where the files of the log are now. No file outside of it is written.",
    ),
]
OnlyRules = Annotated[
    Optional[list[str]],
    typer.Option("--only", metavar="ID", show_default=False, help="Restore only the cuts of this rule. Repeatable."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary on stderr.")]


@command
def restore(
    words: Words = None,
    last: Last = False,
    root: Root = None,
    only: OnlyRules = None,
    no_fsync: NoFsync = False,
    quiet: Quiet = False,
) -> int:
    """Put back what a run cut. A file that has changed since then stays as it is.

    Examples:

    cleanspam restore --last

    cleanspam restore cuts.jsonl --only asked-anywhere corpus/news

    cleanspam restore cuts.jsonl --root /data/corpus
    """
    from cleanspam.cli.logs import split_words
    from cleanspam.corpus.cutlog import require_log

    logs, paths = split_words(words or [], last=last)
    for log in logs:
        require_log(log)
    for log in logs:
        _require_rules(log, only or ())
    restoring = _Restoring(paths, frozenset(only or ()), fsync=not no_fsync, quiet=quiet)
    for log in reversed(logs):  # the last run first, for it may have cleaned the result of an earlier run
        restoring.restore(log, root)
    return restoring.end()


class _Restoring:
    """Restores from one log or several, and counts the cuts put back and the failures."""

    def __init__(self, paths: list[Path], only: frozenset[str], *, fsync: bool, quiet: bool) -> None:
        from cleanspam.corpus.clean_file import absolute

        self._roots = {absolute(path): path for path in paths}
        self._met: set[str] = set()  # the chosen paths that are in a log
        self._only, self._fsync, self._quiet = only, fsync, quiet
        self._complaints = Complaints()
        self._cuts = self._files = self._there = 0

    def restore(self, log: Path, told_root: Path | None) -> None:
        """Put back the chosen cuts of one log."""
        from cleanspam.cli.logs import root_of
        from cleanspam.corpus import cutlog
        from cleanspam.corpus.restore import RestoreLock, Restorer

        root = root_of(log, told_root)
        histories = [history for history in cutlog.histories(log, root) if any(entry.line.cuts for entry in history)]
        with closing(cutlog.LogWriter(log, fsync=self._fsync, append=True)) as writer, closing(RestoreLock(root)) as lock:
            by = Restorer(log, root, self._is_wanted, writer, lock, self._fsync)
            for history in counting(histories, quiet=self._quiet):
                if self._is_chosen(history[-1].line.file):
                    self._restore_file(history, by)

    def _restore_file(self, history: "list[LoggedFile]", by: "Restorer") -> None:
        from cleanspam.corpus.restore import restore_history

        try:
            done = restore_history(history, by)
        except Exception as error:  # any error of a library, for the other files go on
            self._complaints.add(told(error, history[-1].line.file))
            return
        if done.problem:
            self._complaints.add(done.problem)
        self._cuts, self._there = self._cuts + done.put_back, self._there + done.there
        self._files += done.put_back > 0

    def end(self) -> int:
        """Print the summary and return the exit code."""
        for place, path in self._roots.items():
            if place not in self._met:
                self._complaints.add(f"{path}: the log has no cut in such a file")
        code = self._complaints.code
        if not self._quiet:
            say(tr("{0} put back into {1}", amount(self._cuts, "cut"), amount(self._files, "file")))
            if self._there:
                say(tr("{0} already there", amount(self._there, "cut")))
        return code

    def _is_chosen(self, file: str) -> bool:
        above = {root for root in self._roots if file == root or Path(root) in Path(file).parents}
        self._met |= above
        return bool(above) or not self._roots

    def _is_wanted(self, record: "CutRecord") -> bool:
        return not self._only or not self._only.isdisjoint(record.rules)


def _require_rules(log: Path, only: Iterable[str]) -> None:
    """Raise CleanspamError if a rule has no cut in the log. The message names the rules that have cuts."""
    from cleanspam.corpus import cutlog

    if not only:
        return
    known = cutlog.rules_of(log)
    for rule in only:
        if rule not in known:
            rules = ", ".join(name for name, _ in known.most_common(8)) or "none"
            raise CleanspamError(f"the log has no cut by {rule!r}; those that cut most: {rules}")
