"""`cleanspam explain`: why a parenthetical goes or stays."""

import sys
from typing import Annotated, Optional

import typer

from cleanspam.ci.reports.base import dumps
from cleanspam.cli.options import AsJson, RuleOptions, command
from cleanspam.judge.explain import Explanation
from cleanspam.judge.explain import explain as explained
from cleanspam.model import Verdict
from cleanspam.text.diff import visible

Texts = Annotated[
    Optional[list[str]],
    typer.Argument(metavar="[TEXT]...", show_default=False, help="Texts; without any, standard input."),
]
_SAID = {
    Verdict.CUT: "is cut by",
    Verdict.FLAG: "is flagged by",
    Verdict.KEEP: "is protected by",
    Verdict.NONE: "stays: no rule speaks",
}


@command
def explain(texts: Texts = None, as_json: AsJson = False, *, rules: RuleOptions) -> None:
    """Say of every parenthetical where it stands, what the rules see, which rules spoke, and what the nearest ones lacked.

    Examples:

    cleanspam explain '并不仅仅只是生长,(网络推广公司),更多的是反思。'

    cleanspam explain --json < article.txt
    """
    cleaner = rules.choice().cleaner()
    whole = texts or [sys.stdin.buffer.read().decode("utf-8", "surrogateescape")]
    explanations = [explanation for text in whole for explanation in explained(text, cleaner)]
    if as_json:
        found = [_as_data(explanation) | {"ruleset": cleaner.ruleset.hash} for explanation in explanations]
        typer.echo(dumps(found, 2))
        return
    for explanation in explanations:
        typer.echo(_as_text(explanation))
    if not explanations:
        typer.echo("no parenthetical")


def _as_text(explanation: Explanation) -> str:
    said = f"{_SAID[explanation.verdict]} {', '.join(explanation.rules)}".rstrip()
    lines = [
        f"{visible(explanation.text)}  {said}",
        f"  site  {explanation.site.value}, code points {explanation.start} to {explanation.end}",
        f"  fold  {visible(explanation.fold)}",
    ]
    lines += [f"  near  {miss.rule}: {'; '.join(miss.lacks)}" for miss in explanation.near_misses]
    return "\n".join(lines)


def _as_data(explanation: Explanation) -> dict[str, object]:
    return {
        "start": explanation.start,
        "end": explanation.end,
        "text": explanation.text,
        "site": explanation.site.value,
        "fold": explanation.fold,
        "verdict": explanation.verdict.value,
        "rules": list(explanation.rules),
        "near_misses": [{"rule": miss.rule, "lacks": list(miss.lacks)} for miss in explanation.near_misses],
    }
