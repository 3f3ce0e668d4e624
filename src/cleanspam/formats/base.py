"""What a format is. A format knows where texts stand in bytes; it knows no rules, no paths and no findings."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple, Protocol


class Passage(NamedTuple):
    """A text that is judged by itself: a block of lines, or a string of a record."""

    text: str
    line: int  # lines of the piece before it, from 0
    record: int = 0  # records of the piece before it, from 0
    field: str = ""  # the record's field, as --field writes it; empty in a format without records


class Editor(Protocol):
    """Who reads passages and says what is to stand in their place."""

    def edit(self, passage: Passage) -> str:
        """Return what is to stand there: the same object if nothing changes."""

    def problem(self, line: int, message: str) -> None:
        """Take note that something at `line` of the piece (from 0) could not be read and stays as it is."""


class Format(Protocol):
    """One kind of file. Implementations hold their options only, and are picklable."""

    def pieces(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield the file in pieces that can be edited apart, split at places that depend on its bytes alone."""

    def edit(self, piece: bytes, editor: Editor) -> bytes:
        """Return the piece with each passage as the editor has it; the same object if nothing changed."""

    def join(self, source: BinaryIO, pieces: Iterable[bytes], sink: BinaryIO) -> None:
        """Write the file that the edited pieces make. `source` is open at its start, for what no piece carries."""
