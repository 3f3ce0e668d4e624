"""Cleans tables, record batches and iterators of batches, with one object that any engine can send to its workers."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import pyarrow as pa

from cleanspam.arrow.columns import clean_column, texts
from cleanspam.arrow.cuts import CUTS, column_of_cuts, rows_of_cuts, rows_of_flags
from cleanspam.errors import FormatError
from cleanspam.formats.base import RECORD_FIELDS
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.keepmarks import obey
from cleanspam.judge.recipe import Recipe
from cleanspam.model import Cleaning

# A pyarrow.Table or a pyarrow.RecordBatch. pyarrow ships no types.
_Table = TypeVar("_Table")


class CleanTables:
    """Cleans columns of texts in tables. Equal objects pickle to equal bytes. Engines need no actor and no set-up for it."""

    def __init__(self, *fields: str, recipe: Recipe | None = None, cuts: str = "", flags: str = "") -> None:
        """Clean the columns `fields`. The default is that of the command line: `text`, or else `content`.

        `cuts` and `flags` name columns to add, of the type CUTS: the passages cut, and the passages only flagged. Searching
        for flags takes as long as judging every text in full.
        """
        self.fields, self.cuts, self.flags = fields, cuts, flags
        self.recipe = recipe or Recipe.load()

    def __call__(self, table: _Table) -> _Table:
        """Return the cleaned table, with the same type and rows; the same object if there is nothing to change or to add.

        Raises FormatError for a missing column or a column without texts, CleanspamError in a worker with other rules.
        """
        return self._cleaned(table)  # type: ignore[no-any-return]  # pyarrow has no types

    def batches(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Yield each table or record batch cleaned, for Spark's mapInArrow."""
        return map(self._cleaned, batches)

    def _cleaned(self, table: Any) -> Any:
        cleaner, columns = self.recipe.cleaner, list(table.columns)
        taken, flagged = [], []
        for name in self._fields_of(table.schema):
            at = table.schema.get_field_index(name)
            if self.flags:
                flagged += [row for place, text in texts(columns[at]) for row in _flags_in(text, name, place, cleaner)]
            columns[at], cleanings = clean_column(columns[at], cleaner)
            taken += list(rows_of_cuts(name, cleanings))
        added = [(name, rows) for name, rows in ((self.cuts, taken), (self.flags, flagged)) if name]
        if not added and not taken:
            return table
        schema = table.schema
        for name, rows in added:
            schema = schema.append(pa.field(name, CUTS))
            columns.append(column_of_cuts(table.num_rows, rows))
        return type(table).from_arrays(columns, schema=schema)

    def _fields_of(self, schema: Any) -> Iterable[str]:
        fields = self.fields or [name for name in RECORD_FIELDS if name in schema.names][:1] or RECORD_FIELDS[:1]
        for name in fields:
            if schema.names.count(name) != 1:
                raise FormatError(f"no column {name}, or several; the columns are: {', '.join(schema.names)}")
        for name in filter(None, (self.cuts, self.flags)):
            if name in schema.names:
                raise FormatError(f"there is a column {name} already; name another for what is cut or flagged")
        return fields


def _flags_in(text: str, field: str, place: Any, cleaner: Cleaner) -> Iterator[tuple[int, dict[str, object]]]:
    cleaning = Cleaning(text, (), cleaner.findings(text))
    return rows_of_flags(field, place, obey(text, cleaning).cleaning.findings)
