"""The page: turns rows into one HTML file. No text of a row ever becomes markup or script."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from cleanspam.errors import CleanspamError
from cleanspam.htmlreport.rows import Row, payload
from cleanspam.model import NamedTuple
from cleanspam.text.diff import visible

_HERE = Path(__file__).parent
# Inside <script> an HTML parser ends JSON at a tag.
_INERT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Heading(NamedTuple):
    """The heading of the page."""

    source: str  # the paths of the files or logs
    made: str  # date and time
    rules_hash: str = ""
    abouts: Mapping[str, str] = {}  # rule id → what it finds
    language: str = "en"  # the language of the page; English if it has no catalogue


def html(rows: Iterable[Row], heading: Heading) -> str:
    """Return the page. Raises CleanspamError without jinja2."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ModuleNotFoundError as error:
        raise CleanspamError("the report needs jinja2; install it with: pip install 'cleanspam[report]'") from error
    rows, said = list(rows), words(heading.language)
    style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    loader = FileSystemLoader(_HERE)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return made.get_template("page.html.j2").render(
        language="zh-CN" if said else "en",
        say=partial(_said, said),
        cuts=f"{sum(not row.is_flag for row in rows):,}",
        flags=f"{sum(row.is_flag for row in rows):,}",
        files=f"{len({row.file for row in rows}):,}",
        source=visible(heading.source),
        made=visible(heading.made),
        rules_hash=visible(heading.rules_hash),
        data=Markup(_data(rows, heading, said)),
        style=Markup(style),
        script=Markup(script),
        script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
    )


def _said(words: Mapping[str, str], english: str, *values: str) -> str:
    return words.get(english, english).format(*values)


def words(language: str) -> dict[str, str]:
    """Return the words of the page in a language, by the English words; empty if there is no catalogue."""
    catalogue = _HERE / "words" / f"{language}.json"
    known = [path.stem for path in (_HERE / "words").glob("*.json")]
    found: dict[str, str] = json.loads(catalogue.read_text(encoding="utf-8")) if language in known else {}
    return found


def _data(rows: list[Row], heading: Heading, words: Mapping[str, str]) -> str:
    """Return the data of the page as JSON that contains no markup for an HTML parser."""
    data = payload(rows)
    data["words"] = dict(words)
    data["abouts"] = [visible(heading.abouts.get(rule, "")) for rule in data["rules"]]
    data["made"] = visible(heading.made)
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    data["id"] = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_INERT)
