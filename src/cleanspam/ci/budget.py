"""Budgets: how many findings a corpus may have before a check fails."""

from dataclasses import dataclass

from cleanspam.model import NamedTuple

MILLION = 1_000_000


class Counted(NamedTuple):
    """The counts of a check."""

    findings: int
    chars: int  # the number of code points read
    files: int  # the number of files read
    files_found: int  # the number of files with at least one finding


class Use(NamedTuple):
    """The use of one limit."""

    used: float
    limit: float
    unit: str

    @property
    def is_over(self) -> bool:
        return self.used > self.limit

    def __str__(self) -> str:
        far = f" ({self.share} used)" if self.limit else ""
        return f"{figure(self.used)} of {figure(self.limit)} {self.unit}{far}{', over' if self.is_over else ''}"

    @property
    def share(self) -> str:
        """How much of the limit is used, in percent."""
        return f"{self.used / self.limit:.0%}" if self.limit else ""


@dataclass(frozen=True, slots=True)
class Budget:
    """The user's limits; None means no limit. All limits must hold."""

    max_findings: int | None = None
    max_per_million: float | None = None  # findings per million code points
    max_files_share: float | None = None  # files with a finding, in percent of all files

    def uses(self, counted: Counted) -> list[Use]:
        """Return the use of each limit that is set."""
        uses = []
        if self.max_findings is not None:
            uses.append(Use(counted.findings, self.max_findings, "findings"))
        if self.max_per_million is not None:
            rate = counted.findings / counted.chars * MILLION if counted.chars else 0.0
            uses.append(Use(rate, self.max_per_million, "findings per million characters"))
        if self.max_files_share is not None:
            share = counted.files_found / counted.files * 100 if counted.files else 0.0
            uses.append(Use(share, self.max_files_share, "percent of the files"))
        return uses

    def is_kept(self, counted: Counted) -> bool:
        """Tell whether every limit holds; without a limit, whether there are no findings."""
        uses = self.uses(counted)
        return not any(use.is_over for use in uses) if uses else counted.findings == 0


def figure(number: float) -> str:
    """Write a number with at most two decimals.

    >>> figure(1234.0), figure(0.125), figure(2.5)
    ('1,234', '0.12', '2.5')
    """
    return f"{number:,.2f}".rstrip("0").rstrip(".")
