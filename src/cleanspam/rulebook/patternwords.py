"""Finds the words that each text has in which a pattern matches: those of lists, and literals. Knows no rules."""

from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from cleanspam.rulebook.patterntree import HAN_SIGN, LISTS, alternatives, sre, with_signs
from cleanspam.typed import Any

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
    signs, tree = with_signs(pattern)
    known = {ord(sign): _usable(lists.get(name, ())) for name, sign in signs.items()} | {ord(HAN_SIGN): None}
    return _literals_of_any(alternatives(tree or []), known) or _Words()


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


def times(pattern: str) -> dict[str, int]:
    """Return how many words of each list a text has at least in which a pattern matches, and nothing of a list it may lack.

    >>> times(r"^(?=(?:.{0,9}?\\L<firm>){2}).{0,9}(?:\\L<firm>|\\L<call>\\L<firm>)\\L<end>?")
    {'firm': 2}
    >>> times(r"\\L<firm>.{0,9}\\L<firm>|(?:\\L<firm>x){2,4}"), times(r"(?:\\L<firm>)?")
    ({'firm': 2}, {})
    """
    signs, tree = with_signs(pattern)
    counted = [_most(*_times(items)) for items in alternatives(tree or [])]
    least = _least(counted) if counted else {}
    return {name: least[ord(sign)] for name, sign in signs.items() if ord(sign) in least}


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
    if kind is sre.LITERAL and value >= LISTS:
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
