"""A long run's progress on stderr: a bar on a terminal, elsewhere a plain line every half minute; then the summary."""

import sys
import time
from typing import Any

from cleanspam.cli.session import characters
from cleanspam.corpus.summary import RunSummary

EVERY = 30.0  # seconds between plain lines
_MB = 1e6


class Progress:
    """Tells on stderr how far a run is. `total_files` and `total_bytes` are 0 where nobody counted before."""

    def __init__(self, tally: RunSummary, total_files: int = 0, total_bytes: int = 0, *, quiet: bool = False) -> None:
        self._tally, self._files, self._bytes = tally, total_files, total_bytes
        self._quiet, self._told = quiet, time.monotonic()
        self._bar: Any = None

    def start(self) -> None:
        if not self._quiet and sys.stderr.isatty():
            self._bar = _bar()
            self._bar.start()
            self._task = self._bar.add_task("", total=self._bytes or None)

    def stop(self) -> None:
        if self._bar:
            self._bar.stop()

    def moved(self) -> None:
        """Take note that the tally has changed."""
        if self._bar:
            self._bar.update(self._task, completed=self._tally.read, description=self._line())
        elif not self._quiet and time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            print(f"cleanspam: {self._line()}", file=sys.stderr, flush=True)

    def _line(self) -> str:
        tally = self._tally
        of_files = f" of {self._files:,}" if self._files else ""
        of_bytes = f" of {self._bytes / _MB:,.0f}" if self._bytes else ""
        done = f"{tally.totals.files:,}{of_files} files, {tally.read / _MB:,.0f}{of_bytes} MB"
        return f"{done}, {tally.speed:,.1f} MB/s, {tally.totals.cuts:,} cuts"


def table(tally: RunSummary) -> list[tuple[str, str]]:
    """Return the rows of the summary: what, how much."""
    totals = tally.totals
    changed = f"{tally.changed:,} changed" + (f", {tally.done_before:,} done before" if tally.done_before else "")
    rows = [("files", f"{totals.files:,} ({changed})"), ("records", f"{totals.records:,}")]
    if not totals.records:
        rows[1] = ("lines", f"{totals.lines:,}")
    rows.append(("cuts", f"{totals.cuts:,} ({characters(totals)})"))
    rows += [(f"  {rule}", f"{number:,}") for rule, number in totals.by_rule.most_common()]
    suffixes = ", ".join(f"{suffix} {number:,}" for suffix, number in sorted(tally.unread.items()))
    skipped = ", ".join(
        f"{number:,} {why}" + (f": {suffixes}" if why == "unknown suffix" and suffixes else "")
        for why, number in sorted(tally.skipped.items())
    )
    if tally.copied:
        rows.append(("copied unread", f"{tally.copied:,}"))
    rows.append(("skipped", f"{sum(tally.skipped.values()):,}" + (f" ({skipped})" if skipped else "")))
    if tally.broken:
        rows.append(("broken records", f"{tally.broken:,}"))
    rows.append(("failed", f"{tally.failed:,}"))
    rows.append(("seconds", f"{tally.seconds:.1f} ({tally.speed:,.1f} MB/s)"))
    return rows


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(None), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, expand=True)
