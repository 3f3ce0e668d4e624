"""List the messages that the Chinese catalogue must have, or add the missing ones: `python tools/messages.py [--write]`.

Messages are the words of `tr` and `amount`, the help of all commands, and every string of two words or more in the rooms that
speak to people. What looks like one and is none is named here.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

import cleanspam
from cleanspam.cli.app import application
from cleanspam.cli.help import spoken_in
from cleanspam.cli.language import CATALOGUE, FROM_ELSEWHERE, LEAST, PUT_TOGETHER, WORDS, read_catalogue

PACKAGE = Path(cleanspam.__file__).parent
# Rooms whose strings nobody reads on a terminal: what they raise goes to programs, and reports are for programs.
SILENT = (
    *("arrow", "engines", "ci/reports", "htmlreport/rows", "native", "model"),
    *("text", "judge/recipe", "judge/cleaner"),
)
ONLY_ERRORS = "workshop"  # a room with many strings of rules
# Calls whose strings are for programs: patterns, SQL, types, what is told to developers.
FOR_PROGRAMS = frozenset(
    {
        "compile",
        "late_pattern",
        "execute",
        "executemany",
        "cast",
        "match_file",
        "sub",
        "sha256",
        "Path",
        "OperationalError",
        "AttributeError",
    }
    | {"removesuffix", "echo", "out", "visible", "option", "Option", "Argument", "Typer", "append_text", "stylize"}
)
# Strings of the same kind that stand in no such call.
NOT_SAID = frozenset(
    {
        *("bold strike red", "bold yellow", "xz -9", "zstd --long=27", "from context", "between marks", "at words"),
        *("cleanspam {0}", "cleanspam: {0}", "Int(bitWidth={0}, isSigned=true)"),
        # A rule's lines, as `rules show` prints them.
        *("where {0}", "brackets {0}", "length {0}", "unless {0}", "texts {0}", "echoes {0}", "only-here {0}"),
        *("share {0} {1}", "line  first"),
        # Pieces of PUT_TOGETHER.
        *(" without one of {0}", "ends in no word of", "has no word of", "opens with no word of"),
        # The heads of files.
        "# cleanspam baseline: rule, hash of what stands beside it, folded text; sorted, one known finding a line\n",
        "Signature: 8a477f597d28d172789f06886806bc55\n# Made by cleanspam check; may be removed at any time.\n",
    }
)
_WORDS_RE = re.compile(r"[a-z`)\]}]+[,;:]? \(?[`\[{a-z-]{1}[a-z-]*", re.IGNORECASE)


def messages() -> dict[str, str]:
    """Return every message with the place where it is used first."""
    found: dict[str, str] = {}
    for message in [*FROM_ELSEWHERE, *WORDS, *PUT_TOGETHER]:
        found.setdefault(message, "cli/language.py")
    for message in spoken_in(typer.main.get_command(application())):
        found.setdefault(message, "help")
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(SILENT):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            errors = (one for one in ast.walk(tree) if isinstance(one, ast.Call) and ast.unparse(one.func).endswith("Error"))
            for part in errors if name.startswith(ONLY_ERRORS) else [tree]:
                for message in _said_in(part):
                    found.setdefault(message, name)
    return found


def _said_in(tree: ast.AST) -> Iterator[str]:
    """Yield the messages of a module."""
    nodes: list[tuple[ast.AST, bool]] = [(tree, True)]
    while nodes:
        node, is_said = nodes.pop()
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in ("tr", "amount", "counted"):
                yield from _marked(called, node)
            is_said = is_said and called not in {*FOR_PROGRAMS, "tr"}
        if isinstance(node, ast.Constant | ast.JoinedStr) and is_said and _is_message(template := _template(node)):
            yield template
        nodes += [(child, is_said) for child in _inner(node)]


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes inside a node, without docstrings, annotations and the words of an f-string."""
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in field if isinstance(field, list) else [field]:
            is_doc = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            is_word = isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)
            if isinstance(child, ast.AST) and not is_doc and not is_word:
                yield child


def _marked(called: str, call: ast.Call) -> Iterator[str]:
    word = call.args[0 if called == "tr" else 1]
    for one in () if isinstance(word, ast.JoinedStr) else ast.walk(word):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value if called == "tr" else f"{{0}} {one.value}"


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    """Return a string with {0}, {1} and so on in place of its values."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    number, parts = 0, list[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{number}}}")
            number += 1
    return "".join(parts)


def _is_message(text: str) -> bool:
    letters = sum(char.isalpha() for char in re.sub(r"\{[0-9]+\}", "", text))
    return letters >= LEAST and bool(_WORDS_RE.search(text)) and " | " not in text and text not in NOT_SAID


def quoted(text: str) -> str:
    """Return a text as a .po file has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    """List missing and superfluous messages; with --write, add the missing ones and remove the superfluous ones."""
    known = read_catalogue(CATALOGUE.read_text(encoding="utf-8"))
    wanted = messages()
    for message, where in wanted.items():
        if message not in known:
            print(f"missing: {where}: {message}")
    for message in known.keys() - wanted.keys():
        print(f"superfluous: {message}")
    if "--write" in sys.argv:
        fields = ("Language: zh_CN", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8")
        head = 'msgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in fields)
        entries = sorted((where, message) for message, where in wanted.items())
        texts = [f"\n#: {where}\nmsgid {quoted(m)}\nmsgstr {quoted(known.get(m, ''))}\n" for where, m in entries]
        CATALOGUE.write_text(head + "".join(texts), encoding="utf-8")
    return int(known.keys() != wanted.keys())


if __name__ == "__main__":
    sys.exit(main())
