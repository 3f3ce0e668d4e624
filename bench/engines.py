"""What cleaning costs inside an engine, without the engine: core-hours a terabyte, by the share of records that are planted.

    python bench/engines.py FOLDER [--megabytes 20] [--runs 2] [--engines NAME...]

With --engines: what each takes in seconds of the processor, all its processes together, where nothing is cleaned (by what
stands in bench/identity) and where cleanspam does, in the environments of tools/run_engines.py, on Linux; the least of some
runs of each, by turns.

FOLDER holds .jsonl or .jsonl.gz files of prose with a `text`. Its texts, in records of about 1,000 characters without
anything to cut, are planted in all forms in 0, 0.1, 1 and 10 % of the records. Measured is the processor's time, the least of
some runs: of `clean_column` and of `Cleaner.clean_marked` by record on texts in memory, and of whole runs of `cleanspam
clean`, reading and writing included, less what a run takes for one record. A terabyte is 10^12 bytes of the JSON Lines.
"""

import argparse
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from cleanspam import Recipe
from cleanspam.arrow import clean_column
from cleanspam.workshop.plant import FORMS, plant

PHRASES = ("怎么注册公司", "北京网站建设公司", "抖音涨粉技巧教程", "二手叉车价格表", "小程序开发哪家好")
SHARES = (0.0, 0.001, 0.01, 0.1)
RECORD = 1000  # characters
PLANTED = 0.01  # of the records, for engines
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Print one row a way, one column a share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--engines", nargs="*", metavar="NAME", help="measure these engines, or all")
    given = parser.parse_args()
    cleaner = Recipe.load().cleaner
    # without those that have something to cut already
    clean = [text for text in records(given.folder, given.megabytes * 1_000_000) if not cleaner.clean_marked(text).cuts]
    if given.engines is not None:
        measure_engines(given.engines, planted(clean, PLANTED), given.runs)
        return
    rows: dict[str, list[float]] = {}
    for share in SHARES:
        texts = planted(clean, share)
        lines = [json.dumps({"id": at, "text": text}, ensure_ascii=False) for at, text in enumerate(texts)]
        size = sum(len(line.encode()) + 1 for line in lines)
        for way, seconds in costs(texts, lines, given.runs):
            rows.setdefault(way, []).append(seconds / size * 1e12 / 3600)
    print(f"{len(clean)} records, {given.megabytes} MB; core-hours a terabyte (MB/s and core)")
    print("| |", " | ".join(f"{share:.1%} planted" for share in SHARES), "|")
    for way, hours in rows.items():
        print(f"| {way} |", " | ".join(f"{hour:.2f} ({1e6 / 3600 / hour:.0f})" for hour in hours), "|")


def records(folder: Path, size: int) -> Iterator[str]:
    """Yield texts of whole lines, until they have so many bytes."""
    held, taken = list[str](), 0
    for path in sorted([*folder.rglob("*.jsonl"), *folder.rglob("*.jsonl.gz")]):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in filter(None, data.decode().split("\n")):
            for part in json.loads(line).get("text", "").split("\n"):
                held.append(part)
                if sum(map(len, held)) >= RECORD:
                    text, held = "\n".join(held), []
                    taken += len(text.encode())
                    yield text
                    if taken >= size:
                        return


def planted(texts: list[str], share: float) -> list[str]:
    """Return the texts with plantings in a share of them."""
    chance = random.Random(1)
    chosen = set(chance.sample(range(len(texts)), round(share * len(texts))))
    return [
        plant(text, PHRASES, FORMS[at % len(FORMS)], chance).text if at in chosen else text for at, text in enumerate(texts)
    ]


def costs(texts: list[str], lines: list[str], runs: int) -> Iterator[tuple[str, float]]:
    """Yield what each way takes for these texts, in seconds of the processor."""
    cleaner, column = Recipe.load().cleaner, pa.array(texts)
    cleaner.clean("雨停了,(怎么注册公司),街上又有了人。")  # compiles patterns
    yield "`clean_column`", least(lambda: clean_column(column, cleaner), runs)
    yield "`clean_marked`, by record", least(lambda: [cleaner.clean_marked(text) for text in texts], runs)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "texts.jsonl")
        source.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        Path(folder, "none-texts.jsonl").write_text(lines[0] + "\n", encoding="utf-8", newline="\n")
        table = pa.table({"id": range(len(texts)), "text": column})
        parquet.write_table(table, Path(folder, "texts.parquet"))
        parquet.write_table(table.slice(0, 1), Path(folder, "none-texts.parquet"))
        for name in ("texts.jsonl", "texts.parquet"):
            start = least(lambda name=name: clean_with_command_line(f"none-{name}", folder), runs)
            whole = least(lambda name=name: clean_with_command_line(name, folder), runs)
            yield f"`cleanspam clean`, {name[6:]}", max(whole - start, 1e-9)


