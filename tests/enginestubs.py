"""Stand-ins for the classes of datatrove, Data-Juicer and dolma that the steps use, for tests without the engines."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, NamedTuple


class Step:
    """A datatrove step: it counts."""

    def __init__(self) -> None:
        self.stats: Counter[str] = Counter()

    def stat_update(self, *labels: str, value: int = 1) -> None:
        """Count."""
        for label in labels:
            self.stats[label] += value

    def track_time(self) -> Any:
        """Measure nothing."""
        return nullcontext()


class BaseFilter(Step):
    """A datatrove filter: it calls `filter`, and writes dropped documents aside."""

    def __init__(self, exclusion_writer: Any = None) -> None:
        super().__init__()
        self.exclusion_writer = exclusion_writer

    def run(self, data: Any, rank: int = 0) -> Iterator[Any]:
        """Yield what stays."""
        for doc in data:
            kept = self.filter(doc)  # type: ignore[attr-defined]  # of the subclass
            if kept is True:
                yield doc
            else:
                doc.metadata["filter_reason"] = kept[1]
                self.exclusion_writer.write(doc, rank)


class Operator:
    """A Data-Juicer operator: the key of its text, and whether an error drops a batch."""

    def __init__(self, text_key: str = "text", skip_op_error: bool = True) -> None:
        self.text_key, self.skip_op_error = text_key, skip_op_error

    def get_keep_boolean(self, value: int, least: int, most: int) -> bool:
        """Tell whether a value is in a range."""
        return least <= value <= most


class Span(NamedTuple):
    """A span of dolma."""

    start: int
    end: int
    type: str
    score: float


class DocResult(NamedTuple):
    """A document of dolma with its spans."""

    doc: Any
    spans: list[Span]


def named(_: str) -> Callable[[Any], Any]:
    """Register nothing."""
    return lambda made: made


registry = SimpleNamespace(register_module=named)
warnings: list[str] = []
MODULES: dict[str, dict[str, dict[str, Any]]] = {
    "datatrove": {
        "datatrove.pipeline.filters.base_filter": {"BaseFilter": BaseFilter},
        "datatrove.pipeline.formatters.base": {"BaseFormatter": Step},
    },
    "data_juicer": {
        "data_juicer.ops.base_op": {"OPERATORS": registry, "Filter": Operator, "Mapper": Operator},
        "data_juicer.utils.constant": {"Fields": SimpleNamespace(stats="__dj__stats__")},
        "loguru": {"logger": SimpleNamespace(warning=warnings.append)},
    },
    "dolma": {
        "dolma.core.data_types": {"DocResult": DocResult, "Span": Span},
        "dolma.core.taggers": {"BaseTagger": object},
        "dolma": {"add_tagger": named},  # behind the modules in it, which come with an empty one
    },
}
