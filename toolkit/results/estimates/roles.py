"""How leaders see the school, beside how other staff do; and how many people of each role answered.

A leader is easily identified, so what leaders answered is a number over all schools that have both, of ten leaders and ten others or more.
Of one school it is there only where five people or more stand on either side. All of it is in the joint test of what is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.participation import list_totalled_schools
from toolkit.results.estimates.shares import describe_shares, list_questions, take_question
from toolkit.results.rows import (
    Rests,
    find_floor,
    find_spread_floor,
    keep_reported,
    list_counted_schools,
    make_blanks,
    make_number,
    may_count,
)
from toolkit.schemas import ROLES, SHARES, WHAT
from toolkit.statistics.cluster_robust import compute_robust_regression
from toolkit.study.study import Study
from toolkit.workers import Spread

SMALLEST_NUMBER_OF_SCHOOLS = 5
SIDES = ("leaders", "staff")
DIFFERENCE = "leader_minus_staff"
QUANTITIES = (*SIDES, DIFFERENCE)
#: What stands before the id of a role in the counts of those who were invited.
INVITED = "invited_role_"


def name_sides(people: pd.DataFrame, study: Study) -> pd.Series:
    """Return for each row whether that person is of the `leaders` or of the `staff`; "" where the role is not known."""
    sides = np.select([people["role"] == "", people["role"].isin(study.leaders)], [2, 0], 1)
    return pd.Series(pd.array([*SIDES, ""], dtype="str").take(sides), index=people.index)


def list_led_schools(leaders: Mapping[str, int], staff: Mapping[str, int], study: Study) -> list[str]:
    """Return the schools that count where leaders stand beside staff, given how many each has: both, and together enough to be shown."""
    people = {school: count + staff[school] for school, count in leaders.items() if count and staff.get(school)}
    return sorted(list_counted_schools(pd.Series(people, dtype="int64"), study))


def count_sides(people: pd.DataFrame) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many leaders each school has, and how many staff."""
    schools = (people.loc[people["side"] == side, "school"].value_counts(sort=False) for side in SIDES)
    leaders, staff = ({str(school): int(count) for school, count in counts.items()} for counts in schools)
    return leaders, staff


def estimate_roles(scores: pd.DataFrame, study: Study, *, spread: Spread = map) -> pd.DataFrame:
    """Return per wave and scale the mean of leaders and of other staff, and their difference within schools.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of; its roles say which of them lead (`leads = true`).
    spread
        How the scales are spread over workers; by default one is estimated after another.

    Returns
    -------
    DataFrame
        ROLES: `school`, `wave`, `role`, `instrument`, `scale`, `rating`, `df`, `pairs`, `schools`, and the columns that every result ends
        with (`docs/frames.md`), in points: the mean of `leaders`, `leader_minus_staff` between people of the same school, and `staff`, the
        first minus the second. Of one school only the two means, and only where both may be shown.

    Notes
    -----
    Least squares of the score on leading with an effect per school, errors robust to schools (CR2, Satterthwaite df). Only schools with
    both count, and people whose role is unknown do not. With fewer than five such schools, or fewer leaders or staff than a spread needs,
    nothing is shown. Means of which each school counts once would give single leaders away where staffs are equally large: beside the means
    of schools they are other sums over leaders. All three here follow from one, that over all leaders.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> responses = plg.read_responses(study)
    >>> scores = plg.compute_scores(responses, study)
    >>> plg.estimate_roles(scores, study)[["wave", "quantity", "estimate", "low", "high", "n"]].round(2).head(3)
      wave            quantity  estimate   low  high   n
    0   w1             leaders      3.62   NaN   NaN  10
    1   w1               staff      2.95   NaN   NaN  80
    2   w1  leader_minus_staff      0.67  0.13  1.22  90
    """
    cells = _list_sides(keep_reported(scores, study), study)
    places: dict[Any, Any] = cells.groupby(["wave", *WHAT]).indices
    personal = {(i.id, scale.id) for i in study.scored_instruments for scale in i.scales if scale.about_person}
    keys = [(*key, wave.id) for key in scores[list(WHAT)].drop_duplicates().itertuples(index=False, name=None) for wave in study.waves]
    wheres = [{"school": "", "wave": wave, "role": "", **dict(zip(WHAT, key, strict=True))} for *key, wave in keys]
    people = (cells.take(places.get((wave, *key), [])) for *key, wave in keys)
    told = [key[:2] not in personal for key in keys]
    return ROLES.collect(row for found in spread(_compare_sides, people, wheres, repeat(study), told) for row in found)


