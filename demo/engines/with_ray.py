"""Clean Parquet or JSON Lines with Ray Data: with_ray.py IN OUT_FOLDER."""

import sys

import ray

from cleanspam.arrow import CleanTables

if __name__ == "__main__":
    source, target = sys.argv[1:]
    clean = CleanTables("text", cuts="cuts")
    texts = ray.data.read_parquet(source) if source.endswith(".parquet") else ray.data.read_json(source, lines=True)
    # An object, which Ray runs as tasks. A class would be actors: as many as there are CPUs, and the run hangs.
    cleaned = texts.map_batches(clean, batch_format="pyarrow")
    if source.endswith(".parquet"):
        cleaned.write_parquet(target)
    else:
        cleaned.write_json(target, force_ascii=False)