def clean_with_command_line(name: str, folder: str) -> None:
    """Clean a file, into a folder of its own."""
    command = [sys.executable, "-m", "cleanspam", "clean", str(Path(folder, name)), "--quiet"]
    subprocess.run([*command, "--output", tempfile.mkdtemp(dir=folder)], check=True)


def least(run: Callable[[], object], runs: int) -> float:
    """Return the least time of the processor, that of child processes included."""

    def spent() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    taken = []
    for _ in range(runs):
        before = spent()
        run()
        taken.append(spent() - before)
    return min(taken)


def measure_engines(names: list[str], texts: list[str], runs: int) -> None:
    """Print what each engine takes with and without cleaning, and what the command line takes for the same file."""
    sys.path.insert(0, str(ROOT / "tools"))
    import run_engines

    become_subreaper()
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        write_forms(texts, work)
        known: dict[str, float] = {}
        print(f"{len(texts)} records, {PLANTED:.0%} planted; CPU seconds", flush=True)
        print("| engine | source | identity | clean | ÷ identity | ÷ command line | records a second and core |")
        print("|---|---|---|---|---|---|---|", flush=True)
        for name in names or run_engines.ENGINES:
            engine = run_engines.ENGINES[name]
            script, is_heavy = name.partition("-")[0], engine.gigabytes >= run_engines.HEAVY and not names
            problem = "heavy; name it to run it" if is_heavy else run_engines.install(script, engine)
            if problem:
                print(f"| {name} | SKIPPED: {problem} |", flush=True)
                continue
            source = {"datatrove": "columns", "dolma": "dolma"}.get(name, "texts.parquet")
            form = "texts.jsonl" if name == "dolma" else "texts.parquet"
            if form not in known:
                output = str(work / f"cleaned-{form}")
                words = [sys.executable, "-m", "cleanspam", "clean", str(work / form), "--jobs", "2", "--output", output]
                known[form] = spent([*words, "--quiet"], {})[0]
            words = [str(run_engines.python_of(script)), f"demo/engines/with_{script}.py", str(work / source)]
            print(
                f"| {name} | {source} | {engine_row(words, engine, work / f'out-{name}', known[form], len(texts), runs)} |",
                flush=True,
            )


def engine_row(words: list[str], engine: Any, output: Path, command_line: float, records: int, runs: int) -> str:
    """Return what an engine takes with and without cleaning, by turns; FAILED if a run did, for then it measured nothing."""
    paths = str(ROOT / "bench" / "identity"), ""
    taken: tuple[list[float], list[float]] = [], []
    for turn in range(runs):
        for number, path in enumerate(paths):
            seconds, code = engine_run([*words, f"{output}-{number}-{turn}", *engine.options], path)
            if engine.by_exit and code:
                return f"FAILED: exit code {code}"
            taken[number].append(seconds)
    before, after = map(min, taken)
    rate = records / max(after - before, 0.001)
    return f"{before:.1f} | {after:.1f} | {after / before:.1f} | {after / command_line:.1f} | {rate:,.0f}"


def engine_run(words: list[str], path: str) -> tuple[float, int]:
    """Return what a script takes with a folder in front of its modules, and its exit code. It has one output."""
    Path(next(word for word in words if "/out-" in word)).mkdir()
    return spent(words, {"PYTHONPATH": path, "PYSPARK_PYTHON": words[0], "HF_HUB_OFFLINE": "1", "RAY_USAGE_STATS_ENABLED": "0"})


def write_forms(texts: list[str], work: Path) -> None:
    """Write the texts in the forms that the scripts of engines read."""
    table = pa.table({"id": [f"t{at}" for at in range(len(texts))], "text": texts, "source": ["made"] * len(texts)})
    parquet.write_table(table, work / "texts.parquet", row_group_size=10_000)
    lines = [json.dumps(row, ensure_ascii=False) for row in table.to_pylist()]
    (work / "texts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    (work / "dolma" / "documents").mkdir(parents=True)
    (work / "columns").mkdir()
    for half in (0, 1):
        parquet.write_table(table.slice(half * len(texts) // 2, len(texts) // 2), work / "columns" / f"{half}.parquet")
        data = ("\n".join(lines[half::2]) + "\n").encode()
        (work / "dolma" / "documents" / f"{half}.jsonl.gz").write_bytes(gzip.compress(data, 1))


def become_subreaper() -> None:
    """Have processes that an engine leaves behind, as Ray and Spark do, counted here when they end."""
    import ctypes

    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def spent(words: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Return the seconds of the processor of a command and of all that it started, and its exit code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    code = started.wait()
    with suppress(ChildProcessError):  # until none is left
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        print(f"exit code {code}: {' '.join(words)}", file=sys.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, code


if __name__ == "__main__":
    main()
