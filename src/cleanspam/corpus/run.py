"""Runs: cleans many files, keeps the log, continues an earlier run, and renames the cleaned files into place.

This order keeps every file whole and every cut undoable: a file is cleaned beside its target; its cuts and its line go into
the log; the log is flushed to the disk; then the file is renamed over its target.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from cleanspam.corpus import cutlog
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect, Totals
from cleanspam.corpus.clean_file import ChunkSpread, CleaningWork, PendingFile, absolute
from cleanspam.corpus.job import FileOptions, Job
from cleanspam.corpus.outputs import Outputs, names_file
from cleanspam.corpus.pool import GROUP, LARGE, FilePool
from cleanspam.corpus.summary import RunSummary
from cleanspam.corpus.walk import Selection, Walker
from cleanspam.corpus.workers import Workers, cores
from cleanspam.disk import atomic, runlock
from cleanspam.disk.encodings import AUTO, find_codec
from cleanspam.errors import CleanspamError, told
from cleanspam.formats.registry import make_format
from cleanspam.formats.text import TextFormat
from cleanspam.judge.cleaner import Cleaner
from cleanspam.model import NamedTuple
from cleanspam.text.diff import Hunk

JOURNAL = f"{atomic.PREFIX}run"  # the start of a journal's name; it lies in the output folder until a run is done
LOGS = Path(".cleanspam", "log")
_UNKNOWN = ("", "")  # the hashes of a file that no earlier run finished
_SHOWN = 1000  # the most problems in a summary


@dataclass(frozen=True, kw_only=True)
class CleanOptions:
    """The options of a run, besides the files and the rules."""

    output: Path | None = None
    in_place: bool = False
    log: Path | None = None
    resume: bool = False
    jobs: int | None = None
    hunks: bool = False  # report the cuts to the listener
    only_read: bool = False  # leave files that are not read, such as pictures, out of the output


@dataclass(frozen=True, kw_only=True)
class InputOptions:
    """The options for choosing and reading the files of a run."""

    fields: Sequence[str] = ()  # the fields of records to clean; by default the fields that hold text
    encoding: str = AUTO
    select: Selection = field(default_factory=Selection)


class Listener(Protocol):
    """Receives the events of a run."""

    def begin(self, summary: RunSummary, measure: Callable[[], tuple[int, int]]) -> None:
        """The run begins. `summary` changes during the run. `measure` walks the files and returns their number and bytes."""

    def moved(self) -> None:
        """The summary has changed."""

    def problem(self, message: str) -> None:
        """An error occurred; the run goes on."""

    def note(self, message: str) -> None:
        """There is something that the user should know."""

    def hunks(self, path: str, hunks: Iterable[Hunk]) -> None:
        """Cuts were made in a file."""

    def end(self) -> None:
        """The run has ended."""


class Silent:
    """A listener that ignores all events, for callers that need only the summary."""

    def begin(self, summary: RunSummary, measure: Callable[[], tuple[int, int]]) -> None:  # noqa: ARG002 (nobody looks)
        self._summary = summary

    def moved(self) -> None:
        pass

    def problem(self, message: str) -> None:
        if len(self._summary.problems) < _SHOWN:
            self._summary.problems.append(message)

    def note(self, message: str) -> None:
        pass

    def hunks(self, path: str, hunks: Iterable[Hunk]) -> None:
        pass

    def end(self) -> None:
        pass


def clean_files(
    paths: Iterable[str | os.PathLike[str]],
    *,
    output: str | os.PathLike[str] | None = None,
    in_place: bool = False,
    cleaner: Cleaner | None = None,
    jobs: int | None = None,
    log: str | os.PathLike[str] | None = None,
    resume: bool = False,
    inputs: InputOptions = InputOptions(),
) -> RunSummary:
    """Clean files, and all files below folders, as `cleanspam clean` does, and return the summary.

    Each file is written into the folder `output`, or replaced `in_place`. A file with an error stays as it is and is named in
    `problems`; the other files go on. A run in place always writes a cut log, whose path is in the summary. The default of
    `cleaner` is the shipped rules, of `jobs` all cores.

    Raises CleanspamError if nothing can be done, for example for an output inside an input.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     corpus, cleaned = Path(folder, "corpus"), Path(folder, "cleaned")
    ...     corpus.mkdir()
    ...     size = corpus.joinpath("a.txt").write_text("并不仅仅只是生长,(网络推广公司),更多的是反思。", encoding="utf-8")
    ...     summary = clean_files([corpus], output=cleaned, jobs=1)
    ...     print(summary.files, summary.cuts, summary.failed)
    ...     print(cleaned.joinpath("a.txt").read_text(encoding="utf-8"))
    1 1 0
    并不仅仅只是生长,更多的是反思。
    """
    if cleaner is None:
        from cleanspam.rulebook.find import load_rules

        cleaner = Cleaner(load_rules())
    options = CleanOptions(
        output=Path(output) if output is not None else None,
        in_place=in_place,
        log=Path(log) if log is not None else None,
        resume=resume,
        jobs=jobs,
    )
    files = FileOptions(tuple(inputs.fields), inputs.encoding)
    return CleaningRun([Path(path) for path in paths], cleaner, inputs.select, files, options, Silent()).run()


class _Counted(NamedTuple):
    """A cleaned file that waits for its rename, with the counts of its cuts if it has any."""

    job: Job
    pending: PendingFile
    cuts: Totals | None


class CleaningRun:
    """One run. The constructor raises CleanspamError for contradictory options, before anything is written."""

    def __init__(
        self,
        paths: list[Path],
        cleaner: Cleaner,
        select: Selection,
        files: FileOptions,
        options: CleanOptions,
        listener: Listener,
    ) -> None:
        _check(paths, select, files, options)
        if options.output and not options.only_read:
            select = replace(select, with_others=True)
        self._paths, self._select, self._options, self._listener = paths, select, options, listener
        self._locks = runlock.RunLocks(runlock.new_token())
        self._is_journal = not options.in_place and options.log is None
        self._is_default_log = options.in_place and options.log is None
        self._log_fsync = files.fsync and not self._is_journal
        root = _root_of(paths, options)
        self._files = replace(files, hashes=True, root=root, token=self._locks.token)
        self._editor = ChunkEditor(TextFormat(), cleaner, Collect(hunks=options.hunks, cut_records=not self._is_journal))
        self.summary, self._waiting = RunSummary(), list[_Counted]()
        self._cuts_here: Totals | None = None  # of the current file; made only for a file with cuts
        self._read_here = 0
        self._walker = Walker(select)
        self._outputs = Outputs(paths, options.output, self._locks, follow_links=select.follow_links)
        self.log_path = options.log or _default_log(paths, options, select)
        self.run_line = _run_line(cleaner, select, files, options, root)
        self._known = _earlier(self.log_path, self.run_line) if options.resume else {}

    def run(self) -> RunSummary:
        """Clean all files."""
        self._listener.begin(self.summary, self._measure)
        try:
            self._clean()
        finally:  # the unfinished files of a failed run, and of the workers of a run killed just before this one
            self._listener.end()
            atomic.sweep(map(Path, self._outputs.folders), self._locks.token)
            self._outputs.close()
        self._end()
        return self.summary

    def _measure(self) -> tuple[int, int]:
        sizes = [chosen.size for chosen in Walker(self._select).chosen(self._paths)]
        return len(sizes), sum(sizes)

    def _clean(self) -> None:
        jobs = self._options.jobs or cores()
        work = CleaningWork(self._editor, self._files)
        if self._is_default_log:
            _keep_out_of_git(self.log_path.parent)
        self._log = cutlog.LogWriter(self.log_path, fsync=self._log_fsync, append=self._options.resume, anew=self._is_journal)
        self._log.run(self.run_line)
        with closing(self._log), Workers(jobs, work, _prepare) as workers:
            spread = ChunkSpread(workers)
            pool = FilePool(work, workers, jobs, lambda job, report: work.run(job, report, spread))
            for job, pending in pool.run(self._jobs(), self._take_note):
                self._settle(job, pending)
            self._commit()
            self._log.flush()

    def _jobs(self) -> Iterator[Job]:
        own, known = absolute(self.log_path), self._known
        for chosen in self._walker.chosen(self._paths):
            try:
                place = self._outputs.of(chosen)
            except CleanspamError as error:
                self._miss(str(error))
                continue
            if isinstance(place, str):
                self._walker.skip(place)
                continue
            target = place.target
            if not target.endswith(self.log_path.name) or absolute(target) != own:
                source = target if self._options.in_place else chosen.name
                before = known.get(absolute(target), _UNKNOWN) if known else _UNKNOWN
                yield Job(source, target, chosen.kind, chosen.size, before, place.depth, chosen.must_be_read)

    def _take_note(self, job: Job, result: ChunkResult) -> None:
        """Count a piece of a file. The pieces come in order, before `_settle` is called for the file."""
        self.summary.totals.add(result.totals)
        if result.totals.cuts:
            self._cuts_here = self._cuts_here or Totals()
            self._cuts_here.add(result.totals)
        self.summary.broken += len(result.problems)
        self._log.cuts(result.cut_records)
        for problem in result.problems:
            self._listener.problem(f"{job.source}:{problem.line}: {problem.message}")
        if result.hunks:
            self._listener.hunks(job.source, result.hunks)
        self._read(min(result.on_disk, job.size - self._read_here))
        self._listener.moved()

    def _read(self, size: int) -> None:
        """Count bytes on disk of the current file."""
        self.summary.read += size
        self._read_here += size

    def _settle(self, job: Job, pending: PendingFile) -> None:
        """Write a file's line into the log. The file is renamed later, once the log is on the disk."""
        counted, self._cuts_here = _Counted(job, pending, self._cuts_here), None
        self._read(job.size - self._read_here)
        self._read_here = 0
        if pending.skip:
            self._walker.skip(pending.skip)
            self.summary.copied += pending.beside is not None  # the unchanged file is in the output
        else:
            self._tell(counted)
        self._waiting.append(counted)
        if len(self._waiting) >= GROUP or job.size > LARGE:
            self._commit()
        self._listener.moved()

    def _tell(self, counted: _Counted) -> None:
        """Tell the log and the summary what became of a file."""
        job, pending, cuts = counted
        self.summary.totals.files += bool(job.kind.format)
        if pending.error:
            self._log.abandon(absolute(job.source), pending.error)
            self._fail(counted, pending.error)
        elif not job.kind.format:
            self.summary.copied += 1
        elif pending.is_done:
            self.summary.done_before += 1
        else:
            self.summary.changed += cuts is not None
            self._log.file(pending.line)

    def _commit(self) -> None:
        """Flush the log, then rename the files whose lines are in it."""
        waiting, self._waiting = [counted for counted in self._waiting if counted.pending.beside], []
        if waiting:
            self._log.flush()
        for counted in waiting:
            job, beside = counted.job, counted.pending.beside
            try:
                if beside:
                    atomic.commit(beside, job.target, counted.pending.version if job.source == job.target else None)
            except (OSError, CleanspamError) as error:
                why = told(error, job.target)
                self._log.not_replaced(absolute(job.target), why)
                self.summary.changed -= counted.cuts is not None
                self._fail(counted, why)

    def _fail(self, counted: _Counted, why: str) -> None:
        """Count a file that failed and stays unchanged."""
        if counted.cuts:
            self.summary.totals.take_back(counted.cuts)
        self._miss(f"{why.rstrip('.')}; the other files go on")

    def _miss(self, message: str) -> None:
        self.summary.failed += 1
        self._listener.problem(message)

    def _end(self) -> None:
        """Complete the summary when all files are done."""
        for problem in self._walker.problems:
            self._miss(problem)
        for note in self._outputs.notes:
            self._listener.note(note)
        self.summary.skipped, self.summary.unread = self._walker.skipped, self._walker.unread
        is_whole = not self.summary.failed and not self.summary.broken
        has_no_use = self._is_journal or (self._is_default_log and not self.summary.cuts and not self._options.resume)
        if is_whole and has_no_use:
            self.log_path.unlink(missing_ok=True)
        if self._is_journal or (is_whole and has_no_use):
            return
        self.summary.log = str(self.log_path)


