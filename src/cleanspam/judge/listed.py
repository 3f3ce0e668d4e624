"""Leaves out the brackets that belong to a list's form: they are no accomplices."""

from collections.abc import Callable

from cleanspam.judge.accomplices import WEIGHT
from cleanspam.judge.matcher import Match
from cleanspam.model import Site
from cleanspam.text.brackets import Sites
from cleanspam.text.groups import ListForm, ListForms


def unlisted(text: str, sites: Sites, matches: list[Match], needs: Callable[[Match], int]) -> list[Match]:
    """Return the matches that are in no list's form; `needs` tells the least number of accomplices that a match needs.

    What convicts alone is in none.
    """
    planted = [match.view for match in matches if not needs(match)]
    asked = [match.view.pair for match in matches if needs(match)]
    if not asked:
        return matches
    listed = ListForms(text, sites, asked, [view.pair for view in planted])
    # No author's list of items and notes holds a planting that convicts alone. Queries beside such a planting are no items.
    forms = [form for form in ListForm if not planted or form is not ListForm.TURNS]
    is_planted = any(view.site is Site.ALONE for view in planted)

    def is_listed(match: Match) -> bool:
        pair = match.view.pair
        if is_planted and match.view.site is Site.ALONE and needs(match) <= WEIGHT:
            # What a planting between marks beside it convicts may begin like others or stand in a counted row, but not both.
            is_item = listed.has(ListForm.COUNTED_ROW, pair) and listed.has(ListForm.PARALLEL, pair)
            return is_item or listed.has(ListForm.CATALOGUE, pair)
        return any(listed.has(form, pair) for form in forms)

    return [match for match in matches if not needs(match) or not is_listed(match)]
