"""Clean Parquet with Dask: with_dask.py IN.parquet OUT_FOLDER."""

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
    frame = dd.read_parquet(source)
    frame.map_partitions(clean, meta=frame._meta).to_parquet(target)
