"""Opening a file: what it holds behind its compression, and the format that fits it."""

from functools import lru_cache
from typing import BinaryIO

from cleanspam.disk.compression import DecodedFile
from cleanspam.disk.encodings import AUTO, choose_encoding
from cleanspam.formats.base import BLOCK, Format
from cleanspam.formats.registry import WITH_ENCODING, FileType, make_format


def open_content(
    raw: BinaryIO, kind: FileType, fields: tuple[str, ...] = (), encoding: str = AUTO
) -> tuple[DecodedFile, Format]:
    """Return the file's content and the format that fits it.

    Raises FormatError for damaged data, for an encoding that is not clear, and for fields that are not there.
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
    return source, found.fitted(head, choose_encoding(sample, encoding))


@lru_cache
def get_format(name: str, fields: tuple[str, ...]) -> Format:
    """Return the format of that name, the same for the same fields."""
    return make_format(name, fields)


def _find_telling(raw: BinaryIO, kind: FileType) -> bytes:
    """Return the first block of a file that is not all ASCII."""
    raw.seek(0)
    source = DecodedFile(raw, kind.compression)
    while (block := source.peek(BLOCK)) and block.isascii():
        source.read(len(block))
    return block
