"""Damaged files, a full disk, a terminal: every file stays whole, and the run names each file that it could not clean."""

import csv
import gzip
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanspam.cli.app import run

PLANTED = "磨坊主把门关上,(公司注册代办流程),转身去看水车。"
CLEAN = "磨坊主把门关上,转身去看水车。"
HAM = "她的外婆（那时八十岁）还记得这条河。"
COMMAND = [sys.executable, "-m", "cleanspam"]


def jsonl() -> bytes:
    return "".join(json.dumps({"id": at, "text": f"{at}{PLANTED}"}, ensure_ascii=False) + "\n" for at in range(30)).encode()


def table() -> bytes:
    sink = io.StringIO(newline="")
    csv.writer(sink).writerows([("id", "text"), *((at, f'{at},"{PLANTED}"') for at in range(30))])
    return sink.getvalue().encode()


def array() -> bytes:
    return json.dumps([{"text": f"{at}{PLANTED}"} for at in range(30)], ensure_ascii=False).encode()


def parquet() -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet as library

    sink = io.BytesIO()
    library.write_table(pyarrow.table({"text": [f"{at}{PLANTED}" for at in range(30)]}), sink)
    return sink.getvalue()


def zipped() -> bytes:
    packed: bytes = pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(jsonl())
    return packed


KINDS: dict[str, Callable[[], bytes]] = {
    "a.jsonl": jsonl,
    "a.csv": table,
    "a.json": array,
    "a.parquet": parquet,
    "a.jsonl.gz": lambda: gzip.compress(jsonl()),
    "a.jsonl.zst": zipped,
}


def spoilt(data: bytes, generator: random.Random) -> bytes:
    """Return the data with a bit flipped, a stretch lost, doubled or made zeros, or the end cut off."""
    start = generator.randrange(len(data))
    end = min(len(data), start + generator.randrange(1, 60))
    flipped = bytearray(data)
    flipped[start] ^= 1 << generator.randrange(8)
    return generator.choice(
        [
            bytes(flipped),
            data[:start] + data[end:],
            data[:end] + data[start:],
            data[:start],
            data[:start] + bytes(end - start) + data[end:],
        ]
    )


