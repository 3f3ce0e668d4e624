"""Chinese messages and help: they are complete and have the values of the English ones; output for programs stays English."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from cleanspam.cli.app import COMMANDS, run
from cleanspam.cli.language import CATALOGUE, catalogue, language, read_catalogue, speaking, tr, translated
from cleanspam.errors import CleanspamError
from cleanspam.rulebook.find import load_rules

ROOT = Path(__file__).parent.parent
Capture = pytest.CaptureFixture[str]
AD = "茶凉了,(网站建设公司报价),雨还没停。\n"
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "CLEANSPAM_LANG")


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*LOCALE, "GITHUB_ACTIONS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(AD, encoding="utf-8")


def tool() -> ModuleType:
    """Return the module that lists the messages of the source."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def places(text: str) -> list[str]:
    """Return the values that a message has, in order of their names."""
    return sorted(re.findall(r"\{[0-9]*\}", text))


def has_chinese(text: str) -> bool:
    """Tell whether a text has a Chinese character."""
    return re.search("[\u4e00-\u9fff]", text) is not None


def test_the_catalogue_has_all_that_is_said_and_nothing_else() -> None:
    """A message would stay English, or an unused translation be kept; `python tools/messages.py --write` mends both."""
    wanted = set(tool().messages())
    assert (sorted(wanted - catalogue().keys()), sorted(catalogue().keys() - wanted)) == ([], [])


def test_every_message_is_translated_with_its_values() -> None:
    """A file's name would be lost, or a message be empty."""
    wrong = {english: chinese for english, chinese in catalogue().items() if places(english) != places(chinese)}
    assert wrong == {}
    assert [english for english, chinese in catalogue().items() if not chinese.strip()] == []


def test_the_catalogue_is_one_that_gettext_reads() -> None:
    """Translators' tools could not open the catalogue, or entries would be passed over."""
    text = CATALOGUE.read_text(encoding="utf-8")
    assert text.count("\nmsgid ") == text.count("\nmsgstr ") - 1 == len(read_catalogue(text))


@pytest.mark.parametrize(
    ("surroundings", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LC_ALL": "C", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "CLEANSPAM_LANG": "en"}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(surroundings: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """cleanspam would speak another language than other programs on the machine."""
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert language() == spoken


@pytest.mark.parametrize("words", [["--lang", "zh", "check"], ["check", "--lang", "zh"], ["check", "--lang=zh"]])
def test_lang_stands_before_or_behind_the_command(words: list[str], capfd: Capture) -> None:
    """Where it may stand would have to be looked up."""
    assert run(words) == 1
    assert capfd.readouterr().err == "1 个文件中发现 1 处\n"
    assert run(["check"]) == 1
    assert capfd.readouterr().err == "1 finding in 1 file\n"


def test_another_language_is_refused(capfd: Capture) -> None:
    """A mistyped language would give English output without a message."""
    assert run(["check", "--lang", "fr"]) == 2
    assert capfd.readouterr().err == "cleanspam: --lang fr: choose from en, zh\n"


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_the_help_is_chinese(name: str | None, capfd: Capture) -> None:
    """Half of a page would be in English. Only words that users type stay English."""
    assert run(["--lang", "zh", *([name] if name else []), "--help"]) == 0
    shown = capfd.readouterr().out
    assert all(word in shown for word in ("用法：", "选项", "显示本帮助后退出"))
    assert not re.search(
        r"(?<![-\w])(Usage|Options|Arguments|Commands|Show|the|rules? that)(?![-\w])", re.sub(r"`.*?`|cleanspam .*", "", shown)
    )
    assert run([name or "clean", "--help"]) == 0
    assert "Show this message and exit." in capfd.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_a_narrow_terminal_breaks_chinese_help(name: str, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a sentence would be cut off, for Chinese has no blanks at which a line could be broken."""
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["--lang", "zh", name, "--help"]) == 0
    assert "…" not in capfd.readouterr().out.replace("[-…-]", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "chek：没有这个命令或文件；是否想写 check？"),
        (["check", "nosuch"], "nosuch: 没有这个文件或目录"),
        (["check", "--only", "plea-updat"], "--only: 没有名为 'plea-updat' 的规则；是否想写 plea-update？"),
        (["check", "--as", "tekst"], "--as: 未知格式 'tekst'；是否想写 text？"),
        (["check", "--cut", "zzzzzz"], "--cut: 没有名为 'zzzzzz' 的标记规则；用 `cleanspam rules list` 查看"),
        (["clean", "a.txt", "b.txt"], "多个文件不能共用标准输出；请用 --output DIR 指定目录，或使用 --in-place"),
        (["check", "--baseline", "b"], "b：没有这个基线；请用 --write-baseline b 生成"),
    ],
)
def test_errors_are_chinese_with_what_they_name(words: list[str], said: str, capfd: Capture) -> None:
    """A user who reads no English would not know what to do."""
    assert run([*words, "--lang", "zh"]) == 2
    assert f"cleanspam: {said}\n" in capfd.readouterr().err


