"""Hidden lines: finds an address and its site's name with signs between its characters: www。example。net,小,说,青,屋."""

from collections.abc import Iterator

from cleanspam.model import NamedTuple
from cleanspam.text.disguise import Hidden, closed
from cleanspam.text.latepattern import late_pattern

_HAN = r"[\u4e00-\u9fff]"
_PIECE = rf"(?:{_HAN}|[a-z]{{1,3}}(?![a-z]))"
_POINT, _SIGN = r"(?:[^\w\n]|_)", r"(?:[^\w\n、“”‘’「」]|_)"
_TOP = r"(?:com|n ?et|org|cc|info)"
_HOST = rf"w{_POINT}{{0,2}}w{_POINT}{{0,2}}w{_POINT}{{0,3}}[a-z0-9](?:{_POINT}{{0,2}}[a-z0-9]){{2,24}}?{_POINT}{{0,3}}{_TOP}"
_NAME = rf"(?P<name>{_SIGN}{{0,4}}{_PIECE}(?:{_SIGN}{{0,4}}{_PIECE}){{2,9}})"
_BEHIND_RE = late_pattern(rf"(?<![a-z0-9@.])(?P<host>{_HOST})(?:[a-z](?![a-z]))?{_NAME}(?!\w)")
# In front of an address the first character stands alone: two in a row may be the end of the text.
_BEFORE_RE = late_pattern(
    rf"(?:^|(?<=[\s。.!?…”」』]))(?!{_SIGN}{{0,4}}{_HAN}{{2}})(?=.{{0,12}}{_HAN}){_NAME}{_SIGN}{{0,4}}(?P<host>{_HOST})(?![a-z0-9])"
)
_ALONE_RE = late_pattern(rf"(?<!\w)(?P<name>{_PIECE}?(?:{_SIGN}{{1,4}}{_PIECE}){{3,9}}{_SIGN}{{1,4}}{_HAN})(?!\w)")
_TOP_RE = late_pattern(_TOP)
_PLAIN_RE = late_pattern(r"[Ww]{3}([.。．])[A-Za-z0-9-]+\1[A-Za-z]+")  # with the full stop of an input method, too
_QUERY_RE = late_pattern(r"[?&]\w+=")  # ?q=小+说
_PAIR_RE = late_pattern(rf"{_HAN}{{2}}")
_PIECES_RE, _RUN_RE, _REST_RE = late_pattern(_PIECE), late_pattern(rf"{_HAN}+"), late_pattern(rf"{_POINT}{{1,4}}$")
_SHORTEST, _PARTED = 3, 4  # characters of a name with an address, and of one without, each set apart
_LETTERS = 6  # the most Latin letters of such a name
# Signs of lists, paths, headings and markup, and how many kinds of them nobody mixes, but in a formula.
_LISTING, _MIXED = frozenset("/,-|\\+().:·;[]【】。_=*<>&#"), 3
_FORMULA = frozenset("+-*/=()")


class _Name(NamedTuple):
    """A name with signs between its characters."""

    text: str  # as it is spelled
    runs: list[str]  # its rows of Han characters, blanks apart
    letters: int
    signs: int  # between its characters, blanks apart

    @property
    def han(self) -> str:
        """Its Han characters."""
        return "".join(self.runs)


def hidden_lines(text: str, reads: str) -> Iterator[list[Hidden]]:
    """Yield such addresses with their names, and such names alone with letters among their characters: ×青×竹×b×小×说."""
    for pattern in (_BEHIND_RE, _BEFORE_RE) if _TOP_RE.search(reads) else ():
        for found in pattern.finditer(reads):
            name, address = _parsed(found["name"]), found.span("host")
            if _is_hidden(name, is_told=_is_told(text, reads, *address)):
                yield [_found(text, reads, *found.span(), name.han + _plain(found["host"]))]
    for found in _ALONE_RE.finditer(reads):
        if _is_apart(_parsed(found["name"])):
            yield [_found(text, reads, *found.span(), "".join(_PIECES_RE.findall(found["name"])))]


def _parsed(name: str) -> _Name:
    pieces = [*_PIECES_RE.finditer(name)]
    inside = name[pieces[0].start() : pieces[-1].end()]
    signs = sum(not char.isalnum() and not char.isspace() for char in inside)
    letters = sum(char.isascii() and char.isalpha() for char in name)
    return _Name(name, _RUN_RE.findall("".join(name.split())), letters, signs)


def _is_told(text: str, reads: str, start: int, end: int) -> bool:
    """Tell whether nothing hides an address, not even a letter right behind it: www.example.nett."""
    behind = reads[end : end + 1]
    return bool(_PLAIN_RE.fullmatch(text, start, end)) and not (behind.isascii() and behind.isalpha())


def _found(text: str, reads: str, start: int, end: int, own: str) -> Hidden:
    signs = {char for char in reads[start:end] if not char.isalnum() and not char.isspace()}
    while start and reads[start - 1] in signs and not (reads[start - 1] in "。.!?" and reads[start - 2 : start - 1].isalnum()):
        start -= 1
    end = closed(text, reads, start, end, signs)
    rest = _REST_RE.match(reads, end)
    return Hidden(start, rest.end() if rest else end, own, is_apart=False)


def _plain(host: str) -> str:
    """Return an address with one point for each row of signs."""
    return ".".join(filter(None, "".join(char if char.isalnum() else "." for char in host if char != " ").split(".")))


def _hides(name: str) -> bool:
    """Tell whether the signs in a name are others than an author's, or mixed as no author mixes them."""
    signs = {char for char in name if not char.isalnum() and not char.isspace()}
    is_odd = bool(signs - _LISTING) or (len(signs) >= _MIXED and not signs <= _FORMULA)
    return is_odd and not _QUERY_RE.search(name)


def _is_hidden(name: _Name, *, is_told: bool) -> bool:
    """Tell whether signs hide the name beside an address; `is_told`: nothing hides the address."""
    if len(name.han) < _SHORTEST or name.letters > _LETTERS:
        return False
    if is_told:
        return bool(name.letters) and _hides(name.text) and _is_parted(name)
    return _is_spaced(name) or _is_parted(name)


def _is_spaced(name: _Name) -> bool:
    """Tell whether blanks or signs stand between all Han characters of a name: 小 说 青 屋."""
    return not _PAIR_RE.search(name.text)


def _is_parted(name: _Name) -> bool:
    """Tell whether signs part a name into short rows; beside a single character one sign may be its writer's."""
    has_single = any(len(run) == 1 for run in name.runs)
    return max(map(len, name.runs)) <= _SHORTEST and name.signs > int(has_single)


def _is_apart(name: _Name) -> bool:
    """Tell whether signs set all characters apart, and the name has letters among them."""
    is_single = len(name.runs) == len(name.han) >= _PARTED
    return is_single and 0 < name.letters <= _LETTERS and name.signs > len(name.runs) and _hides(name.text)
