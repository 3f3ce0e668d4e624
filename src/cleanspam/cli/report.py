"""`cleanspam report`: one HTML page of what was cut, out of cut logs, or of what would be, out of files."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cleanspam.ci.scan import Scanned
from cleanspam.cli.check import editor_of
from cleanspam.cli.guard import guarded
from cleanspam.cli.options import CutFlagged, NoDefault, Only, Paths, Quiet, Rules, Without
from cleanspam.cli.pick import As, Encoding, Exclude, Fields, FilesFrom, FollowLinks, Hidden, Include, Jobs, Null
from cleanspam.cli.reading import Reading
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.session import STDIN, say
from cleanspam.corpus.walk import Selection
from cleanspam.disk import atomic
from cleanspam.errors import CleanspamError
from cleanspam.htmlreport import Heading, Row, html
from cleanspam.htmlreport.fromlog import is_log, rows_of
from cleanspam.htmlreport.rows import row_of
from cleanspam.model import Verdict

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The page to write.")]


@guarded
def report(
    paths: Paths = None,
    output: Output = Path("cleanspam.html"),
    as_: As = None,
    field: Fields = None,
    encoding: Encoding = "auto",
    include: Include = None,
    exclude: Exclude = None,
    hidden: Hidden = False,
    follow_links: FollowLinks = False,
    files_from: FilesFrom = None,
    null: Null = False,
    jobs: Jobs = None,
    quiet: Quiet = False,
    rules: Rules = None,
    no_default_rules: NoDefault = False,
    only: Only = None,
    without: Without = None,
    cut_flagged: CutFlagged = False,
) -> int:
    """Write one HTML page of what a cut log took out, or of what would be cut from files; it needs no network.

    Mark wrong cuts with x; the page exports them as rules that keep them.

    Examples:

    cleanspam report corpus/ -o report.html

    cleanspam report .cleanspam/log/2026-01-01.jsonl -o report.html
    """
    if output.suffix.lower() not in (".html", ".htm"):
        raise CleanspamError(f"{output}: the page is HTML; name it *.html")
    logs = [path for path in paths or () if is_log(path)]
    others = [path for path in paths or () if path not in logs]
    choice = Selection(include or (), exclude or (), hidden=hidden, follow_links=follow_links, format_name=as_)
    reading = Reading(others, files_from, null, tuple(field or ()), encoding, choice, jobs)
    editor = editor_of(RuleChoice(rules, no_default_rules, only, without, cut_flagged))
    rows = [row for log in logs for row in rows_of(log)]
    if others or files_from or not logs:
        rows += [row for scanned in reading.scanned(editor) for row in _rows(scanned)]
    ruleset = editor.cleaner.ruleset
    heading = Heading(
        ", ".join(map(str, paths or [STDIN])), _now(), ruleset.hash, {rule.id: rule.about for rule in ruleset.rules}
    )
    with atomic.replacing(output) as sink:
        sink.write(html(rows, heading).encode())
    if not quiet:
        say(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'} in {output}")
    return reading.code


def _rows(scanned: Scanned) -> Iterator[Row]:
    day = _day(scanned.path)
    for located in scanned.result.located:
        if located.finding.verdict is not Verdict.NONE:
            yield row_of(scanned.path, located, day)


def _day(path: str) -> str:
    """Return the day on which a file was last changed; today's for a stream."""
    try:
        changed = datetime.fromtimestamp(Path(path).stat().st_mtime)
    except OSError:
        changed = datetime.now()
    return changed.date().isoformat()


def _now() -> str:
    return datetime.now().isoformat(" ", "minutes")
