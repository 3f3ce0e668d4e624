"""Hidden names: finds those whose characters signs set apart, those behind a frame of signs, and those in quotation marks."""

import re
from collections.abc import Iterator, Sequence

from cleanspam.model import NamedTuple, Span
from cleanspam.text.disguise import FIGURES, HIDING, ODD, STROKES, TONES, Hidden, closed
from cleanspam.text.fold import is_han
from cleanspam.text.hiddenaddress import address_behind
from cleanspam.text.latepattern import late_pattern

_HAN = r"[\u4e00-\u9fff]"
# Marks that end a sentence hide a name only where another sign does.
_STOPS = frozenset("。!?…")
# Other tones, and letters of the same script: beside them a tone tells how a character is spoken.
_SPOKEN_RE = late_pattern(r"[\u02c7\u02c9\u02d9\u3105-\u3128\u312a-\u312f]")
_SPOKEN_NEAR = 12
_RISING_FALLING = frozenset("ˊˋ")
# Signs that stand between the items of lists.
_LISTING = frozenset("/~-.|:—–·")
_LISTED_BY = frozenset("。/|-:–·+&=")  # behind the first item, too: 诗/词/曲
# Behind signs that hide nothing stands an address, as on paper (青·竹·书·店 www.example.com), or the end of a pattern.
_PLAIN_RE = late_pattern(r"\W{0,3}(?:https?://)?www\.[a-z0-9-]+\.[a-z.]+|\|?[a-z]{1,5}[)\]][+*?$/a-z]{0,4}")
_LISTED = 4  # the most single characters of a list that may read like a name
# Marks that part a name from the text before it, unless they stand in the name, too.
_PARTING = _STOPS | frozenset(":;,【〖[(《")
_SIGN = rf"(?:[^\w\s,、“”‘’「」『』]|[_{TONES}])"
_SIGN_RE = late_pattern(_SIGN)
# Behind most Han characters stands another one: to turn them away first takes half of the time.
_APART_RE = late_pattern(rf"{_HAN}(?=[^\s\u4e00-\u9fff])(?:(?:{_SIGN}{{1,3}}{_HAN}){{2,9}}|(?:[0-9a-z]{_HAN}){{3,9}})")
_FRAME = re.escape(TONES + ODD + STROKES + FIGURES + "=+_~*#")
_FRAME_RE = late_pattern(rf"[{_FRAME}]{{2,6}}(?=\w{{3}})")
_QUOTED_RE = late_pattern(r"(?<=[,。!?;…”」])[「『][^\W_]{4,10}[」』](?=[^\W_])")
_BEHIND = 3  # the most characters of a name behind its last sign: 文学网
_FRAMED = 12  # the most characters of a name behind a frame


class _Signed(NamedTuple):
    """A stretch of a text that may be a name with signs between its characters."""

    start: int
    end: int
    name: str
    signs: tuple[str, ...]
    is_signed_to_end: bool  # whether a sign stands before the last character, too
    repeats_behind_word: bool  # whether one sign stands before each character, right behind a word: 他;青;竹;文学


def names_apart(text: str, reads: str) -> Iterator[list[Hidden]]:
    """Yield the names whose characters signs set apart.

    Of 他%竹%青%文学 the first character is the author's, of 竹∽青∽居+他 the last one.
    """
    for run in _APART_RE.finditer(reads):
        han = [at for at in range(*run.span()) if is_han(reads[at])]
        if _tells_tones(reads, han, run.end()):
            continue
        ends = _ends(reads, han, run.end())
        names = (_hidden(text, reads, start, *end) for start in _starts(reads, han) for end in ends)
        if found := [name for name in names if name]:
            yield sorted(found, key=lambda name: reads[name.start] != reads[name.end - 1])  # a closed frame: `竹`青`文学`


def _tells_tones(reads: str, han: Sequence[int], end: int) -> bool:
    """Tell whether the signs of a run are tones: one behind each character and none before the first, or other tones nearby."""
    if not {char for char in reads[han[1] : end] if not is_han(char)} <= _RISING_FALLING:
        return False
    is_behind_all = reads[end : end + 1] in _RISING_FALLING and not (han[0] and reads[han[0] - 1] in _RISING_FALLING)
    return is_behind_all or bool(_SPOKEN_RE.search(reads[max(han[0] - _SPOKEN_NEAR, 0) : end + _SPOKEN_NEAR]))


def _starts(reads: str, han: Sequence[int]) -> list[int]:
    """Return where a name may begin: at its first character or the signs before it, the likeliest first."""
    first, later = {*reads[han[0] + 1 : han[1]]}, reads[han[1] : han[-1]]
    if (first & _PARTING).difference(later):  # 了。【竹_青_小_说
        return [han[1]]
    is_amid = han[0] and is_han(reads[han[0] - 1])
    return [han[0] + 1, han[0]] if is_amid else [han[0], han[0] + 1]


