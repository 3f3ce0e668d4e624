"""Progress: what stderr shows while a large file is being cleaned."""

import gzip
import random
from pathlib import Path

import pytest

from cleanspam.cli.app import run
from cleanspam.cli.progress import Progress, table
from cleanspam.corpus.chunk import Totals
from cleanspam.corpus.summary import RunSummary

LINE = "渔船回港的时候,码头上已经站满了人,孩子们跑来跑去,谁也没有说话。\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("planted", ["", "渔船回港的时候,(公司注册代办流程),码头上已经站满了人。\n"])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_large_file_moves_the_figures_while_it_is_cleaned(
    name: str, planted: str, jobs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For hours a large file would be shown at 0 MB/s, or the bar of a compressed one at its end, although it is not done."""
    for module in "corpus.pool", "corpus.stream_file":
        monkeypatch.setattr(f"cleanspam.{module}.LARGE", 1 << 10)
    monkeypatch.setattr("cleanspam.corpus.workers.AHEAD", 1)
    chars = random.Random(0)
    prose = "".join("".join(chr(chars.randrange(0x4E00, 0x9FA6)) for _ in range(60)) + "\n" for _ in range(16_000))
    text = (prose + planted + prose).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    size = (tmp_path / name).stat().st_size
    told: list[int] = []
    monkeypatch.setattr(Progress, "moved", lambda self: told.append(self._tally.read))

    assert run(["clean", str(tmp_path / name), "-o", str(tmp_path / "out"), "-j", jobs]) == 0
    assert told == sorted(told)
    assert len({read for read in told if 0 < read < size}) >= 3
    assert told[-1] == size


def test_a_plain_line_says_how_far_a_run_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A job in a cluster would say nothing for hours."""
    monkeypatch.setattr("cleanspam.cli.progress.EVERY", 0.0)
    (tmp_path / "a.txt").write_text(LINE * 200_000, encoding="utf-8")

    assert run(["clean", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "-j", "1"]) == 0
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith("cleanspam: 0 files, 1.0 MB, ")
    assert first.endswith(" MB/s, 0 cuts")


@pytest.mark.parametrize(
    ("size", "read", "shown"),
    [(240_000, 60_000, "0.1 of 0.2 MB"), (9_990_000, 0, "0.0 of 10.0 MB"), (42_000_000, 1_400_000, "1 of 42 MB")],
)
def test_a_small_run_shows_tenths_of_megabytes(
    size: int, read: int, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While 300 articles are cleaned, the bar would say "0 of 0 MB"."""
    monkeypatch.setattr("cleanspam.cli.progress.EVERY", 0.0)
    tally = RunSummary(Totals())
    tally.read = read

    Progress(tally, 300, size).moved()

    assert f"0 of 300 files, {shown}, " in capsys.readouterr().err


def test_the_summary_counts_what_a_file_has() -> None:
    """A summary of records would say 0 lines, and one of text 0 records."""
    totals = Totals()
    totals.records, totals.lines = 3, 0
    assert ("records", "3") in table(RunSummary(totals))
    totals.records, totals.lines = 0, 3
    assert ("lines", "3") in table(RunSummary(totals))


def test_restore_and_log_say_how_far_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """While a run over a large corpus is undone, the program would seem to hang."""
    monkeypatch.chdir(tmp_path)
    for number in range(3):
        Path(f"{number}.txt").write_text("雨停了,(网站建设公司报价),街上又有了人。\n", encoding="utf-8")
    assert run(["clean", ".", "-i", "-q", "--log", "l"]) == 0
    monkeypatch.setattr("cleanspam.cli.progress.EVERY", 0.0)
    lines = [f"cleanspam: {number} of 3 files" for number in (1, 2, 3)]
    assert run(["log", "l"]) == 0
    assert capfd.readouterr().err.splitlines() == lines
    assert run(["restore", "l"]) == 0
    assert capfd.readouterr().err.splitlines() == [*lines, "3 cuts put back into 3 files"]


def test_problems_alike_of_a_restore_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A corpus that has changed would fill the terminal with as many lines as it has files."""
    monkeypatch.chdir(tmp_path)
    for number in range(9):
        Path(f"{number}.txt").write_text("雨停了,(网站建设公司报价),街上又有了人。\n", encoding="utf-8")
    assert run(["clean", ".", "-i", "-q", "--log", "l"]) == 0
    for number in range(8):
        Path(f"{number}.txt").write_text("另一篇\n", encoding="utf-8")
    assert run(["restore", "l"]) == 2
    said = capfd.readouterr().err.splitlines()
    assert len(said) == 5 + 1 + 1
    assert said[5].startswith("cleanspam: 3 more of the same kind: ")
    assert said[6] == "1 cut put back into 1 file"
