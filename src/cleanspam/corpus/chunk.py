"""Edits one piece of a file: gives the cleaned bytes, and the facts that reports and logs need."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from cleanspam.formats.base import Format, Passage, edit_piece, leave_gaps
from cleanspam.judge.cleaner import Cleaner
from cleanspam.judge.keepmarks import obey
from cleanspam.model import Cleaning, Cut, Finding, NamedTuple, Span, Verdict
from cleanspam.native.candidates import Bounds
from cleanspam.text.cut import inside, without_marks
from cleanspam.text.diff import AROUND, Hunk, hunks
from cleanspam.text.locate import Located, locate


class Problem(NamedTuple):
    """A part of a file that could not be read. It stays as it is."""

    line: int  # from 1
    message: str


class CutRecord(NamedTuple):
    """The text cut for one finding, or for nested findings: a whole cut, or a share of a chain's cut."""

    at: int  # its start in bytes of the file; -1 in a format that rewrites records
    record: int  # from 1; 0 in a format without records
    field: str
    start: int  # in code points of its text
    text: str
    raw: str  # its spelling in the file, if that differs
    rules: tuple[str, ...]
    site: str


class Totals:
    """The counts of a run. Characters are code points."""

    def __init__(self) -> None:
        self.files = 0
        self.records = 0
        self.lines = 0
        self.chars = 0
        self.cuts = 0
        self.flags = 0
        self.kept = 0  # findings that a keep mark protected from a cut
        self.chars_cut = 0
        self.by_rule: Counter[str] = Counter()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and vars(self) == vars(other)

    def add(self, other: "Totals") -> None:
        self.files += other.files
        self.records += other.records
        self.lines += other.lines
        self.chars += other.chars
        self.cuts += other.cuts
        self.flags += other.flags
        self.kept += other.kept
        self.chars_cut += other.chars_cut
        for rule, cuts in other.by_rule.items():  # Counter.update takes 5 us, and each file with a cut is added twice
            self.by_rule[rule] = self.by_rule.get(rule, 0) + cuts  # a Counter calls Python for a rule that it does not have

    def take_back(self, other: "Totals") -> None:
        """Subtract the cuts of a file that was not replaced."""
        self.cuts -= other.cuts
        self.chars_cut -= other.chars_cut
        self.by_rule -= other.by_rule

    def count(self, text: str, cleaning: Cleaning) -> None:
        """Add one text. A cut counts only for the first of its rules, so that the counts of rules add up."""
        self.chars += len(text)
        self.chars_cut += len(text) - len(cleaning.text)
        for finding in cleaning.findings:
            if finding.verdict is Verdict.CUT:
                self.cuts += 1
                self.by_rule[finding.rules[0]] = self.by_rule.get(finding.rules[0], 0) + 1
            elif finding.verdict is Verdict.FLAG:
                self.flags += 1


class ChunkResult:
    """The facts of one edited piece, without its bytes.

    Lines, records and bytes count from the start of the piece; `placed` makes them count from the start of the file.
    """

    def __init__(self, size: int = 0, problems: Iterable[Problem] = ()) -> None:
        self.size = size  # bytes of the unedited piece, or of the part of the file that it stands for
        self.on_disk = 0  # bytes of the file that are done with this piece; 0 for a file that is reported as a whole
        self.is_changed = self.is_open = False  # is_open: the last line of the piece has no line end
        self.totals = Totals()
        self.located: list[Located] = []
        self.hunks: list[Hunk] = []
        self.problems = list(problems)
        self.cut_records: list[CutRecord] = []


class EditedChunk(NamedTuple):
    """An edited piece: the bytes and the facts. An unchanged piece has no bytes here, for the sender has them."""

    result: ChunkResult
    data: bytes | None = None  # None if the piece is unchanged
    packed: bytes = b""  # the compressed data, if the editor compresses

    def of(self, piece: bytes) -> bytes:
        """Return the edited bytes of the piece."""
        return piece if self.data is None else self.data


class Collect(NamedTuple):
    """The facts that a run needs besides the cleaned bytes. Other facts are not computed."""

    findings: bool = False  # cuts and flags with their places
    hunks: bool = False
    around: int = AROUND  # code points of a hunk on each side of its cuts
    cut_records: bool = False  # the records that a log needs to put cuts back


