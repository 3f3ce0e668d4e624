"""The cache of a check: results are equal with and without it, and an entry without its seal is not used."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cleanspam.ci.cache as caching
from cleanspam.ci import scan
from cleanspam.ci.cache import Cache, CachedResult, hash_rest
from cleanspam.cli.app import run
from cleanspam.corpus.chunk import Problem, Totals
from cleanspam.model import Finding, Site, Verdict
from cleanspam.text.locate import Located
from ownrules import AD, check_stdin
from ownrules import PLANTED as RULES

FOLDER = ".cleanspam_cache"


def totals(files: int, by_rule: dict[str, int]) -> Totals:
    """Return totals with so many files and findings."""
    made = Totals()
    made.files, made.by_rule = files, Counter(by_rule)
    return made


texts = st.text(st.characters(), max_size=20) | st.sampled_from(["\udc80", "\x00", "广告"])
findings = st.builds(
    Finding,
    st.integers(0, 99),
    st.integers(0, 99),
    texts,
    st.sampled_from(Site),
    st.sampled_from(Verdict),
    st.lists(st.sampled_from(["a", "b"])).map(tuple),
)
located = st.builds(Located, findings, st.integers(1, 9), st.integers(1, 9), texts, texts, st.integers(0, 9), texts)
results = st.builds(
    CachedResult,
    st.builds(totals, st.integers(0, 9), st.dictionaries(st.sampled_from(["a", "b"]), st.integers(1, 9))),
    st.lists(located, max_size=2),
    st.lists(st.builds(Problem, st.integers(1, 9), texts), max_size=2),
)


@pytest.fixture(autouse=True)
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a small corpus, outside any CI."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.rules").write_text(RULES, encoding="utf-8")
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(70):
        (folder / f"{number:02}.txt").write_text(f"第{number}篇\n" + AD * (number % 3 == 0), encoding="utf-8")
    return folder


def check(*words: str) -> int:
    """Run the check by the rules of these tests."""
    return run(["check", "corpus", "--no-default-rules", "--rules", "own.rules", "--format", "jsonl", *words])


def output(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return the exit code of a check and everything that it printed."""
    code = check(*words)
    return (code, *capfd.readouterr())


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every file that is judged, in this process."""
    seen: list[str] = []
    judge = scan.scan_file

    def noted(target: scan.Target, *options: Any) -> scan.Scanned:
        seen.append(target.path.name)
        return judge(target, *options)

    monkeypatch.setattr(scan, "scan_file", noted)
    return seen


def test_a_second_run_judges_nothing_and_says_the_same(capfd: pytest.CaptureFixture[str], judged: list[str]) -> None:
    """An unchanged corpus would be judged again and again, or reported otherwise."""
    plain = output(capfd, "--no-cache", "-j1")
    cold = output(capfd, "-j1")
    assert len(judged) == 140
    assert output(capfd, "-j1") == cold == plain
    assert len(judged) == 140


def test_workers_fill_the_same_cache(capfd: pytest.CaptureFixture[str], judged: list[str]) -> None:
    """Several cores would lose what they find, or mix up their files."""
    plain = output(capfd, "--no-cache", "-j1")
    assert output(capfd, "-j2") == plain
    judged.clear()
    assert output(capfd, "-j1") == plain
    assert judged == []


def test_a_changed_file_is_judged_again(corpus: Path, capfd: pytest.CaptureFixture[str], judged: list[str]) -> None:
    """What is planted after the first run would never be found."""
    output(capfd, "-j1")
    judged.clear()
    status = (corpus / "01.txt").stat()
    (corpus / "01.txt").write_text(AD, encoding="utf-8")
    os.utime(corpus / "01.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert '"path": "corpus/01.txt"' in output(capfd, "-j1")[1]
    assert judged == ["01.txt"]


def test_a_renamed_file_is_known(corpus: Path, capfd: pytest.CaptureFixture[str], judged: list[str]) -> None:
    """Moving a corpus would cost a whole run, or name files that are gone."""
    output(capfd, "-j1")
    judged.clear()
    (corpus / "00.txt").rename(corpus / "zz.txt")
    assert '"path": "corpus/zz.txt"' in output(capfd, "-j1")[1]
    assert judged == []


@pytest.mark.parametrize(
    "words", [["--without", "planted"], ["--cut-flagged"], ["--encoding", "utf-8"], ["--field", "text"], ["--as", "text"]]
)
def test_other_rules_and_options_ask_again(words: list[str], capfd: pytest.CaptureFixture[str], judged: list[str]) -> None:
    """A run would answer with what another set of rules had found."""
    if words == ["--cut-flagged"]:
        (Path("own.rules")).write_text(RULES.replace("cut   广告", "flag  广告").replace("cuts  ", "flags "), encoding="utf-8")
    output(capfd, "-j1")
    judged.clear()
    output(capfd, "-j1", *words)
    assert len(judged) == (0 if words == ["--as", "text"] else 70)


def test_the_same_bytes_of_another_kind_are_judged_apart(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A file of records would get the result of a text file with the same bytes."""
    line = '{"text": "茶凉了", "x": "开头,(广告甲),结尾。"}\n'
    (corpus / "00.txt").write_text(line, encoding="utf-8")
    (corpus / "00.jsonl").write_text(line, encoding="utf-8")
    named = output(capfd, "-j1")[1]
    assert output(capfd, "-j1")[1] == named
    assert "corpus/00.txt" in named
    assert "corpus/00.jsonl" not in named


