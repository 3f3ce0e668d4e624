"""Progress of a long run on stderr: a bar on a terminal, elsewhere a line every half minute. Also the summary's rows."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any, TypeVar

from cleanspam.cli.language import tr
from cleanspam.cli.session import characters
from cleanspam.corpus.summary import RunSummary

EVERY = 30.0  # seconds between lines without a terminal
_MB = 1e6
_SMALL = 10 * _MB  # below this size a decimal is shown: 300 articles are 0.2 MB, and "0 of 0 MB" says nothing
_Item = TypeVar("_Item")
_PAUSE = 0.3  # seconds without output after which the bar comes back


class Progress:
    """Shows the progress of a run on stderr. `total_files` and `total_bytes` are 0 if they are unknown."""

    def __init__(self, tally: RunSummary, total_files: int = 0, total_bytes: int = 0, *, quiet: bool = False) -> None:
        self._tally, self._files, self._bytes = tally, total_files, total_bytes
        self._quiet, self._told = quiet, time.monotonic()
        self._bar: Any = None
        self._paused = 0.0  # the time when the bar was hidden

    def start(self) -> None:
        if not self._quiet and sys.stderr.isatty():
            self._bar = _bar()
            self._bar.start()
            self._task = self._bar.add_task("", total=self._bytes or None)

    def pause(self) -> None:
        """Hide the bar while standard output writes to the same terminal. The bar comes back by itself."""
        if self._bar and sys.stdout.isatty():
            self._bar.stop()
            self._paused = time.monotonic()

    def stop(self) -> None:
        if self._bar:
            self._bar.stop()

    def moved(self) -> None:
        """Show that the counts have changed."""
        if self._bar:
            self._bar.update(self._task, completed=self._tally.read, description=self._line())
            if self._paused and time.monotonic() - self._paused > _PAUSE:
                self._paused = 0.0
                self._bar.start()
        elif not self._quiet and time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            print(f"cleanspam: {self._line()}", file=sys.stderr, flush=True)

    def _line(self) -> str:
        tally = self._tally
        decimals = 0 if max(self._bytes, tally.read) >= _SMALL else 1
        files, size = f"{tally.totals.files:,}", f"{tally.read / _MB:,.{decimals}f}"
        files = tr("{0} of {1}", files, f"{self._files:,}") if self._files else files
        size = tr("{0} of {1}", size, f"{self._bytes / _MB:,.{decimals}f}") if self._bytes else size
        return tr("{0} files, {1} MB, {2} MB/s, {3} cuts", files, size, f"{tally.speed:,.1f}", f"{tally.totals.cuts:,}")


def counting(items: Sequence[_Item], *, quiet: bool = False) -> Iterator[_Item]:
    """Yield items that take long, and show on stderr how many are done."""
    bar = _bar() if not quiet and sys.stderr.isatty() and len(items) > 1 else None
    told = time.monotonic()
    with bar or nullcontext():
        task = bar.add_task("", total=len(items)) if bar else None
        for number, item in enumerate(items, 1):
            yield item
            line = tr("{0} of {1} files", f"{number:,}", f"{len(items):,}")
            if bar:
                bar.update(task, completed=number, description=line)
            elif not quiet and time.monotonic() - told >= EVERY:
                told = time.monotonic()
                print(f"cleanspam: {line}", file=sys.stderr, flush=True)


def table(tally: RunSummary) -> list[tuple[str, str]]:
    """Return the rows of the summary. Each has a name and a value."""
    totals = tally.totals
    changed = tr("{0} changed", f"{tally.changed:,}")
    if tally.done_before:
        changed = tr("{0} changed, {1} done before", f"{tally.changed:,}", f"{tally.done_before:,}")
    rows = [(tr("files"), f"{totals.files:,}" + tr(" ({0})", changed))]
    rows.append((tr("records"), f"{totals.records:,}") if totals.records else (tr("lines"), f"{totals.lines:,}"))
    rows.append((tr("cuts"), f"{totals.cuts:,}" + tr(" ({0})", characters(totals))))
    rows += [(f"  {rule}", f"{number:,}") for rule, number in totals.by_rule.most_common()]
    if tally.copied:
        rows.append((tr("copied unread"), f"{tally.copied:,}"))
    skipped = tr(", ").join(_skipped(tally, why) for why in sorted(tally.skipped))
    rows.append((tr("skipped"), f"{sum(tally.skipped.values()):,}" + (tr(" ({0})", skipped) if skipped else "")))
    if tally.broken:
        rows.append((tr("broken records"), f"{tally.broken:,}"))
    rows.append((tr("failed"), f"{tally.failed:,}"))
    rows.append((tr("seconds"), f"{tally.seconds:.1f}" + tr(" ({0})", f"{tally.speed:,.1f} MB/s")))
    return rows


def _skipped(tally: RunSummary, why: str) -> str:
    """Return the number of files skipped for a reason. Files of unknown suffixes are listed by suffix."""
    shown = f"{tally.skipped[why]:,} {tr(why)}"
    if why != "unknown suffix":
        return shown
    by_suffix = tr(", ").join(f"{tr(suffix)} {number:,}" for suffix, number in sorted(tally.unread.items()))
    return tr("{0}: {1}", shown, by_suffix)


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(None), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, expand=True)
