"""`cleanspam` and `python -m cleanspam`."""

import sys


def main() -> None:
    """Run the command line; nothing but a typed error or an interrupt ends it early, and neither with a traceback."""
    from cleanspam.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
