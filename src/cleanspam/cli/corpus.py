"""A run of `clean` over many files: which ones, the log and what an earlier run did, progress, and the summary."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from cleanspam.cli.guard import Complaints
from cleanspam.cli.progress import Progress, Tally, table
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.session import STDIN, say, show_hunks
from cleanspam.corpus import cutlog
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect, Totals
from cleanspam.corpus.clean_file import PendingFile, absolute
from cleanspam.corpus.job import LARGE, FileOptions, Job
from cleanspam.corpus.outputs import Outputs
from cleanspam.corpus.pool import GROUP, Corpus
from cleanspam.corpus.walk import Selection, Walker, listed
from cleanspam.corpus.workers import cores
from cleanspam.disk import atomic
from cleanspam.disk.encodings import AUTO, find_codec
from cleanspam.errors import CleanspamError, told
from cleanspam.formats.registry import make_format
from cleanspam.formats.text import TextFormat
from cleanspam.judge.cleaner import Cleaner

JOURNAL = f"{atomic.PREFIX}run.jsonl"  # in the output folder while a run is not done
LOGS = Path(".cleanspam", "log")
_UNKNOWN = ("", "")  # hashes of a file that no earlier run finished


@dataclass(frozen=True)
class CleanOptions:
    """How a run is to go, beside what is cleaned and by which rules."""

    output: Path | None = None
    in_place: bool = False
    log: Path | None = None
    resume: bool = False
    jobs: int | None = None
    diff: bool = False
    quiet: bool = False
    json_summary: Path | None = None
    files_from: Path | None = None
    null: bool = False


def clean_corpus(paths: list[Path], rules: RuleChoice, wanted: Selection, setup: FileOptions, ways: CleanOptions) -> int:
    """Clean the files that `paths` and --files-from name, into another folder or in place; go on behind one that fails."""
    paths = [*paths, *_listed(ways)]
    _check(paths, wanted, setup, ways)
    return _Run(paths, rules.cleaner(), wanted, setup, ways).run()


class _Run:
    """One run: its log, its tally, its exit code."""

    def __init__(self, paths: list[Path], cleaner: Cleaner, wanted: Selection, setup: FileOptions, ways: CleanOptions) -> None:
        self._paths, self._ways, self._setup = paths, ways, replace(setup, hashes=True)
        self._is_journal = not ways.in_place and ways.log is None
        wants = Collect(hunks=ways.diff, cut_records=not self._is_journal)
        self._editor = ChunkEditor(TextFormat(), cleaner, wants)
        self._tally, self._pending = Tally(), list[PendingFile]()
        self._cuts_here: Totals | None = None  # in the file that is being cleaned; for many small ones one each costs time
        self._read_here = 0
        self._complaints = Complaints()
        self._chooser = Walker(wanted)
        self._targets = Outputs(paths, ways.output, wanted.follow_links)
        self._log_path = ways.log or _default_log(ways)
        self._line = _run_line(cleaner, wanted, setup, ways)
        self._known = _earlier(self._log_path, self._line) if ways.resume else {}

    def run(self) -> int:
        """Clean all files and return the exit code."""
        try:
            self._clean()
        finally:  # what a run leaves that fails, and the workers of one that was killed just before this one
            atomic.sweep(map(Path, self._targets.folders))
        return self._end()

    def _clean(self) -> None:
        fsync = self._setup.fsync and not self._is_journal
        with Corpus(self._editor, self._setup, self._ways.jobs or cores()) as corpus:
            self._log = cutlog.LogWriter(self._log_path, fsync=fsync, append=self._ways.resume, anew=self._is_journal)
            self._log.run(self._line)
            with closing(self._log), self._progress() as self._bar:
                for staged in corpus.staged(self._jobs(), self._report):
                    self._pending.append(staged)
                    self._settle(staged)
                self._commit()
                self._log.flush()

    def _jobs(self) -> Iterator[Job]:
        own, known = absolute(self._log_path), self._known
        for chosen in self._chooser.chosen(self._paths):
            try:
                target = self._targets.of(chosen)
            except CleanspamError as error:
                self._miss(str(error))
                continue
            if target is None:
                self._chooser.skip("links")
            elif not target.endswith(self._log_path.name) or absolute(target) != own:
                source = target if self._ways.in_place else chosen.name
                before = known.get(absolute(target), _UNKNOWN) if known else _UNKNOWN
                yield Job(source, target, chosen.kind, chosen.size, before)

    def _report(self, job: Job, outcome: ChunkResult) -> None:
        """Take note of a piece: it comes in order, before its file is settled."""
        self._tally.totals.add(outcome.totals)
        if outcome.totals.cuts:
            self._cuts_here = self._cuts_here or Totals()
            self._cuts_here.add(outcome.totals)
        self._tally.broken += len(outcome.problems)
        self._log.cuts(outcome.cut_records)
        for problem in outcome.problems:
            self._complaints.add(f"{job.source}:{problem.line}: {problem.message}")
        if outcome.hunks:
            show_hunks(str(job.source), outcome.hunks)
        self._read(min(outcome.on_disk, job.size - self._read_here))
        self._bar.moved()

    def _read(self, size: int) -> None:
        """Count bytes on disk of the file that is being cleaned."""
        self._tally.read += size
        self._read_here += size

    def _settle(self, staged: PendingFile) -> None:
        """Write a file's line into the log; it is put in its place when the log is on the disk."""
        staged.cuts, self._cuts_here = self._cuts_here, None
        self._tally.totals.files += 1
        self._read(staged.job.size - self._read_here)
        self._read_here = 0
        if staged.error:
            self._log.abandon(absolute(staged.job.source), staged.error)
            self._fail(staged, staged.error)
        elif staged.is_done:
            self._tally.done_before += 1
        else:
            self._tally.changed += staged.cuts is not None
            self._log.file(staged.line)
        if len(self._pending) >= GROUP or staged.job.size > LARGE:
            self._commit()
        self._bar.moved()

    def _commit(self) -> None:
        """Put the files whose lines are written in their places."""
        renames = [staged for staged in self._pending if staged.beside]
        self._pending.clear()
        if renames:
            self._log.flush()
        for staged in renames:
            job = staged.job
            try:
                atomic.commit(staged.beside, job.target, staged.version if job.source == job.target else ())
            except (OSError, CleanspamError) as error:
                why = told(error, job.target)
                self._log.not_replaced(absolute(job.target), why)
                self._tally.changed -= staged.cuts is not None
                self._fail(staged, why)

    def _fail(self, staged: PendingFile, why: str) -> None:
        """Take note of a file that stays as it was."""
        if staged.cuts:
            self._tally.totals.take_back(staged.cuts)
        self._miss(f"{why}; the other files go on")

    def _miss(self, message: str) -> None:
        self._tally.failed += 1
        self._complaints.add(message)

    def _progress(self) -> Progress:
        """Return the progress display; only a terminal's knows beforehand how much there is."""
        if self._ways.quiet or not sys.stderr.isatty():
            return Progress(self._tally, quiet=self._ways.quiet)
        sizes = [chosen.size for chosen in Walker(self._chooser.choice).chosen(self._paths)]
        return Progress(self._tally, len(sizes), sum(sizes))

    def _end(self) -> int:
        """Say what was done and return the exit code."""
        for problem in self._chooser.problems:
            self._miss(problem)
        for note in self._targets.notes:
            say(f"cleanspam: {note}")
        self._tally.skipped = self._chooser.skipped
        self._tally.log = "" if self._is_journal else str(self._log_path)
        if self._is_journal and not self._complaints.code:
            self._log_path.unlink()
        if not self._ways.quiet:
            for name, value in table(self._tally):
                say(f"{name:<16} {value}")
            if self._tally.log:
                say(f"{'log':<16} {self._tally.log} (cleanspam restore puts back what it lists)")
        if self._ways.json_summary:
            _write_summary(self._ways.json_summary, self._tally, self._line.rules)
        return self._complaints.code


