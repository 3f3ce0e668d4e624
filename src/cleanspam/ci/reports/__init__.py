"""Reports turn located findings into text. Each format is one small file. No report opens a file or judges."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import cast

from cleanspam.ci.reports.base import Facts, FoundInFile, Report

__all__ = ["REPORTS", "Facts", "FoundInFile", "Report"]

# The module of each format, and the function in it.
_HOMES = {
    "full": ("full", "full"),
    "concise": ("concise", "concise"),
    "json": ("jsonlist", "jsonlist"),
    "jsonl": ("jsonlist", "jsonlines"),
    "github": ("github", "github"),
    "gitlab": ("gitlab", "gitlab"),
    "sarif": ("sarif", "sarif"),
    "junit": ("junit", "junit"),
}


class _Reports(Mapping[str, Report]):
    """The reports by format. Each is imported when it is looked up, for a run writes only one."""

    def __getitem__(self, name: str) -> Report:
        module, function = _HOMES[name]
        return cast("Report", getattr(import_module(f"{__name__}.{module}"), function))

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


REPORTS = _Reports()
