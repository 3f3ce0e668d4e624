"""`cleanspam clean` over corpora, and the way back: `restore` and `log`."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import shutil
import socket
import sys
from pathlib import Path

import pytest

from cleanspam.cli.app import run

PLANTED = "渔船回港的时候,(公司注册代办流程),码头上已经站满了人。\n"
CLEAN = "渔船回港的时候,码头上已经站满了人。\n"
OTHER = "他把网补好,(网站优化怎么做),又坐下来喝茶（茶是自己炒的）。\n"
OTHER_CLEAN = "他把网补好,又坐下来喝茶（茶是自己炒的）。\n"
HAM = "母亲（那时还年轻）每天走十里路去教书。\n"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of mixed files, and an empty folder to work in."""
    root = tmp_path / "corpus"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text(PLANTED + OTHER, encoding="utf-8")
    (root / "ham.md").write_text(HAM, encoding="utf-8")
    (root / "sub" / "b.txt").write_text(PLANTED.replace("\n", "\r\n"), encoding="utf-8", newline="")
    record = json.dumps({"n": 1.50, "text": PLANTED})
    (root / "c.jsonl").write_text(f"{record}\n{record}", encoding="utf-8")
    (root / "d.csv").write_text(f'id,text\n1,"{PLANTED}"\n', encoding="utf-8", newline="")
    (root / "e.txt").write_bytes((PLANTED + OTHER + HAM).encode("gb18030"))
    (root / "f.txt").write_bytes(b"\xff\xfe" + (PLANTED + HAM).encode("utf-16-le"))
    (root / "g.txt.gz").write_bytes(gzip.compress(PLANTED.encode()))
    (root / "h.txt.xz").write_bytes(lzma.compress(PLANTED.encode()))
    (root / "i.txt.bz2").write_bytes(bz2.compress(PLANTED.encode()))
    (root / "picture.png").write_bytes(b"PNG")
    (root / ".hidden.txt").write_text(PLANTED, encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return root


def contents(root: Path) -> dict[str, bytes]:
    """Return the decompressed content of the files below a folder."""
    openers = {".gz": gzip.decompress, ".xz": lzma.decompress, ".bz2": bz2.decompress}
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(root)): openers.get(path.suffix, bytes)(path.read_bytes()) for path in files}


def logs() -> list[Path]:
    return sorted(Path(".cleanspam/log").glob("*.jsonl"))


def summary(*args: object) -> tuple[int, dict[str, object]]:
    """Run and return the exit code and the summary."""
    code = run([*map(str, args), "--json-summary", "summary.json", "-q"])
    found: dict[str, object] = json.loads(Path("summary.json").read_text(encoding="utf-8"))
    return code, found


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_tree_of_mixed_files_is_mirrored(corpus: Path, jobs: int) -> None:
    """A format, an encoding or a compression would be passed over, or come out as another."""
    before = contents(corpus)
    code, found = summary(corpus, "--output", "out", "-j", jobs)
    after = contents(Path("out"))

    assert code == 0
    assert after.keys() == before.keys() - {".hidden.txt"}
    assert after["picture.png"] == before["picture.png"]
    assert after["a.txt"].decode() == CLEAN + OTHER_CLEAN
    assert after["e.txt"].decode("gb18030") == CLEAN + OTHER_CLEAN + HAM
    assert after["f.txt"] == b"\xff\xfe" + (CLEAN + HAM).encode("utf-16-le")
    assert after["g.txt.gz"].decode() == after["h.txt.xz"].decode() == after["i.txt.bz2"].decode() == CLEAN
    assert after["c.jsonl"] == before["c.jsonl"].replace(json.dumps(PLANTED).encode(), json.dumps(CLEAN).encode())
    assert after["d.csv"].decode() == before["d.csv"].decode().replace(PLANTED, CLEAN)
    assert contents(corpus) == before
    assert (found["files"], found["cuts"], found["failed"], found["skipped"]) == (10, 12, 0, {"hidden": 1})
    assert found["copied"] == 1


