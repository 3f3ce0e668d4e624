"""Finds the cut logs of a command, named or last, and the folder of their files."""

import os
from collections.abc import Iterator
from pathlib import Path

from cleanspam.cli.language import tr
from cleanspam.corpus import cutlog
from cleanspam.corpus.clean_file import absolute
from cleanspam.corpus.run import LOGS
from cleanspam.errors import CleanspamError


def split_words(words: list[Path], *, last: bool) -> tuple[list[Path], list[Path]]:
    """Split the words of a command into logs, which come first, and paths. Raises CleanspamError."""
    logs = [last_log()] if last else []
    at = 0
    while not last and at < len(words) and (not at or cutlog.is_log(words[at])):
        logs.append(words[at])
        at += 1
    for log in logs:
        if not log.is_file():
            known = f"; the last one here is {last_log()}" if any(kept_logs()) else ""
            raise CleanspamError(f"{log}: no such log{known}; --in-place keeps its own in {LOGS}, --log FILE where you want it")
    if not logs:
        raise CleanspamError("name a log, or the last one with --last")
    return logs, words[at:]


def kept_logs() -> list[Path]:
    """Return the logs of the runs in this folder, oldest first."""
    return sorted(LOGS.glob("*.jsonl"))


def last_log() -> Path:
    """Return the newest log of this folder. Raises CleanspamError if there is none."""
    logs = kept_logs()
    if not logs:
        raise CleanspamError(f"no log in {LOGS}: no run in this folder kept one")
    return logs[-1]


def root_of(log: Path, chosen: Path | None) -> str:
    """Return the folder outside of which nothing is written: the user's --root, or the log's own root if it is trusted.

    The root of a log is trusted if it lies in the working folder or in the log's folder, and always if a run in this folder
    wrote the log.
    """
    if chosen is not None:
        if not chosen.is_dir():
            raise CleanspamError(f"--root {chosen}: no such folder")
        return absolute(chosen)
    run = cutlog.run_of(log)
    stated = run.root if run else ""
    if not stated:
        return absolute(Path())
    real, home, here = os.path.realpath(stated), log.resolve().parent, Path.cwd().resolve()
    if home == here / LOGS or any(_is_within(real, near) for near in (here, home)):
        return stated
    raise CleanspamError(f"{log}: its files are to lie in {stated}, which is not below this folder; if so, add --root {stated}")


def _is_within(path: str, folder: Path) -> bool:
    return path == str(folder) or path.startswith(os.path.join(folder, ""))  # noqa: PTH118 (a prefix)


def stated_files(logs: list[Path]) -> Iterator[str]:
    """Yield a line for each log: the time, the files and the number of cuts."""
    for log in logs:
        histories = cutlog.histories(log)
        cuts = sum(entry.line.cuts for history in histories for entry in history)
        runs = cutlog.runs_of(log)
        root = f", {runs[-1].root}" if runs else ""
        cut_count = tr("{0} cuts in {1} files", f"{cuts:,}", f"{len(histories):,}")
        yield f"{log}  {runs[-1].time if runs else ''}  {cut_count}{root}"
