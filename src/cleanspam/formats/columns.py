"""The columns of Parquet and Arrow files, by pyarrow. The editor sees the texts of chosen columns; all else stays."""

import os
import pickle
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, TypeVar

import pyarrow as pa  # an optional dependency

from cleanspam.disk.version import FileVersion
from cleanspam.errors import FormatError
from cleanspam.formats.base import Change, Edited, Editor, Passage, Scan, cut_by
from cleanspam.formats.fields import ITEM, Node, build_tree, join_path, select_fields
from cleanspam.formats.nested import Key, Leaf, Steps, find_leaves, is_array, is_text, is_view, put_values, spell_path
from cleanspam.model import NamedTuple

# Bytes. A larger row group is written as several of about this size, and is never held in memory as a whole.
PART = 4 << 20
# The least number of bytes of a file in a piece: each piece opens the file once more, which takes some milliseconds.
PIECE = 8 * PART
_DAMAGE = (pa.ArrowException, OSError, ValueError, OverflowError, SystemError)
Changes = dict[str, dict[Steps, dict[Key, str]]]  # by column, by the steps to the texts, by the key of the text


class Groups(NamedTuple):
    """A piece: row groups or record batches of a file, and the changes to them. The editing process reads the groups.

    A change is a new text for a key in a column. Rows count from 0.
    """

    path: str
    seal: FileVersion
    first: int
    last: int
    size: int  # in bytes of the file
    changes: Changes = {}  # noqa: RUF012 (never changed)

    def changed(self, changes: Changes) -> bytes:
        """Return the piece with its changes."""
        return pickle.dumps(self._replace(changes=changes))


_Made = TypeVar("_Made", bound="ColumnFormat")


@dataclass(frozen=True, slots=True)
class ColumnFormat(ABC):
    """A file that is a sequence of tables. A piece names some of the tables, and the editing process reads them."""

    fields: tuple[str, ...] = ()
    encoding: str = ""  # strings are always UTF-8
    name: str = ""
    rewrites_records: ClassVar[bool] = True
    keeps_bytes: ClassVar[bool] = False
    member_per_write: ClassVar[bool] = False

    def fitted(self: _Made, head: bytes, encoding: str) -> _Made:  # noqa: ARG002 (the schema may be at the end)
        return self

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        return self._edited(piece, cut_by(editor))

    def edit_suspects(self, piece: bytes, editor: Editor, scan: Scan) -> Edited:
        """Edit, but in columns of plain text convert only the values that may have a cut to strings."""
        return self._edited(piece, cut_by(editor), scan)

    def rewritten(self, piece: bytes, change: Change) -> Edited:
        return self._edited(piece, change)

    def _edited(self, piece: bytes, change: Change, scan: Scan | None = None) -> Edited:
        groups = unpack_groups(piece)
        columns, tables = self.with_texts(groups)
        changes, rows = _find_changes(tables, build_tree(self.fields or columns), change, scan)
        return Edited(groups.changed(changes) if changes else piece, records=rows, size=groups.size)

    @abstractmethod
    def with_texts(self, groups: Groups) -> tuple[list[str], Iterator[Any]]:
        """Return the columns that hold the fields, and the tables of a piece with only these columns."""


def pack_places(source: BinaryIO, sizes: list[int]) -> Iterator[bytes]:
    """Group row groups or batches, given by their sizes, into pieces, and yield the places of each piece."""
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
    """Unpack a piece. Raises OSError if its file has changed."""
    groups: Groups = pickle.loads(piece)
    with Path(groups.path).open("rb") as raw:
        groups.seal.check(raw)
    return groups


def find_path(source: BinaryIO) -> str:
    """Return the path of a file. pyarrow opens it by path, for it reads from the end."""
    if getattr(source, "compression", ""):
        raise FormatError("compressed once more around its own compression; unpack it first")
    name = getattr(getattr(source, "raw", source), "name", None)
    if not isinstance(name, str):
        raise FormatError("this format is read from files, not from a pipe")
    return name


def call_pyarrow(call: Callable[[], Any], done: str = "read") -> Any:
    """Call pyarrow. Raises FormatError for a damaged file, and for data that pyarrow does not support."""
    try:
        return call()
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:  # an error of the disk, not of the file
            raise
        raise FormatError(f"cannot be {done}: {str(error).splitlines()[0]}") from error


def find_text_columns(fields: tuple[str, ...], schema: Any) -> list[str]:
    """Return the columns that hold the fields.

    Raises FormatError as `select_fields` does.
    """
    paths = [path for column in schema for path in _string_paths(column.type, (column.name,))]
    if not paths:
        columns = ", ".join(f"{column.name} ({column.type})" for column in schema)
        raise FormatError(f"no column with text; the columns are: {columns}")
    if len(set(schema.names)) < len(schema.names):
        raise FormatError("two columns have the same name; give each its own")
    roots = build_tree(select_fields(fields, paths)).below
    return [name for name in schema.names if name in roots]


