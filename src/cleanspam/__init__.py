"""cleanspam: finds what copying sites plant in Chinese articles, and cuts it out."""

from functools import cache
from typing import TYPE_CHECKING, Any

from cleanspam.errors import CleanspamError, FormatError, RuleError
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.recipe import Recipe
from cleanspam.model import Cleaning, Cut, Finding, Site, Span, Verdict
from cleanspam.rulebook.find import load_rules
from cleanspam.rulebook.ruleset import Rule, Ruleset
from cleanspam.text.cut import restore

if TYPE_CHECKING:
    from cleanspam.corpus.run import clean_files

__version__ = "0.2.0"  # here, since importlib.metadata takes 25 ms to look it up
__all__ = [
    "Cleaner",
    "Cleaning",
    "CleanspamError",
    "Cut",
    "Finding",
    "FormatError",
    "Recipe",
    "Rule",
    "RuleError",
    "Ruleset",
    "Site",
    "Span",
    "Verdict",
    "clean",
    "clean_files",
    "load_rules",
    "restore",
]


def clean(text: str) -> Cleaning:
    """Return `text` without its planted parentheticals, by the shipped rules.

    >>> clean("并不仅仅只是生长,(网络推广公司),更多的是反思。").text
    '并不仅仅只是生长,更多的是反思。'
    """
    return _default_cleaner().clean(text)


def __getattr__(name: str) -> Any:
    """Import the batch on first use: a pipe of text does not need it."""
    if name == "clean_files":
        from cleanspam.corpus.run import clean_files

        return clean_files
    raise AttributeError(f"module 'cleanspam' has no attribute {name!r}")


@cache
def _default_cleaner() -> Cleaner:
    return Cleaner(load_rules())
