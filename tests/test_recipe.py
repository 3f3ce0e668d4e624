"""Recipes and stable pickles: a worker cleans as the driver would, and equal recipes have equal bytes."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam import Cleaner, CleanspamError, Recipe, RuleError, load_rules
from cleanspam.rulebook.stable import dump_stable

TEXT = "雨停了(暗号),(怎么注册公司),街上又有了人。"
RULE = """\
rule  own-rule
about A rule of the user's.
at glued
cut   ^暗号$
cuts  雨停了[-(暗号)-]。
keeps 雨停了(密码)。
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a rule file of a user."""
    path = tmp_path / "own.rules"
    path.write_text(RULE, encoding="utf-8")
    return path


def bytes_elsewhere(code: str, seed: str) -> str:
    """Return what a process with another hash seed prints."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout.strip()


@pytest.mark.parametrize("made", ["load_rules()", "Cleaner(load_rules())", "load_rules().cutting_flagged()", "Recipe.load()"])
def test_pickles_are_the_same_in_every_process(made: str) -> None:
    """An engine's cache would never hit, and grow with every run."""
    code = f"import hashlib, pickle; from cleanspam import *; print(hashlib.sha256(pickle.dumps({made})).hexdigest())"

    assert len({bytes_elsewhere(code, seed) for seed in "123"}) == 1


def test_a_pickled_ruleset_is_the_same_ruleset() -> None:
    """A worker would judge by other rules."""
    ruleset = load_rules()
    copy = pickle.loads(pickle.dumps(ruleset))

    assert copy == ruleset
    assert copy.hash == ruleset.hash
    assert pickle.dumps(copy) == pickle.dumps(ruleset)


def test_equal_values_pickle_alike_whichever_objects_they_are_of() -> None:
    """The bytes would depend on which equal strings are the same object."""
    word = "注册公司"
    again = "".join(word)

    assert dump_stable((word, again, frozenset("甲乙丙"))) == dump_stable((word, word, frozenset("丙乙甲")))
    assert pickle.loads(dump_stable({"k": [{word}, (frozenset([again]),)]})) == {"k": [{word}, (frozenset([word]),)]}


def test_a_recipe_of_the_shipped_rules_is_small() -> None:
    """Every task of an engine would carry all words of all rules."""
    assert len(pickle.dumps(Recipe.load())) < 200


def test_a_recipe_makes_the_cleaner_of_its_rules_and_choices(own: Path) -> None:
    """A user's rules or choices would not reach the workers."""
    recipe = pickle.loads(pickle.dumps(Recipe.load(own)))
    own.unlink()

    assert recipe.cleaner.clean(TEXT).text == "雨停了,街上又有了人。"
    assert recipe.cleaner is pickle.loads(pickle.dumps(recipe)).cleaner
    assert Recipe.load().cleaner.clean(TEXT).text == "雨停了(暗号),街上又有了人。"


@pytest.mark.parametrize(
    "choice", [{"only": ["own-rule"]}, {"without": ["own-rule"]}, {"default": False}, {"cut_flagged": True}]
)
def test_choices_of_a_recipe_are_those_of_the_command_line(own: Path, choice: dict[str, object]) -> None:
    """A run in an engine would cut what the same options on the command line leave."""
    recipe = pickle.loads(pickle.dumps(Recipe.load(own, **choice)))  # type: ignore[arg-type]  # one choice at a time
    ruleset = load_rules(own, default=choice.get("default") is not False)
    if "only" in choice:
        ruleset = ruleset.only(["own-rule"])
    if "without" in choice:
        ruleset = ruleset.without(["own-rule"])
    if "cut_flagged" in choice:
        ruleset = ruleset.cutting_flagged()

    assert recipe.cleaner.ruleset.hash == recipe.rules == ruleset.hash
    assert recipe.cleaner.clean(TEXT) == Cleaner(ruleset).clean(TEXT)


