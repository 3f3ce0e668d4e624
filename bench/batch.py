"""The batch against what others do to the same files: each figure is a ratio of medians, taken in turns in one run.

    python bench/batch.py FOLDER [--runs 3] [--only WORD] [--times N] [--peers PYTHON]

FOLDER holds .jsonl or .jsonl.gz files of prose with a `text`; their texts are written out as one .txt, as 10,000 .txt
files, as .jsonl, .jsonl.gz, .jsonl.zst and .parquet, and once more with a planting in one record of 500 where a file without
a cut is copied. Runs of cleanspam are timed whole, the start of Python included, and once more as the loops of others are
(bench/loops.py), without it: the columns from `loop` on compare alike. --peers names an interpreter that has JioNLP,
datatrove, Data-Juicer or orjson where this one has not; may be given several times. What nobody has is said to be missing.
With nothing else to do on the machine, compare the seconds; else compare the processor's, which --cpu prints the ratios of.
"""

import argparse
import gzip
import importlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count, product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

SMALL = 10_000
PART = 20_000_000  # bytes of records for a peer that takes minutes for all
PLANTING = "，（网络推广公司），"
LOOPS = Path(__file__).with_name("loops.py")
_outputs = count()


class Took(NamedTuple):
    """What a run took."""

    seconds: float
    cpu: float  # of the process and all it started
    peak: float = 0.0  # MB of the largest process
    loop: float = 0.0  # seconds without the start: of Python, of what is imported, and of the rules


Run = Callable[[], "Took | None"]  # None: what it needs is not installed


class Comparison(NamedTuple):
    """Runs over the same files; the first is the measure of the others."""

    name: str
    source: Path
    runs: dict[str, Run]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", action="append", default=[], help="only comparisons whose name has this word; repeatable")
    parser.add_argument("--peers", action="append", default=[], metavar="PYTHON", type=lambda word: str(Path(word).absolute()))
    parser.add_argument("--times", type=int, default=1, help="the texts so often: the start of Python matters less")
    parser.add_argument("--cpu", action="store_true", help="ratios of processor time")
    words = parser.parse_args()
    os.environ["PYTHONUTF8"] = "1"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    with tempfile.TemporaryDirectory(prefix="cleanspam-bench-") as folder:
        work = Path(folder)
        # In a process of its own: what this one holds would count as the peak of those that it starts.
        with get_context("spawn").Pool(1) as pool:
            size = pool.apply(write_inputs, (words.folder, work, words.times))
        print(f"{size / 1e6:,.0f} MB of text, {os.cpu_count()} cores, Python {sys.version.split()[0]}, medians of {words.runs}")
        print(f"| {'what':<44} | seconds | cpu | MB/s | peak MB | times {'(cpu)' if words.cpu else ''} | loop | times |")
        print("|---|---|---|---|---|---|---|---|")
        for comparison in comparisons(work, [sys.executable, *words.peers]):
            if not words.only or any(word in comparison.name for word in words.only):
                show(comparison, in_turns(comparison.runs, words.runs), by_cpu=words.cpu)


def show(comparison: Comparison, times: dict[str, "Took | None"], *, by_cpu: bool) -> None:
    """Print a row for each run."""
    size = sum(path.stat().st_size for path in comparison.source.rglob("*")) or comparison.source.stat().st_size
    base = next(iter(times.values()))
    for label, took in times.items():
        name = f"{comparison.name}: {label}"
        if took is None:
            print(f"| {name:<44} | not installed, skipped |")
            continue
        ratio = (took.cpu / base.cpu if by_cpu else took.seconds / base.seconds) if base else 0
        peak = f"{took.peak:.0f}" if took.peak else ""
        speed = size / 1e6 / took.seconds
        alike = f"{took.loop:.2f} | {took.loop / base.loop:.2f}" if base else " | "
        row = f"{took.seconds:.2f} | {took.cpu:.2f} | {speed:.0f} | {peak} | {ratio:.2f} | {alike}"
        print(f"| {name:<44} | {row} |", flush=True)


def comparisons(work: Path, pythons: list[str]) -> Iterator[Comparison]:
    """Yield what is compared with what."""

    def ours(source: Path, *, fsync: bool = False) -> dict[str, Run]:
        runs: dict[str, Run] = {f"{jobs} job{'s' * (jobs > 1)}": lambda jobs=jobs: clean(source, jobs) for jobs in (1, 2)}
        return {**runs, "1 job, fsync": lambda: clean(source, 1, fsync=True)} if fsync else runs

    def loops(source: Path, *names: str) -> dict[str, Run]:
        return {name: lambda name=name: loop(name, source, pythons) for name in names}

    text, lines, part, small = (work / name for name in ("one.txt", "a.jsonl", "part.jsonl", "small"))
    yield Comparison(".txt", text, {**loops(text, "identity"), **ours(text)})
    yield Comparison(".jsonl", lines, {**loops(lines, "orjson", "remove_parentheses", "datatrove"), **ours(lines)})
    yield Comparison("20 MB of .jsonl", part, {**loops(part, "clean_text", "data_juicer"), **ours(part)})
    for name, suffix in product(("", ", planted"), (".jsonl.gz", ".jsonl.zst", ".parquet")):
        path = work / f"{'b' if name else 'a'}{suffix}"
        if path.exists():
            peers = loops(path, "parquet") if suffix == ".parquet" else {}
            yield Comparison(f"{suffix}{name}", path, {**peers, **ours(path)})
    yield Comparison("10,000 .txt", small, {**loops(small, "copy"), **ours(small, fsync=True)})


