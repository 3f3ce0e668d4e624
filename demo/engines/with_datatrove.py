"""Clean JSON Lines or Parquet with datatrove: with_datatrove.py IN_FOLDER OUT_FOLDER."""

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader, ParquetReader
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter

from cleanspam.engines.datatrove import CleanspamFormatter

if __name__ == "__main__":
    source, target = sys.argv[1:]
    cleanspam = CleanspamFormatter(metadata_key="cleanspam")
    if any(Path(source).glob("*.parquet")):
        pipeline = [ParquetReader(source), cleanspam, ParquetWriter(target)]
    else:
        pipeline = [JsonlReader(source), cleanspam, JsonlWriter(target, compression=None)]
    # The rules' hash in the folder's name: after an update of the rules no finished task passes for one with the new rules.
    logs = f"{target}/logs-{cleanspam.recipe.rules}"
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=logs).run()
