"""Work on several cores: results in order, a bounded window, and an error that reaches who asked."""

import os
import time
from collections.abc import Iterator

import pytest

from cleanspam.corpus.workers import AHEAD, ROOM, Workers, cores
from cleanspam.errors import CleanspamError

_told: list[str] = []


def set_up(word: str) -> None:
    _told[:] = [word]


def slow_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return number * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def die_at_three(number: int) -> int:
    if number == 3:
        os._exit(1)
    return number


def told(_: int) -> str:
    return _told[0]


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order(jobs: int) -> None:
    """The pieces of a file would change places."""
    with Workers(jobs, set_up, ("x",)) as workers:
        assert list(workers.map(slow_first, range(40))) == [number * number for number in range(40)]
        assert list(workers.map(slow_first, [])) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_worker_is_set_up(jobs: int) -> None:
    """A worker without rules would cut nothing."""
    with Workers(jobs, set_up, ("rules",)) as workers:
        assert set(workers.map(told, range(20))) == {"rules"}


@pytest.mark.parametrize(("size", "window"), [(0, 2 * AHEAD), (ROOM, 2), (4 * ROOM, 1)])
def test_no_more_is_read_than_the_window_holds(size: int, window: int) -> None:
    """A file of hundreds of gigabytes would be in memory before its first piece is written, or a few huge records would."""
    read = 0

    def items() -> Iterator[int]:
        nonlocal read
        while read < 100:
            read += 1
            yield read

    with Workers(2, set_up, ("x",)) as workers:
        for at, _ in enumerate(workers.map(slow_first, items(), lambda _: size)):
            assert read - at <= window
    assert read == 100


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_comes_in_its_turn(jobs: int) -> None:
    """What was done before it would be lost, or the error would."""
    with Workers(jobs, set_up, ("x",)) as workers:
        found = workers.map(fail_at_three, range(9))
        assert [next(found) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(ValueError, match="three"):
            next(found)


def test_a_worker_that_dies_is_an_error_in_words() -> None:
    """A run would hang, or end in a traceback, when the system kills a process for its memory."""
    with Workers(2, set_up, ("x",)) as workers, pytest.raises(CleanspamError, match="worker process died"):
        list(workers.map(die_at_three, range(9)))


def test_there_is_a_core() -> None:
    """A run would have nobody to do it."""
    assert 1 <= cores() <= (os.cpu_count() or 1)
