"""`cleanspam clean`, which is also `cleanspam` without a command: the filter, one file, or a corpus."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from cleanspam.cli.command import command, option
from cleanspam.cli.filter import Filter, default_jobs
from cleanspam.cli.options import FILES, RUNNING, FileOptions, FormatOptions, Jobs, NoFsync, Quiet, RuleOptions
from cleanspam.cli.session import STDIN, Inputs
from cleanspam.errors import CleanspamError

if TYPE_CHECKING:
    from cleanspam.corpus.run import CleanOptions
    from cleanspam.corpus.walk import Shard


Paths = Annotated[
    Optional[list[Path]],
    typer.Argument(metavar="[PATH]...", show_default=False, help="Files and folders. Default, and -: standard input."),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetOptions:
    """The options for the target of the cleaned texts."""

    output: Annotated[
        Optional[Path],
        option(
            "--output",
            "-o",
            metavar="DIR|FILE",
            help="Write a cleaned copy of every file into the folder DIR, or of one file into FILE.",
        ),
    ] = None
    in_place: Annotated[
        bool,
        option("--in-place", "-i", help="Replace each file by its cleaned text. A cut log lets `cleanspam restore` undo it."),
    ] = False
    only_read: Annotated[
        bool,
        option("--only-read", panel=FILES, help="With --output: do not copy files that cannot be cleaned, such as pictures."),
    ] = False
    diff: Annotated[bool, option("--diff", help="Also show on stderr what is cut.")] = False
    line_buffered: Annotated[
        bool, option("--line-buffered", help="Judge and write each line by itself, for a pipe that is watched live.")
    ] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """The options of a run over many files."""

    jobs: Jobs = None
    log: Annotated[
        Optional[Path],
        option(
            "--log",
            metavar="FILE",
            panel=RUNNING,
            help="Write a cut log to FILE, for `cleanspam restore`. "
            "--in-place always writes one, by default into .cleanspam/log.",
        ),
    ] = None
    resume: Annotated[
        bool, option("--resume", panel=RUNNING, help="Continue an interrupted run, without the files that it finished.")
    ] = False
    no_fsync: NoFsync = False
    keep_times: Annotated[bool, option("--keep-times", panel=RUNNING, help="Keep the modification times of the originals.")] = (
        False
    )
    json_summary: Annotated[
        Optional[Path], option("--json-summary", metavar="FILE", panel=RUNNING, help="Write the summary to FILE as JSON.")
    ] = None
    shard: Annotated[
        Optional[str],
        option(
            "--shard",
            metavar="I/N",
            panel=RUNNING,
            help="Clean only share I of N of the files. Each machine, or task of an array job, takes one share.",
        ),
    ] = None

    def options(self, target: TargetOptions) -> "CleanOptions":
        """Return the options for the library's batch."""
        from cleanspam.corpus.run import CleanOptions

        return CleanOptions(
            output=target.output,
            in_place=target.in_place,
            log=self.log,
            resume=self.resume,
            jobs=self.jobs,
            hunks=target.diff,
            only_read=target.only_read,
        )

    def share(self) -> "Shard | None":
        """Return the share of --shard. Raises CleanspamError."""
        from cleanspam.corpus.walk import Shard

        return Shard.parse(self.shard) if self.shard else None

    def needs_target(self) -> bool:
        """Tell whether the user gave an option that needs --output or --in-place."""
        return bool(self.log or self.resume or self.json_summary or self.shard)


@command
def clean(
    context: typer.Context,
    paths: Paths = None,
    *,
    target: TargetOptions,
    files: FileOptions,
    formats: FormatOptions,
    running: RunOptions,
    rules: RuleOptions,
    quiet: Quiet = False,
) -> int | None:
    """Write texts without their planted passages: one file or standard input to standard output, several files to --output.

    Examples:

    cleanspam < in.txt > out.txt

    cleanspam clean corpus/ --output cleaned/

    cleanspam clean corpus/ --in-place --field text --jobs 8
    """
    if not paths and not files.files_from and sys.stdin.isatty():
        typer.echo(context.get_help())
        return None
    if target.output or target.in_place:
        from cleanspam.cli.corpus import clean_corpus
        from cleanspam.corpus.job import FileOptions as JobOptions

        job = JobOptions(tuple(formats.field or ()), formats.encoding, not running.no_fsync, running.keep_times)
        options, select = running.options(target), replace(files.selection(formats.as_), shard=running.share())
        named = [*(paths or ()), *files.listed()]
        return clean_corpus(named, rules.choice(), select, job, options, quiet=quiet, json_summary=running.json_summary)
    if running.needs_target() or files.files_from:
        raise CleanspamError("--log, --resume, --files-from, --json-summary and --shard need --output DIR or --in-place")
    if (paths and len(paths) > 1) or (paths and paths[0].is_dir()):
        raise CleanspamError("several files cannot share standard output; name a folder with --output DIR, or --in-place")
    inputs = Inputs(paths, formats.as_, formats.field or (), formats.encoding, files.selection(formats.as_))
    jobs = 1 if target.line_buffered else default_jobs(paths[0] if paths else STDIN)
    return Filter(inputs, rules.choice(), target.line_buffered, target.diff, quiet).run(running.jobs or jobs)
