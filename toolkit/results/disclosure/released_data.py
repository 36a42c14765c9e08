"""All results of a run in one table, fit to be published as data: as precise as their groups allow, and nothing beyond what is shown.

A mean and its standard error give the mean and the spread, and for few people those two can give every answer. So rows on fewer people than
a spread needs have the decimals of the pages, and neither an error nor a p-value; on a scale of one or two statements no interval and no
effect size either. For all teams of five who answer one statement from 1 to 5 at random, a mean and its interval with one decimal give all
five answers in 64 %; for two statements in 12 %, for three from 0 to 6 in 1 %. The file shows schools side by side, so results about one
person's leadership, and two schools that did not agree to be compared, stay hidden in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.disclosure.audiences import hide_about_others, hide_two_without_agreement, take_audience
from toolkit.results.disclosure.suppression import hide_numbers
from toolkit.results.estimates.comparison import GROUPS
from toolkit.results.results import TABLES, Results
from toolkit.results.rows import NEARLY, find_spread_floor
from toolkit.schemas import EXPORT, WHAT
from toolkit.study.study import Study

#: The tables that are not published as data: the band of the other schools follows from the levels, the files are in the manifest, and
#: records are the study's own files.
LEFT_OUT = ("band", "sources", "goals", "indicators", "recorded")
NUMBERS = ("estimate", "std_error", "low", "high", "p_value", "df")
COUNTS = ("n", "pairs", "schools")
#: Decimals of a number on enough people, of one that is no more precise than on the pages, and of one on few people. More would say
#: nothing about the study, and would differ between machines.
FINE = 4
PAGE = 2
COARSE = 1
#: So much a number that a page is going to round once more leans to where it came from, so that it does not become another.
LEAN = 1e-9
#: What a model estimates for a school: with four decimals beside the means it would reveal something about the few who answered once.
MODELLED = ("change", "change_common", "shrunken", "position", "attainment")
#: The same change estimated once more: a number rounded in several ways is a number with more decimals. So these stay out of the file, and
#: so do the changes of schools among those of cohorts, which stand among the changes.
AGAIN = ("change_common", "position", "attainment")
#: What a row on few people lacks: with the mean these give the spread.
SPREADS = ("std_error", "p_value", "df")
#: A change divided by a spread gives the spread.
EFFECTS = ("d_z", "g_av")
#: Scores on a scale of this many statements can take so few values that a mean and a spread reveal them.
SHORT = 2


def combine_results(results: Results, study: Study) -> pd.DataFrame:
    """Return all results as EXPORT: shown rows carry numbers, the others the reason why not."""
    results = hide_two_without_agreement(results, study)
    frames = [_take_table(getattr(results, name), name) for name in TABLES if name not in LEFT_OUT and len(getattr(results, name))]
    table = pd.concat(frames, ignore_index=True) if frames else EXPORT.empty()
    again = (table["school"] != "") & (table["quantity"].isin(AGAIN) | (table["table"] == "cohorts"))
    return EXPORT.conform(_make_coarse(_hide_about_person(table[~again], study), study))


def release_results(results: Results, study: Study, *, school: str = "", board: str = "") -> Results:
    """Return what a template of somebody's own may show on the page of a school, of a board, or across all schools.

    Beyond what `take_audience` gives, the numbers are as coarse as in the data, because a page shows fewer digits than its results have;
    and numbers over all schools that would tell a school about one or two others are hidden, because its page does not show those.
    """
    if school:
        known = take_audience(hide_about_others(results, [school]), study, school=school)
    else:
        known = _hide_persons_beside(take_audience(results, study, board=board), study)
    frames = {name: getattr(known, name) for name in TABLES if name not in LEFT_OUT and len(getattr(known, name))}
    coarse: dict[str, Any] = {name: _make_table_coarse(frame, name, study) for name, frame in frames.items()}
    ends = {name: known.band[name].round(PAGE) for name in NUMBERS if name in known.band}
    return replace(known, **coarse, band=known.band.assign(**ends))


def settle_ends(results: Results) -> Results:
    """Return `results` with the intervals of what a model says of a school as far from its rounded estimate as from itself.

    The middle of an interval is its estimate, rounded once more: beside the means of the school that would tell a statistician more about
    the few who answered once. An end that would come to lie at 0, or beyond it, stays as it is: the words of a conclusion follow from it.
    """
    change = results.change
    middle = change["estimate"].round(PAGE)
    ends = {name: (middle + (change[name] - change["estimate"]).round(PAGE)).round(PAGE) + 0.0 for name in ("low", "high")}
    modelled = (change["school"] != "") & change["quantity"].isin(MODELLED) & (change["state"] == "shown")
    settled = {name: change[name].mask(modelled & (np.sign(end) == np.sign(change[name])), end) for name, end in ends.items()}
    return replace(results, change=change.assign(**settled))


def _hide_persons_beside(results: Results, study: Study) -> Results:
    """Return `results` without those about one person's leadership in each school, which stand beside no other school's."""
    personal = list(_list_about_person(study)) if len(study.schools) > 1 else []
    for name, table in TABLES.items():
        for column in {"scale", "item"} & set(table.key) if "school" in table.key else ():
            rows: pd.DataFrame = getattr(results, name)
            about = pd.MultiIndex.from_frame(rows[["instrument", column]]).isin(personal) & (rows["school"] != "")
            about &= (rows["state"] == "shown") | rows["method"].isin(NEARLY)
            keys = rows.loc[about, list(table.key)].itertuples(index=False, name=None)
            results = hide_numbers(results, [(name, key) for key in keys], "about_person")
    return results


def _make_table_coarse(frame: pd.DataFrame, name: str, study: Study) -> pd.DataFrame:
    """Return a table of results with its own columns, its numbers as coarse as they are published."""
    taken = _take_table(frame, name)
    made = _make_coarse(taken, study)
    few = _find_few(taken, study)
    fine = ~few & ~_find_modelled(taken)
    leaning = {number: made[number] + _find_lean(made[number], taken[number], fine, few) for number in NUMBERS if number in frame}
    return TABLES[name].conform(frame.assign(**{number: values.to_numpy() for number, values in leaning.items()}))


def _find_lean(made: pd.Series, exact: pd.Series, fine: pd.Series, few: pd.Series) -> pd.Series:
    """Return what keeps a rounded number from being rounded up by a page that its exact value is rounded down by, and the reverse.

    On few people only a number under 0.1 has more decimals than the pages, and leans to 0, which tells nothing that its page does not.
    """
    small = few & (made.abs() < 1 / 10**COARSE)
    toward = pd.Series(np.sign(exact - made), index=made.index)
    sign = pd.Series(np.sign(made), index=made.index)
    return LEAN * (toward.where(fine, 0.0) - sign.where(small, 0.0))


def _make_coarse(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the table with its numbers as precise as their groups allow."""
    few = _find_few(table, study)
    short = few & pd.MultiIndex.from_frame(table[["instrument", "scale"]]).isin(list(_list_short(study)))
    table = _hide(table, short & table["quantity"].isin(EFFECTS), "too_few_for_spread")
    table = table.assign(**{name: table[name].mask(short) for name in ("low", "high")})
    return _round_numbers(table, few)


