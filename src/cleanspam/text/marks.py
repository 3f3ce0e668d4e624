"""Marks: the blanks, line ends and punctuation that can stand beside a parenthetical, all of them named here.

The separator that a cut takes and the edges of clauses derive from these.
"""

LINE_ENDS = "\n\r"
# Blanks that show: what parts two words. Then those that show nothing: zero width, joiners, marks of writing direction.
SPACES = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
BLANKS = SPACES + INVISIBLE
# The marks that are planted with a parenthetical: one of them goes with it.
SEPARATORS = "，,、；;､﹐﹑︐︑،﹔︔؛"
# A full stop goes with it only where no separator does.
STOPS = "。.｡﹒︒"
CLAUSE_MARKS = SEPARATORS + STOPS + "：:！!？?…"
# Any other mark goes along only where the same one stands on both sides: 出现……(广告)……更多.
DOUBLED = "！!？?：:…—–~～·・‧•/／|｜"
# A quotation opens a clause on the left and closes one on the right; the other way round the parenthetical glosses it.
OPENING_QUOTES = "“‘「『《〈"
CLOSING_QUOTES = "”’」』》〉"
