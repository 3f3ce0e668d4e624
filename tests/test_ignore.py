"""Ignore files: they work as git's do, whichever editor saved them, and a bad one does not stop a run."""

import os
from pathlib import Path

import pytest

from cleanspam.cli.app import run

Capture = pytest.CaptureFixture[str]
AD = "雨停了,(网站建设公司报价),街上又有了人。\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")


def write(*names: str) -> None:
    """Write files with a planting each."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(AD, encoding="utf-8")


def found(capfd: Capture, *words: str) -> list[str]:
    """Return the files in which a check finds something."""
    run(["check", "--no-cache", "-q", "--allow-empty", *words])
    return [line.split(":")[0] for line in capfd.readouterr().out.splitlines()]


@pytest.mark.parametrize("pattern", ["d", "d/", "/d/"])
def test_a_named_folder_is_read_though_it_is_ignored(capfd: Capture, pattern: str) -> None:
    """Nobody could check a folder that git ignores, such as the output of a build."""
    write("d/a.txt")
    Path(".cleanspamignore").write_text(pattern, encoding="utf-8")

    assert found(capfd, ".") == []
    assert found(capfd, "d") == ["d/a.txt"]


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({".cleanspamignore": b"\xef\xbb\xbfa.txt\n"}, ["d/a.txt", "d/b.txt"]),
        ({".cleanspamignore": b"/a.txt\n"}, ["d/a.txt", "d/b.txt"]),
        ({".cleanspamignore": b"*.txt\n", "d/.cleanspamignore": b"!b.txt\n"}, ["d/b.txt"]),
        ({".cleanspamignore": b"d/\n", "d/.cleanspamignore": b"!b.txt\n"}, ["a.txt"]),
        ({".cleanspamignore": b"d/b.txt\n"}, ["a.txt", "d/a.txt"]),
        ({".gitignore": b"d/\n"}, ["a.txt", "d/a.txt", "d/b.txt"]),
    ],
)
def test_they_hold_as_gits_do(files: dict[str, bytes], left: list[str], capfd: Capture) -> None:
    """A mark of Windows' editors, a nearer file or a pattern with ! would include ignored files, or exclude others."""
    write("a.txt", "d/a.txt", "d/b.txt")
    for name, data in files.items():
        Path(name).write_bytes(data)
    if files.get(".cleanspamignore", b"").startswith(b"\xef"):
        left = ["d/b.txt"]

    assert found(capfd, ".") == left


def test_one_above_the_named_folder_holds(capfd: Capture) -> None:
    """A file ignored in a check of the whole tree would be read in a check of a part."""
    write("a/b/x.txt", "a/c.txt")
    Path(".cleanspamignore").write_text("a/b/\n", encoding="utf-8")

    assert found(capfd, "a") == ["a/c.txt"]


def test_files_that_are_named_are_taken_unless_exclusion_is_forced(capfd: Capture) -> None:
    """pre-commit names every file: `exclude` would do nothing there."""
    write("drafts/a.txt", "b.txt", "c.txt")
    Path(".cleanspamignore").write_text("drafts/\n", encoding="utf-8")
    names = ["drafts/a.txt", "b.txt", "c.txt"]

    assert found(capfd, *names) == names
    assert found(capfd, *names, "--force-exclude", "--exclude", "c.txt") == ["b.txt"]


def test_gits_own_hold_where_no_path_is_named(capfd: Capture) -> None:
    """The outputs of a build would be checked; but a user who names an ignored folder wants it read."""
    write("a.txt", "build/b.txt")
    Path(".gitignore").write_text("build/\n", encoding="utf-8")

    assert found(capfd) == ["a.txt"]
    assert found(capfd, "--no-gitignore") == ["a.txt", "build/b.txt"]
    assert found(capfd, "build") == ["build/b.txt"]
    assert found(capfd, ".", "--gitignore") == ["a.txt"]


def test_none_holds_if_so_wished(capfd: Capture) -> None:
    """Nobody could see what the ignore files hide."""
    write("a.txt")
    Path(".cleanspamignore").write_text("*\n", encoding="utf-8")

    assert found(capfd) == []
    assert found(capfd, "--no-ignore") == ["a.txt"]


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "pattern", "size"])
def test_a_bad_one_is_named_and_passed_over(kind: str, capfd: Capture) -> None:
    """One file would end the run for all others, or let it wait for ever."""
    write("a.txt")
    file = Path(".cleanspamignore")
    if kind == "folder":
        file.mkdir()
    elif kind == "link":
        file.symlink_to("nowhere")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "size":
        file.write_bytes(b"a.txt\n" + b"#" * (1 << 20))
    else:
        file.write_text("!\n", encoding="utf-8")

    assert run(["check", ".", "--no-cache"]) == 2
    out, err = capfd.readouterr()
    assert (out.startswith("a.txt:1:5:"), "passed over" in err) == (True, True)


@pytest.mark.parametrize("data", ["\ufeffa.txt\n".encode(), "a.txt\r\n".encode("utf-16")])
def test_a_list_may_be_as_windows_saves_it(data: bytes, capfd: Capture) -> None:
    """The first path of the list would be called missing, or the run would end in a request to report a bug."""
    write("a.txt")
    Path("list").write_bytes(data)

    assert found(capfd, "--files-from", "list") == ["a.txt"]
