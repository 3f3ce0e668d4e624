"""Formats: no byte outside the cuts changes, readers find all records, and unreadable parts are named."""

import csv
import hashlib
import importlib
import io
import itertools
import json
import tracemalloc
from pathlib import Path

import pytest

import cleanspam
from cleanspam import Cleaner, FormatError, load_rules
from cleanspam.cli.app import run
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect, edited
from cleanspam.disk.compression import DecodedFile
from cleanspam.disk.encodings import detect, find_codec
from cleanspam.formats.base import BLOCK, Format, Passage
from cleanspam.formats.detect import open_content
from cleanspam.formats.fields import join_path, split_path
from cleanspam.formats.jsonfile import JsonFormat
from cleanspam.formats.jsonl import JsonlFormat
from cleanspam.formats.registry import FileType
from cleanspam.formats.table import TableFormat
from cleanspam.formats.text import TextFormat
from cleanspam.formats.warc import WarcFormat
from cleanspam.model import Span

AD = "(天猫网店货源一件代发)"
PLANTED = f"渡口的老人摇了一辈子船,{AD},从没有收过学生的钱。"
CLEAN = "渡口的老人摇了一辈子船,从没有收过学生的钱。"
CLEANER = Cleaner(load_rules())


def cleaned(made: Format, data: bytes, encoding: str = "utf-8") -> tuple[bytes, list[str]]:
    """Return a file cleaned by a format, and the reported problems."""
    fitted = made.fitted(data[:BLOCK], encoding)
    editor = ChunkEditor(fitted, CLEANER, Collect(cut_records=True))
    chunks = list(edited(map, editor, fitted.pieces(io.BytesIO(data))))
    out = io.BytesIO()
    fitted.join(io.BytesIO(data), [piece for piece, _ in chunks], out)
    return out.getvalue(), said([result for _, result in chunks])


def said(outcomes: list[ChunkResult]) -> list[str]:
    return [f"{problem.line}: {problem.message}" for outcome in outcomes for problem in outcome.problems]


def test_a_cut_does_not_expose_a_quotation_mark() -> None:
    """A reader of the table would take the next rows for one cell."""
    data = 'id,text\n1,(网络推广公司)，"你好他说。\n2,雨停了。\n3,"街上，又有了人。"\n'
    found, problems = cleaned(TableFormat(), data.encode())

    assert [row[0] for row in csv.reader(io.StringIO(found.decode()))] == ["id", "1", "2", "3"]
    assert not problems or "quotation mark" in problems[0]


def test_the_one_cell_of_a_row_is_not_emptied() -> None:
    """A reader would count one record less."""
    said: list[str] = []

    class Asking:
        """An editor that would leave nothing of any cell, and asks whether it may."""

        def edit(self, passage: Passage) -> list[Span]:
            said.append(passage.refuse("") if passage.refuse else "may")
            return []

        def problem(self, line: int, message: str) -> None:
            raise AssertionError(line, message)

    for table in ('text\n雨停了。\n"街上。"\n', "id,text\n1,雨停了。\n"):
        data = table.encode()
        TableFormat().fitted(data, "utf-8").edit(data, Asking())

    assert said == ["a cut would leave a row of nothing, which is none; it stays as it is", "may", ""]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("tail", ["![](data:image/png;base64," + "QUJD" * 530_000 + ")", "雨停了。" * 270_000])
def test_a_long_line_leaves_the_lines_before_it_alone(tail: str, encoding: str) -> None:
    """The line end behind a planting would go, and two lines would be one."""
    text = f"雨停了。{AD}\n{tail}"
    data = text.encode(encoding)

    assert next(TextFormat().fitted(b"", encoding).pieces(io.BytesIO(data))) == text[: text.index("\n") + 1].encode(encoding)
    assert cleaned(TextFormat(), data, encoding)[0].decode(encoding)[:8] == cleanspam.clean(text[:500]).text[:8]


def test_a_long_line_is_not_split_before_a_bracket() -> None:
    """The rest of the line would look like a line of its own, and go with its line end."""
    found = cleaned(TextFormat(), f"{'雨' * 700_000}。{AD}\n又有了人。\n".encode())[0].decode()

    assert found.split("\n")[1] == "又有了人。"


@pytest.mark.parametrize(
    "name", ["unicode_escape", "raw_unicode_escape", "utf-7", "hz", "iso2022_jp", "utf-32", "klingon", "a\0b"]
)
def test_encodings_that_spell_otherwise_are_refused(name: str) -> None:
    """A cut would remove other bytes than those of the planting."""
    with pytest.raises(FormatError, match="unknown encoding"):
        find_codec(name)


