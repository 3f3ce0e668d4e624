"""The places of findings in their text."""

from hypothesis import given
from hypothesis import strategies as st

from cleanspam.model import Finding, Site, Verdict
from cleanspam.text.locate import SURROUNDINGS, Lines, count_line_ends, locate

TEXTS = st.lists(st.sampled_from(["甲", "(乙)", "\n", "\r\n", "\r", "丙" * SURROUNDINGS]), max_size=12).map("".join)


@given(text=TEXTS, data=st.data())
def test_findings_are_located_in_one_pass_as_one_by_one(text: str, data: st.DataObject) -> None:
    """A report would name another line or column for the second finding of a text, or another line's text beside it."""
    starts = [at for at, char in enumerate(text) if char not in "\r\n"]
    chosen = sorted(data.draw(st.sets(st.sampled_from(starts)))) if starts else []
    findings = [Finding(at, at + 1, text[at], Site.GLUED, Verdict.FLAG, ("rule",)) for at in chosen]
    lines = Lines(text)
    for one in locate(text, findings, 7, taken={(at, at + 1): (1, 2) for at in chosen[:1]}):
        at = one.finding.start
        number = lines.number(at)
        start, end = lines.span(number)
        assert (one.line, one.column) == (7 + number + 1, at - start + 1)
        assert (one.before, one.after) == (text[start:at][-SURROUNDINGS:], text[at + 1 : end][:SURROUNDINGS])
        assert (one.lead, one.trail) == ((1, 2) if at == chosen[0] else (0, 0))


@given(TEXTS)
def test_line_ends_are_counted_as_lines_end(text: str) -> None:
    """Lines behind a mixed file's first half would have other numbers than in an editor."""
    assert count_line_ends(text) == Lines(text).number(len(text))
