"""Derives conditions of all texts in which a pattern matches: of their characters, their first character, their length.

The conditions are necessary and not sufficient. A pattern that is not understood has none. Knows no rules.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import fsum
from operator import and_, or_

from cleanspam.model import NamedTuple
from cleanspam.text.latepattern import late_pattern
from cleanspam.typed import Any

try:
    from re import _constants as sre  # type: ignore[attr-defined]  # has no stub
    from re import _parser  # type: ignore[attr-defined]  # the same
except ImportError:  # Python 3.10
    import sre_constants as sre  # type: ignore[import-not-found,no-redef,unused-ignore]
    import sre_parse as _parser  # type: ignore[import-not-found,no-redef,unused-ignore]

# A set of characters is a number. It has a bit for each ASCII character, a bit for each of the marks that rules name most, and
# a bit for each of three classes of all other characters.
_ASCII = (1 << 128) - 1
HAN, MARK, RARE = 1 << 128, 1 << 129, 1 << 130  # surely Han; surely not Han; not known
NAMED_MARKS = "。、“”《》（）…"
_NAMED = {char: 1 << at for at, char in enumerate(NAMED_MARKS, 131)}
_SINGLE = _ASCII | sum(_NAMED.values())  # the bits that stand for one character each
_NO_HAN = _SINGLE | MARK
ANY = _SINGLE | HAN | MARK | RARE
HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
MARK_BLOCKS = ((0x80, 0x2E7F), (0x3000, 0x3004), (0x3008, 0x3020), (0xFE30, 0xFE6F), (0xFF00, 0xFFEF))
MOST = 1 << 20  # any length
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789./@_-")
# `re` parses the patterns. For what only `regex` knows, \p{Han} and lists, it gets characters for private use.
_HAN_SIGN, _LISTS = "\ue000", 0xE001
_MOST_LISTS = 0x1800
_HAN_RE = late_pattern(r"\\p\{Han\}")
_ATOMIC_RE = late_pattern(r"(?<!\\)\(\?>")
_LIST_RE = late_pattern(r"\\L<([^>]*)>")
# `re` reads comments, conditions, flags and sets in sets differently from `regex`, or not at all.
_UNSUPPORTED_RE = late_pattern(r"\\[pPXRGKN]|\(\?[#|(&a-zA-Z>]|\(\?P?<[^=!]|\[\^?\[|\{[^},\d]|[\ue000-\uf8ff]")
_DIGIT = reduce(or_, (1 << ord(char) for char in "0123456789")) | MARK | RARE
_BLANK = reduce(or_, (1 << ord(char) for char in " \t\n\r\f\v")) | MARK
_LINE_END = 1 << ord("\n")  # `$` also matches before a line end at the end of the text


class Matchable(NamedTuple):
    """Necessary conditions of a text in which a pattern matches."""

    chars: int = ANY  # every character of the text is one of these
    first: int = ANY  # its first character is one of these
    foreign: int = 0  # the least number of characters that are not surely Han
    han: int = 0  # the least number of characters that may be Han
    least: int = 0  # the least number of characters
    most: int = MOST  # the most characters
    plain: int = 0  # the least number of characters of addresses and accounts, which prose has few of
    must: int = 0  # the characters of ASCII, and the marks that rules name, of which it has each: / of a page's number

    def admits(self, text: str) -> bool:
        """Tell whether a text meets the conditions."""
        classes = [class_of(char) for char in text]
        return (
            self.least <= len(text) <= self.most
            and self.han <= sum(bit in (HAN, RARE) for bit in classes)
            and self.foreign <= sum(bit != HAN for bit in classes)
            and self.plain <= sum(map(is_plain, text))
            and not self.must & ~reduce(or_, classes, 0)
            and not any(bit & ~self.chars for bit in classes)
            and not any(bit & ~self.first for bit in classes[:1])
        )


_NOTHING = Matchable(0, 0, 0, 0, 0, 0)


def is_plain(char: str) -> bool:
    """Tell whether a folded character may be of an address: a letter or a mark of ASCII, or a digit of any script, as `\\d`."""
    return char in _PLAIN or char.isdecimal()


def class_of(char: str) -> int:
    """Return the bit of a character.

    >>> class_of("a") == 1 << 97, class_of("中") == HAN, class_of("·") == MARK, class_of("〇") == RARE
    (True, True, True, True)
    """
    code = ord(char)
    if code < 0x80:
        return 1 << code
    if char in _NAMED:
        return _NAMED[char]
    if any(first <= code <= last for first, last in HAN_BLOCKS):
        return HAN
    return MARK if any(first <= code <= last for first, last in MARK_BLOCKS) else RARE


def any_of(options: Iterable[Matchable]) -> Matchable:
    """Return the conditions that a text meets if it meets at least one of the options."""
    parts = list(options)
    return Matchable(
        reduce(or_, (part.chars for part in parts)),
        reduce(or_, (part.first for part in parts)),
        min(part.foreign for part in parts),
        min(part.han for part in parts),
        min(part.least for part in parts),
        max(part.most for part in parts),
        min(part.plain for part in parts),
        reduce(and_, (part.must for part in parts)),
    )


def all_of(options: Iterable[Matchable]) -> Matchable:
    """Return the conditions that a text meets if it meets all of the options."""
    joint = Matchable()
    for part in options:
        joint = Matchable(
            joint.chars & part.chars,
            joint.first & part.first,
            max(joint.foreign, part.foreign),
            max(joint.han, part.han),
            max(joint.least, part.least),
            min(joint.most, part.most),
            max(joint.plain, part.plain),
            joint.must | part.must,
        )
    return joint


def of_words(words: Iterable[str]) -> Matchable:
    """Return the conditions of a text that is one of the words."""
    return any_of(_of_word(word) for word in words)


def having(words: Iterable[str]) -> Matchable:
    """Return the conditions of a text that has one of the words anywhere."""
    return of_words(words)._replace(chars=ANY, first=ANY, most=MOST)


def opening(words: Iterable[str]) -> Matchable:
    """Return the conditions of a text that opens with one of the words."""
    return of_words(words)._replace(chars=ANY, most=MOST)


def matchable(pattern: str, lists: Mapping[str, Sequence[str]]) -> Matchable:
    """Return the conditions of a text in which a pattern matches.

    >>> found = matchable("^v[: ]?[a-z0-9]{6,8}$|加我", {})
    >>> found.foreign, found.least, found.most == MOST
    (0, 2, True)
    >>> found = matchable("^v[: ]?[a-z0-9]{6,8}$", {})
    >>> found.foreign, found.least, found.most, bool(found.chars & HAN), found.first == class_of("v")
    (7, 7, 11, False, True)
    >>> matchable(r"^(.{3,9})\\1$", {})[4:6]
    (6, 19)
    """
    signs, tree = _with_signs(pattern)
    if tree is None or not all(map(lists.get, signs)):
        return Matchable()
    known = {ord(sign): of_words(lists[name]) for name, sign in signs.items()}
    known[ord(_HAN_SIGN)] = Matchable(HAN | RARE, HAN | RARE, 0, 1, 1, 1)
    return any_of(_of_sequence(alternative, known) for alternative in _alternatives(tree))


def times(pattern: str) -> dict[str, int]:
    """Return how many words of each list a text has at least in which a pattern matches, and nothing of a list it may lack.

    >>> times(r"^(?=(?:.{0,9}?\\L<firm>){2}).{0,9}(?:\\L<firm>|\\L<call>\\L<firm>)\\L<end>?")
    {'firm': 2}
    >>> times(r"\\L<firm>.{0,9}\\L<firm>|(?:\\L<firm>x){2,4}"), times(r"(?:\\L<firm>)?")
    ({'firm': 2}, {})
    """
    signs, tree = _with_signs(pattern)
    counted = [_most(*_times(items)) for items in _alternatives(tree or [])]
    least = _least(counted) if counted else {}
    return {name: least[ord(sign)] for name, sign in signs.items() if ord(sign) in least}


# An estimate, to choose the rarer set of words: one of so many characters of a text is a given character.
_RARITY = 200.0
_Words = frozenset[str]


def literals(pattern: str, lists: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return words, of which each text has at least one in which the pattern matches; none if there are no such words.

    Words neither begin nor end with a Latin letter or a digit, where a lexicon would find them only as whole words.

    >>> sorted(literals(r"[我她](?!们)|(?:说|\\L<told>)[过]?|\\p{Han}的$", {"told": ("讲", "谈起")}))
    ['她', '我', '的', '讲', '说', '谈起']
    >>> literals("[他她]|[a-z]{4}", {}), sorted(literals("https?://m", {}))
    (frozenset(), ['://'])
    """
    signs, tree = _with_signs(pattern)
    known = {ord(sign): _usable(lists.get(name, ())) for name, sign in signs.items()} | {ord(_HAN_SIGN): None}
    return _literals_of_any(_alternatives(tree or []), known) or _Words()


