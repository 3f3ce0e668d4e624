"""CSV and TSV: rows under a header. Every byte outside a cut stays."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import AnyStr, BinaryIO, ClassVar, Generic, cast

from cleanspam.errors import FormatError
from cleanspam.formats.base import BLOCK, RECORD, Edited, Editor, Eraser, Passage, decode_head
from cleanspam.formats.blocks import read_whole, write_pieces
from cleanspam.formats.fields import select_fields

_SEMICOLON = ";"
_QUOTE_RE = re.compile('""')
_BOM, _BOMS = "(?:\ufeff)?", "(?:\ufeff)*"
_FEW = 99  # the most doubled marks in a cell that a single pattern matches


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A table with a header row. `fields` are names of columns; the default is `text` or `content`."""

    delimiter: str = ","
    fields: tuple[str, ...] = ()
    columns: tuple[tuple[int, str], ...] = ()  # the index and the name of each column to clean
    width: int = 0  # the number of columns in the header
    header: bytes = b""  # only the first piece begins with it
    encoding: str = "utf-8"
    name: str = "csv"
    rewrites_records: ClassVar[bool] = False
    keeps_bytes: ClassVar[bool] = True
    member_per_write: ClassVar[bool] = True

    def fitted(self, head: bytes, encoding: str) -> "TableFormat":
        """Find the columns in the header. A .csv file without a comma there may have semicolons."""
        text = decode_head(head, encoding).lstrip("\ufeff")
        delimiter = self.delimiter
        names = _header(text, delimiter)
        if delimiter == "," and len(names) == 1 and _SEMICOLON in names[0]:
            delimiter, names = _SEMICOLON, _header(text, _SEMICOLON)
        fields = select_fields(self.fields, names if text else (), beside=True)
        columns = tuple((column, name) for column, name in enumerate(names) if name in fields)
        return replace(self, delimiter=delimiter, columns=columns, width=len(names), header=head[:64], encoding=encoding)

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield blocks of whole rows."""
        return read_whole(source) if self.encoding.startswith("utf-16") else _row_blocks(source, self.delimiter)

    def edit(self, piece: bytes, editor: Editor) -> Edited:
        eraser, rows, line, counted = Eraser(piece, self.encoding), 0, 0, 0
        eraser.check(editor)
        is_first = bool(self.header) and piece.startswith(self.header)
        for rows, row in enumerate(_rows(eraser.text, self.delimiter)):
            if rows == 0 and is_first:
                continue
            line += eraser.text.count("\n", counted, row[0].start())
            counted = row[0].start()
            if len(row) == self.width:
                self._edit_row(eraser, editor, row, line, rows - is_first)
            elif len(row) > 1 or _value(row[0]):  # not an empty line, which is no row
                editor.problem(line, f"broken record: {len(row)} cells under {self.width} columns")
        return eraser.result(eraser.text.count("\n"), rows + 1 - is_first)

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:  # noqa: ARG002 (others need it)
        write_pieces(pieces, sink)

    def _edit_row(self, eraser: Eraser, editor: Editor, row: list[re.Match[str]], line: int, record: int) -> None:
        for column, name in self.columns:
            cell = row[column]
            quoted = cell["quoted"]
            value = _value(cell)
            raw = quoted if quoted is not None and quoted != value else ""
            start = cell.start("quoted" if quoted is not None else "plain")
            refuse = None if quoted is not None else _refuse_lone if self.width == 1 else _refuse
            before = eraser.text.rfind("\n", 0, start) + 1
            here = line + eraser.text.count("\n", row[0].start(), start)
            eraser.edit(Passage(value, here, record, name, start, raw, refuse, _QUOTE_RE, start - before), editor)


def _refuse(left: str) -> str:
    """Return why an unquoted cell may not hold the rest of a text; "" if it may."""
    return "a cut would leave a quotation mark at the start of a cell; it stays as it is" if left.startswith('"') else ""


def _refuse_lone(left: str) -> str:
    """Return the same for the only cell of a row: an empty line is no row."""
    return _refuse(left) if left else "a cut would leave a row of nothing, which is none; it stays as it is"


def _value(cell: re.Match[str]) -> str:
    """Return the text of a cell."""
    quoted: str | None = cell["quoted"]
    return cell["plain"] or "" if quoted is None else quoted.replace('""', '"')


def _header(text: str, delimiter: str) -> list[str]:
    return [_value(cell) for cell in next(_rows(text, delimiter), [])]


def _rows(text: str, delimiter: str) -> Iterator[list[re.Match[str]]]:
    """Yield the rows of a text as matches of their cells."""
    row: list[re.Match[str]] = []
    cells, at = _text_cells(delimiter), 0
    simple = cells.simple.match
    while at < len(text) or row:
        cell = simple(text, at) or cells.other(text, at)
        row.append(cell)
        at = cell.end()
        if cell["end"] != delimiter:
            yield row
            row = []


def _row_blocks(source: BinaryIO, delimiter: str) -> Iterator[bytes]:
    """Yield blocks that end at the first end of a row behind BLOCK bytes.

    Raises FormatError for a row of more than RECORD bytes.
    """
    cells = _byte_cells(delimiter)
    simple = cells.simple.match
    held, at, is_whole = b"", 0, False
    while not is_whole:
        # A row of 60 MB is searched from its start after each read. A row that is too long is held together with the last read.
        more = source.read(max(BLOCK, min(len(held) // 2, RECORD // 4)))
        held, is_whole = held + more, not more
        start = 0
        while at < len(held):
            cell = simple(held, at) or cells.other(held, at)
            waits = cell.re is cells.plain and len(held) - at < RECORD and cells.is_untold(held, at)
            if not is_whole and (waits or cell.end() == len(held)):
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


@dataclass(frozen=True, slots=True)
class _Cells(Generic[AnyStr]):
    """Finds the cells of a text, or of its bytes, by patterns for parts of cells.

    A quotation mark opens a quoted cell only at the cell's start, and only if another one closes it at the cell's end: the
    first that is not doubled. A single pattern for cells would keep 120 bytes for each doubled mark to backtrack.
    """

    simple: re.Pattern[AnyStr]  # a cell with few marks, as most cells are
    quoted: re.Pattern[AnyStr]  # a quoted cell up to a known end
    plain: re.Pattern[AnyStr]  # any other cell
    opening: re.Pattern[AnyStr]
    end: re.Pattern[AnyStr]
    run: re.Pattern[AnyStr]  # a run of marks
    odd: re.Pattern[AnyStr]  # the start of a run of one mark, or of more than two

    def other(self, text: AnyStr, at: int) -> re.Match[AnyStr]:
        """Return the cell at `at` if it is not simple: a match with the groups `quoted` or `plain`, and `end`."""
        opening = self.opening.match(text, at)
        closing = self._closing(text, opening.end()) if opening else len(text)
        end = self.end.match(text, closing + 1) if closing < len(text) else None
        found = self.quoted.match(text, at, end.end()) if end else self.plain.match(text, at)
        return cast("re.Match[AnyStr]", found)  # always a match: any text may be a plain cell

    def is_untold(self, text: AnyStr, at: int) -> bool:
        """Tell whether the cell at `at` begins with a quotation mark whose partner may not have arrived yet."""
        opening = self.opening.match(text, at)
        return opening is not None and self._closing(text, opening.end()) >= len(text) - 1

    def _closing(self, text: AnyStr, at: int) -> int:
        """Return the first quotation mark from `at` on that is not doubled; the end of the text if there is none."""
        run = self.run.match(text, at)
        while run and (run.end() - run.start()) % 2 == 0:
            odd = self.odd.search(text, run.end())
            run = odd and self.run.match(text, odd.start())
        return run.end() - 1 if run else len(text)


def _cells(delimiter: str, spelled: Callable[[str], AnyStr]) -> _Cells[AnyStr]:
    plain, end = rf"(?P<plain>[^{delimiter}\r\n]*)", rf"(?P<end>{delimiter}|\r\n|\n|\r|\Z)"
    patterns = (
        rf'{_BOM}(?:"(?P<quoted>[^"]*(?:""[^"]*){{0,{_FEW}}})"|(?!{_BOMS}"){plain}){end}',
        rf'{_BOM}"(?P<quoted>(?s:.*))"{end}\Z',
        rf"{_BOM}(?P<quoted>(?!))?{plain}{end}",
        rf'{_BOM}"',
        end,
        '"*',
        r'(?<!")"(?:(?!")|"")',
    )
    return _Cells(*[re.compile(spelled(pattern)) for pattern in patterns])


@lru_cache
def _text_cells(delimiter: str) -> _Cells[str]:
    return _cells(delimiter, str)


@lru_cache
def _byte_cells(delimiter: str) -> _Cells[bytes]:
    return _cells(delimiter, str.encode)
