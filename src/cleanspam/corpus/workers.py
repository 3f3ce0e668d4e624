"""Workers: other processes that do tasks. Tasks are sent ahead, in a window of bounded size. Results come in order.

Each worker has a pipe of its own, so that the task of a dead worker is known. There are no threads, for workers are forked
whenever there is a task for them, also in place of a dead one.
"""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, TypeVar

from cleanspam.errors import CleanspamError

Item = TypeVar("Item")
Result = TypeVar("Result")
Emit = Callable[[Any], None]
# A task takes the worker's state, its item, and a function that sends a result. It returns the last result.
Task = Callable[[Any, Item, Emit], Result]
# The tasks in the window for each worker, and the bytes in the window. With two tasks workers were idle for a third of the time
# whenever the oldest task was slow.
AHEAD, ROOM = 8, 16 << 20
_DEPTH = 2  # the most tasks of a worker: the current one, and the next, so that the worker need not wait
_PARTS = 8  # the most results held for a task whose turn has not come; then its worker waits
# The most bytes of a task that are sent to a busy worker. A task that does not fit into the pipe would block this process,
# while the worker may wait for this process to read its result. (A pipe takes 64 KiB on Linux, 8 elsewhere.)
_FITS = 32 << 10 if sys.platform == "linux" else 4 << 10
_PER_CORE, _LEAST = 4, 16  # more processes gain nothing, and `--jobs 300` would take gigabytes


