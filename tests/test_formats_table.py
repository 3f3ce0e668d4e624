"""CSV and TSV: rows keep their bytes, quotation marks and line ends; only cells with a cut lose bytes."""

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam import Cleaner, FormatError, load_rules
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect, edited
from cleanspam.formats import table
from cleanspam.formats.table import TableFormat

PLANTED = "桥头的灯亮到半夜,(网店淘宝开店流程教程),卖馄饨的还没有收摊。"
CLEAN = "桥头的灯亮到半夜,卖馄饨的还没有收摊。"
CLEANER = Cleaner(load_rules())


def cleaned(text: str, made: TableFormat = TableFormat(), encoding: str = "utf-8") -> tuple[str, list[ChunkResult]]:  # noqa: B008 (a value)
    """Return a cleaned table, and the results of its pieces."""
    data = text.encode(encoding)
    fitted = made.fitted(data[: 1 << 20], encoding)
    editor = ChunkEditor(fitted, CLEANER, Collect(cut_records=True))
    chunks = list(edited(map, editor, fitted.pieces(io.BytesIO(data))))
    return b"".join(piece for piece, _ in chunks).decode(encoding), [result for _, result in chunks]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ('id,text\r\n1,"%s"\r\n2,短\r\n', TableFormat()),
        ('\ufefftext,"b ""x"""\n"他说：""%s""，\n走了",\n', TableFormat()),
        ("a;content;b\n1;%s;\n\n;;\n", TableFormat()),
        ("text\tb\n%s\t\"\n%s\t'", TableFormat("\t")),
        ('正文\t注\n%s\t"%s"\n', TableFormat("\t", ("正文",))),
        ("text\r%s\r短\r", TableFormat("\t")),
    ],
)
def test_a_cut_takes_only_its_own_bytes(text: str, made: TableFormat) -> None:
    """Quotation marks, delimiters and line ends would be normalised."""
    expected = text.replace("%s", CLEAN) if "正文" not in text else text.replace("%s", CLEAN, 1).replace("%s", PLANTED)

    assert cleaned(text.replace("%s", PLANTED), made)[0] == expected


def test_a_row_with_too_many_cells_passes_through_and_is_named() -> None:
    """The wrong column would be cleaned."""
    text = f'id,text\n1,"{PLANTED}"\n2,{PLANTED}\n3,"{PLANTED}"\n'
    found, outcomes = cleaned(text)

    assert found == f'id,text\n1,"{CLEAN}"\n2,{PLANTED}\n3,"{CLEAN}"\n'
    assert [problem.line for outcome in outcomes for problem in outcome.problems] == [3]


def test_columns_that_are_not_there_are_told() -> None:
    """A slip in --field would clean nothing, and nobody would know."""
    with pytest.raises(FormatError, match=re.escape("--field: 标题, 正文")):
        cleaned("标题,正文\n甲,乙\n")


def test_a_large_table_is_read_in_whole_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row would be torn at a line end inside a quoted cell."""
    monkeypatch.setattr(table, "BLOCK", 1 << 10)
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["n", "text", "注"])
    rows = [[str(number), f'{PLANTED}\r\n“{number}”,\n"x"', 'a"b\n'] for number in range(300)]
    writer.writerows(rows)
    found, outcomes = cleaned(sink.getvalue())

    assert list(csv.reader(io.StringIO(found, newline="")))[1:] == [
        [n, text.replace(PLANTED, CLEAN), note] for n, text, note in rows
    ]
    assert len(outcomes) > 20
    assert [taking.record for outcome in outcomes for taking in outcome.cut_records] == list(range(1, 301))


def test_a_block_may_end_anywhere_in_a_quoted_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a cell behind a doubled quotation mark would be read as rows, and other columns be cut."""
    note = f'他说""慢走""，{PLANTED}\r\n又说""再来"", 就关了门'
    rows = [f'{at},"{note}","{PLANTED}"\r\n' for at in range(3)]
    text = "".join(["id,note,text\r\n", *rows])
    expected = "".join(["id,note,text\r\n", *(f'{at},"{note}","{CLEAN}"\r\n' for at in range(3))])
    for size in range(1, len(text.encode())):
        monkeypatch.setattr(table, "BLOCK", size)
        found, outcomes = cleaned(text)
        assert found == expected, size
        assert not any(outcome.problems for outcome in outcomes)


def test_a_table_in_utf_16_comes_back_in_utf_16() -> None:
    """The format that spreadsheets call Unicode text could not be read."""
    text = f"\ufeffid\ttext\r\n1\t{PLANTED}\r\n"

    assert cleaned(text, TableFormat("\t"), "utf-16-le")[0] == text.replace(PLANTED, CLEAN)


