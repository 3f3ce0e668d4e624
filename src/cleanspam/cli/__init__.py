"""The command line: parses words, opens files, prints. Decides nothing about texts."""

from collections.abc import Sequence

from cleanspam.cli.app import COMMANDS, app

OWN_OPTIONS = frozenset({"--help", "-h", "--version", "--verbose", "--install-completion", "--show-completion"})


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code. Without a command, the words are those of `clean`."""
    words = list(args)
    at = _behind_settings(words)
    if at == len(words) or (words[at] not in COMMANDS and words[at] not in OWN_OPTIONS):
        words.insert(at, "clean")
    try:
        app(words, prog_name="cleanspam")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0 if done.code is None else 2
    return 0


def _behind_settings(words: Sequence[str]) -> int:
    """Return where the options that stand before a command, --isolated and --config FILE, end."""
    at = 0
    while at < len(words) and (words[at] == "--isolated" or words[at].split("=")[0] == "--config"):
        at += 2 if words[at] == "--config" else 1
    return min(at, len(words))
