"""Overlap: how many characters of a text stand in given words, or in another text."""

from functools import cache

from cleanspam.text.fold import han_number


def reaches_share(text: str, words: frozenset[str], least: int) -> bool:
    """Tell whether of 100 Han characters of a text at least so many stand in words.

    >>> reaches_share("请关注app，天黑了", frozenset({"请", "关", "关注", "黑"}), 66)  # 4 of 6
    True
    """
    han = han_number(text)
    return han > 0 and _han_in_words(text, words) * 100 >= han * least


def _han_in_words(text: str, words: frozenset[str]) -> int:
    """Return how many Han characters stand in words, of which the longest is taken at each place."""
    lengths, numbers = _tables(words)
    found = at = 0
    while at < len(text):
        for length in lengths.get(text[at], ()):
            if (number := numbers.get(text[at : at + length])) is not None:
                found += number
                at += length
                break
        else:
            at += 1
    return found


@cache
def _tables(words: frozenset[str]) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Return the lengths of words by their first characters, the longest first, and the Han characters of each word.

    Of 100 characters of prose 80 begin no word.
    """
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[:1], set()).add(len(word))
    lengths = {first: sorted(those, reverse=True) for first, those in found.items()}
    return lengths, {word: han_number(word) for word in words}


def shares(own: str, beside: str, least: int, piece: int) -> bool:
    """Tell whether at least so many characters of a text stand in another one, in pieces of at least `piece` in a row.

    >>> shares("甲乙丙丁", "丙丁-甲乙", 4, 2), shares("甲乙丙丁", "丁丙-甲乙", 3, 2)
    (True, False)
    """
    shared = start = 0
    while start < len(own) and shared < least:
        length = _shared_from(own, start, beside)
        is_piece = length >= piece
        shared += length if is_piece else 0
        start += length if is_piece else 1
    return shared >= least


def _shared_from(own: str, start: int, beside: str) -> int:
    """Return how many characters of `own`, from `start` on, stand in a row in `beside`."""
    length = 0
    while start + length < len(own) and own[start : start + length + 1] in beside:
        length += 1
    return length
