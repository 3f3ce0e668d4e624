"""The input of reports, and the safe way to print an article's text in a line."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from cleanspam.ci.baseline import fingerprint
from cleanspam.model import NamedTuple, Verdict
from cleanspam.text.diff import visible
from cleanspam.text.locate import Located

if TYPE_CHECKING:
    import regex

# Characters that JSON allows but that are escaped for terminals and strict readers: controls, marks that reverse or hide text,
# lone surrogates. Line ends stand only between values.
_UNSAFE = r"(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]"
_LEVELS = {Verdict.CUT: "error", Verdict.FLAG: "warning"}
_REMARKS = {Verdict.FLAG: " (flag)", Verdict.NONE: " (protects nothing)"}
UNUSED_MARK = "unused-mark"


class FoundInFile(NamedTuple):
    """A finding with its file and place. The path is as the user gave it, `-` for standard input."""

    path: str
    located: Located
    is_strict: bool = False  # a flag counts as an error and makes the run fail

    @property
    def rule(self) -> str:
        """The first rule of the finding. The finding counts for this rule."""
        return self.located.finding.rules[0]

    @property
    def level(self) -> str:
        """`error` for a finding that fails the check, `warning` for a flag, `note` for an unused inline mark."""
        level = _LEVELS.get(self.located.finding.verdict, "note")
        return "error" if self.is_strict and level == "warning" else level

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.located)


class Failure(NamedTuple):
    """A file, or a record in it, that could not be read."""

    path: str
    message: str  # one line; with the path if it is about a file
    line: int = 0  # the line of the record, from 1; 0 for a file


@dataclass(slots=True)
class Facts:
    """The facts for reports besides the findings. `files` is complete when all findings have been read."""

    version: str = ""
    rules_hash: str = ""
    abouts: dict[str, str] = field(default_factory=dict)  # rule id → what it finds
    kinds: dict[str, str] = field(default_factory=dict)  # rule id → the kind of planting
    files: list[str] = field(default_factory=list)  # every path that was read
    failures: list[Failure] = field(default_factory=list)  # files and records that could not be read; complete when `files` is
    roots: tuple[str, ...] = ()  # folders that a CI server's file names are relative to
    notes: list[str] = field(default_factory=list)  # remarks for the user about the report

    def from_root(self, path: str) -> str:
        """Return the name of a file for CI servers: relative to the repository's root if it lies below the root."""
        if path == "-":
            return path
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))  # noqa: PTH118, PTH119, PTH120 (a link keeps its name)
        for root in self.roots:
            if real.startswith(root.rstrip(os.sep) + os.sep):
                path = os.path.relpath(real, root)
                break
        return path.replace(os.sep, "/")

    def about(self, rule: str) -> str:
        """Return the `about` line of a rule."""
        return self.abouts.get(rule) or ("A keep mark on whose line no rule spoke." if rule == UNUSED_MARK else rule)


# Takes the findings in order, and the facts. Yields the report in pieces of whole lines.
Report = Callable[[Iterable[FoundInFile], Facts], Iterator[str]]


def line(text: str) -> str:
    r"""Return text that is safe as a part of a line: no terminal and no CI runner obeys it as a command.

    GitHub's runner also obeys `##[command]` amid a line.

    >>> line("a\n::error::b##[group]")
    'a␊::error::b##\\[group]'
    """
    return visible(text).replace("##[", "##\\[")


def describe_place(item: FoundInFile) -> str:
    """Return `path:line:column`; in a file without lines the record.

    The result is safe at the start of a line, where a runner obeys `::`.
    """
    shown = line(item.path)
    if shown.lstrip().startswith((":", "#")):
        shown = f"./{shown}"
    return f"{shown}:{item.located.line}:{item.located.column}" if item.located.line else f"{shown}:{record(item)}"


def record(item: FoundInFile) -> str:
    """Return the record and field of a finding in words; "" in a format without records."""
    located = item.located
    return line(f"record {located.record}, {located.field}") if located.record else ""


def remark(item: FoundInFile) -> str:
    """Return the finding's first rule and, unless the verdict is a cut, the verdict in brackets."""
    return line(item.rule) + _REMARKS.get(item.located.finding.verdict, "")


def dump_json(data: object, indent: int | None = None) -> str:
    """Return JSON that any strict reader accepts: unprintable characters are escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    # GitHub's runner obeys ##[command] amid a line, which JSON can contain only in strings.
    return _unsafe_re().sub(lambda unsafe: json.dumps(unsafe[0])[1:-1], text).replace("##[", "##\\u005b")


def dump_toml(value: object) -> str:
    """Return a value of a configuration in TOML, with the same characters escaped as by `dump_json`.

    >>> dump_toml({".foo": "text"})
    '{".foo" = "text"}'
    """
    if isinstance(value, dict):
        return f"{{{', '.join(f'{dump_toml(key)} = {dump_toml(one)}' for key, one in value.items())}}}"
    text = json.dumps(value, ensure_ascii=False)
    return _unsafe_re().sub(lambda unsafe: f"\\U{ord(unsafe[0]):08x}", text)  # beyond U+FFFF TOML differs from JSON


@cache
def _unsafe_re() -> "regex.Pattern[str]":
    import regex  # takes 12 ms; reports for people do not need it

    return regex.compile(_UNSAFE)
