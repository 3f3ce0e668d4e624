"""Parquet files, read and written by pyarrow row group by row group, in parts of some MiB."""

import inspect
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import sub
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa  # an optional dependency
from pyarrow import parquet

from cleanspam.errors import FormatError
from cleanspam.formats.base import BLOCK
from cleanspam.formats.columns import (
    PART,
    ColumnFormat,
    Groups,
    apply_changes,
    call_pyarrow,
    find_path,
    find_text_columns,
    pack_places,
    unpack_groups,
)

# The most bytes of rows that are read at once. Repeated values take less in the file.
UNROLLED = 4 * PART

# Annotations of integers of full size, which some writers give and others omit.
_PLAIN_INTEGERS = {f"INT{size}": f"Int(bitWidth={size}, isSigned=true)" for size in (32, 64)}


@dataclass(frozen=True, slots=True)
class ParquetFormat(ColumnFormat):
    """A Parquet file. A piece is some of the row groups. A row group of more than PART bytes is written as several."""

    name: str = "parquet"

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the places of row groups; the editing process reads them. Raises FormatError as `select_fields` does."""
        file = _open(find_path(source))
        find_text_columns(self.fields, file.schema_arrow)
        sizes = [file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups)]
        return pack_places(source, sizes)

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write a file of the same schema, metadata, compression, encodings and order.

        Raises FormatError, before anything is written, if pyarrow would store a column as another type.
        """
        file = _open(find_path(source))
        _check_kinds_of_stamps(file)
        _check_stamps(file, find_path(source))
        settings = _read_settings(file)
        _check_types(file, settings)
        with parquet.ParquetWriter(sink, file.schema_arrow, **settings) as writer:
            if own := _list_own_metadata(file):
                writer.add_key_value_metadata(own)
            for piece in pieces:
                groups = unpack_groups(piece)
                for table in apply_changes(_read_row_groups(file, groups), groups.changes):
                    call_pyarrow(partial(writer.write_table, table, row_group_size=max(1, table.num_rows)), "written")

    def with_texts(self, groups: Groups) -> tuple[list[str], Iterator[Any]]:
        file = _open(groups.path)
        columns = find_text_columns(self.fields, file.schema_arrow)
        # for a column text.raw pyarrow also reads the member raw of a struct text
        return columns, (table.select(columns) for table in _read_row_groups(file, groups, columns))


def _open(path: str, **options: Any) -> Any:
    """Open a Parquet file with a read buffer: otherwise pyarrow reads a whole column chunk at once."""
    file = call_pyarrow(lambda: parquet.ParquetFile(path, buffer_size=BLOCK, pre_buffer=False, **options))
    if _is_signed(path, file.metadata.serialized_size):
        raise FormatError("has encrypted columns; decrypt it first")
    return file


def _is_signed(path: str, metadata: int) -> bool:
    """Tell whether a signature follows the metadata. Such files have encrypted columns, at which pyarrow aborts the process."""
    with Path(path).open("rb") as raw:
        raw.seek(-8, os.SEEK_END)
        return int.from_bytes(raw.read(4), "little") != metadata


