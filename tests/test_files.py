"""Which files the commands read: all take the same options and a user's suffixes, and none reads its own output."""

from pathlib import Path

import pytest

from cleanspam.cli.app import run
from cleanspam.errors import CleanspamError
from cleanspam.formats.registry import read_suffixes, suffix_of_glob

AD = "茶凉了,(网站建设公司报价),雨还没停。\n"


@pytest.fixture(autouse=True)
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work beside a corpus of files with an unknown suffix, and drafts."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("corpus/a.foo", "corpus/b.txt", "corpus/drafts/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(AD, encoding="utf-8")
    return tmp_path


def listed(capfd: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """Return what `check --files` lists."""
    assert run(["check", "--files", *words]) == 0
    return capfd.readouterr().out.splitlines()


@pytest.mark.parametrize(
    "words", [["--suffix", ".foo=text"], ["--include", "*.foo", "--include", "*.txt"]], ids=["suffix", "include"]
)
def test_a_suffix_of_a_users_own_is_read(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    """Most of a corpus could not be checked."""
    assert listed(capfd, "corpus", *words) == ["corpus/a.foo\ttext", "corpus/b.txt\ttext", "corpus/drafts/d.txt\ttext"]


def test_a_configuration_may_name_suffixes(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A user would have to name the suffixes at each run."""
    (corpus / "cleanspam.toml").write_text('suffixes = {".foo" = "text"}\n', encoding="utf-8")
    assert listed(capfd, "corpus")[0] == "corpus/a.foo\ttext"
    assert run(["clean", "corpus", "-o", "out"]) == 0
    assert (corpus / "out" / "a.foo").read_text(encoding="utf-8") == "茶凉了,雨还没停。\n"


def test_a_suffix_that_cannot_be_is_refused(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With a mistyped suffix, files would be passed over without a message."""
    (corpus / "cleanspam.toml").write_text('suffixes = {".foo" = "tekst"}\n', encoding="utf-8")
    assert run(["check"]) == 2
    assert "cleanspam.toml:1: suffixes: unknown format 'tekst' for .foo" in capfd.readouterr().err
    assert run(["--isolated", "check", "--suffix", "foo"]) == 2
    assert "write the suffix and its format, like --suffix .foo=text" in capfd.readouterr().err


def test_what_is_not_read_is_counted_by_suffix(capfd: pytest.CaptureFixture[str]) -> None:
    """One number would hide that most of a site was passed over."""
    assert run(["check", "corpus", "--exit-zero"]) == 0
    assert "1 skipped (unknown suffix: .foo 1)" in capfd.readouterr().err
    assert run(["clean", "corpus", "--in-place"]) == 0
    assert "1 unknown suffix: .foo 1" in capfd.readouterr().err


@pytest.mark.parametrize("start", [".", "corpus", "corpus/drafts"])
def test_a_configurations_globs_count_from_its_folder(
    start: str, corpus: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """From another folder other files would be passed over."""
    (corpus / "cleanspam.toml").write_text('exclude = ["/corpus/drafts/"]\nsuffixes = {".foo" = "text"}\n', encoding="utf-8")
    monkeypatch.chdir(corpus / start)
    paths = [str(corpus / "corpus")]
    assert [line.rpartition("/")[2] for line in listed(capfd, *paths)] == ["a.foo\ttext", "b.txt\ttext"]
    assert len(listed(capfd, *paths, "--exclude", "nothing")) == 3  # the user's own say counts, not the file's


@pytest.mark.parametrize("output", [["--in-place"], ["-o", "out"]], ids=["in place", "copy"])
def test_clean_takes_the_ignore_options_of_the_others(output: list[str], corpus: Path) -> None:
    """A hook would clean files that the check beside it passes over."""
    (corpus / ".cleanspamignore").write_text("drafts/\n", encoding="utf-8")
    draft = corpus / "corpus/drafts/d.txt"
    assert run(["clean", str(draft), *output, "--force-exclude"]) == 0
    assert draft.read_text(encoding="utf-8") == AD
    assert not (corpus / "out" / "d.txt").exists()
    assert run(["clean", "corpus", "-o", "all", "--no-ignore"]) == 0
    assert (corpus / "all/drafts/d.txt").exists()


@pytest.mark.parametrize("words", [["check", "corpus/b.txt", "--output-file"], ["check", "corpus", "--output-file"]])
def test_a_report_does_not_replace_an_input(words: list[str], corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A text would be lost."""
    assert run([*words, "corpus/b.txt"]) == 2
    assert "corpus/b.txt is one of the inputs; name another file" in capfd.readouterr().err
    assert (corpus / "corpus/b.txt").read_text(encoding="utf-8") == AD


@pytest.mark.parametrize("name", ["concise", "full", "json", "jsonl", "github", "gitlab", "sarif"])
def test_a_report_replaces_that_of_an_earlier_run(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The same command would fail at its second run."""
    for _ in range(2):
        assert run(["check", "corpus", "--format", name, "--output-file", "corpus/findings.txt"]) == 1
        assert "2 findings in 2 of 2 files" in capfd.readouterr().err


def test_the_page_does_not_replace_an_input(corpus: Path) -> None:
    """A site's page would be lost."""
    (corpus / "corpus/index.html").write_text(f"<p>{AD}</p>", encoding="utf-8")
    assert run(["report", "corpus", "-o", "corpus/index.html"]) == 2
    for _ in range(2):
        assert run(["report", "corpus/b.txt", "-o", "corpus/page.html"]) == 0
    assert run(["report", "corpus", "-o", "corpus/page.html"]) == 0


@pytest.mark.parametrize(
    ("glob", "suffix"),
    [
        ("*.foo", ".foo"),
        ("*.foo-bar", ".foo-bar"),
        ("a/*.Foo.GZ", ".Foo"),
        ("!*.foo", ""),
        ("!*.txt", ""),
        ("*.TXT", ""),
        ("*.txt.gz", ""),
        ("*.f[oO]o", ""),
        ("*.*", ""),
        ("drafts", ""),
    ],
)
def test_a_glob_names_a_new_suffix_only_where_it_takes_files_by_it(glob: str, suffix: str) -> None:
    """Files that a glob leaves out would be read, or those that it takes not be read as text."""
    assert suffix_of_glob(glob) == suffix


@pytest.mark.parametrize("suffix", ["foo", ".a.foo", ".gz", ".ZST"])
def test_what_is_no_suffix_is_refused(suffix: str) -> None:
    """A mistyped suffix would be taken, and no file have it."""
    with pytest.raises(CleanspamError, match="is no suffix of a format"):
        read_suffixes({suffix: "text"})
    assert read_suffixes({".Foo": "text"}) == ((".foo", "text"),)
