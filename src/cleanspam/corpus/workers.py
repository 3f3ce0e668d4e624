"""Work on several cores: calls go out ahead of their turn, results come back in order, and never more than a window of them."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from cleanspam.errors import CleanspamError

Item = TypeVar("Item")
Result = TypeVar("Result")
# Calls in flight for each worker, and bytes in them: with two calls workers stood idle for a third of the time whenever this
# process had to wait for its turn.
AHEAD, ROOM = 8, 16 << 20


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


class Workers:
    """A pool of processes, or, for one job, this process itself. `set_up(*options)` runs once in each."""

    def __init__(self, jobs: int, set_up: Callable[..., None], options: tuple[Any, ...]) -> None:
        self.jobs = jobs
        self._pool: Any = None
        if jobs <= 1:
            set_up(*options)
            return
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        # A fork shares the compiled rules; elsewhere each worker loads them itself.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._pool = ProcessPoolExecutor(jobs, context, _begin, (set_up, options))
        self._pool.submit(os.getpid)  # all of them start now, while this process has one thread and no open files

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], size: Callable[[Item], int] = lambda _: 0
    ) -> Iterator[Result]:
        """Yield the function's result for each item, in order; `size` tells how many bytes an item holds."""
        if self._pool is None:
            yield from map(function, items)
            return
        from concurrent.futures.process import BrokenProcessPool

        waiting: deque[tuple[Any, int]] = deque()
        held = 0
        try:
            for item in items:
                waiting.append((self._pool.submit(function, item), size(item)))
                held += waiting[-1][1]
                while waiting and (len(waiting) >= self.jobs * AHEAD or held >= self.jobs * ROOM):
                    future, room = waiting.popleft()
                    held -= room
                    yield future.result()
            while waiting:
                yield waiting.popleft()[0].result()
        except BrokenProcessPool as error:
            raise CleanspamError("a worker process died, perhaps for want of memory; try fewer --jobs") from error
        finally:
            for future, _ in waiting:
                future.cancel()


def kept(items: Iterable[Item], waiting: "deque[Item]") -> Iterator[Item]:
    """Yield the items, each added to those that wait for their result."""
    for item in items:
        waiting.append(item)
        yield item


def _begin(set_up: Callable[..., None], options: tuple[Any, ...]) -> None:
    """Set up a worker: Ctrl-C is for the parent alone, and when the parent dies the worker goes too."""
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    set_up(*options)


def _die_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