def cores() -> int:
    """Return the number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


class WorkerDiedError(CleanspamError):
    """A worker process ended before its task was done."""


class Workers:
    """Processes that do tasks. All have the same state. `prepare` runs once in each process."""

    def __init__(self, jobs: int, state: Any, prepare: Callable[[], None] | None = None) -> None:
        self.jobs = max(1, min(jobs, max(_LEAST, _PER_CORE * cores())))
        self._state, self._prepare = state, prepare
        self._workers: list[_Worker] = []
        self._queue: deque[_Sent[Any]] = deque()  # not yet sent to a worker

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the workers. A worker that still has a task is killed."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    @property
    def number(self) -> int:
        """The number of workers started so far."""
        return len(self._workers)

    def map(
        self,
        task: "Task[Item, Result]",
        items: Iterable[Item],
        size: Callable[[Item], int] = lambda _: 0,
        rescue: Callable[[Item, str], Iterator[Result]] | None = None,
    ) -> Iterator[tuple[Item, Result]]:
        """Yield each item with each of its results, in order; `size` returns the bytes of an item.

        If the worker of an item dies, `rescue` yields the missing results. Without `rescue` this raises WorkerDiedError.
        """
        order: deque[_Sent[Item]] = deque()
        held, rest = 0, iter(items)
        more = True
        try:
            while more or order:
                while more and len(order) < self.jobs * AHEAD and held < self.jobs * ROOM:
                    more = self._take(task, rest, size, order)
                    held += order[-1].size if more else 0
                    self._advance(wait=False)
                while order and (not more or len(order) >= self.jobs * AHEAD or held >= self.jobs * ROOM):
                    head = order[0]
                    yield from self._results(head, rescue)
                    order.popleft()
                    held -= head.size
        finally:
            for sent in order:
                sent.is_wanted = False
            self._queue.clear()

    def alone(self, task: "Task[Item, Result]", item: Item) -> Iterator[Result]:
        """Yield the results of one item from a process of its own. Raises WorkerDiedError."""
        with Workers(1, self._state, self._prepare) as worker:
            for _, result in worker.map(task, [item]):
                yield result

    def _take(
        self, task: "Task[Item, Result]", rest: Iterator[Item], size: Callable[[Item], int], order: "deque[_Sent[Item]]"
    ) -> bool:
        """Take the next item into the window; False if there is none."""
        for item in rest:
            sent = _Sent(task, item, size(item))
            order.append(sent)
            self._queue.append(sent)
            return True
        return False

    def _results(self, head: "_Sent[Item]", rescue: Callable[[Item, str], Iterator[Any]] | None) -> Iterator[tuple[Item, Any]]:
        """Yield the results of the oldest item as they come."""
        head.is_next = True
        while True:
            while head.parts:
                yield head.item, head.parts.popleft()
            if head.error:
                raise head.error
            if head.death and rescue is None:
                raise WorkerDiedError(head.death)
            if head.death and rescue:
                for result in rescue(head.item, head.death):
                    yield head.item, result
            if head.is_done or head.death:
                return
            self._advance(wait=True)

    def _advance(self, *, wait: bool) -> None:
        """Send waiting tasks, and read the messages that have arrived. With `wait`, block until a message arrives."""
        self._hand_out()
        readable = {worker.connection: worker for worker in self._workers if worker.may_tell()}
        if readable:
            from multiprocessing.connection import wait as wait_for

            for connection in wait_for(list(readable), None if wait else 0):
                self._read(readable[connection])
            self._hand_out()

    def _hand_out(self) -> None:
        while self._queue:
            sent = self._queue[0]
            worker = self._free_worker(len(sent.pickled()))
            if worker is None:
                return
            self._queue.popleft()
            if not worker.take(sent):
                self._queue.appendleft(sent)
                self._bury(worker)

    def _free_worker(self, size: int) -> "_Worker | None":
        idle = next((worker for worker in self._workers if not worker.tasks), None)
        if idle or len(self._workers) < self.jobs:
            return idle or self._started()
        busy = [worker for worker in self._workers if len(worker.tasks) < _DEPTH]
        return min(busy, key=lambda worker: len(worker.tasks), default=None) if size <= _FITS else None

    def _started(self) -> "_Worker | None":
        """Return a new worker; None if no more can be started while others exist."""
        try:
            worker = _Worker(self._state, self._prepare, [worker.connection for worker in self._workers])
        except (OSError, MemoryError) as error:
            if self._workers:
                self.jobs = len(self._workers)
                return None
            raise CleanspamError(f"no worker process can be started: {error}; try fewer --jobs") from error
        self._workers.append(worker)
        return worker

    def _read(self, worker: "_Worker") -> None:
        """Read one message of a worker, or detect its death."""
        from pickle import UnpicklingError  # takes 2 ms, and a run on one core pickles nothing

        try:
            is_last, is_error, content = worker.connection.recv()
        except (EOFError, OSError, UnpicklingError):
            self._bury(worker)
            return
        sent = worker.tasks[0]
        if is_error:
            sent.error = content
        elif sent.is_wanted:
            sent.parts.append(content)
        if is_last:
            sent.is_done = True
            worker.tasks.popleft()

    def _bury(self, worker: "_Worker") -> None:
        """Remove a dead worker. Its first task has failed; its other tasks go to other workers."""
        self._workers.remove(worker)
        why = worker.death()
        if worker.tasks:
            worker.tasks.popleft().death = why
        self._queue.extendleft(sent for sent in reversed(worker.tasks) if sent.is_wanted)


class _Sent(Generic[Item]):
    """An item, and its state on the way to a worker and back."""

    def __init__(self, task: "Task[Item, Any]", item: Item, size: int) -> None:
        self.item, self.size = item, size
        self._task, self._pickled = task, b""
        self.parts: deque[Any] = deque()
        self.is_done = self.is_next = False
        self.is_wanted = True
        self.death = ""
        self.error: Exception | None = None

    def pickled(self) -> bytes:
        """Return the pickled task, kept until it is sent."""
        import pickle

        self._pickled = self._pickled or pickle.dumps((self._task, self.item), pickle.HIGHEST_PROTOCOL)
        return self._pickled

    def forget_pickled(self) -> None:
        self._pickled = b""


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, state: Any, prepare: Callable[[], None] | None, others: list[Any]) -> None:
        import multiprocessing

        is_fork = sys.platform == "linux"  # a fork shares the compiled rules; other workers load them
        context: Any = multiprocessing.get_context("fork" if is_fork else "spawn")
        self.connection, theirs = context.Pipe()
        inherited = [self.connection, *others] if is_fork else []
        self.process = context.Process(target=_serve, args=(theirs, state, prepare, inherited), daemon=True)
        try:
            self.process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            theirs.close()
        self.tasks: deque[_Sent[Any]] = deque()  # the tasks sent to it, in order

    def take(self, sent: "_Sent[Any]") -> bool:
        """Send a task; return False if the worker is dead."""
        try:
            self.connection.send_bytes(sent.pickled())
        except OSError:
            return False
        self.tasks.append(sent)
        sent.forget_pickled()
        return True

    def may_tell(self) -> bool:
        """Tell whether to read the worker's messages now: not while too many results of its later tasks are held."""
        if not self.tasks:
            return False
        sent = self.tasks[0]
        return sent.is_next or not sent.is_wanted or len(sent.parts) < _PARTS

    def death(self) -> str:
        """Describe how the process ended."""
        self.connection.close()
        self.process.join(10)
        return f"the worker process that had it died ({_exit_name(self.process.exitcode)})"

    def end(self) -> None:
        if self.tasks:
            self.process.terminate()
        with suppress(OSError):
            self.connection.close()
        self.process.join()


def _exit_name(code: int | None) -> str:
    import signal

    if code is None or code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _serve(connection: Any, state: Any, prepare: Callable[[], None] | None, inherited: list[Any]) -> None:
    """Do tasks until the parent closes the pipe. Ctrl-C is ignored, for the parent handles it."""
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in inherited:
        other.close()
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    if prepare:
        prepare()
    with suppress(EOFError, OSError):  # the parent has gone
        while True:
            _do(connection, state, connection.recv_bytes())
    os._exit(0)


def _do(connection: Any, state: Any, data: bytes) -> None:
    """Do one task and send its results."""
    import pickle

    def emit(part: Any) -> None:
        connection.send((False, False, part))

    try:
        task, item = pickle.loads(data)
        result = task(state, item, emit)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # raised in the parent
        connection.send((True, True, _portable(error)))
    else:
        connection.send((True, False, result))


def _portable(error: BaseException) -> Exception:
    """Return the error; if it cannot be pickled, a plain error with its message."""
    import pickle

    with suppress(Exception):
        found = pickle.loads(pickle.dumps(error))
        if isinstance(found, Exception):
            return found
    return CleanspamError(f"{type(error).__name__}: {error}")


def _die_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
