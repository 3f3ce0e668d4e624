"""Lines: finds the whole lines that may be plantings, and their sites."""

from collections.abc import Iterable, Iterator

from cleanspam.model import NamedTuple, Site, Span
from cleanspam.text.latepattern import late_pattern
from cleanspam.text.marks import BLANKS
from cleanspam.text.pairing import line_end, line_start

# A planted line is a note, a list of keywords or a row of links. A longer line is a paragraph: only its end is judged.
LONGEST = 400
# The number of last lines that are the foot of a text: sites append two or three.
FOOT = 3
_LINE_END_RE = late_pattern(r"[\n\r]")
# A list of links at the foot has a heading and titles below it. All are short, and none ends like a sentence of an article.
HEADING, _LINK, _LINKS = 24, 120, 12
MOST_LINKS = _LINKS * (_LINK + 4)  # code points of links, with the line ends and blanks between them
# The sites close to an edge of a text.
AT_EDGES = frozenset({Site.HEAD, Site.JOINED, Site.LINKS})
_IN_HEAD = frozenset({Site.HEAD, Site.JOINED})
# The marks that join a query to a title. A colon joins only what it stands behind.
_JOINT_RE = late_pattern(r"[_|｜]|[,，](?=\S)|(?<=[^\W_])[ ]?[-–—][ ]?(?=[^\W_])|[:：](?=\S)")
_COLONS = ":："
JOINTS = "_|｜-–—"  # Rules see a comma or a colon, for authors set them too.
TITLE, _JOINED = 90, 6  # the most code points of a title, and its most parts
_STATED_RE = late_pattern(r"[。：:;；]$")
_OPENING_RE = late_pattern(r"(?:[^,，。！!；;:：…“”「」\n\r]{2,40}[,，]){3}")


class Line(NamedTuple):
    """A line or a part of a line, without the blanks around it. Places are in code points."""

    start: int
    end: int
    site: Site


class Edges(NamedTuple):
    """The places of a text's first and last lines. Lines between `head` and `links` are at none of the sites AT_EDGES."""

    first: int  # the first character that is not a blank
    head: int  # the end of the first line
    foot: int  # the start of the foot, which never includes the first line
    links: int  # the first place at which a heading of links may begin

    @staticmethod
    def of(text: str) -> "Edges":
        """Return the edges of a text.

        >>> Edges.of("\\n甲乙\\n" + "丙" * 2000)
        Edges(first=1, head=3, foot=4, links=492)
        """
        first, end = 0, _end_of(text, len(text))
        while first < end and text[first].isspace():
            first += 1
        head = line_end(text, first)
        return Edges(first, head, _foot(text, first, head, end), end - MOST_LINKS - HEADING)

    def may_hold(self, at: int, sites: frozenset[Site]) -> bool:
        """Tell whether a place may be in a line at one of these sites. False is certain."""
        is_in_head = at < self.head and not sites.isdisjoint(_IN_HEAD)
        return is_in_head or not sites <= AT_EDGES or (Site.LINKS in sites and at >= self.links)


def lines_at(text: str, places: Iterable[int], edges: Edges | None = None) -> Iterator[Line]:
    """Yield the lines that hold the given places, each line once; the places are in order.

    >>> [(line.start, line.end, line.site.value) for line in lines_at("甲\\n 乙 \\n丙\\n丁\\n戊", [0, 3, 3])]
    [(0, 1, 'head'), (3, 4, 'whole')]
    """
    done = 0
    first, _, foot, _ = edges or Edges.of(text)
    for at in places:
        if at < done:
            continue
        start, done = line_start(text, at), line_end(text, at)
        if span := stripped(text, start, done):
            yield Line(*span, Site.HEAD if start <= first < done else Site.FOOT if start >= foot else Site.WHOLE)
        done = max(done, at + 1)


def from_head(text: str) -> Iterator[Span]:
    """Yield the lines of a text without the blanks around, from the first one on; blank lines are passed over.

    >>> [*from_head("甲\\n\\n 乙\\n")]
    [Span(start=0, end=1), Span(start=4, end=5)]
    """
    start, last = 0, len(text)
    while start < last:
        end = line_end(text, start)
        if span := stripped(text, start, end):
            yield span
        start = end + 1


