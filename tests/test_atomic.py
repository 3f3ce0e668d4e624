"""Writing: a file has either its old or its new content, and unfinished files of killed runs are removed."""

import errno
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam import CleanspamError
from cleanspam.disk import atomic, runlock


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no names of open files")  # noqa: PTH112 (a device)
def test_a_pipe_of_the_shell_is_written_to() -> None:
    """`--output-file >(sort)` would end in an error about a name in /proc that the user has never seen."""
    end, start = os.pipe()
    with atomic.replacing(Path(f"/dev/fd/{start}")) as sink:
        sink.write(b"all")
    os.close(start)
    with os.fdopen(end, "rb") as source:
        assert source.read() == b"all"


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


def test_a_full_disk_is_told_with_the_file_that_found_no_room(tmp_path: Path) -> None:
    """A user with an output on another disk would not know which of them is full."""
    target = tmp_path / "report.json"
    with pytest.raises(OSError, match="No space left") as caught, atomic.replacing(target):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(target)
    with pytest.raises(OSError, match="Input/output") as caught, atomic.replacing(target):
        raise OSError(errno.EIO, "Input/output error")  # of what is read, perhaps
    assert caught.value.filename is None


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    """A private file would become public."""
    (tmp_path / "a").write_text("old", encoding="utf-8")
    (tmp_path / "a").chmod(0o600)
    with atomic.replacing(tmp_path / "a") as sink:
        sink.write(b"new")

    assert (tmp_path / "a").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def leave_unfinished(folder: Path, token: str, depth: int = 0) -> Path:
    """Leave the unfinished files of a run with that token."""
    path = folder / f"{atomic.name_stem(token, depth)}1-0{atomic.SUFFIX}"
    path.touch()
    return path


