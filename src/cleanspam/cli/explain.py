"""`cleanspam explain`: shows why a parenthetical or a line is cut or stays."""

from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.text import Text

from cleanspam.ci.reports.base import dump_json
from cleanspam.cli.command import command
from cleanspam.cli.language import tr, translated
from cleanspam.cli.options import AsJson, FormatOptions, RuleOptions
from cleanspam.cli.reading import Reading
from cleanspam.cli.session import STDIN
from cleanspam.cli.terminal import CUT_STYLE, FLAG_STYLE, MARGIN_STYLE, console
from cleanspam.judge.explain import Explanation
from cleanspam.judge.explain import explain as explained
from cleanspam.model import Verdict
from cleanspam.text.diff import visible

Texts = Annotated[
    Optional[list[str]],
    typer.Argument(metavar="[TEXT]...", show_default=False, help="Texts, or files to read. Default: standard input."),
]
_STYLES = {Verdict.CUT: CUT_STYLE, Verdict.FLAG: FLAG_STYLE}
LONGEST = 80  # the most characters of a failed condition
_SAID = {
    Verdict.CUT: "is cut by {0}",
    Verdict.FLAG: "is flagged by {0}",
    Verdict.KEEP: "is protected by {0}",
    Verdict.NONE: "stays: no rule speaks",
}


@command
def explain(texts: Texts = None, as_json: AsJson = False, *, formats: FormatOptions, rules: RuleOptions) -> int:
    """Explain the verdict on each parenthetical, reading and line: its place, what rules see, which match, why others do not.

    Readings are explained as well, and lines with a word that a rule about lines asks for.

    Examples:

    cleanspam explain '并不仅仅只是生长,(网络推广公司),更多的是反思。'

    cleanspam explain --json < article.txt
    """
    cleaner = rules.choice().cleaner()
    reading = Reading([], formats=formats)
    whole = [text for word in texts or ["-"] for text in _texts_of(word, reading)]
    explanations = [explanation for text in whole for explanation in explained(text, cleaner)]
    if as_json:
        found = [_as_data(explanation) | {"ruleset": cleaner.ruleset.hash} for explanation in explanations]
        typer.echo(dump_json(found, 2))
        return reading.code
    screen = console()
    for explanation in explanations:
        screen.print(_as_text(explanation), soft_wrap=True)
    if not explanations and not reading.code:
        typer.echo(tr("no parenthetical in this text, and no line with a word that rules ask for"))
    return reading.code


def _texts_of(word: str, reading: Reading) -> list[str]:
    """Return the texts of a file or of standard input; for any other word the word itself."""
    path = Path(word)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # a word too long for a name, or with a NUL
        is_file = False
    if not is_file and path != STDIN:
        return [word]
    found: list[str] = []
    reading.paths = [path]
    reading.each_text(found.append)
    return found


def _as_text(explanation: Explanation) -> Text:
    """Return an explanation as text for people: the passage, the verdict, and a line for each fact."""
    said = tr(_SAID[explanation.verdict], ", ".join(explanation.rules))
    facts = [(tr("kind"), explanation.kind)] if explanation.kind else []
    facts.append((tr("site"), tr("{0}, code points {1} to {2}", explanation.site.value, explanation.start, explanation.end)))
    facts.append((tr("fold"), visible(explanation.fold)))
    for miss in explanation.near_misses:
        facts.append((tr("near"), f"{miss.rule}: {'; '.join(_short(translated(lack)) for lack in miss.lacks)}"))
    lines = [Text.assemble((visible(explanation.text), _STYLES.get(explanation.verdict, "")), "  ", said)]
    lines += [Text.assemble("  ", (name, MARGIN_STYLE), "  ", fact) for name, fact in facts]
    return Text("\n").join(lines)


def _short(lack: str) -> str:
    """Shorten a failed condition. `rules show` prints long patterns in full."""
    return lack if len(lack) <= LONGEST else f"{lack[: LONGEST - 1]}…"


def _as_data(explanation: Explanation) -> dict[str, object]:
    return {
        "start": explanation.start,
        "end": explanation.end,
        "text": explanation.text,
        "kind": explanation.kind or None,
        "site": explanation.site.value,
        "fold": explanation.fold,
        "verdict": explanation.verdict.value,
        "rules": list(explanation.rules),
        "near_misses": [{"rule": miss.rule, "lacks": list(miss.lacks)} for miss in explanation.near_misses],
    }
