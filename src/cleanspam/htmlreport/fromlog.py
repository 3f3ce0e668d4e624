"""Makes the rows of a report from a cut log: each cut with the text around it, if the file has not changed since."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from cleanspam.corpus.chunk import CutRecord
from cleanspam.corpus.cutlog import LoggedFile, cuts_of, entries
from cleanspam.disk.compression import DecodedFile
from cleanspam.errors import CleanspamError
from cleanspam.htmlreport.rows import Row
from cleanspam.model import NamedTuple
from cleanspam.rulebook.ruleset import OTHER
from cleanspam.text.locate import SURROUNDINGS, count_line_ends

# The number of bytes on each side of a cut in which its context is read; a character has at most four.
_REACH = 4 * SURROUNDINGS


class _Around(NamedTuple):
    line: int  # from 1
    before: str
    after: str


def rows_of(log: Path) -> Iterator[Row]:
    """Yield the cuts of a log that have not been put back. Raises CleanspamError for a file that is no log."""
    for entry in entries(log):
        gone = {number for line in entry.later for number in line.put_back}
        page = None if gone else _Page.of(entry)
        for number, taking in enumerate(cuts_of(log, entry)):
            around = page.around(taking) if page else _Around(0, "", "")
            if number not in gone:
                yield Row(
                    entry.line.file,
                    around.line,
                    taking.rules,
                    taking.site,
                    around.before,
                    taking.text,
                    around.after,
                    entry.run.time[:10],
                    kind=entry.run.kinds.get(taking.rules[0], OTHER),
                )


class _Page:
    """A cleaned file, read forward as the cuts come in order."""

    def __init__(self, content: bytes, encoding: str) -> None:
        self._content, self._encoding = content, encoding
        self._taken = self._counted = 0  # the bytes of earlier cuts, and the bytes whose line ends are counted
        self._line = 1

    @classmethod
    def of(cls, entry: LoggedFile) -> "_Page | None":
        """Return the file as the run left it; None if it has changed since."""
        try:
            with Path(entry.line.file).open("rb") as raw:
                content = DecodedFile(raw, entry.line.compression).read(-1)
        except (OSError, CleanspamError):
            return None
        is_same = hashlib.sha256(content).hexdigest() == entry.line.after
        return cls(content, entry.line.encoding or "utf-8") if is_same else None

    def around(self, record: CutRecord) -> _Around:
        """Return the line number of a cut, and the text around the cut in its line."""
        if record.at < 0:
            return _Around(0, "", "")
        at = record.at - self._taken
        self._taken += len((record.raw or record.text).encode(self._encoding, "surrogateescape"))
        self._line += count_line_ends(self._content[self._counted : at].decode(self._encoding, "replace"))
        self._counted = at
        before = self._content[max(0, at - _REACH) : at].decode(self._encoding, "ignore")
        after = self._content[at : at + _REACH].decode(self._encoding, "ignore")
        lines = before.splitlines() if not before.endswith(("\n", "\r")) else []
        return _Around(self._line, lines[-1][-SURROUNDINGS:] if lines else "", (after.splitlines() or [""])[0][:SURROUNDINGS])
