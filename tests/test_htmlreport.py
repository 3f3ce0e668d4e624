"""The HTML report: its content, that no text of a corpus becomes markup or script, and that it works in a real browser."""

import html as entities
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanspam.cli.app import run
from cleanspam.htmlreport import Heading, Row, html, page
from cleanspam.htmlreport.rows import own
from cleanspam.judge.cleaner import Cleaner
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.find import load_rules
from cleanspam.rulebook.parse import parse_rules
from ownrules import AD
from ownrules import BOTH as RULES

HOSTILE = [
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "<!--<script>",
    "]]>",
    "\u2028alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "${document.title='owned'}",
    "&lt;b&gt;",
    "\x00\ud800",
]
HEADING = Heading("corpus/", "2026-11-22 12:00", "abcdef012345", {"planted": "Finds it."})
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
in_browser = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this machine")


def row(text: str = "(广告甲)", file: str = "a.txt", rule: str = "planted", day: str = "2026-11-22", line: int = 1) -> Row:
    """Return a row."""
    return Row(file, line, (rule,), "alone", "茶凉了,", text, ",雨还没停。", day)


class _Shape(HTMLParser):
    """Collects the tags of a page, and the texts of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            self.scripts[-1] += data


def data_of(page: str) -> Any:
    """Return the data that the page's script reads."""
    return json.loads(_Shape(page).scripts[0])


def test_the_page_needs_nothing_but_itself() -> None:
    """Without a network, in an archive or behind a firewall, a report would be empty."""
    page = html([row()], HEADING)
    assert not re.search(r"@import|url\(|https?://", page)
    assert {name for _, names in _Shape(page).tags for name in names} & {"src", "href", "srcset", "action"} == set()
    assert "default-src 'none'" in page


def test_the_page_holds_every_row_once() -> None:
    """A cut would be missing from the report, or counted twice."""
    data = data_of(html([row(), row("(广告乙)", "b.txt", "other")], HEADING))
    assert data["files"] == ["a.txt", "b.txt"]
    assert data["rules"] == ["planted", "other"]
    assert data["abouts"] == ["Finds it.", ""]
    assert [packed[5] for packed in data["rows"]] == ["(广告甲)", "(广告乙)"]


@given(st.lists(st.text(st.characters(), max_size=20) | st.sampled_from(HOSTILE), min_size=1, max_size=4))
@example(HOSTILE)
def test_no_text_changes_the_page(texts: list[str]) -> None:
    """An article could run its script in a reviewer's browser."""
    plain = _Shape(html([row()], HEADING))
    hostile = [Row(text, 1, (text,), text, text, text, text, text) for text in texts]
    page = html(hostile, HEADING)
    page.encode("utf-8")
    assert _Shape(page).tags == plain.tags
    assert _Shape(page).scripts[1] == plain.scripts[1]
    assert len(data_of(page)["rows"]) == len(texts)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(HOSTILE[:-1]))
def test_no_heading_changes_the_page(text: str) -> None:
    """A file name on the command line could run as a script."""
    plain = _Shape(html([row()], HEADING))
    assert _Shape(html([row()], Heading(text, text, text, {"planted": text}))).tags == plain.tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(广告甲),", "广告甲"),
        (",(广告甲)", "广告甲"),
        ("（淘宝【图】开店）", "淘宝开店"),
        ("(甲),(乙),", "甲"),
        ("无括号", "无括号"),
    ],
)
def test_the_own_text_is_what_a_rule_sees(text: str, expected: str) -> None:
    """An exported text would keep nothing."""
    assert own(text) == expected


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a small planted corpus."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.rules").write_text(RULES, encoding="utf-8")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("起风了。\n" + AD + "灯灭了,(招牌甲),街上没有人。\n", encoding="utf-8")
    (folder / "b.txt").write_text("第一行。\n门开了,(广告乙),(广告丙),没有人。\n" + AD, encoding="utf-8")
    return folder


OWN = ["--no-default-rules", "--rules", "own.rules"]


@pytest.mark.usefixtures("corpus")
def test_a_report_of_files_shows_cuts_and_flags(capfd: pytest.CaptureFixture[str]) -> None:
    """The report would show less than the check."""
    assert run(["report", "corpus", "-o", "r.html", *OWN]) == 0
    assert capfd.readouterr().err == "5 rows written to r.html\n"
    rows = data_of(Path("r.html").read_text(encoding="utf-8"))["rows"]
    assert [(packed[1], packed[4], packed[5], packed[9]) for packed in rows] == [
        (2, "茶凉了,", "(广告甲),", 0),
        (3, "灯灭了,", "(招牌甲)", 1),
        (2, "门开了,", "(广告乙),", 0),
        (2, "门开了,(广告乙),", "(广告丙),", 0),
        (3, "茶凉了,", "(广告甲),", 0),
    ]


