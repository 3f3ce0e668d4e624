"""A formatter that returns its text."""

from types import SimpleNamespace

from datatrove.pipeline.formatters.base import BaseFormatter


class CleanspamFormatter(BaseFormatter):
    """Changes nothing."""

    name = "identity"

    def __init__(self, metadata_key: str = "") -> None:  # noqa: ARG002 (as the other has it)
        super().__init__()
        self.recipe = SimpleNamespace(rules="none")

    def format(self, text: str) -> str:
        """Return the text."""
        return text
