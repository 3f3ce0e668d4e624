"""Arrow IPC files, which is also what Feather is, by pyarrow: read and written record batch by record batch."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa  # in the extra: whoever has no such file does without
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


@dataclass(frozen=True, slots=True)
class ArrowFormat(ColumnFormat):
    """An Arrow IPC file. Its pieces are some of its record batches."""

    name: str = "arrow"

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield places of record batches: who edits one reads it. Raises FormatError as `select_fields` does."""
        path = find_path(source)
        file = _open(path)
        find_text_columns(self.fields, file.schema)
        number = file.num_record_batches
        return pack_places(source, [Path(path).stat().st_size // number] * number if number else [])

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write a file of the same schema and metadata, compressed if the source was."""
        path = find_path(source)
        file = _open(path)
        options = ipc.IpcWriteOptions(compression=_find_compression(path), emit_dictionary_deltas=True)
        with ipc.new_file(sink, file.schema, options=options) as writer:
            grown: dict[str, Any] = {}
            for piece in pieces:
                groups = unpack_groups(piece)
                for table in apply_changes(_read_batches(file, groups), groups.changes):
                    if file.num_record_batches > 1:
                        changed = {*grown, *groups.changes}
                        table = call_pyarrow(partial(_extend_dictionaries, table, changed, grown), "written")
                    for batch in table.combine_chunks().to_batches():
                        call_pyarrow(partial(writer.write_batch, batch), "written")

    def with_texts(self, groups: Groups) -> tuple[list[str], Iterator[Any]]:
        file = _open(groups.path)
        columns = find_text_columns(self.fields, file.schema)
        return columns, (table.select(columns) for table in _read_batches(file, groups))


def _open(path: str) -> Any:
    return call_pyarrow(lambda: ipc.open_file(path))


def _read_batches(file: Any, groups: Groups) -> Iterator[Any]:
    for number in range(groups.first, groups.last):
        yield pa.Table.from_batches([call_pyarrow(partial(file.get_batch, number))])


def _extend_dictionaries(table: Any, changed: Container[str], grown: dict[str, Any]) -> Any:
    """Return the table with dictionaries that begin with those before it in its file: an Arrow file has one for a column.

    `changed` are the columns whose dictionary may have grown; `grown` has, for each, an empty array with that so far.
    """
    for at, column in enumerate(table.schema):
        if column.name in changed and pa.types.is_dictionary(column.type):
            before = [grown[column.name]] if column.name in grown else []
            whole = pa.concat_arrays([*before, *table.column(at).chunks])
            grown[column.name] = whole.slice(0, 0)
            table = table.set_column(at, column, pa.chunked_array([whole]))
    return table


def _find_compression(path: str) -> str | None:
    """Return the compression that the first batch of an Arrow file has; pyarrow does not tell."""
    with pa.OSFile(path) as file:
        head = file.read(1 << 16)
    if b"\x28\xb5\x2f\xfd" in head:
        return "zstd"
    return "lz4" if b"\x04\x22\x4d\x18" in head else None
