"""Print the words of searches that authors' parentheticals have, too: the list gloss-word of rules/common.rules.

usage: python tools/make_gloss_words.py CORPUS...      clean texts (.txt .md) or records (.jsonl, .jsonl.gz with a "text" field)
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cleanspam import load_rules
from cleanspam.judge.lexicon import Lexicon
from cleanspam.text.brackets import own_text, pairs
from cleanspam.text.fold import fold
from cleanspam.workshop.rulewrite import wrapped_list

SEARCHED = ("commerce", "place", "question", "topic", "wanted")
MOST = 5  # parentheticals that a rare word may stand in


def texts(path: Path) -> Iterator[str]:
    """Yield the texts of a file."""
    if path.suffix in (".txt", ".md"):
        yield path.read_text(encoding="utf-8", errors="surrogateescape")
    elif path.name.endswith((".jsonl", ".jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def main() -> None:
    """Count in how many parentheticals each word stands, and print those that stand in more than MOST."""
    lists = load_rules().lists
    words = sorted({word for name in SEARCHED for word in lists[name]})
    lexicon = Lexicon({word: (word,) for word in words})
    by_bit = {lexicon.mask([word]): word for word in words}
    counts: Counter[str] = Counter()
    for root in map(Path, sys.argv[1:]):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            for text in texts(path):
                for pair in pairs(text):
                    mask = lexicon.found_in(fold(own_text(text, pair)))
                    counts.update(by_bit[1 << at] for at in range(mask.bit_length()) if mask >> at & 1)
    print(wrapped_list("gloss-word", (word for word in words if counts[word] > MOST)))


if __name__ == "__main__":
    main()