def _string_paths(kind: Any, above: tuple[str, ...]) -> Iterator[str]:
    if is_text(kind) or pa.types.is_null(kind):  # a shard without texts may have a column of null type
        yield join_path(above)
    elif is_array(kind):
        yield from _string_paths(kind.value_type, (*above, ITEM))
    elif pa.types.is_struct(kind):
        for member in kind:
            yield from _string_paths(member.type, (*above, member.name))


def _find_changes(tables: Iterable[Any], root: Node, change: Change, scan: Scan | None) -> tuple[Changes, int]:
    """Return the changes to the texts of some tables in sequence, and the number of rows.

    With a scan, only the texts that it suspects are edited.
    """
    changes: Changes = {}
    same: dict[str, str] = {}  # one copy of each repeated text
    rows = 0
    for table in tables:
        for name in table.column_names:
            for leaf in _find_leaves(table.column(name), root.below[name], rows):
                for key, value in _change_texts(leaf, name, change, scan):
                    changes.setdefault(name, {}).setdefault(leaf.steps, {})[key] = same.setdefault(value, value)
        rows += table.num_rows
    return changes, rows


def apply_changes(tables: Iterable[Any], changes: Changes) -> Iterator[Any]:
    """Yield the tables in sequence, with the changes to their columns."""
    ordered = {(name, steps): sorted(values) for name, below in changes.items() for steps, values in below.items()}
    first = 0
    for table in tables:
        end, changed = first + table.num_rows, table
        for (name, steps), keys in ordered.items():
            here = keys[bisect_left(keys, (first,)) : bisect_left(keys, (end,))]
            if here:
                values = {(key[0] - first, *key[1:]): changes[name][steps][key] for key in here}
                changed = _replace_values(changed, name, steps, values)
        yield changed
        first = end


def _replace_values(table: Any, name: str, steps: Steps, values: dict[Key, str]) -> Any:
    at = table.schema.get_field_index(name)
    column = table.schema.field(at)
    keys, first, parts = sorted(values), 0, []
    for chunk in table.column(at).chunks:
        here = keys[bisect_left(keys, (first,)) : bisect_left(keys, (first + len(chunk),))]
        new = {(key[0] - first, *key[1:]): values[key] for key in here}
        parts.append(call_pyarrow(partial(put_values, chunk, steps, new), "written") if new else chunk)
        first += len(chunk)
    return table.set_column(at, column, pa.chunked_array(parts, column.type))


def _find_leaves(column: Any, node: Node, first: int) -> Iterator[Leaf]:
    for chunk in column.chunks:
        yield from call_pyarrow(lambda: list(find_leaves(chunk, node, first)))  # noqa: B023 (called at once)
        first += len(chunk)


def _change_texts(leaf: Leaf, name: str, change: Change, scan: Scan | None) -> Iterator[tuple[Key, str]]:
    """Yield the changed texts with their keys. With a scan, only the texts that it suspects are edited."""
    numbers = call_pyarrow(partial(find_suspects, leaf.values, scan))
    is_all = len(numbers) == len(leaf.values)
    read = leaf.values.to_pylist if is_all else lambda: [leaf.values[at].as_py() for at in numbers]
    for at, text in zip(numbers, call_pyarrow(read), strict=True):
        key = leaf.key(at) if text is not None else None
        if key:
            changed = change(Passage(text, 0, key[0], spell_path(name, leaf.steps, key), column=None))
            if changed is not text:
                yield key, changed


def find_suspects(values: Any, scan: Scan | None) -> Sequence[int]:
    """Return the numbers of the texts in an array that may have a cut; all numbers if the scan can't tell."""
    everything = range(len(values))
    if not scan or pa.types.is_null(values.type):
        return everything if scan is None else ()
    if pa.types.is_dictionary(values.type):
        return _find_coded_suspects(values, scan)
    if is_view(values.type):
        try:
            values = values.cast(pa.large_string())
        except pa.ArrowException:  # an old pyarrow, or bytes that are not UTF-8
            return everything
    width = 4 if pa.types.is_string(values.type) else 8
    _, offsets, data = values.buffers()
    within = offsets.slice(values.offset * width, (len(values) + 1) * width)
    found = scan.suspect_texts(data or b"", within, width)
    return everything if found is None else found


def _find_coded_suspects(values: Any, scan: Scan) -> Sequence[int]:
    """Do the same for a dictionary array: each text is scanned once, however many rows have it."""
    found = find_suspects(values.dictionary, scan)
    if len(found) == len(values.dictionary):
        return range(len(values))
    if not found:
        return ()
    from pyarrow import compute  # takes 0.1 s

    rows: Sequence[int] = compute.indices_nonzero(
        compute.is_in(values.indices, pa.array(found, values.indices.type))
    ).to_pylist()
    return rows
