"""Cleans one column of texts. Only the few texts that the byte scan suspects are converted to strings or copied."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Any

import pyarrow as pa  # an optional dependency
from pyarrow import compute

from cleanspam.errors import FormatError
from cleanspam.formats.columns import find_suspects
from cleanspam.formats.nested import is_array, is_text, replace_rows
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.recipe import Recipe
from cleanspam.model import Cleaning, NamedTuple

# The place of a text in a column: the row, or the row and the index in the list there, both from 0.
TextPlace = int | tuple[int, int]


class CleanedColumn(NamedTuple):
    """A cleaned column with its cuts."""

    column: Any  # has the type of the original; the same object if nothing was cut
    cleanings: dict[TextPlace, Cleaning]  # the cleanings of the changed texts, by place


class _Texts(NamedTuple):
    """A cleaned array of texts, or of lists of texts."""

    array: Any
    cleanings: dict[Any, Cleaning]


def clean_column(column: Any, cleaner: Cleaner | None = None) -> CleanedColumn:
    """Clean an Array or a ChunkedArray of texts, or of lists of texts, as the command line does. Nulls stay null.

    Takes string, large_string, string_view, dictionaries of these, and lists of these. The default of `cleaner` is the
    shipped rules. Raises FormatError for a column of another type.
    """
    check_type(column.type)
    cleaner = cleaner or shipped_cleaner()
    if isinstance(column, pa.Array):
        return CleanedColumn(*_clean_array(column, cleaner))
    cleanings: dict[TextPlace, Cleaning] = {}
    chunks, first = [], 0
    dictionaries: dict[Any, _Texts] = {}
    for chunk in column.chunks:
        cleaned = _clean_array(chunk, cleaner, dictionaries)
        cleanings.update(_moved(cleaned.cleanings, first))
        chunks.append(cleaned.array)
        first += len(chunk)
    return CleanedColumn(pa.chunked_array(chunks, column.type) if cleanings else column, cleanings)


@cache
def shipped_cleaner() -> Cleaner:
    """Return the cleaner of the shipped rules."""
    return Recipe.load().cleaner


def check_type(kind: Any) -> None:
    """Raise FormatError unless a column of this type has texts that can be cleaned."""
    if not _is_text(kind.value_type if is_array(kind) else kind):
        raise FormatError(f"a column of {kind} has no texts; name one of strings, or of lists of strings")


def texts(column: Any) -> Iterator[tuple[TextPlace, str]]:
    """Yield each text of a column with its place."""
    for row, value in enumerate(column.to_pylist()):
        if isinstance(value, str):
            yield row, value
        elif isinstance(value, list):
            yield from (((row, item), text) for item, text in enumerate(value) if isinstance(text, str))


def replace_texts(column: Any, values: dict[int, Any]) -> Any:
    """Return an Array or a ChunkedArray with some rows replaced, in the same chunks."""
    if isinstance(column, pa.Array):
        return replace_rows(column, values) if values else column
    chunks, first = [], 0
    for chunk in column.chunks:
        here = {row - first: values[row] for row in values if first <= row < first + len(chunk)}
        chunks.append(replace_rows(chunk, here) if here else chunk)
        first += len(chunk)
    return pa.chunked_array(chunks, column.type)


def _is_text(kind: Any) -> bool:
    return bool(is_text(kind) or pa.types.is_null(kind))


def _moved(cleanings: dict[Any, Cleaning], rows: int) -> Iterator[tuple[TextPlace, Cleaning]]:
    for place, cleaning in cleanings.items():
        yield (place[0] + rows, place[1]) if isinstance(place, tuple) else place + rows, cleaning


def _clean_array(array: Any, cleaner: Cleaner, dictionaries: dict[Any, _Texts] | None = None) -> _Texts:
    if array.null_count == len(array):  # perhaps of null type, which engines give a batch without a value
        return _Texts(array, {})
    if is_array(array.type):
        return _clean_lists(array, cleaner)
    if pa.types.is_dictionary(array.type):
        return _clean_coded(array, cleaner, {} if dictionaries is None else dictionaries)
    return _clean_texts(array, cleaner)


def _clean_texts(array: Any, cleaner: Cleaner) -> _Texts:
    cleanings: dict[int, Cleaning] = {}
    for row in find_suspects(array, cleaner.screen):
        if (text := _text_at(array, row)) is not None:
            cleaning = cleaner.clean_marked(text)
            if cleaning.cuts:
                cleanings[row] = cleaning
    if not cleanings:
        return _Texts(array, {})
    return _Texts(replace_rows(array, {row: cleaning.text for row, cleaning in cleanings.items()}), cleanings)


def _text_at(array: Any, row: int) -> str | None:
    """Return the text in a row; None for a null, and for bytes that are not UTF-8. Both stay as they are."""
    try:
        text: str | None = array[row].as_py()
    except UnicodeDecodeError:
        return None
    return text


def _clean_coded(array: Any, cleaner: Cleaner, dictionaries: dict[Any, _Texts]) -> _Texts:
    """Clean a dictionary array. Each text of a dictionary is cleaned once, even if several chunks share the dictionary."""
    same = _buffers_of(array.dictionary)
    cleaned = dictionaries[same] if same in dictionaries else _clean_texts(array.dictionary, cleaner)
    dictionaries[same] = cleaned
    if not cleaned.cleanings:
        return _Texts(array, {})
    changed = pa.array(cleaned.cleanings, array.indices.type)
    rows = compute.indices_nonzero(compute.is_in(array.indices, changed)).to_pylist()
    if not rows:  # no row uses a changed text
        return _Texts(array, {})
    codes = array.indices.to_pylist() if len(rows) > len(array) // 8 else {row: array.indices[row].as_py() for row in rows}
    return _Texts(_coded(array, cleaned.array), {row: cleaned.cleanings[codes[row]] for row in rows})


def _buffers_of(array: Any) -> tuple[object, ...]:
    """Return the addresses of an array's buffers. Arrays with equal addresses share their memory."""
    return (array.offset, len(array), *(None if buffer is None else buffer.address for buffer in array.buffers()))


def _coded(array: Any, dictionary: Any) -> Any:
    """Return the array with another dictionary. Texts that became equal get one code, for pandas refuses duplicates."""
    distinct = dictionary.dictionary_encode()
    if len(distinct.dictionary) == len(dictionary):
        return pa.DictionaryArray.from_arrays(array.indices, dictionary, ordered=array.type.ordered)
    codes = distinct.indices.take(array.indices).cast(array.type.index_type)
    return pa.DictionaryArray.from_arrays(codes, distinct.dictionary, ordered=array.type.ordered)


def _clean_lists(array: Any, cleaner: Cleaner) -> _Texts:
    """Clean an array of lists. Their items together are one array."""
    first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
    items = _clean_array(array.values.slice(first, last - first), cleaner)
    if not items.cleanings:
        return _Texts(array, {})
    starts = [offset - first for offset in array.offsets.to_pylist()]
    cleanings = {}
    for item, cleaning in items.cleanings.items():
        row = bisect_right(starts, item) - 1
        if array[row].is_valid:  # a null list may have hidden items
            cleanings[row, item - starts[row]] = cleaning
    if not cleanings:
        return _Texts(array, {})
    offsets = pa.array(starts, array.offsets.type)
    mask = array.is_null() if array.null_count else None
    return _Texts(type(array).from_arrays(offsets, items.array, type=array.type, mask=mask), cleanings)
