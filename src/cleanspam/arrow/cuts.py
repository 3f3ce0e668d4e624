"""The column of cuts: a list of the cuts in each row, which engines can count and put back."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
from pyarrow import compute

from cleanspam.arrow.columns import TextPlace, check_type, replace_texts
from cleanspam.errors import FormatError
from cleanspam.model import Cleaning, Cut, Finding, Verdict
from cleanspam.text.cut import inside, restore

# The fields of a cut: the column, the item of the row's list (0 in a column of texts), start and end in code points of the
# original text, the text cut, and the first of the rules. A column of flags has the same type.
CUTS = pa.list_(
    pa.struct(
        [
            ("field", pa.string()),
            ("item", pa.int32()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("text", pa.string()),
            ("rule", pa.string()),
        ]
    )
)
_Row = dict[str, object]


def rows_of_cuts(field: str, cleanings: dict[TextPlace, Cleaning]) -> Iterator[tuple[int, _Row]]:
    """Yield the row and the value of each cut in a column."""
    for place, cleaning in cleanings.items():
        said = [finding for finding in cleaning.findings if finding.verdict is Verdict.CUT]
        for cut in cleaning.cuts:
            because = inside(cut, said)
            yield _value(field, place, cut, because[0].rules[0] if because else "")


def rows_of_flags(field: str, place: TextPlace, findings: Iterable[Finding]) -> Iterator[tuple[int, _Row]]:
    """Yield the row and the value of each flag among the findings in a text."""
    for finding in findings:
        if finding.verdict is Verdict.FLAG:
            yield _value(field, place, Cut(finding.start, finding.end, finding.text), finding.rules[0])


def _value(field: str, place: TextPlace, cut: Cut, rule: str) -> tuple[int, _Row]:
    row, item = place if isinstance(place, tuple) else (place, 0)
    return row, {"field": field, "item": item, "start": cut.start, "end": cut.end, "text": cut.text, "rule": rule}


def column_of_cuts(rows: int, values: Iterable[tuple[int, _Row]]) -> Any:
    """Return a column of `rows` rows with the given values. All other rows have an empty list."""
    by_row: dict[int, list[_Row]] = {}
    for row, value in values:
        by_row.setdefault(row, []).append(value)
    offsets, flat = [0], list[_Row]()
    for row in range(rows):
        flat += by_row.get(row, ())
        offsets.append(len(flat))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(flat, CUTS.value_type))


def restore_column(column: Any, cuts: Any, field: str = "") -> Any:
    """Return the original of a cleaned column, from its column of cuts; without a cut, the same object.

    Both are an Array or a ChunkedArray. `field` is the name of the column; it is needed if the cuts are of several columns.
    Raises FormatError if the two columns do not belong together.
    """
    check_type(column.type)
    if len(column) != len(cuts):
        raise FormatError(f"a column of {len(column)} rows and cuts of {len(cuts)}; give both of the same table")
    changed = compute.indices_nonzero(compute.fill_null(compute.greater(compute.list_value_length(cuts), 0), False))
    values = {}
    for row in changed.to_pylist():
        wanted = [cut for cut in cuts[row].as_py() if not field or cut["field"] == field]
        if wanted:
            values[row] = _restored(column[row].as_py(), wanted, row)
    if not values:
        return column
    if pa.types.is_dictionary(column.type):
        return _with_values(column, values)
    return replace_texts(column, values)


def _restored(value: Any, cuts: list[dict[str, Any]], row: int) -> Any:
    fields = {cut["field"] for cut in cuts}
    if len(fields) > 1:
        raise FormatError(f"row {row} has cuts of the columns {', '.join(sorted(fields))}; say which of them is restored")
    if isinstance(value, str):
        return _put_back(value, cuts)
    if not isinstance(value, list) or any(cut["item"] >= len(value) for cut in cuts):
        raise FormatError(f"row {row} has cuts, and no text that they were cut from; give cuts of the same table")
    return [_put_back(text, [cut for cut in cuts if cut["item"] == item]) for item, text in enumerate(value)]


def _put_back(text: str, cuts: list[dict[str, Any]]) -> str:
    return restore(text, [Cut(cut["start"], cut["end"], cut["text"]) for cut in cuts]) if cuts else text


def _with_values(column: Any, values: dict[int, Any]) -> Any:
    """Return a dictionary column with some rows replaced. The dictionary is rebuilt."""
    whole = column.to_pylist()
    for row, value in values.items():
        whole[row] = value
    made = pa.array(whole, column.type)
    return made if isinstance(column, pa.Array) else pa.chunked_array([made])
