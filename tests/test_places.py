"""Places: a finding is named by its line and column in the file, however the file spells its text."""

import json
from pathlib import Path

import pytest

from cleanspam.cli.app import run

pytestmark = pytest.mark.usefixtures("work")
AD = "雨停了,(网站建设公司报价),街上又有了人。"
FILES: dict[str, str] = {
    "a.jsonl": "".join(
        json.dumps({"text": text}, ensure_ascii=is_ascii) + "\n"
        for text, is_ascii in (("净。\n二。", False), ("一\n二\n" + AD, True), (AD, False))
    ),
    "b.csv": 'id,text\n1,"甲\n雨停了,(网站建设公司报价),街上。"\n2,"说""好"",(网站建设公司报价),街上"\n',
    "c.json": json.dumps([{"id": 1, "text": "一\n" + AD}, {"id": 2, "text": AD}], ensure_ascii=False, indent=2),
    "d.txt": "一\n二\n" + AD,
}
PLACES: dict[str, list[tuple[int, int, int | None]]] = {
    "a.jsonl": [(2, 46, 2), (3, 15, 3)],
    "b.csv": [(3, 5, 1), (4, 11, 2)],
    "c.json": [(4, 21, 1), (8, 18, 2)],
    "d.txt": [(3, 5, None)],
}


@pytest.mark.parametrize("name", FILES)
def test_the_line_and_the_column_are_those_of_the_file(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """An annotation would stand on another line, or behind the end of the file, and be lost."""
    Path(name).write_text(FILES[name], encoding="utf-8")
    run(["check", name, "--no-cache", "--format", "json"])
    found = json.loads(capfd.readouterr().out)

    assert [(one["line"], one["column"], one.get("record")) for one in found] == PLACES[name]
    lines = FILES[name].split("\n")
    for one in found:
        assert lines[one["line"] - 1][one["column"] - 1 :].startswith(("(", "\\uff08"))


@pytest.mark.parametrize("name", FILES)
def test_the_diff_names_the_same_lines(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A user who opens the file at the line of the diff would see another record."""
    Path(name).write_text(FILES[name], encoding="utf-8")
    run(["diff", name])

    assert [int(line.split(":")[1]) for line in capfd.readouterr().out.splitlines()] == [line for line, _, _ in PLACES[name]]


def test_a_file_without_lines_names_the_record(capfd: pytest.CaptureFixture[str]) -> None:
    """A line of a Parquet file would be made up, and no report would say which row to look at."""
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"text": ["净。", AD]}), "e.parquet")
    run(["check", "e.parquet", "--no-cache"])
    run(["diff", "e.parquet"])
    run(["check", "e.parquet", "--no-cache", "--format", "sarif"])
    concise, diff, sarif = capfd.readouterr().out.split("\n", 2)

    assert concise.startswith("e.parquet:record 2, text: ")
    assert diff.startswith("e.parquet:record 2: 雨停了,[-(网站建设公司报价),-]街上")
    [location] = json.loads(sarif)["runs"][0]["results"][0]["locations"]
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "2/text"
    assert "region" not in location["physicalLocation"]


def test_lines_are_counted_on_over_the_pieces_of_a_file(capfd: pytest.CaptureFixture[str]) -> None:
    """Beyond the first MiB every finding would be named too high."""
    plain = json.dumps({"text": "没有。" * 100}, ensure_ascii=False) + "\n"
    Path("long.jsonl").write_text(plain * 2000 + json.dumps({"text": AD}, ensure_ascii=False), encoding="utf-8")
    run(["check", "long.jsonl", "--no-cache", "--format", "json"])
    [found] = json.loads(capfd.readouterr().out)

    assert (found["line"], found["column"], found["record"]) == (2001, 15, 2001)
