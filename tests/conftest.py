"""Settings of all tests: no deadlines, for machines are busy; no random examples in CI; no tests of what Windows lacks."""

import inspect
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("cleanspam", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("cleanspam")

# The user's own folder for caches is not touched. This one is removed when the tests end.
_CACHES = tempfile.TemporaryDirectory(prefix="cleanspam-tests-")
os.environ["XDG_CACHE_HOME"] = os.environ["LOCALAPPDATA"] = _CACHES.name

# Words of tests that can't run on Windows: named pipes, modes, links (they need a privilege there), shells, devices.
POSIX_ONLY = ("mkfifo", "os.fork", ".chmod(", "symlink_to", "bash", "/dev/", "/bin/", "/proc/", "pty.")
collect_ignore = ["test_kill.py"] if sys.platform == "win32" else []  # signals, and limits of resources


@pytest.fixture(autouse=True)
def _leaves_nothing() -> Iterator[None]:
    """Fail a test that leaves rules or logs of cleanspam in the folder where the tests were started."""
    folder = Path.cwd() / ".cleanspam"
    was_there = folder.exists()
    yield
    assert was_there or not folder.exists()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run a test in a folder of its own, and return that."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip on Windows the tests of what it does not have."""
    if sys.platform != "win32":
        return
    for item in items:
        if isinstance(item, pytest.Function) and any(word in inspect.getsource(item.function) for word in POSIX_ONLY):
            item.add_marker(pytest.mark.skip(reason="Windows does not have what this test is about"))
