"""Speed of the core and the filter, side by side with their peers in one run. Prints ratios of medians, as a Markdown table.

usage: python bench/speed.py CORPUS...      texts (.txt .md) or records (.jsonl, .jsonl.gz with a "text" field), 100 MB or more
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cleanspam import Cleaner, load_rules

RUNS = 5
IDENTITY = """
import codecs, sys
decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as sink:
    while chunk := source.read(1 << 20):
        sink.write(decode(chunk).encode("utf-8", "surrogateescape"))
"""
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""
PERL = r"s/(?<=[,，])[(（][^()（）]{2,30}[)）][,，]//g"
SMALL = "雨停了,(网站建设公司报价),街上又有了人。\n" * 10


def texts(paths: list[Path]) -> Iterator[str]:
    """Yield every text of the corpus."""
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    for path in sorted(files):
        if path.suffix in (".txt", ".md"):
            yield path.read_bytes().decode("utf-8", "surrogateescape")
        elif path.name.endswith((".jsonl", ".jsonl.gz")):
            with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)["text"]


def in_turn(runs: list[Callable[[], object]], clock: Callable[[], float]) -> list[float]:
    """Return the median time of each run, all taken in turn so that a machine's mood hits all alike."""
    taken: list[list[float]] = [[] for _ in runs]
    for round_ in range(RUNS + 1):
        for run, times in zip(runs, taken, strict=True):
            start = clock()
            run()
            if round_:  # the first round warms up
                times.append(clock() - start)
    return [statistics.median(times) for times in taken]


def core(corpus: list[str]) -> None:
    """Compare Cleaner.clean per text with decoding the same bytes."""
    raw = [text.encode("utf-8", "surrogateescape") for text in corpus]
    cleaner = Cleaner(load_rules())

    def decode() -> None:
        for data in raw:
            data.decode("utf-8", "surrogateescape")

    def clean() -> None:
        for text in corpus:
            cleaner.clean(text)

    decoding, cleaning = in_turn([decode, clean], time.process_time)
    row("core, one text after the other", "UTF-8 decoding", cleaning / decoding, "3")


def whole(corpus: list[str], folder: Path) -> None:
    """Compare the filter, file to file, with an identity filter and with a perl one-liner that knows one form."""
    source, sink = folder / "in.txt", folder / "out.txt"
    source.write_bytes("\n".join(corpus).encode("utf-8", "surrogateescape"))
    command = [sys.executable, "-m", "cleanspam"]

    def through(words: list[str]) -> Callable[[], object]:
        def run() -> None:
            with source.open("rb") as stdin, sink.open("wb") as stdout:
                subprocess.run(words, stdin=stdin, stdout=stdout, check=True)

        return run

    identity = [sys.executable, "-c", IDENTITY, str(source), str(sink)]
    runs = [through(command), through(identity), through(["perl", "-CSD", "-pe", PERL])]
    ours, theirs, perl = in_turn(runs, time.perf_counter)
    row("filter, file to file", "Python identity filter", ours / theirs, "2.5")
    row("filter, file to file", "perl one-liner", ours / perl, "1")
    # A process inherits the peak of the one that forked it, so a small one stands between.
    measure = [sys.executable, "-c", PEAK, *command]
    with source.open("rb") as stdin, sink.open("wb") as stdout:
        peak = subprocess.run(measure, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, check=True).stderr
    print(f"| filter, peak memory | 120 MB | {int(peak) / 1024:.0f} MB | 120 MB |")


def start_up(folder: Path) -> None:
    """Compare a ten-line file with importing what every such command line imports."""
    small = folder / "small.txt"
    small.write_text(SMALL, encoding="utf-8")

    def run(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True)

    ours, imports = in_turn([run("-m", "cleanspam", str(small)), run("-c", "import typer, regex")], time.perf_counter)
    row("start-up, ten lines", "import typer, regex", ours / imports, "1.5")


def row(what: str, peer: str, ratio: float, bar: str) -> None:
    print(f"| {what} | {peer} | {ratio:.2f} | {bar} |", flush=True)


def main() -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    corpus = list(texts([Path(word) for word in sys.argv[1:]]))
    size = sum(len(text.encode("utf-8", "surrogateescape")) for text in corpus)
    print(f"{len(corpus):,} texts, {size / 1e6:.0f} MB, medians of {RUNS}\n")
    print("| what | against | times | at most |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        start_up(Path(folder))
        core(corpus)
        whole(corpus, Path(folder))


if __name__ == "__main__":
    main()
