"""Baselines: the findings that are known already, as a text file of one line each. Text in, text out; opens nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from cleanspam.ci.fingerprint import Fingerprint, key
from cleanspam.errors import FormatError
from cleanspam.text.locate import Located

_HEAD = "# cleanspam baseline: rule, hash of what stands beside it, folded text; sorted, one known finding a line\n"


class KnownFinding(NamedTuple):
    """A known finding: the first rule that spoke when it was written down, and its key."""

    rule: str
    key: Fingerprint

    def __str__(self) -> str:
        return "\t".join((self.rule, *self.key))


class Baseline:
    """Known findings, each of which excuses one finding: the second planting of a phrase is new."""

    def __init__(self, entries: Iterable[KnownFinding] = ()) -> None:
        self._left: dict[Fingerprint, list[str]] = {}
        for entry in sorted(entries):
            self._left.setdefault(entry.key, []).append(entry.rule)

    def excuses(self, located: Located) -> bool:
        """Tell whether the finding is known, and use up the entry that knows it.

        The rule of an entry must be among those that spoke; which of them speaks first may change with the rules.
        """
        rules = self._left.get(key(located), [])
        known = next((rule for rule in rules if rule in located.finding.rules), None)
        if known is None:
            return False
        rules.remove(known)
        return True

    def stale(self) -> list[KnownFinding]:
        """Return, sorted, the entries that have excused nothing so far."""
        return sorted(KnownFinding(rule, of) for of, rules in self._left.items() for rule in rules)


def dumps(findings: Iterable[Located]) -> str:
    """Return the file's text in its one form: equal findings give equal bytes, in any order."""
    lines = sorted(str(KnownFinding(located.finding.rules[0], key(located))) for located in findings)
    return _HEAD + "".join(f"{line}\n" for line in lines)


def loads(text: str, name: str = "baseline") -> Baseline:
    """Return the baseline of a file's text. Raises FormatError with `name` and the line."""
    lines = enumerate(text.splitlines(), 1)
    return Baseline(_entry(line, f"{name}:{number}") for number, line in lines if line and not line.startswith("#"))


def _entry(line: str, where: str) -> KnownFinding:
    fields = line.split("\t")
    if len(fields) != 3 or not fields[0]:
        raise FormatError(f"{where}: not a known finding (rule, hash, text); write the file anew with --write-baseline")
    return KnownFinding(fields[0], Fingerprint(fields[1], fields[2]))
