"""JSON Lines: one record a line. Every byte outside a cut stays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import BinaryIO, ClassVar

from cleanspam.formats.base import BLOCK, RECORD, Edited, EditedPart, Editor, Eraser, Passage, Scan, concat_parts, decode_head
from cleanspam.formats.blocks import NEWLINE_RE, find_block_ends, split_blocks, write_pieces
from cleanspam.formats.fields import Node, build_tree, select_fields
from cleanspam.formats.jsonscan import (
    ESCAPE_RE,
    BrokenError,
    FoundString,
    find_lone_string,
    find_strings,
    list_string_paths,
    skip_blanks,
)
from cleanspam.native import is_valid_utf8

_BLANK = " \t\r\ufeff"  # a line of only these characters is no record


@dataclass(frozen=True, slots=True)
class JsonlFormat:
    """Lines of JSON. `fields` are paths; the default is `text` or `content`."""

    fields: tuple[str, ...] = ()
    encoding: str = "utf-8"
    name: str = "jsonl"
    rewrites_records: ClassVar[bool] = False
    keeps_bytes: ClassVar[bool] = True
    member_per_write: ClassVar[bool] = True

    def fitted(self, head: bytes, encoding: str) -> "JsonlFormat":
        """Choose the fields by the first records."""
        lines = decode_head(head, encoding).lstrip("\ufeff").split("\n")
        present = (path for line in lines for path in list_string_paths(line, 0))
        return replace(self, fields=select_fields(self.fields, present, may_come=True), encoding=encoding)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield blocks of whole lines. A line longer than RECORD is split, and its parts are no records."""
        return split_blocks(source, BLOCK, RECORD, self.encoding, NEWLINE_RE)

    def places(self, raw: BinaryIO) -> Iterator[int]:
        """Yield the ends of the same blocks."""
        return find_block_ends(raw, BLOCK, RECORD, self.encoding, NEWLINE_RE)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        eraser, node = Eraser(piece, self.encoding), _tree(self.fields)
        eraser.check(editor)
        number, start, text = -1, 0, eraser.text
        for number, line in enumerate(text.split("\n")):
            if line.strip(_BLANK):
                _edit_record(eraser, editor, line, node, start, number)
            start += len(line) + 1
        return eraser.result(number, number + (not text.endswith("\n")))

    def edit_suspects(self, piece: bytes, editor: Editor, scan: Scan) -> Edited | None:
        """Parse only the lines that may have a cut, and those that are no records."""
        suspects = scan.suspects(piece) if self.encoding == "utf-8" else None
        if suspects is None:
            return None
        if not is_valid_utf8(piece):
            Eraser(piece, self.encoding).check(editor)
        edited = [self._edit_line(piece[start:end], start, number, editor) for number, start, end in suspects.lines]
        return concat_parts(piece, edited, suspects.ends, suspects.ends + (not piece.endswith(b"\n")))

    def _edit_line(self, raw: bytes, start: int, number: int, editor: Editor) -> EditedPart:
        eraser = Eraser(raw, self.encoding)
        if eraser.text.strip(_BLANK):
            _edit_record(eraser, editor, eraser.text, _tree(self.fields), 0, number)
        return EditedPart(start, start + len(raw), eraser.result(1))

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        write_pieces(pieces, sink)


def _edit_record(eraser: Eraser, editor: Editor, line: str, node: Node, start: int, number: int) -> None:
    try:
        found = _found(line, node)
    except BrokenError as error:
        editor.problem(number, f"broken record: {error}")
    else:
        edit_strings(eraser, editor, found, start, number, number)


def _found(line: str, node: Node) -> list[FoundString]:
    """Return the strings of a record. Raises BrokenError if the line is no record."""
    found = find_lone_string(line, node)
    if found is None:
        found, end = find_strings(line, line.startswith("\ufeff"), node)
        if skip_blanks(line, end) < len(line):
            raise BrokenError("something stands behind the record")
    return found


def edit_strings(
    eraser: Eraser, editor: Editor, strings: Iterable[FoundString], start: int, line: int, record: int, at: int = 0
) -> None:
    """Edit the strings of one record.

    `start` is the start of the text that the strings' places refer to. The record has number `line` and begins at `at` in the
    piece.
    """
    text = eraser.text
    for value, first, end, path in strings:
        place = start + first
        raw = text[place : start + end] if end - first != len(value) else ""
        column = place - text.rfind("\n", 0, place) - 1
        here = line + text.count("\n", max(at, start), place)
        eraser.edit(Passage(value, here, record, path, place, raw, None, ESCAPE_RE, column), editor)


@lru_cache
def _tree(fields: tuple[str, ...]) -> Node:
    return build_tree(fields)
