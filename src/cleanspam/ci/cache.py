"""The cache of a check: the findings in a file with given bytes, by given rules, options and code.

A damaged cache is never believed: every entry has a hash of its key and value, a file that is no database is removed, and
after any error of SQLite the run goes on without a cache.
"""

import hashlib
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import time
from typing import Any, BinaryIO

from cleanspam.corpus.chunk import Problem, Totals
from cleanspam.model import Finding, Site, Verdict
from cleanspam.text.locate import Located

FOLDER = ".cleanspam_cache"
_FILE = "checks.sqlite"
_PACKAGE = str(Path(__file__).parent.parent)
_DAY = 86_400  # seconds
# Entries for other rules and options are removed when they are so many days old.
_KEPT_DAYS = 30
_FLUSH = 1_000  # the number of entries that are written together
_WAIT = 5.0  # seconds for another run's lock
_NOTES = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Made by cleanspam check; may be removed at any time.\n",
}


@dataclass(slots=True)
class CachedResult:
    """The findings of one file, as the cache stores them."""

    totals: Totals = field(default_factory=Totals)
    located: list[Located] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Cache:
    """Results by the hash of a file's bytes. Several runs may use one folder at the same time."""

    def __init__(self, folder: Path, context: str) -> None:
        """Use the cache in `folder`, which is created at its first use; `context` names all else that results depend on."""
        self._context = context.encode("utf-8", "surrogatepass")
        self._file = folder / _FILE
        self._pending: list[tuple[bytes, int, bytes, bytes]] = []
        self._database: sqlite3.Connection | None = None
        self._is_usable = True

    def get(self, hash_rest: bytes) -> CachedResult | None:
        """Return the result for a file with these bytes; None if the cache has no result, or a damaged one."""
        key = self._key(hash_rest)
        with self._careful():
            row = self._opened().execute("SELECT value, seal FROM seen WHERE key = ?", (key,)).fetchone()
            if row and isinstance(row[0], bytes) and row[1] == _seal(key, row[0]):
                with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):  # a forged entry
                    return _load(row[0])
        return None

    def put(self, hash_rest: bytes, result: CachedResult) -> None:
        """Store a result."""
        key, value = self._key(hash_rest), _dump(result)
        self._pending.append((key, int(time() / _DAY), value, _seal(key, value)))
        if len(self._pending) >= _FLUSH:
            self._flush()

    def close(self) -> None:
        """Write the pending results. A result that cannot be written is dropped."""
        self._flush()
        with self._careful():
            if self._database:
                self._database.close()
        self._database = None

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        if not pending:
            return
        with self._careful(), self._opened() as database:
            database.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", pending)
            database.execute("DELETE FROM seen WHERE day < ?", (int(time() / _DAY) - _KEPT_DAYS,))

    def _opened(self) -> sqlite3.Connection:
        if not self._is_usable:
            raise sqlite3.OperationalError("given up")
        if self._database is None:
            _prepare(self._file.parent)
            self._database = _open(self._file)
        return self._database

    def _key(self, hash_rest: bytes) -> bytes:
        return hashlib.blake2b(self._context + b"\0" + hash_rest, digest_size=20).digest()

    @contextmanager
    def _careful(self) -> Iterator[None]:
        """After any error, go on without a cache. A damaged database is removed, so that the next run makes a new one."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            if self._database:
                self._database.close()
            self._database, self._is_usable = None, False
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                _remove(self._file)


def hash_rest(source: BinaryIO) -> bytes:
    """Return the hash of the rest of an open file."""
    found = hashlib.blake2b(digest_size=20)
    while block := source.read(1 << 20):
        found.update(block)
    return found.digest()


@cache
def code_hash() -> str:
    """Return a hash of cleanspam's code. Any change of the code outdates earlier results."""
    told = sorted((file.path, (status := file.stat()).st_size, status.st_mtime_ns) for file in _code_below(_PACKAGE))
    return hashlib.blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _code_below(folder: str) -> "Iterator[os.DirEntry[str]]":
    """Yield the files with code, in 1 ms. `Path.rglob` takes 6 ms."""
    for entry in os.scandir(folder):
        if entry.name.endswith(".py") or entry.name.startswith("_native."):
            yield entry
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _code_below(entry.path)


def _prepare(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")


def _open(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_WAIT)
    try:
        database.execute("PRAGMA synchronous = OFF")  # a lost entry is computed again
        database.execute("CREATE TABLE IF NOT EXISTS seen (key BLOB PRIMARY KEY, day INT, value BLOB, seal BLOB) WITHOUT ROWID")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _remove(file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}-journal")):
        try:
            path.unlink(missing_ok=True)
        except OSError:  # only time is lost
            return


def _seal(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(key + value, digest_size=16).digest()


def _dump(result: CachedResult) -> bytes:
    data = [
        vars(result.totals),
        [_as_row(located) for located in result.located],
        [[problem.line, problem.message] for problem in result.problems],
    ]
    return json.dumps(data, separators=(",", ":")).encode()  # ASCII preserves lone surrogates


def _load(value: bytes) -> CachedResult:
    counts, rows, problems = json.loads(value)
    totals = Totals()
    vars(totals).update(counts, by_rule=Counter(counts["by_rule"]))
    return CachedResult(totals, [_from_row(*row) for row in rows], [Problem(*problem) for problem in problems])


def _as_row(located: Located) -> list[Any]:
    finding = located.finding
    said = [finding.start, finding.end, finding.text, finding.site.value, finding.verdict.value, list(finding.rules)]
    return [said, *located[1:]]


def _from_row(values: list[Any], *place: Any) -> Located:
    start, end, text, site, verdict, rules = values
    return Located(Finding(start, end, text, Site(site), Verdict(verdict), tuple(rules)), *place)
