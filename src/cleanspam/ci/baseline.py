"""Baselines: text files of known findings, one finding a line. Takes and returns text; opens no file.

A finding is known by its fingerprint. That has no path and no line number, so lines may move and files may be renamed.
"""

from collections.abc import Iterable

from cleanspam.errors import FormatError
from cleanspam.model import NamedTuple
from cleanspam.text.diff import visible
from cleanspam.text.fold import fold
from cleanspam.text.locate import Located

_HEAD = "# cleanspam baseline: rule, hash of what stands beside it, folded text; sorted, one known finding a line\n"
# Folded code points of the line on each side: enough to distinguish two plantings, and edits further away do not matter.
NEAR = 12


class Fingerprint(NamedTuple):
    """The key of a finding, apart from its rules."""

    near: str  # the hash of the folded text on both sides: 12 hexadecimal digits
    text: str  # the folded finding with its brackets, made printable


class KnownFinding(NamedTuple):
    """A known finding: its first rule at the time of writing, and its key."""

    rule: str
    key: Fingerprint

    def __str__(self) -> str:
        return "\t".join((self.rule, *self.key))


class Baseline:
    """Known findings. Each excuses one finding: a second planting of the same phrase is new."""

    def __init__(self, entries: Iterable[KnownFinding] = ()) -> None:
        self._left: dict[Fingerprint, list[str]] = {}
        for entry in sorted(entries):
            self._left.setdefault(entry.key, []).append(entry.rule)

    def excuses(self, located: Located) -> bool:
        """Tell whether the finding is known, and mark its entry as used.

        The entry's rule must be one of the finding's rules, not necessarily the first: the order changes with the rules.
        """
        if not self._left:  # most checks have no baseline, and the key of a finding takes as long as its line in the report
            return False
        rules = self._left.get(key(located), [])
        known = next((rule for rule in rules if rule in located.finding.rules), None)
        if known is None:
            return False
        rules.remove(known)
        return True

    def stale(self) -> list[KnownFinding]:
        """Return the unused entries, sorted."""
        return sorted(KnownFinding(rule, of) for of, rules in self._left.items() for rule in rules)


def key(located: Located) -> Fingerprint:
    """Return the key of a finding: its folded text, and a hash of the text around."""
    near = f"{fold(located.before)[-NEAR:]}\n{fold(located.after)[:NEAR]}"
    return Fingerprint(_digest(near)[:12], visible(fold(located.finding.text)))


def fingerprint(located: Located) -> str:
    """Return the key as 32 hexadecimal digits. It does not depend on rules, which may change while the finding stays."""
    return _digest("\n".join(key(located)))[:32]


def dumps(findings: Iterable[Located]) -> str:
    """Return the text of the file. It does not depend on the order of the findings."""
    lines = sorted(str(KnownFinding(located.finding.rules[0], key(located))) for located in findings)
    return _HEAD + "".join(f"{line}\n" for line in lines)


def loads(text: str, name: str = "baseline") -> Baseline:
    """Parse the text of a baseline file. Raises FormatError with `name` and the line."""
    lines = enumerate(text.splitlines(), 1)
    return Baseline(_entry(line, f"{name}:{number}") for number, line in lines if line and not line.startswith("#"))


def _entry(line: str, where: str) -> KnownFinding:
    fields = line.split("\t")
    if len(fields) != 3 or not fields[0]:
        raise FormatError(f"{where}: not a known finding (rule, hash, text); write the file anew with --write-baseline")
    return KnownFinding(fields[0], Fingerprint(fields[1], fields[2]))


def _digest(text: str) -> str:
    import hashlib  # takes 3 ms, and a plain check does not need it

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
