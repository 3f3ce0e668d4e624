"""Skipping: a wrapper around `edit` with the same result that does not decode bytes which a scan has cleared.

A format without `edit_suspects` is edited whole. The contract between format and editor does not mention the scan.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from cleanspam.formats.base import Edited, Editor, Format
from cleanspam.native.candidates import LinesToRead

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Scan(Protocol):
    """Finds the places in UTF-8 bytes where a cut is possible. It may name too many, never too few; None if it can't tell."""

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON that may have a cut, or that are no records."""

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> Sequence[int] | None:
        """Return the numbers of the texts that may have a cut.

        `offsets` are integers of `width` bytes: the start of each text in `data`, and the end of the last text.
        """

    def is_suspect(self, text: str) -> bool | None:
        """Tell whether a decoded text may have a cut."""


class SkippingFormat(Protocol):
    """A format that can use a scan."""

    def edit_suspects(self, piece: bytes, editor: Editor, scan: Scan) -> Edited | None:
        """Do the same as `edit`, but hide the texts from the editor that the scan clears. None if the editor must see all."""


def edit_piece(format_: Format, piece: bytes, editor: Editor, scan: Scan | None = None) -> Edited:
    """Return the edited piece. Without a scan the editor sees every passage."""
    edit_suspects = getattr(format_, "edit_suspects", None) if scan else None
    edited: Edited | None = edit_suspects(piece, editor, scan) if edit_suspects else None
    return format_.edit(piece, editor) if edited is None else edited
