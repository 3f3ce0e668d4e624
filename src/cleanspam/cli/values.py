"""Converts the values of options: numbers by tests of ours, and all without pydantic, whose import takes 0.15 s.

typer has used pydantic since 0.29. What it says of a wrong number differs from version to version.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import typer

from cleanspam.cli.configfile import ValueType

Number = TypeVar("Number", int, float)


def taking(kind: ValueType, read: Callable[[Any], Number]) -> Callable[[Any], Number]:
    """Return the parser of an option that takes a kind of numbers. It raises typer.BadParameter for any other value."""

    def parsed(word: Any) -> Number:
        try:
            number = read(word)
        except (ValueError, OverflowError):
            number = None
        if number is None or not kind.holds(number):
            raise typer.BadParameter(f"write {kind.name}, not {word!r}")
        return number

    return parsed


def spare_pydantic(command: Any) -> None:
    """Make the options of a command, and of its subcommands, convert plain values without typer's converter.

    A typer with other internals stays unchanged: then only the start is slower.
    """
    if not all(hasattr(parameter, "_runtime_param") and hasattr(parameter, "type_descriptor") for parameter in command.params):
        return
    for parameter in _parameters(command):
        parameter._runtime_param = _Converter()


def _parameters(command: Any) -> Iterator[Any]:
    """Yield the options of a command and of its subcommands, --help included."""
    yield from command.params
    yield command.get_help_option(typer.Context(command, **command.context_settings))
    for inner in getattr(command, "commands", {}).values():
        yield from _parameters(inner)


class _Converter:
    """Converts plain values. The first value that is not plain, and all later ones, are left to typer's converter."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the converted value. Raises typer's errors."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        descriptor = param.type_descriptor
        try:
            if several and get_origin(descriptor.annotation) is list and isinstance(value, (list, tuple)):
                [inner] = get_args(descriptor.annotation)
                return [_converted(one, inner, descriptor.parameter_info) for one in value]
            return _converted(value, descriptor.annotation, descriptor.parameter_info)
        except _NotPlainError:
            param._runtime_param = None  # makes typer create its own converter
            return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


class _NotPlainError(Exception):
    """The value needs more than a plain conversion."""


def _converted(value: Any, wanted: Any, info: Any) -> Any:
    """Return a value in the wanted type. Raises _NotPlainError if typer might refuse or convert the value differently."""
    if parser := getattr(info, "parser", None):
        return parser(value)
    if getattr(info, "click_type", None):
        raise _NotPlainError
    if wanted is str and isinstance(value, str):
        return value
    if wanted is Path and isinstance(value, (str, Path)) and _is_free(info):
        return Path(value)
    raise _NotPlainError


def _is_free(info: Any) -> bool:
    """Tell whether an option accepts any path, also one that does not exist."""
    asks = info.exists or info.writable or info.resolve_path or info.allow_dash or info.path_type
    return info.file_okay and info.dir_okay and not asks
