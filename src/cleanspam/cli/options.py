"""Options that several commands share: one bundle, a dataclass, for each panel of the help; and how a command takes bundles."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from cleanspam.cli.guard import guarded
from cleanspam.cli.rulechoice import RuleChoice

_PANEL = "Rules"
Paths = Annotated[
    Optional[list[Path]],
    typer.Argument(metavar="[PATH]...", show_default=False, help="Files and folders, . without any; - is standard input."),
]
Rules = Annotated[
    Optional[list[Path]],
    typer.Option("--rules", metavar="FILE|DIR", rich_help_panel=_PANEL, show_default=False, help="Add rule files. Repeatable."),
]
NoDefault = Annotated[
    bool,
    typer.Option(
        "--no-default-rules",
        rich_help_panel=_PANEL,
        help="Leave out the shipped rules and those in .cleanspam folders.",
    ),
]
Only = Annotated[
    Optional[list[str]],
    typer.Option(
        "--only",
        metavar="ID",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Of the rules that cut or flag, use these alone. Repeatable.",
    ),
]
Without = Annotated[
    Optional[list[str]],
    typer.Option("--without", metavar="ID", rich_help_panel=_PANEL, show_default=False, help="Leave out a rule. Repeatable."),
]
CutFlagged = Annotated[bool, typer.Option("--cut-flagged", rich_help_panel=_PANEL, help="Cut what is otherwise only flagged.")]
CutRules = Annotated[
    Optional[list[str]],
    typer.Option(
        "--cut",
        metavar="ID|GLOB",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Cut what these rules otherwise only flag. Repeatable.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary on stderr.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ShowDiff = Annotated[bool, typer.Option("--diff", help="Also show each cut in its line.")]


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Make a command of a function whose parameters may be bundles: typer sees every option of a bundle by itself.

    What the function returns is the exit code; errors that a user can mend become one line.
    """
    signature = inspect.signature(function)
    bundles: dict[str, Any] = {
        name: one.annotation for name, one in signature.parameters.items() if is_dataclass(one.annotation)
    }

    @functools.wraps(function)
    def expanded(**given: Any) -> int | None:
        made = {
            name: bundle(**{field.name: given.pop(field.name) for field in fields(bundle)}) for name, bundle in bundles.items()
        }
        return function(**given, **made)

    parameters = [option for one in signature.parameters.values() for option in _options_of(one)]
    made = guarded(expanded)
    made.__dict__.pop("__wrapped__")  # typer would see the bundles
    made.__signature__ = signature.replace(parameters=parameters, return_annotation=None)  # type: ignore[attr-defined]  # inspect's own way
    made.__annotations__ = {option.name: option.annotation for option in parameters}
    return made


def _options_of(parameter: inspect.Parameter) -> list[inspect.Parameter]:
    """Return the options of a bundle, or the parameter itself if it is none."""
    if not is_dataclass(parameter.annotation):
        return [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)]
    return [
        inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=field.type)
        for field in fields(parameter.annotation)
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleFileOptions:
    """Which rule files a command uses."""

    rules: Rules = None
    no_default_rules: NoDefault = False

    def choice(self) -> RuleChoice:
        """Return the same for those who load rules."""
        return RuleChoice(self.rules, self.no_default_rules)


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleOptions:
    """Which rules a command uses, and what they do."""

    rules: Rules = None
    no_default_rules: NoDefault = False
    only: Only = None
    without: Without = None
    cut_flagged: CutFlagged = False
    cut: CutRules = None

    def choice(self) -> RuleChoice:
        """Return the same for those who load rules."""
        return RuleChoice(self.rules, self.no_default_rules, self.only, self.without, self.cut_flagged, self.cut)
