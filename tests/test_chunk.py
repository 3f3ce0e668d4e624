"""The editing of one piece: how the cut of a chain is divided among its findings, and what is counted."""

import pytest

from cleanspam import Cleaner, load_rules
from cleanspam.corpus.chunk import ChunkEditor, Collect, shared
from cleanspam.formats.registry import make_format
from cleanspam.model import Cut, Finding, Site, Verdict

AD = "雨停了,(网络推广公司),街上又有了人。"


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
    """Putting back one planting of a chain would bring another one back, or leave a comma too many."""
    start = text.index(cut)
    found = shared(Cut(start, start + len(cut), cut), [finding(text, part) for part in parts])

    assert [text[span.start : span.end] for span, _ in found] == shares
    assert found[0][1][0].text == parts[0]


@pytest.mark.parametrize(
    ("name", "piece", "places"),
    [
        ("text", f"雨停了。\n\n{AD}", [(3, 0)]),
        ("jsonl", f'{{"text": "雨停了。"}}\n{{"text": "风。\\n{AD}"}}\n', [(2, 2)]),
    ],
)
def test_a_hunk_is_at_its_line_and_record_of_the_file(name: str, piece: str, places: list[tuple[int, int]]) -> None:
    """A diff would name a line of the record's text as one of the file, or a record in a file without any."""
    edit = ChunkEditor(make_format(name, ["text"]), Cleaner(load_rules()), Collect(hunks=True))
    found = edit(piece.encode()).result.hunks
    assert [(hunk.line, hunk.record) for hunk in found] == places
