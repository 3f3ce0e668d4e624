"""The input of `check`, `report` and commands that count: files below paths or in a list, pipes, standard input."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path
from typing import BinaryIO, cast

from cleanspam.ci.cache import Cache
from cleanspam.ci.reports.base import Failure, line
from cleanspam.ci.scan import Scanned, Scanner, ScanOptions, Target
from cleanspam.cli.guard import Complaints
from cleanspam.cli.language import tr, translated
from cleanspam.cli.options import FileOptions, FormatOptions
from cleanspam.cli.progress import Progress
from cleanspam.cli.session import STDIN, say, say_if_piped, say_if_slow
from cleanspam.corpus.chunk import ChunkEditor, Problem
from cleanspam.corpus.summary import RunSummary
from cleanspam.corpus.walk import Walker
from cleanspam.corpus.workers import cores
from cleanspam.errors import CleanspamError
from cleanspam.formats.base import NO_TEXT, Format, NoFieldError, Passage
from cleanspam.formats.detect import open_content
from cleanspam.formats.streams import Stream, fit_stdin, fit_stream, is_stream
from cleanspam.model import Span

_RECORDS = 100  # the most broken records of a file in a report


@dataclass
class Reading:
    """Reads the files and streams that the user names. An error is printed, and reading goes on."""

    paths: list[Path] | None = None
    files: FileOptions = field(default_factory=FileOptions)
    formats: FormatOptions = field(default_factory=FormatOptions)
    jobs: int | None = None
    own: Sequence[Path | None] = ()  # files that this run writes, which are not read
    skipped: dict[str, int] = field(default_factory=dict)  # skipped files and folders, by reason
    looked_at: int = 0  # the number of files and streams
    quiet: bool = False  # no progress
    failures: list[Failure] = field(default_factory=list)  # files and records that could not be read
    _complaints: Complaints = field(default_factory=Complaints)
    _tally: RunSummary = field(default_factory=RunSummary)
    _sizes: dict[str, int] = field(default_factory=dict)  # the bytes of the files that are being read

    def __post_init__(self) -> None:
        self.fields = tuple(self.formats.field or ())

    @property
    def code(self) -> int:
        """The exit code: 2 if something could not be read."""
        return self._complaints.code

    def scanned(self, editor: ChunkEditor, cache: Cache | None = None) -> Iterator[Scanned]:
        """Yield the findings of each file that can be read."""
        scanner = Scanner(editor, ScanOptions(self.fields, self.formats.encoding), self.jobs or cores(), cache)
        with self._progress() as progress:
            try:
                yield from self._good(starmap(scanner.stream, self._streams()), progress)
                yield from self._good(scanner.files(self.targets()), progress)
            finally:
                scanner.close()

    def each_text(self, take: Callable[[str], object]) -> None:
        """Pass each separately judged text to `take`: a chosen field of a record, or a block of about 1 MiB of another file."""
        for name, source, fitted in self._streams():
            with self._complaining(name):
                self._read(name, source, fitted, take)
        with self._progress() as progress:
            for target in self.targets():
                name = str(target.path)
                with self._complaining(name, must_be_read=target.must_be_read), target.path.open("rb") as raw:
                    content, fitted = open_content(raw, target.kind, self.fields, self.formats.encoding)
                    self._read(name, cast("BinaryIO", content), fitted, take)
                self._settle(name, progress)

    def _read(self, name: str, source: BinaryIO, fitted: Format, take: Callable[[str], object]) -> None:
        lines = 0
        for piece in fitted.pieces(source):
            reader = _Reader(take)
            lines_here = fitted.edit(piece, reader).lines
            for problem in reader.problems:
                self._complaints.add(f"{line(name)}:{lines + problem.line}: {line(problem.message)}")
            lines += lines_here

    @contextmanager
    def _complaining(self, name: str, *, must_be_read: bool = True) -> Iterator[None]:
        """Print an error at one file as one line, or count the file as skipped. The other files are still read."""
        try:
            yield
        except NoFieldError as error:
            if must_be_read or not error.is_side_file:
                self._complaints.add(f"{line(name)}: {line(str(error))}")
            else:
                self._skip(NO_TEXT)
        except OSError as error:
            self._complaints.add(f"{line(name)}: {error.strerror or error}")
        except (CleanspamError, UnicodeError) as error:
            self._complaints.add(f"{line(name)}: {line(str(error))}")

    @contextmanager
    def _progress(self) -> Iterator[Progress]:
        """Show the progress of reading, after a warning if reading will be slow."""
        say_if_slow(quiet=self.quiet)
        if not self.paths and not self.files.files_from:
            say_if_piped(quiet=self.quiet)
        is_watched = not self.quiet and sys.stderr.isatty() and STDIN not in self._named() and not self.files.files_from
        sizes = [found.size for found in self._walker().chosen(self._paths())] if is_watched else []
        progress = Progress(self._tally, len(sizes), sum(sizes), quiet=self.quiet)
        progress.start()
        try:
            yield progress
        finally:
            progress.stop()

    def _settle(self, name: str, progress: Progress) -> None:
        """Count a file as done."""
        self._tally.totals.files += 1
        self._tally.read += self._sizes.pop(name, 0)
        progress.moved()

    def _good(self, results: Iterator[Scanned], progress: Progress) -> Iterator[Scanned]:
        for scanned in results:
            self._tally.totals.cuts += scanned.result.totals.cuts
            self._settle(scanned.path, progress)
            if scanned.skip:
                self._skip(scanned.skip)
                continue
            if scanned.error:
                self._fail(scanned.path, scanned.error)
                continue
            for problem in scanned.result.problems:
                self._complaints.add(f"{line(scanned.path)}:{problem.line}: {line(problem.message)}")
            self.failures += _failures_of(scanned)
            if scanned.result.located:
                progress.pause()
            yield scanned

    def _skip(self, why: str) -> None:
        """Count a file as skipped that was opened but not read."""
        self.skipped[why] = self.skipped.get(why, 0) + 1
        self.looked_at -= 1

    def require_files(self, remedy: str = "name others") -> None:
        """Report an error if no file was read, except with a list of files: some commits change no text."""
        is_of_hook = self.files.force_exclude and self.paths and all(path.is_file() for path in self.paths)
        if self.looked_at or self._complaints or self.files.files_from or is_of_hook:
            return
        over = ", ".join(f"{number:,} {tr(why)}" for why, number in sorted(self.skipped.items()))
        why = tr("skipped {0}", over) if over else tr("there is none")
        self._complaints.add(tr("no file was looked at ({0}); {1}", why, tr(remedy)))

    def _fail(self, path: str, message: str) -> None:
        """Count and report a file that cannot be read."""
        self.failures.append(Failure(path, line(message)))
        self._complaints.add(line(message))

    def _streams(self) -> Iterator[tuple[str, BinaryIO, Format]]:
        """Yield standard input and pipes with their formats. They can be read only once, in this process."""
        options = (self.formats.as_, self.fields, self.formats.encoding)
        for path in self._named():
            if path == STDIN:
                if sys.stdin.isatty():
                    say("reading standard input; Ctrl-D ends it")
                self.looked_at += 1
                with self._complaining("-"):
                    yield self._fitted("-", fit_stdin(*options))
            elif is_stream(path):
                self.looked_at += 1
                with self._complaining(str(path)), path.open("rb") as stream:
                    yield self._fitted(str(path), fit_stream(stream, *options))

    def _fitted(self, name: str, stream: Stream) -> tuple[str, BinaryIO, Format]:
        if stream.note:
            say(f"{tr('standard input') if name == '-' else name} {translated(stream.note)}")
        return name, stream.source, stream.format

    def targets(self) -> Iterator[Target]:
        """Yield the files below the named paths and in the list, and count them and those that are skipped. Reads none."""
        chooser = self._walker()
        self.skipped = chooser.skipped
        own = {os.path.realpath(file) for file in self.own if file}
        for chosen in chooser.chosen([*self._paths(), *self.files.listed()]):
            if own and os.path.realpath(chosen.name) in own:
                continue
            self.looked_at += 1
            self._sizes[chosen.name] = chosen.size
            yield Target(chosen.path, chosen.kind, chosen.size, chosen.must_be_read)
        for suffix, number in chooser.unread.items():
            self.skipped[suffix] = self.skipped.get(suffix, 0) + number
        for problem in chooser.problems:
            self._fail(problem.partition(": ")[0], problem)

    def _walker(self) -> Walker:
        return Walker(self.files.selection(self.formats.as_, is_named=bool(self.paths or self.files.files_from)))

    def _paths(self) -> list[Path]:
        """Return the named files and folders, without streams."""
        return [path for path in self._named() if path != STDIN and not is_stream(path)]

    def _named(self) -> list[Path]:
        return self.paths or ([] if self.files.files_from else [Path()])


def _failures_of(scanned: Scanned) -> Iterator[Failure]:
    """Yield the first broken records of a file, for reports. A file may have a million of them."""
    problems = scanned.result.problems
    for problem in problems[:_RECORDS]:
        yield Failure(scanned.path, line(problem.message), problem.line)
    if len(problems) > _RECORDS:
        yield Failure(scanned.path, f"{len(problems) - _RECORDS:,} more broken records are not named")


class _Reader:
    """An Editor that cuts nothing and passes each text on at once, for all texts of a piece may not fit into memory."""

    def __init__(self, take: Callable[[str], object]) -> None:
        self._take = take
        self.problems: list[Problem] = []

    def edit(self, passage: Passage) -> Sequence[Span]:
        self._take(passage.text)
        return ()

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(line + 1, message))
