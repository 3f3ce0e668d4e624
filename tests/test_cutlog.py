"""The cut log: which of its lines count, and which are ignored."""

from pathlib import Path

import pytest

from cleanspam.cli.app import run
from cleanspam.corpus.chunk import CutRecord
from cleanspam.corpus.cutlog import FileLine, LogWriter, RunLine, cuts_of, entries
from cleanspam.errors import CleanspamError

RUN = RunLine("abc", "1.0", {"field": []}, "2026-01-01T00:00:00+00:00")
CUT = CutRecord(9, 1, "text", 3, "(广告),", "", ("ad",), "alone")


def written(path: Path, *, fsync: bool = False) -> LogWriter:
    log = LogWriter(path, fsync=fsync)
    log.run(RUN)
    log.cuts([CUT, CUT._replace(at=30, raw="\\uff08")])
    log.file(FileLine("/a", "1", "2", 2).spelled())
    log.cuts([CUT])
    return log


def test_cuts_of_a_file_that_was_never_finished_do_not_count(tmp_path: Path) -> None:
    """The log would promise to put back cuts that were never made."""
    written(tmp_path / "log").close()
    (entry,) = entries(tmp_path / "log")

    assert list(cuts_of(tmp_path / "log", entry)) == [CUT, CUT._replace(at=30, raw="\\uff08")]
    assert (entry.present("1"), entry.present("2"), entry.present("3")) == (frozenset({0, 1}), frozenset(), None)


def test_a_failed_file_does_not_count(tmp_path: Path) -> None:
    """Its cuts would be taken for those of the next file."""
    log = written(tmp_path / "log", fsync=True)
    log.abandon("/b", "disk full")
    log.cuts([CUT._replace(at=1)])
    log.file(FileLine("/c", "3", "4", 1).spelled())
    log.flush()
    log.close()

    assert [entry.line.file for entry in entries(tmp_path / "log")] == ["/a", "/c"]
    assert list(cuts_of(tmp_path / "log", entries(tmp_path / "log")[1])) == [CUT._replace(at=1)]


def test_a_file_that_was_not_replaced_is_what_it_was_before(tmp_path: Path) -> None:
    """The log would list cuts that were never made, and hide those of an earlier run."""
    log = written(tmp_path / "log")
    for name, before, after in (("/a", "2", "3"), ("/b", "4", "5")):
        log.cuts([CUT])
        log.file(FileLine(name, before, after, 1).spelled())
        log.not_replaced(name, "it was changed")
    log.close()

    assert [(entry.line.file, entry.line.after) for entry in entries(tmp_path / "log")] == [("/a", "2")]


def test_a_file_without_a_cut_that_was_not_replaced_takes_nothing_back(tmp_path: Path) -> None:
    """The cuts of an earlier run in that file could not be put back any more."""
    log = written(tmp_path / "log")
    log.file(FileLine("/a", "2", "2").spelled())
    log.not_replaced("/a", "it is immutable")
    log.close()

    assert [(entry.line.after, entry.line.cuts) for entry in entries(tmp_path / "log")] == [("2", 2)]


def test_a_torn_last_line_is_as_if_not_there(tmp_path: Path) -> None:
    """A power cut would make the whole log unreadable."""
    written(tmp_path / "log").close()
    whole = (tmp_path / "log").read_bytes()
    (tmp_path / "log").write_bytes(whole + b'{"file": "/b", "bef')

    assert len(entries(tmp_path / "log")) == 1
    LogWriter(tmp_path / "log", fsync=False, append=True).close()
    assert (tmp_path / "log").read_bytes() == whole


def test_a_log_is_never_overwritten(tmp_path: Path) -> None:
    """The way back from an earlier run would be lost."""
    written(tmp_path / "log").close()

    with pytest.raises(CleanspamError, match="there is a log already"):
        LogWriter(tmp_path / "log", fsync=False)


def test_stray_bytes_and_names_come_back(tmp_path: Path) -> None:
    """A text with a bad byte could not be put back."""
    log = LogWriter(tmp_path / "log", fsync=False)
    log.run(RUN)
    log.cuts([CUT._replace(text="\udcff")])
    log.file(FileLine("/\udcce", "1", "2", 1).spelled())
    log.close()
    (entry,) = entries(tmp_path / "log")

    assert (entry.line.file, next(cuts_of(tmp_path / "log", entry)).text) == ("/\udcce", "\udcff")


