"""The language of messages for people: English, as in the source, or Chinese from a catalogue.

Errors arise in English, for they cross processes, and go into logs and reports that programs read. They become Chinese when
they are shown: the message is matched with a template of the catalogue, and the values are put into its translation.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unicodedata import east_asian_width

from cleanspam.errors import CleanspamError, counted
from cleanspam.model import NamedTuple
from cleanspam.text.latepattern import late_pattern

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)
VARIABLE = "CLEANSPAM_LANG"
CATALOGUE = Path(__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "cleanspam.po"
LEAST = 5  # the least number of letters in a template: one with fewer would match any words
_LIST_RE = late_pattern(r"((?:[\w-]+, )*[\w-]+) or ([\w-]+)")  # a list of names
_PLACE_RE = re.compile(r"\{([0-9]+)\}")
# Messages of the system and words of the option parser, which are not in this source.
FROM_ELSEWHERE = (
    "No such file or directory",
    "Permission denied",
    "Is a directory",
    "Not a directory",
    "File exists",
    "No space left on device",
    "Read-only file system",
    "Too many open files",
    "File name too long",
    "Input/output error",
    "Operation not permitted",
    "Cannot allocate memory",
    "Usage:",
    "Arguments",
    "Options",
    "Commands",
    "Error",
    "[default: {}]",
    "[required]",
    "[OPTIONS]",
    "COMMAND [ARGS]...",
    "Show this message and exit.",
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
)


# Words of other rooms that summaries and tables show by themselves.
WORDS = (
    *("hidden", "links", "ignored", "special", "not included", "named twice", "unknown suffix", "without suffix"),
    *("written by cleanspam", "no field text or content"),
    *("findings", "findings per million characters", "percent of the files"),
    *("rule", "action", "spam cuts", "ham cuts", "per million", "only it", "held", "ms per million", "most in common with"),
    *("kind", "places", "accomplices", "file", "kinds", "rules", "texts"),
    *("form", "articles", "planted", "cut", "cut or flagged", "exact", "damaged", "missed", "wrong"),
)


# Messages that the source assembles from pieces.
PUT_TOGETHER = (
    "it has no word of {0}",
    "it has no word of {0} without one of {1}",
    "it opens with no word of {0}",
    "it opens with no word of {0} without one of {1}",
    "it ends in no word of {0}",
    "it ends in no word of {0} without one of {1}",
)


def language() -> str:
    """Return the language of the user: that of --lang or CLEANSPAM_LANG, else that of the locale."""
    told = os.environ.get(VARIABLE)
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "C")
    if not told and locale.partition(".")[0] not in ("C", "POSIX"):  # as in gettext, LANGUAGE refines a locale
        told = os.environ.get("LANGUAGE", "").partition(":")[0] or locale
    return CHINESE if (told or "").lower().startswith(CHINESE) else ENGLISH


@contextmanager
def speaking(name: str | None) -> Iterator[None]:
    """Set the language for a `with` block and its child processes; None changes nothing. Raises CleanspamError."""
    if name is None:
        yield
        return
    if name not in LANGUAGES:
        raise CleanspamError(f"--lang {name}: choose from {', '.join(LANGUAGES)}")
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = name
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def tr(english: str, *values: object) -> str:
    """Return a message in the user's language, with values in place of {0}, {1} and so on.

    >>> tr("{0} of {1}", 2, 3)
    '2 of 3'
    """
    template = catalogue().get(english) or english if language() == CHINESE else english
    return _filled(template, values)


def amount(number: int, noun: str) -> str:
    """Return a number with its noun, in the user's language.

    >>> amount(2, "cut")
    '2 cuts'
    """
    return counted(number, noun) if language() == ENGLISH else tr(f"{{0}} {noun}", f"{number:,}")


def cells(text: str) -> int:
    """Return the number of a terminal's cells that a text takes. A Chinese character takes two.

    >>> cells("cut"), cells("删除")
    (3, 4)
    """
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def translated(message: str) -> str:
    """Return an English message in the user's language. A message without a template stays English."""
    return message if language() == ENGLISH else _in_chinese(message)


def _in_chinese(message: str) -> str:
    whole = _by_template(message)
    if whole is not None:
        return whole
    if message.startswith("; "):  # an addition to a message
        return f"；{_in_chinese(message[2:])}"
    for at in (found.end() for found in re.finditer(": ", message)):  # behind a prefix: a file, a line, a key
        if (rest := _by_template(message[at:])) is not None:
            return message[:at] + rest
    return _LIST_RE.sub(r"\1 或 \2", message)


def _by_template(message: str) -> str | None:
    known = catalogue().get(message)
    if known:
        return known
    for template in _templates():
        if found := template.match_re.fullmatch(message):
            return _filled(template.chinese, [_in_chinese(value) for value in found.groups()])
    return None


def _filled(template: str, values: Sequence[object]) -> str:
    """Return a template with its values. Other braces are part of the message."""
    return _PLACE_RE.sub(lambda place: str(values[int(place[1])]), template)


class _Template(NamedTuple):
    match_re: re.Pattern[str]
    chinese: str


@cache
def _templates() -> list[_Template]:
    """Return the templates with values, the longest first, which are least likely to match by chance."""
    found = []
    for english, chinese in catalogue().items():
        parts = _PLACE_RE.sub("\0", english).split("\0")
        letters = sum(char.isalpha() for part in parts for char in part)
        if len(parts) > 1 and letters >= LEAST:
            found.append((letters, _Template(re.compile(_pattern(parts), re.DOTALL), chinese)))
    return [template for _, template in sorted(found, key=lambda one: -one[0])]


def _pattern(parts: Sequence[str]) -> str:
    """Return the pattern for a template's parts. Of two adjacent values the second is an addition: `; …`, or nothing."""
    values = ["((?:;? .*)?)" if number and not parts[number] else "(.*?)" for number in range(len(parts) - 1)]
    return "".join(re.escape(part) + value for part, value in zip(parts, [*values, ""], strict=True))


@cache
def catalogue() -> Mapping[str, str]:
    """Return the Chinese messages, by the English ones."""
    return read_catalogue(CATALOGUE.read_text(encoding="utf-8"))


def read_catalogue(text: str) -> dict[str, str]:
    r"""Return the messages of a .po file, without its header.

    >>> read_catalogue('msgid ""\nmsgstr ""\n\nmsgid "cut"\nmsgstr "删"\n"除"\n')
    {'cut': '删除'}
    """
    from ast import literal_eval  # not needed for English

    entries = re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"(?:\n|\Z))+)', text, re.MULTILINE)
    whole = ["".join(literal_eval(line) for line in part.splitlines()) for entry in entries for part in entry]
    return {english: chinese for english, chinese in zip(whole[::2], whole[1::2], strict=True) if english}
