"""Globs in the syntax of .gitignore. Matching takes linear time, for ignore files may come from strangers."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from cleanspam.text.latepattern import late_pattern

# The parts of the patterns that pathspec makes of globs: `*`, `**/` at the start, `/**` amid, escapes, classes, the end.
_TOKEN_RE = late_pattern(
    r"(?P<star>\[\^/\]\*)|(?P<deep>\(\?:\.\+/\)\?|\(\?:/\.\+\)\?)|(?P<slash>/)|(?P<end>\((?:\?:\(|\?P<).*)"
    r"|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]\+?|.",
    re.DOTALL,
)
_LAZY = {"(?:.+/)?": "(?:.+?/)??", "(?:/.+)?": "(?:/.+?)??"}


def compile_globs(lines: Iterable[str]) -> Any:
    """Return a `GitIgnoreSpec` of pathspec. Raises ValueError for a line that is no glob.

    >>> compile_globs(["*.log", "!keep.log"]).match_file("a/b.log")
    True
    """
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(lines)
    for pattern in spec.patterns:
        if pattern.regex is not None:
            pattern.regex = re.compile(_without_backtracking(pattern.regex.pattern), re.DOTALL)
    return spec


def _without_backtracking(pattern: str) -> str:
    """Return an equal pattern in which only the last star of a name and the last `**` backtrack.

    Every other star keeps its first match, which leaves the most room for the rest. With backtracking thirteen stars took
    hours over a name of 200 letters. A path may contain line ends, which `$` and `.` would treat as the path's end.
    """
    tokens = [(match.lastgroup, match[0]) for match in _TOKEN_RE.finditer(pattern)]
    numbers = iter(range(len(tokens)))
    parts = list(_split(tokens, "deep"))
    written = ""
    for at, (deep, part) in enumerate(parts):
        names = "/".join(_name(name, numbers) for _, name in _split(part, "slash"))
        is_last = at == len(parts) - 1
        written += deep + names if is_last or not deep else _first(f"{_LAZY[deep]}{names}(?=/)", numbers)
    return written


_Token = tuple["str | None", str]


def _split(tokens: list[_Token], kind: str) -> Iterator[tuple[str, list[_Token]]]:
    """Yield the parts between the tokens of one kind, each with the token before it."""
    before, part = "", list[_Token]()
    for token in tokens:
        if token[0] == kind:
            yield before, part
            before, part = token[1], []
        else:
            part.append(token)
    yield before, part


def _name(tokens: list[_Token], numbers: Iterator[int]) -> str:
    """Return the pattern of one name of a path."""
    first, *others = ("".join(_spelled(token) for token in part) for _, part in _split(tokens, "star"))
    if not others:
        return first
    *amid, last = others
    return first + "".join(_first(f"[^/]*?{part}", numbers) for part in amid if part) + f"[^/]*{last}"


def _spelled(token: _Token) -> str:
    return token[1].replace("$", r"\Z") if token[0] == "end" else token[1]


def _first(pattern: str, numbers: Iterator[int]) -> str:
    """Return a pattern without backtracking: the first way to match is the only one."""
    name = f"first_{next(numbers)}"
    return f"(?=(?P<{name}>{pattern}))(?P={name})"
