"""Plain text and Markdown: a file is judged in blocks of lines of about 1 MiB, whatever reads it and on how many jobs."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from cleanspam.formats.base import Edited, Editor, Eraser, Passage
from cleanspam.formats.blocks import find_block_ends, split_blocks, write_pieces
from cleanspam.formats.skip import ByteScan
from cleanspam.native import utf8_counts


class TextFormat(NamedTuple):
    """Lines of text. Bytes that the encoding cannot read come through untouched."""

    encoding: str = "utf-8"
    name: str = "text"
    rewrites_records: bool = False
    keeps_bytes: bool = True
    member_per_write: bool = True

    def fitted(self, head: bytes, encoding: str) -> "TextFormat":  # noqa: ARG002 (others look at the head)
        return self if encoding == self.encoding else self._replace(encoding=encoding)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield blocks that end at the first line end behind each BLOCK bytes."""
        return split_blocks(source, encoding=self.encoding)

    def places(self, raw: BinaryIO) -> Iterator[int]:
        """Yield where each of the same blocks ends."""
        return find_block_ends(raw, encoding=self.encoding)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        eraser = Eraser(piece, self.encoding)
        eraser.check(editor)
        eraser.edit(Passage(eraser.text, 0), editor)
        return eraser.result(eraser.text.count("\n"))

    def edit_suspects(self, piece: bytes, editor: Editor, scan: ByteScan) -> Edited | None:  # noqa: ARG002 (others edit)
        """Pass over a block with nothing to cut."""
        counted = utf8_counts(piece) if self.encoding == "utf-8" else None
        if counted and scan.is_suspect(piece) is False:
            chars, ends = counted
            return Edited(piece, lines=ends, skipped=chars)
        return None

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        write_pieces(pieces, sink)
