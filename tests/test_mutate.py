"""The mutation script: each change makes another program, and equal seeds choose equal changes."""

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent

MODULE = '''"""Doc."""
from typing import Annotated

Width = Annotated[int, 3]


def is_wide(text: "str | None", 宽: int = 2, other: bool = False) -> bool:
    if not text or other:
        return False
    return len(text) * 宽 >= 8 and "，" in text
'''


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """Load the script."""
    spec = importlib.util.spec_from_file_location("mutate", ROOT / "tools" / "mutate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def found(script: ModuleType, tmp_path: Path) -> list[str]:
    """Return the module after each change."""
    changed = []
    for mutant in script.mutants(Path("module.py"), MODULE):
        (tmp_path / "module.py").write_text(MODULE, encoding="utf-8")
        mutant.apply(tmp_path)
        changed.append((tmp_path / "module.py").read_text(encoding="utf-8"))
    return changed


def test_every_change_is_valid_python_and_another_program(found: list[str]) -> None:
    """A mutant that does not compile would count as killed, and one that changes nothing as survived."""
    assert found
    assert ast.dump(ast.parse(MODULE)) not in {ast.dump(ast.parse(text)) for text in found}
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "changed",
    [
        "bool(text)",
        "(not (not text or other))",
        "宽: int = 3",
        "bool = True",
        "len(text) + 宽",
        "宽 > 8",
        "'，' not in text",
        "9",
    ],
)
def test_operators_constants_comparisons_and_conditions_change(found: list[str], changed: str) -> None:
    """A kind of mistake would never be tried."""
    assert any(changed in text for text in found)


def test_annotations_stay(found: list[str]) -> None:
    """A change of an annotation, which never runs, would count as survived."""
    assert all("Annotated[int, 3]" in text for text in found)


def test_a_seed_chooses_the_same_changes(script: ModuleType) -> None:
    """Two runs could not be compared."""
    assert script.chosen(7, 20) == script.chosen(7, 20) != script.chosen(8, 20)
    assert len(script.chosen(7, 20)) == 20


def test_the_related_tests_are_those_of_the_module(script: ModuleType) -> None:
    """A change would be tried with tests that have nothing to do with it."""
    assert script.related(Path("src/cleanspam/text/cut.py"))[0] == "tests/test_cut.py"
    assert (ROOT / "tests" / "test_cut.py").exists()


def test_tests_of_modules_that_import_the_changed_one_follow(script: ModuleType) -> None:
    """Code that only another module's tests try, like the scan of a column, would count as untested."""
    path = Path("src/cleanspam/judge/bytescan.py")
    assert set(script.indirect(path)).isdisjoint(script.related(path))
    assert "tests/test_judge.py" in script.related(Path("src/cleanspam/judge/judge.py"))
    assert script.indirect(path)
