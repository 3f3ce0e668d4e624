"""Logs of strangers, files of cleanspam's own, dying processes and concurrent runs: none of them may destroy a text."""

import hashlib
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleanspam import clean_files
from cleanspam.ci import scan
from cleanspam.cli.app import run
from cleanspam.corpus import clean_file
from cleanspam.corpus.job import Job
from cleanspam.corpus.walk import FoundFile, Shard
from cleanspam.disk.runlock import RunLocks
from cleanspam.formats.registry import FileType
from cleanspam.rulebook import patterns

PLANTED = "天还没亮,(公司注册代办流程),面包店的灯已经开了。\n"
CLEAN = "天还没亮,面包店的灯已经开了。\n"
OTHER = "雨停了,(网站建设公司报价),街上又有了人。\n"
OTHER_CLEAN = "雨停了,街上又有了人。\n"
COMMAND = [sys.executable, "-m", "cleanspam", "--isolated"]
pytestmark = pytest.mark.usefixtures("work")


def plant(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(PLANTED, encoding="utf-8")


def text(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def forged(path: str, before: str, after: str, root: str, **changes: object) -> str:
    """Return a log of one cut at the beginning of a file."""
    cut = {"at": 0, "record": 0, "start": 0, "text": "evil\n", "rules": ["r"], "site": "alone"}
    line: dict[str, object] = {"file": path, "before": sha(before), "after": sha(after), "cuts": 1, "format": "text"}
    line["encoding"] = "utf-8"
    for values in (cut, line):
        values.update({name: value for name, value in changes.items() if name in values})
    head = {"log": 1, "rules": "r", "version": "0", "options": {}, "time": "", "root": root}
    return "".join(json.dumps(data, separators=(",", ":")) + "\n" for data in (head, cut, line))


def sha(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()


@pytest.mark.parametrize("root", ["", "corpus", "/"])
@pytest.mark.parametrize("name", ["{outside}/bashrc", "../outside/bashrc", "corpus/../../outside/bashrc", "link/bashrc"])
def test_a_log_writes_nothing_outside_its_root(
    name: str, root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stranger who sends a log could put any text into any file with a known content."""
    outside, inside = tmp_path / "outside", tmp_path / "work"
    outside.mkdir()
    (inside / "corpus").mkdir(parents=True)
    monkeypatch.chdir(inside)
    for folder in (inside, inside / "corpus"):
        (folder / "link").symlink_to(outside)
    (outside / "bashrc").write_text("known\n", encoding="utf-8")
    stated = str(inside / root) if root == "corpus" else root
    file = name.format(outside=outside)
    Path("log").write_text(forged(file, "evil\nknown\n", "known\n", stated), encoding="utf-8")

    assert run(["restore", "log"]) == 2
    assert len(capsys.readouterr().err.splitlines()) <= 2
    assert (outside / "bashrc").read_text(encoding="utf-8") == "known\n"


def test_a_root_outside_has_to_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A corpus cleaned from another folder could never be restored, or a stranger's log could write into any folder."""
    plant("corpus/a.txt")
    assert run(["clean", "corpus", "-i", "-q", "--log", "logs/log"]) == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    assert run(["restore", "../logs/log"]) == 2
    assert (tmp_path / "corpus/a.txt").read_text(encoding="utf-8") == CLEAN
    assert run(["restore", "../logs/log", "--root", str(tmp_path / "corpus")]) == 0
    assert (tmp_path / "corpus/a.txt").read_text(encoding="utf-8") == PLANTED


@pytest.mark.parametrize(
    "changes",
    [
        {"cuts": 10**12},
        {"cuts": -1},
        {"cuts": True},
        {"at": -5},
        {"at": 10**15},
        {"start": -1},
        {"record": -2},
        {"encoding": "rot13"},
        {"format": "docx"},
        {"text": 5},
        {"file": ""},
        {"file": "pipe"},
        {"file": "corpus"},
        {"file": "/dev/zero"},
    ],
)
def test_a_forged_log_gets_one_clear_line(changes: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    """A forged log would take all memory, hang at a pipe, or end in a traceback."""
    plant("corpus/a.txt")
    os.mkfifo("pipe")
    Path("log").write_text(forged("corpus/a.txt", "evil\n" + PLANTED, PLANTED, os.getcwd(), **changes), encoding="utf-8")  # noqa: PTH109 (a string)

    assert run(["restore", "log", "-q"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("cleanspam: ")
    assert len(told.splitlines()) == 1
    assert "should not happen" not in told
    assert text("corpus/a.txt") == PLANTED


def test_what_an_earlier_run_cut_is_put_back_or_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Of two runs into one log, the cuts of the first would be left out without a message."""
    plant("a.txt")
    assert run(["clean", "a.txt", "-i", "--log", "l", "-q"]) == 0
    with Path("a.txt").open("a", encoding="utf-8") as file:
        file.write(OTHER)
    assert run(["clean", "a.txt", "-i", "--log", "l", "--resume", "-q"]) == 0

    assert run(["restore", "l"]) == 2
    told = capsys.readouterr().err
    assert "a.txt: changed since it was cleaned" in told
    assert "1 cut put back into 1 file" in told
    assert text("a.txt") == CLEAN + OTHER


def test_runs_that_follow_each_other_are_undone_one_after_the_other() -> None:
    """After `restore --only` and a resumed run only the last run's cuts would come back."""
    Path("a.txt").write_text(PLANTED + OTHER, encoding="utf-8")
    assert run(["clean", "a.txt", "-i", "--log", "l", "-q"]) == 0
    cuts = [json.loads(line) for line in text("l").splitlines() if '"at":' in line]
    rules, others = ({rule for cut in cuts if word in cut["text"] for rule in cut["rules"]} for word in ("注册", "网站"))
    only = next(iter(rules - others), None)
    if only is None:
        pytest.skip("one set of rules speaks for both")
    assert run(["restore", "l", "--only", only, "-q"]) == 0
    assert text("a.txt") == PLANTED + OTHER_CLEAN
    assert run(["clean", "a.txt", "-i", "--log", "l", "--resume", "-q"]) == 0
    assert text("a.txt") == CLEAN + OTHER_CLEAN

    assert run(["restore", "l", "-q"]) == 0
    assert text("a.txt") == PLANTED + OTHER


def test_a_moved_corpus_can_be_put_back(capsys: pytest.CaptureFixture[str]) -> None:
    """With absolute names in the log, a corpus in a renamed folder or a container could not be restored."""
    plant("old/a.txt", "old/sub/b.txt")
    assert run(["clean", "old", "-i", "-q"]) == 0
    Path("old").rename("new")
    assert run(["log"]) == 0
    assert "2 cuts in 2 files" in capsys.readouterr().out
    assert run(["restore", "--last", "--root", "new", "nosuch"]) == 2
    assert "nosuch: the log has no cut in such a file" in capsys.readouterr().err
    assert run(["restore", "--last", "--root", "new", "-q"]) == 0
    assert (text("new/a.txt"), text("new/sub/b.txt")) == (PLANTED, PLANTED)
    assert run(["restore", "--last", "--root", "new"]) == 0
    assert "2 cuts already there" in capsys.readouterr().err


def test_a_torn_line_of_any_length_is_cut_off_at_once() -> None:
    """If the end of a torn line is searched byte by byte, 20 MB take 40 seconds."""
    plant("a.txt")
    assert run(["clean", "a.txt", "-i", "--log", "l", "-q"]) == 0
    whole = Path("l").read_bytes()
    Path("l").write_bytes(whole + b'{"file":"' + b"x" * (50 << 20))
    started = time.process_time()
    assert run(["restore", "l", "-q"]) == 0
    assert time.process_time() - started < 20
    assert Path("l").read_bytes().startswith(whole)
    assert text("a.txt") == PLANTED


def test_files_of_ones_own_are_no_texts(capsys: pytest.CaptureFixture[str]) -> None:
    """The next run would cut the texts out of the log of the last one, and nothing could be put back."""
    plant("a.txt", "b.txt")
    assert run(["clean", ".", "-i", "--log", "cuts1.jsonl", "-q"]) == 0
    plant("b.txt")
    for words in (["--write-baseline", "known.txt"], ["--format", "jsonl", "--output-file", "f.jsonl"]):
        run(["check", "b.txt", "-q", "--no-cache", *words])
    run(["check", "b.txt", "-q", "--no-cache", "--format", "json", "--output-file", "f.json"])
    run(["check", "b.txt", "-q", "--no-cache", "--format", "sarif", "--output-file", "s.json"])
    own = {name: Path(name).read_bytes() for name in ("cuts1.jsonl", "known.txt", "f.jsonl", "f.json", "s.json")}

    assert run(["clean", ".", *own, "-i", "--log", "cuts2.jsonl", "-j", "1"]) == 0
    assert "written by cleanspam" in capsys.readouterr().err
    assert {name: Path(name).read_bytes() for name in own} == own
    assert run(["check", ".", *own, "--no-cache", "-q"]) == 0
    assert run(["restore", "cuts1.jsonl", "a.txt", "-q"]) == 0
    assert text("a.txt") == PLANTED


def test_a_run_that_cuts_nothing_leaves_nothing_and_logs_stay_out_of_git() -> None:
    """A hook would leave a new file in the repository at each commit, and clean it at the next."""
    plant("a.txt")
    subprocess.run(["git", "init", "-q"], check=True)
    for _ in range(3):
        assert run(["clean", "a.txt", "-i", "-q"]) == 0
    status = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True)

    assert len(list(Path(".cleanspam/log").glob("*.jsonl"))) == 1
    assert status.stdout.split() == ["??", "a.txt"]


def test_names_of_one_file_are_all_cleaned() -> None:
    """The first rename changes the status of a file with two names: the run would take this for a change by another process."""
    plant("a.txt")
    for name in ("b.txt", "c.txt"):
        os.link("a.txt", name)

    assert run(["clean", ".", "-i", "-q"]) == 0
    assert [text(name) for name in ("a.txt", "b.txt", "c.txt")] == [CLEAN] * 3


def test_a_second_run_into_one_output_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The second run would delete the journal of the first, so that the first could not be resumed."""
    plant("in/a.txt")
    Path("out").mkdir()
    code = "import sys, fcntl; log = open('out/.cleanspam-run.jsonl', 'ab'); fcntl.flock(log, 2); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        assert run(["clean", "in", "-o", "out", "-q"]) == 2
        other.communicate(b"\n")
    assert "another run is writing it" in capsys.readouterr().err
    assert run(["clean", "in", "-o", "out", "-q"]) == 0


def test_runs_in_two_containers_never_mix_their_files() -> None:
    """In two containers both runs are process 1: with equal names of unfinished files one would overwrite the other's text."""
    if os.geteuid() or subprocess.run(["unshare", "-p", "-f", "true"], check=False).returncode:
        pytest.skip("no namespaces here")
    for number in range(120):
        for name, line in (("a", PLANTED), ("b", OTHER)):
            Path("c").mkdir(exist_ok=True)
            Path(f"c/{name}{number:03}.txt").write_text(f"{name}{number}{line}", encoding="utf-8")
    runs = []
    for name in ("a", "b"):
        Path(f"s{name}").write_text("".join(f"c/{name}{number:03}.txt\n" for number in range(120)), encoding="utf-8")
        words = [*COMMAND, "clean", "--files-from", f"s{name}", "-i", "-j1", "-q", "--log", f"l{name}"]
        runs.append(subprocess.Popen(["unshare", "-p", "-f", "--mount-proc", *words]))
    assert [process.wait() for process in runs] == [0, 0]
    for number in range(120):
        assert text(f"c/a{number:03}.txt") == f"a{number}{CLEAN}"
        assert text(f"c/b{number:03}.txt") == f"b{number}{OTHER_CLEAN}"


def test_shards_are_fixed_shares_that_log_and_restore_take_together(capsys: pytest.CaptureFixture[str]) -> None:
    """A file would be cleaned by two machines or by none, or a cut be undone by nobody."""
    names = [f"in/{number % 7}/{number}.txt" for number in range(60)]
    plant(*names)
    logs = [f"log{part}" for part in (1, 2, 3)]
    for part, log in enumerate(logs, 1):
        assert run(["clean", "in", "-i", "-q", "--shard", f"{part}/3", "--log", log]) == 0
        assert run(["clean", "in", "-i", "-q", "--shard", f"{part}/3", "--log", log, "--resume"]) == 0
    assert {text(name) for name in names} == {CLEAN}
    assert run(["clean", "in", "-i", "-q", "--shard", "1/2", "--log", "log1", "--resume"]) == 2
    capsys.readouterr()
    assert run(["log", *logs, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cuts"] == 60
    assert run(["restore", *logs, "in/3", "-q"]) == 0
    assert [text(name) for name in names] == [PLANTED if name.startswith("in/3/") else CLEAN for name in names]
    assert run(["restore", *logs, "-q"]) == 0
    assert {text(name) for name in names} == {PLANTED}


def test_shards_into_one_folder_go_side_by_side() -> None:
    """Each shard would refuse the journal of another, or resume it."""
    names = [f"in/{number}.txt" for number in range(20)]
    plant(*names)
    words = [*COMMAND, "clean", "in", "-o", "out", "-q", "-j1"]
    runs = [subprocess.Popen([*words, "--shard", f"{part}/2"]) for part in (1, 2)]
    assert [process.wait() for process in runs] == [0, 0]
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(Path(name).name for name in names)


SHARDED = ["seq 64 | xargs", "srun cleanspam clean"]


@pytest.mark.skipif(not shutil.which("xargs") or os.name != "posix", reason="for a shell with xargs")
@pytest.mark.parametrize("begins", SHARDED)
def test_shards_as_the_page_on_clusters_starts_them(begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A task that was stopped would begin anew, leave files out, or its cuts be missing from the logs."""
    page = (Path(__file__).parent.parent / "docs" / "clusters.md").read_text(encoding="utf-8").replace("64", "3")
    line = page[(first := page.index(begins.replace("64", "3"))) : page.index("\n```", first)].partition("\n#")[0]
    tasks = line if "xargs" in line else f'srun() {{ "$@"; }}; for SLURM_ARRAY_TASK_ID in 1 2 3; do {line}; done'
    names = [f"corpus/{number}.txt" for number in range(9)]
    plant(*names)
    setting = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "SLURM_ARRAY_TASK_COUNT": "3"}

    def run_tasks() -> None:
        subprocess.run(["bash", "-c", tasks], env=setting, check=True, capture_output=True)

    run_tasks()
    outputs = [name.replace("corpus", "cleaned") for name in names]
    assert [text(name) for name in outputs] == [CLEAN] * 9
    Path(outputs[4]).unlink()  # as if a task had died before it
    kept = {name: Path(name).stat().st_mtime_ns for name in outputs if Path(name).exists()}
    run_tasks()
    assert [text(name) for name in outputs] == [CLEAN] * 9
    assert {name: Path(name).stat().st_mtime_ns for name in kept} == kept
    logs = sorted(str(path) for path in Path().glob("cuts-*.jsonl"))
    assert len(logs) == 3
    capsys.readouterr()
    assert run(["log", *logs, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cuts"] == 9
    assert run(["restore", *logs, "-q"]) == 0
    assert [text(name) for name in outputs] == [PLANTED] * 9


@pytest.mark.parametrize("words", ["0/3", "4/3", "3", "a/b", "1/0", "-1/2"])
def test_a_share_that_is_none_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A task of an array that counts from 0 would clean nothing, without a message."""
    plant("in/a.txt")
    assert run(["clean", "in", "-o", "out", "-q", f"--shard={words}"]) == 2
    assert "write the share and how many there are" in capsys.readouterr().err


def test_a_share_depends_on_the_name_alone() -> None:
    """A resumed shard would have other files than the first time."""
    file = FoundFile("x/y/a.txt", "y/a.txt", FileType("text", ""), 1)
    assert [part for part in range(1, 9) if Shard(part, 8).has(file)] == [
        part for part in range(1, 9) if Shard(part, 8).has(file._replace(name="z", size=9))
    ]


def test_the_batch_is_the_librarys() -> None:
    """A program would have to start a command to clean a corpus."""
    plant("in/a.txt")
    Path("in/bad.jsonl").write_text('{"text":\n', encoding="utf-8")
    Path("in/worse.txt.gz").write_bytes(b"no gzip")
    summary = clean_files(["in"], in_place=True, jobs=1, log="log")

    assert (summary.files, summary.cuts, summary.changed, summary.failed, summary.broken) == (3, 1, 1, 1, 1)
    assert [problem.partition(": ")[0] for problem in summary.problems] == ["in/bad.jsonl:1", "in/worse.txt.gz"]
    assert text("in/a.txt") == CLEAN
    assert run(["restore", summary.log, "-q"]) == 0
    assert text("in/a.txt") == PLANTED


def parquet(rows: int = 30) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet as library

    library.write_table(pyarrow.table({"text": [f"{at}{PLANTED}" for at in range(rows)], "id": list(range(rows))}), "made")
    return Path("made").read_bytes()


def arrow(rows: int = 30) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"text": [f"{at}{PLANTED}" for at in range(rows)], "id": list(range(rows))})
    with pyarrow.ipc.new_file("made", table.schema) as sink:
        sink.write_table(table)
    return Path("made").read_bytes()


@pytest.mark.parametrize(("name", "make"), [("parquet", parquet), ("arrow", arrow)])
def test_random_flips_end_no_run(name: str, make: Callable[[], bytes]) -> None:
    """One flipped bit can make pyarrow end the process, and with it the run over all other files."""
    whole, generator = make(), random.Random(20)
    number = int(os.environ.get("CLEANSPAM_FLIPS", "200"))
    Path("in").mkdir()
    for at in range(number):
        flipped = bytearray(whole)
        flipped[generator.randrange(len(whole))] ^= 1 << generator.randrange(8)
        Path(f"in/{at:04}.{name}").write_bytes(flipped)
        Path(f"in/{at:04}.txt").write_text(PLANTED, encoding="utf-8")
    words = [*COMMAND, "clean", "in", "-o", "out", "--no-fsync", "-q", "--json-summary", "sum.json"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)

    assert ran.returncode in (0, 2)
    assert "Traceback" not in ran.stderr
    told = json.loads(text("sum.json"))
    assert told["files"] == 2 * number
    assert {text(f"out/{at:04}.txt") for at in range(number)} == {CLEAN}
    assert told["failed"] == 2 * number - len([path for path in Path("out").iterdir() if not path.name.startswith(".")])
    assert list(Path().rglob("*.tmp")) == []


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("command", ["clean", "check"])
def test_a_file_at_which_the_process_ends_is_named_and_left(
    command: str, jobs: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The run would end without naming the file, and at the same place whenever it is resumed."""
    Path("in").mkdir()
    for at in range(5):
        Path(f"in/{at}.parquet").write_bytes(parquet(at + 1))
        Path(f"in/{at}.txt").write_text(PLANTED, encoding="utf-8")
    module, name = (clean_file.CleaningWork, "_clean") if command == "clean" else (scan, "scan_file")
    work = getattr(module, name)

    def die_at_two(*words: Any) -> Any:
        if any("in/2.parquet" in str(word) for word in words):
            os.abort()
        return work(*words)

    monkeypatch.setattr(module, name, die_at_two)
    words = ["-o", "out", "--no-fsync"] if command == "clean" else ["--no-cache"]
    assert run([command, "in", *words, "-q", "-j", jobs]) == 2
    told = [line for line in capfd.readouterr().err.splitlines() if line.startswith("cleanspam: ")]

    assert len(told) == 1
    assert told[0].startswith("cleanspam: in/2.parquet: the worker process that had it died (SIGABRT)")
    if command == "clean":
        assert sorted(path.name for path in Path("out").glob("[0-9]*")) == sorted(
            path.name for path in Path("in").iterdir() if path.name != "2.parquet"
        )


def test_a_worker_that_is_killed_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else kills processes, like the system when memory is short, would end the run."""
    names = [f"in/{number}.txt" for number in range(300)]
    plant(*names)
    cleaned, parent = clean_file.CleaningWork.run, os.getpid()
    flag = Path("killed").absolute()

    def die_once(self: clean_file.CleaningWork, job: Job, *words: object) -> clean_file.PendingFile:
        if job.source.endswith("150.txt") and os.getpid() != parent and not flag.exists():
            flag.touch()
            os.kill(os.getpid(), 9)
        return cleaned(self, job, *words)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(clean_file.CleaningWork, "run", die_once)
    assert run(["clean", "in", "-i", "-q", "-j", "2", "--no-fsync"]) == 0
    assert flag.exists()
    assert {text(name) for name in names} == {CLEAN}
    assert list(Path().rglob("*.tmp")) == []


def test_one_file_is_cleaned_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """`-o out.txt` would make a folder of that name."""
    plant("in.txt")
    assert run(["clean", "in.txt", "-o", "new/out.txt", "-q"]) == 0
    assert text("new/out.txt") == CLEAN
    assert [path.name for path in Path("new").iterdir()] == ["out.txt"]
    assert run(["clean", "in.txt", "-o", "new/out.txt", "-q", "--log", "l"]) == 0
    assert run(["restore", "l", "-q"]) == 0
    assert text("new/out.txt") == PLANTED
    assert run(["clean", "in.txt", "-o", "in.txt", "-q"]) == 2
    assert run(["clean", "new", "-o", "in.txt", "-q"]) == 2
    assert "is a file" in capsys.readouterr().err
    assert text("in.txt") == PLANTED


def test_files_of_several_folders_keep_the_folders_names() -> None:
    """The files would be put into one folder, and of two with one name the second would be left out."""
    plant("2023/a.txt", "2024/a.txt", "x/sub/b.txt", "y/sub/b.txt")
    assert run(["clean", "2023", "2024", "-o", "out", "-q"]) == 0
    assert run(["clean", "x/sub", "y/sub", "-o", "more", "-q"]) == 0
    assert [text(name) for name in ("out/2023/a.txt", "out/2024/a.txt", "more/x/sub/b.txt", "more/y/sub/b.txt")] == [CLEAN] * 4


@pytest.mark.parametrize("mode", [["-i"], ["-o", "out"]])
def test_what_is_named_twice_is_cleaned_once(mode: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A file named twice would count as failed, or as two files."""
    plant("d.txt", "in/a.txt")
    assert run(["clean", "d.txt", "./d.txt", "in", "in/a.txt", *mode]) == 0
    assert "2 (2 named twice)" in capsys.readouterr().err


def test_two_files_for_one_place_are_both_named(capsys: pytest.CaptureFixture[str]) -> None:
    """One would be written over the other without a word."""
    plant("x/a.txt", "y/a.txt")
    assert run(["clean", "x/a.txt", "y/a.txt", "-o", "out", "-q"]) == 2
    assert "y/a.txt would both become out/a.txt" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["in"], ["in/A.txt", "in/a.txt"], ["in/A.txt", "in/sub/a.txt"]])
@pytest.mark.parametrize("other", ["a.txt", "A.TXT", "é.txt", "É.txt"])
def test_names_that_differ_in_case_are_kept_apart(
    words: list[str], other: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a disk of Windows or macOS the second would be written over the first, with exit code 0."""
    first = "A.txt" if other.isascii() else "e\u0301.txt"
    words = [word.replace("A.txt", first).replace("a.txt", other) for word in words]
    plant(f"in/{first}", f"in/{other}", f"in/sub/{other}")
    assert run(["clean", *words, "-o", "whole", "-q"]) == 0
    monkeypatch.setattr(RunLocks, "ignores_case", lambda _, folder: Path(folder).is_dir())
    assert run(["clean", *words, "-o", "out", "-q"]) == 2
    assert "would both become" in capsys.readouterr().err
    assert len([*Path("out").glob("*.[tT]*")]) == 1


def test_the_lock_shows_whether_case_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run would have to be told what disk it writes to."""
    locks = RunLocks("0123456789abcdef")
    assert locks.hold(str(tmp_path))
    assert not locks.ignores_case(str(tmp_path))
    monkeypatch.setattr("os.path.exists", lambda path: Path(path).parent.joinpath(Path(path).name.lower()).is_file())
    assert locks.ignores_case(str(tmp_path))
    locks.release()
    assert not locks.ignores_case(str(tmp_path))


def test_a_column_with_a_bracket_in_its_name_is_put_back() -> None:
    """A column with a bracket in its name could be cleaned, but never restored."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet as library

    library.write_table(pyarrow.table({"choices[0].text": [PLANTED.strip()]}), "c.parquet")
    assert run(["clean", "c.parquet", "-i", "--log", "l", "-q", "--field", r"choices\[0]\.text"]) == 0
    assert library.read_table("c.parquet").column(0).to_pylist() == [CLEAN.strip()]
    assert run(["restore", "l", "-q"]) == 0
    assert library.read_table("c.parquet").column(0).to_pylist() == [PLANTED.strip()]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_copy_is_the_tree(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Files of an unknown type would be missing from the output."""
    plant("in/a.txt", "in/x/b.txt", "in/.hidden/c.txt")
    for name in ("in/p.png", "in/x/q.bin"):
        Path(name).write_bytes(b"\x89" + PLANTED.encode())
    Path("in/p.png").chmod(0o640)

    assert run(["clean", "in", "-o", "out", "-j", jobs]) == 0
    assert re.search("^copied unread +2$", capsys.readouterr().err, re.MULTILINE)
    assert sorted(str(path) for path in Path("out").rglob("*.*")) == ["out/a.txt", "out/p.png", "out/x/b.txt", "out/x/q.bin"]
    assert Path("out/x/q.bin").read_bytes() == Path("in/x/q.bin").read_bytes()
    assert Path("out/p.png").stat().st_mode & 0o777 == 0o640
    assert run(["clean", "in", "-o", "less", "-q", "--only-read"]) == 0
    assert sorted(str(path) for path in Path("less").rglob("*.*")) == ["less/a.txt", "less/x/b.txt"]


def test_a_file_named_twice_is_found_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Two names of one file would count double against a baseline and a budget."""
    plant("d.txt")
    assert run(["check", "d.txt", "./d.txt", "--no-cache", "--max-findings", "1"]) == 0
    assert "1 finding in 1 file" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["a.txt >> a.txt", "< a.txt >> a.txt", "clean a.txt -q >> a.txt"])
def test_a_file_is_not_written_into_itself(words: str) -> None:
    """A file written into itself would grow until the disk is full."""
    plant("a.txt")
    ran = subprocess.run(
        ["sh", "-c", f"{' '.join(COMMAND[:3])} {words}"], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 2
    assert "the input is the output" in ran.stderr
    assert text("a.txt") == PLANTED


def test_a_summary_replaces_no_input() -> None:
    """A text would be replaced by the summary of its own cleaning."""
    plant("a.txt")
    assert run(["clean", "a.txt", "-o", "out", "-q", "--json-summary", "./a.txt"]) == 2
    assert text("a.txt") == PLANTED


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_takes_all_memory_is_named(
    jobs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One file too large for a machine would cost all the others."""
    plant(*(f"in/{number}.txt" for number in range(100)))
    cleaned = clean_file.CleaningWork._clean_small

    def greedy(self: clean_file.CleaningWork, job: Job, *words: Any) -> Any:
        if job.source == "in/42.txt":
            bytearray(1 << 55)
        return cleaned(self, job, *words)

    monkeypatch.setattr(clean_file.CleaningWork, "_clean_small", greedy)
    assert run(["clean", "in", "-i", "-q", "-j", jobs]) == 2
    assert capsys.readouterr().err == "cleanspam: in/42.txt: out of memory; the other files go on\n"
    assert [text(f"in/{number}.txt") == CLEAN for number in range(100)].count(True) == 99


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its limit")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("name", ["large.jsonl", "large.parquet"])
def test_under_a_limit_of_memory_only_the_large_file_is_left(name: str, jobs: str) -> None:
    """In a container with little memory one large record would cost all the other files."""
    import resource

    names = [f"in/{number:02}.txt" for number in range(40)]
    plant(*names)
    record = PLANTED + "x" * 60_000_000
    if name.endswith("parquet"):
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet as library

        library.write_table(pyarrow.table({"text": [record, record, record]}), f"in/{name}")
    else:
        Path(f"in/{name}").write_text(json.dumps({"text": record}), encoding="utf-8")
    words = [*COMMAND, "clean", "in", "-o", "out", "--no-fsync", "-q", "-j", jobs]
    limit = 400 << 20
    ran = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )

    assert ran.returncode == 2, ran.stderr
    [told] = ran.stderr.splitlines()
    assert told.startswith(f"cleanspam: in/{name}: ")
    assert {text(path.replace("in/", "out/")) for path in names} == {CLEAN}
    assert not Path(f"out/{name}").exists()


@pytest.mark.parametrize("command", [["check", "in", "--no-cache"], ["clean", "in", "-o", "out"]])
def test_offsets_beyond_their_buffer_cost_one_file(command: list[str]) -> None:
    """A damaged Arrow file would end the run with a segmentation fault."""
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"text": ["ab", "cd"]})
    plant("in/a.txt")
    with pyarrow.ipc.new_file("in/m.arrow", table.schema) as sink:
        sink.write_table(table)
    data = bytearray(Path("in/m.arrow").read_bytes())
    at = data.index(struct.pack("<iii", 0, 2, 4))
    data[at : at + 8] = struct.pack("<ii", 0x60000000, 0x60000002)
    Path("in/m.arrow").write_bytes(data)
    ran = subprocess.run([*COMMAND, *command, "-j1"], capture_output=True, text=True, check=False)

    assert ran.returncode == 2
    assert len([line for line in ran.stderr.splitlines() if line.startswith("cleanspam: in/m.arrow: ")]) == 1
    assert "1 finding in" in ran.stderr if command[0] == "check" else text("out/a.txt") == CLEAN


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("conditions", "end"),  # and the end of the own text: without the letter b no pattern that needs one is tried
    [
        ("cut   ^(?:a|a|aa){1,60}b", "中b广告"),
        ("cut   ((?:a(?1)?){1,9})c", "广告"),
        ("cut   广告\nbefore (?:a{1,40}){1,40}b", "广告"),
        ("cut   ^(?:a{1,9}){1,30}告$", "广告"),
    ],
)
def test_a_slow_pattern_of_a_user_ends_in_words(
    conditions: str, end: str, jobs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder's rules would hang every run over it, at 60 letters that nearly match."""
    monkeypatch.setattr(patterns, "LIMIT", 0.2)
    Path("slow.rules").write_text(
        f"rule  slow\nabout A slow one.\nat    glued\n{conditions}\ncuts  他说[-(广告)-]走了。\nkeeps 他说(好人)走了。\n",
        encoding="utf-8",
    )
    plant(*(f"in/{number}.txt" for number in range(5)))
    Path("in/2.txt").write_text(f"他说{'a' * 60}({'a' * 60}{end})走了。\n", encoding="utf-8")
    assert run(["clean", "in", "-o", "out", "-q", "--no-fsync", "--rules", "slow.rules", "-j", jobs]) == 2
    told = capsys.readouterr().err
    assert told.startswith("cleanspam: in/2.txt: the pattern ")
    assert told.count("\n") == 1
    assert sorted(path.name for path in Path("out").glob("*.txt")) == ["0.txt", "1.txt", "3.txt", "4.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("follower", ["restore", "clean"])
def test_what_a_killed_restore_left_is_removed(follower: str) -> None:
    """Half of a text would lie in the corpus for ever, under a name that no run takes for its own."""
    names = [f"in/sub/{number}.txt" for number in range(40)]
    plant(*names)
    assert run(["clean", "in", "-i", "-q", "--no-fsync", "--log", "log"]) == 0
    code = (
        "import os, signal\n"
        "from cleanspam.corpus import restore\n"
        "from cleanspam.cli.app import run\n"
        "restore._tell = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "run(['restore', 'log', '-q'])\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert len(list(Path("in/sub").glob(".cleanspam-*.tmp"))) == 1
    words = ["restore", "log", "-q"] if follower == "restore" else ["clean", "in", "-i", "-q", "--no-fsync"]
    assert run(words) == 0
    assert [path for path in Path("in").rglob("*") if path.name.startswith(".cleanspam")] == []
    assert {text(name) for name in names} == {PLANTED if follower == "restore" else CLEAN}
