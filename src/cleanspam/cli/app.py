"""The application: which commands there are, and the options of `cleanspam` itself."""

import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from cleanspam.cli.config import ConfigFile, Isolated, configure
from cleanspam.cli.guard import complain, settled
from cleanspam.cli.values import spare_pydantic
from cleanspam.errors import nearest

# In the order of the help. Each is what its name says in the module of that name, or, for rules, a group of its own.
COMMANDS = ("clean", "diff", "check", "explain", "restore", "log", "config", "report", "mine", "rules")
OWN_OPTIONS = frozenset({"--help", "-h", "--version", "--verbose", "--install-completion", "--show-completion"})
_SETTINGS = {"help_option_names": ["-h", "--help"]}


def application(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the application with some of its commands: to load them all takes as long as to clean 10 MB."""
    app = typer.Typer(
        name="cleanspam",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings=_SETTINGS,
        rich_markup_mode="rich",
        help="Cut planted advertising out of Chinese text, and nothing else.\n\n"
        "Without a command the words are those of [bold]clean[/bold]: [bold]cleanspam < in.txt > out.txt[/bold]",
        epilog="Exit codes: 0 done; 1 check or diff --exit-code found something; 2 an error, what could be done was done.",
    )
    app.callback()(main)
    for name in commands:
        module = import_module(f"cleanspam.cli.{name}")
        if name == "rules":
            app.add_typer(module.app, name=name)
        else:
            app.command(context_settings=_SETTINGS)(getattr(module, name))
    return app


def _print_version(wanted: bool) -> None:
    """Print the version; with --verbose before or behind it, all that a bug report needs."""
    if not wanted:
        return
    from cleanspam import __version__, load_rules
    from cleanspam.cli.configfile import working_folder
    from cleanspam.native import IS_COMPILED
    from cleanspam.rulebook.find import local_dirs, shipped_dir

    ruleset = load_rules()
    typer.echo(f"cleanspam {__version__} (rules {ruleset.hash})")
    if "--verbose" in sys.argv[1:]:
        typer.echo(f"{len(ruleset.rules)} rules and {len(ruleset.lists)} lists in {shipped_dir()}")
        typer.echo(f"Python {sys.version.split()[0]} in {sys.prefix}")
        typer.echo(f"the compiled module is {'in use' if IS_COMPILED else 'missing: cleaning takes five times as long'}")
        for folder in local_dirs(working_folder()):
            typer.echo(f"rules of {folder} are added")
    raise typer.Exit


def main(
    context: typer.Context,
    config_file: ConfigFile = None,
    isolated: Isolated = False,
    version: Annotated[  # noqa: ARG001 (its callback has run by now)
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and the rule set's hash."),
    ] = False,
    verbose: Annotated[  # noqa: ARG001 (the callback of --version reads it)
        bool, typer.Option("--verbose", help="With --version: where the rules are, and which Python runs.")
    ] = False,
) -> None:
    """Cut planted advertising out of Chinese text, and nothing else."""
    configure(context, config_file, isolated)


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code. Without a command, the words are those of `clean`."""
    words = list(args)
    at = _behind_settings(words)
    if at < len(words) and (hint := _mistyped(words[at])):
        return complain(hint)
    if at == len(words) or (words[at] not in COMMANDS and words[at] not in OWN_OPTIONS):
        words.insert(at, "clean")
    named = words[at] if words[at] in COMMANDS and "_CLEANSPAM_COMPLETE" not in os.environ else None
    app = application([named] if named else COMMANDS)
    return settled(lambda: _code_of(app, words))


def _mistyped(word: str) -> str:
    """Return what to say of a word that is nearly a command and names no file, "" for any other."""
    if word in COMMANDS or word.startswith("-") or not word.isalpha() or os.path.lexists(word):
        return ""
    near = nearest(word, COMMANDS)
    return f"{word}: no such command or file{near}" if near else ""


def _code_of(app: typer.Typer, words: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    spare_pydantic(command)
    try:
        command(words, prog_name="cleanspam")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0 if done.code is None else 2
    return 0


def _behind_settings(words: Sequence[str]) -> int:
    """Return where the options that stand before a command, --isolated and --config FILE, end."""
    at = 0
    while at < len(words) and (words[at] == "--isolated" or words[at].split("=")[0] == "--config"):
        at += 2 if words[at] == "--config" else 1
    return min(at, len(words))
