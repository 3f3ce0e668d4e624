"""The cache of compiled rules: it saves the work, and never changes what is cut."""

import sys
from pathlib import Path

import pytest

from cleanspam import Cleaner, RuleError
from cleanspam.cli.rulechoice import RuleChoice
from cleanspam.corpus import rulecache

OWN = """\
rule own-number
about A number in brackets.
at glued
cut ^[0-9]{5,12}$
cuts 他来了[-（12345678）-]。
keeps 他来了（一九）。
"""
TEXT = "他来了（12345678）。"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.chdir(tmp_path)
    Path("own.rules").write_text(OWN, encoding="utf-8")


def entries() -> list[Path]:
    """Return the entries of the cache."""
    return sorted(Path("caches/cleanspam").glob("*.bin"))


def cleaner(*, cut_flagged: bool = False) -> Cleaner:
    """Return the cleaner of the own rules alone."""
    return RuleChoice([Path("own.rules")], no_default_rules=True, cut_flagged=cut_flagged).cleaner()


def test_the_second_start_parses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start in a project with rules of its own would take 20 times as long as one without."""
    first = cleaner()
    monkeypatch.setattr("cleanspam.rulebook.find.load_rules", None)
    monkeypatch.setattr("cleanspam.cli.rulechoice.load_rules", None)
    second = cleaner()

    assert len(entries()) == 1
    assert second.examine(TEXT) == first.examine(TEXT)
    assert second.clean(TEXT).text == "他来了。"
    assert (second.ruleset, second.told) == (first.ruleset, first.told)


def test_a_changed_file_or_choice_is_compiled_anew() -> None:
    """A rule that was changed would go on cutting as before."""
    assert cleaner().clean(TEXT).cuts
    assert cleaner(cut_flagged=True).clean(TEXT).cuts
    Path("own.rules").write_text(OWN.replace("[0-9]{5,12}", "[0-9]{5,7}").replace("12345678", "123456"), encoding="utf-8")
    assert not cleaner().clean(TEXT).cuts
    assert len(entries()) == 3


@pytest.mark.parametrize("data", [b"", b"cleanspam", bytes(50)])
def test_a_damaged_entry_is_compiled_anew(data: bytes) -> None:
    """Half an entry, as a full disk leaves it, would end every start in the project."""
    cleaner()
    whole = entries()[0].read_bytes()
    entries()[0].write_bytes(data)

    assert cleaner().clean(TEXT).text == "他来了。"
    assert entries()[0].read_bytes() == whole


def test_a_folder_that_cannot_be_written_changes_nothing() -> None:
    """A container without a home of its own would clean nothing."""
    Path("caches").write_text("no folder", encoding="utf-8")
    assert cleaner().clean(TEXT).text == "他来了。"


def test_a_mistake_in_a_rule_is_told_at_each_start() -> None:
    """The author of a rule would see the mistake once, and then his rule would silently do nothing."""
    Path("own.rules").write_text(OWN.replace("cut ", "cuts"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RuleError, match=r"own\.rules:"):
            cleaner()
    assert not entries()


def test_only_the_entries_last_used_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each trial of a rule's author would leave 3 MB behind for ever."""
    monkeypatch.setattr(rulecache, "_KEPT", 2)
    for number in range(4):
        Path("own.rules").write_text(f"{OWN}\n# trial {number}\n", encoding="utf-8")
        cleaner()
    assert len(entries()) == 2
