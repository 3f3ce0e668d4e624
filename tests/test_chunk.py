"""One piece, edited: how a chain's cut is shared out among its findings, and what is counted."""

import pytest

from cleanspam.corpus.chunk import shared
from cleanspam.model import Cut, Finding, Site, Verdict


def finding(text: str, part: str) -> Finding:
    start = text.index(part)
    return Finding(start, start + len(part), part, Site.ALONE, Verdict.CUT, (part,))


@pytest.mark.parametrize(
    ("text", "cut", "parts", "shares"),
    [
        ("长,(甲),更", "(甲),", ["(甲)"], ["(甲),"]),
        ("长,(甲),(乙),更", "(甲),(乙),", ["(甲)", "(乙)"], ["(甲),", "(乙),"]),
        ("现,(甲),(乙)。", ",(甲),(乙)", ["(甲)", "(乙)"], [",(甲)", ",(乙)"]),
        ("长(甲)(乙)更", "(甲)(乙)", ["(甲)", "(乙)"], ["(甲)", "(乙)"]),
        ("长((甲),(乙))更", "((甲),(乙))", ["(甲)", "(乙)"], ["((甲),(乙))"]),
        ("长,(甲(丙)),更", "(甲(丙)),", ["(甲(丙))", "(丙)"], ["(甲(丙)),"]),
    ],
)
def test_each_finding_has_its_share_of_a_cut(text: str, cut: str, parts: list[str], shares: list[str]) -> None:
    """Putting one of a chain back would bring another, or leave a comma too many."""
    start = text.index(cut)
    found = shared(Cut(start, start + len(cut), cut), [finding(text, part) for part in parts])

    assert [text[span.start : span.end] for span, _ in found] == shares
    assert found[0][1][0].text == parts[0]