def test_the_code_is_part_of_the_key(
    capfd: pytest.CaptureFixture[str], judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mended bug would live on in the cache."""
    output(capfd, "-j1")
    judged.clear()
    monkeypatch.setattr("cleanspam.cli.check.code_hash", lambda: "other")
    output(capfd, "-j1")
    assert len(judged) == 70


@pytest.mark.parametrize("garbage", [b"", b"no database", b"SQLite format 3\0" + bytes(4096), b"\xff" * 10_000])
def test_a_damaged_file_is_replaced(garbage: bytes, capfd: pytest.CaptureFixture[str], judged: list[str]) -> None:
    """A killed run would break every later one."""
    plain = output(capfd, "-j1")
    (Path(FOLDER) / "checks.sqlite").write_bytes(garbage)
    for _ in range(2):
        assert output(capfd, "-j1") == plain
    judged.clear()
    assert output(capfd, "-j1") == plain
    assert judged == []


def test_a_forged_entry_is_not_believed(capfd: pytest.CaptureFixture[str]) -> None:
    """One flipped bit on the disk would make a planted file clean."""
    plain = output(capfd, "-j1")
    with closing(sqlite3.connect(Path(FOLDER) / "checks.sqlite")) as database, database:
        database.execute("UPDATE seen SET value = replace(value, '广', '狭')")
        database.execute("UPDATE seen SET value = (SELECT min(value) FROM seen)")
    database.close()
    assert output(capfd, "-j1") == plain


def test_a_cache_that_is_a_file_or_read_only_is_done_without(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A check on a read-only checkout would fail for want of a cache."""
    plain = output(capfd, "--no-cache", "-j1")
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert output(capfd, "-j1", "--cache-dir", "taken") == plain
    assert output(capfd, "-j1", "--cache-dir", "/proc/none") == plain


def test_runs_side_by_side_agree(capfd: pytest.CaptureFixture[str]) -> None:
    """Two jobs of a pipeline would destroy each other's cache, or wait for ever."""
    plain = output(capfd, "--no-cache", "-j1")
    words = [sys.executable, "-m", "cleanspam", "check", "corpus", "--no-default-rules", "--rules", "own.rules"]
    command = [*words, "--format", "jsonl", "-j1"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    told = [(one.communicate(), one.returncode) for one in runs]
    assert {(code, out.decode(), err.decode()) for (out, err), code in told} == {plain}
    assert output(capfd, "-j1") == plain


def test_the_cache_keeps_itself_out_of_repositories(capfd: pytest.CaptureFixture[str]) -> None:
    """A first check would leave a file to commit."""
    output(capfd, "-j1")
    assert (Path(FOLDER) / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert (Path(FOLDER) / "CACHEDIR.TAG").read_text(encoding="utf-8").startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_it_lies_beside_the_configuration(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every folder that somebody starts a check in would get a cache of its own."""
    (corpus / "cleanspam.toml").write_text('paths = ["."]\n', encoding="utf-8")
    (corpus / "part").mkdir()
    os.chdir(corpus / "part")
    run(["check", "-q", "-j1"])
    assert (corpus / FOLDER).is_dir()
    assert not (corpus / "part" / FOLDER).exists()
    capfd.readouterr()


def test_standard_input_is_not_remembered() -> None:
    """A pipe would leave a folder behind wherever it is used."""
    assert check_stdin() == (1, "-:1:5: planted: (广告甲)\n")
    assert not Path(FOLDER).exists()


@given(results)
def test_a_result_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, result: CachedResult) -> None:
    """The second report would differ from the first by a character that JSON does not hold."""
    folder = tmp_path_factory.mktemp("cache")
    first = Cache(folder, "rules 一")
    first.put(b"digest", result)
    first.close()
    second, other = Cache(folder, "rules 一"), Cache(folder, "rules 二")
    assert second.get(b"digest") == result
    assert second.get(b"other") is None
    assert other.get(b"digest") is None
    second.close()
    other.close()


def test_old_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of a corpus that changes daily would grow for ever."""
    monkeypatch.setattr(caching, "time", lambda: 0.0)
    old = Cache(tmp_path / "c", "x")
    old.put(b"old", CachedResult())
    old.close()
    monkeypatch.setattr(caching, "time", lambda: 40 * 86_400.0)
    new = Cache(tmp_path / "c", "x")
    assert new.get(b"old") == CachedResult()
    new.put(b"new", CachedResult())
    new.close()
    again = Cache(tmp_path / "c", "x")
    assert (again.get(b"old"), again.get(b"new")) == (None, CachedResult())
    again.close()


def test_the_digest_is_of_the_bytes(corpus: Path) -> None:
    """Files of the same content would be judged twice, or different ones once."""
    (corpus / "a").write_bytes(b"x" * 3_000_000)
    (corpus / "b").write_bytes(b"x" * 3_000_000)
    (corpus / "c").write_bytes(b"x" * 2_999_999 + b"y")
    found = []
    for name in "abc":
        with (corpus / name).open("rb") as source:
            found.append(hash_rest(source))
    assert found[0] == found[1] != found[2]
