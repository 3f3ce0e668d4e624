"""Plain text and Markdown: a file is judged in blocks of lines of about 1 MiB, whatever reads it and on how many jobs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cleanspam.formats.base import Editor, Passage

BLOCK = 1 << 20
# A line longer than this is split, so that memory stays bounded: behind a full stop if there is one, never inside a character.
LONGEST = 8 << 20
_LINE_END_RE = re.compile(rb"\r\n|\n|\r(?!\Z)")
_STOP = "。".encode()


@dataclass(frozen=True, slots=True)
class TextFormat:
    """Lines of text. Bytes that the encoding cannot read come through untouched."""

    encoding: str = "utf-8"

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield blocks that end at the first line end behind each BLOCK bytes."""
        return blocks(source)

    def edit(self, piece: bytes, editor: Editor) -> bytes:
        text = piece.decode(self.encoding, "surrogateescape")
        edited = editor.edit(Passage(text, 0))
        return piece if edited is text else edited.encode(self.encoding, "surrogateescape")

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        for piece in pieces:
            sink.write(piece)


def blocks(source: BinaryIO, size: int = BLOCK, longest: int = LONGEST) -> Iterator[bytes]:
    """Yield the bytes of `source` in blocks that end at the first line end behind `size` bytes.

    The places depend on the bytes alone, not on how they arrive. At most `longest` bytes are held back.
    """
    read = getattr(source, "read1", source.read)
    held = bytearray()
    searched = size - 1
    while chunk := read(size):
        held += chunk
        while (end := _block_end(held, searched, longest)) is not None:
            yield bytes(held[:end])
            del held[:end]
            searched = size - 1
        searched = max(size - 1, len(held) - 1)
    if held:
        yield bytes(held)


def lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of `source` line by line."""
    yield from blocks(source, 1)


def _block_end(held: bytearray, start: int, longest: int) -> int | None:
    """Return where the block at the beginning of `held` ends, None if that is not known yet."""
    found = _LINE_END_RE.search(held, start, longest)
    if found:
        return found.end()
    if len(held) <= longest:
        return None
    stop = held.rfind(_STOP, 0, longest)
    return stop + len(_STOP) if stop >= 0 else _character_end(held, longest)


def _character_end(held: bytearray, end: int) -> int:
    """Return the nearest place before `end` that is not inside a UTF-8 character."""
    return next((at for at in range(end, end - 4, -1) if not 0x80 <= held[at] < 0xC0), end)