@pytest.mark.usefixtures("corpus")
def test_a_report_of_a_log_shows_each_cut_in_its_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    """After cleaning, users could not see any more which text was cut from which sentence."""
    run(["clean", "corpus", "--in-place", "--log", "cut.jsonl", *OWN])
    capfd.readouterr()
    assert run(["report", "cut.jsonl", "-o", "r.html", *OWN]) == 0
    data = data_of(Path("r.html").read_text(encoding="utf-8"))
    assert [Path(name).name for name in data["files"]] == ["a.txt", "b.txt"]
    assert (data["rows"][0][1], data["rows"][0][4], data["rows"][0][6]) == (2, "茶凉了,", "雨还没停。")
    assert [packed[8] for packed in data["rows"]] == ["广告甲", "广告乙", "广告丙", "广告甲"]
    assert {packed[4] for packed in data["rows"][1:3]} == {"门开了,"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", data["days"][0])


def test_a_file_changed_since_shows_the_cut_alone(corpus: Path) -> None:
    """A cut would be shown in a sentence that it never stood in."""
    run(["clean", "corpus", "--in-place", "--log", "cut.jsonl", *OWN])
    (corpus / "a.txt").write_text("别的文字。\n", encoding="utf-8")
    run(["report", "cut.jsonl", "-o", "r.html", *OWN])
    first = data_of(Path("r.html").read_text(encoding="utf-8"))["rows"][0]
    assert (first[1], first[4], first[5], first[6]) == (0, "", "(广告甲),", "")


def test_the_page_must_be_html(corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With arguments in the wrong order an article would be overwritten by a report."""
    before = (corpus / "a.txt").read_bytes()
    assert run(["report", "corpus", "-o", "corpus/a.txt", *OWN]) == 2
    assert capfd.readouterr().err == "cleanspam: corpus/a.txt: the page is HTML; name it *.html\n"
    assert (corpus / "a.txt").read_bytes() == before


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize(
    ("variables", "tag"),
    [({"LANG": "zh_TW.UTF-8"}, "zh-CN"), ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"), ({"CLEANSPAM_LANG": "zh"}, "zh-CN")],
)
def test_the_page_speaks_the_language_of_the_surroundings(
    variables: dict[str, str], tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader of Chinese would get an English page, or the other way about."""
    for name in ("CLEANSPAM_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(["report", "corpus", "-o", "r.html", "-q", *OWN]) == 0
    assert f'<html lang="{tag}">' in Path("r.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("corpus")
def test_a_report_of_a_log_that_was_put_back_says_why_it_is_empty(capfd: pytest.CaptureFixture[str]) -> None:
    """A reader would take an empty page for a fault."""
    run(["clean", "corpus", "--in-place", "--log", "cut.jsonl", *OWN])
    run(["restore", "cut.jsonl"])
    capfd.readouterr()
    assert run(["report", "cut.jsonl", "-o", "r.html", *OWN]) == 0
    assert capfd.readouterr().err.splitlines()[1:] == ["the log shows no cut: the run made none, or all were put back"]


@pytest.mark.usefixtures("corpus")
def test_files_and_their_log_are_counted_alike(capfd: pytest.CaptureFixture[str]) -> None:
    """The report before a run and the log behind it would name other numbers, or strike other texts."""
    lines = ["天还没亮,(网站建设公司报价),(小程序开发哪家好),灯亮了。", "一秒记住青竹小说网 www.qingzhu.com", "他走了。"]
    Path("corpus/c.txt").write_text("\n".join(lines), encoding="utf-8")
    run(["report", "corpus", "-o", "before.html"])
    run(["clean", "corpus", "--in-place", "--log", "cut.jsonl"])
    run(["report", "cut.jsonl", "-o", "after.html"])
    before, after = (data_of(Path(name).read_text(encoding="utf-8")) for name in ("before.html", "after.html"))
    cuts = [packed for packed in before["rows"] if not packed[9]]
    assert [packed[5] for packed in cuts] == [packed[5] for packed in after["rows"]] != []
    assert [before["kinds"][packed[10]] for packed in cuts] == [after["kinds"][packed[10]] for packed in after["rows"]]
    capfd.readouterr()
    run(["log", "cut.jsonl", "--json"])
    kinds = [after["kinds"][packed[10]] for packed in after["rows"]]
    assert json.loads(capfd.readouterr().out)["by_kind"] == {kind: kinds.count(kind) for kind in kinds}


def test_the_chinese_page_has_every_word() -> None:
    """A reader of Chinese would find English buttons, or a catalogue with words that no page has."""
    folder = Path(page.__file__).parent
    template, script = ((folder / name).read_text(encoding="utf-8") for name in ("page.html.j2", "page.js"))
    said = re.findall(r'say\("([^"]*)"', template + script)
    said += [word for choice in re.findall(r'say\([^?"]*\? "([^"]+)" : "([^"]+)"\)', script) for word in choice]
    kinds = [*load_rules().kinds.values(), "other"]
    assert {*said, *kinds} == page.words("zh").keys()
    shown = html([row()], HEADING._replace(language="zh"))
    assert '<html lang="zh-CN">' in shown
    assert "按种类" in shown
    assert page.words("fr") == page.words("en") == page.words("../words/zh") == {}


DRIVE = """
<script>
const told = {};
const key = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const type = (id, value) => { $(id).value = value; $(id).dispatchEvent(new Event(id === "text" ? "input" : "change")); };
const drawn = () => [...document.querySelectorAll(".row")].map((row) => row.querySelector("del").textContent);
try { %s } catch (error) { told.error = String(error); }
told.title = document.title;
const result = document.createElement("pre");
result.id = "result";
result.textContent = JSON.stringify(told);
document.body.append(result);
</script>
"""


def driven(tmp_path: Path, page: str, actions: str) -> dict[str, Any]:
    """Open a page in a headless browser, let a script act as a user, and return the values that it stored in `told`."""
    file = tmp_path / "driven.html"
    loose = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)  # the test's own script must run
    file.write_text(loose.replace("</body>", DRIVE % actions + "</body>"), encoding="utf-8")
    dom = browser(tmp_path, "--dump-dom", file.as_uri())
    found = re.search(r'<pre id="result">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    told = json.loads(entities.unescape(found[1]))
    assert "error" not in told, told
    assert isinstance(told, dict)
    return told


def browser(tmp_path: Path, *words: str) -> str:
    """Run the browser and return what it prints."""
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1366,768", profile]
    done = subprocess.run([CHROMIUM, *flags, *words], capture_output=True, encoding="utf-8", timeout=120, check=False)
    return done.stdout


@in_browser
def test_a_user_can_filter_sort_step_and_mark(tmp_path: Path) -> None:
    """The page would show its rows and do nothing."""
    rows = [
        row("(广告丙)", "b.txt", "other", "2026-11-20"),
        row("(广告甲)"),
        row("(广告乙)"),
        row("(广告甲)", day="2026-11-21"),
    ]
    told = driven(
        tmp_path,
        html(rows, HEADING),
        """
        told.all = drawn();
        type("text", "广告乙"); told.text = drawn();
        type("text", ""); type("rule", "1"); told.rule = drawn(); type("rule", "-1");
        type("file", "1"); told.file = drawn().length; type("file", "-1");
        document.querySelector("#by-day .bar[data-at='2']").click(); told.day = drawn();
        document.querySelector("#by-day .bar[data-at='2']").click(); told.undone = drawn().length;
        type("sort", "text"); told.sorted = drawn();
        type("sort", "often"); told.often = drawn();
        type("sort", "place");
        key("j"); key("x"); key("j"); key("x"); key("k"); key("k"); key("x"); key("x");
        told.marks = $("marks").textContent;
        told.wrong = [...document.querySelectorAll(".row.wrong del")].map((cut) => cut.textContent);
        $("theme").click(); told.theme = document.documentElement.dataset.theme;
        key("e"); told.open = $("exported").open; told.rules = $("rules").value;
        """,
    )
    assert told["all"] == ["(广告丙)", "(广告甲)", "(广告乙)", "(广告甲)"]
    assert told["text"] == ["(广告乙)"]
    assert told["rule"] == ["(广告甲)", "(广告乙)", "(广告甲)"]
    assert told["file"] == 3
    assert told["day"] == ["(广告甲)"]
    assert told["undone"] == 4
    assert told["sorted"] == sorted(told["all"])
    assert told["often"][:2] == ["(广告甲)", "(广告甲)"]
    assert (told["marks"], told["wrong"]) == ("2", ["(广告甲)", "(广告乙)"])
    assert told["theme"] in ("dark", "light")
    assert told["open"] is True
    keeps(told["rules"], ["茶凉了,(广告甲),雨还没停。", "茶凉了，（廣告乙），雨还没停。"], ["茶凉了,(广告丙),雨还没停。"])


def keeps(exported: str, kept: list[str], cut: list[str]) -> None:
    """Check the exported rules: the marked texts stay in any spelling, and no other text does."""
    cleaner = Cleaner(parse_rules([RuleSource("own.rules", RULES), RuleSource("keep.rules", exported)]))
    assert [cleaner.clean(text).text for text in kept] == kept
    assert all(cleaner.clean(text).text != text for text in cut)


@in_browser
def test_ten_rows_are_seen_at_once(tmp_path: Path) -> None:
    """A reviewer would page through hundreds of cuts two at a time, between charts and details."""
    rules = [f"a-rule-of-a-long-name-{number}" for number in range(40)]
    rows = [row(file=f"{number}.txt", rule=rules[number % 40], day=f"2026-11-{1 + number % 9:02}") for number in range(400)]
    heading = HEADING._replace(abouts=dict.fromkeys(rules, "Finds what this sentence is about. " * 4))
    told = driven(tmp_path, html(rows, heading), "told.rows = Math.floor(list.clientHeight / HEIGHT); told.high = innerHeight;")
    assert told["high"] <= 768
    assert told["rows"] >= 10


@in_browser
def test_a_flag_is_counted_by_kind_and_chosen_by_it(tmp_path: Path) -> None:
    """A user who looks for contacts alone would have to know the ids of their rules."""
    rows = [row("(甲)")._replace(kind="contact"), row("(乙)")._replace(kind="plea", is_flag=True), row("(丙)")]
    told = driven(
        tmp_path,
        html(rows, HEADING._replace(language="zh")),
        """
        told.kinds = [...document.querySelectorAll("#by-kind .bar span:first-child")].map((bar) => bar.textContent);
        document.querySelector("#by-kind .bar[data-at='1']").click(); told.chosen = drawn();
        told.meta = document.querySelector(".row .meta").textContent; told.shown = $("shown").textContent;
        """,
    )
    assert told["kinds"] == ["联系方式", "求票", "其他"]
    assert told["chosen"] == ["(乙)"]
    assert told["meta"].startswith("标记 · 求票 · planted · a.txt:1")
    assert told["shown"] == "1 / 3"


@in_browser
def test_tens_of_thousands_of_rows_stay_quick(tmp_path: Path) -> None:
    """The page of a real corpus would freeze."""
    rows = [row(f"(广告{number})", f"{number % 500}.txt", line=number) for number in range(50_000)]
    told = driven(
        tmp_path,
        html(rows, HEADING),
        """
        const start = performance.now();
        told.drawn = drawn().length;
        key("End"); told.last = document.querySelector(".row.chosen del").textContent;
        type("text", "广告49999"); told.found = drawn();
        type("text", ""); type("sort", "text");
        told.seconds = (performance.now() - start) / 1000;
        """,
    )
    assert told["drawn"] < 60
    assert told["last"] == "(广告49999)"
    assert told["found"] == ["(广告49999)"]
    assert told["seconds"] < 5


@in_browser
def test_hostile_texts_are_only_shown(tmp_path: Path) -> None:
    """An article could run its script in a reviewer's browser."""
    rows = [Row(text, 1, (text,), "alone", text, text, text, "2026-11-22") for text in HOSTILE]
    page = html(rows, Heading(HOSTILE[0], HOSTILE[1], HOSTILE[0], {HOSTILE[0]: HOSTILE[1]}))
    told = driven(
        tmp_path,
        page,
        """
        for (let at = 0; at < rows.length; at++) { key("x"); key("j"); }
        key("Home"); key("e");
        told.images = document.images.length; told.scripts = document.scripts.length;
        told.shown = document.querySelector(".row del").textContent;
        """,
    )
    assert told["title"] == f"cleanspam: cuts {len(HOSTILE)}"
    assert (told["images"], told["scripts"]) == (0, 3)
    assert told["shown"] == HOSTILE[0]


@in_browser
def test_the_policy_lets_the_pages_own_script_run(tmp_path: Path) -> None:
    """The hash in the policy would be wrong, and the page empty in every browser."""
    file = tmp_path / "page.html"
    file.write_text(html([row()], HEADING), encoding="utf-8")
    assert "<del>(广告甲)</del>" in browser(tmp_path, "--dump-dom", file.as_uri())
