"""The time of a start, compared with the imports that every such tool needs.

    python bench/start.py [--starts 30]

The filter over ten lines, without and with an advertisement, against `python -c 'import regex'`; `clean` and `check` of such a
file against `python -c 'import typer, regex'`. One start of each in turn, so that other work on the machine meets all alike;
seconds of the processor, the least and the median. Bars: 1.4 times, and 1.6 times.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

LINES = (
    "他推门进去，屋里没有人。桌上的茶还是热的，窗子开着。",
    "雨停了，街上又有了人。卖报的孩子跑过去，喊着号外。",
    "她回头看了一眼（其实什么也没看见），又往前走。",
    "这座城市有三百年的历史，旧街还在，旧人已经不在了。",
    "“你来了？”他问。她没有答话，只是把伞收起来。",
    "第二天一早，他们坐船去了南边，带着两只箱子。",
    "老师说，读书要慢，写字要快，想事情要不快不慢。",
    "山上的雪化了，溪水涨起来，孩子们在水边捡石头。",
    "后来的事情，大家都知道了，我就不再多说。",
    "互联网模式的兴盛与衰落带来的并不仅仅只是生长，更多的是反思。",
)
AD = "，(网络推广公司)，更"


class Start(NamedTuple):
    """A command, its input, and the start that it is compared with."""

    words: tuple[str, ...]
    source: str | None = None
    against: str = ""
    bar: float = 0.0


def main() -> None:
    """Print a row for each start."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        starts = made(Path(folder))
        taken: dict[str, list[float]] = {name: [] for name in starts}
        for _ in range(given.starts):
            for name, start in starts.items():
                taken[name].append(spent(start, folder))
    print("| start | least, ms | median, ms | times | bar |\n|---|---|---|---|---|")
    for name, start in starts.items():
        times = min(taken[name]) / min(taken[start.against]) if start.against else 1
        bar = start.bar or ""
        print(f"| {name} | {min(taken[name]) * 1e3:.0f} | {statistics.median(taken[name]) * 1e3:.0f} | {times:.2f} | {bar} |")


def made(folder: Path) -> dict[str, Start]:
    """Write the texts, and return the starts by their names."""
    texts = {"plain": "\n".join(LINES) + "\n"}
    texts["planted"] = texts["plain"].replace("，更", AD)
    starts = {
        "python": Start((sys.executable, "-c", "")),
        "import regex": Start((sys.executable, "-c", "import regex")),
        "import typer, regex": Start((sys.executable, "-c", "import typer, regex")),
    }
    command = str(Path(sys.executable).with_name("cleanspam"))
    for name, text in texts.items():
        file = folder / f"{name}.txt"
        file.write_text(text, encoding="utf-8")
        starts[f"cleanspam < {name}"] = Start((command,), str(file), "import regex", 1.4)
        for verb in ("clean", "check"):
            words = (command, verb, str(file), *(("--output", str(folder / "out")) if verb == "clean" else ()))
            starts[f"cleanspam {verb} {name}"] = Start(words, None, "import typer, regex", 1.6)
    return starts


def spent(start: Start, folder: str) -> float:
    """Return the CPU seconds of a start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(start.source or os.devnull, "rb") as source:  # noqa: PTH123 (os.devnull is no Path)
        subprocess.run(start.words, stdin=source, capture_output=True, cwd=folder, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
