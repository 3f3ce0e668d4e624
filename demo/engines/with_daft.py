"""Clean Parquet with Daft: with_daft.py IN.parquet OUT_FOLDER."""

import sys

import daft

from cleanspam.arrow import clean_column


@daft.func.batch(return_dtype=daft.DataType.string())
def clean(texts: daft.Series) -> daft.Series:
    """Clean a column."""
    return daft.Series.from_arrow(clean_column(texts.to_arrow()).column)


if __name__ == "__main__":
    source, target = sys.argv[1:]
    daft.read_parquet(source).with_column("text", clean(daft.col("text"))).write_parquet(target)
