"""Help in the user's language."""

import re
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import typer

from cleanspam.cli.language import ENGLISH, language, tr

# The parser's own words: the names of constants in typer, and their English values.
_TYPERS_WORDS = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "ERRORS_PANEL_TITLE": "Error",
    "DEFAULT_STRING": "[default: {}]",
    "REQUIRED_LONG_STRING": "[required]",
}
_EXAMPLE_RE = re.compile(r"cleanspam |git ")


def speak(command: Any) -> None:
    """Translate the help of a command and its subcommands into the user's language."""
    for inner in _below(command):
        inner.format_help = _naming_panels(inner.format_help)
        for parameter in _parameters(inner):
            if getattr(parameter, "is_flag", False) and hasattr(parameter, "display_type_rich"):
                parameter.display_type_rich = lambda ctx: None  # noqa: ARG005 (typer calls it so): of a flag it says <bool>
            if parameter.param_type_name == "argument" and parameter.metavar:
                _show_metavar(parameter)
        if language() != ENGLISH:
            _speak(inner)


def _show_metavar(argument: Any) -> None:
    """Show an argument as its metavar: typer would show `[[PATH]...]...` and <list[Path]>."""
    argument.get_usage_pieces = lambda ctx: [argument.metavar]  # noqa: ARG005 (typer calls it so)
    argument.display_type_rich = lambda ctx: None  # noqa: ARG005 (the same)
    if hasattr(argument, "type"):  # typer 0.28 and earlier show its metavar, and else its name
        argument.type = copy(argument.type)  # several arguments share one
        argument.type.get_metavar = lambda param, ctx=None: ""  # noqa: ARG005 (the same)


def _below(command: Any) -> Iterator[Any]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from _below(inner)


def _naming_panels(show: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Return a function that shows a help with translated panels. It imports rich late, which takes 0.1 s."""

    def named(context: Any, formatter: Any) -> None:
        _name_panels()
        show(context, formatter)

    return named


def _name_panels() -> None:
    """Translate the names of typer's panels. A typer with other internals shows the English names."""
    try:
        from typer import rich_utils
    except ImportError:
        return
    for name, english in _TYPERS_WORDS.items():
        if hasattr(rich_utils, name):
            setattr(rich_utils, name, tr(english))
    if hasattr(rich_utils, "_make_rich_text"):
        rich_utils._make_rich_text = _folding(rich_utils._make_rich_text)


def _folding(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of texts that break at any character. By default rich breaks at blanks, and truncates long Chinese."""

    def folded(**given: Any) -> Any:
        text = make(**given)
        text.overflow = "fold"
        return text

    return folded


def _speak(command: Any) -> None:
    for name in ("help", "short_help"):
        if text := getattr(command, name, None):
            setattr(command, name, paragraphs(text))
    command.options_metavar = tr("[OPTIONS]")
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = tr("COMMAND [ARGS]...")
    usage = command.get_usage
    command.get_usage = lambda context: usage(context).replace("Usage:", tr("Usage:"), 1)
    for parameter in _parameters(command):
        if text := getattr(parameter, "help", None):
            parameter.help = paragraphs(text)
        if panel := getattr(parameter, "rich_help_panel", None):
            parameter.rich_help_panel = tr(panel)


def _parameters(command: Any) -> list[Any]:
    return [*command.params, command.get_help_option(typer.Context(command, **command.context_settings))]


def paragraphs(text: str) -> str:
    """Translate a help text paragraph by paragraph. Example command lines stay as they are."""
    return "\n\n".join(tr(one) if is_prose(one) else one for one in _split(text))


def spoken_in(command: Any) -> Iterator[str]:
    """Yield the English paragraphs and panel names in the help of a command and its subcommands."""
    for inner in _below(command):
        yield from filter(is_prose, _split(getattr(inner, "help", None) or ""))
        for parameter in _parameters(inner):
            yield from filter(is_prose, _split(getattr(parameter, "help", None) or ""))
            if panel := getattr(parameter, "rich_help_panel", None):
                yield panel


def _split(text: str) -> list[str]:
    return [one if _EXAMPLE_RE.match(one) else one.replace("\n", " ") for one in re.split(r"\n\s*\n", text.strip())]


def is_prose(paragraph: str) -> bool:
    """Tell whether a paragraph of a help is prose, not an example command line."""
    return bool(paragraph) and not _EXAMPLE_RE.match(paragraph)
