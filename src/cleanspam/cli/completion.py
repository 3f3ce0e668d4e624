"""Completion: the values that a shell offers for an option, such as fixed words and ids of rules."""

from collections.abc import Callable, Iterable

from cleanspam.model import Verdict

ENCODINGS = ("auto", "utf-8", "gb18030", "big5", "utf-16")
Complete = Callable[[str], list[str]]


def words(known: Iterable[str]) -> Complete:
    """Return a completion that offers the words with a prefix."""
    offered = tuple(known)

    def complete(incomplete: str) -> list[str]:
        return [word for word in offered if word.startswith(incomplete)]

    return complete


def lists(known: Callable[[], Iterable[str]]) -> Complete:
    """Return a completion for a list of words separated by commas."""

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        return [f"{before}{comma}{word}" for word in known() if word.startswith(last)]

    return complete


def rule_ids(incomplete: str) -> list[str]:
    """Offer the ids of all rules that a run without options uses."""
    return [name for name, _ in _rules() if name.startswith(incomplete)]


def flag_rule_ids(incomplete: str) -> list[str]:
    """Offer the ids of flag rules."""
    return [name for name, action in _rules() if action is Verdict.FLAG and name.startswith(incomplete)]


def _rules() -> list[tuple[str, Verdict]]:
    from cleanspam.cli.rulechoice import RuleChoice
    from cleanspam.errors import CleanspamError

    try:
        return [(rule.id, rule.action) for rule in RuleChoice().ruleset().rules]
    except (CleanspamError, OSError):  # the command itself will report it
        return []
