"""Options of the commands that read corpora: which files, in which format, and how they are worked on."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Optional

import typer

from cleanspam.corpus.ignore import GIT_IGNORE, IGNORE_FILE
from cleanspam.corpus.walk import Selection, listed

_FILES, _FORMAT, _RUN = "Files", "Formats", "Running"

Include = Annotated[
    Optional[list[str]],
    typer.Option(
        "--include",
        metavar="GLOB",
        rich_help_panel=_FILES,
        show_default=False,
        help="Below a folder, only these files. Repeatable, in .gitignore's syntax.",
    ),
]
Exclude = Annotated[
    Optional[list[str]],
    typer.Option(
        "--exclude",
        metavar="GLOB",
        rich_help_panel=_FILES,
        show_default=False,
        help="Below a folder, not these. Repeatable; a .cleanspamignore in a folder does the same.",
    ),
]
Hidden = Annotated[
    bool, typer.Option("--hidden", rich_help_panel=_FILES, help="Also take files and folders with a leading dot.")
]
FollowLinks = Annotated[
    bool, typer.Option("--follow-links", rich_help_panel=_FILES, help="Follow links to folders and out of the tree.")
]
FilesFrom = Annotated[
    Optional[Path],
    typer.Option(
        "--files-from",
        metavar="FILE",
        rich_help_panel=_FILES,
        show_default=False,
        help="Read the paths from FILE (- is standard input), one a line.",
    ),
]
Null = Annotated[
    bool,
    typer.Option("--null", "-0", rich_help_panel=_FILES, help="With --files-from: paths end in NUL, as from find -print0."),
]
As = Annotated[
    Optional[str],
    typer.Option(
        "--as",
        metavar="FORMAT",
        rich_help_panel=_FORMAT,
        show_default=False,
        help="Read every file as text, html, jsonl, json, csv, tsv, parquet, arrow or warc, whatever its suffix.",
    ),
]
Fields = Annotated[
    Optional[list[str]],
    typer.Option(
        "--field",
        metavar="PATH",
        rich_help_panel=_FORMAT,
        show_default=False,
        help="The texts of a record: text, messages[].content, a column. Repeatable; without it, text and content.",
    ),
]
Encoding = Annotated[
    str,
    typer.Option("--encoding", metavar="NAME", rich_help_panel=_FORMAT, help="utf-8, gb18030, big5, utf-16, or auto."),
]
Jobs = Annotated[
    Optional[int],
    typer.Option(
        "--jobs",
        "-j",
        metavar="N",
        min=1,
        rich_help_panel=_RUN,
        show_default=False,
        help="Work on N cores; without it, on all.",
    ),
]
ForceExclude = Annotated[
    bool,
    typer.Option(
        "--force-exclude",
        rich_help_panel=_FILES,
        help="Ignore files and --exclude also hold for named files.",
    ),
]
GitIgnore = Annotated[
    Optional[bool],
    typer.Option(
        "--gitignore/--no-gitignore",
        rich_help_panel=_FILES,
        show_default=False,
        help="Let .gitignore hold. Without either, it does where no path is named.",
    ),
]
NoIgnore = Annotated[bool, typer.Option("--no-ignore", rich_help_panel=_FILES, help="Let no ignore file hold.")]
AllowEmpty = Annotated[
    bool, typer.Option("--allow-empty", rich_help_panel=_FILES, help="Succeed also where there is no file to look at.")
]
Log = Annotated[
    Optional[Path],
    typer.Option(
        "--log",
        metavar="FILE",
        rich_help_panel=_RUN,
        show_default=False,
        help="Write what is cut to FILE, for `cleanspam restore`. --in-place always does, without it below .cleanspam/log.",
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", rich_help_panel=_RUN, help="Go on with an interrupted run: files that it finished are not done again."
    ),
]
NoFsync = Annotated[
    bool,
    typer.Option(
        "--no-fsync",
        rich_help_panel=_RUN,
        help="Do not wait for the disk: faster with many small files; a power cut may then lose what was just written.",
    ),
]
KeepTimes = Annotated[
    bool, typer.Option("--keep-times", rich_help_panel=_RUN, help="Give cleaned files the times of the originals.")
]
JsonSummary = Annotated[
    Optional[Path],
    typer.Option(
        "--json-summary", metavar="FILE", rich_help_panel=_RUN, show_default=False, help="Write the summary to FILE as JSON."
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class FormatOptions:
    """In which format files are read."""

    as_: As = None
    field: Fields = None
    encoding: Encoding = "auto"


@dataclass(frozen=True, kw_only=True, slots=True)
class FileOptions:
    """Which files a command reads."""

    include: Include = None
    exclude: Exclude = None
    hidden: Hidden = False
    follow_links: FollowLinks = False
    files_from: FilesFrom = None
    null: Null = False
    force_exclude: ForceExclude = False
    gitignore: GitIgnore = None
    no_ignore: NoIgnore = False

    def selection(self, format_name: str | None, *, is_named: bool = True) -> Selection:
        """Return the same for those who walk folders; `is_named` tells whether the user named a path."""
        has_git = self.gitignore if self.gitignore is not None else not is_named
        return Selection(
            self.include or (),
            self.exclude or (),
            self.hidden,
            self.follow_links,
            format_name,
            ignore_files=() if self.no_ignore else (GIT_IGNORE, IGNORE_FILE) if has_git else (IGNORE_FILE,),
            force_exclude=self.force_exclude,
        )


def list_paths(file: Path | None, *, by_nul: bool) -> list[Path]:
    """Return the paths that --files-from names; - is standard input. Raises OSError."""
    if file is None:
        return []
    if file == Path("-"):
        return listed(sys.stdin.buffer, by_nul=by_nul)
    with file.open("rb") as source:
        return listed(source, by_nul=by_nul)
