"""Leave one vertical out: how the rules do on a vertical's phrases with its own rule files taken away.

usage: python bench/generalisation.py PHRASES.tsv HOST_DIR [VERTICAL=FILE,FILE ...]

PHRASES.tsv has a phrase and its vertical a line, tab between them, a heading first. HOST_DIR holds clean articles (.txt).
VERTICAL=FILE names a vertical's rule files by their stems; by default the stem is the name of the vertical.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from cleanspam import Cleaner, Ruleset, load_rules
from cleanspam.rulebook.find import rule_files, shipped_dir
from cleanspam.workshop.plant import FORMS, PlantingForm
from cleanspam.workshop.trial import Score, trial

# The forms that the figures are asked for, by the letter of each group.
GROUPS = {
    "between marks": ("comma", "chain", "after-stop", "line-start", "before-stop", "brackets", "traditional", "dotted"),
    "single": ("single",),
    "glued": ("glued",),
    "line end": ("line-end",),
}
COMMON = frozenset({"common", "places", "keep"})
HOSTS = 40


def without(files: Sequence[str]) -> Ruleset:
    """Return the shipped rules without those of some files; their words go with them."""
    return load_rules(*(file for file in rule_files([shipped_dir()]) if file.stem not in files), default=False)


def by_origin(ruleset: Ruleset, phrases: Sequence[str]) -> tuple[int, int, int]:
    """Return how many phrases, alone between two commas, are cut by other verticals' rules, by common ones only, not at all."""
    cleaner = Cleaner(ruleset)
    origin = {rule.id: Path(rule.source).stem for rule in ruleset.rules}
    counts = [0, 0, 0]
    for phrase in phrases:
        findings = cleaner.clean(f"雨一直下到傍晚,({phrase}),屋檐还在滴水。").findings
        spoken = {origin[rule] for finding in findings for rule in finding.rules}
        counts[0 if spoken - COMMON else 1 if spoken else 2] += 1
    return counts[0], counts[1], counts[2]


def scores(ruleset: Ruleset, phrases: Sequence[str], hosts: Sequence[str], names: Sequence[str]) -> list[Score]:
    forms: list[PlantingForm] = [form for form in FORMS if form.name in names]
    return [score for score, _ in trial(hosts, phrases, forms, Cleaner(ruleset))]


def share(found: Sequence[Score], *, flagged: bool = False) -> float:
    planted = sum(score.planted for score in found)
    cut = sum(score.cut + (score.flagged if flagged else 0) for score in found)
    return 100 * cut / max(planted, 1)


def main() -> None:
    table, host_dir, *named = sys.argv[1:]
    own = {vertical: files.split(",") for vertical, files in (word.split("=") for word in named)}
    verticals: dict[str, list[str]] = defaultdict(list)
    for line in Path(table).read_text(encoding="utf-8").splitlines()[1:]:
        phrase, vertical = line.split("\t")[:2]
        if 3 <= len(phrase) <= 30 and not set(phrase) & set("()（）[]【】,，。"):
            verticals[vertical].append(phrase)
    files = sorted(Path(host_dir).rglob("*.txt"))
    hosts = [file.read_text(encoding="utf-8") for file in random.Random(0).sample(files, min(HOSTS, len(files)))]
    print(
        "| vertical | phrases | by other verticals | by common rules | missed | "
        + " | ".join(GROUPS)
        + " | single, cut or flagged |"
    )
    print("|---|" + "---|" * (len(GROUPS) + 5))
    for vertical, phrases in verticals.items():
        ruleset = without(own.get(vertical, [vertical]))
        found = {group: scores(ruleset, phrases, hosts, names) for group, names in GROUPS.items()}
        figures = " | ".join(f"{share(found[group]):.1f} %" for group in GROUPS)
        origins = " | ".join(str(number) for number in by_origin(ruleset, phrases))
        print(
            f"| {vertical} | {len(phrases)} | {origins} | {figures} | {share(found['single'], flagged=True):.1f} % |",
            flush=True,
        )


if __name__ == "__main__":
    main()
