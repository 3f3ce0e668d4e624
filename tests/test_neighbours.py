"""Legitimate neighbours of every kind of planting: texts with the words and the form of a kind, but without a planting."""

from pathlib import Path

import pytest

from cleanspam import Cleaner, load_rules
from cleanspam.text.fold import reads_as

_FILES = sorted((Path(__file__).parent / "neighbours").glob("*.txt"))
_LINE_END = "⏎"  # how a text of several lines is written in one


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(load_rules())


def neighbours(path: Path) -> list[str]:
    """Return the texts of a file, one a line."""
    return [line.replace(_LINE_END, "\n") for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_no_legitimate_neighbour_of_a_kind_is_cut(path: Path, cleaner: Cleaner) -> None:
    """A lesson of readings, an article about sites of novels or a firm's own telephone number would be cut."""
    assert [text for text in neighbours(path) if cleaner.clean(text).cuts] == []


def test_four_asides_of_an_author_convict_nobody(cleaner: Cleaner) -> None:
    """An article of somebody who names trades between commas, （装修公司） and （宠物医院）, would lose all these names."""
    (path,) = (path for path in _FILES if path.stem == "asides")
    texts = neighbours(path)
    articles = ["\n".join(texts[at : at + 4]) for at in range(len(texts) - 3)]
    assert [article for article in articles if cleaner.clean(article).cuts] == []


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_every_kind_has_forty_neighbours_half_of_them_in_traditional_characters(path: Path) -> None:
    """A kind with a handful of neighbours in one script would prove nothing about the other."""
    texts = neighbours(path)
    assert len(texts) == len(set(texts)) >= 40
    assert sum(reads_as(text) != text.lower() for text in texts[1::2]) >= 18
