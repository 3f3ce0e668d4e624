"""Steps for datatrove: a formatter that cuts, and a filter that drops documents with many cuts."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters.base import BaseFormatter

from cleanspam.engines.outcome import clean_value, cut_rows
from cleanspam.judge.recipe import Recipe
from cleanspam.model import Cleaning, Verdict


class CleanspamFormatter(BaseFormatter):  # type: ignore[misc]  # datatrove is not installed where types are checked
    """Cuts planted advertising out of the documents' texts.

    The statistics are total, changed, cuts, flags, kept (by inline marks), chars_cut and cut_RULE, and no_text and failed for
    documents that come through as they are.
    """

    name = "🧹 cleanspam"

    def __init__(self, recipe: Recipe | None = None, metadata_key: str = "", with_flags: bool = False) -> None:
        """Clean by a recipe. The default is the shipped rules.

        With a `metadata_key` each document gets metadata under this key: the rules' hash, and the cuts as JSON,
        [[start, end, text, rule], …]. `with_flags` counts flags too, which takes as long as judging every text in full.
        """
        super().__init__()
        self.recipe, self.metadata_key, self.with_flags = recipe or Recipe.load(), metadata_key, with_flags

    def format(self, text: str) -> str:
        """Return the cleaned text."""
        outcome = clean_value(text, self.recipe.cleaner)
        return text if outcome.problem else outcome.cleaning.text

    def run(self, data: Iterable[Any], rank: int = 0, world_size: int = 1) -> Iterator[Any]:  # noqa: ARG002 (datatrove's)
        """Yield all documents, cleaned."""
        cleaner = self.recipe.cleaner
        for doc in data:
            self.stat_update("total")
            with self.track_time():
                cleaning, problem = clean_value(doc.text, cleaner, with_flags=self.with_flags)
                if problem:
                    self.stat_update(problem)
                else:
                    self._count(doc.text, cleaning)
                    doc.text = cleaning.text
                    if self.metadata_key:
                        doc.metadata[self.metadata_key] = _told(self.recipe, cleaning)
            yield doc

    def _count(self, text: str, cleaning: Cleaning) -> None:
        if cleaning.cuts:
            self.stat_update("changed")
            self.stat_update("chars_cut", value=len(text) - len(cleaning.text))
        for finding in cleaning.findings:
            if finding.verdict is Verdict.CUT:
                self.stat_update("cuts", f"cut_{finding.rules[0]}")
            else:
                self.stat_update("flags" if finding.verdict is Verdict.FLAG else "kept")


class CleanspamFilter(BaseFilter):  # type: ignore[misc]  # datatrove is not installed where types are checked
    """Drops documents with planted advertising, for the reason cleanspam. All other documents come through uncut."""

    name = "🧹 cleanspam"

    def __init__(
        self,
        at_least: int = 1,
        share: float = 0.0,
        recipe: Recipe | None = None,
        metadata_key: str = "",
        exclusion_writer: Any = None,
    ) -> None:
        """Drop documents with `at_least` cuts or more that take at least `share` of the characters, from 0 to 1.

        With a `metadata_key` dropped documents get metadata under this key: the rules' hash, and the cuts as JSON,
        [[start, end, text, rule], …].
        """
        super().__init__(exclusion_writer)
        self.at_least, self.share = at_least, share
        self.recipe, self.metadata_key = recipe or Recipe.load(), metadata_key

    def filter(self, doc: Any) -> bool | tuple[bool, str]:
        """Tell whether a document stays."""
        cleaning, problem = clean_value(doc.text, self.recipe.cleaner)
        if problem:
            self.stat_update(problem)
            return True
        taken = len(doc.text) - len(cleaning.text)
        if not cleaning.cuts or len(cleaning.cuts) < self.at_least or taken < self.share * len(doc.text):
            return True
        if self.metadata_key:
            doc.metadata[self.metadata_key] = _told(self.recipe, cleaning)
        return False, "cleanspam"


def _told(recipe: Recipe, cleaning: Cleaning) -> dict[str, str]:
    """Return the metadata to add. Strings only, for datatrove's Parquet writer takes its schema from the first document."""
    return {"rules": recipe.rules, "cuts": json.dumps(cut_rows(cleaning), ensure_ascii=False)}
