"""Mining: counts the parentheticals of a corpus, and drafts a rule file for those that look planted but are not cut.

The census is an SQLite database, so memory stays bounded for any corpus, and an interrupted run can be continued.
"""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cleanspam.errors import CleanspamError
from cleanspam.judge.cleaner import Cleaner
from cleanspam.model import NamedTuple, Site, Verdict
from cleanspam.rulebook.parse import unmarked
from cleanspam.text.brackets import Sites, pairs
from cleanspam.text.pairing import KIND
from cleanspam.workshop.rulewrite import marked, wrapped_list

# The lengths, in code points, of own texts that are counted: shorter ones are numbers and letters, longer ones sentences.
SHORTEST, LONGEST = 3, 30
# The number of contexts that are kept for each text and site, and the code points of a context on either side.
CONTEXTS, AROUND = 3, 40
_BARE_RE = re.compile(r"[^\W_][^，。、；：！？,;!?“”\"'「」…]*\Z")
_MARKED_RE = re.compile(r"\[-.*?-\]")
_BRACKET_RE = re.compile(f"[{re.escape(''.join(KIND))}]")
_HAN_RE = re.compile(r"[\u4e00-\u9fff]")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (
    fold TEXT, site TEXT, marks TEXT, documents INTEGER, cut INTEGER, kept INTEGER, flagged INTEGER, contexts TEXT,
    PRIMARY KEY (fold, site, marks)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS read (document TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken (rules TEXT);
"""
_COUNT = """
INSERT INTO texts VALUES (?, ?, ?, 1, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET documents = documents + 1, cut = cut + excluded.cut, kept = kept + excluded.kept,
flagged = flagged + excluded.flagged,
contexts = CASE
    WHEN length(contexts) - length(replace(contexts, char(10), '')) < ?
    THEN contexts || excluded.contexts ELSE contexts
END
"""


class MinedText(NamedTuple):
    """A folded own text at one site, with its counts."""

    fold: str
    site: Site
    marks: str  # the folded characters on both sides: ",," between two commas
    documents: int
    cut: int  # the number of documents in which a rule cut it
    kept: int  # the number of documents in which a keep rule protected it
    flagged: int  # the number of documents in which a rule flagged it
    contexts: tuple[str, ...]  # each with the parenthetical in [-…-]


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates with the same ending."""

    head: str
    candidates: tuple[MinedText, ...]
    legitimate: tuple[MinedText, ...]  # glued parentheticals with the same ending, which are probably the author's


class ParentheticalCensus:
    """The census of one corpus, in the database at `path`. An existing census is continued.

    Raises CleanspamError for a file that is no census, and for a census by other rules: counts depend on the rules, and the
    documents of a census cannot be read again.
    """

    def __init__(self, path: Path, cleaner: Cleaner) -> None:
        self._path, self._cleaner = path, cleaner
        self._keeps = [matcher for matcher in cleaner.judge.matchers if matcher.rule.action is Verdict.KEEP]
        try:
            self._database = sqlite3.connect(path)
        except sqlite3.Error as error:
            raise self._none(error) from error
        try:
            self._database.executescript(_SCHEMA)
            self._go_on_by(cleaner.ruleset.hash)
        except sqlite3.Error as error:
            self.close()
            raise self._none(error) from error

    def _none(self, error: sqlite3.Error) -> CleanspamError:
        return CleanspamError(f"{self._path}: no census: {error}; name a new file or one that a census has written")

    def read(self, text: str) -> bool:
        """Count the parentheticals of a document. False if the census has this document already.

        Raises CleanspamError if the database cannot be written.
        """
        data = text.encode("utf-8", "replace")  # a lone surrogate cannot be stored
        document, text = hashlib.sha256(data).hexdigest(), data.decode("utf-8")
        try:
            with self._database:
                if not self._database.execute("INSERT OR IGNORE INTO read VALUES (?)", (document,)).rowcount:
                    return False
                self._database.executemany(_COUNT, self._rows(text))
        except sqlite3.Error as error:
            raise CleanspamError(f"{self._path}: the census cannot go on: {error}") from error
        return True

    def documents(self) -> int:
        """Return the number of documents in the census."""
        number: int = self._database.execute("SELECT count(*) FROM read").fetchone()[0]
        return number

    def entries(self, where: str = "1", order: str = "documents DESC, fold") -> Iterator[MinedText]:
        """Yield entries, the most frequent first."""
        query = f"SELECT * FROM texts WHERE {where} ORDER BY {order}"  # no part comes from a user
        for fold, site, marks, *rest in self._database.execute(query):
            documents, cut, kept, flagged, contexts = rest
            yield MinedText(fold, Site(site), marks, documents, cut, kept, flagged, tuple(contexts.split("\n")[:-1]))

    def candidates(self, least: int = 3) -> list[MinedText]:
        """Return the uncut texts that look planted: flagged ones, and those that stand alone in at least `least` documents."""
        alone = list(self.entries("site = 'alone' AND cut = 0 AND kept = 0"))
        everywhere: Counter[str] = Counter()
        for entry in alone:
            everywhere[entry.fold] += entry.documents
        return [entry for entry in alone if entry.flagged or everywhere[entry.fold] >= least]

    def close(self) -> None:
        self._database.close()

    def _go_on_by(self, rules: str) -> None:
        """Store the hash of the rules in a new census, or check that it is the same in an old one."""
        if not self.documents():
            with self._database:
                self._database.execute("DELETE FROM taken")
                self._database.execute("INSERT INTO taken VALUES (?)", (rules,))
            return
        noted = self._database.execute("SELECT rules FROM taken").fetchone()
        if noted != (rules,):
            self.close()
            by = f"rule set {noted[0]}" if noted else "rules that it does not name"
            raise CleanspamError(
                f"{self._path}: this census was taken by {by}, and the rule set is now {rules}; "
                "name a new file to count again, or go on with the rules that it was taken by"
            )

    def _rows(self, text: str) -> Iterator[tuple[str, str, str, bool, bool, bool, str, int]]:
        """Yield a row for each own text and site of a document."""
        said = {(finding.start, finding.end): finding.verdict for finding in self._cleaner.findings(text)}
        found = pairs(text)
        sites = Sites(text)
        seen: set[tuple[str, str, str]] = set()
        for pair in found:
            view = self._cleaner.judge.view(text, pair, sites)
            key = (view.own, view.site.value, view.before[-1:] + view.after[:1])
            if _is_counted(view.own) and key not in seen and not sites.is_code(pair):
                seen.add(key)
                verdict = said.get((pair.start, pair.end))
                is_kept = any(keep.speaks(view) for keep in self._keeps)
                context = _context(text, pair.start, pair.end)
                yield (*key, verdict is Verdict.CUT, is_kept, verdict is Verdict.FLAG, context, CONTEXTS)


def groups(census: ParentheticalCensus, least: int = 3) -> list[Group]:
    """Group the candidates by their most frequent endings, the largest group first."""
    candidates = census.candidates(least)
    heads = _heads([entry.fold for entry in candidates])
    by_head: dict[str, list[MinedText]] = {}
    for entry in candidates:
        by_head.setdefault(heads[entry.fold], []).append(entry)
    legitimate = _legitimate(census, set(by_head))
    made = [Group(head, tuple(found), tuple(legitimate.get(head, ()))) for head, found in by_head.items()]
    return sorted(made, key=lambda group: (-len(group.candidates), group.head))


def rule_file(groups: Iterable[Group]) -> str:
    """Return a draft of a rule file: a list and a rule for each group, with examples to cut and to keep from the corpus."""
    blocks = ["# Candidates from a census. Read each one: a rule that you would not defend does not belong in your set.\n"]
    blocks += [_block(f"mined-{number}", group) for number, group in enumerate(groups, 1)]
    return "\n".join(blocks)


def _block(name: str, group: Group) -> str:
    texts = sorted({entry.fold for entry in group.candidates})
    words = [text for text in texts if " " not in text]
    cuts = [f"cuts  {_cut_marked(_apart(entry.contexts[0]))}" for entry in group.candidates[:3]]
    keeps = [f"keeps {unmarked(_apart(entry.contexts[0]))}" for entry in group.legitimate[:3]]
    lines = [wrapped_list(name, words), ""] if words else []
    lines += [f"rule  {name}", f"about Texts that end in {group.head}: {len(texts)} stood where no sentence has a bracket."]
    lines += ["at    alone", *([f"cut   ends {name}"] if words else ())]
    # A text with a blank becomes a pattern, for blanks separate the words of a list.
    lines += [*(f"cut   ^{re.escape(text)}$" for text in texts if " " in text), *cuts]
    # The nearest text that must stay is the same words without brackets.
    lines += keeps or [f"keeps {group.candidates[0].fold}。"]
    return "\n".join(lines) + "\n"


def _apart(context: str) -> str:
    """Cut a context off at the next brackets on both sides, which would be another example."""
    mark = _MARKED_RE.search(context)
    assert mark, context
    before, after = _BRACKET_RE.split(context[: mark.start()])[-1], _BRACKET_RE.split(context[mark.end() :])[0]
    return f"{before}{mark[0]}{after}"


def _cut_marked(context: str) -> str:
    """Extend the mark in a context to the whole cut, with the planted separator."""
    mark = _MARKED_RE.search(context)
    assert mark, context
    return marked(unmarked(context), mark.start(), mark.end() - 4)


def _is_counted(own: str) -> bool:
    return SHORTEST <= len(own) <= LONGEST and bool(_BARE_RE.match(own) and _HAN_RE.search(own))


def _context(text: str, start: int, end: int) -> str:
    """Return the sentence of a parenthetical, with the parenthetical marked."""
    before = re.split(r"[。！？\r\n]", text[max(start - AROUND, 0) : start])[-1]
    after = text[end : end + AROUND]
    stop = re.search(r"[。！？]|(?=[\r\n])", after)
    return f"{before}[-{text[start:end]}-]{after[: stop.end()] if stop else after}\n"


def _heads(texts: list[str]) -> dict[str, str]:
    """Return for each text the ending of two to four characters that most other texts share, else the whole text."""
    ends = Counter(end for text in texts for end in {text[-size:] for size in (2, 3, 4) if len(text) > size})
    heads = {}
    for text in texts:
        shared = [end for size in (4, 3, 2) if len(text) > size and ends[end := text[-size:]] > 1]
        heads[text] = max(shared, key=lambda end: (ends[end], len(end)), default=text)
    return heads


def _legitimate(census: ParentheticalCensus, heads: set[str]) -> dict[str, list[MinedText]]:
    """Return for each ending the glued parentheticals that have it too, which must stay."""
    found: dict[str, list[MinedText]] = {}
    sizes = sorted({len(head) for head in heads})
    for entry in census.entries("site = 'glued' AND cut = 0"):
        for size in sizes:
            head = entry.fold[-size:]
            if head in heads and len(found.setdefault(head, [])) < CONTEXTS:
                found[head].append(entry)
    return found
