"""Opens a file: decompresses the content and finds the format."""

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from cleanspam.disk.compression import DecodedFile
from cleanspam.disk.encodings import AUTO, SAMPLE, choose_encoding
from cleanspam.formats.base import BLOCK, Format, NoFieldError
from cleanspam.formats.registry import WITH_ENCODING, FileType, make_format

_LOOKED = 8  # the number of blocks at the start that are read if the first block is all ASCII
_SPOTS = 16  # the number of places further down


def open_content(
    raw: BinaryIO, kind: FileType, fields: tuple[str, ...] = (), encoding: str = AUTO
) -> tuple[DecodedFile, Format]:
    """Return the decompressed content of the file, and its format.

    Raises FormatError for damaged data, an ambiguous encoding and missing fields.
    """
    source = DecodedFile(raw, kind.compression)
    head = source.peek(BLOCK)
    found = get_format(kind.format, fields)
    if kind.format not in WITH_ENCODING:
        return source, found.fitted(head, "")
    sample = head
    if encoding == AUTO and head.isascii() and len(head) == BLOCK and raw.seekable():
        sample = _find_telling(raw, kind) or head
        raw.seek(0)
        source = DecodedFile(raw, kind.compression)
    chosen = choose_encoding(sample, encoding)
    try:
        return source, found.fitted(head, chosen)
    except NoFieldError as error:
        if len(head) < BLOCK or not raw.seekable() or not _come_later(raw, kind, error.later, chosen):
            raise
        raw.seek(0)
        return DecodedFile(raw, kind.compression), found.fitted(b"", chosen)


@lru_cache
def get_format(name: str, fields: tuple[str, ...]) -> Format:
    """Return the format with a name. Equal arguments get the same object."""
    return make_format(name, fields)


def _come_later(raw: BinaryIO, kind: FileType, paths: tuple[str, ...], encoding: str) -> bool:
    """Tell whether a later record may have a field that the first records lack: the file has its name somewhere."""
    from cleanspam.formats.fields import ITEM, split_path

    names = [f'"{name}"'.encode(encoding) for path in paths for name in split_path(path)[-1:] if name != ITEM]
    raw.seek(0)
    source, before = DecodedFile(raw, kind.compression), b""
    while block := source.read(BLOCK):
        if any(name in before + block for name in names):
            return True
        before = block[-max(map(len, names), default=0) :]
    return False


def _find_telling(raw: BinaryIO, kind: FileType) -> bytes:
    """Return the first block that is not all ASCII among the blocks that are read; b"" if there is none.

    A file is not read as a whole before its first record. If the encoding changes further down, an error names the place.
    """
    return next((block for block in _blocks_to_look_at(raw, kind) if not block.isascii()), b"")


def _blocks_to_look_at(raw: BinaryIO, kind: FileType) -> Iterator[bytes]:
    """Yield the first blocks of a file and, if it is not compressed, some blocks spread over the file."""
    raw.seek(0)
    source = DecodedFile(raw, kind.compression)
    for _ in range(_LOOKED):
        block = source.peek(BLOCK)
        source.read(len(block))
        yield block
    if kind.compression:
        return
    size = raw.seek(0, os.SEEK_END)
    for number in range(_SPOTS):
        raw.seek(size * number // _SPOTS & ~1)  # an even place, for UTF-16
        yield raw.read(SAMPLE)