def test_jobs_change_neither_bytes_nor_log(corpus: Path) -> None:
    """A result would depend on the machine it was made on."""
    generator = random.Random(4)
    lines = [generator.choice((PLANTED, HAM, OTHER + HAM * 400)) for _ in range(500)]
    (corpus / "large.txt").write_text("".join(lines), encoding="utf-8")
    for jobs in (1, 2, 3):
        assert run([str(corpus), "-o", f"out{jobs}", "-j", str(jobs), "--log", f"log{jobs}.jsonl", "-q"]) == 0
    told = [
        Path(f"log{jobs}.jsonl").read_text(encoding="utf-8").replace(f"out{jobs}", "out").split("\n", 1)[1]
        for jobs in (1, 2, 3)
    ]

    assert contents(Path("out1")) == contents(Path("out2")) == contents(Path("out3"))
    assert told[0] == told[1] == told[2]


def test_a_run_in_place_can_be_undone(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cut that was wrong would be lost."""
    before = contents(corpus)
    assert run([str(corpus), "--in-place", "-j", "1"]) == 0
    told = capsys.readouterr().err
    (log,) = logs()

    assert str(log) in told
    assert contents(corpus)["a.txt"].decode() == CLEAN + OTHER_CLEAN
    assert run(["restore", str(log)]) == 0
    assert contents(corpus) == before
    assert run(["restore", str(log)]) == 0
    assert contents(corpus) == before


def test_one_rule_can_be_undone_and_then_the_others(corpus: Path) -> None:
    """A user who regrets one rule would have to give up all."""
    before = contents(corpus)
    run([str(corpus), "-i", "-q", "-j", "1"])
    (log,) = logs()
    taken = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    rules = {rule: line["text"] for line in taken if "at" in line for rule in line["rules"]}
    alone = sorted(
        rule
        for rule, text in rules.items()
        if all(rule not in line["rules"] for line in taken if line.get("text", text) != text)
    )
    assert run(["restore", str(log), "--only", alone[0], "-q"]) == 0
    once = contents(corpus)

    assert once != before
    assert rules[alone[0]].strip(",\n") in once["a.txt"].decode()
    for rule in alone[1:]:
        assert run(["restore", str(log), "--only", rule, "-q"]) == 0
    assert run(["restore", str(log), "-q"]) == 0
    assert contents(corpus) == before


def test_a_file_that_changed_since_is_refused(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text that a user wrote after the run would be overwritten."""
    run([str(corpus), "-i", "-q", "-j", "1"])
    with (corpus / "a.txt").open("a", encoding="utf-8") as file:
        file.write("后来添的一行。\n")
    (corpus / "e.txt").unlink()
    (log,) = logs()

    assert run(["restore", str(log)]) == 2
    told = capsys.readouterr().err
    assert "a.txt: changed since" in told
    assert "e.txt" in told
    assert (corpus / "a.txt").read_text(encoding="utf-8").endswith("添的一行。\n")
    assert (corpus / "sub" / "b.txt").read_bytes().decode() == PLANTED.replace("\n", "\r\n")


def test_the_way_back_can_be_limited_to_paths(corpus: Path) -> None:
    """One folder could not be undone without the others."""
    run([str(corpus), "-i", "-q", "-j", "1"])
    run(["restore", str(logs()[0]), str(corpus / "sub"), "-q"])

    assert (corpus / "sub" / "b.txt").read_bytes().decode() == PLANTED.replace("\n", "\r\n")
    assert (corpus / "a.txt").read_text(encoding="utf-8") == CLEAN + OTHER_CLEAN


def test_a_log_shows_what_was_cut(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Users would not see which rule cut most, and which texts it cut."""
    run([str(corpus), "-i", "-q", "-j", "1"])
    (log,) = logs()
    capsys.readouterr()

    assert run(["log", str(log)]) == 0
    told = capsys.readouterr().out
    assert "12 cuts in 9 of 10 files" in told
    assert "(公司注册代办流程)" in told
    assert run(["log", str(log), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cuts"] == 12
    assert run(["log", str(log), "--diff"]) == 0
    assert "码头" in capsys.readouterr().out
    assert run(["restore", str(log), "--only", "no-such-rule"]) == 2
    assert run(["log", str(corpus / "ham.md")]) == 2


def test_an_unchanged_file_is_not_written(corpus: Path) -> None:
    """Every file of a corpus would have a new date."""
    os.utime(corpus / "ham.md", ns=(1, 1))
    run([str(corpus), "-i", "-q", "-j", "1"])

    assert (corpus / "ham.md").stat().st_mtime_ns == 1


def test_mode_and_times_are_kept(corpus: Path) -> None:
    """A script's files would become unreadable, or all look new."""
    (corpus / "a.txt").chmod(0o640)
    os.utime(corpus / "a.txt", ns=(5_000_000_000, 6_000_000_000))
    run([str(corpus / "a.txt"), "-i", "-q", "--keep-times", "-j", "1"])

    assert (corpus / "a.txt").read_text(encoding="utf-8") == CLEAN + OTHER_CLEAN
    assert (corpus / "a.txt").stat().st_mode & 0o777 == 0o640
    assert (corpus / "a.txt").stat().st_mtime_ns == 6_000_000_000


def test_an_interrupted_run_goes_on_by_hashes(corpus: Path) -> None:
    """Days of work would be repeated, or half of a corpus be taken for the whole."""
    (corpus / "bad.jsonl.gz").write_bytes(gzip.compress(b'{"text": "a"}\n' * 999)[:-20])
    assert run([str(corpus), "-o", "out", "-q", "-j", "1"]) == 2
    (corpus / "bad.jsonl.gz").unlink()
    (corpus / "a.txt").write_text(OTHER, encoding="utf-8")
    Path("out/e.txt").write_text("x", encoding="utf-8")
    code, found = summary(corpus, "-o", "out", "--resume", "-j", 1)

    assert (code, found["done_before"], found["files"]) == (0, 8, 10)
    assert Path("out/a.txt").read_text(encoding="utf-8") == OTHER_CLEAN
    assert Path("out/e.txt").read_bytes().decode("gb18030") == CLEAN + OTHER_CLEAN + HAM
    assert [path.name for path in Path("out").iterdir() if path.name.startswith(".")] == []


def test_a_run_with_other_rules_is_not_gone_on_with(corpus: Path) -> None:
    """Half of a corpus would be cleaned by other rules."""
    run([str(corpus), "-o", "out", "--log", "log.jsonl", "-q", "-j", "1"])

    assert run([str(corpus), "-o", "out", "--log", "log.jsonl", "--resume", "--cut-flagged", "-j", "1"]) == 2
    assert run([str(corpus), "-o", "out", "--log", "log.jsonl", "-j", "1"]) == 2


def test_an_output_inside_the_input_is_refused(corpus: Path) -> None:
    """A run would clean its own output, or write over what it reads."""
    Path("link").symlink_to(corpus)
    Path("out").mkdir()
    Path("out/sub").symlink_to(corpus / "sub")
    before = contents(corpus)

    for output in (corpus, corpus / "new", corpus.parent, "link/new"):
        assert run([str(corpus), "-o", str(output), "-q"]) == 2
    assert run([str(corpus), "-o", "out", "-q", "-j", "1"]) == 2
    assert contents(corpus) == before


def test_links_special_and_read_only_files(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run would write outside its tree, wait for a pipe for ever, or change a read-only file."""
    outside = corpus.parent / "outside"
    outside.mkdir()
    (outside / "x.txt").write_text(PLANTED, encoding="utf-8")
    (corpus / "out.txt").symlink_to(outside / "x.txt")
    (corpus / "folder").symlink_to(outside)
    (corpus / "loop").symlink_to(corpus)
    (corpus / "dangling.txt").symlink_to("nowhere")
    (corpus / "inside.txt").symlink_to("a.txt")
    os.mkfifo(corpus / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(corpus / "s.txt"))
    os.link(corpus / "sub" / "b.txt", corpus.parent / "other-name")
    (corpus / "d.csv").chmod(0o444)
    code, found = summary(corpus, "-i", "-j", 2)

    assert code == 2
    assert (found["failed"], found["skipped"]) == (1, {"hidden": 1, "links": 5, "special": 2, "unknown suffix": 1})
    assert (outside / "x.txt").read_text(encoding="utf-8") == PLANTED
    assert (corpus / "inside.txt").is_symlink()
    assert "d.csv: read-only" in (told := capsys.readouterr().err)
    assert "another name" in told
    assert (corpus.parent / "other-name").read_bytes().decode() == PLANTED.replace("\n", "\r\n")
    assert run([str(corpus / "pipe.txt"), "-i"]) == 2
    assert run([str(corpus), "-i", "--follow-links", "-q", "-j", "1"]) == 2
    assert (outside / "x.txt").read_text(encoding="utf-8") == CLEAN


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_names_that_are_not_utf8(corpus: Path) -> None:
    """A file with an old name would end the run."""
    name = os.fsdecode("旧.txt".encode("gb18030"))
    (corpus / name).write_text(PLANTED, encoding="utf-8")

    assert run([str(corpus), "-i", "-q", "-j", "2"]) == 0
    assert (corpus / name).read_text(encoding="utf-8") == CLEAN
    assert run(["restore", str(logs()[0]), "-q"]) == 0
    assert (corpus / name).read_text(encoding="utf-8") == PLANTED


def test_files_are_chosen(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run would clean files that the user excluded."""
    (corpus / ".cleanspamignore").write_text("sub/\n*.md\n", encoding="utf-8")
    summary(corpus, "-o", "1", "--include", "*.txt", "--exclude", "e*", "-j", 1)
    summary(corpus, "-o", "2", "--hidden", "--include", "*.txt", "-j", 1)
    summary(corpus / "sub", corpus / "ham.md", "-o", "3", "-j", 1)
    Path("list").write_bytes(f"{corpus / 'a.txt'}\0{corpus / 'ham.md'}\0".encode())
    summary("-o", "4", "--files-from", "list", "-0", "-j", 1)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{corpus / 'a.txt'}\n".encode())))
    summary("-o", "5", "--files-from", "-", "-j", 1)

    assert contents(Path("1")).keys() == {"a.txt", "f.txt"}
    assert contents(Path("2")).keys() == {".hidden.txt", "a.txt", "e.txt", "f.txt"}
    assert contents(Path("3")).keys() == {"b.txt", "ham.md"}
    assert contents(Path("4")).keys() == {"a.txt", "ham.md"}
    assert contents(Path("5")).keys() == {"a.txt"}


def test_a_format_can_be_said(corpus: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Files with unusual suffixes could not be cleaned."""
    shutil.copy(corpus / "c.jsonl", "records.data")

    assert run(["records.data", "--as", "jsonl", "-q"]) == 0
    assert capfdbinary.readouterr().out == Path("records.data").read_bytes().replace(
        json.dumps(PLANTED).encode(), json.dumps(CLEAN).encode()
    )
    assert run([str(corpus), "-o", "out", "--as", "docx"]) == 2
    assert run([str(corpus / "c.jsonl"), "--field", "title"]) == 2


def test_what_is_broken_is_named_and_left(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Damaged input would end the run, or come out as if it were whole."""
    (corpus / "c.jsonl").write_text('{"text": "(坏)"\n' + json.dumps({"text": PLANTED}) + "\n", encoding="utf-8")
    (corpus / "g.txt.gz").write_bytes((corpus / "g.txt.gz").read_bytes()[:-5])
    (corpus / "two.txt").write_bytes("參考".encode("gb18030"))
    before = contents(corpus / "sub")
    code, found = summary(corpus, "-o", "out", "-j", 2)
    told = capsys.readouterr().err

    assert (code, found["failed"], found["broken_records"]) == (2, 2, 1)
    assert "c.jsonl:1: broken record" in told
    assert "g.txt.gz: damaged gzip data" in told
    assert Path("out/c.jsonl").read_text(encoding="utf-8") == '{"text": "(坏)"\n' + json.dumps({"text": CLEAN}) + "\n"
    assert not Path("out/g.txt.gz").exists()
    assert contents(corpus / "sub") == before


@pytest.mark.parametrize("words", [["-"], [], ["--in-place"]])
def test_words_that_do_not_go_together_are_refused(corpus: Path, words: list[str]) -> None:
    """A run would do something else than its user meant."""
    assert run([str(corpus), *words, "-o", "out"] if words != [] else ["-o", "out", "--files-from", os.devnull]) == 2
    assert not Path("out").exists()


def test_the_same_place_twice_is_refused(corpus: Path) -> None:
    """One cleaned file would silently replace another."""
    (corpus / "sub" / "a.txt").write_text(HAM, encoding="utf-8")

    assert run([str(corpus / "a.txt"), str(corpus / "sub" / "a.txt"), "-o", "out", "-q", "-j", "1"]) == 2
    assert Path("out/a.txt").read_text(encoding="utf-8") == CLEAN + OTHER_CLEAN


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("words", [["clean"], ["restore"], ["clean", "a.txt", "--rules"], ["clean", "-o", "out"]])
def test_a_name_is_no_command_to_the_terminal(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a file in a scraped tree could clear the screen, or type into it."""
    assert run([*words, "no\x1b[2J.txt"]) == 2

    told = capsys.readouterr().err
    assert "no␛[2J.txt: " in told
    assert "\x1b" not in told


def test_the_name_of_a_log_is_no_command_to_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last line of the summary would print control characters from the name of the log."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("雨停了。\n", encoding="utf-8")

    assert run(["clean", "a.txt", "--output", "out", "--log", "no\x1b[2J.jsonl"]) == 0
    told = capsys.readouterr().err
    assert "no␛[2J.jsonl" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("target", [["-o", "out.json"], ["-o", "out/"], ["--in-place"]])
def test_a_named_file_without_a_field_to_clean_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], target: list[str]
) -> None:
    """The user would take the copy, which has all its advertising, for a cleaned file."""
    monkeypatch.chdir(tmp_path)
    record = json.dumps([{"body": PLANTED}], ensure_ascii=False)
    Path("b.json").write_text(record, encoding="utf-8")
    assert run(["clean", "b.json", *target]) == 2
    error = "cleanspam: b.json: no field text or content; name one with --field: body; the other files go on\n"
    assert capsys.readouterr().err.startswith(error)
    assert not Path("out.json").exists()
    assert not Path("out/b.json").exists()
    assert run(["clean", "b.json", *target, "--field", "body"]) == 0


def test_a_file_without_a_field_to_clean_is_passed_over_where_a_folder_or_a_list_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package.json beside the corpus would fail the run, or each commit that touches it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "b.json").write_text('[{"body": "x"}]', encoding="utf-8")
    Path("list").write_text("in/b.json\n", encoding="utf-8")
    for number, named in enumerate((["in"], ["--files-from", "list"], ["in/b.json", "--force-exclude"])):
        assert run(["clean", *named, "-o", f"out{number}", "--json-summary", "sums.json"]) == 0
        summary = json.loads(Path("sums.json").read_text(encoding="utf-8"))
        assert (summary["copied"], summary["skipped"], summary["failed"]) == (1, {"no field text or content": 1}, 0)
        assert Path(f"out{number}/b.json").read_text(encoding="utf-8") == '[{"body": "x"}]'
