"""Fields: the strings of a record that are texts. Paths name them: `text`, `messages[].content`, `段落[].内容`."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cleanspam.errors import FormatError
from cleanspam.formats.base import RECORD_FIELDS, NoFieldError

ITEM = "[]"  # each item of an array
WHOLE = "."  # the record itself


@dataclass(slots=True)
class Node:
    """A place in a record: the fields below it that hold texts, and whether a string right here is a text."""

    below: "dict[str, Node]" = field(default_factory=dict)
    path: str = ""  # as in --field
    is_text: bool = False


def build_tree(paths: Iterable[str]) -> Node:
    """Return the tree of the fields that `paths` name.

    Raises FormatError for an invalid path.
    """
    root = Node()
    for path in paths:
        node = root
        for step in split_path(path):
            node = node.below.setdefault(step, Node())
        node.path, node.is_text = path, True
    return root


def split_path(path: str) -> list[str]:
    """Return the steps of a path: field names and, for the items of an array, `[]`.

    In a name a dot is written `\\\\.`, and an opening bracket `\\\\[`.

    >>> split_path("messages[].content")
    ['messages', '[]', 'content']
    """
    if path == WHOLE:
        return []
    found: list[str] = []
    for part in path.replace(r"\.", "\0").replace(r"\[", "\1").split("."):
        name = part
        items = 0
        while name.endswith(ITEM):
            name, items = name[: -len(ITEM)], items + 1
        if not name and (found or not items):
            raise FormatError(f"--field {path}: a field name is missing; write it like messages[].content")
        found += [name.replace("\0", ".").replace("\1", "[")] * bool(name) + [ITEM] * items
    return found


def join_path(steps: Iterable[str]) -> str:
    """Return the path with the given steps.

    >>> join_path(["messages", "[]", "content"])
    'messages[].content'
    >>> join_path(["choices[0].text"])
    'choices\\\\[0]\\\\.text'
    """
    path = ""
    for step in steps:
        path += step if step == ITEM else ("." if path else "") + step.replace(".", r"\.").replace("[", r"\[")
    return path or WHOLE


def select_fields(
    wanted: tuple[str, ...], present: Iterable[str], *, may_come: bool = False, beside: bool = False
) -> tuple[str, ...]:
    """Return the fields to clean: the wanted ones, else all of RECORD_FIELDS. At least one of them must be present.

    `present` are the fields with strings, record by record. It is read only as far as needed. An empty array counts as
    having any wanted field of its items. If `present` is empty, there is no error.
    Raises NoFieldError, which names the present fields, if there is no field to clean. `may_come` tells that later records
    may have other fields, `beside` that such files lie beside corpora.
    """
    names = wanted or RECORD_FIELDS
    there: dict[str, None] = {}
    for path in present:
        if path in names or (path.endswith(ITEM) and any(name.startswith(path) for name in wanted)):
            return names
        there[path] = None
    if not there:
        return names
    later = names if may_come else ()
    if wanted:
        raise NoFieldError(f"no field {_list_names(wanted)} with text; the fields here are: {_list_names(there)}", later)
    raise NoFieldError(f"no field text or content; name one with --field: {_list_names(there)}", later, is_side_file=beside)


def _list_names(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:12]) + (f" and {len(listed) - 12} more" if len(listed) > 12 else "")
