"""The golden cases: whole texts that the shipped rules clean, compared byte for byte.

A case file is a source, a line `# output` and what must come out. A ham case has no output: it must come back as it is.
A known failure ends with a line `# why` and the reason, and must go on failing until its rule is mended.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from cleanspam import Cleaner, load_rules

CASES = Path(__file__).parent / "cases"
# Ads of every site, and what is left of them: bad company for whatever stands in the same text.
PLANTED = "雨停了,(怎么注册公司),街上又有了人,(空调维修多少钱),鸟也回来了，（手机维修多少钱一次）。\n"
PLANTED_CLEAN = "雨停了,街上又有了人,鸟也回来了。\n"
# The ham that PLANTED drags along today; a name leaves this list when its rule is mended.
LOST_BESIDE_SPAM = {
    "count-between-commas",
    "exact-thing-between-commas",
    "food-aside-between-commas",
    "items-and-notes-in-turn",
    "lists",
    "relative-clause-between-commas",
    "school-between-commas",
    "short-noun-asides",
    "two-noun-asides",
}
_PART_RE = re.compile(r"^# (output|why)\r?\n", re.MULTILINE)


class Case(NamedTuple):
    """A case file taken apart."""

    source: str
    output: str | None
    why: str | None


def read_case(path: Path) -> Case:
    """Return the parts of a case file, line ends untouched."""
    source, *rest = _PART_RE.split(path.read_bytes().decode("utf-8"))
    parts = dict(zip(rest[::2], rest[1::2], strict=True))
    return Case(source, parts.get("output"), parts.get("why"))


def case_files(*folders: str) -> list[Path]:
    """Return the case files of the given folders."""
    return sorted(path for folder in folders for path in (CASES / folder).glob("*.txt"))


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _failing(why: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=why)


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    """A Cleaner with the shipped rules."""
    return Cleaner(load_rules())


@pytest.mark.parametrize("path", case_files("in-the-wild", "synthetic"), ids=_named)
def test_spam_is_cut_exactly(path: Path, cleaner: Cleaner) -> None:
    """An ad would stay, or a byte of the article would go with it."""
    case = read_case(path)

    assert cleaner.clean(case.source).text == case.output


@pytest.mark.parametrize("path", case_files("ham"), ids=_named)
def test_ham_comes_back_as_the_same_object(path: Path, cleaner: Cleaner) -> None:
    """A gloss, a source, a note or an author's remark would be lost."""
    case = read_case(path)

    cleaning = cleaner.clean(case.source)

    assert not cleaning.cuts, [cut.text for cut in cleaning.cuts]
    assert cleaning.text is case.source


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[_failing("cut in company, where the shape alone decides")] * (path.stem in LOST_BESIDE_SPAM))
        for path in case_files("ham")
    ],
    ids=_named,
)
def test_ham_survives_beside_spam(path: Path, cleaner: Cleaner) -> None:
    """A planted article would lose its own asides along with the ads."""
    ham = read_case(path).source

    assert cleaner.clean(PLANTED + ham).text == PLANTED_CLEAN + ham


@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=_failing(read_case(path).why or "")) for path in case_files("known-failures")], ids=_named
)
def test_known_failure(path: Path, cleaner: Cleaner) -> None:
    """A mended rule would go unnoticed, and its case would not move to the cases that must hold."""
    case = read_case(path)

    assert cleaner.clean(case.source).text == case.output


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*")), ids=_named)
def test_case_has_the_parts_of_its_folder(path: Path) -> None:
    """A misplaced or misspelled case would prove nothing, or prove the opposite of what its folder says."""
    folder, case = path.parent.name, read_case(path)

    assert path.suffix == ".txt"
    assert case.source
    assert (case.output is None) == (folder == "ham")
    assert (case.why is None) == (folder != "known-failures")
    if folder in ("in-the-wild", "synthetic"):
        assert case.output != case.source
