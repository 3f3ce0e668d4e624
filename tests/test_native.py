"""The compiled module does what Python does: str.translate, and the decoding of UTF-8."""

import os
import platform
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam import native
from cleanspam.errors import CleanspamError
from cleanspam.native import Spelling, decode_utf8, inpython, is_valid_utf8, refuse_stale, utf8_places
from cleanspam.text.fold import FILLER, SPELLING, fold, fold_in_python
from cleanspam.text.foldtable import SOURCE, TARGET

TABLE = str.maketrans(SOURCE, TARGET)
# Of every plane, and of those that the compiled table doesn't hold.
CHARS = st.characters() | st.sampled_from(SOURCE) | st.sampled_from("\U0003ffff\U00040000\U000e0100\U000e01ef\U0010ffff\ud800")


@given(st.text(CHARS))
def test_a_text_is_spelled_as_python_translates_it(text: str) -> None:
    """The same text would fold in two ways, with a C compiler and without one."""
    spelled = SPELLING(text)
    assert spelled == text.translate(TABLE)
    assert hash(spelled) == hash(text.translate(TABLE))


@given(st.text(st.sampled_from(sorted(FILLER)) | st.sampled_from("a網9\n\0\u200b１𠮷\U000e0100々〇。（") | CHARS, max_size=30))
@example("s-e-o a-b c*d 网 - 站-a")
def test_a_text_is_folded_as_python_does_it(text: str) -> None:
    """A disguise would be seen through in one installation, and not in another."""
    assert fold(text) == fold_in_python(text)


def test_without_a_compiler_python_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package would not start on a machine without a compiler."""
    monkeypatch.setitem(sys.modules, "cleanspam.native._native", None)
    in_python = runpy.run_path(native.__file__)["Spelling"](SOURCE, TARGET)
    assert in_python("ＳＥＯ優化") == "seo优化"


def test_of_two_spellings_of_a_character_the_last_one_counts() -> None:
    """A table that lists a character twice would be read differently with and without a C compiler."""
    assert Spelling("aa\U000e0100\U000e0100", "bcde")("a\U000e0100") == "ce"


def test_another_interpreter_leaves_this_one_alone() -> None:
    """A web server with several interpreters in one process could no longer make a prefilter in the first."""
    code = (
        "import sys, cleanspam.native._native\n"
        "del sys.modules['cleanspam.native._native']\n"
        "import cleanspam.native._native\n"
        "import cleanspam\n"
        "print(cleanspam.clean('走了很久,(网络推广公司),才回头。').text)"
    )
    found = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert found.stdout == "走了很久,才回头。\n"


@pytest.mark.skipif(
    not Spelling.__module__.endswith("._native"), reason="there was no C compiler where cleanspam was installed"
)
def test_a_compiled_spelling_is_made_once_of_two_texts_of_one_length() -> None:
    """The C module would read memory behind the shorter text."""
    with pytest.raises(ValueError, match="one length"):
        Spelling("ab", "c")
    with pytest.raises(TypeError, match="made once"):
        Spelling("a", "b").__init__("a", "b")  # type: ignore[misc]  # what is tested
    with pytest.raises(TypeError, match="never made"):
        Spelling.__new__(Spelling)("a")
    with pytest.raises(TypeError, match="str"):
        Spelling("a", "b")(b"a")  # type: ignore[arg-type]  # what is tested
    assert Spelling("a\U000e0100", "bc")("a\U000e0100\U000e0101") == "bc\U000e0101"


PIECES = st.sampled_from(
    [b"a", b"\n", b"\r\n", b"\x00", "，网".encode(), "𠮷".encode(), b"\x80", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
)
DATA = st.lists(PIECES | st.binary(max_size=4) | st.text().map(str.encode), max_size=200).map(b"".join)


@given(DATA)
def test_bytes_are_utf8_that_python_decodes(data: bytes) -> None:
    """A file with stray bytes would be treated as valid, or a valid file would be searched for another encoding."""
    assert is_valid_utf8(data) == inpython.is_valid_utf8(data)
    assert is_valid_utf8(data * 300) == inpython.is_valid_utf8(data * 300)


@given(DATA | st.text(st.sampled_from("a\n£ā网😀\uffff\U0010ffff"), max_size=400).map(str.encode))
def test_text_is_decoded_as_python_decodes_it(data: bytes) -> None:
    """A batch would read another text than its file has, or write it with other bytes."""
    for some in (data, data * 30):
        assert decode_utf8(some) == inpython.decode_utf8(some)
    assert sys.getsizeof(decode_utf8(data) or "") == sys.getsizeof(inpython.decode_utf8(data) or "")  # as wide as need be


@given(st.text(st.sampled_from("a\n网£😀"), max_size=400), st.data())
def test_places_of_characters_are_those_of_their_bytes(text: str, data: st.DataObject) -> None:
    """A cut would take the bytes of its neighbours."""
    places = sorted(data.draw(st.lists(st.integers(0, len(text)))))

    assert utf8_places(text.encode(), places) == [len(text[:place].encode()) for place in places]
    assert inpython.utf8_places(text.encode(), places) == utf8_places(text.encode(), places)


def test_without_a_compiler_python_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package would not start on a machine without a compiler."""
    monkeypatch.setitem(sys.modules, "cleanspam.native._native", None)
    is_valid = runpy.run_path(native.__file__)["is_valid_utf8"]
    assert (is_valid("网\n站".encode()), is_valid("网".encode()[:2])) == (True, False)


