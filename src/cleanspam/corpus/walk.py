"""Chooses files: the named ones, and the selected ones below named folders. Opens only ignore files."""

import codecs
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cleanspam.corpus.globs import compile_globs
from cleanspam.corpus.ignore import (
    GIT_IGNORE,
    IGNORE_FILE,
    IgnoreFile,
    ignores_above,
    is_ignored,
    is_ignored_below,
    read_ignores,
)
from cleanspam.disk.atomic import is_own
from cleanspam.errors import CleanspamError
from cleanspam.formats.registry import FileType, OwnSuffixes, detect_type
from cleanspam.model import NamedTuple
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
OWN_FOLDERS = (".cleanspam", ".cleanspam_cache")  # for rules and logs; for the cache of a check


NO_TYPE = FileType("", "")  # the type of a file that is not read


class FoundFile(NamedTuple):
    """A file to clean."""

    name: str  # the path; a Path object would double the cost
    relative: str  # the path relative to the named folder; for a named file its name
    kind: FileType
    size: int  # bytes on disk
    links: int = 1  # the number of hard links
    root: str = ""  # the named folder; for a named file its folder
    must_be_read: bool = False  # a file without a field to clean is an error

    @property
    def path(self) -> Path:
        return Path(self.name)


class Shard(NamedTuple):
    """A fixed share of all files. The shard of a file is the same on every machine and does not depend on other files."""

    part: int  # from 1
    parts: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """Parse a shard like 3/8. Raises CleanspamError."""
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise CleanspamError(f"--shard {text}: write the share and how many there are, from 1/8 to 8/8")
        return cls(int(found[1]), int(found[2]))

    def has(self, file: FoundFile) -> bool:
        """Tell whether a file is in this shard, by its path relative to the named folder."""
        name = file.relative.replace(os.sep, "/").encode(errors="surrogateescape")
        return zlib.crc32(name) % self.parts == self.part - 1


@dataclass(frozen=True)
class Selection:
    """The choice among the files below a folder. A file that is itself named is always taken."""

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    hidden: bool = False
    follow_links: bool = False
    format_name: str | None = None
    shard: "Shard | None" = None
    with_others: bool = False  # with files of no format, which are not read
    ignore_files: Sequence[str] = (IGNORE_FILE,)  # the names of the ignore files to obey
    force_exclude: bool = False  # exclude named files too
    include_from: str = ""  # the real path of the folder that the include globs are relative to; by default each named folder
    exclude_from: str = ""
    suffixes: OwnSuffixes = ()  # more suffixes with a format
    is_list: bool = False  # a program made the list of files, so files without a field to clean are no error


