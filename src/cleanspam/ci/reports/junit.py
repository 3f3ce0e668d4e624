"""The `junit` report: a test case for each file. It fails if the file has a cut, and has an error if the file is unreadable.

Text is made printable, then escaped.
"""

from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, Failure, FoundInFile, line
from cleanspam.ci.reports.concise import headline
from cleanspam.errors import counted


def junit(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:
    """Yield the document. Flags and unused marks are the output of a passing test case."""
    by_file: dict[str, list[FoundInFile]] = {}
    for found in findings:
        by_file.setdefault(found.path, []).append(found)
    unread: dict[str, list[Failure]] = {}
    for failure in facts.failures:
        unread.setdefault(failure.path, []).append(failure)
    files = list(dict.fromkeys([*facts.files, *by_file, *unread]))
    failed = sum(any(found.level == "error" for found in by_file.get(path, ())) for path in files)
    counts = f'tests="{len(files)}" failures="{failed}" errors="{len(unread)}" skipped="0"'
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cleanspam" {counts}>\n'
    yield f'  <testsuite name="cleanspam" {counts}>\n'
    for path in files:
        yield _case(path, by_file.get(path, []), unread.get(path, []))
    yield "  </testsuite>\n</testsuites>\n"


def _case(path: str, findings: list[FoundInFile], unread: list[Failure]) -> str:
    head = _head(path)
    cuts = [found for found in findings if found.level == "error"]
    rest = [found for found in findings if found.level != "error"]
    inside = ""
    if unread:
        said = "\n".join(f"line {failure.line}: {failure.message}" if failure.line else failure.message for failure in unread)
        inside += f"      <error message={_quote(line(said.partition(chr(10))[0]))}>{_escape(said)}</error>\n"
    if cuts:
        said = counted(len(cuts), "finding")
        inside += f'      <failure message="{said}" type={_quote(cuts[0].rule)}>{_lines(cuts)}</failure>\n'
    if rest:
        inside += f"      <system-out>{_lines(rest)}</system-out>\n"
    return f"{head}>\n{inside}    </testcase>\n" if inside else f"{head}/>\n"


def _head(path: str) -> str:
    return f'    <testcase name={_quote(line(path))} classname="cleanspam" file={_quote(line(path))}'


def _escape(text: str) -> str:
    """Escape text for XML. `xml.sax.saxutils` would load `http.client` and `email`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quote(text: str) -> str:
    """Return text as the quoted value of an attribute."""
    spelled = _escape(text).replace('"', "&quot;")
    return f'"{spelled}"'


def _lines(findings: Iterable[FoundInFile]) -> str:
    return _escape("\n".join(headline(found) for found in findings))
