"""The `concise` report: one line a finding, `path:line:column: rule-id: text`."""

from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, FoundInFile, describe_place, line, record, remark


def concise(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:  # noqa: ARG001 (a Report's signature)
    """Yield one line for each finding."""
    for found in findings:
        yield headline(found) + "\n"


def headline(found: FoundInFile) -> str:
    """Return a finding's line, also the first of the `full` report and what a `github` annotation says."""
    located = found.located
    in_record = f" [{record(found)}]" if located.record and located.line else ""
    return f"{describe_place(found)}: {remark(found)}: {line(located.finding.text)}{in_record}"
