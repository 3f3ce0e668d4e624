"""Hidden addresses: finds those whose words mix alphabets or widths, or have signs between their letters: шшш¸ехample¸соm."""

from collections.abc import Iterator

from cleanspam.text.disguise import HIDING, Hidden, closed
from cleanspam.text.fold import is_han
from cleanspam.text.latepattern import late_pattern

_CLAUSE = 10  # the most characters of a name before its address
# What may stand for the point of an address (two are Han characters), and the addresses.
_POINT = r"(?:[^\w\n]|_|\u4e36|\u70b9)"
_TOP = r"(?:c\W?[o0]\W?m|n\W?e\W?t|o ?r ?g|c ?c|c ?o|info|la|me|top|vip|xyz|tw|cn|tv)"
_ENDED = rf"{_TOP}(?![a-z0-9])(?!{_POINT}{{1,3}}{_TOP}(?![a-z0-9]))"
_GAP = r"[^\w\n]{0,2}"
_WWW_RE = late_pattern(rf"w{_GAP}w{_GAP}w")
_WWW = rf"w{_GAP}w{_GAP}w{{1,2}}{_POINT}{{0,4}}[a-z0-9](?:{_POINT}{{0,2}}[a-z0-9]){{1,20}}?{_POINT}{{0,3}}{_ENDED}"
_HOST = r"(?:(?:m|wap|3g)[^\w\s])?[a-z0-9]{2,20} ?(?:[^\w\s]|_|\u4e36|\u70b9) ?(?:com|net|org|cc|co|info)(?![a-z0-9])"
_ADDRESS_RE = late_pattern(rf"(?<![a-z0-9@.-])(?:https?:/{{1,2}})?(?:{_WWW}|{_HOST})")
# What each of them has, and one of twenty stretches around a trigger. It is found in a fifth of the time.
_LIKELY_RE = late_pattern(rf"w{_GAP}w{_GAP}w|(?:com?|net|org|cc|info)(?![a-z0-9])")
_GAP_RE = late_pattern(r"(?:[a-z](?=[^\w\n]))?[^\w\n]{0,3}")
# The rest of an address behind its name, of which more is hidden than reads on, with signs beside its letters: ，w⊥↓＋et.
_BESIDE = r"[^a-z\s\u4e00-\u9fff,。“”]{0,4}"
_REST_RE = late_pattern(rf"[,\s]?\s?(?=w|{_BESIDE}[a-z]{_BESIDE}[a-z])[^\s\u4e00-\u9fff,。“”]{{2,24}}")
# The same sign in place of both points of an address, or blanks between the letters. Who types www。example。com hides nothing.
_OTHER_POINTS_RE = late_pattern(r"www([^\w\s.。:/-]|_)[a-z0-9]+\1[a-z]+\Z|^w\W+w|^ww\W+w|c\W+o\W*m|co\W+m|c0m|n e *t")
_ODD_CASE_RE = late_pattern(r"^(?:wW[wW]|WwW|WWw)|(?:CoM|cOm|coM|cOM|nEt|neT|nET)\Z")
# The two ends of an address, with signs between their letters.
_SPLIT_RE = late_pattern(r"^w\W?w\W?w|\b(?:c\W?[o0]\W?m|n\W?e\W?t|o\W?r\W?g)\Z")
_PROSE_MARK_RE = late_pattern(r"[^\W\d_][,.;:!?)]\s")
_WORD_RE, _BLANKS_RE, _MARKS_RE = late_pattern(r"\w+"), late_pattern(r"\s+"), late_pattern(r"[^a-z0-9]+")


def addresses(text: str, reads: str) -> Iterator[list[Hidden]]:
    """Yield the addresses in disguise, first with the name that fills the clause before."""
    for found in _ADDRESS_RE.finditer(reads) if _LIKELY_RE.search(reads) else ():
        start, end = found.span()
        if not _is_disguised(text[start:end], found[0]) or _is_in_words(text, start, end):
            continue
        signs = {char for char in found[0] if not char.isalnum() and char not in " .:/-"}
        yield [
            Hidden(first, closed(text, reads, first, end, signs | {*reads[first:at]}), name + _plain(found[0]), is_apart=False)
            for at in _beginnings(reads, start)
            for first in [_framed_from(reads, at, signs)]
            for name in ["".join(filter(str.isalnum, reads[at:start]))]
        ]


def address_behind(reads: str, at: int) -> tuple[int, str] | None:
    """Return the end of an address right behind a name and what it reads as, "" for the rest of one; None without one."""
    gap = _GAP_RE.match(reads, at)
    address = _ADDRESS_RE.match(reads, gap.end()) if gap else None
    if address:
        return address.end(), _plain(address[0])
    rest = _REST_RE.match(reads, at)
    return (rest.end(), "") if rest else None


def begins_address(reads: str) -> bool:
    """Tell whether what begins with w, folded, begins an address in www."""
    return bool(_WWW_RE.match(reads))


def _plain(address: str) -> str:
    return _MARKS_RE.sub(".", _SPLIT_RE.sub(lambda part: "".join(filter(str.isalnum, part[0])), _BLANKS_RE.sub("", address)))


def _beginnings(reads: str, start: int) -> list[int]:
    """Return where a name before an address may begin, and the start of the address."""
    clause = start
    while clause and start - clause < _CLAUSE and (reads[clause - 1].isalnum() or reads[clause - 1] in " ("):
        clause -= 1
    is_whole = clause < start and not (clause and (reads[clause - 1].isalnum() or reads[clause - 1] == " "))
    return [clause, start] if is_whole else [start]


def _framed_from(reads: str, at: int, signs: set[str]) -> int:
    while at and (reads[at - 1] in signs or reads[at - 1] in HIDING):
        at -= 1
    return at


def _is_disguised(raw: str, reads: str) -> bool:
    """Tell whether an address is written as nobody writes one: a word in two alphabets, widths or styles, or other points."""
    words = (raw[slice(*word.span())] for word in _WORD_RE.finditer(reads))
    kinds = [{_kind(char) for char in word if not char.isdigit()} for word in words]
    found = set[str]().union(*kinds)
    is_mixed = any(len(kind) > 1 for kind in kinds) or "other" in found or (len(found) > 1 and "。" in reads)
    return is_mixed or bool(_OTHER_POINTS_RE.search(reads) or _ODD_CASE_RE.search(raw))


def _is_in_words(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch is of another language's words: người, có thể, or созданный as `.co` in изобилия, созданный.

    Letters go on beside it, or a blank stands behind a mark that ends a word.
    """
    beside = text[start - 1 : start] + text[end : end + 1]
    return any(char.isalpha() and not is_han(char) for char in beside) or bool(_PROSE_MARK_RE.search(text, start, end))


def _kind(char: str) -> str:
    return "plain" if char.isascii() else "wide" if "\uff21" <= char <= "\uff5a" else "other"
