"""Columns and tables of Arrow: each text is cleaned as a cleaner cleans it alone, whatever the type of the column."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanspam import Cleaner, Cleaning, CleanspamError, FormatError, Recipe, load_rules, restore

pa = pytest.importorskip("pyarrow")

from cleanspam.arrow import CUTS, CleanTables, clean_column, restore_column  # noqa: E402 (needs pyarrow)
from cleanspam.formats.columns import find_suspects  # noqa: E402 (needs pyarrow)

PLANTED = "雨停了,(怎么注册公司),街上又有了人。"
CLEANED = "雨停了,街上又有了人。"
TWICE = "雨停了,(怎么注册公司),街上有人。\n她回家,(北京网站建设公司),天黑了。"
FLAGGED = "桌上有茶,(家电回收公司),还有梨。"
MARKED = PLANTED + "<!-- cleanspam: keep -->"
TEXTS = [PLANTED, CLEANED, TWICE, FLAGGED, MARKED, f"{MARKED}\n{PLANTED}", "", "雨停了(其实没有走远)。", "\0(", "🌧" + PLANTED]
CLEANER = Cleaner(load_rules())
PLAIN = [pa.string(), pa.large_string(), *([pa.string_view()] if hasattr(pa, "string_view") else [])]
CODED = [pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int32(), pa.large_string())]
NULLS = [pa.null(), pa.list_(pa.null())]
LISTS = [pa.list_(pa.string()), pa.large_list(pa.large_string()), pa.list_(pa.dictionary(pa.int16(), pa.string()))]
KINDS = [*PLAIN, *CODED, *LISTS]
texts = st.lists(st.none() | st.sampled_from(TEXTS), max_size=12)
edges = st.tuples(st.integers(0, 4), st.integers(0, 4))


def wanted(value: Any) -> Any:
    """Return the value that a column must have instead of a value."""
    if isinstance(value, list):
        return [wanted(item) for item in value]
    return None if value is None else cleaning_of(value).text


@cache
def cleaning_of(text: str) -> Cleaning:
    """Return the cleaning of a text by itself."""
    return CLEANER.clean_marked(text)


def values_of(kind: Any, given: list[str | None]) -> list[Any]:
    """Return the texts as values of a column: for one of lists, as lists of none to three, with a null."""
    if kind not in LISTS:
        return list(given)
    lists: list[Any] = [given[at : at + at % 4] for at in range(len(given))]
    return [*lists, None] if lists else []


def check(column: Any) -> None:
    """Check that a column obeys all laws."""
    before = column.to_pylist()
    cleaned, cleanings = clean_column(column)
    cleaned.validate(full=True)
    after = cleaned.to_pylist()

    assert after == [wanted(value) for value in before]
    assert cleaned.type == column.type
    assert (cleaned is column) == (before == after) == (not cleanings)
    for place, cleaning in cleanings.items():
        old, new = (value[place[0]][place[1]] if isinstance(place, tuple) else value[place] for value in (before, after))
        assert cleaning == cleaning_of(old)
        assert restore(new, cleaning.cuts) == old


def in_chunks(kind: Any, parts: list[list[str | None]]) -> Any:
    """Return a column in chunks."""
    return pa.chunked_array([pa.array(values_of(kind, part), kind) for part in parts], kind)


@pytest.mark.parametrize("kind", KINDS, ids=str)
@settings(max_examples=15)
@given(given=texts, edge=edges)
def test_an_array_or_a_slice_of_it_is_cleaned_as_its_texts_are(
    kind: Any, given: list[str | None], edge: tuple[int, int]
) -> None:
    """An engine's texts would differ from the command line's, or a slice would be read from the wrong place."""
    array = pa.array(values_of(kind, given), kind)
    first, less = edge

    check(array)
    check(array.slice(first, max(len(array) - first - less, 0)))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@settings(max_examples=15)
@given(parts=st.lists(texts, max_size=3))
def test_chunks_are_cleaned_each_in_its_place(kind: Any, parts: list[list[str | None]]) -> None:
    """Rows behind the first chunk would get the wrong numbers, or a column other chunks."""
    column = in_chunks(kind, parts)

    check(column)
    assert [len(chunk) for chunk in clean_column(column).column.chunks] == [len(chunk) for chunk in column.chunks]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@settings(max_examples=15)
@given(parts=st.lists(texts, max_size=3))
def test_the_column_of_cuts_restores_the_column(kind: Any, parts: list[list[str | None]]) -> None:
    """What an engine cut could not be put back."""
    table = pa.table({"text": in_chunks(kind, parts)})
    cleaned = CleanTables(cuts="cuts")(table)
    cleaned.validate(full=True)
    column = cleaned["text"]
    restored = restore_column(column, cleaned["cuts"])

    assert restored.to_pylist() == table["text"].to_pylist()
    assert restored.type == kind
    assert (restored is column) == (not any(cleaned["cuts"].to_pylist()))


@pytest.mark.parametrize("kind", NULLS, ids=str)
def test_a_batch_without_a_value_comes_through(kind: Any) -> None:
    """Ray and datasets give such a batch no type, and the job would end at it."""
    check(pa.array([None, None], kind))
    if kind != pa.null():
        check(pa.array([[], [None]], kind))


def test_clean_chunks_are_not_copied() -> None:
    """A corpus without spam would be copied once more for nothing."""
    column = pa.chunked_array([[CLEANED], [PLANTED], [CLEANED]])
    cleaned = clean_column(column).column

    addresses = [[chunk.buffers()[2].address for chunk in one.chunks] for one in (column, cleaned)]
    assert [addresses[0][0], addresses[0][2]] == [addresses[1][0], addresses[1][2]]


def test_a_dictionary_is_cleaned_once_for_all_its_chunks() -> None:
    """A column of a million rows and two texts would be judged a million times."""
    asked = []

    class Counting(Cleaner):
        def clean_marked(self, text: str) -> Any:
            asked.append(text)
            return super().clean_marked(text)

    coded = pa.array([PLANTED, CLEANED, PLANTED]).dictionary_encode()
    cleaned, cleanings = clean_column(pa.chunked_array([coded, coded.slice(1)]), Counting(CLEANER.ruleset))

    assert cleaned.to_pylist() == [CLEANED] * 5
    assert sorted(cleanings) == [0, 2, 4]
    assert asked == [PLANTED]


def test_texts_that_become_equal_share_a_code() -> None:
    """A frame with categories could not be made: pandas wants distinct ones."""
    cleaned = clean_column(pa.array([PLANTED, CLEANED, None]).dictionary_encode()).column

    assert cleaned.dictionary.to_pylist() == [CLEANED]
    assert cleaned.to_pylist() == [CLEANED, CLEANED, None]


def test_what_no_row_uses_of_a_dictionary_changes_nothing() -> None:
    """A filtered column would come back as another one."""
    coded = pa.DictionaryArray.from_arrays(pa.array([1, 1]), pa.array([PLANTED, CLEANED]))

    assert clean_column(coded).column is coded


def test_what_a_null_hides_stays_hidden() -> None:
    """A cut would be reported in a text that nobody can see."""
    hidden = pa.ListArray.from_arrays(pa.array([0, 1, 2]), pa.array([PLANTED, PLANTED]), mask=pa.array([True, False]))
    null = pa.StringArray.from_buffers(1, *pa.array([PLANTED]).buffers()[1:], pa.py_buffer(b"\0"))

    assert list(clean_column(hidden).cleanings) == [(1, 0)]
    assert clean_column(null).column is null


def test_bytes_that_are_no_text_stay_and_the_others_are_cleaned() -> None:
    """One damaged row would end a job of a million."""
    broken = PLANTED.encode() + b"\xff"
    binary = pa.array([broken, PLANTED.encode()])
    column = pa.StringArray.from_buffers(2, *binary.buffers()[1:])

    cleaned = clean_column(column).column

    assert cleaned.cast(pa.binary()).to_pylist() == [broken, CLEANED.encode()]


@pytest.mark.parametrize("kind", [pa.int64(), pa.binary(), pa.struct([("text", pa.string())]), pa.list_(pa.list_(pa.string()))])
def test_other_types_are_refused_by_name(kind: Any) -> None:
    """A wrong column would pass for one without spam."""
    with pytest.raises(FormatError, match="has no texts; name one of strings"):
        clean_column(pa.array([None], kind))


@pytest.mark.parametrize("made", [lambda table: table, lambda table: table.to_batches()[0]], ids=["table", "batch"])
def test_tables_and_batches_keep_their_kind_schema_and_other_columns(made: Callable[[Any], Any]) -> None:
    """An engine would lose metadata, or get a table where it gave a batch."""
    field = pa.field("text", pa.string(), nullable=False, metadata={"lang": "zh"})
    schema = pa.schema([pa.field("id", pa.int64()), field], metadata={"origin": "here"})
    given = made(pa.Table.from_pydict({"id": [7, 8], "text": [PLANTED, CLEANED]}, schema=schema))

    cleaned = CleanTables()(given)

    assert type(cleaned) is type(given)
    assert cleaned.schema.equals(schema, check_metadata=True)
    assert cleaned.to_pydict() == {"id": [7, 8], "text": [CLEANED, CLEANED]}
    assert CleanTables()(cleaned) is cleaned


def test_batches_come_one_by_one() -> None:
    """A partition of Spark would be held in memory whole."""
    cleaned = CleanTables(cuts="cuts").batches(iter(pa.table({"text": [PLANTED]}).to_batches() * 2))

    assert next(cleaned).column("text").to_pylist() == [CLEANED]
    assert next(cleaned).schema.field("cuts").type == CUTS
    assert next(cleaned, None) is None


def test_cuts_and_flags_say_where_what_and_by_which_rule() -> None:
    """Nobody could count by rule, or see what was nearly cut."""
    table = pa.table({"a": [TWICE, FLAGGED], "b": [[CLEANED, PLANTED], None]})
    cleaned = CleanTables("a", "b", cuts="cuts", flags="flags")(table)
    cuts, flags = cleaned["cuts"].to_pylist(), cleaned["flags"].to_pylist()

    assert [(cut["field"], cut["item"], cut["start"], cut["end"], cut["text"]) for cut in cuts[0]] == [
        ("a", 0, 4, 13, "(怎么注册公司),"),
        ("a", 0, 23, 34, "(北京网站建设公司),"),
        ("b", 1, 4, 13, "(怎么注册公司),"),
    ]
    assert all(CLEANER.ruleset.rule(cut["rule"]) for cut in [*cuts[0], *flags[1]])
    assert (cuts[1], flags[0]) == ([], [])
    assert [(flag["text"], flag["start"]) for flag in flags[1]] == [("(家电回收公司)", 5)]
    for name in "ab":
        assert restore_column(cleaned[name], cleaned["cuts"], name).equals(table[name])


def test_cuts_that_an_engine_gives_back_as_other_lists_restore_all_the_same() -> None:
    """Ray and datasets give back large lists, and nulls for what is empty."""
    cleaned = CleanTables(cuts="cuts")(pa.table({"text": [PLANTED, CLEANED]}))
    cuts = pa.array([cleaned["cuts"][0].as_py(), None], pa.large_list(CUTS.value_type))

    assert restore_column(cleaned["text"], cuts).to_pylist() == [PLANTED, CLEANED]


def test_cuts_of_another_table_are_refused() -> None:
    """Restoring would make a text that never existed."""
    cleaned = CleanTables("a", "b", cuts="cuts")(pa.table({"a": [PLANTED], "b": [PLANTED]}))

    with pytest.raises(FormatError, match="cuts of the columns a, b; say which"):
        restore_column(cleaned["a"], cleaned["cuts"])
    with pytest.raises(FormatError, match="2 rows and cuts of 1"):
        restore_column(pa.array([CLEANED, CLEANED]), cleaned["cuts"])
    with pytest.raises(FormatError, match="no text that they were cut from"):
        restore_column(pa.array([None], pa.string()), cleaned["cuts"], "a")


def test_without_a_name_text_is_cleaned_or_else_content() -> None:
    """The choice would differ from the command line's."""
    table = pa.table({"content": [PLANTED], "title": [PLANTED]})

    assert CleanTables()(table).to_pydict() == {"content": [CLEANED], "title": [PLANTED]}
    assert CleanTables()(table.append_column("text", [[PLANTED]]))["content"].to_pylist() == [PLANTED]


