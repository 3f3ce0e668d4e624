"""The counts of a run over many files, for the progress bar, the summary and callers of the library."""

import time
from dataclasses import dataclass, field
from typing import Any

from cleanspam.corpus.chunk import Totals

_MB = 1e6


@dataclass(slots=True)
class RunSummary:
    """The counts of a run so far."""

    totals: Totals = field(default_factory=Totals)
    read: int = 0  # bytes on disk that are done
    changed: int = 0  # files
    copied: int = 0  # files that were copied unread
    done_before: int = 0  # files that an earlier run had finished
    failed: int = 0  # files
    broken: int = 0  # unreadable records, which stay as they are
    skipped: dict[str, int] = field(default_factory=dict)  # files, by reason
    unread: dict[str, int] = field(default_factory=dict)  # skipped files of an unknown suffix, by suffix
    problems: list[str] = field(default_factory=list)  # error messages; the command line passes them to its listener instead
    started: float = field(default_factory=time.monotonic)
    log: str = ""  # the path of the cut log; "" without a log

    @property
    def files(self) -> int:
        """The number of files read."""
        return self.totals.files

    @property
    def cuts(self) -> int:
        return self.totals.cuts

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
            "copied": self.copied,
            "done_before": self.done_before,
            "failed": self.failed,
            "skipped": self.skipped,
            "records": totals.records,
            "broken_records": self.broken,
            "lines": totals.lines,
            "characters": None if totals.records else totals.chars,  # unknown for records, most of which are not decoded
            "characters_cut": totals.chars_cut,
            "cuts": totals.cuts,
            "flags": totals.flags,
            "cuts_by_rule": dict(totals.by_rule.most_common()),
            "bytes": self.read,
            "seconds": round(self.seconds, 3),
            "mb_per_second": round(self.speed, 3),
            "log": self.log or None,
        }
