"""Fingerprints: they stay the same when lines move and files are renamed. So they use no path and no line number."""

import hashlib
from typing import NamedTuple

from cleanspam.text.diff import visible
from cleanspam.text.fold import fold
from cleanspam.text.locate import Located

# Folded code points of the line on each side: enough to tell two plantings apart, and an edit further off changes nothing.
NEAR = 12


class Fingerprint(NamedTuple):
    """The key of a finding, beside its rules."""

    near: str  # of the folded text on both sides: 12 hexadecimal digits
    text: str  # folded, brackets included, printable


def key(located: Located) -> Fingerprint:
    """Return the key of a finding: its folded text, and a hash of the text around."""
    near = f"{fold(located.before)[-NEAR:]}\n{fold(located.after)[:NEAR]}"
    return Fingerprint(_digest(near)[:12], visible(fold(located.finding.text)))


def fingerprint(located: Located) -> str:
    """Return the key as 32 hexadecimal digits. Rules are no part of it: they may change while the finding stays."""
    return _digest("\n".join(key(located)))[:32]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