def _prepare() -> None:
    import regex  # noqa: F401 (10 ms that a process has while the first pieces are looked for)


def _check(paths: list[Path], select: Selection, files: FileOptions, options: CleanOptions) -> None:
    """Raise CleanspamError for contradictory options."""
    if not paths:
        raise CleanspamError("no path is named")
    if options.output is None and not options.in_place:
        raise CleanspamError("name a folder for the cleaned copies with --output, or replace the files with --in-place")
    if options.output and options.in_place:
        raise CleanspamError("--output writes copies and --in-place replaces files; choose one")
    if options.output:
        atomic.check_output(paths, options.output)
        if options.output.is_file() and not names_file(paths, options.output):
            raise CleanspamError(f"--output {options.output} is a file; name a folder")
    if files.encoding != AUTO:
        find_codec(files.encoding)
    make_format(select.format_name or "jsonl", files.fields)


def _default_log(paths: list[Path], options: CleanOptions, select: Selection) -> Path:
    """Return the default log: the journal in the output folder, or a log in `.cleanspam`, with resume the newest log there."""
    shard = f"-{select.shard.part}-of-{select.shard.parts}" if select.shard else ""
    if options.output:
        if names_file(paths, options.output):
            return options.output.parent / f"{JOURNAL}-{options.output.name}.jsonl"
        return options.output / f"{JOURNAL}{shard}.jsonl"
    stem = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}{shard}"
    logs = sorted(path for path in LOGS.glob("*.jsonl") if _shard_of(path) == shard) if options.resume else []
    names = (LOGS / f"{stem}{'+' * (number > 0)}{number or ''}.jsonl" for number in count())
    return logs[-1] if logs else next(name for name in names if not name.exists())