def _usable(words: Iterable[str]) -> _Words | None:
    """Return words without Latin characters and line ends at their edges; None if nothing is left of one of them."""
    bare = [word.strip("abcdefghijklmnopqrstuvwxyz0123456789\n") for word in words]
    return _Words(bare) if bare and all(bare) and not any("\n" in word for word in bare) else None


def _literals_of_any(alternatives: Iterable[Iterable[Any]], known: Mapping[int, _Words | None]) -> _Words | None:
    found = [_literals_of(items, known) for items in alternatives]
    return None if None in found else _Words().union(*filter(None, found))


def _literals_of(items: Iterable[Any], known: Mapping[int, _Words | None]) -> _Words | None:
    """Return the rarest words of which a sequence has one; None if it may have none."""
    sets, run = list[_Words | None](), ""
    for kind, value in (*items, (sre.AT, sre.AT_END)):
        if kind is sre.LITERAL and value not in known:
            run += chr(value)
            continue
        sets += [_usable([run]), _literals_of_item(kind, value, known)]
        run = ""
    # `fsum` is exact, so that two builds choose the same of two sets.
    return min(filter(None, sets), key=lambda words: fsum(_RARITY ** -len(word) for word in words), default=None)


def _literals_of_item(kind: Any, value: Any, known: Mapping[int, _Words | None]) -> _Words | None:
    if kind is sre.LITERAL:
        return known[value]
    if kind is sre.IN and all(member is sre.LITERAL for member, _ in value):  # `re` makes one of two lists, too
        chars = [known[code] if code in known else _usable([chr(code)]) for _, code in value]
        return None if None in chars else _Words().union(*filter(None, chars))
    if kind is sre.BRANCH:
        return _literals_of_any(value[1], known)
    if kind is sre.SUBPATTERN:
        return _literals_of(value[-1], known)
    if kind is sre.ASSERT:
        return _literals_of(value[1], known)
    return _literals_of(value[2], known) if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] else None


