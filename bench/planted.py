"""What a planting costs: texts of this script's own making, with and without plantings, in one run. Prints a Markdown table.

usage: python bench/planted.py [--small]      --small: a tenth of everything, for a look; the figures are less exact
"""

import argparse
import gc
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from cleanspam import Cleaner, load_rules
from cleanspam.__main__ import OBJECTS

RUNS = 5  # of each measurement, in turn with its peer's; the best counts, for whatever else a machine does only adds
DENSITIES = (1, 5, 20, 80)  # plantings per 1,000 characters
PER_SET = 2000  # plantings
NOTES, MANY = 2000, 25_000
ARTICLE = 1500  # characters, about
OTHER = "雨停了，(竹灯笼批发价格表)，街上又有了人。"
FILTERED = 24 << 20  # bytes of prose for the filter


def words(text: str) -> list[str]:
    return text.split()


WHO = words("""老周 她 渡口的船工 邻居家的孩子 卖豆腐的女人 那位医生 新来的老师 我 他们 修钟表的人 班长
外婆""")
WHEN = words("天刚亮 雨停以后 那年冬天 吃过晚饭 散场的时候 秋收前后 第二天 火车开走之后 快过年了 一连几天")
DOES = words("""把门轻轻关上 在灯下补一件旧衣服 望着河对岸的山 从柜子里取出一本相册 慢慢地喝完了那碗汤
数着墙上的日历 把信又读了一遍""")
THEN = words("""谁也没有说话 屋里只听见钟声 风把窗纸吹得沙沙响 路上的雪还没有化 院子里的柿子红透了
他忽然想起小时候的事 灯就灭了""")
ASIDES = words("""（那是第一次） （后来才知道） (大约三里路) （如锄头、镰刀） （1986年） (她一向如此)
（见上一章） （也叫石榴树）""")
CITY = words("北京 上海 广州 深圳 成都 武汉 南京 杭州 西安 郑州 长沙 青岛 合肥 福州 昆明")
TRADE = words("""网站建设 网络推广 公司注册 代理记账 二手叉车 装修设计 小程序开发 短视频代运营 商标注册 搬家
月嫂 淘宝代运营""")
WISH = words("公司报价 哪家好 价格表 多少钱 公司排名 收费标准 培训机构 电话")
NOTE = words("""本章未完，请点击下一页继续阅读 请记住本站网址 手机用户请浏览阅读，更优质的体验
最新章节请到本站首发阅读""")


class Planted(NamedTuple):
    """Texts with plantings, and what they were without."""

    name: str
    texts: list[str]
    plain: list[str]
    number: int  # of plantings


class Writer:
    """Writes prose, and plants what spam sites plant. The same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def sentence(self) -> str:
        """Return a sentence; every sixth has an aside of its author's."""
        one = self._random.choice
        aside = one(ASIDES) if self._random.random() < 1 / 6 else ""
        return f"{one(WHEN)}，{one(WHO)}{one(DOES)}{aside}，{one(THEN)}。"

    def prose(self, chars: int) -> list[str]:
        """Return the sentences of a text of about that many characters."""
        sentences, length = [], 0
        while length < chars:
            sentences.append(self.sentence() + "\n" * (self._random.random() < 0.2))
            length += len(sentences[-1])
        return sentences

    def phrase(self) -> str:
        """Return a search phrase."""
        one = self._random.choice
        return f"{one(CITY)}{one(TRADE)}{one(WISH)}"

    def planted(self, sentences: list[str], number: int) -> str:
        """Return the text with so many search phrases behind commas, in both widths."""
        places = self._random.choices(range(len(sentences) * 2), k=number)
        counts = _counts(places, len(sentences))
        return "".join(self._with(sentence, *count) for sentence, count in zip(sentences, counts, strict=True))

    def _with(self, sentence: str, first: int, second: int) -> str:
        head, middle, tail = sentence.split("，", 1)[0], *sentence.split("，", 1)[1].rsplit("，", 1)
        return f"{head}，{self._chain(first)}{middle}，{self._chain(second)}{tail}"

    def _chain(self, number: int) -> str:
        return "".join(self._random.choice(("（{}），", "({}),")).format(self.phrase()) for _ in range(number))


