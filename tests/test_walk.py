"""Choosing files: the files that paths name, the chosen ones below a folder, and why others are passed over."""

import io
import os
from pathlib import Path

import pytest

from cleanspam.corpus.walk import Selection, Walker, listed
from cleanspam.errors import CleanspamError
from cleanspam.formats.registry import FileType, detect_type


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.md", "c.jsonl.gz", "d.png", ".e.txt", "x/f.txt", "x/y/g.csv", ".z/h.txt", ".cleanspam/i.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / ".cleanspam-1-2.tmp").touch()
    return tmp_path


def names(chooser: Walker, *paths: Path) -> list[str]:
    return [chosen.relative for chosen in chooser.chosen(paths)]


def test_a_folder_is_read_in_the_order_of_its_names(tree: Path) -> None:
    """A log and an output would come in another order on every disk."""
    chooser = Walker()
    assert names(chooser, tree) == ["a.md", "b.txt", "c.jsonl.gz", "x/f.txt", "x/y/g.csv"]
    assert chooser.skipped == {"hidden": 2, "unknown suffix": 1}
    assert chooser.problems == []


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Selection(include=["*.txt"]), ["b.txt", "x/f.txt"]),
        (Selection(include=["*.txt"], exclude=["x/"]), ["b.txt"]),
        (Selection(exclude=["/b.txt", "y"]), ["a.md", "c.jsonl.gz", "x/f.txt"]),
        (Selection(hidden=True, include=["*.txt"]), [".e.txt", ".z/h.txt", "b.txt", "x/f.txt"]),
        (Selection(format_name="text", include=["*.png"]), ["d.png"]),
    ],
)
def test_globs_choose_below_a_folder(tree: Path, choice: Selection, expected: list[str]) -> None:
    """A user's glob would take too much or too little; the program's own folder is never an input."""
    assert names(Walker(choice), tree) == expected


def test_what_is_named_is_taken(tree: Path) -> None:
    """A user who names a file would have to undo each option that excludes it."""
    chooser = Walker(Selection(exclude=["*"]))
    found = list(chooser.chosen([tree / ".e.txt", tree / "d.png"]))
    assert [(chosen.path, chosen.relative, chosen.kind) for chosen in found] == [
        (tree / ".e.txt", ".e.txt", FileType("text", "")),
        (tree / "d.png", "d.png", FileType("text", "")),
    ]


def test_an_ignore_file_counts_from_its_own_folder(tree: Path) -> None:
    """A rule for one folder would reach into another, or not at all."""
    (tree / "x" / ".cleanspamignore").write_text("/f.txt\n# b.txt\n", encoding="utf-8")
    (tree / "f.txt").write_text("x", encoding="utf-8")
    chooser = Walker()
    assert names(chooser, tree) == ["a.md", "b.txt", "c.jsonl.gz", "f.txt", "x/y/g.csv"]
    assert chooser.skipped["ignored"] == 1


def test_links_out_of_the_tree_are_followed_only_if_asked(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A link to / would take the whole disk for input; one to its own folder would never end."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "o.txt").write_text("x", encoding="utf-8")
    (tree / "out").symlink_to(outside)
    (tree / "loop").symlink_to(tree)
    (tree / "in.txt").symlink_to(tree / "b.txt")
    few = Walker(Selection(include=["*.txt"]))
    assert names(few, tree) == ["b.txt", "in.txt", "x/f.txt"]
    assert few.skipped["links"] == 2
    many = names(Walker(Selection(include=["*.txt"], follow_links=True)), tree)
    assert "out/o.txt" in many
    assert len(many) < 20


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tree: Path) -> None:
    """One wrong name among thousands would end a run, or go unnoticed."""
    os.mkfifo(tree / "pipe")
    os.mkfifo(tree / "x" / "pipe.txt")
    chooser = Walker()
    assert names(chooser, tree / "none", tree / "pipe", tree / "x") == ["f.txt", "y/g.csv"]
    assert [problem.partition(": ")[2] for problem in chooser.problems] == [
        "no such file or folder",
        "no regular file; pipe it through cleanspam instead",
    ]
    assert chooser.skipped == {"special": 1}


def test_a_glob_that_is_none_is_refused(tree: Path) -> None:
    """A mistyped glob would silently choose no files."""
    with pytest.raises(CleanspamError, match="no glob"):
        names(Walker(Selection(include=["!"])), tree)


def test_lists_of_paths() -> None:
    """A name with a blank, a line end or stray bytes would be read as another name."""
    assert listed(io.BytesIO(b"a b\r\n\nc\xff\n")) == [Path("a b"), Path("c\udcff")]
    assert listed(io.BytesIO(b"a\nb\0c\0"), by_nul=True) == [Path("a\nb"), Path("c")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("A.TXT", ("text", "")),
        ("a/b.c/d.JSONL.Gz", ("jsonl", "gzip")),
        ("a.txt.zst", ("text", "zstd")),
        ("x.gz/a", None),
        (".txt", None),
        ("a.gz", None),
        ("a.", None),
        ("a.txt.", None),
        ("txt", None),
    ],
)
def test_suffixes_name_the_kind(name: str, kind: tuple[str, str] | None) -> None:
    """A file would be read in a wrong format, or passed over."""
    assert detect_type(name) == (FileType(*kind) if kind else None)
    assert detect_type(Path(name)) == (FileType(*kind) if kind else None)


@pytest.mark.parametrize("follow_links", [False, True])
def test_a_link_to_itself_is_passed_over(tree: Path, follow_links: bool) -> None:
    """One link to itself would end the whole run."""
    (tree / "x/loop").symlink_to("loop")
    chooser = Walker(Selection(follow_links=follow_links))

    assert names(chooser, tree) == ["a.md", "b.txt", "c.jsonl.gz", "x/f.txt", "x/y/g.csv"]
    assert chooser.skipped["links"] == 1
