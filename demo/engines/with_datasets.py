"""Clean Parquet or JSON Lines with Hugging Face datasets: with_datasets.py IN OUT_FOLDER."""

import sys

from datasets import load_dataset

from cleanspam.arrow import CleanTables

if __name__ == "__main__":
    source, target = sys.argv[1:]
    form = "parquet" if source.endswith(".parquet") else "json"
    texts = load_dataset(form, data_files=source, split="train")
    # The cache goes by the rules: it hits in the next process, and no more when they change.
    cleaned = texts.with_format("arrow").map(CleanTables("text", cuts="cuts"), batched=True, num_proc=2)
    if form == "parquet":
        cleaned.to_parquet(f"{target}/cleaned.parquet")
    else:
        cleaned.to_json(f"{target}/cleaned.jsonl", force_ascii=False)
