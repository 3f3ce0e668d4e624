"""`cleanspam rules …`: what the rule set knows and whether it proves itself."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from cleanspam import prove as proving
from cleanspam.cli.guard import FOUND, guarded
from cleanspam.cli.options import NoDefault, RuleChoice, Rules
from cleanspam.ruledir import shipped_dir
from cleanspam.ruleset import Rule

app = typer.Typer(no_args_is_help=True, help="Look at the rules: list, prove, path.")
RuleFiles = Annotated[
    Optional[list[Path]], typer.Argument(metavar="[FILE|DIR]...", show_default=False, help="Rule files to add.")
]


@app.command("list")
@guarded
def list_(rules: Rules = None, no_default_rules: NoDefault = False) -> None:
    """List the rules: id, action, sites, file and line, and what each is about."""
    ruleset = RuleChoice(rules, no_default_rules).ruleset()
    for rule in ruleset.rules:
        typer.echo(f"{rule.id}\t{rule.action.value}\t{_where(rule)}\t{rule.source}:{rule.line}\t{rule.about}")


@app.command()
@guarded
def prove(files: RuleFiles = None, rules: Rules = None, no_default_rules: NoDefault = False) -> int:
    """Try every example of every rule in all its variants, and print those that fail."""
    ruleset = RuleChoice([*(files or ()), *(rules or ())], no_default_rules).ruleset()
    failures = list(proving.prove(ruleset))
    for failure in failures:
        typer.echo(str(failure))
    typer.echo(f"{len(ruleset.rules)} rules, {proving.count(ruleset)} examples in all variants, {len(failures)} failed")
    return FOUND if failures else 0


@app.command()
@guarded
def path() -> None:
    """Print the folder of the shipped rules."""
    typer.echo(shipped_dir())


def _where(rule: Rule) -> str:
    sites = " ".join(sorted(site.value for site in rule.sites))
    return f"{sites}, company {rule.company}" if rule.company else sites
