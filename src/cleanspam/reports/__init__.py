"""Reports: findings in their place → text. One small file per format; none opens a file, and none judges."""

from cleanspam.reports.base import Facts, Found, Report
from cleanspam.reports.concise import concise
from cleanspam.reports.full import full
from cleanspam.reports.github import github
from cleanspam.reports.gitlab import gitlab
from cleanspam.reports.jsonlist import jsonlines, jsonlist
from cleanspam.reports.junit import junit
from cleanspam.reports.sarif import sarif

__all__ = ["REPORTS", "Facts", "Found", "Report"]

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
