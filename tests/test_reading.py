"""Reading texts: every format yields its texts and nothing else, and unreadable files are named and passed over."""

import csv
import gzip
import io
import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from cleanspam import Cleaner, CleanspamError
from cleanspam.cli.app import run
from cleanspam.cli.options import FormatOptions
from cleanspam.cli.reading import Reading
from cleanspam.corpus.chunk import ChunkEditor
from cleanspam.formats.text import TextFormat
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.workshop.mine import ParentheticalCensus

Capture = pytest.CaptureFixture[str]
# One with a bracket and one without: the formats of JSON need not look at the second to clean it.
TEXTS = ["风筝断了线,(纸伞批发),落在“田”里。", "没有括号的一句，也要读到。\n第二行"]
RECORDS: list[dict[str, Any]] = [{"id": f"({at})", "text": text, "n": 1.50} for at, text in enumerate(TEXTS)]
RULES = """\
rule  umbrella
about Umbrellas by wholesale.
at alone
cut   纸伞批发
cuts  风筝断了线,[-(纸伞批发),-]落下来。
keeps 风筝断了线(纸伞很多),落下来。
"""


def read_with(paths: list[Path] | None, as_: str | None, fields: list[str] | None, encoding: str) -> Reading:
    """Return a reader of paths in a format."""
    return Reading(paths, formats=FormatOptions(as_=as_, field=fields, encoding=encoding))


def jsonl(records: list[dict[str, Any]] = RECORDS) -> bytes:
    """Return records as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def table() -> bytes:
    """Return the records as CSV."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, ["id", "text", "n"])
    writer.writeheader()
    writer.writerows(RECORDS)
    return sink.getvalue().encode()


def columns() -> bytes:
    """Return the records as Parquet."""
    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(RECORDS), sink)
    return sink.getvalue()


def web() -> bytes:
    """Return the texts as records of a WARC file."""
    head = "WARC/1.0\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n"
    return b"".join(head.format(len(text.encode())).encode() + text.encode() + b"\r\n\r\n" for text in TEXTS)


FILES = {
    "a.jsonl": jsonl(),
    "bom.jsonl": b"\xef\xbb\xbf" + jsonl(),
    "gaps.jsonl": jsonl().replace(b"\n", b"\r\n\r\n"),
    "escaped.jsonl": "".join(json.dumps(record) + "\n" for record in RECORDS).encode(),
    "a.jsonl.gz": gzip.compress(jsonl()),
    "a.json": json.dumps(RECORDS, ensure_ascii=False, indent=1).encode(),
    "a.csv": table(),
    "a.parquet": columns(),
    "a.warc": web(),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with rules."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.rules").write_text(RULES, encoding="utf-8")
    return tmp_path


def read(*names: str, **options: Any) -> list[str]:
    """Return the texts of files, all of which can be read."""
    reading = read_with([Path(name) for name in names], **{"as_": None, "fields": None, "encoding": "auto"} | options)
    texts: list[str] = []
    reading.each_text(texts.append)
    assert reading.code == 0
    return texts


@pytest.mark.parametrize("name", FILES)
def test_each_text_of_a_record_is_one_text(name: str) -> None:
    """Ids, keys and quotation marks would be counted as text, and text with escapes would be missed."""
    Path(name).write_bytes(FILES[name])
    assert read(name) == TEXTS


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])  # Parquet is judged in another process: its library may end it
def test_what_is_read_is_what_is_judged(name: str) -> None:
    """Counts would be made from other texts than those that are cleaned."""
    judged = []

    class Noting(Cleaner):
        def clean(self, text: str) -> Any:
            judged.append(text)
            return super().clean(text)

    Path(name).write_bytes(FILES[name])
    noting = Noting(parse_rules([RuleSource("own.rules", RULES)]))
    list(Reading([Path(name)], jobs=1).scanned(ChunkEditor(TextFormat(), noting)))
    assert [text for text in read(name) if "(" in text] == [text for text in judged if "(" in text] == TEXTS[:1]


