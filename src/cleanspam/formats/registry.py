"""The formats and their suffixes. A format's module is imported when needed."""

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import PurePath
from typing import Any

from cleanspam.errors import CleanspamError, FormatError
from cleanspam.formats.base import Format
from cleanspam.model import NamedTuple

COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd"}


class _Entry(NamedTuple):
    module: str
    maker: str
    suffixes: tuple[str, ...]
    has_fields: bool
    options: dict[str, Any]
    has_encoding: bool = True  # False: strings are always UTF-8


_ENTRIES = {
    "text": _Entry("text", "TextFormat", (".txt", ".text", ".log", ".md", ".markdown", ".rst", ".srt"), False, {}),
    "html": _Entry("html", "HtmlFormat", (".html", ".htm", ".xhtml"), False, {}),
    "jsonl": _Entry("jsonl", "JsonlFormat", (".jsonl", ".ndjson"), True, {}),
    "json": _Entry("jsonfile", "JsonFormat", (".json",), True, {}),
    "csv": _Entry("table", "TableFormat", (".csv",), True, {}),
    "tsv": _Entry("table", "TableFormat", (".tsv",), True, {"delimiter": "\t", "name": "tsv"}),
    "parquet": _Entry("parquet", "ParquetFormat", (".parquet",), True, {}, has_encoding=False),
    "arrow": _Entry("arrow", "ArrowFormat", (".arrow", ".feather"), True, {}, has_encoding=False),
    "warc": _Entry("warc", "WarcFormat", (".warc", ".wet"), False, {}, has_encoding=False),
}
SUFFIXES = {name: entry.suffixes for name, entry in _ENTRIES.items()}
_BY_SUFFIX = {suffix: name for name, suffixes in SUFFIXES.items() for suffix in suffixes}
OwnSuffixes = tuple[tuple[str, str], ...]  # the user's suffixes, each with the name of a format
NAMES = tuple(_ENTRIES)
MAY_CRASH = frozenset({"parquet", "arrow"})  # read in a separate process, for pyarrow may crash at a damaged file
WITH_ENCODING = frozenset(name for name, entry in _ENTRIES.items() if entry.has_encoding)


class FileType(NamedTuple):
    """The format and the compression that the name of a file indicates."""

    format: str
    compression: str  # "" for none


def detect_type(name: PurePath | str, format_name: str | None = None, own: OwnSuffixes = ()) -> FileType | None:
    """Return the format and compression that the suffixes of `name` indicate; None for unknown suffixes.

    A user's own suffixes come before the known ones.

    >>> detect_type("a/b.jsonl.gz")
    FileType(format='jsonl', compression='gzip')
    """
    stem, suffix = os.path.splitext(str(name))  # noqa: PTH122 (for every file of a corpus; a PurePath takes five times as long)
    suffix = suffix.lower()
    inner = os.path.splitext(stem)[1].lower() if suffix in COMPRESSIONS else ""  # noqa: PTH122 (the same)
    return _find_type(suffix, inner, format_name, own)


@lru_cache
def _find_type(suffix: str, inner: str, format_name: str | None, own: OwnSuffixes) -> FileType | None:
    compression = COMPRESSIONS.get(suffix, "")
    last = inner if compression else suffix
    found = format_name or dict(own).get(last) or _BY_SUFFIX.get(last)
    return FileType(found, compression) if found else None


def read_suffixes(mapping: Mapping[str, str]) -> OwnSuffixes:
    """Return a user's suffixes, given as {".foo": "text"}, in the form for `detect_type`.

    Raises CleanspamError for a suffix without a dot or of a compression, and for an unknown format.
    """
    for suffix, name in mapping.items():
        if not suffix.startswith(".") or suffix.count(".") > 1 or suffix.lower() in COMPRESSIONS:
            raise CleanspamError(f'{suffix!r} is no suffix of a format; write it like ".foo"')
        if name not in _ENTRIES:
            raise CleanspamError(f"unknown format {name!r} for {suffix}; choose from {', '.join(NAMES)}")
    return tuple((suffix.lower(), name) for suffix, name in mapping.items())


def suffix_of_glob(glob: str) -> str:
    """Return the suffix in which a glob ends; "" if there is none, or if it already has a format.

    >>> suffix_of_glob("notes/*.foo"), suffix_of_glob("*.json"), suffix_of_glob("drafts/**"), suffix_of_glob("*.foo.gz")
    ('.foo', '', '', '.foo')
    """
    stem, suffix = os.path.splitext(glob)  # noqa: PTH122 (a glob, no path)
    if suffix.lower() in COMPRESSIONS:
        suffix = os.path.splitext(stem)[1]  # noqa: PTH122 (the same)
    is_new = suffix.lower() not in _BY_SUFFIX and not glob.startswith("!")
    return suffix if is_new and suffix[1:].replace("-", "_").isidentifier() else ""


def make_format(name: str, fields: Sequence[str] = ()) -> Format:
    """Return the format with a name, for the given fields if it has records.

    Raises CleanspamError for an unknown name, FormatError for an invalid field path.
    """
    if name not in _ENTRIES:
        raise CleanspamError(f"unknown format {name!r}; choose from {', '.join(NAMES)}")
    entry = _ENTRIES[name]
    options = {**entry.options, "fields": tuple(fields)} if entry.has_fields else entry.options
    try:
        made: Format = getattr(import_module(f"cleanspam.formats.{entry.module}"), entry.maker)(**options)
    except ModuleNotFoundError as error:
        raise FormatError(f"{name} needs {error.name}; install it with: pip install 'cleanspam[parquet]'") from error
    return made
