"""The cut log: records the cuts of a run before a file is replaced, so that they can be put back.

The log is JSON Lines. The first line of a run states its rules and options. Then each file has a line for each cut, and a
last line with the file's hashes. Only this last line makes the cuts count. It is on the disk before the file is replaced. An
incomplete last line, and cuts without a file's line, are ignored: their file was not replaced.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cleanspam.corpus.chunk import CutRecord
from cleanspam.disk.encodings import find_codec
from cleanspam.disk.runlock import lock_for_writing
from cleanspam.errors import CleanspamError, FormatError
from cleanspam.formats.registry import COMPRESSIONS, NAMES, WITH_ENCODING
from cleanspam.model import NamedTuple

VERSION = 1
_HEAD = b'{"log":%d,"rules":"' % VERSION  # every log begins so
_LONGEST_HEAD = 1 << 20  # the most bytes of the first line
_BLOCK = 1 << 16  # bytes
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class RunLine:
    """The rules and options of a run. A run can continue another one with equal rules and options."""

    rules: str  # the hash of the rule set
    version: str  # the version of cleanspam
    options: dict[str, Any]  # everything else that a result depends on
    time: str = ""  # ISO 8601, with the offset
    root: str = ""  # the absolute path of the folder that file names are relative to
    kinds: dict[str, str] = field(default_factory=dict)  # the kind of planting, by rule id, for counts


class FileLine(NamedTuple):
    """The result for one file. Hashes are SHA-256 of the decompressed content."""

    file: str  # the absolute path of the file with the cuts; relative to the run's root in the log itself
    before: str
    after: str
    cuts: int = 0
    source: str = ""  # the absolute path of the file that was read, if that is another file
    format: str = "text"
    compression: str = ""
    encoding: str = "utf-8"
    put_back: tuple[int, ...] = ()  # the numbers, from 0, of cuts that were put back

    def spelled(self, root: str = "") -> bytes:
        """Return the line for a log with the root `root`, without the line end."""
        named = self._replace(file=name_from(root, self.file), source=self.source and name_from(root, self.source))
        return _spelled({name: value for name, value in zip(self._fields, named, strict=True) if value not in _UNSAID})


_UNSAID = ("", ())


def name_from(root: str, path: str) -> str:
    """Return the name of a file in a log with a root: relative to the root if the file lies below it."""
    above = os.path.join(root, "")  # noqa: PTH118 (a string, for every file of a run)
    return path[len(above) :].replace(os.sep, "/") if root and path.startswith(above) else path


@dataclass(slots=True)
class LoggedFile:
    """A file of a log: its line, the place of its cuts in the log, and the cuts that were put back, oldest first."""

    line: FileLine
    run: RunLine
    at: int  # the place of its first cut, in bytes of the log
    later: list[FileLine] = field(default_factory=list)

    def present(self, digest: str) -> frozenset[int] | None:
        """Return the numbers of the cuts that were put back into the file with this hash; None for an unknown hash."""
        if digest == self.line.before:
            return frozenset(range(self.line.cuts))
        if digest == self.line.after:
            return frozenset()
        return next((frozenset(line.put_back) for line in reversed(self.later) if line.after == digest), None)


class LogWriter:
    """Appends to a log. The cuts of a file count once `file` has returned."""

    def __init__(self, path: Path, *, fsync: bool, append: bool = False, anew: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._fsync, self._root = path, fsync, ""
        if append and path.exists():
            require_log(path)
        self._sink: BinaryIO = path.open("ab")
        try:
            self._begin(append=append, anew=anew)
        except BaseException:
            self._sink.close()
            raise

    def _begin(self, *, append: bool, anew: bool) -> None:
        """Lock the log for this run, and make it end with a complete line."""
        if not lock_for_writing(self._sink.fileno()):
            raise CleanspamError(f"{self.path}: another run is writing it; wait for that one, or name another log or folder")
        size = os.fstat(self._sink.fileno()).st_size
        if append and size:
            _end_last_line(self.path)
        elif anew:
            self._sink.truncate(0)
        elif size:
            raise CleanspamError(f"{self.path}: there is a log already; name another with --log, or go on with --resume")

    def run(self, line: RunLine) -> None:
        self._root = line.root
        self._write(_spelled({"log": VERSION, **asdict(line)}))

    def cuts(self, cut_records: Iterable[CutRecord]) -> None:
        """Write the next cuts of a file."""
        for taking in cut_records:
            self._write(_spelled({name: value for name, value in taking._asdict().items() if value != ""}))

    def file(self, line: bytes) -> None:
        """Write the line of a file, as `FileLine.spelled` returns it. From then on the file's cuts count."""
        self._write(line)

    def abandon(self, file: str, why: str) -> None:
        """Record that a file failed, so that its cuts do not count."""
        self._write(_spelled({"failed": name_from(self._root, file), "why": why}))

    def not_replaced(self, file: str, why: str) -> None:
        """Record that a file was not replaced, so that its last line does not count."""
        self._write(_spelled({"not_replaced": name_from(self._root, file), "why": why}))

    def flush(self) -> None:
        """Flush all lines to the disk."""
        try:
            self._sink.flush()
            if self._fsync:
                os.fsync(self._sink.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Close the log. Lines that can no longer be written belong to files that were not replaced."""
        with suppress(OSError):
            self._sink.close()

    def _write(self, line: bytes) -> None:
        try:
            self._sink.write(line + b"\n")
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> CleanspamError:
        return CleanspamError(f"{self.path}: the log cannot be written: {error.strerror}; no more files are replaced")


def _spelled(data: dict[str, Any]) -> bytes:
    try:
        return _as_json(data).encode()
    except UnicodeEncodeError:  # a lone surrogate: a stray byte, or a name that is not UTF-8
        return json.dumps(data, separators=(",", ":")).encode()


def entries(path: Path, root: str = "") -> list[LoggedFile]:
    """Return the files of a log, each once, in the state of the last run.

    Raises CleanspamError if the file is no log.
    """
    return [history[-1] for history in histories(path, root)]


def histories(path: Path, root: str = "") -> list[list[LoggedFile]]:
    """Return, for each file of a log, the results of all runs, oldest first.

    `root` is the present folder of the files, if they were moved. Raises CleanspamError if the file is no log.
    """
    found: dict[str, list[LoggedFile]] = {}
    run: RunLine | None = None
    start = at = cuts = 0
    for data, end in _lines(path):
        if "log" in data:
            run = _run(path, data)
        elif run is None:
            raise CleanspamError(f"{path}: no cut log; its first line is another")
        elif "file" in data:
            line = _file(path, data, root or run.root)
            is_restored = "put_back" in data
            if not is_restored and line.cuts > cuts:
                raise CleanspamError(f"{path}: no line of a cut log: {line.file} has {line.cuts} cuts, and {cuts} are there")
            _enter(found.setdefault(line.file, []), LoggedFile(line, run, start), is_restored=is_restored)
        elif "not_replaced" in data:
            del found.get(_placed(str(data["not_replaced"]), root or run.root), [])[-1:]
        is_cut = "at" in data
        cuts = cuts + 1 if is_cut else 0
        start = start if is_cut else end
        at = end
    if run is None and at:
        raise CleanspamError(f"{path}: no cut log")
    return [_distinct(history) for history in found.values() if history]


def _distinct(history: list[LoggedFile]) -> list[LoggedFile]:
    """Return the entries of a file without repeated ones."""
    return [entry for before, entry in zip([None, *history], history, strict=False) if entry is not before]


def _placed(name: str, root: str) -> str:
    """Return the path of a file in a log. An absolute name stays absolute: `restore` checks it before it writes."""
    return os.path.normpath(os.path.join(root, name)) if root else name  # noqa: PTH118 (a string)


def _enter(entries: list[LoggedFile], entry: LoggedFile, *, is_restored: bool) -> None:
    """Add a line of a file to the earlier lines of the same file."""
    if is_restored and entries:
        entries[-1].later.append(entry.line)
    elif entries and not entry.line.cuts and entry.line.before == entries[-1].line.after:
        entries.append(entries[-1])  # no new cut: the cuts of an earlier run can still be put back
    else:
        entries.append(entry)


def cuts_of(path: Path, entry: LoggedFile) -> Iterator[CutRecord]:
    """Yield the cuts of one file, in their order."""
    with path.open("rb") as log:
        log.seek(entry.at)
        for _ in range(entry.line.cuts):
            with _readable(path):
                yield _taking(json.loads(log.readline()))


def run_of(path: Path) -> RunLine | None:
    """Return the last run of a log; None if the log is empty."""
    return next((entry for entry in reversed(runs_of(path))), None)


def rules_of(path: Path) -> Counter[str]:
    """Return the number of cuts in a log by rule."""
    return Counter(rule for entry in entries(path) for taking in cuts_of(path, entry) for rule in taking.rules)


def _taking(data: dict[str, Any]) -> CutRecord:
    _require(data, int, "at", "record", "start")
    _require(data, str, "text", "site", "field", "raw")
    _require(data, list, "rules")
    if not data["rules"]:
        raise ValueError("a cut without a rule")
    if data["at"] < -1 or data["record"] < 0 or data["start"] < 0:
        raise ValueError(f"a cut at {data['at']}, record {data['record']}, {data['start']}")
    return CutRecord(
        data["at"], data["record"], data.get("field", ""), data["start"], data["text"], data.get("raw", ""),
        tuple(map(str, data["rules"])), data["site"],
    )  # fmt: skip


def _require(data: dict[str, Any], kind: type, *names: str) -> None:
    """Raise ValueError if a present value has another type: people edit logs by hand."""
    for name in names:
        if name in data and type(data[name]) is not kind:
            raise ValueError(f"{name} is {data[name]!r:.40}")


def runs_of(path: Path) -> list[RunLine]:
    """Return the runs of a log, oldest first."""
    return [_run(path, data) for data, _ in _lines(path) if "log" in data]


def _run(path: Path, data: dict[str, Any]) -> RunLine:
    with _readable(path):
        _require(data, int, "log")
        _require(data, str, "rules", "version", "time", "root")
        _require(data, dict, "options", "kinds")
        kinds = {rule: str(kind) for rule, kind in data.get("kinds", {}).items()}
        return RunLine(
            data["rules"], data["version"], data.get("options", {}), data.get("time", ""), data.get("root", ""), kinds
        )


def _file(path: Path, data: dict[str, Any], root: str) -> FileLine:
    with _readable(path):
        _require(data, str, "file", "before", "after", "source", "format", "compression", "encoding")
        _require(data, int, "cuts")
        _require(data, list, "put_back")
        line = FileLine(**{**data, "put_back": tuple(map(int, data.get("put_back", ())))})
        _check_line(line)
        return line._replace(file=_placed(line.file, root), source=line.source and _placed(line.source, root))


def _check_line(line: FileLine) -> None:
    """Raise ValueError or FormatError for a line that no run can have written: logs may be forged."""
    if "\0" in line.file or not line.file:
        raise ValueError(f"file is {line.file!r:.40}")
    if line.cuts < 0 or any(not 0 <= number < line.cuts for number in line.put_back):
        raise ValueError(f"cuts is {line.cuts}, put_back {line.put_back!r:.40}")
    if line.compression not in ("", *COMPRESSIONS.values()):
        raise ValueError(f"compression is {line.compression!r:.40}")
    if line.format not in NAMES:
        raise ValueError(f"format is {line.format!r:.40}")
    if line.encoding or line.format in WITH_ENCODING:
        find_codec(line.encoding)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Raise CleanspamError for a line of JSON that is no line of a log."""
    try:
        yield
    except KeyError as error:
        raise CleanspamError(f"{path}: no line of a cut log: it has no {error}") from error
    except (TypeError, AttributeError) as error:
        raise CleanspamError(f"{path}: no line of a cut log: a name that is none, or a value of another type") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise CleanspamError(f"{path}: no line of a cut log: it is no JSON") from error
    except (ValueError, FormatError) as error:
        raise CleanspamError(f"{path}: no line of a cut log: {error}") from error


def _lines(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the lines of a log, each with its end in bytes. An incomplete last line is left out."""
    at = 0
    with path.open("rb") as log:
        for number, line in enumerate(log, 1):
            at += len(line)
            if not line.endswith(b"\n") and not _is_whole(line):
                return
            try:
                data = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CleanspamError(f"{path}:{number}: no line of a cut log: it is no JSON") from error
            if not isinstance(data, dict):
                raise CleanspamError(f"{path}:{number}: no line of a cut log")
            yield data, at


def is_log(path: Path) -> bool:
    """Tell whether a file begins like a cut log; False if the file cannot be read."""
    try:
        with path.open("rb") as log:
            head = log.readline(_LONGEST_HEAD)
    except OSError:
        return False
    return head.startswith(_HEAD) or (bool(head) and _is_run(path, head))


def require_log(path: Path) -> None:
    """Raise CleanspamError if a file is neither a log nor empty. The first line of a log may be incomplete."""
    with path.open("rb") as log:
        head = log.readline(_LONGEST_HEAD)
    if head and not head.startswith(_HEAD) and not _is_run(path, head):
        raise CleanspamError(f"{path}: no cut log; its first line is another; it stays as it is")


def _is_run(path: Path, line: bytes) -> bool:
    """Tell whether a line states a run, in any spelling of its JSON."""
    try:
        _run(path, json.loads(line))
    except (ValueError, RecursionError, CleanspamError):
        return False
    return True


def _end_last_line(path: Path) -> None:
    """Remove an incomplete last line. A last line that lacks only its line end gets one."""
    with path.open("rb+") as log:
        size = log.seek(0, os.SEEK_END)
        at = _end_of_lines(log, size)
        log.seek(at)
        if at < size and _is_whole(log.read()):
            log.write(b"\n")
        elif at < size:
            log.truncate(at)


def _end_of_lines(log: BinaryIO, size: int) -> int:
    """Return the place behind the last line end. Searches backwards in blocks, for an incomplete line may have any length."""
    end = size
    while end:
        start = max(0, end - _BLOCK)
        log.seek(start)
        found = log.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _is_whole(line: bytes) -> bool:
    """Tell whether a line without a line end is complete: an incomplete JSON object does not parse."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