_Times = dict[int, int]  # by the sign of a list


def _times(items: Iterable[Any]) -> tuple[_Times, _Times]:
    """Return how many words of lists the stretch of a sequence has, and how many a look around may find in it again."""
    here, ahead = _Times(), _Times()
    for kind, value in items:
        inside, around = _times_of(kind, value)
        here = {sign: here.get(sign, 0) + inside.get(sign, 0) for sign in {*here, *inside}}
        ahead = _most(ahead, around)
    return here, ahead


def _times_of(kind: Any, value: Any) -> tuple[_Times, _Times]:
    if kind is sre.LITERAL and value >= _LISTS:
        return {value: 1}, {}
    if kind is sre.IN:  # of `(?:\\L<firm>|\\L<call>)` the text may have either
        return {}, {}
    if kind is sre.SUBPATTERN:
        return _times(value[-1])
    if kind is sre.ASSERT:
        return {}, _most(*_times(value[1]))
    if kind is sre.BRANCH:
        counted = [*map(_times, value[1])]
        return _least([here for here, _ in counted]), _least([ahead for _, ahead in counted])
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0]:
        here, ahead = _times(value[2])
        return {sign: number * value[0] for sign, number in here.items()}, ahead
    return {}, {}


def _most(here: _Times, ahead: _Times) -> _Times:
    """Return of each list the greater of two numbers."""
    return {sign: max(here.get(sign, 0), ahead.get(sign, 0)) for sign in {*here, *ahead}}


