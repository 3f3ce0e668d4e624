"""Which format a file has, by the suffixes of its name, and how it is compressed. Formats are imported when needed."""

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import PurePath
from typing import Any, NamedTuple

from cleanspam.errors import CleanspamError, FormatError
from cleanspam.formats.base import Format

COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd"}


class _Kind(NamedTuple):
    module: str
    maker: str
    suffixes: tuple[str, ...]
    has_fields: bool
    options: dict[str, Any]


_KINDS = {
    "text": _Kind("text", "TextFormat", (".txt", ".md"), False, {}),
    "jsonl": _Kind("jsonl", "JsonlFormat", (".jsonl", ".ndjson"), True, {}),
    "json": _Kind("jsonfile", "JsonFormat", (".json",), True, {}),
    "csv": _Kind("table", "TableFormat", (".csv",), True, {}),
    "tsv": _Kind("table", "TableFormat", (".tsv",), True, {"delimiter": "\t", "name": "tsv"}),
    "parquet": _Kind("parquet", "ParquetFormat", (".parquet",), True, {}),
    "arrow": _Kind("arrow", "ArrowFormat", (".arrow", ".feather"), True, {}),
    "warc": _Kind("warc", "WarcFormat", (".warc", ".wet"), False, {}),
}
_BY_SUFFIX = {suffix: name for name, kind in _KINDS.items() for suffix in kind.suffixes}
NAMES = tuple(_KINDS)
RECORD_FORMATS = frozenset({"parquet", "arrow", "warc"})  # no string changes alone: its record is written anew around it


class FileType(NamedTuple):
    """What a file's name says of it."""

    format: str
    compression: str  # empty for none


def kind_of(name: PurePath | str, format_name: str | None = None) -> FileType | None:
    """Return the format and compression that the suffixes of `name` stand for, None if they stand for nothing known.

    >>> kind_of("a/b.jsonl.gz")
    FileType(format='jsonl', compression='gzip')
    """
    stem, suffix = os.path.splitext(str(name))  # noqa: PTH122 (for every file of a corpus; a PurePath takes five times as long)
    suffix = suffix.lower()
    inner = os.path.splitext(stem)[1].lower() if suffix in COMPRESSIONS else ""  # noqa: PTH122 (the same)
    return _kind(suffix, inner, format_name)


@lru_cache
def _kind(suffix: str, inner: str, format_name: str | None) -> FileType | None:
    compression = COMPRESSIONS.get(suffix, "")
    found = format_name or _BY_SUFFIX.get(inner if compression else suffix)
    return FileType(found, compression) if found else None


def make(name: str, fields: Sequence[str] = ()) -> Format:
    """Return the format of that name, looking at `fields` where it has any.

    Raises FormatError for a name or a field path that is none.
    """
    if name not in _KINDS:
        raise CleanspamError(f"unknown format {name!r}; choose from {', '.join(NAMES)}")
    kind = _KINDS[name]
    options = {**kind.options, "fields": tuple(fields)} if kind.has_fields else kind.options
    try:
        made: Format = getattr(import_module(f"cleanspam.formats.{kind.module}"), kind.maker)(**options)
    except ModuleNotFoundError as error:
        raise FormatError(f"{name} needs {error.name}; install it with: pip install 'cleanspam[parquet]'") from error
    return made
