"""The columns of Parquet and Arrow files, by pyarrow: texts in chosen ones go through the editor, all else stays as it is."""

import os
import pickle
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, NamedTuple, TypeVar

import pyarrow as pa  # in the extra: whoever has no such file does without

from cleanspam.disk.version import FileVersion
from cleanspam.errors import FormatError
from cleanspam.formats.base import Change, Edited, Editor, Passage, cut_by
from cleanspam.formats.fields import ITEM, Node, build_tree, join_path, select_fields
from cleanspam.formats.skip import ByteScan

# Bytes: a larger row group comes out as several of about this size, and is not held in memory whole.
PART = 4 << 20
# Bytes of a file that make a piece, at least: to open a file once more takes some milliseconds.
PIECE = 8 * PART
_DAMAGE = (pa.ArrowException, OSError, ValueError)


class Groups(NamedTuple):
    """A piece: some row groups or record batches of a file, which who edits it reads for itself, and what is to change.

    What changes is the values of columns, by their rows, from 0.
    """

    path: str
    seal: FileVersion
    first: int
    last: int
    size: int  # bytes of the file
    changes: dict[str, dict[int, Any]] = {}  # noqa: RUF012 (never changed)

    def changed(self, changes: dict[str, dict[int, Any]]) -> bytes:
        """Return the piece with what is to change."""
        return pickle.dumps(self._replace(changes=changes))


_Made = TypeVar("_Made", bound="ColumnFormat")


@dataclass(frozen=True, slots=True)
class ColumnFormat(ABC):
    """A file of tables one behind the other. Its pieces say where some of them are: who edits one reads it."""

    fields: tuple[str, ...] = ()
    encoding: str = ""  # their strings are UTF-8, whatever the user says
    name: str = ""
    rewrites_records: ClassVar[bool] = True
    keeps_bytes: ClassVar[bool] = False
    member_per_write: ClassVar[bool] = False

    def fitted(self: _Made, head: bytes, encoding: str) -> _Made:  # noqa: ARG002 (the schema may be at the end)
        return self

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        return self._edited(piece, cut_by(editor))

    def edit_suspects(self, piece: bytes, editor: Editor, scan: ByteScan) -> Edited:
        """Make strings only of the values with something to cut, in columns that hold nothing but text."""
        return self._edited(piece, cut_by(editor), scan)

    def rewritten(self, piece: bytes, change: Change) -> Edited:
        return self._edited(piece, change)

    def _edited(self, piece: bytes, change: Change, scan: ByteScan | None = None) -> Edited:
        groups = unpack_groups(piece)
        columns, tables = self.with_texts(groups)
        changes, rows = _find_changes(tables, build_tree(self.fields or columns), change, scan)
        return Edited(groups.changed(changes) if changes else piece, records=rows, size=groups.size)

    @abstractmethod
    def with_texts(self, groups: Groups) -> tuple[list[str], Iterator[Any]]:
        """Return the columns that the fields are in, and the tables of a piece with those alone."""


def pack_places(source: BinaryIO, sizes: list[int]) -> Iterator[bytes]:
    """Yield the places of row groups or batches of these sizes, so many together that they make a piece."""
    path = find_path(source)
    with Path(path).open("rb") as raw:
        seal, share = FileVersion(raw, path), os.fstat(raw.fileno()).st_size / (sum(sizes) or 1)
    first = held = 0
    for number, size in enumerate(sizes):
        held += size
        if held >= PIECE or number == len(sizes) - 1:
            yield pickle.dumps(Groups(path, seal, first, number + 1, int(held * share)))
            first, held = number + 1, 0


def unpack_groups(piece: bytes) -> Groups:
    """Return what a piece says, if its file is still the same; raise OSError if it has changed."""
    groups: Groups = pickle.loads(piece)
    with Path(groups.path).open("rb") as raw:
        groups.seal.check(raw)
    return groups


def find_path(source: BinaryIO) -> str:
    """Return the path of a file that pyarrow opens itself, since it reads from the end."""
    if getattr(source, "compression", ""):
        raise FormatError("compressed once more around its own compression; unpack it first")
    name = getattr(getattr(source, "raw", source), "name", None)
    if not isinstance(name, str):
        raise FormatError("this format is read from files, not from a pipe")
    return name


def call_pyarrow(call: Callable[[], Any], done: str = "read") -> Any:
    """Return what the call does; raise FormatError where a file's damage, or what pyarrow cannot do, is in its way."""
    try:
        return call()
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:  # the disk, not the file
            raise
        raise FormatError(f"cannot be {done}: {str(error).splitlines()[0]}") from error


def find_text_columns(fields: tuple[str, ...], schema: Any) -> list[str]:
    """Return the columns that the fields are in.

    Raises FormatError as `select_fields` does.
    """
    paths = [path for column in schema for path in _string_paths(column.type, (column.name,))]
    if not paths:
        raise FormatError(f"no column with text; the columns are: {', '.join(schema.names)}")
    if len(set(schema.names)) < len(schema.names):
        raise FormatError("two columns have the same name; give each its own")
    roots = build_tree(select_fields(fields, paths)).below
    return [name for name in schema.names if name in roots]


