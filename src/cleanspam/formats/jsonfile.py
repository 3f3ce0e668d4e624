"""JSON: an array of records, or one record. A large array is edited in pieces that end between two of its items."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, ClassVar

from cleanspam.errors import FormatError
from cleanspam.formats.base import BLOCK, RECORD, Edited, Editor, Eraser, Scan, decode_head
from cleanspam.formats.blocks import read_bytes, read_whole, write_pieces
from cleanspam.formats.fields import Node, build_tree, select_fields
from cleanspam.formats.jsonl import JsonlFormat, edit_strings
from cleanspam.formats.jsonscan import BrokenError, FoundString, find_strings, list_string_paths, read_value, skip_blanks
from cleanspam.text.pairing import OPENERS

_WHOLE = 8 << 20  # bytes; a file up to here is one piece
# An array of numbers is one token: reading each comma would take 50 times as long.
# The opening mark of a string with many escapes is a token by itself: a pattern keeps 120 bytes for each escape.
_TOKEN_RE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*){0,99}"|\[[^"\[\]{}]*\]|[\[\]{},"]', re.DOTALL)
# A quotation mark without a backslash before it, or behind several backslashes, which must then be counted.
_MARK_RE = re.compile(rb'"(?:(?<!\\")|(?<=\\\\"))')


_ARRAY_RE = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\[")


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """A JSON file. `fields` are paths into each item of the array, or into the only record."""

    fields: tuple[str, ...] = ()
    encoding: str = "utf-8"
    name: str = "json"
    rewrites_records: ClassVar[bool] = False
    keeps_bytes: ClassVar[bool] = True
    member_per_write: ClassVar[bool] = True

    def fitted(self, head: bytes, encoding: str) -> "JsonFormat | JsonlFormat":
        """Choose the fields by the records. A .json file that holds JSON Lines is read as JSON Lines."""
        text = decode_head(head, encoding).lstrip("\ufeff")
        start = skip_blanks(text, 0)
        if _has_lines(text, start):
            return JsonlFormat(self.fields).fitted(head, encoding)
        fields = select_fields(self.fields, _list_fields(text, start), may_come=True, beside=True)
        return replace(self, fields=fields, encoding=encoding)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield a small file as one piece, a large one in several. Each piece but the first begins with a comma."""
        head = read_bytes(source, _WHOLE + 1)
        is_array = _ARRAY_RE.match(head)  # the commas of an object do not separate records
        if len(head) <= _WHOLE or self.encoding != "utf-8" or not is_array:
            yield from read_whole(source, head)
        else:
            yield from _between_items(source, head)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        return self._edit(piece, editor, reads_all=True)

    def edit_suspects(self, piece: bytes, editor: Editor, scan: Scan) -> Edited:  # noqa: ARG002 (the text is at hand)
        """Edit only the records that may hold a parenthetical."""
        return self._edit(piece, editor, reads_all=False)

    def _edit(self, piece: bytes, editor: Editor, *, reads_all: bool) -> Edited:
        eraser = Eraser(piece, self.encoding)
        eraser.check(editor)
        records = _Records(eraser.text, build_tree(self.fields), reads_all=reads_all)
        try:
            for line, record, found in records:
                edit_strings(eraser, editor, found, 0, line, record, records.at)
        except BrokenError as error:
            editor.problem(eraser.text.count("\n", 0, records.at), f"broken record: {error}")
        return eraser.result(eraser.text.count("\n"), records.number)

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        write_pieces(pieces, sink)


def _has_lines(text: str, start: int) -> bool:
    """Tell whether a second record follows on a line of its own.

    Raises FormatError if it follows a record of several lines, for such a file has no safe place to split.
    """
    _, end = read_value(text, start)
    second = skip_blanks(text, end)
    if end < 0 or not text.startswith(("{", "["), second):
        return False
    if "\n" in text[start:end] or "\n" not in text[end:second]:
        raise FormatError("holds several JSON values, one behind the other, over several lines; convert the file to .jsonl")
    return True


