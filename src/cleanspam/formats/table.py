"""CSV and TSV: rows under a header. A row without a cut keeps its bytes; in one with a cut only the cell loses some."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import BinaryIO

from cleanspam.errors import FormatError
from cleanspam.formats.base import BLOCK, RECORD, Edited, Editor, Eraser, Passage, errors_of
from cleanspam.formats.fields import chosen
from cleanspam.formats.text import join, whole

_SEMICOLON = ";"
_QUOTE_RE = re.compile('""')
# A cell of which cannot be told yet whether it is quoted: what has come of it has no quotation mark that may close it.
_UNTOLD_RE = re.compile(b'(?:\xef\xbb\xbf)?"[^"]*(?:""[^"]*)*"?\\Z')


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A table with a header row. `fields` are names of columns; without any, `text` or `content` is taken."""

    delimiter: str = ","
    fields: tuple[str, ...] = ()
    columns: tuple[tuple[int, str], ...] = ()  # which ones, as the header of a file has them
    width: int = 0  # columns in the header
    header: bytes = b""  # what begins with it is the first piece
    encoding: str = "utf-8"
    name: str = "csv"
    is_file: bool = True

    def fitted(self, head: bytes, encoding: str) -> "TableFormat":
        """Find the columns in the header. A .csv without a comma there may have semicolons."""
        text = head.decode(encoding, errors_of(encoding)).lstrip("\ufeff")
        delimiter = self.delimiter
        names = _header(text, delimiter)
        if delimiter == "," and len(names) == 1 and _SEMICOLON in names[0]:
            delimiter, names = _SEMICOLON, _header(text, _SEMICOLON)
        fields = chosen(self.fields, names if text else ())
        columns = tuple((column, name) for column, name in enumerate(names) if name in fields)
        return replace(self, delimiter=delimiter, columns=columns, width=len(names), header=head[:64], encoding=encoding)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield blocks of whole rows."""
        return whole(source) if self.encoding.startswith("utf-16") else _row_blocks(source, self.delimiter)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        eraser, rows, line, counted = Eraser(piece, self.encoding), 0, 0, 0
        is_first = bool(self.header) and piece.startswith(self.header)
        for rows, row in enumerate(_rows(eraser.text, self.delimiter)):
            if rows == 0 and is_first:
                continue
            line += eraser.text.count("\n", counted, row[0].start())
            counted = row[0].start()
            if len(row) == self.width:
                self._edit_row(eraser, editor, row, line, rows - is_first)
            elif len(row) > 1 or _value(row[0]):  # an empty line is no row
                editor.problem(line, f"broken record: {len(row)} cells under {self.width} columns")
        return eraser.result(eraser.text.count("\n"), rows + 1 - is_first)

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        join(pieces, sink)

    def _edit_row(self, eraser: Eraser, editor: Editor, row: list[re.Match[str]], line: int, record: int) -> None:
        for column, name in self.columns:
            cell = row[column]
            quoted = cell["quoted"]
            value = _value(cell)
            raw = quoted if quoted is not None and quoted != value else ""
            start = cell.start("quoted" if quoted is not None else "plain")
            eraser.edit(Passage(value, line, record, name, start, raw), editor, _QUOTE_RE)


def _value(cell: re.Match[str]) -> str:
    """Return what a cell says."""
    quoted: str | None = cell["quoted"]
    return cell["plain"] or "" if quoted is None else quoted.replace('""', '"')


def _header(text: str, delimiter: str) -> list[str]:
    return [_value(cell) for cell in next(_rows(text, delimiter), [])]


def _rows(text: str, delimiter: str) -> Iterator[list[re.Match[str]]]:
    """Yield the rows of a text as matches of their cells."""
    row: list[re.Match[str]] = []
    at, find = 0, _cell_re(delimiter).match
    while at < len(text) or row:
        cell = find(text, at)
        if cell is None:
            break
        row.append(cell)
        at = cell.end()
        if cell["end"] != delimiter:
            yield row
            row = []


def _row_blocks(source: BinaryIO, delimiter: str) -> Iterator[bytes]:
    """Yield blocks that end at the first end of a row behind BLOCK bytes.

    Raises FormatError for a row of more than RECORD bytes.
    """
    find = _cell_bytes_re(delimiter).match
    held, at, is_whole = b"", 0, False
    while not is_whole:
        # A row of 60 MB is looked at from its start each time, and one that is too long is held with what was read last.
        more = source.read(max(BLOCK, min(len(held) // 2, RECORD // 4)))
        held, is_whole = held + more, not more
        start = 0
        while (cell := find(held, at)) and at < len(held):
            waits = cell["quoted"] is None and len(held) - at < RECORD and _UNTOLD_RE.match(held, at)
            if not is_whole and (cell.end() == len(held) or waits):
                break
            at = cell.end()
            if cell["end"] != delimiter.encode() and at - start >= BLOCK:
                yield held[start:at]
                start = at
        held, at = held[start:], at - start
        if len(held) > RECORD and not is_whole:
            raise FormatError(f"a row of more than {RECORD >> 20} MiB; name the format with --as if this is no table")
    if held:
        yield held


def _cell(delimiter: str) -> str:
    """A quotation mark opens a quoted cell only at the cell's start, and only if another closes it at its end."""
    end = rf"(?P<end>{delimiter}|\r\n|\n|\r|\Z)"
    return rf'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"(?=[{delimiter}\r\n]|\Z)|(?P<plain>[^{delimiter}\r\n]*)){end}'


@lru_cache
def _cell_re(delimiter: str) -> re.Pattern[str]:
    return re.compile("\ufeff?" + _cell(delimiter))


@lru_cache
def _cell_bytes_re(delimiter: str) -> re.Pattern[bytes]:
    return re.compile(b"(?:\xef\xbb\xbf)?" + _cell(delimiter).encode())