def test_a_module_of_an_older_source_is_refused(tmp_path: Path) -> None:
    """A developer would meet a TypeError that names no cause, or plantings would be missed in silence."""
    compiled, source = tmp_path / "_native.so", tmp_path / "_native.c"
    compiled.touch()
    refuse_stale(str(compiled), str(source))  # an installed package has no source
    source.touch()
    os.utime(source, ns=(0, compiled.stat().st_mtime_ns))
    refuse_stale(str(compiled), str(source))
    os.utime(source, ns=(0, compiled.stat().st_mtime_ns + 1))
    with pytest.raises(CleanspamError, match=r"_native\.so is older than .*; delete it and run: pip install -e \."):
        refuse_stale(str(compiled), str(source))


REFUSING = """
import sys
from cleanspam.errors import CleanspamError

class Refusing:
    def find_spec(self, name, *rest):
        if name == "cleanspam.native":
            raise CleanspamError("_native.so is older than _native.c; delete it")

sys.meta_path.insert(0, Refusing())
from cleanspam.__main__ import main
main()
"""


@pytest.mark.parametrize("words", [(), ("--help",), ("check", "a.txt"), ("clean", ".", "-o", "out")], ids=str)
def test_a_module_of_an_older_source_is_a_line_on_stderr(words: tuple[str, ...], tmp_path: Path) -> None:
    """A traceback of twenty lines would hide what to do."""
    ran = subprocess.run(
        [sys.executable, "-c", REFUSING, *words], cwd=tmp_path, input="雨停了。", text=True, capture_output=True, check=False
    )

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "cleanspam: _native.so is older than _native.c; delete it\n"


_FAULTS = """
import resource
from cleanspam import native
{first}
block = ("雨" * 340_000 + "\U00020000" + "雨").encode()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        block.decode()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""


@pytest.mark.skipif(not native.IS_COMPILED or platform.libc_ver()[0] != "glibc", reason="only glibc can be asked")
def test_freed_memory_is_kept() -> None:
    """A filter would get the memory of each block from the kernel anew, page by page: 6 of 100 seconds."""
    taken = [
        int(subprocess.run([sys.executable, "-c", _FAULTS.format(first=first)], capture_output=True, check=True).stdout)
        for first in ("", "native.keep_freed_memory()")
    ]

    assert taken[1] * 10 < taken[0]
