"""Traditional characters, as OpenCC writes them."""

from functools import cache
from typing import Any


def traditional(text: str) -> str:
    """Return a text in Traditional characters.

    >>> traditional("网站优化")
    '網站優化'
    """
    converted: str = _converter().convert(text)
    return converted


@cache
def _converter() -> Any:
    from opencc import OpenCC  # takes 60 ms for three dictionaries, which only Traditional text needs

    return OpenCC("s2t")
