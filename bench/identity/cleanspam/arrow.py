"""Columns and tables as they came, with an empty column of cuts."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa

CUTS = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.string()), ("rule", pa.string())]))


class Column(NamedTuple):
    """A column that nobody cleaned."""

    column: pa.Array


def clean_column(column: pa.Array) -> Column:
    """Return the column."""
    return Column(column)


class CleanTables:
    """Adds the column of cuts."""

    def __init__(self, *fields: str, cuts: str = "") -> None:  # noqa: ARG002 (as the other has them)
        self.cuts = cuts

    def __call__(self, table: pa.Table) -> pa.Table:
        """Return the table with no cuts."""
        return table.append_column(self.cuts, pa.nulls(table.num_rows, CUTS)) if self.cuts else table

    def batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the batches with no cuts."""
        for batch in batches:
            yield from self(pa.Table.from_batches([batch])).to_batches()
