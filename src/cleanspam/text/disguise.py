"""Disguise: the signs and letters by which names and addresses are hidden from a search, and what is hidden."""

import unicodedata
from functools import cache

from cleanspam.model import NamedTuple

# Signs that hide what they part: no list or formula sets them between Han characters.
ODD = "∽ˊˋ℉≯≮∷¤∮⊥∠÷§⊕〓︾︽▓▒"
TONES = "ˊˋㄨ"  # to Unicode these are letters
RELATIONS, STROKES, FIGURES = "≧≦≈∴∵≌≡‖", "∨∧╱╲╳", "♂♀◎⊙±▲△▼▽◢◣◤◥■□◆◇●→←↑↓↘↙↖↗※"
# Signs that hide what they part, and blanks of forms, emphasis and bullets that authors set.
HIDING = frozenset(ODD + RELATIONS + STROKES + FIGURES + "￥¥%$^#_*`@☆★")
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
# Letters of other alphabets and signs, and the Latin letters that they look like.
ALIKE = dict(
    zip(
        "шщωѡтτкκаαсϲоοеερрхχуυмηвβіιѕп¢○〇δ℃σиνјԁɡɑгяςłøđħʍᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
        "wwwwttkkaaccooeeppxxyymhbbiisncooaconvjdgarrclodhmabcdefghijklmnoprstuvwyz",
        strict=True,
    )
)
MARKED = range(0x1E00, 0x1F00)  # letters with marks
# The digits in circles, brackets and before points.
_ENCLOSED = (*range(0x2460, 0x249C), *range(0x24EA, 0x2500), *range(0x2776, 0x2794))


class Hidden(NamedTuple):
    """What may be a hidden name or address, with its frame."""

    start: int
    end: int
    own: str  # what it reads as: 小说巴士www.example.com
    is_apart: bool  # whether signs that only hide them set all its characters apart


@cache
def alike() -> dict[int, str]:
    """Return the letters of other alphabets, and the signs, that look like Latin letters. The fold leaves them as they are."""
    table = {ord(char): letter for char, letter in ALIKE.items()}
    for code in (*range(0xE0, 0x250), *MARKED):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.islower():
            table[code] = base
    digits = {code: unicodedata.digit(chr(code), None) for code in _ENCLOSED}
    table |= {code: str(digit) for code, digit in digits.items() if digit is not None}
    for first in (0x1F130, 0x1F150, 0x1F170):
        table |= {first + at: chr(ord("a") + at) for at in range(26)}
    return table


def closed(text: str, reads: str, start: int, end: int, signs: set[str]) -> int:
    """Return the end of a planting with the signs that close it, and with the blanks that came with it."""
    inside = reads[start:end]
    closers = {closer for opener, closer in _CLOSERS.items() if inside.count(opener) > inside.count(closer)}
    own = (signs | closers) - frozenset("。.!?:/-")
    while end < len(text) and (reads[end] in own or (reads[end] in HIDING and not reads[end].isascii())):
        end += 1
    behind = end
    while behind < len(text) and text[behind].isspace():
        behind += 1
    return behind if start and not text[start - 1].isspace() and behind < len(text) else end