@pytest.mark.parametrize("name", KINDS)
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=int(os.environ.get("CLEANSPAM_DAMAGE", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_damaged_file_stays_whole_or_can_be_put_back(
    name: str, seed: int, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damage would spread, end the run for all other files, or get into the output without a message."""
    root = tmp_path_factory.mktemp("damage")
    monkeypatch.chdir(root)
    (root / "in").mkdir()
    damaged = spoilt(KINDS[name](), random.Random(seed))
    (root / "in" / name).write_bytes(damaged)
    (root / "in" / "z.txt").write_text(PLANTED, encoding="utf-8")

    code = run(["in", "-o", "out", "-j", "1", "-q", "--no-fsync"])
    assert code in (0, 2)
    assert (root / "in" / name).read_bytes() == damaged
    assert (root / "out" / "z.txt").read_text(encoding="utf-8") == CLEAN
    assert (code == 2) or (root / "out" / name).exists()
    assert not list((root / "out").glob("*.tmp"))
    assert run(["in", "-i", "-j", "1", "-q", "--no-fsync", "--log", "log"]) == code
    assert (root / "in" / "z.txt").read_text(encoding="utf-8") == CLEAN
    if not name.endswith((".parquet", ".gz", ".zst")):  # these are written anew, with the same content
        assert run(["restore", "log", "-q"]) == 0
        assert (root / "in" / name).read_bytes() == damaged
    elif code == 2:
        assert (root / "in" / name).read_bytes() == damaged


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount here")
    if mounted.returncode:
        pytest.skip(f"mounting is not permitted: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("is_in_place", [True, False])
def test_a_full_disk_costs_no_file(small_disk: Path, jobs: str, is_in_place: bool, tmp_path: Path) -> None:
    """A text would be gone, or only half there, if the disk gets full during a run."""
    root = small_disk / "in" if is_in_place else tmp_path / "in"
    root.mkdir()
    texts = {f"{at:02}.txt": f"{at}{PLANTED}\n" * 200 + HAM for at in range(14 if is_in_place else 40)}
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    mode = ["-i"] if is_in_place else ["-o", str(small_disk / "out"), "--log", str(tmp_path / "log")]
    if is_in_place:
        (small_disk / "filler").write_bytes(b"x" * max(0, os.statvfs(small_disk).f_bavail * 4096 - 9000))
    ran = subprocess.run(
        [*COMMAND, "clean", str(root), *mode, "-j", jobs], cwd=small_disk, capture_output=True, text=True, check=False
    )
    cleaned = {name: text.replace(PLANTED, CLEAN) for name, text in texts.items()}
    found = {name: (root / name).read_text(encoding="utf-8") for name in texts}

    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "No space left" in ran.stderr
    assert not list(small_disk.rglob("*.tmp"))
    if is_in_place:
        assert all(found[name] in (texts[name], cleaned[name]) for name in texts)
        return
    assert found == texts
    assert all(path.read_text(encoding="utf-8") == cleaned[path.name] for path in (small_disk / "out").glob("*.txt"))


@pytest.mark.parametrize("words", [["b.jsonl"], ["b.jsonl", "-o", "out", "-q"], ["check", "b.jsonl", "-q"]])
def test_problems_alike_are_counted(work: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Thousands of problems of one kind would bury all other messages."""
    (work / "b.jsonl").write_text('{"text":\n' * 300, encoding="utf-8")

    assert run(words) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 6
    assert told[4].startswith("cleanspam: b.jsonl:5: broken record")
    assert told[5].startswith("cleanspam: 295 more of the same kind: broken record")


@pytest.mark.skipif(sys.platform == "win32", reason="no bash there")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("< a.txt >&-", 2),
        ("--version >&-", 2),
        ("a.txt -o out >&-", 0),
        ("a.txt -o out 2>&-", 0),
        ("< a.txt 2>&- | grep -q 转身", 0),
        ("--help > /dev/full", 2),
        ("rules list > /dev/full", 2),
        ("<&-", 2),
        ("clean - <&-", 2),
        ("check - <&-", 2),
        ("clean nosuch 2>/dev/full", 2),
        ("a.txt -o out 2>/dev/full", 0),
        ("diff a.txt 2>/dev/full | grep -q 转身", 0),
    ],
)
def test_a_closed_or_full_stream_is_named_by_the_exit_code(work: Path, words: str, code: int) -> None:
    """`--help` ended in a traceback on a full disk, and a run whose standard error was closed in an error of its own."""
    (work / "a.txt").write_text(PLANTED, encoding="utf-8")
    command = f"set -o pipefail; {sys.executable} -m cleanspam {words}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode == code
    assert "Traceback" not in ran.stderr
    assert "should not happen" not in ran.stderr
    assert not (work / "out").exists() or (work / "out" / "a.txt").read_text(encoding="utf-8") == CLEAN


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals there")
@pytest.mark.parametrize("quiet", [False, True])
def test_a_terminal_is_shown_a_bar(work: Path, quiet: bool) -> None:
    """A user who waits for hours would see no progress, or would see it although they asked for quiet."""
    import pty

    (work / "in").mkdir()
    for at in range(200):
        (work / "in" / f"{at}.txt").write_text(PLANTED * 20, encoding="utf-8")
    ours, theirs = pty.openpty()
    words = [*COMMAND, "clean", "in", "-o", "out", "-j", "1", "--no-fsync", *(["-q"] if quiet else [])]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    with subprocess.Popen(words, stderr=theirs, stdout=subprocess.DEVNULL, env=environment) as process:
        os.close(theirs)
        told = everything(ours)
    os.close(ours)

    assert process.returncode == 0
    if quiet:
        assert told == ""
        return
    assert "of 200 files" in told
    assert "MB/s" in told
    assert "100%" in told
    assert "\x1b[" in told  # it moves in its place
    assert "cuts" in told.rpartition("\x1b[")[2]  # and the summary stands below


def everything(terminal: int) -> str:
    """Return what is written to a terminal until it is closed."""
    parts = []
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:  # Linux says so when the other side is closed
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()
