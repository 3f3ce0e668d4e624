"""Integrations: the hooks for pre-commit, the action for GitHub, and lists of files from git."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cleanspam.cli.configfile import KEYS

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
AD = "茶凉了,(网站建设公司报价),雨还没停。\n"
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
    """Run a program as a user would, without the environment variables of these tests."""
    settings = {**ENVIRONMENT, **environment}
    return subprocess.run(words, cwd=cwd, env=settings, capture_output=True, encoding="utf-8", check=False)


def manifest() -> list[dict[str, Any]]:
    """Return the hooks that are shipped."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(hooks, list)
    return hooks


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a git repository with a clean file committed and a planted file staged; their names are difficult for a shell."""
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
    """Run a shipped hook with the real pre-commit, which uses the cleanspam of these tests instead of installing one."""
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
    assert "(网站建设公司报价)" in done.stdout
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


def test_the_documented_hooks_run_again_and_again(repository: Path, tmp_path: Path) -> None:
    """The second run would clean the log of the first, fail because of cleanspam's own files, or make the cuts final."""
    (text,) = blocks("yaml", ".pre-commit-config.yaml")
    config = yaml.safe_load(text)
    shipped = {hook["id"]: hook for hook in manifest()}
    for repo in config["repos"]:
        repo["repo"] = "local"
        del repo["rev"]
        repo["hooks"] = [{**shipped[hook["id"]], **hook, "language": "system"} for hook in repo["hooks"]]
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    planted = repository / "旧 文章\n二.txt"
    home = str(tmp_path / "home")

    def committed() -> tuple[int, str, list[str]]:
        """Stage and commit everything as a user does, and return the result and the files that git would still add."""
        ran("git", "add", "-A", cwd=repository)
        done = ran("git", "commit", "-qm", "next", cwd=repository, PRE_COMMIT_HOME=home)
        status = ran("git", "status", "--porcelain", "-z", cwd=repository).stdout
        return done.returncode, done.stdout + done.stderr, [entry for entry in status.split("\0") if entry]

    assert ran("pre-commit", "install", cwd=repository, PRE_COMMIT_HOME=home).returncode == 0
    code, said, _ = committed()  # the hooks find the planting, and cut it
    assert code == 1
    assert "(网站建设公司报价)" in said
    assert "files were modified by this hook" in said
    assert planted.read_text(encoding="utf-8") == CLEAN + CUT
    code, said, left = committed()  # what was cut is added, and nothing of cleanspam's own
    assert (code, left) == (0, []), said
    assert not [path for path in ran("git", "ls-files", "-z", cwd=repository).stdout.split("\0") if "cleanspam/" in path]
    assert ran("cleanspam", "restore", "--last", cwd=repository).returncode == 0
    assert planted.read_text(encoding="utf-8") == CLEAN + AD
    code, said, _ = committed()  # what was put back is found again
    assert code == 1
    assert planted.read_text(encoding="utf-8") == CLEAN + CUT
    (repository / "clean.txt").write_text(CLEAN * 2, encoding="utf-8")
    code, said, left = committed()
    assert (code, left) == (0, []), said
    assert ran("cleanspam", "restore", "--last", cwd=repository).returncode == 0
    assert planted.read_text(encoding="utf-8") == CLEAN + AD


