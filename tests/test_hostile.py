"""Inputs that once took minutes, or all memory. No test here measures time: with such a fault a test would not end."""

import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanspam import Cleaner, load_rules
from cleanspam.corpus.walk import Selection, Walker
from cleanspam.disk.compression import DecodedFile, open_sink
from cleanspam.formats import table, warc
from cleanspam.formats.blocks import split_lines
from cleanspam.formats.jsonl import JsonlFormat
from cleanspam.formats.table import TableFormat
from cleanspam.model import NESTED
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.text.diff import hunks

pytestmark = pytest.mark.slow
CLEANER = Cleaner(load_rules())


def test_a_run_of_filler_that_words_have_in_them() -> None:
    """Each + may be a part of a word like dou+ or filler: trying both for each + takes exponential time."""
    text = "他说（a" + "+" * 400_000 + "）好。"
    assert CLEANER.clean(text).text == text


def test_a_page_of_nothing_but_ads() -> None:
    """For each ad the brackets around it would be paired anew, and all other ads looked at."""
    cleaning = CLEANER.clean("天亮了，（网络推广公司），" * 4000)
    assert (len(cleaning.cuts), cleaning.text) == (4000, "天亮了，" * 4000)


def test_ads_in_ads_in_ads() -> None:
    """If each ad keeps its own text, with all ads inside it, 180 kB take 470 MB."""
    cleaning = CLEANER.clean("灯亮了，" + "（空调维修多少钱一次" * 3000 + "）" * 3000 + "，天黑了。")
    assert cleaning.text == "灯亮了，天黑了。"
    assert len(cleaning.findings) <= 2 * NESTED


def test_the_diff_of_a_page_of_ads() -> None:
    """For each line with a finding all findings would be looked at."""
    text = "天亮了，（网络推广公司），街上没有人。\n" * 4000
    shown = list(hunks(text, CLEANER.clean(text)))
    assert [hunk.line for hunk in shown] == list(range(1, 4001))
    assert all(hunk.sites == ("alone",) for hunk in shown)


@pytest.mark.parametrize("row", [b'a,"x"y\n', b'"a,b\n'])
def test_a_table_with_quotation_marks_in_odd_places(row: bytes) -> None:
    """For each cell that begins with a mark all later marks would be counted."""
    data = b"text,b\n" + row * 400_000
    assert b"".join(TableFormat().pieces(io.BytesIO(data))) == data


def test_a_zstd_file_that_is_small_for_what_is_in_it() -> None:
    """If all output of 128 KiB is held at once, a file of 100 kB can take gigabytes."""
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.ZstdCompressor().compress(bytes(1 << 28))
    tracemalloc.start()
    source, size = DecodedFile(io.BytesIO(packed), "zstd"), 0
    while data := source.read(1 << 20):
        size += len(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (size, len(packed) < 1 << 15) == (1 << 28, True)
    assert peak < 20 << 20


def test_a_record_that_is_larger_than_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that is written as one gzip member would be held in memory as a whole."""
    monkeypatch.setattr(warc, "BLOCK", 1 << 16)
    monkeypatch.setattr(warc, "RECORD", 1 << 20)
    head = b"WARC/1.0\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % (1 << 27)
    source, packed, made = io.BytesIO(head + bytes(1 << 27) + b"\r\n\r\n"), io.BytesIO(), warc.WarcFormat()
    tracemalloc.start()
    with open_sink(packed, "gzip", by_write=True) as out:
        made.join(source, made.pieces(source), out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert packed.getvalue().count(b"\x1f\x8b\x08") == 1
    assert peak < 8 << 20


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Work in a folder with so many nested folders, and remove them again: pytest would end in a RecursionError."""
    monkeypatch.chdir(tmp_path)
    depth = 1100
    for _ in range(depth):
        os.mkdir("d")  # noqa: PTH102 (a path of all of them would be too long to make at once)
        os.chdir("d")
    Path("a.txt").write_text("雨", encoding="utf-8")
    os.chdir(tmp_path)
    yield depth
    for _ in range(depth):
        os.chdir("d")
    Path("a.txt").unlink()
    for _ in range(depth):
        os.chdir("..")
        os.rmdir("d")  # noqa: PTH106 (the same)


def test_a_tree_deeper_than_the_stack(deep: int) -> None:
    """The run would end in a RecursionError."""
    chooser = Walker(Selection())
    assert [chosen.relative.count("d/") for chosen in chooser.chosen([Path()])] == [deep]
    assert chooser.problems == []


class Counting(io.BytesIO):
    """Counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read(size)

    def read1(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read1(size)


def test_lines_are_not_read_two_bytes_at_a_time() -> None:
    """--line-buffered would take a second for 800 kB."""
    source = Counting("雨\n".encode() * 50_000)
    assert list(split_lines(source)) == ["雨\n".encode()] * 50_000
    assert source.reads < 100


def test_a_long_line_is_not_copied_again_with_every_read() -> None:
    """A line of 60 MB would take two minutes, if each of 4,000 reads copies all that was read before."""
    line = b'{"text": "' + b"a" * (16 << 20) + b'"}'
    source = Counting(line)
    assert list(JsonlFormat().pieces(source)) == [line]
    assert source.reads < 50


def test_a_long_cell_is_not_looked_at_again_with_every_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell of 60 MB would take two minutes, if each of 60 reads starts again at its beginning."""
    monkeypatch.setattr(table, "BLOCK", 1 << 15)
    row = b'"' + b"a" * (1 << 20) + b'",b\n'
    source = Counting(row)
    assert list(TableFormat().pieces(source)) == [row]
    assert source.reads < 15


def test_a_word_of_a_list_that_is_filler_throughout() -> None:
    """If each mark takes a recursive call in C, a rule file can crash the interpreter."""
    word = "a" + "+" * 300_000 + "b"
    rule = f"list  plus\n      {word}\n\nrule  r\nabout A.\nat    glued\nhas   plus\ncut   ^a\n"
    examples = "cuts  雨[-(ab)-]停\nkeeps 雨(c)停\n"
    cleaner = Cleaner(parse_rules([RuleSource("own.rules", rule + examples)]))
    assert cleaner.clean(f"雨({word})停").text == "雨停"