def _counts(places: list[int], sentences: int) -> list[list[int]]:
    """Return how many plantings go behind the first and behind the last comma of each sentence."""
    counts = [[0, 0] for _ in range(sentences)]
    for place in places:
        counts[place // 2][place % 2] += 1
    return counts


def articles(density: int, number: int) -> Planted:
    """Return articles with `density` plantings per 1,000 characters, `number` in all."""
    writer, texts, plain, left = Writer(density), list[str](), list[str](), number
    while left > 0:
        sentences = writer.prose(ARTICLE)
        some = min(left, max(1, round(sum(map(len, sentences)) * density / 1000)))
        plain.append("".join(sentences))
        texts.append(writer.planted(sentences, some))
        left -= some
    return Planted(f"articles, {density} per 1,000 characters", texts, plain, number)


def novel(number: int) -> Planted:
    """Return one text with so many site notes, each behind a sentence or on a line of its own."""
    writer, pick = Writer(5), random.Random(6)
    texts, plain = [], []
    for _ in range(number):
        sentences = "".join(writer.prose(300)).rstrip("\n")
        note = f"（{pick.choice(NOTE)}）" if pick.random() < 0.5 else f"\n【{pick.choice(NOTE)}】"
        texts.append(f"{sentences}{note}\n")
        plain.append(f"{sentences}\n")
    return Planted(f"a novel with {number:,} site notes", ["".join(texts)], ["".join(plain)], number)


def crowded(number: int) -> Planted:
    """Return one text with so many plantings, 20 per 1,000 characters."""
    writer = Writer(7)
    sentences = writer.prose(number * 50)
    return Planted(f"one text with {number:,}", [writer.planted(sentences, number)], ["".join(sentences)], number)


def extra(with_: Callable[[], object], without: Callable[[], object]) -> float:
    """Return how much longer the shortest run takes than the shortest without plantings, in seconds of CPU, children's too."""
    times = [(_timed(with_), _timed(without)) for _ in range(RUNS)]
    return min(one for one, _ in times) - min(other for _, other in times)


def _timed(run: Callable[[], object]) -> float:
    before = _cpu()
    run()
    return _cpu() - before


def _cpu() -> float:
    usages = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def clean_cost(cleaner: Cleaner, found: Planted) -> tuple[float, int, int]:
    """Return what plantings cost beyond the prose, in seconds, how many were cut, and how many texts came out exact."""
    cleanings = [cleaner.clean(text) for text in found.texts]
    cuts = sum(len(one.findings) for one in cleanings)
    exact = sum(one.text == plain for one, plain in zip(cleanings, found.plain, strict=True))
    return extra(lambda: _cleaned(cleaner, found.texts), lambda: _cleaned(cleaner, found.plain)), cuts, exact


def _cleaned(cleaner: Cleaner, texts: list[str]) -> None:
    """Clean the texts, and before them another one: a judge knows what it cut from the text that it judged last."""
    for text in (OTHER, *texts):
        cleaner.clean(text)


def check_cost(found: Planted, folder: Path) -> float:
    """Return the same for `cleanspam check` on one core, over files.

    Beside both are the same files with plantings, so that the start, of which the first planting needs more, counts in neither.
    """
    return extra(_checking(found.texts, folder / "with"), _checking(found.plain, folder / "without"))


def _checking(texts: list[str], folder: Path) -> Callable[[], object]:
    folder.mkdir(parents=True)
    for number, text in enumerate([*articles(20, 40).texts, *novel(40).texts, *texts]):
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
    words = ["--isolated", "check", str(folder), "--exit-zero", "--quiet", "--jobs", "1", "--no-cache"]
    return lambda: _run(words)


def _run(words: list[str], source: Path | None = None) -> None:
    with Path(source or os.devnull).open("rb") as stdin:
        ran = subprocess.run([sys.executable, "-m", "cleanspam", *words], stdin=stdin, stdout=subprocess.DEVNULL, check=False)
    if ran.returncode:
        raise SystemExit(f"cleanspam {' '.join(words)}: exit code {ran.returncode}")


def filter_cost(folder: Path, size: int) -> float:
    """Return how many times as long the filter takes with ten plantings in each MiB."""
    writer = Writer(8)
    block = writer.prose((1 << 20) // 3)
    plain, planted = ("".join(block), writer.planted(block, 10))
    times = []
    for name, text in (("plain", plain), ("planted", planted)):
        path = folder / f"{name}.txt"
        path.write_text(text * (size >> 20), encoding="utf-8")
        times.append(min(_elapsed(path) for _ in range(RUNS)))
    return times[1] / times[0]


def _elapsed(path: Path) -> float:
    start = time.perf_counter()
    _run([], path)
    return time.perf_counter() - start


def rows(part: int) -> Iterator[tuple[Planted, str]]:
    """Yield the sets; `part` is what their sizes are divided by."""
    for density in DENSITIES:
        yield articles(density, PER_SET // part), "0.10 | 0.15"
    yield novel(NOTES // part), "0.10 | 0.15"
    yield crowded(MANY // part // 10), "0.10 | 0.15"
    yield crowded(MANY // part), "0.10 | 0.15"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", action="store_true")
    part = 10 if parser.parse_args().small else 1
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    gc.set_threshold(OBJECTS)  # as the command line does; with Python's 700 the text with 25,000 takes a fifth longer
    cleaner = Cleaner(load_rules())
    costs = []
    print("| what | texts | plantings | cut | texts exact | clean, ms each | check, ms each | at most |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for number, (found, bars) in enumerate(rows(part)):
            cost, cuts, exact = clean_cost(cleaner, found)
            check = check_cost(found, Path(name, str(number)))
            costs.append(cost)
            figures = f"{cost / found.number * 1000:.3f} | {check / found.number * 1000:.3f} | {bars.replace(' | ', ', ')}"
            print(f"| {found.name} | {len(found.texts):,} | {found.number:,} | {cuts:,} | {exact:,} | {figures} |", flush=True)
        print(f"\n10 times the plantings in one text take {costs[-1] / costs[-2]:.1f} times as long (at most 11)")
        ratio = filter_cost(Path(name), FILTERED // part)
        print(f"the filter with 10 plantings in each MiB takes {ratio:.2f} times as long as without (at most 1.5)")


if __name__ == "__main__":
    main()