class ChunkEditor:
    """Edits the pieces of one format. Picklable, for worker processes."""

    def __init__(self, format_: Format, cleaner: Cleaner, wants: Collect = Collect(), pack: str = "") -> None:  # noqa: B008 (a value)
        self.format, self.cleaner, self.wants = format_, cleaner, wants
        self.pack = pack  # a compression: edited data is compressed too

    def with_format(self, format_: Format, pack: str = "") -> "ChunkEditor":
        """Return the same editor for pieces of another format."""
        return ChunkEditor(format_, self.cleaner, self.wants, pack)

    def __call__(self, piece: bytes) -> EditedChunk:
        """Return the cleaned piece with the facts of `collect`. Undecodable bytes stay as they are."""
        chunk = self._edited(piece)
        if not self.pack:
            return chunk
        from cleanspam.disk.compression import compress_member

        return chunk._replace(packed=compress_member(chunk.of(piece), self.pack))

    def _edited(self, piece: bytes) -> EditedChunk:
        # A report of findings needs no cleaned bytes. Only other encodings and records may turn out not to be written so.
        is_read = self.wants == Collect(findings=True) and self.format.encoding == "utf-8" and not self.format.rewrites_records
        desk = _CleaningEditor(self.cleaner, self.wants, is_read=is_read)
        try:
            # Findings come with a rate for all characters, and the scan finds no flags: with findings nothing may be skipped.
            scan = None if self.wants.findings else self.cleaner.screen
            edited = edit_piece(self.format, piece, desk, scan)
        except UnicodeError as error:
            problem = f"about 1 MiB from here stays as it is: {_describe(error)}"
            return EditedChunk(ChunkResult(len(piece), [Problem(1, problem)]))
        result = desk.outcome
        result.size, result.is_changed = edited.size or len(piece), edited.data is not piece
        result.totals.lines, result.totals.records, result.is_open = edited.lines, edited.records, edited.is_open
        result.totals.chars += edited.skipped
        if edited.at and result.cut_records:
            places = zip(result.cut_records, edited.at, edited.spelled, strict=True)
            result.cut_records = [_placed(taking, at, spelled) for taking, at, spelled in places]
        return EditedChunk(result, edited.data if result.is_changed else None)


Spread = Callable[[ChunkEditor, Iterable[bytes]], Iterator[EditedChunk]]  # map, or the same on several cores


