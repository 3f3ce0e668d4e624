"""`cleanspam check`: reports what would be cut, for CI, and exits with 1 if there is too much."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Optional

import typer

from cleanspam.ci.budget import Use, figure
from cleanspam.ci.cache import FOLDER, Cache, code_hash
from cleanspam.ci.reports import REPORTS, Facts, FoundInFile
from cleanspam.ci.reports.base import line
from cleanspam.ci.scan import Scanned
from cleanspam.cli.colour import has_colour
from cleanspam.cli.command import command, option
from cleanspam.cli.config import configured_paths
from cleanspam.cli.configured import config_of
from cleanspam.cli.gate import Gate, GateOptions, name_stale, write_known
from cleanspam.cli.guard import FOUND, complain, forget_stdout
from cleanspam.cli.language import amount, tr
from cleanspam.cli.options import FILES, AllowEmpty, FileOptions, FormatOptions, Jobs, Paths, Quiet, RuleOptions
from cleanspam.cli.output import ReportOptions, choose_format, find_roots, require_new, write
from cleanspam.cli.reading import Reading
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.session import say
from cleanspam.corpus.chunk import ChunkEditor, Collect, Totals
from cleanspam.formats.text import TextFormat
from cleanspam.rulebook.compiledform import RulesTold

SHOWN = 8  # the most unknown suffixes in the summary
ListFiles = Annotated[
    bool, option("--files", panel=FILES, help="List the files that would be read, with their formats, and check nothing.")
]

_CACHE = "Cache"


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheOptions:
    """Whether the cache is used, and its folder."""

    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache",
            rich_help_panel=_CACHE,
            help="Remember the findings by the content of files: unchanged files are not checked again.",
        ),
    ] = True
    cache_dir: Annotated[
        Optional[Path],
        option(
            "--cache-dir",
            metavar="DIR",
            panel=_CACHE,
            help=f"The folder of the cache. Default: {FOLDER} beside the configuration file, else in the current folder.",
        ),
    ] = None


@command
def check(
    context: typer.Context,
    paths: Paths = None,
    *,
    report: ReportOptions,
    fails: GateOptions,
    formats: FormatOptions,
    files: FileOptions,
    cached: CacheOptions,
    rules: RuleOptions,
    jobs: Jobs = None,
    allow_empty: AllowEmpty = False,
    list_files: ListFiles = False,
    quiet: Quiet = False,
) -> int:
    """Report what would be cut, and exit with 1 if there is anything. Flags are reported, but do not change the exit code.

    Examples:

    cleanspam check

    cleanspam check corpus/ --format sarif --output-file cleanspam.sarif

    cleanspam check corpus/ --baseline known.txt --max-per-million 5

    git diff --name-only --diff-filter=d -z | cleanspam check --files-from - -0
    """
    name = choose_format(report)
    gate = fails.gate()
    named = paths or (None if files.files_from else configured_paths(context))
    own = (fails.baseline, fails.write_baseline, report.output_file)
    reading = Reading(named, files, formats, jobs, own, quiet=quiet)
    if list_files:
        return _list_files(reading)
    require_new("--output-file", report.output_file, named or [Path()])
    require_new("--write-baseline", fails.write_baseline, named or [Path()])
    run = _begun(context, cached, editor_of(rules.choice()), reading)
    if fails.write_baseline:
        _write_known(fails.write_baseline, run)
        return reading.code
    try:
        _report(name, gate.new(run.findings()), run.facts, report.output_file)
    except BrokenPipeError:
        forget_stdout()
        return FOUND if gate.counted and not fails.exit_zero else 0
    for note in run.facts.notes:
        complain(note)
    if not allow_empty:
        reading.require_files("name others, or use --allow-empty if that is right")
    return _sum_up(run, gate, fails, reading, quiet=quiet)


def _sum_up(run: "Run", gate: Gate, fails: GateOptions, reading: Reading, *, quiet: bool) -> int:
    """Name the stale entries of the baseline, print the summary, and return the exit code."""
    stale = name_stale(gate.known.stale(), fails.baseline, strict=fails.strict_baseline)
    if not quiet and (run.totals.files or not reading.code):  # no summary if nothing could be read
        for line in summary(run.totals, gate, reading.skipped):
            say(line)
    kept = gate.budget.is_kept(gate.result(run.totals))
    return reading.code or (0 if fails.exit_zero else stale or (0 if kept else FOUND))


def _begun(context: typer.Context, cached: CacheOptions, editor: ChunkEditor, reading: Reading) -> "Run":
    """Return the reading of the files, which has not begun yet."""
    run = Run(reading.scanned(editor, _opened_cache(context, cached, editor, reading)), editor.cleaner.told)
    run.facts.failures = reading.failures
    return run


def _write_known(baseline: Path, run: "Run") -> None:
    entries = write_known(baseline, run.findings())
    say(tr("{0} written to {1}", amount(entries, "known finding"), baseline))


def _opened_cache(context: typer.Context, options: CacheOptions, editor: ChunkEditor, reading: Reading) -> Cache | None:
    """Open the cache for the rules and options of this run; None if the cache is switched off."""
    if not options.cache:
        return None
    from cleanspam import __version__

    file = config_of(context).file
    beside = file.parent if file else Path()
    on = (__version__, code_hash(), editor.cleaner.told.hash, reading.fields, reading.formats.encoding)
    return Cache(options.cache_dir or beside / FOLDER, repr(on))


def _report(name: str, findings: Iterable[FoundInFile], facts: Facts, output_file: Path | None) -> None:
    """Write the report. On a terminal, reports for people are coloured."""
    if output_file is None and name in ("concise", "full") and has_colour(sys.stdout):
        from cleanspam.cli.terminal import console, print_findings

        print_findings(console(), findings, facts, is_full=name == "full")
    else:
        write(REPORTS[name](findings, facts), output_file)


def _list_files(reading: Reading) -> int:
    """Print the files that would be read, and on stderr the skipped ones."""
    for target in reading.targets():
        kind = ".".join(filter(None, target.kind))
        print(f"{line(str(target.path))}\t{kind}")
    reading.require_files()
    for passed in _passed_over(reading.skipped):
        say(passed)
    return reading.code


def _passed_over(skipped: Mapping[str, int]) -> Iterator[str]:
    """Yield the reasons why files were skipped. Hidden files are left out: every repository has some, such as .git."""
    suffixes = [f"{tr(why)} {number:,}" for why, number in skipped.items() if why.startswith(".") or why == "without suffix"]
    for why, number in sorted(skipped.items()):
        if why == "unknown suffix":
            yield tr("{0} skipped ({1}: {2})", f"{number:,}", tr(why), ", ".join(suffixes[:SHOWN]))
        elif why != "hidden" and not why.startswith(".") and why != "without suffix":
            yield tr("{0} skipped ({1})", f"{number:,}", tr(why))


class Run:
    """One reading of files, which yields and counts the findings."""

    def __init__(self, scanned: Iterable[Scanned], rules: RulesTold) -> None:
        self._scanned, self.totals, self.facts = scanned, Totals(), facts_of(rules)

    def findings(self) -> Iterator[FoundInFile]:
        """Yield each finding with its place, file by file."""
        for scanned in self._scanned:
            self.totals.add(scanned.result.totals)
            self.facts.files.append(scanned.path)
            yield from (FoundInFile(scanned.path, located) for located in scanned.result.located)


def editor_of(choice: RuleChoice) -> ChunkEditor:
    """Return an editor that judges pieces by the chosen rules and locates its findings."""
    return ChunkEditor(TextFormat(), choice.cleaner(), Collect(findings=True))


def facts_of(rules: RulesTold) -> Facts:
    """Return the facts about the program and its rules for reports."""
    from cleanspam import __version__

    return Facts(__version__, rules.hash, rules.abouts, rules.kinds, roots=find_roots())


def summary(totals: Totals, gate: Gate, skipped: Mapping[str, int]) -> Iterator[str]:
    """Yield the lines of the summary: findings, skipped files, and the use of each budget."""
    counted = gate.result(totals)
    findings, files = amount(counted.findings, "finding"), amount(counted.files, "file")
    is_some = counted.findings and counted.files > 1
    parts = [tr("{0} in {1} of {2}", findings, counted.files_found, files) if is_some else tr("{0} in {1}", findings, files)]
    parts += [tr("{0} flagged", f"{totals.flags:,}")] * bool(totals.flags)
    parts += [tr("{0} known", f"{gate.excused:,}")] * bool(gate.excused)
    parts += [tr("{0} kept by a mark", f"{totals.kept:,}")] * bool(totals.kept)
    yield tr(", ").join([*parts, *_passed_over(skipped)])
    for use in gate.budget.uses(counted):
        yield _use_line(use)


def _use_line(use: Use) -> str:
    far = tr(" ({0} used)", use.share) if use.share else ""
    over = tr(", over") if use.is_over else ""
    return tr("budget: {0} of {1} {2}{3}{4}", figure(use.used), figure(use.limit), tr(use.unit), far, over)
