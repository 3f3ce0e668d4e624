"""Parquet and Arrow files, by pyarrow: the chosen columns go through the editor, all else is carried over as it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from typing import Any, BinaryIO

import pyarrow as pa  # in the extra: whoever has no such file does without
from pyarrow import ipc, parquet

from cleanspam.errors import FormatError
from cleanspam.formats.base import BLOCK, Change, Edited, Editor, Passage, cutting
from cleanspam.formats.fields import ITEM, Node, chosen, joined, tree

# Bytes: a larger row group comes out as several of about this size, and is not held in memory whole.
PART = 8 << 20
_DAMAGE = (pa.ArrowException, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class ParquetFormat:
    """A Parquet file. Its row groups are its pieces; one of more than PART bytes comes out as several."""

    fields: tuple[str, ...] = ()
    encoding: str = ""  # Parquet's strings are UTF-8, whatever the user says
    name: str = "parquet"
    is_file: bool = field(default=False, init=False)

    def fitted(self, head: bytes, encoding: str) -> "ParquetFormat":  # noqa: ARG002 (the schema is at the end)
        return replace(self)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the chosen columns of each row group, as an Arrow stream."""
        file = _file(source)
        columns = _columns(self.fields, file.schema_arrow)
        for table in _row_groups(file, columns):
            yield _packed(table)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        return _rewritten(piece, self.fields, cutting(editor), None if editor.reads_all else editor)

    def rewritten(self, piece: bytes, change: Change) -> Edited:
        return _rewritten(piece, self.fields, change)

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write a file of the same schema, metadata, compression and encodings."""
        file = _file(source)
        columns = _columns(self.fields, file.schema_arrow)
        with parquet.ParquetWriter(sink, file.schema_arrow, **_settings(file)) as writer:
            rest = [name for name in file.schema_arrow.names if name not in columns]
            for piece, table in zip_longest(pieces, _row_groups(file, rest) if rest else ()):
                whole = _guarded(partial(_merged, file.schema_arrow, table, piece))
                _guarded(partial(writer.write_table, whole, row_group_size=max(1, whole.num_rows)))


@dataclass(frozen=True, slots=True)
class ArrowFormat:
    """An Arrow IPC file, which is also what Feather is. Its record batches are its pieces."""

    fields: tuple[str, ...] = ()
    encoding: str = ""
    name: str = "arrow"
    is_file: bool = field(default=False, init=False)

    def fitted(self, head: bytes, encoding: str) -> "ArrowFormat":  # noqa: ARG002 (the schema is read with the rest)
        return replace(self)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the chosen columns of each record batch, as an Arrow stream."""
        file = _guarded(lambda: ipc.open_file(_path(source)))
        columns = _columns(self.fields, file.schema)
        for number in range(file.num_record_batches):
            yield _packed(pa.Table.from_batches([_batch(file, number)]).select(columns))

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        return _rewritten(piece, self.fields, cutting(editor), None if editor.reads_all else editor)

    def rewritten(self, piece: bytes, change: Change) -> Edited:
        return _rewritten(piece, self.fields, change)

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write a file of the same schema and metadata, compressed if the source was."""
        path = _path(source)
        file = _guarded(lambda: ipc.open_file(path))
        options = ipc.IpcWriteOptions(compression=_arrow_compression(path))
        with ipc.new_file(sink, file.schema, options=options) as writer:
            for number, piece in enumerate(pieces):
                whole = pa.Table.from_batches([_batch(file, number)])
                for batch in _merged(file.schema, whole, piece).combine_chunks().to_batches():
                    writer.write_batch(batch)


def _path(source: BinaryIO) -> str:
    """Return the path of a file that pyarrow opens itself, since it reads from the end."""
    if getattr(source, "compression", ""):
        raise FormatError("compressed once more around its own compression; unpack it first")
    name = getattr(getattr(source, "raw", source), "name", None)
    if not isinstance(name, str):
        raise FormatError("this format is read from files, not from a pipe")
    return name


def _file(source: BinaryIO) -> Any:
    """Open a Parquet file; without a buffer all that a row group has of a column would be read at once."""
    return _guarded(lambda: parquet.ParquetFile(_path(source), buffer_size=BLOCK))


def _guarded(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:  # the disk, not the file
            raise
        raise FormatError(f"cannot be read: {str(error).splitlines()[0]}") from error


def _batch(file: Any, number: int) -> Any:
    return _guarded(lambda: file.get_batch(number))


def _columns(fields: tuple[str, ...], schema: Any) -> list[str]:
    """Return the columns that the fields are in.

    Raises FormatError as `chosen` does.
    """
    paths = [path for column in schema for path in _string_paths(column.type, (column.name,))]
    if not paths:
        raise FormatError(f"no column with text; the columns are: {', '.join(schema.names)}")
    roots = tree(chosen(fields, paths)).below
    return [name for name in schema.names if name in roots]


def _string_paths(kind: Any, above: tuple[str, ...]) -> Iterator[str]:
    if pa.types.is_dictionary(kind):
        yield from _string_paths(kind.value_type, above)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        yield joined(above)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _string_paths(kind.value_type, (*above, ITEM))
    elif pa.types.is_struct(kind):
        for member in kind:
            yield from _string_paths(member.type, (*above, member.name))


def _row_groups(file: Any, columns: list[str]) -> Iterator[Any]:
    """Yield the row groups as tables; the parts of a large one are the same whatever columns are read."""
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        parts = -(-group.total_byte_size // PART) or 1
        if parts == 1:
            yield _guarded(partial(file.read_row_group, number, columns=columns, use_threads=False))
            continue
        rows = -(-group.num_rows // parts)
        batches = file.iter_batches(batch_size=rows, row_groups=[number], columns=columns, use_threads=False)
        while batch := _guarded(partial(next, batches, None)):
            yield pa.Table.from_batches([batch])
            pa.default_memory_pool().release_unused()


def _packed(table: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(piece: bytes) -> Any:
    return ipc.open_stream(pa.py_buffer(piece)).read_all()


def _merged(schema: Any, table: Any, piece: bytes) -> Any:
    """Return the table of that schema whose columns are those of an edited piece, and of `table` what it has not."""
    edited = _unpacked(piece)
    there = frozenset(edited.column_names)
    columns = [(edited if name in there else table).column(name) for name in schema.names]
    return pa.Table.from_arrays(columns, schema=schema)


def _rewritten(piece: bytes, fields: tuple[str, ...], change: Change, editor: Editor | None = None) -> Edited:
    """Return the piece with its texts changed: all of them, or those that the editor suspects."""
    table = _unpacked(piece)
    root = tree(fields or table.column_names)
    is_changed = False
    for at, column in enumerate(table.schema):
        node, old = root.below[column.name], table.column(at)
        changed = _changed(old, _suspects(old, editor), node, column.name, change)
        if changed:
            values = _guarded(old.to_pylist)
            for row, value in changed.items():
                values[row] = value
            table = table.set_column(at, column, pa.chunked_array([pa.array(values, column.type)]))
            is_changed = True
    return Edited(_packed(table) if is_changed else piece, records=table.num_rows)


def _changed(column: Any, rows: list[int] | None, node: Node, name: str, change: Change) -> dict[int, Any]:
    """Return the values that change, of those rows or of all, by their row."""
    old = _guarded(lambda: dict(enumerate(column.to_pylist())) if rows is None else {row: column[row].as_py() for row in rows})
    new = {row: _value(value, node, row, name, change) for row, value in old.items()}
    return {row: value for row, value in new.items() if value is not old[row]}


def _suspects(column: Any, editor: Editor | None) -> list[int] | None:
    """Return the rows of a column of plain strings that have something to cut, None if that can't be told."""
    width = 4 if pa.types.is_string(column.type) else 8 if pa.types.is_large_string(column.type) else 0
    if not editor or not width:
        return None
    rows, first = list[int](), 0
    for chunk in filter(len, column.chunks):
        _, offsets, data = chunk.buffers()
        within = offsets.slice(chunk.offset * width, (len(chunk) + 1) * width)
        found = editor.suspect_texts(data or b"", within, width)
        if found is None:
            return None
        rows += [first + row for row in found]
        first += len(chunk)
    return rows


