"""cleanspam: finds the advertising that copying sites plant in Chinese articles, and cuts it out."""

from cleanspam.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleanspam.corpus.run import clean_files
    from cleanspam.errors import CleanspamError, FormatError, RuleError
    from cleanspam.judge.cleaner import Cleaner
    from cleanspam.judge.recipe import Recipe
    from cleanspam.model import Cleaning, Cut, Finding, Site, Span, Verdict
    from cleanspam.rulebook.find import load_rules
    from cleanspam.rulebook.ruleset import Rule, Ruleset
    from cleanspam.text.cut import restore

__version__ = "0.2.0"  # a literal, for importlib.metadata takes 25 ms
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
# The modules of the public names. Each is imported at its first use: all together take 40 of the 80 ms of a start.
_HOMES = {
    "Cleaner": "judge.cleaner",
    "Cleaning": "model",
    "CleanspamError": "errors",
    "Cut": "model",
    "Finding": "model",
    "FormatError": "errors",
    "Recipe": "judge.recipe",
    "Rule": "rulebook.ruleset",
    "RuleError": "errors",
    "Ruleset": "rulebook.ruleset",
    "Site": "model",
    "Span": "model",
    "Verdict": "model",
    "clean_files": "corpus.run",
    "load_rules": "rulebook.find",
    "restore": "text.cut",
}


def clean(text: str) -> "Cleaning":
    """Return `text` without its plantings, by the shipped rules.

    >>> clean("并不仅仅只是生长,(网络推广公司),更多的是反思。").text
    '并不仅仅只是生长,更多的是反思。'
    """
    from cleanspam.judge.cleaner import shipped_cleaner

    return shipped_cleaner().clean(text)


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cleanspam' has no attribute {name!r}")
    from importlib import import_module

    globals()[name] = value = getattr(import_module(f"cleanspam.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    """Return all public names, also those that are not imported yet."""
    return sorted({*globals(), *__all__})
