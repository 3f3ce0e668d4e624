"""Parquet, Arrow and WARC: only the chosen strings change; schema, metadata, compression, lengths and digests fit."""

import base64
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleanspam import Cleaner, FormatError, load_rules
from cleanspam.cli.app import run
from cleanspam.corpus.chunk import ChunkEditor, Collect, edited
from cleanspam.formats.warc import WarcFormat, read_records

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")
parquet = pytest.importorskip("pyarrow.parquet")
from cleanspam.formats import arrow, columns  # noqa: E402 (needs pyarrow)
from cleanspam.formats.arrow import ArrowFormat  # noqa: E402 (the same)
from cleanspam.formats.base import RecordFormat  # noqa: E402 (the same)
from cleanspam.formats.parquet import ParquetFormat  # noqa: E402 (the same)

PLANTED = "雪落了三天,(抖音涨粉技巧教程),山里的路都封了。"
CLEAN = "雪落了三天,山里的路都封了。"
CLEANER = Cleaner(load_rules())


def rows(text: str) -> list[dict[str, object]]:
    return [
        {"id": 1, "text": text, "messages": [{"role": "用户", "content": text}, {"role": None, "content": "好"}]},
        {"id": 2, "text": None, "messages": None},
        {"id": 3, "text": "短（其实也不短）", "messages": []},
    ]


def clean_file(made: RecordFormat, source: Path, target: Path) -> int:
    """Clean a file into another and return the number of cuts."""
    fitted = made.fitted(b"", "")
    with source.open("rb") as raw, target.open("wb") as sink:
        chunks = list(edited(map, ChunkEditor(fitted, CLEANER, Collect(cut_records=True)), fitted.pieces(raw)))
        fitted.join(raw, (data for data, _ in chunks), sink)
    return sum(result.totals.cuts for _, result in chunks)


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "none"])
def test_a_parquet_file_keeps_all_but_its_spam(tmp_path: Path, compression: str) -> None:
    """A cleaned data set would have another schema, other metadata or another compression."""
    table = pa.Table.from_pylist(rows(PLANTED) * 5).replace_schema_metadata({"来源": "测试"})
    parquet.write_table(table, tmp_path / "a.parquet", compression=compression, row_group_size=4, use_dictionary=["text"])
    cuts = clean_file(ParquetFormat(("text", "messages[].content")), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = parquet.ParquetFile(tmp_path / "a.parquet"), parquet.ParquetFile(tmp_path / "b.parquet")

    assert cuts == 10
    assert new.read().to_pylist() == rows(CLEAN) * 5
    assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True)
    for group in range(old.num_row_groups):
        for column in range(old.metadata.num_columns):
            was, now = (file.metadata.row_group(group).column(column) for file in (old, new))
            assert (now.compression, now.num_values, now.encodings) == (was.compression, was.num_values, was.encodings)


@pytest.mark.parametrize("is_compliant", [True, False])
@pytest.mark.parametrize(("key", "items"), [("tags", ["雨", "雪"]), ("messages", [{"content": PLANTED}])])
def test_lists_keep_their_name_and_their_compression(tmp_path: Path, key: str, items: list[object], is_compliant: bool) -> None:
    """The field that older writers call item would come out as element, and uncompressed."""
    table = pa.table({"text": [PLANTED] * 5, key: [items] * 5})
    words: dict[str, Any] = {"compression": "zstd", "use_compliant_nested_type": is_compliant}
    parquet.write_table(table, tmp_path / "a.parquet", **words)
    clean_file(ParquetFormat(("text",)), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = (parquet.ParquetFile(tmp_path / name) for name in ("a.parquet", "b.parquet"))

    assert new.schema.equals(old.schema)
    assert {new.metadata.row_group(0).column(at).compression for at in range(2)} == {"ZSTD"}


def test_only_the_chosen_columns_are_cleaned(tmp_path: Path) -> None:
    """A column of citations would be cleaned although the user did not name it."""
    parquet.write_table(pa.Table.from_pylist(rows(PLANTED)), tmp_path / "a.parquet")
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")

    assert parquet.read_table(tmp_path / "b.parquet").to_pylist()[0] == {**rows(PLANTED)[0], "text": CLEAN}


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string()])
def test_every_kind_of_string_column_is_read(tmp_path: Path, kind: object) -> None:
    """A data set written by another library would fail."""
    table = pa.table({"text": pa.array([PLANTED, None, "短"], pa.string()).cast(kind)})
    parquet.write_table(table, tmp_path / "a.parquet")

    assert clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet") == 1
    assert parquet.read_table(tmp_path / "b.parquet").column("text").to_pylist() == [CLEAN, None, "短"]
    assert parquet.read_table(tmp_path / "b.parquet").schema == parquet.read_table(tmp_path / "a.parquet").schema


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_rows_are_cleaned_as_their_texts_are(tmp_path: Path, kind: object) -> None:
    """An advertisement that a rule names would stay in a row that is passed over."""
    examples = [example.text for rule in CLEANER.ruleset.rules for example in rule.examples]
    texts = [text for example in examples for text in (example, None, f"甲\n{example}\r\n乙", "", f'😀\\{example}"𠀀')]
    parquet.write_table(pa.table({"text": pa.array([*texts, None, ""], kind)}), tmp_path / "a.parquet", row_group_size=1_000)
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")

    found = parquet.read_table(tmp_path / "b.parquet").column("text").to_pylist()
    assert found == [text and CLEANER.clean(text).text for text in texts] + [None, ""]