def _read_row_groups(file: Any, groups: Groups, columns: list[str] | None = None) -> Iterator[Any]:
    """Yield row groups as tables, a large one in parts. A part is read in several batches, so that none is too large."""
    for number in range(groups.first, groups.last):
        group = file.metadata.row_group(number)
        parts = -(-group.total_byte_size // PART) or 1
        rows = -(-group.num_rows // parts)
        together = -(-rows * _measure_longest_row(file, groups.path, number, columns, rows) // UNROLLED) or 1
        if parts == together == 1:
            yield call_pyarrow(partial(file.read_row_group, number, columns=columns, use_threads=False))
            continue
        size = -(-rows // min(rows, together))
        batches = file.iter_batches(batch_size=size, row_groups=[number], columns=columns, use_threads=False)
        yield from _gather_batches(batches, -(-rows // size))


def _gather_batches(batches: Iterator[Any], together: int) -> Iterator[Any]:
    """Yield tables of `together` batches, or of fewer batches that have UNROLLED bytes together."""
    held: list[Any] = []
    while (batch := call_pyarrow(partial(next, batches, None))) is not None:
        held.append(batch)
        if len(held) == together or sum(one.nbytes for one in held) >= UNROLLED:
            yield pa.Table.from_batches(held)
            held.clear()
            del batch
            pa.default_memory_pool().release_unused()
    if held:
        yield pa.Table.from_batches(held)


def _measure_longest_row(file: Any, path: str, number: int, columns: list[str] | None, rows: int) -> int:
    """Return the most bytes of dictionary values in a row: 900 rows with the same value of 1 MB are 3 kB in a file.

    0 if `rows` rows can't have UNROLLED bytes. Reading the dictionaries means reading the first row of each column.
    """
    group = file.metadata.row_group(number)
    chunks = [
        group.column(at)
        for at, (name, stored) in enumerate(_list_leaves(file))
        if (columns is None or name in columns) and _is_peekable(stored, name)
    ]
    chunks = [chunk for chunk in chunks if _has_dictionary(chunk)]
    values = {chunk.path_in_schema: -(-chunk.num_values // max(1, group.num_rows)) for chunk in chunks}  # values in a row
    if sum(chunk.total_uncompressed_size * values[chunk.path_in_schema] for chunk in chunks) * rows <= UNROLLED:
        return 0
    peeked = _open(path, metadata=file.metadata, read_dictionary=list(values))
    names = sorted({name.partition(".")[0] for name in values})
    first = call_pyarrow(partial(next, peeked.iter_batches(1, [number], names, use_threads=False), None))
    return sum(map(_measure_longest, first.columns)) * max(values.values()) if first else 0


def _is_peekable(stored: Any, name: str) -> bool:
    """Tell whether a stored column has strings or bytes, and a name without a dot, which pyarrow would misread."""
    return stored.physical_type == "BYTE_ARRAY" and "." not in name


def _measure_longest(array: Any) -> int:
    """Return the sum of the longest values of the dictionaries in an array, in bytes.

    Computed from offsets, for importing pyarrow.compute takes 0.1 s.
    """
    if pa.types.is_struct(array.type):
        return sum(map(_measure_longest, array.flatten()))
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type) or pa.types.is_map(array.type):
        return _measure_longest(array.values)
    if not pa.types.is_dictionary(array.type) or not len(array.dictionary):
        return 0
    values = array.dictionary
    is_large = pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type)
    offsets = memoryview(values.buffers()[1]).cast("q" if is_large else "i").tolist()
    return int(max(map(sub, offsets[values.offset + 1 :], offsets[values.offset : values.offset + len(values)])))


def _has_dictionary(chunk: Any) -> bool:
    return bool({"PLAIN_DICTIONARY", "RLE_DICTIONARY"} & set(chunk.encodings))


def _check_kinds_of_stamps(file: Any) -> None:
    """Raise FormatError if the file has INT96 timestamps and others: pyarrow writes all or none as INT96.

    The others would lose their unit, and times beyond the range of 64-bit nanoseconds would get other years.
    """
    others = {name: None for name, stored in _list_leaves(file) if stored.logical_type.type == "TIMESTAMP"}
    if _find_int96(file) and others:
        raise FormatError(
            f"has timestamps of two kinds, INT96 ({', '.join(_find_int96(file))}) and INT64 ({', '.join(others)}), "
            "and pyarrow writes all as one; make them one kind first"
        )


def _check_stamps(file: Any, path: str) -> None:
    """Raise FormatError for INT96 timestamps beyond the range of 64-bit nanoseconds: years before 1678 and after 2262.

    Spark and Hive write such timestamps. pyarrow silently reads other times.
    """
    names = _find_int96(file)
    if not names:
        return
    coarse = parquet.ParquetFile(path, coerce_int96_timestamp_unit="us", pre_buffer=False)
    schema = pa.schema([file.schema_arrow.field(name) for name in names])
    for number in range(file.num_row_groups):
        stamps = call_pyarrow(partial(coarse.read_row_group, number, columns=names, use_threads=False)).select(names)
        call_pyarrow(partial(stamps.cast, schema), "written")


def _find_int96(file: Any) -> list[str]:
    """Return the names of the columns with INT96 timestamps."""
    return list(dict.fromkeys(name for name, stored in _list_leaves(file) if stored.physical_type == "INT96"))


def _list_leaves(file: Any) -> Iterator[tuple[str, Any]]:
    """Yield the stored leaves with the names of their columns. Matched by position, for a name may have a dot."""
    names = [column.name for column in file.schema_arrow for _ in range(_count_leaves(column.type))]
    return zip(names, map(file.schema.column, range(len(file.schema.names))), strict=True)


def _count_leaves(kind: Any) -> int:
    """Return the number of stored leaves of a type: 1 for a plain type, the sum of the members' for a struct."""
    kind = getattr(kind, "storage_type", kind)
    return sum(_count_leaves(kind.field(at).type) for at in range(kind.num_fields)) or 1


def _check_types(file: Any, settings: dict[str, Any]) -> None:
    """Raise FormatError if pyarrow would write other types than the file has: it has no INTERVAL and no JSON."""
    empty = io.BytesIO()
    call_pyarrow(lambda: parquet.ParquetWriter(empty, file.schema_arrow, **settings).close(), "written")
    written = parquet.ParquetFile(empty).schema
    pairs = [(name, stored, written.column(at)) for at, (name, stored) in enumerate(_list_leaves(file))]
    changed = {name: _name_type(was) for name, was, now in pairs if _name_type(was) != _name_type(now)}
    if changed:
        named = ", ".join(f"{name} ({kind})" for name, kind in changed.items())
        raise FormatError(f"has columns that pyarrow would store as another type: {named}; cast them first")


def _name_type(stored: Any) -> str:
    """Return the physical and the logical type of a column, with the same name for equal meanings."""
    kind = str(stored.logical_type)
    meaning = stored.converted_type if kind == "None" else kind
    if meaning == _PLAIN_INTEGERS.get(stored.physical_type) or meaning == "NONE":
        meaning = ""
    size = f"({stored.length})" if stored.physical_type == "FIXED_LEN_BYTE_ARRAY" else ""
    return f"{stored.physical_type}{size} {meaning}".rstrip()


def _list_own_metadata(file: Any) -> dict[bytes, bytes]:
    """Return the key-value metadata of a file without the schema's metadata, which the writer adds itself."""
    schema = {b"ARROW:schema", *(file.schema_arrow.metadata or {})}
    return {key: value for key, value in (file.metadata.metadata or {}).items() if key not in schema}


def _read_settings(file: Any) -> dict[str, Any]:
    """Return the options of a writer that writes in the manner of the file.

    With version 1.0, even if the file states it, pyarrow would turn uint32 into int64 and nanoseconds into microseconds.
    """
    settings: dict[str, Any] = {"version": "2.6", "use_deprecated_int96_timestamps": bool(_find_int96(file))}
    stored = [one for _, one in _list_leaves(file)]
    settings["store_decimal_as_integer"] = any(one.converted_type == "DECIMAL" and "INT" in one.physical_type for one in stored)
    settings["store_schema"] = b"ARROW:schema" in (file.metadata.metadata or {})
    if file.num_row_groups:
        settings |= _read_group_settings(file.metadata.row_group(0))
    known = inspect.signature(parquet.ParquetWriter.__init__).parameters  # some versions have fewer; types are checked anyway
    return {name: value for name, value in settings.items() if name in known}


def _read_group_settings(group: Any) -> dict[str, Any]:
    columns = [group.column(at) for at in range(group.num_columns)]
    plain = {column.path_in_schema: _find_encoding(column) for column in columns if not _has_dictionary(column)}
    blooming = [column.path_in_schema for column in columns if getattr(column, "bloom_filter_offset", None) is not None]
    return {
        # The name of a list's items in paths. With the wrong name an option for a path would apply to no column.
        "use_compliant_nested_type": not any(".list.item." in f"{column.path_in_schema}." for column in columns),
        "compression": {column.path_in_schema: _name_codec(column.compression) for column in columns},
        "use_dictionary": [column.path_in_schema for column in columns if _has_dictionary(column)],
        "write_statistics": [column.path_in_schema for column in columns if column.is_stats_set],
        "column_encoding": {path: encoding for path, encoding in plain.items() if encoding} or None,
        "write_page_index": any(column.has_offset_index for column in columns),
        "sorting_columns": group.sorting_columns or None,
        "bloom_filter_options": {path: {"ndv": max(1, group.num_rows)} for path in blooming} or None,
    }


def _find_encoding(column: Any) -> str:
    """Return the encoding of a column if the writer would not choose this encoding by itself."""
    return next((name for name in column.encodings if name.startswith("DELTA_") or name == "BYTE_STREAM_SPLIT"), "")


def _name_codec(name: str) -> str:
    return {"UNCOMPRESSED": "NONE"}.get(name, name)
