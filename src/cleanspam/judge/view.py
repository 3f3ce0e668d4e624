"""Views: what rules see of one parenthetical or line: the own text, the standing and the text around."""

from functools import lru_cache

from cleanspam.judge.criteria import REMEMBERED, Criteria
from cleanspam.judge.lexicon import WordsFound
from cleanspam.model import WHOLE_SITES, Site
from cleanspam.rulebook.checks import all_hold
from cleanspam.rulebook.conditions import At
from cleanspam.text.brackets import CONTEXT, LINE_ENDS, Pair, Sites, first_line_end, own_text
from cleanspam.text.fold import fold, is_spelled_apart
from cleanspam.text.lines import JOINTS, Line, line_above, line_below
from cleanspam.text.pairing import KIND, line_end
from cleanspam.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from cleanspam.text.disguise import Hidden
    from cleanspam.text.noise import Noise

_NEIGHBOUR = 100  # code points of the line above or below: a title has 90
_BELOW_LINES = WHOLE_SITES | {Site.OPENING}


class View:
    """A parenthetical as rules see it."""

    # Ten thousand views make a collection of garbage look at as many dicts less.
    __slots__ = (
        "_accomplices", "_after", "_before", "_criteria", "_is_in_first_line", "_own_text", "_rest", "_text",
        "kind", "own", "pair", "site", "standing",
    )  # fmt: skip

    def __init__(self, text: str, pair: Pair, sites: Sites, criteria: Criteria) -> None:
        self._see(text, pair, criteria, own_text(text, pair), sites.of(pair))

    def _see(self, text: str, pair: Pair, criteria: Criteria, raw: str, site: Site) -> None:
        self._text, self._criteria = text, criteria
        self.pair, self.site = pair, site
        self._before: str | None = None
        self._after: str | None = None
        self._is_in_first_line: bool | None = None
        self.kind = KIND.get(text[pair.start], "")
        self._own_text = criteria.own(raw)
        self.own = self._own_text.own
        self.standing = criteria.standing(site, self.kind, *self._beside())
        self._accomplices: dict[tuple[str, ...], int] = {}  # by places, if more than the standing tells it
        self._rest = (0, 0)  # the rules whose conditions on the line around were tried, and those of which they hold

    def _beside(self) -> tuple[str, str]:
        """Return the last character before the parenthetical and the first behind it, both folded."""
        start, end, _ = self.pair
        left, right = _seen(self._text[start - 1 : start]), _seen(self._text[end : end + 1])
        return self.before[-1:] if left is None else left, self.after[:1] if right is None else right

    @property
    def raw(self) -> str:
        """The parenthetical as it stands in the text, with its brackets."""
        return self._text[self.pair.start : self.pair.end]

    @property
    def is_in_first_line(self) -> bool:
        """Whether the parenthetical stands in the first line of the text that is not blank."""
        if self._is_in_first_line is None:
            self._is_in_first_line = self.pair.start <= first_line_end(self._text)
        return self._is_in_first_line

    @property
    def is_spelled_apart(self) -> bool:
        """Whether signs that hide the characters of the parenthetical stand between them."""
        return is_spelled_apart(self.raw)

    @property
    def before(self) -> str:
        """The line before the parenthetical, at most CONTEXT code points of it, or what stands before a line."""
        if self._before is None:
            self._before = self._read_before()
        return self._before

    @property
    def after(self) -> str:
        """The line behind the parenthetical, at most CONTEXT code points of it, or what stands behind a line."""
        if self._after is None:
            self._after = self._read_after()
        return self._after

    def _read_before(self) -> str:
        before = self._text[max(self.pair.start - CONTEXT, 0) : self.pair.start]
        for end in LINE_ENDS:
            before = before.rpartition(end)[2]
        return fold(before)

    def _read_after(self) -> str:
        after = self._text[self.pair.end : self.pair.end + CONTEXT]
        for end in LINE_ENDS:
            after = after.partition(end)[0]
        return fold(after)

    def meets(self, asked: int) -> int:
        """Return the rules, of those asked, whose conditions all hold."""
        bits = self._own_text.meets(self.standing.meets(asked))
        return self.meets_around(bits) if bits & self._criteria.plan.with_rest else bits

    def meets_around(self, bits: int) -> int:
        """Return the rules, of those asked, whose conditions on the line around hold."""
        known, held = self._rest
        with_rest = bits & self._criteria.plan.with_rest
        if unknown := with_rest & ~known:
            for bit, checks in self._criteria.asked(unknown):
                if all_hold(checks.rest, self):
                    held |= bit
            self._rest = known | unknown, held
        return bits & ~(with_rest & ~held)

    @property
    def found(self) -> WordsFound:
        """The lists with a word in the own text, at its start, and at its end."""
        return self._own_text.found

    @property
    def literals(self) -> int:
        """The literals in the own text, as bits."""
        return self._own_text.literals

    @property
    def shapes(self) -> dict[str, bool]:
        """The shapes that test only the own text, as far as they were tested."""
        return self._own_text.shapes

    @property
    def places(self) -> dict[str, bool]:
        """The places that test only the standing, as far as they were tested."""
        return self.standing.places

    def stands(self, place: str) -> bool:
        """Tell whether the parenthetical stands at the place."""
        return self._criteria.stands(place)(self)

    def accomplices_at(self, places: tuple[str, ...]) -> int:
        """Return the least number of accomplices that one of the given places asks for, if the parenthetical stands there."""
        known = self.standing.accomplices.get(places)
        if known is None:
            known = self._accomplices.get(places)
        if known is None:
            known = min((self._accomplices_of(name) for name in places if self.stands(name)), default=0)
            is_told = all(map(self._criteria.grouping.is_fixed, places))  # by the standing alone
            (self.standing.accomplices if is_told else self._accomplices)[places] = known
        return known

    def _accomplices_of(self, name: str) -> int:
        place = self._criteria.place(name)
        inner = [self.accomplices_at(condition.places) for condition in place.conditions if isinstance(condition, At)]
        return max(place.accomplices, *inner, 0)


