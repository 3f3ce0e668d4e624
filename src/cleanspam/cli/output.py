"""Writes reports to a file or standard output, in the chosen format. A file is replaced as a whole."""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Optional

from cleanspam.ci.reports import REPORTS
from cleanspam.cli import completion
from cleanspam.cli.command import option
from cleanspam.corpus.walk import HEAD, is_own_file
from cleanspam.disk import atomic
from cleanspam.errors import CleanspamError, SettingError, nearest_of
from cleanspam.formats.registry import detect_type
from cleanspam.text.latepattern import late_pattern

_PANEL = "Report"
# The starts of reports: concise and full, github, gitlab, junit, the page of `cleanspam report`, and a summary.
_REPORT_RE = late_pattern(
    rb"""
    [^\n]+:(?:[0-9]+:[0-9]+|record\ [0-9]+,[^\n]*?):\ [a-z0-9-]+(?:\ \([a-z\ ]+\))?:[\ ]
    | ::(?:error|warning|notice)[\ ] | \[\s*\{\s*"description": | <\?xml[^>]*>\s*<testsuites\ [^>]*cleanspam
    | <!doctype\ html>.{0,300}cleanspam | \{\s*"files":\ [0-9]+,\s*"changed":
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportOptions:
    """The options for the format of a report, and for its file."""

    format_: Annotated[
        Optional[str],
        option(
            "--format",
            metavar="NAME",
            panel=_PANEL,
            autocompletion=completion.words(REPORTS),
            help=f"{', '.join(REPORTS)}. Default: github in GitHub Actions, else concise.",
        ),
    ] = None
    as_json: Annotated[bool, option("--json", panel=_PANEL, help="The same as --format json.")] = False
    output_file: Annotated[
        Optional[Path],
        option("--output-file", metavar="FILE", panel=_PANEL, help="Write the report to FILE instead of standard output."),
    ] = None


def choose_format(options: ReportOptions) -> str:
    """Return the name of the report's format: the user's choice, else the default of the CI server. Raises CleanspamError."""
    name = options.format_
    if options.as_json:
        if name not in (None, "json"):
            raise CleanspamError(f"--json and --format {name} are two formats; leave one out")
        return "json"
    if name is None:
        is_action = os.environ.get("GITHUB_ACTIONS") == "true" and options.output_file is None
        return "github" if is_action else "concise"
    if name not in REPORTS:
        raise SettingError("format", f"unknown format {name!r}{nearest_of(name, REPORTS)}")
    return name


def find_roots() -> tuple[str, ...]:
    """Return the possible roots of the repository, the CI server's, else git's. File names in reports are relative to it."""
    named = [os.environ[name] for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR") if os.environ.get(name)]
    here = os.path.realpath(os.curdir)
    while not named and here:
        if os.path.exists(os.path.join(here, ".git")):  # noqa: PTH110, PTH118 (real paths, as strings)
            named.append(here)
        above = os.path.dirname(here)  # noqa: PTH120 (the same)
        here = "" if above == here else above
    return tuple(map(os.path.realpath, named))


def require_new(option: str, file: Path | None, paths: Iterable[Path]) -> None:
    """Raise CleanspamError if an output file is also an input, which would be lost.

    A report of an earlier run is no input, wherever it lies.
    """
    if file is None or not file.is_file() or not file.stat().st_size:
        return
    real = os.path.realpath(file)
    inputs = {os.path.realpath(path) for path in paths}
    is_below = detect_type(file) and any(real.startswith(os.path.join(path, "")) for path in inputs)  # noqa: PTH118 (a prefix)
    if real in inputs or (is_below and not _is_report(file)):
        raise CleanspamError(f"{option} {file} is one of the inputs; name another file")


def _is_report(file: Path) -> bool:
    """Tell whether a file begins like a report of cleanspam."""
    with file.open("rb") as source:
        head = source.read(HEAD)
    return is_own_file(head) or _REPORT_RE.match(head) is not None


def write(pieces: Iterable[str], output_file: Path | None) -> None:
    """Write the pieces of a report in UTF-8, whatever the locale. A file is replaced once the report is complete."""
    if output_file is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode())
        sys.stdout.buffer.flush()
        return
    with atomic.replacing(output_file) as sink:
        for piece in pieces:
            sink.write(piece.encode())
