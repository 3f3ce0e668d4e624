"""The errors that a user can mend, and the wording of messages. The command line prints a line for each and exits with 2."""

from collections.abc import Iterable


class CleanspamError(Exception):
    """Any problem that a user can mend; the message says what is wrong, where, and what to do."""

    others: tuple["CleanspamError", ...] = ()  # problems that were found together with this one


class RuleError(CleanspamError):
    """A rule file that cannot be used: `file:line: what is wrong, and what to write instead`."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}:{line}: {problem}")
        self.source = source
        self.line = line  # from 1
        self.problem = problem

    def __reduce__(self) -> tuple[type["RuleError"], tuple[str, int, str], dict[str, object]]:
        return type(self), (self.source, self.line, self.problem), {"others": self.others}


class FormatError(CleanspamError):
    """Input that breaks its format."""


class SettingError(CleanspamError):
    """A value that an option or the configuration gives and that means nothing. `key` is that of the configuration."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(problem)
        self.key = key

    def __reduce__(self) -> tuple[type["SettingError"], tuple[str, str]]:
        return type(self), (self.key, str(self))


def told(error: Exception, path: str) -> str:
    """Return one line about an error at a file, whether cleanspam, the system or a library raised it."""
    if isinstance(error, CleanspamError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or path}: {error.strerror or error}"
    return f"{path}: out of memory" if isinstance(error, MemoryError) else f"{path}: {type(error).__name__}: {error}"


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the end of a message about an unknown word: a known one if two slips may part them, or `otherwise`.

    >>> nearest("consise", ["concise", "full"])
    '; did you mean concise?'
    >>> nearest("wish-between-commas", ["asked-between-commas"])
    ''
    """
    import difflib  # needed only after a mistake

    near = difflib.get_close_matches(word, list(known), 1, max(0.65, 1 - 2 / max(len(word), 1)))
    return f"; did you mean {near[0]}?" if near else otherwise and f"; {otherwise}"


def nearest_of(word: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown word: the most similar known word, or else all known words."""
    return nearest(word, known, f"choose from {', '.join(known)}")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless the number is 1.

    >>> counted(1, "cut"), counted(1200, "file")
    ('1 cut', '1,200 files')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