class ReadingView(View):
    """A reading in brackets behind a character, a sign between two characters, or what encloses a character with its reading.

    The own text of what is not in brackets is its first character.
    """

    __slots__ = ()

    def __init__(self, text: str, pair: Pair, criteria: Criteria) -> None:
        own = own_text(text, pair) if text[pair.start] in KIND and pair.end - pair.start > 1 else text[pair.start]
        self._see(text, pair, criteria, own, Site.READING)


class HiddenView(View):
    """A name or an address in disguise. Its own text is what it reads as."""

    __slots__ = ("_is_apart",)

    def __init__(self, text: str, hidden: "Hidden", criteria: Criteria) -> None:
        self._is_apart = hidden.is_apart
        self._see(text, Pair(hidden.start, hidden.end, ()), criteria, hidden.own, Site.HIDDEN)

    @property
    def is_spelled_apart(self) -> bool:
        """Whether signs that only hide its characters stand between all of them."""
        return self._is_apart


class NoiseView(View):
    """Random characters, as a line or amid one."""

    __slots__ = ()

    def __init__(self, text: str, noise: "Noise", criteria: Criteria) -> None:
        self._see(text, Pair(noise.start, noise.end, ()), criteria, text[noise.start : noise.end], noise.site)


class LineView(View):
    """A line, or a part of a line. Rules see the line above and the line below a whole line, and nothing beside a part.

    Of the opening of a line they see the line above.
    """

    __slots__ = ()

    def __init__(self, text: str, line: Line, criteria: Criteria) -> None:
        self._see(text, Pair(line.start, line.end, ()), criteria, text[line.start : line.end], line.site)

    def _beside(self) -> tuple[str, str]:
        left, right = _seen(self._above()[-1:]), _seen(self._below()[:1])
        return self.before[-1:] if left is None else left, self.after[:1] if right is None else right

    def _read_before(self) -> str:
        return fold(self._above())

    def _read_after(self) -> str:
        return fold(self._below())

    def _above(self) -> str:
        """Return the start of the line above a whole line; blank lines are passed over."""
        return line_above(self._text, self.pair.start)[:_NEIGHBOUR] if self.site in _BELOW_LINES else ""

    def _below(self) -> str:
        """Return the start of the line below a whole line."""
        return line_below(self._text, self.pair.end)[:_NEIGHBOUR] if self.site in WHOLE_SITES else ""


class JoinedView(View):
    """A part that a mark joins to the rest of a title. Rules see the rest beside it, and a comma or a colon as its mark.

    What they see behind it goes on with the line below the title, where copiers set the same query again.
    """

    __slots__ = ()

    def __init__(self, text: str, part: Line, criteria: Criteria) -> None:
        own = text[part.start : part.end].strip(f"{JOINTS} ")
        self._see(text, Pair(part.start, part.end, ()), criteria, own, part.site)

    def _read_after(self) -> str:
        """Return the rest of the title, and the start of the line below it."""
        below = line_below(self._text, line_end(self._text, self.pair.end))
        return f"{super()._read_after()}\n{fold(below[:_NEIGHBOUR])}"


@lru_cache(REMEMBERED)
def _seen(char: str) -> str | None:
    """Return a neighbouring character folded, "" at an edge of a line; None if the fold drops it, for the next one counts."""
    return "" if char in LINE_ENDS else fold(char) or None
