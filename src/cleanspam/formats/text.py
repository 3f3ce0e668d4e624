"""Plain text and Markdown, judged in blocks of lines of about 1 MiB. The blocks depend only on the file's bytes."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import BinaryIO

from cleanspam.formats.base import BLOCK, Edited, Editor, Eraser, Passage, Scan
from cleanspam.formats.blocks import find_block_ends, split_blocks, write_pieces
from cleanspam.model import NamedTuple
from cleanspam.native import decode_utf8
from cleanspam.text.markup import FENCE_MARKS, fence_behind, find_mark

FENCED = 2 << 20  # bytes; a fence that is not closed within them counts no longer
_EDGE = 8  # bytes; a mark may lie across two reads within them


class TextFormat(NamedTuple):
    """A text of lines. Undecodable bytes stay as they are."""

    encoding: str = "utf-8"
    name: str = "text"
    rewrites_records: bool = False
    keeps_bytes: bool = True
    member_per_write: bool = True

    def fitted(self, head: bytes, encoding: str) -> "TextFormat":  # noqa: ARG002 (others look at the head)
        return self if encoding == self.encoding else self._replace(encoding=encoding)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield blocks that end at the first line end behind BLOCK bytes, but never in a code fence of at most FENCED bytes."""
        return _keep_fences_whole(split_blocks(source, encoding=self.encoding), self.encoding)

    def places(self, raw: BinaryIO) -> Iterator[int]:
        """Yield the ends of the same blocks."""
        if _may_have_fences(raw, self.encoding):
            raw.seek(0)
            return accumulate(map(len, self.pieces(raw)))
        return find_block_ends(raw, encoding=self.encoding)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        return _edited(Eraser(piece, self.encoding), editor)

    def edit_suspects(self, piece: bytes, editor: Editor, scan: Scan) -> Edited | None:
        """Skip a block without a possible cut."""
        text = decode_utf8(piece) if self.encoding == "utf-8" else None
        if text is None:
            return None
        if scan.is_suspect(text) is False:
            return Edited(piece, lines=text.count("\n"), skipped=len(text), is_open=piece[-1:] not in (b"", b"\n"))
        return _edited(Eraser(piece, self.encoding, text), editor)

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        write_pieces(pieces, sink)


def _edited(eraser: Eraser, editor: Editor) -> Edited:
    eraser.check(editor)
    eraser.edit(Passage(eraser.text, 0), editor)
    return eraser.lines_result()


def _keep_fences_whole(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Join blocks that a code fence spans: in a block of its own the rest of the code would be judged as prose."""
    marks = [mark.encode(encoding) for mark in FENCE_MARKS]
    read_as = "latin-1" if encoding == "utf-8" else encoding  # marks, blanks and line ends are ASCII
    held: list[bytes] = []
    size, fence = 0, None
    for block in blocks:
        held.append(block)
        size += len(block)
        if fence or any(find_mark(block, mark) >= 0 for mark in marks):
            fence = fence_behind(block.decode(read_as, "replace"), fence)
        if not fence or size >= FENCED:
            yield b"".join(held) if len(held) > 1 else block
            held, size, fence = [], 0, None
    if held:
        yield b"".join(held)


def _may_have_fences(raw: BinaryIO, encoding: str) -> bool:
    """Tell by a scan whether a file on disk may have a fence. The scan takes a fiftieth of the time of cleaning."""
    marks = [mark.encode(encoding) for mark in FENCE_MARKS]
    raw.seek(0)
    before = b""
    while data := raw.read(BLOCK):
        if any(find_mark(data, mark) >= 0 or mark in before + data[:_EDGE] for mark in marks):
            return True
        before = data[-_EDGE:]
    return False
