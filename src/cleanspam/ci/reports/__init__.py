"""Reports: located findings become text. One small file for each format; no report opens a file or judges."""

from cleanspam.ci.reports.base import Facts, FoundInFile, Report
from cleanspam.ci.reports.concise import concise
from cleanspam.ci.reports.full import full
from cleanspam.ci.reports.github import github
from cleanspam.ci.reports.gitlab import gitlab
from cleanspam.ci.reports.jsonlist import jsonlines, jsonlist
from cleanspam.ci.reports.junit import junit
from cleanspam.ci.reports.sarif import sarif

__all__ = ["REPORTS", "Facts", "FoundInFile", "Report"]

REPORTS: dict[str, Report] = {
    "full": full,
    "concise": concise,
    "json": jsonlist,
    "jsonl": jsonlines,
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
    "junit": junit,
}
