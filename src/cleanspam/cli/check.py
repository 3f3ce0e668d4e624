"""`cleanspam check`: names what would be cut, for CI; exits with 1 if there is too much of it."""

from collections.abc import Iterable, Iterator, Mapping

import typer

from cleanspam.ci.budget import Budget
from cleanspam.ci.reports import REPORTS, Facts, Found
from cleanspam.ci.scan import Scanned
from cleanspam.cli.caching import CacheDir, UseCache, opened_cache
from cleanspam.cli.config import configured_paths
from cleanspam.cli.gate import (
    ExitZero,
    FailOn,
    Gate,
    KnownFile,
    MaxFilesShare,
    MaxFindings,
    MaxPerMillion,
    StrictBaseline,
    WriteKnown,
    name_stale,
    read_known,
    write_known,
)
from cleanspam.cli.guard import FOUND, guarded
from cleanspam.cli.options import CutFlagged, NoDefault, Only, Paths, Quiet, Rules, Without
from cleanspam.cli.output import AsJson, Format, OutputFile, chosen, write
from cleanspam.cli.pick import As, Encoding, Exclude, Fields, FilesFrom, FollowLinks, Hidden, Include, Jobs, Null
from cleanspam.cli.reading import Reading
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.session import say
from cleanspam.corpus.chunk import ChunkEditor, Collect, Totals
from cleanspam.corpus.walk import Selection
from cleanspam.formats.text import TextFormat
from cleanspam.rulebook.ruleset import Ruleset


@guarded
def check(
    context: typer.Context,
    paths: Paths = None,
    format_: Format = None,
    as_json: AsJson = False,
    output_file: OutputFile = None,
    baseline: KnownFile = None,
    write_baseline: WriteKnown = None,
    strict_baseline: StrictBaseline = False,
    max_findings: MaxFindings = None,
    max_per_million: MaxPerMillion = None,
    max_files_share: MaxFilesShare = None,
    fail_on: FailOn = "cut",
    exit_zero: ExitZero = False,
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
    cache: UseCache = True,
    cache_dir: CacheDir = None,
    quiet: Quiet = False,
    rules: Rules = None,
    no_default_rules: NoDefault = False,
    only: Only = None,
    without: Without = None,
    cut_flagged: CutFlagged = False,
) -> int:
    """Name what would be cut, and exit with 1 if there is anything. Flags are named but cost nothing.

    Examples:

    cleanspam check corpus/

    cleanspam check corpus/ --format sarif --output-file cleanspam.sarif

    cleanspam check corpus/ --baseline known.txt --max-per-million 5

    git diff --name-only -z | cleanspam check --files-from - -0
    """
    report = REPORTS[chosen(format_, as_json, output_file)]
    gate = Gate(Budget(max_findings, max_per_million, max_files_share), read_known(baseline), fail_on)
    # A baseline quotes what it knows, and may lie beside the corpus.
    own = [file.name for file in (baseline, write_baseline) if file]
    choice = Selection(include or (), [*(exclude or ()), *own], hidden=hidden, follow_links=follow_links, format_name=as_)
    named = paths or (None if files_from else configured_paths(context))
    reading = Reading(named, files_from, null, tuple(field or ()), encoding, choice, jobs)
    editor = editor_of(RuleChoice(rules, no_default_rules, only, without, cut_flagged))
    known = opened_cache(context, cache_dir, editor, reading) if cache else None
    run = Run(reading.scanned(editor, known), editor.cleaner.ruleset)
    if write_baseline:
        entries = write_known(write_baseline, run.findings())
        say(f"{_number(entries, 'known finding')} written to {write_baseline}")
        return reading.code
    write(report(gate.new(run.findings()), run.facts), output_file)
    stale = name_stale(gate.known.stale(), baseline, strict=strict_baseline)
    if not quiet:
        for line in summary(run.totals, gate, reading.skipped):
            say(line)
    kept = gate.budget.is_kept(gate.result(run.totals))
    return reading.code or (0 if exit_zero else stale or (0 if kept else FOUND))


class Run:
    """One reading of files: yields findings, and counts as it goes."""

    def __init__(self, scanned: Iterable[Scanned], ruleset: Ruleset) -> None:
        self._scanned, self.totals, self.facts = scanned, Totals(), facts_of(ruleset)

    def findings(self) -> Iterator[Found]:
        """Yield each finding in its place, file by file."""
        for scanned in self._scanned:
            self.totals.add(scanned.result.totals)
            self.facts.files.append(scanned.path)
            yield from (Found(scanned.path, located) for located in scanned.result.located)


def editor_of(choice: RuleChoice) -> ChunkEditor:
    """Return what judges pieces by the chosen rules and says what it found in which place."""
    return ChunkEditor(TextFormat(), choice.cleaner(), Collect(findings=True))


def facts_of(ruleset: Ruleset) -> Facts:
    """Return what reports say of the program and its rules."""
    from cleanspam import __version__

    return Facts(__version__, ruleset.hash, {rule.id: rule.about for rule in ruleset.rules})


def summary(totals: Totals, gate: Gate, skipped: Mapping[str, int]) -> Iterator[str]:
    """Yield what was found out of how much, what was passed over, and how far each budget is used."""
    flags = f", {totals.flags:,} flagged" if totals.flags else ""
    known = f", {gate.excused:,} known" if gate.excused else ""
    kept = f", {totals.kept:,} kept by a mark" if totals.kept else ""
    # Hidden ones are in every repository, .git and the cache among them: no news.
    over = "".join(f", {number:,} skipped ({why})" for why, number in sorted(skipped.items()) if why != "hidden")
    yield f"{_number(gate.counted, 'finding')} in {_number(totals.files, 'file')}{flags}{known}{kept}{over}"
    for use in gate.budget.uses(gate.result(totals)):
        yield f"budget: {use}"


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
