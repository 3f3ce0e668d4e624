"""Runs `clean` over many files, and shows progress, problems and the summary."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from cleanspam.cli.guard import Complaints
from cleanspam.cli.language import cells, tr, translated
from cleanspam.cli.progress import Progress, table
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.session import STDIN, say, say_if_slow, show_hunks
from cleanspam.corpus.job import FileOptions
from cleanspam.corpus.run import CleaningRun, CleanOptions
from cleanspam.corpus.summary import RunSummary
from cleanspam.corpus.walk import Selection
from cleanspam.disk import atomic
from cleanspam.errors import CleanspamError
from cleanspam.text.diff import Hunk


def clean_corpus(
    paths: list[Path],
    rules: RuleChoice,
    select: Selection,
    files: FileOptions,
    options: CleanOptions,
    *,
    quiet: bool,
    json_summary: Path | None,
) -> int:
    """Clean the files that `paths` name, into another folder or in place. A file that fails does not stop the run."""
    if STDIN in paths or not paths:
        raise CleanspamError("--output and --in-place take files and folders, not standard input; write < in > out instead")
    if json_summary:
        from cleanspam.cli.output import require_new  # takes 4 ms, with the reports that it imports

        require_new("--json-summary", json_summary, paths)
    say_if_slow(quiet=quiet)
    screen = Screen(quiet=quiet)
    run = CleaningRun(paths, rules.cleaner(), select, files, options, screen)
    summary = run.run()
    screen.show_summary(summary)
    if json_summary:
        _write_summary(json_summary, summary, run.run_line.rules)
    return screen.code


class Screen:
    """Shows the progress of a run on stderr."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._complaints = Complaints()

    @property
    def code(self) -> int:
        """The exit code: 2 if something failed."""
        return self._complaints.code

    def begin(self, summary: RunSummary, measure: Callable[[], tuple[int, int]]) -> None:
        # Only the bar on a terminal needs the total, which takes a walk over all files.
        files, size = measure() if not self._quiet and sys.stderr.isatty() else (0, 0)
        self._progress = Progress(summary, files, size, quiet=self._quiet)
        self._progress.start()

    def moved(self) -> None:
        self._progress.moved()

    def problem(self, message: str) -> None:
        self._complaints.add(message)

    def note(self, message: str) -> None:
        say(f"cleanspam: {translated(message)}")

    def hunks(self, path: str, hunks: Iterable[Hunk]) -> None:
        show_hunks(path, hunks)

    def end(self) -> None:
        self._progress.stop()

    def show_summary(self, summary: RunSummary) -> None:
        """Print the summary."""
        if self._quiet:
            return
        rows = table(summary)
        if summary.log:
            rows.append((tr("log"), tr("{0} (cleanspam restore puts back what it lists)", summary.log)))
        width = max(cells(name) for name, _ in rows) + 2
        for name, value in rows:
            say(f"{name}{' ' * (width - cells(name))}{value}")


def _write_summary(path: Path, summary: RunSummary, ruleset: str) -> None:
    from cleanspam.ci.reports.base import dump_json  # needed only for a summary as JSON

    text = dump_json(summary.as_data() | {"ruleset": ruleset}, 2) + "\n"
    if path == STDIN:
        sys.stdout.write(text)
    else:
        with atomic.replacing(path) as sink:
            sink.write(text.encode())
