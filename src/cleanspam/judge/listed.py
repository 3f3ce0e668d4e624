"""Leaves out the brackets that belong to a list's form: they are no accomplices."""

from collections.abc import Callable

from cleanspam.judge.accomplices import WEIGHT
from cleanspam.judge.matcher import Match
from cleanspam.model import Site
from cleanspam.text.brackets import Sites
from cleanspam.text.groups import ListForm, list_forms

NO_FORM: frozenset[ListForm] = frozenset()


def unlisted(text: str, sites: Sites, matches: list[Match], needs: Callable[[Match], int]) -> list[Match]:
    """Return the matches that are in no list's form; `needs` tells the least number of accomplices that a match needs."""
    planted = [match.view for match in matches if not needs(match)]
    asked = [match.view.pair for match in matches if needs(match)]
    forms = list_forms(text, sites, asked, [view.pair for view in planted]) if asked else {}
    if not forms:
        return matches
    # No author's list of items and notes holds a planting that convicts alone. Queries beside such a planting are no items.
    idle = frozenset({ListForm.ROW, ListForm.TURNS} if planted else {ListForm.ROW})
    is_planted = any(view.site is Site.ALONE for view in planted)
    return [
        match
        for match in matches
        if not _is_listed(
            needs(match),
            forms.get(match.view.pair, NO_FORM) - idle,
            is_beside_planting=is_planted and match.view.site is Site.ALONE,
        )
    ]


def _is_listed(needs: int, forms: frozenset[ListForm], *, is_beside_planting: bool) -> bool:
    """Tell whether a bracket is left out for its list's form: never if it convicts alone.

    What a planting between marks beside it convicts may begin like others or stand in a counted row, but not both.
    """
    if is_beside_planting and needs <= WEIGHT:
        forms -= {ListForm.COUNTED_ROW if ListForm.COUNTED_ROW in forms else ListForm.PARALLEL}
    return needs > 0 and bool(forms)
