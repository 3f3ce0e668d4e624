"""Recipes: everything that a worker in another process or on another machine needs to clean as the driver does."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from cleanspam.errors import CleanspamError
from cleanspam.judge.cleaner import Cleaner
from cleanspam.model import NamedTuple
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.find import read_sources, shipped_rules, shipped_sources
from cleanspam.rulebook.ruleset import Ruleset, choose_rules

if TYPE_CHECKING:
    from cleanspam.rulebook.find import RulePath


class RuleText(NamedTuple):
    """A rule file of the user: the name for error messages, and the text."""

    name: str
    text: str


class Recipe(NamedTuple):
    """The user's rule files and choices, and the hash that the resulting rules must have. Made by `Recipe.load`.

    Equal recipes pickle to equal bytes in every process, so caches can use them as keys. Shipped rules take under 200 bytes.
    """

    version: str  # the version of cleanspam that made the recipe
    rules: str  # the hash of the rules
    files: tuple[RuleText, ...] = ()
    default: bool = True  # with the shipped rules
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    cut_flagged: bool = False
    cut: tuple[str, ...] = ()  # ids or globs of flag rules that are to cut

    @staticmethod
    def load(
        *paths: "RulePath",
        default: bool = True,
        only: Iterable[str] = (),
        without: Iterable[str] = (),
        cut_flagged: bool = False,
        cut: Iterable[str] = (),
    ) -> "Recipe":
        """Return the recipe of the shipped rules, the given files and folders beside them, and the command line's choices.

        Raises RuleError for a mistake in a rule file, CleanspamError for a path that cannot be read, or for an id or
        a glob that fits no rule.
        """
        files = tuple(RuleText(source.name, source.text) for source in read_sources(*paths))
        named = Recipe(_own_version(), "", files, default, _sorted(only), _sorted(without), cut_flagged, _sorted(cut))
        return named._replace(rules=_ruleset(named).hash)

    @property
    def cleaner(self) -> Cleaner:
        """The cleaner of this process, made once. Raises CleanspamError if the rules here differ from the recipe's."""
        return _cleaner(self)

    def __repr__(self) -> str:
        """Return the hash of the rules, but no texts of rule files, which would fill the logs of an engine."""
        return f"Recipe(cleanspam {self.version}, rules {self.rules})"

    def __reduce__(self) -> tuple[Callable[[str], "Recipe"], tuple[str]]:
        """Pickle as text: a pickle of the fields would depend on whether two equal strings are the same object."""
        return Recipe.from_json, (self.to_json(),)

    def to_json(self) -> str:
        """Return the recipe as one line of text, for engines that pass only strings; `from_json` reads it."""
        import json  # not needed by a filter for a page

        return json.dumps([self.version, self.rules, *self[2:]] if self.is_special else self[:2])

    @staticmethod
    def from_json(text: str) -> "Recipe":
        """Return the recipe that `to_json` wrote. Raises CleanspamError if another version of cleanspam wrote it."""
        import json

        version, rules, *rest = json.loads(text)
        if not rest:
            return Recipe(version, rules)
        if len(rest) != len(Recipe._fields) - 2:
            raise CleanspamError(_unlike(Recipe(version, rules), "whose recipes are of another form"))
        files, default, only, without, cut_flagged, cut = rest
        named = tuple(RuleText(*file) for file in files)
        return Recipe(version, rules, named, default, tuple(only), tuple(without), cut_flagged, tuple(cut))

    @property
    def is_special(self) -> bool:
        """Whether the recipe differs from the shipped rules."""
        return self != Recipe(self.version, self.rules)


def _sorted(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(ids)))


@cache
def _cleaner(recipe: Recipe) -> Cleaner:
    try:
        ruleset = _ruleset(recipe)
    except CleanspamError as error:
        if recipe.version == _own_version():
            raise
        raise CleanspamError(_unlike(recipe, str(error))) from error
    if (recipe.version, recipe.rules) != (_own_version(), ruleset.hash):
        raise CleanspamError(_unlike(recipe, f"rules {ruleset.hash}"))
    return Cleaner(ruleset)


def _unlike(recipe: Recipe, own: str) -> str:
    """Return the message about a recipe that another version made."""
    here = f"this worker has cleanspam {_own_version()} ({own})"
    return (
        f"{here}, its work was given out by cleanspam {recipe.version} (rules {recipe.rules}); install the same on all machines"
    )


def _ruleset(recipe: Recipe) -> Ruleset:
    if recipe.default and not recipe.files:
        ruleset = shipped_rules()
    else:
        from cleanspam.rulebook.parse import parse_rules  # not needed for the shipped rules

        shipped = shipped_sources() if recipe.default else []
        ruleset = parse_rules([*shipped, *(RuleSource(*file) for file in recipe.files)])
    return choose_rules(ruleset, only=recipe.only, without=recipe.without, cut=recipe.cut, cut_flagged=recipe.cut_flagged)


def _own_version() -> str:
    from cleanspam import __version__

    return __version__