def _least(counts: Sequence[_Times]) -> _Times:
    """Return of each list the least of several numbers; none of a list that one of them lacks."""
    return {sign: min(one[sign] for one in counts) for sign in counts[0] if all(sign in one for one in counts)}


def _with_signs(pattern: str) -> tuple[dict[str, str], list[Any] | None]:
    """Return the items of a pattern, and the sign that stands in them for each list; None if the pattern is not understood.

    An atomic group, which Python 3.10 does not know, counts as a plain one: what matches the first also matches the other.
    """
    plain = _ATOMIC_RE.sub("(?:", pattern)
    signs = {name: chr(_LISTS + at) for at, name in enumerate(dict.fromkeys(_LIST_RE.findall(pattern)))}
    if len(signs) > _MOST_LISTS or _is_unsupported(plain):
        return signs, None
    return signs, _parsed(_LIST_RE.sub(lambda found: f"(?:{signs[found[1]]})", _HAN_RE.sub(_HAN_SIGN, plain)))


def _of_word(word: str) -> Matchable:
    chars = reduce(or_, map(class_of, word), 0)
    first = class_of(word[0]) if word else ANY
    return Matchable(chars, first, _foreign(word), _han(word), len(word), len(word), sum(map(is_plain, word)), chars & _SINGLE)


def without(pattern: str) -> Matchable:
    """Return the conditions of a text in which a pattern does not match. Only alternatives of a single character count.

    >>> without("[,。]|公司").chars == ANY & ~class_of(",") & ~class_of("。")
    True
    """
    tree = _tree_without_lists(pattern)
    chars = 0
    for items in _alternatives(tree or []):
        if len(items) == 1 and items[0][0] in (sre.LITERAL, sre.IN):
            chars |= _item(items[0], {}).chars
    return Matchable(ANY & ~(chars & _SINGLE))


# The most ways to match a pattern that a quick search tries. So many take some milliseconds.
_MOST_WAYS = 10_000
_STARTS = 100  # the places at which a search without ^ begins: an own text of interest has fewer characters


def is_quick(pattern: str) -> bool:
    """Tell whether a search ends soon for every text, because there are few ways to match the pattern.

    >>> is_quick("^[a-z]{3,20}$"), is_quick("a{1,20}b{1,5}"), is_quick("^(?:a{0,9}){0,9}$"), is_quick("^(?:甲|乙){9}$")
    (True, True, False, True)
    """
    tree = _tree_without_lists(pattern)
    if tree is None:
        return False
    starts = ((1 if items[:1] == [(sre.AT, sre.AT_BEGINNING)] else _STARTS, items) for items in _alternatives(tree))
    return sum(times * _ways(items) for times, items in starts) <= _MOST_WAYS


def _ways(items: Iterable[Any]) -> int:
    """Return the most ways to match a sequence at one place."""
    ways = 1
    for kind, value in items:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            least, most, repeated = value
            once = _ways(repeated)
            ways *= most - least + 1 if once == 1 else min(once, _MOST_WAYS) ** min(most + 1, 20)
        elif kind is sre.BRANCH:
            ways *= sum(map(_ways, value[1]))
        elif kind is sre.SUBPATTERN:
            ways *= _ways(value[-1])
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            ways *= _ways(value[1])
        elif kind not in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY, sre.AT, sre.GROUPREF):
            ways *= _MOST_WAYS + 1
        ways = min(ways, _MOST_WAYS + 1)
    return ways


def chars_beside(pattern: str, side: str) -> frozenset[str] | None:
    """Return the characters that can stand right beside a parenthetical if a `before` or `after` pattern matches.

    None if they are not known.

    >>> sorted(chars_beside("加我(?:微信|[qv]群?)$", "before"))
    ['q', 'v', '信', '群']
    >>> chars_beside("加我.?$", "before"), chars_beside("^[:：]?加", "after") == {"加", ":", "："}
    (None, True)
    """
    tree = _tree_without_lists(pattern)
    tie, step = ((sre.AT, sre.AT_END), -1) if side == "before" else ((sre.AT, sre.AT_BEGINNING), 1)
    beside = set[str]()
    for items in _alternatives(tree or []):
        chars = _edge([*items][::step][1:], step) if items and items[::step][0] == tie else None
        if not chars or "" in chars:
            return None
        beside |= chars
    return frozenset(beside) or None


