"""The word scan: finds the words of rules about lines in a whole text, and letters of readings.

`native/_native.c` does it in one pass over the text. Where it could not be compiled, str.find does, word by word.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from operator import add

from cleanspam.model import NamedTuple
from cleanspam.native import IS_COMPILED, WordFinder
from cleanspam.text.fold import SPELLING, is_han, reads_as

_LONGEST = 32
_MEDIUM = 300
_BEYOND = "\U00010000"  # the first character beyond the first plane
_GROUPS = 15  # of the compiled look: a bit each


# The start of a word, in code points, and the word's number; for a run of characters that may be noise NOISE.
Hit = tuple[int, int]
NOISE = -1


class ScannedWords(NamedTuple):
    """The words and letters found in a text, and the places of what stands in hidden names."""

    words: list[int]  # the starts of words, in order
    letters: bool  # whether the text has letters with tone marks, or common characters with readings without them
    numbers: Sequence[int] = ()  # the number of each of these words
    hidden: Sequence[int] = ()  # in order
    noise: Sequence[int] = ()  # the starts of runs that may be noise


class WordScan:
    """The folded words to find, and on request letters with tone marks. Words without a Han character are not found.

    `others` are found, too, of whatever characters. A single letter of them is found in this width and style alone. A scan with
    words of ASCII is none for a prefilter.
    """

    def __init__(
        self, words: Collection[str], *, with_toned: bool, frequent: Iterable[str] = (), others: Collection[str] = ()
    ) -> None:
        """Take the words to find. The characters of `frequent` count as frequent too."""
        from cleanspam.text.readings import TONED, toneless_words  # a restored scan has the words

        known = sorted({*others, *(word for word in words if any(map(is_han, word)) and len(word) <= _LONGEST)})
        times = Counter(couple for word in {*words, *frequent} for couple in {*map(add, word, word[1:])})
        of_readings = (*TONED, *toneless_words()) if with_toned else ()
        keyed = sorted([(word, _anchor(word, times)) for word in (*known, *of_readings)], key=_key)
        groups = _grouped({_key(one) for one in keyed if one[1]})
        self._enter("\n".join(word for word, _ in keyed), bytes(anchor for _, anchor in keyed), groups)

    @classmethod
    def restored(cls, text: str, anchors: bytes, groups: tuple[str, ...]) -> "WordScan":
        """Return the scan for words, a line each, for the places of their anchors, and for the groups of these anchors."""
        made = cls.__new__(cls)
        made._enter(text, anchors, groups)
        return made

    def _enter(self, text: str, anchors: bytes, groups: tuple[str, ...]) -> None:
        self.text, self.anchors, self.groups = text, anchors, groups
        self.finder = WordFinder(SPELLING, text, anchors, groups) if IS_COMPILED else None

    @cached_property
    def words(self) -> list[str]:
        """The words, by their numbers. A page without any needs no list of them."""
        return self.text.split("\n") if self.anchors else []

    @cached_property
    def _toned(self) -> frozenset[int]:
        """The numbers of the letters with tone marks, which have no anchor, and of characters with readings without them."""
        from cleanspam.text.readings import TONED  # a page without any word needs none

        letters = (at for at, anchor in enumerate(self.anchors) if not anchor and self.words[at] in TONED)
        return frozenset([*letters, *self._toneless()])

    def _toneless(self) -> Iterator[int]:
        """Yield the numbers of characters with letters in brackets: 0.15 ms; to ask each of 4,000 words takes 0.5 ms."""
        from cleanspam.text.readings import is_toneless_word

        at = self.text.find("(")
        while at >= 0:
            number = self.text.count("\n", 0, at)
            if is_toneless_word(self.words[number]):
                yield number
            at = self.text.find("(", at + 1)

    def find(self, text: str) -> ScannedWords:
        """Return the places of the words in a text that is not folded."""
        return self.sorted_out(self.hits(text))

    def hits(self, text: str) -> list[Hit]:
        """Return the places of words and letters in a text that is not folded."""
        if text.isascii():
            return []
        return self.finder.find(text) if self.finder else self._in_python(text)

    def sorted_out(self, hits: Sequence[Hit]) -> ScannedWords:
        """Separate words from letters."""
        words = sorted(hit for hit in hits if hit[1] not in self._toned) if hits else ()
        return ScannedWords([at for at, _ in words], len(words) < len(hits), [number for _, number in words])

    def _in_python(self, text: str) -> list[Hit]:
        from cleanspam.text.hidden import may_hide  # the compiled scan knows both
        from cleanspam.text.readings import TONED

        spelled = reads_as(text)
        found = (
            (at, number)
            for number, word in enumerate(self.words)
            for at in _places(word, text if _is_styled(word) else spelled)
            if len(word) > 1 or word in TONED or may_hide(text, at)
        )
        return sorted(found)


def _is_styled(word: str) -> bool:
    """Tell whether a word is a letter in another width or style, which the fold reads as a plain one."""
    return len(word) == 1 and reads_as(word) != word


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _anchor(word: str, times: Mapping[str, int]) -> int:
    """Return the end of a word's anchor, its rarest two neighbouring characters; 0 if the word has no anchor.

    Of couples that are not among the commonest, one is rare if few words have it: 台主 of 平台主管. The compiled look compares
    a word where its anchor stands: at 5 of 1,000 places, and at 8 where the commonest couples were not known. It passes over a
    run of ASCII, so two characters of ASCII are an anchor of words of ASCII only. None is beyond the first plane, if it can be
    helped: the compiled look would take all couples for anchors, and a sixth more time.
    """
    ends = [at for at in range(1, len(word)) if word.isascii() or not word[at - 1 : at + 1].isascii()]
    plain = [at for at in ends if max(word[at - 1 : at + 1]) < _BEYOND]
    found = plain or (ends if word[0].isascii() else [])
    return max(found, key=lambda at: _scarcity(word[at - 1 : at + 1], times), default=0)


def _scarcity(couple: str, times: Mapping[str, int]) -> tuple[int, int, int]:
    """Return what is greater for a rarer couple: its rank among the commonest, how few words have it, and its characters."""
    ranks = _ranks_of_couples()
    return ranks.get(couple, len(ranks)), -times[couple], _rarity(couple[0]) * _rarity(couple[1])


def _rarity(char: str) -> int:
    """Return roughly how many characters are more frequent. Latin letters count as Han characters of medium rank."""
    return 1 + (_ranks().get(char, len(_ranks())) if is_han(char) else _MEDIUM)


def _key(keyed: tuple[str, int]) -> str:
    """Return the anchor of a word: words with one anchor are sorted together."""
    word, anchor = keyed
    return word[anchor - 1 : anchor + 1] if anchor else word[0]


class _Group:
    """Anchors that the compiled look tells apart only behind their group: one's first character before another's last one."""

    def __init__(self) -> None:
        self.firsts, self.lasts = "", frozenset[str]()
        self._first, self._last = 0, 0  # how often a character of a text is one of these, roughly

    def cost(self, first: str, lasts: frozenset[str]) -> int:
        """Return how many places more the group has with anchors that begin with `first`."""
        both = self._last + sum(map(_frequency, lasts - self.lasts))
        return (self._first + _frequency(first)) * both - self._first * self._last

    def add(self, first: str, lasts: frozenset[str]) -> None:
        """Take anchors that begin with `first` into the group."""
        self._first += _frequency(first)
        self._last += sum(map(_frequency, lasts - self.lasts))
        self.firsts, self.lasts = self.firsts + first, self.lasts | lasts


def _grouped(anchors: Iterable[str]) -> tuple[str, ...]:
    """Return the first characters of anchors in groups whose anchors have few places in texts: 3 of 100, with random groups 5.

    The most frequent ones choose their group first.
    """
    lasts: dict[str, frozenset[str]] = {}
    for anchor in anchors:
        lasts[anchor[0]] = lasts.get(anchor[0], frozenset()) | {anchor[1]}
    groups = [_Group() for _ in range(_GROUPS)]
    for first in sorted(lasts, key=lambda first: (-_frequency(first) - sum(map(_frequency, lasts[first])), first)):
        min(groups, key=lambda group: group.cost(first, lasts[first])).add(first, lasts[first])
    return tuple(group.firsts for group in groups)


def _frequency(char: str) -> int:
    """Return roughly how frequent a character is: the inverse of its rank, after Zipf, with the first ranks levelled.

    An integer, for sums of floats depend on their order, which sets change from start to start.
    """
    return 1_000_000 // (_rarity(char) + 20)


@cache
def _ranks() -> dict[str, int]:
    from cleanspam.text.readingtable import CHARS

    return {char: at for at, char in enumerate(CHARS)}


@cache
def _ranks_of_couples() -> dict[str, int]:
    from cleanspam.text.coupletable import COUPLES

    return {COUPLES[at : at + 2]: at // 2 for at in range(0, len(COUPLES), 2)}
