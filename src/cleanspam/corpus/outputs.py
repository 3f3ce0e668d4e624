"""Targets: where the cleaned copy of each file goes, so that no file is written twice, or into what is being read."""

import os
from pathlib import Path

from cleanspam.corpus.clean_file import absolute
from cleanspam.corpus.walk import FoundFile
from cleanspam.disk import atomic
from cleanspam.errors import CleanspamError


class Outputs:
    """Where cleaned files go. Clears each folder of what a killed run left there when it is first used."""

    def __init__(self, paths: list[Path], output: Path | None, follow_links: bool) -> None:
        self._named, self._output, self._follow_links = frozenset(paths), output, follow_links
        self._inputs = [os.path.realpath(path) for path in paths] if output else []
        self.folders: set[str] = set()
        self._taken: set[str] = set()
        self._many = len(paths) > 1 or follow_links
        self.notes: list[str] = []

    def of(self, chosen: FoundFile) -> str | None:
        """Return where a file's cleaned text goes, None if that is another file's to say.

        Raises CleanspamError if it must stay as it is.
        """
        # Strings, not Paths: here they would cost as much as writing a small file does.
        target = os.path.join(self._output, chosen.relative) if self._output else self._own(chosen)  # noqa: PTH118
        if target is None:
            return None
        folder = os.path.dirname(target)  # noqa: PTH120
        if folder not in self.folders:
            self._enter(folder)
        if self._many:
            self._take(target, chosen.name)
        return target

    def _own(self, chosen: FoundFile) -> str | None:
        path = chosen.path
        if path.is_symlink():
            if path not in self._named and not self._follow_links:
                return None  # the file that it links to is in the tree as well
            path = path.resolve()
        if not path.stat().st_mode & 0o222:
            raise CleanspamError(f"{chosen.path}: read-only; left as it is")
        if chosen.links > 1:
            names = "another name" if chosen.links == 2 else f"{chosen.links - 1} other names"
            self.notes.append(f"{chosen.path}: the file has {names}, which keep the old text if something was cut")
        return str(path)

    def _enter(self, folder: str) -> None:
        self.folders.add(folder)
        if self._output:
            real = os.path.realpath(folder)
            if any(real == source or real.startswith(source + os.sep) for source in self._inputs):
                raise CleanspamError(f"{folder}: a link leads from the output back into the input; nothing is written there")
        atomic.sweep([Path(folder)])

    def _take(self, target: str, path: str) -> None:
        place = absolute(target)
        if place in self._taken and self._output:
            raise CleanspamError(f"{path}: {target} is another file's place; clean it into another folder")
        if place in self._taken:
            raise CleanspamError(f"{path}: named twice; cleaned once")
        self._taken.add(place)