def _edge(items: Sequence[Any], step: int) -> set[str] | None:
    """Return the possible first characters of a sequence, and "" if the sequence may be empty; None if they are not known.

    With `step` -1 the sequence is given in reverse, and the characters are its last ones.
    """
    firsts = {""}
    for kind, value in items:
        if "" not in firsts:
            break
        chars: set[str] | None = None
        if kind is sre.LITERAL and chr(value) != _HAN_SIGN:
            chars = {chr(value)}
        elif kind is sre.IN and all(member is sre.LITERAL and chr(code) != _HAN_SIGN for member, code in value):
            chars = {chr(code) for _, code in value}
        elif kind is sre.SUBPATTERN:
            chars = _edge([*value[-1]][::step], step)
        elif kind is sre.BRANCH:
            edges = [_edge([*branch][::step], step) for branch in value[1]]
            chars = None if None in edges else {char for edge in edges for char in edge or ()}
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            repeated = _edge([*value[2]][::step], step)
            chars = None if repeated is None else repeated | ({""} if not value[0] else set())
        if chars is None:
            return None
        firsts = firsts - {""} | chars
    return firsts


def _tree_without_lists(pattern: str) -> list[Any] | None:
    """Return the items of a pattern; None if the pattern uses a list or is not understood."""
    return None if _is_unsupported(pattern) or _LIST_RE.search(pattern) else _parsed(_HAN_RE.sub(_HAN_SIGN, pattern))


def _is_unsupported(pattern: str) -> bool:
    return bool(_UNSUPPORTED_RE.search(_LIST_RE.sub("", _HAN_RE.sub("", pattern))))


def _parsed(pattern: str) -> list[Any] | None:
    """Return the items of a pattern; None if `re` does not understand it."""
    try:
        return list(_parser.parse(pattern))
    except (re.error, RecursionError, OverflowError):
        return None


def _foreign(text: str) -> int:
    return sum(class_of(char) != HAN for char in text)


def _han(text: str) -> int:
    return sum(class_of(char) in (HAN, RARE) for char in text)


def _alternatives(items: list[Any]) -> list[list[Any]]:
    """Return the alternatives of a pattern, each with the common beginning that `re` factors out."""
    if items and items[-1][0] is sre.BRANCH:
        return [[*items[:-1], *branch] for branch in items[-1][1][1]]
    return [items]


# What characters for private use stand for, by their code points; and the groups before a place, by their numbers as negatives.
_Known = dict[int, Matchable]


def _of_sequence(items: list[Any], known: _Known) -> Matchable:
    """Return the conditions of a text in which a sequence matches, anywhere or at its anchors."""
    used = [item for item in items if item[0] not in (sre.ASSERT, sre.ASSERT_NOT)]
    begins = bool(used) and used[0] == (sre.AT, sre.AT_BEGINNING)
    ends = bool(used) and used[-1] == (sre.AT, sre.AT_END)
    stretch = _sequence(used, known)
    ahead = [_sequence(value[1], known) for kind, value in items if kind is sre.ASSERT]
    is_whole = begins and ends
    return Matchable(
        stretch.chars | _LINE_END if is_whole else ANY,
        stretch.first if begins and stretch.least else ANY,
        max(part.foreign for part in (stretch, *ahead)),
        max(part.han for part in (stretch, *ahead)),
        max(part.least for part in (stretch, *ahead)),
        stretch.most + 1 if is_whole else MOST,
        max(part.plain for part in (stretch, *ahead)),
        reduce(or_, (part.must for part in (stretch, *ahead))),
    )


