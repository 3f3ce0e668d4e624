"""Clean Parquet or JSON Lines with Dask: with_dask.py IN OUT_FOLDER."""

import sys

import dask
import dask.dataframe as dd
import pandas as pd
import pyarrow as pa

from cleanspam.arrow import clean_column


def clean(frame: pd.DataFrame) -> pd.DataFrame:
    """Clean the texts of a partition."""
    return frame.assign(text=pd.array(clean_column(pa.array(frame["text"])).column, dtype=frame["text"].dtype))


if __name__ == "__main__":
    source, target = sys.argv[1:]
    dask.config.set(scheduler="processes")  # two threads are not faster than one
    # Of JSON, pandas would make numbers of ids, unless it is told not to.
    frame = dd.read_parquet(source) if source.endswith(".parquet") else dd.read_json(source, lines=True, dtype=False)
    cleaned = frame.map_partitions(clean, meta=frame._meta)
    if source.endswith(".parquet"):
        cleaned.to_parquet(target)
    else:
        cleaned.to_json(f"{target}/cleaned-*.jsonl", orient="records", lines=True, force_ascii=False)
