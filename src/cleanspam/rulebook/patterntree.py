"""Patterns as trees, as `re` parses them. What only `regex` knows, lists and the Han property, has signs in them."""

import re

from cleanspam.text.latepattern import late_pattern
from cleanspam.typed import Any

try:
    from re import _constants as sre  # type: ignore[attr-defined]  # has no stub
    from re import _parser  # type: ignore[attr-defined]  # the same
except ImportError:  # Python 3.10
    import sre_constants as sre  # type: ignore[import-not-found,no-redef,unused-ignore]
    import sre_parse as _parser  # type: ignore[import-not-found,no-redef,unused-ignore]

# `re` parses the patterns. For what only `regex` knows, \p{Han} and lists, it gets characters for private use.
HAN_SIGN, LISTS = "\ue000", 0xE001
_MOST_LISTS = 0x1800
_HAN_RE = late_pattern(r"\\p\{Han\}")
_ATOMIC_RE = late_pattern(r"(?<!\\)\(\?>")
_LIST_RE = late_pattern(r"\\L<([^>]*)>")
# `re` reads comments, conditions, flags and sets in sets differently from `regex`, or not at all.
_UNSUPPORTED_RE = late_pattern(r"\\[pPXRGKN]|\(\?[#|(&a-zA-Z>]|\(\?P?<[^=!]|\[\^?\[|\{[^},\d]|[\ue000-\uf8ff]")


def with_signs(pattern: str) -> tuple[dict[str, str], list[Any] | None]:
    """Return the items of a pattern, and the sign that stands in them for each list; None if the pattern is not understood.

    An atomic group, which Python 3.10 does not know, counts as a plain one: what matches the first also matches the other.
    """
    plain = _ATOMIC_RE.sub("(?:", pattern)
    signs = {name: chr(LISTS + at) for at, name in enumerate(dict.fromkeys(_LIST_RE.findall(pattern)))}
    if len(signs) > _MOST_LISTS or _is_unsupported(plain):
        return signs, None
    return signs, _parsed(_LIST_RE.sub(lambda found: f"(?:{signs[found[1]]})", _HAN_RE.sub(HAN_SIGN, plain)))


def tree_without_lists(pattern: str) -> list[Any] | None:
    """Return the items of a pattern; None if the pattern uses a list or is not understood."""
    return None if _is_unsupported(pattern) or _LIST_RE.search(pattern) else _parsed(_HAN_RE.sub(HAN_SIGN, pattern))


def _is_unsupported(pattern: str) -> bool:
    return bool(_UNSUPPORTED_RE.search(_LIST_RE.sub("", _HAN_RE.sub("", pattern))))


def _parsed(pattern: str) -> list[Any] | None:
    """Return the items of a pattern; None if `re` does not understand it."""
    try:
        return list(_parser.parse(pattern))
    except (re.error, RecursionError, OverflowError):
        return None


def alternatives(items: list[Any]) -> list[list[Any]]:
    """Return the alternatives of a pattern, each with the common beginning that `re` factors out."""
    if items and items[-1][0] is sre.BRANCH:
        return [[*items[:-1], *branch] for branch in items[-1][1][1]]
    return [items]


__all__ = ["HAN_SIGN", "LISTS", "alternatives", "sre", "tree_without_lists", "with_signs"]
