"""The compiled form of rule files: it holds what the files hold, or is not used."""

import marshal
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cleanspam import Cleaner
from cleanspam.judge.compiling import compile_rules, late_codes
from cleanspam.judge.criteria import Criteria
from cleanspam.judge.judge import Judge
from cleanspam.judge.tables import Tables
from cleanspam.native import IS_COMPILED
from cleanspam.rulebook import find
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.compiled import CompiledRules, LateRules, restored
from cleanspam.rulebook.compiledform import CompiledForm, holding, read_form
from cleanspam.rulebook.conditions import patterns_of
from cleanspam.rulebook.parse import parse_rules
from cleanspam.rulebook.patterns import code_of, compile_pattern, compile_timed
from cleanspam.text import latepattern
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.patterncode import pattern_of

SOURCES = find.shipped_sources()
FILES = find.shipped_files()
READ = parse_rules(SOURCES)
DATA = compile_rules(FILES)
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("cases/*/*.txt"))]


def form() -> CompiledForm:
    """Return the compiled form of the shipped rules."""
    found = read_form(DATA, FILES, holding(FILES))
    assert found
    return found


def compiled() -> CompiledRules:
    """Return the shipped rules from their compiled form."""
    found = restored(DATA, FILES)
    assert found
    return found


def values(tables: Tables) -> tuple[object, ...]:
    """Return the content of tables, for two dumps of equal values differ."""
    first, late = tables.plain
    return (first, *map(marshal.loads, late))


def test_the_compiled_form_holds_what_the_files_hold() -> None:
    """A rule, an example or a hash would depend on whether the rules were compiled."""
    found = compiled()

    assert tuple(found) == tuple(READ)
    assert (found.hash, hash(found)) == (READ.hash, hash(READ))
    assert values(Cleaner(found).judge.tables) == values(Judge(READ).tables)
    assert [type(condition) for rule in found.rules for condition in rule.conditions] == [
        type(condition) for rule in READ.rules for condition in rule.conditions
    ]


def test_two_builds_give_the_same_bytes() -> None:
    """A package could not be built again and compared, and two builds would look at different lines."""
    code = (
        "import sys; from cleanspam.judge.compiling import compile_rules; from cleanspam.rulebook.find import shipped_files\n"
    )
    code += "sys.stdout.buffer.write(compile_rules(shipped_files()))"
    builds = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in "12"
    ]
    assert builds[0] == builds[1]


def test_compiled_rules_clean_as_those_that_were_read() -> None:
    """What is cut would depend on how the rules were loaded."""
    one, other = Cleaner(compiled()), Cleaner(READ)

    assert TEXTS
    assert [one.examine(text) for text in TEXTS] == [other.examine(text) for text in TEXTS]
    assert [*map(one.screen.is_suspect, TEXTS)] == [*map(other.screen.is_suspect, TEXTS)]


def test_a_choice_of_compiled_rules_is_worked_out_anew() -> None:
    """A choice of rules would be judged by the tables of all rules."""
    chosen = compiled().only(["queries"])

    assert chosen == READ.only(["queries"])
    assert chosen.hash == READ.only(["queries"]).hash
    assert values(Judge(chosen).tables) == values(Judge(READ.only(["queries"])).tables)
    assert pickle.loads(pickle.dumps(compiled())) == READ


@pytest.mark.parametrize("change", [lambda text: f"{text}\n# more\n", lambda text: text.replace("about", "about ", 1)])
def test_the_compiled_form_of_other_texts_is_passed_over(change: Callable[[str], str]) -> None:
    """A changed rule file would change nothing."""
    name, *others = FILES
    *all_but_last, last = FILES

    assert restored(DATA, FILES | {name: change(FILES[name].decode()).encode()}) is None
    assert restored(DATA, {other: FILES[other] for other in others}) is None
    assert restored(DATA, {other: FILES[other] for other in all_but_last}) is None
    assert restored(DATA, FILES | {f"{last}.more": b""}) is None


def test_files_with_the_line_ends_of_windows_are_compiled_too() -> None:
    """A start would take three times as long where git writes such line ends."""
    files = {name: data.replace(b"\n", b"\r\n") for name, data in FILES.items()}

    assert restored(compile_rules(files), files) == READ


