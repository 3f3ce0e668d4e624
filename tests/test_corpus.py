"""Runs over files: small files are cleaned whole, large ones in pieces, compressed ones in members, all with equal results."""

import bz2
import gzip
import json
import lzma
import os
import stat
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cleanspam import Cleaner, load_rules
from cleanspam.cli.app import run
from cleanspam.corpus import restore as putback
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult
from cleanspam.corpus.clean_file import ChunkSpread, CleaningWork, PendingFile
from cleanspam.corpus.cutlog import FileLine
from cleanspam.corpus.job import FileOptions, Job
from cleanspam.corpus.pool import FilePool
from cleanspam.corpus.workers import Workers
from cleanspam.disk import atomic
from cleanspam.disk.version import Version
from cleanspam.formats.base import BLOCK, Format
from cleanspam.formats.registry import FileType, make_format
from cleanspam.formats.text import TextFormat

PLANTED = "渔船回港的时候,(公司注册代办流程),码头上已经站满了人。\n"
CLEAN = "渔船回港的时候,码头上已经站满了人。\n"
HAM = "母亲（那时还年轻）每天走十里路去教书。\n"
LARGE = HAM.encode() * 40_000 + PLANTED.encode() * 3
JSON = json.dumps({"text": PLANTED}, ensure_ascii=False).encode() + b"\n"
SAMPLES = {
    "text": PLANTED.encode(),
    "jsonl": JSON,
    "json": b"[" + JSON + b"]",
    "csv": f'id,text\n1,"{PLANTED}"\n'.encode(),
    "tsv": b"id\ttext\n1\tx\n",
}


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path


def plant(work: Path, *names: str) -> None:
    for name in names:
        (work / "in" / name).write_text(PLANTED, encoding="utf-8")


def unpacked(path: Path) -> bytes:
    if path.suffix == ".zst":
        zstandard = pytest.importorskip("zstandard")
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as source:
            found: bytes = source.read()
            return found
    openers = {".gz": gzip.decompress, ".xz": lzma.decompress, ".bz2": bz2.decompress}
    return openers.get(path.suffix, bytes)(path.read_bytes())


def zipped(data: bytes) -> bytes:
    packed: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(data)
    return packed


