"""What other readers may know: a board about its own schools and all schools together, and everybody about two schools that did not agree.

A board reads a version of the page across schools, but may not be allowed to read that page itself. So these rules come on top of the
earlier ones, and they only take away:

- Of single schools only the board's own stay, with what the page across schools shows about them. The band of other schools and pairs go.
- There is no mean over the schools of a board: with the mean over all schools it would reveal the mean of all others, and it would be one
  more sum over people. All numbers on a board's page are on the page across schools too, so the test of all sums covers it.
- A number over all schools, minus those of the board's own schools, is a number about the others. It stays only if none of the others has a
  result, or at least three have one that is shown (the same three that a school's page needs to compare it with others). With it go the
  results that are shrunken towards the mean of all schools, because they would reveal that mean.
- Only files that hold answers from the board's own schools are named.
- Of the records the board knows the goals of its own schools, teams and groups and their indicators, none of persons, and nothing over
  all schools.

Boards that compare their pages learn together what the page across schools shows, and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from toolkit.results.disclosure.suppression import hide_numbers
from toolkit.results.estimates.attendance import DOSES, PRESENT
from toolkit.results.estimates.profiles import PEOPLE
from toolkit.results.results import TABLES, Results
from toolkit.results.rows import NEARLY
from toolkit.schemas import (
    ANSWERS,
    CHANGE,
    GOALS,
    INDICATORS,
    LEVELS,
    PARTICIPATION,
    RECORDED,
    RELIABILITY,
    ROLES,
    SHARES,
    SOURCES,
    SWITCHES,
    WHAT,
    Table,
)
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

Key = tuple[str, ...]
#: Per table, which quantity of a school must be shown for the school to be reported, and the columns that say what it is about.
TOLD: tuple[tuple[Table, str, Key], ...] = (
    (PARTICIPATION, "used", ("wave",)),
    (LEVELS, "mean", ("wave", *WHAT)),
    (CHANGE, "change", ("comparison", *WHAT)),
)
#: What a model shrinks towards the mean of all schools.
SHRUNKEN = ("shrunken", "position")
#: The reason why a number over all schools is hidden from a board.
TAKEN_OUT = "too_few_others"


#: Per table, which number of a school must be shown for it to appear beside another school, and the columns that say what it is about.
BESIDE: tuple[tuple[Table, str, Key], ...] = (
    (LEVELS, "mean", ("wave", *WHAT)),
    (CHANGE, "change", ("comparison", *WHAT)),
    (ANSWERS, "share", ("wave", "instrument", "item", "rating")),
    (SHARES, "share", ("wave", "instrument", "item", "rating", "answer")),
    (SHARES, "word", ("wave", "instrument", "item", "rating")),
    (SWITCHES, "switched", ("comparison", "instrument", "item", "rating", "answer", "answer_after")),
    (ROLES, "leaders", ("wave", *WHAT)),
    (ROLES, "used", ("wave", "role")),
    (ROLES, "mean", ("wave", *WHAT)),
    (SWITCHES, "added", ("comparison", "instrument", "item", "rating")),
    (GOALS, "stated", ("owner_kind",)),
    (GOALS, "people", ("owner_kind", "date")),
    (INDICATORS, "share", ("indicator",)),
    (INDICATORS, "value", ("indicator",)),
    (RECORDED, "level", ("kind", "second", "first")),
    (RECORDED, PRESENT, ("kind", "moment", "first")),
    (RECORDED, DOSES[0], ("kind", "moment", "first")),
    (RECORDED, PEOPLE, ("kind", "first")),
)
#: The reason why a number is hidden.
NOT_AGREED = "not_agreed"


def take_audience(results: Results, study: Study, *, school: str = "", board: str = "") -> Results:
    """Return what the page of a school, of a board, or (without either) across all schools may know of `results`."""
    if school:
        return results.for_school(school)
    return hide_two_without_agreement(take_board(results, study, board) if board else results, study)


def list_boards(study: Study) -> list[str]:
    """Return the boards that the study names, in alphabetical order."""
    return sorted({school.board for school in study.schools if school.board})


def list_own(study: Study, board: str) -> list[str]:
    """Return the codes of the schools of a board, in their order."""
    return sorted(school.id for school in study.schools if school.board == board)


def take_board(results: Results, study: Study, board: str) -> Results:
    """Return what the page of `board` may know of `results`."""
    own = list_own(study, board)
    safe = hide_about_others(results, own)
    tables: dict[str, pd.DataFrame] = {table.name: getattr(safe, table.name) for table, _, _ in TOLD}
    nothing = {name: table.empty() for name, table in TABLES.items() if name not in (*tables, RELIABILITY.name, SOURCES.name)}
    kept = {name: table[table["school"].isin([*own, ""])].reset_index(drop=True) for name, table in tables.items()}
    kept |= {name: table[table["school"].isin(own)].reset_index(drop=True) for name, table in _list_records(safe).items()}
    files = {school: names for school, names in results.provenance.get("files", {}).items() if school in own}
    named = {name for names in files.values() for name in names}
    sources = results.sources[results.sources["source"].isin(named)].reset_index(drop=True)
    return replace(safe, **(nothing | kept), sources=sources, provenance=dict(results.provenance) | {"files": files})


def _list_records(results: Results) -> dict[str, pd.DataFrame]:
    """Return the records that a board may know of its own schools: goals of schools, teams and groups, and indicators."""
    return {GOALS.name: results.goals[results.goals["owner_kind"] != "person"], INDICATORS.name: results.indicators}


def hide_about_others(results: Results, own: list[str]) -> Results:
    """Return `results` without the numbers over all schools that would tell those of `own` about one or two of the others."""
    telling = [(told[0].name, key) for told in TOLD for key in _list_telling(*told, getattr(results, told[0].name), own)]
    return hide_numbers(results, telling, TAKEN_OUT)


def _list_telling(table: Table, quantity: str, about: Key, rows: pd.DataFrame, own: list[str]) -> list[Key]:
    """Return the keys of the numbers that would reveal something about one or two other schools."""
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
    """Return what a page on several schools may know: if only two schools remain on a measure, nothing about either.

    With three or more, no school is compared with just one other, and a page about one school compares none. Two schools that agreed (a
    pair in the study with `agreed = true`) stay. A mean over just two goes too: anyone who knows one school could work out the other. So
    does every number over them of how many came, and what a school got at all contacts together.
    """
    agreed = [{pair.first, pair.second} for pair in study.pairs if pair.agreed]
    for table, quantity, about in BESIDE:
        rows: pd.DataFrame = getattr(results, table.name)
        beside = list(_list_beside(rows, table, quantity, about, agreed))
        if quantity == PRESENT:
            doses = rows[rows["quantity"].isin(DOSES) & rows["school"].isin({key[1] for key in beside})]
            beside += _list_cells(doses, table.key)
        results = hide_numbers(results, [(table.name, key) for key in beside], NOT_AGREED)
    return results


def _list_beside(rows: pd.DataFrame, table: Table, quantity: str, about: Key, agreed: list[set[str]]) -> Iterator[Key]:
    """Yield the keys of the shown numbers about two schools that did not agree, and of means over just those two."""
    shown = rows[(rows["state"] == "shown") | rows["method"].isin(NEARLY)]
    told = shown[(shown["school"] != "") & (shown["quantity"] == quantity)]
    schools: dict[Key, set[str]] = {}
    for place, school in zip(_list_cells(told, about), told["school"], strict=True):
        schools.setdefault(place, set()).add(school)
    of_two = {place for place, own in schools.items() if len(own) == 2 and own not in agreed}
    for found, cell in shown.groupby(list(about), sort=False) if of_two else ():
        if found not in of_two:
            continue
        beside = cell[(cell["school"] != "") & (cell["quantity"] == quantity)]
        over_two = (cell["school"] == "") & ((cell["n"] == beside["n"].sum()) | (cell["quantity"] == PRESENT))
        yield from cell.loc[(cell["school"] != "") | over_two, list(table.key)].itertuples(index=False, name=None)