def _list_sides(people: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the scores of those whose role is known, with their `side`."""
    sides = name_sides(people, study)
    known = (sides != "").to_numpy()
    return people.loc[known, ["school", "wave", *WHAT, "score"]].assign(side=sides[known]).reset_index(drop=True)


def _compare_sides(people: pd.DataFrame, where: dict[str, str], study: Study, in_schools: bool) -> list[dict[str, Any]]:
    """Return what is about one scale in one wave: over all schools, and where that may be told in each."""
    return [*_compare(people, where, study), *(_compare_in_schools(people, where, study) if in_schools else ())]


def _compare(people: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    if people.empty or not study.leaders:
        return make_blanks(where, QUANTITIES, "not_measured", "no_roles")
    sizes = count_sides(people)
    schools = list_led_schools(*sizes, study)
    counts = [sum(size[school] for school in schools) for size in sizes]
    if len(schools) < SMALLEST_NUMBER_OF_SCHOOLS or min(counts) < find_spread_floor(study):
        return make_blanks(where, QUANTITIES, "not_computable", "too_few_schools")
    own = people[people["school"].isin(schools)].assign(leads=lambda rows: (rows["side"] == SIDES[0]).astype(float))
    within = own[["score", "leads"]] - own.groupby("school")[["score", "leads"]].transform("mean")
    found = compute_robust_regression(within["score"], within[["leads"]], own["school"], level=study.confidence)
    tail = {name: float(getattr(found, name)[0]) for name in ("df", "std_error", "low", "high", "p_value")}
    difference = float(found.coefficients[0])
    leaders = float(own.loc[own["leads"] == 1, "score"].mean())
    rests = [Rests(n, 0, len(schools)) for n in (*counts, sum(counts))]
    if not np.isfinite(tail["low"]):
        return make_blanks(where, QUANTITIES, "not_computable", "no_spread")
    return [
        make_number(where, SIDES[0], leaders, rests[0], "mean"),
        make_number(where, SIDES[1], leaders - difference, rests[1], "mean of leaders minus the difference"),
        make_number(where, DIFFERENCE, difference, rests[2], "least squares within schools, CR2", **tail),
    ]


def _compare_in_schools(people: pd.DataFrame, where: dict[str, str], study: Study) -> Iterator[dict[str, Any]]:
    """Yield the means of the schools with enough people on both sides; of others nothing is told, not even that they have leaders."""
    if people.empty or not study.leaders:
        return
    scores = people.groupby(["school", "side"])["score"]
    sizes = scores.size().unstack(fill_value=0).reindex(columns=list(SIDES), fill_value=0)
    means = scores.mean().unstack().reindex(columns=list(SIDES))
    for place in np.flatnonzero((sizes >= find_floor(study)).all(axis=1)):
        for side in SIDES:
            mean, size = means[side].iloc[place], sizes[side].iloc[place]
            yield make_number(where | {"school": str(sizes.index[int(place)])}, side, float(mean), Rests(int(size)), "mean")


def estimate_role_shares(picked: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return in the shape of SHARES which share of the leaders, and of the staff, of all schools with both picked each option.

    `picked` are rows as in scores, questions in the place of scales. A share needs ten people, as that of a school does.
    """
    valid = keep_reported(picked, study)
    valid = valid.assign(side=name_sides(valid, study))
    rows: list[dict[str, Any]] = []
    for instrument, item, rating, answers in list_questions(study) if study.leaders else ():
        for wave in study.waves:
            own = take_question(valid, instrument, item, rating).query("wave == @wave.id")
            schools = list_led_schools(*count_sides(own), study)
            for side in SIDES:
                given = own.loc[own["school"].isin(schools) & (own["side"] == side), "score"].tolist()
                where = {"school": "", "wave": wave.id, "instrument": instrument.id, "item": item.id, "rating": rating}
                rows += describe_shares(where | {"role": side, "schools": len(schools)}, given, answers, study)
    return SHARES.collect(rows)


def count_roles(counts: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per wave how many people of each role answered and were used, in a school and in all schools of a total, as ROLES.

    `counts` are all counts of people. A role of one to four people is hidden, and the next smaller ones until five people or more are.
    Where the study states how many of a role were `invited`, the `response` stands beside the number that is shown, for it follows.
    """
    pooled = list_totalled_schools(counts, study)
    columns = [f"role_{role.id}" for role in study.roles]
    table = counts[columns].rename(columns=lambda name: name.removeprefix("role_")) if columns else pd.DataFrame(index=counts.index)
    table = table.assign(**{"": counts["used"] - table.sum(axis=1)})
    total = table.loc[table.index.get_level_values("school").isin(pooled)].groupby("wave").sum()
    cells = [("", str(wave), total.loc[wave]) for wave in total.index] + [(*place, table.loc[place]) for place in table.index]
    named = ((school, wave, row) for school, wave, row in cells if study.roles and row.drop("").sum())
    rows = [each for school, wave, row in named for each in _count_cell(school, wave, row.astype(int), study)]
    asked = [name for name in counts if str(name).startswith(INVITED)]
    invited = counts[asked].loc[counts.index.get_level_values("school").isin(pooled)].groupby("wave").sum(min_count=len(pooled))
    told = {("", str(wave)): invited.loc[wave] for wave in invited.index} | {place: counts[asked].loc[place] for place in counts.index}
    return ROLES.collect([*rows, *(each for row in rows for each in _respond(row, told[row["school"], row["wave"]], study))])


def _respond(used: dict[str, Any], invited: pd.Series, study: Study) -> Iterator[dict[str, Any]]:
    """Yield how many of a role were invited, and which share of these answered where it is shown how many did."""
    count = invited.get(f"{INVITED}{used['role']}", float("nan"))
    where = {name: used[name] for name in ("school", "wave", "role", *WHAT)}
    if count >= find_floor(study) and used["state"] == "shown":
        yield make_number(where, "invited", float(count), Rests(int(count)), "count")
        yield make_number(where, "response", used["estimate"] / float(count), Rests(used["n"]), "used / invited")


def _count_cell(school: str, wave: str, people: pd.Series, study: Study) -> Iterator[dict[str, Any]]:
    counts = {str(role): int(count) for role, count in people.items()}
    ordered = sorted((role for role, count in counts.items() if count), key=counts.__getitem__)
    hidden = [role for role in ordered if not may_count(counts[role], study)]
    while hidden and sum(counts[role] for role in hidden) < find_floor(study) and len(hidden) < len(ordered):
        hidden.append(ordered[len(hidden)])
    for role, count in counts.items():
        where = {"school": school, "wave": wave, "role": role, "instrument": "", "scale": "", "rating": ""}
        if role in hidden:
            yield make_blanks(where, ["used"], "hidden", "subtraction" if may_count(count, study) else "too_few")[0]
        elif count or role:
            yield make_number(where, "used", float(count), Rests(count), "count")
