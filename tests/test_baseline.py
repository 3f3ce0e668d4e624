"""Baselines: which findings count as known, the form of the file, and which files are refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.ci import baseline
from cleanspam.errors import FormatError
from cleanspam.model import Finding, Site, Verdict
from cleanspam.text.locate import Located

texts = st.text(max_size=40)


def located(
    text: str = "(二手叉车)",
    before: str = "天还没亮,",
    after: str = ",店开了。",
    line: int = 1,
    rules: tuple[str, ...] = ("planted",),
) -> Located:
    """Return a finding in its place."""
    return Located(Finding(line, line + len(text), text, Site.ALONE, Verdict.CUT, rules), line, 6, before, after)


findings = st.builds(located, texts, texts, texts, st.integers(1, 999), st.sampled_from([("planted",), ("other", "planted")]))


def test_a_known_finding_is_excused_once() -> None:
    """A copy of a planted paragraph would come in under the name of the first."""
    known = baseline.loads(baseline.dumps([located()]))
    assert known.excuses(located(line=70))
    assert not known.excuses(located(line=90))


def test_two_known_copies_excuse_two() -> None:
    """A corpus with two copies of an article could never be green."""
    known = baseline.loads(baseline.dumps([located(), located(line=5)]))
    assert [known.excuses(located(line=line)) for line in (5, 6, 7)] == [True, True, False]


def test_another_place_is_new() -> None:
    """A known phrase planted in another sentence would pass."""
    known = baseline.loads(baseline.dumps([located()]))
    assert not known.excuses(located(before="灯还亮着,"))
    assert not known.excuses(located(after=",门关了。"))


def test_the_other_spelling_of_a_text_is_known() -> None:
    """Normalising a corpus to another width or to Traditional would make every old finding new."""
    known = baseline.loads(baseline.dumps([located()]))
    assert known.excuses(located("（二手叉車）", "天還沒亮，", "，店開了。"))


def test_an_edit_far_off_in_the_line_changes_nothing() -> None:
    """Every edit of a long paragraph would bring its known findings back."""
    before = "前" * baseline.NEAR
    known = baseline.loads(baseline.dumps([located(before="旧的开头" + before)]))
    assert known.excuses(located(before="新的开头" + before))


def test_the_rule_need_not_speak_first_any_more() -> None:
    """A new rule in the set would make every old finding new."""
    known = baseline.loads(baseline.dumps([located(rules=("planted", "other"))]))
    assert known.excuses(located(rules=("newer", "planted")))


def test_another_rule_is_new() -> None:
    """A text excused for one rule would be excused for all rules."""
    known = baseline.loads(baseline.dumps([located()]))
    assert not known.excuses(located(rules=("other",)))


def test_stale_entries_are_those_that_nothing_needed() -> None:
    """The wrong entries would be named, and removed."""
    known = baseline.loads(baseline.dumps([located(), located("(加盟电话)")]))
    known.excuses(located())
    assert [entry.key.text for entry in known.stale()] == ["(加盟电话)"]


@given(st.lists(findings))
def test_the_file_depends_on_the_findings_alone(many: list[Located]) -> None:
    """The diff of a baseline would show changes where nothing changed."""
    shuffled = random.Random(0).sample(many, len(many))
    assert baseline.dumps(many) == baseline.dumps(shuffled)
    lines = baseline.dumps(many).split("\n")[1:-1]
    assert lines == sorted(lines)
    assert len(lines) == len(many)


@given(st.lists(findings))
def test_what_was_written_down_is_known(many: list[Located]) -> None:
    """A check right after --write-baseline would fail because of a strange character in a text."""
    text = baseline.dumps(many).encode("utf-8").decode("utf-8")
    for spelled in (text, text.replace("\n", "\r\n")):
        known = baseline.loads(spelled)
        assert all(known.excuses(one) for one in many)
        assert known.stale() == []


@pytest.mark.parametrize("line", ["planted", "planted\tabc", "a\tb\tc\td", "\t\t"])
def test_a_line_that_is_no_entry_is_refused(line: str) -> None:
    """A file given by mistake would be taken for a baseline that excuses nothing."""
    with pytest.raises(FormatError, match=r"^known\.txt:2: not a known finding"):
        baseline.loads(f"# comment\n{line}\n", "known.txt")


def test_fingerprints_forget_line_and_rule() -> None:
    """Code scanning would close and reopen the same finding at every change."""
    assert baseline.fingerprint(located()) == baseline.fingerprint(located(line=9, rules=("other",)))
    assert baseline.fingerprint(located()) != baseline.fingerprint(located("(加盟电话)"))
