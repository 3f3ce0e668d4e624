"""`cleanspam mine`: counts parentheticals, and drafts rules for those that look planted but are not cut."""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from cleanspam.cli.command import command
from cleanspam.cli.configfile import POSITIVE
from cleanspam.cli.language import amount, tr
from cleanspam.cli.options import FileOptions, FormatOptions, Paths, Quiet, RuleFileOptions
from cleanspam.cli.output import require_new
from cleanspam.cli.reading import Reading
from cleanspam.cli.session import say
from cleanspam.cli.values import taking
from cleanspam.disk import atomic
from cleanspam.judge.cleaner import Cleaner
from cleanspam.text.diff import visible

if TYPE_CHECKING:
    from cleanspam.workshop.mine import Group, ParentheticalCensus

EVERY = 1000  # the number of documents between two lines of progress


@command
def mine(
    paths: Paths = None,
    database: Annotated[
        Optional[Path],
        typer.Option(
            "--database",
            metavar="FILE",
            show_default=False,
            help="Keep the counts in this SQLite file. A later run with the same file continues them.",
        ),
    ] = None,
    write: Annotated[
        Optional[Path],
        typer.Option("--write", metavar="FILE", show_default=False, help="Write candidate rules, ready for `rules prove`."),
    ] = None,
    least: Annotated[
        int,
        typer.Option(
            "--least",
            metavar="N",
            parser=taking(POSITIVE, int),
            help="A parenthetical that stands alone between clause marks in N documents is a candidate.",
        ),
    ] = 3,
    top: Annotated[int, typer.Option("--top", metavar="N", parser=taking(POSITIVE, int), help="Show N groups.")] = 20,
    *,
    files: FileOptions,
    formats: FormatOptions,
    rules: RuleFileOptions,
    quiet: Quiet = False,
) -> int:
    """Count the parentheticals of a corpus, and group those that look planted but that no rule cuts.

    Each group is shown with legitimate parentheticals that have the same ending.

    Examples:

    cleanspam mine corpus/ --database census.db --write candidates.rules

    cleanspam rules prove candidates.rules
    """
    require_new("--write", write, paths or [Path()])
    require_new("--database", database, paths or [Path()])
    reading = Reading(paths, files, formats, quiet=quiet)
    with tempfile.TemporaryDirectory() as folder:
        found = _groups(database or Path(folder) / "census.db", rules.choice().cleaner(), reading, least, quiet=quiet)
    for group in found[:top]:
        _print_group(group)
    if write:
        _write_rules(write, found)
    if not quiet:
        candidates = sum(len(group.candidates) for group in found)
        say(tr("{0} in {1}", amount(candidates, "candidate"), amount(len(found), "group")))
    reading.require_files()
    return reading.code


def _groups(database: Path, cleaner: Cleaner, reading: Reading, least: int, *, quiet: bool) -> list["Group"]:
    """Count the parentheticals that are read, and group the candidates."""
    from cleanspam.workshop.mine import ParentheticalCensus, groups  # imports sqlite3, needed only here

    with closing(ParentheticalCensus(database, cleaner)) as census:
        _read(census, reading, quiet)
        return groups(census, least)


def _write_rules(file: Path, found: list["Group"]) -> None:
    from cleanspam.workshop.mine import rule_file

    with atomic.replacing(file) as sink:
        sink.write(rule_file(found).encode("utf-8"))


def _read(census: "ParentheticalCensus", reading: Reading, quiet: bool) -> None:
    number = known = 0

    def take(text: str) -> None:
        nonlocal number, known
        number, known = number + 1, known + (not census.read(text))
        if not quiet and number % EVERY == 0:
            say(tr("{0} read, {1} of them known before", amount(number, "document"), f"{known:,}"))

    reading.each_text(take)


def _print_group(group: "Group") -> None:
    typer.echo(f"{visible(group.head)}  ({amount(len(group.candidates), 'text')})")
    for entry in group.candidates[:5]:
        typer.echo(f"  {entry.documents:>5}  {visible(entry.contexts[0])}")
    for entry in group.legitimate:
        typer.echo(f"  {tr('stays')}  {visible(entry.contexts[0].replace('[-', '').replace('-]', ''))}")
