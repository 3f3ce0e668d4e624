"""Operators for Data-Juicer: a mapper that cuts, and a filter by the number of cuts. An entry point registers them."""

import json
from typing import Any

from data_juicer.ops.base_op import OPERATORS, Filter, Mapper
from data_juicer.utils.constant import Fields
from loguru import logger

from cleanspam.engines.outcome import clean_value, cut_rows
from cleanspam.judge.recipe import Recipe
from cleanspam.model import Cleaning

CUTS = "cleanspam_cuts"
CHARS_CUT = "cleanspam_chars_cut"
# Each operator holds its recipe as text, for Data-Juicer takes tuples apart when it names a cache.


# By default Data-Juicer drops the thousand records of a batch with an error and goes on. These operators raise no error for a
# text. They raise one if a worker has other rules than the driver, and then the run must stop.
def _stopping_at_errors(options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "skip_op_error": False}


@OPERATORS.register_module("cleanspam_mapper")
class CleanspamMapper(Mapper):  # type: ignore[misc]  # Data-Juicer is not installed where types are checked
    """Mapper to cut planted advertising out of Chinese text, and nothing else.

    By cleanspam's rules, as its command line does: a line marked `cleanspam: keep` keeps what it has. A sample whose text is no
    string comes through as it is, with a warning.
    """

    _batched_op = True

    def __init__(
        self,
        rules: list[str] = [],  # noqa: B006 (never changed; Data-Juicer reads the default)
        only: list[str] = [],  # noqa: B006
        without: list[str] = [],  # noqa: B006
        cut_flagged: bool = False,
        cut: list[str] = [],  # noqa: B006
        cuts_key: str = "",
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """
        Initialization method.

        :param rules: rule files, or folders of them, beside the shipped ones.
        :param only: ids of the rules to cut by, if not by all.
        :param without: ids of rules to leave out.
        :param cut_flagged: whether to cut what is only flagged, too.
        :param cut: ids, or globs of ids, of flag rules to cut by.
        :param cuts_key: key to store what was cut under, as JSON: a list of
            [start, end, text, rule], in code points of the original. Nothing
            is stored if it is empty.
        :param args: extra args
        :param kwargs: extra args
        """
        super().__init__(*args, **_stopping_at_errors(kwargs))
        self.recipe = Recipe.load(*rules, only=only, without=without, cut_flagged=cut_flagged, cut=cut).to_json()
        self.cuts_key = cuts_key

    def process_batched(self, samples: dict[str, Any]) -> dict[str, Any]:
        """Return all samples, cleaned."""
        cleaned = _clean_all(samples[self.text_key], self.recipe)
        samples[self.text_key] = [
            text if cleaning is None else cleaning.text for text, cleaning in zip(samples[self.text_key], cleaned, strict=True)
        ]
        if self.cuts_key:
            rows = [cut_rows(cleaning) if cleaning else [] for cleaning in cleaned]
            samples[self.cuts_key] = [json.dumps(row, ensure_ascii=False) for row in rows]
        return samples


@OPERATORS.register_module("cleanspam_filter")
class CleanspamFilter(Filter):  # type: ignore[misc]  # Data-Juicer is not installed where types are checked
    """Filter to keep samples by how much planted advertising they have: those without any, if nothing else is said.

    The samples that stay are not cut. Its metrics are the number of cuts, `cleanspam_cuts`, and the characters in them,
    `cleanspam_chars_cut`. A sample whose text is no string counts as one without.
    """

    _batched_op = True

    def __init__(
        self,
        min_cuts: int = 0,
        max_cuts: int = 0,
        rules: list[str] = [],  # noqa: B006 (never changed; Data-Juicer reads the default)
        only: list[str] = [],  # noqa: B006
        without: list[str] = [],  # noqa: B006
        cut_flagged: bool = False,
        cut: list[str] = [],  # noqa: B006
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """
        Initialization method.

        :param min_cuts: samples with fewer cuts are filtered.
        :param max_cuts: samples with more cuts are filtered.
        :param rules: rule files, or folders of them, beside the shipped ones.
        :param only: ids of the rules to cut by, if not by all.
        :param without: ids of rules to leave out.
        :param cut_flagged: whether to count what is only flagged, too.
        :param cut: ids, or globs of ids, of flag rules to count by.
        :param args: extra args
        :param kwargs: extra args
        """
        super().__init__(*args, **_stopping_at_errors(kwargs))
        self.recipe = Recipe.load(*rules, only=only, without=without, cut_flagged=cut_flagged, cut=cut).to_json()
        self.min_cuts, self.max_cuts = min_cuts, max_cuts

    def compute_stats_batched(self, samples: dict[str, Any], context: bool = False) -> dict[str, Any]:  # noqa: ARG002
        """Return the samples with their metrics. Samples that have the metrics already keep them."""
        stats = samples[Fields.stats]
        todo = [at for at, stat in enumerate(stats) if CUTS not in stat]
        texts = [samples[self.text_key][at] for at in todo]
        for at, text, cleaning in zip(todo, texts, _clean_all(texts, self.recipe), strict=True):
            stats[at][CUTS] = len(cleaning.cuts) if cleaning else 0
            stats[at][CHARS_CUT] = len(text) - len(cleaning.text) if cleaning else 0
        return samples

    def process_batched(self, samples: dict[str, Any]) -> list[bool]:
        """Return for each sample whether it stays."""
        return [self.get_keep_boolean(stat[CUTS], self.min_cuts, self.max_cuts) for stat in samples[Fields.stats]]


def _clean_all(texts: list[object], recipe: str) -> list[Cleaning | None]:
    """Clean texts. The result is None for a value that stays as it is."""
    cleaner = Recipe.from_json(recipe).cleaner
    outcomes = [clean_value(text, cleaner) for text in texts]
    for problem in sorted({outcome.problem for outcome in outcomes} - {""}):
        number = sum(outcome.problem == problem for outcome in outcomes)
        logger.warning(f"cleanspam: {number} of {len(texts)} samples come through as they are: {problem}")
    return [None if outcome.problem else outcome.cleaning for outcome in outcomes]