def _ends(reads: str, han: Sequence[int], end: int) -> list[tuple[int, int]]:
    """Return where a name may end, and where its signs end, the likeliest first."""
    ends = [end]
    while len(ends) <= _BEHIND and is_han(reads[ends[-1] : ends[-1] + 1] or " "):
        ends.append(ends[-1] + 1)
    whole = [(behind, end) for behind in reversed(ends)]
    without_last = (han[-2] + 1, han[-2] + 1)
    is_closed = {*reads[han[-2] + 1 : han[-1]]}.isdisjoint(reads[han[1] : han[-2] + 1])
    return [without_last, *whole] if is_closed else [*whole, without_last]


def _hidden(text: str, reads: str, start: int, end: int, signed: int) -> Hidden | None:
    """Return the name in a stretch with signs up to `signed`; None if its signs may be a list's or a number's."""
    found = _signed(reads, start, end, signed)
    address = address_behind(reads, end)
    if address and _is_heading(found, text[end : address[0]]):
        address = None
    if len(found.name) < 3 or not found.signs or not (address or _is_evident(reads, found)):
        return None
    stop, host = address or (end, "")
    first, stop = _with_pairs(reads, _frame_start(reads, found), stop)
    points = {char for char in reads[end:stop] if not char.isalnum() and char != " "}
    behind = closed(text, reads, first, stop, {*found.signs, *reads[first:start]} | points)
    is_ended = behind > end or not is_han(reads[stop : stop + 1] or " ")
    return Hidden(first, behind, found.name + host, is_ended and _is_apart(reads, first, found))


def _signed(reads: str, start: int, end: int, signed: int) -> _Signed:
    name = "".join(filter(is_han, reads[start:end]))
    signs = tuple(char for char in reads[start:signed] if not is_han(char))
    is_behind_word = start > 0 and is_han(reads[start - 1]) and not is_han(reads[start])
    is_one = len(signs) > 2 and len({*signs}) == 1 and signs[0] not in _LISTED_BY
    return _Signed(start, end, name, signs, end == signed, is_behind_word and is_one)


def _is_evident(reads: str, found: _Signed) -> bool:
    """Tell whether the signs hide a name: digits or letters that number nothing, two odd signs, or what parts no list."""
    first = found.signs[0]
    if first.isalnum() and first not in TONES:
        is_numbered = reads[found.end : found.end + 1].isdigit()  # a list goes on
        return not is_numbered and (len({*found.signs}) == 1 or first.isdigit())
    if found.repeats_behind_word or sum(char in HIDING for char in found.signs) > 1:
        return True
    return found.is_signed_to_end and (len(found.name) > _LISTED or _LISTING.isdisjoint(found.signs))


def _is_heading(found: _Signed, address: str) -> bool:
    """Tell whether one sign of lists parts the characters of a name, and nothing hides its address."""
    signs = {*found.signs} - {" "}
    is_one = (len(signs) == 1 and signs <= _LISTING) or signs == {*"【】"}
    return is_one and bool(_PLAIN_RE.fullmatch(address))


def _is_apart(reads: str, first: int, found: _Signed) -> bool:
    """Tell whether odd signs set all characters apart, and no word of the text goes on into the name."""
    is_begun = not (is_han(reads[first]) and first and is_han(reads[first - 1]))
    return is_begun and found.is_signed_to_end and sum(char in ODD for char in found.signs) > 1


def _frame_start(reads: str, found: _Signed) -> int:
    """Return where the signs before a name begin."""
    first = found.start
    while first and _frames(reads, first - 1, found):
        first -= 1
    return first


def _frames(reads: str, at: int, found: _Signed) -> bool:
    """Tell whether a sign before a name belongs to its frame: a stop ends the sentence of the Han character before it."""
    if reads[at] in HIDING:
        return True
    ends_sentence = reads[at] in _STOPS and at > 0 and is_han(reads[at - 1])
    return reads[at] in found.signs and (found.repeats_behind_word or not ends_sentence)


def _with_pairs(reads: str, start: int, end: int) -> Span:
    """Return a stretch with the signs that stand on both sides of it."""
    while start and _SIGN_RE.match(reads[start - 1]) and reads[start - 1] == reads[end : end + 1]:
        start, end = start - 1, end + 1
    return Span(start, end)


def names_in_frames(reads: str) -> Iterator[list[Hidden]]:
    """Yield what stands behind several different signs: ←→ㄨ79小说网."""
    for found in _FRAME_RE.finditer(reads):
        end = found.end()
        while end < len(reads) and end - found.end() < _FRAMED and reads[end].isalnum():
            end += 1
        stops = range(end, found.end() + 2, -1) if len({*found[0]}) > 1 else ()
        yield [Hidden(found.start(), stop, reads[found.end() : stop], is_apart=False) for stop in stops]


def quoted_names(reads: str) -> Iterator[list[Hidden]]:
    """Yield what stands in quotation marks behind a mark, with the text going on right behind: ，「青竹文字」他走了."""
    for found in _QUOTED_RE.finditer(reads):
        yield [Hidden(*found.span(), found[0], is_apart=False)]
