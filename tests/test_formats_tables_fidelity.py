"""Parquet and Arrow files of other writers: columns keep their types and files their metadata, or the file is refused."""

import struct
from pathlib import Path
from typing import Any

import pytest

from cleanspam import Cleaner, FormatError, load_rules
from cleanspam.corpus.chunk import ChunkEditor, Collect, edited

pa = pytest.importorskip("pyarrow")
ipc = pytest.importorskip("pyarrow.ipc")
parquet = pytest.importorskip("pyarrow.parquet")
from cleanspam.formats.arrow import ArrowFormat  # noqa: E402 (needs pyarrow)
from cleanspam.formats.base import RecordFormat  # noqa: E402 (the same)
from cleanspam.formats.columns import find_text_columns  # noqa: E402 (the same)
from cleanspam.formats.parquet import ParquetFormat  # noqa: E402 (the same)

PLANTED = "雪落了三天,(抖音涨粉技巧教程),山里的路都封了。"
CLEAN = "雪落了三天,山里的路都封了。"
CLEANER = Cleaner(load_rules())


def clean_file(made: RecordFormat, source: Path, target: Path) -> None:
    with source.open("rb") as raw, target.open("wb") as sink:
        chunks = edited(map, ChunkEditor(made, CLEANER, Collect(cut_records=True)), made.pieces(raw))
        made.join(raw, [piece for piece, _ in chunks], sink)


def clean_parquet(folder: Path, table: Any, **words: Any) -> tuple[Any, Any]:
    """Write a table, clean it, and return both files."""
    parquet.write_table(table, folder / "a.parquet", **words)
    clean_file(ParquetFormat(("text",)), folder / "a.parquet", folder / "b.parquet")
    return parquet.ParquetFile(folder / "a.parquet"), parquet.ParquetFile(folder / "b.parquet")


def say_version_1(path: Path) -> None:
    """Mark a file as version 1.0, as DuckDB, Spark and Hive do for all types."""
    data = path.read_bytes()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    assert data[footer : footer + 2] == b"\x15\x04"
    path.write_bytes(data[:footer] + b"\x15\x02" + data[footer + 2 :])


