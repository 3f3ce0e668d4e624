"""Configuration: where it is found, what it may contain, what its paths mean, and that the command line outranks it."""

import sys
from pathlib import Path

import pytest

from cleanspam.cli.app import run
from cleanspam.cli.configfile import KEYS, Config, find, load, read
from cleanspam.cli.filter import plain_filter
from cleanspam.errors import CleanspamError
from ownrules import AD
from ownrules import PLANTED as RULES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project with a corpus and a rule file of its own, outside any CI."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "ad.txt").write_text(AD, encoding="utf-8")
    (tmp_path / "own.rules").write_text(RULES, encoding="utf-8")
    return tmp_path


def configured(folder: Path, text: str, name: str = "cleanspam.toml") -> Path:
    """Write a configuration file and return its path."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


OWN_RULES = 'no-default-rules = true\nrules = ["own.rules"]\n'


def test_it_is_found_upwards(project: Path) -> None:
    """The same command in a subfolder would judge by other rules."""
    file = configured(project, "")
    assert find(project / "corpus") == file


def test_the_nearest_file_wins(project: Path) -> None:
    """The settings of a whole repository would overrule those of its part."""
    configured(project, "max-findings = 1\n")
    near = configured(project / "corpus", "max-findings = 2\n")
    assert load(project / "corpus") == Config(near, {"max-findings": 2})


def test_a_pyproject_without_our_table_is_passed_over(project: Path) -> None:
    """Any Python project below a configured folder would hide the configuration."""
    file = configured(project, "max-findings = 1\n")
    configured(project / "corpus", '[project]\nname = "cleanspam-corpus"\n', "pyproject.toml")
    assert find(project / "corpus") == file


@pytest.mark.parametrize("table", ["[tool.cleanspam]\nmax-findings = 3\n", "[tool]\ncleanspam.max-findings = 3\n"])
def test_the_table_of_a_pyproject_is_read(project: Path, table: str) -> None:
    """One of TOML's spellings of the same table would not count."""
    file = configured(project, table, "pyproject.toml")
    assert load(project) == Config(file, {"max-findings": 3})


@pytest.mark.parametrize("text", ["cleanspam [", "[tool.black]\ncleanspam = \n", "# [tool.cleanspam]\n["])
def test_a_broken_pyproject_of_others_is_no_error(project: Path, text: str) -> None:
    """A filter in a pipe would fail because a file nearby mentions cleanspam and is no TOML."""
    configured(project, text, "pyproject.toml")
    assert load(project).file is None or load(project).file != project / "pyproject.toml"


