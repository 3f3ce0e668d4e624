"""Arrow IPC files, which are also called Feather, read and written batch by batch by pyarrow."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa  # an optional dependency
from pyarrow import ipc

from cleanspam.formats.columns import (
    ColumnFormat,
    Groups,
    apply_changes,
    call_pyarrow,
    find_path,
    find_text_columns,
    pack_places,
    unpack_groups,
)

_MAGIC = b"ARROW1"  # the first bytes of a file; a stream has none


@dataclass(frozen=True, slots=True)
class ArrowFormat(ColumnFormat):
    """An Arrow IPC file, or a file with an Arrow stream, as Hugging Face's datasets write. A piece is some of its batches."""

    name: str = "arrow"

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the places of batches; the editing process reads the batches. Raises FormatError as `select_fields` does."""
        path = find_path(source)
        file = _open(path)
        find_text_columns(self.fields, file.schema)
        number = file.count()
        return pack_places(source, [Path(path).stat().st_size // number] * number if number else [])

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write a file of the same kind, schema and metadata, compressed if the source was."""
        path = find_path(source)
        file = _open(path)
        options = ipc.IpcWriteOptions(compression=_find_compression(path), emit_dictionary_deltas=True)
        with file.open_writer(sink, options) as writer:
            grown: dict[str, Any] = {}
            for piece in pieces:
                groups = unpack_groups(piece)
                changed_batches = apply_changes(_read_batches(file, groups), groups.changes)
                for number, table in enumerate(changed_batches, groups.first):
                    if file.is_random and file.count() > 1:
                        changed = {*grown, *groups.changes}
                        table = call_pyarrow(partial(_extend_dictionaries, table, changed, grown), "written")
                    for batch in table.combine_chunks().to_batches() or [_make_empty_batch(table.schema)]:
                        call_pyarrow(partial(writer.write_batch, batch, custom_metadata=file.metadata_of(number)), "written")

    def with_texts(self, groups: Groups) -> tuple[list[str], Iterator[Any]]:
        file = _open(groups.path)
        columns = find_text_columns(self.fields, file.schema)
        return columns, (table.select(columns) for table in _read_batches(file, groups))


class _File:
    """An Arrow file, which ends with an index of its batches."""

    is_random = True  # each of its columns has one dictionary

    def __init__(self, path: str) -> None:
        self._reader = ipc.open_file(path)
        self.schema = self._reader.schema

    def count(self) -> int:
        """Return the number of batches."""
        return int(self._reader.num_record_batches)

    def batches(self, first: int, last: int) -> Iterator[Any]:
        return (self._reader.get_batch(number) for number in range(first, last))

    def metadata_of(self, number: int) -> Any:
        """Return the metadata of a batch."""
        return self._reader.get_batch_with_custom_metadata(number).custom_metadata

    def open_writer(self, sink: BinaryIO, options: Any) -> Any:
        metadata = getattr(self._reader, "metadata", None)  # of the footer; older versions lack it
        return ipc.new_file(sink, self.schema, options=options, **({"metadata": metadata} if metadata else {}))


class _Stream:
    """An Arrow stream: batches in sequence. The file is memory-mapped, so skipping batches costs nothing."""

    is_random = False

    def __init__(self, path: str) -> None:
        self._path = path
        self.schema = self._open().schema
        self._metadata: list[Any] = []

    def count(self) -> int:
        """Return the number of batches."""
        return sum(1 for _ in self.batches(0, None))

    def batches(self, first: int, last: int | None) -> Iterator[Any]:
        self._metadata = [None] * first
        for one in islice(self._open().iter_batches_with_custom_metadata(), first, last):
            self._metadata.append(one.custom_metadata)
            yield one.batch

    def metadata_of(self, number: int) -> Any:
        """Return the metadata of a batch that was already read."""
        return self._metadata[number]

    def open_writer(self, sink: BinaryIO, options: Any) -> Any:
        return ipc.new_stream(sink, self.schema, options=options)

    def _open(self) -> Any:
        return ipc.open_stream(pa.memory_map(self._path))


def _open(path: str) -> "_File | _Stream":
    with Path(path).open("rb") as raw:
        kind = _File if raw.read(len(_MAGIC)) == _MAGIC else _Stream
    return cast("_File | _Stream", call_pyarrow(partial(kind, path)))


def _read_batches(file: "_File | _Stream", groups: Groups) -> Iterator[Any]:
    """Yield batches as tables, validated: using an invalid batch would crash the process."""
    batches = file.batches(groups.first, groups.last)
    while (batch := call_pyarrow(lambda: next(batches, None))) is not None:
        call_pyarrow(partial(batch.validate, full=True))
        yield pa.Table.from_batches([batch])


def _make_empty_batch(schema: Any) -> Any:
    return pa.RecordBatch.from_pylist([], schema=schema)


def _extend_dictionaries(table: Any, changed: Container[str], grown: dict[str, Any]) -> Any:
    """Return the table with dictionaries that extend those of the tables before it: an Arrow file has one for each column.

    `changed` are the columns whose dictionary may have grown. `grown` holds an empty array with the dictionary of each.
    """
    for at, column in enumerate(table.schema):
        if column.name in changed and pa.types.is_dictionary(column.type):
            before = [grown[column.name]] if column.name in grown else []
            whole = pa.concat_arrays([*before, *table.column(at).chunks])
            grown[column.name] = whole.slice(0, 0)
            table = table.set_column(at, column, pa.chunked_array([whole]))
    return table


def _find_compression(path: str) -> str | None:
    """Return the compression of an Arrow file's first batch, for pyarrow has no function for it."""
    with pa.OSFile(path) as file:
        head = file.read(1 << 16)
    if b"\x28\xb5\x2f\xfd" in head:
        return "zstd"
    return "lz4" if b"\x04\x22\x4d\x18" in head else None
