"""Runs that are killed, run out of disk or meet damaged input: every file stays whole, the old one or the new one."""

import gzip
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PLANTED = "山下的磨坊一夜没停,(公司注册代办流程),天亮时面粉堆到了门口（足有两百斤）。\n"
CLEAN = "山下的磨坊一夜没停,天亮时面粉堆到了门口（足有两百斤）。\n"
COMMAND = [sys.executable, "-m", "cleanspam"]
pytestmark = pytest.mark.slow


def write_corpus(root: Path, files: int) -> dict[str, tuple[str, str]]:
    """Write files of many lengths and return what each holds before and after."""
    root.mkdir()
    found = {}
    for number in range(files):
        lines = 1 + number * 7 % 40
        name = f"{number:03}.txt" if number % 5 else f"{number:03}.txt.gz"
        old, new = (f"{number}\n{text * lines}" for text in (PLANTED, CLEAN))
        (root / name).write_bytes(gzip.compress(old.encode()) if name.endswith("gz") else old.encode())
        found[name] = old, new
    return found


def read(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


def unfinished(root: Path) -> list[Path]:
    return [path for path in root.rglob(".cleanspam-*") if path.suffix == ".tmp"]


def wait_for_orphans(root: Path) -> None:
    """Wait until the workers of a killed parent have ended: no run removes the unfinished files of a living process."""
    for _ in range(100):
        if not any(Path(f"/proc/{path.name.split('-')[3]}").exists() for path in unfinished(root)):
            return
        time.sleep(0.1)


def start(*words: object, cwd: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*COMMAND, *map(str, words)], cwd=cwd, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("number", range(int(os.environ.get("CLEANSPAM_KILLS", "4"))))
def test_a_killed_run_leaves_every_file_whole(tmp_path: Path, number: int) -> None:
    """A power cut or an impatient user would destroy texts."""
    root = tmp_path / "corpus"
    expected = write_corpus(root, 60)
    generator = random.Random(number)
    mode = ("--in-place",) if number % 2 else ("--output", tmp_path / "out")
    run = start(root, *mode, "-j", 1 + number % 3, "--no-fsync", cwd=tmp_path)
    time.sleep(generator.uniform(0.3, 1.2))
    run.send_signal(signal.SIGKILL)
    run.wait()
    wait_for_orphans(tmp_path)

    if number % 2:
        found = {name: read(root / name) for name in expected}
        assert all(found[name] in states for name, states in expected.items())
        log = next((tmp_path / ".cleanspam" / "log").glob("*.jsonl"), None)
        if log and log.stat().st_size and number % 4 == 1:
            assert subprocess.run([*COMMAND, "restore", log, "-q"], cwd=tmp_path, check=False).returncode == 0
            assert {name: read(root / name) for name in expected} == {name: old for name, (old, _) in expected.items()}
            return
    else:
        assert {name: read(root / name) for name in expected} == {name: old for name, (old, _) in expected.items()}
        done = list((tmp_path / "out").rglob("[0-9]*"))
        assert all(read(path) == expected[path.name][1] for path in done)
    assert start(root, *mode, "-j", 1, "--resume", "--no-fsync", cwd=tmp_path).wait() == 0
    target = root if number % 2 else tmp_path / "out"
    assert {name: read(target / name) for name in expected} == {name: new for name, (_, new) in expected.items()}
    assert unfinished(tmp_path) == []


def test_workers_go_when_their_parent_is_killed(tmp_path: Path) -> None:
    """Orphans would sit in memory until somebody finds them."""
    root = tmp_path / "corpus"
    write_corpus(root, 60)
    run = start(root, "--output", tmp_path / "out", "-j", 2, "--no-fsync", cwd=tmp_path)
    time.sleep(0.9)
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(run.pid)], capture_output=True, text=True, check=False)
    run.kill()
    run.wait()
    deadline = time.monotonic() + 10
    alive = {int(pid) for pid in children.stdout.split()}
    while alive and time.monotonic() < deadline:
        alive = {pid for pid in alive if Path(f"/proc/{pid}").exists()}
        time.sleep(0.05)

    assert alive == set()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_leaves_every_file_whole(tmp_path: Path, jobs: int) -> None:
    """A file that did not fit would be half there, or its original gone."""
    root = tmp_path / "corpus"
    expected = write_corpus(root, 20)
    large = "0\n" + PLANTED * 1500
    (root / "large.txt").write_text(large, encoding="utf-8")

    def limit() -> None:
        """Let no file grow beyond 100 kB: writing fails as on a full disk."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    ran = subprocess.run(
        [*COMMAND, str(root), "-i", "-j", str(jobs), "--no-fsync"],
        cwd=tmp_path, capture_output=True, text=True, preexec_fn=limit, check=False,
    )  # fmt: skip

    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert read(root / "large.txt") == large
    assert all(read(root / name) in states for name, states in expected.items())
    assert unfinished(tmp_path) == []


def test_damaged_files_are_named_and_left(tmp_path: Path) -> None:
    """One flipped bit would end a run, or go unnoticed into the output."""
    import bz2
    import lzma

    root = tmp_path / "corpus"
    root.mkdir()
    generator = random.Random(9)
    text = "".join(f"{number}{PLANTED}" for number in range(60))
    packers: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    try:
        import zstandard
    except ModuleNotFoundError:
        pass
    else:
        packers["zst"] = zstandard.ZstdCompressor(write_checksum=True).compress
    for suffix, pack in packers.items():
        whole = pack(text.encode())
        for number in range(12):
            damaged = bytearray(whole)
            damaged[generator.randrange(len(whole))] ^= 1 << generator.randrange(8)
            data = damaged if number % 2 else whole[: generator.randrange(1, len(whole))]
            (root / f"{number}.txt.{suffix}").write_bytes(data)
    before = {path: path.read_bytes() for path in root.iterdir()}
    ran = subprocess.run(
        [*COMMAND, str(root), "-o", str(tmp_path / "out"), "-j", "2", "--no-fsync"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    written = [path for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")]

    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert {path: path.read_bytes() for path in root.iterdir()} == before
    assert len(written) + ran.stderr.count("the other files go on") == len(before)
    assert len(written) < len(before) / 4  # a flip in a header's date does no harm
