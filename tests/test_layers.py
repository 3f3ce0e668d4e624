"""The rooms: which module may import which, what the core may not use, and what an import may cost."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import cleanspam

PACKAGE = Path(cleanspam.__file__).parent
# The rooms that each may import from, and through them from theirs; the values and the errors are for all.
ROOMS = {
    "native": (),
    "text": ("native",),
    "rulebook": ("text",),
    "judge": ("rulebook",),
    "disk": ("native",),
    "formats": ("disk", "text"),
    "corpus": ("judge", "formats"),
    "ci": ("corpus",),
    "htmlreport": ("corpus",),
    "workshop": ("judge",),
    "arrow": ("judge", "formats"),
    "engines": ("arrow",),
    "cli": ("ci", "htmlreport", "workshop", "engines"),
}
VALUES = ("typed", "errors", "model")
KNOW_THE_VERSION = ("cli", "corpus.rulecache", "corpus.run", "judge.recipe")  # they tell by which cleanspam a thing was made
ROOT = ("__init__", "__main__")  # the public face, and the start of the command line
PURE = ("text", "rulebook", "judge")
AT_THE_EDGE = ("rulebook.find",)  # reads rule files: the one door of the pure rooms
FORBIDDEN_NAMES = frozenset({"open", "print", "input", "Path"})
FORBIDDEN_MODULES = frozenset({"rich", "typer", "pathlib", "io", "os", "sys", "shutil", "subprocess", "logging", "warnings"})
HEAVY = ("typer", "rich", "opencc", "pyarrow", "regex")
# `dataclasses` loads `inspect`, and both cost a sixth of a filter's time for a page: what it uses are tuples and plain classes.
NEEDLESS = ("dataclasses", "inspect", "logging", "datetime", "typer", "rich", "opencc", "pyarrow")
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") or "__init__": path
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")])
}


def room(module: str) -> str:
    """Return the room of a module, or the module itself if it lies beside the rooms."""
    return module.partition(".")[0]


def reachable(name: str) -> set[str]:
    """Return the rooms that a room may import from, itself included."""
    return {name}.union(*(reachable(below) for below in ROOMS[name]))


def allowed(module: str) -> set[str]:
    """Return the rooms, and the modules beside the rooms, that a module may import from."""
    if module in ROOT:
        return {*ROOMS, *VALUES, "__init__"}
    if module in VALUES:
        return set(VALUES[: VALUES.index(module)])
    return {*reachable(room(module)), *VALUES, *(["__init__"] if {room(module), module} & {*KNOW_THE_VERSION} else [])}


def pure_modules() -> list[str]:
    """Return the modules that neither read nor write."""
    return [module for module in MODULES if room(module) in PURE and module not in AT_THE_EDGE]


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full names that a module imports, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the whole path"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(module: str) -> set[str]:
    """Return the modules of this package that a module imports."""
    found = set()
    for name in imports(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        head, _, rest = name.partition(".")
        if head == "cleanspam":
            # cleanspam.text.cut.apply is of cleanspam.text.cut, and cleanspam.clean of the package itself.
            found.add(next((known for known in (rest, rest.rpartition(".")[0]) if known in MODULES), "__init__"))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_room(module: str) -> None:
    """A module would be held to no wall at all."""
    assert room(module) in ROOMS or module in (*VALUES, *ROOT)


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_from_rooms_below(module: str) -> None:
    """The core would come to know the command line, and could not be used without it."""
    assert {other for other in own_imports(module) if room(other) not in allowed(module)} == set()


def test_a_module_that_imports_upwards_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walls would stand on paper only."""
    path = tmp_path / "upwards.py"
    path.write_text("from cleanspam.cli.session import say\n", encoding="utf-8")
    monkeypatch.setitem(MODULES, "formats.upwards", path)
    monkeypatch.setitem(MODULES, "hall", path)

    with pytest.raises(AssertionError):
        test_modules_import_only_from_rooms_below("formats.upwards")
    with pytest.raises(AssertionError):
        test_every_module_has_a_room("hall")


