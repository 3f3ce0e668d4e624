"""Clean Parquet with Ray Data: with_ray.py IN.parquet OUT_FOLDER."""

import sys

import ray

from cleanspam.arrow import CleanTables

if __name__ == "__main__":
    source, target = sys.argv[1:]
    clean = CleanTables("text", cuts="cuts")
    # An object, which Ray runs as tasks. A class would be actors: as many as there are CPUs, and the run hangs.
    ray.data.read_parquet(source).map_batches(clean, batch_format="pyarrow").write_parquet(target)