def test_a_recipe_cuts_by_chosen_flag_rules_as_the_command_line_does(own: Path) -> None:
    """A flag rule that `--cut` makes cut would only flag in an engine, or others would cut beside it."""
    own.write_text(
        RULE.replace("cut   ^", "flag  ^").replace("cuts  雨停了[-(暗号)-]", "flags 雨停了[-(暗号)-]"), encoding="utf-8"
    )
    recipe = pickle.loads(pickle.dumps(Recipe.load(own, cut=["own-r*"])))

    assert recipe.rules == load_rules(own).cutting(["own-rule"]).hash != Recipe.load(own, cut_flagged=True).rules
    assert recipe.cleaner.clean(TEXT).text == "雨停了,街上又有了人。"
    assert Recipe.load(own).cleaner.clean(TEXT).text == "雨停了(暗号),街上又有了人。"
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_ids_in_any_order_are_one_recipe() -> None:
    """The same choice would be cached twice."""
    first, second = (rule.id for rule in load_rules().rules[:2])

    assert Recipe.load(without=[first, second]) == Recipe.load(without=[second, first, first])


def test_a_recipe_with_mistakes_is_refused_where_it_is_made(own: Path) -> None:
    """A mistake would be reported by a thousand workers, and not before the run."""
    with pytest.raises(CleanspamError, match=r"no rule has the id 'own-rul'; did you mean own-rule\?$"):
        Recipe.load(own, only=["own-rul"])
    with pytest.raises(CleanspamError, match=r"no flag rule has the id 'own-\*'; `cleanspam rules list` shows them$"):
        Recipe.load(own, cut=["own-*"])
    own.write_text(RULE.replace("at glued\n", ""), encoding="utf-8")
    with pytest.raises(RuleError, match=r"own\.rules:1"):
        Recipe.load(own)


@pytest.mark.parametrize("other", [{"version": "0.0.1"}, {"rules": "0123456789ab"}])
def test_a_worker_of_another_version_says_so(other: dict[str, str]) -> None:
    """Half a corpus would be cleaned by other rules without a message."""
    recipe = pickle.loads(pickle.dumps(Recipe.load()._replace(**other)))  # type: ignore[arg-type]  # two strings

    with pytest.raises(CleanspamError, match=r"this worker has cleanspam .* given out by .*; install the same") as caught:
        recipe.cleaner  # noqa: B018 (it raises)
    assert "\n" not in str(caught.value)


def test_a_recipe_whose_rules_this_version_cannot_read_names_both_versions(own: Path) -> None:
    """A worker would report a mistake in a rule file that is valid for the driver's version."""
    recipe = Recipe.load(own)
    file = recipe.files[0]._replace(text=RULE.replace("at glued", "at nowhere"))

    with pytest.raises(CleanspamError, match=r"own\.rules:3: .*given out by cleanspam 9\.9"):
        recipe._replace(version="9.9", files=(file,)).cleaner  # noqa: B018


def test_a_recipe_of_another_form_is_refused_in_one_line() -> None:
    """A worker of another version would end with a traceback about tuples."""
    load, (text,) = Recipe.load(without=[load_rules().rules[0].id]).__reduce__()

    with pytest.raises(CleanspamError, match=r"recipes are of another form.*install the same on all machines"):
        load(text.replace(", true,", ", true, 1,"))


def test_a_recipe_shows_its_rules_and_not_their_text(own: Path) -> None:
    """An engine that logs its steps would log whole rule files."""
    recipe = Recipe.load(own)

    assert repr(recipe) == f"Recipe(cleanspam {recipe.version}, rules {recipe.rules})"


def test_marked_lines_keep_what_they_have() -> None:
    """A line that the command line leaves alone would be cut in an engine."""
    cleaner = Cleaner(load_rules())
    marked = "雨停了,(怎么注册公司),街上又有了人。<!-- cleanspam: keep -->\n雨停了,(怎么注册公司),街上又有了人。"

    assert cleaner.clean(marked).text.count("注册公司") == 0
    assert cleaner.clean_marked(marked).text == marked.rpartition(",(怎么注册公司)")[0] + ",街上又有了人。"
    assert cleaner.clean_marked("雨停了。").text == "雨停了。"
