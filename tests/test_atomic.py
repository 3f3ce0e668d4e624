"""Writing: a file is the old one or the new one, and what a killed run leaves is cleared away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam import CleanspamError
from cleanspam.disk import atomic


def test_a_block_that_fails_leaves_the_target_and_nothing_else(tmp_path: Path) -> None:
    """An error in the middle would leave half a file."""
    (tmp_path / "a").write_text("old", encoding="utf-8")

    def fail() -> None:
        with atomic.replacing(tmp_path / "a") as sink:
            sink.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"a": "old"}


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    """A private file would become public."""
    (tmp_path / "a").write_text("old", encoding="utf-8")
    (tmp_path / "a").chmod(0o600)
    with atomic.replacing(tmp_path / "a") as sink:
        sink.write(b"new")

    assert (tmp_path / "a").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_only_what_dead_runs_left_is_swept(tmp_path: Path) -> None:
    """A run would take another's files from under it."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for number in (dead.pid, os.getppid()):
        (tmp_path / f"{atomic.PREFIX}{number}-0{atomic.SUFFIX}").touch()
    (tmp_path / ".cleanspam-notes.tmp").touch()

    assert atomic.sweep([tmp_path]) == 1
    left = {f"{atomic.PREFIX}{os.getppid()}-0{atomic.SUFFIX}", ".cleanspam-notes.tmp"}
    assert {path.name for path in tmp_path.iterdir()} == left


def test_what_cannot_be_swept_is_in_nobodys_way(tmp_path: Path) -> None:
    """One odd name ended the run: a folder of that name, a number that no process has, a folder that is none."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / f"{atomic.PREFIX}{dead.pid}-0{atomic.SUFFIX}").mkdir()
    (tmp_path / f"{atomic.PREFIX}{10**20}-0{atomic.SUFFIX}").touch()

    assert atomic.sweep([tmp_path / ("x" * 300), tmp_path]) == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_output_in_or_around_an_input_is_refused(tmp_path: Path) -> None:
    """A run would read what it writes."""
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "in")

    for output in ("in", "in/out", "link", "."):
        with pytest.raises(CleanspamError, match="in or around"):
            atomic.check_output([tmp_path / "in"], tmp_path / output)
    atomic.check_output([tmp_path / "in"], tmp_path / "out")


def test_a_pipe_or_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    """`--output-file /dev/null`, as root, would turn /dev/null into a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with atomic.replacing(pipe) as sink:
        sink.write(b"x")
    assert os.read(reader, 2) == b"x"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """A report written through a link would leave the old one behind, and the link gone."""
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_bytes(b"old")
    link.symlink_to(real)
    with atomic.replacing(link) as sink:
        sink.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_special_file_is_no_target_of_a_corpus(tmp_path: Path) -> None:
    """A pipe in the output folder would be replaced by a text."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with atomic.staging(pipe) as (beside, sink):
        sink.write(b"x")
    with pytest.raises(CleanspamError):
        atomic.commit(beside, pipe)
    assert pipe.is_fifo()
    assert not beside.exists()
