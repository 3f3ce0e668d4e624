"""The cache of compiled rules: a user's rules and choices are parsed and computed once, not at each start.

An entry is valid for the bytes of its rule files, for the same choice of rules and for the same code. An entry of another user,
a damaged one or a folder that cannot be written only costs time.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from cleanspam import __version__
from cleanspam.disk.atomic import replacing
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.compiling import compiled
from cleanspam.rulebook.compiledform import CompiledForm, holding, read_form
from cleanspam.rulebook.find import last_change, mapped
from cleanspam.rulebook.ruleset import Ruleset
from cleanspam.text.patterncode import RE_VERSION

_KEPT = 6  # entries of 3 MB; of a user who writes a rule, each trial makes one


def cached_cleaner(files: Mapping[str, bytes], choice: object, load: Callable[[], Ruleset]) -> Cleaner:
    """Return the cleaner of the rules that `load` makes of these files, by name, under a choice of rules.

    If the cache has these rules, `load` is not called. What it raises for a mistake in a file is raised at each start.
    """
    facts = repr((__version__, last_change(), RE_VERSION, sys.version_info[:2], choice))
    made_of = {**files, "": facts.encode("utf-8", "surrogatepass")}
    try:
        entry = _folder() / f"{_key(made_of)}.bin"
        form = _read(entry, made_of)
    except (OSError, RuntimeError):  # the user has no folder, or may not read it
        return Cleaner(load())
    if form:
        return Cleaner.of_form(form)
    ruleset = load()
    cleaner = Cleaner(ruleset)
    with suppress(OSError):
        _write(entry, compiled(made_of, ruleset, cleaner.judge))
    return cleaner


def _key(made_of: Mapping[str, bytes]) -> str:
    found = hashlib.blake2b(digest_size=16)
    for data in made_of.values():
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def _folder() -> Path:
    """Return the folder of the entries in the user's folder for caches. Raises RuntimeError if there is none."""
    if sys.platform == "win32":
        named = os.environ.get("LOCALAPPDATA")
    else:
        named = os.environ.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "cleanspam"


def _read(entry: Path, made_of: Mapping[str, bytes]) -> CompiledForm | None:
    if not entry.is_file():
        return None
    with entry.open("rb", 0) as file:
        owned = os.fstat(file.fileno())
        is_own = not hasattr(os, "geteuid") or owned.st_uid in (os.geteuid(), 0)
        form = read_form(mapped(file), made_of, holding(made_of)) if is_own and owned.st_size else None
    if form:
        with suppress(OSError):
            os.utime(entry)  # the entries last used are kept
    return form


def _write(entry: Path, data: bytes) -> None:
    entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(entry, fsync=False) as file:
        file.write(data)
    entries = sorted(entry.parent.glob("*.bin"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for old in entries[_KEPT:]:
        old.unlink(missing_ok=True)
