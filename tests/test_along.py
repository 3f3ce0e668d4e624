"""`along-before` and `along-after`: the text that is cut along with a planting."""

import pytest

from cleanspam import Cleaner, RuleError, load_rules
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.text.cut import restore

RULES = """
list  lantern
      灯笼铺

rule  lantern
about The name of the lantern shop, with its street and its number.
at    glued line
cut   has lantern
{along}
cuts  他走了[-（灯笼铺）-]，天黑了。
keeps 他走了（灯亮着），天黑了。
"""


def cleaner(along: str) -> Cleaner:
    return Cleaner(parse_rules([RuleSource("lantern.rules", RULES.format(along=along))]))


@pytest.mark.parametrize(
    ("along", "text", "left"),
    [
        (r"along-before 青石巷 ?$", "他走了青石巷 （灯笼铺），天黑了。", "他走了，天黑了。"),
        (r"along-after ^\d{3}号", "他走了（灯笼铺）527号，天黑了。", "他走了，天黑了。"),
        (r"along-after ^\d{3}号", "他走了（灯笼铺）５２７號，天黑了。", "他走了，天黑了。"),
        (r"along-after ^\d{3}号", "他走了（灯笼铺），527号。", "他走了，527号。"),
        (r"along-before 青石巷$", "青石巷\n（灯笼铺）\n天黑了。", "青石巷\n天黑了。"),
        (r"along-after ^\n青石巷", "他走了。\n（灯笼铺）\n青石巷\n天黑了。", "他走了。\n天黑了。"),
    ],
)
def test_what_touches_a_planting_goes_with_it(along: str, text: str, left: str) -> None:
    """Half of a note would stay, or text elsewhere in the line would go."""
    cleaning = cleaner(along).clean(text)
    assert cleaning.text == left
    assert restore(cleaning.text, cleaning.cuts) == text
    assert all(text[finding.start : finding.end] == finding.text for finding in cleaning.findings)


def test_findings_with_flags_tell_of_a_widened_planting_once() -> None:
    """A report would list the planting twice, once without the text that is cut along with it."""
    text = "他走了青石巷（灯笼铺），天黑了。"
    [finding] = cleaner("along-before 青石巷$").findings(text)
    assert finding.text == "青石巷（灯笼铺）"


@pytest.mark.parametrize(
    ("along", "problem"),
    [
        ("along-before 青石巷", "let its pattern end in \\$"),
        ("along-after 号", "let its pattern begin with \\^"),
        ("along-after ^\\d+号", "unbounded"),
    ],
)
def test_a_pattern_that_does_not_touch_the_planting_is_refused(along: str, problem: str) -> None:
    """A cut would jump over the text's own words."""
    with pytest.raises(RuleError, match=problem):
        cleaner(along)


def test_the_address_beside_a_sites_name_goes_with_it() -> None:
    """The shipped rules would cut the name in brackets, and leave the address."""
    shipped = Cleaner(load_rules())
    for text in ("他走了。qingzhu.cc [青竹小说网]天黑了。", "他走了。【青竹小说网】www.qingzhu.cc\n天黑了。"):
        assert shipped.clean(text).text.replace("\n", "") == "他走了。天黑了。"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("青石巷灯笼（灯笼铺）青石巷灯笼天黑了。", "天黑了。"),
        ("青石巷灯笼（灯笼铺）青石巷的灯笼亮了。", "青石巷的灯笼亮了。"),
        ("青石巷（灯笼铺）青石巷的灯亮了。", "青石巷的灯亮了。"),
    ],
)
def test_a_query_that_stands_again_behind_goes_too(text: str, left: str) -> None:
    """Half of a query said twice would stay; a short word would be the text's own."""
    assert cleaner(r"along-before ^青石巷(?:灯笼)?$").clean(text).text == left
