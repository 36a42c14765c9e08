"""What other readers may know: a board of its own schools and of all together, and all readers of two schools that did not agree.

A board reads a version of the page across schools, and need not be somebody who may read that page itself. So these rules come on top of
those that acted before, and they take away only:

- Of single schools only its own are left, with what the page across schools tells of them. A band of other schools and pairs go.
- There is no mean over the schools of a board: with the mean over all schools it would give away the mean of all others, and it would be
  one more sum over people. All numbers on the page of a board stand on the page across schools too, so the test of all sums holds for it.
- A number over all schools, less those of the own schools, is a number about the others. It stays only where none of the others has a
  result, or at least three have one that is shown (the same three that a school's page asks for beside-the-others). With it go the
  results that are shrunken towards the mean of all schools, from which that mean would follow.
- Of the files only those that hold answers of the own schools are named.

Boards that lay their pages side by side learn together what the page across schools tells, and nothing beyond it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from toolkit.results.disclosure.contributors import NEARLY
from toolkit.results.disclosure.suppression import hide_numbers
from toolkit.results.results import Results
from toolkit.schemas import ANSWERS, ATTRITION, BAND, CHANGE, COMPARISON, LEVELS, PAIRS, PARTICIPATION, SENSITIVITY, WHAT, Table
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

Key = tuple[str, ...]
#: Per table, which quantity of a school has to be shown for the school to be told of, and the columns that say about what.
TOLD: tuple[tuple[Table, str, Key], ...] = (
    (PARTICIPATION, "used", ("wave",)),
    (LEVELS, "mean", ("wave", *WHAT)),
    (CHANGE, "change", ("comparison", *WHAT)),
)
#: What a model shrinks towards the mean of all schools.
SHRUNKEN = ("shrunken", "position")
#: The reason why a number over all schools is hidden from a board.
TAKEN_OUT = "too_few_others"


#: Per table, which number of a school has to be shown for the school to stand beside another, and the columns that say about what.
BESIDE: tuple[tuple[Table, str, Key], ...] = (
    (LEVELS, "mean", ("wave", *WHAT)),
    (CHANGE, "change", ("comparison", *WHAT)),
    (ANSWERS, "share", ("wave", "instrument", "item", "rating")),
)
#: The reason why a number is hidden.
NOT_AGREED = "not_agreed"


def take_audience(results: Results, study: Study, *, school: str = "", board: str = "") -> Results:
    """Return what the page of a school may know of `results`, that of a board, or (without both) that across all schools."""
    if school:
        return results.for_school(school)
    return hide_two_without_agreement(take_board(results, study, board) if board else results, study)


def list_boards(study: Study) -> list[str]:
    """Return the boards that the study names, in the order of their names."""
    return sorted({school.board for school in study.schools if school.board})


def list_own(study: Study, board: str) -> list[str]:
    """Return the codes of the schools of a board, in their order."""
    return sorted(school.id for school in study.schools if school.board == board)


def take_board(results: Results, study: Study, board: str) -> Results:
    """Return what the page of `board` may know of `results`."""
    own = list_own(study, board)
    telling = [(told[0].name, key) for told in TOLD for key in _list_telling(*told, getattr(results, told[0].name), own)]
    safe = hide_numbers(results, telling, TAKEN_OUT)
    nothing = {table.name: table.empty() for table in (ANSWERS, BAND, PAIRS, COMPARISON, SENSITIVITY, ATTRITION)}
    tables: dict[str, pd.DataFrame] = {table.name: getattr(safe, table.name) for table, _, _ in TOLD}
    kept = {name: table[table["school"].isin([*own, ""])].reset_index(drop=True) for name, table in tables.items()}
    files = {school: names for school, names in results.provenance.get("files", {}).items() if school in own}
    named = {name for names in files.values() for name in names}
    sources = results.sources[results.sources["source"].isin(named)].reset_index(drop=True)
    return replace(safe, **kept, **nothing, sources=sources, provenance=dict(results.provenance) | {"files": files})


def _list_telling(table: Table, quantity: str, about: Key, rows: pd.DataFrame, own: list[str]) -> list[Key]:
    """Return the keys of the numbers that would tell of one or two other schools."""
    schools = rows[(rows["school"] != "") & (rows["quantity"] == quantity)]
    others = schools[~schools["school"].isin(own) & (schools["state"] != "not_measured")]
    counts = Counter(_list_cells(others, about)), Counter(_list_cells(others[others["state"] == "shown"], about))
    known = set(_list_cells(schools, about))
    floor = load_rules().floors["other_schools"]
    over_all = rows[(rows["school"] == "") | (rows["school"].isin(own) & rows["quantity"].isin(SHRUNKEN))]
    places = zip(_list_cells(over_all, table.key), _list_cells(over_all, about), strict=True)
    return [key for key, place in places if place not in known or (counts[0][place] and counts[1][place] < floor)]


def _list_cells(rows: pd.DataFrame, columns: Key) -> list[Key]:
    return list(rows[list(columns)].itertuples(index=False, name=None))


def hide_two_without_agreement(results: Results, study: Study) -> Results:
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
