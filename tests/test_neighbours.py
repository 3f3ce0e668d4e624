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


@pytest.mark.parametrize(
    "own",
    [
        "第三章讲怎样保存书签。⏎打开浏览器，点击右上角的菜单，就能看到书签。⏎书签可以导出。",
        "如何關閉廣告⏎先打開瀏覽器的設定，再點擊隱私。⏎找到「攔截廣告」，把它打開。",
        "手機沒電了，他換了一支。⏎頁面一直載入不出來，她就把手機放下了。",
        "感謝大家的支持，請多多收藏推薦。⏎明天加更。",
        "简介⏎这座桥建于清代。⏎字数：3120",
        "目錄⏎第一節講竹子。⏎（完）",
        "1949⏎那一年他十岁。⏎大，中，小，三只碗",
        "武俠小說⏎他讀的第一本是租來的。⏎來源：新華網⏎責任編輯：王青",
        "阅读背景⏎这篇文章写于一九三三年。⏎请选择您要导出的文件。",
        "三味书屋⏎先生的戒尺放在桌上。⏎上下左右，都是雪",
        "历史背景简介⏎页面较慢的时候，她就去倒水。⏎手机、电脑 | 平板",
    ],
)
def test_an_authors_own_lines_stay_beside_a_note(own: str, cleaner: Cleaner) -> None:
    """A heading, a manual's steps or a credit would go with the note of a site that stands in a row with them."""
    article = own.replace(_LINE_END, "\n")
    for note in ("天才一秒记住本站地址：www.example.la", "請記住本書首發域名：example.la。"):
        assert cleaner.clean(f"{article}\n{note}").text == article
        assert cleaner.clean(f"{note}\n{article}").text == article