def _describe(error: UnicodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte 0x{error.object[error.start]:02x} is no {error.encoding.upper()} there"
    return str(error)


class _CleaningEditor:
    """The Editor that a format calls with each passage."""

    def __init__(self, cleaner: Cleaner, wants: Collect, *, is_read: bool = False) -> None:
        """Take what to collect, and whether the text is only read, so that no span is returned."""
        self.outcome = ChunkResult()
        self._cleaner, self._wants, self._is_read = cleaner, wants, is_read

    def edit(self, passage: Passage) -> Sequence[Span]:
        cleaning = self._cleaner.examine(passage.text) if self._wants.findings else self._cleaner.clean(passage.text)
        cleaning, kept, unused = obey(passage.text, cleaning)
        if cleaning.cuts and passage.refuse and (why := passage.refuse(cleaning.text)):
            self.problem(passage.line, why)
            cleaning = Cleaning(passage.text, findings=cleaning.findings if self._wants.findings else ())
        self.outcome.totals.kept += kept
        self.outcome.totals.count(passage.text, cleaning)
        if (cleaning.findings or unused) and self._wants.findings:
            self._locate(passage, cleaning, unused)
        if not cleaning.cuts or self._is_read:
            return ()
        if self._wants.hunks:
            shown: Iterable[Hunk] = hunks(passage.text, cleaning, passage.line, self._wants.around)
            self.outcome.hunks += _in_file(passage, shown) if passage.field else shown
        if self._wants.cut_records:
            return self._recorded(passage, cleaning)
        return [part for start, end, _ in cleaning.cuts for part in leave_gaps(Span(start, end), passage.gaps)]

    def _recorded(self, passage: Passage, cleaning: Cleaning) -> list[Span]:
        """Record the cuts, each share with its findings, and return the spans of the shares."""
        said = [finding for finding in cleaning.findings if finding.verdict is Verdict.CUT]
        shares = [
            (part, findings)
            for one in cleaning.cuts
            for span, findings in shared(one, said)
            for part in leave_gaps(span, passage.gaps)
        ]
        self.outcome.cut_records += [_taking(passage, span, findings) for span, findings in shares]
        return [span for span, _ in shares]

    def problem(self, line: int, message: str) -> None:
        self.outcome.problems.append(Problem(line + 1, message))

    def _locate(self, passage: Passage, cleaning: Cleaning, unused: Iterable[Finding]) -> None:
        record = passage.record + 1 if passage.field else 0
        findings = sorted([*cleaning.findings, *unused], key=lambda finding: finding.start)
        kept = [finding for finding in findings if finding.verdict is not Verdict.KEEP]
        located = locate(passage.text, kept, passage.line, record, passage.field, _taken_along(cleaning))
        if passage.place or (passage.field and passage.column is not None):
            places = passage.places(finding.start for finding in kept)
            located = (
                one._replace(line=line + 1, column=column + 1) for one, (line, column) in zip(located, places, strict=True)
            )
        elif passage.field:  # the file has no lines
            located = (one._replace(line=0, column=0) for one in located)
        self.outcome.located += located


def _taken_along(cleaning: Cleaning) -> dict[Bounds, tuple[int, int]]:
    """Return, by the span of a finding, the numbers of code points before and behind it that are cut with it."""
    said = [finding for finding in cleaning.findings if finding.verdict is Verdict.CUT]
    taken = dict[Bounds, tuple[int, int]]()
    for cut in cleaning.cuts:
        for (start, end), findings in shared(cut, said):
            if findings:
                one = findings[0] if len(findings) == 1 else max(findings, key=_length)
                taken[one.start, one.end] = max(one.start - start, 0), max(end - one.end, 0)
    return taken


def _length(finding: Finding) -> int:
    return finding.end - finding.start


def _in_file(passage: Passage, shown: Iterable[Hunk]) -> Iterator[Hunk]:
    """Yield a record's hunks with their lines in the file; line 0 for a file without lines."""
    for hunk in shown:
        line = next(passage.places([hunk.start]))[0] + 1 if passage.column is not None else 0
        yield hunk._replace(line=line, record=passage.record + 1)


def shared(cut: Cut, findings: Sequence[Finding]) -> list[tuple[Span, list[Finding]]]:
    """Split a cut into the shares of its findings, so that each can be put back without the others.

    `findings` are all findings of the text, ordered by start.

    A share is a parenthetical with the separator planted behind it. In a chain whose cut begins with a separator and ends with
    a parenthetical it is the separator before it. Nested findings have one share. A cut with the brackets around a chain has
    one share too: half of the brackets could not be put back.
    """
    here = inside(cut, findings)
    if len(here) == 1:
        return [(Span(cut.start, cut.end), here)]
    groups: list[list[Finding]] = []
    for finding in here:
        if groups and finding.start < groups[-1][0].end:
            groups[-1].append(finding)
        else:
            groups.append([finding])
    outer = [max(group, key=_length) for group in groups]
    if outer and without_marks(cut.text[: outer[0].start - cut.start]):
        return [(Span(cut.start, cut.end), [finding for group in groups for finding in group])]
    leads = bool(outer) and cut.start < outer[0].start and cut.end == outer[-1].end
    inner = [one.end if leads else two.start for one, two in pairwise(outer)]
    edges = [cut.start, *inner, cut.end]
    return [(Span(*span), group) for span, group in zip(pairwise(edges), groups, strict=True)]


def _taking(passage: Passage, span: Span, findings: Sequence[Finding]) -> CutRecord:
    rules = tuple(dict.fromkeys(rule for finding in findings for rule in finding.rules))
    record = passage.record + 1 if passage.field else 0
    text = passage.text[span.start : span.end]
    return CutRecord(-1, record, passage.field, span.start, text, "", rules, findings[0].site.value)


def _placed(record: CutRecord, at: int, spelled: str) -> CutRecord:
    return record._replace(at=at, raw="" if spelled == record.text else spelled)


def _shift(result: ChunkResult, lines: int, records: int, at: int) -> None:
    """Make places count from the start of the file: `lines`, `records` and `at` bytes precede the piece."""
    if lines or records:
        result.hunks = [_moved_hunk(hunk, lines, records) for hunk in result.hunks]
        result.located = [_moved(located, lines, records) for located in result.located]
        result.problems = [Problem(problem.line + lines, problem.message) for problem in result.problems]
    if records or at:
        result.cut_records = [
            record._replace(at=record.at + at if record.at >= 0 else -1, record=record.record and record.record + records)
            for record in result.cut_records
        ]


def placed(chunks: Iterable[EditedChunk]) -> Iterator[EditedChunk]:
    """Yield the edited pieces of a file, with places that count from the start of the file.

    A line that is spread over several pieces counts once.
    """
    lines = records = at = 0
    was_open = False
    for chunk in chunks:
        result, ends = chunk.result, chunk.result.totals.lines
        _shift(result, lines, records, at)
        result.totals.lines += result.is_open - was_open
        yield chunk
        lines, records, at, was_open = lines + ends, records + result.totals.records, at + result.size, result.is_open


def edited(spread: Spread, edit: ChunkEditor, pieces: Iterable[bytes]) -> Iterator[tuple[bytes, ChunkResult]]:
    """Yield the edited bytes of each piece of a file, with a result whose places count from the start of the file."""
    waiting: deque[bytes] = deque()

    def sent() -> Iterator[bytes]:
        for piece in pieces:
            waiting.append(piece)
            yield piece

    for chunk in placed(spread(edit, sent())):
        yield chunk.of(waiting.popleft()), chunk.result


def _moved_hunk(hunk: Hunk, lines: int, records: int) -> Hunk:
    return hunk._replace(line=hunk.line and hunk.line + lines, record=hunk.record and hunk.record + records)


def _moved(located: Located, lines: int, records: int) -> Located:
    return located._replace(line=located.line and located.line + lines, record=located.record and located.record + records)
