"""The compiled form of rule files: bytes of which a start reads only the parts that it needs.

    head       by `marshal`: VERSION, the number of files, the sizes of all other sections, the facts about the rules, the
               tables for a first look
    files      the rule files that the form was made of, one after the other
    late       the tables that only a text with a candidate needs, each by `marshal`
    directory  by `marshal`: where each rule, list, shape, place and pattern stands in the parts (see compiled.py)
    parts      these, one after the other

Most pages have no candidate and need no rule. Making the rules takes three times as long as the look, so this module does not
import their classes.
"""

import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise

from cleanspam.model import NamedTuple
from cleanspam.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Buffer

VERSION = 4  # of this layout
FORM = 4  # of marshal: every Python since 3.4 reads it


class RulesTold(NamedTuple):
    """The facts about a rule set that logs and reports state."""

    hash: str
    kinds: dict[str, str]  # rule id → the kind of planting that the rule is about; keep rules have none
    abouts: dict[str, str]  # rule id → what the rule finds


class TablesForm(NamedTuple):
    """The tables of a judge as plain values."""

    first: Any  # for a first look
    late: "Sequence[Buffer]"  # as bytes, each for `marshal`


class CompiledForm(NamedTuple):
    """Compiled rule files."""

    names: tuple[str, ...]  # of the files
    told: RulesTold
    tables: TablesForm
    directory: "Buffer"
    parts: "Buffer"


def dump_form(form: CompiledForm, files: Mapping[str, bytes]) -> bytes:
    """Return the compiled form of rule files as bytes."""
    rest = (*files.values(), *form.tables.late, form.directory, form.parts)
    sizes = tuple(memoryview(section).nbytes for section in rest)
    head: tuple[Any, ...] = (VERSION, len(files), sizes, tuple(form.told), form.tables.first)
    return b"".join((marshal.dumps(head, FORM), *rest))


def read_form(data: "Buffer", names: Iterable[str], holds: Callable[[str, memoryview], bool]) -> CompiledForm | None:
    """Return the compiled form of rule files; None if the bytes are damaged, of another layout, or made of other files.

    `holds` tells whether the file of a name has a content. `data` may be a file in memory: what is not read here is not copied.
    """
    view, names = memoryview(data), tuple(names)
    try:
        version, number, sizes, told, first = marshal.loads(view)  # which reads no further than the head
        sections = [view[start:end] for start, end in pairwise(accumulate(sizes, initial=view.nbytes - sum(sizes)))]
        of_files, (*late, directory, parts) = sections[: len(names)], sections[len(names) :]
    except (ValueError, EOFError, TypeError):
        return None
    if version != VERSION or number != len(names) or not all(map(holds, names, of_files)):
        return None
    return CompiledForm(names, RulesTold(*told), TablesForm(first, late), directory, parts)


def holding(files: Mapping[str, bytes]) -> Callable[[str, memoryview], bool]:
    """Return what tells `read_form` whether a file has a content, of files that were read."""
    return lambda name, content: is_same(content, files[name])


def is_same(section: memoryview, file: bytes) -> bool:
    """Tell whether two contents are equal: == compares a view byte by byte, in ten times the time."""
    return section.nbytes == len(file) and file.startswith(section)
