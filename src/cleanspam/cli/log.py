"""`cleanspam log`: shows the cuts of a run by kind, by rule, by file and by text."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from cleanspam.cli.configfile import POSITIVE
from cleanspam.cli.guard import guarded
from cleanspam.cli.language import tr
from cleanspam.cli.logs import kept_logs, split_words, stated_files
from cleanspam.cli.progress import counting
from cleanspam.cli.restore import Last
from cleanspam.cli.session import say, show_hunks
from cleanspam.cli.values import taking
from cleanspam.corpus.chunk import CutRecord
from cleanspam.corpus.cutlog import LoggedFile
from cleanspam.errors import CleanspamError
from cleanspam.rulebook.ruleset import OTHER
from cleanspam.text.cut import without_marks
from cleanspam.text.diff import Hunk, LinePiece, visible

Top = Annotated[
    int, typer.Option("--top", metavar="N", parser=taking(POSITIVE, int), help="Show the N most frequent files and texts.")
]
LogFiles = Annotated[
    Optional[list[Path]],
    typer.Argument(metavar="[LOG]...", show_default=False, help="Cut logs that --in-place or --log wrote."),
]
ShowDiff = Annotated[bool, typer.Option("--diff", help="Show each cut at its place in the cleaned text.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")]


@guarded
def log(logs: LogFiles = None, last: Last = False, top: Top = 20, diff: ShowDiff = False, as_json: AsJson = False) -> None:
    """Show what was cut: how often each kind and rule cut, and the most frequent files and texts.

    A cut of several rules counts for the first of them. Without LOG, list the logs of this folder.

    Examples:

    cleanspam log cuts.jsonl

    cleanspam log cuts.jsonl --diff
    """
    if not logs and not last:
        for line in stated_files(kept_logs()):
            typer.echo(visible(line))
        return
    paths, rest = split_words(logs or [], last=last)
    if rest:
        raise CleanspamError(f"{rest[0]}: no cut log")
    if diff:
        for path in paths:
            _show_diff(path)
    elif as_json:
        from cleanspam.ci.reports.base import dump_json

        typer.echo(dump_json(_Counts(paths).as_data(top), 2))
    else:
        _print_counts(_Counts(paths), top)


def _print_counts(counts: "_Counts", top: int) -> None:
    for run in counts.runs:
        typer.echo(tr("run {0}, cleanspam {1}, rules {2}", run.time, run.version, run.rules))
    cuts, files = f"{sum(counts.files.values()):,}", f"{len(counts.files):,}"
    typer.echo(tr("{0} cuts in {1} of {2} files", cuts, files, f"{counts.seen:,}"))
    parts = (("kinds", counts.kinds), ("rules", counts.rules), ("files", counts.files), ("texts", counts.texts))
    for title, found in parts:
        typer.echo(f"\n{tr(title)}")
        for name, number in found.most_common(None if title in ("kinds", "rules") else top):
            typer.echo(f"{number:>8,}  {visible(name)}")


class _Counts:
    """The counts of logs."""

    def __init__(self, paths: list[Path]) -> None:
        from cleanspam.corpus import cutlog

        self.kinds, self.rules = Counter[str](), Counter[str]()
        self.files, self.texts = Counter[str](), Counter[str]()
        self.seen = 0
        self.runs = [run for path in paths for run in cutlog.runs_of(path)]
        for path in paths:
            for history in counting(cutlog.histories(path)):
                self.seen += 1
                # The same text was cleaned again, for example after the output was lost: its cuts count once.
                for entry in {entry.line.before: entry for entry in history}.values():
                    self._count(cutlog.cuts_of(path, entry), entry)

    def _count(self, records: Iterable[CutRecord], entry: LoggedFile) -> None:
        for record in records:
            self.files[entry.line.file] += 1
            self.kinds[entry.run.kinds.get(record.rules[0], OTHER)] += 1
            self.rules[record.rules[0]] += 1
            self.texts[without_marks(record.text)] += 1

    def as_data(self, top: int) -> dict[str, Any]:
        return {
            "files": self.seen,
            "changed": len(self.files),
            "cuts": sum(self.files.values()),
            "by_kind": dict(self.kinds.most_common()),
            "by_rule": dict(self.rules.most_common()),
            "by_file": dict(self.files.most_common(top)),
            "by_text": dict(self.texts.most_common(top)),
            "rulesets": list(dict.fromkeys(run.rules for run in self.runs)),
        }


def _show_diff(path: Path) -> None:
    from cleanspam.corpus import cutlog
    from cleanspam.corpus.restore import hunks_again

    for entry in cutlog.entries(path):
        if entry.line.cuts:
            again = hunks_again(path, entry)
            if again is None:
                say(f"{entry.line.file}: the cuts without their surroundings, which are not what they were")
            show_hunks(entry.line.file, _bare(cutlog.cuts_of(path, entry)) if again is None else again, on_stdout=True)


def _bare(cut_records: Iterable[CutRecord]) -> Iterator[Hunk]:
    for cut in cut_records:
        yield Hunk(cut.record, (LinePiece(cut.text, True),), cut.rules[:1], (cut.site,))
