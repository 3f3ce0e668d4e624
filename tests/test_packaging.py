"""The packages: a wheel and an sdist contain the rules, and an installed cleanspam finds them."""

import importlib.util
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path
from types import ModuleType

import pytest

from cleanspam.native import IS_COMPILED

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
RULE_FILES = sorted(path.name for path in (ROOT / "rules").glob("*.rules"))


def run(*words: str, **more: str) -> str:
    """Run a command in a folder that is not the repository, and return what it prints."""
    folder = more.pop("cwd", str(ROOT))
    done = subprocess.run(words, cwd=folder, env={**os.environ, **more}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both packages once, with the tools of this environment and without the network."""
    pytest.importorskip("hatchling", reason="building needs hatchling; `make` installs it")
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    return folder


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """Return the metadata of the wheel."""
    archive = zipfile.ZipFile(wheel)
    [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_string(archive.read(name).decode())


@pytest.fixture
def build() -> ModuleType:
    """Load hatch_build.py."""
    pytest.importorskip("hatchling", reason="building needs hatchling; `make` installs it")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages() -> list[Path]:
    """Return the pages and forms that people read or copy from."""
    return [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob(".github/**/*.yml"),
        ROOT / "action.yml",
        ROOT / "mkdocs.yml",
    ]


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """Return the wheel."""
    [found] = dist.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    return folder


def test_the_wheel_holds_the_code_the_rules_and_the_types(wheel: Path) -> None:
    """An installed cleanspam would know no rule, or type checkers would see no types."""
    names = zipfile.ZipFile(wheel).namelist()
    assert sorted(Path(name).name for name in names if name.startswith("cleanspam/rules/")) == RULE_FILES
    source = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert source <= set(names)
    assert "cleanspam/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "tools/", "bench/", "rules/"))]


def test_the_wheel_holds_the_compiled_sieve_and_is_for_this_machine(wheel: Path) -> None:
    """Cleaning would take five times as long, or the wheel would be installed where its code can't run."""
    if not IS_COMPILED:
        pytest.skip("there is no C compiler here")
    [compiled] = [name for name in zipfile.ZipFile(wheel).namelist() if "_native." in name and not name.endswith(".pyi")]
    assert compiled.startswith("cleanspam/native/_native.")
    assert not wheel.name.endswith("-any.whl")


def test_an_installed_cleanspam_reads_its_rules_in_their_compiled_form(installed: Path, tmp_path: Path) -> None:
    """Every start would read thirty rule files anew. It must do so if a rule file was changed."""
    code = "import cleanspam; print(type(cleanspam.load_rules()).__name__)"
    place = {"cwd": str(tmp_path), "PYTHONPATH": str(installed)}
    assert run(sys.executable, "-c", code, **place).strip() == "CompiledRules"
    file = installed / "cleanspam" / "rules" / RULE_FILES[0]
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(f"# changed\n{text}", encoding="utf-8")
        assert run(sys.executable, "-c", code, **place).strip() == "Ruleset"
    finally:
        file.write_text(text, encoding="utf-8")


def test_without_a_compiler_the_wheel_is_pure_python_and_works(tmp_path: Path) -> None:
    """cleanspam could not be installed on a machine without a compiler."""
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT), CC="/bin/false")
    [wheel] = tmp_path.glob("*-none-any.whl")
    run(sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "site"))
    place = {"cwd": str(tmp_path), "PYTHONPATH": str(tmp_path / "site")}
    assert (
        run(sys.executable, "-c", "from cleanspam.judge.prefilter import IS_COMPILED as c; print(c)", **place).strip()
        == "False"
    )
    assert "0 failed" in run(sys.executable, "-m", "cleanspam", "rules", "prove", **place)


def test_the_wheel_names_its_command_and_its_licence(wheel: Path) -> None:
    """`cleanspam` would not be found after `pip install`."""
    archive = zipfile.ZipFile(wheel)
    [entry] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "cleanspam = cleanspam.__main__:main" in archive.read(entry).decode()
    assert any(name.endswith("/LICENSE") for name in archive.namelist())


def test_an_installed_cleanspam_finds_its_own_rules(installed: Path, tmp_path: Path) -> None:
    """The rules would be looked for beside a `src/` that is not there."""
    place = {"cwd": str(tmp_path), "PYTHONPATH": str(installed)}
    folder = run(sys.executable, "-m", "cleanspam", "rules", "path", **place).strip()
    assert Path(folder) == installed / "cleanspam" / "rules"
    assert "0 failed" in run(sys.executable, "-m", "cleanspam", "rules", "prove", **place)