def test_ascii_before_chinese_is_no_utf_16() -> None:
    """A file with a long English head, or English with typographic quotation marks, would be read as UTF-16 or refused."""
    chinese = f"河对岸的果园今年收成很好，大家都来帮忙摘苹果，孩子们在树下跑来跑去。{PLANTED}\n" * 9

    assert detect(b"plain ascii line of text\n" * 2800 + chinese.encode("gbk")) == "gb18030"
    with pytest.raises(FormatError, match="no encoding fits"):
        detect("He said “quoted” café\n".encode("cp1252"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_an_odd_byte_behind_utf_16_stays(encoding: str) -> None:
    """A line end that a shell appended would keep all of the file from being cleaned."""
    found, problems = cleaned(TextFormat(), f"{PLANTED}\n".encode(encoding) + b"\n", encoding)

    assert found == f"{CLEAN}\n".encode(encoding) + b"\n"
    assert problems == ["2: half a character of UTF-16 at the end; it stays as it is"]
    table = cleaned(TableFormat(), f'text\n"{PLANTED}"\n'.encode(encoding) + b"\n", encoding)
    assert table[0] == f'text\n"{CLEAN}"\n'.encode(encoding) + b"\n"


@pytest.mark.parametrize(("first", "second"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_part_in_another_encoding_is_named(first: str, second: str) -> None:
    """Plantings there would stay, and no message would say so."""
    data = f"{PLANTED}\n".encode(first) * 3 + f"{PLANTED}\n".encode(second)
    found, problems = cleaned(TextFormat(), data, first)

    assert found == f"{CLEAN}\n".encode(first) * 3 + f"{PLANTED}\n".encode(second)
    assert problems == [f"4: not {first} from here, but another encoding; this part stays as it is"]


def test_a_part_of_json_lines_in_another_encoding_is_named() -> None:
    """Records that a scan of bytes passes over would be passed over in silence."""
    line = json.dumps({"text": CLEAN}, ensure_ascii=False) + "\n"

    assert cleaned(JsonlFormat(), line.encode() + line.encode("gb18030"))[1] == [
        "2: not utf-8 from here, but another encoding; this part stays as it is"
    ]


def test_an_ascii_file_is_not_read_whole_before_its_first_record() -> None:
    """The first record of a large corpus would wait for all the others to be read."""
    line = json.dumps({"text": CLEAN}).encode() + b"\n"
    raw = io.BytesIO(line * (20 * BLOCK // len(line)))
    before, raw.read = raw.read, lambda size=-1: count(before(size))  # type: ignore[method-assign]  # to see what is read
    seen = []

    def count(data: bytes) -> bytes:
        seen.append(len(data))
        return data

    _, found = open_content(raw, FileType("jsonl", ""))

    assert found.encoding == "utf-8"
    assert sum(seen) <= 11 * BLOCK


def test_a_large_record_of_one_object_is_cleaned() -> None:
    """Commas inside the record would be taken for ends of records, and the rest for broken records."""
    record = {f"pad{number}": "x" * BLOCK for number in range(9)} | {"text": PLANTED}

    assert cleaned(JsonFormat(), json.dumps(record, ensure_ascii=False).encode()) == (
        json.dumps(record | {"text": CLEAN}, ensure_ascii=False).encode(),
        [],
    )


def test_json_lines_in_a_json_file_are_read_as_such() -> None:
    """Only the first record would be cleaned."""
    data = (json.dumps({"text": PLANTED}, ensure_ascii=False) + "\n") * 3

    assert cleaned(JsonFormat(), data.encode()) == (data.replace(PLANTED, CLEAN).encode(), [])
    with pytest.raises(FormatError, match=r"several JSON values.*\.jsonl"):
        JsonFormat().fitted(json.dumps({"text": "a"}, indent=1).encode() * 2, "utf-8")


@pytest.mark.parametrize("fields", [(), ("text",)])
def test_fields_are_those_of_the_records_that_have_them(fields: tuple[str, ...]) -> None:
    """A shard whose first records have no text would be refused."""
    empty, full = '{"text":null,"url":"x"}\n{"url":"x"}\n' * 20, json.dumps({"text": PLANTED}, ensure_ascii=False)

    assert cleaned(JsonlFormat(fields), (empty + full).encode())[0].decode() == empty + full.replace(PLANTED, CLEAN)
    assert cleaned(JsonFormat(fields), f"[{{}},{full}]".encode())[0].decode() == f"[{{}},{full}]".replace(PLANTED, CLEAN)


@pytest.mark.parametrize("name", ["jsonl", "json"])
def test_fields_may_come_behind_the_first_block(name: str) -> None:
    """A corpus whose texts begin late would be refused; one with a mistyped field would pass as clean."""
    record = json.dumps({"url": "x" * 1000})
    full = json.dumps({"text": PLANTED}, ensure_ascii=False)
    join, edges = ("\n", ("", "\n")) if name == "jsonl" else (",", ("[", "]"))
    data = edges[0] + join.join([record] * 1200 + [full]) + edges[1]

    source, found = open_content(io.BytesIO(data.encode()), FileType(name, ""), ("text",))
    pieces = found.pieces(source)  # type: ignore[arg-type]  # it reads as a file does
    assert b"".join(ChunkEditor(found, CLEANER)(piece).of(piece) for piece in pieces).decode() == data.replace(PLANTED, CLEAN)
    with pytest.raises(FormatError, match="no field txet with text; the fields here are: url"):
        open_content(io.BytesIO(data.encode()), FileType(name, ""), ("txet",))


def test_both_default_fields_are_read() -> None:
    """Records that have only the other field would be passed over in silence."""
    data = "".join(json.dumps({name: PLANTED}, ensure_ascii=False) + "\n" for name in ("content", "text", "title"))

    assert cleaned(JsonlFormat(), data.encode())[0].decode() == data.replace(PLANTED, CLEAN, 2)


def test_a_name_with_a_bracket_is_no_array() -> None:
    """Cuts in such a column could not be put back."""
    assert join_path(["choices[0].text"]) == r"choices\[0]\.text"
    assert split_path(r"choices\[0]\.text") == split_path(r"choices[0]\.text") == ["choices[0].text"]
    assert split_path(r"a\[][]") == ["a[]", "[]"]


def test_broken_records_are_described_in_plain_words() -> None:
    """A line and column of Python's reader would stand beside those of the file."""
    assert cleaned(JsonlFormat(("text",)), b'{"text": "a}\n')[1] == [
        "1: broken record: a string without an end at character 10"
    ]


def warc(text: bytes, digest: str, kind: str = "text/plain") -> bytes:
    """Return an archive of one record."""
    head = f"WARC/1.1\r\nWARC-Type: conversion\r\nContent-Type: {kind}\r\nWARC-Block-Digest: {digest}\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text + b"\r\n\r\n"


@pytest.mark.parametrize(("name", "algorithm"), [("sha-256", "sha256"), ("SHA-1", "sha1"), ("md5", "md5")])
def test_digests_of_an_archive_are_renewed_however_they_are_called(name: str, algorithm: str) -> None:
    """The record would have the digest of another text."""
    old, new = PLANTED.encode(), CLEAN.encode()
    was, now = (f"{name}:{hashlib.new(algorithm, text).hexdigest()}" for text in (old, new))

    assert cleaned(WarcFormat(), warc(old, was)) == (warc(new, now), [])


def test_a_digest_that_cannot_be_renewed_is_named() -> None:
    """The record would have a false digest without a message. A record without a cut keeps its digest."""
    data = warc(PLANTED.encode(), "blake9:abc")

    assert cleaned(WarcFormat(), data) == (data, ["7: a digest by blake9 could not be renewed; it stays as it is"])
    assert cleaned(WarcFormat(), warc(CLEAN.encode(), "blake9:abc"))[1] == []


@pytest.mark.parametrize("spelled", ["GB18030", '"gb2312"', "utf-8"])
def test_a_text_of_an_archive_is_read_as_its_record_says(spelled: str) -> None:
    """A text in another encoding would be passed over without a message."""
    kind, encoding = f"text/plain; charset={spelled}", spelled.strip('"')
    was, now = (
        warc(text.encode(encoding), "x:y", kind).replace(b"WARC-Block-Digest: x:y\r\n", b"") for text in (PLANTED, CLEAN)
    )

    assert cleaned(WarcFormat(), was) == (now, [])


def test_a_charset_that_is_not_read_is_named() -> None:
    """Plantings there would stay, and no message would say so."""
    data = warc(PLANTED.encode("utf-7"), "x:y", "text/plain; charset=utf-7")

    assert cleaned(WarcFormat(), data) == (data, ["1: a text in 'utf-7', which is not read; it stays as it is"])


@pytest.mark.parametrize(("module", "compression"), [("bz2", "bz2"), ("lzma", "xz")])
def test_a_small_file_that_holds_much_is_read_in_small_parts(module: str, compression: str) -> None:
    """A thousand bytes would take a gigabyte of memory."""
    data = importlib.import_module(module).compress(b"a" * (64 << 20)) * 2 + importlib.import_module(module).compress(b"b")
    source = DecodedFile(io.BytesIO(data), compression)
    tracemalloc.start()
    size = sum(len(part) for part in iter(lambda: source.read(BLOCK), b""))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == (128 << 20) + 1
    assert peak < 16 << 20


PLACES: dict[str, tuple[str, Format]] = {
    "a.jsonl": (
        json.dumps({"id": 1, "text": f"甲。\n乙\t{PLANTED}"}, ensure_ascii=False) + "\n" + json.dumps({"text": PLANTED}) + "\n",
        JsonlFormat(),
    ),
    "a.json": (json.dumps([{"m": "a\nb", "text": f"甲\n{PLANTED}"}] * 3, ensure_ascii=False, indent=1), JsonFormat()),
    "a.csv": (f'id,text\n1,"{PLANTED}"\n2,"甲""乙\n{PLANTED}{PLANTED}"\n', TableFormat()),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_finding_has_its_line_and_column_in_the_file(name: str) -> None:
    """A line end that is an escape would be counted, and an annotation stand at another record or behind the file."""
    data, made = PLACES[name]
    fitted = made.fitted(data.encode(), "utf-8")
    lines = data.split("\n")
    found = []
    for piece in fitted.pieces(io.BytesIO(data.encode())):
        for one in ChunkEditor(fitted, CLEANER, Collect(findings=True))(piece).result.located:
            found.append(lines[one.line - 1][one.column - 1 :])

    assert len(found) == data.count("天猫网店") + data.count(json.dumps("天猫网店")[1:-1])
    assert all(rest.startswith((AD, "(" + json.dumps(AD[1:-1])[1:-1])) for rest in found)


def test_a_finding_in_an_archive_has_its_line_in_the_file() -> None:
    """All findings of an archive would be named as if they stood in its first lines."""
    data = warc(f"甲\n{PLANTED}".encode(), "md5:-") * 2
    located = ChunkEditor(WarcFormat(), CLEANER, Collect(findings=True))(data).result.located

    assert [data.decode().split("\n")[one.line - 1][one.column - 1 :].startswith(AD) for one in located] == [True, True]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_code_stays_in_a_fence_of_more_than_a_block(encoding: str) -> None:
    """Code would be cut from the first block's end on, and prose behind it be spared."""
    code, prose = ("雨停了。\n" * 9_000 + f"天还没亮,{AD},面包店的灯已经开了。\n") * 15, f"{PLANTED}\n"
    found, problems = cleaned(TextFormat(), f"{prose}```\n{code}```\n{prose}".encode(encoding), encoding)

    assert found.decode(encoding) == f"{CLEAN}\n```\n{code}```\n{CLEAN}\n"
    assert problems == []


def test_a_fence_that_is_not_closed_hides_no_more_than_some_mebibytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one stray mark the rest of a large corpus would not be cleaned, and would be held in memory."""
    monkeypatch.setattr("cleanspam.formats.text.FENCED", 2 * BLOCK)
    filler = "雨停了。\n" * (BLOCK // 13)
    data = f"```\n{filler}{filler}{filler}{PLANTED}\n".encode()
    found = cleaned(TextFormat(), data)[0]

    assert found.endswith(f"{CLEAN}\n".encode())
    assert max(map(len, TextFormat().pieces(io.BytesIO(data)))) < 3 * BLOCK


@pytest.mark.parametrize("mark", ["```", "~~~", "==="])
def test_blocks_with_fences_are_where_they_are_said_to_be(mark: str) -> None:
    """Workers would read other pieces than a run in one process, and the output would depend on --jobs."""
    filler = "雨停了。\n" * (BLOCK // 13 + 1)
    data = f"{filler}{mark}\n{filler}{mark}\n{filler}".encode()

    assert list(TextFormat().places(io.BytesIO(data))) == list(
        itertools.accumulate(map(len, TextFormat().pieces(io.BytesIO(data))))
    )


def test_files_beside_a_corpus_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cleaned data set could not be loaded, for the files that describe it would be missing."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    files = {
        "state.json": '{"_split":"train"}',
        "labels.csv": "id,label\n1,a\n",
        "a.jsonl": json.dumps({"text": PLANTED}) + "\n",
    }
    for name, data in files.items():
        Path("in", name).write_text(data, encoding="utf-8")

    assert run(["clean", "in", "-o", "out", "-q", "-j", "1"]) == 0
    assert [Path("out", name).read_text(encoding="utf-8") == data for name, data in files.items()] == [True, True, False]
    assert run(["check", "in", "-q", "--no-cache"]) == 1
    assert run(["clean", "in", "-o", "out2", "-q", "--field", "txt"]) == 2
    Path("in/a.jsonl").write_text('{"body": "a"}\n', encoding="utf-8")
    assert run(["clean", "in", "-o", "out3", "-q"]) == 2