def _shard_of(log: Path) -> str:
    found = re.search(r"-[0-9]+-of-[0-9]+(?=(?:\+[0-9]+)?$)", log.stem)
    return found[0] if found else ""


def _keep_out_of_git(folder: Path) -> None:
    """Write a .gitignore into the folder of logs, so that a pre-commit hook adds no new file to the repository."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def _root_of(paths: list[Path], options: CleanOptions) -> str:
    """Return the folder that contains all files that a run may write."""
    if options.output:
        return absolute(options.output.parent if names_file(paths, options.output) else options.output)
    folders = [absolute(path if path.is_dir() else path.parent) for path in map(_resolved, paths)]
    try:
        return os.path.commonpath(folders)
    except ValueError:  # two drives on Windows
        return ""


def _resolved(path: Path) -> Path:
    """Return the target of a link that the user named. The target is replaced, and the link stays."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _run_line(cleaner: Cleaner, select: Selection, files: FileOptions, options: CleanOptions, root: str) -> cutlog.RunLine:
    from cleanspam import __version__

    told = {"as": select.format_name, "field": list(files.fields), "encoding": files.encoding, "in_place": options.in_place}
    if select.shard:
        told["shard"] = f"{select.shard.part}/{select.shard.parts}"
    time = datetime.now().astimezone().isoformat(timespec="seconds")
    return cutlog.RunLine(cleaner.told.hash, __version__, told, time, root, cleaner.told.kinds)


def _earlier(log: Path, line: cutlog.RunLine) -> dict[str, tuple[str, str]]:
    """Return the hashes, before and after, of the files that an earlier run finished.

    Raises CleanspamError if the earlier run had other rules or options.
    """
    if not log.exists() or not (last := cutlog.run_of(log)):
        return {}
    if replace(last, time="", kinds={}) != replace(line, time="", kinds={}):
        raise CleanspamError(f"{log}: the run to go on with had other rules or options; run without --resume")
    return {entry.line.file: (entry.line.before, entry.line.after) for entry in cutlog.entries(log)}
