"""The fold: the normal form of a text that rules see. The fold never rewrites the text itself.

Traditional reads as Simplified, full width as half width, capitals as small letters; characters that show nothing and
filler set between characters (淘·宝, 抖 音, s-e-o) are dropped.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from cleanspam.native import IS_COMPILED, Spelling
from cleanspam.text.foldtable import SOURCE, TARGET
from cleanspam.text.latepattern import late_pattern

_DROPPED = "\0"
_HAN = (range(0x3005, 0x3008), range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x323B0))
_HAN_RE = late_pattern(f"[{''.join(f'{chr(block.start)}-{chr(block.stop - 1)}' for block in _HAN)}]+")
_WORD = r"[^\W_]"
# Filler that no Chinese word contains. It is dropped beside any Han character.
_SOFT_FILLER = _DROPPED + " \t\u00b7\u2022\u2027\u2219\u22c5\u30fb*_\u2605\u2606\u25cf\u25cb\u25c6\u25c7\u25a0\u25a1"
# Filler that names and numbers contain too (北京-上海, app.js). It is dropped only where it parts every single character.
FILLER = frozenset(_SOFT_FILLER + "-.~|+/=^#'`,?!♂♀÷×→←↑↓°ˊˋ¤※∷∮√§◎⊙▲△▼▽♠♣♥♦✿♪")
SPELLING = Spelling(SOURCE, TARGET, _SOFT_FILLER, "".join(sorted(FILLER)))
_SOFT, _HARD = re.escape(_SOFT_FILLER), re.escape("".join(sorted(FILLER)))
_SPELLED_RE = late_pattern(rf"(?<!{_WORD}){_WORD}(?:[{_HARD}]+{_WORD}(?!{_WORD})){{2,}}")
# Signs that no prose, list or formula sets between characters. Two of them must be among those that set four apart.
_HIDING = "@*^_#&$?♂♀÷→←↑↓°ˊˋ¤※∷∮√§∽⊙◎▲△▼▽♠♣♥♦✿♪☆★◆◇●■"
_APART_RE = late_pattern(rf"[\u4e00-\u9fff](?:[{re.escape(_HIDING)}·.|/~+=-]{{1,3}}[\u4e00-\u9fff]){{3}}")
_HIDING_RE = late_pattern(rf"[{re.escape(_HIDING)}]")
_SINGLE_RE = late_pattern(rf"[{_HARD}]{_WORD}[{_HARD}]")
_HARD_RE = late_pattern(rf"[{_HARD}]")
# The pattern begins with a character class, so that `re` skips from filler to filler. A look-behind would try every place.
_SOFT_RE = late_pattern(rf"[{_SOFT}][{_SOFT}]*")


def fold(text: str) -> str:
    """Return `text` in the form that rules see. Folding a folded text changes nothing.

    >>> fold("淘★寶ＳＥＯ　優化")
    '淘宝seo优化'
    """
    return SPELLING.fold(text) if IS_COMPILED else fold_in_python(text)


def fold_in_python(text: str) -> str:
    """Return the same without the C module."""
    mapped = reads_as(text)
    if not _HARD_RE.search(mapped):
        return mapped
    return _blanked(mapped).replace(_DROPPED, "")


def reads_as(text: str) -> str:
    """Return `text` with each character folded. Filler stays, so all places stay the same."""
    return SPELLING(text)


def spellings(chars: Iterable[str]) -> set[str]:
    """Return all characters that fold to one of `chars`."""
    return {spelling for char in set(chars) for spelling in _spellings_of(char)}


@lru_cache(1024)
def _spellings_of(char: str) -> tuple[str, ...]:
    """Return the spellings of a character. It is searched in the table, for a dict of all would take 3 MB."""
    found, at = [char], TARGET.find(char)
    while at >= 0:
        found.append(SOURCE[at])
        at = TARGET.find(char, at + 1)
    return tuple(found)


def _blanked(mapped: str) -> str:
    """Overwrite filler with NUL, so that all other characters keep their places."""
    if _SINGLE_RE.search(mapped):
        mapped = _SPELLED_RE.sub(lambda run: _HARD_RE.sub(_DROPPED, run[0]), mapped)
    return _SOFT_RE.sub(_soft, mapped)


def _soft(run: "re.Match[str]") -> str:
    """Blank out a run of filler at an end of a line, or beside a Han character and a word."""
    text, start, end = run.string, run.start(), run.end()
    if start == 0 or end == len(text) or text[start - 1] == "\n" or text[end] == "\n":
        return _DROPPED * (end - start)
    left, right = text[start - 1], text[end]
    words = left.isalnum() and right.isalnum()
    if words and (is_han(left) or is_han(right)):
        return _DROPPED * (end - start)
    return run[0]


def is_spelled_apart(text: str) -> bool:
    """Tell whether signs that hide them set four Han characters apart. Marks of lists and formulas hide nothing.

    >>> is_spelled_apart("青♂竹♂书♂屋"), is_spelled_apart("金·木·水·火"), is_spelled_apart("长*宽*高")
    (True, False, False)
    """
    return any(len(_HIDING_RE.findall(run[0])) > 1 for run in _APART_RE.finditer(reads_as(text)))


def is_han(char: str) -> bool:
    """Tell whether a character is a Han character."""
    code = ord(char)
    return 0x4E00 <= code < 0xA000 or (code >= _HAN[0].start and any(code in block for block in _HAN))  # most are in this block


def han_number(text: str) -> int:
    """Return how many Han characters a text has.

    >>> han_number("请关注app，天黑了")
    6
    """
    return len(text) - len(_HAN_RE.sub("", text))
