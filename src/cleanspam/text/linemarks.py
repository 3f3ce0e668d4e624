"""The marks of a line: ends of sentences and clauses, frames around a part of the line, and brackets."""

from cleanspam.native import LineMarks
from cleanspam.native.candidates import MarkClasses
from cleanspam.text.pairing import BRACKET_KINDS

STOPS = "。！？!?…～"
QUOTES = "”」』"
CLAUSE_MARKS = ",，;；:：。！？!?…~～"
# Marks that frame a note amid a line: #百度搜某某书吧#. A frame has the same mark on both sides.
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
