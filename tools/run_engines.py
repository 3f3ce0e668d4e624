"""Run every engine for real on planted texts, each in an environment of its own, and compare all texts with the command line's.

`make engines`, or `python tools/run_engines.py [ENGINE...]`. An engine that cannot be installed is skipped, aloud. Exit 1 if a
text differs, or a record is lost. What is printed goes into docs/clusters.md by hand.
"""

import argparse
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from cleanspam.workshop.plant import FORMS, plant

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".engines"  # the environments; kept, for to install takes minutes
PHRASES = ("怎么注册公司", "北京网站建设公司", "抖音涨粉技巧教程", "二手叉车价格表", "小程序开发哪家好")
MARK = "<!-- cleanspam: keep -->"
ODD = ("", " ", "雨停了。", "🌧(其实没有走远)，街上又有了人。", "\u2028\u0085(", 'a\tb\\n"c"')


class Engine(NamedTuple):
    """What to install, and what to run."""

    packages: tuple[str, ...]
    sources: tuple[str, ...] = ("texts.parquet", "texts.jsonl")
    options: tuple[str, ...] = ()
    needs: str = ""  # a command
    by_exit: bool = True  # whether its exit code tells anything
    gigabytes: int = 1  # of its environment


ENGINES = {
    "datatrove": Engine(("datatrove[io]>=0.4", "orjson"), ("lines", "columns")),
    "datasets": Engine(("datasets>=3",)),
    "dask": Engine(("dask[dataframe]",)),
    "daft": Engine(("daft>=0.7",), by_exit=False),  # can crash when all is written, with the identity too
    "dolma": Engine(("dolma==1.2.1", "numpy<2"), ("dolma",)),  # reads no Parquet
    "data_juicer": Engine(("py-data-juicer>=1.5.5", "aiohttp")),
    "data_juicer-ray": Engine(("py-data-juicer>=1.5.5", "aiohttp", "ray[data]"), options=("ray",)),
    "spark": Engine(("pyspark>=4", "pandas"), needs="java"),
    "ray": Engine(("ray[data]>=2.40",)),
    "nemo": Engine(("nemo-curator>=1.4", "ray[data]"), gigabytes=6),
}
HEAVY = 5  # gigabytes: run only where it is named


# Those with a step of their own, whose tests run against the engine itself.
STEPS = ("datatrove", "data_juicer", "dolma")


class Run(NamedTuple):
    """One row of the table."""

    engine: str
    source: str
    versions: str
    records: int
    differing: int
    seconds: float
    problem: str = ""


