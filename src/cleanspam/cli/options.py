"""Options that several commands share, and what they mean."""

from pathlib import Path
from typing import Annotated, Optional

import typer

_PANEL = "Rules"
Paths = Annotated[
    Optional[list[Path]],
    typer.Argument(metavar="[PATH]...", show_default=False, help="Files and folders; - is standard input."),
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
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary on stderr.")]
