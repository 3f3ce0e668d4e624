"""Error handling for all commands: an error becomes a line on stderr and exit code 2, an interrupt exit code 130."""

import errno
import functools
import os
import stat
import sys
from collections.abc import Callable

from cleanspam.errors import CleanspamError
from cleanspam.typed import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from typing import ParamSpec

    Words = ParamSpec("Words")

FOUND, ERROR, INTERRUPTED = 1, 2, 130
_SHOWN, _ALIKE = 100, 5  # the most problems printed, and the most that differ only in their place


def guarded(command: "Callable[Words, int | None]") -> "Callable[Words, None]":
    """Make a command of a function that returns an exit code, or None for 0. Errors that a user can mend become one line."""

    @functools.wraps(command)
    def guarded_command(*args: "Words.args", **kwargs: "Words.kwargs") -> None:
        import typer  # not needed by the plain filter

        raise typer.Exit(settled(lambda: command(*args, **kwargs)))

    return guarded_command


def settled(run: Callable[[], int | None]) -> int:
    """Run a function and return its exit code. An error that a user can mend becomes one line on stderr."""
    try:
        code = run() or 0
        sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()
        return 0  # as in ripgrep: the reader has closed the pipe
    except KeyboardInterrupt:
        return complain("interrupted; files not yet named as done are untouched", INTERRUPTED)
    except CleanspamError as error:
        complaints = Complaints()
        for one in (error, *error.others):
            complaints.add(str(one))
        return complaints.code
    except OSError as error:
        stream = "a closed stream" if error.errno == errno.EBADF else "output"
        return complain(f"{error.filename or stream}: {error.strerror or error}")
    except MemoryError:
        return complain("out of memory")
    except Exception as error:
        return complain(f"{type(error).__name__}: {error}; this should not happen, please report it with the command")
    return code


def complain(message: str, code: int = ERROR) -> int:
    """Print one line on stderr, with control characters made visible, and return the exit code of an error."""
    from contextlib import suppress  # this and the others are not needed without an error

    from cleanspam.cli.language import translated
    from cleanspam.text.diff import visible

    with suppress(OSError):  # stderr is closed; the exit code remains
        print(f"cleanspam: {visible(translated(message))}", file=sys.stderr)
    return code


class Complaints:
    """Prints the first problems on stderr and counts the others, for thousands of lines would hide all else."""

    def __init__(self) -> None:
        self._shown = self._others = 0
        self._alike: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._shown or self._others)

    @property
    def code(self) -> int:
        """The exit code: 2 if something failed. Reading it, at the end of a run, prints the number of problems not printed."""
        from cleanspam.cli.language import tr, translated

        for kind, number in self._alike.items():
            if number > _ALIKE:
                complain(tr("{0} more of the same kind: {1}", f"{number - _ALIKE:,}", translated(kind)))
        if self._others:
            complain(tr("{0} other problems are not named", f"{self._others:,}"))
        self._alike, self._others, code = {}, 0, ERROR if self else 0
        return code

    def add(self, message: str) -> None:
        """Print or count a problem, `place: what is wrong`."""
        kind = message.partition(": ")[2]
        if kind:
            self._alike[kind] = self._alike.get(kind, 0) + 1
            if self._alike[kind] > _ALIKE:
                return
        if self._shown < _SHOWN:
            self._shown += 1
            complain(message)
        else:
            self._others += 1


def forget_stdout() -> None:
    """Point stdout at the null device, for Python's flush at exit would fail at a closed pipe."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
    os.close(sink)


def is_output(source: BinaryIO) -> bool:
    """Tell whether a source is the file that standard output writes to."""
    try:
        here, there = os.fstat(source.fileno()), os.fstat(sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):  # not a file: closed, or replaced by a test
        return False
    return stat.S_ISREG(here.st_mode) and here.st_size > 0 and os.path.samestat(here, there)