def test_an_installed_cleanspam_cleans_as_the_repository_does(installed: Path, tmp_path: Path) -> None:
    """The installed package would differ from the tested one."""
    article = str(ROOT / "demo" / "article.txt")
    made = run(sys.executable, "-m", "cleanspam", "clean", article, "--quiet", cwd=str(tmp_path), PYTHONPATH=str(installed))
    assert made == run(sys.executable, "-m", "cleanspam", "clean", article, "--quiet", cwd=str(tmp_path))
    assert made != Path(article).read_text(encoding="utf-8")


def test_the_sdist_holds_all_that_building_and_testing_need(dist: Path) -> None:
    """A distribution that builds from the sdist would build a cleanspam without rules."""
    [path] = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"rules/{name}" for name in RULE_FILES} <= names
    assert {"src/cleanspam/py.typed", "pyproject.toml", "README.md", "LICENSE", "tests/test_packaging.py"} <= names
    assert not [name for name in names if name.startswith((".venv", ".git/"))]


def test_the_sdist_holds_all_that_the_repository_has(dist: Path) -> None:
    """A packager could not run the tests from the sdist: the tests read the docs, the workflows and the scripts."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    [path] = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {path.name for path in ROOT.iterdir()} - ignored - {".git"} <= names


def test_the_compiled_module_has_nothing_for_debuggers(wheel: Path) -> None:
    """Every installation would be twice as large, for nobody."""
    archive = zipfile.ZipFile(wheel)
    for name in archive.namelist():
        if name.endswith(".so"):
            assert b".debug_info" not in archive.read(name)


def test_each_platform_has_its_flags(build: ModuleType) -> None:
    """A compiler would refuse the flags of another, and the package would silently lack its compiled module."""
    assert (build.compiler_flags("win32"), build.linker_flags("win32")) == ([], [])
    assert (build.compiler_flags("darwin"), build.linker_flags("darwin")) == (["-g0"], ["-Wl,-x"])
    assert (build.compiler_flags("linux"), build.linker_flags("linux")) == (["-g0"], ["-Wl,--strip-all"])


def test_a_free_threaded_python_gets_no_compiled_module(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing the compiled module would switch the global lock on again for the whole process."""
    monkeypatch.setattr("sysconfig.get_config_var", {"Py_GIL_DISABLED": 1}.get)

    assert build.compiled(ROOT / build.SOURCE, tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_metadata_names_the_places_and_the_extras_of_users(metadata: Message) -> None:
    """The index's page would have no home page, or offer the developers' tools to everybody."""
    urls = dict(url.split(", ") for url in metadata.get_all("Project-URL", []))
    assert {"Homepage", "Documentation", "Changelog", "Issues"} <= set(urls)
    assert "dev" not in metadata.get_all("Provides-Extra", [])
    assert {"arrow", "parquet", "report", "zstd"} <= set(metadata.get_all("Provides-Extra", []))


def test_every_link_of_the_index_s_page_is_whole(metadata: Message) -> None:
    """A reader on the index would see no picture, and find nothing behind a link."""
    readme = metadata.get_payload()
    assert isinstance(readme, str)
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```$", "", readme, flags=re.M | re.S))

    assert [link for link in links if not re.match(r"https?://|#", link)] == []
    assert any(link.endswith("/raw/main/docs/diff.svg") for link in links)


def test_the_project_has_one_address(metadata: Message) -> None:
    """Readers would copy a wrong or an old address."""
    home = dict(url.split(", ") for url in metadata.get_all("Project-URL", []))["Homepage"]
    for path in pages():
        text = path.read_text(encoding="utf-8")
        assert "OWNER" not in text, path
        found = re.findall(r"(?:git\+)?https://github\.com/[\w.-]+/cleanspam\b", text)
        assert {address.removeprefix("git+") for address in found} <= {home}, path


def test_the_image_is_built_from_what_a_wheel_is_built_from() -> None:
    """A file that the build reads would be missing from the image, or a module of another Python be in it."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = settings["tool"]["hatch"]["build"]
    read = {name.split("/")[0] for name in build["targets"]["wheel"].get("force-include", {})}
    assert {"pyproject.toml", "README.md", "hatch_build.py", "src", *settings["project"]["license-files"], *read} <= let_in
    assert "*" in lines
    assert "src/**/*.so" in lines
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    extras = re.search(r"/src\[(.+)\]", image)
    assert extras
    assert set(extras[1].split(",")) <= settings["project"]["optional-dependencies"].keys()
    assert image.count("FROM python:3.13-slim") == 2
    assert image.endswith('ENTRYPOINT ["cleanspam"]\n')