def _check(paths: list[Path], wanted: Selection, setup: FileOptions, ways: CleanOptions) -> None:
    """Raise CleanspamError for words that do not go together, before anything is written."""
    if STDIN in paths or not paths:
        raise CleanspamError("--output and --in-place take files and folders, not standard input; write < in > out instead")
    if ways.output and ways.in_place:
        raise CleanspamError("--output writes copies and --in-place replaces files; choose one")
    if ways.output:
        atomic.check_output(paths, ways.output)
    if setup.encoding != AUTO:
        find_codec(setup.encoding)
    make_format(wanted.format_name or "jsonl", setup.fields)


def _listed(ways: CleanOptions) -> list[Path]:
    if ways.files_from is None:
        return []
    if ways.files_from == STDIN:
        return listed(sys.stdin.buffer, by_nul=ways.null)
    with ways.files_from.open("rb") as source:
        return listed(source, by_nul=ways.null)


def _default_log(ways: CleanOptions) -> Path:
    """Return the journal of a run with --output, or where a run in place logs: the newest log if it goes on with one."""
    if ways.output:
        return ways.output / JOURNAL
    logs = sorted(LOGS.glob("*.jsonl")) if ways.resume else []
    stem = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"
    names = (LOGS / f"{stem}{'-' * (number > 0)}{number or ''}.jsonl" for number in count())
    return logs[-1] if logs else next(name for name in names if not name.exists())


def _run_line(cleaner: Cleaner, wanted: Selection, setup: FileOptions, ways: CleanOptions) -> cutlog.RunLine:
    from cleanspam import __version__

    options = {"as": wanted.format_name, "field": list(setup.fields), "encoding": setup.encoding, "in_place": ways.in_place}
    time = datetime.now().astimezone().isoformat(timespec="seconds")
    return cutlog.RunLine(cleaner.ruleset.hash, __version__, options, time)


def _earlier(log: Path, line: cutlog.RunLine) -> dict[str, tuple[str, str]]:
    """Return the hashes before and after of the files that an earlier run finished.

    Raises CleanspamError if that run had other rules or options.
    """
    if not log.exists() or not (last := cutlog.run_of(log)):
        return {}
    if replace(last, time="") != replace(line, time=""):
        raise CleanspamError(f"{log}: the run to go on with had other rules or options; run without --resume")
    return {entry.line.file: (entry.line.before, entry.line.after) for entry in cutlog.entries(log)}


def _write_summary(path: Path, tally: Tally, ruleset: str) -> None:
    text = json.dumps(tally.as_data() | {"ruleset": ruleset}, ensure_ascii=False, indent=2) + "\n"
    data = text.encode(errors="backslashreplace")  # a stray byte in a name, as JSON escapes it
    if path == STDIN:
        sys.stdout.write(data.decode())
    else:
        path.write_bytes(data)
