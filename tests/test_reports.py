"""The report formats, each checked against its published schema or the rules of the program that reads it."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import junitparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam.ci.reports import REPORTS, Facts, FoundInFile
from cleanspam.model import Finding, Site, Verdict
from cleanspam.text.locate import Located

SCHEMAS = Path(__file__).parent / "schemas"
CUT, FLAG, NONE = Verdict.CUT, Verdict.FLAG, Verdict.NONE
# What a hostile article or file name would say to a runner, a terminal or a parser.
HOSTILE = [
    "::set-output name=x::y",
    "\n::error::x",
    "\r::add-mask::。",
    "  ::stop-commands::t",
    "##[group]x",
    "##[add-matcher]m.json",
    "%0A::error::x",
    "\x1b[31m红\x1b[0m",
    "\x9b31m",
    "\u2028::error::x",
    "\u202e反",
    "]]></failure><x>",
    '"><script>alert(1)</script>',
    "\x00\ufffe\udc80",
    "a,line=9::b",
]
texts = st.text(st.characters(), max_size=30) | st.sampled_from(HOSTILE)


def found(
    text: str = "(二手叉车价格表)",
    path: str = "文章/a.txt",
    verdict: Verdict = CUT,
    rule: str = "some-rule",
    before: str = "天还没亮,",
    after: str = ",面包店的灯已经开了。",
    line: int = 2,
) -> FoundInFile:
    """Return a finding in its place."""
    finding = Finding(11, 11 + len(text), text, Site.ALONE, verdict, (rule,))
    return FoundInFile(path, Located(finding, line, 6, before, after))


def report(name: str, *findings: FoundInFile, files: tuple[str, ...] = ()) -> str:
    """Return the whole report."""
    facts = Facts("1.2.3", "abcdef012345", {"some-rule": "Finds it."}, {"some-rule": "contact"}, list(files))
    return "".join(REPORTS[name](iter(findings), facts))


@st.composite
def findings(draw: st.DrawFn) -> FoundInFile:
    """Draw a finding with anything in it that an article or a file name can hold."""
    verdict = draw(st.sampled_from([CUT, FLAG, NONE]))
    path = draw(texts).replace("\0", "") or "x"  # no file system has NUL in a name
    return found(draw(texts), path, verdict, before=draw(texts), after=draw(texts))


def test_concise_is_one_line_a_finding() -> None:
    """An editor that jumps to path:line:column would not find the place."""
    assert report("concise", found()) == "文章/a.txt:2:6: some-rule: (二手叉车价格表)\n"


def test_full_shows_the_line_and_what_the_rule_finds() -> None:
    """A person would have to open the file to judge the finding."""
    shown = report("full", found(), found(verdict=FLAG))
    assert "    | 天还没亮,[-(二手叉车价格表)-],面包店的灯已经开了。\n    = Finds it.\n" in shown
    assert "[?(二手叉车价格表)?]" in shown


def test_full_shortens_a_long_line() -> None:
    """A very long paragraph would hide its finding."""
    shown = report("full", found(before="前" * 60, after="后" * 60))
    assert f"| …{'前' * 24}[-" in shown
    assert f"-]{'后' * 24}…\n" in shown


@pytest.mark.parametrize("name", REPORTS)
def test_without_findings_a_report_is_still_one(name: str) -> None:
    """A consumer would fail on the report of a clean corpus."""
    text = report(name, files=("a.txt",))
    if name in ("json", "gitlab"):
        assert json.loads(text) == []
    elif name == "sarif":
        assert json.loads(text)["runs"][0]["results"] == []
    elif name == "junit":
        assert ET.fromstring(text).get("failures") == "0"
    else:
        assert text == ""


def test_json_and_jsonl_say_the_same() -> None:
    """A consumer of one format would learn less than a consumer of the other."""
    both = [found(), found(verdict=FLAG, line=9)]
    assert json.loads(report("json", *both)) == [json.loads(line) for line in report("jsonl", *both).splitlines()]


def test_json_has_the_place_and_the_evidence() -> None:
    """A script could neither find nor judge the finding."""
    (data,) = json.loads(report("json", found()))
    assert (data["path"], data["line"], data["column"], data["start"], data["end"]) == ("文章/a.txt", 2, 6, 11, 20)
    assert (data["verdict"], data["kind"], data["site"], data["rules"]) == ("cut", "contact", "alone", ["some-rule"])
    assert data["text"] == "(二手叉车价格表)"


def test_json_names_the_record_and_its_field() -> None:
    """A finding in a corpus of records could not be traced to its record."""
    finding = Finding(0, 4, "(广告)", Site.ALONE, CUT, ("some-rule",))
    (data,) = json.loads(report("json", FoundInFile("a.jsonl", Located(finding, 7, 1, "", "", 7, "text"))))
    assert (data["record"], data["field"]) == (7, "text")


def test_sarif_is_valid_by_the_published_schema() -> None:
    """Code scanning would refuse the upload."""
    log = json.loads(report("sarif", found(), found(verdict=FLAG, rule="other"), found(verdict=NONE, rule="unused-mark")))
    sarif_validator().validate(log)
    run = log["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_sarif_writes_a_path_as_a_uri() -> None:
    """A path with a blank or Chinese characters would not be resolved."""
    log = json.loads(report("sarif", found(path="文 章/#1.txt")))
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "%E6%96%87%20%E7%AB%A0/%231.txt"


@given(st.lists(findings(), max_size=3))
@example([found(text) for text in HOSTILE])
def test_any_text_makes_valid_sarif(many: list[FoundInFile]) -> None:
    """One strange character in a corpus would cost the whole report."""
    text = report("sarif", *many)
    text.encode("utf-8")
    sarif_validator().validate(json.loads(text))


@given(st.lists(findings(), max_size=3))
@example([found(text) for text in HOSTILE])
def test_any_text_makes_strict_utf8_json(many: list[FoundInFile]) -> None:
    """A lone surrogate of an undecodable byte would end the run with a traceback."""
    for name in ("json", "jsonl", "gitlab"):
        report(name, *many).encode("utf-8")
    data = json.loads(report("json", *many))
    assert [one["text"] for one in data] == [one.located.finding.text for one in many]


def test_gitlab_has_what_code_quality_requires() -> None:
    """GitLab would drop the finding: description, check_name, fingerprint, severity, path and line are required."""
    (issue,) = json.loads(report("gitlab", found(path="./corpus/a.txt")))
    assert issue["location"] == {"path": "corpus/a.txt", "lines": {"begin": 2}}
    assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
    assert issue["check_name"] == "cleanspam/some-rule"
    assert re.fullmatch("[0-9a-f]{32}", issue["fingerprint"])
    assert issue["description"]


def test_gitlab_fingerprints_are_unique_and_stable() -> None:
    """GitLab would show one of two equal plantings only, or call an old finding new because its line moved."""
    first, second = json.loads(report("gitlab", found(), found(line=40)))
    (moved,) = json.loads(report("gitlab", found(path="renamed.txt", line=99)))
    assert first["fingerprint"] != second["fingerprint"]
    assert re.fullmatch("[0-9a-f]{32}", second["fingerprint"])
    assert moved["fingerprint"] == first["fingerprint"]


def test_junit_is_read_by_a_real_parser() -> None:
    """A CI server would show no test, or the wrong number of failures."""
    text = report("junit", found(), found(path="b.txt", verdict=FLAG), files=("文章/a.txt", "b.txt", "c.txt"))
    document = junitparser.JUnitXml.fromstring(text.encode())
    (suite,) = list(document)
    assert (suite.tests, suite.failures, suite.errors) == (3, 1, 0)
    failed, flagged, clean = list(suite)
    assert "(二手叉车价格表)" in failed.result[0].text
    assert failed.result[0].message == "1 finding"
    assert flagged.is_passed
    assert "(flag)" in flagged.system_out
    assert clean.is_passed


@given(st.lists(findings(), max_size=3))
@example([found(text, path=text) for text in HOSTILE])
def test_any_text_makes_well_formed_junit(many: list[FoundInFile]) -> None:
    """One control character or bracket in an article would make the whole report unreadable."""
    root = ET.fromstring(report("junit", *many).encode("utf-8"))
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}


def test_github_names_place_rule_and_text() -> None:
    """The annotation would not stand at its line in the pull request."""
    assert report("github", found()) == (
        "::error file=文章/a.txt,line=2,col=6,endColumn=15,title=cleanspam some-rule::"
        "文章/a.txt:2:6: some-rule: (二手叉车价格表)\n"
    )
    assert report("github", found(verdict=FLAG)).startswith("::warning ")
    assert report("github", found(verdict=NONE)).startswith("::notice ")


@given(st.lists(findings(), max_size=3))
@example([found(text, path=text or "x", before=text, after=text) for text in HOSTILE])
def test_no_text_injects_a_command_into_github(many: list[FoundInFile]) -> None:
    """An article in a pull request could set variables, mask the log or hide findings."""
    commands = list(obeyed(report("github", *many)))
    assert len(commands) == len(many)
    for (name, properties, message), one in zip(commands, many, strict=True):
        assert name in ("error", "warning", "notice")
        assert set(properties) == {"file", "line", "col", "endColumn", "title"}
        assert (properties["line"], properties["title"]) == ("2", "cleanspam some-rule")
        assert not re.search("[\x00-\x1f\x7f-\x9f]", message)
        assert str(one.located.line) in message


@pytest.mark.parametrize("name", ["full", "concise"])
@given(many=st.lists(findings(), max_size=3))
@example(many=[found(text, path=text or "x", before=text, after=text) for text in HOSTILE])
def test_no_text_of_a_plain_report_is_a_command(name: str, many: list[FoundInFile]) -> None:
    """A plain report in the log of a runner would be obeyed where it quotes an article."""
    text = report(name, *many)
    assert list(obeyed(text)) == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", text)
    assert text.count("\n") == len(many) * (3 if name == "full" else 1)


def obeyed(log: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield what GitHub's runner reads as commands, by the rules of its own parser.

    `::name key=value,…::message` behind blanks at the start of a line; else `##[name key=value;…]message` anywhere.
    """
    for line in re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", log):
        if line.lstrip().startswith("::") and (end := line.lstrip().find("::", 2)) > 0:
            head, message = line.lstrip()[2:end], line.lstrip()[end + 2 :]
            name, _, rest = head.partition(" ")
            pairs = [pair.split("=", 1) for pair in rest.split(",") if pair.strip()]
            yield name, {key.strip(): _unescaped(value) for key, value in pairs}, _unescaped(message)
        elif old := re.search(r"##\[([^\]]*)\]", line):
            yield old[1], {}, ""


def _unescaped(value: str) -> str:
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "␍"), ("%0A", "␊"), ("%25", "%")):
        value = value.replace(code, char)
    return value


def sarif_validator() -> Any:
    """Return a validator for SARIF 2.1.0, by the schema that OASIS publishes."""
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema)
