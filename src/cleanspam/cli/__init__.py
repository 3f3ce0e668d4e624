"""The command line: parses words, opens files, prints. Decides nothing about texts."""

from collections.abc import Sequence

from cleanspam.cli.app import COMMANDS, app

OWN_OPTIONS = frozenset({"--help", "-h", "--version", "--verbose", "--install-completion", "--show-completion"})


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code. Without a command, the words are those of `clean`."""
    words = list(args)
    if not words or (words[0] not in COMMANDS and words[0] not in OWN_OPTIONS):
        words.insert(0, "clean")
    try:
        app(words, prog_name="cleanspam")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0 if done.code is None else 2
    return 0
