"""Clean Parquet with Hugging Face datasets: with_datasets.py IN.parquet OUT_FOLDER."""

import sys

from datasets import load_dataset

from cleanspam.arrow import CleanTables

if __name__ == "__main__":
    source, target = sys.argv[1:]
    texts = load_dataset("parquet", data_files=source, split="train")
    # The cache goes by the rules: it hits in the next process, and no more when they change.
    cleaned = texts.with_format("arrow").map(CleanTables("text", cuts="cuts"), batched=True, num_proc=2)
    cleaned.to_parquet(f"{target}/cleaned.parquet")
