"""Clean Parquet or JSON Lines with Daft: with_daft.py IN OUT_FOLDER."""

import sys

import daft

from cleanspam.arrow import clean_column


@daft.func.batch(return_dtype=daft.DataType.string())
def clean(texts: daft.Series) -> daft.Series:
    """Clean a column."""
    return daft.Series.from_arrow(clean_column(texts.to_arrow()).column)


if __name__ == "__main__":
    source, target = sys.argv[1:]
    is_parquet = source.endswith(".parquet")
    texts = daft.read_parquet(source) if is_parquet else daft.read_json(source)
    cleaned = texts.with_column("text", clean(daft.col("text")))
    cleaned.write_parquet(target) if is_parquet else cleaned.write_json(target)
