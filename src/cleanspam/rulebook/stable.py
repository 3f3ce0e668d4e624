"""A pickle with the same bytes in every process: engines use such bytes as keys of their caches."""

from enum import Enum

from cleanspam.typed import Any


class _Ordered(tuple[Any, ...]):
    """The members of a set in one order; unpickled, it is a frozenset."""

    def __reduce__(self) -> tuple[type, tuple[tuple[Any, ...]]]:
        return frozenset, (tuple(self),)


class _Member:
    """A member of an enumeration, pickled as its value; unpickled, it is the member again."""

    def __init__(self, kind: type[Enum], word: Any) -> None:
        self.kind, self.word = kind, word

    def __reduce__(self) -> tuple[type[Enum], tuple[Any]]:
        return self.kind, (self.word,)


def dump_stable(value: Any) -> bytes:
    """Return a pickle of tuples, sets, lists and dicts that does not depend on the process.

    A plain pickle depends on it in two ways: sets are in the order of the process's hashes, and two equal strings are written
    once or twice, as they are one object or two.
    """
    import pickle  # a filter for a page never pickles

    return pickle.dumps(_in_order(value, {}), 4)


def _in_order(value: Any, strings: dict[Any, Any]) -> Any:
    """Return the value with ordered sets, and with equal strings as one object."""
    if type(value) is str:
        return strings.setdefault(value, value)
    if isinstance(value, Enum):
        key = type(value), value.name
        if key not in strings:
            strings[key] = _Member(type(value), _in_order(value.value, strings))
        return strings[key]
    if isinstance(value, (set, frozenset)):
        return _Ordered(_in_order(part, strings) for part in sorted(value, key=_name))
    if isinstance(value, dict):
        return {_in_order(key, strings): _in_order(part, strings) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        parts = [_in_order(part, strings) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value


def _name(value: Any) -> str:
    """Return the key by which the members of a set are ordered."""
    return repr(_Ordered(sorted(map(_name, value)))) if isinstance(value, frozenset) else repr(value)
