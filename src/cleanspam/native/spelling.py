"""The spelling: each character as the fold spells it, ten times as fast where there was a C compiler."""

from cleanspam.text.foldtable import SOURCE, TARGET

try:
    from cleanspam.native._native import Spelling
except ImportError:

    class Spelling:  # type: ignore[no-redef]  # the same in Python
        """What characters of `source` read as: the same places of `target`."""

        def __init__(self, source: str, target: str, /) -> None:
            self._table = str.maketrans(source, target)

        def __call__(self, text: str, /) -> str:
            """Return `text` with each character as it reads."""
            return text.translate(self._table)


SPELLING = Spelling(SOURCE, TARGET)

__all__ = ["SPELLING", "Spelling"]
