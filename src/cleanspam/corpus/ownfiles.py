"""Recognises files that cleanspam has written. They quote plantings, so cleaning would destroy them."""

import re

from cleanspam.text.latepattern import late_pattern

HEAD = 4096  # the number of first bytes that are compared
# The first bytes of cut logs and run journals, of baselines, of JSON reports and of SARIF.
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
    """Tell by the first bytes of a file whether cleanspam has written it. No run reads such a file, even if it is named.

    >>> is_own_file(b"# cleanspam baseline: rule, hash")
    True
    """
    return head[:1] in (b"{", b"[", b"#") and _OWN_RE.match(head) is not None