def in_turns(runs: dict[str, Run], rounds: int) -> dict[str, "Took | None"]:
    """Return the medians of each run; they take turns, so that a slow minute hits all."""
    times: dict[str, list[Took]] = {name: [] for name in runs}
    missing = set()
    for _ in range(rounds):
        for name, run in runs.items():
            took = None if name in missing else run()
            if took is None:
                missing.add(name)
            else:
                times[name].append(took)
    medians = {name: Took(*map(statistics.median, zip(*found, strict=True))) for name, found in times.items() if found}
    return {name: medians.get(name) for name in runs}


def clean(source: Path, jobs: int, *, fsync: bool = False) -> Took:
    """Clean a file or folder as a user does."""
    output, summary = new_output(source), source.parent / "summary.json"
    words = [sys.executable, "-m", "cleanspam", "clean", str(source), "-o", str(output), "-j", str(jobs), "-q"]
    took = measured([*words, "--json-summary", str(summary), *([] if fsync else ["--no-fsync"])])[1]
    return took._replace(loop=json.loads(summary.read_text(encoding="utf-8"))["seconds"])


def loop(name: str, source: Path, pythons: list[str]) -> Took | None:
    """Run a loop of bench/loops.py in the first interpreter that has what it needs."""
    for python in pythons:
        told, took = measured([python, str(LOOPS), name, str(source), str(new_output(source))])
        if told:
            seconds = float(told.split()[-1])
            return took._replace(seconds=seconds, loop=seconds)
    return None


def measured(words: list[str]) -> tuple[str, Took]:
    """Run a command; return its standard output, empty if something was not installed, and what it took."""
    os.sync()  # else the kernel writes back what the run before has written, and takes the second core for it
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(words, stdout=told, stderr=errors, cwd=tempfile.gettempdir())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = code = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if code not in (0, 3):
            raise SystemExit(f"{' '.join(words)}\n{errors.read()}")
        told.seek(0)
        took = Took(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        return (told.read() or " ") if code == 0 else "", took


def new_output(source: Path) -> Path:
    """Return a place to write to.

    What a run has made of one file is removed: a virtual machine gets memory anew for each further file that it holds, which
    takes longer than to write it. What one has made of many stays: to create files right after others were removed takes a
    disk longer.
    """
    folder = source.parent / "outputs"
    if source.is_file():
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    return folder / str(next(_outputs))


def write_inputs(folder: Path, work: Path, times: int) -> int:
    """Write the texts below `folder` in every form and return their bytes."""
    texts = list(texts_of(folder)) * times
    whole = "\n".join(texts).encode()
    (work / "one.txt").write_bytes(whole)
    (work / "small").mkdir()
    step = len(texts) / SMALL
    for at in range(SMALL):
        part = "\n".join(texts[int(at * step) : int((at + 1) * step)]) or "短"
        (work / "small" / f"{at:05}.txt").write_text(part, encoding="utf-8")
    lines = write_records(texts, work, "a")
    (work / "a.jsonl").write_bytes(lines)
    (work / "part.jsonl").write_bytes(lines[: lines.rfind(b"\n", 0, PART) + 1])
    write_records([text.replace("，", PLANTING, 1) if at % 500 == 7 else text for at, text in enumerate(texts)], work, "b")
    return len(whole)


def write_records(texts: list[str], work: Path, name: str) -> bytes:
    """Write the texts as records, compressed and in columns, and return them as JSON Lines."""
    lines = "".join(json.dumps({"id": at, "text": text}, ensure_ascii=False) + "\n" for at, text in enumerate(texts)).encode()
    (work / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines, 6, mtime=0))
    if zstandard := optional("zstandard"):
        (work / f"{name}.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(lines))
    if pyarrow := optional("pyarrow"):
        table = pyarrow.table({"id": list(range(len(texts))), "text": texts})
        optional("pyarrow.parquet").write_table(table, work / f"{name}.parquet", compression="zstd", row_group_size=10_000)
    return lines


def texts_of(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.jsonl*")):
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as source:
            for line in source:
                record = json.loads(line)
                yield record.get("text") or record.get("content") or ""


def optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


if __name__ == "__main__":
    main()
