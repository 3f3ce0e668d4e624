"""What others do to the same files, each in its own loop: run by bench/batch.py, perhaps in an interpreter that has them.

    python bench/loops.py NAME SOURCE TARGET

Prints the seconds that the loop took, imports left out. Exit code 3: what it needs is not installed.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

Loop = Callable[[], object]


def identity(source: Path, target: Path) -> Loop:
    """Decode and encode line by line, which is what any filter does at least."""

    def loop() -> None:
        with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as sink:
            for line in lines:
                sink.write(line)

    return loop


def copy(source: Path, target: Path) -> Loop:
    """Read, write and rename each file of a folder."""

    def loop() -> None:
        target.mkdir()
        for path in source.iterdir():
            beside = target / f"{path.name}.tmp"
            beside.write_bytes(path.read_bytes())
            beside.replace(target / path.name)

    return loop


def orjson(source: Path, target: Path) -> Loop:
    """Read and write each record, changing nothing."""
    return _records(source, target, lambda text: text)


def remove_parentheses(source: Path, target: Path) -> Loop:
    """Take all parentheticals out of each record by JioNLP."""
    import jionlp

    return _records(source, target, jionlp.remove_parentheses)


def clean_text(source: Path, target: Path) -> Loop:
    """Take out of each record all that JioNLP's clean_text takes."""
    import jionlp

    return _records(source, target, jionlp.clean_text)


def datatrove(source: Path, target: Path) -> Loop:
    """Read and write the records by datatrove's reader, writer and executor, changing nothing."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from loguru import logger

    logger.remove()
    steps = [JsonlReader(str(source.parent), glob_pattern=source.name), JsonlWriter(str(target), compression=None)]
    executor = LocalPipelineExecutor(steps, tasks=1, workers=1, logging_dir=f"{target}-log", skip_completed=False)
    return executor.run


def data_juicer(source: Path, target: Path) -> Loop:
    """Run Data-Juicer's executor with one of its cheapest operators, which takes single characters out of each record."""
    from data_juicer.config import init_configs
    from data_juicer.core import DefaultExecutor
    from loguru import logger

    settings = {"dataset_path": source, "export_path": target / "out.jsonl", "text_keys": "text", "np": 1, "use_cache": "false"}
    target.mkdir()
    file = target / "settings.yaml"
    lines = [f"{name}: {value}\n" for name, value in settings.items()]
    file.write_text("".join([*lines, "process:\n  - remove_specific_chars_mapper:\n"]))
    executor = DefaultExecutor(init_configs(["--config", str(file)]))
    logger.remove()
    return executor.run


def parquet(source: Path, target: Path) -> Loop:
    """Read and write each row group by pyarrow."""
    from pyarrow import parquet as library

    def loop() -> None:
        file = library.ParquetFile(source)
        with library.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                writer.write_table(file.read_row_group(group))

    return loop


def _records(source: Path, target: Path, change: Callable[[str], str]) -> Loop:
    from orjson import dumps, loads

    def loop() -> None:
        with source.open("rb") as lines, target.open("wb") as sink:
            for line in lines:
                record = loads(line)
                record["text"] = change(record["text"])
                sink.write(dumps(record) + b"\n")

    return loop


_LOOPS = (identity, copy, orjson, remove_parentheses, clean_text, datatrove, data_juicer, parquet)
LOOPS = {made.__name__: made for made in _LOOPS}

if __name__ == "__main__":
    try:
        run = LOOPS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    except ImportError as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    started = time.perf_counter()
    run()
    print(f"\n{time.perf_counter() - started}", file=sys.__stdout__)  # some put a log in the place of stdout
