"""Does the same work for many files on several cores. Results come in the order of the files.

Several small files are one task; a large file is a task of its own. No result depends on the number of workers. A worker
that dies costs only the file that it worked on.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import partial
from itertools import chain, groupby
from typing import Any, Generic, Protocol, TypeVar

from cleanspam.corpus.workers import Emit, WorkerDiedError, Workers
from cleanspam.formats.base import BLOCK
from cleanspam.formats.registry import MAY_CRASH, FileType
from cleanspam.model import NamedTuple

GROUP = 64  # the most files in a task; a task ends early with the file that reaches BLOCK bytes
LARGE = 8 << 20  # bytes on disk from which on a file is a task of its own


class File(Protocol):
    """A file to work on. Picklable."""

    @property
    def kind(self) -> FileType:
        """The format and compression of the file."""

    @property
    def size(self) -> int:
        """The number of bytes on disk."""


Input = TypeVar("Input", bound=File)
Part = TypeVar("Part")
Done = TypeVar("Done")
Tell = Callable[[Part], None]


class FileWork(ABC, Generic[Input, Part, Done]):
    """The work for each file. Picklable. It raises no error that concerns only one file."""

    @abstractmethod
    def run(self, file: Input, tell: Tell[Part]) -> Done:
        """Do the work, pass the results of the file's parts to `tell`, and return the result of the file."""

    @abstractmethod
    def failed(self, file: Input, why: str) -> Done:
        """Return the result for a file whose worker process died."""

    def condensed(self, parts: list[tuple[int, Part]]) -> list[tuple[int, Part]]:
        """Return the results of a group, each with its file's number, as small as possible, for they go through a pipe."""
        return parts


class _GroupResult(NamedTuple):
    parts: list[tuple[int, Any]]
    done: list[Any]


class _Route(Enum):
    HERE = "here"
    SPREAD = "spread"
    WORKERS = "workers"


class FilePool(Generic[Input, Part, Done]):
    """Does the same work for many files."""

    def __init__(
        self,
        work: FileWork[Input, Part, Done],
        workers: Workers,
        jobs: int,
        spread: Callable[[Input, Tell[Part]], Done] | None = None,
    ) -> None:
        """`spread` works on a large file in this process, while the workers edit its parts."""
        self._work, self._workers, self._jobs, self._spread = work, workers, jobs, spread

    def run(self, files: Iterable[Input], tell: Callable[[Input, Part], None]) -> Iterator[tuple[Input, Done]]:
        """Yield each file with its result. The results of the file's parts are passed to `tell` before."""
        for route, groups in groupby(_grouped(files), key=self._route):
            if route is _Route.WORKERS:
                yield from self._on_workers(groups, tell)
                continue
            run = self._spread if route is _Route.SPREAD and self._spread else self._work.run
            for file in chain.from_iterable(groups):
                yield file, run(file, partial(tell, file))

    def _route(self, group: list[Input]) -> _Route:
        if any(_may_crash(file) for file in group):
            return _Route.WORKERS
        if self._jobs <= 1:
            return _Route.HERE
        return _Route.SPREAD if self._spread and group[0].size > LARGE else _Route.WORKERS

    def _on_workers(self, groups: Iterator[list[Input]], tell: Callable[[Input, Part], None]) -> Iterator[tuple[Input, Done]]:
        first, second = next(groups), next(groups, None)
        if second is None and not self._workers.number and not any(map(_may_crash, first)):
            for file in first:  # done before workers would have started
                yield file, self._work.run(file, partial(tell, file))
            return
        ahead = [first, second] if second is not None else [first]
        for group, result in self._workers.map(_run_group, chain(ahead, groups), rescue=self._rescued):
            told = iter(result.parts)
            part = next(told, None)
            for number, done in enumerate(result.done):
                while part and part[0] <= number:
                    tell(group[number], part[1])
                    part = next(told, None)
                yield group[number], done
            for number, rest in chain([part] if part else [], told):
                tell(group[number], rest)

    def _rescued(self, group: list[Input], why: str) -> Iterator[_GroupResult]:
        """Work on the files of a dead worker one by one, each in its own process.

        A large file is not tried again, for some of its parts were reported already.
        """
        if len(group) == 1 and group[0].size > LARGE:
            yield _GroupResult([], [self._work.failed(group[0], why)])
            return
        parts, done = [], []
        for number, file in enumerate(group):
            try:
                for result in self._workers.alone(_run_group, [file]):
                    parts += [(number, part) for _, part in result.parts]
                    done += result.done
            except WorkerDiedError as death:
                done.append(self._work.failed(file, str(death)))
        yield _GroupResult(parts, done)


def _may_crash(file: File) -> bool:
    """Tell whether a damaged file of this format may crash the process that reads it."""
    return file.kind.format in MAY_CRASH


def _run_group(work: FileWork[Input, Part, Done], group: list[Input], emit: Emit) -> _GroupResult:
    """Work on some files, in a worker. The parts of a large file are sent one by one: together they could fill the memory."""
    parts: list[tuple[int, Part]] = []
    if len(group) == 1 and group[0].size > LARGE:

        def send(part: Part) -> None:
            emit(_GroupResult([(0, part)], []))

        return _GroupResult([], [work.run(group[0], send)])
    done = []
    for number, file in enumerate(group):

        def keep(part: Part, number: int = number) -> None:
            parts.append((number, part))

        done.append(work.run(file, keep))
    return _GroupResult(work.condensed(parts), done)


def _grouped(files: Iterable[Input]) -> Iterator[list[Input]]:
    """Yield the files in groups, one for each task. A large file is alone. Files that may crash a worker are kept apart."""
    group: list[Input] = []
    size = 0
    for file in files:
        is_apart = file.size > LARGE
        if group and (len(group) == GROUP or size >= BLOCK or is_apart or _may_crash(file) != _may_crash(group[0])):
            yield group
            group, size = [], 0
        group.append(file)
        size += file.size
        if is_apart:
            yield group
            group, size = [], 0
    if group:
        yield group
