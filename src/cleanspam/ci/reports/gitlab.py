"""The `gitlab` report: GitLab's Code Quality artifact, a JSON array of issues with unique fingerprints."""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, FoundInFile, dump_json, line, remark

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def gitlab(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:
    """Yield the artifact in one piece."""
    seen: Counter[str] = Counter()
    yield dump_json([_issue(found, facts, seen) for found in findings], 2) + "\n"


def _issue(item: FoundInFile, facts: Facts, seen: Counter[str]) -> dict[str, object]:
    return {
        "description": f"{remark(item)}: {line(item.located.finding.text)}",
        "check_name": f"cleanspam/{item.rule}",
        "fingerprint": _unique(item, seen),
        "severity": _SEVERITIES[item.level],
        "content": {"body": facts.about(item.rule)},
        "location": {"path": posixpath.normpath(facts.from_root(item.path)), "lines": {"begin": item.located.line or 1}},
    }


def _unique(item: FoundInFile, seen: Counter[str]) -> str:
    """Return a unique fingerprint: GitLab drops an issue whose fingerprint another issue has."""
    seen[item.fingerprint] += 1
    number = seen[item.fingerprint]
    return item.fingerprint if number == 1 else hashlib.sha256(f"{item.fingerprint} {number}".encode()).hexdigest()[:32]
