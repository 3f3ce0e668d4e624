"""The filter: cleans one source to standard output. Imports only the modules that a plain pipe needs."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cleanspam.cli.configfile import find
from cleanspam.cli.guard import settled
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.session import STDIN, Inputs, show_hunks, summary
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect, Spread, Totals
from cleanspam.formats.text import TextFormat

# Bytes. From this size on other processes make a file faster.
LARGE = 8 << 20


class Filter:
    """Cleans one source to standard output, counts, and on request shows the cuts."""

    def __init__(self, inputs: Inputs, choice: RuleChoice, line_buffered: bool, diff: bool, quiet: bool) -> None:
        self._inputs = inputs
        self._edit = ChunkEditor(TextFormat(), choice.cleaner(), Collect(hunks=diff))
        self._line_buffered, self._quiet = line_buffered, quiet
        self._totals = Totals()

    def run(self, jobs: int) -> int:
        """Clean the source on `jobs` cores and return the exit code."""
        if jobs > 1:
            from cleanspam.corpus.clean_file import ChunkSpread, CleaningWork
            from cleanspam.corpus.job import FileOptions
            from cleanspam.corpus.workers import Workers

            with Workers(jobs, CleaningWork(self._edit, FileOptions())) as workers:
                self._write(ChunkSpread(workers))
        else:
            self._write(map)
        if not self._quiet and (sys.stderr.isatty() or self._edit.wants.hunks):
            print(summary(self._totals), file=sys.stderr)
        return self._inputs.code

    def _write(self, spread: Spread) -> None:
        sink = sys.stdout.buffer
        for name, source in self._inputs:
            self._totals.files += 1
            found = self._inputs.outcomes(source, self._edit, spread, by_line=self._line_buffered)
            self._inputs.format.join(source, self._data(name, found), sink)
        sink.flush()

    def _data(self, name: str, chunks: Iterable[tuple[bytes, ChunkResult]]) -> Iterator[bytes]:
        for data, result in chunks:
            self._totals.add(result.totals)
            if result.hunks:
                show_hunks(name, result.hunks)
            yield data
            if self._line_buffered:
                sys.stdout.buffer.flush()


def plain_filter(words: Sequence[str]) -> int | None:
    """Run a command line that is a plain filter, and return its exit code. None for any other command line.

    Parsing options takes 0.2 s, ten times as long as cleaning a page of text.
    """
    path = Path(words[0]) if words else STDIN
    try:
        is_plain = len(words) < 2 and _is_plain(path) and not find(Path.cwd())
    except OSError:  # the full command line reports the error
        return None
    if not is_plain:
        return None

    def run() -> int:
        return Filter(Inputs([path]), RuleChoice(), line_buffered=False, diff=False, quiet=False).run(default_jobs(path))

    return settled(run)


def _is_plain(path: Path) -> bool:
    """Tell whether a path is standard input from a pipe or a file, or a text. Raises OSError."""
    return not sys.stdin.isatty() if path == STDIN else path.suffix in (".txt", ".md") and path.is_file()


def default_jobs(path: Path) -> int:
    """Return the number of cores for one source: all for a large file, also as standard input, else one."""
    if _size(path) < LARGE:
        return 1
    from cleanspam.corpus.workers import cores

    return cores()


def _size(path: Path) -> int:
    """Return the bytes of a file; 0 for a pipe, of which nobody knows how much will come."""
    try:
        status = os.fstat(sys.stdin.fileno()) if path == STDIN else path.stat()
    except (OSError, ValueError):  # standard input is closed, or no file
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
