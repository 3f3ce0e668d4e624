"""Skipping: what a scan of bytes clears is not decoded. A wrapper around `edit`, with the same result.

A format without `edit_suspects` is edited whole; the contract between a format and an editor does not know of this.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from cleanspam.formats.base import Edited, Editor, Format
from cleanspam.native.candidates import LinesToRead

if TYPE_CHECKING:
    from typing_extensions import Buffer


class ByteScan(Protocol):
    """Tells by bytes, in UTF-8, where something may be cut: wrong only in naming too much; None says it cannot tell."""

    def suspects(self, data: bytes) -> LinesToRead | None:
        """Return the lines of JSON with something to cut, and those that are no records."""

    def suspect_texts(self, data: "Buffer", offsets: "Buffer", width: int) -> Sequence[int] | None:
        """Return the numbers of the texts with something to cut, of many.

        `offsets` are integers of `width` bytes: where each text begins in `data`, and where the last one ends.
        """

    def is_suspect(self, data: bytes) -> bool | None:
        """Tell whether a text may have something to cut."""


class SkippingFormat(Protocol):
    """A format that can use a scan."""

    def edit_suspects(self, piece: bytes, editor: Editor, scan: ByteScan) -> Edited | None:
        """Return what `edit` does, without showing the editor what the scan clears; None if all must be shown."""


def edit_piece(format_: Format, piece: bytes, editor: Editor, scan: ByteScan | None = None) -> Edited:
    """Return the edited piece. Without a scan the editor sees every passage."""
    edit_suspects = getattr(format_, "edit_suspects", None) if scan else None
    edited: Edited | None = edit_suspects(piece, editor, scan) if edit_suspects else None
    return format_.edit(piece, editor) if edited is None else edited