def test_columns_of_a_file_of_version_1_keep_their_types(tmp_path: Path) -> None:
    """One shard with a cut would differ in schema from those without."""
    table = pa.table(
        {
            "text": [PLANTED],
            "u": pa.array([4_000_000_000], pa.uint32()),
            "ts": pa.array([1_577_836_800_000_000_001], pa.timestamp("ns")),
            "d": pa.array([125], pa.decimal128(9, 2)),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet", store_schema=False, store_decimal_as_integer=True)
    say_version_1(tmp_path / "a.parquet")
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = parquet.ParquetFile(tmp_path / "a.parquet"), parquet.ParquetFile(tmp_path / "b.parquet")

    assert old.metadata.format_version == "1.0"
    assert new.schema.equals(old.schema)
    assert new.read().column("text").to_pylist() == [CLEAN]
    assert new.read().drop(["text"]).equals(old.read().drop(["text"]))


def test_a_type_that_cannot_be_written_is_refused_before_anything_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column without a text would come out in another type: INTERVAL as bytes, or decimals with an older pyarrow."""
    table = pa.table({"text": [PLANTED], "price": pa.array([125], pa.decimal128(9, 2))})
    parquet.write_table(table, tmp_path / "a.parquet", store_decimal_as_integer=True)
    known = {"version": None, "use_deprecated_int96_timestamps": None}
    monkeypatch.setattr("inspect.signature", lambda _: type("Signature", (), {"parameters": known}))

    with pytest.raises(FormatError, match=r"pyarrow would store as another type: price \(INT32 Decimal"):
        clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert (tmp_path / "b.parquet").read_bytes() == b""


def test_what_is_said_of_a_parquet_file_stays(tmp_path: Path) -> None:
    """Its licence, its order and its index of pages would be gone."""
    table = pa.table({"text": [PLANTED] * 9, "id": range(9)}).replace_schema_metadata({"来源": "测试"})
    words: dict[str, Any] = {"write_page_index": True, "sorting_columns": [parquet.SortingColumn(1)]}
    with parquet.ParquetWriter(tmp_path / "a.parquet", table.schema, **words) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({"licence": "cc0"})
    clean_file(ParquetFormat(), tmp_path / "a.parquet", tmp_path / "b.parquet")
    old, new = (parquet.ParquetFile(tmp_path / name).metadata for name in ("a.parquet", "b.parquet"))

    assert new.metadata == old.metadata
    assert new.metadata[b"licence"] == b"cc0"
    assert new.row_group(0).sorting_columns == old.row_group(0).sorting_columns != ()
    assert new.row_group(0).column(1).has_offset_index


@pytest.mark.parametrize("encoding", ["DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT", "PLAIN"])
def test_columns_keep_their_encoding(tmp_path: Path, encoding: str) -> None:
    """A small column would come out several times as large."""
    table = pa.table({"text": [PLANTED] * 9, "id": pa.array(range(9), pa.int64())})
    words: dict[str, Any] = {"use_dictionary": ["text"], "column_encoding": {"id": encoding}}
    old, new = clean_parquet(tmp_path, table, **words)

    assert new.metadata.row_group(0).column(1).encodings == old.metadata.row_group(0).column(1).encodings


@pytest.mark.parametrize("made", [ParquetFormat(("m.text",)), ArrowFormat(("m.text",))])
def test_siblings_of_a_text_keep_their_precision(tmp_path: Path, made: RecordFormat) -> None:
    """Nanoseconds beside a text would be lost where pandas is installed, and dates out of Python's range end the run."""
    members = [pa.array([PLANTED, "短", PLANTED]), pa.array([123_456_789, 1, 2], pa.time64("ns"))]
    members.append(pa.array([10**9, -(10**9), 0], pa.int32()).cast(pa.date32()))
    struct_ = pa.StructArray.from_arrays(members, ["text", "at", "day"], mask=pa.array([False, False, True]))
    table = pa.table({"m": pa.concat_arrays([struct_, struct_]).slice(1, 4)})
    if isinstance(made, ParquetFormat):
        parquet.write_table(table, tmp_path / "a")
    else:
        with ipc.new_file(tmp_path / "a", table.schema) as writer:
            writer.write_table(table)
    clean_file(made, tmp_path / "a", tmp_path / "b")
    found = parquet.read_table(tmp_path / "b") if isinstance(made, ParquetFormat) else ipc.open_file(tmp_path / "b").read_all()
    was, now = (one.column("m").combine_chunks() for one in (table, found))

    assert now.flatten()[0].to_pylist() == ["短", None, CLEAN, "短"]
    for name in ("at", "day"):
        assert now.flatten()[now.type.get_field_index(name)].equals(was.flatten()[was.type.get_field_index(name)])
    assert now.null_count == was.null_count == 1


def test_texts_of_lists_of_structs_are_cut_in_their_place(tmp_path: Path) -> None:
    """A text behind a null or an empty list would be put into another row."""
    rows: list[Any] = [None, [], [{"c": "短"}, None, {"c": PLANTED}], None, [{"c": None}], [{"c": PLANTED}]]
    table = pa.table({"m": pa.array(rows, pa.list_(pa.struct([("c", pa.string())])))})
    parquet.write_table(table, tmp_path / "a.parquet")
    clean_file(ParquetFormat(("m[].c",)), tmp_path / "a.parquet", tmp_path / "b.parquet")

    expected = [None, [], [{"c": "短"}, None, {"c": CLEAN}], None, [{"c": None}], [{"c": CLEAN}]]
    assert parquet.read_table(tmp_path / "b.parquet").column("m").to_pylist() == expected


def test_a_column_without_text_is_named_with_its_type() -> None:
    """A user would not know why a column called text is not cleaned."""
    with pytest.raises(FormatError, match=r"no column with text; the columns are: text \(list_view<.*>\)"):
        find_text_columns((), pa.schema([("text", pa.list_view(pa.string()))]))
    assert find_text_columns((), pa.schema([("text", pa.null())])) == ["text"]


@pytest.mark.parametrize("compression", [None, "zstd"])
def test_an_arrow_stream_stays_one(tmp_path: Path, compression: str | None) -> None:
    """The files of Hugging Face's data sets could not be read, or not be loaded again."""
    table = pa.table({"text": pa.array([PLANTED, "短", PLANTED]).dictionary_encode(), "n": [1, 2, 3]})
    table = table.replace_schema_metadata({"huggingface": "{}"})
    options = ipc.IpcWriteOptions(compression=compression)
    with ipc.new_stream(tmp_path / "a.arrow", table.schema, options=options) as writer:
        for batch in table.to_batches(max_chunksize=2):
            writer.write_batch(batch, custom_metadata={"part": "1"})
    clean_file(ArrowFormat(), tmp_path / "a.arrow", tmp_path / "b.arrow")
    with ipc.open_stream(tmp_path / "b.arrow") as stream:
        found = list(stream.iter_batches_with_custom_metadata())

    assert [value for one in found for value in one.batch.column("text").to_pylist()] == [CLEAN, "短", CLEAN]
    assert [dict(one.custom_metadata) for one in found] == [{b"part": b"1"}] * 2
    assert found[0].batch.schema.equals(table.schema, check_metadata=True)


def test_what_is_said_of_an_arrow_file_and_its_batches_stays(tmp_path: Path) -> None:
    """The copy would lack the metadata that the writer had stored."""
    batch = pa.record_batch({"text": [PLANTED]})
    with ipc.new_file(tmp_path / "a.arrow", batch.schema, metadata={"licence": "cc0"}) as writer:
        writer.write_batch(batch, custom_metadata={"part": "1"})
    clean_file(ArrowFormat(), tmp_path / "a.arrow", tmp_path / "b.arrow")
    found = ipc.open_file(tmp_path / "b.arrow")

    assert dict(found.metadata) == {b"licence": b"cc0"}
    assert dict(found.get_batch_with_custom_metadata(0).custom_metadata) == {b"part": b"1"}
    assert found.read_all().to_pylist() == [{"text": CLEAN}]


def test_an_arrow_file_with_false_offsets_is_refused(tmp_path: Path) -> None:
    """Memory behind the buffers would be read as text, or the process would crash."""
    table = pa.table({"text": ["ab", "cd"]})
    with ipc.new_file(tmp_path / "a.arrow", table.schema) as writer:
        writer.write_table(table)
    data = bytearray((tmp_path / "a.arrow").read_bytes())
    at = data.index(struct.pack("<iii", 0, 2, 4))
    for offsets in ((0x60000000, 0x60000002), (0, 200), (2, 1)):
        data[at : at + 8] = struct.pack("<ii", *offsets)
        (tmp_path / "a.arrow").write_bytes(data)
        with pytest.raises(FormatError, match="cannot be read"):
            clean_file(ArrowFormat(), tmp_path / "a.arrow", tmp_path / "b.arrow")


@pytest.mark.parametrize("kind", [pa.list_(pa.string()), pa.struct([("text", pa.string())])])
def test_repeated_values_of_nested_columns_are_read_in_small_batches(tmp_path: Path, kind: Any) -> None:
    """A file of 50 kB whose rows repeat one value of 1 MB would take gigabytes."""
    value: Any = ["雨" * 350_000] if pa.types.is_list(kind) else {"text": "雨" * 350_000}
    parquet.write_table(pa.table({"m": pa.array([value] * 200, kind)}), tmp_path / "a.parquet")
    made = ParquetFormat(("m[]",) if pa.types.is_list(kind) else ("m.text",))
    with (tmp_path / "a.parquet").open("rb") as raw:
        (piece,) = made.pieces(raw)
    from cleanspam.formats.columns import unpack_groups

    tables = list(made.with_texts(unpack_groups(piece))[1])
    assert sum(table.num_rows for table in tables) == 200
    assert max(table.nbytes for table in tables) < 20 << 20
