"""`cleanspam diff`: shows what would be cut, writes nothing."""

import difflib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from cleanspam.cli.command import command
from cleanspam.cli.guard import FOUND
from cleanspam.cli.options import FileOptions, FormatOptions, Paths, Quiet, RuleOptions
from cleanspam.cli.progress import Progress
from cleanspam.cli.session import Inputs, say, say_if_piped, say_if_slow, show_hunks, summary
from cleanspam.cli.terminal import context_width
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect, Totals
from cleanspam.corpus.summary import RunSummary
from cleanspam.errors import CleanspamError
from cleanspam.formats.registry import COMPRESSIONS
from cleanspam.formats.text import TextFormat
from cleanspam.text.diff import Hunk

ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if something would be cut.")]


Patch = Annotated[bool, typer.Option("--patch", help="Print a unified diff, which `git apply` and `patch -p1` take.")]


@command
def diff(
    paths: Paths = None,
    exit_code: ExitCode = False,
    patch: Patch = False,
    *,
    formats: FormatOptions,
    files: FileOptions,
    rules: RuleOptions,
    quiet: Quiet = False,
) -> int:
    """Show what would be cut, and by which rule, without writing anything. Cuts are struck through, or in [-…-] without colour.

    Examples:

    cleanspam diff article.txt

    cleanspam diff corpus/ --exit-code > cuts.txt

    cleanspam diff corpus/ --patch | git apply
    """
    edit = ChunkEditor(TextFormat(), rules.choice().cleaner(), Collect(hunks=not patch, around=context_width()))
    selection = files.selection(formats.as_, is_named=bool(paths or files.files_from))
    named = [*(paths or ()), *files.listed()]
    if not named and files.files_from is None:
        named = [Path()]
        say_if_piped(quiet=quiet)
    inputs = Inputs(named, formats.as_, formats.field or (), formats.encoding, selection)
    say_if_slow(quiet=quiet)
    progress = Progress(tally := RunSummary(), quiet=quiet)
    progress.start()
    try:
        for name, source in inputs if named else ():
            _show_file(name, inputs.outcomes(source, edit), tally.totals, progress, as_patch=patch)
            tally.read += _size_of(source)
            progress.moved()
    finally:
        progress.stop()
    if not quiet and (tally.files or not inputs.code):  # no summary if nothing could be read
        say(summary(tally.totals))
    return inputs.code or (FOUND if exit_code and tally.cuts else 0)


def _show_file(
    name: str, outcomes: Iterable[tuple[bytes, ChunkResult]], totals: Totals, progress: Progress, *, as_patch: bool
) -> None:
    """Show what is cut from a file, and count it."""
    totals.files += 1
    counted = _counted(outcomes, totals, partial(_show, progress, name))
    cleaned = [data for data, result in counted if as_patch or result.hunks]
    if as_patch:
        progress.pause()
        _print_patch(name, b"".join(cleaned))


def _counted(
    outcomes: Iterable[tuple[bytes, ChunkResult]], totals: Totals, show: Callable[[list[Hunk]], None]
) -> Iterator[tuple[bytes, ChunkResult]]:
    """Yield the outcomes on, count them, and show their hunks."""
    for data, result in outcomes:
        totals.add(result.totals)
        if result.hunks:
            show(result.hunks)
        yield data, result


def _show(progress: Progress, name: str, hunks: list[Hunk]) -> None:
    progress.pause()
    show_hunks(name, hunks, on_stdout=True)


def _size_of(source: BinaryIO) -> int:
    """Return the number of bytes read from a source; 0 if it is unknown."""
    try:
        return source.tell()
    except (AttributeError, OSError):
        return 0


def _print_patch(name: str, cleaned: bytes) -> None:
    """Print the patch that turns a file into its cleaned text. Raises CleanspamError if no patch of lines can express it."""
    if name == "-" or os.path.splitext(name)[1].lower() in (*COMPRESSIONS, ".parquet", ".arrow", ".feather"):  # noqa: PTH122 (a name)
        raise CleanspamError(f"{name}: --patch is for files of lines; leave it out, or clean into another folder and compare")
    for line in unified(Path(name).read_bytes(), cleaned, os.fsencode(os.path.relpath(name).replace(os.sep, "/"))):
        sys.stdout.buffer.write(line)


def unified(before: bytes, after: bytes, name: bytes) -> Iterator[bytes]:
    """Yield the lines of a unified diff in git's form; none for an unchanged file."""
    lines = [data.split(b"\n") for data in (before, after)]
    old, new = ([line + b"\n" for line in some[:-1]] + [line for line in some[-1:] if line] for some in lines)
    for line in difflib.diff_bytes(difflib.unified_diff, old, new, _quoted(b"a/" + name), _quoted(b"b/" + name)):
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _quoted(name: bytes) -> bytes:
    """Return a name in git's form: in quotation marks if it has a control character, a quotation mark or a backslash.

    A line end in a name would begin a new line of the patch, so a stranger's file could make the patch change another file.
    """
    if not re.search(rb'[\x00-\x1f\x7f"\\]', name):
        return name + b"\t" * (b" " in name)  # a tab ends the name, else `patch` would end it at a blank
    escaped = re.sub(rb'["\\]', rb"\\\g<0>", name)
    return b'"%s"' % re.sub(rb"[\x00-\x1f\x7f]", lambda char: b"\\%03o" % char[0][0], escaped)