@given(st.lists(st.lists(st.text(alphabet='a,"\n\r\t短（）'), min_size=2, max_size=2), min_size=1, max_size=8))
def test_any_table_without_a_cut_comes_back(rows: list[list[str]]) -> None:
    """A table without a planting would change."""
    sink = io.StringIO()
    csv.writer(sink).writerows([["text", "b"], *rows])

    assert cleaned(sink.getvalue())[0] == sink.getvalue()


HOSTILE = st.text(alphabet='"",;\n\r\ufeffa短', max_size=30)


Cells = list[tuple[str | None, str | None, str]]


def told(text: str, delimiter: str) -> Cells:
    """Return the cells of a text by one pattern. It defines a cell, but needs too much memory for long cells."""
    end = rf"({delimiter}|\r\n|\n|\r|\Z)"
    cell = re.compile(rf'\ufeff?(?:"([^"]*(?:""[^"]*)*)"(?=[{delimiter}\r\n]|\Z)|([^{delimiter}\r\n]*)){end}')
    found: Cells = []
    at = 0
    while at < len(text) or (found and found[-1][2] == delimiter):
        match = cell.match(text, at)
        assert match
        found.append((match[1], match[2], match[3]))
        at = match.end()
    return found


def looked_for(cells: Any, text: str | bytes, delimiter: str | bytes) -> list[Any]:
    """Return the cells that the module finds."""
    found: list[Any] = []
    at = 0
    while at < len(text) or (found and found[-1][2] == delimiter):
        cell = cells.simple.match(text, at) or cells.other(text, at)
        found.append((cell["quoted"], None if cell["quoted"] is not None else cell["plain"], cell["end"]))
        at = cell.end()
    return found


@given(HOSTILE, st.sampled_from(",;"), st.sampled_from([0, 1, 99]))
@example('\ufeff\ufeff"', ",", 0)
@example('\ufeff\ufeff\ufeff"', ",", 0)
def test_a_cell_ends_at_the_first_mark_that_is_not_doubled(text: str, delimiter: str, few: int) -> None:
    """With marks in odd places other cells would be cut, or a row would be torn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_FEW", few)
        in_text, in_bytes = table._cells(delimiter, str), table._cells(delimiter, str.encode)
    expected = told(text, delimiter)

    assert looked_for(in_text, text, delimiter) == expected
    encoded = [tuple(part if part is None else part.encode() for part in cell) for cell in expected]
    assert looked_for(in_bytes, text.encode(), delimiter.encode()) == encoded


@given(
    st.lists(st.lists(st.text(alphabet='a,"\n\r短', max_size=12), min_size=2, max_size=2), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(1, 40),
)
def test_cells_are_what_the_csv_module_reads(rows: list[list[str]], end: str, quotes_all: bool, size: int) -> None:
    """If a block ends between two marks, a cell would be read as several, and its spam would stay."""
    sink = io.StringIO()
    rows = [[f"{note}{PLANTED}", f"{text}{PLANTED}"] for note, text in rows]
    writer = csv.writer(sink, quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL, lineterminator=end)
    writer.writerows([["note", "text"], *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "BLOCK", size)
        found, outcomes = cleaned(sink.getvalue(), TableFormat(fields=("text",)))

    expected = [[note, CLEANER.clean(text).text] for note, text in rows]
    assert list(csv.reader(io.StringIO(found, newline="")))[1:] == expected
    assert not any(outcome.problems for outcome in outcomes)


@pytest.mark.parametrize("row", ["x" * 40_000, "1," * 20_000])
def test_a_row_that_never_ends_is_refused(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without a comma or a line end would be held in memory as a whole."""
    monkeypatch.setattr(table, "BLOCK", 1 << 10)
    monkeypatch.setattr(table, "RECORD", 1 << 14)

    with pytest.raises(FormatError, match="a row of more than"):
        cleaned(f"id,text\n{row}", TableFormat())


def test_an_unbalanced_quotation_mark_is_no_endless_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows behind it would be lost to the same limit."""
    monkeypatch.setattr(table, "BLOCK", 1 << 10)
    monkeypatch.setattr(table, "RECORD", 1 << 14)
    planted, clean = (
        "桥头的灯亮到半夜，（网店淘宝开店流程教程），卖馄饨的还没有收摊。",
        "桥头的灯亮到半夜，卖馄饨的还没有收摊。",
    )
    rows = "".join(f"{at},{planted}\n" for at in range(1_000))

    text, _ = cleaned(f'id,text\n0,"x\n{rows}')
    assert text == f'id,text\n0,"x\n{rows.replace(planted, clean)}'
