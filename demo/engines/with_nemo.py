"""Clean Parquet or JSON Lines with NeMo Curator: with_nemo.py IN OUT_FOLDER."""

import sys

import ray
from nemo_curator.backends.ray_data import RayDataExecutor
from nemo_curator.pipeline import Pipeline
from nemo_curator.stages.base import ProcessingStage
from nemo_curator.stages.text.io.reader import JsonlReader, ParquetReader
from nemo_curator.stages.text.io.writer import JsonlWriter, ParquetWriter
from nemo_curator.tasks import DocumentBatch

from cleanspam.arrow import CleanTables


class CleanspamStage(ProcessingStage[DocumentBatch, DocumentBatch]):
    """Cleans a batch of documents. Without a `setup`, for with one it would run in actors."""

    name = "cleanspam"

    def __init__(self) -> None:
        self.clean = CleanTables("text", cuts="cuts")

    def inputs(self) -> tuple[list[str], list[str]]:
        """Return what a batch must have."""
        return ["data"], ["text"]

    def outputs(self) -> tuple[list[str], list[str]]:
        """Return what a batch has then."""
        return ["data"], ["text", "cuts"]

    def process(self, task: DocumentBatch) -> DocumentBatch:
        """Return the batch cleaned."""
        data = self.clean(task.to_pyarrow())
        return DocumentBatch(dataset_name=task.dataset_name, data=data, _metadata=task._metadata, _stage_perf=task._stage_perf)


if __name__ == "__main__":
    source, target = sys.argv[1:]
    is_parquet = source.endswith(".parquet")
    ray.init(address="local")
    reader = ParquetReader(source) if is_parquet else JsonlReader(source)
    writer = ParquetWriter(target) if is_parquet else JsonlWriter(target, write_kwargs={"force_ascii": False})
    Pipeline(name="clean", stages=[reader, CleanspamStage(), writer]).run(RayDataExecutor())
