"""A tagger that finds nothing."""

from typing import Any

from dolma import add_tagger
from dolma.core.data_types import DocResult
from dolma.core.taggers import BaseTagger


@add_tagger("cleanspam_v1")
class CleanspamTagger(BaseTagger):
    """Finds no spans."""

    defaults = ("cut",)

    def predict(self, doc: Any) -> Any:
        """Return a document without spans."""
        return DocResult(doc=doc, spans=[])
