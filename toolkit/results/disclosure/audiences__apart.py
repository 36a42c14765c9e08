"""Two schools are not laid side by side unless both agreed: what a page across schools may not know of them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.results.disclosure.contributors import NEARLY
from toolkit.results.disclosure.suppression import hide_numbers
from toolkit.results.results import Results
from toolkit.schemas import ANSWERS, CHANGE, LEVELS, WHAT, Table
from toolkit.study.study import Study

Key = tuple[str, ...]
#: Per table, which number of a school has to be shown for the school to stand beside another, and the columns that say about what.
BESIDE: tuple[tuple[Table, str, Key], ...] = (
    (LEVELS, "mean", ("wave", *WHAT)),
    (CHANGE, "change", ("comparison", *WHAT)),
    (ANSWERS, "share", ("wave", "instrument", "item", "rating")),
)
#: The reason why a number is hidden.
NOT_AGREED = "not_agreed"


def keep_two_apart(results: Results, study: Study) -> Results:
    """Return what a page on several schools may know: where two schools are left on something, nothing of either.

    With three or more nobody is compared with one other, and a page about one school compares none. Two schools that agreed to it (a pair
    of the study with `agreed = true`) stay. A mean over just two goes too: who knows the one school knows the other from it.
    """
    agreed = [{pair.first, pair.second} for pair in study.pairs if pair.agreed]
    for table, quantity, about in BESIDE:
        beside = _list_beside(getattr(results, table.name), table, quantity, about, agreed)
        results = hide_numbers(results, [(table.name, key) for key in beside], NOT_AGREED)
    return results


def _list_beside(rows: pd.DataFrame, table: Table, quantity: str, about: Key, agreed: list[set[str]]) -> Iterator[Key]:
    """Yield the keys of the shown numbers about two schools that did not agree, and of means over just these."""
    shown = rows[(rows["state"] == "shown") | rows["method"].isin(NEARLY)]
    for _, cell in shown.groupby(list(about), sort=False):
        beside = cell[(cell["school"] != "") & (cell["quantity"] == quantity)]
        schools = set(beside["school"])
        if len(schools) != 2 or schools in agreed:
            continue
        over_two = (cell["school"] == "") & (cell["n"] == beside["n"].sum())
        yield from cell.loc[(cell["school"] != "") | over_two, list(table.key)].itertuples(index=False, name=None)
