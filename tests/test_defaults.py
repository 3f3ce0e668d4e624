"""The defaults of all fields and parameters that are numbers or switches. A new default needs its line here."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import cleanspam

# The defaults that are neither off, nor empty, nor 0, each with its reason.
KNOWN: dict[str, object] = {
    "check.cache": True,
    "CacheOptions.cache": True,  # a second check takes a fraction of the time
    "Collect.around": 24,  # the context of a diff
    "FileOptions.fsync": True,  # a cut must survive a power failure
    "Restorer.fsync": True,
    "staging.fsync": True,
    "written.fsync": True,
    "replacing.fsync": True,
    "Job.depth": -1,  # no lock
    "FoundFile.links": 1,
    "Recipe.default": True,  # the shipped rules
    "Recipe.load.default": True,
    "load_rules.default": True,
    "DecodedFile.read.size": -1,  # all, as files have it
    "_GzipReader.read.size": -1,
    "_FrameReader.read.size": -1,
    "_Headed.read.size": -1,
    "_Headed.read1.size": -1,
    "Scanner.__init__.jobs": 1,
    "FileOptions.selection.is_named": True,
    "Reading._complaining.must_be_read": True,
    "_Entry.has_encoding": True,  # most formats have
    "TextFormat.keeps_bytes": True,
    "TextFormat.member_per_write": True,
    "LineJudge._matches.among": -1,  # all rules, as bits
    "Gate.is_for_glued": True,  # a gate admits too much sooner than too little
    "Lexicon.__init__.is_compiled": True,
    "Prefilter.__init__.is_compiled": True,
    "Suspect.reach": 5_000,
    "Suspect.weight": 2,
    "Length.most": 99,
    "PlantingForm.most": 8,
    "PlantingForm.least": 2,
    "Spot.behind": True,
    "ParentheticalCensus.candidates.least": 3,
    "complain.code": 2,
    "groups.least": 3,
    "hunks.around": 24,
    "log.top": 20,
    "mine.top": 20,
    "mine.least": 3,
}


def defaults() -> Iterator[tuple[str, object]]:
    """Yield the defaults of all fields and parameters that are numbers or switches."""
    for module in pkgutil.walk_packages(cleanspam.__path__, "cleanspam."):
        if module.name.startswith("cleanspam.engines.") or module.name == "cleanspam.__main__":
            continue  # engines are not installed here; the other ends the process
        for thing in vars(importlib.import_module(module.name)).values():
            if getattr(thing, "__module__", "") == module.name and hasattr(thing, "__name__"):
                yield from ((f"{thing.__name__}.{name}", value) for name, value in of(thing))


def of(thing: object) -> Iterator[tuple[str, object]]:
    """Yield the defaults of a function, or of a class and its methods."""
    if inspect.isfunction(thing):
        yield from ((one.name, one.default) for one in inspect.signature(thing).parameters.values())
    elif inspect.isclass(thing):
        if dataclasses.is_dataclass(thing):
            yield from ((field.name, field.default) for field in dataclasses.fields(thing))
        yield from getattr(thing, "_field_defaults", {}).items()
        generated = {"__new__", "__init__"} if dataclasses.is_dataclass(thing) else {"__new__"}
        for name, method in vars(thing).items():
            function = getattr(method, "__func__", method)
            if inspect.isfunction(function) and name not in generated:
                yield from ((f"{name}.{parameter}", value) for parameter, value in of(function))


def test_nothing_is_on_unless_somebody_says_so() -> None:
    """A caller who leaves an argument out would get hidden files read, or a cut that the help does not mention."""
    pytest.importorskip("pyarrow")
    said = {name: value for name, value in defaults() if isinstance(value, int) and value and not isinstance(value, type)}
    matchable = {name for name in said if name.startswith(("Matchable.", "split_blocks.", "find_block_ends."))}  # sizes

    assert {name: value for name, value in said.items() if name not in matchable} == KNOWN
