"""A pickle that is the same in every process: caches and logs of engines go by the bytes of what they are given."""

from typing import Any


class _Ordered(tuple[Any, ...]):
    """The members of a set in one order; unpickled, it is a frozenset."""

    def __reduce__(self) -> tuple[type, tuple[tuple[Any, ...]]]:
        return frozenset, (tuple(self),)


def dump_stable(value: Any) -> bytes:
    """Return the pickle of tuples, sets, lists, dicts and what they hold, whatever the hash seed and whoever made them.

    A plain pickle differs in two ways: sets come in the order of a process's hashes, and a string is written once or twice
    as two equal ones are one object or not.
    """
    import pickle  # a filter for a page never pickles

    return pickle.dumps(_in_order(value, {}), 4)


def _in_order(value: Any, strings: dict[str, str]) -> Any:
    """Return the value with its sets in order, and equal strings as one object."""
    if type(value) is str:
        return strings.setdefault(value, value)
    if isinstance(value, (set, frozenset)):
        return _Ordered(sorted((_in_order(one, strings) for one in value), key=repr))
    if isinstance(value, dict):
        return {_in_order(key, strings): _in_order(one, strings) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        made = [_in_order(one, strings) for one in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    return value
