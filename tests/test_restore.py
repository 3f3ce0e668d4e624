"""Putting cuts back: which cuts the library shows before."""

from pathlib import Path

import pytest

from cleanspam import clean_files
from cleanspam.corpus import cutlog
from cleanspam.corpus.restore import hunks_again
from cleanspam.text.diff import plain

AD = "(网站建设公司报价)"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_cuts_of_a_log_are_shown_in_their_lines(tmp_path: Path, end: str, encoding: str) -> None:
    """A user who looks for a wrong cut in a log would see it in another line, or without the words around it."""
    file = tmp_path / "a.txt"
    file.write_bytes(f"天亮了。{end}雨停了,{AD},街上又有了人,{AD},很热闹。{end}夜深了。{end}".encode(encoding))
    summary = clean_files([file], in_place=True, jobs=1, log=tmp_path / "cuts.jsonl")
    (entry,) = cutlog.entries(Path(summary.log), str(tmp_path))

    assert [(hunk.line, plain(hunk)) for hunk in hunks_again(Path(summary.log), entry) or ()] == [
        (2, f"雨停了,[-{AD},-]街上又有了人,{AD},很热闹。"),
        (2, f"雨停了,{AD},街上又有了人,[-{AD},-]很热闹。"),
    ]

    file.write_bytes(b"")
    assert hunks_again(Path(summary.log), entry) is None
