"""The cache of `cleanspam check`: whether it is used, its folder, and what its entries depend on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Optional

import typer

from cleanspam.ci.cache import FOLDER, Cache, code_hash
from cleanspam.cli.command import option
from cleanspam.cli.config import config_of
from cleanspam.cli.reading import Reading
from cleanspam.corpus.chunk import ChunkEditor

_PANEL = "Cache"


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheOptions:
    """Whether the cache is used, and its folder."""

    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache",
            rich_help_panel=_PANEL,
            help="Remember the findings by the content of files: unchanged files are not checked again.",
        ),
    ] = True
    cache_dir: Annotated[
        Optional[Path],
        option(
            "--cache-dir",
            metavar="DIR",
            panel=_PANEL,
            help=f"The folder of the cache. Default: {FOLDER} beside the configuration file, else in the current folder.",
        ),
    ] = None


def opened_cache(context: typer.Context, options: CacheOptions, editor: ChunkEditor, reading: Reading) -> Cache | None:
    """Open the cache for the rules and options of this run. None if the cache is switched off."""
    if not options.cache:
        return None
    from cleanspam import __version__

    file = config_of(context).file
    beside = file.parent if file else Path()
    on = (__version__, code_hash(), editor.cleaner.ruleset.hash, reading.fields, reading.formats.encoding)
    return Cache(options.cache_dir or beside / FOLDER, repr(on))
