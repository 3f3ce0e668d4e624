"""A long run's progress on stderr: a bar on a terminal, elsewhere a plain line every half minute; then the summary."""

import sys
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from cleanspam.cli.session import characters
from cleanspam.corpus.chunk import Totals

EVERY = 30.0  # seconds between plain lines
_MB = 1e6


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    totals: Totals = field(default_factory=Totals)
    read: int = 0  # bytes on disk of the files that are done, or of the pieces of one that are
    changed: int = 0  # files
    done_before: int = 0  # files that an earlier run had finished
    failed: int = 0  # files
    broken: int = 0  # records that passed through as they were
    skipped: dict[str, int] = field(default_factory=dict)  # files, by reason
    started: float = field(default_factory=time.monotonic)
    log: str = ""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def speed(self) -> float:
        """Megabytes (10⁶ bytes on disk) per second."""
        return self.read / _MB / max(self.seconds, 1e-9)

    def as_data(self) -> dict[str, Any]:
        """Return the summary as JSON data."""
        totals = self.totals
        return {
            "files": totals.files,
            "changed": self.changed,
            "done_before": self.done_before,
            "failed": self.failed,
            "skipped": self.skipped,
            "records": totals.records,
            "broken_records": self.broken,
            "lines": totals.lines,
            "characters": None if totals.records else totals.chars,  # records are passed over unread
            "characters_cut": totals.chars_cut,
            "cuts": totals.cuts,
            "flags": totals.flags,
            "cuts_by_rule": dict(totals.by_rule.most_common()),
            "bytes": self.read,
            "seconds": round(self.seconds, 3),
            "mb_per_second": round(self.speed, 3),
            "log": self.log or None,
        }


class Progress:
    """Tells on stderr how far a run is. `total_files` and `total_bytes` are 0 where nobody counted before."""

    def __init__(self, tally: Tally, total_files: int = 0, total_bytes: int = 0, *, quiet: bool = False) -> None:
        self._tally, self._files, self._bytes = tally, total_files, total_bytes
        self._quiet, self._told = quiet, time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        if not self._quiet and sys.stderr.isatty():
            self._bar = _bar()
            self._bar.start()
            self._task = self._bar.add_task("", total=self._bytes or None)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
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


def table(tally: Tally) -> list[tuple[str, str]]:
    """Return the rows of the summary: what, how much."""
    totals = tally.totals
    changed = f"{tally.changed:,} changed" + (f", {tally.done_before:,} done before" if tally.done_before else "")
    rows = [("files", f"{totals.files:,} ({changed})"), ("records", f"{totals.records:,}")]
    if not totals.records:
        rows[1] = ("lines", f"{totals.lines:,}")
    rows.append(("cuts", f"{totals.cuts:,} ({characters(totals)})"))
    rows += [(f"  {rule}", f"{number:,}") for rule, number in totals.by_rule.most_common()]
    skipped = ", ".join(f"{number:,} {why}" for why, number in sorted(tally.skipped.items()))
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
