"""The batch against plain Python over the same files: each figure is a ratio of medians, taken in turns in one run.

    python bench/batch.py FOLDER [--runs 3]

FOLDER holds .jsonl or .jsonl.gz files of prose with a `text`; their texts are written out as one .txt, as 10,000 .txt
files, as .jsonl, .jsonl.gz, .jsonl.zst and .parquet. JioNLP and Data-Juicer are measured where they are installed.
"""

import argparse
import gzip
import importlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Call = Callable[[], object]
SMALL = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cleanspam-bench-") as folder:
        work = Path(folder)
        size = write_inputs(words.folder, work)
        print(f"{size / 1e6:,.0f} MB of text, {os.cpu_count()} cores, Python {sys.version.split()[0]}, medians of {words.runs}")
        print(f"{'what':<34}{'seconds':>9}{'MB/s':>8}   ratio to what plain Python does")
        for name, against, calls in comparisons(work):
            times = in_turns(calls, words.runs)
            base = times[against]
            for label, seconds in times.items():
                ratio = "" if label == against else f"{seconds / base:8.2f} × {against}"
                print(f"{name + ': ' + label:<34}{seconds:>9.2f}{size / 1e6 / seconds:>8.1f}   {ratio}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak memory of any one process: {peak:,.0f} MB")


def write_inputs(folder: Path, work: Path) -> int:
    """Write the texts below `folder` in every form and return their bytes."""
    texts = list(texts_of(folder))
    lines = "".join(json.dumps({"id": at, "text": text}, ensure_ascii=False) + "\n" for at, text in enumerate(texts)).encode()
    whole = "\n".join(texts).encode()
    (work / "one.txt").write_bytes(whole)
    (work / "a.jsonl").write_bytes(lines)
    (work / "a.jsonl.gz").write_bytes(gzip.compress(lines, 6, mtime=0))
    (work / "small").mkdir()
    step = len(texts) / SMALL
    for at in range(SMALL):
        part = "\n".join(texts[int(at * step) : int((at + 1) * step)]) or "短"
        (work / "small" / f"{at:05}.txt").write_text(part, encoding="utf-8")
    if zstandard := optional("zstandard"):
        (work / "a.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(lines))
    if pyarrow := optional("pyarrow"):
        table = pyarrow.table({"id": list(range(len(texts))), "text": texts})
        optional("pyarrow.parquet").write_table(table, work / "a.parquet", compression="zstd", row_group_size=10_000)
    return len(whole)


def texts_of(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.jsonl*")):
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as source:
            for line in source:
                record = json.loads(line)
                yield record.get("text") or record.get("content") or ""


def comparisons(work: Path) -> Iterator[tuple[str, str, dict[str, Call]]]:
    """Yield what is compared: a name, which of its calls is the measure, and the calls."""
    yield ".txt", "identity", {
        "identity": lambda: identity(work / "one.txt", work / "x"),
        "1 job": lambda: clean(work / "one.txt", work, 1),
        "2 jobs": lambda: clean(work / "one.txt", work, 2),
    }  # fmt: skip
    loops: dict[str, Call] = {"identity": lambda: jsonl_loop(work / "a.jsonl", work / "x", lambda text: text)}
    if jionlp := optional("jionlp"):
        loops["remove_parentheses"] = lambda: jsonl_loop(work / "a.jsonl", work / "x", jionlp.remove_parentheses)
    yield (
        ".jsonl",
        "identity",
        {**loops, "1 job": lambda: clean(work / "a.jsonl", work, 1), "2 jobs": lambda: clean(work / "a.jsonl", work, 2)},
    )
    yield (
        ".jsonl.gz",
        "2 jobs",
        {"1 job": lambda: clean(work / "a.jsonl.gz", work, 1), "2 jobs": lambda: clean(work / "a.jsonl.gz", work, 2)},
    )
    if (work / "a.jsonl.zst").exists():
        yield (
            ".jsonl.zst",
            "2 jobs",
            {"1 job": lambda: clean(work / "a.jsonl.zst", work, 1), "2 jobs": lambda: clean(work / "a.jsonl.zst", work, 2)},
        )
    if (work / "a.parquet").exists():
        yield ".parquet", "pyarrow alone", {
            "pyarrow alone": lambda: parquet_alone(work / "a.parquet", work / "x"),
            "1 job": lambda: clean(work / "a.parquet", work, 1),
            "2 jobs": lambda: clean(work / "a.parquet", work, 2),
        }  # fmt: skip
    yield "10,000 .txt", "copy", {
        "copy": lambda: copy(work / "small", work / "y"),
        "1 job": lambda: clean(work / "small", work, 1),
        "2 jobs": lambda: clean(work / "small", work, 2),
        "2 jobs, fsync": lambda: clean(work / "small", work, 2, fsync=True),
    }  # fmt: skip


def in_turns(calls: dict[str, Call], runs: int) -> dict[str, float]:
    """Return the median seconds of each call; they take turns, so that a slow minute hits all."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(runs):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(found) for name, found in times.items()}


def clean(source: Path, work: Path, jobs: int, *, fsync: bool = False) -> None:
    """Clean a file or folder as a user does, the start of Python included."""
    shutil.rmtree(work / "out", ignore_errors=True)
    words = [sys.executable, "-m", "cleanspam", "clean", str(source), "-o", str(work / "out"), "-j", str(jobs), "-q"]
    subprocess.run([*words, *([] if fsync else ["--no-fsync"])], check=True)


def identity(source: Path, target: Path) -> None:
    """Decode and encode line by line in another Python, which is what any filter does at least."""
    code = "import sys\nfor line in sys.stdin: sys.stdout.write(line)"
    with source.open("rb") as read, target.open("wb") as write:
        subprocess.run([sys.executable, "-X", "utf8", "-c", code], stdin=read, stdout=write, check=True)


def jsonl_loop(source: Path, target: Path, change: Callable[[str], str]) -> None:
    orjson: Any = optional("orjson") or json
    with source.open("rb") as read, target.open("wb") as write:
        for line in read:
            record = orjson.loads(line)
            record["text"] = change(record["text"])
            found = orjson.dumps(record)
            write.write((found if isinstance(found, bytes) else found.encode()) + b"\n")


def parquet_alone(source: Path, target: Path) -> None:
    parquet = optional("pyarrow.parquet")
    file = parquet.ParquetFile(source)
    with parquet.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
        for group in range(file.num_row_groups):
            writer.write_table(file.read_row_group(group))


def copy(source: Path, target: Path) -> None:
    """Read, write and rename each file."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for path in source.iterdir():
        beside = target / f"{path.name}.tmp"
        beside.write_bytes(path.read_bytes())
        beside.replace(target / path.name)


def optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


if __name__ == "__main__":
    main()