@pytest.mark.parametrize("data", [b"", b"\0", DATA[:1000], marshal.dumps(7), marshal.dumps((1, 2))])
def test_a_damaged_compiled_form_is_passed_over(data: bytes) -> None:
    """With half a file, as a full disk leaves it, every start would end in a traceback."""
    assert restored(data, FILES) is None


def test_a_compiled_form_older_than_the_code_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer who changes the parser would go on using the rules that the old parser made."""
    file = tmp_path / "shipped.bin"
    file.write_bytes(DATA)
    monkeypatch.setattr(find, "COMPILED", str(file))

    assert isinstance(find.load_rules(), CompiledRules)
    os.utime(file, (1, 1))
    assert not isinstance(find.load_rules(), CompiledRules)
    file.unlink()
    assert find.load_rules() == READ


def test_a_rule_file_changed_since_it_was_compiled_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction of as many characters would change nothing, or a file that was touched would make each start longer."""
    shipped = tmp_path / "rules"
    shipped.mkdir()
    for name, content in FILES.items():
        (shipped / Path(name).name).write_bytes(content)
    monkeypatch.setattr(find, "_shipped_folder", lambda: str(shipped))
    file = tmp_path / "shipped.bin"
    file.write_bytes(compile_rules(find.shipped_files()))
    monkeypatch.setattr(find, "COMPILED", str(file))
    changed = shipped / "trades.rules"

    assert find.compiled_form()
    later = file.stat().st_mtime_ns + 10**10
    os.utime(changed, ns=(later, later))
    assert find.compiled_form()
    changed.write_bytes(changed.read_bytes().replace(b"about", b"abuot", 1))
    os.utime(changed, ns=(later, later))
    assert not find.compiled_form()


def test_rules_of_a_user_are_read_with_the_shipped_ones(tmp_path: Path) -> None:
    """A mistake in a user's file would not be reported, or the user's rule would be left out."""
    text = "rule own\nabout A test.\nat between-commas\ncut 试验\ncuts 一，[-(试验)，-]二\nkeeps 一，(二)，三\n"
    (tmp_path / "own.rules").write_text(text, encoding="utf-8")

    found = find.load_rules(tmp_path)
    assert found == parse_rules([*SOURCES, RuleSource(str(tmp_path / "own.rules"), text)])
    assert found.rule("own")


def shipped_patterns() -> set[str]:
    """Return the patterns of the shipped rules' own conditions."""
    return {pattern for rule in READ.rules for condition in rule.conditions for pattern in patterns_of(condition)}


def test_patterns_of_edges_need_no_rule() -> None:
    """A page with many standings would compile each of them."""
    plan = Judge(READ).criteria.plan
    assert plan.before
    assert all(map(LateRules(form()).compiled_pattern, (*plan.before, *plan.after)))


def test_compiled_patterns_match_as_those_compiled_here() -> None:
    """A stored pattern would match other texts than the pattern compiled anew."""
    rules = compiled()
    blocks = [*READ.shapes.values(), *(place.conditions for place in READ.places.values())]
    patterns = shipped_patterns() | {pattern for block in blocks for condition in block for pattern in patterns_of(condition)}
    codes = [pattern for pattern in patterns if rules.compiled_pattern(pattern)]
    fields = [line for text in TEXTS for line in text.splitlines()][:300]

    assert len(codes) > 100
    for pattern in codes:
        made, fresh = rules.compiled_pattern(pattern), compile_pattern(pattern, READ.lists)
        assert made is not None
        assert [found and found.span() for found in map(made.search, fields)] == [
            found and found.span() for found in map(fresh.search, fields)
        ]


