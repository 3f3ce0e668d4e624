"""`cleanspam rules …`: shows, proves, measures and drafts rules."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from cleanspam.ci.reports.base import dump_json
from cleanspam.cli import completion
from cleanspam.cli.command import HELP_OPTIONS, command, option
from cleanspam.cli.configfile import COUNT, INTEGER, NUMBER
from cleanspam.cli.guard import FOUND
from cleanspam.cli.language import amount, tr
from cleanspam.cli.options import AsJson, FormatOptions, RuleFileOptions
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.cli.values import taking
from cleanspam.errors import CleanspamError
from cleanspam.rulebook.find import rule_files, shipped_dir
from cleanspam.rulebook.ruleset import Rule, require_rule
from cleanspam.text.diff import visible
from cleanspam.workshop import prove as proving

if TYPE_CHECKING:
    from cleanspam.workshop.plant import PlantingForm

app = typer.Typer(
    no_args_is_help=True, context_settings=HELP_OPTIONS, help="Look at the rules, measure them, and write new ones."
)
RuleFiles = Annotated[
    Optional[list[Path]], typer.Argument(metavar="[FILE|DIR]...", show_default=False, help="Rule files to add.")
]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]
PRECEDENCE = "keep outranks cut, and cut outranks flag; the order of rules has no meaning, and every rule that matches is named"


def _form_names() -> list[str]:
    from cleanspam.workshop.plant import FORMS

    return [form.name for form in FORMS]


@app.command("list", context_settings=HELP_OPTIONS)
@command
def list_(*, rules: RuleFileOptions, as_json: AsJson = False) -> None:
    """List the rules: id, action, kind, places, accomplices, file and line. The last line says which action outranks which.

    A terminal shows a table of the columns that it has room for. Elsewhere, each rule is a line with tabs and all of them;
    the last one says what the rule is about.
    """
    from cleanspam.cli.tables import print_rules

    ruleset = rules.choice().ruleset()
    if as_json:
        name = ruleset.hash
        typer.echo(dump_json([_as_data(rule, name) for rule in ruleset.rules], 2))
        return
    print_rules(ruleset.rules)
    typer.echo(tr("{0}, set {1}; {2}", amount(len(ruleset.rules), "rule"), ruleset.hash, tr(PRECEDENCE)), err=True)


@app.command(context_settings=HELP_OPTIONS)
@command
def show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", autocompletion=completion.rule_ids)], *, rules: RuleFileOptions
) -> None:
    """Print a rule with its places, shapes and lists, and the file that it comes from."""
    from cleanspam.workshop.rulewrite import shown

    ruleset = rules.choice().ruleset()
    typer.echo(_visible_lines(shown(require_rule(ruleset, rule_id), ruleset)))


@app.command(context_settings=HELP_OPTIONS)
@command
def prove(files: RuleFiles = None, *, rules: RuleFileOptions) -> int:
    """Try every example of every rule in all its variants, and print those that fail."""
    ruleset = RuleChoice([*(files or ()), *(rules.rules or ())], rules.no_default_rules).ruleset()
    failures = list(proving.prove(ruleset))
    for failure in failures:
        typer.echo(_visible_lines(str(failure)))
    rule_count, examples = amount(len(ruleset.rules), "rule"), amount(proving.count(ruleset), "example")
    typer.echo(tr("{0}, {1} in all variants, {2} failed", rule_count, examples, len(failures)))
    return FOUND if failures else 0


@app.command(context_settings=HELP_OPTIONS)
@command
def path() -> None:
    """Print the folder of the shipped rules."""
    typer.echo(shipped_dir())


@app.command("format", context_settings=HELP_OPTIONS)
@command
def format_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE|DIR...", help="Rule files, or folders of them.")],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a file is not in normal form.")] = False,
) -> int:
    """Put the lists of rule files into normal form: folded, sorted, unique, wrapped. Everything else stays."""
    from cleanspam.disk import atomic
    from cleanspam.workshop.rulewrite import formatted

    changed = 0
    for file in rule_files(files):
        text = _decoded(file)
        normal = formatted(text)
        if normal != text:
            changed += 1
            typer.echo(tr("{0}: is not in normal form", file) if check else tr("{0}: put into normal form", file))
            if not check:
                with atomic.replacing(file) as sink:
                    sink.write(normal.encode("utf-8"))
    return FOUND if check and changed else 0


@app.command(context_settings=HELP_OPTIONS)
@command
def new(
    rule_id: Annotated[str, typer.Argument(metavar="ID")],
    lines: Annotated[
        Optional[list[str]],
        typer.Option(
            "--from",
            metavar="LINE",
            show_default=False,
            help="A line of diff output, or a text with one parenthetical. Repeatable. Default: the lines of standard input.",
        ),
    ] = None,
) -> None:
    """Print the draft of a rule, made from lines of diff output or from texts in which [-…-] marks what to cut."""
    from cleanspam.workshop.rulewrite import begun

    typer.echo(begun(rule_id, lines or sys.stdin.read().splitlines()), nl=False)


@app.command(context_settings=HELP_OPTIONS)
@command
def stats(
    spam: Annotated[
        Optional[list[Path]],
        typer.Option("--spam", metavar="PATH", show_default=False, help="Texts with planted spam. Repeatable."),
    ] = None,
    ham: Annotated[
        Optional[list[Path]], typer.Option("--ham", metavar="PATH", show_default=False, help="Clean texts. Repeatable.")
    ] = None,
    gate: Annotated[
        Optional[float],
        typer.Option(
            "--max-false-cuts-per-million",
            metavar="N",
            show_default=False,
            parser=taking(NUMBER, float),
            help="Exit with 1 above N cuts per million characters of ham.",
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    *,
    formats: FormatOptions,
    rules: RuleFileOptions,
) -> int:
    """Count for each rule its cuts in spam and ham, those that no other rule makes, its overlaps with others, and its cost."""
    from cleanspam.cli.reading import Reading
    from cleanspam.cli.tables import print_stats
    from cleanspam.workshop.stats import RuleCounts

    if not spam and not ham:
        raise CleanspamError("nothing to count; name texts with --spam PATH and --ham PATH")
    census = RuleCounts(rules.choice().cleaner())
    code = 0
    for kind, paths in (("spam", spam), ("ham", ham)):
        if paths:
            reading = Reading(paths, formats=formats)
            reading.each_text(partial(census.read, kind))
            code = code or reading.code
    print_stats(census, as_json=as_json, as_csv=as_csv)
    return code or (FOUND if gate is not None and census.false_cuts_per_million() > gate else 0)


@app.command(context_settings=HELP_OPTIONS)
@command
def trial(
    phrases: Annotated[
        Path, typer.Option("--phrases", metavar="FILE", help="One phrase per line. What follows a tab is ignored.")
    ],
    host: Annotated[list[Path], typer.Option("--host", metavar="PATH", help="Clean articles to plant into. Repeatable.")],
    forms: Annotated[
        str,
        option("--forms", metavar="A,B", autocompletion=completion.lists(_form_names), help="The forms to try. Default: all."),
    ] = "",
    seed: Annotated[
        int,
        typer.Option(
            "--seed", metavar="N", parser=taking(INTEGER, int), help="The same seed plants the same phrases at the same places."
        ),
    ] = 0,
    write: Annotated[
        Optional[Path],
        typer.Option(
            "--write",
            metavar="DIR",
            show_default=False,
            help="Write the planted articles to DIR, with the places of what was planted.",
        ),
    ] = None,
    show: Annotated[
        int, typer.Option("--show", metavar="N", parser=taking(COUNT, int), help="Show N misses and wrong cuts of each form.")
    ] = 0,
    as_json: AsJson = False,
    *,
    formats: FormatOptions,
    rules: RuleFileOptions,
) -> int:
    """Plant phrases into clean articles in every known form, clean them, and count what was cut, missed and damaged."""
    from cleanspam.cli.reading import Reading
    from cleanspam.cli.tables import print_scores, write_planted
    from cleanspam.workshop.trial import trial as tried

    words, articles, reading = _phrases(phrases), list[str](), Reading(host, formats=formats)
    reading.each_text(articles.append)
    if not words or not articles:
        raise CleanspamError(
            f"{phrases if articles else host[0]}: nothing to plant; a phrase a line, and articles to plant into"
        )
    scores = []
    for score, made in tried(articles, words, _forms(forms), rules.choice().cleaner(), seed):
        scores.append(score)
        if write:
            write_planted(write / score.form, made)
    print_scores(scores, as_json=as_json, shown=show)
    return reading.code


def _visible_lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


def _phrases(file: Path) -> list[str]:
    words = (line.split("\t")[0].strip() for line in _decoded(file).splitlines())
    return [word for word in words if word]


def _forms(names: str) -> list["PlantingForm"]:
    from cleanspam.workshop.plant import FORMS

    known = {form.name: form for form in FORMS}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise CleanspamError(f"unknown form {name!r}; forms are {', '.join(known)}")
    return [known[name] for name in wanted] or list(FORMS)


def _decoded(file: Path) -> str:
    """Return a file's text, line ends as they are."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CleanspamError(f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _as_data(rule: Rule, ruleset: str) -> dict[str, object]:
    return {
        "id": rule.id,
        "action": rule.action.value,
        "kind": rule.kind or None,
        "places": list(rule.places),
        "accomplices": rule.accomplices,
        "about": rule.about,
        "source": rule.source,
        "line": rule.line,
        "ruleset": ruleset,
    }