def _sequence(items: Iterable[Any], known: _Known) -> Matchable:
    """Return the conditions of the stretch that a sequence matches. `first` is about a stretch that is not empty."""
    chars = first = foreign = han = least = most = plain = must = 0
    for item in items:
        part = _item(item, known)
        if not least:
            first |= part.first
        chars, foreign, han = chars | part.chars, foreign + part.foreign, han + part.han
        least, most, plain = least + part.least, min(most + part.most, MOST), plain + part.plain
        must |= part.must
    return Matchable(chars, first, foreign, han, least, most, plain, must)


def _item(item: tuple[Any, Any], known: _Known) -> Matchable:
    """Return the conditions of the stretch that one item of a pattern matches."""
    kind, value = item
    if kind is sre.LITERAL and value in known:
        return known[value]
    if kind is sre.LITERAL:
        return _of_word(chr(value))
    if kind in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
        return _NOTHING
    if kind is sre.IN:
        return _of_class(value, known)
    if kind is sre.BRANCH:
        return any_of(_sequence(branch, known) for branch in value[1])
    if kind is sre.SUBPATTERN:
        number, *_, items = value
        known[-(number or 0)] = part = _sequence(items, known)
        return part
    if kind is sre.GROUPREF:  # to a group that matched here, or nothing matches
        return known.get(-value, Matchable())
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        least, most, items = value
        part = _sequence(items, known)
        longest = MOST if most is sre.MAXREPEAT else min(part.most * most, MOST)
        rest = part.foreign * least, part.han * least, part.least * least, longest, part.plain * least, part.must * bool(least)
        return Matchable(part.chars, part.first, *rest)
    if kind in (sre.ANY, sre.NOT_LITERAL):
        return _one_of(ANY)
    return Matchable()


def _of_class(members: Sequence[Any], known: _Known) -> Matchable:
    """Return the conditions of what a class matches. `re` makes one of `(?:\\L<firm>|\\L<call>)`, whose signs are lists."""
    words = [known[value] for kind, value in members if kind is sre.LITERAL and value in known and value != ord(_HAN_SIGN)]
    chars = [one for one in members if one[0] is not sre.LITERAL or one[1] not in known or one[1] == ord(_HAN_SIGN)]
    plain = _one_of(_members(chars), is_all_plain=all(map(_is_plain_member, chars))) if chars else None
    return any_of([*words, plain] if plain else words)


def _one_of(chars: int, *, is_all_plain: bool = False) -> Matchable:
    return Matchable(chars, chars, not chars & HAN, not chars & _NO_HAN, 1, 1, int(is_all_plain))


def _is_plain_member(member: tuple[Any, Any]) -> bool:
    """Tell whether a member of a class stands for characters of addresses alone."""
    kind, value = member
    if kind is sre.RANGE:
        return {chr(code) for code in range(value[0], min(value[1], 0x7F) + 1)} <= _PLAIN and value[1] < 0x80
    return (kind is sre.LITERAL and chr(value) in _PLAIN) or (kind is sre.CATEGORY and value is sre.CATEGORY_DIGIT)


def _members(items: Sequence[Any]) -> int:
    """Return the characters of a class."""
    chars = 0
    for kind, value in items:
        if kind is sre.LITERAL:
            chars |= HAN | RARE if chr(value) == _HAN_SIGN else class_of(chr(value))
        elif kind is sre.RANGE:
            chars |= _between(*value)
        elif kind is sre.CATEGORY and value is sre.CATEGORY_DIGIT:
            chars |= _DIGIT
        elif kind is sre.CATEGORY and value is sre.CATEGORY_SPACE:
            chars |= _BLANK
        elif kind is not sre.NEGATE:
            return ANY
    if items[0][0] is not sre.NEGATE:
        return chars
    has_all_han = (sre.LITERAL, ord(_HAN_SIGN)) in items
    return ANY & ~(chars & _SINGLE) & ~(HAN if has_all_han else 0)


def _between(first: int, last: int) -> int:
    """Return the characters of a range."""
    plain = reduce(or_, (1 << code for code in range(first, min(last, 127) + 1)), 0)
    return plain | (ANY & ~_ASCII if last > 127 else 0)
