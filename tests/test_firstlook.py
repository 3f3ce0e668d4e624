"""The first look: it writes what the filter would write, or leaves all to the filter."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam.cli import firstlook
from cleanspam.cli.configfile import OWN, SHARED
from cleanspam.cli.filter import plain_filter
from cleanspam.cli.firstlook import MOST, first_look
from cleanspam.native import IS_COMPILED
from cleanspam.rulebook.find import LOCAL

pytestmark = [
    pytest.mark.skipif(not IS_COMPILED, reason="there was no C compiler where cleanspam was installed"),
    pytest.mark.usefixtures("work"),
]
PLAIN, AD = "雨停了，街上又有了人。\n", "雨停了,(网站建设公司报价),街上又有了人。\n"
BEFORE_AD = PLAIN * 20 + AD
TEXTS = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("cases/*/*.txt"))]
Capture = pytest.CaptureFixture[bytes]


def pipe(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))


KEPT = AD.replace("\n", "<!-- cleanspam: keep -->\n")


@pytest.mark.parametrize(
    ("page", "cleaned"),
    [(PLAIN, PLAIN), (BEFORE_AD, PLAIN * 20 + PLAIN.replace("，", ",")), (f"\ufeff{PLAIN}", f"\ufeff{PLAIN}"), (KEPT, KEPT)],
    ids=["plain", "planted", "byte order mark", "kept"],
)
def test_a_page_is_cleaned_at_once(page: str, cleaned: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: Capture) -> None:
    """Each page of a pipe would wait for imports that it does not need."""
    pipe(page.encode(), monkeypatch)
    assert first_look([]) == 0
    assert capfdbinary.readouterr() == (cleaned.encode(), b"")


@pytest.mark.parametrize(
    "data",
    [
        *(BEFORE_AD.encode("gb18030"), PLAIN.encode("utf-16"), b'{"text": "x"}\n', b"\xef\xbb\xbf {\n"),
        *(PLAIN.encode() * (MOST // len(PLAIN.encode()) + 1), PLAIN.encode() + b"\0"),
    ],
    ids=["gb18030", "utf-16", "record", "brace", "long", "zero"],
)
def test_any_other_text_is_left_to_the_filter(data: bytes, monkeypatch: pytest.MonkeyPatch, capfdbinary: Capture) -> None:
    """An advertisement would pass, a text would be read in the wrong encoding or format, or its first bytes would be lost."""
    pipe(data, monkeypatch)
    assert first_look([]) is None
    assert capfdbinary.readouterr() == (b"", b"")
    assert sys.stdin.buffer.read() == data


@pytest.mark.parametrize("name", [OWN, SHARED])
def test_settings_of_a_folder_above_are_left_to_the_filter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that a project adds would not cut, and its settings would be ignored."""
    Path(name).write_text("[tool.cleanspam]\n", encoding="utf-8")
    Path("below").mkdir()
    Path("below/page.txt").write_text(PLAIN, encoding="utf-8")
    monkeypatch.chdir("below")

    assert first_look(["page.txt"]) is None
    Path("..", name).write_text("", encoding="utf-8")
    assert first_look(["page.txt"]) == (0 if name == SHARED else None)
    assert (firstlook.SETTINGS, firstlook.RULES, firstlook.SHARED_SETTINGS) == (OWN, LOCAL, SHARED)


def test_a_folder_with_logs_alone_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one run of `clean --in-place` each start below the folder would take a third longer; own rules must be asked."""
    Path(LOCAL, "log").mkdir(parents=True)
    Path("below").mkdir()
    Path("below/page.txt").write_text(PLAIN, encoding="utf-8")
    monkeypatch.chdir("below")

    assert first_look(["page.txt"]) == 0
    Path("..", LOCAL, "own.rules").write_text("", encoding="utf-8")
    assert first_look(["page.txt"]) is None


@pytest.mark.parametrize("words", [["page.jsonl"], ["none.txt"], ["folder.txt"], ["--version"], ["clean"], ["-"]])
def test_what_is_no_page_is_left_to_the_filter(words: list[str], capfdbinary: Capture) -> None:
    """A record file would be read as text, or an error would not be reported."""
    Path("page.jsonl").write_text(PLAIN, encoding="utf-8")
    Path("folder.txt").mkdir()
    assert first_look(words) is None
    assert capfdbinary.readouterr() == (b"", b"")


def test_a_terminal_is_left_to_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user would not see what was done."""
    Path("page.txt").write_text(PLAIN, encoding="utf-8")
    assert first_look(["page.txt"]) == 0
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert first_look(["page.txt"]) is None


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_the_first_look_writes_what_the_filter_writes(number: int, capfdbinary: Capture) -> None:
    """The output for a short page would differ from that for a long one."""
    Path("page.txt").write_bytes(TEXTS[number])
    code = first_look(["page.txt"])
    looked = capfdbinary.readouterr()
    if code is not None:
        assert plain_filter(["page.txt"]) == code
        assert capfdbinary.readouterr() == looked


def test_what_was_read_is_read_again_from_a_pipe() -> None:
    """The first bytes of a planted page would be missing from what comes out."""
    read, write = os.pipe()
    process = subprocess.Popen([sys.executable, "-m", "cleanspam"], stdin=read, stdout=subprocess.PIPE)
    os.close(read)
    page = (BEFORE_AD * 90).encode()
    for part in (page[:5], page[5:50_000], page[50_000:]):
        os.write(write, part)
    os.close(write)

    assert len(page) > MOST
    assert process.communicate()[0].decode() == (PLAIN * 20 + PLAIN.replace("，", ",")) * 90
