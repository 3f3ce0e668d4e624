"""The `github` report: workflow commands, which GitHub shows as annotations on the lines of a pull request.

Unprintable characters in values are made visible, and then values are escaped as in GitHub's own toolkit. So no text of a
finding can end its command, begin another one, or colour the log.
"""

from collections.abc import Iterable, Iterator

from cleanspam.ci.reports.base import Facts, FoundInFile, line
from cleanspam.ci.reports.concise import headline

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


def github(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:
    """Yield one `::error` for each cut, `::warning` for each flag, `::notice` for each mark that protects nothing."""
    # The log shows only the text of an annotation, so the text names the place too.
    for found in findings:
        located = found.located
        where = {
            "file": line(facts.from_root(found.path)),
            "line": str(located.line),
            "col": str(located.column),
            "endColumn": str(located.column + len(located.finding.text)),
            "title": f"cleanspam {line(found.rule)}",
        }
        if not located.line:
            where = {name: value for name, value in where.items() if name in ("file", "title")}
        properties = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in where.items())
        yield f"::{_COMMANDS[found.level]} {properties}::{headline(found).translate(_DATA)}\n"
    for failure in facts.failures:
        file = line(facts.from_root(failure.path)).translate(_PROPERTY)
        at = f",line={failure.line}" if failure.line else ""
        yield f"::error file={file}{at},title=cleanspam::{line(failure.message).translate(_DATA)}\n"