def test_a_json_file_may_be_one_record_or_a_large_array() -> None:
    """A record would be taken for an array, or what lies behind the first piece of a file be lost."""
    Path("one.json").write_text(json.dumps(RECORDS[1]), encoding="utf-8")
    assert read("one.json") == TEXTS[1:]
    many = [{"text": f"{number} {'长' * 3000}"} for number in range(1000)]
    Path("many.json").write_text(json.dumps(many, ensure_ascii=False), encoding="utf-8")
    assert read("many.json") == [record["text"] for record in many]
    Path("empty.json").write_text(" [ ] ", encoding="utf-8")
    assert read("empty.json") == []


def test_fields_formats_and_encodings_are_as_with_the_other_commands() -> None:
    """A count would lack the options of `clean`."""
    talk = {"messages": [{"content": TEXTS[0]}, {"content": TEXTS[1]}], "text": "别的"}
    Path("talk.log").write_bytes(json.dumps(talk, ensure_ascii=False).encode("gb18030"))
    assert read("talk.log", as_="jsonl", fields=["messages[].content"], encoding="gb18030") == TEXTS
    Path("wide.txt").write_bytes(TEXTS[1].encode("utf-16"))
    assert [text.lstrip("\ufeff") for text in read("wide.txt")] == TEXTS[1:]
    with pytest.raises(CleanspamError, match="unknown format 'jsnl'"):
        read_with(None, "jsnl", None, "auto")


def test_a_large_text_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text behind the first MiB of a file, or the first 64 KiB of a pipe, would not be counted."""
    text = f"{'村口的树，叶子落尽了。' * 10}\n" * 10_000
    Path("long.txt").write_text(text, encoding="utf-8")
    blocks = read("long.txt")
    assert "".join(blocks) == text
    assert 1 < len(blocks) < 20
    with Path("long.txt").open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        assert "".join(read("-")) == text


def test_a_pipe_has_the_format_that_it_is_said_to_have() -> None:
    """A shell's <(zcat …) would be counted as raw JSON."""
    os.mkfifo("pipe")
    if os.fork() == 0:
        Path("pipe").write_bytes(jsonl())
        os._exit(0)
    assert read("pipe", as_="jsonl") == TEXTS
    os.wait()


BROKEN = {
    "cut.jsonl": (b'{"text": "a"}\n{"text": "b\n{"text": "c"}\n', ["a", "c"], "cut.jsonl:2: broken record: "),
    "two.jsonl": (b'{"text": "a"} {"text": "b"}\n', [], "two.jsonl:1: broken record: something stands behind the record"),
    "cut.json": (b'[\n{"text": "a"},\n{"text" "b"}]\n', ["a"], "cut.json:3: broken record: "),
    "gap.json": (b'[{"text": "a"}\n{"text": "b"}]\n', ["a"], "gap.json:2: broken record: "),
    "cut.csv": (b"id,text\n1,a\n2\n3,c\n", ["a", "c"], "cut.csv:3: broken record: 1 cells under 2 columns"),
    "cut.jsonl.gz": (gzip.compress(jsonl())[:-20], [], "cut.jsonl.gz: damaged gzip data"),
    "cut.parquet": (columns()[:-9], [], "cut.parquet: cannot be read"),
    "none.jsonl": (b'{"body": "a"}\n', [], "none.jsonl: no field text or content; name one with --field: body"),
    "odd.txt": ("第二行".encode("utf-16-le") + b"\xd8", [], "odd.txt: "),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_one_line_and_the_rest_is_read(name: str, capsys: Capture) -> None:
    """One bad record in a corpus would end a run of hours, or be passed over without a message."""
    data, texts, said = BROKEN[name]
    Path(name).write_bytes(data)
    Path("good.jsonl").write_bytes(jsonl())
    reading = read_with([Path(name), Path("nowhere.txt"), Path("good.jsonl")], None, None, "auto")
    found: list[str] = []
    reading.each_text(found.append)
    assert found == [*texts, *TEXTS]
    assert reading.code == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"cleanspam: {said}")
    assert second == "cleanspam: nowhere.txt: no such file or folder"


