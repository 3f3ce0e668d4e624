"""Shared by commands that read texts: reads the pieces of files in order, shows hunks, and prints the summary line."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from cleanspam.cli.guard import Complaints, complain, is_output
from cleanspam.cli.language import amount, tr, translated
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Spread, Totals, edited
from cleanspam.errors import FormatError
from cleanspam.formats.base import Format, NoFieldError
from cleanspam.formats.blocks import split_lines
from cleanspam.formats.streams import Stream, fit_stdin, fit_stream, is_stream
from cleanspam.formats.text import TextFormat
from cleanspam.text.diff import Hunk, visible

if TYPE_CHECKING:
    from cleanspam.corpus.walk import Selection

STDIN = Path("-")


class Inputs:
    """The files that paths name, opened one after the other. An unreadable file is reported and skipped."""

    def __init__(
        self,
        paths: list[Path] | None,
        format_name: str | None = None,
        fields: Sequence[str] = (),
        encoding: str = "auto",
        selection: "Selection | None" = None,
    ) -> None:
        self._selection = selection  # for the files below a folder
        self._paths = paths or [STDIN]
        self._format_name, self._fields, self._encoding = format_name, tuple(fields), encoding
        self.format: Format = TextFormat()
        self._name = "-"
        self._complaints = Complaints()

    @property
    def code(self) -> int:
        """The exit code: 2 if something failed."""
        return self._complaints.code

    def __iter__(self) -> Iterator[tuple[str, BinaryIO]]:
        for path in self._paths:
            if path == STDIN:
                yield from self._stdin()
            else:
                yield from self._below(path)

    def outcomes(
        self, source: BinaryIO, edit: ChunkEditor, spread: Spread = map, *, by_line: bool = False
    ) -> Iterator[tuple[bytes, ChunkResult]]:
        """Yield the result for each piece of the last file that was yielded."""
        pieces = split_lines(source) if by_line else self.format.pieces(source)
        try:
            for data, result in edited(spread, edit.with_format(self.format), pieces):
                for problem in result.problems:
                    self._complaints.add(f"{self._name}:{problem.line}: {problem.message}")
                yield data, result
        except FormatError as error:
            self._complaints.add(f"{self._name}: {error}")

    def _stdin(self) -> Iterator[tuple[str, BinaryIO]]:
        self._name = "-"
        if is_output(sys.stdin.buffer):
            self._complaints.add("the input is the output, and would grow for ever; write into another file")
            return
        yield from self._fitted(tr("standard input"), fit_stdin(self._format_name, self._fields, self._encoding))

    def _fitted(self, name: str, stream: Stream) -> Iterator[tuple[str, BinaryIO]]:
        self.format = stream.format
        if stream.note:
            say(f"{name} {translated(stream.note)}")
        yield self._name, stream.source

    def _below(self, path: Path) -> Iterator[tuple[str, BinaryIO]]:
        selection = self._selection
        if path.is_file():
            yield from self._opened(path, must_be_read=not (selection and selection.is_list))
            return
        if is_stream(path):
            self._name = str(path)
            with path.open("rb") as stream:
                fitted = fit_stream(stream, self._format_name, self._fields, self._encoding)
                yield from self._fitted(self._name, fitted)
            return
        from cleanspam.corpus.walk import Selection, Walker  # not needed by a pipe

        chooser = Walker(selection or Selection(format_name=self._format_name))
        for chosen in chooser.chosen([path]):
            yield from self._opened(chosen.path, must_be_read=chosen.must_be_read)
        for problem in chooser.problems:
            self._complaints.add(problem)

    def _opened(self, path: Path, *, must_be_read: bool) -> Iterator[tuple[str, BinaryIO]]:
        from cleanspam.formats.detect import open_content
        from cleanspam.formats.registry import FileType, detect_type

        self._name = str(path)
        try:
            with path.open("rb") as raw:
                if is_output(raw):
                    raise FormatError("the input is the output, and would grow for ever; write into another file")
                own = self._selection.suffixes if self._selection else ()
                kind = detect_type(path, self._format_name, own) or FileType("text", "")
                source, self.format = open_content(raw, kind, self._fields, self._encoding)
                yield str(path), cast("BinaryIO", source)
        except OSError as error:
            self._complaints.add(f"{path}: {error.strerror}")
        except NoFieldError as error:
            if must_be_read or not error.is_side_file:
                self._complaints.add(f"{path}: {error}")
        except FormatError as error:
            self._complaints.add(f"{path}: {error}")


def say_if_slow(*, quiet: bool) -> None:
    """Warn, before files are read, if the C module is missing, and tell how to get it. A pipe gets no warning."""
    from cleanspam.native import IS_COMPILED

    if not IS_COMPILED and not quiet:
        complain(
            "the compiled module is missing, so this takes five times as long; install a C compiler and the headers of Python, "
            "then: pip install --force-reinstall --no-cache-dir cleanspam"
        )


def say_if_piped(*, quiet: bool) -> None:
    """Warn, if no path is named, that the folder is read and piped input is not."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):  # not a file: closed, or replaced by a test
        return
    if not quiet and (stat.S_ISFIFO(mode) or stat.S_ISREG(mode)):
        say("reading .; - is standard input")


def show_hunks(name: str, hunks: Iterable[Hunk], *, on_stdout: bool = False) -> None:
    """Show the hunks of a file: in colour on a terminal, elsewhere a plain line each."""
    from cleanspam.cli.terminal import console, print_hunks  # takes 40 ms, needed only if there is a hunk

    print_hunks(console(on_stderr=not on_stdout), name, hunks)


def summary(totals: Totals) -> str:
    """Return the summary as one line: the cuts, the size of the text, and the rules."""
    head = tr("{0} in {1}, {2}", amount(totals.cuts, "cut"), amount(totals.lines, "line"), characters(totals))
    rules = tr(", ").join(f"{rule} {number:,}" for rule, number in totals.by_rule.most_common())
    return tr("{0}: {1}", head, rules) if rules else head


def characters(totals: Totals) -> str:
    """Return the number of characters cut, and of all characters if they are known: most records are not decoded."""
    if totals.records:
        return amount(totals.chars_cut, "character")
    return tr("{0} of {1} characters", f"{totals.chars_cut:,}", f"{totals.chars:,}")


def say(line: str) -> None:
    """Print one line on stderr, after everything on stdout. Control characters in file names are made visible."""
    sys.stdout.flush()
    with suppress(OSError):  # stderr is closed; the exit code remains
        print(visible(translated(line)), file=sys.stderr)
