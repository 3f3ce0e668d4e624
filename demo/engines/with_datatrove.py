"""Clean JSON Lines with datatrove: with_datatrove.py IN_FOLDER OUT_FOLDER."""

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from cleanspam.engines.datatrove import CleanspamFormatter

if __name__ == "__main__":
    source, target = sys.argv[1:]
    cleanspam = CleanspamFormatter(metadata_key="cleanspam")
    pipeline = [JsonlReader(source), cleanspam, JsonlWriter(target, compression=None)]
    # The rules' hash in the folder's name: after an update of the rules no finished task passes for one with the new rules.
    logs = f"{target}/logs-{cleanspam.recipe.rules}"
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=logs).run()
