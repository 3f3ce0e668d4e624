"""The values that all rooms share: spans, sites, findings, cuts; and `NamedTuple`, the base of all value types."""

import sys
from enum import Enum

from cleanspam.typed import TYPE_CHECKING, Any

# `typing.NamedTuple` compiles a function for each class: 29 classes are a tenth of a filter's start with a plain page, and 78
# an eighth of one with a planted page. Here the classes of up to 8 fields share functions, and the others are compiled.
if TYPE_CHECKING or sys.version_info >= (3, 14):  # since 3.14 the fields are not known while their class is made
    from typing import NamedTuple as NamedTuple
else:
    from collections import _tuplegetter
    from collections.abc import Iterable
    from functools import cache
    from types import CodeType, FunctionType

    class _Fields(tuple):
        """The methods of all named tuples."""

        __slots__ = ()
        _fields: tuple[str, ...] = ()

        @classmethod
        def _make(cls, values: Iterable[Any]) -> Any:
            """Return the named tuple of the values of all fields in order."""
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **values: Any) -> Any:
            """Return a copy with other values of some fields."""
            made = self._make(map(values.pop, self._fields, self))
            if values:
                raise TypeError(f"Got unexpected field names: {[*values]!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            """Return the values by the names of their fields."""
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    class _Maker(type):
        """The type of `NamedTuple`: makes of each class derived from it a plain class derived from `_Fields`."""

        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> Any:
            """Return the class."""
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            code = _code_of_new(len(fields)).replace(co_varnames=("_cls", *fields), co_name="__new__", co_filename=f"<{name}>")
            new = FunctionType(
                code, {"new": tuple.__new__, "__name__": body["__module__"]}, "__new__", tuple(defaults.values())
            )
            new.__qualname__ = f"{name}.__new__"  # as error messages name it
            body |= {field: _tuplegetter(at, "") for at, field in enumerate(fields)}
            body |= {"__slots__": (), "__new__": new, "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            return type(name, (_Fields,), body)

    new = tuple.__new__
    _NEW = (  # by the number of fields
        lambda cls: new(cls, ()),
        lambda cls, a: new(cls, (a,)),
        lambda cls, a, b: new(cls, (a, b)),
        lambda cls, a, b, c: new(cls, (a, b, c)),
        lambda cls, a, b, c, d: new(cls, (a, b, c, d)),
        lambda cls, a, b, c, d, e: new(cls, (a, b, c, d, e)),
        lambda cls, a, b, c, d, e, f: new(cls, (a, b, c, d, e, f)),
        lambda cls, a, b, c, d, e, f, g: new(cls, (a, b, c, d, e, f, g)),
        lambda cls, a, b, c, d, e, f, g, h: new(cls, (a, b, c, d, e, f, g, h)),
    )

    @cache
    def _code_of_new(number: int) -> CodeType:
        """Return the code of `__new__` for so many fields."""
        if number < len(_NEW):
            return _NEW[number].__code__
        values = "".join(f"v{at}, " for at in range(number))
        return eval(f"lambda cls, {values}: new(cls, ({values}))").__code__

    NamedTuple = type.__new__(_Maker, "NamedTuple", (), {})


class Span(NamedTuple):
    """A range of a text in code points, end exclusive."""

    start: int
    end: int


class Site(str, Enum):
    """The place of a parenthetical or a line in its text."""

    ALONE = "alone"  # not attached to a word on either side
    GLUED = "glued"  # attached to a word
    TAIL = "tail"  # attached to a word on the left; on the right the line ends
    LINE = "line"  # a line of its own
    HEADING = "heading"  # in 【】 or 〖〗 at a line's start, with text behind: a headline
    READING = "reading"  # a reading behind its character
    HIDDEN = "hidden"  # a name or an address spelled so that no search finds it
    NOISE = "noise"  # random Han characters that fill a line
    NOISE_AMID = "noise-amid"  # random Han characters glued to words amid a line, or jammers that touch other letters
    JAMMER = "jammer"  # random signs and letters at an edge of a line
    # The sites of lines without brackets, and of their parts:
    WHOLE = "whole"  # a line that is neither head nor foot
    HEAD = "head"  # the first line
    FOOT = "foot"  # one of the last lines
    OPENING = "opening"  # the first three parts of a line that commas part, without the third comma
    NOTE = "note"  # from the end of a sentence to the end of the line
    STUB = "stub"  # the same behind the last end of a sentence, where the line has no end of its own
    AMID = "amid"  # a sentence within a line
    PHRASE = "phrase"  # the text between two marks of a line
    JOINED = "joined"  # a part that a mark joins to the rest of the first line: 标题_关键词
    LINKS = "links"  # a short line and the titles below it, to the end of the text
    BESIDE = "beside"  # a line in a row with planted ones, at the head or the foot of the text


BRACKET_SITES = frozenset({Site.ALONE, Site.GLUED, Site.TAIL, Site.LINE, Site.HEADING})
# Those of whole lines.
WHOLE_SITES = frozenset({Site.WHOLE, Site.HEAD, Site.FOOT})
NOISE_SITES = frozenset({Site.NOISE, Site.NOISE_AMID, Site.JAMMER})
LINE_SITES = WHOLE_SITES | {Site.OPENING, Site.NOTE, Site.STUB, Site.AMID, Site.PHRASE, Site.JOINED, Site.LINKS}


NESTED = 16  # how deep findings inside each other are reported; a planting is one or two brackets deep


class Verdict(str, Enum):
    """What happens to a parenthetical or a line. KEEP outranks CUT, and CUT outranks FLAG."""

    KEEP = "keep"
    CUT = "cut"
    FLAG = "flag"
    NONE = "none"  # no rule matches, and the text stays


class Cut(NamedTuple):
    """A range taken out of a text, in code points of the original, with the text that stood there."""

    start: int
    end: int
    text: str


class Finding(NamedTuple):
    """A parenthetical, a line or a reading that rules matched, with their verdict."""

    start: int  # code points of the original text, brackets included
    end: int
    text: str  # the parenthetical as it stands there
    site: Site
    verdict: Verdict
    rules: tuple[str, ...]  # ids of the rules that decided


class Cleaning(NamedTuple):
    """A cleaned text, what was cut from the original, and the findings that say why."""

    text: str
    cuts: tuple[Cut, ...] = ()
    findings: tuple[Finding, ...] = ()
