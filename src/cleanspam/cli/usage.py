"""Errors in a command line: each is one line in cleanspam's words, whichever version of typer finds it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import typer

from cleanspam.cli.guard import ERROR, complain
from cleanspam.errors import nearest

# The errors of click, which typer may contain under another name, that a user can mend.
UsageProblem: type[Exception] = next(one for one in typer.BadParameter.__mro__ if one.__name__ == "ClickException")
_NO_COMMAND_RE = re.compile(r"No such command '([^']+)'")
_SUPERFLUOUS_RE = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)\Z")


def explain_usage(error: Any) -> int:
    """Print an error in a command line, and return the exit code."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return ERROR  # typer has already shown the help
    problem = _PROBLEMS.get(kind, _other_problem)(error)
    if "; " not in problem and kind not in ("BadParameter", "BadOptionUsage") and error.ctx is not None:
        problem = f"{problem}; `{error.ctx.command_path} --help` lists what there is"
    complain(problem)
    return ERROR


def _no_such_option(error: Any) -> str:
    near = " or ".join(sorted(error.possibilities or ()))
    addition = f"; did you mean {near}?" if near else ""
    return f"there is no option {error.option_name}{addition}"


def _wrong_use(error: Any) -> str:
    if "requires" in error.format_message():
        return f"{error.option_name} needs a value"
    return f"{error.option_name} takes no value"


def _missing(error: Any) -> str:
    return f"{_name(error)} is missing"


def _bad_value(error: Any) -> str:
    return f"{_name(error)}: {_plain(error.message)}"


def _other_problem(error: Any) -> str:
    message = _plain(error.format_message())
    if name := _NO_COMMAND_RE.match(message):
        return f"there is no command {name[1]}{nearest(name[1], getattr(error.ctx.command, 'commands', ()))}"
    if words := _SUPERFLUOUS_RE.match(message):
        return f"nothing takes the argument {words[1]}"
    return message


def _name(error: Any) -> str:
    """Return how a user writes the option or argument of an error."""
    parameter = error.param
    if parameter is None or parameter.param_type_name == "argument":
        return str(getattr(parameter, "metavar", None) or "an argument")
    return str(parameter.opts[0])


def _plain(message: str) -> str:
    return re.sub(r"\s+", " ", message).strip()


_PROBLEMS: Mapping[str, Callable[[Any], str]] = {
    "NoSuchOption": _no_such_option,
    "BadOptionUsage": _wrong_use,
    "MissingParameter": _missing,
    "BadParameter": _bad_value,
}
