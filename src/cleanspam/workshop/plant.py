"""Planting: puts phrases into clean articles as spam sites do, and keeps the originals. Equal seeds give equal results."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cleanspam.model import NamedTuple, Span
from cleanspam.text.pairing import BRACKET_KINDS
from cleanspam.text.readings import usual_reading
from cleanspam.workshop.traditional import traditional

_HAN = r"[\u4e00-\u9fff]"
_BRACKETS_NEAR_RE = re.compile(r"[()（）\[\]【】「」“”]")
# The least distance, in code points, between plantings, and from the article's own brackets.
_APART = 12


class Spot(NamedTuple):
    """The places of a planting form: a pattern, and whether to plant before or behind its match."""

    pattern: str
    behind: bool = True
    by_brackets: bool = False  # the place is right beside brackets or quotation marks


@dataclass(frozen=True, slots=True)
class PlantingForm:
    """A manner of planting. `before` and `after` are the planted separators; ',' stands for the article's kind of comma."""

    name: str
    about: str
    spot: Spot
    before: str = ""
    after: str = ","
    brackets: tuple[str, ...] = ("()",)
    chain: tuple[int, int] = (1, 1)
    most: int = 8  # the most plantings in an article
    least: int = 2  # the least number of plantings, unless `most` is 1
    disguise: str = ""
    source: str = (
        "phrase"  # the source of the texts: the given phrases, templates with this name, readings, or the article's title
    )


_COMMA = Spot(rf"(?<={_HAN})[，,](?={_HAN})")
_SQUARE = tuple(
    opener + closer for kind in BRACKET_KINDS[1:] for opener, closer in zip(kind.openers, kind.closers, strict=True)
)
_NOTES = ("()", "（）", "[]", "［］", "【】", "〖〗", "{}")
_STOP = Spot(rf"(?<={_HAN})[。！？](?={_HAN})")
_LINE = Spot(rf"(?<=\n)(?={_HAN})")
_TITLE = Spot(rf"\A(?=[^\n]*{_HAN}{{4}})[^\n。！？]{{3,40}}{_HAN}(?=\n)", by_brackets=True)
FORMS = (
    PlantingForm("comma", "behind a comma: 长,(广告),更", _COMMA),
    PlantingForm("chain", "two or three in a row", _COMMA, chain=(2, 3)),
    PlantingForm("after-stop", "behind a full stop", _STOP),
    PlantingForm("line-start", "at a line's start", Spot(rf"(?m)^(?={_HAN}{{6,}})", behind=False)),
    PlantingForm(
        "before-stop", "before a full stop: 出现,(广告)。", Spot(rf"(?<={_HAN})。", behind=False), before=",", after=""
    ),
    PlantingForm("brackets", "in brackets of other kinds", _COMMA, brackets=_SQUARE),
    PlantingForm("mixed-width", "one bracket half, one full width", _COMMA, brackets=("(）", "（)")),
    PlantingForm("traditional", "in Traditional characters", _COMMA, disguise="traditional"),
    PlantingForm("zero-width", "with zero-width spaces between the characters", _COMMA, disguise="\u200b"),
    PlantingForm("spaced", "with blanks between the characters", _COMMA, disguise=" "),
    PlantingForm("dotted", "with dots between the characters", _COMMA, disguise="·"),
    PlantingForm("starred", "with stars between the characters", _COMMA, disguise="★"),
    PlantingForm("hyphened", "with hyphens between the characters", _COMMA, disguise="-"),
    PlantingForm("full-width", "with full-width letters and digits", _COMMA, disguise="wide"),
    PlantingForm("quote-open", "behind an opening quotation mark", Spot(rf"[“「『](?={_HAN})", by_brackets=True)),
    PlantingForm(
        "quote-close",
        "before a closing quotation mark",
        Spot(rf"(?<={_HAN})[”」』]", behind=False, by_brackets=True),
        before=",",
        after="",
    ),
    PlantingForm("beside-latin", "between a comma and a Latin word or a number", Spot(r"[，,](?=[A-Za-z0-9])")),
    PlantingForm(
        "text-end",
        "at the end of the text, behind its last stop",
        Spot(r"(?<=[。！？])\s*\Z", behind=False, by_brackets=True),
        after="",
    ),
    PlantingForm(
        "nested", "inside a parenthetical of the author's", Spot(rf"[（(](?={_HAN}{{4,}}[^()（）]*[）)])", by_brackets=True)
    ),
    PlantingForm("glued", "between two words", Spot(rf"(?<={_HAN})(?={_HAN})"), after=""),
    PlantingForm("line-end", "at the end of a line without a stop", Spot(rf"(?m)(?<={_HAN})$(?=\n)"), after=""),
    PlantingForm("single", "one planting in the whole article", _COMMA, most=1),
    PlantingForm(
        "reading",
        "readings behind characters: 网(wǎng)站",
        Spot(rf"(?<={_HAN})(?={_HAN})"),
        after="",
        brackets=("()", "（）"),
        least=6,
        most=20,
        source="reading",
    ),
    PlantingForm("site-note", "notes of a copying site in brackets", _STOP, after="", brackets=_NOTES, source="site-note"),
    PlantingForm("contact", "an account in disguise, in brackets", _STOP, after="", brackets=_NOTES, most=4, source="contact"),
    PlantingForm("double-title", "a query about the title behind it", _TITLE, after="", most=1, source="title"),
    PlantingForm("line", "notes of a site, and keywords, as lines", _LINE, after="\n", brackets=("",), most=4, source="line"),
)


