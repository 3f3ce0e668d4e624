"""`cleanspam restore`: puts back what a run cut, into files that are still what its log says."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from cleanspam.cli.guard import ERROR, complain, guarded
from cleanspam.cli.pick import NoFsync
from cleanspam.cli.session import say
from cleanspam.errors import CleanspamError, counted, told

if TYPE_CHECKING:
    from cleanspam.corpus.cutlog import LoggedFile  # imports json, which a pipe does not wait for

LogFile = Annotated[
    Path, typer.Argument(metavar="LOG", show_default=False, help="A cut log, as --in-place and --log write it.")
]
OnlyPaths = Annotated[
    Optional[list[Path]],
    typer.Argument(metavar="[PATH]...", show_default=False, help="Only these files, and those below these folders."),
]
OnlyRules = Annotated[
    Optional[list[str]],
    typer.Option("--only", metavar="ID", show_default=False, help="Only the cuts that this rule spoke for. Repeatable."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary on stderr.")]


@guarded
def restore(
    log: LogFile, paths: OnlyPaths = None, only: OnlyRules = None, no_fsync: NoFsync = False, quiet: Quiet = False
) -> int:
    """Put back what a run cut. A file that has changed since is refused; the others go on.

    Examples:

    cleanspam restore .cleanspam/log/20260722-101500-4711.jsonl

    cleanspam restore cuts.jsonl --only shop-howto corpus/news
    """
    from cleanspam.corpus import cutlog
    from cleanspam.corpus.restore import restore_file
    from cleanspam.disk.atomic import sweep

    if not log.is_file():
        raise CleanspamError(f"{log}: no such log; --in-place says where it keeps its own, --log FILE where you want it")
    _require_rules(log, only or ())
    wanted = frozenset(only or ())
    cuts = files = failed = there = 0
    with closing(cutlog.LogWriter(log, fsync=not no_fsync, append=True)) as writer:
        entries = list(_chosen(cutlog.entries(log), paths))
        sweep({Path(entry.line.file).parent for entry in entries})  # what a restore left that was killed
        for entry in entries:
            try:
                done = restore_file(
                    log, entry, lambda taking: not wanted or not wanted.isdisjoint(taking.rules), writer, fsync=not no_fsync
                )
            except Exception as error:  # whatever a library raises at one file, the others go on
                failed = complain(told(error, entry.line.file), ERROR)
                continue
            cuts, there, files = cuts + done.put_back, there + done.there, files + (done.put_back > 0)
    if not quiet:
        say(f"{counted(cuts, 'cut')} put back into {counted(files, 'file')}")
        if there:
            say(f"{there:,} {'was' if there == 1 else 'were'} there already")
    return failed


def _chosen(entries: "Iterable[LoggedFile]", paths: list[Path] | None) -> "Iterable[LoggedFile]":
    """Return the entries with cuts of the files that `paths` name, all of them without any."""
    from cleanspam.corpus.clean_file import absolute

    roots = [Path(absolute(path)) for path in paths or ()]
    for entry in entries:
        file = Path(entry.line.file)
        if entry.line.cuts and (not roots or any(file == root or root in file.parents for root in roots)):
            yield entry


def _require_rules(log: Path, only: Iterable[str]) -> None:
    """Raise CleanspamError, with the rules that did, if a rule cut nothing."""
    from cleanspam.corpus import cutlog

    if not only:
        return
    known = cutlog.rules_of(log)
    for rule in only:
        if rule not in known:
            rules = ", ".join(name for name, _ in known.most_common(8)) or "none"
            raise CleanspamError(f"the log has no cut by {rule!r}; those that cut most: {rules}")
