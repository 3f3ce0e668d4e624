"""Targets: the path for each cleaned file. No target is used twice, and no target is a file that is still to be read."""

import os
import unicodedata
from pathlib import Path

from cleanspam.corpus.clean_file import absolute
from cleanspam.corpus.walk import FoundFile
from cleanspam.disk import atomic, runlock
from cleanspam.errors import CleanspamError
from cleanspam.formats.registry import detect_type
from cleanspam.model import NamedTuple


class Target(NamedTuple):
    """The target of a file."""

    target: str
    depth: int  # the number of folders down from the run's lock; NO_LOCK without a lock


class Outputs:
    """The targets of a run. Locks the folders of the run, and removes unfinished files of dead runs from them."""

    def __init__(self, paths: list[Path], output: Path | None, locks: runlock.RunLocks, *, follow_links: bool) -> None:
        self._named, self._output, self._follow_links = frozenset(paths), output, follow_links
        self._inputs = [os.path.realpath(path) for path in paths] if output else []
        self._locks = locks
        self._depths: dict[str, int] = {}  # by the folders used so far
        self._roots: set[str] = set()
        self._taken: dict[str, str] = {}
        self._met: set[str] = set()
        self._many = len(paths) > 1 or follow_links  # two files may then have the same target,
        self._ignores_case = False  # or if an output folder does not distinguish A.txt from a.txt
        self._prefixes = prefixes(paths) if output else {}
        self._is_file = bool(output) and names_file(paths, output)
        self.notes: list[str] = []

    @property
    def folders(self) -> list[str]:
        """The folders used so far."""
        return list(self._depths)

    def of(self, chosen: FoundFile) -> Target | str:
        """Return the target of a file, or the reason why the file is skipped.

        Raises CleanspamError if the file must not be written.
        """
        # Strings: here Paths would cost as much as writing a small file.
        target = self._copy(chosen) if self._output else self._own(chosen)
        if target is None:
            return "links"
        folder = os.path.dirname(target)  # noqa: PTH120
        depth = self._depths.get(folder)
        if depth is None:
            depth = self._entered(folder, chosen.root)
        if (self._many or self._ignores_case) and self._is_taken(target, chosen.name):
            return "named twice"
        return Target(target, depth)

    def close(self) -> None:
        """Remove the locks of this run and of dead runs."""
        for root in self._roots:
            runlock.remove_dead_locks(Path(root))
        self._locks.release()

    def _copy(self, chosen: FoundFile) -> str:
        """Return the path of a file's copy. If several folders were named, the copy is below its folder's name."""
        if self._is_file:
            return str(self._output)
        prefix = self._prefixes.get(chosen.root, "")
        return os.path.join(str(self._output), prefix, chosen.relative)  # noqa: PTH118

    def _own(self, chosen: FoundFile) -> str | None:
        path = chosen.path
        if path.is_symlink():
            if path not in self._named and not self._follow_links:
                return None  # the linked file is in the tree too
            path = Path(os.path.realpath(path))  # resolve() raises RuntimeError for a loop of links
        if not path.stat().st_mode & 0o222:
            raise CleanspamError(f"{chosen.path}: read-only; left as it is")
        if chosen.links > 1:
            names = "another name" if chosen.links == 2 else f"{chosen.links - 1} other names"
            self.notes.append(f"{chosen.path}: the file has {names}, which keep the old text if something was cut")
        return str(path)

    def _entered(self, folder: str, root: str) -> int:
        """Lock a folder at its first file, and return the number of folders between the folder and its lock."""
        if self._output:
            root = str(self._output.parent if self._is_file else self._output)
            real = os.path.realpath(folder)
            if any(real == source or real.startswith(source + os.sep) for source in self._inputs):
                raise CleanspamError(f"{folder}: a link leads from the output back into the input; nothing is written there")
            Path(root).mkdir(parents=True, exist_ok=True)
        atomic.sweep([Path(folder)])
        depth = self._depths[folder] = self._locked(folder, root)
        return depth

    def _locked(self, folder: str, root: str) -> int:
        """Take a lock in or above a folder, and return the number of folders in between."""
        real, top = os.path.realpath(folder), os.path.realpath(root)
        if real != top and not real.startswith(os.path.join(top, "")):  # noqa: PTH118 (a link leads out of the tree)
            top = real
        self._roots.add(top)
        if not self._locks.hold(top):
            return atomic.NO_LOCK
        self._ignores_case |= bool(self._output) and self._locks.ignores_case(top)
        return 0 if real == top else os.path.relpath(real, top).count(os.sep) + 1

    def _is_taken(self, target: str, path: str) -> bool:
        """Reserve a target for a file. True if the same file, named twice, has it already.

        Raises CleanspamError if another file has the target.
        """
        place, source = absolute(target), os.path.realpath(path)
        if self._ignores_case:
            place = unicodedata.normalize("NFC", place).casefold()
        other = self._taken.setdefault(place, source)
        if other != source:
            raise CleanspamError(f"{other} and {path} would both become {target}; the second is left out")
        if place in self._met:
            return True
        self._met.add(place)
        return False


def names_file(paths: list[Path], output: Path | None) -> bool:
    """Tell whether an output names a file for the only input, not a folder."""
    if output is None or output.is_dir() or len(paths) != 1 or not paths[0].is_file():
        return False
    return output.is_file() or bool(output.suffix and (output.suffix == paths[0].suffix or detect_type(output)))


def prefixes(paths: list[Path]) -> dict[str, str]:
    """Return the name of each input folder in the output. Folders of the same name get the path from their common parent."""
    folders = list(dict.fromkeys(path for path in paths if path.is_dir()))
    if len(folders) < 2:
        return {}
    real = [os.path.realpath(path) for path in folders]
    names = [os.path.basename(path) for path in real]  # noqa: PTH119 (strings)
    if len(set(names)) < len(set(real)):
        above = os.path.commonpath(real)
        names = [os.path.relpath(path, above) for path in real]
    return {str(path): name for path, name in zip(folders, names, strict=True)}