HEAD = '{"log":1,"rules":"r","version":"0"}\n'
FILE = '{"file":"/a","before":"1","after":"2"'


@pytest.mark.parametrize(
    "text", ["no json\n", "[1]\n", '{"file": "/a"}\n', '{"log":1}\n', f'{HEAD}{FILE},"x":1}}\n', f'{HEAD}{{"file":"/a"}}\n']
)
def test_what_is_no_log_is_refused(tmp_path: Path, text: str) -> None:
    """Any file would be taken for a log without cuts, or a torn one would end in a traceback."""
    (tmp_path / "log").write_text(text, encoding="utf-8")

    with pytest.raises(CleanspamError, match="log"):
        entries(tmp_path / "log")
    assert run(["log", str(tmp_path / "log")]) == 2


def test_a_log_that_lost_the_lines_of_its_cuts_is_refused(tmp_path: Path) -> None:
    """Other lines would be taken for them."""
    (tmp_path / "log").write_text(f'{HEAD}{FILE},"cuts":1}}\n', encoding="utf-8")

    with pytest.raises(CleanspamError, match="has 1 cuts, and 0 are there"):
        entries(tmp_path / "log")


def test_a_log_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A misspelled path would say that nothing had to be put back, and leave an empty log behind."""
    missing = tmp_path / "no.jsonl"
    assert run(["restore", str(missing)]) == 2
    assert not missing.exists()


HAR = '{"log":{"version":"1.2","entries":[\n{"request":1}\n]}}'


@pytest.mark.parametrize("data", ["第一行\n最后一行", '{"text":"no line end"}', "note", "{", HAR, HAR.replace("\n", "")])
def test_what_is_no_log_stays_as_it_is(tmp_path: Path, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The last line would be cut off as torn before the first line is checked: a file of one line would be emptied."""
    (tmp_path / "a.txt").write_text("雪停了。\n", encoding="utf-8")
    path = tmp_path / "no-log"
    path.write_text(data, encoding="utf-8")

    assert run(["restore", str(path)]) == 2
    assert run(["clean", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--log", str(path), "--resume", "-q"]) == 2
    assert "no cut log" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == data


def test_a_last_line_that_lacks_its_end_counts(tmp_path: Path) -> None:
    """If an editor removes the last line end, the last file could not be put back any more."""
    path = tmp_path / "log"
    path.write_text(f"{HEAD}{FILE}}}", encoding="utf-8")

    assert [entry.line.file for entry in entries(path)] == ["/a"]
    LogWriter(path, fsync=False, append=True).close()
    assert path.read_text(encoding="utf-8") == f"{HEAD}{FILE}}}\n"


CUT_LINE = '{"at":0,"record":1,"start":0,"text":"(a)","rules":["r"],"site":"alone"}'


@pytest.mark.parametrize(
    ("line", "spoiled"),
    [
        (FILE, '{"file":5,"before":"1","after":"2"'),
        (FILE, '{"file":"/a\\u0000","before":"1","after":"2"'),
        (FILE, f'{FILE},"encoding":"rot13"'),
        (FILE, f'{FILE},"compression":"lz4"'),
        (FILE, f'{FILE},"format":"docx"'),
        (FILE, f'{FILE},"put_back":3'),
        (CUT_LINE, CUT_LINE.replace('"at":0', '"at":null')),
        (CUT_LINE, CUT_LINE.replace('"(a)"', "5")),
        (CUT_LINE, CUT_LINE.replace('["r"]', '"r"')),
        (CUT_LINE, "[" * 100_000),
    ],
)
@pytest.mark.parametrize("command", [["restore"], ["log"], ["log", "--diff"], ["report"]])
def test_a_log_that_was_edited_by_hand_is_refused(
    command: list[str],
    line: str,
    spoiled: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An edited log would end in a traceback, or in the error of a library."""
    monkeypatch.chdir(tmp_path)  # where a report goes
    (tmp_path / "log").write_text(f'{HEAD}{CUT_LINE}\n{FILE},"cuts":1}}\n'.replace(line, spoiled), encoding="utf-8")

    assert run([*command, str(tmp_path / "log")]) == 2
    assert "cleanspam: " in capsys.readouterr().err
