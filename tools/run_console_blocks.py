"""Run the ```console blocks of Markdown pages, and replace their output by what the commands print now.

A `$ ` line is a command, `> ` lines continue it, all else up to the next command is its output; a line `…` in it stands for
any lines left out. The blocks of a page run one after the other in a folder with a copy of demo/.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.zh-CN.md", "docs/rules.md", "docs/rules.zh-CN.md", "docs/corpora.md", "docs/corpora.zh-CN.md")
BLOCK_RE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_COMMAND_RE = re.compile(r"^\$ [^\n]*\n(?:> ?[^\n]*\n)*", re.MULTILINE)


class Step(NamedTuple):
    """A command as the page shows it, and the output shown below."""

    shown: str
    output: str

    @property
    def command(self) -> str:
        lines = self.shown.splitlines()
        return "\n".join([lines[0][2:], *(line[2:] for line in lines[1:])])


def steps(page: str) -> Iterator[Step]:
    """Yield the commands of a page in their order, each with its output."""
    for block in BLOCK_RE.findall(page):
        commands = list(_COMMAND_RE.finditer(block))
        ends = [*(command.start() for command in commands[1:]), len(block)]
        for command, end in zip(commands, ends, strict=True):
            yield Step(command[0], block[command.end() : end])


def rendered(page: str) -> str:
    """Return a page with the outputs that its commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "demo", Path(folder) / "demo")
        shell = Path(folder, ".bin")
        shell.mkdir()
        (shell / "cleanspam").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cleanspam "$@"\n', encoding="utf-8")
        (shell / "cleanspam").chmod(0o755)
        return BLOCK_RE.sub(lambda block: "".join(_ran(step, folder) for step in steps(f"```console\n{block[0]}```")), page)


def _ran(step: Step, folder: str) -> str:
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR", "CI")}
    environment = {**plain, "PATH": f"{folder}/.bin:{os.environ['PATH']}", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        ["sh", "-c", step.command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    printed = "".join(f"{line.rstrip()}\n" for line in done.stdout.decode("utf-8").splitlines())
    return step.shown + (step.output if _agrees(step.output, printed) else printed)


def _agrees(shown: str, printed: str) -> bool:
    pattern = "".join(r"(?:.*\n)*" if line == "…\n" else re.escape(line) for line in shown.splitlines(keepends=True))
    return bool(re.fullmatch(pattern, printed))


if __name__ == "__main__":
    for name in PAGES:
        path = ROOT / name
        path.write_text(rendered(path.read_text(encoding="utf-8")), encoding="utf-8")