def _value(value: Any, node: Node, row: int, path: str, change: Change) -> Any:
    """Return a value with its texts changed, the same object if none was."""
    if isinstance(value, str):
        return change(Passage(value, 0, row, path)) if node.is_text else value
    if isinstance(value, list) and ITEM in node.below:
        items = [_value(item, node.below[ITEM], row, f"{path}[{at}]", change) for at, item in enumerate(value)]
        return items if any(one is not two for one, two in zip(value, items, strict=True)) else value
    if isinstance(value, dict):
        new = {
            key: _value(below, node.below[key], row, f"{path}.{key}", change) if key in node.below else below
            for key, below in value.items()
        }
        return new if any(value[key] is not new[key] for key in value) else value
    return value


def _settings(file: Any) -> dict[str, Any]:
    """Return how a Parquet file was written, as its writer's options."""
    settings: dict[str, Any] = {"version": "1.0" if file.metadata.format_version == "1.0" else "2.6"}
    if not file.num_row_groups:
        return settings
    group = file.metadata.row_group(0)
    columns = [group.column(at) for at in range(group.num_columns)]
    settings["compression"] = {column.path_in_schema: _codec(column.compression) for column in columns}
    settings["use_dictionary"] = [
        column.path_in_schema for column in columns if {"PLAIN_DICTIONARY", "RLE_DICTIONARY"} & set(column.encodings)
    ]
    settings["write_statistics"] = [column.path_in_schema for column in columns if column.is_stats_set]
    return settings


def _codec(name: str) -> str:
    return {"UNCOMPRESSED": "NONE"}.get(name, name)


def _arrow_compression(path: str) -> str | None:
    """Return the compression that the first batch of an Arrow file has; pyarrow does not tell."""
    with pa.OSFile(path) as file:
        head = file.read(1 << 16)
    if b"\x28\xb5\x2f\xfd" in head:
        return "zstd"
    return "lz4" if b"\x04\x22\x4d\x18" in head else None
