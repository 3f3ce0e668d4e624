"""What every command has around it: an error becomes one line on stderr and exit code 2, an interrupt 130."""

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

import typer

from cleanspam.errors import CleanspamError

FOUND, ERROR, INTERRUPTED = 1, 2, 130
Words = ParamSpec("Words")


def guarded(command: Callable[Words, int | None]) -> Callable[Words, None]:
    """Make a command of a function that returns its exit code (None is 0) and may raise any error a user can mend."""

    @functools.wraps(command)
    def guarded_command(*args: Words.args, **kwargs: Words.kwargs) -> None:
        try:
            code = command(*args, **kwargs) or 0
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
            code = ERROR
        except KeyboardInterrupt:
            code = complain("interrupted; files not yet named as done are untouched", INTERRUPTED)
        except CleanspamError as error:
            code = complain(str(error))
        except OSError as error:
            code = complain(f"{error.filename or 'output'}: {error.strerror or error}")
        except MemoryError:
            code = complain("out of memory")
        raise typer.Exit(code)

    return guarded_command


def complain(message: str, code: int = ERROR) -> int:
    """Print one line on stderr and return the exit code."""
    print(f"cleanspam: {message}", file=sys.stderr)
    return code


def _forget_stdout() -> None:
    """Point stdout at nothing, so that Python's flush at exit has no closed pipe to complain about."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
    os.close(sink)
