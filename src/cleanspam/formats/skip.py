"""Skipping: bytes that a scan clears are not decoded. A wrapper around `edit`, with the same result.

A format without `edit_suspects` is edited whole. The contract between format and editor does not mention the scan.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from cleanspam.formats.base import Edited, Editor, Format
from cleanspam.native.candidates import LinesToRead

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Scan(Protocol):
    """Tells by UTF-8 bytes where a cut is possible. It may name too much, never too little; None means that it cannot tell."""

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON that may have a cut, and those that are no records."""

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> Sequence[int] | None:
        """Return the numbers of the texts that may have a cut.

        `offsets` are integers of `width` bytes: where each text begins in `data`, and where the last one ends.
        """

    def is_suspect(self, text: str) -> bool | None:
        """Tell whether a text, decoded, may have a cut."""


class SkippingFormat(Protocol):
    """A format that can use a scan."""

    def edit_suspects(self, piece: bytes, editor: Editor, scan: Scan) -> Edited | None:
        """Do what `edit` does, but do not show the editor what the scan clears. None if the editor must see all."""


def edit_piece(format_: Format, piece: bytes, editor: Editor, scan: Scan | None = None) -> Edited:
    """Return the edited piece. Without a scan the editor sees every passage."""
    edit_suspects = getattr(format_, "edit_suspects", None) if scan else None
    edited: Edited | None = edit_suspects(piece, editor, scan) if edit_suspects else None
    return format_.edit(piece, editor) if edited is None else edited
