"""Work on several cores: results come in order, the window is bounded, and errors reach the caller."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from cleanspam.corpus.workers import AHEAD, ROOM, Emit, WorkerDiedError, Workers, cores


def prepare() -> None:
    os.environ["CLEANSPAM_PREPARED"] = "yes"


def slow_first(word: str, number: int, emit: Emit) -> int:  # noqa: ARG001 (a Task is given all three)
    time.sleep(0.2 if number == 0 else 0)
    return number * number


def fail_at_three(word: str, number: int, emit: Emit) -> int:  # noqa: ARG001 (the same)
    if number == 3:
        raise ValueError("three")
    return number


def die_at_three(word: str, number: int, emit: Emit) -> int:  # noqa: ARG001 (the same)
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def count_to(word: str, number: int, emit: Emit) -> str:
    for at in range(number):
        emit(at)
    return word


def tell_state(word: str, number: int, emit: Emit) -> tuple[str, str | None]:  # noqa: ARG001 (the same)
    return word, os.environ.get("CLEANSPAM_PREPARED")


def tell_process(word: str, data: bytes, emit: Emit) -> int:  # noqa: ARG001 (the same)
    time.sleep(0.05)
    return os.getpid()


def results(found: Iterable[tuple[Any, Any]]) -> list[Any]:
    return [result for _, result in found]


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order(jobs: int) -> None:
    """The pieces of a file would change places."""
    with Workers(jobs, "x") as workers:
        assert list(workers.map(slow_first, range(40))) == [(number, number * number) for number in range(40)]
        assert list(workers.map(slow_first, [])) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_worker_is_set_up(jobs: int) -> None:
    """A worker without rules would cut nothing."""
    with Workers(jobs, "rules", prepare) as workers:
        assert set(results(workers.map(tell_state, range(20)))) == {("rules", "yes")}


@pytest.mark.parametrize(("size", "window"), [(0, 2 * AHEAD), (ROOM, 2), (4 * ROOM, 1)])
def test_no_more_is_read_than_the_window_holds(size: int, window: int) -> None:
    """A file of hundreds of gigabytes would be in memory before its first piece is written, or a few huge records would."""
    read = 0

    def items() -> Iterator[int]:
        nonlocal read
        while read < 100:
            read += 1
            yield read

    with Workers(2, "x") as workers:
        for at, _ in enumerate(workers.map(slow_first, items(), lambda _: size)):
            assert read - at <= window
    assert read == 100


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_comes_in_its_turn(jobs: int) -> None:
    """Results before the error would be lost, or the error itself."""
    with Workers(jobs, "x") as workers:
        found = workers.map(fail_at_three, range(9))
        assert [next(found)[1] for _ in range(3)] == [0, 1, 2]
        with pytest.raises(ValueError, match="three"):
            next(found)


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_before_the_last_come_as_they_are_sent(jobs: int) -> None:
    """Results of a large file would fill the memory, or come after those of a later file."""
    with Workers(jobs, "end") as workers:
        found = [(item, result) for item, result in workers.map(count_to, [30, 0, 2])]
    assert found == [*((30, at) for at in range(30)), (30, "end"), (0, "end"), (2, 0), (2, 1), (2, "end")]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_dead_worker_costs_the_task_that_it_had(jobs: int) -> None:
    """All other tasks would be lost too, or the failed task would not be named."""

    def rescue(number: int, why: str) -> Iterator[int]:
        assert "SIGKILL" in why
        yield -number

    with Workers(jobs, "x") as workers:
        assert results(workers.map(die_at_three, range(40), rescue=rescue)) == [-3 if at == 3 else at for at in range(40)]
        assert results(workers.map(die_at_three, range(2))) == [0, 1]


def test_a_worker_that_dies_is_an_error_in_words() -> None:
    """A run would hang, or end in a traceback, when the system kills a process for its memory."""
    with Workers(2, "x") as workers, pytest.raises(WorkerDiedError, match="worker process that had it died"):
        list(workers.map(die_at_three, range(9)))


def test_what_was_given_up_does_not_come_later() -> None:
    """The pieces of a file that failed would be taken for those of the next one."""
    with Workers(2, "x") as workers:
        found = workers.map(slow_first, range(1, 90))
        next(found)
        found.close()  # type: ignore[attr-defined]  # a generator
        assert results(workers.map(slow_first, [200, 201])) == [40_000, 40_401]


def test_large_tasks_go_both_ways() -> None:
    """A process that sends and one that sends back would wait for each other for ever."""
    data = [bytes([at]) * (3 << 20) for at in range(12)]
    with Workers(2, "x") as workers:
        assert results(workers.map(echo, data)) == data


def echo(word: str, data: bytes, emit: Emit) -> bytes:  # noqa: ARG001 (the same)
    return data


@pytest.mark.parametrize(("tasks", "most"), [(1, 1), (3, 3), (60, 16 + 4 * cores())])
def test_no_more_processes_start_than_there_is_work_for(tasks: int, most: int) -> None:
    """`--jobs 300` would start 301 processes for 300 small files, and a number beyond a C int would end in a traceback."""
    with Workers(10**20, "x") as workers:
        processes = results(workers.map(tell_process, [b""] * tasks))
    assert 1 <= len(set(processes)) <= most


def test_there_is_a_core() -> None:
    """A run would have no process to work on it."""
    assert 1 <= cores() <= (os.cpu_count() or 1)