def test_a_column_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """A part would be left out, and every later record would be logged with a wrong number."""
    texts = pa.array([f"{PLANTED}".encode() + b"\xff", b"a"], pa.binary()).view(pa.string())
    parquet.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    with pytest.raises(FormatError, match="cannot be read"):
        clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")


def test_a_large_row_group_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row group of a whole file would take all memory."""
    monkeypatch.setattr("cleanspam.formats.parquet.PART", 1 << 10)
    table = pa.table({"n": list(range(300)), "text": [f"{number}{PLANTED}" for number in range(300)]})
    parquet.write_table(table, tmp_path / "a.parquet")
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    found = parquet.read_table(tmp_path / "b.parquet")

    assert found.column("n").to_pylist() == list(range(300))
    assert found.column("text").to_pylist() == [f"{number}{CLEAN}" for number in range(300)]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()])
@pytest.mark.parametrize("size", [1, 1 << 10, 10_000, 1 << 20])
def test_long_values_that_repeat_are_read_in_parts(
    kind: Any, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows would be lost between two parts, or written in another order, encoding or type."""
    monkeypatch.setattr("cleanspam.formats.parquet.UNROLLED", size)
    long_ = ["长" * 500, None, PLANTED * 9, "长" * 100]
    texts = [f"{number}{PLANTED}" if number % 7 == 0 else long_[number % 4] for number in range(299)]
    nothing = pa.array([None] * 299, kind)
    table = pa.table({"n": list(range(299)), "text": texts, "long": pa.array(long_ * 75, kind)[:299], "nothing": nothing})
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=150)
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = parquet.ParquetFile(tmp_path / "a.parquet"), parquet.ParquetFile(tmp_path / "b.parquet")

    assert new.read().drop_columns(["text"]).equals(table.drop_columns(["text"]))
    assert new.read()["text"].to_pylist() == [text and CLEANER.clean(text).text for text in texts]
    assert new.schema_arrow.equals(old.schema_arrow)
    was, now = ([file.metadata.row_group(0).column(at).encodings for at in range(4)] for file in (old, new))
    assert now == was
    assert (new.num_row_groups == 2) == (size == 1 << 20)


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_table_is_cleaned_from_its_first_cut_on(
    suffix: str, jobs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row groups without a cut would be lost, or cuts be put into other rows or logged under other numbers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(columns, "PIECE", 1 << 10)
    monkeypatch.setattr("cleanspam.corpus.pool.LARGE", 0)
    monkeypatch.setattr("cleanspam.corpus.stream_file.LARGE", 0)
    planted = (57, 58, 93)
    texts = [f"{number}{PLANTED if number in planted else CLEAN}" for number in range(100)]
    table = pa.table({"n": list(range(100)), "text": texts, "kind": pa.array(texts).dictionary_encode()})
    if suffix == "parquet":
        parquet.write_table(table, "a.parquet", row_group_size=10)
    else:
        feather.write_feather(table, "a.arrow", chunksize=10)
    before = Path(f"a.{suffix}").read_bytes()
    words = ["--field", "text", "--field", "kind"]
    assert run([f"a.{suffix}", "-o", "out", "-j", jobs, "-q", "--log", "log.jsonl", *words]) == 0
    found = (parquet.read_table if suffix == "parquet" else feather.read_table)(f"out/a.{suffix}")
    cuts = [json.loads(line) for line in Path("log.jsonl").read_text(encoding="utf-8").splitlines()]

    assert found.column("n").to_pylist() == list(range(100))
    for name in ("text", "kind"):
        assert found.column(name).to_pylist() == [f"{number}{CLEAN}" for number in range(100)]
        assert [cut["record"] for cut in cuts if cut.get("field") == name] == [number + 1 for number in planted]
    assert run([f"out/a.{suffix}", "-o", "again", "-j", jobs, "-q", *words]) == 0
    assert Path(f"again/a.{suffix}").read_bytes() == Path(f"out/a.{suffix}").read_bytes()
    assert run(["restore", "log.jsonl", "-q"]) == 0
    restored = (parquet.read_table if suffix == "parquet" else feather.read_table)(f"out/a.{suffix}")
    assert restored.column("text").to_pylist() == texts
    assert Path(f"a.{suffix}").read_bytes() == before


@pytest.mark.parametrize(
    ("suffix", "values"),
    [
        ("parquet", [PLANTED, *map(str, range(127))]),
        ("arrow", [PLANTED, *map(str, range(127))]),
        ("arrow", [None, PLANTED, "短"]),  # Parquet has none such
    ],
)
def test_a_dictionary_that_is_full_or_has_no_value_is_cleaned(suffix: str, values: list[str | None], tmp_path: Path) -> None:
    """A column of categories would end the whole run with a traceback."""
    indices = pa.array([*range(len(values)), 1], pa.int8())
    table = pa.table({"text": pa.DictionaryArray.from_arrays(indices, values)})
    made: RecordFormat = ParquetFormat()
    if suffix == "parquet":
        parquet.write_table(table, tmp_path / "a.parquet")
    else:
        made = ArrowFormat()
        feather.write_feather(table, tmp_path / "a.arrow")
    assert clean_file(made, tmp_path / f"a.{suffix}", tmp_path / "b") == values.count(PLANTED) + (values[1] == PLANTED)
    found = (parquet.read_table if suffix == "parquet" else feather.read_table)(tmp_path / "b").column("text")
    assert found.to_pylist() == [CLEAN if value == PLANTED else value for value in [*values, values[1]]]


def test_a_table_with_two_columns_of_one_name_is_refused(tmp_path: Path) -> None:
    """A traceback would end a run over a million files."""
    table = pa.table([pa.array([PLANTED]), pa.array([PLANTED])], names=["text", "text"])
    with pa.ipc.new_file(tmp_path / "a.arrow", table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(FormatError, match="two columns have the same name"):
        clean_file(ArrowFormat(), tmp_path / "a.arrow", tmp_path / "c.arrow")


def test_an_arrow_file_with_offsets_that_run_backwards_is_refused(tmp_path: Path) -> None:
    """A traceback would end a run over a million files."""
    offsets = pa.array([0, 9, 3], pa.int32()).buffers()[1]
    table = pa.table({"text": pa.StringArray.from_buffers(2, offsets, pa.py_buffer(b"(a)xyz(b)"))})
    with pa.ipc.new_file(tmp_path / "a.arrow", table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(FormatError, match="cannot be read"):
        clean_file(ArrowFormat(), tmp_path / "a.arrow", tmp_path / "b.arrow")


def test_a_table_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """The rows of one version would be written with the cuts of another."""
    parquet.write_table(pa.Table.from_pylist(rows(PLANTED)), tmp_path / "a.parquet")
    fitted = ParquetFormat()
    with (tmp_path / "a.parquet").open("rb") as raw:
        [piece] = fitted.pieces(raw)
        parquet.write_table(pa.Table.from_pylist(rows(CLEAN)), tmp_path / "a.parquet")
        with pytest.raises(OSError, match="changed while it was read"):
            ChunkEditor(fitted, CLEANER)(piece)


@pytest.mark.parametrize("compression", ["zstd", "lz4", "uncompressed"])
def test_a_feather_file_keeps_all_but_its_spam(tmp_path: Path, compression: str) -> None:
    """Arrow files would lose their batches or their compression."""
    table = pa.Table.from_pylist(rows(PLANTED) * 4)
    feather.write_feather(table, tmp_path / "a.feather", compression=compression, chunksize=5)
    cuts = clean_file(ArrowFormat(), tmp_path / "a.feather", tmp_path / "b.feather")

    assert cuts == 4
    assert feather.read_table(tmp_path / "b.feather").column("text").to_pylist() == [row["text"] for row in rows(CLEAN) * 4]
    assert arrow._find_compression(str(tmp_path / "b.feather")) == arrow._find_compression(str(tmp_path / "a.feather"))


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    """A traceback would end a run over a million files."""
    parquet.write_table(pa.Table.from_pylist(rows(PLANTED)), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(FormatError, match="cannot be read"):
        clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")


def record(kind: str, block: bytes, content_type: str = "text/plain") -> bytes:
    digest = base64.b32encode(hashlib.sha1(block).digest()).decode()
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {content_type}\r\nWARC-Block-Digest: sha1:{digest}\r\n"
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def clean_warc(data: bytes) -> bytes:
    made, sink = WarcFormat(), io.BytesIO()
    chunks = edited(map, ChunkEditor(made, CLEANER), made.pieces(io.BytesIO(data)))
    made.join(io.BytesIO(), (cleaned for cleaned, _ in chunks), sink)
    return sink.getvalue()


def test_lengths_and_digests_fit_the_cleaned_text() -> None:
    """A reader of the archive would stumble over the first cleaned record."""
    page = record("response", f"<p>{PLANTED}".encode(), "application/http")
    data = record("warcinfo", b"a: b\r\n", "application/warc-fields") + record("conversion", PLANTED.encode()) + page

    assert clean_warc(data) == data.replace(record("conversion", PLANTED.encode()), record("conversion", CLEAN.encode()))


def test_a_wrong_digest_stays_wrong() -> None:
    """A record that was damaged before would look whole afterwards."""
    data = record("conversion", PLANTED.encode()).replace(b"sha1:", b"sha1:A")

    assert b"sha1:A" in clean_warc(data)


def test_what_is_no_record_stays() -> None:
    """A torn archive would lose its end."""
    whole = record("conversion", PLANTED.encode())

    for torn in (whole[:-9], b"x" + whole, whole + whole[:40]):
        assert len(clean_warc(torn)) in (len(torn), len(torn) - len(PLANTED.encode()) + len(CLEAN.encode()))


def test_a_length_that_no_number_holds_is_none() -> None:
    """A length too large for a number would end the run in a traceback."""
    data = record("conversion", PLANTED.encode()).replace(b"Content-Length: ", b"Content-Length: " + b"1" * 5000)

    assert clean_warc(data) == data


def test_records_are_found_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that lies across two reads would be torn."""
    monkeypatch.setattr("cleanspam.formats.warc.BLOCK", 100)
    data = b"".join(record("conversion", f"{number}{PLANTED}".encode()) for number in range(50))
    found = list(read_records(clean_warc(data)))

    assert [one.block.decode() for one in found] == [f"{number}{CLEAN}" for number in range(50)]


def test_each_record_stays_a_gzip_member(tmp_path: Path) -> None:
    """An index of the archive could no longer jump to a record."""
    from cleanspam.disk.compression import open_sink

    with (tmp_path / "a").open("wb") as raw, open_sink(raw, "gzip", by_write=True) as out:
        WarcFormat().join(io.BytesIO(), [record("conversion", b"a") + record("conversion", b"b")], out)
    data = (tmp_path / "a").read_bytes()

    assert data.count(b"\x1f\x8b\x08") == 2
    assert gzip.decompress(data) == record("conversion", b"a") + record("conversion", b"b")


def members(data: bytes) -> list[bytes]:
    """Return what each member of a .gz holds."""
    found = []
    while data:
        reader = zlib.decompressobj(31)
        found.append(reader.decompress(data))
        data = reader.unused_data
    return found


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("block", [*range(500, 506), 1 << 12])
def test_a_record_in_parts_is_one_gzip_member(block: int, jobs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If each part were a member, readers would take its first bytes for the header of a record."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("cleanspam.formats.warc.BLOCK", block)
    monkeypatch.setattr("cleanspam.formats.warc.RECORD", 1 << 12)
    monkeypatch.setattr("cleanspam.corpus.pool.LARGE", 0)
    monkeypatch.setattr("cleanspam.corpus.stream_file.LARGE", 0)
    texts = [record("conversion", f"{PLANTED}{'字' * at}".encode()) for at in range(40)]
    films = [record("resource", b"\0" * (size + at), "video/mp4") for size in (1 << 12, 20_000) for at in range(8)]
    archive = [*texts[:20], *films, *texts[20:], films[-1]]
    Path("a.warc.gz").write_bytes(b"".join(map(gzip.compress, archive)))

    assert run(["a.warc.gz", "-o", "out", "-q", "-j", jobs, "--log", "log"]) == 2  # the films are named
    clean = [record("conversion", f"{CLEAN}{'字' * at}".encode()) for at in range(40)]
    assert members(Path("out/a.warc.gz").read_bytes()) == [*clean[:20], *films, *clean[20:], films[-1]]
    assert run(["restore", "log", "-q"]) == 0
    assert members(Path("out/a.warc.gz").read_bytes()) == archive


def test_an_archive_in_an_archive_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of the inner archive would become shorter, and the length of the outer record wrong."""
    monkeypatch.setattr("cleanspam.formats.warc.BLOCK", 1 << 10)
    monkeypatch.setattr("cleanspam.formats.warc.RECORD", 1 << 12)
    text = record("conversion", PLANTED.encode())
    inner = text + record("metadata", b" " * ((1 << 10) - len(text) - len(record("metadata", b" " * 800)) + 800))
    head = record("resource", inner * 20, "application/warc").partition(b"\r\n\r\n")[0]
    padded = head.replace(b"resource", b"resource" + b" " * ((1 << 10) - len(head) - 4))
    outer = padded + b"\r\n\r\n" + inner * 20 + b"\r\n\r\n"

    assert (len(padded) + 4, len(inner)) == (1 << 10, 1 << 10)  # each read begins with a record
    assert clean_warc(outer + text) == outer + record("conversion", CLEAN.encode())


def test_a_record_with_line_feeds_ends_its_header_where_it_ends() -> None:
    """The HTTP header in the block would be taken for a part of the record's, and a cut would leave its length wrong."""
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{PLANTED}".encode()
    page = record("response", block, "application/http")
    text = record("conversion", PLANTED.encode())
    with_lf = page.replace(page.partition(b"HTTP")[0], page.partition(b"HTTP")[0].replace(b"\r\n", b"\n"))

    assert clean_warc(with_lf + text) == with_lf + record("conversion", CLEAN.encode())
    assert clean_warc(text.replace(b"\r\n", b"\n")) == record("conversion", CLEAN.encode()).replace(b"\r\n", b"\n")


def test_a_digest_that_must_be_told_a_length_stays() -> None:
    """shake_128, whose digests have no fixed length, would end in a traceback."""
    data = record("conversion", PLANTED.encode()).replace(b"sha1:", b"shake_128:")

    assert clean_warc(data) == data


@pytest.mark.parametrize(("year", "is_kept"), [(2023, True), (1, False), (9999, False)])
def test_old_timestamps_stay_or_the_file_is_refused(year: int, is_kept: bool, tmp_path: Path) -> None:
    """Spark's INT96 would come back as INT64, and the year 1 as 1754."""
    born = pa.array([(year - 1970) * 365 * 86_400_000_000], pa.int64()).view(pa.timestamp("us"))
    table = pa.table({"text": [PLANTED], "born": born})
    parquet.write_table(table, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True)

    if not is_kept:
        with pytest.raises(FormatError, match="out of bounds"):
            clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
        return
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    cleaned = parquet.ParquetFile(tmp_path / "b.parquet")
    assert cleaned.schema.column(1).physical_type == "INT96"
    assert cleaned.read()["born"].cast(pa.timestamp("us")).to_pylist() == born.to_pylist()


@pytest.mark.parametrize("column", ["created.at", "a.b.c"])
@pytest.mark.parametrize("is_nested", [False, True])
@pytest.mark.parametrize(("year", "is_kept"), [(2023, True), (1500, False)])
def test_a_column_of_timestamps_may_have_dots_in_its_name(
    column: str, is_nested: bool, year: int, is_kept: bool, tmp_path: Path
) -> None:
    """The name would be taken for a path: INT96 would become INT64, and the year 1500 one in the future."""
    stamps = pa.array([(year - 1970) * 365 * 86_400], pa.timestamp("s"))
    born = pa.StructArray.from_arrays([pa.array([[1]]), stamps], ["n.n", "at"]) if is_nested else stamps
    table = pa.table({"pair": [{"x": 1, "y.y": [{"z": 2}]}], "text": [PLANTED], column: born, f"{column}.raw": ["甲"]})
    parquet.write_table(table, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True)

    if not is_kept:
        with pytest.raises(FormatError, match="out of bounds"):
            clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
        return
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = parquet.ParquetFile(tmp_path / "a.parquet"), parquet.ParquetFile(tmp_path / "b.parquet")
    assert new.schema.equals(old.schema)
    assert new.read([column]).equals(old.read([column]))


def write_int96_beside(path: Path, others: dict[str, object], text: str = PLANTED) -> None:
    """Write a file with an INT96 timestamp of 2023 in a column born, beside others, which pyarrow can only read.

    It writes 12 bytes, and then the footer is changed to say that they are INT96: the type's number is 3, that of bytes 7.
    """
    day = (0).to_bytes(8, "little") + (2_459_946).to_bytes(4, "little")
    table = pa.table({"text": [text], "born": pa.array([day], pa.binary(12)), **others})
    parquet.write_table(table, path, use_dictionary=False, write_statistics=False, store_schema=False)
    data = path.read_bytes()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    path.write_bytes(data[:footer] + data[footer:].replace(b"\x15\x0e", b"\x15\x06"))


@pytest.mark.parametrize("is_nested", [False, True])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_int96_timestamps_beside_others_are_refused(unit: str, is_nested: bool, tmp_path: Path) -> None:
    """All timestamps would become INT96, and those of the year 1 other dates, without a message."""
    stamps = pa.array([0 if unit == "ns" else -719_162 * 86_400], pa.timestamp("s")).cast(pa.timestamp(unit, "UTC"))
    seen = pa.array([[stamps[0]]], pa.list_(stamps.type)) if is_nested else stamps
    write_int96_beside(tmp_path / "a.parquet", {"seen": seen})

    with pytest.raises(FormatError, match=r"timestamps of two kinds, INT96 \(born\) and INT64 \(seen\)"):
        clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")


def test_int96_timestamps_stay_beside_dates_times_and_durations(tmp_path: Path) -> None:
    """A file that can be written as it was would be refused."""
    others = {
        "day": pa.array([-719_162], pa.date32()),
        "time": pa.array([1], pa.time64("us")),
        "lasted": pa.array([1], pa.duration("ns")),
        "n": pa.array([1], pa.int64()),
    }
    write_int96_beside(tmp_path / "a.parquet", others)
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = parquet.ParquetFile(tmp_path / "a.parquet"), parquet.ParquetFile(tmp_path / "b.parquet")

    assert new.schema.equals(old.schema)
    assert old.schema.column(1).physical_type == "INT96"
    assert new.read(["born", *others]).equals(old.read(["born", *others]))
    assert str(new.read()["born"][0]) == "2023-01-01 00:00:00"


def test_a_file_with_two_kinds_of_timestamps_and_no_cut_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with nothing to cut would be refused because it could not be written again."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("planted", PLANTED), ("clean", CLEAN)):
        write_int96_beside(tmp_path / f"{name}.parquet", {"seen": pa.array([0], pa.timestamp("us"))}, text)

    assert run(["planted.parquet", "clean.parquet", "-o", "out", "-q"]) == 2
    assert [path.name for path in Path("out").glob("*.parquet")] == ["clean.parquet"]
    assert Path("out/clean.parquet").read_bytes() == Path("clean.parquet").read_bytes()


@pytest.mark.parametrize("part", [1, 1 << 20])
def test_a_column_is_read_without_the_member_that_is_spelled_like_it(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table with a column text.raw and a struct text would end in a KeyError."""
    monkeypatch.setattr("cleanspam.formats.parquet.PART", part)
    table = pa.table({"text": [{"raw": PLANTED, "n": 1}] * 3, "text.raw": [PLANTED] * 3, "text.n.n": [1, 2, 3]})
    parquet.write_table(table, tmp_path / "a.parquet", compression={"text.raw": "snappy", "text.n.n": "gzip"})
    cuts = clean_file(ParquetFormat((r"text\.raw",)), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = parquet.ParquetFile(tmp_path / "a.parquet"), parquet.ParquetFile(tmp_path / "b.parquet")

    assert cuts == 3
    assert new.read().to_pydict() == {**table.to_pydict(), "text.raw": [CLEAN] * 3}
    for at in range(4):
        was, now = (file.metadata.row_group(0).column(at) for file in (old, new))
        assert (now.path_in_schema, now.compression, now.encodings) == (was.path_in_schema, was.compression, was.encodings)


@pytest.mark.parametrize("column", ["id", "text"])
def test_encrypted_columns_are_refused(column: str, tmp_path: Path) -> None:
    """pyarrow aborts the process at an encrypted column, and with it the whole run."""
    encryption = pytest.importorskip("pyarrow.parquet.encryption")

    class Keys(encryption.KmsClient):  # type: ignore[name-defined,misc] # pyarrow has no types here
        def wrap_key(self, key: bytes, _: str) -> bytes:
            return base64.b64encode(key)

    factory = encryption.CryptoFactory(lambda _: Keys())
    wanted = encryption.EncryptionConfiguration(footer_key="f", column_keys={"c": [column]}, plaintext_footer=True)
    properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), wanted)
    table = pa.table({"text": [PLANTED], "id": [1]})
    with parquet.ParquetWriter(tmp_path / "a.parquet", table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)

    with pytest.raises(FormatError, match="encrypted columns"):
        clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")


def test_a_column_with_a_dot_in_its_name_can_be_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log would spell the name as a path, and restore would not find the field."""
    monkeypatch.chdir(tmp_path)
    parquet.write_table(pa.table({"a.b": [PLANTED]}), "a.parquet")

    assert run(["clean", "a.parquet", "--in-place", "--field", r"a\.b", "--log", "log", "-q"]) == 0
    assert parquet.read_table("a.parquet").to_pylist() == [{"a.b": CLEAN}]
    assert run(["restore", "log", "-q"]) == 0
    assert parquet.read_table("a.parquet").to_pylist() == [{"a.b": PLANTED}]


def test_records_behind_one_that_is_too_large_are_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes behind a record that is too large would not be taken for records."""
    monkeypatch.setattr("cleanspam.formats.warc.BLOCK", 1 << 10)
    monkeypatch.setattr("cleanspam.formats.warc.RECORD", 1 << 13)
    video = record("resource", b"\0" * 50_000, "video/mp4")
    text = record("conversion", PLANTED.encode())

    data, clean = text + video + text * 9, record("conversion", CLEAN.encode())
    assert clean_warc(data) == data.replace(text, clean)


@pytest.mark.parametrize("missing", range(1, 5))
def test_a_block_may_end_within_the_line_ends_of_a_record(missing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the line ends would stand before the next record, and no further record would be found."""
    text = record("conversion", PLANTED.encode())
    monkeypatch.setattr("cleanspam.formats.warc.BLOCK", len(text) - missing)

    assert clean_warc(text * 20) == record("conversion", CLEAN.encode()) * 20


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-30],
        lambda data: data + b"junk",
        lambda data: data.replace(b"Content-Length: ", b"Content-Length: 9"),
        lambda data: data.replace(b"Content-Length: ", b"X: "),
    ],
)
def test_what_is_no_whole_record_is_named(spoil: Callable[[bytes], bytes]) -> None:
    """A torn archive would pass for a clean one."""
    whole = record("conversion", PLANTED.encode())
    data = whole + spoil(whole)
    made = WarcFormat()
    problems = [
        problem
        for _, result in edited(map, ChunkEditor(made, CLEANER), made.pieces(io.BytesIO(data)))
        for problem in result.problems
    ]

    assert [problem.message for problem in problems] == ["no whole WARC record of at most 64 MiB begins here"]
    assert problems[0].line == (whole if b"junk" not in data else whole * 2).count(b"\n") + 1
