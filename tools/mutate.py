"""Change twenty places of the code at random, one at a time, and say which changes the tests notice.

usage: python tools/mutate.py [--seed N] [--number N] [--room ROOM] [--near | --all]

A change that no test notices shows code that no test checks. Each change is made in a copy of the repository. The tests that
name the changed module, or else its room, are run there, then (but with --near) those of the modules that import it, and with
--all the others.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGE = Path("src", "cleanspam")
ALL = ["tests"]
OF_COMMANDS = ("test_check", "test_cli_clean", "test_cli_rules", "test_diff", "test_options", "test_text", "test_reading")
OF_ALL = ("test_defaults",)  # asks all modules, without their names
FEW = 3  # files of tests that one process runs as fast as several
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "dist", "site")
GENERATED = frozenset({"foldtable.py"})
SECONDS = 900  # for the tests of one mutant; an endless loop is noticed too
LARGE = 1_000  # a number from here on is a size or a time: nothing hangs on its last digit
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


class Mutant(NamedTuple):
    """One change: bytes `start` to `end` of a file become `after`."""

    path: Path  # from the root of the repository
    line: int
    start: int
    end: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before}  →  {self.after}"

    def apply(self, folder: Path) -> None:
        """Make the change in a copy of the repository."""
        source = (folder / self.path).read_bytes()
        (folder / self.path).write_bytes(source[: self.start] + self.after.encode() + source[self.end :])


def mutants(path: Path, source: str) -> Iterator[Mutant]:
    """Yield every change that could be made to a module."""
    offsets = [0]
    for line in source.encode().splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    for node, after in _changes(ast.parse(source)):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start, end = offsets[node.lineno - 1] + node.col_offset, offsets[node.end_lineno - 1] + node.end_col_offset
        before = source.encode()[start:end].decode()
        yield Mutant(path, node.lineno, start, end, " ".join(before.split()), after)


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield expressions, each with its replacement."""
    for node in _live(tree):
        if isinstance(node, ast.Compare | ast.BinOp | ast.BoolOp):
            yield from ((node, f"({text})") for text in _swapped(node))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, f"bool({ast.unparse(node.operand)})"
        elif isinstance(node, ast.If | ast.While | ast.IfExp):
            yield node.test, f"(not ({ast.unparse(node.test)}))"
        elif isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value < LARGE:
            yield node, repr(not node.value) if isinstance(node.value, bool) else repr(node.value + 1)


def _swapped(node: ast.Compare | ast.BinOp | ast.BoolOp) -> Iterator[str]:
    """Yield the expression with its operator, or the first of them, swapped."""
    operator = node.ops[0] if isinstance(node, ast.Compare) else node.op
    if type(operator) not in SWAPS:
        return
    other: Any = SWAPS[type(operator)]()
    changed = copy(node)
    if isinstance(changed, ast.Compare):
        changed.ops = [other, *changed.ops[1:]]
    else:
        changed.op = other
    yield ast.unparse(changed)


def _live(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run: not those of annotations, nor of f-strings, whose places older Pythons do not know."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr) and not _is_for_types(child):
                yield child
                yield from _live(child)


def _is_for_types(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):  # an option of typer: its help and its metavar
        return isinstance(node.value, ast.Subscript) and ast.unparse(node.value.value) == "Annotated"
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def chosen(seed: int, number: int, room: str = "") -> list[Mutant]:
    """Return so many changes, the same for the same seed and code: as many in a room as it has places."""
    paths = sorted(path for path in (ROOT / PACKAGE / room).rglob("*.py") if path.name not in GENERATED)
    found = [mutant for path in paths for mutant in mutants(path.relative_to(ROOT), path.read_text(encoding="utf-8"))]
    return random.Random(seed).sample(found, min(number, len(found)))


def related(path: Path) -> list[str]:
    """Return the tests that name a module, or else its room. Files that are named like the module come first."""
    module = ".".join(path.with_suffix("").parts[1:])
    room = module.rpartition(".")[0]
    files = sorted((ROOT / "tests").glob("test_*.py"), key=lambda test: (path.stem not in test.stem, test.name))
    tests = {test: test.read_text(encoding="utf-8") for test in files}
    own = [test for test, text in tests.items() if module in text or test.stem in (f"test_{path.stem}", *OF_ALL)]
    by_room = [test for test, text in tests.items() if f"{room}." in text or f"{room} import" in text or path.stem in test.stem]
    return [str(test.relative_to(ROOT)) for test in (own if len(own) > len(OF_ALL) else [*by_room, *own] or tests)]


def indirect(path: Path) -> list[str]:
    """Return the other tests: those of the modules that import a module, and those that run the command line."""
    name = ".".join(path.with_suffix("").parts[1:])
    sources = {source: source.read_text(encoding="utf-8") for source in (ROOT / PACKAGE).rglob("*.py")}
    users = [source.relative_to(ROOT) for source, text in sources.items() if f"from {name} import" in text]
    runs = [str(test.relative_to(ROOT)) for test in sorted((ROOT / "tests").glob("test_*.py")) if test.stem in OF_COMMANDS]
    found = dict.fromkeys([*(test for user in users for test in related(user)), *(runs if "cli" in path.parts else [])])
    return [test for test in found if test not in related(path)]


def is_noticed(folder: Path, tests: list[str]) -> bool:
    """Run tests in the copy and tell whether one of them fails."""
    on_all_cores = ["--numprocesses", "auto"] if len(tests) > FEW or tests == ALL else []
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *on_all_cores, *tests]
    env = {**os.environ, "PYTHONPATH": str(folder / "src"), "CI": "1"}
    try:
        ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return ran.returncode != 0


def is_killed(mutant: Mutant, folder: Path, *, near: bool, everything: bool) -> bool:
    """Try one change in the copy, and take it back."""
    original = (folder / mutant.path).read_bytes()
    mutant.apply(folder)
    try:
        farther = [] if near else [indirect(mutant.path), *([ALL] if everything else [])]
        groups = [[str(mutant.path), *related(mutant.path)], *farther]
        return any(is_noticed(folder, tests) for tests in groups if tests)
    finally:
        (folder / mutant.path).write_bytes(original)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--room", default="", help="only this room")
    parser.add_argument("--near", action="store_true", help="run only the tests that name the module or its room")
    parser.add_argument("--all", action="store_true", help="run the whole suite where the related tests notice nothing")
    words = parser.parse_args()
    killed = 0
    with tempfile.TemporaryDirectory(prefix="cleanspam-mutants-") as scratch:
        folder = Path(scratch, "copy")
        shutil.copytree(ROOT, folder, ignore=NOT_COPIED, symlinks=True)
        wanted = chosen(words.seed, words.number, words.room)
        for mutant in wanted:
            is_dead = is_killed(mutant, folder, near=words.near, everything=words.all)
            killed += is_dead
            print("killed  " if is_dead else "SURVIVED", mutant, flush=True)
    print(f"{killed} of {len(wanted)} killed (seed {words.seed})")


if __name__ == "__main__":
    main()