def test_no_module_imports_itself_in_a_circle() -> None:
    """Two modules would be one, and which of them is imported first would matter."""
    graph = {module: own_imports(module) - {"__init__"} for module in MODULES}

    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_says_in_one_sentence_what_it_is_for(name: str) -> None:
    """A stranger would have to read all of its modules to know."""
    if name in {room(module) for module in MODULES}:
        assert ast.get_docstring(ast.parse(MODULES[name].read_text(encoding="utf-8")))


@pytest.mark.parametrize("module", pure_modules())
def test_the_core_is_pure(module: str) -> None:
    """Cleaning a text would read files, or write to the screen."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

    assert names & FORBIDDEN_NAMES == set()
    assert {name.partition(".")[0] for name in imports(tree)} & FORBIDDEN_MODULES == set()


@pytest.mark.parametrize(
    "module", sorted({*pure_modules()} - {f"text.{of}table" for of in ("couple", "fold", "reading", "usual")})
)
def test_the_code_knows_no_chinese_phrase(module: str) -> None:
    """Words would hide in the code, where no rule file shows them."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]

    assert [text for text in strings if text not in docs and any("\u4e00" <= char <= "\u9fff" for char in text)] == []


def test_importing_cleanspam_is_cheap() -> None:
    """Every pipe would wait for libraries that it does not use."""
    code = f"import sys, cleanspam; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []


def test_loading_the_shipped_rules_is_cheap() -> None:
    """Every start would pay for patterns that may never be tried."""
    code = f"import sys, cleanspam; cleanspam.load_rules(); print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []


def test_a_plain_filter_loads_no_more_than_it_uses(tmp_path: Path) -> None:
    """Every page in a pipe would wait for imports that it does not need."""
    page = tmp_path / "page.txt"
    page.write_text("并不仅仅只是生长,(网络推广公司),更多的是反思。\n", encoding="utf-8")
    filtered = "from cleanspam.cli.filter import plain_filter; code = plain_filter(sys.argv[1:])"
    code = f"import sys; {filtered}; print(code, *sorted(set({NEEDLESS!r}) & set(sys.modules)), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code, str(page)], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert ran.stderr.split() == ["0"]


def test_a_page_without_a_candidate_loads_no_rule(tmp_path: Path) -> None:
    """Four of five pages would wait two thirds of a start for modules that only the fifth needs."""
    page = tmp_path / "page.txt"
    page.write_text("雨停了，街上又有了人。\n", encoding="utf-8")
    looked = "from cleanspam.cli.firstlook import first_look; code = first_look(sys.argv[1:])"
    rooms = "sorted({name.split('.')[1] for name in sys.modules if name.startswith('cleanspam.')})"
    parts = f"'cleanspam.rulebook.conditions' in sys.modules, 'pathlib' in sys.modules, *{rooms}"
    code = f"import sys; {looked}; print(code, {parts}, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code, str(page)], capture_output=True, text=True, check=True, cwd=tmp_path)

    loaded = ["cli", "errors", "judge", "model", "native", "rulebook", "text", "typed"]
    assert ran.stderr.split() == ["0", "False", "False", *loaded]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there its named tuples are needed")
@pytest.mark.parametrize("page", ["长,(网络推广公司),更", "他推门。\n请收藏本站：www.xinbqg.cc。新笔趣阁手机版：m.xinbqg.cc\n"])
def test_a_page_with_a_planting_needs_no_typing(tmp_path: Path, page: str) -> None:
    """Each start would take a tenth longer: annotations of modules that a start needs are by cleanspam.typed."""
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    looked = "from cleanspam.cli.firstlook import first_look; code = first_look(['page.txt'])"
    code = f"import sys; {looked}; print(code, *({{'typing', 'regex', 'pathlib'}} & {{*sys.modules}}), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert ran.stderr.split() == ["0"]
    assert ran.stdout != page
