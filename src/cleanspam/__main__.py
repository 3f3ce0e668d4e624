"""`cleanspam` and `python -m cleanspam`."""

import sys


def main() -> None:
    """Run the command line. A plain filter is run without the parser of options, which costs more than most texts."""
    from cleanspam.cli.filter import plain_filter

    words = sys.argv[1:]
    code = plain_filter(words) if len(words) <= 1 else None
    if code is None:
        from cleanspam.cli.app import run

        code = run(words)
    sys.exit(code)


if __name__ == "__main__":
    main()
