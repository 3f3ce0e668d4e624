"""Finds and replaces texts in the arrays of a column, at any depth. Other values are not converted to Python."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pyarrow as pa  # an optional dependency

from cleanspam.formats.fields import ITEM, Node, join_path
from cleanspam.model import NamedTuple

Key = tuple[int, ...]  # of a text: the row, then the index in each array around the text
Steps = tuple[str, ...]  # the steps from a column to its texts


class Leaf(NamedTuple):
    """An array of texts somewhere in a column."""

    steps: Steps
    values: Any
    key: Callable[[int], Key | None]  # the key of a value by its index here; None if an array around it is null


def find_leaves(array: Any, node: Node, first: int) -> Iterator[Leaf]:
    """Yield the texts that `node` names in an array whose first row has number `first`."""
    return _find_below(array, node, (), lambda at: (first + at,))


def is_text(kind: Any) -> bool:
    """Tell whether a type is a type of strings."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind)) or is_view(kind)


def is_view(kind: Any) -> bool:
    """Tell whether a type is a string view, which pyarrow has from 16 on."""
    return hasattr(pa, "string_view") and bool(kind.equals(pa.string_view()))


def is_array(kind: Any) -> bool:
    """Tell whether a type is a type of lists whose items can be reached."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def spell_path(column: str, steps: Steps, key: Key) -> str:
    """Return the name of a text: `messages[3].content`."""
    path, items = join_path([column]), iter(key[1:])
    for step in steps:
        path += f"[{next(items)}]" if step == ITEM else f".{join_path([step])}"
    return path


def put_values(array: Any, steps: Steps, values: dict[Key, str]) -> Any:
    """Return the array with new texts at some keys. Rows count from the array's start."""
    if not steps:
        rows = {row: value for (row,), value in values.items()}
        return _put_into_dictionary(array, rows) if pa.types.is_dictionary(array.type) else replace_rows(array, rows)
    if array.offset:
        array = pa.concat_arrays([array, array.slice(0, 0)])  # a copy with offset 0, which arrays made of buffers need
    step, rest = steps[0], steps[1:]
    if step == ITEM:
        below = {(array.offsets[row].as_py() + item, *more): value for (row, item, *more), value in values.items()}
        children, own = [put_values(array.values, rest, below)], 2
    else:
        children, own = [array.field(at) for at in range(array.type.num_fields)], 1
        at = array.type.get_field_index(step)
        children[at] = put_values(children[at], rest, values)
    return pa.Array.from_buffers(array.type, len(array), array.buffers()[:own], array.null_count, 0, children)


def _find_below(array: Any, node: Node, steps: Steps, key: Callable[[int], Key | None]) -> Iterator[Leaf]:
    if not len(array):
        return
    if pa.types.is_struct(array.type):
        for name, values in zip([member.name for member in array.type], array.flatten(), strict=True):
            if name in node.below:
                yield from _find_below(values, node.below[name], (*steps, name), key)
    elif is_array(array.type) and ITEM in node.below:
        offsets = array.offsets.to_pylist()
        values = array.values.slice(offsets[0], offsets[-1] - offsets[0])
        yield from _find_below(values, node.below[ITEM], (*steps, ITEM), partial(_key_of_item, array, offsets, key))
    elif node.is_text and is_text(array.type):
        yield Leaf(steps, array, key)


def _key_of_item(array: Any, offsets: list[int], key: Callable[[int], Key | None], at: int) -> Key | None:
    row = bisect_right(offsets, offsets[0] + at) - 1
    if array.null_count and not array[row].is_valid:
        return None
    above = key(row)
    return above and (*above, offsets[0] + at - offsets[row])


def replace_rows(array: Any, values: Mapping[int, Any]) -> Any:
    """Return an array of strings or lists with some rows replaced."""
    rows = sorted(values)
    new = pa.array([values[row] for row in rows], array.type)
    parts, end = [], 0
    for number, row in enumerate(rows):
        parts += [array.slice(end, row - end), new.slice(number, 1)]
        end = row + 1
    return pa.concat_arrays([*parts, array.slice(end)])


def _put_into_dictionary(array: Any, values: dict[int, str]) -> Any:
    """Do the same for a dictionary array. The dictionary is rebuilt, for added values might exceed the index type."""
    whole = array.to_pylist()
    for row, value in values.items():
        whole[row] = value
    return pa.array(whole, array.type)