def test_a_wrong_name_is_refused_with_the_names_there_are() -> None:
    """A typo would pass for a corpus without spam."""
    table = pa.table({"id": [1], "text": [PLANTED]})

    with pytest.raises(FormatError, match="no column txt, or several; the columns are: id, text"):
        CleanTables("txt")(table)
    with pytest.raises(FormatError, match="there is a column id already"):
        CleanTables(cuts="id")(table)


def test_a_cleaner_of_tables_is_small_and_the_same_in_every_process() -> None:
    """An engine's cache would never hit."""
    code = "import pickle; from cleanspam.arrow import *; print(pickle.dumps(CleanTables('a', cuts='cuts')).hex())"
    elsewhere = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)]

    assert elsewhere[0] == elsewhere[1]
    assert len(pickle.dumps(CleanTables("a", cuts="cuts"))) < 300
    assert pickle.loads(bytes.fromhex(elsewhere[0].decode())).cuts == "cuts"


def test_a_recipe_chooses_the_rules_of_tables() -> None:
    """Workers would clean by the shipped rules whatever was asked for; other rules than the driver's would go unnoticed."""
    table = pa.table({"text": [FLAGGED]})

    assert CleanTables()(table) is table
    assert CleanTables(recipe=Recipe.load(cut_flagged=True))(table)["text"].to_pylist() == ["桌上有茶,还有梨。"]
    with pytest.raises(CleanspamError, match="install the same on all machines"):
        CleanTables(recipe=Recipe.load()._replace(rules="0" * 12))(table)


def test_a_dictionary_is_screened_once_for_all_its_rows() -> None:
    """A column of a few texts in millions of rows would take as long as a column of millions of texts."""
    column = pa.array(["雨停了。", None, PLANTED, "雨停了。", PLANTED], pa.string()).dictionary_encode()

    assert list(find_suspects(column, CLEANER.judge.screen)) == [2, 4]
    assert list(find_suspects(column.slice(1, 3), CLEANER.judge.screen)) == [1]
    assert list(find_suspects(column, None)) == [0, 1, 2, 3, 4]
