"""The table of the fold against its sources: OpenCC's characters, and Unicode's widths and cases.

Unicode grows, so characters that the running Python does not know are left out.
"""

import unicodedata
from importlib.resources import files

from cleanspam.text.foldtable import SOURCE, TARGET

TABLE = dict(zip(SOURCE, TARGET, strict=True))
DROPPED = "\0"
# Letters and symbols to Unicode, blanks to the eye.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def simplified() -> dict[str, str]:
    """Return OpenCC's Traditional-to-Simplified characters, its first choice where it lists several."""
    rows = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    return {source: choices.split(" ")[0] for source, choices in (row.split("\t") for row in rows if "\t" in row)}


def folded(char: str) -> str:
    """Look a character up."""
    return TABLE.get(char, char)


def is_known(char: str) -> bool:
    """Tell whether this Python's Unicode has the character."""
    return unicodedata.category(char) != "Cn"


def test_the_table_is_in_normal_form() -> None:
    """A character would have two readings, or an entry would do nothing."""
    assert len(TABLE) == len(SOURCE) == len(TARGET)
    assert list(SOURCE) == sorted(SOURCE)
    assert all(source != target for source, target in TABLE.items())


def test_folding_a_character_twice_changes_nothing() -> None:
    """The fold of a fold would differ."""
    assert all(folded(target) == target for target in TARGET if target != DROPPED)


def test_every_traditional_character_reads_as_opencc_says() -> None:
    """An ad in Traditional characters would be read in half."""
    differing = {source: folded(source) for source, target in simplified().items() if folded(source) != folded(target)}

    assert not differing


def test_simplified_characters_stay() -> None:
    """A list word in Simplified characters would be read as something else."""
    t2s = simplified()
    moved = {target for target in t2s.values() if target not in t2s and folded(target) != target}

    assert all(unicodedata.normalize("NFKC", target) != target for target in moved)


def test_han_characters_move_only_where_a_source_says_so() -> None:
    """Two words of modern Chinese would become one."""
    t2s = simplified()
    han = [char for char in SOURCE if "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U000323af"]

    assert [char for char in han if char not in t2s and unicodedata.normalize("NFKC", char) == char] == []


def test_other_characters_move_only_by_width_and_case() -> None:
    """A letter would be read as another letter."""
    t2s = simplified()
    wrong = {}
    for source, target in TABLE.items():
        if target == DROPPED or source in t2s or not is_known(source):
            continue
        wide = unicodedata.normalize("NFKC", source)
        near = (wide if len(wide) == 1 else source).lower()
        if target not in (near, folded(near)):
            wrong[source] = target

    assert not wrong


def test_only_what_shows_nothing_is_dropped() -> None:
    """A visible character would vanish from the text that rules see."""
    dropped = [source for source, target in TABLE.items() if target == DROPPED and is_known(source)]
    marks = [unicodedata.normalize("NFKC", char) for char in dropped if char not in BLANK_LETTERS]

    assert all(unicodedata.category(char[0])[0] in "CM" for char in marks)
    assert not set("\t\n\r") & TABLE.keys()


def test_well_known_disguises_are_in_the_table() -> None:
    """The commonest disguises would hide an advertisement."""
    assert all(folded(char) == DROPPED for char in "\u00ad\u200b\u200c\u200d\u2060\ufe0f\ufeff\u0301\u3164")
    assert all(folded(chr(code + 0xFEE0)) == chr(code).lower() for code in range(0x21, 0x7F))
    assert all(folded(char) == char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def test_every_character_keeps_its_place() -> None:
    """Origins would be off by the length of a mapping."""
    assert all(len(char) == 1 for char in TABLE.values())
    assert not any("\ud800" <= char <= "\udfff" for char in SOURCE + TARGET)
