"""Files that cleanspam has written itself. They quote plantings, so to clean one would destroy it."""

import re

from cleanspam.text.latepattern import late_pattern

HEAD = 4096  # bytes of a file that tell
# How each begins: cut logs and run journals, baselines, JSON reports, and SARIF.
_OWN_RE = late_pattern(
    rb"""
    \{"log":[0-9]+,"rules":"
    | \#\ cleanspam\ baseline:
    | (?:\[\s*)? \{\s*"path":\ "(?:[^"\\]|\\.)*",\s*"line":\ [0-9]+,\s*"column":\ [0-9]+,\s*"start":\ [0-9]+,\s*"end":
    | \{\s*"\$schema":\ "[^"]*sarif[^"]*",\s*"version":\ "[0-9.]+",\s*"runs":\ \[\s*
      \{\s*"tool":\ \{\s*"driver":\ \{\s*"name":\ "cleanspam"
    """,
    re.VERBOSE,
)


def is_own_file(head: bytes) -> bool:
    """Tell by the first bytes of a file whether cleanspam has written it. No run reads such a file as text, even if named.

    >>> is_own_file(b"# cleanspam baseline: rule, hash")
    True
    """
    return head[:1] in (b"{", b"[", b"#") and _OWN_RE.match(head) is not None