@pytest.mark.parametrize(
    ("pattern", "found", "other"),
    [
        ("(?<!说|号码|的事)$", "他来了", "打了号码"),
        ("(?<=说|[号店]码|的事)[，。]", "记下店码。", "密码。"),
        ("^(?:(?<!甲|乙丙)丁|戊){1,3}$", "丁戊", "乙"),
        (r"^\(?快[键捷]$", "(快键", "快"),
        (r"(?<=\d|\)|人次)$", "看了7", "看了人"),
        ("(?<!说|写着?|(?:标语|话术).{0,2}|\\L<a-b>.{1,2}|[a-c]{2,3})$", "标语还有字", "话术字句"),
        ("(?<!说|写着?|(?:标语|话术).{0,2}|\\L<a-b>.{1,2}|[a-c]{2,3})$", "乙001", "甲001了"),
        ("(?<=\\L<a-b>|乙.{0,2})[，。]", "乙天地。", "甲600。"),
        (r"^\L<a-b>{2}$", "甲000甲00", "甲000甲600"),
        ("还有|--", "a--b", "a-b"),
        (r"\[[^\]]{1,9}客服", "[青竹客服", "青竹客服"),
    ],
)
def test_long_lists_and_look_behinds_of_several_lengths_need_no_other_machine(pattern: str, found: str, other: str) -> None:
    """`check` would import `regex`, a quarter of its start, or a pattern would match other texts than with it."""
    lists = {"a-b": (*(f"甲{number:03}" for number in range(501)), "甲00")}
    by_regex = compile_timed(pattern, lists)

    assert code_of(pattern, lists)
    assert [bool(by_regex.search(text)) for text in (found, other)] == [True, False]
    assert [bool(compile_pattern(pattern, lists).search(text)) for text in (found, other)] == [True, False]


def test_shipped_patterns_need_no_other_machine() -> None:
    """A run over prose would import `regex`, and compile a pattern with it in 50 ms."""
    late = LateRules(form())
    assert len([*late.rules]) > 100  # whose parts say where the codes are
    assert all(map(late.compiled_pattern, shipped_patterns()))


def test_code_of_another_python_is_compiled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel for all Pythons would run pattern code of another version of `re`."""
    code = code_of(r"[\p{Han}a]{2}(b)", {})
    assert code
    assert pattern_of("x", code).search("中文b").groups() == ("b",)  # type: ignore[union-attr]
    monkeypatch.setattr("cleanspam.text.patterncode.RE_VERSION", 7)

    assert pattern_of("x", code) is None
    assert isinstance(Criteria(compiled())._search("[一-丁]"), type(re.compile("").search))


def test_a_pair_amid_a_line_passes_no_gate_of_rules_for_line_ends() -> None:
    """For each ordinary aside all rules would be made, in twice the time of a start, and none of them matches."""
    late, whole = Cleaner.of_form(form()), Cleaner(READ)

    assert late.screen.is_suspect("雨停了。\n她回头看了一眼（其实什么也没看见），又往前走。\n") is False
    assert "judge" not in vars(late) or not IS_COMPILED
    whole.judge.index  # noqa: B018 (from here on it tells which gates are for a place)
    for text in TEXTS:
        told = {(one.start, one.gates) for one in late._tables.prefilter.sift(text)} if late._tables else set()
        left = whole.judge._prefilter.sift(text)
        assert all(any(one.start == at and not one.gates & ~gates for at, gates in told) for one in left)


def test_late_patterns_are_compiled_by_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with a planted line would compile ten patterns, a sixth of its start, or they would match otherwise."""
    codes = late_codes()
    assert len(codes) > 50
    for source, code in codes.items():
        made, fresh = pattern_of(source[0], code), re.compile(*source)
        assert made is not None
        assert made.flags == fresh.flags
        assert [[*map(str, made.finditer(text))] for text in TEXTS] == [[*map(str, fresh.finditer(text))] for text in TEXTS]

    late = late_pattern(*next(iter(codes)))
    monkeypatch.setattr(latepattern, "_codes", lambda: codes)
    monkeypatch.setattr(latepattern, "re", None)
    assert callable(late.search)


def test_a_late_pattern_that_no_build_knows_is_compiled_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A working copy could not be used before its first build, nor after a pattern was changed."""
    monkeypatch.setattr(latepattern, "_codes", dict)
    assert late_pattern("[a-z]+").fullmatch("rain")
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "cleanspam.native._patterns", None)
    assert late_pattern("[a-z]+", re.IGNORECASE).fullmatch("RAIN")