def _list_fields(text: str, start: int) -> Iterator[str]:
    """Yield the fields with strings of each complete record in the text; of a lone record, its own fields."""
    if not text.startswith("[", start):
        yield from list_string_paths(text, start)
        return
    at = start + 1
    while 0 <= at < len(text):
        value, end = read_value(text, at)
        if value is not None:
            yield from list_string_paths(text, at)
        at = skip_blanks(text, end) if end >= 0 else -1
        at = at + 1 if text.startswith(",", at) else -1


class _Records:
    """The records of one piece, with the number of records and the place that were read so far."""

    def __init__(self, text: str, node: Node, *, reads_all: bool) -> None:
        self._text, self._node, self._reads_all = text, node, reads_all
        self.at, self.number = 0, 0
        self._line, self._counted = 0, 0

    def __iter__(self) -> Iterator[tuple[int, int, list[FoundString]]]:
        """Yield the line, number and strings of each record. Raises BrokenError at the first record that cannot be read."""
        text = self._text
        self.at = skip_blanks(text, text.startswith("\ufeff"))
        is_array = text.startswith(("[", ","), self.at)
        if is_array:
            self.at = skip_blanks(text, self.at + 1)
        if self.at == len(text) or text.startswith("]", self.at):
            return
        while True:
            found, end = find_strings(text, self.at, self._node)
            yield self._line_here(), self.number, found if self._reads_all or _may_hold_cut(text[self.at : end]) else []
            self.number += 1
            self.at = skip_blanks(text, end)
            if self.at == len(text) or (is_array and text.startswith("]", self.at)):
                return
            if not (is_array and text.startswith(",", self.at)):
                raise BrokenError("a comma is missing behind a record")
            self.at = skip_blanks(text, self.at + 1)

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line


def _between_items(source: BinaryIO, data: bytes) -> Iterator[bytes]:
    """Yield pieces of at least BLOCK bytes that end before a comma between two items of the top array."""
    depth, start, at = 0, 0, 0
    while True:
        for char, end in _tokens(data, at):
            at = end
            if char == b"," and depth == 1 and at - 1 - start >= BLOCK:
                yield data[start : at - 1]
                start = at - 1
            depth += (char in b"[{") - (char in b"]}")
        data, at, start = data[start:], at - start, 0
        if len(data) > RECORD + _WHOLE:
            raise FormatError(f"an item of more than {RECORD >> 20} MiB; convert the file to .jsonl")
        if not (more := source.read(max(4 * BLOCK, len(data) // 2))):
            yield data
            return
        data += more


def _tokens(data: bytes, at: int) -> Iterator[tuple[bytes, int]]:
    """Yield each token behind `at` with its end. A string beyond the pattern comes twice: with its start, then with its end.

    A string whose end has not arrived comes last; it is read again with more data.
    """
    while True:
        if data.startswith(b'"', at):
            if (at := _string_end(data, at)) < 0:
                return
            yield b'"', at
        for token in _TOKEN_RE.finditer(data, at):
            if token[0] == b'"':
                at = token.start()
                yield b'"', at
                break
            yield token[0], token.end()
        else:
            return


def _string_end(data: bytes, at: int) -> int:
    """Return the end of the string that begins at `at`; -1 if the end has not arrived."""
    mark = _MARK_RE.search(data, at + 1)
    while mark and _is_escaped(data, mark.start()):
        mark = _MARK_RE.search(data, mark.end())
    return mark.end() if mark else -1


def _is_escaped(data: bytes, at: int) -> bool:
    """Tell whether an odd number of backslashes stands before a character of a string."""
    first = at
    while data.startswith(b"\\", first - 1):
        first -= 1
    return (at - first) % 2 == 1


_WIDE_OPENERS = tuple(opener for opener in OPENERS if not opener.isascii())


def _may_hold_cut(text: str) -> bool:
    """Tell by a scan whether a record could hold a parenthetical, escaped brackets included. False is certain.

    A pair has an opening bracket, so the scan searches for one. Round brackets come first: most lines have some.
    """
    return (
        "（" in text
        or "(" in text
        or text.find("[", 1) >= 0
        or text.find("{", 1) >= 0
        or "\\u" in text
        or any(opener in text for opener in _WIDE_OPENERS)
    )
