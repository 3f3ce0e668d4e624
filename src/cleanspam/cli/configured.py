"""What the configuration gave to a command, and where it stands."""

import os

import typer

from cleanspam.cli.configfile import Config, line_of
from cleanspam.errors import CleanspamError, SettingError

# The keys whose parameter has another name. For other keys only hyphens become underscores.
_PARAMETERS = {"format": "format_", "fields": "field", "suffixes": "suffix", "as": "as_"}


def parameter_of(key: str) -> str:
    """Return the name of the parameter that takes a key."""
    return _PARAMETERS.get(key, key.replace("-", "_"))


def folder_of(context: typer.Context, parameter: str) -> str:
    """Return the real path of the configuration's folder if a parameter's value comes from it, else ""."""
    source, file = context.get_parameter_source(parameter), config_of(context).file
    return os.path.realpath(file.parent) if file and source and source.name == "DEFAULT_MAP" else ""


def placed(context: typer.Context | None, error: SettingError) -> CleanspamError:
    """Return the error with the option, or with file, line and key if the configuration gives the value."""
    if not error.key:
        return error
    file = config_of(context).file if context and folder_of(context, parameter_of(error.key)) else None
    return CleanspamError(f"{file}{line_of(file, error.key)}: {error.key}: {error}" if file else f"--{error.key}: {error}")


def config_of(context: typer.Context) -> Config:
    """Return the configuration in use; an empty one if there is no file."""
    return context.obj if isinstance(context.obj, Config) else Config()
