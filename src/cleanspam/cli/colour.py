"""Decides whether output is coloured: by --color, else NO_COLOR and FORCE_COLOR, else at a terminal. Never imports rich."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from cleanspam.errors import CleanspamError

COLOURS = ("auto", "always", "never")
_OFF, _ON = "NO_COLOR", "FORCE_COLOR"


@contextmanager
def colouring(when: str | None) -> Iterator[None]:
    """Set when output is coloured in a `with` block. Libraries and child processes obey it too. Raises CleanspamError."""
    if when not in (None, *COLOURS):
        raise CleanspamError(f"--color {when}: choose from {', '.join(COLOURS)}")
    before = {name: os.environ.get(name) for name in (_OFF, _ON)}
    if when in ("always", "never"):
        os.environ.pop(_OFF if when == "always" else _ON, None)
        os.environ[_ON if when == "always" else _OFF] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def has_colour(stream: TextIO) -> bool:
    """Tell whether output to a stream is coloured."""
    if os.environ.get(_OFF):
        return False
    return bool(os.environ.get(_ON)) or (stream.isatty() and os.environ.get("TERM") != "dumb")
