"""Hidden names: finds the names and addresses that somebody spelled so that no search finds them.

Signs stand between all characters of a name: ∽竹∽志∽虫. A word of an address mixes alphabets or widths: шшш¸ехample¸соm.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from cleanspam.model import NamedTuple, Span
from cleanspam.text.fold import is_han, reads_as, spellings
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.lines import bounds

_HAN = r"[\u4e00-\u9fff]"
# Signs that hide what they part: no list or formula sets them between Han characters.
_ODD = "∽ˊˋ℉≯≮∷¤∮⊥∠÷§⊕〓︾︽▓▒"
# Signs that hide what they part, and blanks of forms, emphasis and bullets that authors set.
_HIDING = frozenset(_ODD + "≧≦≈∴∵≌≡‖♂♀◎⊙±∨∧╱╲╳▲△▼▽◢◣◤◥■□◆◇●→←↑↓↘↙↖↗￥¥%$^#_*`@※☆★")
# Marks that end a sentence hide a name only where another sign does.
_STOPS = frozenset("。!?…")
_TONES = "ˊˋㄨ"  # to Unicode these are letters
# Other tones, and letters of the same script: beside them a tone tells how a character is spoken.
_SPOKEN_RE = late_pattern(r"[\u02c7\u02c9\u02d9\u3105-\u3128\u312a-\u312f]")
_SPOKEN_NEAR = 12
_RISING_FALLING = frozenset("ˊˋ")
# Signs that stand between the items of lists.
_LISTING = frozenset("/~-.|:—–·")
_LISTED_BY = frozenset("。/|-:–·+&=")  # behind the first item, too: 诗/词/曲
_LISTED = 4  # the most single characters of a list that may read like a name
# Marks that part a name from the text before it, unless they stand in the name, too.
_PARTING = _STOPS | frozenset(":;,【〖[(《")
_SIGN = rf"(?:[^\w\s,、“”‘’「」『』]|[_{_TONES}])"
_FRAMING_RE = late_pattern(_SIGN)
_APART_RE = late_pattern(rf"{_HAN}(?:{_SIGN}{{1,3}}{_HAN}){{2,9}}|{_HAN}(?:[0-9a-z]{_HAN}){{3,9}}")
_FRAME = _TONES + "∽℉≯≮∷¤∮⊥∠÷§♂♀◎⊙±∨∧╱╲╳▲△▼▽◢◣◤◥■□◆◇●→←↑↓↘↙↖↗※=+_~*#"
_FRAME_RE = late_pattern(rf"[{re.escape(_FRAME)}]{{2,6}}(?=\w{{3}})")
# What may stand for the point of an address (two are Han characters), and the addresses.
_POINT = r"(?:[^\w\n]|_|\u4e36|\u70b9)"
_TOP = r"(?:c\W?[o0]\W?m|n\W?e\W?t|o ?r ?g|c ?c|c ?o|info|la|me|top|vip|xyz|tw|cn|tv)"
_ENDED = rf"{_TOP}(?![a-z0-9])(?!{_POINT}{{1,3}}{_TOP}(?![a-z0-9]))"
_GAP = r"[^\w\n]{0,2}"
_WWW_RE = late_pattern(rf"w{_GAP}w{_GAP}w")
_WWW = rf"w{_GAP}w{_GAP}w{{1,2}}{_POINT}{{0,4}}[a-z0-9](?:{_POINT}{{0,2}}[a-z0-9]){{1,20}}?{_POINT}{{0,3}}{_ENDED}"
_HOST = r"(?:(?:m|wap|3g)[^\w\s])?[a-z0-9]{2,20} ?(?:[^\w\s]|_|\u4e36|\u70b9) ?(?:com|net|org|cc|co|info)(?![a-z0-9])"
_ADDRESS_RE = late_pattern(rf"(?<![a-z0-9@.-])(?:https?:/{{1,2}})?(?:{_WWW}|{_HOST})")
_GAP_RE = late_pattern(r"(?:[a-z](?=[^\w\n]))?[^\w\n]{0,3}")
# The rest of an address behind its name, of which more is hidden than reads on, with signs beside its letters: ，w⊥↓＋et.
_BESIDE = r"[^a-z\s\u4e00-\u9fff,。“”]{0,4}"
_REST_RE = late_pattern(rf"[,\s]?\s?(?=w|{_BESIDE}[a-z]{_BESIDE}[a-z])[^\s\u4e00-\u9fff,。“”]{{2,24}}")
# The same sign in place of both points of an address, or blanks between the letters. Who types www。example。com hides nothing.
_OTHER_POINTS_RE = late_pattern(r"www([^\w\s.。:/-]|_)[a-z0-9]+\1[a-z]+\Z|^w\W+w|^ww\W+w|c\W+o\W*m|co\W+m|c0m|n e *t")
_ODD_CASE_RE = late_pattern(r"^(?:wW[wW]|WwW|WWw)|(?:CoM|cOm|coM|cOM|nEt|neT|nET)\Z")
# The two ends of an address, with signs between their letters.
_SPLIT_RE = late_pattern(r"^w\W?w\W?w|\b(?:c\W?[o0]\W?m|n\W?e\W?t|o\W?r\W?g)\Z")
_WORD_RE, _BLANKS_RE, _MARKS_RE = late_pattern(r"\w+"), late_pattern(r"\s+"), late_pattern(r"[^a-z0-9]+")
# What parts the characters of a name, and what stands before its last two characters, which it leaves together.
_PARTERS = (*"*/%&=+#^$@_`~|-.0123456789x·—;\\!?。<>)]}", ")(", "][", "}{", "><")
_BEFORE = "/*%&=#^$@_`}]>?0123456789.。;!—~\\|"
PROSE_MARKS = frozenset(_BEFORE + "＊％＆！；．") - frozenset("0123456789")
# Signs that are triggers by themselves, if another one stands within so many characters.
_SINGLE, _NEAR = frozenset(_ODD + _TONES + "≧≦≈∴∵≌≡‖〈〉♂♀◎⊙±▲△▼▽◢◣◤◥■□◆◇●→←↑↓↘↙↖↗※"), 4
_QUOTED_RE = late_pattern(r"(?<=[,。!?;…”」])[「『][^\W_]{4,10}[」』](?=[^\W_])")
# Marks behind which an address in www is looked for. Behind all characters that would cost a clean text 8 % more time.
_ENDS = frozenset("。…—》】」』”")
_REACH = 64  # code points around a trigger in which a name is searched
_CLAUSE = 10  # the most characters of a name before its address
_BEHIND = 3  # the most characters of a name behind its last sign: 文学网
_FRAMED = 12  # the most characters of a name behind a frame
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
# Letters of other alphabets and signs, and the Latin letters that they look like.
_ALIKE = dict(
    zip(
        "шщωѡтτкκаαсϲоοеερрхχуυмηвβіιѕп¢○〇δ℃σиνјԁɡɑгяςłøđħʍᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
        "wwwwttkkaaccooeeppxxyymhbbiisncooaconvjdgarrclodhmabcdefghijklmnoprstuvwyz",
        strict=True,
    )
)
_MARKED = range(0x1E00, 0x1F00)  # letters with marks
# The digits in circles, brackets and before points.
_ENCLOSED = (*range(0x2460, 0x249C), *range(0x24EA, 0x2500), *range(0x2776, 0x2794))


class Hidden(NamedTuple):
    """What may be a hidden name or address, with its frame."""

    start: int
    end: int
    own: str  # what it reads as: 小说巴士www.example.com
    is_apart: bool  # whether signs that only hide them set all its characters apart


def triggers(words: Iterable[str]) -> set[str]:
    """Return what stands in all hidden names that are found, as words of a scan: signs, letters, and a word beside a sign.

    Of the words, those of two Han characters are what names end in. A sign stands between them or before them: 小/说, *文学.
    """
    known = [word for word in words if all(map(is_han, word))]
    parted = {word for word in known if len(word) == 2}
    split = {f"{word[0]}{sign}{word[1]}" for word in parted for sign in _PARTERS}
    behind = {sign + word for word in parted for sign in _BEFORE}
    quoted = {word[-2:] + mark for word in known if len(word) > 2 for mark in "」』"}
    before_www = {char + "w" for char in _ENDS | {word[-1] for word in known}}
    return split | behind | quoted | before_www | _singles()


@cache
def _singles() -> frozenset[str]:
    """Return the signs and letters that are triggers by themselves."""
    letters = {char for char in spellings("wcm") if not char.isascii()} | (_ALIKE.keys() - frozenset("○〇δ¢℃σν"))
    letters |= {char for char in map(chr, range(0xFF21, 0xFF5B)) if char.isalpha()}
    letters |= {chr(code) for code, letter in _alike().items() if letter in "wcm" and (code > 0xFFFF or code in _MARKED)}
    return _SINGLE | letters


def may_hide(text: str, at: int) -> bool:
    """Tell whether a trigger of one character may hide something: a wide letter close to a plain one, a sign near another."""
    char, beside = text[at], text[max(at - 1, 0) : at + 2]
    if char not in _SINGLE:
        return not "\uff21" <= char <= "\uff5a" or any(one.isascii() and one.isalpha() for one in text[max(at - 2, 0) : at + 3])
    around = text[max(at - _NEAR, 0) : at] + text[at + 1 : at + 1 + _NEAR]
    return any(is_han(one) for one in beside) and not _SINGLE.isdisjoint(around)


def hidden_names(text: str, places: Sequence[int]) -> Iterator[list[Hidden]]:
    """Yield for each place with a hidden name or address near a trigger what may be taken for it, the likeliest first."""
    for start, end in _stretches(text, [at for at in places if not _is_idle(text, at)]):
        raw = text[start:end]
        reads = reads_as(raw).translate(_alike())
        for found in chain(_apart(raw, reads), _addresses(raw, reads), _framed(reads), _quoted(reads)):
            yield [one._replace(start=start + one.start, end=start + one.end) for one in found]


def _is_idle(text: str, at: int) -> bool:
    """Tell whether a trigger is a mark of prose behind a word, as in 走了。小说, a word in w without an address, a lone sign.

    The compiled scan names all triggers of a line in which one may hide something.
    """
    if text[at] in _singles():
        return not may_hide(text, at)
    if reads_as(text[at + 1 : at + 2]) == "w":
        return not _WWW_RE.match(reads_as(text[at + 1 : at + 9]))
    return text[at] in PROSE_MARKS and at > 1 and text[at - 1].isalnum() and text[at - 2].isalnum()


def _stretches(text: str, places: Sequence[int]) -> Iterator[Span]:
    """Yield the parts of lines around the places; `places` are in order."""
    last: Span | None = None
    for at in places:
        line = bounds(text, at)
        here = Span(max(line.start, at - _REACH), min(line.end, at + _REACH))
        if last and here.start <= last.end:
            here = Span(last.start, max(last.end, here.end))
        elif last:
            yield last
        last = here
    if last:
        yield last


@cache
def _alike() -> dict[int, str]:
    """Return the letters of other alphabets, and the signs, that look like Latin letters. The fold leaves them as they are."""
    table = {ord(char): letter for char, letter in _ALIKE.items()}
    for code in (*range(0xE0, 0x250), *_MARKED):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.islower():
            table[code] = base
    digits = {code: unicodedata.digit(chr(code), None) for code in _ENCLOSED}
    table |= {code: str(digit) for code, digit in digits.items() if digit is not None}
    for first in (0x1F130, 0x1F150, 0x1F170):
        table |= {first + at: chr(ord("a") + at) for at in range(26)}
    return table


def _apart(text: str, reads: str) -> Iterator[list[Hidden]]:
    """Yield the names whose characters signs set apart.

    Of 他%竹%青%文学 the first character is the author's, of 竹∽青∽居+他 the last one.
    """
    for run in _APART_RE.finditer(reads):
        han = [at for at in range(*run.span()) if is_han(reads[at])]
        if _tells_tones(reads, han, run.end()):
            continue
        ends = [run.end()]
        while len(ends) <= _BEHIND and is_han(reads[ends[-1] : ends[-1] + 1] or " "):
            ends.append(ends[-1] + 1)
        parts = [(end, run.end()) for end in reversed(ends)]
        cut_off = (han[-2] + 1, han[-2] + 1)
        is_closed = {*reads[han[-2] + 1 : han[-1]]}.isdisjoint(reads[han[1] : han[-2] + 1])
        parts = [cut_off, *parts] if is_closed else [*parts, cut_off]
        names = (_name(text, reads, start, *part) for start in _starts(reads, han) for part in parts)
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


def _name(text: str, reads: str, start: int, end: int, signed: int) -> Hidden | None:
    """Return the name in a stretch with signs up to `signed`; None if its signs may be a list's or a number's."""
    name = "".join(filter(is_han, reads[start:end]))
    between = [char for char in reads[start:signed] if not is_han(char)]
    is_framed = _is_framed(reads, start, between)
    address = _address_behind(reads, end)
    if len(name) < 3 or not between:
        return None
    if between[0].isalnum() and between[0] not in _TONES:
        is_numbered = reads[end : end + 1].isdigit()  # a list goes on
        is_hidden = not is_numbered and (len({*between}) == 1 or between[0].isdigit())
    else:
        is_hidden = (
            is_framed
            or sum(char in _HIDING for char in between) > 1
            or (end == signed and (len(name) > _LISTED or _LISTING.isdisjoint(between)))
        )
    if not is_hidden and not address:
        return None
    first = start
    while first and (reads[first - 1] in _HIDING or (reads[first - 1] in between and (is_framed or _frames(reads, first - 1)))):
        first -= 1
    stop, host = address or (end, "")
    while first and _FRAMING_RE.match(reads[first - 1]) and reads[first - 1] == reads[stop : stop + 1]:
        first, stop = first - 1, stop + 1
    points = {char for char in reads[end:stop] if not char.isalnum() and char != " "}
    behind = _closed(text, reads, first, stop, {*between, *reads[first:start]} | points)
    is_begun = not (is_han(reads[first]) and first and is_han(reads[first - 1]))
    is_ended = behind > end or not is_han(reads[stop : stop + 1] or " ")
    is_apart = end == signed and sum(char in _ODD for char in between) > 1 and is_begun and is_ended
    return Hidden(first, behind, name + host, is_apart)


def _is_framed(reads: str, start: int, between: Sequence[str]) -> bool:
    """Tell whether the same sign stands before each character of a name, right behind a word: 他;青;竹;文学."""
    is_behind_word = start > 0 and is_han(reads[start - 1]) and not is_han(reads[start])
    return is_behind_word and len(between) > 2 and len({*between}) == 1 and between[0] not in _LISTED_BY


def _frames(reads: str, at: int) -> bool:
    """Tell whether a sign before a name belongs to its frame: a stop ends the sentence of the Han character before it."""
    return reads[at] not in _STOPS or not (at and is_han(reads[at - 1]))


def _address_behind(reads: str, at: int) -> tuple[int, str] | None:
    """Return the end of an address right behind a name and what it reads as, "" for the rest of one; None without one."""
    gap = _GAP_RE.match(reads, at)
    address = _ADDRESS_RE.match(reads, gap.end()) if gap else None
    if address:
        return address.end(), _plain(address[0])
    rest = _REST_RE.match(reads, at)
    return (rest.end(), "") if rest else None


def _plain(address: str) -> str:
    return _MARKS_RE.sub(".", _SPLIT_RE.sub(lambda part: "".join(filter(str.isalnum, part[0])), _BLANKS_RE.sub("", address)))


def _closed(text: str, reads: str, start: int, end: int, signs: set[str]) -> int:
    """Return the end of a planting with the signs that close it, and with the blanks that came with it."""
    inside = reads[start:end]
    closers = {closer for opener, closer in _CLOSERS.items() if inside.count(opener) > inside.count(closer)}
    own = (signs | closers) - frozenset("。.!?:/-")
    while end < len(text) and (reads[end] in own or (reads[end] in _HIDING and not reads[end].isascii())):
        end += 1
    behind = end
    while behind < len(text) and text[behind].isspace():
        behind += 1
    return behind if start and not text[start - 1].isspace() and behind < len(text) else end


def _addresses(text: str, reads: str) -> Iterator[list[Hidden]]:
    """Yield the addresses in disguise, first with the name that fills the clause before."""
    for found in _ADDRESS_RE.finditer(reads):
        start, end = found.span()
        if not _is_disguised(text[start:end], found[0]):
            continue
        signs = {char for char in found[0] if not char.isalnum() and char not in " .:/-"}
        yield [
            Hidden(first, _closed(text, reads, first, end, signs | {*reads[first:at]}), name + _plain(found[0]), is_apart=False)
            for at in _beginnings(reads, start)
            for first in [_framed_from(reads, at, signs)]
            for name in ["".join(filter(str.isalnum, reads[at:start]))]
        ]


def _beginnings(reads: str, start: int) -> list[int]:
    """Return where a name before an address may begin, and the start of the address."""
    clause = start
    while clause and start - clause < _CLAUSE and (reads[clause - 1].isalnum() or reads[clause - 1] in " ("):
        clause -= 1
    is_whole = clause < start and not (clause and (reads[clause - 1].isalnum() or reads[clause - 1] == " "))
    return [clause, start] if is_whole else [start]


def _framed_from(reads: str, at: int, signs: set[str]) -> int:
    while at and (reads[at - 1] in signs or reads[at - 1] in _HIDING):
        at -= 1
    return at


def _is_disguised(raw: str, reads: str) -> bool:
    """Tell whether an address is written as nobody writes one: a word in two alphabets, widths or styles, or other points."""
    words = (raw[slice(*word.span())] for word in _WORD_RE.finditer(reads))
    kinds = [{_kind(char) for char in word if not char.isdigit()} for word in words]
    found = set[str]().union(*kinds)
    is_mixed = any(len(kind) > 1 for kind in kinds) or "other" in found or (len(found) > 1 and "。" in reads)
    return is_mixed or bool(_OTHER_POINTS_RE.search(reads) or _ODD_CASE_RE.search(raw))


def _kind(char: str) -> str:
    return "plain" if char.isascii() else "wide" if "\uff21" <= char <= "\uff5a" else "other"


def _framed(reads: str) -> Iterator[list[Hidden]]:
    """Yield what stands behind several different signs: ←→ㄨ79小说网."""
    for found in _FRAME_RE.finditer(reads):
        end = found.end()
        while end < len(reads) and end - found.end() < _FRAMED and reads[end].isalnum():
            end += 1
        stops = range(end, found.end() + 2, -1) if len({*found[0]}) > 1 else ()
        yield [Hidden(found.start(), stop, reads[found.end() : stop], is_apart=False) for stop in stops]


def _quoted(reads: str) -> Iterator[list[Hidden]]:
    """Yield what stands in quotation marks behind a mark, with the text going on right behind: ，「青竹文字」他走了."""
    for found in _QUOTED_RE.finditer(reads):
        yield [Hidden(*found.span(), found[0], is_apart=False)]