def test_only_what_dead_runs_left_is_swept(tmp_path: Path) -> None:
    """A run would delete the unfinished files of another: a process number proves nothing in another container."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    dead, living, unlocked = (runlock.new_token() for _ in range(3))
    code = f"import os; from cleanspam.disk.runlock import RunLocks; RunLocks({dead!r}).hold({str(tmp_path)!r}); os._exit(1)"
    subprocess.run([sys.executable, "-c", code], check=False)
    locks = runlock.RunLocks(living)
    assert locks.hold(str(tmp_path))
    gone = [leave_unfinished(tmp_path, dead), leave_unfinished(below, dead, 2)]
    kept = [leave_unfinished(below, living, 2), leave_unfinished(below, unlocked, 2), leave_unfinished(below, dead, -1)]
    (below / ".cleanspam-notes.tmp").touch()

    assert atomic.sweep([tmp_path, below]) == len(gone)
    assert [path.exists() for path in (*gone, *kept)] == [False, False, True, True, True]
    runlock.remove_dead_locks(tmp_path)
    assert [path.name for path in tmp_path.glob("*.lock")] == [f".cleanspam-{living}.lock"]
    locks.release()
    assert list(tmp_path.glob("*.lock")) == []


def test_a_lock_of_another_machine_counts_as_dead_after_a_day(tmp_path: Path) -> None:
    """Not every network file system shows that another machine holds a lock, and its files would be swept away."""
    token = runlock.new_token()
    lock = Path(runlock.lock_path(str(tmp_path), token))
    lock.write_bytes(b"another machine\n")
    path = leave_unfinished(tmp_path, token)

    assert atomic.sweep([tmp_path]) == 0
    os.utime(lock, (0, 0))
    assert atomic.sweep([tmp_path]) == 1
    assert not path.exists()


def test_a_run_sweeps_what_its_own_workers_left(tmp_path: Path) -> None:
    """The half of a file that a worker wrote before it died would stay for ever."""
    token = runlock.new_token()
    leave_unfinished(tmp_path, token, -1)

    assert atomic.sweep([tmp_path], token) == 1


def test_what_cannot_be_swept_is_in_nobodys_way(tmp_path: Path) -> None:
    """One odd entry would end the run: a folder named like an unfinished file, a depth beyond the root, a missing folder."""
    token = runlock.new_token()
    (tmp_path / f"{atomic.name_stem(token, 0)}1-0{atomic.SUFFIX}").mkdir()
    leave_unfinished(tmp_path, token, 10**20)

    assert atomic.sweep([tmp_path / ("x" * 300), tmp_path], token) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_another_file_under_the_name_is_not_put_in_place(tmp_path: Path) -> None:
    """Two runs with one process number gave their files the same names, and the text of one replaced that of another."""
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    beside = atomic.written(str(target), b"cleaned", atomic.model_of(target))
    Path(beside.path).unlink()
    Path(beside.path).write_bytes(b"foreign")

    with pytest.raises(OSError, match="another process has replaced its unfinished copy"):
        atomic.commit(beside, target)
    assert target.read_bytes() == b"old"
    assert Path(beside.path).read_bytes() == b"foreign"


def test_no_two_runs_give_the_same_names(tmp_path: Path) -> None:
    """In two containers both processes are number 1."""
    names = set()
    for _ in range(2):
        written = f"atomic.written({str(tmp_path / 'a')!r}, b'', atomic.model_of('.'))"
        code = f"from cleanspam.disk import atomic; print({written}.path)"
        unshared = ["unshare", "-p", "-f", "--mount-proc"] if os.geteuid() == 0 and shutil.which("unshare") else []
        names.add(subprocess.run([*unshared, sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout)

    assert len(names) == len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("times", [False, True])
def test_a_private_text_is_private_while_it_is_written(tmp_path: Path, times: bool) -> None:
    """All users could read the text until its last byte was written."""
    target = tmp_path / "a"
    target.touch(0o600)
    model = atomic.model_of(target)
    with atomic.staging(target, model=model, times=times) as staged:
        staged.sink.write(b"secret")
        assert staged.path.stat().st_mode & 0o777 == 0o600
    target.chmod(0o644)
    with atomic.staging(target, model=atomic.model_of(target)) as staged:
        assert staged.path.stat().st_mode & 0o777 == 0o600
    assert staged.path.stat().st_mode & 0o777 == 0o644


def test_extended_attributes_and_the_access_list_stay(tmp_path: Path) -> None:
    """Attributes would vanish, and without its access list a file could be written by a group that may only read it."""
    target = tmp_path / "a"
    target.touch(0o600)
    # Owner rw, one user r, group r, mask rw, others none: as mode bits alone that is 0660.
    acl = struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", *entry)
        for entry in ((1, 6, 2**32 - 1), (2, 4, 1234), (4, 4, 2**32 - 1), (16, 6, 2**32 - 1), (32, 0, 2**32 - 1))
    )
    wanted = {"user.note": b"x", "system.posix_acl_access": acl}
    try:
        for name, value in wanted.items():
            os.setxattr(target, name, value)
    except (OSError, AttributeError):
        pytest.skip("no extended attributes here")
    atomic.commit(atomic.written(str(target), b"new", atomic.model_of(target)), target)
    assert {name: os.getxattr(target, name) for name in wanted} == wanted
    with atomic.replacing(target) as sink:
        sink.write(b"newer")
    assert {name: os.getxattr(target, name) for name in wanted} == wanted
    assert target.stat().st_mode & 0o777 == 0o660


def test_attributes_that_cannot_be_kept_leave_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Extended attributes would be lost without a message."""
    target = tmp_path / "a"
    target.write_bytes(b"old")
    model = atomic.Model(target.stat(), (("user.note", b"x"),))

    def refuse(*words: object) -> None:
        raise OSError(95, "Operation not supported", *words[:1])

    monkeypatch.setattr(os, "setxattr", refuse, raising=False)
    with pytest.raises(CleanspamError, match=r"user\.note cannot be kept"):
        atomic.written(str(target), b"new", model)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


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
    with atomic.staging(pipe) as staged:
        staged.sink.write(b"x")
    with pytest.raises(CleanspamError):
        atomic.commit(staged.unfinished, pipe)
    assert pipe.is_fifo()
    assert not staged.path.exists()
