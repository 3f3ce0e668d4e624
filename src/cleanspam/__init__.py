"""cleanspam: finds the search phrases that spam sites plant in Chinese articles, and cuts them out."""

from functools import cache

from cleanspam.cleaner import Cleaner
from cleanspam.cut import restore
from cleanspam.errors import CleanspamError, FormatError, RuleError
from cleanspam.model import Cleaning, Cut, Finding, Site, Span, Verdict
from cleanspam.ruledir import load_rules
from cleanspam.ruleset import Rule, Ruleset

__version__ = "0.1.0"  # here, since importlib.metadata takes 25 ms to look it up
__all__ = [
    "Cleaner",
    "Cleaning",
    "CleanspamError",
    "Cut",
    "Finding",
    "FormatError",
    "Rule",
    "RuleError",
    "Ruleset",
    "Site",
    "Span",
    "Verdict",
    "clean",
    "load_rules",
    "restore",
]


def clean(text: str) -> Cleaning:
    """Return `text` without its planted parentheticals, by the shipped rules.

    >>> clean("并不仅仅只是生长,(网络推广公司),更多的是反思。").text
    '并不仅仅只是生长,更多的是反思。'
    """
    return _default_cleaner().clean(text)


@cache
def _default_cleaner() -> Cleaner:
    return Cleaner(load_rules())
