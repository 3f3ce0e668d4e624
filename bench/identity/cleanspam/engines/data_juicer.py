"""A mapper that returns its samples."""

from typing import Any

from data_juicer.ops.base_op import OPERATORS, Mapper


@OPERATORS.register_module("cleanspam_mapper")
class CleanspamMapper(Mapper):
    """Changes nothing."""

    _batched_op = True

    def __init__(self, cuts_key: str = "", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cuts_key = cuts_key

    def process_batched(self, samples: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Return the samples with no cuts."""
        return {**samples, self.cuts_key: ["[]"] * len(samples["text"])}
