"""The `concise` report: one line a finding, `path:line:column: rule-id: text`."""

from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, FoundInFile, describe_place, line, record, remark


def concise(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:  # noqa: ARG001 (a Report's signature)
    """Yield one line for each finding."""
    for item in findings:
        yield headline(item) + "\n"


def headline(item: FoundInFile) -> str:
    """Return a finding's line. It is also the first line in the `full` report, and the text of a `github` annotation."""
    located = item.located
    in_record = f" [{record(item)}]" if located.record and located.line else ""
    return f"{describe_place(item)}: {remark(item)}: {line(located.finding.text)}{in_record}"
