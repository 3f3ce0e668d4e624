"""`cleanspam clean`, which is also `cleanspam` without a command: the filter, one file, or a corpus."""

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from cleanspam.cli.filter import LARGE, Filter
from cleanspam.cli.guard import guarded
from cleanspam.cli.options import CutFlagged, CutRules, NoDefault, Only, Paths, Quiet, Rules, Without
from cleanspam.cli.pick import (
    As,
    Encoding,
    Exclude,
    Fields,
    FilesFrom,
    FollowLinks,
    Hidden,
    Include,
    Jobs,
    JsonSummary,
    KeepTimes,
    Log,
    NoFsync,
    Null,
    Resume,
)
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.session import STDIN, Inputs
from cleanspam.errors import CleanspamError

Output = Annotated[
    Optional[Path],
    typer.Option(
        "--output",
        "-o",
        metavar="DIR|FILE",
        show_default=False,
        help="Write a cleaned copy of every file below DIR, or of one file into FILE.",
    ),
]
InPlace = Annotated[
    bool,
    typer.Option(
        "--in-place", "-i", help="Replace each file by its cleaned text, and log what was cut for `cleanspam restore`."
    ),
]
Shards = Annotated[
    Optional[str],
    typer.Option(
        "--shard",
        metavar="I/N",
        rich_help_panel="Running",
        show_default=False,
        help="Clean the I-th of N fixed shares of the files: one machine, or one task of an array, for each.",
    ),
]
OnlyRead = Annotated[
    bool,
    typer.Option(
        "--only-read", rich_help_panel="Files", help="With --output: do not copy the files that are not read, like pictures."
    ),
]
LineBuffered = Annotated[
    bool, typer.Option("--line-buffered", help="Judge and write line by line: for a pipe that somebody watches.")
]
ShowDiff = Annotated[bool, typer.Option("--diff", help="Also show on stderr what is cut.")]


@guarded
def clean(
    context: typer.Context,
    paths: Paths = None,
    output: Output = None,
    in_place: InPlace = False,
    line_buffered: LineBuffered = False,
    diff: ShowDiff = False,
    quiet: Quiet = False,
    include: Include = None,
    exclude: Exclude = None,
    hidden: Hidden = False,
    follow_links: FollowLinks = False,
    files_from: FilesFrom = None,
    null: Null = False,
    as_: As = None,
    field: Fields = None,
    encoding: Encoding = "auto",
    jobs: Jobs = None,
    log: Log = None,
    resume: Resume = False,
    no_fsync: NoFsync = False,
    keep_times: KeepTimes = False,
    json_summary: JsonSummary = None,
    shard: Shards = None,
    only_read: OnlyRead = False,
    rules: Rules = None,
    no_default_rules: NoDefault = False,
    only: Only = None,
    without: Without = None,
    cut_flagged: CutFlagged = False,
    cut: CutRules = None,
) -> int | None:
    """Write a text without its planted parentheticals; one file or standard input to standard output, more to --output.

    Examples:

    cleanspam < in.txt > out.txt

    cleanspam clean corpus/ --output cleaned/

    cleanspam clean corpus/ --in-place --field text --jobs 8
    """
    if not paths and not files_from and sys.stdin.isatty():
        typer.echo((context.parent or context).get_help())
        return None
    choice = RuleChoice(rules, no_default_rules, only, without, cut_flagged, cut)
    if output or in_place:
        from cleanspam.cli.corpus import ShowOptions, clean_corpus
        from cleanspam.corpus.job import FileOptions
        from cleanspam.corpus.run import CleanOptions
        from cleanspam.corpus.walk import Selection, Shard

        share = Shard.parse(shard) if shard else None
        select = Selection(include or (), exclude or (), hidden, follow_links, as_, share)
        files = FileOptions(tuple(field or ()), encoding, not no_fsync, keep_times)
        options = CleanOptions(
            output=output, in_place=in_place, log=log, resume=resume, jobs=jobs, hunks=diff, only_read=only_read
        )
        show = ShowOptions(quiet=quiet, json_summary=json_summary, files_from=files_from, null=null)
        return clean_corpus(paths or [], choice, select, files, options, show)
    if log or resume or files_from or json_summary or shard:
        raise CleanspamError("--log, --resume, --files-from, --json-summary and --shard need --output DIR or --in-place")
    if (paths and len(paths) > 1) or (paths and paths[0].is_dir()):
        raise CleanspamError("several files cannot share standard output; name a folder with --output DIR, or --in-place")
    inputs = Inputs(paths, as_, field or (), encoding)
    return Filter(inputs, choice, line_buffered, diff, quiet).run(jobs or _jobs_for(paths))


def _jobs_for(paths: list[Path] | None) -> int:
    """Return the cores for one source that nobody named a number for: one, but all for a large file."""
    if not paths or paths[0] == STDIN or paths[0].stat().st_size < LARGE:
        return 1
    from cleanspam.corpus.workers import cores

    return cores()
