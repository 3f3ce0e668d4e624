"""`cleanspam` and `python -m cleanspam`."""

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line. A plain filter is run without the parser of options, which costs more than most texts."""
    from cleanspam.cli.filter import plain_filter

    _stand_in_for_closed()
    words = sys.argv[1:]
    code = plain_filter(words) if len(words) <= 1 else None
    if code is None:
        from cleanspam.cli.app import run

        code = run(words)
    _leave(code)


def _stand_in_for_closed() -> None:
    """Open streams in the place of closed ones: what writes to standard output fails, what only complains goes on."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _leave(code: int) -> NoReturn:
    """End the process without freeing what it holds, object by object: that takes 12 of the 100 ms of a start."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads it any more, or the disk is full
        code = code or 2
    os._exit(code)


if __name__ == "__main__":
    main()