@pytest.mark.parametrize("name", SAMPLES)
def test_a_small_file_is_one_piece(name: str) -> None:
    """A small file is edited as one piece. A format that splits it would give another result than for a large file."""
    sample = SAMPLES[name]
    made = make_format(name)
    whole = sample * ((BLOCK - 1) // len(sample)) if name in ("text", "jsonl") else sample
    fitted: Format = made.fitted(whole, "utf-8")
    Path("x").write_bytes(whole)
    with Path("x").open("rb") as source:
        assert list(fitted.pieces(source)) == [whole]
    Path("x").write_bytes(b"")
    with Path("x").open("rb") as source:
        assert list(fitted.pieces(source)) == []


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_the_size_of_a_file_does_not_matter(size: int) -> None:
    """Small and large files take different paths, and on one of them a text would come out longer or shorter."""
    some = (PLANTED * 20 + HAM * 20_000).encode()[: size // 2]
    data = some + b"x" * (size - len(some))
    Path("in/a.txt").write_bytes(data)
    assert run(["in", "-o", "out", "-q", "-j", "1", "--log", "log.jsonl"]) == 0
    out = Path("out/a.txt").read_bytes()
    assert PLANTED.encode() not in out
    assert run(["restore", "log.jsonl", "-q"]) == 0
    assert Path("out/a.txt").read_bytes() == data


def test_a_small_file_keeps_its_mode_and_times() -> None:
    """A private file would become readable for all users."""
    path = Path("in/a.txt")
    path.write_text(PLANTED, encoding="utf-8")
    path.chmod(0o600)
    os.utime(path, ns=(10**18, 10**18))
    assert run(["in", "-o", "out", "-q", "-j", "1", "--keep-times"]) == 0
    status = Path("out/a.txt").stat()
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert status.st_mtime_ns == 10**18


def test_a_write_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk would leave half a file beside each target."""

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, f"No space left on device for {len(data)} bytes in {handle}")

    Path("in/a.txt").write_text(PLANTED, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("os.write", full)
        assert run(["in", "-i", "-q", "-j", "1"]) == 2
    assert [path.name for path in Path("in").iterdir()] == ["a.txt"]
    assert Path("in/a.txt").read_text(encoding="utf-8") == PLANTED


def test_a_name_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each unfinished file would be tried against all that wait for their rename: half the time of many small files."""
    tries = 0
    real = os.open

    def counted(path: str, flags: int, mode: int = 0o777) -> int:
        nonlocal tries
        tries += 1
        return real(path, flags, mode)

    monkeypatch.setattr("os.open", counted)
    found = {atomic.written("in/a.txt", b"x", atomic.model_of("in")) for _ in range(50)}
    assert len(found) == tries == 50


def test_a_write_into_a_folder_that_is_gone_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run in a folder that was removed would never end."""
    Path("gone").mkdir()
    monkeypatch.chdir("gone")
    Path("../gone").rmdir()
    with pytest.raises(FileNotFoundError):
        atomic.written("a.txt", b"x", atomic.model_of("/"))


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_a_compressed_file_comes_out_the_same_on_any_number_of_jobs(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes would depend on the number of cores, or the parts that the workers compress could not be read as one file."""
    set_large(monkeypatch, 0)  # every file goes to the workers in pieces
    packers: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress,
        ".bz2": bz2.compress,
        ".xz": lzma.compress,
        ".zst": zipped,
    }
    (Path("in") / f"a.txt{suffix}").write_bytes(packers[suffix](LARGE))
    (Path("in") / f"empty.txt{suffix}").write_bytes(packers[suffix](b""))
    for jobs in (1, 3):
        assert run(["in", "-o", f"out{jobs}", "-q", "-j", str(jobs)]) == 0
    found = [Path(f"out{jobs}", f"a.txt{suffix}").read_bytes() for jobs in (1, 3)]

    assert found[0] == found[1]
    assert unpacked(Path("out3", f"a.txt{suffix}")) == LARGE.replace(PLANTED.encode(), CLEAN.encode())
    assert unpacked(Path("out3", f"empty.txt{suffix}")) == unpacked(Path("out1", f"empty.txt{suffix}")) == b""
    assert Path("out3", f"empty.txt{suffix}").stat().st_size > 0


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("size", [0, 1 << 30], ids=["in pieces", "whole"])
def test_zstd_goes_there_and_back(jobs: int, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .zst would come out as something else, or could not be put back."""
    set_large(monkeypatch, size)
    path = Path("in/a.jsonl.zst")
    path.write_bytes(zipped(JSON * 3000))
    Path("in/ham.txt.zst").write_bytes(zipped(HAM.encode()))
    ham = Path("in/ham.txt.zst").stat().st_ino
    clean = JSON.replace(PLANTED[:-1].encode(), CLEAN[:-1].encode()) * 3000

    assert run(["in", "-o", "out", "-q", "-j", str(jobs)]) == 0
    assert unpacked(Path("out/a.jsonl.zst")) == clean
    parameters = pytest.importorskip("zstandard").get_frame_parameters(Path("out/a.jsonl.zst").read_bytes())
    assert parameters.has_checksum  # without one a damaged copy would be read as if it were whole
    assert run(["in", "-i", "-q", "-j", str(jobs), "--log", "log.jsonl"]) == 0
    assert unpacked(path) == clean
    assert Path("in/ham.txt.zst").stat().st_ino == ham
    assert run(["restore", "log.jsonl", "-q"]) == 0
    assert unpacked(path) == JSON * 3000


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("suffix", ["", ".gz", ".xz"])
def test_hashes_of_a_large_file_are_those_of_its_bytes(suffix: str, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose first pieces are unchanged would be logged with another's hash, or its cuts twice, and never be put back."""
    import hashlib

    set_large(monkeypatch, 0)
    data = HAM.encode() * 60_000 + PLANTED.encode() + HAM.encode() * 60_000 + PLANTED.encode()
    packers: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress}
    Path(f"in/a.txt{suffix}").write_bytes(packers[suffix](data))
    assert run(["in", "-o", "out", "-q", "-j", str(jobs), "--log", "log", "--json-summary", "sum.json"]) == 0
    lines = [json.loads(line) for line in Path("log").read_text(encoding="utf-8").splitlines()]
    cleaned = unpacked(Path(f"out/a.txt{suffix}"))

    assert cleaned == data.replace(PLANTED.encode(), CLEAN.encode())
    assert sum("rules" in line and "text" in line for line in lines) == lines[-1]["cuts"] == 2
    assert lines[-1]["before"] == hashlib.sha256(data).hexdigest()
    assert lines[-1]["after"] == hashlib.sha256(cleaned).hexdigest()
    assert json.loads(Path("sum.json").read_text(encoding="utf-8"))["characters"] == len(data.decode())


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("size", [0, 1 << 30], ids=["in pieces", "whole"])
def test_a_file_without_a_cut_is_copied_as_it_is(size: int, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clean shard would be compressed once more, which takes ten times as long, and its checksum would not be the old one."""
    set_large(monkeypatch, size)
    record = b"WARC/1.0\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n\xe9\x9b\xa8\r\n\r\n"
    files = {
        "a.txt.gz": gzip.compress(HAM.encode() * 60_000, 1),
        "a.jsonl.bz2": bz2.compress(JSON.replace(PLANTED[:-1].encode(), CLEAN[:-1].encode()), 1),
        "a.json.xz": lzma.compress(b'[{"text": "x"}]', preset=0),
        "a.csv.zst": zipped(b"id,text\n1,x\n"),
        "a.warc.gz": gzip.compress(record + record),
        "empty.txt.gz": gzip.compress(b""),
    }
    for name, data in files.items():
        Path("in", name).write_bytes(data)
    Path("in/a.txt.gz").chmod(0o640)

    assert run(["in", "-o", "out", "-q", "-j", str(jobs)]) == 0
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == files
    assert stat.S_IMODE(Path("out/a.txt.gz").stat().st_mode) == 0o640


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("text", [HAM, PLANTED])
def test_a_file_that_changes_between_two_readings_fails(
    text: str, jobs: int, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text that was never judged would be written as clean, or two versions would be mixed."""
    set_large(monkeypatch, 0)
    source = work / "a.txt.gz"
    source.write_bytes(gzip.compress(text.encode()))
    job = Job(str(source), f"{source}.out", FileType("text", "gzip"), source.stat().st_size)

    def report(job: Job, outcome: ChunkResult) -> None:  # noqa: ARG001 (a Report is told of both)
        source.write_bytes(gzip.compress(PLANTED.encode() * 200))

    [pending] = cleaned([job], jobs, report)
    assert pending.error == f"{source}: it was changed while it was read, or since"
    assert [path.name for path in work.iterdir() if path.is_file()] == ["a.txt.gz"]


# One job has the file open all the time: it reads the old one to its end if another takes its name.
@pytest.mark.parametrize(
    ("change", "number"), [("replace", 2), ("truncate", 2), ("remove", 2), ("write", 2), ("truncate", 1), ("write", 1)]
)
def test_a_large_file_that_changes_while_it_is_read_fails_alone(work: Path, change: str, number: int) -> None:
    """Two versions would be mixed in silence, or the other files of the run be lost."""
    source, small = work / "a.txt", work / "b.txt"
    source.write_bytes("雨下了一整夜。\n".encode() * (40 * BLOCK // 22))
    small.write_text("雨停了,(网站建设公司报价),街上", encoding="utf-8")
    jobs = [Job(str(path), f"{path}.out", FileType("text", ""), path.stat().st_size) for path in (source, small)]
    pieces = count()

    def report(job: Job, outcome: ChunkResult) -> None:  # noqa: ARG001 (a Report is told of both)
        if next(pieces) == 0:
            spoil(source, change)

    first, second = cleaned(jobs, number, report)

    assert "a.txt: " in first.error
    assert not first.beside
    assert second.error == ""
    assert second.beside
    assert Path(second.beside.path).read_text(encoding="utf-8") == "雨停了,街上"


def test_a_file_whose_log_line_cannot_be_written_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file would be replaced, and no log could put its cuts back."""

    def fail(line: FileLine) -> bytes:
        raise MemoryError(line.file)

    monkeypatch.setattr(FileLine, "spelled", fail)
    Path("in/a.txt").write_text(PLANTED, encoding="utf-8")
    assert run(["in", "-i", "-q", "-j", "1", "--log", "log.jsonl"]) == 2
    assert Path("in/a.txt").read_text(encoding="utf-8") == PLANTED
    assert [path.name for path in Path("in").glob("*.tmp")] == []


def cleaned(jobs: list[Job], number: int, report: Callable[[Job, ChunkResult], None]) -> list[PendingFile]:
    """Return the results of files that were cleaned on so many workers."""
    work = CleaningWork(ChunkEditor(TextFormat(), Cleaner(load_rules())), FileOptions(fsync=False))
    with Workers(number, work) as workers:
        spread = ChunkSpread(workers)
        pool = FilePool(work, workers, number, lambda job, report: work.run(job, report, spread))
        return [pending for _, pending in pool.run(jobs, report)]


def spoil(path: Path, change: str) -> None:
    """Do to a file what another process may do while it is read."""
    if change == "replace":
        path.with_suffix(".new").write_bytes(b"x" * path.stat().st_size)
        path.with_suffix(".new").replace(path)
    elif change == "remove":
        path.unlink()
    else:
        with path.open("r+b") as sink:
            sink.truncate(BLOCK) if change == "truncate" else sink.write(b"x")


def set_large(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Have files of more than so many bytes cleaned in pieces."""
    for module in "corpus.pool", "corpus.stream_file":
        monkeypatch.setattr(f"cleanspam.{module}.LARGE", size)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_is_written_into_a_file_before_its_rename_stays(
    jobs: str, work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A small file waits for others before it is replaced: text that its author writes meanwhile would be lost."""
    plant(work, "a.txt", "b.txt")
    commit = atomic.commit

    def late(beside: atomic.Unfinished, target: str, expected: Version | None = None) -> None:
        if target.endswith("a.txt"):
            with Path(target).open("a", encoding="utf-8") as file:
                file.write("补写的一段。\n")
        commit(beside, target, expected)

    monkeypatch.setattr(atomic, "commit", late)

    assert run(["clean", "in", "--in-place", "--jobs", jobs, "-q"]) == 2
    assert "a.txt: it was changed while it was read" in capsys.readouterr().err
    assert [(work / "in" / name).read_text(encoding="utf-8") for name in ("a.txt", "b.txt")] == [
        PLANTED + "补写的一段。\n",
        CLEAN,
    ]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_was_not_replaced_is_not_counted(
    jobs: str, work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The summary and the log would list cuts that were never made, and restore would refuse a file that was never changed."""
    plant(work, "a.txt", "b.txt")
    (work / "in/c.txt.gz").write_bytes(gzip.compress((PLANTED + HAM * 20_000).encode() * 3)[:-8])
    commit = atomic.commit

    def late(beside: atomic.Unfinished, target: str, expected: Version | None = None) -> None:
        if str(target).endswith("a.txt"):
            os.utime(target)
        commit(beside, target, expected)

    monkeypatch.setattr(atomic, "commit", late)
    assert run(["in", "-i", "-j", jobs, "-q", "--log", "log", "--json-summary", "summary"]) == 2
    told = json.loads(Path("summary").read_text(encoding="utf-8"))
    assert (told["files"], told["changed"], told["failed"], told["cuts"]) == (3, 1, 2, 1)
    assert sum(told["cuts_by_rule"].values()) == 1
    assert told["characters_cut"] == len(PLANTED) - len(CLEAN)

    capsys.readouterr()
    assert run(["log", "log", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cuts"] == 1
    assert run(["restore", "log"]) == 0
    assert (work / "in/b.txt").read_text(encoding="utf-8") == PLANTED


def test_what_is_written_while_a_file_is_restored_stays(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that the author saves meanwhile would be lost."""
    plant(work, "a.txt")
    assert run(["in", "-i", "-q", "--log", "log"]) == 0
    tell = putback._tell

    def late(*words: Any) -> None:
        tell(*words)
        (work / "in/a.txt").write_text("另写的一篇。\n", encoding="utf-8")

    monkeypatch.setattr(putback, "_tell", late)
    assert run(["restore", "log", "-q"]) == 2
    assert (work / "in/a.txt").read_text(encoding="utf-8") == "另写的一篇。\n"


def test_a_target_that_is_a_folder_fails_alone(work: Path) -> None:
    """The files after it would not be written, although the log lists them."""
    plant(work, "a.txt", "b.txt", "c.txt")
    (work / "out/b.txt").mkdir(parents=True)

    assert run(["clean", "in", "--output", "out", "-q"]) == 2
    assert [(work / "out" / name).read_text(encoding="utf-8") for name in ("a.txt", "c.txt")] == [CLEAN, CLEAN]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_error_that_nobody_knows_ends_no_run(
    jobs: str, work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A library may raise any error for a damaged file, and the other files would not be cleaned."""
    plant(work, "a.txt", "b.txt")
    written = atomic.written

    def failing(target: str, *args: Any, **options: Any) -> atomic.Unfinished:
        if target.endswith("a.txt"):
            raise OverflowError("date value out of range")
        return written(target, *args, **options)

    monkeypatch.setattr(atomic, "written", failing)

    assert run(["clean", "in", "--output", "out", "--jobs", jobs, "-q"]) == 2
    assert "a.txt: OverflowError: date value out of range" in capsys.readouterr().err
    assert (work / "out/b.txt").read_text(encoding="utf-8") == CLEAN


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz", "zst"])
def test_a_compressed_file_of_no_bytes_is_torn(suffix: str, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A download that never began would pass for an article without spam."""
    (work / "in" / f"a.txt.{suffix}").write_bytes(b"")
    plant(work, "b.txt")

    assert run(["clean", "in", "--output", "out", "-q"]) == 2
    assert f"a.txt.{suffix}: damaged " in capsys.readouterr().err
    assert [path.name for path in Path("out").glob("*.txt*")] == ["b.txt"]
    assert run(["check", f"in/a.txt.{suffix}", "-q"]) == 2


@pytest.mark.parametrize(("before", "behind"), [(4, 0), (16, 16), (0, 1), (0, 3), (0, 6), (0, (1 << 17) + 2)])
def test_padding_stands_behind_a_stream_in_fours(before: int, behind: int, work: Path) -> None:
    """A file of zeros, or a file torn in its padding, would pass for a whole one."""
    data = lzma.compress(PLANTED.encode())
    for name, streams in (("a", [data]), ("b", [data, data]), ("c", [])):
        whole = bytes(before) + bytes(behind).join(streams) + bytes(behind)
        (work / "in" / f"{name}.txt.xz").write_bytes(whole)
        assert run(["clean", f"in/{name}.txt.xz", "--in-place", "-q"]) == 2
        assert (work / "in" / f"{name}.txt.xz").read_bytes() == whole


@pytest.mark.parametrize("behind", [4, 8, 1 << 17])
def test_padding_at_the_end_of_a_file_is_none(behind: int, work: Path) -> None:
    """An archive written by blocks would be refused."""
    (work / "in/a.txt.xz").write_bytes((lzma.compress(PLANTED.encode()) + bytes(behind)) * 2)

    assert run(["clean", "in", "--in-place", "-q"]) == 0
    assert unpacked(work / "in/a.txt.xz") == (CLEAN * 2).encode()


@pytest.mark.parametrize("suffix", ["bz2", "xz"])
@pytest.mark.parametrize("between", [b"", b"\0" * 8, b"junk"])
def test_no_stream_of_a_compressed_file_is_lost(suffix: str, between: bytes, work: Path) -> None:
    """Python's readers stop at bytes between two streams: the second stream would be lost without a message."""
    packers: dict[str, Callable[[bytes], bytes]] = {"bz2": bz2.compress, "xz": lzma.compress}
    pack = packers[suffix]
    path = work / "in" / f"a.txt.{suffix}"
    data = pack(PLANTED.encode()) + between + pack(HAM.encode())
    path.write_bytes(data)
    is_whole = not between or (suffix == "xz" and between[:1] == b"\0")

    assert run(["clean", "in", "--in-place", "-q"]) == (0 if is_whole else 2)
    assert path.read_bytes() == data or unpacked(path) == (CLEAN + HAM).encode()
    assert is_whole == (path.read_bytes() != data)


def test_a_link_stays_a_link_when_its_file_is_restored(work: Path) -> None:
    """The link would be replaced by a file, and the file that it points to would stay cleaned."""
    (work / "in/a.txt").write_text(PLANTED, encoding="utf-8")
    (work / "link.txt").symlink_to("in/a.txt")

    assert run(["clean", "in/a.txt", "--in-place", "--log", "log", "-q"]) == 0
    log = (work / "log").read_text(encoding="utf-8").replace(str(work / "in/a.txt"), str(work / "link.txt"))
    (work / "log").write_text(log, encoding="utf-8")

    assert run(["restore", "log", "-q"]) == 0
    assert (work / "link.txt").is_symlink()
    assert (work / "in/a.txt").read_text(encoding="utf-8") == PLANTED
