"""Groups: chains, rows, catalogues and parallel items, told by their form."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam.text.brackets import Pair, pairs
from cleanspam.text.groups import are_alike, chains, list_forms, rows, unlike


def forms(text: str) -> list[list[str]]:
    """Return the forms of list of each pair of `text`, by start."""
    found = sorted(pairs(text))
    known = list_forms(text, found)
    return [sorted(form.value for form in known.get(pair, ())) for pair in found]


def shown(text: str, groups: list[list[Pair]]) -> list[list[str]]:
    """Return the pairs of groups as they stand in the text."""
    return [[text[pair.start : pair.end] for pair in group] for group in groups]


def test_a_chain_has_only_blanks_between_its_links() -> None:
    """An ad would be cut, and the one that touches it stay; or a remark behind a comma would go with an ad."""
    text = "雨停了,(甲)【乙】 （丙）,(丁)街上(戊(己)(庚))"

    assert shown(text, chains(text, pairs(text))) == [
        ["(甲)", "【乙】", "（丙）"],
        ["(丁)"],
        ["(戊(己)(庚))"],
        ["(己)", "(庚)"],
    ]


def test_a_row_has_one_mark_between_its_links() -> None:
    """The items of an enumeration would be judged as if each stood alone."""
    text = "有（甲）、（乙）， (丙)/(丁)；(戊),,(己)"

    assert shown(text, rows(text, pairs(text))) == [["（甲）", "（乙）", "(丙)", "(丁)", "(戊)"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("村里有，（磨坊）、（染坊），都在河边。", [["row"]] * 2),
        ("村里有，(磨坊)，(染坊)，都在河边。", [[]] * 2),
        ("村里有，(磨坊)，(染坊)，(油坊)，都在河边。", [["row"]] * 3),
        ("村里有两处作坊，(磨坊)，(染坊)，都在河边。", [["counted row", "row"]] * 2),
        ("村裡有兩處作坊，（磨坊）、（染坊），都在河邊。", [["counted row", "row"]] * 2),
        ("一共三部分，(桥)，(路)，(井)，各修一年。", [["counted row", "row"]] * 3),
        ("一共4部分，(桥)，(路)，(井)，各修一年。", [["row"]] * 3),
        ("他修了三年。村里有，(桥)，(路)，都在河边。", [[]] * 2),
    ],
)
def test_brackets_joined_by_commas_are_a_row(text: str, expected: list[list[str]]) -> None:
    """One item of an author's enumeration would go, and the others stay."""
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老船夫（河边配音） 小贩(山里配音)", [["parallel"]] * 2),
        ("老船夫（河邊配音）、小販（山裡配音）", [["parallel"]] * 2),
        ("老船夫（河边配音）走了很久，小贩（山里配音）", [[]] * 2),
        ("老船夫（河边配音） 小贩(集市卖鱼)", [[]] * 2),
        ("磨坊（始建于清初）。染坊（始建于明末）。油坊（始建于去年）。", [["parallel"]] * 3),
        ("磨坊（始建于清初）。染坊（始建于明末）。", [[]] * 2),
        ("□（左人右木）字，□（左水右木）字，□（左火右木）字", [["parallel"]] * 3),
        ("其一（青石桥）。另一（木板桥）。再一（浮桥头）。", [[]] * 3),
        ("上联（桃红李白）。上联（柳绿桑青）。上联（山高水长）。", [["parallel"]] * 3),
    ],
)
def test_items_that_are_built_alike_are_parallel(text: str, expected: list[list[str]]) -> None:
    """Three glosses by one author in one manner would be each other's accomplices."""
    assert forms(text) == expected


def test_the_notes_of_a_catalogue_are_its_form() -> None:
    """A list with one entry a line would lose all its notes, since they are the only prose there is."""
    entries = [f"{name}（供村民{note}之用）" for name, note in zip("磨染油桥井祠", "碾印榨等打祭", strict=True)]

    assert all("catalogue" in form for form in forms("\n".join(entries)))
    assert all("catalogue" in form for form in forms("老街\r\n- 桥（石桥）\r\n- 井（甜水）\r\n- 树（槐树）\r\n"))
    assert not any(
        "catalogue" in form for form in forms("\n".join(f"他沿着河走了很久，天黑才到（{one}）" for one in "桥井树碑"))
    )
    assert forms("\n".join(["街上很静", "雨停了（甲乙丙）", *["街上没有人"] * 9, "天亮了（丁戊己）"])) == [[]] * 2


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("详见第二章第三节", "详见第二章第四节", True),
        ("详见第二章", "详见第二章", True),
        ("摄影王小明", "摄影李小明", True),
        ("河边", "山边", False),
        ("老街口", "老街", False),
        ("沿着石板路一直走到码头", "沿着石板路走到码头", True),
        ("沿着石板路走到码头", "顺着石板路走到渡口", False),
    ],
)
def test_texts_that_differ_in_a_character_or_two_are_one(one: str, other: str, expected: bool) -> None:
    """A note that each article of a series has, with another number, would be taken for many plantings."""
    assert are_alike(one, other) is are_alike(other, one) is expected
    assert len(unlike([one, other])) == (1 if expected else 2)


@given(st.lists(st.text("甲乙", max_size=12), max_size=8))
def test_unlike_texts_are_those_of_a_comparison_with_each(texts: list[str]) -> None:
    """Texts would be counted twice because nobody compared them."""
    expected: list[str] = []
    for text in texts:
        if not any(are_alike(text, other) for other in expected):
            expected.append(text)

    assert unlike(texts) == expected


def test_a_text_full_of_brackets_takes_time_in_proportion() -> None:
    """One page of a hostile author would stop a batch for an hour."""
    text = "磨坊(始建)于、" * 20_000 + "\n" + "(甲)、" * 20_000 + "\n村口(井台)" * 20_000
    start = time.process_time()
    list_forms(text, pairs(text))

    assert time.process_time() - start < 20
