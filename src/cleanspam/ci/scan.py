"""Finds plantings in many files, by judging or from the cache. Writes and prints nothing."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from cleanspam.ci.cache import Cache, CachedResult, hash_rest
from cleanspam.corpus.chunk import ChunkEditor, placed
from cleanspam.corpus.pool import FilePool, FileWork
from cleanspam.corpus.walk import HEAD, is_own_file
from cleanspam.corpus.workers import Workers
from cleanspam.disk.encodings import AUTO
from cleanspam.errors import told
from cleanspam.formats.base import NO_TEXT, Format, NoFieldError
from cleanspam.formats.detect import open_content
from cleanspam.formats.registry import FileType
from cleanspam.model import NamedTuple


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """The options that all files of a scan share. Picklable."""

    fields: tuple[str, ...] = ()
    encoding: str = AUTO
    hashes: bool = False  # compute hashes, for a cache


class Target(NamedTuple):
    """A file to scan."""

    path: Path
    kind: FileType
    size: int = 0  # bytes on disk
    must_be_read: bool = False  # a file without a field to clean is an error


@dataclass(slots=True)
class Scanned:
    """The findings of a file, or the reason why it could not be read."""

    path: str
    result: CachedResult = field(default_factory=CachedResult)
    error: str = ""
    skip: str = ""  # the reason for skipping the file
    digest: bytes = b""  # the hash of the scanned bytes and their file type, if wanted


@dataclass(slots=True)
class _Task:
    target: Target
    done: Scanned | None = None


@dataclass(frozen=True, slots=True)
class ScanWork(FileWork[Target, None, Scanned]):
    """Scans each file."""

    editor: ChunkEditor
    options: ScanOptions

    def run(self, target: Target, tell: Callable[[None], None]) -> Scanned:  # noqa: ARG002 (nothing is told before the end)
        """Return the findings of a file, or the reason why it could not be read."""
        scan = partial(scan_file, target, self.editor, self.options)
        return _guarded(str(target.path), scan, must_be_read=target.must_be_read)

    def failed(self, target: Target, why: str) -> Scanned:
        """Return the result for a file whose worker process died."""
        return Scanned(str(target.path), error=f"{target.path}: {why}")


def scan_file(target: Target, editor: ChunkEditor, options: ScanOptions) -> Scanned:
    """Return the findings of a file."""
    with target.path.open("rb") as raw:
        # The hash of the open file: the path may name another file a moment later.
        name = _named(target.kind, raw) if options.hashes else b""
        raw.seek(0)
        if is_own_file(raw.read(HEAD)):
            return Scanned(str(target.path), skip="written by cleanspam")
        raw.seek(0)
        source, fitted = open_content(raw, target.kind, options.fields, options.encoding)
        return Scanned(str(target.path), _scan(cast("BinaryIO", source), fitted, editor), digest=name)


class Scanner:
    """Scans files on workers, which start when needed. Results come in the order of the files."""

    def __init__(self, editor: ChunkEditor, setup: ScanOptions, jobs: int = 1, cache: Cache | None = None) -> None:
        self._editor, self._cache = editor, cache
        work = ScanWork(editor, replace(setup, hashes=cache is not None))
        self._workers = Workers(jobs, work)
        self._pool: FilePool[Target, None, Scanned] = FilePool(work, self._workers, jobs)

    def close(self) -> None:
        """End the workers and write the cache."""
        self._workers.close()
        if self._cache:
            self._cache.close()

    def files(self, targets: Iterable[Target]) -> Iterator[Scanned]:
        """Yield the result for each file."""
        waiting: deque[_Task] = deque()

        def unknown() -> Iterator[Target]:
            for target in targets:
                task = self._looked_up(target)
                waiting.append(task)
                if task.done is None:
                    yield target

        for _, scanned in self._pool.run(unknown(), lambda *_: None):
            yield from _known(waiting)
            waiting.popleft()
            yield self._remembered(scanned)
        yield from _known(waiting)

    def stream(self, name: str, source: BinaryIO, fitted: Format) -> Scanned:
        """Return the findings of a stream, which is never in the cache."""
        return _guarded(name, lambda: Scanned(name, _scan(source, fitted, self._editor)), must_be_read=True)

    def _looked_up(self, target: Target) -> _Task:
        task = _Task(target)
        if self._cache is None:
            return task
        try:
            with target.path.open("rb") as source:
                known = self._cache.get(_named(target.kind, source))
        except OSError:  # judging the file reports the error
            return task
        task.done = Scanned(str(target.path), known) if known else None
        return task

    def _remembered(self, scanned: Scanned) -> Scanned:
        if self._cache and scanned.digest:
            self._cache.put(scanned.digest, scanned.result)
        return scanned


def _known(waiting: deque[_Task]) -> Iterator[Scanned]:
    """Yield the results that the cache has, up to the first file without one."""
    while waiting and (done := waiting[0].done):
        waiting.popleft()
        yield done


def _scan(source: BinaryIO, fitted: Format, editor: ChunkEditor) -> CachedResult:
    result = CachedResult()
    for chunk in placed(map(editor.with_format(fitted), fitted.pieces(source))):
        result.totals.add(chunk.result.totals)
        result.located += chunk.result.located
        result.problems += chunk.result.problems
    result.totals.files = 1
    return result


def _guarded(name: str, scan: Callable[[], Scanned], *, must_be_read: bool) -> Scanned:
    """Return the result of a scan. Any error at one file is stored in its result, and the other files go on."""
    try:
        return scan()
    except NoFieldError as error:
        may_be_skipped = error.is_side_file and not must_be_read
        return Scanned(name, skip=NO_TEXT) if may_be_skipped else Scanned(name, error=f"{name}: {error}")
    except Exception as error:
        message = told(error, name)
        return Scanned(name, error=message if message.startswith(f"{name}:") else f"{name}: {message}")


def _named(kind: FileType, source: BinaryIO) -> bytes:
    """Return the cache's key for the rest of a file that is read as this file type."""
    return repr(tuple(kind)).encode() + hash_rest(source)