class Planted(NamedTuple):
    """An article with plantings: the planted text, the text that cleaning must restore, and the plantings with their places."""

    text: str
    want: str
    ads: tuple[tuple[str, str], ...]  # the phrase, and the planted parenthetical or line
    spans: tuple[Span, ...] = ()  # the spans of `text` that must be cut, with separators and line ends, in order


def plant(article: str, phrases: Sequence[str], form: PlantingForm, chance: random.Random) -> Planted:
    """Plant phrases, or the form's own texts, into `article`. Without a fitting place nothing is planted."""
    style = _Style(article, phrases, form, chance)
    number = 1 if form.most == 1 else chance.randint(form.least, form.most)
    insets: dict[int, str] = {}
    ads: list[tuple[str, str]] = []
    for place in _places(article, form.spot, number, chance, style.fits):
        group = [style.ad(place) for _ in range(chance.randint(*form.chain))]
        ads += group
        insets[place] = "".join(style.mark(form.before) + planted + style.mark(form.after) for _, planted in group)
    text, spans = _with(article, insets)
    return Planted(text, article, tuple(ads), spans)


def _with(article: str, insets: dict[int, str]) -> tuple[str, tuple[Span, ...]]:
    """Insert texts at places of the article, and return the result with the places of the texts in it."""
    parts, spans, done, length = [], [], 0, 0
    for place, inset in sorted(insets.items()):
        parts += [article[done:place], inset]
        start = length + place - done
        spans.append(Span(start, start + len(inset)))
        done, length = place, start + len(inset)
    return "".join([*parts, article[done:]]), tuple(spans)


class _Style:
    """The brackets, comma, disguise and site of one article. An article has one of each, as in the wild."""

    def __init__(self, article: str, phrases: Sequence[str], form: PlantingForm, chance: random.Random) -> None:
        self._article, self._phrases, self._form, self._chance = article, phrases, form, chance
        self._wide = chance.choice(["，" in article, "，" in article, False, True])
        self._brackets = chance.choice(form.brackets)
        if self._brackets == "()" and self._wide:
            self._brackets = "（）"
        self._disguise = _disguise(form.disguise)
        self._known: dict[str, str] = {}

    def fits(self, place: int) -> bool:
        """Tell whether the form has something to plant at a place."""
        return self._form.source != "reading" or usual_reading(self._article[place - 1]) != ""

    def ad(self, place: int) -> tuple[str, str]:
        """Return the text to plant at a place, without brackets and with brackets."""
        source = self._form.source
        if source == "phrase":
            phrase = self._chance.choice(self._phrases)
        elif source == "reading":
            phrase = usual_reading(self._article[place - 1])
        elif source == "title":
            longest = max(_HAN_RUN_RE.findall(self._article[:place]), key=len)
            phrase = longest[: self._chance.randint(4, 8)] + self._filled("{title}")
        else:
            phrase = self._filled(f"{{{source}}}")
        return phrase, self._brackets[:1] + self._disguise(phrase) + self._brackets[1:]

    def mark(self, mark: str) -> str:
        """Return a separator in the article's kind."""
        if mark == "\n" and "\r\n" in self._article:
            return "\r\n"
        return mark.replace(",", "，") if self._wide else mark

    def _filled(self, template: str) -> str:
        """Return a template with its slots filled. All templates of an article get the same site, account and site name."""
        while found := _SLOT_RE.search(template):
            slot = found[1]
            value = self._known.get(slot) or self._value(slot)
            if slot in _KEPT:
                self._known[slot] = value
            template = template[: found.start()] + value + template[found.end() :]
        return template

    def _value(self, slot: str) -> str:
        if slot == "phrase":
            return self._chance.choice(self._phrases)
        made = _MADE.get(slot)
        return made(self._chance) if made else self._chance.choice(templates()[slot])


_SLOT_RE = re.compile(r"\{([a-z-]+)\}")
_HAN_RUN_RE = re.compile(rf"{_HAN}+")
_KEPT = ("site", "host", "account", "number", "spaced", "enclosed", "sign")


def _letters(chance: random.Random, number: int) -> str:
    return "".join(chance.choices("abcdefghkmnprstuvwxyz", k=number))


def _digits(chance: random.Random) -> str:
    return "".join(chance.choices("0123456789", k=chance.randint(7, 10)))


_MADE: dict[str, Callable[[random.Random], str]] = {
    "host": lambda chance: f"www.{_letters(chance, chance.randint(4, 8))}.{chance.choice(['com', 'net', 'cc', 'la'])}",
    "account": lambda chance: _letters(chance, chance.randint(2, 5)) + _digits(chance)[: chance.randint(4, 6)],
    "number": _digits,
    "spaced": lambda chance: " ".join(_digits(chance)),
    "enclosed": lambda chance: "".join(chr(0x2460 + int(digit) - 1) if digit != "0" else "⓪" for digit in _digits(chance)),
}


@cache
def templates() -> dict[str, tuple[str, ...]]:
    """Return the values of each slot. Values are single words, or whole lines if the line has a slot."""
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "templates.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            slot, _, value = line.partition(" ")
            found.setdefault(slot, []).extend([value] if "{" in value or slot in _LINES else value.split())
    return {slot: tuple(values) for slot, values in found.items()}


_LINES = ("site-note", "line", "contact", "title")


def _disguise(name: str) -> Callable[[str], str]:
    if name == "traditional":
        return traditional
    if name == "wide":
        return lambda phrase: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in phrase)
    return name.join if name else str


def _places(article: str, spot: Spot, number: int, chance: random.Random, fits: Callable[[int], bool]) -> list[int]:
    """Choose up to `number` places, far enough from each other and from the article's own brackets. The last comes first."""
    found = [match.end() if spot.behind else match.start() for match in re.finditer(spot.pattern, article)]
    found = [place for place in found if fits(place)]
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
