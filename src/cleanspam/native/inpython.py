"""The functions of _native.c in Python: the same results, slower. The bracket search in Python is in judge/prefilter.py."""


class Spelling:
    """A character table: each character of `source` reads as the character at the same index of `target`."""

    def __init__(self, source: str, target: str, _soft: str = "", _hard: str = "", /) -> None:
        self._table = str.maketrans(source, target)

    def __call__(self, text: str, /) -> str:
        """Return `text` with each character replaced by its reading."""
        return text.translate(self._table)


def utf8_counts(data: bytes, /) -> tuple[int, int] | None:
    """Return how many code points and how many line feeds UTF-8 has; None if the bytes are not UTF-8."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return len(text), text.count("\n")