def _string_paths(kind: Any, above: tuple[str, ...]) -> Iterator[str]:
    if pa.types.is_dictionary(kind):
        yield from _string_paths(kind.value_type, above)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        yield join_path(above)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _string_paths(kind.value_type, (*above, ITEM))
    elif pa.types.is_struct(kind):
        for member in kind:
            yield from _string_paths(member.type, (*above, member.name))


def _find_changes(
    tables: Iterable[Any], root: Node, change: Change, scan: ByteScan | None
) -> tuple[dict[str, dict[int, Any]], int]:
    """Return what is to change in the texts of tables, one behind the other, and how many rows they have.

    All texts are asked about, or those that the scan suspects.
    """
    changes: dict[str, dict[int, Any]] = {}
    same: dict[Any, Any] = {}  # of a text that repeats, one copy is held
    rows = 0
    for table in tables:
        for name in table.column_names:
            column = table.column(name)
            changed = _change_rows(column, _rows_to_read(column, scan), root.below[name], join_path([name]), change, rows)
            for row, value in changed.items():
                new = same.setdefault(value, value) if isinstance(value, str) else value
                changes.setdefault(name, {})[row] = new
        rows += table.num_rows
    return changes, rows


def apply_changes(tables: Iterable[Any], changes: dict[str, dict[int, Any]]) -> Iterator[Any]:
    """Yield the tables, one behind the other, with what is to change of their columns."""
    ordered = {name: sorted(values) for name, values in changes.items()}
    first = 0
    for table in tables:
        end, changed = first + table.num_rows, table
        for name, rows in ordered.items():
            here = rows[bisect_left(rows, first) : bisect_left(rows, end)]
            if here:
                changed = _replace_values(changed, name, {row - first: changes[name][row] for row in here})
        yield changed
        first = end


def _replace_values(table: Any, name: str, values: dict[int, Any]) -> Any:
    at = table.schema.get_field_index(name)
    column = table.schema.field(at)
    put = _put_into_dictionary if pa.types.is_dictionary(column.type) else _put
    return table.set_column(at, column, pa.chunked_array([call_pyarrow(partial(put, table.column(at), values), "written")]))


def _put(column: Any, values: dict[int, Any]) -> Any:
    """Return a column with other values in some rows, as one array."""
    new = pa.array([values[row] for row in sorted(values)], column.type)
    parts, end = [], 0
    for number, row in enumerate(sorted(values)):
        parts += [*column.slice(end, row - end).chunks, new.slice(number, 1)]
        end = row + 1
    return pa.concat_arrays([*parts, *column.slice(end).chunks])


def _put_into_dictionary(column: Any, values: dict[int, Any]) -> Any:
    """Return the same of a column with a dictionary, which is made anew: with one more value it might be too large."""
    whole = column.to_pylist()
    for row, value in values.items():
        whole[row] = value
    return pa.array(whole, column.type)


def _change_rows(column: Any, rows: list[int] | None, node: Node, name: str, change: Change, first: int) -> dict[int, Any]:
    """Return the values that change, of those rows or of all, by their row; the column's own first row is `first`."""
    old = call_pyarrow(
        lambda: dict(enumerate(column.to_pylist())) if rows is None else {row: column[row].as_py() for row in rows}
    )
    new = {row: _change_value(value, node, first + row, name, change) for row, value in old.items()}
    return {first + row: value for row, value in new.items() if value is not old[row]}


def _rows_to_read(column: Any, scan: ByteScan | None) -> list[int] | None:
    """Return the rows of a column of plain strings that have something to cut, None if that can't be told."""
    width = 4 if pa.types.is_string(column.type) else 8 if pa.types.is_large_string(column.type) else 0
    if not scan or not width:
        return None
    rows, first = list[int](), 0
    for chunk in filter(len, column.chunks):
        _, offsets, data = chunk.buffers()
        within = offsets.slice(chunk.offset * width, (len(chunk) + 1) * width)
        found = call_pyarrow(partial(scan.suspect_texts, data or b"", within, width))
        if found is None:
            return None
        rows += [first + row for row in found]
        first += len(chunk)
    return rows


def _change_value(value: Any, node: Node, row: int, path: str, change: Change) -> Any:
    """Return a value with its texts changed, the same object if none was."""
    if isinstance(value, str):
        return change(Passage(value, 0, row, path)) if node.is_text else value
    if isinstance(value, list) and ITEM in node.below:
        items = [_change_value(item, node.below[ITEM], row, f"{path}[{at}]", change) for at, item in enumerate(value)]
        return items if any(one is not two for one, two in zip(value, items, strict=True)) else value
    if isinstance(value, dict):
        new = {
            key: _change_value(below, node.below[key], row, f"{path}.{join_path([key])}", change)
            if key in node.below
            else below
            for key, below in value.items()
        }
        return new if any(value[key] is not new[key] for key in value) else value
    return value
