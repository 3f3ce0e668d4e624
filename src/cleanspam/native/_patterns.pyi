"""The module that a build writes: the codes of patterns, by the pattern and its flags. See `text/patterncode.py`."""

CODES: dict[tuple[str, int], tuple[int, bytes, int, dict[str, int], tuple[str | None, ...], tuple[int, int]]]