@dataclass
class Walker:
    """Walks paths. Skipped files are counted by reason; errors are in `problems`."""

    choice: Selection = field(default_factory=Selection)
    skipped: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)  # the number of files by unknown suffix
    _root: str = ""  # the folder of the current walk

    def chosen(self, paths: Iterable[Path]) -> Iterator[FoundFile]:
        """Yield the files that `paths` name, the files of a folder ordered by name. Only files of the shard are yielded."""
        shard = self.choice.shard
        return filter(shard.has, self._all(paths)) if shard else self._all(paths)

    def _all(self, paths: Iterable[Path]) -> Iterator[FoundFile]:
        """Yield each file once, even if the user named it twice: a/b and a/../a/b."""
        paths = list(paths)
        if len(paths) <= 1:
            yield from self._found(paths)
            return
        met: set[str] = set()
        for found in self._found(paths):
            place = os.path.abspath(found.name)  # noqa: PTH100 (Path.resolve would follow links)
            if place in met:
                self.skip("named twice")
                continue
            met.add(place)
            yield found

    def _found(self, paths: Iterable[Path]) -> Iterator[FoundFile]:
        for path in paths:
            try:
                status = path.stat()
            except OSError as error:
                self.problems.append(f"{path}: {_why(error)}")
                continue
            if stat.S_ISDIR(status.st_mode):
                yield from self._below(path)
            elif self.choice.force_exclude and self._is_excluded(path):
                self.skip("ignored")
            elif not stat.S_ISREG(status.st_mode):
                self.problems.append(f"{path}: no regular file; pipe it through cleanspam instead")
            else:
                kind = detect_type(path, self.choice.format_name, self.choice.suffixes) or FileType("text", "")
                size, links, must = status.st_size, status.st_nlink, not self.choice.is_list
                yield FoundFile(str(path), path.name, kind, size, links, str(path.parent), must)

    def _below(self, root: Path) -> Iterator[FoundFile]:
        self._root = str(root)
        real = os.path.realpath(root)
        above = ignores_above(str(root), self.choice.ignore_files, self.problems)
        # The user wants a named folder: an ignore file that ignores the folder itself is not obeyed below it.
        above = [file for file in above if not file.verdict(real, True)]
        folders = [self._folder(str(root), "", _Wanted(self.choice, real), real, above, frozenset())]
        while folders:  # no recursion, for a tree can be deeper than Python's stack
            found = next(folders[-1], None)
            if found is None:
                folders.pop()
            elif isinstance(found, FoundFile):
                yield found
            else:
                folders.append(found)

    def _folder(
        self, folder: str, relative: str, wanted: "_Wanted", root: str, ignores: list[IgnoreFile], above: frozenset[str]
    ) -> "_Folder":
        """Yield the files of one folder, and an iterator for each folder in it."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self.problems.append(f"{folder}: {_why(error)}")
            return
        names = {entry.name for entry in entries}.intersection(self.choice.ignore_files)
        ignores = [*ignores, *read_ignores(folder, sorted(names), self.problems)]
        for entry in entries:
            path = f"{relative}{entry.name}"
            if is_own(entry.name) or entry.name in (IGNORE_FILE, GIT_IGNORE, *OWN_FOLDERS):
                continue
            if why := self._why_not(entry, path, wanted, root, ignores):
                self.skip(why)
            elif entry.is_dir():
                real = os.path.realpath(entry.path) if self.choice.follow_links else ""
                if not real or real not in above:
                    yield self._folder(entry.path, f"{path}/", wanted, root, ignores, above | {real})
            else:
                yield from self._file(entry, path)

    def _why_not(self, entry: "os.DirEntry[str]", path: str, wanted: "_Wanted", root: str, ignores: list[IgnoreFile]) -> str:
        """Return the reason why an entry of a folder is skipped; "" if it is not."""
        if entry.name.startswith(".") and not self.choice.hidden:
            return "hidden"
        if entry.is_symlink() and not self._may_follow(entry, root):
            return "links"
        is_folder = entry.is_dir()
        real = f"{root.rstrip(os.sep)}{os.sep}{path}"
        if wanted.excludes(path, is_folder) or (ignores and is_ignored(real, is_folder, ignores)):
            return "ignored"
        return "" if is_folder or wanted.includes(path) else "not included"

    def _file(self, entry: "os.DirEntry[str]", relative: str) -> Iterator[FoundFile]:
        kind = detect_type(entry.name, self.choice.format_name, self.choice.suffixes)
        if kind is None and not self.choice.with_others:
            suffix = os.path.splitext(entry.name)[1] or "without suffix"  # noqa: PTH122 (a name, no path)
            self.unread[suffix] = self.unread.get(suffix, 0) + 1
            self.skip("unknown suffix")
            return
        kind = kind or NO_TYPE
        try:
            status = entry.stat()
        except OSError as error:
            self.problems.append(f"{entry.path}: {_why(error)}")
            return
        if stat.S_ISREG(status.st_mode):
            yield FoundFile(entry.path, relative, kind, status.st_size, status.st_nlink, self._root)
        else:
            self.skip("special")

    def _may_follow(self, entry: "os.DirEntry[str]", root: str) -> bool:
        """Tell whether to follow a link: always to a file in the same tree, on request elsewhere, never in a loop."""
        try:
            is_file = entry.is_file()
        except OSError:
            return False
        return self.choice.follow_links or (is_file and os.path.realpath(entry.path).startswith(root + os.sep))

    def _is_excluded(self, path: Path) -> bool:
        """Tell whether a walk from the working folder would leave out a named file."""
        wanted, parts = _Wanted(self.choice, os.path.realpath(os.curdir)), Path(os.path.relpath(path)).parts
        folders = ["/".join(parts[:end]) for end in range(1, len(parts))]
        if wanted.excludes("/".join(parts), False) or any(wanted.excludes(folder, True) for folder in folders):
            return True
        real = os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118 (a link keeps its name)
        files = ignores_above(real, self.choice.ignore_files, self.problems)
        return is_ignored_below(real, files) if files else False

    def skip(self, why: str) -> None:
        """Count a skipped file or folder."""
        self.skipped[why] = self.skipped.get(why, 0) + 1


_Folder = Iterator["FoundFile | _Folder"]


def listed(source: BinaryIO, *, by_nul: bool = False) -> list[Path]:
    """Return the paths of a list. A path is a line or, like in the output of `find -print0`, ends with NUL."""
    data = _without_mark(source.read())
    names = data.split(b"\0") if by_nul else [line.rstrip(b"\r") for line in data.split(b"\n")]
    return [Path(os.fsdecode(name)) for name in names if name]


def _without_mark(data: bytes) -> bytes:
    """Return a list as UTF-8 without a byte order mark, which Windows tools write. PowerShell's `>` writes UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "surrogatepass").encode("utf-8", "surrogatepass")
    return data.removeprefix(codecs.BOM_UTF8)


class _Wanted:
    """The globs of --include and --exclude, in .gitignore's syntax, for paths below a folder."""

    def __init__(self, choice: Selection, root: str) -> None:
        self._include = _spec(choice.include) if choice.include else None
        self._exclude = _spec(choice.exclude) if choice.exclude else None
        self._include_at = _way(choice.include_from, root)
        self._exclude_at = _way(choice.exclude_from, root)

    def includes(self, path: str) -> bool:
        return self._include is None or bool(self._include.match_file(f"{self._include_at}{path}"))

    def excludes(self, path: str, is_folder: bool) -> bool:
        return self._exclude is not None and bool(self._exclude.match_file(f"{self._exclude_at}{path}{'/' * is_folder}"))


def _way(base: str, root: str) -> str:
    """Return the path from the folder that globs are relative to down to the walked folder; "" if that does not lie below."""
    way = os.path.relpath(root, base) if base else os.curdir
    is_below = way != os.curdir and not f"{way}{os.sep}".startswith(os.pardir + os.sep)
    return f"{way.replace(os.sep, '/')}/" if is_below else ""


def _spec(patterns: Iterable[str]) -> Any:
    try:
        return compile_globs(patterns)
    except ValueError as error:
        raise CleanspamError(f"no glob that can be read: {error}") from error


def _why(error: OSError) -> str:
    return "no such file or folder" if isinstance(error, FileNotFoundError) else error.strerror or str(error)


def is_own_file(head: bytes) -> bool:
    """Tell by the first bytes of a file whether cleanspam has written it. No run reads such a file, even if it is named.

    >>> is_own_file(b"# cleanspam baseline: rule, hash")
    True
    """
    return head[:1] in (b"{", b"[", b"#") and _OWN_RE.match(head) is not None
