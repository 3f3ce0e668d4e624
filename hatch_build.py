"""Compiles src/cleanspam/native/_native.c and the rules into the package, and makes README.md fit for the page of an index.

Without a C compiler the package is pure Python, and slower. `python hatch_build.py` compiles the rules of a working copy anew.
"""

import re
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

MODULE = "cleanspam.native._native"
SOURCE = "src/cleanspam/native/_native.c"
RULES = "cleanspam/rulebook/shipped.bin"
PATTERNS = "cleanspam/native/_patterns.py"
# A link or a picture of Markdown that leads into the repository.
_LINK_RE = re.compile(r"(!?)(\[[^\]]*\])\((?![a-z]+:|#)([^)\s]+)\)")


class WholeLinks(MetadataHookInterface):
    """Gives the metadata README.md with links that lead somewhere from outside of the repository."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the text; the links lead to the home page of [project.urls]."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        text = with_whole_links(text, metadata["urls"]["Homepage"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def with_whole_links(text: str, home: str) -> str:
    """Return Markdown with its relative links made absolute: pages lead to the repository's, pictures to their bytes."""
    return _LINK_RE.sub(lambda link: f"{link[1]}{link[2]}({home}/{'raw' if link[1] else 'blob'}/main/{link[3]})", text)


class CompiledSieve(BuildHookInterface[Any]):
    """Adds the compiled module and rules to a wheel. For an editable installation, which reads src/, they are put there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say so if it could not be done."""
        root = Path(self.root)
        self._folder = TemporaryDirectory(prefix="cleanspam-")
        target = root / "src" if version == "editable" else Path(self._folder.name)
        compile_rules(root, target)
        if version != "editable":
            build_data["force_include"] |= {str(target / name): name for name in (RULES, PATTERNS)}
        found = compiled(root / SOURCE, target)
        if not found:
            self.app.display_warning(
                "No C compiler, no Python headers, or a free-threaded Python: building without the compiled module."
            )
        elif version != "editable":
            build_data["force_include"][str(found)] = f"cleanspam/native/{found.name}"
        if found:
            build_data.update(pure_python=False, infer_tag=True)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the files that were compiled for a wheel."""
        self._folder.cleanup()


def compile_rules(root: Path, target: Path) -> None:
    """Write the compiled form of the rules and of patterns below `target`. See src/cleanspam/judge/compiling.py."""
    sys.path.insert(0, str(root / "src"))
    sys.modules[MODULE] = None  # type: ignore[assignment]  # one of an earlier state of the source may lie there, and not fit
    try:
        from cleanspam.judge.compiling import compile_patterns, compile_rules
        from cleanspam.rulebook.find import shipped_files

        _write(target / PATTERNS, compile_patterns())
        _write(target / RULES, compile_rules(shipped_files()))
    finally:
        del sys.modules[MODULE]
        sys.path.remove(str(root / "src"))


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.write_bytes(data)
    beside.replace(file)  # processes may have the old one in memory, and must not see it change


def compiled(source: Path, target: Path) -> Path | None:
    """Compile `source` and return the module's file below `target`, or None if this machine can't, or this Python shouldn't."""
    if is_free_threaded():
        return None
    module = Extension(
        MODULE,
        [str(source)],
        optional=True,
        extra_compile_args=compiler_flags(sys.platform),
        extra_link_args=linker_flags(sys.platform),
    )
    with TemporaryDirectory(prefix="cleanspam-") as scratch:
        command = build_ext(Distribution({"name": "cleanspam", "ext_modules": [module]}))
        command.build_lib, command.build_temp = str(target), scratch
        command.ensure_finalized()
        command.run()
        [found] = map(Path, command.get_outputs())
    return found if found.exists() else None


def is_free_threaded() -> bool:
    """Tell whether this Python has no global lock: a module that needs one would switch it on again for the whole process."""
    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def compiler_flags(platform: str) -> list[str]:
    """Return the flags that omit debug information, four fifths of the module. On Windows it is a separate file."""
    return [] if platform == "win32" else ["-g0"]


def linker_flags(platform: str) -> list[str]:
    """Return the flags that omit the names of functions that are not called from outside."""
    return {"win32": [], "darwin": ["-Wl,-x"]}.get(platform, ["-Wl,--strip-all"])


if __name__ == "__main__":
    compile_rules(Path(__file__).parent, Path(__file__).parent / "src")
