"""Prints the figures of `rules stats`, `rules trial` and `mine` as tables, JSON or CSV."""

import csv
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import accumulate
from pathlib import Path
from typing import Literal

import typer
from rich.table import Table
from rich.text import Text

from cleanspam.ci.reports.base import dump_json
from cleanspam.cli.language import amount, cells, tr
from cleanspam.cli.terminal import RULE_STYLE, console
from cleanspam.rulebook.ruleset import Rule
from cleanspam.text.diff import visible
from cleanspam.workshop.plant import Planted
from cleanspam.workshop.stats import RuleCounts, RuleStats
from cleanspam.workshop.trial import Score

_GAP = 2  # cells between two columns
_NAMES = frozenset({"rule", "form", "action", "kind", "places", "file", "most in common with"})  # columns of words
_STATS = (
    "rule",
    "action",
    "spam cuts",
    "ham cuts",
    "per million",
    "accomplices",
    "only it",
    "held",
    "ms per million",
    "most in common with",
)


def print_stats(census: RuleCounts, *, as_json: bool, as_csv: bool) -> None:
    """Print the figures of every rule, and the rules that never matched."""
    rows = census.stats()
    if as_json:
        typer.echo(dump_json([asdict(row) for row in rows], 2))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(field.name for field in fields(RuleStats))
        writer.writerows(_csv_row(row) for row in rows)
    else:
        _print_table(_STATS, [_stats_row(row) for row in rows])
    silent = [row.rule for row in rows if row.is_silent]
    if silent:
        typer.echo(tr("{0} never spoke: {1}", amount(len(silent), "rule"), ", ".join(silent)), err=True)
    spam, ham, rate = census.chars["spam"], census.chars["ham"], census.false_cuts_per_million()
    told = "{0} characters of spam, {1} of ham; {2} cuts per million characters of ham"
    typer.echo(tr(told, f"{spam:,}", f"{ham:,}", f"{rate:.3f}"), err=True)


def print_rules(rules: Sequence[Rule]) -> None:
    """Print the rules: a table on a terminal, elsewhere a line for each, with tabs."""
    if sys.stdout.isatty():
        rows = [(*_rule_row(rule), f"{Path(rule.source).name}:{rule.line}") for rule in rules]
        _print_table(("rule", "action", "kind", "places", "accomplices", "file"), rows)
        return
    for rule in rules:
        typer.echo("\t".join(map(visible, (*_rule_row(rule), f"{rule.source}:{rule.line}", rule.about))))


def _rule_row(rule: Rule) -> tuple[str, ...]:
    accomplices = str(rule.accomplices) if rule.accomplices else ""
    return rule.id, rule.action.value, rule.kind, " ".join(rule.places) or "everywhere", accomplices


def print_scores(scores: Sequence[Score], *, as_json: bool, shown: int) -> None:
    """Print the score of each form, with some misses and wrong cuts."""
    if as_json:
        typer.echo(dump_json([asdict(score) for score in scores], 2))
        return
    columns = ("form", "articles", "planted", "cut", "cut or flagged", "exact", "damaged")
    _print_table(columns, [_score_row(score) for score in scores])
    for score in scores if shown else ():
        for name, texts in (("missed", score.misses), ("wrong", score.wrong)):
            if texts:
                typer.echo(f"{score.form}, {tr(name)}: {' '.join(visible(text) for text in texts[:shown])}")


def write_planted(folder: Path, articles: Sequence[Planted]) -> None:
    """Write planted articles into in/, their originals into want/, and two tables of what was planted and where.

    phrases.tsv has the file, the phrase, and the planted parenthetical or line. spans.tsv has the file, and start and end of
    each span to cut, in code points, with separators and line ends.
    """
    folder.mkdir(parents=True, exist_ok=True)  # created even if no article had a place
    rows, spans = [], []
    for number, planted in enumerate(articles):
        name = f"{number:05}.txt"
        for part, text in (("in", planted.text), ("want", planted.want)):
            target = folder / part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8", "surrogateescape"))
        rows += [f"{name}\t{phrase}\t{bracketed}\n" for phrase, bracketed in planted.ads]
        spans += [f"{name}\t{start}\t{end}\n" for start, end in planted.spans]
    (folder / "phrases.tsv").write_text("".join(rows), encoding="utf-8")
    (folder / "spans.tsv").write_text("".join(spans), encoding="utf-8")


def _csv_row(row: RuleStats) -> list[object]:
    overlaps = " ".join(f"{other}:{number}" for other, number in row.overlaps.items())
    return [overlaps if name == "overlaps" else value for name, value in asdict(row).items()]


def _stats_row(row: RuleStats) -> tuple[str, ...]:
    common = ", ".join(f"{other} {number:,}" for other, number in list(row.overlaps.items())[:2])
    figures = (row.spam_cuts, row.ham_cuts)
    return (
        row.rule,
        row.action,
        *(f"{figure:,}" for figure in figures),
        f"{row.ham_cuts_per_million:.3f}",
        "-" if row.ham_accomplices is None else f"{row.ham_accomplices}",
        f"{row.only:,}",
        f"{row.held:,}",
        f"{row.milliseconds_per_million:.2f}",
        common,
    )


def _score_row(score: Score) -> tuple[str, ...]:
    return (
        score.form,
        f"{score.articles:,}",
        f"{score.planted:,}",
        _share(score.cut, score.planted),
        _share(score.cut + score.flagged, score.planted),
        _share(score.exact, score.articles),
        f"{score.damaged:,}",
    )


def _share(part: int, whole: int) -> str:
    """Return a share in per cent; "-" of nothing: no article had a place for the form, so none was missed."""
    return f"{100 * part / whole:.2f} %" if whole else "-"


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that breaks no word: the last columns that a terminal has no room for are left out."""
    screen = console()
    if not screen.is_terminal:
        screen.width = 200  # a table in a file has no width limit
    table = Table(box=None, header_style="bold", pad_edge=False)
    widths = _widths([tuple(map(tr, columns)), *rows], screen.width)
    for column, width in zip(columns, widths, strict=False):
        justify: Literal["left", "right"] = "left" if column in _NAMES else "right"
        table.add_column(tr(column), justify=justify, width=width, style=RULE_STYLE if column == "rule" else "")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row[: len(widths)]))
    screen.print(table)


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the widths of the columns that fit into a width: their longest words, and room for all words from the left on."""
    texts = list(zip(*rows, strict=True))
    least = [_longest_word(column) for column in texts]
    shown = max(1, sum(end - _GAP <= width for end in accumulate(number + _GAP for number in least)))
    room = width - sum(least[:shown]) - _GAP * (shown - 1)
    for at, column in enumerate(texts[:shown]):
        more = min(max(room, 0), max(map(cells, column)) - least[at])
        least[at], room = least[at] + more, room - more
    return least[:shown]


def _longest_word(texts: Sequence[str]) -> int:
    """Return the cells that the longest word takes."""
    return max(cells(word) for text in texts for word in text.split() or [""])