def _find_few(table: pd.DataFrame, study: Study) -> pd.Series:
    """Return which rows rest on fewer people than a spread needs."""
    return _count_people(table) < find_spread_floor(study)


def _find_modelled(table: pd.DataFrame) -> pd.Series:
    """Return which rows a model estimates for one school, also where it is all there is of its group or cohort."""
    alone = table["table"].isin(("comparison", "cohorts")) & (table["schools"] == 1).fillna(value=False)
    modelled = ((table["school"] != "") | alone) & table["quantity"].isin((*MODELLED, *GROUPS))
    beside = table["table"] == "comparison"  # where a group is one school, what follows from the two groups too
    where = [table[name] for name in ("comparison", *WHAT)]
    return modelled | (beside & (modelled & beside).groupby(where).transform("any"))


def _list_short(study: Study) -> Iterator[tuple[str, str]]:
    for instrument in study.scored_instruments:
        yield from ((instrument.id, scale.id) for scale in instrument.scored_scales if len(scale.items) <= SHORT)


def _take_table(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table of results with the columns of EXPORT, empty if the table lacks them."""
    shown = frame["state"] == "shown"
    taken = frame.assign(table=name, reason=frame["method"].mask(shown, ""), method=frame["method"].where(shown, ""))
    taken = taken.assign(**{number: taken[number].where(shown) for number in NUMBERS if number in taken})
    taken = taken.assign(**{count: taken[count].astype("Int64").where(shown) for count in COUNTS if count in taken})
    missing = {column: "" if dtype == "str" else np.nan for column, dtype in EXPORT.columns.items() if column not in taken}
    return EXPORT.conform(taken.assign(**missing)[list(EXPORT.columns)])


def _hide_about_person(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the table without what may be on the page of a school, but not beside other schools."""
    if len(study.schools) < 2:
        return table
    personal = list(_list_about_person(study))
    about_person = pd.MultiIndex.from_frame(table[["instrument", "scale"]]).isin(personal)
    about_person |= pd.MultiIndex.from_frame(table[["instrument", "item"]]).isin(personal) & (table["item"] != "")
    told = (table["state"] == "shown") | table["reason"].isin(NEARLY)
    of_school = (table["school"] != "") & (table["instrument"] != "") & told
    return _hide(table, of_school & about_person, "about_person")


def _list_about_person(study: Study) -> Iterator[tuple[str, str]]:
    """Yield the scales, and the statements in them, that are about one person's leadership, and what was expected of those."""
    for instrument in study.scored_instruments:
        for scale in (scale for scale in instrument.scored_scales if scale.about_person):
            yield from ((instrument.id, name) for name in (scale.id, *scale.items))
            for asks in (each for each in study.instruments if each.expects == instrument.id):
                yield from ((asks.id, item.id) for item in asks.items)


def _hide(table: pd.DataFrame, rows: pd.Series, reason: str) -> pd.DataFrame:
    blank: dict[str, Any] = dict.fromkeys(NUMBERS, np.nan) | dict.fromkeys(COUNTS, pd.NA)
    blank |= {"state": "hidden", "reason": reason, "verdict": "", "method": ""}
    return table.assign(**{column: table[column].mask(rows, value) for column, value in blank.items()})


def _count_people(table: pd.DataFrame) -> pd.Series:
    """Return the number of people that sets the precision of a row: for a change the smaller wave, as on the pages."""
    people = table["n"].astype("float64")
    smaller = people.where(table["quantity"].isin(["before", "after"])).groupby([table[name] for name in ("school", "comparison", *WHAT)])
    change = table["table"] == "change"
    smallest = smaller.transform("min")
    people = people.mask(change & (smallest < people), smallest)
    subgroup = (table["table"] == "roles") & (table["role"] != "") & (table["quantity"] == "mean")  # over schools too it may be of few
    return people.mask((table["table"] == "participation") | ((table["school"] == "") & ~change & ~subgroup), np.inf)


def _round_numbers(table: pd.DataFrame, few: pd.Series) -> pd.DataFrame:
    modelled = _find_modelled(table)
    fine = {name: table[name].round(FINE) + 0.0 for name in NUMBERS}
    fine |= {name: fine[name].mask(modelled, table[name].round(PAGE) + 0.0) for name in NUMBERS if name != "df"}
    coarse = {name: pd.Series(np.nan, table.index) for name in SPREADS}
    coarse |= {name: table[name].where(few).map(_round_coarse, na_action="ignore") for name in ("estimate", "low", "high")}
    return table.assign(**{name: fine[name].mask(few, coarse[name]) for name in NUMBERS})


def _round_coarse(value: float) -> float:
    """Return `value` with one decimal, rounded half up as on the pages; with more if it would become 0."""
    for decimals in range(COARSE, 6):
        rounded = float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
        if rounded or not value:
            return rounded + 0.0
    return 0.0
