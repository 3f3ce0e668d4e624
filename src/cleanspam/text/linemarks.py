"""The marks of a line: what ends its sentences and clauses, what frames a part of it, and its brackets."""

from cleanspam.native import LineMarks
from cleanspam.native.candidates import MarkClasses
from cleanspam.text.pairing import BRACKET_KINDS

STOPS = "。！？!?…～"
QUOTES = "”」』"
CLAUSE_MARKS = ",，;；:：。！？!?…~～"
# What frames a note amid a line: #百度搜某某书吧#. A frame has the same mark on both sides.
FRAMES = "#＃*＊☆★◆◇◎〓※■□●○"
CLASSES = MarkClasses(
    stops=STOPS,
    quotes=QUOTES,
    pauses="，,—~～",
    closing="”’」』》）)】］\"'",
    clause_marks=CLAUSE_MARKS,
    frames=FRAMES,
    kinds=tuple((kind.openers, kind.closers) for kind in BRACKET_KINDS),
)
MARKS = LineMarks(CLASSES)