@pytest.mark.parametrize("header", ["[tool.cleanspam]", "[ tool . 'cleanspam' ]", "[tool.cleanspam.suffixes]"])
@pytest.mark.parametrize("words", [["corpus/ad.txt"], ["clean", "corpus/ad.txt"], ["check"]])
def test_a_broken_pyproject_with_our_table_is_an_error(
    project: Path, header: str, words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """A slip in the file would undo its rules and limits, and the check be green."""
    file = configured(project, f"[project]\n{header}\nmax-findings = \n", "pyproject.toml")
    assert (plain_filter(words) if len(words) < 2 else None) is None
    assert run(words) == 2
    said = f"cleanspam: {file}:3:16: not TOML: Invalid value; mend it, or use --isolated\n"
    assert capfd.readouterr() == ("", said)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("cleanspam.toml", "\njobs = 0\n", ":2: jobs is a whole number from 1, not 0"),
        ("cleanspam.toml", 'paths = ["a"]\n\n"jbos" = 1\n', ":3: unknown key 'jbos'; did you mean jobs?"),
        ("cleanspam.toml", 'paths = ["~nobody-/x"]', ":1: ~nobody-/x: there is no such home folder; write the path out"),
        (
            "cleanspam.toml",
            'output-file = "../x"',
            ":1: output-file leads out of the folder of the file; name it on the command line instead",
        ),
        ("cleanspam.toml", 'paths = ["a\\u0000b"]', ":1: paths is a list of paths, not ['a\\x00b']"),
        ("pyproject.toml", "[tool.x]\njobs = 3\n[tool.cleanspam]\njobs = 0\n", ":4: jobs is a whole number from 1, not 0"),
        ("pyproject.toml", "[tool]\ncleanspam.jobs = 0\n", ":2: jobs is a whole number from 1, not 0"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(project: Path, name: str, text: str, said: str) -> None:
    """In a long pyproject.toml the key would have to be looked for."""
    file = configured(project, text, name)
    with pytest.raises(CleanspamError) as caught:
        load(project)
    assert str(caught.value) == f"{file}{said}"


def test_bytes_that_are_no_utf8_are_told(project: Path) -> None:
    """The message of Python's decoder does not tell a user what to do."""
    (project / "cleanspam.toml").write_bytes(b"# \xff\n")
    with pytest.raises(CleanspamError, match=r"cleanspam\.toml: not UTF-8 at byte 2; save it as UTF-8, or use --isolated$"):
        load(project)


def test_config_prints_toml_that_shows_what_is_hidden(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A folder's configuration could write over the terminal, and what is printed would be no TOML."""
    hidden = "a\x9b\u202e\u200b\U000e0041b"
    configured(project, f'exclude = ["{hidden}"]\nsuffixes = {{".foo" = "text"}}\n')
    assert run(["config"]) == 0
    out = capfd.readouterr().out
    assert not any(char in out for char in hidden[1:-1])
    assert tomllib.loads(out) == {"exclude": [hidden], "suffixes": {".foo": "text"}}


def test_paths_are_relative_to_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check would look for its corpus wherever it is started."""
    file = configured(project, 'paths = ["corpus"]\nbaseline = "known.txt"\n')
    assert read(file).values == {"paths": ["corpus"], "baseline": "known.txt"}
    monkeypatch.chdir(project / "corpus")
    assert read(file).values == {"paths": ["."], "baseline": "../known.txt"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rulse = []", "unknown key 'rulse'; did you mean rules?"),
        ("max_findings = 1", "unknown key 'max_findings'; did you mean max-findings?"),
        ("zzz = 1", "unknown key 'zzz'; choose from paths, include"),
        ('rules = "a"', "rules is a list of paths, not 'a'"),
        ("max-findings = -1", "max-findings is a whole number from 0, not -1"),
        ("max-findings = 1.5", "max-findings is a whole number from 0, not 1.5"),
        ("max-findings = true", "max-findings is a whole number from 0, not True"),
        ("strict-baseline = 1", "strict-baseline is true or false, not 1"),
        ("rules = [", "not TOML: "),
    ],
)
def test_a_mistake_names_file_and_remedy(project: Path, text: str, message: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A mistyped key would silently change nothing."""
    file = configured(project, text)
    with pytest.raises(CleanspamError) as refused:
        read(file)
    assert str(refused.value).startswith(f"{file}:1: {message}")
    assert run(["check", "corpus"]) == 2
    assert capfd.readouterr().err.startswith(f"cleanspam: {file}:1: {message}")


def test_a_configuration_that_is_named_must_be_there(capfd: pytest.CaptureFixture[str]) -> None:
    """A mistyped path would be taken for no configuration."""
    assert run(["--config", "none.toml", "check"]) == 2
    assert (
        capfd.readouterr().err == "cleanspam: none.toml: No such file or directory; name a cleanspam.toml or a pyproject.toml\n"
    )


def test_check_takes_everything_from_the_file(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """CI would need the options that stand in the file."""
    configured(project, OWN_RULES + 'paths = ["corpus"]\nformat = "concise"\nmax-findings = 1\n')
    assert run(["check"]) == 0
    out, err = capfd.readouterr()
    assert out == "corpus/ad.txt:1:5: planted: (广告甲)\n"
    assert err.splitlines()[1] == "budget: 1 of 1 findings (100% used)"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'without = ["query-before-comma"]',
            "without: no rule has the id 'query-before-comma'; `cleanspam rules list` shows them",
        ),
        ('only = ["plea-updat"]', "only: no rule has the id 'plea-updat'; did you mean plea-update?"),
        ('cut = ["nope-*"]', "cut: no flag rule has the id 'nope-*'; `cleanspam rules list` shows them"),
        ('as = "jsnol"', "as: unknown format 'jsnol'; did you mean jsonl?"),
        ('encoding = "latin-1"', "encoding: unknown encoding 'latin-1' for Chinese text; write utf-8, gb18030, big5 or utf-16"),
        ('format = "x"', "format: unknown format 'x'; choose from full, concise, json, jsonl, github, gitlab, sarif, junit"),
        ('fail-on = "x"', "fail-on: write cut or flag, not 'x'"),
    ],
)
def test_a_value_that_a_command_refuses_is_told_with_its_line(
    project: Path, line: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """After an update a job would fail for an option that nobody typed, and name no file."""
    file = configured(project, f"jobs = 1\n{line}\n")
    assert run(["check", "corpus"]) == 2
    assert capfd.readouterr() == ("", f"cleanspam: {file}:2: {said}\n")


def test_a_value_of_the_command_line_is_not_told_as_the_files(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A user would look into a file for what stands on the command line."""
    configured(project, 'without = ["plea-update"]\n')
    assert run(["check", "corpus", "--without", "wish-between-commas"]) == 2
    said = "--without: no rule has the id 'wish-between-commas'; `cleanspam rules list` shows them"
    assert capfd.readouterr().err == f"cleanspam: {said}\n"


def test_the_command_line_wins(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody could try another setting without editing the file."""
    configured(project, OWN_RULES + 'paths = ["nowhere"]\nformat = "json"\nmax-findings = 1\n')
    assert run(["check", "corpus", "--format", "concise", "--max-findings", "0"]) == 1
    assert capfd.readouterr().out == "corpus/ad.txt:1:5: planted: (广告甲)\n"


def test_clean_takes_the_rules_and_never_the_paths(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Check and clean would judge by different rules, or a filter would read a corpus in place of its pipe."""
    configured(project, OWN_RULES + 'paths = ["nowhere"]\n')
    assert run(["clean", "corpus/ad.txt"]) == 0
    assert capfd.readouterr().out == "茶凉了,雨还没停。\n"


def test_isolated_uses_no_configuration(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A broken configuration could not be worked around."""
    configured(project, "broken")
    words = ["--no-default-rules", "--rules", "own.rules"]
    assert run(["--isolated", "check", "corpus", *words]) == 1
    assert run(["--isolated", *words, "corpus/ad.txt"]) == 0
    assert capfd.readouterr().out.endswith("茶凉了,雨还没停。\n")


def test_config_shows_the_file_and_its_values(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody could see why the check does what it does."""
    file = configured(project, OWN_RULES + 'exclude = ["旧稿/*"]\nmax-per-million = 2.5\n')
    assert run(["config"]) == 0
    shown = capfd.readouterr().out
    assert shown.startswith(f"# {file}\n")
    assert tomllib.loads(shown) == {
        "exclude": ["旧稿/*"],
        "max-per-million": 2.5,
        "no-default-rules": True,
        "rules": ["own.rules"],
    }


def test_config_says_when_there_is_none(capfd: pytest.CaptureFixture[str]) -> None:
    """Silence would be taken for an error."""
    assert run(["--isolated", "config"]) == 0
    assert capfd.readouterr().out.startswith("# no configuration")


def test_every_key_is_an_option_of_check(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A key would be accepted and do nothing."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    run(["check", "--help"])
    shown = capfd.readouterr().out
    options = {key for key in KEYS if key != "paths"} - {"fields", "suffixes"} | {"field", "suffix"}
    assert {key for key in options if f"--{key}" not in shown} == set()
