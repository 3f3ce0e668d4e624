"""`cleanspam config`, and the configuration as the defaults of all commands. Options on the command line override it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from cleanspam.cli.command import command
from cleanspam.cli.configfile import KEYS, Config, load, read, working_folder
from cleanspam.cli.configured import config_of, parameter_of
from cleanspam.cli.guard import complain
from cleanspam.cli.language import tr
from cleanspam.errors import CleanspamError
from cleanspam.text.diff import visible

ConfigFile = Annotated[
    Optional[Path],
    typer.Option(
        "--config", metavar="FILE", show_default=False, help="Use this configuration file instead of the nearest one."
    ),
]
Isolated = Annotated[bool, typer.Option("--isolated", help="Use no configuration file.")]

_OWN_RULES = ("rules", "no-default-rules")
_RULES = (*_OWN_RULES, "only", "without", "cut-flagged", "cut")
_FORMATS = ("as", "fields", "encoding")
_FILES = (*_FORMATS, "include", "exclude", "suffixes")
# The keys of each command. Only check takes the paths, for without paths `clean` is a filter.
TAKES: dict[str, tuple[str, ...]] = {
    "check": tuple(key for key in KEYS if key != "paths"),
    "clean": (*_RULES, *_FILES, "jobs"),
    "diff": (*_RULES, *_FILES),
    "report": (*_RULES, *_FILES, "jobs"),
    "explain": (*_RULES, *_FORMATS),
    "mine": (*_OWN_RULES, *_FILES),
}
_RULES_TAKES = {
    "list": _OWN_RULES,
    "prove": _OWN_RULES,
    "show": _OWN_RULES,
    "stats": (*_OWN_RULES, *_FORMATS),
    "trial": (*_OWN_RULES, *_FORMATS),
}


def configure(context: typer.Context, file: Path | None, isolated: bool) -> None:
    """Make the configuration the defaults of all commands. Ends the program if the configuration is unusable."""
    try:
        config = Config() if isolated else read(file) if file else load(working_folder())
    except CleanspamError as error:
        raise typer.Exit(complain(str(error))) from error
    context.obj = config
    if config.values:
        context.default_map = defaults(config.values)


def defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults of each command by the names of its parameters."""
    commands: dict[str, Any] = {command: _chosen(values, keys) for command, keys in TAKES.items()}
    return commands | {"rules": {command: _chosen(values, keys) for command, keys in _RULES_TAKES.items()}}


def _chosen(values: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {parameter_of(key): _as_option(values[key]) for key in keys if key in values}


def _as_option(value: Any) -> Any:
    """Return a value in the form that the option takes: a table becomes a list of key=value."""
    return [f"{key}={one}" for key, one in value.items()] if isinstance(value, dict) else value


def configured_paths(context: typer.Context) -> list[Path] | None:
    """Return the paths of the configuration; None if it has none."""
    paths = config_of(context).values.get("paths")
    return [Path(path) for path in paths] if paths else None


@command
def config(context: typer.Context) -> int:
    """Show the configuration in use, as TOML, and its file. Paths are relative to the working folder.

    Examples:

    cleanspam config

    cleanspam --config other.toml config
    """
    from cleanspam.ci.reports.base import dump_toml  # needed only by this command

    found = config_of(context)
    if found.file is None:
        typer.echo(tr("# no configuration: no cleanspam.toml and no [tool.cleanspam] in a pyproject.toml from here upwards"))
        return 0
    typer.echo(f"# {visible(str(found.file))}")
    for key in KEYS:
        if key in found.values:
            typer.echo(f"{key} = {dump_toml(found.values[key])}")
    unset = ", ".join(key for key in KEYS if key not in found.values)
    typer.echo(tr("# not set: {0}", unset or tr("nothing")))
    return 0
