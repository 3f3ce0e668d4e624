"""What cleanspam ships for other programs: hooks for pre-commit, an action for GitHub, and git's own lists of files."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
AD = "茶凉了,(二手叉车价格表),雨还没停。\n"
CLEAN = "院子里的桂花开了(比去年早),香得很。\n"
CUT = "茶凉了,雨还没停。\n"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "PRE_COMMIT"))},
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "测试",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "测试",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}


def ran(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program as a user would, without the surroundings of these tests."""
    settings = {**ENVIRONMENT, **environment}
    return subprocess.run(words, cwd=cwd, env=settings, capture_output=True, encoding="utf-8", check=False)


def manifest() -> list[dict[str, Any]]:
    """Return the hooks that are shipped."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(hooks, list)
    return hooks


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a git repository with one clean file committed and a planted one staged, under names that try a shell."""
    folder = tmp_path / "repo"
    folder.mkdir()
    ran("git", "init", "-q", "-b", "main", cwd=folder)
    (folder / "clean.txt").write_text(CLEAN, encoding="utf-8")
    ran("git", "add", "clean.txt", cwd=folder)
    ran("git", "commit", "-qm", "first", cwd=folder)
    (folder / "旧 文章\n二.txt").write_text(CLEAN + AD, encoding="utf-8")
    ran("git", "add", ".", cwd=folder)
    return folder


def hooked(repository: Path, hook: str, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run a shipped hook by the real pre-commit, with the cleanspam of these tests for the one that it would install."""
    (shipped,) = (one for one in manifest() if one["id"] == hook)
    local = {**shipped, "language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return ran("pre-commit", "run", hook, cwd=repository, PRE_COMMIT_HOME=str(cache))


def test_the_manifest_is_valid() -> None:
    """Pre-commit would refuse the repository."""
    done = ran("pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [hook["language"] for hook in manifest()] == ["python", "python"]


def test_the_check_hook_stops_a_commit(repository: Path, tmp_path: Path) -> None:
    """Planted text would be committed."""
    done = hooked(repository, "cleanspam", tmp_path / "home")
    assert done.returncode == 1
    assert "(二手叉车价格表)" in done.stdout
    (repository / "旧 文章\n二.txt").write_text(CLEAN, encoding="utf-8")
    ran("git", "add", ".", cwd=repository)
    done = hooked(repository, "cleanspam", tmp_path / "home")
    assert done.returncode == 0, done.stdout


def test_the_fix_hook_cuts_and_stops(repository: Path, tmp_path: Path) -> None:
    """The hook would change files behind a commit, or not at all."""
    done = hooked(repository, "cleanspam-fix", tmp_path / "home")
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert (repository / "旧 文章\n二.txt").read_text(encoding="utf-8") == CLEAN + CUT


@pytest.mark.skipif("CLEANSPAM_TEST_INSTALL" not in os.environ, reason="set CLEANSPAM_TEST_INSTALL=1: installs from an index")
def test_pre_commit_installs_and_runs_the_hook(repository: Path, tmp_path: Path) -> None:
    """The hook would run here, and nowhere else."""
    done = ran("pre-commit", "try-repo", str(ROOT), "cleanspam", cwd=repository, PRE_COMMIT_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert "(二手叉车价格表)" in done.stdout, done.stdout + done.stderr


def test_a_list_from_git_is_checked(repository: Path) -> None:
    """The files of a change could not be checked alone, whatever their names."""
    command = "git diff --cached --name-only -z | cleanspam check --files-from - -0 --no-cache --format concise"
    done = ran("sh", "-c", command, cwd=repository)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("旧 文章␊二.txt:2:5: ")


def action() -> Any:
    """Return the action that is shipped."""
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def test_the_action_is_valid_by_the_published_schema() -> None:
    """GitHub would refuse the action."""
    done = ran("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_input_of_the_action_is_a_word_of_its_shell() -> None:
    """Who names a file could run commands in the pipeline."""
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize(("paths", "code", "count"), [(".", 1, "1"), ("clean.txt", 0, "0"), ("nowhere", 2, None)])
def test_the_action_checks(repository: Path, tmp_path: Path, paths: str, code: int, count: str | None) -> None:
    """A workflow would be green with planted text, or would not say what was found."""
    temp = tmp_path / "runner"
    (temp / "cleanspam" / "bin").mkdir(parents=True)
    (temp / "cleanspam" / "bin" / "cleanspam").symlink_to(BIN / "cleanspam")
    (step,) = (step for step in action()["runs"]["steps"] if step.get("id") == "check")
    done = ran(
        "bash",
        "--noprofile",
        "--norc",
        "-eo",
        "pipefail",
        "-c",
        step["run"],
        cwd=repository,
        PATHS=paths,
        ARGS="--exclude 旧稿/*",
        SARIF="out.sarif",
        RUNNER_TEMP=str(temp),
        GITHUB_OUTPUT=str(temp / "output"),
    )
    assert done.returncode == code, done.stderr
    if count is not None:
        assert (temp / "output").read_text(encoding="utf-8") == f"findings={count}\n"
        assert len(json.loads((repository / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]) == int(count)
        assert done.stdout.count("::error ") == int(count)


def test_the_action_installs_itself_or_what_it_is_told(tmp_path: Path) -> None:
    """A pinned action would run another version, or an empty input would install nothing."""
    (step,) = (step for step in action()["runs"]["steps"] if "pip" in step.get("run", ""))
    install = step["run"].splitlines()[1]
    told = install.replace('"$RUNNER_TEMP/cleanspam/bin/pip"', "echo")
    assert ran("bash", "-c", told, cwd=tmp_path, GITHUB_ACTION_PATH="/here", VERSION="").stdout == "install --quiet /here\n"
    assert shlex.split(ran("bash", "-c", told, cwd=tmp_path, VERSION="x==1").stdout)[-1] == "x==1"
