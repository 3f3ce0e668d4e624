"""Where a report goes: its format, chosen or by the surroundings, and standard output or a file that is never half there."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Optional

import typer

from cleanspam.ci.reports import REPORTS
from cleanspam.disk import atomic
from cleanspam.errors import CleanspamError, nearest_of

_PANEL = "Report"
Format = Annotated[
    Optional[str],
    typer.Option(
        "--format",
        metavar="NAME",
        rich_help_panel=_PANEL,
        show_default=False,
        help=f"{', '.join(REPORTS)}; without it github in GitHub Actions, else concise.",
    ),
]
OutputFile = Annotated[
    Optional[Path],
    typer.Option(
        "--output-file",
        metavar="FILE",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Write the report there, not to standard output.",
    ),
]
FormatJson = Annotated[bool, typer.Option("--json", rich_help_panel=_PANEL, help="The same as --format json.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportOptions:
    """In which format a report is written, and where."""

    format_: Format = None
    as_json: FormatJson = False
    output_file: OutputFile = None


def choose_format(options: ReportOptions) -> str:
    """Return the format's name: what the user says, else what the surroundings ask for. Raises CleanspamError."""
    name = options.format_
    if options.as_json:
        if name not in (None, "json"):
            raise CleanspamError(f"--json and --format {name} are two formats; leave one out")
        return "json"
    if name is None:
        is_action = os.environ.get("GITHUB_ACTIONS") == "true" and options.output_file is None
        return "github" if is_action else "concise"
    if name not in REPORTS:
        raise CleanspamError(f"unknown format {name!r}{nearest_of(name, REPORTS)}")
    return name


def find_roots() -> tuple[str, ...]:
    """Return where the repository may begin that a CI server names files from: as the server says, else where git's is."""
    named = [os.environ[name] for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR") if os.environ.get(name)]
    here = os.path.realpath(os.curdir)
    while not named and here:
        if os.path.exists(os.path.join(here, ".git")):  # noqa: PTH110, PTH118 (real paths, as strings)
            named.append(here)
        above = os.path.dirname(here)  # noqa: PTH120 (the same)
        here = "" if above == here else above
    return tuple(map(os.path.realpath, named))


def write(pieces: Iterable[str], output_file: Path | None) -> None:
    """Write the pieces of a report in UTF-8, whatever the locale; a file is replaced when the report is whole."""
    if output_file is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode())
        sys.stdout.buffer.flush()
        return
    with atomic.replacing(output_file) as sink:
        for piece in pieces:
            sink.write(piece.encode())
