"""Makes commands of functions. A parameter may be a bundle of options, and an error becomes one line."""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import Field, fields, is_dataclass
from typing import Any

import typer

from cleanspam.cli.configured import placed
from cleanspam.cli.guard import guarded
from cleanspam.errors import SettingError

# The metadata of a field that is no option: a function that computes its value from typer's context.
FROM_CONTEXT = "from context"
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
_CONTEXT = "context"


def option(*names: str, panel: str | None = None, **more: Any) -> Any:
    """Return an option in a panel of the help. The help text states the default, so typer does not add it."""
    return typer.Option(*names, rich_help_panel=panel, show_default=False, **more)


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Make a command of a function. A parameter of a dataclass type is a bundle: each field becomes an option of typer's.

    The function returns the exit code. An error that a user can mend becomes one line.
    """
    signature = inspect.signature(function)
    bundles: dict[str, Any] = {
        name: one.annotation for name, one in signature.parameters.items() if is_dataclass(one.annotation)
    }
    has_context = _CONTEXT in signature.parameters

    @functools.wraps(function)
    def expanded(**given: Any) -> int | None:
        context = given.get(_CONTEXT) if has_context else given.pop(_CONTEXT, None)
        try:
            made = {name: _filled(bundle, given, context) for name, bundle in bundles.items()}
            return function(**given, **made)
        except SettingError as error:
            raise placed(context, error) from error

    parameters = [option for one in signature.parameters.values() for option in _options_of(one)]
    if not has_context:
        parameters.append(inspect.Parameter(_CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context, default=None))
    made = guarded(expanded)
    made.__dict__.pop("__wrapped__")  # typer would see the bundles
    made.__signature__ = signature.replace(parameters=parameters, return_annotation=None)  # type: ignore[attr-defined]  # inspect's own way
    made.__annotations__ = {option.name: option.annotation for option in parameters}
    return made


def _filled(bundle: Any, given: dict[str, Any], context: typer.Context | None) -> Any:
    """Fill a bundle with its options, and remove these from `given`."""
    options = {one.name: given.pop(one.name) for one in _own_options(bundle)}
    made = {one.name: one.metadata[FROM_CONTEXT](context) for one in fields(bundle) if context and _is_made(one)}
    return bundle(**options, **made)


def _options_of(parameter: inspect.Parameter) -> list[inspect.Parameter]:
    """Return the options of a bundle; for any other parameter the parameter itself."""
    if not is_dataclass(parameter.annotation):
        return [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)]
    return [
        inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=field.type)
        for field in _own_options(parameter.annotation)
    ]


def _own_options(bundle: Any) -> list[Field[Any]]:
    return [one for one in fields(bundle) if not _is_made(one)]


def _is_made(field: Field[Any]) -> bool:
    metadata: Mapping[str, Any] = field.metadata
    return FROM_CONTEXT in metadata
