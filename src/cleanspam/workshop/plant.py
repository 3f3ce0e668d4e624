"""Planting: phrases put into clean articles the way spam sites do, with the truth kept. Deterministic for a seed."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from cleanspam.text.pairing import BRACKET_KINDS

_HAN = r"[\u4e00-\u9fff]"
_BRACKETS_NEAR_RE = re.compile(r"[()（）\[\]【】「」“”]")
# Plantings of one article keep this far apart and away from the article's own brackets, in code points.
_APART = 12


class Spot(NamedTuple):
    """How a form chooses its places: the pattern to look for, and whether to plant before or behind it."""

    pattern: str
    behind: bool = True
    by_brackets: bool = False  # the place itself is beside brackets or quotation marks


@dataclass(frozen=True, slots=True)
class Form:
    """One manner of planting. `before` and `after` are the separators planted along: ',' stands for the article's comma."""

    name: str
    about: str
    spot: Spot
    before: str = ""
    after: str = ","
    brackets: tuple[str, ...] = ("()",)
    chain: tuple[int, int] = (1, 1)
    most: int = 8  # plantings in one article
    disguise: str = ""


_COMMA = Spot(rf"(?<={_HAN})[，,](?={_HAN})")
_SQUARE = tuple(
    opener + closer for kind in BRACKET_KINDS[1:] for opener, closer in zip(kind.openers, kind.closers, strict=True)
)
FORMS = (
    Form("comma", "behind a comma: 长,(广告),更", _COMMA),
    Form("chain", "two or three in a row", _COMMA, chain=(2, 3)),
    Form("after-stop", "behind a full stop", Spot(rf"(?<={_HAN})[。！？](?={_HAN})")),
    Form("line-start", "at a line's start", Spot(rf"(?m)^(?={_HAN}{{6,}})", behind=False)),
    Form("before-stop", "before a full stop: 出现,(广告)。", Spot(rf"(?<={_HAN})。", behind=False), before=",", after=""),
    Form("brackets", "in brackets of other kinds", _COMMA, brackets=_SQUARE),
    Form("mixed-width", "one bracket half, one full width", _COMMA, brackets=("(）", "（)")),
    Form("traditional", "in Traditional characters", _COMMA, disguise="traditional"),
    Form("zero-width", "with zero-width spaces between the characters", _COMMA, disguise="\u200b"),
    Form("spaced", "with blanks between the characters", _COMMA, disguise=" "),
    Form("dotted", "with dots between the characters", _COMMA, disguise="·"),
    Form("starred", "with stars between the characters", _COMMA, disguise="★"),
    Form("hyphened", "with hyphens between the characters", _COMMA, disguise="-"),
    Form("full-width", "with full-width letters and digits", _COMMA, disguise="wide"),
    Form("quote-open", "behind an opening quotation mark", Spot(rf"[“「『](?={_HAN})", by_brackets=True)),
    Form(
        "quote-close",
        "before a closing quotation mark",
        Spot(rf"(?<={_HAN})[”」』]", behind=False, by_brackets=True),
        before=",",
        after="",
    ),
    Form("beside-latin", "between a comma and a Latin word or a number", Spot(r"[，,](?=[A-Za-z0-9])")),
    Form(
        "text-end",
        "at the end of the text, behind its last stop",
        Spot(r"(?<=[。！？])\s*\Z", behind=False, by_brackets=True),
        after="",
    ),
    Form("nested", "inside a parenthetical of the author's", Spot(rf"[（(](?={_HAN}{{4,}}[^()（）]*[）)])", by_brackets=True)),
    Form("glued", "between two words", Spot(rf"(?<={_HAN})(?={_HAN})"), after=""),
    Form("line-end", "at the end of a line without a stop", Spot(rf"(?m)(?<={_HAN})$(?=\n)"), after=""),
    Form("single", "one planting in the whole article", _COMMA, most=1),
)


class Planted(NamedTuple):
    """An article with plantings: the planted text, what it must become again, and phrase and parenthetical of each."""

    text: str
    want: str
    ads: tuple[tuple[str, str], ...]


def plant(article: str, phrases: Sequence[str], form: Form, chance: random.Random) -> Planted:
    """Plant phrases into `article` in one form; without a fitting place it comes back with no ads."""
    style = _Style(article, form, chance)
    number = 1 if form.most == 1 else chance.randint(2, form.most)
    text, ads = article, []
    for place in _places(article, form.spot, number, chance):
        group = [style.ad(phrase) for phrase in chance.choices(phrases, k=chance.randint(*form.chain))]
        ads += group
        inset = "".join(style.mark(form.before) + bracketed + style.mark(form.after) for _, bracketed in group)
        text = text[:place] + inset + text[place:]
    return Planted(text, article, tuple(ads))


class _Style:
    """The brackets, comma and disguise of one article; as in the wild, one manner an article."""

    def __init__(self, article: str, form: Form, chance: random.Random) -> None:
        self._wide = chance.choice(["，" in article, "，" in article, False, True])
        self._brackets = chance.choice(form.brackets)
        if self._brackets == "()" and self._wide:
            self._brackets = "（）"
        self._disguise = _disguise(form.disguise)

    def ad(self, phrase: str) -> tuple[str, str]:
        return phrase, self._brackets[0] + self._disguise(phrase) + self._brackets[1]

    def mark(self, mark: str) -> str:
        return mark.replace(",", "，") if self._wide else mark


def _disguise(name: str) -> Callable[[str], str]:
    if name == "traditional":
        return _traditional
    if name == "wide":
        return lambda phrase: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in phrase)
    return name.join if name else str


def _places(article: str, spot: Spot, number: int, chance: random.Random) -> list[int]:
    """Choose up to `number` places, apart from each other and from the article's own brackets; last first."""
    found = [match.end() if spot.behind else match.start() for match in re.finditer(spot.pattern, article)]
    chance.shuffle(found)
    chosen: list[int] = []
    for place in found:
        near = article[max(0, place - _APART) : place + _APART]
        is_free = spot.by_brackets or not _BRACKETS_NEAR_RE.search(near)
        if is_free and all(abs(place - other) > _APART for other in chosen):
            chosen.append(place)
        if len(chosen) == number:
            break
    return sorted(chosen, reverse=True)


@cache
def _converter() -> Any:
    from opencc import OpenCC  # three dictionaries: only who plants Traditional text pays for them

    return OpenCC("s2t")


def _traditional(phrase: str) -> str:
    converted: str = _converter().convert(phrase)
    return converted
