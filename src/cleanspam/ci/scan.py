"""Scanning: what would be cut in each of many files, known from the cache or found by judging. Writes and prints nothing."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from cleanspam.ci.cache import Cache, Result, digest
from cleanspam.corpus.chunk import ChunkEditor, placed
from cleanspam.corpus.workers import Workers
from cleanspam.disk.encodings import AUTO
from cleanspam.errors import CleanspamError
from cleanspam.formats.base import Format
from cleanspam.formats.detect import open_content
from cleanspam.formats.registry import FileType

GROUP = 64  # files that go to a worker in one call


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What all files of a scan have in common. Picklable."""

    fields: tuple[str, ...] = ()
    encoding: str = AUTO
    hashes: bool = False  # needed for a cache


class Target(NamedTuple):
    """A file to scan."""

    path: Path
    kind: FileType


@dataclass(slots=True)
class Scanned:
    """What was found in a file, or why it could not be read."""

    path: str
    result: Result = field(default_factory=Result)
    error: str = ""
    digest: bytes = b""  # of the bytes that were scanned and their kind, if wanted


@dataclass(slots=True)
class _Task:
    target: Target
    done: Scanned | None = None


class Scanner:
    """Scans files on some workers, which start when the first file has to be judged. Results come in the files' order."""

    def __init__(self, editor: ChunkEditor, setup: ScanOptions, jobs: int = 1, cache: Cache | None = None) -> None:
        self._editor, self._jobs, self._cache = editor, jobs, cache
        self._setup = replace(setup, hashes=cache is not None)
        self._workers: Workers | None = None

    def close(self) -> None:
        """End the workers and write the cache."""
        if self._workers:
            self._workers.__exit__(None, None, None)
        if self._cache:
            self._cache.close()

    def files(self, targets: Iterable[Target]) -> Iterator[Scanned]:
        """Yield what is found in each file."""
        waiting: deque[list[_Task]] = deque()
        groups = self._groups(iter(targets))
        # All known so far: nothing to start workers for.
        for group in groups:
            if any(task.done is None for task in group):
                yield from self._judged(group, groups, waiting)
                return
            yield from (task.done for task in group if task.done)

    def stream(self, name: str, source: BinaryIO, fitted: Format) -> Scanned:
        """Return what is found in a stream, which no cache knows."""
        return _guarded(name, lambda: Scanned(name, _scan(source, fitted, self._editor)))

    def _groups(self, targets: Iterator[Target]) -> Iterator[list[_Task]]:
        while some := list(islice(targets, GROUP)):
            yield [self._looked_up(target) for target in some]

    def _judged(self, first: list[_Task], rest: Iterator[list[_Task]], waiting: deque[list[_Task]]) -> Iterator[Scanned]:
        """Yield the results of `first` and `rest`, the unknown files judged by the workers."""
        second = list(islice(rest, 1))
        # One group is judged here before workers would have started.
        jobs = self._jobs if second else 1
        self._workers = self._workers or Workers(jobs, _set_up, (self._editor, self._setup))

        def unknown() -> Iterator[list[Target]]:
            for group in chain([first], second, rest):
                waiting.append(group)
                yield [task.target for task in group if task.done is None]

        for found in self._workers.map(_scan_group, unknown()):
            news = iter(found)
            for task in waiting.popleft():
                yield task.done or self._remembered(next(news))

    def _looked_up(self, target: Target) -> _Task:
        task = _Task(target)
        if self._cache is None:
            return task
        try:
            with target.path.open("rb") as source:
                known = self._cache.get(_named(target.kind, source))
        except OSError:  # judging it says why
            return task
        task.done = Scanned(str(target.path), known) if known else None
        return task

    def _remembered(self, scanned: Scanned) -> Scanned:
        if self._cache and scanned.digest:
            self._cache.put(scanned.digest, scanned.result)
        return scanned


def _scan(source: BinaryIO, fitted: Format, editor: ChunkEditor) -> Result:
    result = Result()
    for outcome in placed(map(editor.with_format(fitted), fitted.pieces(source))):
        result.totals.add(outcome.totals)
        result.located += outcome.located
        result.problems += outcome.problems
    result.totals.files = 1
    return result


def _guarded(name: str, scan: Callable[[], Scanned]) -> Scanned:
    """Return what a scan found; what goes wrong with one file leaves the others alone."""
    try:
        return scan()
    except OSError as error:
        return Scanned(name, error=f"{name}: {error.strerror or error}")
    except CleanspamError as error:
        return Scanned(name, error=f"{name}: {error}")


# A worker's own, set once when it starts.
_worker: list[tuple[ChunkEditor, ScanOptions]] = []


def _set_up(editor: ChunkEditor, setup: ScanOptions) -> None:
    _worker[:] = [(editor, setup)]


def _scan_group(targets: list[Target]) -> list[Scanned]:
    return [_guarded(str(target.path), partial(_scan_file, target)) for target in targets]


def _scan_file(target: Target) -> Scanned:
    editor, setup = _worker[0]
    with target.path.open("rb") as raw:
        # Of the file that is open, not of what the path names a moment before or after.
        name = _named(target.kind, raw) if setup.hashes else b""
        raw.seek(0)
        source, fitted = open_content(raw, target.kind, setup.fields, setup.encoding)
        return Scanned(str(target.path), _scan(cast("BinaryIO", source), fitted, editor), digest=name)


def _named(kind: FileType, source: BinaryIO) -> bytes:
    """Name what is left of a file, read as that kind."""
    return repr(tuple(kind)).encode() + digest(source)