@pytest.mark.skipif("CLEANSPAM_TEST_INSTALL" not in os.environ, reason="set CLEANSPAM_TEST_INSTALL=1: installs from an index")
def test_pre_commit_installs_and_runs_the_hook(repository: Path, tmp_path: Path) -> None:
    """The hook would run only in this repository."""
    done = ran("pre-commit", "try-repo", str(ROOT), "cleanspam", cwd=repository, PRE_COMMIT_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert "(网站建设公司报价)" in done.stdout, done.stdout + done.stderr


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
    """A stranger could run commands in the pipeline by the name of a file."""
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


USES_RE = re.compile(r"\buses: *(.*)")
PINNED_RE = re.compile(r"([\w.-]+/[\w./-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def test_every_action_of_others_is_pinned() -> None:
    """Whoever takes over an action could move its tag, and would run in every check and release, and for every user."""
    files = [*ROOT.glob(".github/**/*.y*ml"), ROOT / "action.yml"]
    uses = {use for path in files for use in USES_RE.findall(path.read_text(encoding="utf-8")) if not use.startswith("./")}
    pins = {use: PINNED_RE.fullmatch(use) for use in uses}
    assert [use for use, pin in pins.items() if not pin] == []
    assert len({pin[1] for pin in pins.values() if pin}) == len(uses) > 1  # one version of each


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


DOCS = [ROOT / "docs" / "ci.md", ROOT / "docs" / "ci.zh-CN.md"]
BLOCK_RE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str, name: str = "") -> list[str]:
    """Return the snippets of the docs in a language that begin with a comment of that name."""
    found = BLOCK_RE.findall(DOCS[0].read_text(encoding="utf-8"))
    return [body for kind, body in found if kind == language and (not name or body.startswith(f"# {name}\n"))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the project that the docs describe: a repository with a planted corpus, two commits, rules, and a filled cache."""
    folder = tmp_path_factory.mktemp("docs") / "repo"
    (folder / "corpus").mkdir(parents=True)
    ran("git", "init", "-q", "-b", "main", cwd=folder)
    ran("git", "commit", "-qm", "first", "--allow-empty", cwd=folder)
    for number in range(4):
        (folder / "corpus" / f"{number}.txt").write_text(CLEAN * 400 + AD * (number == 0), encoding="utf-8")
    (folder / "own.rules").write_text("list  own-words\n      甲乙\n", encoding="utf-8")
    ran("git", "add", ".", cwd=folder)
    ran("git", "commit", "-qm", "second", cwd=folder)
    ran("cleanspam", "check", "corpus", cwd=folder)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the project that the docs describe."""
    return Path(shutil.copytree(made, tmp_path / "project"))


def know(project: Path) -> None:
    """Write a baseline of the plantings."""
    ran("cleanspam", "check", "corpus", "--write-baseline", "known.txt", cwd=project)


def test_both_languages_have_the_same_snippets() -> None:
    """One language would show snippets that no test has run."""
    english, chinese = (BLOCK_RE.findall(path.read_text(encoding="utf-8")) for path in DOCS)
    assert english == chinese
    assert {kind for kind, _ in english} == {"sh", "toml", "yaml", "make", "markdown"}


@pytest.mark.parametrize("block", blocks("sh"))
def test_the_shell_snippets_run(block: str, project: Path) -> None:
    """The docs would show options that do not exist."""
    for line in block.splitlines():
        done = ran("bash", "-o", "pipefail", "-c", line, cwd=project)
        assert done.returncode == (1 if line in FINDING else 0), (line, done.stdout, done.stderr)


# The snippets that fail on a planted corpus, as they should.
FINDING = {
    "cleanspam check corpus/",
    "cleanspam check corpus/ --format sarif --output-file cleanspam.sarif",
    "cleanspam check corpus/ --format junit --output-file cleanspam.xml",
    "git diff --name-only --diff-filter=d -z HEAD~1 -- '*.txt' '*.md' '*.jsonl' | cleanspam check --files-from - -0",
}


def test_the_configuration_of_the_docs_is_one(project: Path) -> None:
    """A copied configuration would be refused."""
    (text,) = blocks("toml", "cleanspam.toml")
    know(project)
    (project / "cleanspam.toml").write_text(text, encoding="utf-8")
    assert ran("cleanspam", "check", cwd=project).returncode == 0
    assert 'without = ["asked-anywhere"]' in ran("cleanspam", "config", cwd=project).stdout


def test_the_docs_name_every_key() -> None:
    """A key would be documented nowhere."""
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        assert [key for key in KEYS if f"`{key}`" not in text] == []


def test_the_workflow_is_valid_and_gives_the_action_what_it_takes(tmp_path: Path) -> None:
    """GitHub would refuse the workflow, or warn of inputs that the action does not have."""
    (text,) = blocks("yaml", ".github/workflows/corpus.yml")
    (tmp_path / "corpus.yml").write_text(text, encoding="utf-8")
    done = ran("check-jsonschema", "--builtin-schema", "vendor.github-workflows", "corpus.yml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (step,) = (step for step in yaml.safe_load(text)["jobs"]["spam"]["steps"] if "cleanspam@" in step["uses"])
    assert set(step["with"]) <= set(action()["inputs"])


def test_the_gitlab_job_is_valid_and_runs(project: Path) -> None:
    """GitLab would refuse the job, or find no report."""
    (text,) = blocks("yaml", ".gitlab-ci.yml")
    (project / ".gitlab-ci.yml").write_text(text, encoding="utf-8")
    done = ran("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    job = yaml.safe_load(text)["spam"]
    (command,) = (line for line in job["script"] if not line.startswith("pip install "))
    assert ran("bash", "-c", command, cwd=project).returncode == 1
    assert len(json.loads((project / job["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))) == 1


def test_the_pre_commit_configuration_is_valid(tmp_path: Path) -> None:
    """Pre-commit would refuse the configuration, or know no such hook."""
    (text,) = blocks("yaml", ".pre-commit-config.yaml")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    done = ran("pre-commit", "validate-config", "config.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    named = {hook["id"] for hook in yaml.safe_load(text)["repos"][0]["hooks"]}
    assert named == {hook["id"] for hook in manifest()}


def test_the_make_target_runs(project: Path) -> None:
    """The documented target would fail even for a clean corpus."""
    (text,) = blocks("make", "Makefile")
    know(project)
    (project / "Makefile").write_text(text, encoding="utf-8")
    assert ran("make", "spam", cwd=project).returncode == 0
    (project / "corpus" / "new.txt").write_text("灯灭了,(小程序开发哪家好),街上没有人。\n", encoding="utf-8")
    assert ran("make", "spam", cwd=project).returncode != 0


def test_the_marked_line_of_the_docs_stays(project: Path) -> None:
    """The docs would show a mark that protects nothing."""
    (text,) = blocks("markdown")
    (project / "marked.md").write_text(text, encoding="utf-8")
    done = ran("cleanspam", "check", "marked.md", "--format", "concise", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "0 findings in 1 file, 1 kept by a mark\n"