def from_foot(text: str) -> Iterator[Span]:
    """Yield the same from the last line on, upwards.

    >>> [*from_foot("甲\\n\\n 乙\\n")]
    [Span(start=4, end=5), Span(start=0, end=1)]
    """
    end = _end_of(text, len(text))
    while end:
        start = line_start(text, end - 1)
        if span := stripped(text, start, end):
            yield span
        end = _end_of(text, start)


def line_above(text: str, at: int) -> str:
    """Return the line above a line that starts at a place; blank lines are passed over, and nothing far away is seen.

    >>> line_above("甲\\n\\n 乙丙", 4)
    '甲'
    """
    above = text[max(at - LONGEST, 0) : at].rstrip()
    return above[line_start(above, len(above)) :].lstrip()


def line_below(text: str, at: int) -> str:
    """Return the same of the lines below.

    >>> line_below("甲 \\n\\n 乙丙", 1)
    '乙丙'
    """
    below = text[at : at + LONGEST].lstrip()
    return below[: line_end(below, 0)].rstrip()


def may_head_links(line: Line) -> bool:
    """Tell whether a line is short enough to be the heading of links."""
    return line.end - line.start <= HEADING


def links_from(text: str, line: Line) -> Line | None:
    """Return a short line with all lines below it, if these may all be links; else None.

    >>> links_from("天亮了。\\n更多报道\\n竹子开花\\n", Line(5, 9, Site.FOOT))
    Line(start=5, end=14, site=<Site.LINKS: 'links'>)
    """
    end = _end_of(text, len(text))
    below = text[line.end : end].strip() if may_head_links(line) and end - line.end <= MOST_LINKS else ""
    if not below:
        return None
    links = [link.strip() for link in _LINE_END_RE.split(below) if link.strip()]
    if len(links) > _LINKS or any(len(link) > _LINK or _STATED_RE.search(link) for link in links):
        return None
    return Line(line.start, end, Site.LINKS)


def opening_of(text: str, line: Line) -> Line | None:
    """Return the first three parts of a line that commas part, without the third comma; None for a line without them.

    >>> opening_of("甲一,乙一,丙一,丁一戊", Line(0, 11, Site.HEAD))
    Line(start=0, end=8, site=<Site.OPENING: 'opening'>)
    """
    found = _OPENING_RE.match(text, line.start, line.end)
    return Line(line.start, found.end() - 1, Site.OPENING) if found else None


def joined_parts(text: str, line: Line) -> Iterator[Line]:
    """Yield the parts of a title that marks join, each with its mark: behind the first part, before the others.

    >>> title = "竹灯怎么做_竹灯价格_青竹网"
    >>> [title[part.start : part.end] for part in joined_parts(title, Line(0, 14, Site.HEAD))]
    ['竹灯怎么做_', '_竹灯价格', '_青竹网']
    """
    joints = [*_JOINT_RE.finditer(text, line.start, line.end)] if line.end - line.start <= TITLE else []
    if not 0 < len(joints) < _JOINED:
        return
    yield Line(line.start, joints[0].end(), Site.JOINED)
    ends = [joint.start() for joint in joints[1:]] + [line.end]
    for joint, end in zip(joints, ends, strict=True):
        if joint[0] not in _COLONS:
            yield Line(joint.start(), end, Site.JOINED)


def bounds(text: str, at: int) -> Span:
    """Return the start of the line that holds a place, and the place of its line end."""
    return Span(line_start(text, at), line_end(text, at))


def stripped(text: str, start: int, end: int) -> Span | None:
    """Return a span without the blanks around; None if it holds only blanks."""
    while start < end and text[start] in BLANKS:
        start += 1
    while end > start and text[end - 1] in BLANKS:
        end -= 1
    return Span(start, end) if start < end else None


def _foot(text: str, first: int, head: int, end: int) -> int:
    """Return the start of a text's foot."""
    for _ in range(FOOT):
        start = line_start(text, max(end - 1, 0))
        if start <= first:
            return max(end, head + 1)
        end = _end_of(text, start)
    return end


def _end_of(text: str, end: int) -> int:
    """Return the start of the blanks and line ends before a place. Makes no copy: a text may have megabytes."""
    while end and text[end - 1].isspace():
        end -= 1
    return end
