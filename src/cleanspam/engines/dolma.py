"""A tagger for dolma: marks spans of cuts, which `dolma mix` takes out, and spans of flags."""

from typing import Any

from dolma import add_tagger
from dolma.core.data_types import DocResult, Span
from dolma.core.taggers import BaseTagger

from cleanspam.engines.outcome import clean_value
from cleanspam.judge.recipe import Recipe
from cleanspam.model import Verdict

CUT, FLAG = 1.0, 0.5  # scores: `dolma mix` cuts from a least score on


@add_tagger("cleanspam_v1")
class CleanspamTagger(BaseTagger):  # type: ignore[misc]  # dolma is not installed where types are checked
    """Marks spans of the type `cut` with score 1 and, with flags, of the type `flag` with score 0.5, in code points.

    A document whose text is no string has no spans. For other rules, register a subclass with another `recipe` under its own
    name.
    """

    recipe: Recipe | None = None  # None means the shipped rules
    with_flags = False

    def __init__(self) -> None:
        super().__init__()
        self._cleaner = (self.recipe or Recipe.load()).cleaner

    @property
    def defaults(self) -> list[str]:
        """The types of spans. Each document has a list for each type, perhaps an empty one."""
        return ["cut", "flag"] if self.with_flags else ["cut"]

    def predict(self, doc: Any) -> Any:
        """Return the spans of a document."""
        cleaning = clean_value(doc.text, self._cleaner, with_flags=self.with_flags).cleaning
        spans = [Span(cut.start, cut.end, "cut", CUT) for cut in cleaning.cuts]
        flags = [finding for finding in cleaning.findings if finding.verdict is Verdict.FLAG]
        return DocResult(doc=doc, spans=spans + [Span(flag.start, flag.end, "flag", FLAG) for flag in flags])