def test_an_error_within_an_error_is_translated_too() -> None:
    """Half of the line would stay English."""
    message = "d/a: b.txt.gz: damaged gzip data: the file ends inside a frame; the other files go on"
    with speaking("zh"):
        assert translated(message) == "d/a: b.txt.gz: gzip 数据损坏：文件在数据帧中途结束；其余文件照常处理"
        assert translated("d/out of memory.txt") == "d/out of memory.txt"
        assert translated("unbounded .*; write a bounded one, like {0,20}") == ".* 没有上限；请写出上限，如 {0,20}"
    assert translated(message) == message


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "badrules").glob("*.rules")), ids=lambda path: path.stem)
def test_every_refusal_of_a_rule_file_is_chinese(path: Path) -> None:
    """The author of a rule would not know what to write instead."""
    with pytest.raises(CleanspamError) as refused:
        load_rules(path, default=False)
    with speaking("zh"):
        assert has_chinese(translated(str(refused.value)))


def test_reports_for_programs_and_logs_stay_english(capfd: Capture) -> None:
    """A program would have to know the language of the user."""
    Path("bad.jsonl").write_text('{"text": 1', encoding="utf-8")
    seen = []
    for name in ("en", "zh"):
        for form in ("json", "jsonl", "sarif", "junit", "gitlab", "github", "concise", "full"):
            run(["check", "a.txt", "--format", form, "--lang", name])
        assert run(["clean", "a.txt", "bad.jsonl", "-o", name, "--json-summary", "s.json", "--lang", name]) == 2
        seen.append((capfd.readouterr().out, sorted(json.loads(Path("s.json").read_text(encoding="utf-8"))["skipped"])))
    assert seen[0] == seen[1]


def test_a_message_has_its_values_where_the_language_wants_them() -> None:
    """A sentence would have English order, or braces that are the message's own be filled."""
    assert tr("{0} written to {1}", "1 finding", "b.txt") == "1 finding written to b.txt"
    assert tr('a table like {".foo" = "text"}') == 'a table like {".foo" = "text"}'
    with speaking("zh"):
        assert tr("{0} put back into {1}", 2, 3) == "已恢复 2，涉及 3"


def test_a_chinese_summary_has_chinese_order_and_marks(capfd: Capture) -> None:
    """`cleanspam.html中发现 9 行` says that the page was searched; colons and brackets of two widths would stand in a line."""
    assert run(["report", "a.txt", "--lang", "zh"]) == 0
    assert capfd.readouterr().err == "已将 1 行写入 cleanspam.html\n"
    assert run(["diff", "a.txt", "--lang", "zh"]) == 0
    assert capfd.readouterr().err == "1 行中有 1 处剪除，共 11 / 21 个字符：asked-between-commas 1\n"
    Path("b.foo").write_text("", encoding="utf-8")
    assert run(["clean", ".", "--in-place", "--lang", "zh"]) == 0
    err = capfd.readouterr().err
    assert "（1 个有改动）" in err
    assert "未知后缀：.foo 1）" in err
    assert re.search(r"[:(]", err.partition("日志")[0]) is None


def test_the_values_of_the_summary_stand_below_each_other(capfd: Capture) -> None:
    """The counts of rules with long names would stand out of their column."""
    assert run(["clean", "a.txt", "-o", "out/"]) == 0
    rows = capfd.readouterr().err.splitlines()
    assert "  asked-between-commas  1" in rows
    assert {len(row) - len(re.sub(r"^ *\S+(?: [a-z]\S*)* +", "", row)) for row in rows} == {24}


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        (["diff"], "cleanspam diff [OPTIONS] [PATH]..."),
        (["restore"], "cleanspam restore [OPTIONS] LOG... [PATH]..."),
        (["rules", "prove"], "cleanspam rules prove [OPTIONS] [FILE|DIR]..."),
        (["rules", "show"], "cleanspam rules show [OPTIONS] ID"),
    ],
)
def test_the_help_shows_arguments_as_they_are_written(command: list[str], usage: str, capfd: Capture) -> None:
    """The help would show `[[PATH]...]...` and `<list[Path]>`, which users do not understand."""
    assert run([*command, "--help"]) == 0
    shown = capfd.readouterr().out
    assert usage == shown.partition("Usage: ")[2].splitlines()[0].strip()
    assert "<" not in shown


def test_the_help_shows_what_values_an_option_takes(capfd: Capture) -> None:
    """A user would not see that --output takes a folder or a file, and --jobs a number."""
    assert run(["clean", "--help"]) == 0
    shown = capfd.readouterr().out
    assert re.search(r"--output +-o +DIR\|FILE ", shown)
    assert re.search(r"--shard +I/N ", shown)
    assert "Default, and -: standard input." in shown
