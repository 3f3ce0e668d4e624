"""What `check` and `report` read: files below paths or in a list, standard input, and how many are read at once."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cleanspam.batch import PieceEditor
from cleanspam.cache import Cache
from cleanspam.choose import Choice, Chooser, listed
from cleanspam.cli.guard import complain
from cleanspam.cli.session import STDIN, fitted_stdin, fitted_stream, is_stream
from cleanspam.errors import CleanspamError
from cleanspam.formats.registry import NAMES
from cleanspam.jobs import cores
from cleanspam.reports.base import line
from cleanspam.scan import Scanned, Scanner, Setup, Target


@dataclass
class Reading:
    """Reads what the user's words name; what goes wrong is complained about and makes `code` an error."""

    paths: list[Path] | None = None
    files_from: Path | None = None
    by_nul: bool = False
    fields: tuple[str, ...] = ()
    encoding: str = "auto"
    choice: Choice = field(default_factory=Choice)
    jobs: int | None = None
    code: int = 0
    skipped: dict[str, int] = field(default_factory=dict)  # files and folders that were passed over, by reason

    def __post_init__(self) -> None:
        name = self.choice.format_name
        if name is not None and name not in NAMES:
            raise CleanspamError(f"unknown format {name!r} for --as; choose from {', '.join(NAMES)}")

    def scanned(self, editor: PieceEditor, cache: Cache | None = None) -> Iterator[Scanned]:
        """Yield what is found in each file, without those that cannot be read."""
        scanner = Scanner(editor, Setup(self.fields, self.encoding), self.jobs or cores(), cache)
        try:
            yield from self._good(self._streams(scanner))
            yield from self._good(scanner.files(self._targets()))
        finally:
            scanner.close()

    def _good(self, found: Iterator[Scanned]) -> Iterator[Scanned]:
        for scanned in found:
            if scanned.error:
                self.code = complain(line(scanned.error))
                continue
            for problem in scanned.result.problems:
                self.code = complain(f"{line(scanned.path)}:{problem.line}: {line(problem.message)}")
            yield scanned

    def _streams(self, scanner: Scanner) -> Iterator[Scanned]:
        """Yield what comes out of standard input and of pipes, which are read once, in this process."""
        options = (self.choice.format_name, self.fields, self.encoding)
        for path in self._named():
            if path == STDIN:
                yield scanner.stream("-", *fitted_stdin(*options))
            elif is_stream(path):
                with path.open("rb") as stream:
                    yield scanner.stream(str(path), *fitted_stream(stream, *options))

    def _targets(self) -> Iterator[Target]:
        paths = [path for path in self._named() if path != STDIN and not is_stream(path)]
        chooser = Chooser(self.choice)
        for chosen in chooser.chosen([*paths, *self._listed()]):
            yield Target(chosen.path, chosen.kind)
        self.skipped = chooser.skipped
        for problem in chooser.problems:
            self.code = complain(line(problem))

    def _named(self) -> list[Path]:
        return self.paths or ([] if self.files_from else [STDIN])

    def _listed(self) -> list[Path]:
        if self.files_from is None:
            return []
        if self.files_from == STDIN:
            return listed(sys.stdin.buffer, by_nul=self.by_nul)
        with self.files_from.open("rb") as source:
            return listed(source, by_nul=self.by_nul)
