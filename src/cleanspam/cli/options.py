"""The options that several commands share: a dataclass for each panel of the help."""

import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from cleanspam.cli import completion
from cleanspam.cli.command import FROM_CONTEXT, option
from cleanspam.cli.configfile import POSITIVE
from cleanspam.cli.configured import folder_of
from cleanspam.cli.language import tr
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.values import taking
from cleanspam.corpus.ignore import GIT_IGNORE, IGNORE_FILE
from cleanspam.corpus.walk import Selection, listed
from cleanspam.disk.encodings import AUTO, find_codec
from cleanspam.errors import CleanspamError, FormatError, SettingError, nearest_of
from cleanspam.formats.registry import NAMES, SUFFIXES, OwnSuffixes, read_suffixes, suffix_of_glob

RULES, FILES, FORMATS, RUNNING = "Rules", "Files", "Formats", "Running"
Paths = Annotated[
    Optional[list[Path]],
    typer.Argument(
        metavar="[PATH]...", show_default=False, help="Files and folders. Default: the current folder. - is standard input."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary on stderr.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Jobs = Annotated[
    Optional[int],
    option("--jobs", "-j", metavar="N", parser=taking(POSITIVE, int), panel=RUNNING, help="Use N cores. Default: all."),
]
AllowEmpty = Annotated[bool, option("--allow-empty", panel=FILES, help="Succeed even if there is no file to read.")]
NoFsync = Annotated[
    bool,
    option(
        "--no-fsync",
        panel=RUNNING,
        help="Do not wait until files are on the disk. "
        "This is faster with many small files, but a power cut may lose the last ones.",
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleFileOptions:
    """The options for rule files."""

    rules: Annotated[
        Optional[list[Path]], option("--rules", metavar="FILE|DIR", panel=RULES, help="Add rule files. Repeatable.")
    ] = None
    no_default_rules: Annotated[
        bool, option("--no-default-rules", panel=RULES, help="Leave out the shipped rules and those in .cleanspam folders.")
    ] = False

    def choice(self) -> RuleChoice:
        """Return the choice of rules."""
        return RuleChoice(self.rules, self.no_default_rules)


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleOptions(RuleFileOptions):
    """The options for rule files, for choosing rules, and for what rules do."""

    only: Annotated[
        Optional[list[str]],
        option(
            "--only",
            metavar="ID",
            panel=RULES,
            autocompletion=completion.rule_ids,
            help="Use only this cut or flag rule. Keep rules still apply. Repeatable.",
        ),
    ] = None
    without: Annotated[
        Optional[list[str]],
        option(
            "--without", metavar="ID", panel=RULES, autocompletion=completion.rule_ids, help="Leave out a rule. Repeatable."
        ),
    ] = None
    cut_flagged: Annotated[bool, option("--cut-flagged", panel=RULES, help="Cut everything that would only be flagged.")] = (
        False
    )
    cut: Annotated[
        Optional[list[str]],
        option(
            "--cut",
            metavar="ID|GLOB",
            panel=RULES,
            autocompletion=completion.flag_rule_ids,
            help="Let this flag rule cut. Repeatable.",
        ),
    ] = None

    def choice(self) -> RuleChoice:
        """Return the choice of rules."""
        return RuleChoice(self.rules, self.no_default_rules, self.only, self.without, self.cut_flagged, self.cut)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormatOptions:
    """The options for format and encoding."""

    as_: Annotated[
        Optional[str],
        option(
            "--as",
            metavar="FORMAT",
            panel=FORMATS,
            autocompletion=completion.words(NAMES),
            help="Read every file as text, html, jsonl, json, csv, tsv, parquet, arrow or warc, whatever its suffix.",
        ),
    ] = None
    field: Annotated[
        Optional[list[str]],
        option(
            "--field",
            metavar="PATH",
            panel=FORMATS,
            help="The field of a record to clean: text, messages[].content, or a column. Repeatable. "
            "Default: text and content.",
        ),
    ] = None
    encoding: Annotated[
        str,
        typer.Option(
            "--encoding",
            metavar="NAME",
            rich_help_panel=FORMATS,
            autocompletion=completion.words(completion.ENCODINGS),
            help="The encoding of texts: utf-8, gb18030, big5, utf-16, or auto.",
        ),
    ] = AUTO

    def __post_init__(self) -> None:
        if self.as_ is not None and self.as_ not in NAMES:
            raise SettingError("as", f"unknown format {self.as_!r}{nearest_of(self.as_, NAMES)}")
        try:
            find_codec(self.encoding if self.encoding != AUTO else "utf-8")
        except FormatError as error:
            raise SettingError("encoding", str(error)) from error


def _folder_of(name: str) -> Any:
    return field(default="", metadata={FROM_CONTEXT: partial(folder_of, parameter=name)})


@dataclass(frozen=True, kw_only=True, slots=True)
class FileOptions:
    """The options for choosing files."""

    include: Annotated[
        Optional[list[str]],
        option(
            "--include",
            metavar="GLOB",
            panel=FILES,
            help="Read only these files of a folder. Repeatable, in .gitignore syntax. "
            "*.foo also lets .foo files be read, as text.",
        ),
    ] = None
    exclude: Annotated[
        Optional[list[str]],
        option(
            "--exclude",
            metavar="GLOB",
            panel=FILES,
            help="Leave out these files of a folder. Repeatable. A .cleanspamignore file in a folder does the same.",
        ),
    ] = None
    suffix: Annotated[
        Optional[list[str]],
        option("--suffix", metavar=".FOO=FORMAT", panel=FILES, help="Read files of this suffix as FORMAT. Repeatable."),
    ] = None
    hidden: Annotated[
        bool, option("--hidden", panel=FILES, help="Also read files and folders whose names begin with a dot.")
    ] = False
    follow_links: Annotated[
        bool,
        option("--follow-links", panel=FILES, help="Follow symbolic links to folders, and to files outside the named folder."),
    ] = False
    files_from: Annotated[
        Optional[Path],
        option(
            "--files-from", metavar="FILE", panel=FILES, help="Read the paths from FILE, one per line. - is standard input."
        ),
    ] = None
    null: Annotated[
        bool, option("--null", "-0", panel=FILES, help="With --files-from: paths end with NUL, as find -print0 writes them.")
    ] = False
    force_exclude: Annotated[
        bool, option("--force-exclude", panel=FILES, help="Apply ignore files and --exclude to named files, too.")
    ] = False
    gitignore: Annotated[
        Optional[bool],
        option(
            "--gitignore/--no-gitignore", panel=FILES, help="Whether .gitignore files apply. Default: only if no path is named."
        ),
    ] = None
    no_ignore: Annotated[bool, option("--no-ignore", panel=FILES, help="Apply no ignore file.")] = False
    # Globs of a configuration are relative to its folder, globs of the command line to each walked folder.
    include_from: str = _folder_of("include")
    exclude_from: str = _folder_of("exclude")

    def selection(self, format_name: str | None, *, is_named: bool = True) -> Selection:
        """Return the selection of files; `is_named` tells whether the user named a path."""
        has_git = self.gitignore if self.gitignore is not None else not is_named
        return Selection(
            self.include or (),
            self.exclude or (),
            self.hidden,
            self.follow_links,
            format_name,
            ignore_files=() if self.no_ignore else (GIT_IGNORE, IGNORE_FILE) if has_git else (IGNORE_FILE,),
            force_exclude=self.force_exclude,
            include_from=self.include_from,
            exclude_from=self.exclude_from,
            suffixes=self.suffixes(),
            is_list=self.force_exclude or self.files_from is not None,  # a hook names all committed files
        )

    def suffixes(self) -> OwnSuffixes:
        """Return the user's suffixes, each with its format. Raises CleanspamError."""
        named = dict(map(_suffix, self.suffix or ()))
        included = {suffix: "text" for glob in self.include or () if (suffix := suffix_of_glob(glob))}
        return read_suffixes({**included, **named})

    def listed(self) -> list[Path]:
        """Return the paths in the list of --files-from; - is standard input. Raises OSError."""
        if self.files_from is None:
            return []
        if self.files_from == Path("-"):
            return listed(sys.stdin.buffer, by_nul=self.null)
        with self.files_from.open("rb") as source:
            return listed(source, by_nul=self.null)


def suffix_table() -> str:
    """Return the table of suffixes for the end of a command's help."""
    rows = "; ".join(f"{name} {' '.join(suffixes)}" for name, suffixes in SUFFIXES.items())
    return f"{tr('Suffixes that are read, each also with .gz .bz2 .xz .zst behind it:')} {rows}"


def _suffix(word: str) -> tuple[str, str]:
    """Return the suffix and the format of a word like .foo=text. Raises CleanspamError."""
    suffix, is_pair, name = word.partition("=")
    if not is_pair:
        raise CleanspamError(f"--suffix {word}: write the suffix and its format, like --suffix .foo=text")
    return suffix, name
