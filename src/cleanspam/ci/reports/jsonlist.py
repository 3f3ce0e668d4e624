"""The `json` and `jsonl` reports: the findings as data, in one array, or as one object a line."""

from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, FoundInFile, dump_json


def jsonlist(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:
    """Yield one JSON array of all findings."""
    yield dump_json([as_data(found, facts) for found in findings], 2) + "\n"


def jsonlines(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:
    """Yield one JSON object a line, as the findings come."""
    for found in findings:
        yield dump_json(as_data(found, facts)) + "\n"


def as_data(item: FoundInFile, facts: Facts) -> dict[str, object]:
    """Return a finding as data. Offsets are in code points of its text; line, column and record count from 1."""
    located = item.located
    finding = located.finding
    data: dict[str, object] = {
        "path": item.path,
        "line": located.line or None,
        "column": located.column or None,
        "start": finding.start,
        "end": finding.end,
        "verdict": finding.verdict.value,
        "kind": facts.kinds.get(item.rule),
        "site": finding.site.value,
        "rules": list(finding.rules),
        "text": finding.text,
        "before": located.before,
        "after": located.after,
        "fingerprint": item.fingerprint,
        "ruleset": facts.rules_hash,
    }
    return data | ({"record": located.record, "field": located.field} if located.record else {})
