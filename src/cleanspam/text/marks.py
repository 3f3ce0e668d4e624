"""Marks: all blanks, line ends and punctuation that can stand beside a parenthetical.

The separator that a cut takes and the edges of clauses derive from these.
"""

LINE_ENDS = "\n\r"
# Visible blanks, which part two words. Then invisible ones: of zero width, joiners, marks of writing direction.
SPACES = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
BLANKS = SPACES + INVISIBLE
# The marks that are planted with a parenthetical: a cut takes one of them.
SEPARATORS = "，,、；;､﹐﹑︐︑،﹔︔؛"
# A cut takes a full stop only if it takes no separator.
STOPS = "。.｡﹒︒"
CLAUSE_MARKS = SEPARATORS + STOPS + "：:！!？?…"
# Marks of prose and of programs that hide names, too, before their last two characters: *文学.
ENDING_MARKS = "/*%&=#^$@_`}]>?.。;!—~\\|"
PROSE_MARKS = frozenset(ENDING_MARKS + "＊％＆！；．")
# A cut takes any other mark only if the same mark stands on both sides: 出现……(广告)……更多.
DOUBLED = "！!？?：:…—–~～·・‧•/／|｜"
# An opening quotation mark counts on the left, a closing one on the right. The other way round the parenthetical is a gloss.
OPENING_QUOTES = "“‘「『《〈"
CLOSING_QUOTES = "”’」』》〉"
