"""How long `cleanspam check` takes over many files, cold and warm: python bench/check_cache.py [FILES]."""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PARAGRAPH = "镇上的图书馆在河的东岸（旧粮仓改的）,下午四点以后人最少。窗边的位置要早去才有,冬天尤其如此。\n"
PLANTED = "馆长姓周,(二手叉车价格表),说话很慢。\n"


def main(files: int) -> None:
    """Print the seconds of a run without a cache, of one that fills it, and of two that find it filled."""
    with tempfile.TemporaryDirectory() as folder:
        size = _fill(Path(folder), files)
        print(f"{files:,} files, {size / 1e6:.1f} MB")
        for name, words in (("no cache", ["--no-cache"]), ("cold", []), ("warm", []), ("warm again", [])):
            print(f"{name:<12}{_seconds(folder, words):6.2f} s")


def _fill(folder: Path, files: int) -> int:
    """Write the files, one in ten with a planted line, and return their bytes."""
    choice = random.Random(0)
    total = 0
    for number in range(files):
        lines = [f"{number}\n", *[PARAGRAPH] * choice.randint(5, 60), *[PLANTED] * (number % 10 == 0)]
        file = folder / f"{number % 100:02}" / f"{number}.txt"
        file.parent.mkdir(exist_ok=True)
        total += file.write_bytes("".join(lines).encode())
    return total


def _seconds(folder: str, words: list[str]) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "cleanspam", "check", ".", "--format", "jsonl", "-q", *words]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
