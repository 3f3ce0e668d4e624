"""Named tuples for the whole package, made in a tenth of the time that `typing` takes.

`typing.NamedTuple` compiles a function for each class: 80 classes were a fifth of a filter's start. Here the functions are
compiled with this module, one for each number of fields, and a class takes one and names its parameters.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.version_info >= (3, 14):  # since 3.14 the names of fields are not known while a class is made
    from typing import NamedTuple as NamedTuple
else:
    from collections import _tuplegetter
    from collections.abc import Callable, Iterable
    from types import FunctionType

    _made = tuple.__new__
    # `__new__` for one field, two, and so on. Each class has one of its own, with its fields for these names.
    _NEW: tuple[Callable[..., Any], ...] = (
        lambda cls: _made(cls, ()),
        lambda cls, a: _made(cls, (a,)),
        lambda cls, a, b: _made(cls, (a, b)),
        lambda cls, a, b, c: _made(cls, (a, b, c)),
        lambda cls, a, b, c, d: _made(cls, (a, b, c, d)),
        lambda cls, a, b, c, d, e: _made(cls, (a, b, c, d, e)),
        lambda cls, a, b, c, d, e, f: _made(cls, (a, b, c, d, e, f)),
        lambda cls, a, b, c, d, e, f, g: _made(cls, (a, b, c, d, e, f, g)),
        lambda cls, a, b, c, d, e, f, g, h: _made(cls, (a, b, c, d, e, f, g, h)),
        lambda cls, a, b, c, d, e, f, g, h, i: _made(cls, (a, b, c, d, e, f, g, h, i)),
        lambda cls, a, b, c, d, e, f, g, h, i, j: _made(cls, (a, b, c, d, e, f, g, h, i, j)),
        lambda cls, a, b, c, d, e, f, g, h, i, j, k: _made(cls, (a, b, c, d, e, f, g, h, i, j, k)),
        lambda cls, a, b, c, d, e, f, g, h, i, j, k, x: _made(cls, (a, b, c, d, e, f, g, h, i, j, k, x)),
        lambda cls, a, b, c, d, e, f, g, h, i, j, k, x, y: _made(cls, (a, b, c, d, e, f, g, h, i, j, k, x, y)),
        lambda cls, a, b, c, d, e, f, g, h, i, j, k, x, y, z: _made(cls, (a, b, c, d, e, f, g, h, i, j, k, x, y, z)),
    )

    class _Named(tuple):
        """What all named tuples have."""

        __slots__ = ()
        _fields: tuple[str, ...] = ()

        @classmethod
        def _make(cls, values: Iterable[Any]) -> Any:
            """Return the named tuple of values in order."""
            made = _made(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **values: Any) -> Any:
            """Return the named tuple with other values of some fields."""
            made = self._make(map(values.pop, self._fields, self))
            if values:
                raise TypeError(f"Got unexpected field names: {[*values]!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            """Return the values by their names."""
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            named = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({named})"

    class _Maker(type):
        """Makes a class whose base is named NamedTuple: a plain one, with `_Named` as its base."""

        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> Any:
            """Return the class."""
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            new = _NEW[len(fields)].__code__
            code = new.replace(co_varnames=("_cls", *fields), co_name="__new__", co_filename=f"<{name}>")
            made = FunctionType(code, globals(), "__new__", tuple(defaults.values()))
            made.__qualname__ = f"{name}.__new__"  # as errors name it
            body |= {field: _tuplegetter(at, "") for at, field in enumerate(fields)}
            body |= {"__slots__": (), "__new__": made, "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            return type(name, (_Named,), body)

    NamedTuple = type.__new__(_Maker, "NamedTuple", (), {})