@pytest.mark.parametrize("command", [["check", "--no-cache"], ["diff"], ["report", "--output", "r.html"], ["mine"]])
def test_a_file_without_a_field_to_clean_is_an_error_only_where_a_user_names_it(command: list[str], capsys: Capture) -> None:
    """Two commands would report one folder differently, or a file full of advertising would pass for a clean one."""
    Path("in").mkdir()
    Path("in/side.json").write_text('[{"body": "x"}]', encoding="utf-8")
    Path("in/a.txt").write_text("天亮了。", encoding="utf-8")
    Path("list").write_text("in/side.json\n", encoding="utf-8")
    codes = [run([*command, *named]) for named in (["in"], ["--files-from", "list"], ["in/side.json", "--force-exclude"])]
    assert (codes, "in/side.json" in capsys.readouterr().err) == ([0, 0, 0], False)
    assert run([*command, "in/side.json"]) == 2
    assert "cleanspam: in/side.json: no field text or content; name one with --field: body\n" in capsys.readouterr().err


def test_a_hook_passes_a_commit_whose_files_are_all_ignored(capsys: Capture) -> None:
    """A change of ignored files could not be committed. An empty folder is still an error."""
    Path("drafts").mkdir()
    Path("drafts/a.txt").write_text("天亮了。", encoding="utf-8")
    Path(".cleanspamignore").write_text("drafts/\n", encoding="utf-8")
    assert run(["check", "--no-cache", "--force-exclude", "drafts/a.txt"]) == 0
    assert run(["check", "--no-cache", "--force-exclude", "."]) == 2
    assert "no file was looked at" in capsys.readouterr().err


OWN = ("--no-default-rules", "--rules", "own.rules")


def test_mine_takes_each_record_for_a_document(capsys: Capture) -> None:
    """A phrase in a million records of one file would look as if it stood in one document."""
    ads = [{"id": "(藤椅小店)", "body": f"桥{number}修好了,(竹椅小店),通车了。"} for number in range(4)]
    Path("a.jsonl").write_bytes(jsonl(ads))
    words = ["mine", "a.jsonl", *OWN, "--field", "body", "--database", "census.db", "--quiet"]
    assert run(words) == 0
    assert "      4  桥0修好了,[-(竹椅小店)-],通车了。" in capsys.readouterr().out
    with closing(ParentheticalCensus(Path("census.db"), Cleaner(parse_rules([RuleSource("own.rules", RULES)])))) as census:
        assert census.documents() == 4
        assert [entry.fold for entry in census.entries()] == ["竹椅小店"]


def test_stats_count_the_characters_of_texts_alone(capsys: Capture) -> None:
    """Keys and markup would make a rule look rarer in ham than it is."""
    for name in ("a.jsonl", "a.csv"):
        Path(name).write_bytes(FILES[name])
    assert run(["rules", "stats", *OWN, "--spam", "a.jsonl", "--ham", "a.csv", "--json"]) == 0
    shown = capsys.readouterr()
    [row] = json.loads(shown.out)
    assert (row["spam_cuts"], row["ham_cuts"]) == (1, 1)
    chars = sum(map(len, TEXTS))
    assert f"{chars:,} characters of spam, {chars:,} of ham" in shown.err


def test_a_trial_plants_into_the_texts_of_records() -> None:
    """Phrases would be planted into keys, or records without a bracket would not be planted into."""
    Path("phrases.txt").write_text("纸伞批发\n", encoding="utf-8")
    host = "井水冬暖夏凉，村里人都来挑，石阶磨得发亮，绳子换了又换。"
    Path("host.jsonl").write_bytes(jsonl([{"body": f"{number}号{host}"} for number in range(3)]))
    words = ["rules", "trial", *OWN, "--phrases", "phrases.txt", "--host", "host.jsonl", "--forms", "comma", "--write", "gold"]
    assert run([*words, "--field", "body"]) == 0
    made = sorted(Path("gold/comma/want").iterdir())
    assert [path.read_text(encoding="utf-8") for path in made] == [f"{number}号{host}" for number in range(3)]


@pytest.mark.parametrize("words", [["mine"], ["rules", "stats", "--ham"], ["rules", "trial", "--phrases", "p.txt", "--host"]])
def test_a_broken_record_makes_the_exit_code_2(words: list[str], capsys: Capture) -> None:
    """A script would take half a count for a whole one."""
    Path("p.txt").write_text("纸伞批发\n", encoding="utf-8")
    Path("cut.jsonl").write_bytes(jsonl() + b'{"text": "b\n')
    assert run([*words, "cut.jsonl", *OWN]) == 2
    shown = capsys.readouterr()
    assert "cleanspam: cut.jsonl:3: broken record: " in shown.err
    assert shown.out or words == ["mine"]
