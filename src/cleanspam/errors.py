"""The errors that a user can mend; the command line turns each into one line and exit code 2."""


class CleanspamError(Exception):
    """Any problem that cleanspam names; its text says what, where and what to do."""


class RuleError(CleanspamError):
    """A rule file that cannot be used: `file:line: what is wrong, and what to write instead`."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}:{line}: {problem}")
        self.source = source
        self.line = line  # from 1
        self.problem = problem

    def __reduce__(self) -> tuple[type["RuleError"], tuple[str, int, str]]:
        return type(self), (self.source, self.line, self.problem)


class FormatError(CleanspamError):
    """Input that is not what its format promises."""


def told(error: Exception, path: str) -> str:
    """Return one line about an error at a file: of cleanspam, which names the file itself, of the system, or of a library."""
    if isinstance(error, CleanspamError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or path}: {error.strerror or error}"
    return f"{path}: out of memory" if isinstance(error, MemoryError) else f"{path}: {type(error).__name__}: {error}"
