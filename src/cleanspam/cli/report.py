"""`cleanspam report`: writes an HTML page of the cuts in logs, or of what would be cut from files."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cleanspam.ci.scan import Scanned
from cleanspam.cli.check import editor_of
from cleanspam.cli.command import command
from cleanspam.cli.language import amount, language, tr
from cleanspam.cli.options import FileOptions, FormatOptions, Jobs, Paths, Quiet, RuleOptions
from cleanspam.cli.output import require_new
from cleanspam.cli.reading import Reading
from cleanspam.cli.session import say
from cleanspam.corpus.cutlog import is_log
from cleanspam.disk import atomic
from cleanspam.errors import CleanspamError
from cleanspam.htmlreport import Heading, Row, html
from cleanspam.htmlreport.fromlog import rows_of
from cleanspam.htmlreport.rows import row_of
from cleanspam.model import Verdict
from cleanspam.rulebook.compiledform import RulesTold
from cleanspam.rulebook.ruleset import OTHER

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The page to write.")]


@command
def report(
    paths: Paths = None,
    output: Output = Path("cleanspam.html"),
    *,
    formats: FormatOptions,
    files: FileOptions,
    rules: RuleOptions,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> int:
    """Write an HTML page that shows the cuts of a log, or what would be cut from files. The page needs no network.

    Mark wrong cuts with the key x. The page exports rules that keep the marked passages.

    Examples:

    cleanspam report corpus/ -o report.html

    cleanspam report .cleanspam/log/2026-01-01.jsonl -o report.html
    """
    if output.suffix.lower() not in (".html", ".htm"):
        raise CleanspamError(f"{output}: the page is HTML; name it *.html")
    logs = [path for path in paths or () if is_log(path)]
    others = [path for path in paths or () if path not in logs]
    reading = Reading(others, files, formats, jobs, quiet=quiet)
    require_new("--output", output, paths or [Path()])
    editor = editor_of(rules.choice())
    rows = [row for log in logs for row in rows_of(log)]
    if others or files.files_from or not logs:
        rows += [row for scanned in reading.scanned(editor) for row in _rows(scanned, editor.cleaner.told.kinds)]
    if not logs:
        reading.require_files()
        if reading.code and not reading.looked_at:
            return reading.code
    _write_page(output, rows, paths or [Path()], editor.cleaner.told)
    if not quiet:
        say(tr("{0} written to {1}", amount(len(rows), "row"), output))
        if logs and not rows:
            say(tr("the log shows no cut: the run made none, or all were put back"))
    return reading.code


def _write_page(output: Path, rows: Sequence[Row], paths: Sequence[Path], rules: RulesTold) -> None:
    heading = Heading(", ".join(map(str, paths)), _now(), rules.hash, rules.abouts, language())
    with atomic.replacing(output) as sink:
        sink.write(html(rows, heading).encode())


def _rows(scanned: Scanned, kinds: Mapping[str, str]) -> Iterator[Row]:
    """Yield the cuts and flags of a file. As in a log, a finding inside a cut is part of this cut."""
    day = _day(scanned.path)
    place, end = (0, ""), 0
    for located in scanned.result.located:
        finding = located.finding
        if place != (located.record, located.field):
            place, end = (located.record, located.field), 0
        if finding.verdict is Verdict.NONE or finding.start < end:
            continue
        end = finding.end
        yield row_of(scanned.path, located, day, kinds.get(finding.rules[0], OTHER))


def _day(path: str) -> str:
    """Return the day of a file's last change; for a stream today."""
    try:
        changed = datetime.fromtimestamp(Path(path).stat().st_mtime)
    except OSError:
        changed = datetime.now()
    return changed.date().isoformat()


def _now() -> str:
    return datetime.now().isoformat(" ", "minutes")
