"""Compiles src/cleanspam/native/_native.c into the package. Without a C compiler the package is pure Python, and slower."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

MODULE = "cleanspam.native._native"
SOURCE = "src/cleanspam/native/_native.c"


class CompiledSieve(BuildHookInterface[Any]):
    """Adds the compiled module to a wheel; for an editable installation, which reads src/, it is put there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say so if it could not be done."""
        root = Path(self.root)
        self._folder = TemporaryDirectory(prefix="cleanspam-")
        found = compiled(root / SOURCE, root / "src" if version == "editable" else Path(self._folder.name))
        if not found:
            self.app.display_warning("No C compiler, or no Python headers: building without the compiled module.")
        elif version != "editable":
            build_data["force_include"][str(found)] = f"cleanspam/native/{found.name}"
        if found:
            build_data.update(pure_python=False, infer_tag=True)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled for a wheel."""
        self._folder.cleanup()


def compiled(source: Path, target: Path) -> Path | None:
    """Compile `source` and return the module's file below `target`, or None if this machine can't."""
    module = Extension(MODULE, [str(source)], optional=True)
    with TemporaryDirectory(prefix="cleanspam-") as scratch:
        command = build_ext(Distribution({"name": "cleanspam", "ext_modules": [module]}))
        command.build_lib, command.build_temp = str(target), scratch
        command.ensure_finalized()
        command.run()
        [found] = map(Path, command.get_outputs())
    return found if found.exists() else None
