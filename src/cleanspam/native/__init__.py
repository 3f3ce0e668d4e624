"""What is compiled, with the same in Python for machines without a compiler."""

try:
    from cleanspam.native._native import Prefilter, Spelling, utf8_counts

    IS_COMPILED = True
except ImportError:  # there was no C compiler where it was installed
    IS_COMPILED = False
    Prefilter = None  # type: ignore[assignment,misc]  # judge/prefilter.py has the same in Python

    class Spelling:  # type: ignore[no-redef]  # the same in Python
        """A table of characters: each of `source` reads as the one at the same place of `target`."""

        def __init__(self, source: str, target: str, /) -> None:
            self._table = str.maketrans(source, target)

        def __call__(self, text: str, /) -> str:
            """Return `text` with each character as it reads."""
            return text.translate(self._table)

    def utf8_counts(data: bytes, /) -> tuple[int, int] | None:
        """Return how many code points and how many line feeds UTF-8 has; None if the bytes are not UTF-8."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return None
        return len(text), text.count("\n")


__all__ = ["IS_COMPILED", "Prefilter", "Spelling", "utf8_counts"]