def main() -> int:
    """Run the engines and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", choices=[*ENGINES, []], help="all, if none is named")
    parser.add_argument("--records", type=int, default=600)
    given = parser.parse_args()
    work = HOME / "work"
    shutil.rmtree(work, ignore_errors=True)
    wanted = write_corpus(work, given.records)
    print(f"{len(wanted)} records, compared with `cleanspam clean`", flush=True)
    runs = []
    for name in given.engines or ENGINES:
        for run in run_engine(name, work, wanted, is_named=bool(given.engines)):
            runs.append(run)
            print(as_row(run), flush=True)
        if name == "datatrove":
            runs.append(resume_datatrove(work, wanted))
            print(as_row(runs[-1]), flush=True)
    return int(any(run.differing for run in runs))


def as_row(run: Run) -> str:
    """Return a run as a row of a table."""
    said = f"SKIPPED: {run.problem}" if run.problem else "equal" if not run.differing else f"{run.differing} DIFFER"
    return f"| {run.engine} | {run.source} | {run.versions} | {run.records} | {said} | {run.seconds:.0f} s |"


def write_corpus(work: Path, number: int) -> dict[str, str]:
    """Write the texts in each form that an engine reads, and return what the command line makes of them, by their ids."""
    texts = {f"t{at:04d}": text for at, text in enumerate(planted_texts(number))}
    records = [json.dumps({"id": key, "text": text, "source": "made"}, ensure_ascii=False) for key, text in texts.items()]
    for folder in ("lines", "dolma/documents"):
        (work / folder).mkdir(parents=True)
    for half in (0, 1):
        lines = "\n".join(records[half::2]) + "\n"
        (work / "lines" / f"{half}.jsonl").write_text(lines, encoding="utf-8", newline="\n")
        (work / "dolma" / "documents" / f"{half}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (work / "texts.jsonl").write_text("\n".join(records) + "\n", encoding="utf-8", newline="\n")
    table = pa.table({"id": list(texts), "text": list(texts.values())})
    parquet.write_table(table, work / "texts.parquet", row_group_size=200)
    (work / "columns").mkdir()
    for half in (0, 1):
        parquet.write_table(table.slice(half * number // 2, number // 2), work / "columns" / f"{half}.parquet")
    cleaned = work / "cleaned"
    command = [sys.executable, "-m", "cleanspam", "clean", str(work / "texts.jsonl"), str(work / "texts.parquet")]
    subprocess.run([*command, "--output", str(cleaned), "--quiet"], check=True)
    found = dict(read_texts(cleaned))
    assert len(found) == len(texts)
    assert sum(found[key] != text for key, text in texts.items()) > number // 4
    return found


def planted_texts(number: int) -> Iterator[str]:
    """Yield odd texts, and pages of this repository: with plantings of every form, without, and with marked lines."""
    chance = random.Random(7)
    paths = sorted([*ROOT.glob("tests/cases/ham/*.txt"), *ROOT.glob("docs/*.zh-CN.md")])
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 40]
    forms = list(FORMS.values()) if isinstance(FORMS, dict) else list(FORMS)
    yield from ODD
    for at in range(number - len(ODD)):
        page = "\n".join(chance.sample(lines, 6))
        if at % 2:
            page = plant(page, PHRASES, forms[at % len(forms)], chance).text
        yield page.replace("\n", f"{MARK}\n", 2) if at % 5 == 0 else page


def run_engine(name: str, work: Path, wanted: dict[str, str], *, is_named: bool) -> Iterator[Run]:
    """Install an engine where it is not yet, run it over each of its sources, and compare."""
    engine, script = ENGINES[name], name.partition("-")[0]
    missing = "" if not engine.needs or shutil.which(engine.needs) else f"there is no {engine.needs}"
    if not missing and engine.gigabytes >= HEAVY and not is_named:
        missing = f"takes {engine.gigabytes} GB; name it to run it"
    if problem := missing or install(script, engine):
        yield Run(name, "", "", 0, 0, 0, problem)
        return
    if script in STEPS and (failed := failed_tests(script)):
        print(failed, file=sys.stderr)
        yield Run(name, "its tests", versions(python_of(script), name), 0, 1, 0)
    for source in engine.sources:
        target = work / f"out-{name}-{source}"
        target.mkdir()
        words = [f"demo/engines/with_{script}.py", str(work / source), str(target), *engine.options]
        yield timed(name, words, target, wanted, by_exit=engine.by_exit)


def resume_datatrove(work: Path, wanted: dict[str, str]) -> Run:
    """Run datatrove once more as if one of its tasks had been killed: only that one is to run."""
    target = work / "out-datatrove-lines"
    if not target.is_dir():
        return Run("datatrove, resumed", "", "", 0, 0, 0, "datatrove is not there")
    [done] = target.glob("logs-*/completions/00001")
    done.unlink()
    (target / "00001.jsonl").unlink()
    before = (target / "00000.jsonl").stat().st_mtime_ns
    words = ["demo/engines/with_datatrove.py", str(work / "lines"), str(target)]
    run = timed("datatrove, resumed", words, target, wanted, by_exit=True)
    again = (target / "00000.jsonl").stat().st_mtime_ns != before
    return run._replace(differing=run.differing + again)


def timed(name: str, words: list[str], target: Path, wanted: dict[str, str], *, by_exit: bool) -> Run:
    """Run a script of an engine; tell how many of the texts differ, and what it took."""
    python = python_of(name.partition(",")[0].partition("-")[0])
    environment = {**os.environ, "PYSPARK_PYTHON": str(python), "HF_HUB_OFFLINE": "1", "HF_HOME": str(target / "cache")}
    environment |= {"RAY_USAGE_STATS_ENABLED": "0", "DO_NOT_TRACK": "1"}
    start = time.perf_counter()
    ran = subprocess.run([python, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    (HOME / f"{target.name}.log").write_text(ran.stdout + ran.stderr, encoding="utf-8")
    try:
        records = list(read_texts(target))
    except (pa.ArrowException, OSError, ValueError) as error:  # a file that is not whole
        print(f"{name}: {error}", file=sys.stderr)
        records = []
    found = dict(records)
    # datatrove, as its readers do, leaves out records without a text
    kept = {key: text for key, text in wanted.items() if text or "datatrove" not in name}
    differing = sum(found.get(key) != text for key, text in kept.items()) + len(found.keys() - wanted.keys())
    differing += len(records) - len(found)  # written twice
    if by_exit and ran.returncode:
        differing = max(differing, 1)
        print(f"{name}: exit code {ran.returncode}; see {HOME / target.name}.log", file=sys.stderr)
    return Run(name, Path(words[1]).name, versions(python, name), len(records), differing, seconds)


def read_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield id and text of every record that an engine wrote."""
    for path in sorted(folder.rglob("*")):
        if "cache" in path.parts or "logs" in str(path.relative_to(folder)) or not path.is_file():
            continue
        yield from ((row["id"], row.get("text", "")) for row in read_rows(path) if "id" in row)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a file that an engine wrote; of other files none."""
    if path.suffix == ".parquet":
        yield from parquet.read_table(path, columns=["id", "text"]).to_pylist()
    elif path.name.endswith((".jsonl", ".json", ".jsonl.gz", ".json.gz")) and path.name != "mix.json":
        data = path.read_bytes()
        lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().split("\n")
        with suppress(json.JSONDecodeError):  # a plan, or a state, that an engine writes beside the records
            yield from (row for line in lines if line.strip() and isinstance(row := json.loads(line), dict))


def python_of(name: str) -> Path:
    """Return the Python of an engine's environment."""
    return HOME / name / "bin" / "python"


