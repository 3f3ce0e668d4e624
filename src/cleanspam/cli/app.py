"""The application: the commands, and the options of `cleanspam` itself."""

import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated, Optional

import typer

from cleanspam.cli import completion
from cleanspam.cli.colour import COLOURS, colouring
from cleanspam.cli.command import HELP_OPTIONS
from cleanspam.cli.config import ConfigFile, Isolated, configure
from cleanspam.cli.guard import complain, settled
from cleanspam.cli.help import speak
from cleanspam.cli.language import LANGUAGES, amount, speaking, tr
from cleanspam.cli.options import suffix_table
from cleanspam.cli.usage import UsageProblem, explain_usage
from cleanspam.cli.values import spare_pydantic
from cleanspam.errors import CleanspamError, nearest

# In the order of the help. Each name is a function in a module of the same name; `rules` is a group of commands.
COMMANDS = ("clean", "diff", "check", "explain", "restore", "log", "config", "report", "mine", "rules")
OWN_OPTIONS = frozenset(
    {"--help", "-h", "--version", "--verbose", "--install-completion", "--show-completion", "--lang", "--color"}
)
# The commands that choose files. Their help ends with the table of suffixes.
_READERS = ("clean", "diff", "check", "report", "mine")


# Printed once by --version --verbose and by a run over files, never in a pipe.
SLOW = "the compiled module is missing, so cleaning takes five times as long"


def application(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the application with the given commands. Loading all commands takes as long as cleaning 10 MB."""
    app = typer.Typer(
        name="cleanspam",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings=HELP_OPTIONS,
        rich_markup_mode="rich",
        help="Cut planted advertising out of Chinese text, and nothing else.\n\n"
        "Without a command, cleanspam takes the arguments of [bold]clean[/bold]: [bold]cleanspam < in.txt > out.txt[/bold]",
        epilog=tr("Exit codes: 0 success; 1 check or diff --exit-code found something; 2 an error; all else was done."),
    )
    app.callback()(main)
    for name in commands:
        module = import_module(f"cleanspam.cli.{name}")
        if name == "rules":
            app.add_typer(module.app, name=name)
        else:
            epilog = suffix_table() if name in _READERS else None
            app.command(context_settings=HELP_OPTIONS, epilog=epilog)(getattr(module, name))
    return app


def _print_version(wanted: bool) -> None:
    """Print the version; with --verbose, everything that a bug report needs."""
    if not wanted:
        return
    from cleanspam import __version__, load_rules
    from cleanspam.cli.configfile import working_folder
    from cleanspam.native import IS_COMPILED
    from cleanspam.rulebook.find import local_dirs, shipped_dir

    ruleset = load_rules()
    typer.echo(tr("cleanspam {0} (rules {1})", __version__, ruleset.hash))
    if "--verbose" in sys.argv[1:]:
        rule_count, lists = amount(len(ruleset.rules), "rule"), amount(len(ruleset.lists), "list")
        typer.echo(tr("{0} and {1} in {2}", rule_count, lists, shipped_dir()))
        typer.echo(tr("Python {0} in {1}", sys.version.split()[0], sys.prefix))
        typer.echo(tr("the compiled module is in use") if IS_COMPILED else tr(SLOW))
        for folder in local_dirs(working_folder()):
            typer.echo(tr("rules of {0} are added", folder))
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
        bool, typer.Option("--verbose", help="With --version: also show where the rules are, and which Python runs.")
    ] = False,
    lang: Annotated[  # noqa: ARG001 (taken out of the words before they come here)
        Optional[str],
        typer.Option(
            "--lang",
            metavar="zh|en",
            show_default=False,
            autocompletion=completion.words(LANGUAGES),
            help="The language of messages and help. Default: that of LC_ALL, LC_MESSAGES or LANG. Also after the command.",
        ),
    ] = None,
    color: Annotated[  # noqa: ARG001 (the same)
        Optional[str],
        typer.Option(
            "--color",
            metavar="auto|always|never",
            show_default=False,
            autocompletion=completion.words(COLOURS),
            help="When to use colour. Default: at a terminal; NO_COLOR and FORCE_COLOR change that. Also after the command.",
        ),
    ] = None,
) -> None:
    """Cut planted advertising out of Chinese text, and nothing else."""
    configure(context, config_file, isolated)


def run(args: Sequence[str]) -> int:
    """Run a command line and return its exit code. Arguments without a command are arguments of `clean`."""
    words = list(args)
    try:
        told = {name: _take_out(words, name) for name in ("--lang", "--color")}
        with speaking(told["--lang"]), colouring(told["--color"]):
            return _run(words)
    except CleanspamError as error:
        return complain(str(error))


def _take_out(words: list[str], name: str) -> str | None:
    """Remove an option and its value from the words, before or behind the command, and return the last value."""
    value, at = None, 0
    while at < len(words) and words[at] != "--":
        if words[at] == name and at + 1 < len(words):
            value = words[at + 1]
            del words[at : at + 2]
        elif words[at].startswith(f"{name}="):
            value = words.pop(at).partition("=")[2]
        else:
            at += 1
    return value


def _run(words: list[str]) -> int:
    at = _behind_settings(words)
    if at < len(words) and (hint := _mistyped(words[at])):
        return complain(hint)
    if at == len(words) and sys.stdin.isatty():
        words.append("--help")
    if at == len(words) or (words[at] not in COMMANDS and words[at] not in OWN_OPTIONS):
        words.insert(at, "clean")
    named = words[at] if words[at] in COMMANDS and "_CLEANSPAM_COMPLETE" not in os.environ else None
    app = application([named] if named else COMMANDS)
    return settled(lambda: _code_of(app, words))


def _mistyped(word: str) -> str:
    """Return the error message for a mistyped command; "" for a word that is no command-like name, or names a file."""
    if word in COMMANDS or word.startswith("-") or not word.isalpha() or os.path.lexists(word):
        return ""
    near = nearest(word, (*COMMANDS, "--version", "--help"))
    return f"{word}: no such command or file{near}" if near else ""


def _code_of(app: typer.Typer, words: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    speak(command)
    spare_pydantic(command)
    try:
        code = command(words, prog_name="cleanspam", standalone_mode=False)
    except UsageProblem as error:
        return explain_usage(error)
    except SystemExit as done:  # raised by completion
        code = done.code
    return code if isinstance(code, int) else 2 if isinstance(code, str) else 0


def _behind_settings(words: Sequence[str]) -> int:
    """Return the index behind the options that precede a command: --isolated and --config FILE."""
    at = 0
    while at < len(words) and (words[at] == "--isolated" or words[at].split("=")[0] == "--config"):
        at += 2 if words[at] == "--config" else 1
    return min(at, len(words))
