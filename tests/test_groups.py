"""Groups: chains, rows, catalogues and parallel items, recognised by their form."""

import pytest

from cleanspam.text import groups
from cleanspam.text.brackets import Pair, Sites, pairs
from cleanspam.text.groups import NEAR, ListForm, ListForms


def forms(text: str) -> list[list[str]]:
    """Return the forms of list of each pair of `text`, by start."""
    found = sorted(pairs(text))
    return [forms_of(pair, ListForms(text, Sites(text), found)) for pair in found]


def forms_of(pair: Pair, known: ListForms) -> list[str]:
    """Return the forms of list of a pair."""
    return sorted(form.value for form in ListForm if known.has(form, pair))


def forms_apart(text: str) -> list[list[str]]:
    """Return the same for the text far behind another one, asking about each pair by itself."""
    far = f"{'雨' * (2 * NEAR)}。\n{text}"
    return [forms_of(pair, ListForms(far, Sites(far), [pair])) for pair in sorted(pairs(far))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("村里有，（磨坊）、（染坊），都在河边。", [[]] * 2),
        ("村里有，(磨坊)，(染坊)，(油坊)，都在河边。", [[]] * 3),
        ("村里有两处作坊，(磨坊)，(染坊)，都在河边。", [["counted row"]] * 2),
        ("沿着河走，两处作坊，(磨坊)，(染坊)，都关了门。", [["counted row"]] * 2),
        ("两处，沿河的作坊，(磨坊)，(染坊)，都关了门。", [[]] * 2),
        ("村裡有兩處作坊，（磨坊）、（染坊），都在河邊。", [["counted row"]] * 2),
        ("一共三部分，(桥)，(路)，(井)，各修一年。", [["counted row"]] * 3),
        ("一共4部分，(桥)，(路)，(井)，各修一年。", [[]] * 3),
        ("他修了三年。村里有，(桥)，(路)，都在河边。", [[]] * 2),
    ],
)
def test_brackets_joined_by_commas_are_a_row_if_their_number_stands_before_them(text: str, expected: list[list[str]]) -> None:
    """One item of an author's enumeration would go, and the others stay."""
    assert forms(text) == forms_apart(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老船夫（河边配音） 小贩(山里配音)", [["parallel"]] * 2),
        ("老船夫（河邊配音）、小販（山裡配音）", [["parallel"]] * 2),
        ("老船夫（河边配音）走了很久，小贩（山里配音）", [[]] * 2),
        ("老船夫（河边配音） 小贩(集市卖鱼)", [[]] * 2),
        ("磨坊（始建于清初）。染坊（始建于明末）。油坊（始建于去年）。", [["parallel"]] * 3),
        ("磨坊（始建于清初）。染坊（始建于明末）。", [[]] * 2),
        ("磨坊（建于清）。染坊（建于明）。油坊（建于元）。", [[]] * 3),
        ("老船夫（唱河边） 小贩(高唱河边)", [[]] * 2),
        ("老船夫（高唱河边） 小贩(也唱河边)", [["parallel"]] * 2),
        ("老船夫（河边唱着） 小贩(河岸唱歌)", [[]] * 2),
        ("老船夫（河边配音） 村里的小贩和他爹娘(山里配音)", [["parallel"]] * 2),  # ten characters in between
        ("老船夫（河边配音） 村里的小贩和他爹和娘(山里配音)", [[]] * 2),
        ("老船夫（河边配音）\n小贩(山里配音)", [[]] * 2),
        ("□（左人右木）字，□（左水右木）字，□（左火右木）字", [["parallel"]] * 3),
        ("其一（青石桥）。另一（木板桥）。再一（浮桥头）。", [[]] * 3),
        ("上联（桃红李白）。上联（柳绿桑青）。上联（山高水长）。", [["parallel"]] * 3),
    ],
)
def test_items_that_are_built_alike_are_parallel(text: str, expected: list[list[str]]) -> None:
    """Three glosses by one author in one manner would be each other's accomplices."""
    assert forms(text) == forms_apart(text) == expected


def test_the_notes_of_a_catalogue_are_its_form() -> None:
    """A list with one entry a line would lose all its notes, since they are the only prose there is."""
    entries = [f"{name}（供村民{note}之用）" for name, note in zip("磨染油桥井祠", "碾印榨等打祭", strict=True)]

    assert all("catalogue" in form for form in forms("\n".join(entries)))
    assert all("catalogue" in form for form in forms("老街\n- 桥（石桥）；\n- 井（甜水）；\n- 树（槐树）；\n"))
    assert all("catalogue" in form for form in forms("老街\r\n- 桥（石桥）\r\n- 井（甜水）\r\n- 树（槐树）\r\n"))
    assert not any(
        "catalogue" in form for form in forms("\n".join(f"他沿着河走了很久，天黑才到（{one}）" for one in "桥井树碑"))
    )
    assert forms("\n".join(["街上很静", "雨停了（甲乙丙）", *["街上没有人"] * 9, "天亮了（丁戊己）"])) == [[]] * 2


def test_what_is_alike_with_a_planting_is_no_list() -> None:
    """Three planted price queries in one article would protect each other, beside a planting that convicts alone."""
    filler = "他沿着河一直走到渡口。"
    text = f"天亮了,(甲地装修价格表),{filler}天黑了,(乙地搬家价格表),{filler}雨停了,(丙地月嫂价格表),他坐下。"
    found = sorted(pairs(text))
    assert forms(text) == [["parallel"]] * 3
    beside = ListForms(text, Sites(text), found[1:], planted=found[:1])
    assert [forms_of(pair, beside) for pair in found[1:]] == [[], []]


def test_three_nearby_are_parallel_whatever_stands_before_them() -> None:
    """Whether a bracket goes would depend on an article far before it."""
    three = "磨坊（始建于清初）。染坊（始建于明末）。油坊（始建于去年）。"
    filler = "街上很静。" * (NEAR // 5 + 1)

    assert forms(f"桥（始建于宋代）。{filler}{three}") == [[], *[["parallel"]] * 3]
    assert forms(f"{three}桥（始建于清初）。{filler}井（始建于宋代）。") == [*[["parallel"]] * 4, []]


def test_notes_that_take_turns_with_items_are_a_list() -> None:
    """Three notes of an author's list, each between commas behind its item, would be each other's accomplices."""
    assert forms("一楼，（鞋帽），二楼，（箱包），三楼，（玩具）。") == [["turns"]] * 3
    assert forms("老王，（修空调），老李，（通管道），都住在这里。") == [[], []]
    away = "，他沿着河走了很久直到天黑，"
    assert forms(f"雨停了，（鞋帽）{away}（箱包）{away}（玩具）。") == [[], [], []]


def test_a_bracket_costs_its_neighbourhood(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one cut, all brackets of the block would be looked at."""
    looked: list[int] = []

    def counted(text: str) -> list[Pair]:
        looked.append(len(text))
        return pairs(text)

    monkeypatch.setattr(groups, "pairs", counted)
    text = "村口（井台）有人。\n" * 20_000
    found = pairs(text)
    asked = [found[0], found[10_000], found[10_001]]
    known = ListForms(text, Sites(text), asked)
    assert not any(known.has(ListForm.PARALLEL, pair) for pair in asked)

    assert sum(looked) < 4 * NEAR + 100