def install(name: str, engine: Engine) -> str:
    """Install an engine and this cleanspam. If that fails, return the reason in one line."""
    uv = HOME / "uv" / "bin" / "uv"  # pip tries versions for an hour where uv finds the right ones in seconds
    if not uv.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME / "uv"], check=True)
        subprocess.run([HOME / "uv" / "bin" / "pip", "install", "--quiet", "uv"], check=True, capture_output=True)
    if not python_of(name).exists():
        subprocess.run([sys.executable, "-m", "venv", HOME / name], check=True)
    command = [str(uv), "pip", "install", "--quiet", "--python", str(python_of(name))]
    for words in (engine.packages, ("pyarrow", "pytest", "hypothesis"), ("--reinstall-package", "cleanspam", f"{ROOT}[arrow]")):
        ran = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
        if ran.returncode:
            return str((ran.stderr.strip().splitlines() or ["it cannot be installed"])[-1])
    return ""


def failed_tests(name: str) -> str:
    """Run the tests of an engine's step against the engine; return what they print if they fail."""
    plain = ("-o", "addopts=--import-mode=importlib", "-o", "filterwarnings=ignore", "-p", "no:cacheprovider")
    command = [str(python_of(name)), "-m", "pytest", "-q", *plain, "tests/test_engines.py", "-k", name]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr if ran.returncode else ""


def versions(python: Path, name: str) -> str:
    """Return the versions of an engine and of pyarrow."""
    distribution = {"data_juicer": "py-data-juicer", "spark": "pyspark", "nemo": "nemo-curator"}.get(
        name.partition(",")[0].partition("-")[0]
    )
    names = (distribution or name.partition(",")[0].partition("-")[0], "pyarrow")
    code = f"from importlib.metadata import version; print(*(n + ' ' + version(n) for n in {names!r}), sep=', ')"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
