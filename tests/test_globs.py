"""Globs: they match what pathspec and git match, and no glob takes long."""

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from cleanspam.corpus.globs import compile_globs

NAMES = st.text("ab*?x", min_size=1, max_size=6) | st.sampled_from(["**", "*", "[ab]*", "[!a]b", "\\\\*a", "a.b", "*.a*"])
GLOBS = st.builds(
    lambda start, names, end: start + "/".join(names) + end,
    st.sampled_from(["", "/", "**/"]),
    st.lists(NAMES, min_size=1, max_size=5),
    st.sampled_from(["", "", "/", "/**"]),
)
PATHS = st.lists(st.text("abx*.", min_size=1, max_size=8), min_size=1, max_size=6).map("/".join)


@given(GLOBS, PATHS, st.sampled_from(["", "/"]))
def test_the_same_is_matched(glob: str, path: str, end: str) -> None:
    """A user's glob would match other files than in git."""
    try:
        expected = GitIgnoreSpec.from_lines([glob]).check_file(path + end).include
    except ValueError:
        return
    assert compile_globs([glob]).check_file(path + end).include == expected


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*a" * 13 + "*b", "a" * 200),
        ("**/*a" + "*a" * 13 + "b", "a/" * 50 + "a" * 200),
        ("a/**/" * 13 + "b", "a/" * 300 + "c"),
        ("**/a/" * 13 + "**/b", "a/" * 300 + "c"),
        ("*a*/**/" * 9 + "b", "aaaaaaaa/" * 100 + "c"),
        ("[ab]*" * 13 + "c", "ab" * 100),
    ],
)
def test_no_glob_takes_long(glob: str, path: str) -> None:
    """A stranger's ignore file would hang the run."""
    start = time.perf_counter()
    assert not compile_globs([glob]).match_file(path)
    assert time.perf_counter() - start < 2


def test_names_with_line_ends_are_matched_as_git_does(tmp_path: Path) -> None:
    """A line end in its name could exclude a file from the corpus, or keep it in."""
    globs = ["*.txt", "/deep/**/x", "name", "dir/"]
    (tmp_path / ".gitignore").write_text("\n".join(globs) + "\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, capture_output=True)
    paths = ["a\nb/c.txt", "a.txt\n", "deep/a\nb/c/x", "name\n", "n\nname", "dir\n/x", "a\n/dir/x"]
    words = ["git", "-C", str(tmp_path), "check-ignore", "-z", "--stdin"]
    told = subprocess.run(words, input="\0".join(paths), capture_output=True, encoding="utf-8", check=False).stdout
    spec = compile_globs(globs)
    assert [path for path in paths if spec.match_file(path)] == [path for path in told.split("\0") if path]
