"""Derives conditions of all texts in which a pattern matches. They are necessary and not sufficient.

A pattern that is not understood has none. Knows no rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from cleanspam.rulebook.matchable import (
    ANY,
    ASCII,
    HAN,
    MARK,
    MOST,
    NO_HAN,
    PLAIN,
    RARE,
    SINGLE,
    Matchable,
    any_of,
    class_of,
    of_word,
    of_words,
)
from cleanspam.rulebook.patterntree import HAN_SIGN, alternatives, sre, tree_without_lists, with_signs
from cleanspam.typed import Any

_DIGIT = reduce(or_, (1 << ord(char) for char in "0123456789")) | MARK | RARE
_BLANK = reduce(or_, (1 << ord(char) for char in " \t\n\r\f\v")) | MARK
_LINE_END = 1 << ord("\n")  # `$` also matches before a line end at the end of the text
_NOTHING = Matchable(0, 0, 0, 0, 0, 0)


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
    signs, tree = with_signs(pattern)
    if tree is None or not all(map(lists.get, signs)):
        return Matchable()
    known = {ord(sign): of_words(lists[name]) for name, sign in signs.items()}
    known[ord(HAN_SIGN)] = Matchable(HAN | RARE, HAN | RARE, 0, 1, 1, 1)
    return any_of(_of_sequence(alternative, known) for alternative in alternatives(tree))


def without(pattern: str) -> Matchable:
    """Return the conditions of a text in which a pattern does not match. Only alternatives of a single character count.

    >>> without("[,。]|公司").chars == ANY & ~class_of(",") & ~class_of("。")
    True
    """
    tree = tree_without_lists(pattern)
    chars = 0
    for items in alternatives(tree or []):
        if len(items) == 1 and items[0][0] in (sre.LITERAL, sre.IN):
            chars |= _item(items[0], {}).chars
    return Matchable(ANY & ~(chars & SINGLE))


def chars_beside(pattern: str, side: str) -> frozenset[str] | None:
    """Return the characters that can stand right beside a parenthetical if a `before` or `after` pattern matches.

    None if they are not known.

    >>> sorted(chars_beside("加我(?:微信|[qv]群?)$", "before"))
    ['q', 'v', '信', '群']
    >>> chars_beside("加我.?$", "before"), chars_beside("^[:：]?加", "after") == {"加", ":", "："}
    (None, True)
    """
    tree = tree_without_lists(pattern)
    tie, step = ((sre.AT, sre.AT_END), -1) if side == "before" else ((sre.AT, sre.AT_BEGINNING), 1)
    beside = set[str]()
    for items in alternatives(tree or []):
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
    for item in items:
        if "" not in firsts:
            break
        chars = _edge_of_item(item, step)
        if chars is None:
            return None
        firsts = firsts - {""} | chars
    return firsts


def _edge_of_item(item: tuple[Any, Any], step: int) -> set[str] | None:
    """Return the same for one item."""
    kind, value = item
    if kind is sre.LITERAL and chr(value) != HAN_SIGN:
        return {chr(value)}
    if kind is sre.IN and all(member is sre.LITERAL and chr(code) != HAN_SIGN for member, code in value):
        return {chr(code) for _, code in value}
    if kind is sre.SUBPATTERN:
        return _edge([*value[-1]][::step], step)
    if kind is sre.BRANCH:
        edges = [_edge([*branch][::step], step) for branch in value[1]]
        return None if None in edges else {char for edge in edges for char in edge or ()}
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        repeated = _edge([*value[2]][::step], step)
        return None if repeated is None else repeated | ({""} if not value[0] else set())
    return None


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
        return of_word(chr(value))
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
        return _repeated(value, known)
    return _one_of(ANY) if kind in (sre.ANY, sre.NOT_LITERAL) else Matchable()


def _repeated(repetition: tuple[int, Any, list[Any]], known: _Known) -> Matchable:
    least, most, items = repetition
    part = _sequence(items, known)
    longest = MOST if most is sre.MAXREPEAT else min(part.most * most, MOST)
    rest = part.foreign * least, part.han * least, part.least * least, longest, part.plain * least, part.must * bool(least)
    return Matchable(part.chars, part.first, *rest)


def _of_class(members: Sequence[Any], known: _Known) -> Matchable:
    """Return the conditions of what a class matches. `re` makes one of `(?:\\L<firm>|\\L<call>)`, whose signs are lists."""
    words = [known[value] for kind, value in members if kind is sre.LITERAL and value in known and value != ord(HAN_SIGN)]
    chars = [one for one in members if one[0] is not sre.LITERAL or one[1] not in known or one[1] == ord(HAN_SIGN)]
    plain = _one_of(_members(chars), is_all_plain=all(map(_is_plain_member, chars))) if chars else None
    return any_of([*words, plain] if plain else words)


def _one_of(chars: int, *, is_all_plain: bool = False) -> Matchable:
    return Matchable(chars, chars, not chars & HAN, not chars & NO_HAN, 1, 1, int(is_all_plain))


def _is_plain_member(member: tuple[Any, Any]) -> bool:
    """Tell whether a member of a class stands for characters of addresses alone."""
    kind, value = member
    if kind is sre.RANGE:
        return {chr(code) for code in range(value[0], min(value[1], 0x7F) + 1)} <= PLAIN and value[1] < 0x80
    return (kind is sre.LITERAL and chr(value) in PLAIN) or (kind is sre.CATEGORY and value is sre.CATEGORY_DIGIT)


def _members(items: Sequence[Any]) -> int:
    """Return the characters of a class."""
    chars = 0
    for kind, value in items:
        if kind is sre.LITERAL:
            chars |= HAN | RARE if chr(value) == HAN_SIGN else class_of(chr(value))
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
    has_all_han = (sre.LITERAL, ord(HAN_SIGN)) in items
    return ANY & ~(chars & SINGLE) & ~(HAN if has_all_han else 0)


def _between(first: int, last: int) -> int:
    """Return the characters of a range."""
    plain = reduce(or_, (1 << code for code in range(first, min(last, 127) + 1)), 0)
    return plain | (ANY & ~ASCII if last > 127 else 0)
